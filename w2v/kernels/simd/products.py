"""The sums of products of a training step, where the cpu engine spends its time, cut into tiles and panels.

A matrix product is made of tiles whose sums stay in registers: for each k, three vectors of b and eight numbers of a
feed 24 multiply-adds. A row of any length is covered by panels of up to three vectors, as even as possible; lists are
followed once for each panel, and have panels as wide as registers allow.
"""

from w2v.base.compiled import njit
from w2v.kernels.simd.registers import ADD_LINES, ADD_VECTORS, TILE_ROWS, VECTOR
from w2v.kernels.simd.tiles import RUN, TILE_VECTORS, add_tile, dot_tile, multiply_tile, transpose_tile

# Everything but "no NaN, no infinity": a diverging run must be seen, not hidden.
FAST = {"reassoc", "contract", "nsz", "arcp"}


@njit(error_model="numpy", apart=True)
def multiply(a, b, c, rows, n):
    """c[:rows] = a[:rows, :n] b[:n], a of any strides.

    Tiles are whole: c, and a unless it is transposed, have SLACK more rows than are used. a and b may be made of pairs
    (`factors.py`); then so is the last number of an odd n.
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


@njit(error_model="numpy", apart=True)
def transpose(rows, n, to):
    """to[:, :n] = rows[:n].T; both are read and written to the next whole vector."""
    lanes = VECTOR // rows.itemsize
    for first in range(0, n, lanes):
        for offset in range(0, rows.shape[1], lanes):
            transpose_tile(rows, first, offset, to)


@njit(error_model="numpy", apart=True)
def dot_grids(rows, members, member, lines, others, slots, slot, terms, out, place, n):
    """Dot products of listed rows with other listed rows, in n grids. For grid g, j < lines[g] and k < terms[g],

        out[place[g] + j terms[g] + k] = <rows[members[member[g] + j]], others[slots[slot[g] + k]]>

    What comes after a grid is overwritten, too: the next one is written after it.
    """
    for g in range(n):
        first, start, to, count = member[g], slot[g], place[g], terms[g]
        whole = (count + 1) // RUN * RUN  # three more are a run of four; one or two, of two
        for i in range(first, first + lines[g] - 1, 2):
            # A run may reach beyond its line, so the last one comes first: what it spoils is written after it.
            if count > whole:
                dot_tile(rows, members, i, others, slots, start + whole, out, to + whole, count, 2, 2)
            for k in range(whole - RUN, -1, -RUN):
                dot_tile(rows, members, i, others, slots, start + k, out, to + k, count, 2, 4)
            to += 2 * count
        if lines[g] % 2:
            i = first + lines[g] - 1
            for k in range(0, whole, RUN):
                dot_tile(rows, members, i, others, slots, start + k, out, to + k, count, 1, 4)
            if count > whole:
                dot_tile(rows, members, i, others, slots, start + whole, out, to + whole, count, 1, 2)


@njit(error_model="numpy", apart=True)
def add_grids(to, targets, target, lines, rows, slots, slot, terms, weights, place, line_step, term_step, n):
    """Weighted sums of listed rows added to other listed rows, for n grids of weights. For grid i,

        to[targets[target[i] + j]] += sum_k weights[place[i] + j line_step[i] + k term_step[i]] rows[slots[slot[i] + k]]

    with j < lines[i] and k < terms[i]. The targets of one grid are different from each other.
    """
    lanes = VECTOR // to.itemsize
    vectors, done = to.shape[1] // lanes, 0
    for left in range((vectors + ADD_VECTORS - 1) // ADD_VECTORS, 0, -1):
        wide = (vectors - done + left - 1) // left
        offset = done * lanes
        for i in range(n):
            for line in range(0, lines[i] if terms[i] > 0 else 0, ADD_LINES):
                into, more, at = target[i] + line, lines[i] - line, place[i] + line * line_step[i]
                start, step, count, by = slot[i], line_step[i], terms[i], term_step[i]
                if wide == 8:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 8)
                elif wide == 7:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 7)
                elif wide == 6:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 6)
                elif wide == 5:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 5)
                elif wide == 4:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 4)
                elif wide == 3:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 3)
                elif wide == 2:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 2)
                else:
                    add_tile(to, targets, into, rows, slots, start, weights, at, more, step, count, by, offset, 1)
        done += wide
