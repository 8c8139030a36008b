"""Ranks as threads of one process: what many processes would learn together, on a machine of a few cores.

Scores do not mind how many ranks there are to a core. `tests/thread_ranks.py` has the same, simpler and stricter, for
tests; here an array is summed once, and not by each rank.
"""

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")


class LocalRanks:
    """One of several threads (a `w2v.base.ranks.Ranks`). sent: bytes, to all others; of sums as in a ring."""

    restarted = False

    def __init__(self, rank: int, slots: list[Any], barrier: threading.Barrier) -> None:
        self.rank, self.size, self.sent = rank, len(slots), 0
        self._slots, self._barrier = slots, barrier

    def gather(self, thing: Any) -> list[Any]:
        self._slots[self.rank] = thing if isinstance(thing, bytes) else json.dumps(thing)
        self._barrier.wait()
        told = [each if isinstance(each, bytes) else json.loads(each) for each in self._slots]
        self._barrier.wait()
        return told

    def sum(self, array: np.ndarray) -> None:
        """Each thread adds up a part of all arrays, in the order of ranks, and writes it to all of them."""
        self.sent += 2 * (self.size - 1) * array.nbytes // self.size
        self._slots[self.rank] = array.reshape(-1)
        self._barrier.wait()
        part = slice(array.size * self.rank // self.size, array.size * (self.rank + 1) // self.size)
        total = self._slots[0][part].copy()
        for other in self._slots[1:]:
            total += other[part]
        for each in self._slots:
            each[part] = total
        self._barrier.wait()

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
        self.sent += sum(part.nbytes for part in parts) - parts[self.rank].nbytes
        self._slots[self.rank] = parts
        self._barrier.wait()
        came = [each[self.rank].copy() for each in self._slots]
        self._barrier.wait()
        return came

    def begin(self) -> None:
        pass

    def tell(self, sentence: str) -> None:
        self._barrier.abort()


def run_ranks(size: int, function: Callable[[LocalRanks], Result]) -> list[Result]:
    """function(ranks) in each of so many threads; what each returns. Raises the first error that is no mere ending."""
    barrier, slots = threading.Barrier(size), [None] * size
    results: list[Any] = [None] * size
    errors: list[BaseException] = []

    def work(rank: int) -> None:
        try:
            results[rank] = function(LocalRanks(rank, slots, barrier))
        except BaseException as error:
            errors.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        if not isinstance(error, threading.BrokenBarrierError):
            raise error
    if errors:
        raise errors[0]
    return results
