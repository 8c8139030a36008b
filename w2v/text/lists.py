"""Lists that people write, an entry a line, such as analogies, judged pairs of words, or groups for a map.

A sign that begins a comment or a heading does so only where no entry stands: `#metoo` and `:)` are words, and a line
that has the form of an entry is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from w2v.text.files import File


def entries(path: str | Path) -> Iterator[tuple[int, str]]:
    """The lines of a list that are not blank, stripped, with their numbers from 1.

    Raises W2VError when the file cannot be read or is not UTF-8 text.
    """
    batches = File(str(path)).batches(strict=True)
    for number, line in enumerate(chain.from_iterable(batch.lines for batch in batches), start=1):
        assert isinstance(line, str)  # as a file's lines are
        if text := line.strip():
            yield number, text


def unquoted(field: str) -> str:
    """A field without white space around it, and without the quotation marks that enclose all of it."""
    field = field.strip()
    enclosed = len(field) > 2 and field[0] == field[-1] == '"' and '"' not in field[1:-1]
    return field[1:-1] if enclosed else field
