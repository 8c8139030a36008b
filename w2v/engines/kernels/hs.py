"""Hierarchical softmax on the CPU: the steps of `heads/hs.py`, with the gradient written out.

At an inner node where the word's code is 0 the score should be large, where it is 1, small. The nodes near the root are
on the paths of most of a chunk's targets. All hidden vectors meet those nodes in matrix products, and a score there
stands for the decisions of all targets; so these rows, which every thread wants, are written once a chunk. The nodes
further down are each target's own; the first of them, for which threads still contend, are copied for each
(`copies.py`).
"""

from typing import NamedTuple

import numpy as np

from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, input_side, scatter, table
from w2v.engines.kernels.copies import PERIOD, copies_side, merge
from w2v.engines.kernels.factors import fetch, number_type
from w2v.engines.kernels.logistic import LANES, padded
from w2v.engines.kernels.own import lay_out, meet_own, own_side
from w2v.engines.kernels.products import multiply
from w2v.engines.kernels.shared import give_back, meet_shared, shared_side
from w2v.engines.kernels.simd import label_run, move_run, prefetch_row, set_row
from w2v.huffman import HuffmanTree, coding_tree

NEAR_ROOT = 15  # nodes that hidden vectors share: what was fastest on two threads
COPIED_ROWS = 256  # nodes, at most, of which each thread has copies
AT_HAND = 4096  # nodes so near the root that asking for them early gains nothing
WORD = np.dtype([("path", np.int64), ("far", np.int16), ("distant", np.int16), ("exit", np.int16)], align=True)


class Paths(NamedTuple):
    """The tree. Hidden vectors share its first N nodes, a tree of their own with N + 1 exits.

    The rest of a word's path, the target's own nodes, is `points[path:path + far]`; the last `distant` of these are not
    AT_HAND. What has to be known of a word lies side by side, to be fetched at once.
    """

    points: np.ndarray  # int32 [sum of code lengths], nodes
    codes: np.ndarray  # uint8, the turns there
    words: np.ndarray  # WORD [V]
    longest: int  # the largest `far`
    copied: tuple[int, int]  # the nodes from the one to before the other are copied
    shared: int  # N
    up: np.ndarray  # [N + 1, N] 1 where the way to that exit has code 0
    down: np.ndarray  # [N + 1, N] and where it has code 1
    number: np.dtype  # in which their products are multiplied


def output_rows(vocab_size: int) -> int:
    """One row per inner node."""
    return vocab_size - 1


def prepare(config: Config, counts: np.ndarray) -> Paths:
    """The paths of a vocabulary with these counts, int64 [V]."""
    tree = coding_tree(counts, config.tree)
    shared = min(NEAR_ROOT, len(counts) - 1)
    near, at_hand = (
        np.add.reduceat(tree.points < first, tree.offsets[:-1], dtype=np.int64) for first in (shared, AT_HAND)
    )
    last = tree.offsets[:-1] + near - 1  # of a path's shared nodes; with the turn there it names the exit
    _, one_word, exits = np.unique(2 * tree.points[last] + tree.codes[last], return_index=True, return_inverse=True)
    up, down = np.zeros((2, shared + 1, padded(shared)), config.dtype)
    for exit, word in enumerate(one_word):
        way = slice(tree.offsets[word], last[word] + 1)
        up[exit, tree.points[way]], down[exit, tree.points[way]] = 1 - tree.codes[way], tree.codes[way]
    words = np.zeros(len(counts), WORD).view(np.recarray)  # entry.path, in Python too
    words["path"], words["exit"] = tree.offsets[:-1] + near, exits
    words["far"], words["distant"] = tree.lengths - near, tree.lengths - at_hand
    points, codes = (np.pad(whole, (0, LANES)) for whole in (tree.points, tree.codes))  # read in whole groups
    copied = _contended(config, counts, tree, shared)
    return Paths(points, codes, words, int(words["far"].max()), copied, shared, up, down, number_type(config))


