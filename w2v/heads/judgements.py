"""What a loss is made of, for whoever wants to see it: decisions on output rows, whose sigmoids are to be 1 or 0.

    loss = - sum_j weight_j log s(sign_j score_j),    sign = +1 where row j is wanted, -1 where it is not

Negative sampling judges the target and the noise, hierarchical softmax the nodes of the target's path, one-vs-all every
word. A step moves each score by the slope weight_j (s(score_j) - wanted_j), downhill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor


class Judgements(NamedTuple):
    """J decisions of one example."""

    rows: np.ndarray  # int64 [J], of the output table
    scores: np.ndarray  # float64 [J]
    wanted: np.ndarray  # bool [J]
    weights: np.ndarray  # float64 [J], 0: noise that hit the target, which does not count

    @classmethod
    def of(cls, rows: Tensor, scores: Tensor, wanted: Tensor, weights: Tensor) -> Judgements:
        """From what a head has in torch."""
        return cls(
            rows.cpu().numpy(),
            scores.detach().double().cpu().numpy(),
            wanted.cpu().numpy(),
            weights.detach().double().cpu().numpy(),
        )

    @property
    def probability(self) -> np.ndarray:
        """s(score), what the head takes the chance for that the row is wanted; float64 [J]."""
        return np.exp(-np.logaddexp(0, -self.scores))

    @property
    def loss(self) -> np.ndarray:
        """What each adds to the loss, in nats; float64 [J]."""
        return self.weights * np.logaddexp(0, np.where(self.wanted, -self.scores, self.scores))

    @property
    def slope(self) -> np.ndarray:
        """The derivative of the loss by each score; float64 [J]."""
        return self.weights * (self.probability - self.wanted)
