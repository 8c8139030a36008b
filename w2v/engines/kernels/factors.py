"""The matrices of a product, in the type of number in which they are multiplied.

In the tables' own type a matrix is its own factor. Some processors multiply bfloat16, the upper half of a float32 with
its 8 bits of precision, twice as fast: one instruction takes two of them from each 32-bit lane,

    sum += a_0 b_0 + a_1 b_1            sums are float32, only the factors are rounded

So a factor is then an array of such pairs (as uint32), and because a product sums over a row of its left factor and
over a column of its right one, there are two ways to pair the numbers of a matrix x:

    left     [R, C / 2]    (x[i, 2 k], x[i, 2 k + 1])       neighbours
    right    [R / 2, C]    (x[2 k, j], x[2 k + 1, j])       one above the other

Mirroring one way gives the other. Rounding is to nearest, ties to even (Burgess et al. 2019, "Bfloat16 processing for
neural networks").
"""

from typing import NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

from w2v.config import Config
from w2v.engines.kernels.chunk import table
from w2v.engines.kernels.logistic import padded
from w2v.engines.kernels.registers import PAIRS, Rows, mask
from w2v.engines.kernels.simd import set_row


@intrinsic
def pair_neighbours(typingctx, rows, index, to, into):  # type: ignore[no-untyped-def]
    """to[into, k] = (rows[index, 2 k], rows[index, 2 k + 1]), and zeros behind them to the end of a vector."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        r, t = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 2))
        source, into = r.row(values[1]), t.row(values[3])
        one, two = r.whole(r.lanes), r.whole(2 * r.lanes)

        def pair(offset: ir.Value, following: ir.Value) -> None:
            halves = r.call("cvtne2ps2bf16", t.halves, following, r.load(source, offset))
            t.store(builder.bitcast(halves, t.vector), into, builder.udiv(offset, r.whole(2)))

        even = builder.mul(builder.udiv(r.width, two), two)
        with cgutils.for_range_slice(builder, r.whole(0), even, two) as (offset, _):
            pair(offset, r.load(source, builder.add(offset, one)))
        with builder.if_then(builder.icmp_signed("<", even, r.width)):
            pair(even, ir.Constant(r.vector, None))
        return context.get_dummy_value()

    return types.void(rows, types.intp, to, types.intp), generate


@intrinsic
def pair_rows(typingctx, rows, above, below, to, into):  # type: ignore[no-untyped-def]
    """to[into, k] = (rows[above, k], rows[below, k])."""

    def generate(context, builder, signature, values):  # type: ignore[no-untyped-def]
        r, t = (Rows(context, builder, signature.args[i], values[i]) for i in (0, 3))
        above, below, into = r.row(values[1]), r.row(values[2]), t.row(values[4])
        woven = mask([lane // 2 + lane % 2 * r.lanes for lane in range(2 * r.lanes)])
        with r.each_vector() as (offset, _):
            halves = r.call("cvtne2ps2bf16", t.halves, r.load(below, offset), r.load(above, offset))
            pairs = builder.shuffle_vector(halves, halves, woven)
            t.store(builder.bitcast(pairs, t.vector), into, offset)
        return context.get_dummy_value()

    return types.void(rows, types.intp, types.intp, to, types.intp), generate


COMPILED = "What a factor is depends on types that numba knows: call it from compiled code."  # its @overload is below


class Factor(NamedTuple):
    """A matrix [R, C] as products take it; where it is its own factor, both are the matrix."""

    left: np.ndarray
    right: np.ndarray


def number_type(config: Config) -> np.dtype:
    """In what products are multiplied; uint32 stands for pairs of bfloat16."""
    paired = PAIRS and config.dtype == "float32" and config.matmul_precision == "medium"
    return np.dtype(np.uint32 if paired else config.dtype)


def as_factor(matrix: np.ndarray, number: np.dtype) -> Factor:
    """Room for the factor of a matrix [R, C]."""
    raise NotImplementedError(COMPILED)


def convert(matrix: np.ndarray, n: int, factor: Factor) -> None:
    """Bring the first n rows of a matrix into its factor; after an odd n comes a row of zeros."""
    raise NotImplementedError(COMPILED)


def fetch(rows: np.ndarray, ids: np.ndarray, n: int, factor: Factor) -> None:
    """Bring rows ids[:n] of a table into a factor; an odd n is filled up with the last one."""
    raise NotImplementedError(COMPILED)


@overload(as_factor)
def _as_factor(matrix, number):
    if number.dtype == matrix.dtype:
        return lambda matrix, number: Factor(matrix, matrix)

    def pairs(matrix, number):
        rows, width = matrix.shape
        like = np.empty(0, number)
        return Factor(table(rows, padded(width // 2), like), table((rows + 1) // 2, width, like))

    return pairs


@overload(convert, jit_options={"forceinline": True})
def _convert(matrix, n, factor):
    if factor.types[0].dtype == matrix.dtype:
        return lambda matrix, n, factor: None

    def pairs(matrix, n, factor):
        none = matrix.dtype.type(0)
        if n % 2:
            set_row(matrix, n, (matrix,), (0,), (none,))
        for i in range(0, n, 2):
            pair_neighbours(matrix, i, factor.left, i)
            pair_neighbours(matrix, i + 1, factor.left, i + 1)
            pair_rows(matrix, i, i + 1, factor.right, i // 2)

    return pairs


@overload(fetch, jit_options={"forceinline": True})
def _fetch(rows, ids, n, factor):
    if factor.types[0].dtype == rows.dtype:

        def copies(rows, ids, n, factor):
            one = rows.dtype.type(1)
            for i in range(n):
                set_row(factor.left, i, (rows,), (ids[i],), (one,))

        return copies

    def pairs(rows, ids, n, factor):
        for i in range(0, n, 2):
            above, below = ids[i], ids[min(i + 1, n - 1)]
            pair_neighbours(rows, above, factor.left, i)
            pair_neighbours(rows, below, factor.left, i + 1)
            pair_rows(rows, above, below, factor.right, i // 2)

    return pairs
