"""Changes as they are sent from rank to rank: float32 rounded to bfloat16, its upper half, in half the bytes.

Each number is rounded twice on its way, to the nearest, ties to even: by the rank that made the change, and by the one
that put those of all together. That is at most 2^-9 of it, and without a bias, while a change is the sum of many
steps of gradients that chance has drawn. Tables themselves stay in float32. float64, for parity, is sent as it is.
"""

from collections.abc import Sequence

import numpy as np

from w2v.base.compiled import njit


def sent_as(dtype: np.dtype) -> np.dtype:
    """The type of the numbers that are sent of a table."""
    return np.dtype(np.uint16) if dtype == np.float32 else dtype


def narrow(rows: np.ndarray, places: np.ndarray, sent: np.ndarray) -> None:
    """Round rows to what is sent, and put them there: sent[places[i]] = rows[i].

    Args:
        rows: [n, D], C-contiguous; one row goes to all places. places: int64 [n]. sent: of the type `sent_as` says.
    """
    if rows.dtype == np.float32:
        _round(rows.view(np.uint32), places, sent)
    else:
        sent[places] = rows


def widen(sent: Sequence[np.ndarray], first: int, rows: np.ndarray) -> np.ndarray:
    """What R ranks sent of n rows, from row `first` on, in the type of the table: into `rows` [R, n, D], returned.

    sent: of each rank, one-dimensional; rows: C-contiguous.
    """
    for numbers, into in zip(sent, rows, strict=True):
        some = numbers[first * rows.shape[2] :][: into.size]
        if rows.dtype == np.float32:
            _fill(some, into.ravel().view(np.uint32))
        else:
            into.ravel()[:] = some
    return rows


@njit(nogil=True)
def _round(bits, places, sent):
    for i in range(len(places)):
        row, to = bits[min(i, len(bits) - 1)], sent[places[i]]
        for j in range(len(row)):
            odd = np.uint32((row[j] >> np.uint32(16)) & np.uint32(1))
            to[j] = np.uint32(np.uint32(row[j] + np.uint32(0x7FFF)) + odd) >> np.uint32(16)


@njit(nogil=True)
def _fill(numbers, bits):
    for i in range(len(bits)):
        bits[i] = np.uint32(numbers[i]) << np.uint32(16)
