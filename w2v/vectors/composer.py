"""Vectors of words that are in no vocabulary: means of the vectors of their character n-grams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from w2v.errors import counted
from w2v.examples.input_rows import InputRows
from w2v.examples.subword_rows import rows_of
from w2v.examples.subwords import Subwords
from w2v.vectors.moments import mapped


class Composer(NamedTuple):
    """What composes vectors of words.

    subwords: which rows a word has, counted from the first n-gram's: there are no rows of whole words here.
    rows: floating [N, D], finite where they are asked for; they may lie in a file.
    """

    subwords: Subwords
    rows: np.ndarray

    @classmethod
    def of(cls, subwords: Subwords, table: np.ndarray) -> Composer:
        """From the rows that a model trains [V + N, D], those of its words first."""
        first = subwords.n_words
        row_of = {gram: row - first for gram, row in subwords.row_of.items()}
        return cls(subwords._replace(n_words=0, row_of=row_of), np.asarray(table)[first:])  # of a map a plain view

    def __str__(self) -> str:
        """How many there are: of n-grams, or of the rows that they share."""
        shared = self.subwords.bucket is not None
        return counted(len(self.rows), *(("row of n-grams", "rows of n-grams") if shared else ("n-gram",)))

    def compose(self, word: str) -> np.ndarray | None:
        """The vector [D] of a word; None where it has no n-gram that is known.

        Rows are added one after the other and multiplied by the inverse of their number, as fastText does.
        """
        places = self.subwords.rows(word)
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
