"""Output rows that belong to one target of a chunk, some for each: small grids of hidden vectors and rows."""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.engines.kernels.logistic import LANES, logistic, padded
from w2v.engines.kernels.products import add_grids, dots


class Own(NamedTuple):
    """Output rows of one target: with A hidden vectors and L rows, target i has a grid of A x L scores.

    A hidden vectors of target i    members[first[i]:first[i] + crowd[i]]
    L output rows                   slots[path[i]:path[i] + breadth[i]]
    scores                          g[place[i]:place[i + 1]], the L of the first hidden vector, then those of the next
    """

    first: np.ndarray  # int64 [T + 1]
    crowd: np.ndarray  # int64 [T]
    members: np.ndarray  # int32 [sum of A]
    path: np.ndarray  # int64 [T + 1]
    breadth: np.ndarray  # int64 [T]
    slots: np.ndarray  # int32 [sum of L], to be filled in by the head, in whole groups
    place: np.ndarray  # int64 [T + 1]
    ones: np.ndarray  # int64 [T]
    g: np.ndarray  # [M] scores, then steps
    up: np.ndarray  # [M] 1 where the score should be large
    down: np.ndarray  # [M] 1 where it should be small


@njit(inline="always")
def own_side(windows, longest, size, bag, chunk):
    """Room for the grids of any chunk; no target has more output rows than `longest`."""
    like, reach = chunk.hidden, 0
    for place in range(windows.ids.size):  # often less than the window that was asked for
        reach = max(reach, place - windows.start[place], windows.stop[place] - place - 1)
    targets = size if bag.cbow else size + 2 * reach
    members = targets * (1 if bag.cbow else min(2 * reach, size))
    most = padded(members * longest) + LANES  # written in whole groups
    return Own(
        np.zeros(targets + 1, np.int64),
        np.zeros(targets, np.int64),
        np.zeros(members + LANES, np.int32),
        np.zeros(targets + 1, np.int64),
        np.zeros(targets, np.int64),
        np.zeros(targets * longest + LANES, np.int32),
        np.zeros(targets + 1, np.int64),
        np.ones(targets, np.int64),
        np.zeros(most, like.dtype),
        np.zeros(most, like.dtype),
        np.zeros(most, like.dtype),
    )


@njit(inline="always")
def lay_out(chunk, own, i, breadth):
    """Give target i its grid: its hidden vectors against the next `breadth` of the listed output rows."""
    k = own.first[i]
    for m in range(chunk.first[i], chunk.last[i]):
        own.members[k] = m
        k += m != chunk.skip[i]  # the target's own place is overwritten by the next
    own.first[i + 1], own.crowd[i] = k, k - own.first[i]
    own.path[i + 1], own.breadth[i] = own.path[i] + breadth, breadth
    own.place[i + 1] = own.place[i] + own.crowd[i] * breadth


@njit(inline="always")
def meet_own(chunk, outputs, own, targets, rate):
    """The step for each target's own output rows: adds to the chunk's change, then to the rows; returns the loss."""
    first, crowd, members, path, breadth, slots, place, ones, g, up, down = own
    hidden, change = chunk.hidden, chunk.change
    for i in range(targets):
        dots(hidden, members, first[i], crowd[i], outputs, slots, path[i], breadth[i], g, place[i])
    n = place[targets]
    up[n : padded(n)] = down[n : padded(n)] = 0
    loss = logistic(g, up, down, n, rate)
    add_grids(change, members, first, crowd, outputs, slots, path, breadth, g, place, breadth, ones, targets)
    add_grids(outputs, slots, path, breadth, hidden, members, first, crowd, g, place, ones, breadth, targets)
    return loss
