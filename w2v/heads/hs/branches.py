"""Where words' paths leave the nodes near the root: what kernels need that score these nodes with a whole chunk."""

from typing import NamedTuple

import numpy as np

from w2v.heads.tree import HuffmanTree


class Branches(NamedTuple):
    """The N nodes nearest the root form a binary tree, and each word is below one of its N + 1 branches."""

    n_shared: np.ndarray  # int64 [V], how many of the N nodes are on each word's path
    branch: np.ndarray  # int64 [V], the branch that each word is below
    turns: np.ndarray  # int8 [N + 1, N], on the path to a branch: +1 where its code is 0, -1 where it is 1, 0 elsewhere


def branches_below(tree: HuffmanTree, shared: int) -> Branches:
    """The branches below the nodes 0 to shared - 1, 1 <= shared < V."""
    n_shared = np.add.reduceat(tree.points < shared, tree.offsets[:-1], dtype=np.int64)
    last = tree.offsets[:-1] + n_shared - 1  # of a path's shared nodes; with the turn there it names the branch
    _, one_word, branch = np.unique(2 * tree.points[last] + tree.codes[last], return_index=True, return_inverse=True)
    turns = np.zeros((shared + 1, shared), np.int8)
    for number, word in enumerate(one_word):
        path = slice(tree.offsets[word], last[word] + 1)
        turns[number, tree.points[path]] = 1 - 2 * tree.codes[path].astype(np.int8)
    return Branches(n_shared, branch, turns)
