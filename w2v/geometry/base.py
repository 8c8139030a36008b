"""What a space is: points, distances, and the maps by which one walks in it.

    dist(x, y)              length of the shortest way                              [...]
    inner(x, u, v)          the metric at x, of two tangent vectors                 [...]
    norm(x, v)              length of a tangent vector, sqrt(inner(x, v, v))        [...]
    egrad2rgrad(x, g)       the Riemannian gradient, of the Euclidean one           [..., D]
    retr(x, v)              a cheap step from x along v, right to first order       [..., D]
    expmap(x, v)            the exact one: where the geodesic from x along v is after time 1
    logmap(x, y)            its inverse: the tangent vector at x that leads to y
    projx(x), proju(x, v)   the point, the tangent vector, nearby that is really one
    transport(x, y, v)      v carried from x to y along the geodesic, unturned (parallel transport)
    geodesic(x, y, t)       expmap(x, t logmap(x, y)): from x at t = 0 to y at t = 1

The words are those of geoopt (Kochurov et al. 2020). Every method works on the last axis, lets the axes before it
broadcast, and takes numpy arrays or torch tensors, of which it returns the same kind; torch can differentiate through
all of them but the mean, at points that coincide too. Lists become float64.
"""

from abc import ABC, abstractmethod

import numpy as np

from w2v.errors import W2VError
from w2v.geometry.smooth import Array, arrays, root

STEPS = 2000  # of the iteration for a mean; at radius 12 the worst case is some 500


