"""Scores of word vectors against questions people wrote: analogies and graded similarity.

Pure functions of words and a matrix, and the readers of test files (`text/lists.py`): nothing here knows how the
vectors were made or where they are kept.

Analogies, "a is to b as c is to ?", are answered by 3CosAdd (Mikolov, Yih & Zweig 2013, section 4),

    argmax over w not in {a, b, c} of  cos(w, b/|b| + c/|c| - a/|a|),

and similarity is the rank correlation of cosines with human judgements (Spearman). The protocol is gensim
4's, to the last question, so that scores can be compared: only the first `restrict_vocab` words (the most
frequent) are known; words that differ only in case are one, and the most frequent of them lends its vector;
a question or pair with an unknown word is skipped. How much was skipped is part of every report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from w2v.text.lists import Pair, Question, read_pairs, read_questions

__all__ = ["AnalogyReport", "Pair", "Question", "SectionScore", "SimilarityReport"]
__all__ += ["analogies", "correlate", "read_pairs", "read_questions", "similarity", "unit_rows"]

_BLOCK = 1 << 22  # floats in one block of questions x vocabulary: 16 MiB
_ASKED = 5  # how many answers gensim looks at for one that is no case variant of the question's words


@dataclass
class SectionScore:
    """How one section of an analogy test went: its questions, and how many had an unknown word."""

    name: str
    right: list[Question] = field(default_factory=list)
    wrong: list[Question] = field(default_factory=list)
    skipped: int = 0

    @property
    def correct(self) -> int:
        return len(self.right)

    @property
    def total(self) -> int:
        """Questions answered, rightly or wrongly; the skipped ones are not among them."""
        return len(self.right) + len(self.wrong)

    @property
    def accuracy(self) -> float:
        """Fraction of the answered questions that was right; 0.0 when none was answered, as in gensim."""
        return self.correct / self.total if self.total else 0.0

    @property
    def coverage(self) -> float:
        """Fraction of the questions that could be answered at all."""
        return self.total / (self.total + self.skipped) if self.total + self.skipped else 0.0


@dataclass(frozen=True)
class AnalogyReport:
    """Scores of an analogy test; `print` shows one line a section and the total."""

    sections: list[SectionScore]

    @property
    def total(self) -> SectionScore:
        return SectionScore(
            "total",
            [question for section in self.sections for question in section.right],
            [question for section in self.sections for question in section.wrong],
            sum(section.skipped for section in self.sections),
        )

    @property
    def accuracy(self) -> float:
        return self.total.accuracy

    @property
    def coverage(self) -> float:
        return self.total.coverage

    def __str__(self) -> str:
        rows = [*self.sections, self.total]
        width = max(len(row.name) for row in rows)
        return "\n".join(
            f"{row.name:<{width}}  {_percent(row.accuracy)}  {row.correct:>6} of {row.total:<6}"
            f"  covered {_percent(row.coverage)} of {row.total + row.skipped}"
            for row in rows
        )


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
            f"  covered {_percent(self.coverage)} of {self.used + self.skipped} pairs"
        )


def analogies(
    words: Sequence[str],
    vectors: np.ndarray,
    questions: Mapping[str, Sequence[Question]],
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
) -> AnalogyReport:
    """Answer every question by 3CosAdd and count the right answers, section by section.

    words, vectors [V, D]: most frequent word first. questions: section name -> questions, as `read_questions`
    returns them. restrict_vocab: how many words from the front may be asked for or answered; None for all.

    When the five best answers are all case variants of the question's own words, the fifth is taken, and wrong
    unless the answer expected is one of those words too. A word with a zero vector is never an answer.
    """
    words = words[:restrict_vocab]
    fold = str.upper if case_insensitive else str
    first, same_as = _fold_words(words, fold)
    unknown = -1
    asked = [(name, question) for name, section in questions.items() for question in section]
    ids = np.array([[first.get(fold(word), unknown) for word in question] for _, question in asked])
    ids = ids.reshape(len(asked), 4)
    known = (ids != unknown).all(axis=1)
    answers = _answer(unit_rows(vectors[: len(words)]), ids[known, :3], same_as)
    right = np.zeros(len(asked), dtype=bool)
    right[known] = (answers >= 0) & (same_as[answers] == ids[known, 3])

    scores = {name: SectionScore(name) for name in questions}
    for (name, question), is_known, is_right in zip(asked, known, right, strict=True):
        if not is_known:
            scores[name].skipped += 1
        else:
            (scores[name].right if is_right else scores[name].wrong).append(question)
    return AnalogyReport(list(scores.values()))


def similarity(
    words: Sequence[str],
    vectors: np.ndarray,
    pairs: Sequence[Pair],
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
) -> SimilarityReport:
    """Correlate the cosine of each pair of words with the judgement people gave it.

    words, vectors [V, D]: most frequent word first. pairs: as `read_pairs` returns them. restrict_vocab:
    how many words from the front are known; None for all.
    """
    fold = str.upper if case_insensitive else str
    first, _ = _fold_words(words[:restrict_vocab], fold)
    used = [(fold(a), fold(b), score) for a, b, score in pairs if fold(a) in first and fold(b) in first]
    left = unit_rows(vectors[[first[a] for a, _, _ in used]])
    right = unit_rows(vectors[[first[b] for _, b, _ in used]])
    cosines = np.einsum("nd,nd->n", left, right)
    return correlate(cosines, [score for _, _, score in used], skipped=len(pairs) - len(used))


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


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """`matrix` [N, D] with every row scaled to length one; a zero row, having no direction, stays zero."""
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.divide(matrix, norms, out=np.zeros_like(matrix), where=norms > 0)


def _fold_words(words: Sequence[str], fold: Callable[[str], str]) -> tuple[dict[str, int], np.ndarray]:
    """The first index of every folded word, and for each word the index of the first like it: int64 [V]."""
    first: dict[str, int] = {}
    same_as = np.fromiter(
        (first.setdefault(fold(word), index) for index, word in enumerate(words)), np.int64, len(words)
    )
    return first, same_as


def _answer(unit: np.ndarray, asked: np.ndarray, same_as: np.ndarray) -> np.ndarray:
    """The word 3CosAdd answers to each question, or -1 where it finds none.

    unit [V, D]: rows of length one; asked [N, 3]: a, b, c of each question; same_as [V]: see `_fold_words`.
    """
    variants: dict[int, list[int]] = {}
    for index in np.flatnonzero(same_as != np.arange(len(same_as))).tolist():
        variants.setdefault(int(same_as[index]), []).append(index)
    no_direction = np.flatnonzero(~unit.any(axis=1))
    answers = np.empty(len(asked), dtype=np.int64)
    step = max(1, _BLOCK // max(1, len(unit)))
    for start in range(0, len(asked), step):
        block = asked[start : start + step]
        a, b, c = block.T
        row = np.arange(len(block))
        cosines = (unit[b] + unit[c] - unit[a]) @ unit.T  # the length of the sum changes no argmax
        cosines[:, no_direction] = -np.inf
        cosines[row[:, None], block] = -np.inf

        same = [
            (i, other) for i, abc in enumerate(block.tolist()) for word in set(abc) for other in variants.get(word, ())
        ]
        same_row, same_word = np.array(same, dtype=np.int64).reshape(-1, 2).T
        of_variant = cosines[same_row, same_word]
        cosines[same_row, same_word] = -np.inf
        best = cosines.argmax(axis=1)
        highest = cosines[row, best]
        passed_over = np.bincount(same_row[of_variant > highest[same_row]], minlength=len(block))
        for i in np.flatnonzero((passed_over >= _ASKED) | (highest == -np.inf)):
            seen = np.argsort(-of_variant[same_row == i], kind="stable")[:_ASKED]
            best[i] = same_word[same_row == i][seen[-1]] if len(seen) else -1
        answers[start : start + step] = best
    return answers


def _percent(fraction: float) -> str:
    return f"{100 * fraction:5.1f}%"
