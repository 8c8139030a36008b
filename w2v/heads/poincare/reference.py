"""Negative sampling in hyperbolic space (Leimeister & Wilson 2018; Tifrea et al. 2019): the nearer, the more expected.

    score(h, w) = c_w - f(d(h, o_w)),    f(d) = cosh d - 1, d or d^2,    loss = that of `ns` with these scores

A row of D numbers x is the point (t, x) of the hyperboloid with time t(x) = sqrt(1 + |x|^2), so that

    cosh d(x, y) = t(x) t(y) - <x, y>

(Nickel & Kiela 2018, eq. 2). Every x in R^D is a point: tables are free numbers, without a rim and without projection,
and training takes plain gradients in these coordinates. With f = cosh d - 1, a score is a product of rows less a
product of their times. Word vectors are returned as points of the Poincaré ball, x / (1 + t).

The bias c_w is the last number of a word's output row. It is learned from 0 on, and holds a bias b that all words have
in common as well. The hidden vector of several words is their Einstein midpoint: the mean of their points (t, x) in
space-time, scaled back to the hyperboloid (Ungar 2005, in Lorentz coordinates; Law et al. 2019, eq. 8),

    m = s / sqrt(s_t^2 - |s_x|^2),    s = mean (t(x_i), x_i)
"""

import numpy as np
import torch
from torch import Tensor

from w2v.heads.ns.reference import NegativeSampling
from w2v.heads.poincare.spec import SPEC

NEAREST = 1e-6  # cosh d - 1: nearer points are as far apart as this, where the slope of d would have no bound


class PoincareNegativeSampling(NegativeSampling):
    """Negative sampling whose scores fall with hyperbolic distance; the output table is [V, D + 1].

    Args:
        distance_score: "cosh", "d" or "d2", how the score falls.
        others: as for `NegativeSampling`.
    """

    spec = SPEC

    def __init__(
        self,
        counts: np.ndarray,
        vector_size: int,
        *,
        distance_score: str = "cosh",
        negative: int = 5,
        ns_exponent: float = 0.75,
        shared_negatives: int = 32,
        output: Tensor | None = None,
    ) -> None:
        super().__init__(
            counts,
            vector_size,
            negative=negative,
            ns_exponent=ns_exponent,
            shared_negatives=shared_negatives,
            output=output,
        )
        self.distance_score = distance_score

    @staticmethod
    def to_ambient(rows: Tensor) -> Tensor:
        """Points (x, t) of the hyperboloid, [..., D + 1], from their space-like numbers, [..., D]."""
        return torch.cat([rows, times(rows)[..., None]], dim=-1)

    @staticmethod
    def from_mean(mean: Tensor) -> Tensor:
        """Midpoints [..., D] from means of points, [..., D + 1]."""
        space, time = mean[..., :-1], mean[..., -1:]
        inside = time**2 - (space**2).sum(dim=-1, keepdim=True)
        return space / inside.clamp(min=1).sqrt()  # at least 1, but for rounding

    def forward(self, hidden: Tensor, target: Tensor, noise: Tensor | None = None) -> Tensor:
        """Negative-sampling loss; [B].

        Args:
            hidden: space-like numbers of points, [B, D].
            noise: int64 [N], word ids to use as noise; None: drawn from the noise distribution.
        """
        if noise is None:
            noise = self.noise().to(hidden.device)
            self._drawn += len(noise)
        own, others = self.rows(target), self.rows(noise)
        positive = self._scores((hidden * own[:, :-1]).sum(dim=1), times(hidden), own)
        negative = self._scores(hidden @ others[:, :-1].T, times(hidden)[:, None], others)  # [B, N]
        return self.loss(positive, negative, noise[None, :] != target[:, None])

    def scores(self, hidden: Tensor) -> Tensor:
        """c_w - f(d(h, o_w)) for every word; [B, V]."""
        return self._scores(hidden @ self.output[:, :-1].T, times(hidden)[:, None], self.output)

    def _scores(self, products: Tensor, hidden_times: Tensor, rows: Tensor) -> Tensor:
        """Scores from inner products of hidden vectors with output rows [..., D + 1], all of shapes that broadcast."""
        farther = hidden_times * times(rows[..., :-1]) - products - 1  # cosh d - 1
        if self.distance_score != "cosh":
            farther = 2 * (farther.clamp(min=NEAREST) / 2).sqrt().asinh()  # d, as cosh d - 1 = 2 sinh^2(d / 2)
        if self.distance_score == "d2":
            farther = farther**2
        return rows[..., -1] - farther


def times(points: Tensor) -> Tensor:
    """sqrt(1 + |x|^2) of points [..., D]; [...]."""
    return (1 + (points**2).sum(dim=-1)).sqrt()
