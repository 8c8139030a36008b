"""Output rows of single targets: each is scored only with the hidden vectors that predict its target.

The scores are grouped into grids, in which each of some hidden vectors is scored with each of some output rows:

    a grid for each target           the hidden vectors that predict it x its output rows (`hs`: the nodes of its path)
    a grid for each hidden vector    itself x the output rows of the targets that it predicts (`ns`: one row each)

Within a grid each row is fetched once. Where each target has one row, the scores are therefore listed twice: by hidden
vectors, to compute them and the changes of hidden vectors, and by targets, to compute the changes of output rows.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.kernels.chunk import Chunk, WindowReduction, on_lines
from w2v.kernels.logistic import LANES, logistic, padded
from w2v.kernels.simd.products import add_grids, dot_grids
from w2v.kernels.transform import to_products, to_scores

GROUP = 8  # grids that are met together: their rows fit the first cache


class Grids(NamedTuple):
    """G grids of scores, in compressed rows. Grid i consists of

    n_hidden[i] hidden vectors    hidden[first_hidden[i]], ...
    n_rows[i] output rows         rows[first_row[i]], ...
    and n_hidden x n_rows scores  at first_score[i], ..., a line for each hidden vector
    """

    first_hidden: np.ndarray  # int64 [G]
    n_hidden: np.ndarray  # int64 [G]
    hidden: np.ndarray  # int32, indices of hidden vectors
    first_row: np.ndarray  # int64 [G]
    n_rows: np.ndarray  # int64 [G]
    rows: np.ndarray  # int32, indices of output rows; read in groups of LANES
    first_score: np.ndarray  # int64 [G]


class TargetRows(NamedTuple):
    """M scores of hidden vectors with the output rows of their targets; buffers hold whole groups of LANES."""

    grids: Grids  # the order in which scores are computed and hidden vectors changed
    by_target: Grids  # the order in which output rows are changed: the same, or the scores listed by targets
    place: np.ndarray  # int32 [M], the index in `grids` of each score of by_target; empty where the orders are the same
    ordered: np.ndarray  # [M] the steps in the order of by_target
    scores: np.ndarray  # [M], then steps
    positive_weight: np.ndarray  # [M] weight of the decisions that want the score large
    negative_weight: np.ndarray  # [M] and of those that want it small
    ones: np.ndarray  # int64, for grids of one row or one hidden vector each


def new_grids(chunk: Chunk, window: int, most_rows: int, reduction: WindowReduction) -> TargetRows:
    """Buffers for a grid for each target, of at most `most_rows` output rows."""
    like, size, targets = chunk.hidden, len(chunk.share), len(chunk.first)
    hidden = targets * (1 if reduction.cbow else min(2 * window, size))
    scores = padded(hidden * most_rows) + LANES * (targets // GROUP + 2)
    grids = Grids(
        on_lines(np.zeros(targets + 1, np.int64)),
        on_lines(np.zeros(targets, np.int64)),
        on_lines(np.zeros(hidden + LANES, np.int32)),
        on_lines(np.zeros(targets + 1, np.int64)),
        on_lines(np.zeros(targets, np.int64)),
        on_lines(np.zeros(targets * most_rows + LANES, np.int32)),
        on_lines(np.zeros(targets + 1, np.int64)),
    )
    return TargetRows(
        grids,
        grids,
        on_lines(np.zeros(0, np.int32)),
        on_lines(np.zeros(0, like.dtype)),
        on_lines(np.zeros(scores, like.dtype)),
        on_lines(np.zeros(scores, like.dtype)),
        on_lines(np.zeros(scores, like.dtype)),
        on_lines(np.ones(targets, np.int64)),
    )


@njit(inline="always")
def add_grid(chunk, grids, i, n_rows):
    """Make the grid of target i: the hidden vectors that predict it x the next n_rows of the listed output rows."""
    k = grids.first_hidden[i]
    for m in range(chunk.first[i], chunk.last[i]):
        grids.hidden[k] = m
        k += m != chunk.skip[i]  # the target's own place is overwritten by the next
    grids.first_hidden[i + 1], grids.n_hidden[i] = k, k - grids.first_hidden[i]
    grids.first_row[i + 1], grids.n_rows[i] = grids.first_row[i] + n_rows, n_rows
    end = grids.first_score[i] + grids.n_hidden[i] * n_rows
    grids.first_score[i + 1] = padded(end) if (i + 1) % GROUP == 0 else end  # a group begins with whole lanes


def new_pairs(chunk: Chunk, window: int, reduction: WindowReduction) -> TargetRows:
    """Buffers for pairs of a hidden vector and the one output row of a target, listed in both orders."""
    count, targets, dtype = len(chunk.hidden), len(chunk.first), chunk.hidden.dtype
    most = padded(len(chunk.share) * (1 if reduction.cbow else 2 * window)) + LANES
    numbers = on_lines(np.arange(max(count, targets)))
    ones = on_lines(np.ones(len(numbers), np.int64))
    first, start = on_lines(np.zeros(count, np.int64)), on_lines(np.zeros(targets + 1, np.int64))
    return TargetRows(
        Grids(
            numbers,
            ones,
            numbers.astype(np.int32),
            first,
            on_lines(np.zeros(count, np.int64)),
            on_lines(np.zeros(most, np.int32)),
            first,
        ),
        Grids(
            start,
            on_lines(np.zeros(targets, np.int64)),
            on_lines(np.zeros(most, np.int32)),
            numbers,
            ones,
            on_lines(np.zeros(targets, np.int32)),
            start,
        ),
        on_lines(np.zeros(most, np.int32)),
        on_lines(np.zeros(most, dtype)),
        on_lines(np.zeros(most, dtype)),
        on_lines(np.ones(most, dtype)),
        on_lines(np.zeros(most, dtype)),
        ones,
    )


@njit(inline="always")
def list_pairs(chunk, rows, pairs, count):
    """List the pairs of a hidden vector and a target, in both orders.

    rows: the output row of each target. `grids.n_rows` is set: how many targets each of `count` hidden vectors has.
    """
    first, n_rows, slots = pairs.grids.first_row, pairs.grids.n_rows, pairs.grids.rows
    start, n_hidden, hidden = pairs.by_target.first_hidden, pairs.by_target.n_hidden, pairs.by_target.hidden
    before = 0
    for m in range(count):
        first[m] = before
        before += n_rows[m]
    k = 0
    for i in range(rows.size):
        for m in range(chunk.first[i], chunk.last[i]):
            if m != chunk.skip[i]:
                hidden[k] = m
                pairs.place[k] = first[m]
                slots[first[m]] = rows[i]
                first[m] += 1
                k += 1
        start[i + 1] = k
        n_hidden[i] = k - start[i]
        pairs.by_target.rows[i] = rows[i]
    for m in range(count):
        first[m] -= n_rows[m]


@njit(inline="always")
def meet_grids(hidden, change, outputs, target_rows, n_grids, rate, frozen):
    """The step for a grid of each target: adds to the hidden vectors' changes and to the rows; returns the loss.

    frozen: whether the rows stay as they are.

    A group of grids is scored, and changes its hidden vectors, while its rows are in the first cache. Rows are changed
    when all are done: they may be in several grids.
    """
    grids, ones = target_rows.grids, target_rows.ones
    scores, positive, negative = target_rows.scores, target_rows.positive_weight, target_rows.negative_weight
    loss = scores.dtype.type(0)
    for first in range(0, n_grids, GROUP):
        n = min(GROUP, n_grids - first)
        last = first + n - 1
        begin, end = grids.first_score[first], grids.first_score[last] + grids.n_hidden[last] * grids.n_rows[last]
        n_hidden, n_rows, first_score = grids.n_hidden[first:], grids.n_rows[first:], grids.first_score[first:]
        of_hidden = hidden, grids.hidden, grids.first_hidden[first:], n_hidden
        of_rows = outputs, grids.rows, grids.first_row[first:], n_rows
        dot_grids(*of_hidden, *of_rows, scores, first_score, n)
        positive[end : padded(end)] = negative[end : padded(end)] = 0
        loss += logistic(scores[begin:], positive[begin:], negative[begin:], end - begin, rate)
        add_grids(change, *of_hidden[1:], *of_rows, scores, first_score, n_rows, ones, n)
    if not frozen:
        of_hidden = hidden, grids.hidden, grids.first_hidden, grids.n_hidden
        of_rows = outputs, grids.rows, grids.first_row, grids.n_rows
        add_grids(*of_rows, *of_hidden, scores, grids.first_score, ones, grids.n_rows, n_grids)
    return loss


@njit(inline="always")
def meet_pairs(transform, hidden, change, outputs, sums, pairs, n_grids, n_targets, rate, frozen):
    """The step for pairs: adds to the hidden vectors' changes and to `sums`; returns the loss.

    sums: where the changes of output rows are added: to the rows themselves, or to another table of their shape.
    transform: what makes scores of products (`transform.py`); None: they are the scores.
    frozen: whether output rows stay as they are, and nothing is added to `sums`.
    """
    grids, back, place, ordered = pairs.grids, pairs.by_target, pairs.place, pairs.ordered
    scores, positive, negative, ones = pairs.scores, pairs.positive_weight, pairs.negative_weight, pairs.ones
    n = back.first_score[n_targets]
    dot_grids(
        *(hidden, grids.hidden, grids.first_hidden, grids.n_hidden),
        *(outputs, grids.rows, grids.first_row, grids.n_rows),
        *(scores, grids.first_score, n_grids),
    )
    positive[n : padded(n)] = negative[n : padded(n)] = 0
    to_scores(transform, scores, n, grids.rows)
    loss = logistic(scores, positive, negative, n, rate)
    positive[n : padded(n)] = 1  # as `new_pairs` has them
    to_products(transform, scores, n, grids.rows)
    for k in range(n):
        ordered[k] = scores[place[k]]
    add_grids(
        *(change, grids.hidden, grids.first_hidden, grids.n_hidden),
        *(outputs, grids.rows, grids.first_row, grids.n_rows),
        *(scores, grids.first_score, grids.n_rows, ones, n_grids),
    )
    if frozen:
        return loss
    add_grids(
        *(sums, back.rows, back.first_row, back.n_rows),
        *(hidden, back.hidden, back.first_hidden, back.n_hidden),
        *(ordered, back.first_score, ones, back.n_rows, n_targets),
    )
    return loss
