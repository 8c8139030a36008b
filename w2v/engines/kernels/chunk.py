"""What every kernel does around its head: one step of gradient descent on a chunk of consecutive centres.

A chunk's centres together see a run of consecutive places of the text. The input rows of those places are fetched
once, everything is computed with the tables as they were before the chunk, and the sum of the changes is written back.
So each row is fetched once per place, not once per pair, and the step is exactly one on the chunk's summed loss.

    gather           the hidden vectors: for skipgram the places' rows, for cbow the mean of each centre's window
    meet_shared      all hidden vectors against output rows that all of them meet: three matrix products
    meet_own         each centre's hidden vectors against output rows of that centre alone: lists of pairs
    scatter          the changes of the hidden vectors, handed on to the input rows

A head only says which output rows a centre meets, and whether their scores should be large or small.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from w2v.engines.kernels.logistic import logistic, padded
from w2v.engines.kernels.products import FAST, add_weighted, dots, multiply, transpose
from w2v.engines.kernels.simd import SLACK, prefetch_row, set_row


class Bag(NamedTuple):
    """The encoder, as the kernels take it."""

    cbow: bool
    mean: bool  # cbow: average the window's rows, else add them
    divide: bool  # cbow: divide the gradient by the window's size as well (the true gradient of the mean)


class Chunk(NamedTuple):
    """The input side of a chunk, made once per block and used again for each of its chunks; P places, T centres."""

    sums: np.ndarray  # [P + 1, D] cbow: sums of the rows of all places before each; skipgram: of no use
    hidden: np.ndarray  # [P or T, D] the hidden vectors
    change: np.ndarray  # [P or T, D] what is to be added to them
    first: np.ndarray  # int64 [T], centre i predicts from hidden[first[i]:last[i]]
    last: np.ndarray  # int64 [T]
    skip: np.ndarray  # int64 [T], but not from this one (skipgram: the centre's own place); -1: from all
    uses: np.ndarray  # [P or T], for how many centres each hidden vector is used: the number of its examples
    bounds: np.ndarray  # int64 [3]: places from, places to, hidden vectors


class Shared(NamedTuple):
    """Output rows that all hidden vectors of a chunk meet: N of them, for H hidden vectors."""

    rows: np.ndarray  # [N, D] as they were before the chunk
    change: np.ndarray  # [N, D]
    across: np.ndarray  # [D, N] the rows, transposed
    g: np.ndarray  # [H, N] scores, then steps
    up: np.ndarray  # [H, N] weight of the decisions that want the score large
    down: np.ndarray  # [H, N] and of those that want it small


class Own(NamedTuple):
    """Output rows that only one centre meets, as pairs with its hidden vectors: M pairs in the chunk.

    The pairs of a centre are consecutive: all its output rows for its first hidden vector, then for the next.
    """

    start: np.ndarray  # int64 [T + 1], the pairs of centre i are start[i]:start[i + 1]
    breadth: np.ndarray  # int64 [T], output rows of centre i
    hidden: np.ndarray  # int32 [M], which hidden vector
    rows: np.ndarray  # int32 [M], which row of the output table
    g: np.ndarray  # [M] scores, then steps
    up: np.ndarray  # [M] 1 where the score should be large
    down: np.ndarray  # [M] 1 where it should be small


@njit(cache=True)
def table(rows, width, like):
    """A table of zeros [rows + SLACK, width] with the number type of another."""
    return np.zeros((rows + SLACK, width), like.dtype)


@njit(cache=True)
def input_side(inputs, size, window, bag):
    """Room for chunks of up to `size` centres."""
    places, width = size + 2 * window, inputs.shape[1]
    count = size if bag.cbow else places
    return Chunk(
        table(places + 1 if bag.cbow else 0, width, inputs),
        table(count, width, inputs),
        table(count, width, inputs),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(count, inputs.dtype),
        np.empty(3, np.int64),
    )


@njit(cache=True)
def shared_side(chunk, n):
    """Room for n output rows that a chunk's hidden vectors share."""
    width, count = chunk.hidden.shape[1], len(chunk.hidden)
    return Shared(
        table(n, width, chunk.hidden),
        table(n, width, chunk.hidden),
        table(width, padded(n), chunk.hidden),
        table(count, padded(n), chunk.hidden),
        table(count, padded(n), chunk.hidden),
        table(count, padded(n), chunk.hidden),
    )


@njit(cache=True)
def own_side(windows, breadth, size, bag, like):
    """Room for the pairs of any chunk; breadth[word] is how many output rows a centre with that word meets."""
    ids, start, stop = windows
    most = 0
    for begin in range(0, ids.size, size):
        pairs = 0
        for centre in range(begin, min(begin + size, ids.size)):
            context = stop[centre] - start[centre] - 1
            pairs += breadth[ids[centre]] * (min(context, 1) if bag.cbow else context)
        most = max(most, pairs)
    most = padded(most)
    return Own(
        np.zeros(size + 1, np.int64),
        np.zeros(size, np.int64),
        np.zeros(most, np.int32),
        np.zeros(most, np.int32),
        np.zeros(most, like.dtype),
        np.zeros(most, like.dtype),
        np.zeros(most, like.dtype),
    )


