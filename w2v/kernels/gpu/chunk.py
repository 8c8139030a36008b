"""Rows of the tables, products of a chunk's small matrices, and the decisions that scores stand for."""

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
def put_rows(table, stride, rows, wanted, column, numbers):
    """Write slices of rows that no other program reads or writes."""
    at = rows.to(tl.int64)[:, None] * stride + column[None, :]
    tl.store(table + at, numbers, mask=wanted[:, None] & (column < stride)[None, :])


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


@triton.jit
def logistic(x):
    """-log s(x) and 1 - s(x), the loss of a decision that wants the score x large and the size of its step."""
    small = tl.exp(-tl.abs(x))  # which cannot overflow
    return tl.log(1.0 + small) - tl.minimum(x, 0.0), tl.where(x >= 0, small, 1.0) / (1.0 + small)
