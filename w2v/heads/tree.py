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


class Decision(NamedTuple):
    """What a head with a tree decides at an inner node: whether to go on with 0 or with 1."""

    node: int
    probability: tuple[float, float]  # of 0, and of 1
    code: int  # which of them leads to the word asked for
    below: tuple[np.ndarray, np.ndarray]  # int64, the words on either side, the most frequent first


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
    weight = np.concatenate([counts, np.empty_like(counts[1:])])  # leaves, then inner nodes in the order of making
    parent, side = np.empty(len(weight), np.int64), np.empty(len(weight), np.uint8)
    _merge(weight, rarest_first, parent, side)
    offsets = np.zeros(counts.size + 1, np.int64)
    _measure(parent, offsets)
    points, codes = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.uint8)
    _follow(parent, side, offsets, points, codes)
    return HuffmanTree(offsets, points, codes)


@njit(error_model="numpy", _nrt=False)
def _merge(weight, rarest_first, parent, side):
    """Joins the two lightest nodes until one is left. Two queues suffice: joined nodes arise in order of weight.

    weight: of the leaves, and to be filled in for inner nodes; parent and side of all but the root are set.
    """
    size = rarest_first.size
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


@njit(error_model="numpy", _nrt=False)
def _measure(parent, offsets):
    """Set the offsets of the words' paths, the first of which is 0."""
    root = parent.size - 1
    for word in range(offsets.size - 1):
        node, length = word, 0
        while node != root:
            node = parent[node]
            length += 1
        offsets[word + 1] = offsets[word] + length


@njit(error_model="numpy", _nrt=False)
def _follow(parent, side, offsets, points, codes):
    """Set the nodes and codes on the words' paths."""
    root = parent.size - 1
    for word in range(offsets.size - 1):
        node = word
        for place in range(offsets[word + 1] - 1, offsets[word] - 1, -1):
            codes[place] = side[node]
            node = parent[node]
            points[place] = root - node  # the root was made last and becomes node 0
