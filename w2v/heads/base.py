"""What every output head is: a torch module that turns a hidden vector and a target word into a loss.

    forward(hidden [B, D], target [B]) -> loss [B]       what training minimises
    log_prob(hidden [B, D])            -> [B, V]         the head's normalised predictive distribution
    log_likelihood(hidden, target)     -> [B]            its entries at the targets, cheaper where a head knows a way

`forward` may be anything with a gradient. `log_prob` is the yardstick: because each of its rows sums to one, heads with
quite different losses can be compared by the likelihood they give to held-out words.

The forward of a head whose spec says that it learns from "cooccurrences", counted pairs of words instead of windows,
takes (hidden [B, D], target [B], count [B], pmi [B]).
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from w2v.errors import W2VError
from w2v.heads.judgements import Judgements
from w2v.heads.spec import HeadSpec
from w2v.heads.tree import Decision


class Head(nn.Module, ABC):
    """Base of all heads: holds the output table.

    Args:
        counts: int64 [V], how often each word occurs, most frequent first.
        vector_size: D, the length of the hidden vectors.
        output: the output table to use, floating [R, C], shared and not copied; None: zeros in torch's default dtype.
    """

    spec: ClassVar[HeadSpec] = HeadSpec()  # what it needs
    output: nn.Parameter  # [R, C]
    sparse = False  # True: the gradient of `rows` is sparse, as in nn.Embedding; not every optimiser takes that

    def __init__(self, counts: np.ndarray, vector_size: int, *, output: Tensor | None = None) -> None:
        super().__init__()
        shape = self.spec.output_rows(len(counts)), self.spec.output_columns(vector_size)
        if output is None:
            output = torch.zeros(shape)
        if output.shape != shape:
            raise W2VError(
                f"The output table has shape {list(output.shape)}; {type(self).__name__} expects {list(shape)}."
            )
        self.output = nn.Parameter(output)

    @staticmethod
    def to_ambient(rows: Tensor) -> Tensor:
        """Coordinates of input vectors [..., D] in which means are taken; of a flat space, the vectors themselves."""
        return rows

    @staticmethod
    def from_mean(mean: Tensor) -> Tensor:
        """The hidden vectors [..., D] that means of what `to_ambient` returns stand for."""
        return mean

    def rows(self, ids: Tensor) -> Tensor:
        """Rows of the output table, for ids of any shape; [..., C]."""
        return F.embedding(ids, self.output, sparse=self.sparse)

    def reseed(self, key: int, first: int) -> None:
        """Make the next `forward` draw its random choices, if it has any, from number `first` of stream `key` on."""

    def noise(self) -> Tensor:
        """The negative samples that the next `forward` draws, int64 [N]; none where there are none."""
        return torch.empty(0, dtype=torch.int64)

    @abstractmethod
    def forward(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Loss of each example in nats; [B]."""

    @abstractmethod
    def log_prob(self, hidden: Tensor) -> Tensor:
        """Log-probability of each word of the vocabulary given each hidden vector; [B, V], rows sum to 1 under exp."""

    def decisions(self, hidden: Tensor, word: int) -> list[Decision]:
        """The decisions whose product is p(word | hidden), the first one first; none where there is no tree of them.

        hidden: [D].
        """
        return []

    def judgements(self, hidden: Tensor, target: int) -> Judgements | None:
        """The decisions whose losses add up to what the next `forward` gives; None: the loss is no such sum.

        hidden: [D].
        """
        return None

    def log_likelihood(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Log-probability of each example's target: `log_prob` at [b, target[b]]; [B]."""
        return self.log_prob(hidden).gather(1, target[:, None]).squeeze(1)
