"""One step of training on a node and its relatives, fused: draw negatives, measure, softmax, gradient, move, store.

The loss is that of Nickel & Kiela (2017, eq. 6). For a node u, a relative v of weight w and negatives N

    L = -w log( e^-d(u,v) / Z_v ),    Z_v = e^-d(u,v) + S,    S = c sum_{n in N} e^-d(u,n)

with c = 1 there. The K of N stand for all V unrelated nodes; with c = V / K the sum S would be that of all of them, in
expectation (the correction of a sampled softmax, Bengio & Senécal 2008). A c above 1 keeps hold of nodes that a few
negatives no longer press on.

A unit is one u with up to `MOST` of its relatives. They share the negatives, so that K distances serve all of them
(`negatives.py` says which they are, and how many each stands for in c). With H = sum_v w_v / Z_v the slopes are

    dL/dd(u,v) = w_v S / Z_v,    dL/dd(u,n) = -c_n H e^-d(u,n)

What is left is geometry. In all three spaces the Riemannian gradient of the distance at either end is a combination of
the two points, a unit tangent vector that points away from the other end:

    grad_y d(x, y) = to_other * x + to_self * y

With s = sinh^2(d/2), of which neither a cosh nor a logarithm has to be taken, and q = sqrt(s (1 + s)) = sinh(d) / 2:

    e^-d = (sqrt(s) + sqrt(1 + s))^-2 = 1 / (1 + 2 s + 2 q)
    ball      s = |x - y|^2 / ((1 - |x|^2)(1 - |y|^2));  then y <- y + step, the retraction
    Lorentz   s = <x - y, x - y> / 4;  then y <- exp_y(step) = cosh|step| y + sinh|step| step / |step|
    Euclid    d = |x - y|;  then y <- y + step

A row of the table holds a point's D coordinates, in Lorentz's space those of space. Its time sqrt(1 + |y|^2), in the
ball 1 / (1 - |y|^2), is made anew at every visit: another thread may have written half of a row. Within a unit the
rows stand side by side, [D, rows], so that the vector lanes are rows. At coincident points the gradient is zero. Steps
are at most `LONGEST` long; points that leave the radius of `edge2` are set back to it, and counted.
"""

from typing import NamedTuple

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.hyperbolic.negatives import Marks, find_negatives

EUCLID, BALL, LORENTZ = 0, 1, 2
MOST = 64  # relatives in a unit
LONGEST = 0.5  # the most that a point moves in one step, in the metric of its space; a retraction by 1 ends on the rim
ROUNDING = 1e-16  # of s in Lorentz's space, relative to the product of both times: less is no distance
FAST = {"contract", "reassoc", "nsz", "arcp"}


class Units(NamedTuple):
    """The work of an epoch: unit i is `node[i]` with its relatives `first[i]` to `last[i]`, excluded."""

    node: np.ndarray  # int32 [U]
    first: np.ndarray  # int64 [U]
    last: np.ndarray  # int64 [U]


class Done(NamedTuple):
    """What a block of units comes to."""

    loss: float  # summed, nats
    weight: float  # of the pairs that it is summed over
    pairs: int
    unmet: int  # pairs passed over, because no draw found a negative
    clamps: int  # points that were set back to the edge


@njit(inline="always")
def _beside(space, norm2):
    """The number that every distance from a point needs, from its squared length."""
    if space == BALL:
        return 1.0 / (1.0 - norm2)
    return np.sqrt(1.0 + norm2)


@njit(fastmath=FAST, error_model="numpy")
def _measure(space, x, points, size, n, s, near, x_other, x_self, y_other, y_self):
    """e^-d from x to n points, and what makes the gradients of d at x and at the points of x and of the point."""
    beside = points[size]
    for j in range(n):
        s[j] = beside[j] = 0.0
    norm2 = 0.0
    for d in range(size):
        own, column = x[d], points[d]
        norm2 += own * own
        for j in range(n):
            gap = own - column[j]
            s[j] += gap * gap
            beside[j] += column[j] * column[j]
    x[size] = own = _beside(space, norm2)
    if space == BALL:
        for j in range(n):
            other = 1.0 / (1.0 - beside[j])
            s[j] *= own * other
            q = np.sqrt(s[j] * (1.0 + s[j]))
            near[j] = 1.0 / (1.0 + 2.0 * s[j] + 2.0 * q)
            inverse = 0.5 / q if q > 0.0 else 0.0
            x_other[j] = -inverse * other / own
            x_self[j] = inverse * (other + s[j]) / own
            y_other[j] = -inverse * own * (1.0 - beside[j])
            y_self[j] = inverse * (own + s[j]) * (1.0 - beside[j])
    elif space == LORENTZ:
        for j in range(n):
            other = np.sqrt(1.0 + beside[j])
            gap = own - other
            s[j] = max(0.25 * (s[j] - gap * gap), ROUNDING * own * other)
            q = np.sqrt(s[j] * (1.0 + s[j]))
            near[j] = 1.0 / (1.0 + 2.0 * s[j] + 2.0 * q)
            x_other[j] = y_other[j] = -0.5 / q
            x_self[j] = y_self[j] = 0.5 * (1.0 + 2.0 * s[j]) / q
    else:
        for j in range(n):
            distance = np.sqrt(s[j])
            near[j] = np.exp(-distance)
            inverse = 1.0 / distance if distance > 0.0 else 0.0
            x_other[j] = y_other[j] = -inverse
            x_self[j] = y_self[j] = inverse


