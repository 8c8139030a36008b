"""An array in a file, of which pieces are read: how the ids and the counted pairs of a text reach training.

It is not mapped into memory. Of a mapped file that is cut short the system kills the process (SIGBUS), and a piece that
was found to be in range may be another one when compiled code comes to it. What is read here is nobody else's.
"""

from __future__ import annotations

import os
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np

from w2v.errors import W2VError


class ArrayFile:
    """A one-dimensional array in a file, which stays open: it can be read on after it was removed.

    path: of the numbers as they are in memory, without a header; bytes beyond the last whole one are left out.

    Raises OSError when it cannot be opened.
    """

    ndim = 1

    def __init__(self, path: Path, dtype: Any) -> None:
        self.path = path
        self.dtype = np.dtype(dtype)
        self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        weakref.finalize(self, os.close, self._file)
        self._itemsize = self.dtype.itemsize
        self._size = os.fstat(self._file).st_size // self._itemsize
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many numbers there were when the file was opened."""
        return self._size

    def __getitem__(self, which: slice) -> np.ndarray:
        """A piece, in memory of its own, read-only; any thread may ask.

        Raises W2VError when the file ends before the piece does, or cannot be read.
        """
        start, stop, _ = which.indices(self._size)
        first, length = start * self._itemsize, max(stop - start, 0) * self._itemsize
        piece = self._read(length, first) if length else b""
        while len(piece) < length:  # a system may give less than it was asked for
            more = self._read(length - len(piece), first + len(piece))
            if not more:
                raise W2VError(f"{self.path} was cut short while it was read. Run again: it is built anew.")
            piece += more
        return np.frombuffer(piece, self.dtype)

    def _read(self, length: int, place: int) -> bytes:
        try:
            if hasattr(os, "pread"):
                return os.pread(self._file, length, place)
            with self._lock:
                os.lseek(self._file, place, os.SEEK_SET)
                return os.read(self._file, length)
        except OSError as error:
            raise W2VError(f"{self.path} cannot be read: {error.strerror}.") from error
