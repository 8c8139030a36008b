"""Negative sampling in hyperbolic space on the CPU: the steps of `reference.py`, with the gradient written out.

A point x of the hyperboloid is stored as its D space-like coordinates; its time coordinate is t(x) = sqrt(1 + |x|^2).
Within a chunk each row has its time in the column behind them, an output row with the opposite sign. So the inner
product of a hidden row and an output row is -cosh d, the matrix products are those of `ns`, and what they compute in
that column is the change of the time. The chain rule makes it a change of the point:

    dt/dx = x / t        to the change of x is added  (change of t) * x / t,    x as it was before the chunk

In the tables that column of an input row is padding, zero between chunks; that of an output row holds the word's bias.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.heads.ns import kernel as ns
from w2v.kernels.block import driver
from w2v.kernels.chunk import Chunk, WindowReduction, on_lines, table
from w2v.kernels.shared_rows import SharedRows, meet_shared_rows, new_shared_rows
from w2v.kernels.simd.factors import fetch
from w2v.kernels.simd.products import FAST
from w2v.kernels.simd.tiles import prefetch_row, set_row
from w2v.kernels.target_rows import TargetRows, list_pairs, meet_pairs, new_pairs

COSH, PLAIN, SQUARE = 0, 1, 2
KINDS = {"cosh": COSH, "d": PLAIN, "d2": SQUARE}
NEAREST = 1e-6  # cosh d - 1, below which distances are one (reference.py)


class Setting(NamedTuple):
    """What the kernel looks up."""

    noise: ns.Noise
    length: int  # D
    kind: int  # COSH, PLAIN or SQUARE


class Distances(NamedTuple):
    """The transform from -cosh d to scores, for output rows with biases: see `to_scores`."""

    kind: int
    bias: np.ndarray  # [N] of the output rows; then what is to be added to it
    slope: np.ndarray  # [scores] derivatives of the scores by -cosh d; for COSH they are 1 and not kept


class Room(NamedTuple):
    """The buffers of a thread, beside those of its chunk; H hidden vectors, T targets."""

    shared: SharedRows  # of the negative samples
    targets: TargetRows  # one for each target
    words: np.ndarray  # int32 [2, N] the samples, of this chunk and of the next
    roots: np.ndarray  # [H] cbow: what the mean of a window is divided by to lie on the hyperboloid
    rows: np.ndarray  # [T, D'] the targets' output rows as they were, with their times
    change: np.ndarray  # [T, D'] what is to be added to them
    numbers: np.ndarray  # int32: 0, 1, 2, ...: the targets' places in `rows`
    of_shared: Distances
    of_targets: Distances


def prepare(config: Config, counts: np.ndarray) -> Setting:
    """The noise table of a vocabulary with these counts, int64 [V], and the form of the score."""
    return Setting(ns.prepare(config, counts), config.vector_size, KINDS[config.distance_score])


def new_room(
    head: Setting, chunk: Chunk, outputs: np.ndarray, window: int, reduction: WindowReduction, thread: int
) -> Room:
    """The buffers of `ns`, and copies of the targets' output rows with their times."""
    width, dtype, most = outputs.shape[1], outputs.dtype, len(chunk.first)
    shared, targets = new_shared_rows(chunk, head.noise.shared, dtype), new_pairs(chunk, window, reduction)
    return Room(
        shared,
        targets,
        on_lines(np.empty((2, head.noise.shared), np.int32)),
        on_lines(np.ones(len(chunk.hidden), dtype)),
        table(most, width, outputs),
        table(most, width, outputs),
        on_lines(np.arange(most).astype(np.int32)),
        _new_distances(head.kind, shared.scores.shape[1], shared.scores),
        _new_distances(head.kind, most, targets.scores),
    )


def _new_distances(kind: int, rows: int, scores: np.ndarray) -> Distances:
    slopes = 0 if kind == COSH else scores.size
    return Distances(kind, on_lines(np.zeros(rows, scores.dtype)), on_lines(np.zeros(slopes, scores.dtype)))


@njit(inline="always")
def step(head, room, chunk, outputs, windows, span, reduction, rate, place, interrupted):
    """The step of `ns`, with output rows whose bias is replaced by their time, and distances as scores."""
    noise, length, shared, pairs, rows = head.noise, head.length, room.shared, room.targets, room.rows
    count, n = span.end - span.begin, noise.shared
    targets = windows.ids[span.first : span.last]
    one = outputs.dtype.type(1)
    ns.draw_samples(noise, room.words, span, place, outputs)
    words = room.words[span.number % 2]
    for word in windows.ids[span.last : span.last + count]:  # the next chunk's targets
        prefetch_row(outputs, word)
    if reduction.cbow:
        _to_midpoints(chunk, room.roots, count, length)
    fetch(outputs, words, n, shared.rows)
    for i in range(len(targets)):
        set_row(rows, i, (outputs,), (targets[i],), (one,))
    _swap_bias_for_time(shared.rows.left, room.of_shared.bias, n, length)
    _swap_bias_for_time(rows, room.of_targets.bias, len(targets), length)
    ns.weigh(chunk, targets, words, noise.weight, shared.negative_weight, pairs.grids.n_rows, count)
    list_pairs(chunk, room.numbers[: len(targets)], pairs, count)
    room.change[: len(targets)] = 0
    loss = meet_shared_rows(room.of_shared, chunk, shared, n, count, rate)
    hidden, change, of_targets = chunk.hidden, chunk.change, room.of_targets
    frozen = reduction.frozen_output
    loss += meet_pairs(of_targets, hidden, change, rows, room.change, pairs, count, len(targets), rate, frozen)
    for j in range(0 if frozen else n):
        _add_change(outputs, words[j], shared.rows.left, shared.change, j, length, room.of_shared.bias[j])
    for i in range(0 if frozen else len(targets)):
        _add_change(outputs, targets[i], rows, room.change, i, length, room.of_targets.bias[i])
    if reduction.cbow:
        _from_midpoints(chunk, room.roots, count, length)
    return loss


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _time(row, length):
    """sqrt(1 + |x|^2)"""
    square = row.dtype.type(1)
    for k in range(length):
        square += row[k] * row[k]
    return np.sqrt(square)


