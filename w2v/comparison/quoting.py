"""Names in Markdown and in tables: what a file or a word is called has no say in how a report looks.

The names of files, the words in notes, and the sentences of errors are other people's: a `|` would end a cell, and
a `<` begin an element.
"""

import re
from collections.abc import Sequence
from typing import Any

from w2v.base.terminal import harmless
from w2v.text.sources import File, Source

# What GitHub's Markdown obeys within a line; an underscore only at the edge of a word.
_MARKS = re.compile(r"[\\`*\[\]<>|~&#$]|(?<![^\W_])_|_(?![^\W_])")


def plain(text: str) -> str:
    """A text on one line that Markdown shows as it is, in a sentence and in a cell of a table."""
    return _MARKS.sub(lambda mark: "\\" + mark[0], " ".join(harmless(text).split("\n")))


def fenced(code: str, language: str = "") -> str:
    """Some lines as a block of code, whatever backticks are in them."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", code)), default=0))
    return f"{fence}{language}\n{harmless(code)}\n{fence}"


def inert(cell: Any) -> Any:
    """A cell of a table as data: text that a spreadsheet would take for a formula has an apostrophe before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def name_of(found: Sequence[Source]) -> str:
    """A text's name, without folders."""
    short = [
        source.name.rstrip("/").rpartition("/")[2] if isinstance(source, File) else source.name for source in found
    ]
    return " ".join(short) if len(short) <= 3 else f"{' '.join(short[:2])} and {len(short) - 2} more files"
