"""Documents with tags as a text to be read, and numbers of tags, read once and in order.

What a document may be: a string, a list of tokens, a pair (words, tags), an object that has `words` and `tags` (as
gensim's TaggedDocument), or a line of a file. `words` is a string or a list of tokens; `tags` a string, a whole number,
or a list of them. A document without tags has its number as a tag, from 0: "0", "1", ...
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Generator, Iterable, Iterator, Mapping
from itertools import chain
from os import PathLike
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import W2VError, counted, shown
from w2v.text.files import Batch, File, Text, as_batch
from w2v.text.frames import Rows, rows_of
from w2v.text.reading import Read, Reading
from w2v.text.records import is_missing
from w2v.text.sources import Sentences, Source, sources

EXPECTED = "expected a string, a list of tokens, a pair (words, tags), or an object with words and tags"
Words = str | list[str]
_BATCH = 1 << 18  # characters or tokens of documents gathered into one batch
_HALF = re.compile("[\ud800-\udfff]").search
_END = object()  # of an iterable, which may well hold None


class Tagged(NamedTuple):
    """The tags of documents. A tag that several documents have is one, and so is one that a document has twice.

    tags: T of them, in the order in which they came first; numbers, where all are, in the order of numbers.
    offsets: int64 [N + 1]; numbers: int32. The tags of document i, of those with words, are
        numbers[offsets[i]:offsets[i + 1]].
    """

    tags: list[str]
    offsets: np.ndarray
    numbers: np.ndarray


class TagNumbers(dict[Any, int]):
    """A tag's number is its place among the tags, from 0."""

    def __missing__(self, tag: Any) -> int:
        self[tag] = len(self)
        return len(self) - 1


class DocumentReader(Reading):
    """The words of some documents, as `corpus.stream.open_stream` reads them, and their tags.

    Lines of files and strings go through compiled code, as the text of words does. Documents without words are left
    out of the text; their tags stay.

    Args:
        documents: an iterable of documents, or what `text.sources.sources` reads from files: a line is a document.
        ids: whether strings and lines begin with their tag: `ID<TAB>text`. Blank ones are passed over.
        field, strict: of files and data frames, as for `Reading`.

    Raises:
        W2VError: documents that are none, also while they are read.
    """

    every_line = True

    def __init__(self, documents: Any, *, ids: bool = False, field: str | None = None, strict: bool = False) -> None:
        super().__init__([Sentences((), "the given documents")], field, strict)
        self._documents, self._ids = documents, ids
        self._reading: Reading | None = None  # of files and data frames
        self._number_of = TagNumbers()
        self._sizes, self._numbers = array("q"), array("q")  # of each document, how many tags, and which
        self._with_words: list[np.ndarray] = []  # bool, for each document that was numbered
        self._all_numbers, self._blank = True, 0

    def texts(self) -> Iterator[Text | Batch]:
        """All of it: lines of files and strings as bytes, a document a line; tokens in batches."""
        return map(_as_text, self.items())

    def noted(self, numbers: np.ndarray) -> np.ndarray:
        """The numbers without the ends of documents that have no words; which these are, is kept."""
        ends = np.flatnonzero(numbers == 0)
        empty = np.diff(ends, prepend=-1) == 1
        self._with_words.append(~empty)
        return np.delete(numbers, ends[empty]) if empty.any() else numbers

    def tagged(self) -> Tagged:
        """The tags of the documents that were read."""
        tags, kept = list(self._number_of), np.concatenate([np.zeros(0, bool), *self._with_words])
        sizes, numbers = (np.array(each, np.int64) for each in (self._sizes, self._numbers))
        values = [int(tag) for tag in tags] if self._all_numbers else range(len(tags))
        order = sorted(range(len(tags)), key=values.__getitem__)
        place = np.empty(len(tags), np.int32)
        place[order] = np.arange(len(tags), dtype=np.int32)
        offsets = np.append(0, np.cumsum(sizes[kept]))
        return Tagged([tags[i] for i in order], offsets, place[numbers[np.repeat(kept, sizes)]])

    @property
    def left_out(self) -> list[str]:
        told = self._reading.left_out if self._reading else []
        if self._blank:
            were = "was" if self._blank == 1 else "were"
            told.append(f"{counted(self._blank, 'blank line')} without an ID and text {were} passed over.")
        if without := sum(int((~some).sum()) for some in self._with_words):
            told.append(f"{without:,} of the documents have no words.")
        return told

    def _all(self) -> Generator[Read, None, None]:
        for item in self._read():
            if self.of_tokens is None:
                self.of_tokens = isinstance(item, Batch) and not isinstance(item.lines[0], str)
            yield item, None

    def _read(self) -> Iterator[Text | Batch]:
        documents = self._documents
        if not isinstance(documents, str | PathLike) and rows_of(documents) is None:
            if isinstance(documents, bytes | bytearray | Mapping) or not isinstance(documents, Iterable):
                what = f"{shown(documents)} of type {type(documents).__name__}"
                raise W2VError(f"documents are {what}; {EXPECTED}, each.")
            begun = iter(documents)
            first = next(begun, _END)
            documents = [] if first is _END else chain([first], begun)
            if not isinstance(first, PathLike | File | Sentences | Rows | Mapping):
                if self._field is not None:
                    raise W2VError(
                        f"field={self._field!r} is for files and data frames, and these documents have no fields."
                    )
                yield from self._in_batches(documents)
                return
        found = sources(documents)
        self.names = [source.name for source in found]
        if self._ids:  # lines as they are: a file of them may look like a table
            yield from self._with_ids(found)
            return
        self._reading = Reading(found, self._field, self._strict)
        self._reading.every_line = True
        with self._reading:
            for item in self._reading.items():
                before = len(self._sizes)
                self._add([1] * _lines_in(item), map(str, range(before, before + _lines_in(item))))
                yield item

    def _in_batches(self, documents: Iterable[Any]) -> Iterator[Batch]:
        """Documents that Python holds, those that follow each other and are of one kind together."""
        some: list[Any] = []
        sizes: list[int] = []
        names: list[str] = []
        size, before = 0, False
        for number, item in enumerate(documents):
            words, tags = parted(item, number)
            is_string = isinstance(words, str)
            if self._ids and tags is None and isinstance(words, str):
                tag, words = self._apart(words, number)
                if tag is None:
                    continue
                tags = _tags(tag, number)
            if some and (size >= _BATCH or is_string != before):
                self._add(sizes, names)
                yield Batch(some)
                some, sizes, names, size = [], [], [], 0
            some.append(words)
            size, before = size + len(words) + 1, is_string
            if tags is None:
                sizes.append(1)
                names.append(str(number))
                continue
            self._all_numbers = self._all_numbers and not any(isinstance(tag, str) for tag in tags)
            different = dict.fromkeys(map(str, tags))
            sizes.append(len(different))
            names += different
        if some:
            self._add(sizes, names)
            yield Batch(some)

    def _with_ids(self, found: list[Source]) -> Iterator[Text]:
        """The texts of lines ID<TAB>text."""
        number = 0
        for source in found:
            if isinstance(source, Rows):
                raise W2VError(f"ids=True is for lines of ID<TAB>text, and {source.name} are a table. Give pairs.")
            for item in source.texts(self._strict) if isinstance(source, File) else source.batches():
                lines: Any = as_batch(item).lines
                pairs = [self._apart(line, at) for at, line in enumerate(lines, number)]
                number += len(pairs)
                kept = [(tag, text) for tag, text in pairs if tag is not None]
                self._all_numbers = False
                self._add([1] * len(kept), [tag for tag, _ in kept])
                yield Text("".join(f"{text}\n" for _, text in kept).encode(), item.invalid_bytes)

    def _apart(self, line: str, number: int) -> tuple[str | None, str]:
        """The ID and the text of a line; no ID where it is blank. Raises W2VError where it has none otherwise."""
        tag, tab, text = line.partition("\t")
        if tab and (tag := tag.strip()):
            return tag, text
        if not line.strip():
            self._blank += 1
            return None, ""
        raise W2VError(
            f"document {number} has no ID: {line!r:.60}. With ids=True each is ID<TAB>text; leave ids out where a line "
            "is only text."
        )

    def _add(self, sizes: Iterable[int], names: Iterable[str]) -> None:
        """Keep the tags of some documents: how many each has, and which, one after the other."""
        self._sizes.extend(sizes)
        self._numbers.extend(map(self._number_of.__getitem__, names))


