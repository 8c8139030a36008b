"""Words that differ only in case are one, and the most frequent of them lends its vector."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


def fold_words(words: Sequence[str], fold: Callable[[str], str]) -> tuple[dict[str, int], np.ndarray]:
    """The first index of every folded word, and for each word the index of the first like it: int64 [V]."""
    first: dict[str, int] = {}
    same_as = np.fromiter(
        (first.setdefault(fold(word), index) for index, word in enumerate(words)), np.int64, len(words)
    )
    return first, same_as
