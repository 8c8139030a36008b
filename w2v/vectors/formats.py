"""The files of the world: word vectors as others write and read them.

- word2vec binary (`binary.py`), by convention `.bin`;
- lines of text (`lines.py`): word2vec text, fastText, GloVe, by convention `.txt` or `.vec`. The one for float64;
- either of them compressed (`.gz`, `.bz2`, `.xz`, `.zst`), and a model folder (`folder.py`).

What is read is told by its bytes, for names lie; what is written, by its name.

Invalid UTF-8 in a word is replaced (the C tool cuts long words anywhere), a word that comes again is dropped;
both are counted and warned of. Files are written whole or not at all.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import IO

import numpy as np

from w2v.errors import W2VError
from w2v.kinds import HEAD, kind_of
from w2v.packing import PACKINGS, as_file, packing, unpacked
from w2v.vectors.binary import as_binary, numbers_at, read_binary
from w2v.vectors.folder import Table, read_model
from w2v.vectors.lines import as_text, first_lines, read_text, usual_size, word_and_numbers
from w2v.vectors.words import header_of

_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".tgz", ".lz4", ".lzma", ".z"}  # that nothing here writes
_SAMPLE = 4096  # bytes to tell binary by
_ENOUGH = 48  # bytes of numbers, all of them printable, that can no more be chance


def read(
    path: str | Path,
    limit: int | None = None,
    dtype: type[np.floating] = np.float32,
    *,
    binary: bool | None = None,
) -> Table:
    """Read a model folder or a vectors file; `limit` takes the first rows only.

    dtype: of the numbers in a text file, float32 or float64. binary: whether to take for word2vec binary what could as
    well be text (files of a few bytes); by default when the name ends in `.bin`.

    Raises W2VError when the file is missing, damaged, or no file of word vectors, telling what it is if that is known.
    """
    if not os.path.exists(path):
        raise W2VError(f"{path} does not exist; expected a model folder or a vectors file (.bin, .txt, .vec).")
    if os.path.isdir(path):
        return read_model(path, limit)
    with _reading(path) as file:
        if _is_text(path, file.peek(), _suffix(path) == ".bin" if binary is None else binary):
            return read_text(file, path, limit, dtype)
        return read_binary(file, path, limit)


def write(
    path: str | Path,
    words: Sequence[str],
    vectors: np.ndarray,
    dtype: type[np.floating] = np.float32,
    *,
    binary: bool | None = None,
) -> None:
    """Write word2vec binary or text, compressed when the name ends in `.gz`, `.bz2`, `.xz` or `.zst`.

    vectors: [V, D]. binary: which of the two; by default what the name says (`is_binary`).

    Raises W2VError for a word that the format cannot hold, float64 as binary, a name that says neither, and when the
    disk is full or the file cannot be written; what was at `path` before is then still there.
    """
    if Path(path).suffix.lower() in _ARCHIVES:
        raise W2VError(
            f"{path} was not written: such archives are not made here. Choose a name that ends in "
            f"{', '.join(PACKINGS)}, or in none of these."
        )
    pieces = as_binary if (is_binary(path) if binary is None else binary) else as_text
    with _writing(path) as file:
        for piece in pieces(path, words, vectors, dtype):
            file.write(piece)


def is_binary(path: str | Path) -> bool:
    """Whether the name says word2vec binary rather than text. Raises W2VError when it says neither."""
    if _suffix(path) not in (".bin", ".txt", ".vec"):
        raise W2VError(
            f"{path} has not the name of a vectors file; expected one that ends in .bin (word2vec binary), "
            f".txt or .vec (text), or in one of these and {', '.join(PACKINGS)}."
        )
    return _suffix(path) == ".bin"


def _suffix(path: str | Path) -> str:
    """What the name ends in, when that of a compressed file is taken away."""
    name = Path(str(path).lower())
    return (name.with_suffix("") if name.suffix in PACKINGS else name).suffix


def _is_text(path: str | Path, head: bytes, binary: bool) -> bool:
    """Whether a file with these first bytes is text. Raises W2VError when it is neither text nor word2vec binary.

    binary: what to believe in doubt. A first line that ends in D numbers is text. Else bytes that text does not have
    tell, and sizes: four characters of text, taken for a float32, are far below those of vectors, or far above. What
    is text in spite of its first line has an error to be told by line.
    """
    first, _, rest = head.lstrip().partition(b"\n")
    header = header_of(path, first)
    if header is None:
        if kind := kind_of(head[:HEAD]):
            advice = kind.of_vectors or (kind.advice if kind.packed else "Expected word2vec binary or text, or GloVe.")
            raise W2VError(f"{path} is {kind.name}, no file of word vectors. {advice}")
        return not binary or usual_size(first_lines(head)) is not None
    size = header[1]
    rows = first_lines(rest)
    if rows and size and word_and_numbers(rows[0], size):
        return True
    numbers = numbers_at(rest[:_SAMPLE], size)
    sizes = np.abs(np.frombuffer(numbers, "<f4", count=len(numbers) // 4))
    if not len(sizes):
        return not binary
    with np.errstate(invalid="ignore"):  # NaN compares with nothing
        usual = np.mean((sizes > 2e-4) & (sizes < 1e4)) > 0.5
    if usual or any(byte < 9 or 13 < byte < 32 for byte in numbers):
        return False
    return not binary or (len(numbers) >= _ENOUGH and all(byte < 127 for byte in numbers))


@contextmanager
def _reading(path: str | Path) -> Iterator[BufferedReader]:
    """The file, unpacked when it is compressed; whatever goes wrong in reading it becomes a sentence."""
    try:
        with open(path, "rb") as raw:
            file = as_file(unpacked(raw, str(path)))
            if not file.peek():
                raise W2VError(f"{path} is empty; expected word vectors.")
            yield file
    except OSError as error:
        raise W2VError(f"{path} cannot be read: {error.strerror or error}.") from error


@contextmanager
def _writing(path: str | Path) -> Iterator[IO[bytes]]:
    """A new file that takes its place at `path` only once it is whole."""
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as raw, packing(raw, path.name) as file:
            yield file
        os.replace(part, path)
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or error
        raise W2VError(f"{path} was not written: {reason}.") from error
    finally:
        with suppress(OSError):  # it is gone when all went well
            part.unlink()
