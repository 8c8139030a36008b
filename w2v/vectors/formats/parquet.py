"""Parquet tables of word vectors: a column of words, and a column of lists of numbers, or a column for each number.

What is written: `word` string, `vector` list of D float32 (of fixed size), `count` int64 where it is known. Of what
others wrote, the words are the column with a name such as these, or the only one of text, as a DataFrame's index is;
the vectors the column of lists, or else all columns of numbers but the counts, in their order; beside columns of
floating numbers those of whole numbers, such as ids and years, are none of a vector, which is warned of.

Needs pyarrow (extra `parquet`).
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from w2v.errors import W2VError, counted
from w2v.vectors.formats import named_arrays
from w2v.vectors.formats.named_arrays import chosen, not_found
from w2v.vectors.formats.opened import ALWAYS, RATIO
from w2v.vectors.formats.table import FLAT, MOST_NUMBERS, Table, checked, counts_of, geometry_of, rows_of

_NUMBERS = 1 << 20  # read or written at a time, and no fewer rows than
_ROWS = 64
_GEOMETRY = b"geometry"  # key of the table's metadata, where it is not flat
_INDEX = "__index_level_"  # what pandas calls an index without a name


def read_parquet(file: io.BufferedReader, path: str | Path, limit: int | None, dtype: type[np.floating]) -> Table:
    """Read the first `limit` vectors, or all. dtype: float32 or float64, what numbers become.

    Raises W2VError when no columns are words and vectors, a row lacks one, pyarrow is not installed, or the table is
    damaged.
    """
    pyarrow, parquet = _pyarrow(path)
    try:
        table = parquet.ParquetFile(file)
        return _read(table, path, limit, dtype, os.fstat(file.fileno()).st_size)
    except (pyarrow.ArrowException, OSError, ValueError, KeyError) as error:
        if isinstance(error, W2VError):
            raise
        raise W2VError(
            f"{path} begins as a Parquet table, but is damaged or cut short: {error}. Fetch or write it again."
        ) from error


def write_parquet(file: IO[bytes], path: str | Path, table: Table) -> None:
    """Write words, vectors and counts, some rows at a time."""
    pyarrow, parquet = _pyarrow(path)
    size = table.vectors.shape[1]
    numbers = pyarrow.from_numpy_dtype(table.vectors.dtype)
    fields = [("word", pyarrow.string()), ("vector", pyarrow.list_(numbers, size))]
    fields += [] if table.counts is None else [("count", pyarrow.int64())]
    metadata = None if table.geometry in (None, FLAT) else {_GEOMETRY: table.geometry}
    step = max(_NUMBERS // size, _ROWS)
    try:
        with parquet.ParquetWriter(file, pyarrow.schema(fields, metadata), use_dictionary=False) as writer:
            for start in range(0, len(table.words), step):
                rows = slice(start, start + step)
                flat = pyarrow.array(np.ascontiguousarray(table.vectors[rows]).reshape(-1))
                columns = [pyarrow.array(table.words[rows], pyarrow.string())]
                columns.append(pyarrow.FixedSizeListArray.from_arrays(flat, size))
                columns += [] if table.counts is None else [pyarrow.array(table.counts[rows])]
                writer.write_batch(pyarrow.record_batch(columns, names=[name for name, _ in fields]))
    except UnicodeEncodeError as error:
        raise W2VError(f"{path} was not written: the word {error.object!r:.60} cannot be written as UTF-8.") from error


def _pyarrow(path: str | Path) -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise W2VError(f"{path} is a Parquet table, which needs pyarrow: pip install 'w2v[parquet]'") from error
    return pyarrow, parquet


def _read(table: Any, path: str | Path, limit: int | None, dtype: type[np.floating], nbytes: int) -> Table:
    from pyarrow import types

    kinds = {field.name: field.type for field in table.schema_arrow}
    word = chosen(kinds, named_arrays.WORDS, _is_text)
    if word is None:
        raise not_found(path, "column of words", named_arrays.WORDS, kinds)
    vector = chosen(kinds, named_arrays.VECTORS, _is_list)
    count = chosen(kinds, named_arrays.COUNTS, types.is_integer, alone=False)
    numbers = [name for name, kind in kinds.items() if _is_number(kind) and name != count and not _is_index(name)]
    floats_alone = [name for name in numbers if types.is_floating(kinds[name])]
    if vector is None and floats_alone and (others := [name for name in numbers if name not in floats_alone]):
        warnings.warn(
            f"{path}: {counted(len(others), 'column')} of whole numbers, {', '.join(others[:5])!s:.60}, "
            f"{'was' if len(others) == 1 else 'were'} passed over; the vectors are the "
            f"{counted(len(floats_alone), 'column')} of floating numbers.",
            stacklevel=6,
        )
        numbers = floats_alone
    if vector is None and not numbers:
        raise not_found(path, "column of vectors, lists of numbers", named_arrays.VECTORS, kinds)
    columns = list(dict.fromkeys([word, *([vector] if vector else numbers), *([count] if count else [])]))
    told = (table.schema_arrow.metadata or {}).get(_GEOMETRY)
    geometry, dtype = geometry_of(path, told and told.decode("utf-8", "replace"), dtype)
    wanted = rows_of(limit, table.metadata.num_rows)
    words: list[str] = []
    floats, seen, size = bytearray(), bytearray(), 0
    for batch in _batches(table, columns, 1 if vector else len(numbers), wanted):
        begin = len(words)
        words += _words(batch.column(columns.index(word)), path, begin)
        rows = _lists(batch.column(columns.index(vector)), path, begin) if vector else _columns(batch, columns, numbers)
        size = size or rows.shape[1]
        if rows.shape[1] != size or size > MOST_NUMBERS:
            raise W2VError(
                f"{path}, from row {begin + 1:,}: vectors of {counted(rows.shape[1], 'number')}; those before have "
                f"{size:,}, and {MOST_NUMBERS:,} are the most."
            )
        with np.errstate(over="ignore"):
            floats += np.ascontiguousarray(rows, dtype).data.cast("B")
        seen += b"" if count is None else _counts(batch.column(columns.index(count)))
        if len(floats) > max(ALWAYS, RATIO * nbytes):
            raise W2VError(f"{path} unpacks to more than {RATIO} times its size, as no vectors do. It was not read on.")
    if not size:
        raise W2VError(f"{path} holds no vectors.")
    counts = counts_of(path, np.frombuffer(seen, np.int64) if count else None, len(words))
    return checked(path, Table(words, np.frombuffer(floats, dtype).reshape(-1, size), counts, geometry), stacklevel=7)


def _batches(table: Any, columns: list[str], width: int, wanted: int) -> Iterator[Any]:
    """The first so many rows, some at a time; one row group after the other, or pyarrow would keep all it has read."""
    step = max(_NUMBERS // (width if width > 1 else 256), _ROWS)
    for group in range(table.num_row_groups):
        size = max(min(step, wanted), 1)
        for batch in table.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
            yield batch.select(columns).slice(0, wanted)
            wanted -= batch.num_rows
            if wanted <= 0:
                return


def _words(column: Any, path: str | Path, begin: int) -> list[str]:
    words = column.to_pylist()
    if None in words:
        raise W2VError(f"{path}, row {begin + words.index(None) + 1:,}: its word is missing.")
    return words


def _lists(column: Any, path: str | Path, begin: int) -> np.ndarray:
    """Vectors [N, D] of a column of lists."""
    from pyarrow import compute

    sizes = compute.list_value_length(column).to_numpy(zero_copy_only=False)
    if not len(sizes) or np.isnan(sizes).any() or (sizes != sizes[0]).any() or not sizes[0]:
        row = begin + (int(np.argmax(sizes != sizes[0])) if len(sizes) and sizes[0] else 0) + 1
        raise W2VError(f"{path}, row {row:,}: its vector is missing, or not as long as others.")
    return column.flatten().to_numpy(zero_copy_only=False).reshape(len(sizes), -1)


def _columns(batch: Any, columns: list[str], numbers: list[str]) -> np.ndarray:
    """Vectors [N, D] of a column for each number."""
    parts = [batch.column(columns.index(name)).to_numpy(zero_copy_only=False) for name in numbers]
    return np.stack(parts, axis=1)


def _counts(column: Any) -> Any:
    """Counts as the bytes of int64; -1 where one is missing, or too large."""
    from pyarrow import compute, int64

    return np.asarray(compute.fill_null(column.cast(int64(), safe=False), -1), np.int64).data.cast("B")


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    kind = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_number(kind: Any) -> bool:
    from pyarrow import types

    return bool(types.is_floating(kind) or types.is_integer(kind))


def _is_list(kind: Any) -> bool:
    from pyarrow import types

    is_list = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(is_list) and _is_number(kind.value_type)


def _is_index(name: str) -> bool:
    return name.startswith(_INDEX)
