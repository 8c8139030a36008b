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

from w2v.compiled import njit
from w2v.engines.kernels.logistic import LANES, logistic, padded
from w2v.engines.kernels.products import FAST, add_grids, dots, multiply, transpose
from w2v.engines.kernels.simd import SLACK, prefetch_row, set_row

CACHE_LINE = 64  # bytes


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
    share: np.ndarray  # [T], cbow: the part of each hidden vector's change that every row of its window gets
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
    """Output rows that only one centre meets: with A hidden vectors and L rows, centre i has a grid of A x L scores.

    A hidden vectors of centre i    members[first[i]:first[i] + crowd[i]]
    L output rows                   slots[path[i]:path[i] + breadth[i]]
    scores                          g[place[i]:place[i + 1]], the L of the first hidden vector, then those of the next
    """

    first: np.ndarray  # int64 [T + 1]
    crowd: np.ndarray  # int64 [T]
    members: np.ndarray  # int32 [sum of A]
    path: np.ndarray  # int64 [T]
    breadth: np.ndarray  # int64 [T]
    slots: np.ndarray  # int32, any list of output rows
    place: np.ndarray  # int64 [T + 1]
    ones: np.ndarray  # int64 [T]
    g: np.ndarray  # [M] scores, then steps
    up: np.ndarray  # [M] 1 where the score should be large
    down: np.ndarray  # [M] 1 where it should be small


@njit
def table(rows, width, like):
    """A table of zeros [rows + SLACK, width] on cache lines, with the number type of another."""
    size = (rows + SLACK) * width
    room = np.zeros(size + CACHE_LINE // like.itemsize, like.dtype)
    skip = (-room.ctypes.data % CACHE_LINE) // like.itemsize
    return room[skip : skip + size].reshape(rows + SLACK, width)


@njit
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
        np.ones(size, inputs.dtype),
        np.empty(3, np.int64),
    )


@njit
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


@njit
def own_side(windows, breadth, slots, size, bag, like):
    """Room for the grids of any chunk; breadth[word] is how many output rows a centre with that word meets."""
    ids, start, stop = windows
    most_members = most = 0
    for begin in range(0, ids.size, size):
        members = scores = 0
        for centre in range(begin, min(begin + size, ids.size)):
            context = stop[centre] - start[centre] - 1
            context = min(context, 1) if bag.cbow else context
            members += context
            scores += context * breadth[ids[centre]]
        most_members, most = max(most_members, members), max(most, scores)
    most = padded(most) + LANES  # written in whole groups
    return Own(
        np.zeros(size + 1, np.int64),
        np.zeros(size, np.int64),
        np.zeros(most_members + LANES, np.int32),
        np.zeros(size, np.int64),
        np.zeros(size, np.int64),
        slots,
        np.zeros(size + 1, np.int64),
        np.ones(size, np.int64),
        np.zeros(most, like.dtype),
        np.zeros(most, like.dtype),
        np.zeros(most, like.dtype),
    )


@njit(fastmath=FAST, error_model="numpy")
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
            examples += context > 0
            share = inputs.dtype.type(1.0 / context if bag.mean and context > 0 else 1.0)
            tables = chunk.sums, chunk.sums, chunk.sums, chunk.sums
            set_row(chunk.hidden, i, tables, (last, own + 1, own, first), (share, -share, share, -share))
        else:
            chunk.first[i], chunk.last[i], chunk.skip[i] = first, last, own
            examples += context
    return examples


@njit
def lay_out(chunk, own, i, path, breadth):
    """Give centre i its grid: its hidden vectors against the output rows slots[path:path + breadth]."""
    k = own.first[i]
    for m in range(chunk.first[i], chunk.last[i]):
        own.members[k] = m
        k += m != chunk.skip[i]  # the centre's own place is overwritten by the next
    own.first[i + 1], own.crowd[i] = k, k - own.first[i]
    own.path[i], own.breadth[i] = path, breadth
    own.place[i + 1] = own.place[i] + own.crowd[i] * breadth


@njit
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


@njit
def meet_own(chunk, outputs, own, centres, rate):
    """The step for each centre's own output rows: adds to the chunk's change, then to the rows; returns the loss."""
    first, crowd, members, path, breadth, slots, place, ones, g, up, down = own
    hidden, change = chunk.hidden, chunk.change
    for i in range(centres):
        if breadth[i] == 1:
            dots(outputs, slots[path[i]], hidden, members, first[i], crowd[i], g, place[i])
        else:
            at = place[i]
            for k in range(first[i], first[i + 1]):
                dots(hidden, members[k], outputs, slots, path[i], breadth[i], g, at)
                at += breadth[i]
    n = place[centres]
    up[n : padded(n)] = down[n : padded(n)] = 0
    loss = logistic(g, up, down, n, rate)
    add_grids(change, members, first, crowd, outputs, slots, path, breadth, g, place, breadth, ones, centres)
    add_grids(outputs, slots, path, breadth, hidden, members, first, crowd, g, place, ones, breadth, centres)
    return loss


@njit(fastmath=FAST, error_model="numpy")
def scatter(inputs, windows, begin, end, bag, chunk):
    """Hand the change of the hidden vectors on to the input table."""
    ids, start, stop = windows
    low, high = chunk.bounds[0], chunk.bounds[1]
    one = inputs.dtype.type(1)
    if not bag.cbow:
        for place in range(low, high):
            set_row(inputs, ids[place], (inputs, chunk.change), (ids[place], place - low), (one, one))
        return
    # A place gets the changes of all windows that it is in, a sum that each window enters and leaves; but not its own.
    sums, change = chunk.sums, chunk.change
    sums[: high - low + 1] = 0
    for centre in range(begin, end):
        i, context = centre - begin, stop[centre] - start[centre] - 1
        share = inputs.dtype.type(1.0 / context if bag.divide and context > 0 else 1.0)
        chunk.share[i] = share
        set_row(sums, start[centre] - low, (sums, change), (start[centre] - low, i), (one, share))
        set_row(sums, stop[centre] - low, (sums, change), (stop[centre] - low, i), (one, -share))
    for here in range(1, high - low):
        set_row(sums, here, (sums, sums), (here, here - 1), (one, one))
    for place in range(low, high):  # not in the loop above: what was just stored is slow to load
        word, here, i = ids[place], place - low, place - begin
        if begin <= place < end:
            set_row(inputs, word, (inputs, sums, change), (word, here, i), (one, one, -chunk.share[i]))
        else:
            set_row(inputs, word, (inputs, sums), (word, here), (one, one))
    sums[0] = 0
