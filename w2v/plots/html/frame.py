"""One HTML file that is a page to explore, from its data and what is its own: scripts, styles, buttons.

Pages of pictures have a title, a search, a legend, a card with the details of one item, a caption and a picture to save
(`assets/frame.html`); `assets/kit.js` says what a page's own script has to define. One that is read, and has no canvas,
has a frame of its own (`assets/steps.html`). A page needs nothing else, neither a network nor a server: its content
security policy allows its own scripts and styles, by their hashes, and nothing that is fetched.
"""

import base64
import hashlib
import html
import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from w2v.base.atomic_file import write_text
from w2v.errors import W2VError
from w2v.plots.figure import GREY, INK, PALETTE, PAPER, QUIET, WHITE

COLOURS = {"paper": PAPER, "ink": INK, "quiet": QUIET, "grey": GREY, "white": WHITE, "accent": PALETTE[0]}
BEFORE, AFTER = ("kit", "labels", "card"), ("search", "picture", "time", "start")  # shared scripts around a page's own


@dataclass(frozen=True)
class Kind:
    """What distinguishes a kind of page."""

    item: str  # what one item is called: word, node
    where: str  # where items are, for messages: on this map
    name: str  # of a page without a title
    label: str  # what the picture is and which keys move it, for those who do not see it
    style: str  # its styles, a file of `assets/` without its suffix, after `base.css`
    scripts: Sequence[str]  # files of `assets/` without their suffix, in this order
    buttons: str  # HTML of its own buttons
    caption: str = '<p id="caption">@caption@</p>'  # HTML
    library: str | None = None  # a script of other authors, which goes first
    frame: str = "frame"  # the page's HTML, a file of `assets/` without its suffix
    before: Sequence[str] = BEFORE  # shared scripts before its own,
    after: Sequence[str] = AFTER  # and after them


def page_text(kind: Kind, data: Mapping[str, Any], *, title: str | None, caption: str) -> str:
    """The text of an HTML file; the same arguments give the same text.

    Args:
        data: what the page's script finds in `data`, as JSON has it.
        title, caption: plain text.
    """
    style = _filled(_asset("base.css") + _asset(f"{kind.style}.css"), COLOURS)
    script = '"use strict";\n' + "\n".join(_asset(f"{name}.js") for name in (*kind.before, *kind.scripts, *kind.after))
    library = _asset(f"{kind.library}.js") if kind.library else None
    scripts = [_hash(text) for text in (library, script) if text is not None]
    words = {"item": kind.item, "caption": html.escape(caption)}
    parts = {
        "policy": f"default-src 'none'; script-src {' '.join(scripts)}; style-src {_hash(style)}",
        "title": html.escape(title or kind.name),
        "heading": html.escape(title or ""),
        "item": kind.item,
        "label": html.escape(kind.label),
        "caption": _filled(kind.caption, words),
        "buttons": kind.buttons,
        "data": _json({"item": kind.item, "where": kind.where, **data}),
        "style": style,
        "library": "" if library is None else f"<script>{library}</script>",
        "script": script,
    }
    return _filled(_asset(f"{kind.frame}.html"), parts)


def save_page(text: str, path: str | os.PathLike[str]) -> None:
    """Write a page, whole or not at all; a W2VError for another suffix than .html, and when it cannot be written."""
    path = Path(path)
    if path.suffix.lower() != ".html":
        raise W2VError(f"A page cannot be saved as {path.name!r}: its name must end in .html.")
    write_text(path, text, errors="replace")  # half a surrogate pair has no UTF-8


def _filled(text: str, parts: Mapping[str, str]) -> str:
    """A text with its slots, `@name@`, filled; slots within a part are not filled again."""
    return re.sub(r"@(\w+)@", lambda match: parts[match[1]], text)


def _json(data: Mapping[str, Any]) -> str:
    """Data within a script, where no "<" may begin a tag that ends it; JSON has another way to write it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (resources.files("w2v.plots.html") / "assets" / name).read_text(encoding="utf-8")
