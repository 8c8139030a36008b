"""Records of tables that are text: JSON objects and rows of CSV, of UTF-8 that somebody else has written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from w2v.base.compression import as_file
from w2v.errors import W2VError
from w2v.text.files import BYTE_ORDER_MARK, File

LONGEST = 1 << 26  # bytes of a record; a longer one is no record, but a quotation mark or a bracket that has no end
BATCH = 1 << 18  # characters or tokens of a column gathered into one batch
TOLD = 50  # fields, at most
LOOKED_AT = 20  # records whose fields are listed
TEXT_NAMES = ("text", "sentence", "content", "tokens")  # of fields that most likely hold the text
MISSING, UNEVEN = object(), object()  # stand where a record has no such field, or where a row is none of the table's


class Lines(Iterator[str]):
    """The lines of a file, with their ends.

    number: of the line that was given last, from 1. invalid_bytes: how many so far were not UTF-8 and became U+FFFD.
    unquoted: of a table, the first line with a quotation mark that nothing ends; 0: none. swallowed: the lines that
    were read as a part of such.
    strict: raise at the first byte that is not UTF-8. Raises W2VError also for a line of more than LONGEST bytes.
    """

    def __init__(self, file: File, pieces: Iterable[bytes], strict: bool) -> None:
        self.file, self._strict = file, strict
        self._raw = as_file(pieces)
        self.number = self.invalid_bytes = self.unquoted = self.swallowed = 0

    def __next__(self) -> str:
        line = self._raw.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        if len(line) > LONGEST:
            raise too_long(self.file)
        if not self.number:
            line = line.removeprefix(BYTE_ORDER_MARK)
        self.number += 1
        text = self.file.checked(line, self.number - 1, self._strict)
        self.invalid_bytes += text.invalid_bytes
        return text.utf8.decode("utf-8")


def parsed(text: str) -> Any:
    """The value in some JSON; MISSING where it is none, or none that Python can read."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # ValueError: also of a number of thousands of digits
        return MISSING


def json_lines(lines: Lines) -> Iterator[dict[str, Any]]:
    """The objects of JSONL. Raises W2VError for a line that is none."""
    for line in lines:
        if line.isspace():
            continue
        record = parsed(line)
        if not isinstance(record, dict):
            raise W2VError(
                f"{lines.file.name}, line {lines.number}: expected an object of JSON, {{...}}, as in the first line, "
                f"got {line.strip()!r:.60}. Mend or remove the line."
            )
        yield record


def csv_rows(lines: Lines, delimiter: str) -> Iterator[list[str]]:
    """The rows of CSV that are not blank. Raises W2VError where it cannot be read.

    A quotation mark that begins a cell and that none ends makes one row of several lines. Where each of these has as
    many cells as the first row, they are the rows; in any case `lines.unquoted` counts them.
    """
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))  # by itself, an essay is too long for a cell
    taken: list[str] = []  # the lines of a row

    def noted() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    width = 0
    try:
        for row in csv.reader(noted(), delimiter=delimiter):
            width = width or len(row)
            if len(taken) > 1 and _is_misread(taken, delimiter, width):
                lines.unquoted = lines.unquoted or lines.number - len(taken) + 1
                lines.swallowed += len(taken) - 1
                singly = [next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), []) for line in taken]
                if all(len(each) in (0, width) for each in singly):
                    yield from filter(None, singly)
                    row = []
            taken.clear()
            if row:
                yield row
    except csv.Error as error:
        raise W2VError(f"{lines.file.name}, line {lines.number}: {error}. Mend or remove the line.") from error


def _is_misread(taken: list[str], delimiter: str, width: int) -> bool:
    """Whether lines that were read as one row are several: no program writes its quotation marks so, or all lines
    between the first and the last have as many cells as the table.
    """
    try:
        list(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    inner = [line for line in taken[1:-1] if not line.isspace()]
    return len(inner) > 1 and width > 1 and all(line.count(delimiter) == width - 1 for line in inner)


def is_missing(item: Any) -> bool:
    """Whether it stands where a text is missing: None, NaN (which is unequal to itself), or pandas' NA and NaT."""
    return item is None or (isinstance(item, float) and item != item) or type(item).__name__ in ("NAType", "NaTType")


def likely(fields: Sequence[str]) -> str:
    """The field that most likely holds the text: by its name, else the first."""
    named = (field for field in fields if field.lower() in TEXT_NAMES)
    return next(named, fields[0] if fields else "text")


def only_likely(fields: Sequence[str]) -> str | None:
    """The field that can but hold the text: the only one there is, or the only one that is called so."""
    named = [field for field in fields if field.lower() in TEXT_NAMES]
    return next((some[0] for some in (fields, named) if len(some) == 1), None)


def fields_of(records: Iterator[Any]) -> tuple[list[str], Iterator[Any]]:
    """The names of the fields of the first records, those of objects in them as a.b; and all records again."""
    first = list(islice(records, LOOKED_AT))
    names: dict[str, None] = {}
    for record in first:
        for name, value in record.items():
            inner = [f"{name}.{below}" for below in value] if isinstance(value, Mapping) else [str(name)]
            names.update(dict.fromkeys(inner))
    return list(names), chain(first, records)


def value_of(record: Mapping[Any, Any], field: str) -> Any:
    """A field of a record, or a.b of an object in it; MISSING where it has none, or null."""
    value = record.get(field, MISSING)
    if value is MISSING:
        outer, dot, inner = field.partition(".")
        below = record.get(outer)
        return value_of(below, inner) if dot and isinstance(below, Mapping) else MISSING
    return MISSING if value is None else value


def too_long(file: File) -> W2VError:
    """The error for a record without end."""
    return W2VError(
        f"{file.name} has a record of more than {LONGEST >> 20} MB. Is there a quotation mark or a bracket that has no "
        "end? Mend it, or save the text as plain text."
    )


def in_batches(values: Iterator[Any]) -> Iterator[list[Any]]:
    """Values with lengths, those of about BATCH together."""
    some: list[Any] = []
    size = 0
    for value in values:
        some.append(value)
        size += len(value) + 1
        if size >= BATCH:
            yield some
            some, size = [], 0
    if some:
        yield some


def listed(fields: Sequence[str]) -> str:
    """Names of fields, as a sentence has them."""
    return ", ".join(fields[:TOLD]) + ", ..." * (len(fields) > TOLD) if fields else "none"


def as_utf8(values: list[str], one_each: bool) -> bytes:
    """Their lines; one_each: a line for each. Halves of surrogate pairs, which JSON can write, become U+FFFD."""
    text = "\n".join(value.replace("\n", " ") if one_each else value for value in values) + "\n"
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
