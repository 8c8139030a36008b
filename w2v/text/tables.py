"""Tables by looking: JSON objects, CSV and its kin, Parquet; which fields they have, and the values of one of them.

A file is recognised by how it begins. Its name has a say only where a text might begin so, too: rows whose cells are
parted by commas are a table where the file is called .csv, or where the first row is clearly one of names.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import IO, Any

from w2v.base.compression import PACKINGS, packing_of, unpacked
from w2v.base.file_kinds import HEAD
from w2v.errors import W2VError
from w2v.text.files import BYTE_ORDER_MARK, STDIN, File
from w2v.text.json_values import array_items, form_of, objects_of, values_in
from w2v.text.records import (
    MISSING,
    TEXT_NAMES,
    UNEVEN,
    Lines,
    csv_rows,
    fields_of,
    json_lines,
    only_likely,
    parsed,
    value_of,
)

_NAMES = {*TEXT_NAMES, "id", "title", "label", "date", "body", "review", "comment", "tweet", "url", "author", "score"}
_DELIMITERS = {",": "CSV", "\t": "TSV", ";": "CSV", "|": "CSV"}
_LONGEST_NAME = 64  # characters
_AGREE = 0.8  # of the rows have as many cells as the header, where it has no name that tells it is one
_IN_QUOTES = rb'"(?:[^"\\]|\\.)*"'
_OBJECT = re.compile(rb"\s*\{\s*(?:\}|" + _IN_QUOTES + rb"\s*:)", re.DOTALL)
_ARRAY = re.compile(rb"\s*\[\s*\{\s*(?:\}|" + _IN_QUOTES + rb"\s*:)", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?=\D*\d)[\d.,:/%]+").fullmatch
_NAME = re.compile(r"[^\W\d][\w .:/-]{0,39}").fullmatch


@dataclass(frozen=True)
class Table:
    """A file with named fields.

    what: with its article. fields: some of their names, or all. values: of a field, one for each record, MISSING where
    there is none, UNEVEN for a row of more or fewer cells than the header; it can be asked for once. lines: what counts
    the bytes that are not UTF-8, unless nothing does. usual: the field that is taken where none is asked for; NAMELESS,
    where what it holds has no names. of_file: whether it was recognised as a table by looking.
    """

    what: str
    fields: list[str]
    values: Callable[[str], Iterator[Any]]
    lines: Lines | None = None
    usual: str | None = None
    of_file: bool = True


NAMELESS = ""  # stands for the field of what has none


def table_in(file: File, pieces: Iterator[bytes], first: bytes, field: str | None, strict: bool) -> Table | None:
    """The table that a file is; None: it is text.

    pieces: the bytes of the file, of which the first are `first`; what is no table is left as it is.
    field: what is asked for, if a field is. strict: raise at bytes that are not UTF-8.
    Raises W2VError for JSON and for tables of other forms than those that can be read.
    """
    begin = first.removeprefix(BYTE_ORDER_MARK)
    if _OBJECT.match(begin):
        line, end, _ = begin.lstrip().partition(b"\n")
        if (end or len(begin) < HEAD) and not isinstance(parsed(line.decode("utf-8", "replace")), dict):
            raise W2VError(
                f"{file.name} is JSON, but neither an object a line (JSONL) nor an array of objects. Make one of these "
                f"of it, such as jq -c '.records[]' {file.name} > records.jsonl, or save it as plain text."
            )
        lines = Lines(file, chain([first], pieces), strict)
        return _json("a table (JSON, an object a line)", json_lines(lines), lines)
    if _ARRAY.match(begin):
        records = objects_of(file, array_items(file, chain([first], pieces)))
        return _json("a table (JSON, an array of objects)", records)
    if (form := form_of(begin)) is not None:
        whole = chain([first], pieces)
        lines = Lines(file, whole, strict)
        values = values_in(form, lines, file, whole)
        return Table(form.what, [], lambda _: values, lines, usual=NAMELESS)
    if (found := _delimiter(file, begin, field)) is None:
        return None
    lines = Lines(file, chain([first], pieces), strict)
    rows = csv_rows(lines, found)
    header = [name.strip() for name in next(rows)]

    def cells(field: str) -> Iterator[Any]:
        _expect_one(file, header, field)
        place = header.index(field) if field in header else len(header)
        return (UNEVEN if len(row) != len(header) else (*row, MISSING)[place] for row in rows)

    fields = [name for name in header if name]
    usual = only_likely(fields) if _called_table(file) else None  # else it may be text that only looks so
    return Table(f"a table ({_DELIMITERS[found]})", fields, cells, lines, usual=usual)


def parquet_in(file: File) -> Table:
    """The table of a Parquet file. Raises W2VError when it is damaged, or where pyarrow is not installed."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise W2VError(f"{file.name} is a Parquet table, which needs pyarrow: pip install 'w2v[parquet]'") from error
    if file.name == STDIN:
        raise W2VError("a Parquet table cannot be read from stdin: its end says where its columns are. Give its name.")

    def records(field: str | None) -> Iterator[Any]:
        try:
            with file.open() as raw, _seekable(raw, file.name) as whole:
                table = parquet.ParquetFile(whole)
                names = table.schema_arrow.names
                if field is None:
                    for column in table.schema_arrow:
                        yield from _names_of(column)
                    return
                _expect_one(file, names, field)
                name = field if field in names else field.partition(".")[0]
                for batch in table.iter_batches(batch_size=1000, columns=[name]):
                    values = batch.column(0).to_pylist() if name in names else [None] * batch.num_rows
                    yield from (value_of({name: value}, field) for value in values)
        except W2VError:
            raise
        except (ArrowException, OSError, ValueError) as error:
            raise W2VError(
                f"{file.name} begins as a Parquet table, but is damaged or cut short: {error}. Fetch or write it again."
            ) from error

    fields = list(records(None))
    return Table("a table (Parquet)", fields, records, usual=only_likely(fields))


