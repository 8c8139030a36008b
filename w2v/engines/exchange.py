"""What ranks have learned apart, put together: the sums of their changes, weighed as replicas of a table are.

The merge is that of the deterministic engine (`merging.py` has its reasons): with d_r the change of a row on rank r
since it was last exchanged,

    row += f sum_r d_r,    f = sum_r |d_r|^2 / |sum_r d_r|^2,    1 / n <= f <= 1,

n of the ranks having touched the row. So changes with nothing in common are added, equal ones averaged, and the
learning rate need not follow the number of ranks. f is had for TILE neighbouring rows, and apart from that along the
mean change of many. A row that one rank touched gets its change, and AdaGrad's sums are added up.

Each rank sends a row's change, whether there is one, and its square: D + 2 numbers. All get the same sums, so that
tables have the same bits everywhere after it, on any processors: what is compiled here adds up in the order written.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from w2v.base.compiled import njit
from w2v.base.ranks import Ranks
from w2v.engines.merging import TILE, flat, squared
from w2v.engines.rounds import n_rows_met

ROWS = 256 * TILE  # that are exchanged at a time


@dataclass
class Shared:
    """A table as it was when its rows were last exchanged."""

    table: np.ndarray  # [rows, size], which is trained; a view
    base: np.ndarray  # [rows, size]
    by_frequency: np.ndarray  # int64 [rows], its rows, the most frequent first
    adds_up: bool  # a sum of what ranks did, and no vectors


class Exchange:
    """Exchanges between ranks that hold the same tables.

    Args:
        ranks: who takes part.
        state: all that training changes, as `Engine.state` has it; of the same shapes on all ranks.
        sums: the names of arrays that add up what is done, as AdaGrad's do.
        orders: by name, the rows of an array, the most frequent first; else they lie in that order.

    Attributes:
        state: what was given, with what the ranks put together.
        sent: bytes of the arrays that were summed so far, of this rank.
    """

    def __init__(
        self,
        ranks: Ranks,
        state: Mapping[str, np.ndarray],
        sums: Mapping[str, np.ndarray],
        orders: Mapping[str, np.ndarray],
    ) -> None:
        self._ranks, self.sent = ranks, 0
        self.state = dict(state)
        self._tables: list[Shared] = []
        seen: set[int] = set()
        for name, array in state.items():
            if array.ctypes.data not in seen:  # else one that is another one's memory under a second name
                seen.add(array.ctypes.data)
                table = _as_table(array)
                rows = orders.get(name, np.arange(len(table)))
                self._tables.append(Shared(table, table.copy(), rows, name in sums))

    def take(self, state: Mapping[str, np.ndarray]) -> None:
        """What was trained meanwhile, where that was a copy of `state`."""
        for name, array in self.state.items():
            np.copyto(array, state[name])

    def rows(self, step: int, steps: int) -> None:
        """Exchange the rows that are met often enough after a step of a round (`rounds.n_rows_met`)."""
        for shared in self._tables:
            count = n_rows_met(len(shared.table), step, steps)
            for first in range(0, count, ROWS):
                self._exchange(shared, shared.by_frequency[first : min(first + ROWS, count)])

    def _exchange(self, shared: Shared, rows: np.ndarray) -> None:
        """Put together what ranks did to some rows, and make that the table's rows."""
        table, base = flat(shared.table), shared.base
        step, size = shared.table.strides[0] // shared.table.itemsize, base.shape[1]
        told = np.empty((len(rows), size + 2), base.dtype)
        changes(table, step, base, rows, told)
        self._sum(told)
        weight, shift = np.ones(len(rows), base.dtype), np.zeros(len(rows), base.dtype)
        direction = common_direction(told)
        if not shared.adds_up and direction.any():
            along = np.empty((len(rows), 2), base.dtype)
            along_of(table, step, base, rows, direction, along)
            self._sum(along)
            weights(told, along, weight, shift)
        apply(table, step, base, rows, told, weight, shift, direction)

    def _sum(self, array: np.ndarray) -> None:
        self._ranks.sum(array)
        self.sent += array.nbytes


def compile_now(dtype: str) -> None:
    """Compile what exchanges tables of this type, or load what is compiled."""
    table, base, rows = np.zeros(1, dtype), np.zeros((1, 1), dtype), np.empty(0, np.int64)
    told, along, of_rows = np.empty((0, 3), dtype), np.empty((0, 2), dtype), np.empty(0, dtype)
    changes(table, 1, base, rows, told)
    direction = common_direction(told)
    along_of(table, 1, base, rows, direction, along)
    weights(told, along, of_rows, of_rows)
    apply(table, 1, base, rows, told, of_rows, of_rows, direction)


