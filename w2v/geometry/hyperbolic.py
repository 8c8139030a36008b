"""Hyperbolic space of curvature -1, computed once for both of its models.

Either model hands a point x on as (p, a): its place in the ball, and a = 1 - |p|^2, which each knows how to find
without loss. It hands a tangent vector on as e: the same vector in an orthonormal frame, so that the Euclidean length
of e is its true length. Then, with z = q - p (Ungar 2008; Ganea et al. 2018, sec. 2; written here without differences
of near numbers):

    s = sinh^2(d/2) = |z|^2 / (a b)                              dist = 2 arcsinh(sqrt s)
    log: e = 2 arcsinhc(s) / (a b sqrt(1 + s)) (a z - |z|^2 p)
    exp: h = sinhc(|e|^2/4) e / 2,  c = sqrt(1 + |h|^2),  m = c p + h,  w = 2 |m|^2 p / a + 2 c m
    transport: e + 2 ((a <z,e> - |z|^2 <p,e>) p + ((2 <p,z> - a) <p,e> - |p|^2 <z,e>) z) / (|z|^2 + a b)

w are the space coordinates on the hyperboloid of the point arrived at; time is sqrt(1 + |w|^2), and the point of the
ball w / (1 + sqrt(1 + |w|^2)). There is no arccosh(1 + tiny), and no quotient of what vanishes where points coincide.

What float64 can hold. At radius r the ball's 1 - |x|^2 is 4 e^-r: coordinates rounded to eps = 1.1e-16 leave a point
known to about eps e^r, 2e-11 at r = 12, and so every distance. The hyperboloid's coordinates keep the radius itself to
eps, but angles no better. A geodesic of length d spreads an angle wrong by eps over eps sinh(d), whatever the formula.
"""

from abc import abstractmethod

import numpy as np

from w2v.geometry.base import Space
from w2v.geometry.smooth import Array, arcsinhc, arrays, dot, root, sinhc


def longest(x: Array) -> float:
    """The longest step: 177 in float64, 22 in float32. From farther points, squared coordinates would overflow."""
    xp, x = arrays(x)
    return float(np.log(xp.finfo(x.dtype).max) / 4)


class Hyperbolic(Space):
    """Base of the two models."""

    @abstractmethod
    def _place(self, x: Array) -> tuple[Array, Array]:
        """(p [..., D], a [..., 1]): where the point is in the ball, and 1 - |p|^2."""

    @abstractmethod
    def _point(self, w: Array) -> Array:
        """The point whose space coordinates on the hyperboloid are w [..., D]."""

    @abstractmethod
    def _frame(self, x: Array, v: Array) -> Array:
        """A tangent vector in an orthonormal frame; [..., D]."""

    @abstractmethod
    def _unframe(self, x: Array, e: Array) -> Array:
        """The inverse of `_frame`."""

    def dist(self, x: Array, y: Array) -> Array:
        """2 arcsinh |z| / sqrt(a b); [...]. e^-dist is (sqrt s + sqrt(1 + s))^-2."""
        xp, x, y = arrays(x, y)
        return 2 * xp.arcsinh(root(self.half_sinh2(x, y)))

    def half_sinh2(self, x: Array, y: Array) -> Array:
        """s = sinh^2(dist / 2) = (cosh dist - 1) / 2; [...]. Smooth everywhere: what losses may be written in."""
        _, x, y = arrays(x, y)
        (p, a), (q, b) = self._place(x), self._place(y)
        return (dot(q - p, q - p) / (a * b))[..., 0]

    def inner(self, x: Array, u: Array, v: Array) -> Array:
        """<u, v>_x; [...]."""
        _, x, u, v = arrays(x, u, v)
        return (self._frame(x, u) * self._frame(x, v)).sum(-1)

    def expmap(self, x: Array, v: Array) -> Array:
        """The point at distance norm(x, v), or `longest` if that is less, from x, in the direction of v."""
        xp, x, v = arrays(x, v)
        p, a = self._place(x)
        e = self._frame(x, v)
        e = e * (longest(e) / root(dot(e, e)).clip(longest(e)))
        half = sinhc(dot(e, e) / 4) * e / 2
        cosh = xp.sqrt(1 + dot(half, half))
        middle = cosh * p + half
        return self._point(2 * dot(middle, middle) / a * p + 2 * cosh * middle)

    def logmap(self, x: Array, y: Array) -> Array:
        """The tangent vector at x that leads to y."""
        xp, x, y = arrays(x, y)
        (p, a), (q, b) = self._place(x), self._place(y)
        z = q - p
        apart = dot(z, z)
        s = apart / (a * b)
        return self._unframe(x, 2 * arcsinhc(s) / (a * b * xp.sqrt(1 + s)) * (a * z - apart * p))

    def transport(self, x: Array, y: Array, v: Array) -> Array:
        """v at x, carried to y; keeps inner products. It is Ungar's gyration gyr[y, -x]."""
        _, x, y, v = arrays(x, y, v)
        (p, a), (q, b) = self._place(x), self._place(y)
        z, e = q - p, self._frame(x, v)
        apart, along_p, along_z = dot(z, z), dot(p, e), dot(z, e)
        turn = (a * along_z - apart * along_p) * p + ((2 * dot(p, z) - a) * along_p - dot(p, p) * along_z) * z
        return self._unframe(y, e + 2 * turn / (apart + a * b))

    def _bend(self, dist: Array) -> Array:
        """d coth d, 1 at d = 0."""
        xp, dist = arrays(dist)
        return xp.sqrt(1 + xp.sinh(dist) ** 2) / sinhc(dist**2)

    def _stride(self, length: Array, bend: Array) -> Array:
        """artanh(length / bend) / length, never longer than it takes: length < bend as d < d coth d."""
        share = length / bend
        gap = 1 - share**2
        return arcsinhc(share**2 / gap) / (bend * gap**0.5)
