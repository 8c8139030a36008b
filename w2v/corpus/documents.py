"""Documents with tags to token lists and numbers of tags, read once and in order.

What a document may be: a string, a list of tokens, a pair (words, tags), an object that has `words` and `tags` (as
gensim's TaggedDocument), or a line of a file. `words` is a string or a list of tokens; `tags` a string, a whole number,
or a list of them. A document without tags has its number as a tag, from 0: "0", "1", ...
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import W2VError, shown
from w2v.text.files import File
from w2v.text.frames import Rows, rows_of
from w2v.text.looking import Choice, choose
from w2v.text.reading import SAMPLE, Reading
from w2v.text.records import is_missing
from w2v.text.sources import Sentences, sources
from w2v.text.tokenize import AUTO, get_tokenizer

EXPECTED = "expected a string, a list of tokens, a pair (words, tags), or an object with words and tags"
Words = str | list[str]
_HALF = re.compile("[\ud800-\udfff]").search
_END = object()  # of an iterable, which may well hold None


class Tagged(NamedTuple):
    """The tags of documents. A tag that several documents have is one, and so is one that a document has twice.

    tags: T of them, in the order in which they came first; numbers, where all are, in the order of numbers.
    offsets: int64 [N + 1]; numbers: int32. The tags of document i, of those with words, are
        numbers[offsets[i]:offsets[i + 1]].
    notes: sentences for the user.
    """

    tags: list[str]
    offsets: np.ndarray
    numbers: np.ndarray
    notes: tuple[str, ...] = ()


class DocumentReader:
    """Some documents, read once.

    Args:
        documents: an iterable of documents, or what `text.sources.sources` reads from files: a line is a document.
        ids: whether strings and lines begin with their tag: `ID<TAB>text`.
        tokenizer, keep_punctuation: of strings (`text/tokenize.py`); "auto": what suits the first of them.
        field, strict: of files and data frames (`text/reading.py`).

    tokenizer: its name, or the function that was given; "auto" where there was nothing to be cut.

    Raises:
        W2VError: documents that are none, also while they are read.
    """

    def __init__(
        self,
        documents: Any,
        *,
        ids: bool = False,
        tokenizer: str | Callable[[str], list[str]] = AUTO,
        keep_punctuation: bool = False,
        field: str | None = None,
        strict: bool = False,
    ) -> None:
        self.tokenizer: Any = tokenizer
        self._ids = ids
        self._choice: Choice | None = None
        self._number_of: dict[str, int] = {}
        self._sizes, self._numbers = array("q"), array("q")
        self._all_numbers, self._without_words = True, 0
        self._reading: Reading | None = None
        self._items: Iterator[tuple[Words, list[str]]] = self._documents(_items_of(documents, field, strict, self))
        if tokenizer == AUTO:
            begun, size = [], 0
            for item in self._items:
                begun.append(item)
                size += len(item[0]) if isinstance(item[0], str) else SAMPLE
                if size >= SAMPLE:
                    break
            self._items = chain(begun, self._items)
            if begun and isinstance(begun[0][0], str):
                sample = "\n".join(words for words, _ in begun if isinstance(words, str))
                self._choice = choose(sample[:SAMPLE], keep_punctuation)
                self.tokenizer = self._choice.tokenizer
        self._cut = get_tokenizer("whitespace" if self.tokenizer == AUTO else self.tokenizer, keep_punctuation)

    def token_lists(self) -> Iterator[list[str]]:
        """The words of each document that has any."""
        for words, tags in self._items:
            tokens = self._cut(words) if isinstance(words, str) else words
            numbers = [self._number_of.setdefault(tag, len(self._number_of)) for tag in dict.fromkeys(tags)]
            if tokens:
                self._sizes.append(len(numbers))
                self._numbers.extend(numbers)
                yield tokens
            else:
                self._without_words += 1

    def tagged(self) -> Tagged:
        """The tags of the documents that `token_lists` has given."""
        tags = list(self._number_of)
        order = sorted(range(len(tags)), key=lambda i: int(tags[i])) if self._all_numbers else range(len(tags))
        place = np.empty(len(tags), np.int32)
        place[list(order)] = np.arange(len(tags), dtype=np.int32)
        numbers = place[np.frombuffer(self._numbers, np.int64)] if len(self._numbers) else place[:0]
        offsets = np.concatenate([[0], np.cumsum(np.frombuffer(self._sizes, np.int64) if self._sizes else [])])
        notes = [self._choice.note] if self._choice and self._choice.note else []
        if self._reading:
            notes += self._reading.left_out
        if self._without_words:
            notes.append(f"{self._without_words:,} of the documents have no words.")
        return Tagged([tags[i] for i in order], offsets.astype(np.int64), numbers, tuple(notes))

    def _documents(self, items: Iterable[Any]) -> Iterator[tuple[Words, list[str]]]:
        for number, item in enumerate(items):
            words, tags = parted(item, number)
            if self._ids and tags is None and isinstance(words, str):
                tag, tab, words = words.partition("\t")
                if not tab or not tag.strip():
                    raise W2VError(
                        f"document {number} has no ID: {item!r:.60}. With ids=True each is ID<TAB>text; leave ids out "
                        "where a line is only text."
                    )
                tags = [tag.strip()]
            self._all_numbers &= tags is None or all(_is_number(tag) for tag in tags)
            yield words, [str(number)] if tags is None else [str(tag) for tag in tags]


def parted(item: Any, number: int) -> tuple[Words, list[str | int] | None]:
    """The words and the tags of a document; None: it has none of its own. number: which it is, for errors.

    Raises W2VError for what is no document.
    """
    if hasattr(item, "words") and hasattr(item, "tags"):
        words, tags = item.words, _tags(item.tags, number)
    elif isinstance(item, tuple) and len(item) == 2 and not _are_tokens(item):
        words, tags = item[0], _tags(item[1], number)
    else:
        words, tags = item, None
    if isinstance(words, str):
        return words, tags
    wrong = isinstance(words, bytes | bytearray | Mapping | PathLike) or not isinstance(words, Iterable)
    if is_missing(words) or wrong or rows_of(words):
        raise W2VError(f"document {number} is {shown(item)} of type {type(item).__name__}; {EXPECTED}.")
    return list(words), tags


def _are_tokens(pair: tuple[Any, Any]) -> bool:
    """Whether two strings are the tokens of a document, and not its text and its tag: a text has white space."""
    return all(isinstance(part, str) for part in pair) and len(pair[0].split()) < 2


def _tags(given: Any, number: int) -> list[str | int]:
    several = [given] if isinstance(given, str | int | np.integer) else given
    if isinstance(several, bytes | Mapping) or not isinstance(several, Iterable):
        raise W2VError(f"the tags of document {number} are {shown(given)}; expected strings or whole numbers.")
    tags = list(several)
    if not tags:
        raise W2VError(f"document {number} has an empty list of tags. Give it one, or no list: its number is its tag.")
    for tag in tags:
        if not (isinstance(tag, str) and tag) and not _is_number(tag):
            raise W2VError(f"document {number} has the tag {shown(tag)}; expected a string, or a whole number from 0.")
        if isinstance(tag, str) and _HALF(tag):
            raise W2VError(f"the tag {tag!r} of document {number} holds half a surrogate pair, and cannot be saved.")
    return tags


def _is_number(tag: Any) -> bool:
    return isinstance(tag, int | np.integer) and not isinstance(tag, bool) and bool(tag >= 0)


def _items_of(documents: Any, field: str | None, strict: bool, reader: DocumentReader) -> Iterator[Any]:
    """Documents one by one. Files and data frames go through a `Reading`, which `reader` is told."""
    items: Any = documents
    if not isinstance(documents, str | PathLike) and rows_of(documents) is None:
        if isinstance(documents, bytes | bytearray | Mapping) or not isinstance(documents, Iterable):
            raise W2VError(f"documents are {shown(documents)} of type {type(documents).__name__}; {EXPECTED}, each.")
        begun = iter(documents)
        first = next(begun, _END)
        items = [] if first is _END else chain([first], begun)
        if not isinstance(first, PathLike | File | Sentences | Rows | Mapping):
            if field is not None:
                raise W2VError(f"field={field!r} is for files and data frames, and these documents have no fields.")
            yield from items
            return
    if reader._ids:  # lines as they are: a file of them may look like a table
        for source in sources(items):
            if isinstance(source, Rows):
                raise W2VError(f"ids=True is for lines of ID<TAB>text, and {source.name} are a table. Give pairs.")
            for batch in source.batches(strict):
                yield from batch.lines
        return
    reader._reading = reading = Reading(sources(items), field, strict)
    with reading:
        for batch in reading.batches():
            yield from batch.lines