@njit
def to_ambient(head, places, n):
    """From the space-like coordinates x of n points to (x, t)."""
    for here in range(n):
        places[here, head.length] = _time(places[here], head.length)


@njit(error_model="numpy")
def from_ambient(head, places, changes, n):
    """Turn the change of each point's time into one of the point: the gradient of t with respect to x is x / t."""
    one, length = changes.dtype.type(1), head.length
    for here in range(n):
        share = changes[here, length] / places[here, length]
        set_row(changes, here, (changes, places), (here, here), (one, share))
        changes[here, length] = 0


@njit(fastmath=FAST, error_model="numpy")
def _to_midpoints(chunk, roots, count, length):
    """From means of points (x, t) to points of the hyperboloid, the Einstein midpoints."""
    hidden, one = chunk.hidden, chunk.hidden.dtype.type(1)
    for i in range(count):
        square = hidden[i, length] * hidden[i, length]
        for k in range(length):
            square -= hidden[i, k] * hidden[i, k]
        roots[i] = np.sqrt(one if square < one else square)  # a mean lies inside: rounding must not move it out
        set_row(hidden, i, (hidden,), (i,), (one / roots[i],))


@njit(fastmath=FAST, error_model="numpy")
def _from_midpoints(chunk, roots, count, length):
    """From changes of midpoints to changes of the means that they were made of."""
    hidden, change = chunk.hidden, chunk.change
    for i in range(count):
        both = hidden.dtype.type(0)
        for k in range(length + 1):
            both += hidden[i, k] * change[i, k]
        factor = hidden.dtype.type(1) / roots[i]
        time = (change[i, length] - both * hidden[i, length]) * factor
        set_row(change, i, (change, hidden), (i, i), (factor, both * factor))
        change[i, length] = time


@njit
def _swap_bias_for_time(rows, bias, n, length):
    """Store the biases of output rows elsewhere, and their times, negative, in that column."""
    for j in range(n):
        bias[j] = rows[j, length]
        rows[j, length] = -_time(rows[j], length)


@njit
def _add_change(outputs, word, rows, changes, j, length, bias):
    """Add row j's change to a word's output row: of its point, by way of its time too, and of its bias."""
    one = outputs.dtype.type(1)
    share = changes[j, length] / rows[j, length]
    rows[j, length], changes[j, length] = 0, bias
    set_row(outputs, word, (outputs, changes, rows), (word, j, j), (one, one, share))


@njit(fastmath=FAST, error_model="numpy")
def to_scores(distances, products, n, rows):
    """From -cosh d to c_w - f(d), see `transform.py`; the biases c_w are those of columns, or of the listed rows."""
    bias, kind = distances.bias, distances.kind
    one = products.dtype.type(1 if kind == COSH else 0)
    if products.ndim == 2:
        if kind != COSH:
            _bend(products.reshape(products.size), distances.slope, n * products.shape[1], kind)
        for m in range(n):
            for j in range(products.shape[1]):
                products[m, j] += bias[j] + one
    else:
        if kind != COSH:
            _bend(products, distances.slope, n, kind)
        for k in range(n):
            products[k] += bias[rows[k]] + one


@njit(fastmath=FAST, error_model="numpy")
def to_products(distances, steps, n, rows):
    """The chain rule; the biases are replaced by their changes."""
    bias, slope = distances.bias, distances.slope
    bias[:] = 0
    if steps.ndim == 2:
        for m in range(n):
            for j in range(steps.shape[1]):
                bias[j] += steps[m, j]
        flat, used = steps.reshape(steps.size), n * steps.shape[1]
        if distances.kind != COSH:
            for k in range(used):
                flat[k] *= slope[k]
    else:
        for k in range(n):
            bias[rows[k]] += steps[k]
        if distances.kind != COSH:
            for k in range(n):
                steps[k] *= slope[k]


@njit(error_model="numpy")
def _bend(products, slope, n, kind):
    """Replace -cosh d by -d or -d^2; slope: becomes the derivative of that by -cosh d."""
    for j in range(n):
        u = -products[j] - products.dtype.type(1)
        near = u < NEAREST
        u = products.dtype.type(NEAREST) if near else u  # NaN stays NaN: a diverging run must be seen
        d = products.dtype.type(2) * np.arcsinh(np.sqrt(u * products.dtype.type(0.5)))
        s = products.dtype.type(0 if near else 1) / np.sqrt(u * (u + products.dtype.type(2)))
        if kind == PLAIN:
            products[j], slope[j] = -d, s
        else:
            products[j], slope[j] = -d * d, products.dtype.type(2) * d * s


train_block = driver(step, to_ambient, from_ambient)
