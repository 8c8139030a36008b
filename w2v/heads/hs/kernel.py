"""Hierarchical softmax on the CPU: the steps of `reference.py`, with the gradient written out.

A word's path of inner nodes is split in two:

- The N nodes nearest the root are *shared rows* (`shared_rows.py`): they are on the paths of most of a chunk's targets,
  so they are scored with all hidden vectors in matrix products, and written once a chunk, although every thread trains
  them.
- The nodes below them are *target rows* (`target_rows.py`), a grid for each target. Of the most frequent of these,
  which threads would still often write at the same time, each thread has replicas (`replicas.py`).

At a node where the word's code is 0 the score should be large (a positive decision), where it is 1, small. A score with
a shared node stands for the decisions of all targets of its hidden vector. How many are positive follows from the
subtrees: the N shared nodes form a binary tree with N + 1 branches below it, and each word is in the subtree of one
branch. So

    positive_weight = branch_counts x positive_turns,    negative_weight = branch_counts x negative_turns

two small matrix products, with branch_counts [H, N + 1], the number of a hidden vector's targets below each branch, and
the turns [N + 1, N], 1 where the path to a branch has code 0 (or 1) at a node.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.heads.hs.branches import branches_below
from w2v.heads.tree import HuffmanTree, coding_tree
from w2v.kernels.block import driver
from w2v.kernels.calibration import number_type
from w2v.kernels.chunk import Chunk, WindowReduction, on_lines, table
from w2v.kernels.logistic import LANES, padded
from w2v.kernels.replicas import PERIOD, Replicas, merge, new_replicas, take
from w2v.kernels.shared_rows import SharedRows, add_shared_rows, meet_shared_rows, new_shared_rows
from w2v.kernels.simd.factors import fetch
from w2v.kernels.simd.products import multiply
from w2v.kernels.simd.tiles import label_run, move_run, prefetch_row, set_row
from w2v.kernels.target_rows import TargetRows, add_grid, meet_grids, new_grids

SHARED_NODES = 15  # N: what was fastest on two threads
COPIED_ROWS = 256  # at most so many nodes have replicas, of each thread
AT_HAND = 4096  # nodes so near the root, and so mostly in the cache, that prefetching them gains nothing
WORD = np.dtype([("start", np.int64), ("n_nodes", np.int16), ("n_distant", np.int16), ("branch", np.int16)], align=True)


class Paths(NamedTuple):
    """The Huffman tree, as a step reads it.

    The target rows of word w are `nodes[start:start + n_nodes]`, from the root down, with start and n_nodes of
    `words[w]`; the last n_distant of them are worth prefetching (not AT_HAND). A word's record is in one place, so that
    it is one cache miss.
    """

    nodes: np.ndarray  # int32 [sum of code lengths], the inner nodes on the words' paths, word after word
    codes: np.ndarray  # uint8 [sum of code lengths], the codes there
    words: np.ndarray  # WORD [V]
    longest: int  # the largest n_nodes of a word
    copied: tuple[int, int]  # nodes first <= node < last have replicas
    shared: int  # N, the nodes 0 to N - 1
    positive_turns: np.ndarray  # [N + 1, N'] 1 where the path to a branch has code 0 at a node
    negative_turns: np.ndarray  # [N + 1, N'] 1 where it has code 1
    number: np.dtype  # in which products with shared nodes are multiplied


class Room(NamedTuple):
    """The buffers of a thread, beside those of its chunk."""

    shared: SharedRows  # the N nodes nearest the root
    targets: TargetRows  # the other nodes of the targets' paths
    branch_counts: np.ndarray  # [H, N + 1, padded]
    nodes: np.ndarray  # int64 [N] the shared nodes: 0, 1, 2, ...
    replicas: Replicas


def prepare(config: Config, counts: np.ndarray) -> Paths:
    """The paths of a vocabulary with these counts, int64 [V]."""
    tree = coding_tree(counts, config.tree)
    shared = min(SHARED_NODES, len(counts) - 1)
    n_shared, branches, turns = branches_below(tree, shared)
    n_at_hand = np.add.reduceat(tree.points < AT_HAND, tree.offsets[:-1], dtype=np.int64)
    positive, negative = np.zeros((2, shared + 1, padded(shared)), config.dtype)
    positive[:, :shared], negative[:, :shared] = turns > 0, turns < 0
    words = np.zeros(len(counts), WORD).view(np.recarray)  # word.start, in Python too
    words["start"], words["branch"] = tree.offsets[:-1] + n_shared, branches
    words["n_nodes"], words["n_distant"] = tree.lengths - n_shared, tree.lengths - n_at_hand
    nodes, codes = (np.pad(whole, (0, LANES)) for whole in (tree.points, tree.codes))  # read in whole groups
    longest, copied = int(words["n_nodes"].max()), _contended(config, counts, tree, shared)
    return Paths(nodes, codes, words, longest, copied, shared, positive, negative, number_type(config))


def _contended(config: Config, counts: np.ndarray, tree: HuffmanTree, shared: int) -> tuple[int, int]:
    """The range of nodes with replicas: the most frequent, except those whose threads' summed changes would overshoot.

    The sum of what all threads do to a replica between two merges should be no more than what a chunk does to the root.
    Only in Huffman's tree do the most frequent nodes come first.
    """
    if config.threads == 1 or config.tree != "huffman":
        return shared, shared
    passes = np.bincount(tree.points, np.repeat(counts, tree.lengths))
    first = max(shared, np.count_nonzero(passes * config.threads * PERIOD > counts.sum()))
    return first, min(first + COPIED_ROWS, len(passes))


def new_room(
    paths: Paths, chunk: Chunk, outputs: np.ndarray, window: int, reduction: WindowReduction, thread: int
) -> Room:
    """Buffers for shared nodes, for a grid for each target, and for this thread's replicas."""
    first_replica = len(paths.words) - 1 + thread * COPIED_ROWS
    return Room(
        new_shared_rows(chunk, paths.shared, paths.number),
        new_grids(chunk, window, paths.longest, reduction),
        table(len(chunk.hidden), padded(paths.shared + 1), chunk.hidden),
        on_lines(np.arange(paths.shared)),
        new_replicas(outputs, paths.copied[0], paths.copied[1], first_replica),
    )


