"""What every space is computed with: numpy or torch, and functions of a square that are smooth where a root is not.

A distance is a function of s = sinh^2(d/2). Its root has no derivative at zero, and automatic differentiation makes NaN
of that. Written in s itself the functions below are power series:

    arcsinhc(s) = arcsinh(sqrt s) / sqrt s = 1 - s/6 + 3 s^2/40 - ..   sinhc(q) = sinh(sqrt q) / sqrt q = 1 + q/6 + ..

Near zero the series itself is summed: there the closed form's second derivative would lose 1 / s^2 of its digits.
"""

import math
import sys
from typing import Any

import numpy as np

Array = Any  # a numpy array or a torch tensor; functions return the kind they are given

SMALL = 0.01  # below it series are summed; their first term left out is under 1e-17
ARCSINH = [(-1) ** k * math.comb(2 * k, k) / 4**k / (2 * k + 1) for k in range(8)]
SINH = [1 / math.factorial(2 * k + 1) for k in range(6)]


def arrays(*given: Any) -> Any:
    """The module that computes with what is given, numpy or torch, and all of it as floating arrays of that module.

    Torch wherever a tensor is among them; its dtype and device are then everyone's. Lists and whole numbers become
    float64. Torch is not imported here: where a tensor came, it is.
    """
    torch = sys.modules.get("torch")
    tensors = [x for x in given if isinstance(x, torch.Tensor)] if torch else []
    if torch and tensors:
        like = tensors[0]
        return torch, *(
            x if isinstance(x, torch.Tensor) else torch.as_tensor(x, dtype=like.dtype, device=like.device)
            for x in given
        )
    each = (np.asarray(x) for x in given)
    return np, *(x if np.issubdtype(x.dtype, np.floating) else x.astype(np.float64) for x in each)


def eps(x: Array) -> float:
    """The spacing of x's dtype at one: 2.2e-16 for float64, 1.2e-7 for float32."""
    xp, x = arrays(x)
    return float(xp.finfo(x.dtype).eps)


def dot(x: Array, y: Array) -> Array:
    """Euclidean inner product over the last axis, which stays, with length one."""
    return (x * y).sum(-1)[..., None]


def root(square: Array) -> Array:
    """Square root whose derivative at zero is zero."""
    xp, square = arrays(square)
    positive = square > 0
    return xp.sqrt(xp.where(positive, square, 1.0)) * positive


def arcsinhc(square: Array) -> Array:
    """arcsinh(sqrt s) / sqrt s, for s >= 0."""
    return _joined(square, "arcsinh", ARCSINH)


def sinhc(square: Array) -> Array:
    """sinh(sqrt q) / sqrt q, for q >= 0."""
    return _joined(square, "sinh", SINH)


def _joined(square: Array, name: str, coefficients: list[float]) -> Array:
    """f(sqrt x) / sqrt x: the power series near zero, the closed form elsewhere."""
    xp, square = arrays(square)
    small = square < SMALL
    near = xp.where(small, square, 0.0)
    series = xp.zeros_like(near)
    for coefficient in reversed(coefficients):
        series = series * near + coefficient
    far = xp.sqrt(xp.where(small, 1.0, square))
    return xp.where(small, series, getattr(xp, name)(far) / far)
