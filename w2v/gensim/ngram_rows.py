"""The vectors of n-grams in gensim's FastText: a row for each of many buckets, of which a text uses a few.

gensim's default is two million buckets, 800 MB of random numbers, where a text of a million words reaches a tenth of
them. Here a row is drawn when it is needed. It has the numbers that gensim's whole table has there, so that nobody can
tell: the generator is moved to where they would be drawn. Only rows that were written are kept; whoever asks for the
whole table has it made, and from then on it is what holds.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

_TOGETHER = 64  # rows that are drawn at a time; an even number of numbers, of which the generator makes two at once


class NgramRows:
    """Rows of B buckets, [B, D].

    Args:
        bucket: B. size: D.
        seed: of the rows that were not written, uniform in [-1, 1) / D.
        dtype: type of the numbers.
    """

    def __init__(self, bucket: int, size: int, seed: int, dtype: type[np.floating] = np.float32) -> None:
        self.bucket, self.size, self.seed, self.dtype = bucket, size, seed, dtype
        self.table: np.ndarray | None = None  # all rows, where somebody asked for them
        self.held = np.empty(0, np.int64)  # the buckets whose rows were written, sorted
        self.rows = np.empty((0, size), dtype)  # and these rows

    @classmethod
    def of(cls, table: np.ndarray) -> "NgramRows":
        """Of a whole table [B, D], which is not copied."""
        made = cls(len(table), table.shape[1], 0, table.dtype.type)
        made.table = table
        return made

    @property
    def shape(self) -> tuple[int, int]:
        return self.bucket, self.size

    def take(self, buckets: np.ndarray) -> np.ndarray:
        """The rows [N, D] of some buckets, int64 [N], as a copy."""
        if self.table is not None:
            return self.table[buckets]
        if np.array_equal(buckets, self.held):
            return self.rows.copy()
        different, which = np.unique(buckets, return_inverse=True)
        made = np.empty((len(different), self.size), self.dtype)
        at = np.searchsorted(self.held, different)
        there = at < len(self.held)
        there[there] = self.held[at[there]] == different[there]
        made[there] = self.rows[at[there]]
        made[~there] = self._drawn(different[~there])
        return made[which]

    def put(self, buckets: np.ndarray, rows: np.ndarray) -> None:
        """Write the rows [N, D] of some buckets, int64 [N], sorted and each once."""
        if self.table is not None:
            self.table[buckets] = rows
            return
        if not np.array_equal(buckets, self.held):
            others = np.setdiff1d(self.held, buckets, assume_unique=True)
            merged = np.concatenate([others, buckets])
            order = np.argsort(merged)
            rows = np.concatenate([self.take(others), np.asarray(rows, self.dtype)])[order]
            self.held = merged[order]
        self.rows = np.array(rows, self.dtype)

    def whole(self) -> np.ndarray:
        """All rows, [B, D], to be written to."""
        if self.table is None:
            table = np.empty(self.shape, self.dtype)
            for first, some in self.pieces():
                table[first : first + len(some)] = some
            self.table, self.held, self.rows = table, self.held[:0], self.rows[:0]
        return self.table

    def pieces(self) -> Iterator[tuple[int, np.ndarray]]:
        """All rows, some at a time, each time with the number of the first."""
        for first in range(0, self.bucket, 1 << 14):
            last = min(first + (1 << 14), self.bucket)
            yield first, self.take(np.arange(first, last)) if self.table is None else self.table[first:last]

    def _drawn(self, buckets: np.ndarray) -> np.ndarray:
        """The rows of some buckets, sorted, as they begin; as `keyed_growth.prep_vectors` draws all of them."""
        wide = self.dtype == np.float64
        made = np.empty((len(buckets), self.size), np.float64 if wide else np.float32)
        group = buckets // _TOGETHER
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        for start, stop in pairwise([*starts.tolist(), len(buckets)]):
            first = int(group[start]) * _TOGETHER
            generator = np.random.Generator(np.random.PCG64(self.seed).advance(first * self.size // (1 if wide else 2)))
            drawn = generator.random((_TOGETHER, self.size), dtype=made.dtype)
            made[start:stop] = drawn[buckets[start:stop] - first]
        return ((made * 2 - 1) / self.size).astype(self.dtype, copy=False)
