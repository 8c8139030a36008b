"""Hierarchical softmax on the CPU: the steps of `heads/hs.py`, with the gradient written out.

At an inner node where the word's code is 0 the score should be large, where it is 1, small. The nodes near the root are
on the paths of most of a chunk's targets. All hidden vectors meet those nodes in matrix products, and a score there
stands for the decisions of all targets; so these rows, which every thread wants, are written once a chunk. The nodes
further down are each target's own.
"""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, input_side, lay_out, meet_own, meet_shared, own_side, scatter, shared_side
from w2v.engines.kernels.logistic import LANES
from w2v.engines.kernels.simd import label_run, prefetch_row, set_row
from w2v.huffman import coding_tree

NEAR_ROOT = {"skipgram": 16, "cbow": 8}  # nodes that hidden vectors share: what was fastest on two threads
AT_HAND = 4096  # nodes so near the root that asking for them early gains nothing


class Paths(NamedTuple):
    """The tree; the path of word w is `points[offsets[w]:offsets[w + 1]]`."""

    offsets: np.ndarray
    points: np.ndarray
    codes: np.ndarray
    near: np.ndarray  # int64 [V], how many nodes of the path, from the root, hidden vectors share
    far: np.ndarray  # int64 [V], how many are the target's own
    shared: int  # the first nodes, which hidden vectors share


def output_rows(vocab_size: int) -> int:
    """One row per inner node."""
    return vocab_size - 1


def prepare(config: Config, counts: np.ndarray) -> Paths:
    """The paths of a vocabulary with these counts, int64 [V]."""
    tree = coding_tree(counts, config.tree)
    shared = min(NEAR_ROOT[config.arch], len(counts) - 1)
    near = np.add.reduceat(tree.points < shared, tree.offsets[:-1], dtype=np.int64)
    points, codes = (np.pad(whole, (0, LANES)) for whole in (tree.points, tree.codes))  # read in whole groups
    return Paths(tree.offsets, points, codes, near, tree.lengths - near, shared)


@njit(nogil=True)
def train(inputs, outputs, windows, bag, paths, size, window, alpha, place):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] and [V - 1, D'] with padded rows; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); paths: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index); not needed here, no choice is random.
    """
    ids, n = windows.ids, paths.shared
    chunk = input_side(inputs, size, window, bag)
    shared = shared_side(chunk, n)
    own = own_side(windows, paths.far, paths.points, size, window, bag, chunk)
    one, rate = inputs.dtype.type(1), inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        end = min(begin + size, ids.size)
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        first, last = chunk.bounds[2], chunk.bounds[3]
        for word in ids[last : last + size]:  # the next chunk's
            for node in paths.points[paths.offsets[word] : paths.offsets[word + 1]]:
                if node >= AT_HAND:
                    prefetch_row(outputs, node)
        _lay_out(chunk, ids[first:last], paths, own)
        for node in range(n):
            set_row(shared.rows, node, (outputs,), (node,), (one,))
        _weigh(chunk, ids[first:last], paths, shared, end - begin)
        loss += meet_shared(chunk, shared, n, end - begin, rate)
        loss += meet_own(chunk, outputs, own, last - first, rate)
        for node in range(n):
            set_row(outputs, node, (outputs, shared.change), (node, node), (one, one))
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(inline="always")
def _weigh(chunk, targets, paths, shared, count):
    """How often each hidden vector's targets turn either way at each shared node."""
    one = shared.up.dtype.type(1)
    shared.up[: count + 1] = 0  # become sums: a target's turns enter at the first of its hidden vectors, and leave
    shared.down[: count + 1] = 0
    for i in range(targets.size):
        path = paths.offsets[targets[i]]
        first, last, skip = chunk.first[i], chunk.last[i], chunk.skip[i]
        for j in range(path, path + paths.near[targets[i]]):
            node, side = paths.points[j], shared.down if paths.codes[j] else shared.up
            side[first, node] += 1
            side[last, node] -= 1
            if skip >= 0:
                side[skip, node] -= 1
                side[skip + 1, node] += 1
    for m in range(1, count):
        set_row(shared.up, m, (shared.up, shared.up), (m, m - 1), (one, one))
        set_row(shared.down, m, (shared.down, shared.down), (m, m - 1), (one, one))


@njit(inline="always")
def _lay_out(chunk, targets, paths, own):
    """Each target's own nodes are those of its path that are not shared."""
    for i in range(targets.size):
        word = targets[i]
        path, breadth = paths.offsets[word] + paths.near[word], paths.far[word]
        lay_out(chunk, own, i, path, breadth)
        if breadth > 0:
            for place in range(own.place[i], own.place[i + 1], breadth):
                label_run(own.up, own.down, place, paths.codes, path, breadth)
