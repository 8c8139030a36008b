"""Standard streams that never end the work: what cannot be shown is left out, and told at the end if it was wanted."""

import os
import sys
from typing import Any, TextIO

STANDARD = 3  # descriptors: of input, output and errors


class Unfailing:
    """A text stream whose writes do not raise when the reader has left, the disk is full or the terminal is gone.

    After the first such failure nothing more is written. error: the failure; None: there was none.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.error: OSError | None = None

    def write(self, text: str) -> int:
        if self.error is None:
            try:
                return self._stream.write(text)
            except OSError as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        if self.error is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self, error: OSError) -> None:
        """What the stream still holds goes nowhere, or it would fail again when the program ends."""
        self.error = error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def make_unfailing() -> Unfailing:
    """Put such streams in place of stdout and stderr; returns that of stdout.

    Descriptors that were closed (`2>&-`) are opened: else the next file would get the number, and messages go there.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < STANDARD:
        pass
    os.close(descriptor)
    streams = [stream or open(os.devnull, "w", encoding="utf-8") for stream in (sys.stdout, sys.stderr)]  # noqa: SIM115
    for stream in streams:
        if hasattr(stream, "reconfigure") and stream.errors in ("strict", "surrogateescape"):
            stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show is shown by its number
    sys.stdout, sys.stderr = out, _ = tuple(map(Unfailing, streams))
    return out
