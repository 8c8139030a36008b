"""Negative sampling in hyperbolic space on the CPU: the steps of `heads/poincare.py`, with the gradient written out.

A point x of the hyperboloid is kept by its D space-like numbers; its time is t(x) = sqrt(1 + |x|^2). Within a chunk
each row carries its time in the column behind them, an output row with the opposite sign. So the product of a hidden
row and an output row is -cosh d, matrix products serve as they do for `ns`, and what they make of that column is the
step against the slope with respect to the time. It becomes one of the point by

    dt/dx = x / t        the change of x is longer by  (change of t) * x / t,    x as it was before the chunk

In the tables the column of an input row is padding, zero between chunks; that of an output row holds the word's bias.
"""

from typing import NamedTuple

import numpy as np

from w2v import randomness, sampler
from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels import ns
from w2v.engines.kernels.chunk import gather, input_side, scatter, table
from w2v.engines.kernels.factors import fetch
from w2v.engines.kernels.logistic import logistic, padded
from w2v.engines.kernels.own import lay_out, own_side
from w2v.engines.kernels.products import FAST, add_grids, dots, multiply, transpose
from w2v.engines.kernels.shared import shared_side
from w2v.engines.kernels.simd import prefetch_row, set_row

COSH, PLAIN, SQUARE = 0, 1, 2
KINDS = {"cosh": COSH, "d": PLAIN, "d2": SQUARE}
EXTRA_COLUMNS = 1  # of an output row: the word's bias, after its point
NEAREST = 1e-6  # cosh d - 1, below which distances are one (heads/poincare.py)


class Setting(NamedTuple):
    """What the kernel looks up."""

    noise: ns.Noise
    length: int  # D
    kind: int  # COSH, PLAIN or SQUARE


class Points(NamedTuple):
    """Room for a chunk's points beside `Chunk`; H hidden vectors of P places, T targets, N noise words."""

    before: np.ndarray  # [P, D'] the places' input rows as they were, each with its time
    times: np.ndarray  # [P + 1] cbow: sums of the times of all places before each
    roots: np.ndarray  # [H] cbow: what the mean of a window is divided by to lie on the hyperboloid
    mine: np.ndarray  # [T, D'] the targets' output rows as they were
    mine_change: np.ndarray  # [T, D']
    shared_bias: np.ndarray  # [N'] biases of the noise words
    mine_bias: np.ndarray  # [T] and of the targets
    shared_slope: np.ndarray  # [H N'] derivatives of the scores by -cosh d; for COSH they are 1 and not kept
    mine_slope: np.ndarray  # [M]


def output_rows(vocab_size: int) -> int:
    """One row per word."""
    return vocab_size


def prepare(config: Config, counts: np.ndarray) -> Setting:
    """The noise table of a vocabulary with these counts, int64 [V], and the form of the score."""
    return Setting(ns.prepare(config, counts), config.vector_size, KINDS[config.distance_score])


