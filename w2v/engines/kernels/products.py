"""The three small matrix products of a training step, and exp: where the cpu engine spends its time.

With H hidden rows and O output rows of a group of examples, a step computes the scores S = H O^T, turns them into
G = -alpha dloss/dS, and needs the changes dH = G O and dO = G^T H. Rows are read through `slots`, so that the output
rows of a group need not lie side by side. Tiles of 4 x 4 rows keep sixteen sums in registers: eight loads then feed
sixteen multiply-adds.
"""

import math

import numpy as np
from numba import njit, types
from numba.extending import overload

# Everything but "no NaN, no infinity": a diverging run must be seen, not hidden.
FAST = {"reassoc", "contract", "nsz", "arcp"}


@njit(fastmath=FAST, cache=True)
def scores(hidden, first, last, rows, slots, n, out):
    """out[m - first, j] = <hidden[m], rows[slots[j]]> for first <= m < last and j < n."""
    width = hidden.shape[1]
    m = first
    while m + 4 <= last:
        h0, h1, h2, h3 = hidden[m], hidden[m + 1], hidden[m + 2], hidden[m + 3]
        j = 0
        while j + 4 <= n:
            r0, r1, r2, r3 = rows[slots[j]], rows[slots[j + 1]], rows[slots[j + 2]], rows[slots[j + 3]]
            s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = hidden.dtype.type(0)
            s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = hidden.dtype.type(0)
            for d in range(width):
                s00 += h0[d] * r0[d]
                s01 += h0[d] * r1[d]
                s02 += h0[d] * r2[d]
                s03 += h0[d] * r3[d]
                s10 += h1[d] * r0[d]
                s11 += h1[d] * r1[d]
                s12 += h1[d] * r2[d]
                s13 += h1[d] * r3[d]
                s20 += h2[d] * r0[d]
                s21 += h2[d] * r1[d]
                s22 += h2[d] * r2[d]
                s23 += h2[d] * r3[d]
                s30 += h3[d] * r0[d]
                s31 += h3[d] * r1[d]
                s32 += h3[d] * r2[d]
                s33 += h3[d] * r3[d]
            o = m - first
            out[o, j], out[o, j + 1], out[o, j + 2], out[o, j + 3] = s00, s01, s02, s03
            out[o + 1, j], out[o + 1, j + 1], out[o + 1, j + 2], out[o + 1, j + 3] = s10, s11, s12, s13
            out[o + 2, j], out[o + 2, j + 1], out[o + 2, j + 2], out[o + 2, j + 3] = s20, s21, s22, s23
            out[o + 3, j], out[o + 3, j + 1], out[o + 3, j + 2], out[o + 3, j + 3] = s30, s31, s32, s33
            j += 4
        while j < n:
            r0 = rows[slots[j]]
            s00 = s10 = s20 = s30 = hidden.dtype.type(0)
            for d in range(width):
                s00 += h0[d] * r0[d]
                s10 += h1[d] * r0[d]
                s20 += h2[d] * r0[d]
                s30 += h3[d] * r0[d]
            o = m - first
            out[o, j], out[o + 1, j], out[o + 2, j], out[o + 3, j] = s00, s10, s20, s30
            j += 1
        m += 4
    while m < last:
        h0 = hidden[m]
        j = 0
        while j + 4 <= n:
            r0, r1, r2, r3 = rows[slots[j]], rows[slots[j + 1]], rows[slots[j + 2]], rows[slots[j + 3]]
            s00 = s01 = s02 = s03 = hidden.dtype.type(0)
            for d in range(width):
                s00 += h0[d] * r0[d]
                s01 += h0[d] * r1[d]
                s02 += h0[d] * r2[d]
                s03 += h0[d] * r3[d]
            o = m - first
            out[o, j], out[o, j + 1], out[o, j + 2], out[o, j + 3] = s00, s01, s02, s03
            j += 4
        while j < n:
            r0 = rows[slots[j]]
            s00 = hidden.dtype.type(0)
            for d in range(width):
                s00 += h0[d] * r0[d]
            out[m - first, j] = s00
            j += 1
        m += 1


@njit(fastmath=FAST, cache=True)
def push_hidden(g, rows, slots, n, delta, first, last):
    """delta[m] += sum_j g[m - first, j] rows[slots[j]]: dH = G O."""
    width = delta.shape[1]
    for m in range(first, last):
        to, weight = delta[m], g[m - first]
        j = 0
        while j + 4 <= n:
            r0, r1, r2, r3 = rows[slots[j]], rows[slots[j + 1]], rows[slots[j + 2]], rows[slots[j + 3]]
            g0, g1, g2, g3 = weight[j], weight[j + 1], weight[j + 2], weight[j + 3]
            for d in range(width):
                to[d] += g0 * r0[d] + g1 * r1[d] + g2 * r2[d] + g3 * r3[d]
            j += 4
        while j < n:
            r0, g0 = rows[slots[j]], weight[j]
            for d in range(width):
                to[d] += g0 * r0[d]
            j += 1


@njit(fastmath=FAST, cache=True)
def push_rows(g, hidden, first, last, delta, slots, n):
    """delta[slots[j]] += sum_m g[m - first, j] hidden[m]: dO = G^T H."""
    width = delta.shape[1]
    for j in range(n):
        to = delta[slots[j]]
        m = first
        while m + 4 <= last:
            h0, h1, h2, h3 = hidden[m], hidden[m + 1], hidden[m + 2], hidden[m + 3]
            o = m - first
            g0, g1, g2, g3 = g[o, j], g[o + 1, j], g[o + 2, j], g[o + 3, j]
            for d in range(width):
                to[d] += g0 * h0[d] + g1 * h1[d] + g2 * h2[d] + g3 * h3[d]
            m += 4
        while m < last:
            h0, g0 = hidden[m], g[m - first, j]
            for d in range(width):
                to[d] += g0 * h0[d]
            m += 1


def exp(x):
    """e^x for x <= 0. In float32 the relative error is below 1e-7 * (2 + |x|); e^-87 stands for all that is less."""
    return math.exp(x)


_LOG2_E = np.float32(1.4426950408889634)


@overload(exp, inline="always")
def _exp(x):
    if x != types.float32:
        return lambda x: math.exp(x)

    def bits_and_polynomial(x):
        # 2^t is a power of two, made of t's whole part by writing float32's exponent field, times 2^fraction, a
        # polynomial (minimax on [0, 1], relative error 7.5e-8). Unlike a call of exp, it vectorises.
        x = max(x, np.float32(-87.0))
        t = x * _LOG2_E + np.float32(127.0)
        whole = np.int32(t)
        f = x * _LOG2_E - np.float32(whole - 127)  # from x again: t has lost bits to the 127
        p = np.float32(1.8775767e-03)
        p = p * f + np.float32(8.9893403e-03)
        p = p * f + np.float32(5.5826318e-02)
        p = p * f + np.float32(2.4015362e-01)
        p = p * f + np.float32(6.9315307e-01)
        p = p * f + np.float32(9.9999993e-01)
        return p * np.int32(whole << np.int32(23)).view(np.float32)

    return bits_and_polynomial
