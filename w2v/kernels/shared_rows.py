"""The output rows that all hidden vectors of a chunk meet: three matrix products."""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.kernels.chunk import Chunk, table
from w2v.kernels.logistic import logistic, padded
from w2v.kernels.simd.factors import Factor, as_factor, convert
from w2v.kernels.simd.products import multiply, transpose
from w2v.kernels.simd.tiles import set_row
from w2v.kernels.transform import to_products, to_scores


class SharedRows(NamedTuple):
    """N output rows that H hidden vectors meet; factors of products are in a type of number of their own."""

    rows: Factor  # [N, D'] as they were before the chunk
    transposed: np.ndarray  # [D', N'] the same: a right factor
    hidden: Factor  # [H, D']
    scores: np.ndarray  # [H, N'] then steps
    steps: Factor  # [H, N']
    positive_weight: np.ndarray  # [H, N'] weight of the decisions that want the score large
    negative_weight: np.ndarray  # [H, N'] and of those that want it small
    change: np.ndarray  # [N, D'] what is to be added to the rows


def new_shared_rows(chunk: Chunk, n: int, number: np.dtype) -> SharedRows:
    """Buffers for n output rows that a chunk's hidden vectors share, multiplied in a type of number."""
    width, count, like = chunk.hidden.shape[1], len(chunk.hidden), chunk.hidden
    rows, scores = as_factor(table(n, width, like), number), table(count, padded(n), like)
    return SharedRows(
        rows,
        table(rows.left.shape[1], padded(n), rows.left),
        as_factor(chunk.hidden, number),
        scores,
        as_factor(scores, number),
        table(count, padded(n), like),
        table(count, padded(n), like),
        table(n, width, like),
    )


@njit(inline="always")
def meet_shared_rows(transform, chunk, shared, n, count, rate):
    """The step for n output rows, fetched, that `count` hidden vectors meet; sets both changes, returns the loss.

    transform: what makes scores of products (`transform.py`), None: they are the scores.
    """
    rows, hidden, scores, steps = shared.rows, shared.hidden, shared.scores, shared.steps
    convert(chunk.hidden, count, hidden)
    transpose(rows.left, n, shared.transposed)
    multiply(hidden.left, shared.transposed, scores, count, chunk.hidden.shape[1])
    to_scores(transform, scores, count, 0)
    flat, used = scores.size, count * scores.shape[1]
    weights = shared.positive_weight.reshape(flat), shared.negative_weight.reshape(flat)
    loss = logistic(scores.reshape(flat), weights[0], weights[1], used, rate)
    to_products(transform, scores, count, 0)
    convert(scores, count, steps)
    multiply(steps.left, rows.right, chunk.change, count, n)
    multiply(steps.right.T, hidden.right, shared.change, n, count)
    return loss


@njit(inline="always")
def add_shared_rows(outputs, ids, n, change):
    """Add the changes of n output rows to the table."""
    one = outputs.dtype.type(1)
    for j in range(n):
        set_row(outputs, ids[j], (outputs, change), (ids[j], j), (one, one))