@njit(nogil=True, error_model="numpy")
def changes(table, step, base, rows, told):
    """What a rank did to some rows since they were exchanged.

    Args:
        table: `flat`, whose row i begins at i * step.
        base: [V, D], as it was.
        rows: int64 [n], which.
        told: [n, D + 2], gets the change, whether there is one (1 or 0), and the sum of its squares.
    """
    size = base.shape[1]
    for i in range(len(rows)):
        row = rows[i]
        place = row * step
        for j in range(size):
            told[i, j] = table[place + j] - base[row, j]
        told[i, size + 1] = squared(told[i, :size])
        told[i, size] = told[i, size + 1] > 0


@njit(nogil=True, error_model="numpy")
def along_of(table, step, base, rows, direction, along):
    """The parts that a rank's changes of some rows have in a direction [D], and their squares: [n, 2]."""
    size = base.shape[1]
    for i in range(len(rows)):
        row = rows[i]
        place = row * step
        one = two = base.dtype.type(0)
        for j in range(0, size - 1, 2):
            one += (table[place + j] - base[row, j]) * direction[j]
            two += (table[place + j + 1] - base[row, j + 1]) * direction[j + 1]
        if size % 2:
            one += (table[place + size - 1] - base[row, size - 1]) * direction[size - 1]
        part = one + two
        along[i, 0], along[i, 1] = part, part * part


@njit(nogil=True, error_model="numpy")
def common_direction(told):
    """The unit vector [D] along the mean of summed changes [n, D + 2]; zeros if several ranks touched no row."""
    size = told.shape[1] - 2
    mean, several = np.zeros(size, np.float64), 0
    for i in range(len(told)):
        several += told[i, size] > 1
        for j in range(size):
            mean[j] += told[i, j]
    length = squared(mean)
    if several and length > 0:
        mean /= np.sqrt(length)
    else:
        mean[:] = 0
    return mean.astype(told.dtype)


@njit(nogil=True, error_model="numpy")
def weights(told, along, weight, shift):
    """By how much each row follows its summed change, and how much of the common direction is added.

    Args:
        told: [n, D + 2], of each row sum_r d_r, how many ranks touched it, and sum_r |d_r|^2.
        along: [n, 2], u being the common direction: sum_r d_r u, and sum_r (d_r u)^2.
        weight, shift: [n], of rows that several ranks touched they are set.
    """
    size = told.shape[1] - 2
    for first in range(0, len(told), TILE):
        last = min(first + TILE, len(told))
        each, summed, each_along, summed_along, most = 0.0, 0.0, 0.0, 0.0, 1.0
        for i in range(first, last):
            if told[i, size] > 1:
                summed += squared(told[i, :size])
                each += told[i, size + 1]
                each_along += along[i, 1]
                summed_along += along[i, 0] * along[i, 0]
                most = max(most, told[i, size])
        common = _factor(each_along, summed_along, most)
        rest = _factor(each - each_along, summed - summed_along, most)
        for i in range(first, last):
            if told[i, size] > 1:
                weight[i], shift[i] = rest, (common - rest) * along[i, 0]


@njit(inline="always")
def _factor(each, summed, most):
    """f, of a sum of the ranks' squared changes and one of the squares of their summed changes; most: n."""
    return min(1.0, max(1.0 / most, each / summed)) if summed > 0 else 1.0


@njit(nogil=True, error_model="numpy")
def apply(table, step, base, rows, told, weight, shift, direction):
    """Let rows follow what all ranks did: base + weight * change + shift * direction. Others keep their bits."""
    size = base.shape[1]
    for i in range(len(rows)):
        row = rows[i]
        place = row * step
        if told[i, size] > 0:
            for j in range(size):
                base[row, j] += weight[i] * told[i, j] + shift[i] * direction[j]
        for j in range(size):
            table[place + j] = base[row, j]


def _as_table(array: np.ndarray) -> np.ndarray:
    """The array as [rows, size], in the same memory."""
    if array.ndim == 2:
        return array
    table = array.reshape(len(array) if array.ndim else 1, -1)
    assert np.shares_memory(table, array), "what ranks put together would be lost"
    return table
