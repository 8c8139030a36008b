"""Output rows that all threads want all the time: each works on copies of its own, brought together now and then.

A row that two cores write by turns wanders between their caches, and each waits for it. With a copy for each thread (as
Zhang, Hsieh & Akella, HogWild++, 2016, have one of the whole model) that happens only at a merge: what the thread has
done to its copy since the last one is added to the row, and the row, with what the others did, becomes the copy.

The copies lie behind the rows, in the same table, so that nothing else has to know of them.
"""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.engines.kernels.chunk import table
from w2v.engines.kernels.simd import prefetch_row, set_row

PERIOD = 8  # chunks between two merges
AHEAD = 8  # rows


class Copies(NamedTuple):
    """A thread's copies of the rows first <= row < last."""

    first: int
    last: int
    shift: int  # the copy of a row is that many rows further down
    before: np.ndarray  # [last - first, D'] the rows as they were at the last merge


@njit(inline="always")
def copies_side(outputs, first, last, start):
    """Copies of the rows first <= row < last, the first of them at row `start`."""
    copies = Copies(first, last, start - first, table(last - first, outputs.shape[1], outputs))
    for row in range(first, last):
        _take(outputs, copies, row)
    return copies


@njit
def merge(outputs, copies):
    """Bring the rows and a thread's copies together."""
    one = outputs.dtype.type(1)
    for row in range(copies.first, copies.last):
        prefetch_row(outputs, row + AHEAD)
        tables = outputs, outputs, copies.before
        set_row(outputs, row, tables, (row, row + copies.shift, row - copies.first), (one, one, -one))
        _take(outputs, copies, row)


@njit(inline="always")
def _take(outputs, copies, row):
    one = outputs.dtype.type(1)
    set_row(outputs, row + copies.shift, (outputs,), (row,), (one,))
    set_row(copies.before, row - copies.first, (outputs,), (row,), (one,))
