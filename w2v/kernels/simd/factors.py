"""The matrices of a product, in the type of number in which they are multiplied.

In the tables' own type a matrix is its own factor. Some processors multiply bfloat16, the upper half of a float32 with
its 8 bits of precision, twice as fast (whether this one does is measured, `calibration.py`): one instruction takes two
of them from each 32-bit lane,

    sum += a_0 b_0 + a_1 b_1            sums are float32, only the factors are rounded

So a factor is then an array of such pairs (as uint32), and because a product sums over a row of its left factor and
over a column of its right one, there are two ways to pair the numbers of a matrix x:

    left     [R, C / 2]    (x[i, 2 k], x[i, 2 k + 1])       neighbours
    right    [R / 2, C]    (x[2 k, j], x[2 k + 1, j])       one above the other

Transposing one gives the other. Rounding is to nearest, ties to even (Burgess et al. 2019, "Bfloat16 processing for
neural networks").
"""

from typing import NamedTuple

import numpy as np
from numba.extending import overload

from w2v.kernels.chunk import table
from w2v.kernels.logistic import padded
from w2v.kernels.simd.tiles import PAIRS, set_row

if PAIRS:
    from w2v.kernels.simd.pairs_llvm import pair_neighbours, pair_rows


class Factor(NamedTuple):
    """A matrix [R, C] as products take it; where it is its own factor, both are the matrix."""

    left: np.ndarray
    right: np.ndarray


def as_factor(matrix: np.ndarray, number: np.dtype) -> Factor:
    """A buffer for the factor of a matrix [R, C], in a type of number."""
    if number == matrix.dtype:
        return Factor(matrix, matrix)
    rows, width = matrix.shape
    like = np.empty(0, number)
    return Factor(table(rows, padded(width // 2), like), table((rows + 1) // 2, width, like))


def convert(matrix, n, factor):
    """Convert the first n rows of a matrix into its factor; an odd n is filled up with a row of zeros."""


def fetch(rows, ids, n, factor):
    """Copy rows ids[:n] of a table into a factor; an odd n is filled up with the last one."""
    one = rows.dtype.type(1)
    for i in range(n):
        set_row(factor.left, i, (rows,), (ids[i],), (one,))


# Compiled code has these as they are where a matrix is its own factor, and others for pairs.


@overload(convert, jit_options={"forceinline": True})
def _convert(matrix, n, factor):
    def pairs(matrix, n, factor):
        none = matrix.dtype.type(0)
        if n % 2:
            set_row(matrix, n, (matrix,), (0,), (none,))
        for i in range(0, n, 2):
            pair_neighbours(matrix, i, factor.left, i)
            pair_neighbours(matrix, i + 1, factor.left, i + 1)
            pair_rows(matrix, i, i + 1, factor.right, i // 2)

    return convert if factor.types[0].dtype == matrix.dtype else pairs


@overload(fetch, jit_options={"forceinline": True})
def _fetch(rows, ids, n, factor):
    def pairs(rows, ids, n, factor):
        for i in range(0, n, 2):
            above, below = ids[i], ids[min(i + 1, n - 1)]
            pair_neighbours(rows, above, factor.left, i)
            pair_neighbours(rows, below, factor.left, i + 1)
            pair_rows(rows, above, below, factor.right, i // 2)

    return fetch if factor.types[0].dtype == rows.dtype else pairs
