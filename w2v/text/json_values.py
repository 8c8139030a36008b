"""JSON that is no table: strings, or lists of tokens, one a line or all in one array; and text that only looks so.

["the", "cat", "sat"]          "The cat sat."          ["The cat sat.", "A dog barked."]
["a", "dog", "barked"]         "A dog barked."         [["the", "cat", "sat"], ["a", "dog", "barked"]]
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from w2v.base.file_kinds import HEAD
from w2v.errors import W2VError, counted
from w2v.text.files import File
from w2v.text.records import LONGEST, Lines, parsed, too_long

_LOOKED_AT = 200  # lines, or items of an array
_TOKENS = 1 << 14  # of an array of single words, which are given together
_decoder, _between = json.JSONDecoder(), re.compile(r"[ \t\r\n,]*").match
_RECORD = re.compile(r"""\{\s*['"]""").match


class Form(NamedTuple):
    """How such a file is written. what: with its article."""

    what: str
    of_lines: bool
    of_words: bool = False  # of an array: its strings are words, and no sentences


def form_of(begin: bytes) -> Form | None:
    """The form of a file that begins so; None: it is no such file.

    begin: more than HEAD bytes, or all there are.
    """
    head = begin[:HEAD].decode("utf-8", "replace")
    if head.lstrip()[:1] not in ("[", '"'):
        return None
    lines = _whole_lines(begin, head)
    values = [parsed(line) for line in lines]
    if len(values) > 1 and any(values):
        if all(isinstance(value, list) for value in values):
            return Form("a file of JSON, a list of tokens a line", of_lines=True)
        if all(isinstance(value, str) for value in values):
            return Form("a file of JSON, a string a line", of_lines=True)
    items = _first_items(head, whole=len(begin) <= HEAD)
    if not items:
        return None
    if all(isinstance(item, list) for item in items):
        return Form("a file of JSON, an array of lists of tokens", of_lines=False)
    if all(isinstance(item, str) for item in items):
        of_words = not any(len(item.split()) > 1 for item in items)
        return Form(f"a file of JSON, an array of {'words' if of_words else 'strings'}", False, of_words)
    return None


def values_in(form: Form, lines: Lines, file: File, pieces: Iterable[bytes]) -> Iterator[Any]:
    """The strings, or lists of tokens. lines, pieces: two ways to read the file, of which the form says which."""
    if form.of_lines:
        return _of_lines(lines, lists="list" in form.what)
    items = array_items(file, pieces)
    if not form.of_words:
        return items
    return iter(lambda: list(islice((item for item in items if isinstance(item, str)), _TOKENS)), [])


def looks_like_records(begin: bytes) -> str | None:
    """What to say of a text of which half the first lines are JSON, or records as Python writes them; else None."""
    lines = _whole_lines(begin, begin[:HEAD].decode("utf-8", "replace"))
    odd = [line for line in lines if _RECORD(line) or (line[0] in "{[" and isinstance(parsed(line), dict | list))]
    if len(lines) < 2 or 2 * len(odd) < len(lines):
        return None
    return (
        f"Of its first {len(lines)} lines {len(odd)} look like records, such as {odd[0]!r:.60}. They are trained on as "
        "text, with brackets and names. If they should not be, write an object of JSON a line, and give field."
    )


def array_items(file: File, pieces: Iterable[bytes]) -> Iterator[Any]:
    """The items of a JSON array, one after the other, of which one is in memory. Raises W2VError where it is none."""
    texts = _decoded(file, pieces)
    text, place, number = next(texts, "").lstrip()[1:], 0, 0
    while True:
        place = _between(text, place).end()  # type: ignore[union-attr]
        if text.startswith("]", place):
            if rest := next((part for part in chain([text[place + 1 :]], texts) if not _is_blank(part)), ""):
                raise W2VError(
                    f"{file.name}: the array of JSON ends after {counted(number, 'item')}, but the file goes on, with "
                    f"{rest.strip()!r:.60}. Put all items into one array, or one a line."
                )
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
                    f"{file.name}: the array of JSON is damaged or cut short after {counted(number, 'item')}, at "
                    f"{more[0].strip()!r:.60}."
                ) from error
            text, place = "".join(more), 0
            if len(text) > 2 * LONGEST:
                raise too_long(file) from error
            continue
        number += 1
        yield record


def objects_of(file: File, items: Iterator[Any]) -> Iterator[dict[str, Any]]:
    """Items that are objects. Raises W2VError for others."""
    for number, item in enumerate(items, 1):
        if not isinstance(item, dict):
            raise W2VError(f"{file.name}: item {number} of the array is {item!r:.60}; expected an object, {{...}}.")
        yield item


def _of_lines(lines: Lines, *, lists: bool) -> Iterator[Any]:
    for line in lines:
        if line.isspace():
            continue
        value = parsed(line)
        if lists and not isinstance(value, list):
            raise W2VError(
                f"{lines.file.name}, line {lines.number}: expected a list of JSON, [...], as in the first lines, got "
                f"{line.strip()!r:.60}. Mend or remove the line."
            )
        yield value if lists or isinstance(value, str) else line.rstrip("\r\n")  # a text may begin with quotations


def _whole_lines(begin: bytes, head: str) -> list[str]:
    lines = head.split("\n")
    if len(begin) > HEAD:
        lines.pop()
    return [line.strip() for line in lines if line and not line.isspace()][:_LOOKED_AT]


def _first_items(head: str, *, whole: bool) -> list[Any]:
    """The first items of the array that a file is; none where it is none, or an item does not end in time."""
    text = head.lstrip().removeprefix("\ufeff")
    if whole:
        value = parsed(text)
        return value[:_LOOKED_AT] if isinstance(value, list) else []
    items: list[Any] = []
    place = 1 if text.startswith("[") else len(text)
    while len(items) < _LOOKED_AT:
        try:
            item, place = _decoder.raw_decode(text, _between(text, place).end())  # type: ignore[union-attr]
        except (ValueError, RecursionError):
            return items if len(items) > 1 and _ends_within(text, place) else []
        items.append(item)
    return items


def _ends_within(text: str, place: int) -> bool:
    """Whether what could not be read is an item that has begun, and no other thing than an item."""
    rest = text[place:].lstrip(" \t\r\n")
    return not rest or (rest[0] == "," and rest[1:].lstrip(" \t\r\n")[:1] in ("", '"', "["))


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _decoded(file: File, pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for piece in pieces:
            if text := decoder.decode(piece):
                yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise W2VError(f"{file.name} is JSON that is not UTF-8: {error.reason}. Convert the file (iconv).") from error
