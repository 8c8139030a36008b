"""Reading and writing: the format is recognised by the bytes of what is read, and by the name of what is written."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.compression import packing
from w2v.base.folder_swap import recover
from w2v.errors import W2VError
from w2v.vectors.formats import fasttext, floret_file, gensim_pickle, npz, parquet, safetensors_file, spacy_folder
from w2v.vectors.formats.losses import refuse_to_replace, warn_of_losses
from w2v.vectors.formats.model_folder import TABLES, read_model
from w2v.vectors.formats.names import FOLDER, SPACY, check_path, ending_of, in_words, refuse_archives, unpacked_name
from w2v.vectors.formats.opened import Opened, cut_address, is_url, opened
from w2v.vectors.formats.recognise import FASTTEXT, FLORET, NPZ, PARQUET, SAFETENSORS, container_of, is_text
from w2v.vectors.formats.static_embedding import is_static_embedding, read_static_embedding
from w2v.vectors.formats.table import Spelling, Table, rows_of
from w2v.vectors.formats.text_lines import as_text, read_text
from w2v.vectors.formats.vectors_folder import write_folder
from w2v.vectors.formats.word2vec_binary import as_binary, read_binary

_OF_PIECES = (".bin", ".txt", ".vec", ".glove")
Pieces = Callable[[str | Path, Sequence[str], np.ndarray, type[np.floating]], Iterator[bytes]]


def read(
    path: str | Path,
    limit: int | None = None,
    dtype: type[np.floating] = np.float32,
    *,
    binary: bool | None = None,
    mmap: bool = False,
    trust: bool = False,
    encoding: str = "utf-8",
    errors: str = "replace",
) -> Table:
    """Read a folder or a file of word vectors; `limit` takes the first rows only.

    Args:
        path: a folder, a file, or the address of a file elsewhere (http, https).
        dtype: of the numbers, float32 or float64.
        binary: whether to take for word2vec binary what could as well be text (files of a few bytes); by default when
            the name ends in `.bin`.
        mmap: leave the vectors in the file (`TensorFile.mapped`), for folders of ours and for safetensors.
        trust: open what gensim saved, which may run code (`gensim_pickle.py`).
        encoding: of words, where a format does not say it; what `bytes.decode` knows. errors: what to do about
            bytes that are not of it: "replace", "ignore" or "strict".

    Raises W2VError when it is missing, damaged, or holds no word vectors, telling what it is if that is known.
    """
    check_path(path)
    rows_of(limit, None)  # refuses what is no limit before anything is read
    spelling = Spelling.of(encoding, errors)
    if not is_url(path):
        if cut := cut_address(path):
            raise W2VError(f"{path} is an address that has lost a slash, as in a Path. Give a string: {cut!r}.")
        recover(path)
        if not os.path.exists(path):
            raise W2VError(f"{path} does not exist; expected a model folder or a vectors file (.bin, .txt, .vec).")
        if os.path.isdir(path):
            return _read_folder(Path(path), limit, dtype, mmap=mmap)
    with opened(path) as given:
        if mmap and not (container_of(given.head) == SAFETENSORS and given.is_plain):
            raise W2VError(
                f"{path} is a file, in which vectors cannot be left: mmap is for folders, and for safetensors. Make a "
                f"folder of it: w2v convert {path} FOLDER."
            )
        if gensim_pickle.is_pickle(given.head):
            plain = given.is_plain
            return gensim_pickle.read_gensim(given.path, given.head, limit, dtype, trust=trust, plain=plain)
        by_name = unpacked_name(path)[0].suffix == ".bin"
        return _read_file(given, limit, dtype, spelling, by_name if binary is None else binary, mmap)


def _read_folder(folder: Path, limit: int | None, dtype: type[np.floating], *, mmap: bool) -> Table:
    if not (folder / TABLES).exists():
        place = spacy_folder.place_of(folder)
        of_tokens = place is None and is_static_embedding(folder)
        if mmap and (place or of_tokens):
            raise W2VError(
                f"{folder} is a folder of another kind, in which vectors cannot be left: mmap is for those of w2v. "
                f"Make one of it: w2v convert {folder} FOLDER."
            )
        if place:
            try:
                return spacy_folder.read_spacy(place, limit, dtype)
            except OSError as error:
                raise W2VError(f"{error.filename or place} cannot be read: {error.strerror or error}.") from error
        if of_tokens:
            return read_static_embedding(folder, limit)
    return read_model(folder, limit, mmap=mmap)


def _read_file(
    given: Opened, limit: int | None, dtype: type[np.floating], spelling: Spelling, binary: bool, mmap: bool
) -> Table:
    path, kind = given.path, container_of(given.head)
    if kind == NPZ:
        return npz.read_npz(given.buffered(), path, limit, dtype, spelling)
    if kind == SAFETENSORS:
        return safetensors_file.read_safetensors(given.seekable(), path, limit, dtype, spelling, mmap=mmap)
    if kind == PARQUET:
        return parquet.read_parquet(given.buffered(), path, limit, dtype)
    if kind == FASTTEXT:
        return fasttext.read_fasttext(given.buffered(), path, limit, spelling)
    if kind == FLORET:
        return floret_file.read_floret(given.file, path)
    if is_text(path, given.head, binary):
        return read_text(given.file, path, limit, dtype, spelling)
    return read_binary(given.file, path, limit, spelling)


def write(
    path: str | Path,
    words: Sequence[str],
    vectors: np.ndarray,
    dtype: type[np.floating] = np.float32,
    *,
    binary: bool | None = None,
    header: bool = True,
) -> None:
    """Write word2vec binary or text, compressed when the name ends in `.gz`, `.bz2`, `.xz`, `.zst` or `.zip`.

    vectors: [V, D]. binary: which of the two; by default what the name says (`names.py`). header: whether text begins
    with a line of V and D; GloVe's has none.

    Raises W2VError for a word that the format cannot hold, float64 as binary, a name that says neither, and when the
    disk is full or the file cannot be written; what was at `path` before is then still there.
    """
    check_path(path)
    refuse_archives(path)
    if binary is None:
        save(path, Table(list(words), vectors), dtype, header=header)
        return
    if binary and not header:
        raise W2VError(f"{path} was not written: word2vec binary begins with a header. Write text: .txt or .glove.")
    refuse_to_replace(path)
    with atomic_file(path) as raw, packing(raw, str(path)) as file:
        _write_pieces(
            as_binary if binary else partial(as_text, header=header), file, path, Table(list(words), vectors), dtype
        )


def save(
    path: str | Path,
    table: Table,
    dtype: type[np.floating] = np.float32,
    *,
    overwrite: bool = False,
    header: bool = True,
    compact: bool = False,
) -> None:
    """Write vectors in the format that the name says (`names.py`): a file, or a folder.

    overwrite: replace a folder of vectors, or a model, that is there; a file is replaced in any case. header: as of
    `write`, for text alone. compact: as of `write_folder`, for a folder alone.

    What the format has no place for, n-grams and attributes, is told in a warning. Raises W2VError as `write` and
    `write_folder`, and where a file that holds more than words and vectors would be replaced (`losses.py`).
    """
    check_path(path)
    ending = ending_of(path)
    if not header and ending not in _OF_PIECES[1:]:
        raise W2VError(f"{path} was not written: only text has a header to be left out. {in_words()}")
    if compact and ending != FOLDER:
        raise W2VError(
            f"{path} was not written: compact leaves out what is made of n-grams, which only a folder keeps."
        )
    if not table.words and ending not in (*_OF_PIECES, ".floret"):
        raise W2VError(f"{path} was not written: there are no words in it, and such a file would not be read again.")
    if ending == FOLDER:
        write_folder(path, table, overwrite=overwrite, compact=compact)
    elif ending == SPACY:
        spacy_folder.write_spacy(path, table)
    else:
        refuse_to_replace(path, ending)
        writer = _WRITERS[ending] if header else _WRITERS[".glove"]
        with atomic_file(path) as raw, packing(raw, str(path)) as file:
            writer(file, path, table, dtype)
    warn_of_losses(path, ending, table)


def _write_pieces(pieces: Pieces, file: IO[bytes], path: str | Path, table: Table, dtype: type[np.floating]) -> None:
    for piece in pieces(path, table.words, table.vectors, dtype):
        file.write(piece)


Writer = Callable[[IO[bytes], str | Path, Table, type[np.floating]], None]
_WRITERS: dict[str, Writer] = {
    ".bin": partial(_write_pieces, as_binary),
    ".txt": partial(_write_pieces, as_text),
    ".vec": partial(_write_pieces, as_text),
    ".glove": partial(_write_pieces, partial(as_text, header=False)),
    ".npz": lambda file, path, table, _: npz.write_npz(file, path, table),
    ".safetensors": lambda file, path, table, _: safetensors_file.write_safetensors(file, path, table),
    ".floret": lambda file, path, table, _: file.writelines(floret_file.as_floret(path, table.composer)),
    ".parquet": lambda file, path, table, _: parquet.write_parquet(file, path, table),
}
