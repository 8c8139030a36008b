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
from w2v.heads.hs.spec import SPEC
from w2v.heads.judgements import Judgements
from w2v.heads.tree import Decision, coding_tree


class HierarchicalSoftmax(Head):
    """Binary decisions along the path of a tree; the output table has one row for each of the V - 1 inner nodes.

    Args:
        tree: "huffman" or "balanced", see `w2v.heads.tree.coding_tree`.
    """

    spec = SPEC

    points: Tensor  # int64 [V, L], the inner nodes on each word's path, padded with node 0
    signs: Tensor  # [V, L], +1 or -1, and 0 past a path's end

    def __init__(
        self, counts: np.ndarray, vector_size: int, *, tree: str = "huffman", output: Tensor | None = None
    ) -> None:
        super().__init__(counts, vector_size, output=output)
        paths = coding_tree(counts, tree)
        longest = int(paths.lengths.max())
        inside = np.arange(longest) < paths.lengths[:, None]  # [V, L]
        points = np.zeros(inside.shape, dtype=np.int64)
        signs = np.zeros(inside.shape)
        points[inside] = paths.points
        signs[inside] = 1.0 - 2.0 * paths.codes
        self.register_buffer("points", torch.from_numpy(points))
        self.register_buffer("signs", torch.from_numpy(signs).to(self.output.dtype))

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

    def decisions(self, hidden: Tensor, word: int) -> list[Decision]:
        """Those at the nodes on the word's path: s(<h, o_j>) for 0, and for 1 what is left."""
        made: list[Decision] = []
        within = torch.arange(len(self.points))  # words below the node
        for node, sign in zip(self.points[word].tolist(), self.signs[word].tolist(), strict=True):
            if not sign:
                break
            sides = self.signs[within, len(made)]
            zero, one = (F.logsigmoid(way * (hidden @ self.output[node])).exp().item() for way in (1, -1))
            below = within[sides > 0], within[sides < 0]
            within = below[int(sign < 0)]
            made.append(Decision(node, (zero, one), int(sign < 0), (below[0].numpy(), below[1].numpy())))
        return made

    def judgements(self, hidden: Tensor, target: int) -> Judgements:
        """The nodes on the target's path, wanted where the code there is 0."""
        signs = self.signs[target]
        rows, signs = self.points[target][signs != 0], signs[signs != 0]
        return Judgements.of(rows, self.output[rows] @ hidden, signs > 0, signs.abs())

    def log_likelihood(self, hidden: Tensor, target: Tensor) -> Tensor:
        """log p(target | hidden), by the target's path alone; [B]."""
        return -self(hidden, target)
