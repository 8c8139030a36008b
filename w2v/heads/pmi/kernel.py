"""Regression on PMI on the CPU: the steps of `reference.py` with AdaGrad (Duchi et al. 2011), the gradient written out.

For each entry, one after the other,

    e = <a, b> - PMI,    g_a = 2 f(X) e b,    g_b = 2 f(X) e a,    G += g^2,    row -= alpha g / sqrt(G)

number by number, at the rows as they were before. A shared table has the word itself on the diagonal: there a = b, and
its gradient is the sum of both. With two tables an entry stands for two equations, (i, j) and then (j, i).
"""

import numpy as np

from w2v.base.compiled import njit
from w2v.kernels.simd.products import FAST
from w2v.kernels.simd.tiles import prefetch_row

AHEAD = 4  # so many entries ahead, rows are prefetched


@njit(nogil=True, error_model="numpy")
def train_block(first, first_squares, second, second_squares, shared, block, x_max, x_exponent, alpha):
    """Train on a block of entries; returns (summed weighted squared errors, equations).

    Args:
        first, second: the tables, floating [V, D'], rows padded with zeros; the same one twice when `shared`.
        first_squares, second_squares: the sums of squared gradients, alike; changed in place like the tables.
        block: of `cooccurrence.ENTRY`.
        alpha: learning rate.
    """
    loss, equations = 0.0, 0
    for place in range(block.size):
        if place + AHEAD < block.size:
            row, column = block[place + AHEAD].row, block[place + AHEAD].column
            prefetch_row(first, row)
            prefetch_row(first_squares, row)
            prefetch_row(second, column)
            prefetch_row(second_squares, column)
            if not shared:
                prefetch_row(first, column)
                prefetch_row(first_squares, column)
                prefetch_row(second, row)
                prefetch_row(second_squares, row)
        row, column, pmi = np.int64(block[place].row), np.int64(block[place].column), np.float64(block[place].pmi)
        weight = min(1.0, np.float64(block[place].count) / x_max) ** x_exponent
        if shared and row == column:
            loss += _learn_itself(first, first_squares, row, weight, pmi, alpha)
        else:
            loss += _learn(first, first_squares, row, second, second_squares, column, weight, pmi, alpha)
        equations += 1
        if not shared and row != column:
            loss += _learn(first, first_squares, column, second, second_squares, row, weight, pmi, alpha)
            equations += 1
    return loss, equations


@njit(nogil=True, fastmath=FAST, error_model="numpy")
def _learn(a, a_squares, i, b, b_squares, j, weight, pmi, alpha):
    """One step on f(X) (<a_i, b_j> - PMI)^2, two different rows; returns that error as it was before."""
    number = a.dtype.type
    score = number(0)
    for k in range(a.shape[1]):
        score += a[i, k] * b[j, k]
    error = score - pmi
    slope, rate = number(2 * weight * error), number(alpha)
    for k in range(a.shape[1]):
        x, y = a[i, k], b[j, k]
        g, h = slope * y, slope * x
        s, t = a_squares[i, k] + g * g, b_squares[j, k] + h * h
        a_squares[i, k], b_squares[j, k] = s, t
        a[i, k], b[j, k] = x - rate * g / np.sqrt(s), y - rate * h / np.sqrt(t)
    return weight * error * error


@njit(nogil=True, fastmath=FAST, error_model="numpy")
def _learn_itself(a, squares, i, weight, pmi, alpha):
    """One step on f(X) (<a_i, a_i> - PMI)^2; returns that error as it was before."""
    number = a.dtype.type
    score = number(0)
    for k in range(a.shape[1]):
        score += a[i, k] * a[i, k]
    error = score - pmi
    slope, rate = number(4 * weight * error), number(alpha)
    for k in range(a.shape[1]):
        g = slope * a[i, k]
        squares[i, k] += g * g
        a[i, k] -= rate * g / np.sqrt(squares[i, k])
    return weight * error * error