@njit(nogil=True)
def train(inputs, outputs, windows, bag, setting, size, window, alpha, place, interrupted):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] with padded rows, D' > D; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); setting: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index, thread); the thread makes no difference.
        interrupted: uint8 [1]; once it is not 0 the block ends after this step.
    """
    key = randomness.stream_key(place[0], place[1], place[2], randomness.NOISE)
    noise, length, kind = setting
    ids, n = windows.ids, noise.shared
    chunk = input_side(inputs, size, window, bag)
    shared = shared_side(chunk, n, inputs.dtype)
    own = own_side(windows, 1, size, bag, chunk)
    for i in range(own.slots.size):  # the places of `points.mine`
        own.slots[i] = i
    points = _points_side(chunk, shared, own, inputs, size, window, kind)
    words = np.empty(n, np.int32)
    uses = np.empty(len(chunk.hidden), np.int64)
    one, rate = inputs.dtype.type(1), inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        if interrupted[0]:
            break
        end = min(begin + size, ids.size)
        for j in range(n):
            words[j] = sampler.draw(noise.threshold, noise.alias, randomness.bits(key, begin // size * n + j))
            prefetch_row(outputs, words[j])
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        first, last = chunk.bounds[2], chunk.bounds[3]
        for word in ids[last : last + size]:  # for the next chunk
            prefetch_row(outputs, word)
        _rise(inputs, windows, begin, end, bag, chunk, points, length)
        fetch(outputs, words, n, shared.rows)
        for i in range(last - first):
            set_row(points.mine, i, (outputs,), (ids[first + i],), (one,))
            lay_out(chunk, own, i, 1)
        _take_bias(shared.rows.left, points.shared_bias, n, length)
        _take_bias(points.mine, points.mine_bias, last - first, length)
        ns.weigh(chunk, ids[first:last], words, noise.weight, shared, uses, end - begin)
        own.up[: own.place[last - first]] = 1
        loss += _meet_shared(chunk, shared, points, n, end - begin, length, kind, rate)
        loss += _meet_own(chunk, own, points, last - first, kind, rate)
        for j in range(n):
            _move(outputs, words[j], shared.rows.left, shared.change, j, length, points.shared_bias[j])
        for i in range(last - first):
            _move(outputs, ids[first + i], points.mine, points.mine_change, i, length, points.mine_bias[i])
        if bag.cbow:
            _descend(chunk, points, end - begin, length)
        scatter(inputs, windows, begin, end, bag, chunk)
        _settle(inputs, windows, chunk, points, length)
    return loss, examples


@njit(inline="always")
def _points_side(chunk, shared, own, inputs, size, window, kind):
    """Room for chunks of up to `size` hidden vectors."""
    width, places, targets = inputs.shape[1], size + 2 * window, len(chunk.first)
    return Points(
        table(places, width, inputs),
        np.zeros(places + 1, inputs.dtype),
        np.ones(size, inputs.dtype),
        table(targets, width, inputs),
        table(targets, width, inputs),
        np.zeros(shared.g.shape[1], inputs.dtype),
        np.zeros(targets, inputs.dtype),
        np.zeros(0 if kind == COSH else shared.g.size, inputs.dtype),
        np.zeros(0 if kind == COSH else own.g.size, inputs.dtype),
    )


@njit(fastmath=FAST, error_model="numpy")
def _rise(inputs, windows, begin, end, bag, chunk, points, length):
    """Put the hidden vectors on the hyperboloid: each row gets its time, and means of points become midpoints."""
    ids, start, stop = windows
    low, high = chunk.bounds[0], chunk.bounds[1]
    one = inputs.dtype.type(1)
    before, times, hidden = points.before, points.times, chunk.hidden
    for place in range(low, high):
        here = place - low
        set_row(before, here, (inputs,), (ids[place],), (one,))
        before[here, length] = _time(before[here], length)
    if not bag.cbow:
        for here in range(high - low):
            hidden[here, length] = before[here, length]
        return
    for here in range(high - low):
        times[here + 1] = times[here] + before[here, length]
    for centre in range(begin, end):
        i, first, last, own = centre - begin, start[centre] - low, stop[centre] - low, centre - low
        context = last - first - 1
        if context == 0:
            continue
        share = inputs.dtype.type(1.0 / context if bag.mean else 1.0)
        time = share * (times[last] - times[own + 1] + times[own] - times[first])
        square = time * time
        for k in range(length):
            square -= hidden[i, k] * hidden[i, k]
        points.roots[i] = np.sqrt(one if square < one else square)  # a mean lies inside: rounding may not say else
        factor = one / points.roots[i]
        set_row(hidden, i, (hidden,), (i,), (factor,))
        hidden[i, length] = time * factor


@njit(fastmath=FAST, error_model="numpy", forceinline=True)
def _time(row, length):
    """sqrt(1 + |x|^2)"""
    square = row.dtype.type(1)
    for k in range(length):
        square += row[k] * row[k]
    return np.sqrt(square)


@njit
def _take_bias(rows, bias, n, length):
    """Take the biases out of output rows, and put their times, negative, in that place."""
    for j in range(n):
        bias[j] = rows[j, length]
        rows[j, length] = -_time(rows[j], length)


@njit(inline="always")
def _meet_shared(chunk, shared, points, n, count, length, kind, rate):
    """The step for noise words; sets both changes, and the biases' in place of the biases; returns the loss."""
    g, used = shared.g.reshape(shared.g.size), count * shared.g.shape[1]
    transpose(shared.rows.left, n, shared.across)
    multiply(chunk.hidden, shared.across, shared.g, count, length + 1)
    if kind != COSH:
        _bend(g, points.shared_slope, used, kind)
    _add_bias(shared.g, points.shared_bias, count, kind)
    loss = logistic(g, shared.up.reshape(g.size), shared.down.reshape(g.size), used, rate)
    _add_up(shared.g, points.shared_bias, count)
    if kind != COSH:
        g[:used] *= points.shared_slope[:used]
    multiply(shared.g, shared.rows.right, chunk.change, count, n)
    multiply(shared.g.T, chunk.hidden, shared.change, n, count)
    return loss


