"""Spaces that vectors can live in: flat, and hyperbolic as the Poincaré ball or as the Lorentz hyperboloid.

    from w2v.geometry import POINCARE, translate
    POINCARE.dist(x, y)     # numpy arrays or torch tensors, points along the last axis

`base.py` says what a space can do, `hyperbolic.py` how both models do it.
"""

from w2v.geometry.ball import POINCARE, PoincareBall, boundary, mobius_add, translate
from w2v.geometry.base import Space
from w2v.geometry.euclidean import EUCLIDEAN, unit_rows
from w2v.geometry.lorentz import LORENTZ, to_ball, to_lorentz

SPACES: dict[str, Space] = {space.name: space for space in (EUCLIDEAN, POINCARE, LORENTZ)}

__all__ = [
    "EUCLIDEAN",
    "LORENTZ",
    "POINCARE",
    "SPACES",
    "PoincareBall",
    "Space",
    "boundary",
    "mobius_add",
    "to_ball",
    "to_lorentz",
    "translate",
    "unit_rows",
]
