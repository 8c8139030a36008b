"""The input side of a step: from rows of the input table to hidden vectors, and from their gradients back to the rows.

A chunk is a mini-batch: some consecutive places of the text, each with one hidden vector, which is for skipgram the
input vector of the word there, for cbow the mean of the input vectors in the context window around it. The chunk holds
all examples of these hidden vectors. What they are made of and what they predict are consecutive places too, one of the
two longer than the chunk by a window on each side:

                input vectors of         targets
    skipgram    the chunk                the words in whose windows the chunk's are
    cbow        the chunk's windows      the chunk

Every row is fetched once per place, everything is computed with the tables as they were before the chunk, and then the
*changes* are added: -rate times the gradient. So a step is exactly one of gradient descent on the chunk's summed loss.

    fetch_places     input rows -> input vectors of places: a row, or the sum or mean of several (`input_rows.py`)
    make_hidden      -> hidden vectors, by the encoder
    (the head)       -> changes of the hidden vectors, and of output rows
    change_places    -> changes of the input vectors, by the encoder's gradient
    add_back         -> input rows

cbow's window sums are differences of running sums (prefix sums), and so is the way back.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import part
from w2v.kernels.simd.tiles import SLACK, prefetch_row, set_row

CACHE_LINE = 64  # bytes


class WindowReduction(NamedTuple):
    """The encoder, as the kernels take it: how a context window becomes a hidden vector."""

    cbow: bool  # else skipgram, where each word of the window is a hidden vector of its own
    mean: bool  # cbow: average the window, else add it up
    divide: bool  # cbow: divide the gradient by the window's size as well (the true gradient of the mean)
    by_rows: bool = False  # cbow: the mean over all rows of the window, so that a word of many rows counts for more
    frozen_output: bool = False  # output rows get no change: a matter of no encoder, but of whoever gets this
    words: bool = True  # cbow: hidden vectors are made of the words in the window
    documents: bool = False  # cbow: and of their document's rows (`documents.py`)


class Span(NamedTuple):
    """Which places of the block a chunk concerns."""

    number: int  # of the chunk in its block
    begin: int  # hidden vectors: begin <= i < end
    end: int
    low: int  # input vectors that they are made of: low <= i < high
    high: int
    first: int  # targets: first <= i < last
    last: int
    count: int  # of hidden vectors: one a place, but where a document's places share one (`documents.py`)


class Chunk(NamedTuple):
    """Buffers for H hidden vectors, made of the input vectors of P places, that predict T targets; D' is D, padded."""

    places: np.ndarray  # [P, D'] the input vectors; skipgram: the same as `hidden`
    place_changes: np.ndarray  # [P, D'] what is to be added to them; skipgram: the same as `change`, cbow: as `sums`
    sums: np.ndarray  # [P + 1, D'] cbow: running sums over places; skipgram: empty
    hidden: np.ndarray  # [H, D']
    change: np.ndarray  # [H, D'] what is to be added to the hidden vectors
    first: np.ndarray  # int64 [T], target i is predicted from hidden[first[i]:last[i]]
    last: np.ndarray  # int64 [T]
    skip: np.ndarray  # int64 [T], but not from this one (skipgram: the target's own place); -1: from all
    share: np.ndarray  # [H], cbow: the part of each hidden vector's change that every place of its window gets
    n_rows: np.ndarray  # int64 [P + 1], cbow by rows: how many rows the places before each are made of


