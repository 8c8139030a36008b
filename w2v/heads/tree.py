"""The Huffman tree over the vocabulary: the decisions of hierarchical softmax (Mikolov et al. 2013b, section 2.1).

Frequent words get short codes, so that the expected number of decisions per word is the smallest that any tree has
(Huffman 1952): within one bit of the unigram entropy. Inner nodes are numbered from the root down: node 0 is the
root, and the nodes that most paths share lie side by side at the front of the output table.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.errors import W2VError


class HuffmanTree(NamedTuple):
    """Word w goes through `points[offsets[w]:offsets[w + 1]]`, root first, turning by the `codes` there."""

    offsets: np.ndarray  # int64 [V + 1]
    points: np.ndarray  # int32 [sum of code lengths], inner nodes in [0, V - 1)
    codes: np.ndarray  # uint8 [sum of code lengths], 0 or 1

    @property
    def lengths(self) -> np.ndarray:
        """Code length of each word; int64 [V]."""
        return np.diff(self.offsets)

    def path(self, word: int) -> tuple[np.ndarray, np.ndarray]:
        """Inner nodes and codes of one word, from the root."""
        span = slice(self.offsets[word], self.offsets[word + 1])
        return self.points[span], self.codes[span]


def coding_tree(counts: np.ndarray, kind: str) -> HuffmanTree:
    """The tree of a vocabulary, int64 [V]: "huffman", or "balanced", where all codes are equally long but for one bit.

    A balanced tree is the Huffman tree of equal counts. Words of like frequency are neighbours in it, as Morin & Bengio
    (2005) had words of like meaning.

    Raises:
        W2VError: fewer than two words, or a negative count.
    """
    return huffman_tree(counts if kind == "huffman" else np.ones_like(counts))


def huffman_tree(counts: np.ndarray) -> HuffmanTree:
    """The Huffman tree of a vocabulary.

    Args:
        counts: int64 [V], V >= 2, in any order. Ties are settled by position: leaves before inner nodes, later
            words before earlier ones, so that equal input gives the equal tree.

    Raises:
        W2VError: fewer than two words, or a negative count.
    """
    counts = np.asarray(counts, dtype=np.int64)
    if counts.size < 2:
        raise W2VError(f"A Huffman tree needs at least two words; the vocabulary has {counts.size}.")
    if counts.min() < 0:
        raise W2VError("A Huffman tree needs counts of at least 0.")
    rarest_first = np.argsort(-counts, kind="stable")[::-1].astype(np.int64)
    parent, side = _merge(counts, rarest_first)
    return HuffmanTree(*_paths(parent, side, counts.size))


@njit
def _merge(counts, rarest_first):
    """Joins the two lightest nodes until one is left. Two queues suffice: joined nodes arise in order of weight."""
    size = counts.size
    weight = np.empty(2 * size - 1, dtype=np.int64)  # leaves first, then inner nodes in the order of their making
    for word in range(size):  # assigning a slice would compile an error message, for a second
        weight[word] = counts[word]
    parent = np.full(2 * size - 1, -1, dtype=np.int64)
    side = np.zeros(2 * size - 1, dtype=np.uint8)
    leaf, inner = 0, size
    for made in range(size, 2 * size - 1):
        for turn in range(2):
            take_leaf = leaf < size and (inner == made or weight[rarest_first[leaf]] <= weight[inner])
            if take_leaf:
                node = rarest_first[leaf]
                leaf += 1
            else:
                node = inner
                inner += 1
            parent[node] = made
            side[node] = 1 - turn  # the lighter child is on side 1
            weight[made] = weight[node] if turn == 0 else weight[made] + weight[node]
    return parent, side


@njit
def _paths(parent, side, size):
    root = 2 * size - 2
    offsets = np.zeros(size + 1, dtype=np.int64)
    for word in range(size):
        node, length = word, 0
        while node != root:
            node = parent[node]
            length += 1
        offsets[word + 1] = offsets[word] + length
    points = np.empty(offsets[size], dtype=np.int32)
    codes = np.empty(offsets[size], dtype=np.uint8)
    for word in range(size):
        node = word
        for place in range(offsets[word + 1] - 1, offsets[word] - 1, -1):
            codes[place] = side[node]
            node = parent[node]
            points[place] = root - node  # the root was made last and becomes node 0
    return offsets, points, codes
