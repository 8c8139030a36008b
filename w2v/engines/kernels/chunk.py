"""What every kernel does around its head: one step of gradient descent on a chunk of the text.

A chunk is a run of consecutive places of the text, each with one hidden vector: for skipgram the row of the word that
stands there, for cbow the mean of the window around it. It holds all examples of these hidden vectors. What they are
made of and what they predict is again a run of places, one of the two longer than the chunk by a window on each side:

                the rows come from      the targets are
    skipgram    the chunk               the words in whose windows the chunk's are
    cbow        the chunk's windows     the chunk

The input rows are fetched once, everything is computed with the tables as they were before the chunk, and the sum of
the changes is written back. So each row is fetched once per place, not once per pair, and the step is exactly one on
the chunk's summed loss.

    gather           the hidden vectors
    meet_shared      all hidden vectors against output rows that all of them meet: three matrix products (`shared.py`)
    meet_own         each target's hidden vectors against output rows of that target alone: lists of pairs (`own.py`)
    scatter          the changes of the hidden vectors, handed on to the input rows

A head only says which output rows a target stands for, and whether their scores should be large or small.
"""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.engines.kernels.simd import SLACK, prefetch_row, set_row

CACHE_LINE = 64  # bytes


class Bag(NamedTuple):
    """The encoder, as the kernels take it."""

    cbow: bool
    mean: bool  # cbow: average the window's rows, else add them
    divide: bool  # cbow: divide the gradient by the window's size as well (the true gradient of the mean)


class Chunk(NamedTuple):
    """The input side of a chunk, made once per block and used again for each of its chunks.

    H hidden vectors, made of the rows of P places, that predict T targets.
    """

    sums: np.ndarray  # [P + 1, D] cbow: sums of the rows of all places before each; skipgram: of no use
    hidden: np.ndarray  # [H, D] the hidden vectors
    change: np.ndarray  # [H, D] what is to be added to them
    first: np.ndarray  # int64 [T], target i is predicted from hidden[first[i]:last[i]]
    last: np.ndarray  # int64 [T]
    skip: np.ndarray  # int64 [T], but not from this one (skipgram: the target's own place); -1: from all
    share: np.ndarray  # [H], cbow: the part of each hidden vector's change that every row of its window gets
    bounds: np.ndarray  # int64 [4]: rows come from the places bounds[0:2]; the targets are at bounds[2:4]


@njit
def table(rows, width, like):
    """A table of zeros [rows + SLACK, width] on cache lines, with the number type of another."""
    size = (rows + SLACK) * width
    room = np.zeros(size + CACHE_LINE // like.itemsize, like.dtype)
    skip = (-room.ctypes.data % CACHE_LINE) // like.itemsize
    return room[skip : skip + size].reshape(rows + SLACK, width)


@njit(inline="always")
def input_side(inputs, size, window, bag):
    """Room for chunks of up to `size` hidden vectors."""
    wider, width = size + 2 * window, inputs.shape[1]
    targets = size if bag.cbow else wider
    return Chunk(
        table(wider + 1 if bag.cbow else 0, width, inputs),
        table(size, width, inputs),
        table(size, width, inputs),
        np.empty(targets, np.int64),
        np.empty(targets, np.int64),
        np.empty(targets, np.int64),
        np.ones(size, inputs.dtype),
        np.empty(4, np.int64),
    )


@njit(inline="always")
def targets_of(windows, begin, end, window, bag):
    """The targets of a chunk's examples are at places first <= t < last; (first, last)."""
    first, last = begin, end
    if not bag.cbow:
        for place in range(begin - 1, max(begin - window, 0) - 1, -1):
            if windows.stop[place] > begin:
                first = place
        for place in range(end, min(end + window, windows.ids.size)):
            if windows.start[place] < end:
                last = place + 1
    return first, last


@njit(inline="always")
def gather(inputs, windows, begin, end, window, bag, chunk):
    """Fill `chunk` for the places begin <= i < end; returns its number of examples."""
    ids, start, stop = windows
    one = inputs.dtype.type(1)
    low, high = begin, end
    if bag.cbow:
        for centre in range(begin, end):
            low = min(low, start[centre])
            high = max(high, stop[centre])
    for place in range(high, min(high + end - begin, ids.size)):
        prefetch_row(inputs, ids[place])  # about what the next chunk will need
    first_target, last_target = targets_of(windows, begin, end, window, bag)
    chunk.bounds[0], chunk.bounds[1], chunk.bounds[2], chunk.bounds[3] = low, high, first_target, last_target
    if bag.cbow:  # sums[0] stays zero
        for place in range(low, high):
            here = place - low
            set_row(chunk.sums, here + 1, (chunk.sums, inputs), (here, ids[place]), (one, one))
    else:
        for place in range(low, high):
            set_row(chunk.hidden, place - low, (inputs,), (ids[place],), (one,))
    examples = 0
    for target in range(first_target, last_target):
        i = target - first_target
        if bag.cbow:
            first, last = start[target] - low, stop[target] - low
            context = last - first - 1
            chunk.first[i], chunk.last[i], chunk.skip[i] = i, i + (context > 0), -1
            examples += context > 0
            share = inputs.dtype.type(1.0 / context if bag.mean and context > 0 else 1.0)
            tables = chunk.sums, chunk.sums, inputs
            set_row(chunk.hidden, i, tables, (last, first, ids[target]), (share, -share, -share))
        else:  # what of the target's window is in the chunk
            first = min(max(start[target], begin), end) - begin
            last = max(min(stop[target], end) - begin, first)
            inside = begin <= target < end
            chunk.first[i], chunk.last[i], chunk.skip[i] = first, last, target - begin if inside else -1
            examples += last - first - inside
    return examples


@njit(inline="always")
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
