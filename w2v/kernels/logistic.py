"""Loss and slope of binary decisions, many scores at once; every head with a kernel is made of these.

A decision with score x that is wanted large costs log(1 + e^-x), one that is wanted small log(1 + e^x); the derivatives
are s(x) - 1 and s(x), with s(x) = 1 / (1 + e^-x). One score may stand for several decisions of both kinds.

`exp` and `log1p` are plain arithmetic in float32, so that the loop becomes vector instructions; in float64, where the
proofs are made, they are the exact functions.
"""

import math

import numpy as np
from numba import types
from numba.extending import overload

from w2v.base.compiled import njit
from w2v.kernels.simd.products import FAST

LANES = 16  # scores are processed in groups of this many; what fills up a group has weight 0 and a finite score


@njit(error_model="numpy", forceinline=True)
def padded(n):
    """n rounded up to a multiple of LANES."""
    return (n + LANES - 1) & -LANES


@njit(fastmath=FAST, error_model="numpy", apart=True)
def logistic(x, positive_weight, negative_weight, n, rate):
    """Replace the scores x[:n] by steps against the slope of their loss; returns the loss, summed.

        loss = p log(1 + e^-x) + q log(1 + e^x)        step = -rate dloss/dx = rate (p - (p + q) s(x))

    positive_weight, negative_weight: p and q, the weights of the decisions that want the score large and small. Where
    both are 0 there is none, and the score may be any finite number. All one-dimensional, of size `padded(n)` or more.
    """
    zero, one = x.dtype.type(0), x.dtype.type(1)
    loss = zero
    for j in range(padded(n)):
        t, both = x[j], positive_weight[j] + negative_weight[j]
        e = exp(-abs(t))
        loss += both * log1p(e) + (
            negative_weight[j] * t if t >= zero else -positive_weight[j] * t
        )  # log(1 + e^t) = log(1 + e^-|t|) + max(t, 0)
        x[j] = rate * (positive_weight[j] - both * (one if t >= zero else e) / (one + e))
    return loss


def exp(x):
    """e^x for x <= 0. In float32 the relative error is below 1e-7 * (2 + |x|); e^-87 stands for all that is less."""
    return math.exp(x)


def log1p(x):
    """log(1 + x) for 0 <= x <= 1. In float32 the relative error is below 3e-7."""
    return math.log1p(x)


_LOG2_E = np.float32(1.4426950408889634)
# Minimax polynomials on [0, 1], highest power first: 2^x (relative error 7.5e-8) and log(1 + x) / x (3.0e-8).
_EXP2 = tuple(
    map(np.float32, (1.8775767e-03, 8.9893403e-03, 5.5826318e-02, 2.4015362e-01, 6.9315307e-01, 9.9999993e-01))
)
_LOG1P = tuple(
    np.float32(c)
    for c in (
        *(5.2326937e-03, -2.9505238e-02, 7.8225954e-02, -1.3663246e-01, 1.9106007e-01),
        *(-2.4842982e-01, 3.3319097e-01, -4.9999493e-01, 9.9999997e-01),
    )
)


@overload(exp, inline="always")
def _exp(x):
    if x != types.float32:
        return lambda x: math.exp(x)

    def bits_and_polynomial(x):
        # 2^t is a power of two, made of t's whole part by writing float32's exponent field, times 2^fraction.
        x = max(x, np.float32(-87.0))
        whole = np.int32(x * _LOG2_E + np.float32(127.0))
        f = x * _LOG2_E - np.float32(whole - 127)  # x again: the sum has lost bits to the 127
        p = _EXP2[0]
        p = p * f + _EXP2[1]
        p = p * f + _EXP2[2]
        p = p * f + _EXP2[3]
        p = p * f + _EXP2[4]
        p = p * f + _EXP2[5]
        return p * np.int32(whole << np.int32(23)).view(np.float32)

    return bits_and_polynomial


@overload(log1p, inline="always")
def _log1p(x):
    if x != types.float32:
        return lambda x: math.log1p(x)

    def polynomial(x):
        p = _LOG1P[0]
        p = p * x + _LOG1P[1]
        p = p * x + _LOG1P[2]
        p = p * x + _LOG1P[3]
        p = p * x + _LOG1P[4]
        p = p * x + _LOG1P[5]
        p = p * x + _LOG1P[6]
        p = p * x + _LOG1P[7]
        p = p * x + _LOG1P[8]
        return p * x

    return polynomial