@contextmanager
def _seekable(raw: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """The file, or a copy on the disk where it is packed, or its end cannot be sought."""
    if isinstance(raw, io.BufferedReader) and isinstance(raw.raw, io.FileIO) and packing_of(raw.peek()) is None:
        yield raw
        return
    with tempfile.TemporaryFile() as copy:
        for piece in unpacked(raw, name):
            copy.write(piece)
        copy.seek(0)
        yield copy


def _names_of(column: Any) -> list[str]:
    """The field that a column is; of one of structs, those in them, as a.b."""
    from pyarrow import types

    inner = column.type if types.is_struct(column.type) else ()
    return [f"{column.name}.{below.name}" for below in inner] or [column.name]


def _expect_one(file: File, fields: list[str], field: str) -> None:
    if (times := fields.count(field)) > 1:
        raise W2VError(f"{file.name} has {times} columns {field!r}. Rename them, and say which one has the text.")


def _json(what: str, records: Iterator[dict[str, Any]], lines: Lines | None = None) -> Table:
    fields, records = fields_of(records)
    values = partial(_values_of, records)
    return Table(what, fields, values, lines, usual=only_likely(fields))


def _values_of(records: Iterator[dict[str, Any]], field: str) -> Iterator[Any]:
    return (value_of(record, field) for record in records)


def _delimiter(file: File, begin: bytes, field: str | None) -> str | None:
    """What parts the cells of a table's rows; None: it is no such table.

    Raises W2VError for a table whose first row says no names, if it is called a table.
    """
    text = begin[:HEAD].decode("utf-8", "replace")
    first_line = text.partition("\n")[0]
    called_table = _called_table(file)
    nameless, found = False, []
    for delimiter in _DELIMITERS:
        if delimiter not in first_line:
            continue
        try:
            rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        header, body = [cell.strip() for cell in rows[0]], rows[1 : len(rows) - (len(begin) > HEAD)]
        agreeing = [row for row in body if len(row) == len(header)]
        is_named = field in header or (called_table and any(name.lower() in _NAMES for name in header))
        if len(header) < 2 or not (is_named or len(agreeing) >= _AGREE * len(body)):
            continue
        if not all(header[1:]) or any(map(_NUMBER, header)) or max(map(len, header)) > _LONGEST_NAME:
            nameless = nameless or (called_table and len(body) > 0)
        elif called_table or field in header or (len(agreeing) == len(body) and _is_certain(header, body)):
            found.append((len(header), delimiter))
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    if called_table and field and first_line.strip().strip('"') == field:
        return ","  # of one column
    if nameless:
        raise W2VError(
            f"{file.name} is a table without a header: its first line, {first_line.strip()!r:.60}, does not name "
            "columns. Put a line with their names above it, such as id,text, and give field='text'."
        )
    return None


def _called_table(file: File) -> bool:
    return _suffix(file.name) in (".csv", ".tsv", ".tab")


def _is_certain(header: list[str], body: list[list[str]]) -> bool:
    """Whether rows are those of a table, and no sentences that have as many commas each."""
    if len(body) < 2 or len(set(header)) < len(header) or not all(map(_NAME, header[1 if not header[0] else 0 :])):
        return False
    columns = zip(*body, strict=True)
    return any(name.lower() in _NAMES for name in header) or any(all(map(_NUMBER, cells)) for cells in columns)


def _suffix(name: str) -> str:
    """How a file's name ends, in lower case, apart from what it is compressed by."""
    stem, dot, suffix = name.lower().rpartition(".")
    return _suffix(stem) if dot + suffix in PACKINGS else dot + suffix
