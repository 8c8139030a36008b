"""The examples of a chunk as pairs: a hidden vector, and the one output row of its target.

They are listed twice. Hidden vector by hidden vector, each is fetched once for all its scores, and once to be changed;
target by target the same holds for the output rows.
"""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.engines.kernels.logistic import LANES, logistic, padded
from w2v.engines.kernels.products import add_grids, dots


class Examples(NamedTuple):
    """M examples of H hidden vectors and T targets, in either order.

    Hidden vector m serves uses[m], with the rows   slots[first[m]:first[m] + uses[m]]   and scores alike in `g`
    Target i has crowd[i], with hidden vectors      members[start[i]:start[i] + crowd[i]]
    which are in the first order at                 place[start[i]:start[i] + crowd[i]]
    """

    uses: np.ndarray  # int64 [H]
    first: np.ndarray  # int64 [H]
    slots: np.ndarray  # int32 [M]
    g: np.ndarray  # [M] scores, then steps
    up: np.ndarray  # [M] ones
    down: np.ndarray  # [M] zeros
    crowd: np.ndarray  # int64 [T]
    start: np.ndarray  # int64 [T + 1]
    members: np.ndarray  # int32 [M]
    place: np.ndarray  # int32 [M]
    steps: np.ndarray  # [M] g in the order of targets
    hidden: np.ndarray  # int32: 0, 1, 2, ...
    numbers: np.ndarray  # int64: 0, 1, 2, ...
    ones: np.ndarray  # int64


@njit(inline="always")
def examples_side(windows, window, bag, chunk):
    """Room for the examples of any chunk."""
    count, targets, dtype = len(chunk.hidden), len(chunk.first), chunk.hidden.dtype
    most = padded(count if bag.cbow else count * min(2 * window, windows.ids.size)) + LANES  # written in whole groups
    numbers = np.arange(max(count, targets))
    return Examples(
        np.zeros(count, np.int64),
        np.zeros(count, np.int64),
        np.zeros(most, np.int32),
        np.zeros(most, dtype),
        np.ones(most, dtype),
        np.zeros(most, dtype),
        np.zeros(targets, np.int64),
        np.zeros(targets + 1, np.int64),
        np.zeros(most, np.int32),
        np.zeros(most, np.int32),
        np.zeros(most, dtype),
        numbers.astype(np.int32),
        numbers,
        np.ones(len(numbers), np.int64),
    )


@njit(inline="always")
def list_examples(chunk, words, examples, count):
    """List the examples of targets with these words; `uses` is known."""
    uses, first, slots, _, _, _, crowd, start, members, place, _, _, _, _ = examples
    before = 0
    for m in range(count):
        first[m] = before
        before += uses[m]
    k = 0
    for i in range(words.size):
        for m in range(chunk.first[i], chunk.last[i]):
            if m != chunk.skip[i]:
                members[k] = m
                place[k] = first[m]
                slots[first[m]] = words[i]
                first[m] += 1
                k += 1
        start[i + 1] = k
        crowd[i] = k - start[i]
    for m in range(count):
        first[m] -= uses[m]


@njit(inline="always")
def meet_examples(chunk, outputs, words, examples, count, rate):
    """The step for each target's row: adds to the chunk's change, then to the rows; returns the loss."""
    uses, first, slots, g, up, down, crowd, start, members, place, steps, hidden, numbers, ones = examples
    targets = words.size
    n = start[targets]
    for m in range(count):
        dots(chunk.hidden, hidden, m, 1, outputs, slots, first[m], uses[m], g, first[m])
    up[n : padded(n)] = 0
    loss = logistic(g, up, down, n, rate)
    up[n : padded(n)] = 1
    for k in range(n):
        steps[k] = g[place[k]]
    add_grids(chunk.change, hidden, numbers, ones, outputs, slots, first, uses, g, first, ones, ones, count)
    add_grids(outputs, words, numbers, ones, chunk.hidden, members, start, crowd, steps, start, ones, ones, targets)
    return loss