def _contended(config: Config, counts: np.ndarray, tree: HuffmanTree, shared: int) -> tuple[int, int]:
    """The nodes to be copied: the busiest, but for those that threads, each on its own, would together take too far.

    What all threads do to a copied node between two merges should not be more than what a chunk does to the root.
    Only in Huffman's tree do the busiest nodes come first.
    """
    if config.threads == 1 or config.tree != "huffman":
        return shared, shared
    passes = np.bincount(tree.points, np.repeat(counts, tree.lengths))
    first = max(shared, np.count_nonzero(passes * config.threads * PERIOD > counts.sum()))
    return first, min(first + COPIED_ROWS, len(passes))


@njit(nogil=True)
def train(inputs, outputs, windows, bag, paths, size, window, alpha, place, interrupted):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] and [V - 1, D'] with padded rows, behind the second's the
            threads' copies; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); paths: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index, thread); only the thread counts here, no choice is random.
        interrupted: uint8 [1]; once it is not 0 the block ends after this step.
    """
    ids, n = windows.ids, paths.shared
    chunk = input_side(inputs, size, window, bag)
    shared = shared_side(chunk, n, paths.number)
    nodes = np.arange(n)
    leaving = table(len(chunk.hidden), padded(n + 1), inputs)
    own = own_side(windows, paths.longest, size, bag, chunk)
    first_copy = len(paths.words) - 1 + place[3] * COPIED_ROWS
    copies = copies_side(outputs, paths.copied[0], paths.copied[1], first_copy)
    rate = inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        if interrupted[0]:
            break
        end = min(begin + size, ids.size)
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        first, last = chunk.bounds[2], chunk.bounds[3]
        for word in ids[last : last + size]:  # the next chunk's
            entry = paths.words[word]
            leaf = entry.path + entry.far
            for node in paths.points[leaf - entry.distant : leaf]:
                prefetch_row(outputs, node)
        _lay_out(chunk, ids[first:last], paths, own, copies)
        fetch(outputs, nodes, n, shared.rows)
        _weigh(chunk, ids[first:last], paths, leaving, shared, end - begin)
        loss += meet_shared(chunk, shared, n, end - begin, rate)
        loss += meet_own(chunk, outputs, own, last - first, rate)
        give_back(outputs, nodes, n, shared)
        scatter(inputs, windows, begin, end, bag, chunk)
        if end == ids.size or end % (PERIOD * size) == 0:
            merge(outputs, copies)
    return loss, examples


@njit(inline="always")
def _weigh(chunk, targets, paths, leaving, shared, count):
    """How often each hidden vector's targets turn either way at each shared node.

    leaving: [H, N + 1], becomes how often they leave by each exit. A target counts from the first of its hidden vectors
    on, until after the last, and not at its own place.
    """
    one = leaving.dtype.type(1)
    leaving[: count + 1] = 0
    for i in range(targets.size):
        exit, skip = paths.words[targets[i]].exit, chunk.skip[i]
        leaving[chunk.first[i], exit] += 1
        leaving[chunk.last[i], exit] -= 1
        if skip >= 0:
            leaving[skip, exit] -= 1
            leaving[skip + 1, exit] += 1
    for m in range(1, count):
        set_row(leaving, m, (leaving, leaving), (m, m - 1), (one, one))
    multiply(leaving, paths.up, shared.up, count, len(paths.up))
    multiply(leaving, paths.down, shared.down, count, len(paths.down))


@njit(inline="always")
def _lay_out(chunk, targets, paths, own, copies):
    """Each target's own nodes are those of its path that are not shared; of some of them, the thread's copies."""
    for i in range(targets.size):
        entry = paths.words[targets[i]]
        path, breadth = entry.path, np.int64(entry.far)
        lay_out(chunk, own, i, breadth)
        move_run(own.slots, own.path[i], paths.points, path, breadth, copies.first, copies.last, copies.shift)
        if breadth > 0:
            for place in range(own.place[i], own.place[i + 1], breadth):
                label_run(own.up, own.down, place, paths.codes, path, breadth)