class Space(ABC):
    """Base of all spaces. One instance of each is ready in `w2v.geometry.SPACES`."""

    name: str

    def __repr__(self) -> str:
        return self.name.upper()

    def ambient(self, dim: int) -> int:
        """How many numbers a point of a space of `dim` dimensions has."""
        return dim

    def origin(self, dim: int) -> np.ndarray:
        """The middle of the coordinates; float64 [ambient(dim)]."""
        return np.zeros(dim)

    @abstractmethod
    def dist(self, x: Array, y: Array) -> Array:
        """Distance of points; [...].

        Zero where they coincide, or as good as do (differences under 1e-154 have no square in float64), and there its
        derivative is zero by convention.
        """

    @abstractmethod
    def inner(self, x: Array, u: Array, v: Array) -> Array:
        """The metric at x of two tangent vectors; [...]."""

    @abstractmethod
    def egrad2rgrad(self, x: Array, g: Array) -> Array:
        """The Riemannian gradient at x, given the Euclidean gradient g: the steepest way up, a tangent vector."""

    @abstractmethod
    def expmap(self, x: Array, v: Array) -> Array:
        """The point at distance norm(x, v) from x, in the direction of the tangent vector v."""

    @abstractmethod
    def logmap(self, x: Array, y: Array) -> Array:
        """The tangent vector at x whose expmap is y; its norm is dist(x, y)."""

    @abstractmethod
    def transport(self, x: Array, y: Array, v: Array) -> Array:
        """The tangent vector at y that v, at x, becomes when it is carried along the geodesic. Keeps inner products."""

    @abstractmethod
    def projx(self, x: Array) -> Array:
        """The point of the space near x."""

    def proju(self, x: Array, v: Array) -> Array:
        """The tangent vector at x nearest to v."""
        return arrays(v)[1]

    def retr(self, x: Array, v: Array) -> Array:
        """projx(x + v): agrees with expmap to first order in v (Bonnabel 2013), and costs an addition."""
        _, x, v = arrays(x, v)
        return self.projx(x + v)

    def norm(self, x: Array, v: Array) -> Array:
        """Length of a tangent vector at x; [...]."""
        return root(self.inner(x, v, v))

    def geodesic(self, x: Array, y: Array, t: Array) -> Array:
        """Points of the geodesic from x (t = 0) to y (t = 1); t: a number or [..., 1]."""
        return self.expmap(x, self.logmap(x, y) * t)

    def frechet_mean(self, points: Array, weights: Array = None, *, tolerance: float = 1e-9) -> Array:
        """The point m that minimises sum_i w_i dist(m, x_i)^2 / 2, Karcher's mean (Karcher 1977); [..., D].

        In these spaces, which have no positive curvature, the sum is strongly convex along geodesics with constant 1:
        there is one minimum, and it is no farther than the gradient, sum_i w_i logmap(m, x_i), is long. Each step goes
        to the minimum of an upper bound of the sum that touches it at m, so the sum never grows and no step length is
        chosen. (In dist^2 = arccosh^2(c), concave in c = cosh dist, arccosh^2 is replaced by its tangent; the minimum
        lies in the direction of the gradient g, at distance artanh(|g| / sum_i w_i d_i coth d_i), in flat space |g|.)

        Args:
            points: [..., N, D], N at least 1. The iteration runs in float64 whatever their dtype.
            weights: [..., N] or [N], not negative, with a positive sum, by which they are divided; None: all the same.
            tolerance: how far from the true mean the result may be.

        The result carries no gradient: that of an iteration's last steps is not that of the mean.

        Raises W2VError for no points or points that are not finite, for weights of another number, negative, not finite
        or all zero, and where the tolerance is not reached: a mean at radius 16 is not known to 1e-9 in float64.
        """
        xp, points, weights = self._weighed(points, weights)
        dtype = points.dtype
        points, weights = _in_float64(xp, points), _in_float64(xp, weights)
        mean = points[..., 0, :]
        for _ in range(STEPS):
            towards = (weights * self.logmap(mean[..., None, :], points)).sum(-2)
            length = self.norm(mean, towards)[..., None]
            if bool((length <= tolerance).all()):
                return xp.asarray(mean, dtype=dtype)
            bend = (weights * self._bend(self.dist(mean[..., None, :], points)[..., None])).sum(-2)
            mean = self.expmap(mean, towards * self._stride(length, bend))
        raise W2VError(
            f"the mean of {points.shape[-2]} points was sought in {STEPS} steps and the last was still "
            f"{float(length.max()):.2g} long, more than the tolerance of {tolerance:.2g}. "
            "Points so near the boundary need a larger tolerance, or to be drawn in by projx."
        )

    def _bend(self, dist: Array) -> Array:
        """How much faster than in flat space squared distance may grow sideways at that distance; flat: 1."""
        return 1.0 + 0.0 * dist

    def _stride(self, length: Array, bend: Array) -> Array:
        """By what a gradient of that length is multiplied; flat: 1."""
        return 1.0 / bend

    def _weighed(self, points: Array, weights: Array) -> tuple[Array, Array, Array]:
        """Points and their weights, [..., N, 1], with sum one."""
        xp, points = arrays(points)
        if points.ndim < 2 or not points.shape[-2]:
            raise W2VError(f"a mean needs one point or more, as [N, D]; it was given the shape {tuple(points.shape)}.")
        if not bool(xp.isfinite(points).all()):
            raise W2VError("a mean was asked of points of which some are not finite; leave those out.")
        if weights is None:
            weights = np.ones(points.shape[-2])
        _, _, weights = arrays(points, weights)
        if not weights.ndim or weights.shape[-1] != points.shape[-2]:
            raise W2VError(
                f"there are {points.shape[-2]} points and weights of the shape {tuple(weights.shape)}; "
                "a mean needs one weight for each."
            )
        total = weights.sum(-1)[..., None]
        if not bool(xp.isfinite(weights).all()) or bool((weights < 0).any()) or bool((total <= 0).any()):
            raise W2VError("a mean's weights must be finite and not negative, and one of them at least positive.")
        return xp, points, (weights / total)[..., None]


def _in_float64(xp: Array, x: Array) -> Array:
    return xp.asarray(x if xp is np else x.detach(), dtype=xp.float64)
