"""The hyperboloid, or Lorentz model: points (t, x) of R^(1+D) with t = sqrt(1 + |x|^2) (Nickel & Kiela 2018).

    <u, v>_L = -u_0 v_0 + u_1 v_1 + ... + u_D v_D      <x, x>_L = -1      cosh dist(x, y) = -<x, y>_L

Tangent vectors at x are those with <x, v>_L = 0. There is no boundary to fall off, and steps along geodesics are cheap.
Time follows from space, for points and, as <x, v> / t, for tangent vectors: it is computed, never read, because at
radius r the differences of the definition cancel all but eps e^2r. Radius and angle in the tangent space are kept to
eps e^r this way.
"""

import numpy as np

from w2v.geometry.ball import POINCARE
from w2v.geometry.hyperbolic import Hyperbolic
from w2v.geometry.smooth import Array, arrays, dot


class Lorentz(Hyperbolic):
    """Points and tangent vectors have D + 1 numbers, time first."""

    name = "lorentz"

    def ambient(self, dim: int) -> int:
        """dim + 1."""
        return dim + 1

    def origin(self, dim: int) -> np.ndarray:
        """(1, 0, ..., 0); float64 [dim + 1]."""
        return np.eye(1, dim + 1)[0]

    def egrad2rgrad(self, x: Array, g: Array) -> Array:
        """J g + <x, J g>_L x, where J turns the sign of time (Nickel & Kiela 2018, alg. 1)."""
        xp, x, g = arrays(x, g)
        return self.proju(x, xp.concatenate((-g[..., :1], g[..., 1:]), -1))

    def proju(self, x: Array, v: Array) -> Array:
        """v + <x, v>_L x, its time then computed from space."""
        xp, x, v = arrays(x, v)
        space, time = _coordinates(x)
        space_v = v[..., 1:] + (dot(space, v[..., 1:]) - time * v[..., :1]) * space
        return xp.concatenate((dot(space, space_v) / time, space_v), -1)

    def projx(self, x: Array) -> Array:
        """x with its time computed from its space coordinates."""
        _, x = arrays(x)
        return self._point(x[..., 1:])

    def _place(self, x: Array) -> tuple[Array, Array]:
        space, time = _coordinates(x)
        return space / (1 + time), 2 / (1 + time)

    def _point(self, w: Array) -> Array:
        xp, w = arrays(w)
        return xp.concatenate((_time(w), w), -1)

    def _frame(self, x: Array, v: Array) -> Array:
        space, time = _coordinates(x)
        return v[..., 1:] - dot(space, v[..., 1:]) / (time * (1 + time)) * space

    def _unframe(self, x: Array, e: Array) -> Array:
        xp, x, e = arrays(x, e)
        space, time = _coordinates(x)
        along = dot(space, e)
        return xp.concatenate((along, e + along / (1 + time) * space), -1)


def _time(space: Array) -> Array:
    return (1 + dot(space, space)) ** 0.5


def _coordinates(x: Array) -> tuple[Array, Array]:
    """(space [..., D], time [..., 1])"""
    return x[..., 1:], _time(x[..., 1:])


LORENTZ = Lorentz()


def to_lorentz(x: Array) -> Array:
    """Points of the ball [..., D] on the hyperboloid [..., D + 1]: space coordinates 2 x / (1 - |x|^2)."""
    _, x = arrays(x)
    p, a = POINCARE._place(x)
    return LORENTZ._point(2 * p / a)


def to_ball(x: Array) -> Array:
    """Points of the hyperboloid [..., D + 1] in the ball [..., D]: x_i / (1 + t), kept inside as by its projx."""
    _, x = arrays(x)
    return POINCARE._point(x[..., 1:])
