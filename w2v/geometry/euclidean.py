"""Flat space: the one that the two hyperbolic ones are compared with, under the same names."""

import numpy as np

from w2v.geometry.base import Space
from w2v.geometry.smooth import Array, arrays, root


class Euclidean(Space):
    """Points and tangent vectors are any D numbers; geodesics are straight lines."""

    name = "euclidean"

    def dist(self, x: Array, y: Array) -> Array:
        """|x - y|; [...]."""
        _, x, y = arrays(x, y)
        return root(((x - y) ** 2).sum(-1))

    def inner(self, x: Array, u: Array, v: Array) -> Array:
        """<u, v>; [...]."""
        _, _, u, v = arrays(x, u, v)
        return (u * v).sum(-1)

    def egrad2rgrad(self, x: Array, g: Array) -> Array:
        """g."""
        return arrays(g)[1]

    def expmap(self, x: Array, v: Array) -> Array:
        """x + v."""
        _, x, v = arrays(x, v)
        return x + v

    def logmap(self, x: Array, y: Array) -> Array:
        """y - x."""
        _, x, y = arrays(x, y)
        return y - x

    def transport(self, x: Array, y: Array, v: Array) -> Array:
        """v, whatever the way; broadcast to it."""
        _, x, y, v = arrays(x, y, v)
        return v + 0.0 * (x + y)

    def projx(self, x: Array) -> Array:
        """x: every point is one."""
        return arrays(x)[1]


EUCLIDEAN = Euclidean()


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """`matrix` [N, D] with every row scaled to length one; a zero row, having no direction, stays zero."""
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    if (large := np.isinf(norms)).any():  # numbers that the type can hold, with squares that it cannot
        return unit_rows(np.divide(matrix, np.abs(matrix).max(axis=1, keepdims=True), out=matrix.copy(), where=large))
    return np.divide(matrix, norms, out=np.zeros_like(matrix), where=norms > 0)