@njit(fastmath=FAST, error_model="numpy", cache=True)
def gather(inputs, windows, begin, end, bag, chunk):
    """Fill `chunk` for the centres begin <= i < end; returns its number of examples."""
    ids, start, stop = windows
    one = inputs.dtype.type(1)
    low, high = start[begin], stop[begin]
    for centre in range(begin + 1, end):
        low = min(low, start[centre])
        high = max(high, stop[centre])
    for place in range(high, min(high + end - begin, ids.size)):
        prefetch_row(inputs, ids[place])  # about what the next chunk will need
    count = end - begin if bag.cbow else high - low
    chunk.bounds[0], chunk.bounds[1], chunk.bounds[2] = low, high, count
    chunk.uses[:count] = 0
    if bag.cbow:  # sums[0] stays zero
        for place in range(low, high):
            here = place - low
            set_row(chunk.sums, here + 1, (chunk.sums, inputs), (here, ids[place]), (one, one))
    else:
        for place in range(low, high):
            set_row(chunk.hidden, place - low, (inputs,), (ids[place],), (one,))
    examples = 0
    for centre in range(begin, end):
        i, first, last, own = centre - begin, start[centre] - low, stop[centre] - low, centre - low
        context = last - first - 1
        if bag.cbow:
            chunk.first[i], chunk.last[i], chunk.skip[i] = i, i + (context > 0), -1
            chunk.uses[i] = context > 0
            examples += context > 0
            share = inputs.dtype.type(1.0 / context if bag.mean and context > 0 else 1.0)
            tables = chunk.sums, chunk.sums, chunk.sums, chunk.sums
            set_row(chunk.hidden, i, tables, (last, own + 1, own, first), (share, -share, share, -share))
        else:
            chunk.first[i], chunk.last[i], chunk.skip[i] = first, last, own
            for place in range(first, last):
                chunk.uses[place] += 1
            chunk.uses[own] -= 1
            examples += context
    return examples


@njit(cache=True)
def meet_shared(chunk, shared, n, rate):
    """The step for output rows that all hidden vectors meet; sets both changes, returns the loss."""
    count = chunk.bounds[2]
    transpose(shared.rows, n, shared.across)
    multiply(chunk.hidden, shared.across, shared.g, count, chunk.hidden.shape[1])
    flat = shared.g.size
    used = count * shared.g.shape[1]
    loss = logistic(shared.g.reshape(flat), shared.up.reshape(flat), shared.down.reshape(flat), used, rate)
    multiply(shared.g, shared.rows, chunk.change, count, n)
    multiply(shared.g.T, chunk.hidden, shared.change, n, count)
    return loss


@njit(cache=True)
def meet_own(chunk, outputs, own, centres, rate):
    """The step for each centre's own output rows: adds to the chunk's change, then to the rows; returns the loss."""
    start, breadth, hidden, rows, g, up, down = own
    n = start[centres]
    up[n : padded(n)] = down[n : padded(n)] = 0
    dots(chunk.hidden, hidden, outputs, rows, g, n)
    loss = logistic(g, up, down, n, rate)
    for i in range(centres):
        k = start[i]
        while k < start[i + 1]:
            add_weighted(chunk.change, hidden[k], outputs, rows, g, k, 1, breadth[i])
            k += breadth[i]
    for i in range(centres):
        if start[i] < start[i + 1]:
            members = chunk.last[i] - chunk.first[i] - (chunk.skip[i] >= 0)
            for k in range(start[i], start[i] + breadth[i]):
                add_weighted(outputs, rows[k], chunk.hidden, hidden, g, k, breadth[i], members)
    return loss


@njit(fastmath=FAST, error_model="numpy", cache=True)
def scatter(inputs, windows, begin, end, bag, chunk):
    """Hand the change of the hidden vectors on to the input table."""
    ids, start, stop = windows
    low, high = chunk.bounds[0], chunk.bounds[1]
    one = inputs.dtype.type(1)
    if not bag.cbow:
        for place in range(low, high):
            set_row(inputs, ids[place], (inputs, chunk.change), (ids[place], place - low), (one, one))
        return
    # Each place gets the changes of all windows that it is in: they begin and end somewhere, and between is a sum.
    sums = chunk.sums
    sums[: high - low + 1] = 0
    for centre in range(begin, end):
        i, context = centre - begin, stop[centre] - start[centre] - 1
        share = inputs.dtype.type(1.0 / context if bag.divide and context > 0 else 1.0)
        for place, side in ((start[centre], share), (stop[centre], -share)):
            set_row(sums, place - low, (sums, chunk.change), (place - low, i), (one, side))
        for place, side in ((centre, -share), (centre + 1, share)):
            set_row(sums, place - low, (sums, chunk.change), (place - low, i), (one, side))
    for place in range(low, high):
        here = place - low
        if here > 0:
            set_row(sums, here, (sums, sums), (here, here - 1), (one, one))
        set_row(inputs, ids[place], (inputs, sums), (ids[place], here), (one, one))
    sums[0] = 0
