"""Engines: how an objective is trained. They get ids, counts and learning rates, and neither words nor files.

reference   torch autograd on any torch device, every head: the truth that the others are checked against
cpu         numba on threads, for the heads whose spec names a kernel

Each of them is two classes: one for heads that learn from windows, one for heads that learn from co-occurrences, whose
`learns_from` says so. Any of the four can be the parts of a deterministic engine.
"""

from w2v import heads
from w2v.base.config import Config
from w2v.engines.base import Engine
from w2v.engines.cpu import CpuEngine
from w2v.engines.cpu_pmi import RegressionEngine
from w2v.engines.deterministic import deterministic_engine
from w2v.engines.threaded import ThreadedEngine
from w2v.errors import W2VError

NAMES = ("cpu", "reference")


def engine_class(config: Config) -> tuple[type[Engine], str | None]:
    """The engine that `config.engine` names, and for "auto" the reason why the fast one was not taken, if so.

    Raises:
        W2VError: an unknown engine (those there are, are listed), or one that cannot train this config (and why).
    """
    engine, why_not_faster = _training_one(config)
    if not config.deterministic:
        return engine, why_not_faster
    if config.device != "cpu":
        raise W2VError(
            f"deterministic=True is for threads on the CPU, and device is {config.device!r}. Leave one of them out."
        )
    return deterministic_engine(engine), why_not_faster


def _training_one(config: Config) -> tuple[type[ThreadedEngine], str | None]:
    """The class whose threads train, and why it is not the fast one."""
    if config.engine not in ("auto", *NAMES):
        raise W2VError(f"There is no engine {config.engine!r}; there are: auto, {', '.join(NAMES)}.")
    if config.engine != "reference":
        why_not = CpuEngine.why_not(config)
        if why_not is None:
            fast: dict[str, type[ThreadedEngine]] = {"windows": CpuEngine, "cooccurrences": RegressionEngine}
            return fast[heads.spec_of(config.head).learns_from], None
        if config.engine == "cpu":
            raise W2VError(f"The cpu engine cannot train this: {why_not} Use engine='reference' or 'auto'.")
    else:
        why_not = None
    from w2v.engines.reference import ReferenceEngine  # torch is imported only where it trains
    from w2v.engines.reference_pmi import ReferenceRegressionEngine

    by_data: dict[str, type[ThreadedEngine]] = {"windows": ReferenceEngine, "cooccurrences": ReferenceRegressionEngine}
    return by_data[heads.spec_of(config.head).learns_from], why_not
