"""NumPy's archives of arrays (.npz), ours and those of others, who call the same things otherwise.

    words       text [V], as np.array(words)
    vectors     numbers [V, D]
    counts      whole numbers [V], where they are known

Where text of one width would take more room than the vectors, since one word is very long, or where it would lose zeros
at a word's end, words are written as `words_utf8` uint8, one after the other, and `words_end` int64 [V].

Python objects in an archive are pickles, and never read.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from w2v.errors import W2VError
from w2v.vectors.formats import named_arrays
from w2v.vectors.formats.named_arrays import chosen, not_found
from w2v.vectors.formats.npy import Header, read_array, read_header
from w2v.vectors.formats.opened import ALWAYS, RATIO
from w2v.vectors.formats.table import Spelling, Table, checked, counts_of, decoded, matrix, rows_of

UTF8, ENDS = "words_utf8", "words_end"
_SUFFIX = ".npy"
_DAY = (1980, 1, 1, 0, 0, 0)  # of what is written: same bytes each time
_PIECE = 1 << 24  # bytes written at a time


def read_npz(
    file: io.BufferedReader, path: str | Path, limit: int | None, dtype: type[np.floating], spell: Spelling
) -> Table:
    """Read the first `limit` vectors, or all. dtype: float32 or float64, what numbers become.

    Raises W2VError when there are no words or vectors in it, they do not fit together, or it is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _read(_Arrays(archive, path), path, limit, dtype, spell)
    except (W2VError, MemoryError, Warning):
        raise
    except Exception as error:  # each way of packing has errors of its own
        raise W2VError(f"{path} is an .npz, damaged or cut short: {error}. Fetch or write it again.") from error


class _Arrays:
    """The arrays in an archive, by name: what each is, and each when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile, path: str | Path) -> None:
        self._archive, self._path = archive, path
        self.headers: dict[str, Header] = {}
        for entry in archive.infolist():
            if entry.filename.endswith(_SUFFIX):
                with archive.open(entry) as member:
                    name = entry.filename.removesuffix(_SUFFIX)
                    self.headers[name] = read_header(member, self._where(name))

    def read(self, name: str, rows: int | None = None) -> np.ndarray:
        entry = self._archive.getinfo(name + _SUFFIX)
        if self.headers[name].nbytes > entry.file_size or entry.file_size > max(ALWAYS, RATIO * entry.compress_size):
            raise W2VError(
                f"{self._where(name)} is damaged, or unpacks to more than {RATIO} times its size, as no vectors do: it "
                f"is {self.headers[name]} in {entry.compress_size:,} bytes."
            )
        with self._archive.open(entry) as member:
            return read_array(member, read_header(member, self._where(name)), self._where(name), rows)

    def _where(self, name: str) -> str:
        return f"{self._path}, array {name!r:.60},"


def _read(arrays: _Arrays, path: str | Path, limit: int | None, dtype: type[np.floating], spell: Spelling) -> Table:
    headers = arrays.headers
    name = chosen(headers, named_arrays.VECTORS, lambda header: len(header.shape) == 2 and header.dtype.kind in "fiu")
    if name is None:
        raise not_found(path, "vectors, numbers [V, D]", named_arrays.VECTORS, headers)
    words, rows = headers[name].shape[0], rows_of(limit, headers[name].shape[0])
    counts = chosen(headers, named_arrays.COUNTS, lambda header: header.shape == (words,), alone=False)
    seen = None if counts is None else arrays.read(counts, rows)
    return checked(
        path,
        Table(
            _words(arrays, path, words, rows, spell),
            matrix(path, arrays.read(name, rows), dtype, repr(name)),
            counts_of(path, seen, rows),
        ),
        stacklevel=7,
    )


def _words(arrays: _Arrays, path: str | Path, number: int, rows: int, spell: Spelling) -> list[str]:
    headers = arrays.headers
    if UTF8 in headers and ENDS in headers:
        text, ends = arrays.read(UTF8).tobytes(), arrays.read(ENDS)
        if ends.shape != (number,) or ends.dtype.kind not in "iu" or (np.diff(ends, prepend=0) < 0).any():
            raise W2VError(f"{path} is damaged: {ENDS!r} should be where each of {number:,} words ends in {UTF8!r}.")
        starts = np.concatenate([[0], ends[: rows - 1]])
        return decoded(path, [text[start:end] for start, end in zip(starts, ends[:rows], strict=True)])
    fits = {name: header for name, header in headers.items() if header.shape == (number,)}
    name = chosen(fits, named_arrays.WORDS, lambda header: header.dtype.kind in "USO")
    if name is None:
        raise not_found(path, f"words, text [{number}]", named_arrays.WORDS, headers)
    words = arrays.read(name, rows).tolist()
    return decoded(path, words, spell) if headers[name].dtype.kind == "S" else words


def write_npz(file: IO[bytes], path: str | Path, table: Table) -> None:
    """Write words, vectors and counts. Raises W2VError for a word that is no Unicode."""
    arrays = _as_arrays(path, table)
    with zipfile.ZipFile(_Forwards(file), "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(name + _SUFFIX, _DAY), "w", force_zip64=True) as member:
                np.lib.format.write_array_header_2_0(member, np.lib.format.header_data_from_array_1_0(array))
                for piece in _bytes_of(array):
                    member.write(piece)


class _Forwards(io.RawIOBase):
    """Where an archive can only be written on and on: within another archive there is no way back."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        return self._file.write(piece)


def _as_arrays(path: str | Path, table: Table) -> dict[str, np.ndarray]:
    words: dict[str, np.ndarray]
    longest = max(map(len, table.words))
    if len(table.words) * longest * 4 <= max(table.vectors.nbytes, ALWAYS) and not any(
        word.endswith("\0") for word in table.words
    ):
        words = {"words": np.array(table.words, dtype=f"<U{max(longest, 1)}")}
    else:
        raw = encoded_words(path, table.words)
        words = {
            UTF8: np.frombuffer(b"".join(raw), np.uint8),
            ENDS: np.cumsum([len(word) for word in raw], dtype="<i8"),
        }
    counts = {} if table.counts is None else {"counts": table.counts.astype("<i8", copy=False)}
    return {**words, "vectors": np.ascontiguousarray(table.vectors), **counts}


def encoded_words(path: str | Path, words: Sequence[str]) -> list[bytes]:
    """Words as UTF-8. Raises W2VError for half a surrogate pair."""
    try:
        return [word.encode("utf-8") for word in words]
    except UnicodeEncodeError as error:
        raise W2VError(
            f"{path} was not written: the word {error.object!r:.60} has half a surrogate pair in it, and cannot be "
            f"written as UTF-8. Leave it out."
        ) from error


def _bytes_of(array: np.ndarray) -> Iterator[memoryview]:
    flat = array.reshape(-1)
    step = max(_PIECE // max(array.itemsize, 1), 1)
    for start in range(0, flat.size, step):
        yield flat[start : start + step].view(np.uint8).data
