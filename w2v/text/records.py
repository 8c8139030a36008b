"""Records of tables that are text: JSON objects and rows of CSV, of UTF-8 that somebody else has written."""

from __future__ import annotations

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any

from w2v.base.compression import as_file
from w2v.errors import W2VError
from w2v.text.files import BYTE_ORDER_MARK, File

LONGEST = 1 << 26  # bytes of a record; a longer one is no record, but a quotation mark or a bracket that has no end
LOOKED_AT = 20  # records whose fields are listed
MISSING, UNEVEN = object(), object()  # stand where a record has no such field, or where a row is none of the table's
_decoder, _between = json.JSONDecoder(), re.compile(r"[ \t\r\n,]*").match


class Lines(Iterator[str]):
    """The lines of a file, with their ends.

    number: of the line that was given last, from 1. invalid_bytes: how many so far were not UTF-8 and became U+FFFD.
    strict: raise at the first of those. Raises W2VError also for a line of more than LONGEST bytes.
    """

    def __init__(self, file: File, pieces: Iterable[bytes], strict: bool) -> None:
        self.file, self._strict = file, strict
        self._raw = as_file(pieces)
        self.number = self.invalid_bytes = 0

    def __next__(self) -> str:
        line = self._raw.readline(LONGEST + 1)
        if not line:
            raise StopIteration
        if len(line) > LONGEST:
            raise _too_long(self.file)
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


def array_items(file: File, pieces: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """The objects of a JSON array, one after the other, of which only one is in memory. Raises W2VError for others."""
    texts = _decoded(file, pieces)
    text, place, number = next(texts, "").lstrip()[1:], 0, 0
    while True:
        place = _between(text, place).end()  # type: ignore[union-attr]
        if text.startswith("]", place):
            return
        try:
            record, place = _decoder.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            more, wanted = [text[place:]], max(len(text) - place, 1)  # twice as much each time: linear in all
            while wanted > 0 and (some := next(texts, "")):
                more.append(some)
                wanted -= len(some)
            if len(more) == 1:
                raise W2VError(
                    f"{file.name}: the array of JSON objects is damaged or cut short after {number:,} of them, at "
                    f"{more[0].strip()!r:.60}."
                ) from error
            text, place = "".join(more), 0
            if len(text) > 2 * LONGEST:
                raise _too_long(file) from error
            continue
        number += 1
        if not isinstance(record, dict):
            raise W2VError(f"{file.name}: item {number} of the array is {record!r:.60}; expected an object, {{...}}.")
        yield record


def _decoded(file: File, pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for piece in pieces:
            if text := decoder.decode(piece):
                yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise W2VError(f"{file.name} is JSON that is not UTF-8: {error.reason}. Convert the file (iconv).") from error


def csv_rows(lines: Lines, delimiter: str) -> Iterator[list[str]]:
    """The rows of CSV that are not blank. Raises W2VError where it cannot be read."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))  # by itself, an essay is too long for a cell
    try:
        yield from (row for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error as error:
        raise W2VError(f"{lines.file.name}, line {lines.number}: {error}. Mend or remove the line.") from error


def fields_of(records: Iterator[dict[str, Any]]) -> tuple[list[str], Iterator[dict[str, Any]]]:
    """The names of the fields of the first records, those of objects in them as a.b; and all records again."""
    first = list(islice(records, LOOKED_AT))
    names: dict[str, None] = {}
    for record in first:
        for name, value in record.items():
            inner = [f"{name}.{below}" for below in value] if isinstance(value, dict) else [name]
            names.update(dict.fromkeys(inner))
    return list(names), chain(first, records)


def value_of(record: dict[str, Any], field: str) -> Any:
    """A field of a record, or a.b of an object in it; MISSING where it has none, or null."""
    value = record.get(field, MISSING)
    if value is MISSING:
        outer, dot, inner = field.partition(".")
        below = record.get(outer)
        return value_of(below, inner) if dot and isinstance(below, dict) else MISSING
    return MISSING if value is None else value


def _too_long(file: File) -> W2VError:
    return W2VError(
        f"{file.name} has a record of more than {LONGEST >> 20} MB. Is there a quotation mark or a bracket that has no "
        "end? Mend it, or save the text as plain text."
    )
