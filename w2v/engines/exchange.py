"""What ranks have learned apart, put together: the sums of their changes, of busy rows weighed as replicas' are.

A row that is exchanged as often as `rounds.py` has it gets the sum of what all ranks did: a few steps of SGD at one
point come to what they would one after the other. *Busy* rows are met more often than that in a single step, and their
sum would overshoot. Their merge is that of the deterministic engine (`merging.py` has its reasons): with d_r the change
of a row on rank r since it was last exchanged, n of them not zero,

    row += f sum_r d_r,    f = sum_r |d_r|^2 / |sum_r d_r|^2,    1 / n <= f <= 1.

So changes with nothing in common are added, equal ones averaged. f is had for TILE neighbouring rows, and apart from
that along the mean change of the rows that are exchanged. AdaGrad's sums are added up.

Rows are cut into as many parts as there are ranks, whole tiles each. A rank gets the changes of its part from all,
puts them together, and sends to all what comes of it: D numbers of each row there, and D back, however many ranks there
are. What is sent of float32 tables is rounded to bfloat16 (`wire.py`). All add the same numbers to the same rows, so
that tables have the same bits everywhere, with any processors and threads: what is compiled adds up as it is written.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from w2v.base.compiled import njit
from w2v.base.ranks import Ranks
from w2v.engines.buffers import Buffers
from w2v.engines.merging import TILE, flat, squared
from w2v.engines.rounds import n_busy_rows, n_rows_met
from w2v.engines.wire import narrow, sent_as, widen

ROWS = 1024 * TILE  # that are exchanged at a time
SAMPLE = 1024  # rows, about, from which the common direction is taken
AT_HAND = 1 << 16  # numbers (or a tile's) that a thread takes at a time: they stay in its cache


@dataclass
class Shared:
    """A table as it was when its rows were last exchanged."""

    table: np.ndarray  # [rows, size], which is trained; a view
    base: np.ndarray  # [rows, size]
    by_frequency: np.ndarray  # int64 [rows], its rows, the most frequent first
    met: np.ndarray  # float64 [rows], in that order: how often a row is met for each word of text
    adds_up: bool  # a sum of what ranks did, and no vectors


class Exchange:
    """Exchanges between ranks that hold the same tables.

    Args:
        ranks: who takes part.
        state: all that training changes, as `Engine.state` has it; of the same shapes on all ranks.
        sums: the names of arrays that add up what is done, as AdaGrad's do.
        met: by name, how often a row of an array is met for each word of text, float64 [rows].
        threads: of this rank.

    Attributes:
        state: what was given, with what the ranks put together.
    """

    def __init__(
        self,
        ranks: Ranks,
        state: Mapping[str, np.ndarray],
        sums: Mapping[str, np.ndarray],
        met: Mapping[str, np.ndarray],
        threads: int = 1,
    ) -> None:
        self._ranks, self._threads = ranks, threads
        self._pool, self._buffers = ThreadPoolExecutor(threads), Buffers()
        self.state = dict(state)
        self._tables, seen = list[Shared](), set[int]()
        for name, array in state.items():
            if array.ctypes.data not in seen:  # else one that is another one's memory under a second name
                seen.add(array.ctypes.data)
                table = _as_table(array)
                order = np.argsort(-met[name], kind="stable")
                self._tables.append(Shared(table, table.copy(), order, met[name][order], name in sums))

    def take(self, state: Mapping[str, np.ndarray]) -> None:
        """What was trained meanwhile, where that was a copy of `state`."""
        for name, array in self.state.items():
            np.copyto(array, state[name])

    def rows(self, step: int, steps: int, words: float = 0.0) -> None:
        """Exchange what others meet often enough after a step of a round of so many words (`rounds.n_rows_met`)."""
        of_others = words * (1 - 1 / self._ranks.size)
        for shared in self._tables:
            some = shared.by_frequency[: n_rows_met(shared.met * of_others, step, steps)]
            busy = 0 if shared.adds_up else n_busy_rows(shared.met * of_others, steps)
            sample = np.ascontiguousarray(some[:: max(1, len(some) // SAMPLE)])
            mean = mean_change(flat(shared.table), _step(shared), shared.base, sample)
            for first in range(0, len(some), ROWS):
                self._exchange(shared, some[first : first + ROWS], busy - first, mean)

    def _exchange(self, shared: Shared, rows: np.ndarray, busy: int, mean: np.ndarray) -> None:
        """Put together what ranks did to some rows, and make that the table's rows.

        busy: so many, the first ones, are weighed; mean: [1, size], this rank's mean change, in front of each part.
        """
        table, step, base, size = flat(shared.table), _step(shared), shared.base, shared.base.shape[1]
        count, number = self._ranks.size, self._ranks.rank
        bounds = np.minimum(-(-len(rows) // TILE) * np.arange(count + 1) // count * TILE, len(rows))
        heads = bounds[:-1] + np.arange(count)
        told = self._buffers.get("told", (len(rows) + count, size), sent_as(base.dtype))
        places = np.delete(np.arange(len(told)), heads)
        narrow(mean, heads, told)

        def tell(piece: slice, room: np.ndarray) -> None:
            change = room[: len(rows[piece]) * size].reshape(-1, size)
            changes(table, step, base, rows[piece], change)
            narrow(change, places[piece], told)

        self._share(tell, len(rows), size, base.dtype)
        parts = [part.ravel() for part in np.split(told, heads[1:])]
        came = self._ranks.exchange(parts, np.tile((np.diff(bounds) + 1) * size, (count, 1)))
        direction = unit(widen(came, 0, np.empty((count, 1, size), base.dtype))[:, 0])
        mine = self._buffers.get("mine", (int(bounds[number + 1] - bounds[number]), size), told.dtype)

        def merge(piece: slice, room: np.ndarray) -> None:
            change = room[: count * len(mine[piece]) * size].reshape(count, -1, size)
            put_together(widen(came, 1 + piece.start, change), direction, busy - bounds[number] - piece.start)
            narrow(change[0], np.arange(piece.start, piece.stop), mine)

        self._share(merge, len(mine), size * count, base.dtype)
        lengths = np.tile(np.diff(bounds)[:, None] * size, count)
        merged = self._buffers.get("merged", (len(rows) * size,), told.dtype)
        np.concatenate(self._ranks.exchange([mine.ravel()] * count, lengths), out=merged)

        def follow(piece: slice, room: np.ndarray) -> None:
            change = room[: len(rows[piece]) * size].reshape(1, -1, size)
            apply(table, step, base, rows[piece], widen([merged], piece.start, change)[0])

        self._share(follow, len(rows), size, base.dtype)

    def _share(self, work: Callable[[slice, np.ndarray], None], rows: int, numbers: int, dtype: np.dtype) -> None:
        """work(piece, room) for pieces of so many rows, whole tiles, on all threads; numbers: of the room for a row."""
        tiles, tile = -(-rows // TILE), numbers * TILE
        at_hand = max(AT_HAND // tile, 1)

        def of_thread(thread: int) -> None:
            room, last = np.empty(at_hand * tile, dtype), tiles * (thread + 1) // self._threads
            for first in range(tiles * thread // self._threads, last, at_hand):
                work(slice(first * TILE, min(min(first + at_hand, last) * TILE, rows)), room)

        for _ in self._pool.map(of_thread, range(self._threads)):
            pass


def _step(shared: Shared) -> int:
    """Numbers from a row of the table to the next one."""
    return shared.table.strides[0] // shared.table.itemsize


def compile_now(dtype: str) -> None:
    """Compile what exchanges tables of this type, or load what is compiled."""
    table, base, rows = np.zeros(1, dtype), np.zeros((1, 1), dtype), np.empty(0, np.int64)
    direction, change = unit(mean_change(table, 1, base, rows)), np.empty((0, 1), dtype)
    changes(table, 1, base, rows, change)
    sent = np.empty((0, 1), sent_as(base.dtype))
    narrow(change, rows, sent)
    put_together(widen([sent.ravel()], 0, np.empty((1, 0, 1), dtype)), direction, 0)
    apply(table, 1, base, rows, change)


@njit(nogil=True, error_model="numpy")
def mean_change(table, step, base, rows):
    """The mean of what a rank did to some rows since they were exchanged, [1, D]; arguments as for `changes`."""
    mean = np.zeros((1, base.shape[1]), np.float64)
    for i in range(len(rows)):
        for j in range(base.shape[1]):
            mean[0, j] += table[rows[i] * step + j] - base[rows[i], j]
    return (mean / max(len(rows), 1)).astype(base.dtype)


@njit(nogil=True, error_model="numpy")
def unit(means):
    """The unit vector [D] along the sum of vectors [n, D]; zeros if they have none."""
    total = np.zeros(means.shape[1], np.float64)
    for r in range(len(means)):
        for j in range(means.shape[1]):
            total[j] += means[r, j]
    length = np.sqrt(squared(total))
    if length > 0:
        total /= length
    return total.astype(means.dtype)


@njit(nogil=True, error_model="numpy")
def changes(table, step, base, rows, change):
    """What a rank did to some rows since they were exchanged.

    Args:
        table: `flat`, whose row i begins at i * step.
        base: [V, D], as it was.
        rows: int64 [n], which.
        change: [n, D], gets it.
    """
    for i in range(len(rows)):
        row = rows[i]
        place = row * step
        for j in range(base.shape[1]):
            change[i, j] = table[place + j] - base[row, j]


@njit(nogil=True, error_model="numpy")
def put_together(change, direction, busy):
    """What rows are to change by: what ranks did to them, of busy rows weighed.

    Args:
        change: [R, n, D], of each rank; n rows, whole tiles of them. [0] gets it.
        direction: [D], the unit vector along the mean change of all rows, or zeros.
        busy: so many, the first ones, are weighed, and with them the rest of their tile.
    """
    n_ranks, rows, size = change.shape
    weighed = min(max(-(-busy // TILE) * TILE, 0), rows)
    for first in range(0, weighed, TILE):
        _weigh(change, first, min(first + TILE, rows), direction)
    total = change[0]
    for r in range(1, n_ranks):
        for i in range(weighed, rows):
            for j in range(size):
                total[i, j] += change[r, i, j]


@njit(inline="always")
def _weigh(change, first, last, direction):
    """Put together the rows of a tile."""
    n_ranks, _, size = change.shape
    total, touched, along = change[0], np.empty(TILE, np.int64), np.empty(TILE, change.dtype)
    each, each_along, summed, summed_along, most = 0.0, 0.0, 0.0, 0.0, 1
    for i in range(first, last):
        squares, squares_along, count, sum_along = 0.0, 0.0, 0, change.dtype.type(0)
        for r in range(n_ranks):
            square = squared(change[r, i])
            if square != 0:  # of NaN, too, so that all ranks see it
                part = _dot(change[r, i], direction)
                squares += square
                squares_along += part * part
                sum_along += part
                count += 1
                if r > 0:
                    for j in range(size):
                        total[i, j] += change[r, i, j]
        touched[i - first], along[i - first] = count, sum_along
        if count > 1:
            each, each_along = each + squares, each_along + squares_along
            summed += squared(total[i])
            summed_along += sum_along * sum_along
            most = max(most, count)
    common = _factor(each_along, summed_along, most)
    rest = _factor(each - each_along, summed - summed_along, most)
    for i in range(first, last):
        if touched[i - first] > 1:
            weight, shift = change.dtype.type(rest), change.dtype.type(common - rest) * along[i - first]
            for j in range(size):
                total[i, j] = weight * total[i, j] + shift * direction[j]


@njit(inline="always")
def _dot(one, other):
    """The inner product of two vectors, in four parts."""
    a = b = c = d = one.dtype.type(0)
    whole = len(one) - len(one) % 4
    for j in range(0, whole, 4):
        a += one[j] * other[j]
        b += one[j + 1] * other[j + 1]
        c += one[j + 2] * other[j + 2]
        d += one[j + 3] * other[j + 3]
    for j in range(whole, len(one)):
        a += one[j] * other[j]
    return (a + b) + (c + d)


@njit(inline="always")
def _factor(each, summed, most):
    """f, of a sum of the ranks' squared changes and one of the squares of their summed changes; most: n."""
    return min(1.0, max(1.0 / most, each / summed)) if summed > 0 else 1.0


@njit(nogil=True, error_model="numpy")
def apply(table, step, base, rows, change):
    """Let rows follow what all ranks did: base + change, [n, D]. Where nobody changed anything, bits stay."""
    for i in range(len(rows)):
        row = rows[i]
        place = row * step
        for j in range(base.shape[1]):
            if change[i, j] != 0:
                base[row, j] += change[i, j]
            table[place + j] = base[row, j]


def _as_table(array: np.ndarray) -> np.ndarray:
    """The array as [rows, size], in the same memory."""
    if array.ndim == 2:
        return array
    table = array.reshape(len(array) if array.ndim else 1, -1)
    assert np.shares_memory(table, array), "what ranks put together would be lost"
    return table
