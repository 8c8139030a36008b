"""What negative sampling in hyperbolic space needs, and how its points become word vectors.

The rows of the input table are the space-like numbers x of points of the hyperboloid; as vectors they are given in the
Poincaré ball,

    v = x / (1 + sqrt(1 + |x|^2))
"""

from collections.abc import Callable

import numpy as np

from w2v.base.config import Config
from w2v.heads.ns.spec import NegativeSamplingSpec


class PoincareSpec(NegativeSamplingSpec):
    """As `ns`; an output row is a point and a bias."""

    kernel, gpu_kernel = "w2v.heads.poincare.kernel", None
    geometry = "poincare"

    def shared_negatives(self, config: Config) -> int:
        return 32 if config.shared_negatives is None else config.shared_negatives

    def output_columns(self, vector_size: int) -> int:
        """A point and a bias."""
        return vector_size + 1

    def word_vectors(self, config: Config, first: np.ndarray, get_second: Callable[[], np.ndarray]) -> np.ndarray:
        """Points of the ball, float64 [V, D]: near its rim, distances are in the last digits."""
        points = first.astype(np.float64)
        return points / (1 + np.sqrt(1 + np.einsum("vd,vd->v", points, points)))[:, None]

    def input_rows(self, config: Config, vectors: np.ndarray) -> np.ndarray:
        """x = 2 v / (1 - |v|^2)"""
        points = vectors.astype(np.float64)
        return 2 * points / (1 - np.einsum("vd,vd->v", points, points))[:, None]


SPEC = PoincareSpec()
