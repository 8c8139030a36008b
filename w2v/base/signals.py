"""Ctrl-C, SIGTERM and SIGHUP: an exception where it does no harm, a request where a state can still be written."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import Any

PATIENCE = 0.7  # seconds for work in flight, so that a program ends within a second of a signal
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupted(KeyboardInterrupt):
    """A signal that ends the program; number: which."""

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.number = number


def interrupt(number: int, frame: FrameType | None) -> None:
    """A signal's handler: raises Interrupted."""
    raise Interrupted(number)


class StopRequests(AbstractContextManager["StopRequests"]):
    """In its `with` block, signals that end a program raise Interrupted, except where they are `held_back`.

    Signals that are ignored (as SIGHUP by nohup) stay ignored, and those that somebody else handles are left to them.
    Only the main thread gets signals; elsewhere this does nothing.

    Attributes:
        number: of the signal that was held back; None: there was none.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._ask: Callable[[], None] | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "StopRequests":
        if threading.current_thread() is threading.main_thread():
            usual = (signal.SIG_DFL, signal.default_int_handler, interrupt)
            for number in SIGNALS:
                if signal.getsignal(number) in usual:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    @contextmanager
    def held_back(self, ask: Callable[[], None] = lambda: None) -> Iterator[None]:
        """In this block a signal is noted, and `ask` is called in its handler; a second one raises all the same."""
        before, self._ask = self._ask, ask
        try:
            yield
        finally:
            self._ask = before

    def check(self) -> None:
        """Raise Interrupted if a signal was held back."""
        if self.number is not None:
            raise Interrupted(self.number)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._ask is None or self.number is not None:
            raise Interrupted(number)
        self.number = number
        self._ask()
