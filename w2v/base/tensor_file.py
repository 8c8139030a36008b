"""Named arrays in a file of the safetensors format, which any program can read.

    8 bytes, little-endian      the length of the header
    header                      JSON: {"NAME": {"dtype": "F32", "shape": [V, D], "data_offsets": [begin, end]}, ...}
    data                        the arrays, one after the other, nothing between them

Files are written here, some rows at a time and with the bytes of the library of that name, which takes arrays as they
will lie in the file: a padded table of gigabytes would be copied first. They are read here, too: each array straight
into memory of its own, once, and checked on the way, where the library maps the file and copies out of the map, so that
a file which somebody cuts short meanwhile ends the process (`mapped` says so to who asks for a map). What a header says
is compared with the length of the file before room is made for it.

In the metadata of what is written here stand the generation of the files that belong together
(`base/sealed_folder.py`), and a checksum of each array, so that one can be read and checked without the others.
"""

from __future__ import annotations

import json
import math
import os
import zlib
from collections.abc import Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple, TypeGuard

import numpy as np

from w2v.base import json_text
from w2v.errors import W2VError

Arrays = Mapping[str, np.ndarray]
_DTYPES = {
    f"{kind}{8 * size}": np.dtype(f"<{letter}{size}")
    for kind, letter, sizes in (("F", "f", (2, 4, 8)), ("I", "i", (1, 2, 4, 8)), ("U", "u", (1, 2, 4, 8)))
    for size in sizes
}
_LONGEST_HEADER = 100_000_000  # bytes, as in the library
_ORDER = ("U64", "I64", "F64", "F32", "U32", "I32", "F16", "U16", "I16", "I8", "U8")
_MOST_AXES = 8
_ALIGNED = 8  # bytes that the header's length is a multiple of, so that numbers can be mapped
_PIECE = 1 << 21  # bytes read and checked at a time: they are still in the cache
_MARK = "w2v"  # the one key of the metadata: the library writes several in an order that differs from run to run
COPY_AGAIN = "Copy the whole folder again."


class Kind(NamedTuple):
    """What an array is: its type and its shape, where None is any length."""

    dtype: str  # of numpy, or how that begins: "float" is any floating type, "" is any type
    shape: tuple[int | None, ...]

    def __str__(self) -> str:
        return f"{self.dtype or 'of any type'} [{', '.join('any' if n is None else str(n) for n in self.shape)}]"

    def fits(self, other: Kind) -> bool:
        """Whether another, which has all its lengths, is of this kind."""
        if not other.dtype.startswith(self.dtype) or len(self.shape) != len(other.shape):
            return False
        return all(mine in (None, theirs) for mine, theirs in zip(self.shape, other.shape, strict=True))


class _Place(NamedTuple):
    dtype: np.dtype
    shape: tuple[int, ...]
    begin: int  # bytes from the file's beginning


def checksums(arrays: Arrays) -> dict[str, str]:
    """The CRC-32 of the bytes of each array, in hexadecimal."""
    return {name: f"{reduce(_longer_crc, _pieces(array), 0):08x}" for name, array in arrays.items()}


def _longer_crc(crc: int, piece: memoryview) -> int:
    return zlib.crc32(piece, crc)


def write(path: Path, arrays: Arrays, generation: str, sums: Mapping[str, str]) -> None:
    """Write arrays, and in the metadata what they belong to and their checksums."""
    mark = json.dumps({"generation": generation, "crc32": dict(sums)})
    with open(path, "wb", buffering=0) as file:
        file.write(header_of(arrays, {_MARK: mark}))
        write_data(file, arrays)


def header_of(arrays: Arrays, metadata: Mapping[str, str]) -> bytes:
    """The beginning of a file of arrays, up to their data.

    Raises:
        W2VError: it would be longer than the library reads.
        UnicodeEncodeError: the metadata hold half a surrogate pair.
    """
    header: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name in _in_order(arrays):
        array = arrays[name]
        begin, end = end, end + array.nbytes
        header[name] = {"dtype": _code(array.dtype), "shape": array.shape, "data_offsets": [begin, end]}
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % _ALIGNED)
    if len(text) > _LONGEST_HEADER:
        raise W2VError(
            f"A header of {len(text):,} bytes was not written: in a file of the safetensors format it may have "
            f"{_LONGEST_HEADER:,}."
        )
    return len(text).to_bytes(8, "little") + text


