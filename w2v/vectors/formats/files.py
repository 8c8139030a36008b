"""Reading and writing: the format is recognised by the bytes of what is read, and by the name of what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.compression import PACKINGS, as_file, packing, unpacked
from w2v.base.folder_swap import recover
from w2v.errors import W2VError
from w2v.vectors.formats.model_folder import read_model
from w2v.vectors.formats.recognise import is_text
from w2v.vectors.formats.table import Table
from w2v.vectors.formats.text_lines import as_text, read_text
from w2v.vectors.formats.word2vec_binary import as_binary, read_binary

_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".tgz", ".lz4", ".lzma", ".z"}  # that nothing here writes

_RATIO = 100  # how many times its size a large file may unpack to; learnt numbers pack to a third or so


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
    recover(path)
    if not os.path.exists(path):
        raise W2VError(f"{path} does not exist; expected a model folder or a vectors file (.bin, .txt, .vec).")
    if os.path.isdir(path):
        return read_model(path, limit)
    with _reading(path) as file:
        if is_text(path, file.peek(), _suffix(path) == ".bin" if binary is None else binary):
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
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
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


@contextmanager
def _reading(path: str | Path) -> Iterator[BufferedReader]:
    """The file, unpacked when it is compressed; whatever goes wrong in reading it becomes a sentence."""
    try:
        with open(path, "rb") as raw:
            file = as_file(unpacked(raw, str(path), _RATIO))
            if not file.peek():
                raise W2VError(f"{path} is empty; expected word vectors.")
            yield file
    except OSError as error:
        raise W2VError(f"{path} cannot be read: {error.strerror or error}.") from error
