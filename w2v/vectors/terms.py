"""The terms of a query, as people give them: words, numbers of words, vectors, one or several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from w2v.errors import W2VError

Key = str | int | np.integer  # a word, or its index
Term = Key | np.ndarray | tuple[Key | np.ndarray, float]  # a word or a vector [D], with a weight or without
Terms = Term | Iterable[Term] | None


def as_list(terms: Any) -> list[Any]:
    """Terms as a list, whether none, one or several were given."""
    if terms is None:
        return []
    single = isinstance(terms, (str, int, np.integer)) or (isinstance(terms, np.ndarray) and terms.ndim == 1)
    return [terms] if single else list(terms)


def several(words: Sequence[Key]) -> Sequence[Key]:
    """The words, if they are a list of one or more. Raises W2VError where they are not."""
    if isinstance(words, str) or not len(words):
        raise W2VError(f"expected a list of one or more words, and was given {words!r}.")
    return words
