"""Output heads, one file each. A file here *is* the registration: its name is the head's name.

A new head is a new file with one subclass of `Head`: it then trains on the reference engine, appears in the command
line's help and is held to the conformance suite. Nothing else is to be edited.
"""

import inspect
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

from w2v.config import Config
from w2v.errors import W2VError

if TYPE_CHECKING:
    import numpy as np
    import torch

    from w2v.heads.base import Head


def names() -> list[str]:
    """The heads there are, by looking at the files of this folder (torch is not imported)."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "base")


def check_name(name: str) -> None:
    """Raise a W2VError that lists the heads there are, unless `name` is one of them."""
    if name not in names():
        raise W2VError(f"There is no head {name!r}; there are: {', '.join(names())}.")


def head_class(name: str) -> "type[Head]":
    """The class of the head called `name`.

    Raises:
        W2VError: there is no such head; those there are, are listed.
    """
    from w2v.heads.base import Head

    check_name(name)
    module = import_module(f"{__name__}.{name}")
    classes = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Head) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise W2VError(f"w2v/heads/{name}.py must define one subclass of Head; it defines {len(classes)}.")
    return classes[0]


def build(config: Config, counts: "np.ndarray", output: "torch.Tensor | None" = None) -> "Head":
    """The head that `config` names, its constructor's keywords filled from the settings of the same names."""
    cls = head_class(config.head)
    wanted = inspect.signature(cls).parameters
    options: dict[str, Any] = {name: getattr(config, name) for name in wanted if hasattr(config, name)}
    return cls(counts, **{"vector_size": config.vector_size, **options}, output=output)
