"""The sums of products of a training step, where the cpu engine spends its time, cut into tiles and panels.

A matrix product is made of tiles whose sums stay in registers: for each k, three vectors of b and eight numbers of a
feed 24 multiply-adds. A row of any length is covered by panels of up to three or four vectors, as even as possible.
"""

from numba import njit

from w2v.engines.kernels.simd import (
    TILE_ROWS,
    TILE_VECTORS,
    VECTOR,
    add_rows,
    dot_pairs,
    multiply_tile,
    transpose_tile,
)

# Everything but "no NaN, no infinity": a diverging run must be seen, not hidden.
FAST = {"reassoc", "contract", "nsz", "arcp"}
PANEL = 4  # vectors of a row that are summed at once


@njit(error_model="numpy", cache=True)
def multiply(a, b, c, rows, n):
    """c[:rows] = a[:rows, :n] b[:n], a of any strides.

    Tiles are whole: c, and a unless it is transposed, have SLACK more rows than are used.
    """
    lanes = VECTOR // c.itemsize
    vectors = c.shape[1] // lanes
    for row in range(0, rows, TILE_ROWS):
        done = 0
        for left in range((vectors + TILE_VECTORS - 1) // TILE_VECTORS, 0, -1):
            wide = (vectors - done + left - 1) // left
            if wide == 3:
                multiply_tile(a, b, c, row, done * lanes, n, 3)
            elif wide == 2:
                multiply_tile(a, b, c, row, done * lanes, n, 2)
            else:
                multiply_tile(a, b, c, row, done * lanes, n, 1)
            done += wide


@njit(error_model="numpy", cache=True)
def transpose(rows, n, to):
    """to[:, :n] = rows[:n] mirrored; both reach on to the next whole vector."""
    lanes = VECTOR // rows.itemsize
    for first in range(0, n, lanes):
        for offset in range(0, rows.shape[1], lanes):
            transpose_tile(rows, first, offset, to)


@njit(error_model="numpy", cache=True)
def dots(rows, slots, others, places, out, n):
    """out[k] = <rows[slots[k]], others[places[k]]> for k < n; all three lists reach on to the next whole vector."""
    for k in range(0, n, VECTOR // out.itemsize):
        dot_pairs(rows, slots, others, places, out, k)


@njit(error_model="numpy", cache=True)
def add_weighted(to, target, rows, slots, weights, start, step, n):
    """to[target] += sum_{k < n} weights[start + k step] rows[slots[start + k step]]."""
    lanes = VECTOR // to.itemsize
    vectors = to.shape[1] // lanes
    done = 0
    for left in range((vectors + PANEL - 1) // PANEL, 0, -1):
        wide = (vectors - done + left - 1) // left
        if wide == 4:
            add_rows(to, target, rows, slots, weights, start, step, n, done * lanes, 4)
        elif wide == 3:
            add_rows(to, target, rows, slots, weights, start, step, n, done * lanes, 3)
        elif wide == 2:
            add_rows(to, target, rows, slots, weights, start, step, n, done * lanes, 2)
        else:
            add_rows(to, target, rows, slots, weights, start, step, n, done * lanes, 1)
        done += wide