def parted(item: Any, number: int) -> tuple[Words, list[str | int] | None]:
    """The words and the tags of a document; None: it has none of its own. number: which it is, for errors.

    Raises W2VError for what is no document.
    """
    if type(item) is str or type(item) is list:  # as most are, and nothing else need be looked at
        words, tags = item, None
    elif hasattr(item, "words") and hasattr(item, "tags"):
        words, tags = item.words, _tags(item.tags, number)
    elif isinstance(item, tuple) and len(item) == 2 and not _are_tokens(item):
        words, tags = item[0], _tags(item[1], number)
    else:
        words, tags = item, None
    if isinstance(words, str):
        return words, tags
    if type(words) is list:
        return list(words), tags
    wrong = isinstance(words, bytes | bytearray | Mapping | PathLike) or not isinstance(words, Iterable)
    if is_missing(words) or wrong or rows_of(words):
        raise W2VError(f"document {number} is {shown(item)} of type {type(item).__name__}; {EXPECTED}.")
    return list(words), tags


def _are_tokens(pair: tuple[Any, Any]) -> bool:
    """Whether two strings are the tokens of a document, and not its text and its tag: a text has white space."""
    return isinstance(pair[0], str) and isinstance(pair[1], str) and len(pair[0].split()) < 2


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


def _as_text(item: Text | Batch) -> Text | Batch:
    """Strings as lines of UTF-8; as they are, where they cannot be encoded."""
    if isinstance(item, Text) or not isinstance(item.lines[0], str):
        return item
    lines: Any = item.lines
    text = "\n".join(lines)
    if text.count("\n") >= len(lines):  # to tokenizers a line feed is white space
        text = "\n".join(line.replace("\n", " ") for line in lines)
    try:
        return Text(f"{text}\n".encode(), item.invalid_bytes)
    except UnicodeEncodeError:  # half a surrogate pair
        return item


def _lines_in(item: Text | Batch) -> int:
    if isinstance(item, Batch):
        return len(item.lines)
    return item.utf8.count(b"\n") + (item.utf8[-1:] not in (b"", b"\n"))
