"""Mean and covariance of vectors whose words count with given weights, and maps of all vectors.

Both run in float64, some rows at a time: of a million vectors no second copy is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

ROWS = 1 << 14  # at a time
NARROW = 1e-12  # a variance of so small a part of the largest one is that of rounded numbers,
ROUNDED = 1e-28  # and one of so small a part of the squared mean that of the rounded mean


class Moments(NamedTuple):
    """Of vectors [V, D], each with a weight."""

    mean: np.ndarray  # float64 [D]
    covariance: np.ndarray  # float64 [D, D]

    def principal(self) -> tuple[np.ndarray, np.ndarray]:
        """The directions in which the vectors vary, widest first: variances [r] and unit columns [D, r], r <= D."""
        variances, directions = np.linalg.eigh(self.covariance)
        varies = variances > max(NARROW * variances[-1], ROUNDED * (self.mean @ self.mean))
        return variances[varies][::-1], directions[:, varies][:, ::-1]


def moments(vectors: np.ndarray, weights: np.ndarray) -> Moments:
    """vectors: [V, D]; weights: float64 [V], not negative, of sum one."""
    size = vectors.shape[1]
    mean = sum((weights[rows] @ vectors[rows].astype(np.float64) for rows in _blocks(vectors)), np.zeros(size))
    covariance = np.zeros((size, size))
    for rows in _blocks(vectors):
        centred = vectors[rows] - mean
        covariance += (centred * weights[rows, None]).T @ centred
    return Moments(mean, covariance)


def mapped(vectors: np.ndarray, centre: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """(v - centre) @ matrix of each vector v, of their type [V, D]; centre: float64 [D], matrix: float64 [D, D]."""
    made = np.empty_like(vectors, order="C")
    for rows in _blocks(vectors):
        made[rows] = (vectors[rows] - centre) @ matrix
    return made


def lengths(vectors: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The length of v @ matrix for each vector v, float64 [V]; matrix: float64 [D, r]."""
    return np.concatenate([np.linalg.norm(vectors[rows] @ matrix, axis=1) for rows in _blocks(vectors)])


def _blocks(vectors: np.ndarray) -> Iterator[slice]:
    return (slice(start, start + ROWS) for start in range(0, len(vectors), ROWS))
