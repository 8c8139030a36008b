"""Threads whose work can be put aside between two pieces of it, and that stop soon when it is interrupted.

A thread in compiled code receives no signal. So a pool begins few pieces ahead, in order: when it is paused, it begins
no others, and finishes those that have begun. When it is interrupted, by an error in what reads the results, it sets a
flag that compiled code checks between two steps.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")

AHEAD = 4  # pieces for each thread that are handed out before their turn
LOOK = 0.05  # seconds between two looks at whether time is up


class OverdueError(Exception):
    """What has begun did not end within the time that a pause allowed for."""


class InterruptiblePool(AbstractContextManager["InterruptiblePool"]):
    """A pool of threads; leaving its `with` block by an exception interrupts them.

    Args:
        threads: how many.
        interrupted: uint8 [1], the flag: 0, and 1 once the block is left by an exception. The work has to check it
            wherever it takes more than a fraction of a second. Nothing: a flag of its own.
        ahead: how many pieces are handed out before their turn, at least 1. Nothing: AHEAD for each thread.
    """

    def __init__(self, threads: int, interrupted: np.ndarray | None = None, ahead: int | None = None) -> None:
        self.interrupted = np.zeros(1, np.uint8) if interrupted is None else interrupted
        self._pool = ThreadPoolExecutor(threads)
        self._ahead = ahead or AHEAD * threads
        self._paused = False
        self._until = math.inf

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is not None:
            self.interrupted[0] = 1
        self._pool.shutdown(cancel_futures=True)

    def pause(self, within: float = math.inf) -> None:
        """Have the `map` that is going on end early: what has begun is finished and yielded, nothing else begins.

        May be called from a signal's handler. within: seconds, after which `map` raises OverdueError.
        """
        self._paused, self._until = True, time.monotonic() + within

    def map(self, work: Callable[..., Result], *arguments: Iterable[Any]) -> Iterator[Result]:
        """work(...) for each of the arguments, like the built-in `map`; yielded in order.

        Raises:
            OverdueError: see `pause`.
        """
        self._paused, self._until = False, math.inf
        return self._results(work, zip(*arguments, strict=False))

    def _results(self, work: Callable[..., Result], arguments: Iterator[tuple[Any, ...]]) -> Iterator[Result]:
        waiting: deque[Future[Result]] = deque()
        while True:
            if self._paused:
                _take_back(waiting)
            else:
                while len(waiting) < self._ahead and (given := next(arguments, None)) is not None:
                    waiting.append(self._pool.submit(work, *given))
            if not waiting:
                return
            try:
                result = waiting[0].result(LOOK)
            except TimeoutError:
                if waiting[0].done():
                    if error := waiting[0].exception():
                        raise error from None  # it is the work's own
                    continue  # it ended a moment after that
                if time.monotonic() > self._until:
                    raise OverdueError from None
                continue
            waiting.popleft()
            yield result


def beside(work: Callable[[], Result], within: float) -> Result:
    """What a function returns, called in a thread of its own: signals are handled while it waits in compiled code.

    Raises:
        OverdueError: it did not end within so many seconds, and is left to itself.
    """
    result: Future[Result] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return result.result(within)
    except TimeoutError:
        if result.done():  # the function's own, or it ended a moment after that
            return result.result()
        raise OverdueError from None


def _take_back(waiting: deque[Future[Any]]) -> None:
    """Drop what has not begun. From the end: whatever has begun is then followed by nothing that was dropped."""
    while waiting and waiting[-1].cancel():
        waiting.pop()
