"""Vectors of words that are in no vocabulary: means of the vectors of their character n-grams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import counted
from w2v.examples.input_rows import InputRows
from w2v.examples.subword_rows import rows_of
from w2v.examples.subwords import BEGIN, END, END_OF_LINE, Subwords, ngrams
from w2v.vectors.moments import mapped

_BETWEEN = "\n"  # no word has it


class Trained:
    """The words of a text that was trained on, and so all n-grams that were.

    Where n-grams share rows, every word has some, and those of a word may be of others alone, or of none.

    N-grams are looked for in the words, one behind the other: a list of millions would take more time and memory than
    it saves, for nearly all words that are asked for have an n-gram near the front.
    """

    def __init__(self, words: Sequence[str]) -> None:
        self._words, self._text = words, ""

    @property
    def text(self) -> str:
        """The words between their marks. `</s>` has no n-grams."""
        if not self._text:
            marked = (f"{BEGIN}{word}{END}" for word in self._words if word != END_OF_LINE)
            self._text, self._words = _BETWEEN.join(marked) or _BETWEEN, ()
        return self._text

    @property
    def words(self) -> list[str]:
        """All of them, in their order, but `</s>`."""
        return [piece[len(BEGIN) : -len(END)] for piece in self.text.split(_BETWEEN) if piece]

    def has_one_of(self, grams: Sequence[str]) -> bool:
        """Whether one of some n-grams, or of words between their marks, was trained."""
        text = self.text
        if any(gram in text for gram in grams if gram not in (BEGIN, END) and _BETWEEN not in gram):
            return True
        words = text.count(_BETWEEN) + 1  # whose own marks are none, and others are letters
        return any(text.count(gram) > words for gram in grams if gram in (BEGIN, END))

    def __getstate__(self) -> dict[str, Any]:
        return {"_words": (), "_text": self.text}


class Composer(NamedTuple):
    """What composes vectors of words.

    subwords: which rows a word has, counted from the first n-gram's: there are no rows of whole words here.
    rows: floating [N, D], finite where they are asked for; they may lie in a file.
    trained: the words that were trained on, where n-grams share rows; None: that is not known, or all rows were.
    """

    subwords: Subwords
    rows: np.ndarray
    trained: Trained | None = None

    @classmethod
    def of(cls, subwords: Subwords, table: np.ndarray, trained: Trained | None) -> Composer:
        """From the rows that a model trains [V + N, D], those of its words first; trained: its words."""
        first = subwords.n_words
        row_of = {gram: row - first for gram, row in subwords.row_of.items()}
        rows = np.asarray(table)[first:]  # of a map a plain view
        shared = None if subwords.bucket is None else trained
        return cls(subwords._replace(n_words=0, row_of=row_of), rows, shared)

    def __str__(self) -> str:
        """How many there are: of n-grams, or of the rows that they share."""
        shared = self.subwords.bucket is not None
        return counted(len(self.rows), *(("row of n-grams", "rows of n-grams") if shared else ("n-gram",)))

    def compose(self, word: str) -> np.ndarray | None:
        """The vector [D] of a word; None where it has no n-gram that was trained.

        Of others all rows count, those too that no n-gram was trained in. They are added one after the other and
        multiplied by the inverse of their number. All this as in fastText.
        """
        subwords, trained = self.subwords, self.trained
        if trained and not trained.has_one_of([*ngrams(word, subwords.min_n, subwords.max_n), f"{BEGIN}{word}{END}"]):
            return None
        places = subwords.rows(word)
        if not len(places):
            return None
        with np.errstate(invalid="ignore", over="ignore"):
            made = np.add.accumulate(self.rows[places])[-1] * self.rows.dtype.type(1 / len(places))
        return made if np.isfinite(made).all() else None  # rows of a file nobody has looked at

    def composed(self, words: Iterable[str]) -> dict[str, np.ndarray]:
        """The vectors [D] of those words that have one."""
        return {word: vector for word in words if (vector := self.compose(word)) is not None}

    def whole(self, words: Sequence[str]) -> np.ndarray:
        """The vectors [V, D] of the words of a floret vocabulary, which are made of nothing else."""
        return vectors_of(words, self.subwords, self.rows)

    def mapped(self, centre: np.ndarray, matrix: np.ndarray) -> Composer:
        """What composes (v - centre) @ matrix of each vector v that this one composes.

        The mean of mapped rows is the mapped mean of them. centre: float64 [D], matrix: float64 [D, D].
        """
        return self._replace(rows=mapped(self.rows, centre, matrix))


def vectors_of(words: Sequence[str], subwords: Subwords, table: np.ndarray) -> np.ndarray:
    """The vectors of the first words of a vocabulary, made of their rows: [V, D] of the type of the table [R, D]."""
    return InputRows(*rows_of(words, subwords, own=True), mean=True).means(table)
