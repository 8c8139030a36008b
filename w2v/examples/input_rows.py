"""What a word's input vector is made of: one row of the input table, or the sum or mean of several.

A row of its own for each word is the classic model. Other rows may be those of character n-grams (Bojanowski et al.
2017), of a document (Le & Mikolov 2014), of a lemma. Encoders see input vectors, and never the rows behind them.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from w2v.errors import W2VError

OF_DOCUMENTS = ("pv-dm", "pv-dbow")  # the encoders that read them (`documents.py`)


class Documents(NamedTuple):
    """The rows that a hidden vector has of its document: those of the document's tags (`documents.py`).

    Place i of a block is of document `of_place[i]`, whose rows are `rows[offsets[d]:offsets[d + 1]]`, one at least.
    """

    of_place: np.ndarray = np.empty(0, np.int32)  # int32 [n]
    offsets: np.ndarray = np.empty(0, np.int64)  # int64 [N + 1]
    rows: np.ndarray = np.empty(0, np.int32)  # int32 [sum of tags], of the input table: they follow those of words


class InputRows(NamedTuple):
    """The input vector of word w is the sum (or mean) of the rows `rows[offsets[w]:offsets[w + 1]]` of the input table.

    Compressed rows; empty arrays stand for one row each, word w's being row w, which costs nothing.

    divide: whether each row of a mean gets its part of the gradient, as is true of a mean. fastText hands all of it to
    each of them, so that a word's vector moves as far as that of a word with a row of its own.

    pooled: CBOW takes the mean over all rows in the window, as fastText does, so that a word of many rows counts for
    more; each row gets what it would get if words were counted. Then input vectors are sums of rows.
    """

    offsets: np.ndarray  # int64 [V + 1], or []
    rows: np.ndarray  # int32 [sum of rows], or []
    mean: bool  # the mean of the rows, else their sum
    divide: bool = True
    pooled: bool = False
    size: int = 0  # rows of the table, where it has more than those that are named here
    factors: np.ndarray = np.empty(0)  # float64 [R], what part of its changes each row gets, 0 to 1; []: all of them
    documents: Documents = Documents()  # of the places of a block

    @classmethod
    def of(
        cls, rows_of_words: Sequence[Sequence[int]], *, mean: bool = False, divide: bool = True, pooled: bool = False
    ) -> "InputRows":
        """From the rows of each word.

        Raises:
            W2VError: a word has none, or rows that are no whole numbers from 0 to 2^31 - 1.
        """
        sizes = [len(rows) for rows in rows_of_words]
        if min(sizes, default=0) == 0:
            raise W2VError("A word has no input row; each needs at least one.")
        rows = np.concatenate([np.asarray(rows) for rows in rows_of_words])
        if rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise W2VError(f"Input rows are {rows.dtype} {list(rows.shape)}; expected a list of whole numbers a word.")
        if rows.min() < 0:
            raise W2VError(f"An input row is {rows.min()}; rows are counted from 0.")
        if rows.max() >= 2**31:
            raise W2VError(f"An input row is {rows.max()}; they end at 2^31 - 1.")
        return cls(
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), rows.astype(np.int32), mean, divide, pooled
        )

    def n_rows(self, vocab_size: int) -> int:
        """How many rows the input table needs for so many words.

        Raises:
            W2VError: these are the rows of more words or fewer; compiled code would read beyond them.
        """
        if len(self.rows) and len(self.offsets) != vocab_size + 1:
            raise W2VError(f"There are input rows for {len(self.offsets) - 1:,} words; expected {vocab_size:,}.")
        return max(int(self.rows.max()) + 1, self.size) if len(self.rows) else max(vocab_size, self.size)

    def largest_share(self, weight: np.ndarray) -> float:
        """What part of all gradients moves the vector of the word that is moved most, if words are met by `weight` [V].

        A row gets the gradients of all words that have it, and a word's vector moves as its rows do. Where words are
        made of the same n-grams, one's gradient moves them all.
        """
        if not len(self.rows):
            return float(weight.max() / weight.sum())
        sizes = np.diff(self.offsets)
        of_rows = np.bincount(self.rows, np.repeat(weight, sizes))
        moved = np.add.reduceat(of_rows[self.rows], self.offsets[:-1])
        if self.mean or self.pooled:
            moved = moved / sizes
        return float(max(moved.max(), weight.max()) / weight.sum())  # the second: of its row of the output table

    def means(self, table: np.ndarray) -> np.ndarray:
        """The mean of each word's rows, [V, D] of the type of the table [R, D]: the word vectors."""
        words = len(self.offsets) - 1
        made = np.empty((words, table.shape[1]), table.dtype)
        sizes = np.diff(self.offsets)
        for first in range(0, words, _AT_ONCE):
            last = min(first + _AT_ONCE, words)
            begin = self.offsets[first]
            rows = table[self.rows[begin : self.offsets[last]]]
            made[first:last] = np.add.reduceat(rows, self.offsets[first:last] - begin) / sizes[first:last, None]
        return made


_AT_ONCE = 4096  # words whose rows are gathered at a time
ONE_ROW_EACH = InputRows(np.empty(0, np.int64), np.empty(0, np.int32), False)
