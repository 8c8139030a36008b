"""Scores of word vectors on analogies that people wrote.

"a is to b as c is to ?" is answered by 3CosAdd (Mikolov, Yih & Zweig 2013, section 4),

    argmax over w not in {a, b, c} of  cos(w, b/|b| + c/|c| - a/|a|)

The protocol is gensim 4's, to the last question (`w2v.evaluation`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from w2v.evaluation.case_folding import fold_words
from w2v.evaluation.question_files import Question
from w2v.geometry import unit_rows

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
        """How many questions were answered rightly."""
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
        """All sections as one."""
        return SectionScore(
            "total",
            [question for section in self.sections for question in section.right],
            [question for section in self.sections for question in section.wrong],
            sum(section.skipped for section in self.sections),
        )

    @property
    def accuracy(self) -> float:
        """Of all sections together, as `SectionScore.accuracy`."""
        return self.total.accuracy

    @property
    def coverage(self) -> float:
        """Of all sections together, as `SectionScore.coverage`."""
        return self.total.coverage

    def __str__(self) -> str:
        rows = [*self.sections, self.total]
        width = max(len(row.name) for row in rows)
        return "\n".join(
            f"{row.name:<{width}}  {row.accuracy:6.1%}  {row.correct:>6} of {row.total:<6}"
            f"  covered {row.coverage:6.1%} of {row.total + row.skipped}"
            for row in rows
        )


def score_analogies(
    words: Sequence[str],
    vectors: np.ndarray,
    questions: Mapping[str, Sequence[Question]],
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    count_unknown: bool = False,
) -> AnalogyReport:
    """Answer every question by 3CosAdd and count the right answers, section by section.

    words, vectors [V, D]: most frequent word first. questions: section name -> questions, as `read_questions`
    returns them. restrict_vocab: how many words from the front may be asked for or answered; None for all.
    count_unknown: a question with an unknown word is wrong, and not skipped.

    When the five best answers are all case variants of the question's own words, the fifth is taken, and wrong
    unless the answer expected is one of those words too. A word with a zero vector is never an answer.
    """
    words = words[:restrict_vocab]
    fold = str.upper if case_insensitive else str
    first, same_as = fold_words(words, fold)
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
        if not is_known and not count_unknown:
            scores[name].skipped += 1
        else:
            (scores[name].right if is_right else scores[name].wrong).append(question)
    return AnalogyReport(list(scores.values()))


def _answer(unit: np.ndarray, asked: np.ndarray, same_as: np.ndarray) -> np.ndarray:
    """The word 3CosAdd answers to each question, or -1 where it finds none.

    unit [V, D]: rows of length one; asked [N, 3]: a, b, c of each question; same_as [V]: see `fold_words`.
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
