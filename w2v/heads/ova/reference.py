"""One-vs-all: a binary classifier for every word of the vocabulary (Rifkin & Klautau 2004).

    loss = -log s(<h, o_target>) - sum_{w != target} log s(-<h, o_w>),   s(x) = 1 / (1 + e^-x)

Negative sampling without the sampling: every other word is a negative, once.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from w2v.heads.base import Head
from w2v.heads.judgements import Judgements
from w2v.heads.ova.spec import SPEC


class OneVsAll(Head):
    """Independent sigmoids over the whole vocabulary."""

    spec = SPEC

    def forward(self, hidden: Tensor, target: Tensor) -> Tensor:
        """Summed binary cross-entropies over the vocabulary; [B]."""
        score = hidden @ self.output.T
        positive = score.gather(1, target[:, None]).squeeze(1)
        return -F.logsigmoid(-score).sum(dim=1) - positive  # log s(x) - log s(-x) = x

    def log_prob(self, hidden: Tensor) -> Tensor:
        """log of the sigmoids, normalised to sum to one over the vocabulary; [B, V]."""
        log_sigmoid = F.logsigmoid(hidden @ self.output.T)
        return log_sigmoid - torch.logsumexp(log_sigmoid, dim=-1, keepdim=True)

    def judgements(self, hidden: Tensor, target: int) -> Judgements:
        """Every word, of which the target alone is wanted."""
        rows = torch.arange(len(self.output))
        return Judgements.of(rows, self.output @ hidden, rows == target, torch.ones(len(rows)))
