"""gensim's documents: words with tags, readers of files of them, and what a corpus of them holds."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import GeneratorType
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import counted, shown
from w2v.gensim.errors import WrongTypeError
from w2v.gensim.notes import logger
from w2v.gensim.sentences import BrownCorpus


class TaggedDocument(NamedTuple):
    """A document: a list of words, and a list of tags, which are strings or whole numbers from 0."""

    words: list[str]
    tags: list[Any]

    def __str__(self) -> str:
        return f"{type(self).__name__}<{self.words}, {self.tags}>"


class TaggedLineDocument:
    """The lines of a file, a document each, tagged by its number, from 0; words stand between white space.

    source: a path, or an open file that can go back to its beginning.
    """

    def __init__(self, source: Any) -> None:
        self.source = source

    def __iter__(self) -> Iterator[TaggedDocument]:
        if isinstance(self.source, str | os.PathLike):
            from w2v.text.files import File

            batches = File(os.fspath(self.source)).batches(strict=True)
            lines: Iterable[Any] = (line for batch in batches for line in batch.lines)
        else:
            self.source.seek(0)
            lines = self.source
        for number, line in enumerate(lines):
            text = line if isinstance(line, str) else line.decode("utf-8")
            yield TaggedDocument(text.split(), [number])


class TaggedBrownCorpus:
    """The sentences of the Brown corpus as NLTK has it (`BrownCorpus`), tagged by their numbers."""

    def __init__(self, dirname: Any) -> None:
        self.dirname = dirname

    def __iter__(self) -> Iterator[TaggedDocument]:
        for number, words in enumerate(BrownCorpus(self.dirname)):
            yield TaggedDocument(words, [f"SENT_{number}"])


@dataclass
class Found:
    """What a corpus of documents holds, as gensim counts it."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # of words, by first appearance
    tags: dict[str, list[int]] = field(default_factory=dict)  # strings: how many documents and words
    numbers: dict[int, list[int]] = field(default_factory=dict)  # tags that are numbers: the same
    documents: int = 0
    words: int = 0

    def keys(self) -> list[Any]:
        """All tags in the order of their rows: the numbers from 0 to the largest, and then the strings."""
        return [*range(max(self.numbers, default=-1) + 1), *self.tags]

    def attributes(self) -> dict[str, np.ndarray]:
        """Of each tag, how many documents have it and how many words these have."""
        seen = [self.numbers.get(key, [0, 0]) if isinstance(key, int) else self.tags[key] for key in self.keys()]
        table = np.array(seen, np.int64).reshape(-1, 2)
        return {"doc_count": table[:, 0], "word_count": table[:, 1]}


def documents_of(corpus_iterable: Any, corpus_file: Any, passes: int) -> Iterable[Any]:
    """The documents of two arguments of which one is given. Raises a WrongTypeError for what holds none."""
    if (corpus_iterable is None) == (corpus_file is None):
        told = "There are no documents" if corpus_iterable is None else "Both documents and corpus_file are given"
        raise WrongTypeError(f"{told}. Give one of them: a list of TaggedDocument, or the path of a file.")
    if corpus_file is not None:
        if not isinstance(corpus_file, str | os.PathLike) or not os.path.isfile(corpus_file):
            raise WrongTypeError(f"corpus_file is {shown(corpus_file)}, and there is no such file.")
        return TaggedLineDocument(corpus_file)
    if isinstance(corpus_iterable, str | bytes) or not isinstance(corpus_iterable, Iterable):
        raise WrongTypeError(f"documents are {shown(corpus_iterable)}; expected an iterable of TaggedDocument.")
    if isinstance(corpus_iterable, GeneratorType) and passes > 1:
        raise WrongTypeError("Documents of a generator cannot be read twice. Give a list, as list(generator).")
    return corpus_iterable


def checked(document: Any, number: int) -> tuple[list[str], list[Any]]:
    """The words and tags of a document. Raises a WrongTypeError for what is none."""
    if not (hasattr(document, "words") and hasattr(document, "tags")):
        raise WrongTypeError(
            f"document {number} is {shown(document)}; expected TaggedDocument(words, tags), which has both."
        )
    words, tags = document.words, document.tags
    if isinstance(words, str) and number == 0:
        logger.warning(
            "Each 'words' should be a list of words (usually unicode strings). First 'words' here is instead plain "
            "%s, which is taken as a list of its characters. Give words.split(), or another list of its words.",
            type(words),
        )
    if isinstance(tags, str | int):
        raise WrongTypeError(
            f"the tags of document {number} are {shown(tags)}; expected a list of them: [{tags!r:.40}]."
        )
    words, tags = list(words), list(tags)
    for tag in tags:
        is_number = isinstance(tag, int | np.integer) and not isinstance(tag, bool) and tag >= 0
        if not (is_number or isinstance(tag, str)):
            raise WrongTypeError(f"document {number} has the tag {shown(tag)}; expected a string, or a number from 0.")
    if odd := [word for word in words if not isinstance(word, str)]:
        raise WrongTypeError(f"document {number} has the word {shown(odd[0])}, which is no string.")
    return words, [tag if isinstance(tag, str) else int(tag) for tag in tags]


def scan_documents(documents: Iterable[Any]) -> Found:
    """Read documents for their words and tags. Raises a WrongTypeError as `checked` does."""
    found = Found()
    for number, document in enumerate(documents):
        words, tags = checked(document, number)
        for word in words:
            found.counts[word] += 1
        for tag in tags:
            of_tag = found.tags.setdefault(tag, [0, 0]) if isinstance(tag, str) else None
            if of_tag is None:
                of_tag = found.numbers.setdefault(tag, [0, 0])
            of_tag[0] += 1
            of_tag[1] += len(words)
        found.documents += 1
        found.words += len(words)
    rows = len(found.keys())
    logger.info(
        "collected %i word types and %i unique tags from a corpus of %i examples and %i words",
        *(len(found.counts), rows, found.documents, found.words),
    )
    if rows > 2 * (len(found.tags) + len(found.numbers)):
        logger.warning(
            "Highest int doctag (%i) larger than count of documents (%s): all numbers from 0 on get a vector. If that "
            "wastes memory, give strings as tags.",
            *(max(found.numbers), counted(found.documents, "document")),
        )
    return found


def as_rows(documents: Iterable[Any], row_of: dict[Any, int]) -> Iterator[tuple[list[str], list[int]]]:
    """The words of each document and the rows of those of its tags that are known; one without any is left out."""
    for number, document in enumerate(documents):
        words, tags = checked(document, number)
        if rows := [row_of[tag] for tag in tags if tag in row_of]:
            yield words, rows
