"""A tokenizer in processes of its own, one for each core: for one that holds the interpreter's lock, as rjieba does."""

import signal
import subprocess
from contextlib import AbstractContextManager, suppress
from queue import SimpleQueue
from typing import Any

import numpy as np

from w2v.base import child
from w2v.errors import W2VError
from w2v.text.serving import received, send


class TokenizerProcesses(AbstractContextManager["TokenizerProcesses"]):
    """Processes that cut text into words by one of w2v's tokenizers.

    They end with the `with` block: by themselves, or, where it is left by an exception, at once. They also end when
    this process does, even if it is killed.

    Args:
        number: how many.
        tokenizer, keep_punctuation: as for `w2v.text.tokenize.get_tokenizer`; the name of one.
    """

    def __init__(self, number: int, tokenizer: str, keep_punctuation: bool = False) -> None:
        self.command = child.command("w2v.text.serving:main", tokenizer, str(int(bool(keep_punctuation))))
        self._number = number
        self._all: list[subprocess.Popen[bytes]] = []
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def __enter__(self) -> "TokenizerProcesses":
        how = child.surroundings() | {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        try:
            for _ in range(self._number):
                self._all.append(subprocess.Popen(self.command, **how))
                self._free.put(self._all[-1])
        except BaseException as error:
            self.__exit__(type(error))
            if isinstance(error, OSError):
                raise W2VError(
                    f"a process that cuts text into words cannot be started: {error.strerror}. Cut it beforehand, and "
                    'use tokenizer="whitespace".'
                ) from error
            raise
        return self

    def __exit__(self, kind: Any, *_: object) -> None:
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
        process = self._free.get()
        try:
            assert process.stdin
            assert process.stdout
            with suppress(OSError):  # it has died; the answer tells
                send(process.stdin, text)
                process.stdin.flush()
            numbers, words = received(process.stdout), received(process.stdout)
        finally:
            self._free.put(process)
        if numbers is None or words is None:
            raise W2VError(_why(process.wait()))
        return np.frombuffer(numbers, np.int32), words.decode("utf-8").split("\n") if words else []


def _why(code: int) -> str:
    if code == -signal.SIGKILL:
        why = "was killed from outside, which is what the system does when memory runs out"
    else:
        why = f"ended with code {code}"
    return f"a process that cuts the text into words {why}. Run again, on fewer cores if memory is short."
