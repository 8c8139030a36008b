"""Full softmax: p(w | h) = exp(<h, o_w>) / sum_v exp(<h, o_v>) (Bengio et al. 2003; Mikolov et al. 2013a, eq. 2).

The plain maximum-likelihood objective, whose cost grows with the vocabulary; the other heads exist to avoid that cost.
"""

from torch import Tensor
from torch.nn import functional as F

from w2v.heads.base import Head
from w2v.heads.softmax.spec import SPEC


class Softmax(Head):
    """Cross-entropy over the whole vocabulary."""

    spec = SPEC

    def forward(self, hidden: Tensor, target: Tensor) -> Tensor:
        """-log p(target | hidden); [B]."""
        return F.cross_entropy(hidden @ self.output.T, target, reduction="none")

    def log_prob(self, hidden: Tensor) -> Tensor:
        """log p(w | hidden) for every word; [B, V]."""
        return F.log_softmax(hidden @ self.output.T, dim=-1)
