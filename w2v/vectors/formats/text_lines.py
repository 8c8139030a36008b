"""Vectors as lines of text, `word number ... number`: word2vec's text format, fastText's .vec, GloVe's.

There is a line `V D` before them or not (GloVe). The word ends where the last D numbers begin, since GloVe has words
with spaces; between it and the numbers is white space of any kind and width, since people align columns. Where no line
says D, it is what most of the first lines have.
"""

from __future__ import annotations

import re
import warnings
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from itertools import chain
from pathlib import Path

import numpy as np

from w2v.errors import W2VError, counted
from w2v.vectors.formats.table import (
    LONGEST_LINE,
    LONGEST_WORD,
    UTF8,
    CutShortError,
    Recurrence,
    Spelling,
    Table,
    cut_short,
    encoded,
    header_of,
    rows_of,
    rows_to_write,
    table_of,
)

SPACE = " \t\n\r\x0b\x0c"  # what separates a word from numbers, and numbers from one another
_SAMPLE = 20  # lines that are looked at first
_PARTS = 100  # of a word, that are looked at


def read_text(
    file: BufferedReader,
    path: str | Path,
    limit: int | None = None,
    dtype: type[np.floating] = np.float32,
    spelling: Spelling = UTF8,
) -> Table:
    """Read the first `limit` vectors, or all. path: for errors. dtype: float32 or float64, what numbers are read as.

    A first line of two whole numbers is a header. With one, a word's parts may be numbers too ("10 000"), which is
    warned of; without, such a line is refused, for its numbers might be one too many.

    Raises W2VError naming the line that is wrong, or telling how many vectors the header announces and how many
    there are.
    """
    sample = first_lines(head := file.peek())
    if b"\r" in head and b"\n" not in head:
        raise W2VError(f"{path} has lines that end in CR alone, as on old Macs. Convert it first: tr '\\r' '\\n'.")
    raw_words: list[bytes] = []
    doubtful: list[bytes] = []
    floats = array("d" if dtype == np.float64 else "f")
    recurrence = Recurrence(path)
    rows = numbered(file, path)
    begin, first = next(rows, (1, b""))
    header = header_of(path, first)
    usual = usual_size(sample[1:] if header else sample)
    announced, size = header or (None, usual or 0)
    if size < 1:
        raise W2VError(_no_vectors(path, begin, first))
    if announced is not None and usual is not None and usual > size and _all_longer(sample[1:], size):
        raise W2VError(
            f"{path}, line {begin}: announces vectors of {size} numbers, but the lines after it have {usual}. "
            f"Correct or remove the first line, or write the file again."
        )
    wanted = rows_of(limit, announced)
    first_row = [] if header else [(begin, first.removeprefix(b"\xef\xbb\xbf"))]
    for number, line in chain(first_row, rows):
        if len(raw_words) == wanted:
            if wanted == announced:
                raise W2VError(
                    f"{path}, line {number}: line {begin} announces {counted(announced, 'vector')}, but here is one "
                    "more."
                )
            break
        parsed = word_and_numbers(line, size, floats.typecode)
        parts = parsed[0].split(None, _PARTS) if parsed else []
        if len(parts) > 1 and all(map(_is_number, parts[1:])):
            doubtful.append(b" ".join(parts))
            parsed = None if announced is None else parsed
        if parsed is not None:
            if len(parsed[0]) > LONGEST_WORD:
                raise W2VError(
                    f"{path}, line {number}: its word has {len(parsed[0]):,} bytes, and a word has {LONGEST_WORD:,} at "
                    f"most: {line[:60]!r:.60}. It is no file of word vectors, or damaged."
                )
            raw_words.append(parsed[0])
            floats.extend(parsed[1])
            recurrence.check(raw_words)
        elif announced is None or line.endswith(b"\n"):
            raise W2VError(
                f"{path}, line {number}: expected a word and {counted(size, 'number')}, but {_fields(line) - 1} "
                f"fields follow the first, or not all are numbers: {line!r:.60}."
            )
    if announced is not None and len(raw_words) < rows_of(limit, announced):
        raise CutShortError(cut_short(path, announced, len(raw_words)))
    if doubtful:
        example = doubtful[0].decode("utf-8", "replace")
        warnings.warn(
            f"{path}: its first line announces vectors of {size} numbers, so what comes before them is a word, even "
            f"where it looks like numbers: {len(doubtful)} of {len(raw_words)}, such as {example!r:.60}.",
            stacklevel=5,
        )
    return table_of(path, raw_words, np.frombuffer(floats, dtype=dtype), size, spelling)


