"""Output heads, a folder each: what it needs (`spec.py`), its definition in torch (`reference.py`), and where there is
one its steps on the CPU (`kernel.py`).

A folder here *is* the registration: its name is the head's name. A head may come from anywhere else, too: a class, or
its name as "module:Class", by which it is saved. `docs/extending.md` has the recipe.
"""

import inspect
import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from w2v.base.config import Config
from w2v.errors import W2VError, shown
from w2v.heads.spec import HeadSpec

if TYPE_CHECKING:
    import numpy as np
    import torch

    from w2v.heads.base import Head


def names() -> list[str]:
    """The heads there are here, by looking at the folders (torch is not imported)."""
    return list(_folders())


@cache
def _folders() -> tuple[str, ...]:
    """Read once: specs are asked for at every block, while threads train."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg))


def check_name(head: str) -> None:
    """Raise a W2VError unless `head` is the name of a head here, or of a class that can be imported."""
    spec_of(head)


def from_outside(head: str) -> bool:
    """Whether it is the name of a class, "module:Class", and not that of a head here."""
    return ":" in head


def spec_of(head: str) -> HeadSpec:
    """What a head needs; of one here torch is not imported.

    Raises:
        W2VError: there is no such head; those there are, are listed.
    """
    if from_outside(head):
        return head_class(head).spec
    if head not in _folders():
        raise W2VError(
            f"There is no head {head!r}; there are: {', '.join(names())}. One of your own is given as its class, or by "
            "name as module:Class."
        )
    return import_module(f"{__name__}.{head}.spec").SPEC


def kernel_of(head: str, kind: str = "kernel") -> str | None:
    """The module that trains it on the CPU, or with `kind` "gpu_kernel" on a GPU; None: it has none.

    A class from outside does not inherit it: a kernel computes one loss, and a subclass is there to have another.
    """
    spec = spec_of(head)
    inherited = from_outside(head) and ("spec" not in vars(head_class(head)) or kind not in vars(type(spec)))
    module: str | None = None if inherited else getattr(spec, kind)
    return module


def head_class(head: str) -> "type[Head]":
    """The class of a head, by the name of a head here or as "module:Class", which is imported.

    Raises:
        W2VError: there is no such head, or it cannot be imported, or it is no subclass of `Head`.
    """
    from w2v.heads.base import Head

    if not from_outside(head):
        spec_of(head)
        module = import_module(f"{__name__}.{head}.reference")
        [found] = [value for value in vars(module).values() if _is_head(value) and value.__module__ == module.__name__]
        return found
    place, _, name = head.partition(":")
    try:
        value: Any = import_module(place)
        for part in name.split("."):
            value = getattr(value, part)
    except Exception as error:  # importing runs the module, which may raise anything
        told = error if isinstance(error, (ImportError, AttributeError)) else f"{type(error).__name__}: {error}"
        raise W2VError(
            f"The head {head!r} cannot be imported: {told}. Expected module:Class, of a module that Python finds."
        ) from error
    if not _is_head(value) or inspect.isabstract(value):
        raise W2VError(f"{head} is no head: expected a subclass of {Head.__module__}.Head with forward and log_prob.")
    if not isinstance(value.spec, HeadSpec):
        raise W2VError(f"The spec of {head} is {shown(value.spec)}; expected an instance of a subclass of HeadSpec.")
    return value


def _is_head(value: Any) -> bool:
    from w2v.heads.base import Head

    return isinstance(value, type) and issubclass(value, Head) and value is not Head


def build(config: Config, counts: "np.ndarray", output: "torch.Tensor | None" = None) -> "Head":
    """The head that `config` names, its constructor's keywords filled from the settings of the same names."""
    cls = head_class(config.head)
    wanted = inspect.signature(cls).parameters
    options: dict[str, Any] = {name: getattr(config, name) for name in wanted if hasattr(config, name)}
    return cls(counts, **{"vector_size": config.vector_size, **options, **cls.spec.options(config)}, output=output)
