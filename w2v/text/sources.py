"""Anything readable to lines: files, folders, patterns, archives, stdin, URLs (`files.py`), and Python iterables.

A source gives its text as batches of whole lines, about a megabyte at a time, so memory does not grow with
the corpus. Batches do not depend on one another: several processes could share one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from w2v.errors import W2VError
from w2v.text.files import Batch, File, files_of
from w2v.text.frames import Rows, only_split, rows_among, rows_of
from w2v.text.records import is_missing, likely

_END = object()  # of an iterable, which may well hold None
_BATCH = 1 << 18  # characters or tokens of an iterable gathered into one batch
_HINT = "Give sentences as a list of strings, or as a list of token lists."


@dataclass(frozen=True)
class Sentences:
    """An iterable of strings, or of token lists: one sentence each. Read once, in order."""

    items: Iterable[Any]
    name: str = "the given sentences"
    fingerprint: None = None

    def batches(self, strict: bool = False) -> Iterator[Batch]:
        """Raises W2VError for an item that is neither, or that is not what the first one was."""
        batch: list[Any] = []
        size, strings = 0, None
        for number, item in enumerate(self.items, 1):
            is_string = isinstance(item, str)
            if strings is None:
                strings = is_string
            elif strings != is_string and not is_missing(item):
                kind, others = ("a string", "token lists") if is_string else ("no string", "strings")
                raise W2VError(f"sentence {number} is {kind}, but those before it are {others}. {_HINT}")
            batch.append(item if is_string else _tokens(item, number))
            size += len(batch[-1]) + 1
            if size >= _BATCH:
                yield Batch(batch)
                batch, size = [], 0
        if batch:
            yield Batch(batch)


def _tokens(item: Any, number: int) -> list[str]:
    if is_missing(item):
        raise W2VError(
            f"sentence {number} is missing: it is {item!r}. Leave such out: [sentence for sentence in corpus if "
            'isinstance(sentence, str)], or of a DataFrame df["text"].dropna().'
        )
    if rows_of(item):
        raise W2VError(
            f"sentence {number} is a table of type {type(item).__name__}. Give tables only, and which of their columns "
            "holds the text, as field."
        )
    if isinstance(item, Iterable) and not isinstance(item, bytes | bytearray | Mapping):
        return list(item)
    advice = _HINT
    if isinstance(item, bytes):
        advice = "Open the file as text, give its path, or decode each: sentence.decode()."
    elif isinstance(item, Mapping):
        advice = "Give dicts only, and which of their values holds the text, as field."
    raise W2VError(f"sentence {number} is of type {type(item).__name__}, neither text nor tokens. {advice}")


Source = File | Sentences | Rows


def sources(corpus: Any, reader: int | None = None) -> list[Source]:
    """The sources behind what a Python user gives as a corpus; nothing is read yet.

    - A str or Path is a file, a folder (all files in it and below, sorted, hidden ones left out), a pattern
      such as `texts/*.gz` (`**` for folders at any depth), a URL, or `-` for stdin.
    - An iterable of Paths is several of these. An iterable of strings or of token lists is a sentence each.
    - A table that Python holds, an iterable of dicts, or of tables, is `Rows` with named columns (`frames.py`).

    reader: which one of several asks, whose number stands for `{rank}` in names of files of its own.

    Raises W2VError when a file does not exist, or the corpus is something else.
    """
    if isinstance(corpus, str):
        return list(files_of(corpus, f" In Python a str is taken as the name of a file. {_HINT}", reader))
    if isinstance(corpus, os.PathLike):
        return list(files_of(os.fspath(corpus), "", reader))
    if isinstance(corpus, Mapping) and (part := only_split(corpus)) is not None:
        corpus = part
    if rows := rows_of(corpus):
        return [rows]
    if isinstance(corpus, bytes | bytearray | Mapping) or not isinstance(corpus, Iterable):
        raise W2VError(f"a corpus of type {type(corpus).__name__} cannot be read. {_instead_of(corpus)}")
    try:
        items = iter(corpus)
    except TypeError as error:  # an array of one number or text
        raise W2VError(
            f"a corpus of type {type(corpus).__name__} cannot be read: {error}. {_instead_of(None)}"
        ) from error
    first = next(items, _END)
    if first is _END:
        return [Sentences(())]
    items = chain([first], items)
    if isinstance(first, File | Sentences | Rows):
        return list(items)
    if rows := rows_among(first, items, corpus):
        return [rows]
    if hasattr(first, "as_py"):  # a column of pyarrow
        return [Sentences(item.as_py() for item in items)]
    if isinstance(first, os.PathLike):
        return list(chain.from_iterable(files_of(_path(item), "", reader) for item in items))
    if isinstance(corpus, Sequence) and all(isinstance(i, str) and os.path.isfile(i) for i in corpus):
        raise W2VError(
            "a list of strings is taken as sentences, but each of these strings names a file, as does "
            f"{first!r:.80}. For files, give a list of pathlib.Path."
        )
    return [Sentences(items)]


def _instead_of(corpus: Any) -> str:
    if hasattr(type(corpus), "collect"):  # not the thing itself, which may work for an answer
        return "It is lazy: give corpus.collect(), and which of its columns holds the text, as field."
    if isinstance(corpus, Mapping) and corpus:
        return f"Give the one of its values that holds the text, such as corpus[{likely(list(map(str, corpus)))!r}]."
    return "Give the path of a text file, a list of strings (a sentence each), or a list of token lists."


def from_arguments(arguments: Sequence[str], reader: int | None = None) -> list[Source]:
    """The sources named on a command line: files, folders, patterns, URLs, `-`. `sources` takes them too.

    reader: as for `sources`.
    """
    return list(chain.from_iterable(files_of(name, "", reader) for name in arguments))


def _path(item: Any) -> str:
    if not isinstance(item, os.PathLike):
        raise W2VError(f"in a list of Paths, {item!r:.60} is of type {type(item).__name__}; give Paths only.")
    return os.fspath(item)
