"""Output rows that all threads write all the time: each thread works on replicas of them, merged every few chunks.

A row that two cores write by turns wanders between their caches, and each waits for it. With a replica for each thread
(as Zhang, Hsieh & Akella, HogWild++, 2016, have one of the whole model) that happens only at a merge: what the thread
has done to its replica since the last one is added to the row, and the row, with what the others did, becomes the
replica.

The replicas lie behind the rows, in the same table, so that other code uses them like any row.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit, part
from w2v.kernels.chunk import table
from w2v.kernels.simd.tiles import prefetch_row, set_row

PERIOD = 8  # chunks between two merges
AHEAD = 8  # rows


class Replicas(NamedTuple):
    """A thread's replicas of the rows first <= row < last."""

    first: int
    last: int
    shift: int  # the replica of row r is row r + shift
    before: np.ndarray  # [last - first, D'] the rows as they were at the last merge


def new_replicas(outputs: np.ndarray, first: int, last: int, start: int) -> Replicas:
    """Room for replicas of the rows first <= row < last, the first of them at row `start`; `take` them before use."""
    return Replicas(first, last, start - first, table(last - first, outputs.shape[1], outputs))


@part
def take(outputs, replicas):
    """Make the rows as they are now a thread's replicas."""
    for row in range(replicas.first, replicas.last):
        _take(outputs, replicas, row)


@part
def merge(outputs, replicas):
    """Add to the rows what the thread did to its replicas, and copy the rows to the replicas."""
    one = outputs.dtype.type(1)
    for row in range(replicas.first, replicas.last):
        prefetch_row(outputs, row + AHEAD)
        tables = outputs, outputs, replicas.before
        set_row(outputs, row, tables, (row, row + replicas.shift, row - replicas.first), (one, one, -one))
        _take(outputs, replicas, row)


@njit(inline="always")
def _take(outputs, replicas, row):
    one = outputs.dtype.type(1)
    set_row(outputs, row + replicas.shift, (outputs,), (row,), (one,))
    set_row(replicas.before, row - replicas.first, (outputs,), (row,), (one,))
