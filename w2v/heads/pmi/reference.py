"""Regression on pointwise mutual information: "simpler GloVe" (Su 2017, spaces.ac.cn/archives/4667 to 4681).

    loss = f(X_ij) (<h_i, o_j> - PMI_ij)^2,    f(x) = min(1, x / x_max)^x_exponent,    PMI_ij = log(X_ij X / (X_i X_j))

GloVe (Pennington et al. 2014, eq. 8) without biases: with them, any vector may be added to all others and the solution
stays one; without them, inner products and lengths mean something. PMI is 0 where two words occur
independently. X_ij are the counts of `cooccurrence.py`; this head learns from them and not from windows, so the encoder
has no say in its training.

Three things differ from the original. It leaves out the pairs of a word with itself; here they are entries like all
others. Its x_max is 100, as in GloVe, for texts of billions of words; 10 is better for 17 million. And where X_ij is
weighed down by subsampling, so is the weight of frequent pairs; sample=0 counts the plain text, as it does.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.heads.base import Head
from w2v.heads.pmi.spec import SPEC


class Pmi(Head):
    """Weighted least squares on the PMI of pairs of words.

    Args:
        x_max, x_exponent: a pair that was counted x times weighs min(1, x / x_max)^x_exponent.
        sample: the subsampling threshold of the counts; `log_prob` is about the text that it leaves. None: as 0.
    """

    spec = SPEC

    log_p: Tensor  # [V], the distribution of the words after subsampling

    def __init__(
        self,
        counts: np.ndarray,
        vector_size: int,
        *,
        x_max: float = 10.0,
        x_exponent: float = 0.75,
        sample: float | None = None,
        output: Tensor | None = None,
    ) -> None:
        super().__init__(counts, vector_size, output=output)
        self.x_max = x_max
        self.x_exponent = x_exponent
        kept = counts * Vocabulary([""] * len(counts), counts).keep_probability(sample or 0.0)
        self.register_buffer("log_p", torch.from_numpy(np.log(kept / kept.sum())).to(self.output.dtype))

    def forward(self, hidden: Tensor, target: Tensor, count: Tensor | None = None, pmi: Tensor | None = None) -> Tensor:
        """Weighted squared error of each pair; [B].

        Args:
            hidden: the vector of the one word, [B, D]; target: the other word, int64 [B].
            count: X_ij, positive, [B]; pmi: PMI_ij, [B].

        Raises:
            W2VError: counts or PMI are missing.
        """
        if count is None or pmi is None:
            raise W2VError("The pmi head learns from counted pairs: forward needs count and pmi, of shape [B] each.")
        return self.weight(count) * (self.score(hidden, target) - pmi) ** 2

    def weight(self, count: Tensor) -> Tensor:
        """f(X) of pairs that were counted so often, [B]; from 0 to 1, [B]."""
        return (count / self.x_max).clamp(max=1) ** self.x_exponent

    def score(self, hidden: Tensor, target: Tensor) -> Tensor:
        """<h, o> of hidden vectors [B, D] and the rows of their targets, int64 [B]; what is fitted to PMI, [B]."""
        return (hidden * self.rows(target)).sum(dim=1)

    def log_prob(self, hidden: Tensor) -> Tensor:
        """log of p(w) exp(<h, o_w>), normalised, p being the words' own distribution; [B, V].

        Where <h_i, o_w> is PMI, that is p(w | i), and already sums to one. A hidden vector that is a mean of several
        words' gives the geometric mean of what each of them predicts.
        """
        return F.log_softmax(hidden @ self.output.T + self.log_p, dim=-1)
