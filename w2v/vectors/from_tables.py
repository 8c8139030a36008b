"""Word vectors from the two tables of a model: one answer for models in memory and in their folders.

The input table, for all heads but two. For `pmi` with two tables, <a_i, b_j> is fitted to PMI_ij in both orders, so
what is known of words i and j is S_ij = (<a_i, b_j> + <a_j, b_i>) / 2, and

    sum             v = (a + b) / 2              <v_i, v_j> = S_ij + <d_i, d_j>,      d = (a - b) / 2
    concatenated    v = (a, b) / sqrt(2)         <v_i, v_j> = S_ij + 2 <d_i, d_j>

so that inner products remain PMI, as far as the tables agree with each other. The rows of `poincare` are the space-like
numbers x of points of the hyperboloid; as vectors they are given in the Poincaré ball,

    v = x / (1 + sqrt(1 + |x|^2))
"""

from collections.abc import Callable

import numpy as np

from w2v.config import Config


def geometry_of(config: Config) -> str:
    """What tells how far two word vectors are apart: "euclidean" (the cosine) or "poincare" (distance in the ball)."""
    return "poincare" if config.head == "poincare" else "euclidean"


def word_vectors(config: Config, first: np.ndarray, get_second: Callable[[], np.ndarray]) -> np.ndarray:
    """The word vectors, [V, D], or [V, 2 D] when concatenated; `first` itself where nothing is to be computed.

    Of its dtype, too, but float64 for points in the ball: near its rim, distances are in the last digits.

    first: the input table, floating [V, D]. get_second: gives the output table, [V, D]; called only where it is needed.
    """
    if geometry_of(config) == "poincare":
        points = first.astype(np.float64)
        return points / (1 + np.sqrt(1 + np.einsum("vd,vd->v", points, points)))[:, None]
    if config.head != "pmi" or config.pmi_tables == "shared":
        return first
    second = get_second()
    if config.pmi_tables == "sum":
        return (first + second) / 2
    return np.hstack([first, second]) * np.sqrt(0.5, dtype=first.dtype)
