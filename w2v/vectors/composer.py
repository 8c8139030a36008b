"""Vectors of words that are in no vocabulary: means of the vectors of their character n-grams."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2v.examples.subwords import Subwords


class Composer(NamedTuple):
    """What composes vectors of words.

    subwords: which rows a word has, counted from the first n-gram's: there are no rows of whole words here.
    rows: floating [N, D].
    """

    subwords: Subwords
    rows: np.ndarray

    @classmethod
    def of(cls, subwords: Subwords, table: np.ndarray) -> Composer:
        """From the rows that a model trains [V + N, D], those of its words first."""
        first = subwords.n_words
        row_of = {gram: row - first for gram, row in subwords.row_of.items()}
        return cls(subwords._replace(n_words=0, row_of=row_of), table[first:])

    def compose(self, word: str) -> np.ndarray | None:
        """The vector [D] of a word; None where it has no n-gram that is known."""
        places = self.subwords.rows(word)
        return self.rows[places].mean(axis=0) if len(places) else None