def write_data(file: IO[bytes], arrays: Arrays) -> None:
    """Write the arrays themselves, some rows at a time, as `header_of` says where they are."""
    for name in _in_order(arrays):
        for piece in _pieces(arrays[name]):
            while piece:  # an unbuffered file takes as much as it takes
                piece = piece[file.write(piece) :]


def _in_order(arrays: Arrays) -> list[str]:
    """The names in the order of the library's files: wide numbers first, so that all can be mapped."""
    return sorted(arrays, key=lambda name: (_ORDER.index(_code(arrays[name].dtype)), name))


def _code(dtype: np.dtype) -> str:
    """The format's name for a type of numbers."""
    return next(code for code, kind in _DTYPES.items() if kind == dtype.newbyteorder("<"))


def _pieces(array: np.ndarray) -> Iterator[memoryview]:
    """The bytes of the numbers in their order, some rows at a time, for those of padded tables have to be copied."""
    array = np.atleast_1d(array)
    step = max(_PIECE * len(array) // max(array.nbytes, 1), 1)
    for start in range(0, len(array), step):
        rows = array[start : start + step]
        flat: Any = np.ascontiguousarray(rows, rows.dtype.newbyteorder("<")).reshape(-1)
        yield memoryview(flat.view(np.uint8))


class TensorFile:
    """The arrays in an open file.

    Args:
        file: unbuffered.
        where: its path, for errors.
        generation: what its metadata must say, and its arrays' checksums be right; None: those are not looked at.
        again: what to do about damage.

    Raises:
        W2VError: it is no such file, is longer or shorter than it says, or is of another generation.
    """

    def __init__(self, file: BinaryIO, where: str, generation: str | None = None, again: str = COPY_AGAIN) -> None:
        self.where, self._again = where, again
        self._file, self._sealed = file, generation is not None
        size = os.fstat(file.fileno()).st_size
        length = int.from_bytes(self._read_bytes(8), "little") if size >= 8 else 0
        if not 2 <= length <= min(size - 8, _LONGEST_HEADER):
            raise W2VError(f"{where} is damaged, or no safetensors file: it begins with no header. {self._again}")
        header = json_text.mapping(json_text.parse(self._read_bytes(length), where), where)
        metadata = header.pop("__metadata__", None)
        self.metadata: dict[str, str] = {}  # what it says of itself
        if isinstance(metadata, dict):
            self.metadata = {name: text for name, text in metadata.items() if isinstance(text, str)}
        told, self._sums = self._mark(metadata)
        if self._sealed and told != generation:
            raise W2VError(
                f"{where} is of another save than the files beside it: its generation is {told or 'not told'}, and "
                f"SHA256SUMS says {generation}. {self._again} If you changed it on purpose, delete SHA256SUMS."
            )
        self._places = self._places_in(header, 8 + length, size)

    @property
    def kinds(self) -> dict[str, Kind]:
        """Of each array its type and shape."""
        return {name: Kind(place.dtype.name, place.shape) for name, place in self._places.items()}

    def expect(self, wanted: Mapping[str, Kind], why: str) -> None:
        """Raise a W2VError that says what differs, unless these arrays are there and of these kinds.

        why: where the expectation is from.
        """
        kinds = self.kinds
        for name, kind in wanted.items():
            if name not in kinds:
                raise W2VError(
                    f"{self.where} has no table {name!r}; it has {', '.join(kinds) or 'none'}. {self._again}"
                )
            if not kind.fits(kinds[name]):
                raise W2VError(
                    f"{self.where} does not fit the files beside it: the table {name!r} is {kinds[name]}, expected "
                    f"{kind} by {why}. {self._again}"
                )

    def read(self, name: str, rows: int | None = None, *, finite: bool = True) -> np.ndarray:
        """An array, or its first so many rows.

        finite: NaN and infinity are errors.

        Raises:
            W2VError: it holds NaN or infinity, the file is shorter than it was, or the checksum is another one, which
                is of the whole array and not looked at for a part of it.
        """
        dtype, shape, begin = self._places[name]
        whole = rows is None or rows >= shape[0]
        array = np.empty(shape if rows is None or whole else (rows, *shape[1:]), dtype)
        flat: Any = array.reshape(-1)
        crc = 0
        self._file.seek(begin)
        step = _PIECE // dtype.itemsize
        for start in range(0, flat.size, step):
            piece = flat[start : start + step]
            self._fill(memoryview(piece).cast("B"))
            if finite and dtype.kind == "f" and not np.isfinite(piece).all():
                raise W2VError(
                    f"{self.where} holds NaN or infinity, in the table {name!r}. Training diverged (try a smaller "
                    "alpha), or the file is damaged: copy the whole folder again."
                )
            if whole and self._sealed:
                crc = zlib.crc32(piece, crc)
        if whole and self._sealed and self._sums.get(name) != f"{crc:08x}":
            raise W2VError(
                f"{self.where} is damaged or was changed: the checksum of the table {name!r} is {crc:08x}, and was "
                f"{self._sums.get(name, 'not told')}. {self._again} If you changed it on purpose, delete SHA256SUMS."
            )
        return array

    def mapped(self, name: str, rows: int | None = None) -> np.ndarray:
        """An array, or its first so many rows, as it lies in the file: each page is read when it is first looked at.

        Neither its checksum nor its numbers are looked at. It is read-only, and stays when the file is closed, or
        another put in its place; but whoever cuts the file short ends the process that looks at what is gone.
        """
        dtype, shape, begin = self._places[name]
        if 0 in shape:
            return self.read(name, rows)
        return np.memmap(self._file, dtype, "r", begin, (min(rows or shape[0], shape[0]), *shape[1:]))

    def read_all(self) -> dict[str, np.ndarray]:
        """All arrays, by name; raises as `read` does."""
        return {name: self.read(name) for name in self._places}

    def _mark(self, metadata: Any) -> tuple[str | None, dict[str, Any]]:
        """Generation and checksums in the metadata; none where somebody else wrote them."""
        if not self._sealed or not isinstance(metadata, dict) or not isinstance(metadata.get(_MARK), str):
            return None, {}
        mark = json_text.mapping(json_text.parse(metadata[_MARK].encode("utf-8"), self.where), self.where)
        sums = json_text.mapping(mark.get("crc32", {}), self.where)
        generation = mark.get("generation")
        return (generation if isinstance(generation, str) else None), sums

    def _places_in(self, header: dict[str, Any], begin: int, size: int) -> dict[str, _Place]:
        """Where each array is, if together they are what is in the file, without a gap."""
        places: dict[str, _Place] = {}
        spans: list[tuple[int, int, str]] = []
        for name, entry in header.items():
            told = json_text.mapping(entry, self.where)
            dtype, shape, offsets = told.get("dtype"), told.get("shape"), told.get("data_offsets")
            if not isinstance(dtype, str) or not _are_counts(shape) or not _are_counts(offsets, 2):
                what = f"its header says of {name!r:.60}: {entry!r:.120}"
                raise W2VError(f"{self.where} is damaged: {what}. {self._again}")
            if dtype not in _DTYPES or len(shape) > _MOST_AXES:
                raise W2VError(
                    f"{self.where} has a table {name!r:.60} of type {dtype:.20} with {len(shape)} axes; expected one "
                    f"of {', '.join(_DTYPES)}, and {_MOST_AXES} axes at most."
                )
            if math.prod(shape) * _DTYPES[dtype].itemsize != offsets[1] - offsets[0]:
                raise W2VError(f"{self.where} is damaged: {name!r:.60} has not the length of its shape. {self._again}")
            places[name] = _Place(_DTYPES[dtype], tuple(shape), begin + offsets[0])
            spans.append((offsets[0], offsets[1], name))
        end = 0
        for first, last, name in sorted(spans):
            if first != end:
                raise W2VError(f"{self.where} is damaged: {name!r:.60} is not where the one before ends. {self._again}")
            end = last
        if begin + end != size:
            raise W2VError(
                f"{self.where} is damaged or cut short: it has {size:,} bytes, and by its header {begin + end:,}. "
                f"{self._again}"
            )
        return places

    def _read_bytes(self, count: int) -> bytes:
        room = bytearray(count)
        self._fill(memoryview(room))
        return bytes(room)

    def _fill(self, room: memoryview) -> None:
        while room:
            try:
                got = self._file.readinto(room)  # type: ignore[attr-defined]
            except OSError as error:
                raise W2VError(f"{self.where} cannot be read: {error.strerror}.") from error
            if not got:
                raise W2VError(f"{self.where} is cut short. {self._again}")
            room = room[got:]


def _are_counts(value: Any, length: int | None = None) -> TypeGuard[list[int]]:
    if not isinstance(value, list) or length not in (None, len(value)):
        return False
    return all(json_text.is_count(number, 2**48) for number in value)
