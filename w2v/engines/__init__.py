"""Engines: how an objective is trained. They get ids, counts and learning rates, and neither words nor files.

reference   torch autograd on any torch device, every head: the truth that the others are checked against
cpu         numba on threads, for the heads whose spec names a kernel
gpu         Triton, for the heads whose spec names a GPU kernel

Each of the first two is two classes: one for heads that learn from windows, one for heads that learn from
co-occurrences, whose `learns_from` says so. Any of these four can be the parts of a deterministic engine.
"""

from w2v import heads
from w2v.base.config import Config
from w2v.base.machine import has_gpu, why_no_gpu
from w2v.engines.base import Engine, torch_device
from w2v.engines.cpu import CpuEngine
from w2v.engines.cpu_pmi import RegressionEngine
from w2v.engines.deterministic import deterministic_engine
from w2v.engines.threaded import ThreadedEngine
from w2v.errors import W2VError

THREADED = ("cpu", "reference")  # which train a block on each thread
NAMES = (*THREADED, "gpu")


def engine_class(config: Config, *, freezing: bool = False) -> tuple[type[Engine], str | None]:
    """The engine that `config.engine` names, and for "auto" the reason why the fast one was not taken, if so.

    freezing: whether it has to leave some rows as they are (`frozen.py`).

    Raises:
        W2VError: an unknown engine (those there are, are listed), or one that cannot train this config (and why).
    """
    if config.engine not in ("auto", *NAMES):
        raise W2VError(f"There is no engine {config.engine!r}; there are: auto, {', '.join(NAMES)}.")
    if config.deterministic and torch_device(config) != "cpu":
        raise W2VError(
            f"deterministic=True is for threads on the CPU, and device is {config.device!r}. Leave one of them out."
        )
    why_not_gpu = None
    if _may_be_gpu(config):
        from w2v.engines.gpu import GpuEngine  # torch is imported only where it trains

        why_not_gpu = "it cannot leave rows as they are (frozen)." if freezing else GpuEngine.why_not(config)
        if why_not_gpu is None:
            return GpuEngine, None
        if config.engine == "gpu":
            raise W2VError(f"The gpu engine cannot train this: {why_not_gpu} Use engine='auto'.")
    engine, why_not_faster = _training_one(config)
    if freezing and not engine.freezes:
        raise W2VError(
            f"frozen leaves rows as they are, and head {config.head!r}, which learns from counted pairs of words, "
            "cannot. Leave frozen out, or train another head."
        )
    if config.deterministic:
        return deterministic_engine(engine), why_not_faster
    return engine, (why_not_gpu or why_not_faster) if torch_device(config) != "cpu" else why_not_faster


def on_cpu(config: Config) -> bool:
    """Whether an engine's `tables` are those being trained, and no copies of what is on a device."""
    return torch_device(config) == "cpu" and engine_class(config)[0].on_cpu


def gpu_in_words() -> str:
    """The GPU that is used where the settings leave it open, or why there is none."""
    if why_not := why_no_gpu():
        return f"none that is used: {why_not}"
    from w2v.engines.gpu import GpuEngine, card

    return GpuEngine.why_not(Config()) or card()


def _may_be_gpu(config: Config) -> bool:
    """Whether a GPU is asked for, or there may be one and the settings leave it open.

    Where they say how many threads or which bits, they mean the CPU: a GPU gives no bits again. And where they leave it
    open, no head is trained there whose kernel has not been measured on one.
    """
    if config.engine != "auto":
        return config.engine == "gpu"
    if config.device != "auto":
        return config.device.partition(":")[0] == "cuda"
    if config.deterministic or config.workers:
        return False
    measured = heads.spec_of(config.head).gpu_measured and heads.kernel_of(config.head, "gpu_kernel") is not None
    return measured and has_gpu()


def _training_one(config: Config) -> tuple[type[ThreadedEngine], str | None]:
    """The class whose threads train, and why it is not the fast one."""
    if config.engine != "reference":
        why_not = CpuEngine.why_not(config)
        if why_not is None:
            fast: dict[str, type[ThreadedEngine]] = {"windows": CpuEngine, "cooccurrences": RegressionEngine}
            return fast[heads.spec_of(config.head).learns_from], None
        if config.engine == "cpu":
            raise W2VError(f"The cpu engine cannot train this: {why_not} Use engine='reference' or 'auto'.")
    else:
        why_not = None
    from w2v.engines.reference import ReferenceEngine, check_device  # torch is imported only where it trains
    from w2v.engines.reference_pmi import ReferenceRegressionEngine

    check_device(torch_device(config))
    by_data: dict[str, type[ThreadedEngine]] = {"windows": ReferenceEngine, "cooccurrences": ReferenceRegressionEngine}
    return by_data[heads.spec_of(config.head).learns_from], why_not