@njit(inline="always")
def step(paths, room, chunk, outputs, windows, span, reduction, rate, place, interrupted):
    """The nodes near the root by matrix products, those further down by grids, and every few chunks a merge."""
    n, count, targets = paths.shared, span.count, windows.ids[span.first : span.last]
    if span.number == 0:
        take(outputs, room.replicas)
    for target in windows.ids[span.last : span.last + span.end - span.begin]:  # the next chunk's
        word = paths.words[target]
        end = word.start + word.n_nodes
        for node in paths.nodes[end - word.n_distant : end]:
            prefetch_row(outputs, node)
    _add_grids(chunk, targets, paths, room.targets, room.replicas)
    fetch(outputs, room.nodes, n, room.shared.rows)
    _weigh(chunk, targets, paths, room.branch_counts, room.shared, count)
    loss = meet_shared_rows(None, chunk, room.shared, n, count, rate)
    loss += meet_grids(chunk.hidden, chunk.change, outputs, room.targets, len(targets), rate, reduction.frozen_output)
    if reduction.frozen_output:
        return loss
    add_shared_rows(outputs, room.nodes, n, room.shared.change)
    if span.end == windows.ids.size or (span.number + 1) % PERIOD == 0:
        merge(outputs, room.replicas)
    return loss


@njit(inline="always")
def _weigh(chunk, targets, paths, branch_counts, shared, count):
    """Set the weights of the scores with shared nodes: how many of a hidden vector's targets have code 0 and 1 there.

    branch_counts: becomes a running sum over hidden vectors. A target is added at the first that predicts it,
    subtracted after the last, and left out at its own place.
    """
    one = branch_counts.dtype.type(1)
    branch_counts[: count + 1] = 0
    for i in range(targets.size):
        branch, skip = paths.words[targets[i]].branch, chunk.skip[i]
        branch_counts[chunk.first[i], branch] += 1
        branch_counts[chunk.last[i], branch] -= 1
        if skip >= 0:
            branch_counts[skip, branch] -= 1
            branch_counts[skip + 1, branch] += 1
    for m in range(1, count):
        set_row(branch_counts, m, (branch_counts, branch_counts), (m, m - 1), (one, one))
    branches = len(paths.positive_turns)
    multiply(branch_counts, paths.positive_turns, shared.positive_weight, count, branches)
    multiply(branch_counts, paths.negative_turns, shared.negative_weight, count, branches)


@njit(inline="always")
def _add_grids(chunk, targets, paths, target_rows, replicas):
    """Make a grid for each target, of the nodes of its path that are not shared, or their replicas."""
    grids = target_rows.grids
    positive, negative = target_rows.positive_weight, target_rows.negative_weight
    for i in range(targets.size):
        word = paths.words[targets[i]]
        start, n_nodes = word.start, np.int64(word.n_nodes)
        add_grid(chunk, grids, i, n_nodes)
        first, last, shift = replicas.first, replicas.last, replicas.shift
        move_run(grids.rows, grids.first_row[i], paths.nodes, start, n_nodes, first, last, shift)
        if n_nodes > 0:
            for k in range(grids.first_score[i], grids.first_score[i + 1], n_nodes):
                label_run(positive, negative, k, paths.codes, start, n_nodes)


train_block = driver(step)
