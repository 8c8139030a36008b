"""Reading and writing: the format is recognised by the bytes of what is read, and by the name of what is written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.compression import as_file, packing, unpacked
from w2v.base.folder_swap import recover
from w2v.errors import W2VError
from w2v.vectors.formats.model_folder import read_model
from w2v.vectors.formats.names import FOLDER, ending_of, unpacked_name
from w2v.vectors.formats.recognise import is_text
from w2v.vectors.formats.table import Table
from w2v.vectors.formats.text_lines import as_text, read_text
from w2v.vectors.formats.vectors_folder import write_folder
from w2v.vectors.formats.word2vec_binary import as_binary, read_binary

_RATIO = 100  # how many times its size a large file may unpack to; learnt numbers pack to a third or so


def read(
    path: str | Path,
    limit: int | None = None,
    dtype: type[np.floating] = np.float32,
    *,
    binary: bool | None = None,
    mmap: bool = False,
) -> Table:
    """Read a model folder, a folder of vectors or a vectors file; `limit` takes the first rows only.

    dtype: of the numbers in a text file, float32 or float64. binary: whether to take for word2vec binary what could as
    well be text (files of a few bytes); by default when the name ends in `.bin`. mmap: leave the vectors in the file
    (`TensorFile.mapped`), for folders only.

    Raises W2VError when the file is missing, damaged, or no file of word vectors, telling what it is if that is known.
    """
    recover(path)
    if not os.path.exists(path):
        raise W2VError(f"{path} does not exist; expected a model folder or a vectors file (.bin, .txt, .vec).")
    if os.path.isdir(path):
        return read_model(path, limit, mmap=mmap)
    if mmap:
        raise W2VError(
            f"{path} is a file, in which vectors cannot be left: mmap is for folders. Make one of it: w2v convert "
            f"{path} FOLDER."
        )
    with _reading(path) as file:
        if is_text(path, file.peek(), unpacked_name(path)[0].suffix == ".bin" if binary is None else binary):
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

    vectors: [V, D]. binary: which of the two; by default what the name says (`names.py`).

    Raises W2VError for a word that the format cannot hold, float64 as binary, a name that says neither, and when the
    disk is full or the file cannot be written; what was at `path` before is then still there.
    """
    ending = ending_of(path) if binary is None else ".bin" if binary else ".txt"
    pieces = as_binary if ending == ".bin" else as_text
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
        for piece in pieces(path, words, vectors, dtype):
            file.write(piece)


def save(path: str | Path, table: Table, dtype: type[np.floating] = np.float32, *, overwrite: bool = False) -> None:
    """Write vectors in the format that the name says (`names.py`): a file, or a folder of ours.

    overwrite: replace a folder of vectors, or a model, that is there; a file is replaced in any case.

    Raises W2VError as `write` and `write_folder`.
    """
    if ending_of(path) == FOLDER:
        write_folder(path, table, overwrite=overwrite)
    else:
        write(path, table.words, table.vectors, dtype)


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