@njit(fastmath=FAST, error_model="numpy")
def _add_bias(g, bias, count, kind):
    one = g.dtype.type(1 if kind == COSH else 0)
    for m in range(count):
        for j in range(g.shape[1]):
            g[m, j] += bias[j] + one


@njit(fastmath=FAST, error_model="numpy")
def _add_up(g, total, count):
    total[:] = 0
    for m in range(count):
        for j in range(g.shape[1]):
            total[j] += g[m, j]


@njit(inline="always")
def _meet_own(chunk, own, points, targets, kind, rate):
    """The step for each target's own word: adds to the chunk's change, sets the words'; returns the loss."""
    first, crowd, members, path, breadth, slots, place, ones, g, up, down = own
    one = g.dtype.type(1 if kind == COSH else 0)
    for i in range(targets):
        dots(points.mine, slots, path[i], 1, chunk.hidden, members, first[i], crowd[i], g, place[i])
    n = place[targets]
    g[n : padded(n)] = up[n : padded(n)] = down[n : padded(n)] = 0
    if kind != COSH:
        _bend(g, points.mine_slope, n, kind)
    for i in range(targets):
        for k in range(place[i], place[i + 1]):
            g[k] += points.mine_bias[i] + one
    loss = logistic(g, up, down, n, rate)
    for i in range(targets):
        points.mine_bias[i] = 0
        for k in range(place[i], place[i + 1]):
            points.mine_bias[i] += g[k]
    if kind != COSH:
        g[:n] *= points.mine_slope[:n]
    points.mine_change[:targets] = 0
    change, rows, more = chunk.change, points.mine, points.mine_change
    add_grids(change, members, first, crowd, rows, slots, path, breadth, g, place, breadth, ones, targets)
    add_grids(more, slots, path, breadth, chunk.hidden, members, first, crowd, g, place, ones, breadth, targets)
    return loss


@njit(error_model="numpy")
def _bend(g, slope, n, kind):
    """Replace -cosh d by -d or -d^2; slope: the derivative of the one by the other."""
    for j in range(n):
        u = -g[j] - g.dtype.type(1)
        near = u < NEAREST
        u = g.dtype.type(NEAREST) if near else u  # NaN stays NaN: a diverging run must be seen
        d = g.dtype.type(2) * np.arcsinh(np.sqrt(u * g.dtype.type(0.5)))
        s = g.dtype.type(0 if near else 1) / np.sqrt(u * (u + g.dtype.type(2)))
        if kind == PLAIN:
            g[j], slope[j] = -d, s
        else:
            g[j], slope[j] = -d * d, g.dtype.type(2) * d * s


@njit
def _move(outputs, word, rows, changes, j, length, bias):
    """Add row j's change to a word's output row, its time's share included, and its bias's."""
    one = outputs.dtype.type(1)
    share = changes[j, length] / rows[j, length]
    rows[j, length], changes[j, length] = 0, bias
    set_row(outputs, word, (outputs, changes, rows), (word, j, j), (one, one, share))


@njit(fastmath=FAST, error_model="numpy")
def _descend(chunk, points, count, length):
    """From changes of midpoints to changes of the means that they were made of."""
    hidden, change = chunk.hidden, chunk.change
    for i in range(count):
        both = hidden.dtype.type(0)
        for k in range(length + 1):
            both += hidden[i, k] * change[i, k]
        factor = hidden.dtype.type(1) / points.roots[i]
        time = (change[i, length] - both * hidden[i, length]) * factor
        set_row(change, i, (change, hidden), (i, i), (factor, both * factor))
        change[i, length] = time


@njit(error_model="numpy")
def _settle(inputs, windows, chunk, points, length):
    """Turn the change of each input row's time, which `scatter` left in its padding, into one of its point."""
    low, before = chunk.bounds[0], points.before
    one = inputs.dtype.type(1)
    for place in range(low, chunk.bounds[1]):
        word, here = windows.ids[place], place - low
        time = inputs[word, length]
        if time != 0:  # else there is none, or an earlier place of the word has taken it
            set_row(inputs, word, (inputs, before), (word, here), (one, time / before[here, length]))
            inputs[word, length] = 0
