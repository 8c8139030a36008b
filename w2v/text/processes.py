"""A tokenizer in processes of its own, one for each core: for one that holds the interpreter's lock, as rjieba does."""

import signal
import subprocess
from contextlib import AbstractContextManager, suppress
from queue import SimpleQueue
from threading import Lock
from typing import Any

import numpy as np

from w2v.base import child
from w2v.errors import W2VError
from w2v.text.serving import lines_of, numbered, received, send, skip_to_greeting
from w2v.text.tokenize import get_tokenizer

EACH = 1 << 22  # bytes of text that repay a process: starting it takes as long as cutting half of them


class TokenizerProcesses(AbstractContextManager["TokenizerProcesses"]):
    """Processes that cut text into words by one of w2v's tokenizers; where none can be started, this one does it.

    They are started as there is work for them. They end with the `with` block: by themselves, or, where it is left by
    an exception, at once. They also end when this process does, even if it is killed.

    Args:
        number: how many, at most.
        tokenizer, keep_punctuation: as for `w2v.text.tokenize.get_tokenizer`; the name of one.
        every_line: as for `w2v.text.scan.scan`.
    """

    def __init__(
        self, number: int, tokenizer: str, keep_punctuation: bool = False, *, every_line: bool = False
    ) -> None:
        flags = (str(int(bool(flag))) for flag in (keep_punctuation, every_line))
        self.command = child.command("w2v.text.serving:main", tokenizer, *flags)
        self._number = number if child.possible() else 0
        self._tokenize, self._every_line = get_tokenizer(tokenizer, keep_punctuation), every_line
        self._all: list[subprocess.Popen[bytes]] = []
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._new: set[subprocess.Popen[bytes]] = set()  # what has not greeted
        self._starting, self._bytes = Lock(), 0

    def __exit__(self, kind: Any, *_: object) -> None:
        with self._starting:
            self._number = 0  # no other is started
        for process in self._all:
            if kind is not None:
                process.kill()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):  # what was not sent is not needed
                    pipe.close()  # type: ignore[union-attr]
        for process in self._all:
            process.wait()

    def scan(self, text: bytes) -> tuple[np.ndarray, list[str]]:
        """What `w2v.text.scan.scan` gives, by the tokenizer; at most as many at the same time as there are processes.

        Raises W2VError when a process has died.
        """
        self._start_for(len(text))
        if not self._all:
            here, found = numbered(lines_of(text), self._tokenize, self._every_line)
            return np.frombuffer(here, np.int32), found
        process = self._free.get()
        try:
            assert process.stdin
            assert process.stdout
            with suppress(OSError):  # it has died; the answer tells
                send(process.stdin, text)
                process.stdin.flush()
            if process in self._new:
                self._new.remove(process)
                skip_to_greeting(process.stdout)
            numbers, words = received(process.stdout), received(process.stdout)
        finally:
            self._free.put(process)
        if numbers is None or words is None:
            raise W2VError(_why(process.wait()))
        return np.frombuffer(numbers, np.int32), words.decode("utf-8").split("\n") if words else []

    def _start_for(self, size: int) -> None:
        """Start a process for some more bytes of text, unless one is free, or there are enough."""
        with self._starting:
            self._bytes += size
            if not self._free.empty() or len(self._all) >= min(self._number, 2 + self._bytes // EACH):
                return
            how: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            how["start_new_session"] = True  # a terminal's Ctrl-C is for this process, which ends those
            try:
                process = subprocess.Popen(self.command, **how)
            except OSError:  # out of memory, or of files; those there are go on
                self._number = len(self._all)
                return
            self._all.append(process)
            self._new.add(process)
            self._free.put(process)


def _why(code: int) -> str:
    if code == -signal.SIGKILL:
        why = "was killed from outside, which is what the system does when memory runs out"
    else:
        why = f"ended with code {code}"
    return f"a process that cuts the text into words {why}. Run again, on fewer cores if memory is short."
