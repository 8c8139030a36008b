"""The tiles as plain loops: their definition, and what runs where the LLVM code cannot.

A row is a whole number of cache lines, and a line is a whole number of vector registers: so a loop over a row has no
remainder. A vector's lanes are the numbers that it holds.

    multiply_tile(...)   a tile of a matrix product
    transpose_tile(...)  a square block, transposed
    dot_tile(...)        the dot products of one or two rows with some others
    label_run(...)       the labels of some scores, which should be large and which small, from a path's codes
    move_run(...)        a copy of some row numbers, those in a given range shifted
    add_tile(...)        to += sum_k weight_k row_k for some rows
    set_row(...)         to = sum_k weight_k row_k for a few terms
    prefetch_row(...)    have a row loaded into the cache before it is needed

Rows are named as (array, index). Arrays are C-contiguous unless said otherwise, of one number type, and tables have
two dimensions; nothing is checked.
"""

from numba.extending import overload

from w2v.base.compiled import njit
from w2v.kernels.simd.registers import ADD_LINES, TILE_ROWS, VECTOR

TILE_VECTORS = 3
RUN = 4  # dot products at once, where there are as many
SLACK = 16  # rows that a buffer has beyond those in use, because tiles are whole; what is computed there is not read

SUMS = {"contract", "reassoc"}  # a product and a sum may be one instruction, and sums be made in any order


@njit(fastmath=SUMS, forceinline=True)
def multiply_tile(a, b, c, row, offset, n, vectors):
    """c[row + i, offset + j] = sum_{k < n} a[row + i, k] b[k, offset + j] for i < TILE_ROWS, j < vectors * lanes.

    a may have any strides; `vectors` is written as a number.
    """
    for i in range(row, row + TILE_ROWS):
        for j in range(offset, offset + vectors * (VECTOR // c.itemsize)):
            c[i, j] = 0
        for k in range(n):
            for j in range(offset, offset + vectors * (VECTOR // c.itemsize)):
                c[i, j] += a[i, k] * b[k, j]


@njit(forceinline=True)
def transpose_tile(rows, first, offset, to):
    """to[offset + j, first + i] = rows[first + i, offset + j] for i and j below the lanes of a vector."""
    for i in range(first, first + VECTOR // rows.itemsize):
        for j in range(offset, offset + VECTOR // rows.itemsize):
            to[j, i] = rows[i, j]


@njit(fastmath=SUMS, forceinline=True)
def dot_tile(rows, members, first, others, slots, start, out, place, step, lines, run):
    """out[place + i step + k] = <rows[members[first + i]], others[slots[start + k]]> for i < lines, k < run.

    members, slots and out are one-dimensional; `lines`, 1 or 2, and `run`, 2 or 4, are written as numbers. Lines are
    written in order.
    """
    for i in range(lines):
        for k in range(run):
            row, other = rows[members[first + i]], others[slots[start + k]]
            total = out.dtype.type(0)
            for d in range(row.size):
                total += row[d] * other[d]
            out[place + i * step + k] = total


@njit(forceinline=True)
def label_run(positive, negative, place, codes, start, n):
    """positive[place + k] = 1 - codes[start + k] and negative[place + k] = codes[start + k] for k < n."""
    for k in range(n):
        positive[place + k] = 1 - codes[start + k]
        negative[place + k] = codes[start + k]


@njit(forceinline=True)
def move_run(to, place, numbers, start, n, first, last, shift):
    """to[place + k] = numbers[start + k], plus `shift` where first <= it < last, for k < n.

    `to` and `numbers` are one-dimensional, of the same type of whole numbers.
    """
    for k in range(n):
        number = numbers[start + k]
        to[place + k] = number + shift if first <= number < last else number


@njit(fastmath=SUMS, forceinline=True)
def add_tile(
    to, targets, first, rows, slots, start, weights, place, lines, line_step, terms, term_step, offset, vectors
):
    """to[targets[first + i], j] += sum_{k < terms} weights[place + i line_step + k term_step] rows[slots[start + k], j]

    for i < lines, ADD_LINES at most, and j from `offset` on for some vectors. The targets are different from each
    other; targets, slots and weights are one-dimensional; `vectors` is written as a number.
    """
    for i in range(min(lines, ADD_LINES)):
        into = to[targets[first + i]]
        for k in range(terms):
            row, weight = rows[slots[start + k]], weights[place + i * line_step + k * term_step]
            for j in range(offset, offset + vectors * (VECTOR // to.itemsize)):
                into[j] += weight * row[j]


def set_row(to, target, tables, indices, weights):
    """to[target] = sum_k weights[k] tables[k][indices[k]]; three tuples of 1, 2 or 3. to[target] may be a term."""
    for d in range(to.shape[1]):
        total = to.dtype.type(0)
        for k in range(len(tables)):
            total += weights[k] * tables[k][indices[k], d]
        to[target, d] = total


@overload(set_row, jit_options={"fastmath": SUMS, "forceinline": True})
def _set_row(to, target, tables, indices, weights):
    """Written out for each number of terms: indices of several types have no k-th one in compiled code."""

    def one(to, target, tables, indices, weights):
        (a,), (i,), (x,) = tables, indices, weights
        for d in range(to.shape[1]):
            to[target, d] = x * a[i, d]

    def two(to, target, tables, indices, weights):
        (a, b), (i, j), (x, y) = tables, indices, weights
        for d in range(to.shape[1]):
            to[target, d] = x * a[i, d] + y * b[j, d]

    def three(to, target, tables, indices, weights):
        (a, b, c), (i, j, k), (x, y, z) = tables, indices, weights
        for d in range(to.shape[1]):
            to[target, d] = x * a[i, d] + y * b[j, d] + z * c[k, d]

    return (one, two, three)[len(tables) - 1]


@njit(forceinline=True)
def prefetch_row(rows, index):
    """Load a row that is going to be read and written into the cache: no more than a hint, so here it does nothing."""
