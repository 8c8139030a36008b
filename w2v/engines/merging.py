"""What replicas of a table have learned, put together: the merge of the deterministic engine.

R replicas of a table begin as one and the same table, and each is trained on another part of the text. Row by row,
with d_r what replica r changed and T = sum_r d_r,

    row += f T

f = 1 is right where a row has gone a short way: each replica went a part of it. Where a row goes to the place that it
is drawn to within one round, R replicas go there R times, and f = 1 / R is right. Which of the two, and how far in
between, is told by how much the replicas agree:

    f = sum_r |d_r|^2 / |T|^2,    at least 1 / R and at most 1

If the d_r are a common part s and independent noise z_r, f is (|s|^2 + |z|^2) / (R |s|^2 + |z|^2): 1 where the noise
prevails, 1 / R where they are all the same. R f is the gain of AdaScale (Johnson et al. 2020, eq. 3), by which a
learning rate may grow with the size of the batch.

One row says too little of its f. So the sums go over TILE consecutive rows, since tables are in the order of
frequency, and each row gets its tile's. And one direction is special: all hidden vectors have a part in common, and
so have all output rows, along which rows are drawn strongly and replicas agree, while in all the others they do not.
Along the direction of the mean change of the table's rows, f is computed apart.

A row that one replica changed is that replica's row.

Sums are made in LANES parts, in the order that is written: left to the compiler, which has them in one order where it
uses vector instructions and in another where arrays lie too near each other, bits would follow from places in memory.
"""

import numpy as np

from w2v.base.compiled import njit

TILE = 64  # rows
SAMPLE = 8192  # rows, about, from which the common direction is taken

LANES = 16


def flat(table: np.ndarray) -> np.ndarray:
    """A view of a table [rows, size], whose rows may be `table.strides[0]` bytes apart, as one array without gaps."""
    step = table.strides[0] // table.itemsize
    length = (len(table) - 1) * step + table.shape[1]
    return np.lib.stride_tricks.as_strided(table, (length,), (table.itemsize,))


@njit(nogil=True, error_model="numpy")
def common_direction(base, replicas, rows, step, size):
    """The unit vector [size] along the mean change of a table's rows; zeros where they do not change.

    Args:
        base: the table as it was, and replicas, a tuple: as they are now; `flat` ones.
        rows: how many; step: numbers from a row to the next one; size: those that are trained.
    """
    mean = np.zeros(size, np.float64)
    for row in range(0, rows, max(1, rows // SAMPLE)):
        place = row * step
        for r in range(len(replicas)):
            for j in range(size):
                mean[j] += replicas[r][place + j] - base[place + j]
    length = np.sqrt(squared(mean))
    if length > 0:
        mean /= length
    return mean.astype(base.dtype)


@njit(nogil=True, error_model="numpy")
def merge(base, replicas, first, last, step, size, direction):
    """Merge the rows first <= row < last into `base`, and make all replicas the same as it.

    Args:
        base, replicas, step, size: as for `common_direction`.
        first, last: of whole tiles, so that it does not matter into which parts a table is cut.
        direction: what `common_direction` returned.
    """
    zero = base.dtype.type(0)
    total = np.empty((TILE, size), base.dtype)
    along = np.empty(TILE, base.dtype)  # of each row's total, its part in the common direction
    changed = np.empty(TILE, np.int64)  # how many replicas have changed the row
    lanes = np.empty((2, LANES), base.dtype)
    for start in range(first, last, TILE):
        rows = min(TILE, last - start)
        each, each_along, summed, summed_along = 0.0, 0.0, 0.0, 0.0  # squares
        for i in range(rows):
            place = (start + i) * step
            total[i] = zero
            changed[i], along[i] = 0, zero
            squares, squares_along = 0.0, 0.0
            for r in range(len(replicas)):
                different = 0
                lanes[:] = zero
                for start_of_lanes in range(0, size, LANES):
                    for k in range(min(LANES, size - start_of_lanes)):
                        j = start_of_lanes + k
                        change = replicas[r][place + j] - base[place + j]
                        different += replicas[r][place + j] != base[place + j]
                        lanes[0, k] += change * change
                        lanes[1, k] += change * direction[j]
                        total[i, j] += change
                square, part = added(lanes[0]), added(lanes[1])
                changed[i] += different > 0
                along[i] += part
                squares += square
                squares_along += part * part
            if changed[i] > 1:
                each, each_along = each + squares, each_along + squares_along
                summed += squared(total[i])
                summed_along += along[i] * along[i]
        common = _factor(each_along, summed_along, len(replicas))
        rest = _factor(each - each_along, summed - summed_along, len(replicas))
        for i in range(rows):
            if changed[i]:
                weight, place = base.dtype.type(rest), (start + i) * step
                shift = base.dtype.type(common - rest) * along[i]
                if changed[i] == 1:
                    _take_changed(base, replicas, place, size)
                else:
                    for j in range(size):
                        base[place + j] += weight * total[i, j] + shift * direction[j]
                for r in range(len(replicas)):
                    for j in range(size):
                        replicas[r][place + j] = base[place + j]


@njit(nogil=True, error_model="numpy")
def add_up(base, replicas, first, last, step, size):
    """Add all replicas' changes to the rows first <= row < last of `base`, and make them the same as it: for sums."""
    total = np.empty(size, base.dtype)
    for row in range(first, last):
        place, different = row * step, 0
        total[:] = 0
        for r in range(len(replicas)):
            for j in range(size):
                different += replicas[r][place + j] != base[place + j]
                total[j] += replicas[r][place + j] - base[place + j]
        if different:
            for j in range(size):
                base[place + j] += total[j]
            for r in range(len(replicas)):
                for j in range(size):
                    replicas[r][place + j] = base[place + j]


@njit(inline="always")
def added(lanes):
    """The sum of some numbers, one after the other."""
    found = lanes[0]
    for k in range(1, len(lanes)):
        found += lanes[k]
    return found


@njit(inline="always")
def squared(row):
    """The sum of a row's squares, in four parts."""
    one = two = three = four = row.dtype.type(0)
    whole = len(row) - len(row) % 4
    for j in range(0, whole, 4):
        one += row[j] * row[j]
        two += row[j + 1] * row[j + 1]
        three += row[j + 2] * row[j + 2]
        four += row[j + 3] * row[j + 3]
    for j in range(whole, len(row)):
        one += row[j] * row[j]
    return (one + two) + (three + four)


@njit(inline="always")
def _factor(each, summed, n_replicas):
    """f, of a sum of the replicas' squared changes and one of the squares of their summed changes."""
    return min(1.0, max(1.0 / n_replicas, each / summed)) if summed > 0 else 1.0


@njit(inline="always")
def _take_changed(base, replicas, place, size):
    """Copy to a row of `base` the one replica's that differs."""
    for r in range(len(replicas)):
        different = 0
        for j in range(size):
            different += replicas[r][place + j] != base[place + j]
        if different:
            for j in range(size):
                base[place + j] = replicas[r][place + j]
            return