@njit(inline="always")
def _sinhc(t2):
    """sinh(t) / t from t^2, for t up to LONGEST: the series, exact to rounding."""
    total = 1.0
    for k in range(8, 0, -1):
        total = 1.0 + total * t2 / (2 * k * (2 * k + 1))
    return total


@njit(inline="always")
def _keep_within(row, size, norm2, edge2):
    """Set a row whose squared length is `norm2` back to the edge, if it is beyond; whether it was."""
    if norm2 <= edge2:
        return False
    scale = np.sqrt(edge2 / norm2)
    for d in range(size):
        row[d] *= scale
    return True


@njit(fastmath=FAST, error_model="numpy")
def _move_points(space, x, points, size, n, step, y_other, y_self, norm2):
    """Move n points by step[j] times the gradient of d there; `norm2`: the squared lengths of their new coordinates."""
    for j in range(n):
        length = min(max(step[j], -LONGEST), LONGEST)
        keep = 1.0
        if space == LORENTZ:
            shape = _sinhc(length * length)
            keep = np.sqrt(1.0 + length * shape * length * shape)
            length *= shape
        y_other[j] *= length
        y_self[j] = keep + length * y_self[j]
        norm2[j] = 0.0
    for d in range(size):
        own, column = x[d], points[d]
        for j in range(n):
            moved = y_self[j] * column[j] + y_other[j] * own
            column[j] = moved
            norm2[j] += moved * moved


@njit(fastmath=FAST, error_model="numpy")
def _step_of_node(space, x, points, size, n, step, x_other, x_self, v):
    """v = sum_j step[j] times the gradient of d at x; its squared length, in the metric, is returned."""
    own = 0.0
    for j in range(n):
        own += step[j] * x_self[j]
        x_other[j] *= step[j]
    length2 = along = 0.0
    for d in range(size):
        column = points[d]
        total = own * x[d]
        for j in range(n):
            total += x_other[j] * column[j]
        v[d] = total
        length2 += total * total
        along += total * x[d]
    if space == BALL:
        length2 *= 4.0 * x[size] * x[size]
    elif space == LORENTZ:
        length2 -= along * along / (x[size] * x[size])
    return max(length2, 0.0)


@njit(nogil=True, error_model="numpy")
def train_units(space, table, order, units, relatives, noise, near_negatives, negative, weighing, edge2, alpha, place):
    """One pass of stochastic gradient descent over the units that `order` names; the table changes in place.

    space: EUCLID, BALL or LORENTZ. table: float64 [V, D]. order: int64 [n]. noise, near_negatives: see `negatives.py`.
    negative: the K wanted for each unit. weighing: c. edge2: the squared length that coordinates may have. alpha: the
    distance that a slope of one moves a point. place: (seed, epoch, block).

    Returns what `Done` holds.
    """
    size = table.shape[1]
    key = randomness.stream_key(place[0], place[1], place[2], randomness.NOISE)
    most = MOST + negative
    marks = Marks(np.zeros(len(table), np.int32), np.zeros(len(table), np.int32))
    rows, counts_for = np.empty(most, np.int64), np.empty(most)
    points = np.empty((size + 1, most))
    s, near, step = np.empty(most), np.empty(most), np.empty(most)
    x_other, x_self, y_other, y_self = np.empty(most), np.empty(most), np.empty(most), np.empty(most)
    x, v = np.empty(size + 1), np.empty(size)
    loss, weight, pairs, unmet, clamps = 0.0, 0.0, 0, 0, 0
    for turn in range(len(order)):
        unit = order[turn]
        u, first, last = units.node[unit], units.first[unit], units.last[unit]
        own = last - first
        for j in range(own):
            rows[j] = relatives.nodes[first + j]
        n = own + find_negatives(
            u, relatives, noise, near_negatives, negative, turn + 1, key, marks, rows[own:], counts_for[own:]
        )
        if n == own:
            unmet += own
            continue

        for j in range(n):
            row = table[rows[j]]
            for d in range(size):
                points[d, j] = row[d]
        for d in range(size):
            x[d] = table[u, d]
        _measure(space, x, points, size, n, s, near, x_other, x_self, y_other, y_self)
        others = 0.0
        for j in range(own, n):
            near[j] *= weighing * counts_for[j]
            others += near[j]
        share = 0.0
        for j in range(own):
            w, z = relatives.weights[first + j], near[j] + others
            loss += w * np.log(z / near[j])
            weight += w
            step[j] = -alpha * w * others / z
            share += w / z
        for j in range(own, n):
            step[j] = alpha * share * near[j]
        pairs += own

        length2 = _step_of_node(space, x, points, size, n, step, x_other, x_self, v)
        _move_points(space, x, points, size, n, step, y_other, y_self, s)
        for j in range(n):
            row = table[rows[j]]
            for d in range(size):
                row[d] = points[d, j]
            clamps += _keep_within(row, size, s[j], edge2)
        scale, keep = 1.0, 1.0
        if length2 > LONGEST * LONGEST:
            scale = LONGEST / np.sqrt(length2)
            length2 = LONGEST * LONGEST
        if space == LORENTZ:
            shape = _sinhc(length2)
            keep = np.sqrt(1.0 + length2 * shape * shape)
            scale *= shape
        norm2 = 0.0
        row = table[u]
        for d in range(size):
            row[d] = keep * x[d] + scale * v[d]
            norm2 += row[d] * row[d]
        clamps += _keep_within(row, size, norm2, edge2)
    return loss, weight, pairs, unmet, clamps
