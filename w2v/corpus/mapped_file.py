"""Files of numbers under a map, for work that has more of them than memory holds.

Their names are removed as soon as they are mapped: of a mapped file that somebody cuts short the system kills the
process. What training reads is no such file (`array_file.py`).
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np


def mapped(path: Path, dtype: Any) -> np.ndarray:
    """The numbers of a file, which loses its name; read-only."""
    numbers = np.memmap(path, dtype=dtype, mode="r").view(np.ndarray)
    forget(path)
    return numbers


def reserved(path: Path, dtype: Any, size: int) -> np.ndarray:
    """A new file of some numbers, mapped to be written. Its space is taken at once: a full disk must not show later,
    when a page cannot be written back and the process is killed."""
    length = int(size) * np.dtype(dtype).itemsize
    with open(path, "wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, length)
        else:
            file.truncate(length)
    return np.memmap(path, dtype=dtype, mode="r+").view(np.ndarray)


def forget(path: Path) -> None:
    """Remove a file that is mapped, where the system allows it: then nobody else can change it or cut it short, and its
    space is free once it is no longer used."""
    with suppress(PermissionError):
        path.unlink()
