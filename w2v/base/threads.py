"""Threads that stop soon when the work is interrupted, by Ctrl-C or by an error in a callback.

A thread in compiled code receives no signal, and a pool waits for all work that was submitted to it. So the pool drops
what has not begun, and sets a flag that compiled code checks between two steps.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import numpy as np

Result = TypeVar("Result")


class InterruptiblePool(AbstractContextManager["InterruptiblePool"]):
    """A pool of threads; leaving its `with` block by an exception interrupts them.

    Args:
        threads: how many.
        interrupted: uint8 [1], the flag: 0, and 1 once the block is left by an exception. The work has to check it
            wherever it takes more than a fraction of a second. Nothing: a flag of its own.
    """

    def __init__(self, threads: int, interrupted: np.ndarray | None = None) -> None:
        self.interrupted = np.zeros(1, np.uint8) if interrupted is None else interrupted
        self._pool = ThreadPoolExecutor(threads)

    def __exit__(self, kind: Any, *_: object) -> None:
        if kind is not None:
            self.interrupted[0] = 1
        self._pool.shutdown(cancel_futures=True)

    def map(self, work: Callable[..., Result], *arguments: Iterable[Any]) -> Iterator[Result]:
        """work(...) for each of the arguments, like the built-in `map`; yielded in order."""
        return self._pool.map(work, *arguments)