def as_text(
    path: str | Path, words: Sequence[str], vectors: np.ndarray, dtype: type[np.floating], *, header: bool = True
) -> Iterator[bytes]:
    """The file, line by line: each number in the fewest digits that read back as the same number of `dtype`.

    header: whether there is a line `V D` before them.

    Raises W2VError for a word with a space or newline in it, or other white space around it, which lines cannot hold.
    """
    rows = rows_to_write(path, vectors, dtype)
    if header:
        yield b"%d %d\n" % rows.shape
    for word, row in zip(encoded(path, words, SPACE), rows, strict=True):
        yield b"%b %b\n" % (word, " ".join(map(str, row)).encode())


def numbered(file: BufferedReader, path: str | Path) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, by their number from 1. Raises W2VError for one of more than LONGEST_LINE bytes."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise W2VError(
                f"{path}, line {number}: is longer than {LONGEST_LINE:,} bytes, the most that a word and its numbers "
                f"may have: {line[:60]!r:.60}. It is no file of word vectors, or damaged."
            )
        if line.strip():
            yield number, line
        else:  # there may be a hundred million more of them
            head = file.peek()
            blank = head[: len(head) - len(head.lstrip())].rpartition(b"\n")
            number += file.read(len(blank[0]) + len(blank[1])).count(b"\n")


def first_lines(head: bytes) -> list[bytes]:
    """Some whole lines that are not blank, from the first bytes of a file."""
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2 * _SAMPLE)
    if len(lines) > 1:
        lines.pop()  # it may go on
    return [line for line in lines if line.strip()][:_SAMPLE]


def usual_size(lines: Iterable[bytes]) -> int | None:
    """How many numbers most of some lines have after a word, the fewer where it is a tie; None when none has any."""
    sizes = Counter(size for size in map(_size, lines) if size > 0)
    return max(sizes, key=lambda size: (sizes[size], -size)) if sizes else None


def word_and_numbers(line: bytes, size: int, typecode: str = "d") -> tuple[bytes, array] | None:
    """Split a line before its last `size` numbers; None when there are fewer, or not only numbers."""
    fields = line.rsplit(None, size)
    if len(fields) == size and line[:1].isspace():
        fields.insert(0, b"")
    try:
        return (fields[0].strip(), array(typecode, map(float, fields[1:]))) if len(fields) == size + 1 else None
    except ValueError:
        return None


def _fields(line: bytes) -> int:
    """How many there are; a list of them takes twenty times the room of the line."""
    return sum(1 for _ in re.finditer(rb"\S+", line))


def _size(line: bytes) -> int:
    """How many fields at a line's end are numbers, the first being the word whatever it is."""
    fields = line.split()[1:]
    return next((n for n, field in enumerate(reversed(fields)) if not _is_number(field)), len(fields))


def _all_longer(lines: Sequence[bytes], size: int) -> bool:
    return len(lines) > 1 and all(_size(line) > size for line in lines)


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _no_vectors(path: str | Path, number: int, line: bytes) -> str:
    hint = next((f" Separate the numbers by spaces, not by {mark!r}." for mark in ",;" if mark.encode() in line), "")
    return f"{path}, line {number}: expected a word and its numbers, or a header 'V D'; got {line!r:.60}.{hint}"
