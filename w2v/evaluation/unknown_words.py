"""Vectors for words of questions that no vocabulary has, where something can compose them (subwords)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from w2v.evaluation.case_folding import fold_words

Compose = Callable[[str], "np.ndarray | None"]


def with_unknown(
    words: Sequence[str],
    vectors: np.ndarray,
    asked: Iterable[str],
    compose: Compose,
    *,
    restrict_vocab: int | None,
    case_insensitive: bool,
) -> tuple[list[str], np.ndarray]:
    """The words that are known, and after them those asked for that are not, with the vectors that are composed.

    Scores of these, without `restrict_vocab`, count questions about them: such words can be answers, too.

    words, vectors [V, D], restrict_vocab and case_insensitive: as of the scores. asked: words of questions. compose:
    the vector [D] of a word, None where it has none. Where case does not matter and all words of the vocabulary are in
    lower case, so are those that are composed: their n-grams are those that were trained.
    """
    known = list(words[:restrict_vocab])
    fold = str.upper if case_insensitive else str
    first, _ = fold_words(known, fold)
    lower = case_insensitive and all(word == word.lower() for word in known)
    found: dict[str, np.ndarray] = {}
    for word in asked:
        spelled = word.lower() if lower else word
        if fold(word) not in first and spelled not in found and (vector := compose(spelled)) is not None:
            found[spelled] = vector
    rows = vectors[: len(known)]
    return [*known, *found], np.vstack([rows, *found.values()]) if found else rows
