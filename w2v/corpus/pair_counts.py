"""How often each of many numbers comes, exactly, when there may be more of them than memory holds.

As `cooccurrence.py` sums weights: buffers are sorted and combined on all cores, written to disk as sorted runs, and the
runs are merged, a range of numbers a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from w2v.base.compiled import njit
from w2v.base.settings import available_cores
from w2v.base.threads import InterruptiblePool
from w2v.corpus.mapped_file import forget, mapped, reserved
from w2v.corpus.pair_sort import add_up_next, begin_heap, cut

MEMORY = 1 << 29  # bytes of buffers
_MOST = 1 << 22  # numbers sorted at a time; more are no faster
_RANGES = 64  # parts that threads merge
_NAMES = ("pairs", "times", "merged-pairs", "merged-times")  # of files


class Counts:
    """Different numbers in order, with the number of times each came.

    keys: uint64 [N]; counts: int64 [N], above 0. Both with gaps: part p is [start[p]:stop[p]].
    """

    def __init__(self, keys: np.ndarray, counts: np.ndarray, start: np.ndarray, stop: np.ndarray) -> None:
        self._keys, self._counts, self._start, self._stop = keys, counts, start, stop

    def __len__(self) -> int:
        return int((self._stop - self._start).sum())

    def parts(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """All of them, in parts that fit in memory: keys and counts."""
        for start, stop in zip(self._start.tolist(), self._stop.tolist(), strict=True):
            if start < stop:
                yield self._keys[start:stop], self._counts[start:stop]


def capacity(memory: int = MEMORY) -> int:
    """How many numbers a buffer for `count` should have, so that all that are in use take so many bytes."""
    threads = available_cores()
    return min(max(memory // (2 * threads + 2) // 16, 1), _MOST)


@contextmanager
def count(buffers: Iterable[np.ndarray], folder: Path) -> Iterator[Counts]:
    """Count numbers; what was counted can be read within the `with` block.

    buffers: uint64 arrays of any length, which are used up.
    folder: for files, whose names are gone at once where the system allows it, and else in the end.

    Raises OSError for a full disk.
    """
    threads = available_cores()
    try:
        with InterruptiblePool(threads, ahead=threads + 1) as pool:
            bounds = np.cumsum(_sorted_runs(buffers, folder, pool))
            if len(bounds) == 1:
                empty = np.empty(0, np.int64)
                counts = Counts(empty.astype(np.uint64), empty, empty, empty)
            else:
                keys, times = mapped(folder / _NAMES[0], np.uint64), mapped(folder / _NAMES[1], np.int64)
                one = len(bounds) == 2
                counts = (
                    Counts(keys, times, bounds[:1], bounds[1:]) if one else _merge(keys, times, bounds, folder, pool)
                )
        yield counts
        del counts
    finally:
        for name in _NAMES:
            with suppress(PermissionError):
                (folder / name).unlink(missing_ok=True)


def _sorted_runs(buffers: Iterable[np.ndarray], folder: Path, pool: InterruptiblePool) -> list[int]:
    """Write the numbers of buffers as sorted runs, with their counts; returns 0 and the lengths of the runs."""
    lock, lengths = threading.Lock(), [0]
    with open(folder / _NAMES[0], "wb") as key_file, open(folder / _NAMES[1], "wb") as count_file:

        def spill(buffer: np.ndarray) -> None:
            buffer.sort()
            times = np.empty(len(buffer), np.int64)
            size = combine(buffer, times)
            with lock:
                key_file.write(buffer[:size].data)
                count_file.write(times[:size].data)
                lengths.append(size)

        for _ in pool.map(spill, (buffer for buffer in buffers if len(buffer))):
            pass
    return lengths


def _merge(keys: np.ndarray, times: np.ndarray, bounds: np.ndarray, folder: Path, pool: InterruptiblePool) -> Counts:
    cuts, rooms = cut(keys, bounds, _RANGES)
    into = (
        reserved(folder / _NAMES[2], np.uint64, rooms[-1]),
        reserved(folder / _NAMES[3], np.int64, rooms[-1]),
    )
    forget(folder / _NAMES[2])
    forget(folder / _NAMES[3])

    def merge(number: int) -> int:
        return merge_range(keys, times, cuts[:, number].copy(), cuts[:, number + 1], *into, rooms[number])

    stops = list(pool.map(merge, range(len(rooms) - 1)))
    return Counts(*into, rooms[:-1], np.array(stops))


@njit(nogil=True)
def combine(keys, counts):
    """Sorted keys [n] to different ones, in place, and how often each was there; returns their number."""
    size, place = 0, 0
    while place < keys.size:
        key, first = keys[place], place
        while place < keys.size and keys[place] == key:
            place += 1
        keys[size], counts[size] = key, place - first
        size += 1
    return size


@njit(nogil=True)
def merge_range(keys, counts, start, stop, merged_keys, merged_counts, place):
    """Merge keys[start[r]:stop[r]] of all r, and write from `place` on; returns where it ends. `start` is used up.

    The runs wait in a heap, by their next key.
    """
    heap = np.empty(start.size, np.int64)
    waiting = begin_heap(heap, keys, start, stop)
    while waiting:
        key = keys[start[heap[0]]]
        waiting, total = add_up_next(heap, waiting, keys, counts, start, stop, 0)
        merged_keys[place], merged_counts[place] = key, total
        place += 1
    return place