def table(rows: int, width: int, like: np.ndarray) -> np.ndarray:
    """A table of zeros [rows + SLACK, width] on cache lines, with the number type of another."""
    size = (rows + SLACK) * width
    room = np.zeros(size + CACHE_LINE // like.itemsize, like.dtype)
    skip = (-room.ctypes.data % CACHE_LINE) // like.itemsize
    return room[skip : skip + size].reshape(rows + SLACK, width)


def on_lines(array: np.ndarray) -> np.ndarray:
    """The same array on cache lines of its own: where threads write to one line by turns, each waits for the other."""
    room = np.zeros(-(-array.nbytes // CACHE_LINE) * CACHE_LINE + CACHE_LINE, np.uint8)
    skip = -room.ctypes.data % CACHE_LINE
    copy = room[skip : skip + array.nbytes].view(array.dtype).reshape(array.shape)
    copy[...] = array
    return copy


def new_chunk(inputs: np.ndarray, size: int, window: int, reduction: WindowReduction) -> Chunk:
    """Buffers for chunks of up to `size` hidden vectors."""
    wider, width = size + 2 * window, inputs.shape[1]
    targets = size if reduction.cbow else wider
    hidden, change = table(size, width, inputs), table(size, width, inputs)
    sums = table(wider + 1 if reduction.cbow else 0, width, inputs)
    places = table(wider if reduction.cbow else 0, width, inputs)
    return Chunk(
        places if reduction.cbow else hidden,
        sums if reduction.cbow else change,
        sums,
        hidden,
        change,
        on_lines(np.empty(targets, np.int64)),
        on_lines(np.empty(targets, np.int64)),
        on_lines(np.empty(targets, np.int64)),
        on_lines(np.ones(size, inputs.dtype)),
        on_lines(np.zeros(wider + 1 if reduction.by_rows else 1, np.int64)),
    )


@part
def span_of(windows, begin, size, window, reduction):
    """The chunk of up to `size` hidden vectors that begins at a place."""
    start, stop = windows.start, windows.stop
    end = min(begin + size, windows.ids.size)
    low, high, first, last = begin, end, begin, end
    if reduction.cbow:
        for centre in range(begin, end):
            low = min(low, start[centre])
            high = max(high, stop[centre])
    else:
        for place in range(begin - 1, max(begin - window, 0) - 1, -1):
            if stop[place] > begin:
                first = place
        for place in range(end, min(end + window, windows.ids.size)):
            if start[place] < end:
                last = place + 1
    return Span(begin // size, begin, end, low, high, first, last, end - begin)


@part
def fetch_places(inputs, input_rows, ids, span, places, n_rows):
    """The input vectors of the span's places, from the table as it is now, and `n_rows` where there is room for it."""
    low = span.low
    one = inputs.dtype.type(1)
    following = range(span.high, min(span.high + span.end - span.begin, ids.size))  # what the next chunk will need
    if input_rows.offsets.size == 0:  # one row each
        for place in following:
            prefetch_row(inputs, ids[place])
        for place in range(low, span.high):
            set_row(places, place - low, (inputs,), (ids[place],), (one,))
        return
    offsets, rows = input_rows.offsets, input_rows.rows
    for place in following:
        for k in range(offsets[ids[place]], offsets[ids[place] + 1]):
            prefetch_row(inputs, rows[k])
    for place in range(low, span.high):
        here, begin, end = place - low, offsets[ids[place]], offsets[ids[place] + 1]
        if n_rows.size > 1:
            n_rows[here + 1] = n_rows[here] + (end - begin)
        share = inputs.dtype.type(1.0 / (end - begin)) if input_rows.mean else one
        set_row(places, here, (inputs,), (rows[begin],), (share,))
        for k in range(begin + 1, end):
            set_row(places, here, (places, inputs), (here, rows[k]), (one, share))


@part
def make_hidden(windows, span, reduction, chunk):
    """The hidden vectors, and which of them predict each target; returns the number of examples."""
    begin, end, low = span.begin, span.end, span.low
    start, stop = windows.start, windows.stop
    places, sums = chunk.places, chunk.sums
    one = places.dtype.type(1)
    if reduction.cbow:
        sums[0] = 0
        for here in range(span.high - low):
            set_row(sums, here + 1, (sums, places), (here, here), (one, one))
    examples = 0
    for target in range(span.first, span.last):
        i = target - span.first
        if reduction.cbow:
            first, last = start[target] - low, stop[target] - low
            context = last - first - 1
            chunk.first[i], chunk.last[i], chunk.skip[i] = i, i + (context > 0), -1
            examples += context > 0
            parts = context  # of the mean
            if reduction.by_rows:
                here = target - low
                parts = chunk.n_rows[last] - chunk.n_rows[first] - (chunk.n_rows[here + 1] - chunk.n_rows[here])
            share = places.dtype.type(1.0 / parts if reduction.mean and context > 0 else 1.0)
            set_row(chunk.hidden, i, (sums, sums, places), (last, first, target - low), (share, -share, -share))
        else:  # what of the target's window is in the chunk
            first = min(max(start[target], begin), end) - begin
            last = max(min(stop[target], end) - begin, first)
            inside = begin <= target < end
            chunk.first[i], chunk.last[i], chunk.skip[i] = first, last, target - begin if inside else -1
            examples += last - first - inside
    return examples


@part
def change_places(windows, span, reduction, chunk):
    """From changes of the hidden vectors to changes of the input vectors: the chain rule through cbow's sums.

    A place gets the changes of all windows that it is in, except the window around it: a running sum, to which
    each window's change is added at its first place and subtracted after its last.
    """
    begin, low, size = span.begin, span.low, span.high - span.low
    start, stop, sums, change = windows.start, windows.stop, chunk.sums, chunk.change
    one = sums.dtype.type(1)
    sums[: size + 1] = 0
    for centre in range(begin, span.end):
        i, context = centre - begin, stop[centre] - start[centre] - 1
        share = sums.dtype.type(1.0 / context if reduction.divide and context > 0 else 1.0)
        chunk.share[i] = share
        set_row(sums, start[centre] - low, (sums, change), (start[centre] - low, i), (one, share))
        set_row(sums, stop[centre] - low, (sums, change), (stop[centre] - low, i), (one, -share))
    for here in range(1, size):
        set_row(sums, here, (sums, sums), (here, here - 1), (one, one))
    for i in range(span.end - begin):  # not in the loop above: what was just stored is slow to load
        set_row(sums, begin - low + i, (sums, change), (begin - low + i, i), (one, -chunk.share[i]))


@part
def add_back(inputs, input_rows, ids, span, changes):
    """Add the changes of the span's places to the rows that their input vectors are made of.

    A row whose factor is 0 is not written at all: it keeps its bits.
    """
    low, factors = span.low, input_rows.factors
    one, none = inputs.dtype.type(1), inputs.dtype.type(0)
    if input_rows.offsets.size == 0 and factors.size == 0:
        for place in range(low, span.high):
            set_row(inputs, ids[place], (inputs, changes), (ids[place], place - low), (one, one))
        return
    if input_rows.offsets.size == 0:
        for place in range(low, span.high):
            factor = inputs.dtype.type(factors[ids[place]])
            if factor != none:
                set_row(inputs, ids[place], (inputs, changes), (ids[place], place - low), (one, factor))
        return
    offsets, rows = input_rows.offsets, input_rows.rows
    for place in range(low, span.high):
        begin, end = offsets[ids[place]], offsets[ids[place] + 1]
        share = inputs.dtype.type(1.0 / (end - begin)) if input_rows.mean and input_rows.divide else one
        for k in range(begin, end):
            factor = one if factors.size == 0 else inputs.dtype.type(factors[rows[k]])
            if factor != none:
                set_row(inputs, rows[k], (inputs, changes), (rows[k], place - low), (one, share * factor))
