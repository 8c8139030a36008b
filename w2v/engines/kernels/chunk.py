"""What every kernel does around its head: fetch a chunk's input rows, make hidden vectors, write the changes back.

A chunk is a run of consecutive centres; together they see a run of consecutive places of the text. The input rows of
those places are copied side by side, the head works on that copy with the tables as they were before the chunk, and
the sum of the changes is written back once. So each row is fetched once per place, not once per pair, and the step is
exactly one of gradient descent on the chunk's summed loss.

    skipgram    the hidden vectors are the places' rows; centre i uses those of its window
    cbow        one hidden vector per centre: the mean of its window's rows
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from w2v.engines.kernels.logistic import padded
from w2v.engines.kernels.products import FAST
from w2v.engines.kernels.simd import SLACK, add_rows, copy_row, prefetch_row


class Bag(NamedTuple):
    """The encoder, as the kernels take it."""

    cbow: bool
    mean: bool  # cbow: average the window's rows, else add them
    divide: bool  # cbow: divide the gradient by the window's size as well (the true gradient of the mean)


class Chunk(NamedTuple):
    """A chunk's local copies, made once per block and used again for each of its chunks; P places, T centres."""

    rows: np.ndarray  # [P, D] input rows of the places
    rows_delta: np.ndarray  # [P, D] their changes
    hidden: np.ndarray  # skipgram: `rows` itself; cbow: [T, D]
    hidden_delta: np.ndarray  # skipgram: `rows_delta` itself; cbow: [T, D]
    first: np.ndarray  # int64 [T], centre i predicts from hidden[first[i]:last[i]]
    last: np.ndarray  # int64 [T]
    skip: np.ndarray  # int64 [T], but not from this one (skipgram: the centre's own place); -1: from all
    uses: np.ndarray  # [P or T], for how many centres each hidden vector is used: the number of its examples
    bounds: np.ndarray  # int64 [3]: places from, places to, hidden vectors


@njit(cache=True)
def table(rows, like):
    """A table of zeros [rows + SLACK, D] with the row length and number type of another."""
    return np.zeros((rows + SLACK, like.shape[1]), like.dtype)


class Decisions(NamedTuple):
    """The scores of a group of examples, a line of `stride` numbers for each of its hidden vectors."""

    g: np.ndarray  # flat: scores, then steps
    sides: np.ndarray  # as `g`: +1 where the score should be small, -1 where it should be large
    weights: np.ndarray  # as `g`: what each decision counts; 0 where there is none
    stride: int


@njit(cache=True)
def decisions(lines, n, side, like):
    """Room for `lines` hidden vectors with up to n decisions each, of one side to begin with (+1 or -1)."""
    g = np.zeros((lines + SLACK) * padded(n), like.dtype)
    return Decisions(g, np.full_like(g, side), np.zeros_like(g), padded(n))


@njit(cache=True)
def workspace(inputs, centres, window, bag):
    """Room for chunks of up to `centres` centres."""
    places = centres + 2 * window
    rows = table(places, inputs)
    rows_delta = table(places, inputs)
    hidden, hidden_delta = rows, rows_delta
    if bag.cbow:
        hidden = table(centres, inputs)
        hidden_delta = table(centres, inputs)
    first = np.empty(centres, np.int64)
    uses = np.empty(places, inputs.dtype)
    bounds = np.empty(3, np.int64)
    return Chunk(
        rows,
        rows_delta,
        hidden,
        hidden_delta,
        first,
        np.empty_like(first),
        np.empty_like(first),
        uses,
        bounds,
    )


@njit(fastmath=FAST, error_model="numpy", cache=True)
def gather(inputs, windows, begin, end, bag, chunk):
    """Fill `chunk` for the centres begin <= i < end; returns its number of examples."""
    ids, start, stop = windows
    low, high = start[begin], stop[begin]
    for centre in range(begin + 1, end):
        low = min(low, start[centre])
        high = max(high, stop[centre])
    for place in range(high, min(high + end - begin, ids.size)):
        prefetch_row(inputs, ids[place])  # about what the next chunk will need
    for place in range(low, high):
        copy_row(chunk.rows, place - low, inputs, ids[place])
    chunk.rows_delta[: high - low] = 0
    count = end - begin if bag.cbow else high - low
    chunk.bounds[0], chunk.bounds[1], chunk.bounds[2] = low, high, count
    chunk.uses[:count] = 0
    if bag.cbow:
        chunk.hidden[:count] = 0
        chunk.hidden_delta[:count] = 0
    examples = 0
    for centre in range(begin, end):
        i, first, last = centre - begin, start[centre] - low, stop[centre] - low
        context = last - first - 1
        if bag.cbow:
            chunk.first[i], chunk.last[i], chunk.skip[i] = i, i + (context > 0), -1
            chunk.uses[i] = context > 0
            examples += context > 0
            share = inputs.dtype.type(1.0 / context if bag.mean and context > 0 else 1.0)
            for place in range(first, last):
                if place != centre - low:
                    add_rows(chunk.hidden, i, chunk.rows, (place,), (share,))
        else:
            chunk.first[i], chunk.last[i], chunk.skip[i] = first, last, centre - low
            for place in range(first, last):
                chunk.uses[place] += 1
            chunk.uses[centre - low] -= 1
            examples += context
    return examples


@njit(fastmath=FAST, error_model="numpy", cache=True)
def scatter(inputs, windows, begin, end, bag, chunk):
    """Write the chunk's changes back to the input table."""
    ids, start, stop = windows
    low, high = chunk.bounds[0], chunk.bounds[1]
    if bag.cbow:
        for centre in range(begin, end):
            context = stop[centre] - start[centre] - 1
            share = inputs.dtype.type(1.0 / context if bag.divide and context > 0 else 1.0)
            for place in range(start[centre], stop[centre]):
                if place != centre:
                    add_rows(chunk.rows_delta, place - low, chunk.hidden_delta, (centre - begin,), (share,))
    for place in range(low, high):
        add_rows(inputs, ids[place], chunk.rows_delta, (place - low,), (inputs.dtype.type(1),))
