"""The three small matrix products of a training step, where the cpu engine spends its time.

With H hidden rows and O output rows of a group of examples, a step computes the scores S = H O^T, turns them into
G = -alpha dloss/dS, and needs the changes dH = G O and dO = G^T H. Rows are read through `slots`, so that the output
rows of a group need not lie side by side. S and then G lie in a flat array: the numbers of hidden row m begin at
`start + (m - first) * stride`. Scores come in tiles whose sums stay in registers: with 4 x 4 of them, eight
loads feed sixteen multiply-adds.
"""

from numba import njit

from w2v.engines.kernels.simd import TILE_HIDDEN, TILE_ROWS, add_rows, dot_tile

# Everything but "no NaN, no infinity": a diverging run must be seen, not hidden.
FAST = {"reassoc", "contract", "nsz", "arcp"}
WIDE_TILE = TILE_HIDDEN == 4


@njit(error_model="numpy", cache=True, forceinline=True)
def scores(hidden, first, last, rows, slots, n, out, start, stride):
    """S[m - first, j] = <hidden[m], rows[slots[j]]> for first <= m < last and j < n.

    Tiles are whole: `hidden`, `slots` and `out` reach SLACK further than they are used, and stride is `padded(n)`.
    """
    if last - first == 1:
        for j in range(0, n, 8):
            across = (slots[j], slots[j + 1], slots[j + 2], slots[j + 3])
            beyond = (slots[j + 4], slots[j + 5], slots[j + 6], slots[j + 7])
            dot_tile(hidden, (first,), rows, across + beyond, out, start + j, stride)
    else:
        for m in range(first, last, TILE_HIDDEN):
            line = start + (m - first) * stride
            for j in range(0, n, TILE_ROWS):
                across = (slots[j], slots[j + 1], slots[j + 2], slots[j + 3])
                if WIDE_TILE:
                    dot_tile(hidden, (m, m + 1, m + 2, m + 3), rows, across, out, line + j, stride)
                else:
                    dot_tile(hidden, (m, m + 1), rows, across, out, line + j, stride)


@njit(error_model="numpy", cache=True, forceinline=True)
def push_hidden(g, start, stride, rows, slots, n, delta, first, last):
    """delta[m] += sum_j G[m - first, j] rows[slots[j]]: dH = G O."""
    for m in range(first, last):
        _add_all(delta, m, rows, slots, g, start + (m - first) * stride, 1, n)


@njit(error_model="numpy", cache=True, forceinline=True)
def push_rows(g, start, stride, hidden, places, first, last, delta, slots, n):
    """delta[slots[j]] += sum_m G[m - first, j] hidden[m]: dO = G^T H; places[m] = m."""
    for j in range(n):
        _add_all(delta, slots[j], hidden, places[first:], g, start + j, stride, last - first)


@njit(error_model="numpy", cache=True, forceinline=True)
def _add_all(to, target, rows, slots, g, start, stride, n):
    """to[target] += sum_k g[start + k * stride] rows[slots[k]] for k < n, eight, four, two, and one at a time."""
    k, w = 0, start
    while k + 8 <= n:
        s8 = slots[k], slots[k + 1], slots[k + 2], slots[k + 3], slots[k + 4], slots[k + 5], slots[k + 6], slots[k + 7]
        low = g[w], g[w + stride], g[w + 2 * stride], g[w + 3 * stride]
        high = g[w + 4 * stride], g[w + 5 * stride], g[w + 6 * stride], g[w + 7 * stride]
        add_rows(to, target, rows, s8, low + high)
        k, w = k + 8, w + 8 * stride
    if k + 4 <= n:
        s4 = slots[k], slots[k + 1], slots[k + 2], slots[k + 3]
        add_rows(to, target, rows, s4, (g[w], g[w + stride], g[w + 2 * stride], g[w + 3 * stride]))
        k, w = k + 4, w + 4 * stride
    if k + 2 <= n:
        add_rows(to, target, rows, (slots[k], slots[k + 1]), (g[w], g[w + stride]))
        k, w = k + 2, w + 2 * stride
    if k < n:
        add_rows(to, target, rows, (slots[k],), (g[w],))
