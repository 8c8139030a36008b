"""Hierarchical softmax (Morin & Bengio 2005; Mikolov et al. 2013b, eq. 3): a word is a path of binary decisions.

    p(w | h) = prod_{j on the path of w} s(sign_j * <h, o_j>),   s(x) = 1 / (1 + e^-x),   sign = +1 for code 0, -1 for 1

On a Huffman tree the cost per word is about the unigram entropy in dot products, whatever the vocabulary's size, and
the words' probabilities sum to one by construction.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from w2v.heads.base import Head
from w2v.huffman import huffman_tree


class HierarchicalSoftmax(Head):
    """Binary decisions along the Huffman path; the output table has one row for each of the V - 1 inner nodes."""

    points: Tensor  # int64 [V, L], the inner nodes on each word's path, padded with node 0
    signs: Tensor  # [V, L], +1 or -1, and 0 past a path's end

    def __init__(self, counts: np.ndarray, vector_size: int, *, output: Tensor | None = None) -> None:
        super().__init__(counts, vector_size, output=output)
        tree = huffman_tree(counts)
        longest = int(tree.lengths.max())
        inside = np.arange(longest) < tree.lengths[:, None]  # [V, L]
        points = np.zeros(inside.shape, dtype=np.int64)
        signs = np.zeros(inside.shape)
        points[inside] = tree.points
        signs[inside] = 1.0 - 2.0 * tree.codes
        self.register_buffer("points", torch.from_numpy(points))
        self.register_buffer("signs", torch.from_numpy(signs).to(self.output.dtype))

    @staticmethod
    def output_rows(vocab_size: int) -> int:
        """A binary tree with V leaves has V - 1 inner nodes."""
        return vocab_size - 1

    def forward(self, hidden: Tensor, target: Tensor) -> Tensor:
        """-log p(target | hidden) by the tree; [B]."""
        signs = self.signs[target]  # [B, L]
        nodes = self.rows(self.points[target])  # [B, L, D]
        score = torch.einsum("bd,bld->bl", hidden, nodes)
        return -(F.logsigmoid(signs * score) * signs.abs()).sum(dim=1)

    def log_prob(self, hidden: Tensor) -> Tensor:
        """log p(w | hidden) by the tree for every word; [B, V]."""
        score = hidden @ self.output.T  # [B, R]: each node once, however many paths it lies on
        total = score.new_zeros(len(hidden), len(self.points))
        for depth in range(self.points.shape[1]):
            signs = self.signs[:, depth]
            reach = signs != 0
            total[:, reach] += F.logsigmoid(signs[reach] * score[:, self.points[reach, depth]])
        return total
