"""Lines of a file of pairs, taken apart: separators, quotes, comments, and the header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from typing import cast

from w2v.errors import W2VError
from w2v.hyperbolic.columns import Heading, heading
from w2v.text.files import File


def rows(path: str, delimiter: str | None) -> Iterator[tuple[str, list[str] | Heading]]:
    """The fields of every line that is neither blank nor comment, and where it is; the header as a `Heading`."""
    if delimiter is not None and len(delimiter) != 1:
        raise W2VError(f"the delimiter is {delimiter!r}; it must be one character, such as ',' or ';'.")
    batches = File(path).batches(strict=True)
    lines = chain.from_iterable(cast("list[str]", batch.lines) for batch in batches)
    first, separator = True, ""
    for number, line in enumerate(lines, 1):
        if not line or line.isspace():
            continue
        if first:
            separator = delimiter or ("\t" if "\t" in line else ",")
        where = f"{path}, line {number}"
        if first and line.startswith("#"):
            comment = _is_comment(line, separator)
            named = heading(_fields(where, line.lstrip("#"), separator), by_words=comment)
            if named is None and comment:
                continue
            if named is not None:
                first = False
                yield where, named
                continue
        fields = _fields(where, line, separator)
        named = heading(fields) if first else None
        first = False
        yield where, fields if named is None else named


def _is_comment(line: str, separator: str) -> bool:
    """Whether a line that starts with # is no pair of hashtags: text follows a space there, or there is one column."""
    return line[1:2].isspace() or line[1:2] in ("#", "!", "") or separator not in line


def _fields(where: str, line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=True))
    except csv.Error as error:
        if delimiter == "\t":  # tabs alone separate: a quote that is none of CSV's is a letter of the name
            return line.split(delimiter)
        raise W2VError(
            f"{where}: the quotes are not those of CSV ({error}): {line!r:.60}. Quote whole columns, and write a quote "
            f"within them twice."
        ) from error
