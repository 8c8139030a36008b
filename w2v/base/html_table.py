"""A table as HTML, as notebooks show it for a thing that has a `_repr_html_`."""

import html
from collections.abc import Iterable, Sequence

from w2v.base.terminal import harmless
from w2v.errors import brief


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Texts as they are, whatever is in them; those of columns whose texts are numbers stand to the right."""
    listed = [list(map(_escaped, row)) for row in rows]
    numeric = [all(_is_number(row[column]) for row in listed) for column in range(len(header))]
    sides = [f' style="text-align:{"right" if number else "left"}"' for number in numeric]
    head = "".join(f"<th{side}>{_escaped(name)}</th>" for name, side in zip(header, sides, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{side}>{text}</td>" for text, side in zip(row, sides, strict=True)) + "</tr>\n"
        for row in listed
    )
    return f"<p>{_escaped(caption)}</p>\n<table>\n<tr>{head}</tr>\n{body}</table>"


def _escaped(text: str) -> str:
    return html.escape(harmless(brief(text)))


def _is_number(text: str) -> bool:
    return not text or text[0].isdecimal() or text[0] == "-"
