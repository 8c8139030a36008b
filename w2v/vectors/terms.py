"""The terms of a query, as people give them: words, numbers of words, vectors, weights, and how many answers.

It does not matter what holds them: lists, tuples, sets, generators, NumPy arrays, pandas Series, torch tensors. Strings
are words and single whole numbers their places. An array of numbers is a vector, or the rows of a matrix several, and a
list with a float in it is a vector, too: a word's place is never one. All else is refused in a sentence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from w2v.base.settings import whole_number
from w2v.errors import W2VError, counted, shown

Key = str | int | np.integer  # a word, or its index
Single = Key | np.ndarray  # a word or a vector [D]
Term = Single | tuple[Single, float]  # with a weight or without
Terms = Term | Iterable[Term] | None


def terms_of(given: Any) -> list[Term]:
    """Terms as a list of keys, vectors, and tuples of one of these and a weight; none, one or several were given.

    Raises W2VError for what is none of these, and for a weight that is no finite number.
    """
    if given is None:
        return []
    given = _plain(given)
    if isinstance(given, np.ndarray):
        return [given] if given.ndim == 1 else list(given)
    alone = isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], float)  # and no list of words
    if alone or _is_key(given) or _is_vector(given):
        return [_term(given)]
    return [_term(one) for one in _listed(given.items() if isinstance(given, Mapping) else given)]


def single_of(given: Any) -> Single:
    """One word, its index, or a vector. Raises W2VError for anything else."""
    given = _plain(given)
    if isinstance(given, np.ndarray):
        return given
    return np.array(given) if _is_vector(given) else key_of(given)


def vector_of(given: Any, size: int, dtype: type[np.floating]) -> np.ndarray:
    """A vector as `dtype` [size]. Raises W2VError for another shape, and for what is no finite number of that type."""
    vector = single_of(given)
    if not isinstance(vector, np.ndarray) or vector.dtype.kind not in "fiu":
        raise W2VError(f"{shown(given)} was given as a vector; expected {counted(size, 'real number')}.")
    if vector.shape != (size,):
        raise W2VError(f"a vector of shape {list(vector.shape)} was given; these have shape [{size}].")
    with np.errstate(over="ignore"):
        vector = vector.astype(dtype, copy=False)
    if not np.isfinite(vector).all():
        raise W2VError(
            f"a vector was given whose number {int(np.argmin(np.isfinite(vector)))} is NaN, infinite or too large; "
            f"expected finite numbers, for nothing can be said of what is near to that."
        )
    return vector


def key_of(given: Any) -> Key:
    """One word or its index. Raises W2VError for anything else."""
    given = _plain(given)
    if _is_key(given):
        return given
    raise W2VError(f"{shown(given)} was given where one word is asked for; expected a string, or a word's index.")


def is_one(given: Any) -> bool:
    """Whether one word or index was given, and no list of them; an array without dimensions is one."""
    return isinstance(given, (str, int, np.integer)) or getattr(given, "ndim", None) == 0


def keys_of(given: Any) -> list[Key]:
    """A list of words or their indices, as long as it was given. Raises W2VError for anything else, one word too."""
    words = _plain(given)
    if isinstance(words, np.ndarray):
        words = words.tolist()
    if _is_key(words) or not isinstance(words, Iterable) or isinstance(words, bytes):
        instead = f"; write [{shown(words)}]" if _is_key(words) else ""
        if isinstance(words, str) and len(words.split()) > 1:
            instead += f", or for a sentence {shown(words)}.split()"
        raise W2VError(f"expected a list of one or more words, and was given {shown(given)}{instead}.")
    return [key_of(word) for word in words]


def several(given: Any) -> list[Key]:
    """The same of one or more words. Raises W2VError for an empty list, too."""
    words = keys_of(given)
    if not words:
        raise W2VError("expected a list of one or more words, and was given [].")
    return words


def words_of(given: Any, known: Sequence[str]) -> list[str]:
    """A list of words, in place of indices the words that they are of; those that are not `known` stay.

    Raises as `keys_of` does.
    """
    keys = keys_of(given)
    return [str(key) if isinstance(key, str) or not 0 <= key < len(known) else known[int(key)] for key in keys]


def weights_of(given: Any, number: int) -> np.ndarray:
    """As many finite numbers, float64 [number]. Raises W2VError for anything else."""
    try:
        weights = np.asarray(_plain(given), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise W2VError(f"weights is {shown(given)}; expected a list of numbers, one for each word.") from error
    if weights.shape != (number,):
        shape = "one number for all" if weights.ndim == 0 else f"shape {list(weights.shape)}"
        raise W2VError(f"{counted(number, 'word')} came with weights of {shape}; expected one each.")
    if not np.isfinite(weights).all():
        raise W2VError(f"weight number {int(np.argmin(np.isfinite(weights)))} is NaN or infinite; weights are finite.")
    return weights


def number_of(name: str, given: Any, least: int = 0) -> int | None:
    """`topn` and the like: a whole number from `least`, or None for all. Raises W2VError for anything else."""
    return None if given is None else whole_number(name, given, least, ", or None for all")


def _term(given: Any) -> Term:
    given = _plain(given)
    if not isinstance(given, tuple) or len(given) != 2 or _is_vector(given):
        return single_of(given)
    term, weight = given
    if not _is_number(weight) or not math.isfinite(weight):
        raise W2VError(f"the weight {shown(weight)} of {shown(term)} is no finite number.")
    return single_of(term), float(weight)


def _plain(given: Any) -> Any:
    """An array of numbers as NumPy's, one of words as a list, whosever it is; anything else as it is."""
    if not _is_array(given):
        return given
    try:
        array = np.asarray(given)
    except Exception as error:  # each library has its own: torch, of tensors that require grad or are elsewhere
        raise W2VError(f"{shown(given)} cannot be read as an array: {error}") from error
    return array.tolist() if array.ndim == 0 or array.dtype.kind in "OSU" else array


def _is_array(given: Any) -> bool:
    return hasattr(given, "__array__") and not isinstance(given, (np.generic, type))


def _is_key(given: Any) -> bool:
    return isinstance(given, (str, int, np.integer)) and not isinstance(given, bool)


def _is_number(given: Any) -> bool:
    return isinstance(given, (int, float, np.integer, np.floating)) and not isinstance(given, bool)


def _is_vector(given: Any) -> bool:
    """Whether a list or tuple is of numbers, and not only of such as could be indices."""
    return (
        isinstance(given, (list, tuple))
        and any(isinstance(number, (float, np.floating)) for number in given)
        and all(map(_is_number, given))
    )


def _listed(given: Any) -> list[Any]:
    if not isinstance(given, Iterable) or isinstance(given, bytes):
        raise W2VError(f"{shown(given)} was given; expected a word, its index, a vector, or a list of these.")
    return list(given)
