"""Readers of the files that people's questions are published in: analogies, and judged pairs of words.

A sign that begins a comment or a heading does so only where no entry stands: `#metoo` and `:)` are words, and a line
that has the form of an entry is one.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path

from w2v.errors import W2VError, counted
from w2v.text.lists import entries

Question = tuple[str, str, str, str]  # a is to b as c is to d
Pair = tuple[str, str, float]  # two words and how similar people find them


def read_questions(path: str | Path, *, lenient: bool = False) -> dict[str, list[Question]]:
    """Read analogies in the `questions-words.txt` format: `: section` headers, four words a line.

    lenient: pass over lines within a section that have not four words.

    Raises W2VError naming the line that is not in this format, or when the file cannot be read or has none.
    """
    sections: dict[str, list[Question]] = {}
    section: list[Question] | None = None
    for number, line in entries(path):
        words = line.split()
        if line.startswith(":") and (words[0] == ":" or len(words) != 4):
            section = sections.setdefault(line[1:].strip(), [])
            continue
        if section is None:
            raise W2VError(
                f"{path}, line {number}: a question before the first section; "
                f"a section starts with a line such as ': capitals'."
            )
        if len(words) != 4:
            if lenient:
                continue
            raise W2VError(
                f"{path}, line {number}: {counted(len(words), 'word')} where an analogy has four: {line!r:.80}."
            )
        section.append((words[0], words[1], words[2], words[3]))
    if not any(sections.values()):
        raise W2VError(f"{path} holds no analogies; expected lines of four words under ': section' headers.")
    return sections


def read_pairs(path: str | Path, *, delimiter: str | None = None, lenient: bool = False) -> list[Pair]:
    """Read word pairs with a judgement: `word word number`, separated by tabs, commas or spaces, in quotes or not.

    Lines that start with `#` and are no such pair are comments. The first line that is none may be a header: it does
    not end in a number. delimiter: what separates columns; None: what is there. lenient: pass over lines that are no
    pair.

    Raises W2VError naming the line that is not in this format, or when the file cannot be read or has none.
    """
    return pairs_of(path, entries(path), delimiter, lenient)


def pairs_of(path: object, lines: Iterable[tuple[int, str]], delimiter: str | None, lenient: bool) -> list[Pair]:
    """The pairs in numbered lines without white space around them; path: for errors. Otherwise as `read_pairs`."""
    pairs: list[Pair] = []
    header_allowed = True
    for number, line in lines:
        columns = _columns(line, delimiter)
        judgement = _number(columns[-1])
        if len(columns) == 3 and judgement is not None and math.isfinite(judgement):
            pairs.append((columns[0], columns[1], judgement))
        elif lenient or line.startswith("#"):
            continue
        elif not (header_allowed and judgement is None):
            wrong = f"{counted(len(columns), 'column')} where three are expected (word, word, judgement): {line!r:.80}."
            if len(columns) == 3:
                wrong = f"the judgement {columns[2]!r:.40} is not a number."
            raise W2VError(f"{path}, line {number}: {wrong}")
        header_allowed = False
    if not pairs:
        raise W2VError(f"{path} holds no word pairs; expected lines of two words and a number.")
    return pairs


def _columns(line: str, delimiter: str | None) -> list[str]:
    """The columns of a line, unquoted; a quotation mark that encloses nothing is a word."""
    separator = delimiter or next((mark for mark in "\t," if mark in line), None)
    plain = [column.strip() for column in line.split(separator)]
    if '"' not in line:
        return plain
    try:
        quoted = next(csv.reader([line], delimiter=separator or " ", skipinitialspace=True, strict=True))
    except (csv.Error, TypeError, ValueError):  # and a delimiter of several characters
        return plain
    return [column.strip() for column in quoted] if len(quoted) == 3 else plain


def _number(column: str) -> float | None:
    try:
        return float(column)
    except ValueError:
        return None
