"""Arrays and columns by name: which of those that others keep in a file are the words, the vectors and the counts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TypeVar

from w2v.errors import W2VError

WORDS = (
    "words",
    "word",
    "vocab",
    "vocabulary",
    "tokens",
    "token",
    "index_to_key",
    "index2word",
    "keys",
    "key",
    "labels",
)
VECTORS = ("vectors", "vector", "embeddings", "embedding", "embedding.weight", "matrix", "weight", "weights", "W")
COUNTS = ("counts", "count", "freq", "freqs", "frequency", "frequencies")
_SHOWN = 12  # names in a sentence

Thing = TypeVar("Thing")


def chosen(
    things: Mapping[str, Thing], names: Collection[str], fits: Callable[[Thing], bool], *, alone: bool = True
) -> str | None:
    """The name of what fits and has one of the names, the first there is, or where `alone` the one that fits.

    Capitals have no say.
    """
    fitting = [name for name, thing in things.items() if fits(thing)]
    lower = {name.lower(): name for name in reversed(fitting)}
    named = (lower[name.lower()] for name in names if name.lower() in lower)
    return next(named, fitting[0] if alone and len(fitting) == 1 else None)


def not_found(path: str | Path, what: str, names: Collection[str], things: Mapping[str, object]) -> W2VError:
    """The error of a file that lacks something. what: such as "vectors in rows, numbers [V, D]"."""
    there = ", ".join(f"{name!r:.60} ({thing})" for name, thing in list(things.items())[:_SHOWN]) or "nothing"
    more = f" and {len(things) - _SHOWN} more" if len(things) > _SHOWN else ""
    return W2VError(f"{path} has no {what}, under a name such as {', '.join(list(names)[:3])}; it has {there}{more}.")
