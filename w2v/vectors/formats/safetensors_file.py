"""Files of the safetensors format with word vectors in them: ours, and those of others with the words in a file beside.

    vectors     numbers [V, D]; others say embeddings, embedding.weight, or there is only one matrix
    counts      whole numbers [V], where they are known
    metadata    "words": the words, as a list of JSON; "geometry" where it is not flat. Without words there, they are in
                a file of the same folder: vocab.txt, a word a line, alone or followed by its count

`base/tensor_file.py` says how such a file is built. Vectors may be mapped into memory.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from w2v.base import json_text
from w2v.base.tensor_file import Kind, TensorFile, header_of, write_data
from w2v.errors import W2VError, counted
from w2v.vectors.formats import named_arrays
from w2v.vectors.formats.named_arrays import chosen, not_found
from w2v.vectors.formats.static_embedding import TOKENIZER
from w2v.vectors.formats.table import FLAT, Spelling, Table, checked, counts_of, decoded, geometry_of, matrix, rows_of

WORDS, GEOMETRY = "words", "geometry"  # keys of the metadata
BESIDE = "vocab.txt"
_AGAIN = "Fetch or write it again."


def read_safetensors(
    file: io.FileIO,
    path: str | Path,
    limit: int | None,
    dtype: type[np.floating],
    spell: Spelling,
    *,
    mmap: bool = False,
) -> Table:
    """Read the first `limit` vectors, or all. dtype: float32 or float64, what numbers become.

    mmap: leave the vectors in the file, where they are of that type; they are not looked at then.

    Raises W2VError when there are no words or vectors in it, they do not fit together, or it is damaged.
    """
    tensors = TensorFile(file, str(path), again=_AGAIN)
    kinds = tensors.kinds
    name = chosen(kinds, named_arrays.VECTORS, lambda kind: len(kind.shape) == 2 and kind.dtype.startswith("float"))
    if name is None:
        raise not_found(path, "vectors, numbers [V, D]", named_arrays.VECTORS, kinds)
    words = _words(tensors, path, spell)
    expected = kinds[name].shape[0] or 0
    if len(words) != expected:
        there = f"{counted(expected, 'vector')}, {name!r:.60}, but {counted(len(words), 'word')}"
        raise W2VError(f"{path} has {there}; expected one for each.")
    rows = rows_of(limit, expected)
    counts = chosen(kinds, named_arrays.COUNTS, lambda kind: kind.shape == (expected,), alone=False)
    seen = counts_of(path, None if counts is None else tensors.read(counts, rows, finite=False), rows)
    geometry, dtype = geometry_of(path, tensors.metadata.get(GEOMETRY), dtype)
    if mmap and kinds[name] == Kind(np.dtype(dtype).name, kinds[name].shape) and len(set(words)) == len(words):
        return Table(words[:rows], tensors.mapped(name, rows), seen, geometry)
    return checked(
        path, Table(words[:rows], matrix(path, tensors.read(name, rows, finite=False), dtype, name), seen, geometry)
    )


def write_safetensors(file: IO[bytes], path: str | Path, table: Table) -> None:
    """Write words, vectors and counts, some rows at a time.

    Raises W2VError for more words than the header of such a file has room for, and one that is no Unicode.
    """
    arrays = {"vectors": table.vectors} | ({} if table.counts is None else {"counts": table.counts})
    geometry = {} if table.geometry in (None, FLAT) else {GEOMETRY: table.geometry}
    try:
        header = header_of(arrays, {WORDS: json.dumps(table.words, ensure_ascii=False), **geometry})
    except UnicodeEncodeError as error:
        raise W2VError(f"{path} was not written: a word has half a surrogate pair in it. Leave it out.") from error
    except W2VError as error:
        raise W2VError(
            f"{path} was not written, for its words are in its header. {error} Save a folder, or .npz."
        ) from error
    file.write(header)
    write_data(file, arrays)


def _words(tensors: TensorFile, path: str | Path, spell: Spelling) -> list[str]:
    if (told := tensors.metadata.get(WORDS)) is not None:
        where = f"the metadata {WORDS!r} of {path}"
        words = json_text.parse(told.encode("utf-8", "surrogatepass"), where)
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise W2VError(f"{where} is damaged: expected a list of words.")
        return words
    beside = Path(path).parent / BESIDE
    if (beside.parent / TOKENIZER).exists():
        raise W2VError(f"{path} has its words in {TOKENIZER} beside it. Give the folder: {beside.parent}.")
    if not os.path.isfile(beside):
        raise W2VError(
            f"{path} has vectors and no words: neither {WORDS!r} in its metadata, nor a file {BESIDE} beside it. Give "
            f"the folder that it is from, or write {BESIDE}, a word a line."
        )
    return decoded(beside, list(_lines(beside)), spell)


def _lines(path: Path) -> Iterator[bytes]:
    """The words of a file, a word a line; of `word count` lines without the counts."""
    lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    parts = [line.rstrip(b"\r").rpartition(b" ") for line in lines]
    if all(space and count.isdigit() for _, space, count in parts):
        return (word for word, _, _ in parts)
    return (line.rstrip(b"\r") for line in lines)
