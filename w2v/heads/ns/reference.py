"""Negative sampling (Mikolov et al. 2013b, eq. 4): tell the target from negative samples, drawn as count^0.75.

    loss = -log s(<h, o_target>) - K * E_{n ~ q}[ log s(-<h, o_n>) ],   s(x) = 1 / (1 + e^-x)

The expectation is estimated with N negative samples that the whole batch shares, each weighing K / N. That keeps the
objective's expectation exactly and turns its dot products into one matrix product. As in word2vec.c, a sample that is
an example's target is not counted for it.
"""

import math

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from w2v.heads import noise as sampler
from w2v.heads.base import Head
from w2v.heads.judgements import Judgements
from w2v.heads.ns.spec import SPEC


class NegativeSampling(Head):
    """Negative sampling with shared noise.

    Args:
        negative: K, negatives per positive.
        ns_exponent: the noise distribution is count^ns_exponent, normalised.
        shared_negatives: N, negative samples drawn per call of `forward`.
    """

    spec = SPEC

    log_q: Tensor  # [V], the noise distribution

    def __init__(
        self,
        counts: np.ndarray,
        vector_size: int,
        *,
        negative: int = 5,
        ns_exponent: float = 0.75,
        shared_negatives: int = 32,
        output: Tensor | None = None,
    ) -> None:
        super().__init__(counts, vector_size, output=output)
        q = sampler.noise_distribution(counts, ns_exponent)
        self.negative = negative
        self.shared_negatives = shared_negatives
        self.table = sampler.alias_table(q)
        self.register_buffer("log_q", torch.from_numpy(np.log(q)).to(self.output.dtype))
        self._key, self._drawn = 0, 0

    def reseed(self, key: int, first: int) -> None:
        """Draw the next negative samples from number `first` of stream `key` on."""
        self._key, self._drawn = key, first

    def noise(self) -> Tensor:
        """The negative samples that the next `forward` draws; int64 [N]."""
        return torch.from_numpy(
            sampler.draw_many(*self.table, np.uint64(self._key), self._drawn, self.shared_negatives)
        )

    def judgements(self, hidden: Tensor, target: int) -> Judgements:
        """The target, and each of the negative samples that the next `forward` draws."""
        noise = self.noise()
        rows = torch.cat([torch.tensor([target]), noise])
        counted = torch.cat([torch.ones(1).double(), self.negative / len(noise) * (noise != target).double()])
        return Judgements.of(rows, self.scores(hidden[None])[0][rows], rows == target, counted)

    def forward(self, hidden: Tensor, target: Tensor, noise: Tensor | None = None) -> Tensor:
        """Negative-sampling loss; [B].

        Args:
            noise: int64 [N], word ids to use as noise; None: drawn from the noise distribution.
        """
        if noise is None:
            noise = self.noise().to(hidden.device)
            self._drawn += len(noise)
        positive = (hidden * self.rows(target)).sum(dim=1)
        negative = hidden @ self.rows(noise).T  # [B, N]
        return self.loss(positive, negative, noise[None, :] != target[:, None])

    def loss(self, positive: Tensor, negative: Tensor, counted: Tensor) -> Tensor:
        """Loss of each example, from the scores of targets [B] and of noise [B, N] where it is counted [B, N]; [B]."""
        weight = self.negative / negative.shape[1]
        return -F.logsigmoid(positive) - weight * (F.logsigmoid(-negative) * counted).sum(dim=1)

    def log_prob(self, hidden: Tensor) -> Tensor:
        """log of s(<h, o_w> + log(K q(w))), normalised; [B, V].

        A word w is a positive with probability p(w | h) and a negative K q(w) (1 - p(w | h)) times: noise that hits the
        target is not counted. So the best score there is is log(p / (1 - p)) - log(K q), and putting log(K q) back in
        makes the sigmoid p itself. (Where hits are counted it is log(p) - log(K q), Levy & Goldberg 2014, and q e^score
        would be p; here that would be p / (1 - p).)
        """
        return self.normalised(self.scores(hidden))

    def scores(self, hidden: Tensor) -> Tensor:
        """<h, o_w> for every word; [B, V]."""
        return hidden @ self.output.T

    def normalised(self, score: Tensor) -> Tensor:
        """The log-probabilities that scores of all words stand for; [B, V]."""
        log_sigmoid = F.logsigmoid(score + self.log_q + math.log(self.negative))
        return log_sigmoid - torch.logsumexp(log_sigmoid, dim=-1, keepdim=True)
