"""fastText's Huffman tree, which settles ties in another way than ours, and numbers nodes from the leaves up.

Its rows of the output table become ours and back by the sets of words that a node parts (`heads/hs/carrying.py`). Where
no two nodes are equally heavy the trees ask the same questions, and rows are moved as they are. Where words are equally
frequent, some questions are in one tree alone, and their rows are as like as can be: what was moved there and back is
no longer the same.
"""

from collections.abc import Callable

import numpy as np

from w2v.heads.hs.carrying import carried
from w2v.heads.tree import HuffmanTree, huffman_tree

_Tree = Callable[[np.ndarray], HuffmanTree]


def from_fasttext(output: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Rows of our tree, float32 [V, D], of those of fastText's; the last has no use.

    counts: int64 [V], from 0, in the order of the words.
    """
    return _moved(output, counts, fasttext_tree, huffman_tree)


def to_fasttext(output: np.ndarray, counts: np.ndarray, tree: _Tree = huffman_tree) -> np.ndarray:
    """The other way round. tree: makes ours of counts."""
    return _moved(output, counts, tree, fasttext_tree)


def _moved(output: np.ndarray, counts: np.ndarray, one: _Tree, other: _Tree) -> np.ndarray:
    made = np.zeros_like(output, np.float32)
    if len(counts) > 1:
        rows = np.ascontiguousarray(output[:-1], np.float32)
        made[:-1] = carried(one(counts), rows, other(counts), counts, np.arange(len(counts)))
    return made


def fasttext_tree(counts: np.ndarray) -> HuffmanTree:
    """The tree of counts, int64 [V], V >= 2, in the order of the words, as `HierarchicalSoftmaxLoss::buildTree` has it.

    Its code of a branch is 1 for the second child, for which a node's score speaks; ours is 0 there.
    """
    words = len(counts)
    weight = [*counts.tolist(), *[0] * (words - 1)]
    parent, side = np.zeros(2 * words - 1, np.int64), np.zeros(2 * words - 1, np.uint8)
    leaf, inner = words - 1, words
    for made in range(words, 2 * words - 1):
        for turn in range(2):
            if leaf >= 0 and (inner == made or weight[leaf] < weight[inner]):
                node, leaf = leaf, leaf - 1
            else:
                node, inner = inner, inner + 1
            parent[node], side[node] = made, 1 - turn
            weight[made] += weight[node]
    root, place = 2 * words - 2, np.arange(words)
    depth = np.zeros(words, np.int64)
    steps = []  # of all words at a time, from the leaves up
    while len(below := np.flatnonzero(place != root)):
        steps.append((below, parent[place[below]] - words, side[place[below]]))
        place[below] = parent[place[below]]
        depth[below] += 1
    offsets = np.append(0, np.cumsum(depth))
    points, codes = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.uint8)
    for number, (below, points_of, codes_of) in enumerate(steps):
        at = offsets[below + 1] - 1 - number
        points[at], codes[at] = points_of, codes_of
    return HuffmanTree(offsets, points, codes)
