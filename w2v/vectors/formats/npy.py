"""One array of NumPy's format (.npy), read from a stream: what its header says is believed only as far as bytes come.

    6 bytes     \\x93NUMPY
    2 bytes     version, 1 to 3
    2 or 4      length of the header, little-endian
    header      a dict in Python's notation: {'descr': '<f4', 'fortran_order': False, 'shape': (V, D), }
    data

Python objects in it are a pickle, which is never read.
"""

from __future__ import annotations

import ast
import math
from typing import IO, Any, NamedTuple

import numpy as np

from w2v.errors import W2VError

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 1 << 16
_MOST_AXES = 8
_PIECE = 1 << 22  # bytes read at a time


class Header(NamedTuple):
    """What an array is."""

    dtype: np.dtype
    fortran: bool
    shape: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    def __str__(self) -> str:
        return f"{self.dtype} {list(self.shape)}"


def read_header(file: IO[bytes], where: str) -> Header:
    """Of the array that begins here. Raises W2VError where none does."""
    start = file.read(8)
    wide = start[6:7] > b"\1"
    length = int.from_bytes(file.read(4 if wide else 2), "little")
    text = file.read(length) if start[:6] == MAGIC and length <= _LONGEST_HEADER else b""
    try:
        told = ast.literal_eval(text.decode("utf-8" if start[6:7] == b"\3" else "latin-1").strip())
        dtype, fortran, shape = np.dtype(told["descr"]), bool(told["fortran_order"]), tuple(told["shape"])
        if len(text) < length or not all(type(n) is int and 0 <= n < 2**48 for n in shape) or len(shape) > _MOST_AXES:
            raise ValueError
    except (ValueError, TypeError, KeyError, SyntaxError, MemoryError, RecursionError) as error:
        raise W2VError(f"{where} is damaged, or no array of NumPy: {text or start!r:.80}.") from error
    return Header(dtype, fortran, shape)


def read_array(file: IO[bytes], header: Header, where: str, rows: int | None = None) -> np.ndarray:
    """The array whose header was read, or its first so many rows, in native byte order.

    Memory is taken as bytes come. Raises W2VError where they end too early, and for an array of anything but numbers
    and text.
    """
    if header.dtype.hasobject:
        raise W2VError(
            f"{where} holds Python objects, a pickle, which is not read: it can run code. Save words as text: "
            f"np.array(words, dtype=str)."
        )
    if header.dtype.kind not in "biufUS" or not header.dtype.itemsize:
        raise W2VError(f"{where} is an array of {header}; expected numbers or text.")
    shape = header.shape
    if rows is not None and shape and not header.fortran:
        shape = (min(rows, shape[0]), *shape[1:])
    left = math.prod(shape) * header.dtype.itemsize
    data = bytearray()
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise W2VError(f"{where} is cut short: its header tells of {header}, and it ends before that.")
        data += piece
        left -= len(piece)
    array: Any = np.frombuffer(data, header.dtype)
    array = array.reshape(shape[::-1]).T if header.fortran else array.reshape(shape)
    array = array[:rows] if rows is not None and array.ndim else array
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
