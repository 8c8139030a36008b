"""What KeyedVectors are made of: words, vectors and counts that fit together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import W2VError, counted


class Contents(NamedTuple):
    """V distinct words, each with a vector."""

    words: list[str]
    index_of: dict[str, int]
    vectors: np.ndarray  # finite [V, D], read-only
    counts: np.ndarray | None  # int64 [V]


def contents(
    words: Sequence[str], vectors: np.ndarray, counts: np.ndarray | None, dtype: type[np.floating]
) -> Contents:
    """Words as plain strings, and vectors as `dtype`, not copied when they are of it.

    Raises W2VError when these do not fit together, a word comes twice or is no string, or a number is NaN or infinite,
    but for numbers that are mapped from a file, of which all would have to be read.
    """
    if isinstance(words, (str, bytes)):
        raise W2VError(f"words is one string, {words!r:.40}; expected a list of them, one for each vector.")
    try:
        names = list(map(str.__str__, words))  # plain ones, where they are NumPy's
    except TypeError as error:
        raise W2VError(f"words must be a list of strings: {error}.") from error
    table = table_of(names, vectors, dtype)
    seen = None if counts is None else counts_of(names, counts)
    index_of = {word: index for index, word in enumerate(names)}
    if len(index_of) != len(names):
        index, word = next((i, w) for i, w in enumerate(names) if index_of[w] != i)
        raise W2VError(
            f"the word {word!r} comes twice, as number {index} and {index_of[word]}; every word needs one vector."
        )
    return Contents(names, index_of, table, seen)


def table_of(names: Sequence[str], vectors: Any, dtype: type[np.floating]) -> np.ndarray:
    """Vectors as finite numbers [V, D] of the type, read-only. Raises W2VError for others, and for none."""
    table = numbers("vectors", vectors, dtype).view()
    table.flags.writeable = False
    if table.ndim != 2 or len(table) != len(names) or 0 in table.shape:
        raise W2VError(
            f"{counted(len(names), 'word')} came with vectors of shape {list(table.shape)}; expected one row of "
            "numbers a word."
        )
    if not isinstance(vectors, np.memmap) and not np.isfinite(table).all():
        index = int(np.argmin(np.isfinite(table).all(axis=1)))
        raise W2VError(
            f"the vector of {names[index]!r} (number {index}) holds NaN or infinity. "
            f"Training diverged (try a smaller alpha) or the file is damaged."
        )
    return table


def counts_of(names: Sequence[str], counts: Any) -> np.ndarray:
    """Counts as int64 [V]. Raises W2VError for others."""
    seen = numbers("counts", counts, np.int64)
    if seen.shape != (len(names),):
        raise W2VError(
            f"{counted(len(names), 'word')} came with counts of shape {list(seen.shape)}; expected one each."
        )
    if (seen < 0).any():
        index = int(seen.argmin())
        raise W2VError(f"the count of {names[index]!r} (number {index}) is {seen[index]:,}; it must be at least 0.")
    return seen


def numbers(name: str, given: Any, dtype: type[np.number]) -> np.ndarray:
    """An array of the type; what does not fit it is infinite. Raises W2VError for what is no array of numbers."""
    try:
        with np.errstate(over="ignore"):
            return np.asarray(given, dtype=dtype)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise W2VError(f"{name} must be numbers, in rows of the same length: {error}.") from error
