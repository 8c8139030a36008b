"""From a hyperbolic space of D dimensions to the disc, and how faithful the disc is to it.

Tangent PCA about a base point b (Fletcher et al. 2004), which is a given node, or the Fréchet mean, the point
that minimises sum_i d(b, x_i)²:

    v_i = log_0((-b) (+) x_i),    P = the two directions of most variance of the v_i,    y_i = exp_0(P v_i)

The base comes to the middle, and no distance from it grows. Points of two numbers are moved, and nothing is lost; where
no node is given they are drawn as they are. HoroPCA (Chami et al. 2021) kept one neighbour in a hundred more of the
mammals in five dimensions, and folds the disc over along a line. No such picture is the whole truth: `neighbours_kept`
measures how much of one to believe.

A long training drives nodes so far out that all of them are seen on the rim, and from one of them all others in one
direction. Such points are drawn contracted: every distance d from the origin is drawn as s d,

    y_i = exp_0(s log_0(x_i)),    0 < s <= 1

which keeps directions, and which is nearer and which farther; distances from anything but the origin are not kept.
"""

from dataclasses import dataclass, replace

import numpy as np

from w2v.errors import W2VError
from w2v.geometry import POINCARE, translate

CLOSE = 1e-4  # how far the mean may be off: nobody sees more
MOST, OUTSIDE = 0.9, 0.93  # of contracted points, this share lies within this radius
FEW, NEAR = 5, 0.9  # a node's neighbourhood can be seen where so many others lie within this radius of it


@dataclass(frozen=True)
class Projection:
    """A way from the ball to the disc, found from some points and good for others (an earlier state of training)."""

    base: np.ndarray  # [D], in the ball
    directions: np.ndarray | None  # [D, 2], orthonormal; None: two numbers a point, none of which is lost
    told: str  # the caption's sentence

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Points of the ball [N, D] in the disc; [N, 2]."""
        moved = np.asarray(translate(points, self.base))
        return moved if self.directions is None else _exp(_log(moved) @ self.directions)

    def nearness(self, points: np.ndarray) -> np.ndarray:
        """1 - |x|² of points, counted from the base, before any dimension is lost; [N], one in the middle.

        The scale at which the disc shows them: a figure of fixed hyperbolic size looks so many times as large."""
        return np.asarray(1 - np.square(translate(points, self.base)).sum(axis=1))

    def about(self, base: np.ndarray) -> "Projection":
        """The same view from another point [D]."""
        return replace(self, base=base)


def fit(points: np.ndarray, base: np.ndarray | None, name: str = "") -> Projection:
    """The projection that suits some points of the ball [N, D], about a point [D] and its name, or their own middle.

    Raises:
        W2VError: D < 2, or all points at one place.
    """
    n, size = points.shape
    if size < 2:
        raise W2VError("These vectors have one number each; a disc needs two or more. Train with vector_size=2.")
    if n == 0 or np.ptp(points, axis=0).max() < 1e-12:
        raise W2VError("All these points are at one place, so there is no picture of them.")
    if size == 2:
        told = "drawn as they are" if base is None else f"moved (Möbius) so that {name} is in the middle"
        return Projection(np.zeros(2) if base is None else base, None, f"Two numbers a node, {told}.")
    told = f"about {name}"
    if base is None:
        base, told = middle_of(points), "about the Fréchet mean"
    tangents = _log(np.asarray(translate(points, base)))
    _, scales, axes = np.linalg.svd(tangents - tangents.mean(axis=0), full_matrices=False)
    directions = axes[:2].T
    signs = np.where(directions[np.abs(directions).argmax(axis=0), [0, 1]] < 0, -1, 1)
    share = float(np.square(scales[:2]).sum() / np.square(scales).sum())
    told = f"Tangent PCA {told}, from {size} dimensions: the two axes hold {share:.0%} of the variance."
    return Projection(base, directions * signs, told)


def contraction(points: np.ndarray, base: int | None = None) -> float:
    """The s of a picture of points of the ball [N, D], 1 where they can be seen as they are: most of them well within
    the rim, and the neighbours of the one in the middle, number `base` where there is one, around it."""
    far = 2 * np.arctanh(np.quantile(np.linalg.norm(points, axis=1), MOST))
    scale = float(min(1.0, 2 * np.arctanh(OUTSIDE) / max(far, 1e-9)))
    while base is not None and not neighbours_seen(contracted(points, scale), base):
        scale *= 0.9
    return scale


def neighbours_seen(points: np.ndarray, base: int) -> bool:
    """Whether some neighbours of one of the points [N, D] are near it when it is in the middle."""
    radii = np.sort(np.linalg.norm(np.asarray(translate(points, points[base])), axis=1))
    return bool(radii[min(FEW, len(radii) - 1)] <= NEAR)


def contracted(points: np.ndarray, scale: float) -> np.ndarray:
    """Points of the ball [N, D] as a picture contracted by `scale` draws them; with 1 they are unchanged."""
    return points if scale == 1 else _exp(scale * _log(points))


def middle_of(points: np.ndarray) -> np.ndarray:
    """The Fréchet mean of points [N, D], as well as a picture needs it; [D]."""
    return np.asarray(POINCARE.frechet_mean(points, tolerance=CLOSE))


def neighbours_kept(points: np.ndarray, flat: np.ndarray, near: int, most: int = 2000) -> float:
    """How faithful a disc is: the mean share of a node's `near` nearest by hyperbolic distance that are among its
    `near` nearest in the disc; from 0 to 1, and near / (N - 1) for a disc drawn at random.

    Args:
        points: [N, D], in the ball, 1 <= near < N.
        flat: [N, 2], in the disc.
        most: of more nodes than this, so many are measured, evenly by their place in the list.
    """
    asked = np.linspace(0, len(points) - 1, min(len(points), most)).astype(int)
    shared = 0
    for node in asked.tolist():
        nearest: list[np.ndarray] = []
        for table in (points, flat):
            distances = np.asarray(POINCARE.dist(table[node], table))
            distances[node] = np.inf
            nearest.append(np.argsort(distances, kind="stable")[:near])
        shared += len(np.intersect1d(nearest[0], nearest[1]))
    return shared / (len(asked) * near)


def _log(points: np.ndarray) -> np.ndarray:
    return np.asarray(POINCARE.logmap(POINCARE.origin(points.shape[1]), points))


def _exp(tangents: np.ndarray) -> np.ndarray:
    return np.asarray(POINCARE.expmap(POINCARE.origin(tangents.shape[1]), tangents))
