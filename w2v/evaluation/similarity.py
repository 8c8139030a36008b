"""Scores of word vectors on pairs of words whose similarity people judged: rank correlation with cosines (Spearman).

The protocol is gensim 4's, to the last pair (`w2v.evaluation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from w2v.errors import counted
from w2v.evaluation.case_folding import fold_words
from w2v.evaluation.question_files import Pair
from w2v.geometry import unit_rows


@dataclass(frozen=True)
class SimilarityReport:
    """Correlation of scores with human judgements.

    The correlations are in [-1, 1], with two-sided p-values; all are NaN when fewer than three pairs could be
    used or one side was constant, for then there is no correlation to speak of.
    """

    spearman: float
    spearman_pvalue: float
    pearson: float
    pearson_pvalue: float
    used: int
    skipped: int

    @property
    def coverage(self) -> float:
        """Fraction of the pairs of which both words were known."""
        return self.used / (self.used + self.skipped) if self.used + self.skipped else 0.0

    def __str__(self) -> str:
        return (
            f"Spearman {self.spearman:.4f}  Pearson {self.pearson:.4f}"
            f"  covered {self.coverage:6.1%} of {counted(self.used + self.skipped, 'pair')}"
        )


def score_similarity(
    words: Sequence[str],
    vectors: np.ndarray,
    pairs: Sequence[Pair],
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    count_unknown: bool = False,
) -> SimilarityReport:
    """Correlate the cosine of each pair of words with the judgement people gave it.

    words, vectors [V, D]: most frequent word first. pairs: as `read_pairs` returns them. restrict_vocab:
    how many words from the front are known; None for all. count_unknown: a pair with an unknown word has cosine 0, and
    is not skipped.
    """
    cosines, judgements, skipped = compared(words, vectors, pairs, restrict_vocab, case_insensitive, count_unknown)
    return correlate(cosines, judgements, skipped=skipped)


def compared(
    words: Sequence[str],
    vectors: np.ndarray,
    pairs: Sequence[Pair],
    restrict_vocab: int | None,
    case_insensitive: bool,
    count_unknown: bool,
) -> tuple[np.ndarray, list[float], int]:
    """The cosines [N] of pairs and people's judgements [N], and how many pairs were skipped; see `score_similarity`."""
    fold = str.upper if case_insensitive else str
    first, _ = fold_words(words[:restrict_vocab], fold)
    folded = [(fold(a), fold(b), score) for a, b, score in pairs]
    known = np.array([a in first and b in first for a, b, _ in folded], dtype=bool)
    used = [pair for pair, is_known in zip(folded, known, strict=True) if is_known]
    left = unit_rows(vectors[[first[a] for a, _, _ in used]])
    right = unit_rows(vectors[[first[b] for _, b, _ in used]])
    cosines = np.einsum("nd,nd->n", left, right)
    if not count_unknown:
        return cosines, [score for _, _, score in used], len(pairs) - len(used)
    every = np.zeros(len(pairs), dtype=cosines.dtype)
    every[known] = cosines
    return every, [score for _, _, score in folded], 0


def correlate(scores: Sequence[float] | np.ndarray, judgements: Sequence[float], *, skipped: int) -> SimilarityReport:
    """How scores go with people's judgements of the same pairs; NaN for fewer than three, and where all are alike."""
    if len(scores) < 3 or np.ptp(scores) == 0 or np.ptp(judgements) == 0:
        return SimilarityReport(np.nan, np.nan, np.nan, np.nan, len(scores), skipped)
    from scipy import stats  # takes most of a second to import

    rank, linear = stats.spearmanr(judgements, scores), stats.pearsonr(judgements, scores)
    return SimilarityReport(
        float(rank.statistic),
        float(rank.pvalue),
        float(linear.statistic),
        float(linear.pvalue),
        len(scores),
        skipped,
    )
