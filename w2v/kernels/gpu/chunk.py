"""Rows of the tables, and products of a chunk's small matrices."""

import triton
import triton.language as tl

from w2v.kernels.gpu import interpreted

INTERPRETED = tl.constexpr(interpreted())
LAUNCH = {"num_warps": 8, "num_stages": 1}  # of a program: what was fastest on an H100
LEAST = 16  # lines and columns of a matrix that tensor cores multiply
WIDEST = 128  # numbers of a row that are read together


def padded(size: int) -> int:
    """The next power of two, from LEAST: the sizes that matrices can have."""
    return max(triton.next_power_of_2(size), LEAST)


def slice_of(stride: int) -> int:
    """How many numbers of rows that are so wide are read together: all, or less where that would leave much unused."""
    return padded(stride) if stride <= WIDEST else WIDEST // 2


@triton.jit
def fetch_rows(table, stride, rows, wanted, column):
    """Slices of rows, [R, C]: zeros where a row is not `wanted` or a column is beyond the table's width.

    Read past the first cache, which does not see what other programs change.
    """
    at = rows.to(tl.int64)[:, None] * stride + column[None, :]
    return tl.load(table + at, mask=wanted[:, None] & (column < stride)[None, :], other=0.0, cache_modifier=".cg")


@triton.jit
def add_rows(table, stride, rows, wanted, column, changes):
    """Add changes to slices of rows, which may be the same rows, or be changed by others at the same time."""
    at = rows.to(tl.int64)[:, None] * stride + column[None, :]
    tl.atomic_add(table + at, changes, mask=wanted[:, None] & (column < stride)[None, :], sem="relaxed")


@triton.jit
def product(a, b, PRECISION: tl.constexpr):
    """a @ b, summed in float32; "bfloat16": of factors rounded to it, "highest": of factors as they are."""
    if PRECISION == "bfloat16":
        a, b = a.to(tl.bfloat16), b.to(tl.bfloat16)
        if INTERPRETED:  # which would multiply the bits
            a, b = a.to(tl.float32), b.to(tl.float32)
    return tl.dot(a, b, input_precision="ieee")


@triton.jit
def product_of_transposed(a, b, PRECISION: tl.constexpr):
    """a^T @ b, the same way."""
    return product(tl.trans(a), b, PRECISION)
