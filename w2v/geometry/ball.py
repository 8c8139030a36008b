"""The Poincaré ball: hyperbolic space as the points x of R^D with |x| < 1 (Nickel & Kiela 2017, "Poincaré embeddings").

    metric at x: (2 / (1 - |x|^2))^2 <u, v>      dist(0, x) = 2 artanh |x|      dist(x, y) = 2 arcsinh sqrt(s)
    s = |x - y|^2 / ((1 - |x|^2) (1 - |y|^2))

Angles are those one sees, room is not: at the boundary, infinitely far, 1 - |x|^2 is lost to rounding. So points are
kept at |x| <= 1 - eps^(2/3), where a third of the digits of 1 - |x| are left: radius 24.7 in float64, 11.3 in float32.
"""

from w2v.errors import W2VError
from w2v.geometry.hyperbolic import Hyperbolic
from w2v.geometry.smooth import Array, arrays, dot, eps, root


def boundary(x: Array) -> float:
    """eps^(2/3) of x's dtype: how near to 1 the length of a point may be. 3.7e-11 for float64, 2.4e-5 for float32."""
    return float(eps(x) ** (2 / 3))


class PoincareBall(Hyperbolic):
    """Points are |x| < 1, tangent vectors any D numbers. Points on or outside the boundary are taken as just inside.

    Args:
        margin: points are kept at |x| <= 1 - margin; in (0, 1); None: `boundary` of their dtype.

    Raises W2VError for a margin outside (0, 1).
    """

    name = "poincare"

    def __init__(self, margin: float | None = None) -> None:
        if margin is not None and not 0 < margin < 1:
            raise W2VError(
                f"the ball's margin is {margin}; points are kept that far from its boundary: between 0 and 1."
            )
        self.margin = margin

    def egrad2rgrad(self, x: Array, g: Array) -> Array:
        """(1 - |x|^2)^2 / 4 g: the inverse metric times the Euclidean gradient (Nickel & Kiela 2017, eq. 5)."""
        _, x, g = arrays(x, g)
        return (self._place(x)[1] / 2) ** 2 * g

    def projx(self, x: Array) -> Array:
        """x, scaled back to length 1 - margin where it is longer."""
        _, x = arrays(x)
        longest = 1 - (boundary(x) if self.margin is None else self.margin)
        return x * (longest / root(dot(x, x)).clip(longest))

    def _place(self, x: Array) -> tuple[Array, Array]:
        return x, (1 - dot(x, x)).clip(eps(x))

    def _point(self, w: Array) -> Array:
        return self.projx(w / (1 + (1 + dot(w, w)) ** 0.5))

    def _frame(self, x: Array, v: Array) -> Array:
        return 2 * v / self._place(x)[1]

    def _unframe(self, x: Array, e: Array) -> Array:
        return self._place(x)[1] / 2 * e


POINCARE = PoincareBall()


def mobius_add(x: Array, y: Array) -> Array:
    """Möbius addition x (+) y (Ungar 2008; Ganea et al. 2018, eq. 4): x's translation of the ball at y; [..., D].

    With z = x + y, a = 1 - |x|^2 and b = 1 - |y|^2 it is (|z|^2 x + a z) / (|z|^2 + a b), here reached by way of the
    hyperboloid, whose space coordinates are 2 (|z|^2 x + a z) / (a b).
    """
    _, x, y = arrays(x, y)
    (x, a), (y, b) = POINCARE._place(x), POINCARE._place(y)
    z = x + y
    return POINCARE._point(2 * (dot(z, z) * x + a * z) / (a * b))


def translate(points: Array, a: Array) -> Array:
    """(-a) (+) points: the isometry of the ball that takes a to the origin and turns nothing there; [..., D]."""
    _, points, a = arrays(points, a)
    return mobius_add(-a, points)
