"""The output rows that all hidden vectors of a chunk meet: three matrix products."""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.engines.kernels.chunk import table
from w2v.engines.kernels.factors import Factor, as_factor, convert
from w2v.engines.kernels.logistic import logistic, padded
from w2v.engines.kernels.products import multiply, transpose
from w2v.engines.kernels.simd import set_row


class Shared(NamedTuple):
    """N output rows that H hidden vectors meet; factors of products are in a type of number of their own."""

    rows: Factor  # [N, D] as they were before the chunk
    across: np.ndarray  # [D, N] the same, mirrored: a right factor
    hidden: Factor  # [H, D]
    g: np.ndarray  # [H, N] scores, then steps
    steps: Factor  # [H, N]
    up: np.ndarray  # [H, N] weight of the decisions that want the score large
    down: np.ndarray  # [H, N] and of those that want it small
    change: np.ndarray  # [N, D] what is to be added to the rows


@njit(inline="always")
def shared_side(chunk, n, number):
    """Room for n output rows that a chunk's hidden vectors share, multiplied in a type of number."""
    width, count, like = chunk.hidden.shape[1], len(chunk.hidden), chunk.hidden
    rows, g = as_factor(table(n, width, like), number), table(count, padded(n), like)
    return Shared(
        rows,
        table(rows.left.shape[1], padded(n), rows.left),
        as_factor(chunk.hidden, number),
        g,
        as_factor(g, number),
        table(count, padded(n), like),
        table(count, padded(n), like),
        table(n, width, like),
    )


@njit(inline="always")
def meet_shared(chunk, shared, n, count, rate):
    """The step for n output rows, fetched, that `count` hidden vectors meet; sets both changes, returns the loss."""
    rows, hidden, steps = shared.rows, shared.hidden, shared.steps
    convert(chunk.hidden, count, hidden)
    transpose(rows.left, n, shared.across)
    multiply(hidden.left, shared.across, shared.g, count, chunk.hidden.shape[1])
    flat = shared.g.size
    used = count * shared.g.shape[1]
    loss = logistic(shared.g.reshape(flat), shared.up.reshape(flat), shared.down.reshape(flat), used, rate)
    convert(shared.g, count, steps)
    multiply(steps.left, rows.right, chunk.change, count, n)
    multiply(steps.right.T, hidden.right, shared.change, n, count)
    return loss


@njit(inline="always")
def give_back(outputs, ids, n, shared):
    """Add the changes of n output rows to the table."""
    one = outputs.dtype.type(1)
    for j in range(n):
        set_row(outputs, ids[j], (outputs, shared.change), (ids[j], j), (one, one))
