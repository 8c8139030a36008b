"""A second start for leaves: nodes that are nobody's parent begin again in the middle of their relatives.

All nodes begin near the origin, and a leaf goes outward with whichever relative pulls first. In hyperbolic space it
cannot change its mind: the way from one branch to another leads back through the middle, past everything that repels
it. So leaves of two branches, and leaves whose parent came late, stay where they are far from one of their parents: of
WordNet's nouns fewer than one pair in a hundred, which made more than half of the mean rank's excess over 1. Once the
other nodes have found their places, the middle of its relatives is a better beginning for a leaf than the origin was.

They begin about it and not on it, as they began about the origin. Siblings have the same middle, that of a leaf with
one relative is the relative itself, and where all nodes lie on one point no slope leads away.
"""

import numpy as np

from w2v.geometry import EUCLIDEAN, LORENTZ, POINCARE, Space
from w2v.hyperbolic import kernels
from w2v.hyperbolic.kernels import BALL, EUCLID
from w2v.hyperbolic.negatives import Relatives

SCATTER = 1e-3  # how far from the middle, in each coordinate, where the middle is the origin
SPACES: dict[int, Space] = {EUCLID: EUCLIDEAN, BALL: POINCARE, kernels.LORENTZ: LORENTZ}


def leaves_of(relatives: Relatives) -> np.ndarray:
    """The nodes that have relatives and are nobody's, in order; int64 [L]."""
    return np.flatnonzero((np.diff(relatives.start) > 0) & (np.diff(relatives.first) == 0))


def restart(space: int, table: np.ndarray, relatives: Relatives, offsets: np.ndarray) -> int:
    """Put every leaf about the midpoint of its relatives, in place; how many leaves there are.

    space: as in `kernels.py`; table: float64 [V, D], its rows of that space; offsets: float64 [V, D], the step of each
    node away from its midpoint, as it would be from the origin. In flat space the midpoint is the weighted mean, in
    hyperbolic space that of points (t, x) of the hyperboloid, brought back to it: s / sqrt(s_t^2 - |s_x|^2) (Law et al.
    2019, eq. 11). What it is divided by is at least 1, since a mean lies inside.
    """
    leaves = leaves_of(relatives)
    if not len(leaves):
        return 0
    rows = table[relatives.nodes]
    square = (rows**2).sum(axis=1, keepdims=True)
    if space == EUCLID:
        points = rows
    elif space == BALL:
        points = np.hstack([1 + square, 2 * rows]) / (1 - square)
    else:
        points = np.hstack([np.sqrt(1 + square), rows])
    weights = relatives.weights[:, None]
    filled = np.flatnonzero(np.diff(relatives.start))  # reduceat would take an empty list for one of a single pair
    sums = np.add.reduceat(np.hstack([weights * points, weights]), relatives.start[filled])
    middle = (sums[:, :-1] / sums[:, -1:])[np.searchsorted(filled, leaves)]
    if space != EUCLID:
        time, middle = middle[:, :1], middle[:, 1:]
        root = np.sqrt(np.maximum(time**2 - (middle**2).sum(axis=1, keepdims=True), 1.0))
        middle = middle / (root + time if space == BALL else root)
    table[leaves] = _beside(space, middle, offsets[leaves])
    return len(leaves)


def _beside(space: int, points: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Points [L, D], each after a step [L, D] that was given at the origin and is carried to the point unturned."""
    size = points.shape[1]
    if space == kernels.LORENTZ:  # a row of the table lacks its time, which a tangent vector at the origin has not
        points = np.hstack([np.sqrt(1 + (points**2).sum(axis=1, keepdims=True)), points])
        offsets = np.hstack([np.zeros((len(offsets), 1)), offsets])
    geometry = SPACES[space]
    origin = geometry.origin(size)
    moved = geometry.expmap(points, geometry.transport(origin, points, offsets))
    return moved[:, 1:] if space == kernels.LORENTZ else moved
