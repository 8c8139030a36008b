"""Ranks as threads of one process: laws of what several ranks do are tested without starting any."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from w2v.errors import W2VError

Result = TypeVar("Result")
PATIENCE = 120  # seconds that a rank waits for the others


class ThreadRanks:
    """One of several threads. What is told passes through JSON or bytes, as between processes, and arrays are copied.

    It also holds ranks to their law: all make the same calls in the same order.

    slots: what each gave last. sentences: of ranks that cannot go on; the first ends the others.
    """

    restarted = False

    def __init__(self, rank: int, slots: list[Any], barrier: threading.Barrier, sentences: list[str]) -> None:
        self.rank, self.size = rank, len(slots)
        self._slots, self._barrier, self._sentences = slots, barrier, sentences

    def _told(self, call: str, thing: Any) -> list[Any]:
        """What all ranks give to the same call."""
        self._slots[self.rank] = call, thing
        try:
            self._barrier.wait(PATIENCE)
            told = list(self._slots)
            self._barrier.wait(PATIENCE)
        except threading.BrokenBarrierError as error:
            if self._sentences:
                raise W2VError(self._sentences[0]) from error
            raise
        calls = [each for each, _ in told]
        assert len(set(calls)) == 1, f"ranks make different calls: {calls}"
        return [each for _, each in told]

    def gather(self, thing: Any) -> list[Any]:
        told = self._told("gather", thing if isinstance(thing, bytes) else json.dumps(thing))
        return [each if isinstance(each, bytes) else json.loads(each) for each in told]

    def sum(self, array: np.ndarray) -> None:
        assert array.flags.c_contiguous
        assert array.dtype in (np.float32, np.float64, np.int32, np.int64, np.uint8)
        given = self._told("sum", array.copy())
        assert len({(each.shape, each.dtype) for each in given}) == 1
        array[...] = sum(given[1:], given[0])

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
        assert len(parts) == self.size
        assert all(part.ndim == 1 for part in parts)
        given = self._told("exchange", [np.array(part) for part in parts])
        assert len({part.dtype for each in given for part in each}) == 1
        if lengths is not None:
            np.testing.assert_array_equal(lengths, [[len(part) for part in each] for each in given])
        return [each[self.rank].copy() for each in given]

    def begin(self) -> None:
        pass

    def tell(self, sentence: str) -> None:
        self._sentences.append(f"Rank {self.rank} of {self.size} failed: {sentence}")
        self._barrier.abort()


def run_ranks(size: int, function: Callable[[ThreadRanks], Result]) -> list[Result]:
    """function(ranks) in each of so many threads; what each returns, in order of ranks.

    Raises the error of the first rank that has one. A rank that fails ends the others at their next call.
    """
    barrier, slots, sentences = threading.Barrier(size), [None] * size, list[str]()
    results: list[Any] = [None] * size
    errors: list[BaseException | None] = [None] * size

    def work(rank: int) -> None:
        try:
            results[rank] = function(ThreadRanks(rank, slots, barrier, sentences))
        except BaseException as error:
            errors[rank] = error
            barrier.abort()

    threads = [threading.Thread(target=work, args=(rank,), daemon=True) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = [error for error in errors if error is not None]
    for error in failed:
        if not isinstance(error, threading.BrokenBarrierError):
            raise error
    if failed:
        raise failed[0]
    return results


def errors_of(size: int, function: Callable[[ThreadRanks], Any]) -> list[BaseException]:
    """The error that function(ranks) raises on each rank, all of which must raise one and leave no other waiting."""

    def caught(ranks: ThreadRanks) -> BaseException:
        try:
            result = function(ranks)
        except Exception as error:
            return error
        raise AssertionError(f"rank {ranks.rank} raised nothing and returned {result!r}")

    return run_ranks(size, caught)
