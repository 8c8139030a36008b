"""gensim's documents: words with tags, readers of files of them, and what a corpus of them holds."""

import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import GeneratorType
from typing import Any, NamedTuple

import numpy as np

from w2v.corpus.array_file import ArrayFile
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.documents import Tagged, TagNumbers
from w2v.corpus.growth import fixed_or_grown
from w2v.corpus.indexing import TokenIndexer
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import W2VError, counted, shown
from w2v.gensim.errors import WrongTypeError
from w2v.gensim.notes import logger
from w2v.gensim.scanning import PIECE, in_file
from w2v.gensim.sentences import BrownCorpus
from w2v.text.files import Batch, File, Text
from w2v.text.reading import Reading
from w2v.text.sources import Sentences
from w2v.text.tokenize import whitespace

_UNKNOWN = SENTENCE_END - 1  # stands for a word that is in no vocabulary


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


@dataclass(frozen=True)
class Found:
    """What a corpus of documents holds, as gensim counts it, and the documents themselves in numbers.

    counts: of words, by first appearance. tags: the different ones, by first appearance, with their numbers.
    sizes, lengths: int64 [documents], how many tags and words each document has. tag_numbers: int64, its tags by
        number, document after document; a tag counts as often as a document has it.
    file: int32, the words by their places in `counts`, from 1, and a 0 after each document.
    """

    counts: dict[str, int]
    tags: dict[Any, int]
    sizes: np.ndarray
    lengths: np.ndarray
    tag_numbers: np.ndarray
    file: ArrayFile

    @property
    def documents(self) -> int:
        return len(self.lengths)

    @property
    def words(self) -> int:
        return int(self.lengths.sum())

    def keys(self) -> list[Any]:
        """All tags in the order of their rows: the numbers from 0 to the largest, and then the strings."""
        largest = max((tag for tag in self.tags if isinstance(tag, int)), default=-1)
        return [*range(largest + 1), *(tag for tag in self.tags if isinstance(tag, str))]

    def attributes(self) -> dict[str, np.ndarray]:
        """Of each tag, int64, how many documents have it and how many words these have."""
        keys = self.keys()
        rows, words = self._rows(dict(zip(keys, range(len(keys)), strict=True))), np.repeat(self.lengths, self.sizes)
        counts = np.bincount(rows, minlength=len(keys)), np.bincount(rows, words, minlength=len(keys))
        return {"doc_count": counts[0], "word_count": counts[1].astype(np.int64)}

    def blocks(self, vocab: Vocabulary, row_of: dict[Any, int]) -> tuple[IdBlocks, Tagged]:
        """What can be trained on: words of a vocabulary by their ids, in a file, and the tags of each document by rows.

        Documents without words are left out, and those without a tag that has a row. A tag that a document has twice
        counts once.

        Raises:
            W2VError: no word of the documents is in the vocabulary.
        """
        if not self.counts:
            raise W2VError("There are no words in the documents: they are empty, or the iterable was already used up.")
        words, counts = list(self.counts), np.fromiter(self.counts.values(), np.int64, len(self.counts))
        known = fixed_or_grown(vocab, words, counts, {"unk": False}, add_words=False).key_to_index
        rows, document = self._rows(row_of), np.repeat(np.arange(self.documents), self.sizes)
        pairs = np.stack([document, rows], axis=1)[rows >= 0]
        if len(pairs) and self.sizes.max() > 1:
            pairs = pairs[np.sort(np.unique(pairs, axis=0, return_index=True)[1])]
        sizes = np.bincount(pairs[:, 0], minlength=self.documents)
        stays = (sizes > 0) & (self.lengths > 0)
        ids = np.fromiter((known.get(word, _UNKNOWN) for word in words), np.int32, len(words))
        file = in_file(self._kept(np.append(np.int32(SENTENCE_END), ids), stays))
        offsets = np.append(0, np.cumsum(sizes[stays]))
        numbers = pairs[stays[pairs[:, 0]], 1].astype(np.int32)
        tagged = Tagged([str(row) for row in range(len(row_of))], offsets, numbers)
        return IdBlocks(file, vocab, int(self.lengths[stays].sum())), tagged

    def _rows(self, row_of: dict[Any, int]) -> np.ndarray:  # int64 [len(tag_numbers)], -1 where a tag has none
        return np.fromiter((row_of.get(tag, -1) for tag in self.tags), np.int64, len(self.tags))[self.tag_numbers]

    def _kept(self, final: np.ndarray, stays: np.ndarray) -> Iterator[np.ndarray]:
        """The ids of known words, and of the ends of documents, of documents that stay."""
        document = 0
        for start in range(0, len(self.file), PIECE):
            numbers = self.file[start : start + PIECE]
            ended = numbers == 0
            of_place = document + np.cumsum(ended) - ended
            document += int(ended.sum())
            ids = final[numbers]
            yield ids[(ids != _UNKNOWN) & stays[of_place]]


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
    if not set(map(type, words)) <= {str} and (odd := [word for word in words if not isinstance(word, str)]):
        raise WrongTypeError(f"document {number} has the word {shown(odd[0])}, which is no string.")
    return words, [tag if isinstance(tag, str) else int(tag) for tag in tags]


class _Documents(Reading):
    """The words of documents, each in a line of its own, and their tags. Lines of files go through compiled code."""

    every_line = True

    def __init__(self, documents: Iterable[Any]) -> None:
        of_file = type(documents) is TaggedLineDocument and isinstance(documents.source, str | os.PathLike)
        self.file = File(os.fspath(documents.source)) if of_file else None  # type: ignore[attr-defined]
        super().__init__([self.file] if self.file else [Sentences(())], strict=True)
        self._documents = documents
        self.number_of = TagNumbers()
        self.sizes, self.tag_numbers = array("q"), array("q")

    def texts(self) -> Iterator[Text | Batch]:
        return self.file.texts(strict=True) if self.file else self._batches()

    def _batches(self) -> Iterator[Batch]:
        some: list[list[str]] = []
        size = 0
        for number, document in enumerate(self._documents):
            words, tags = checked(document, number)
            self.sizes.append(len(tags))
            self.tag_numbers.extend(map(self.number_of.__getitem__, tags))
            some.append(words)
            size += len(words) + 1
            if size >= PIECE:
                yield Batch(some)
                some, size = [], 0
        if some:
            yield Batch(some)


def scan_documents(documents: Iterable[Any]) -> Found:
    """Read documents, once. Raises a WrongTypeError as `checked` does, and W2VError for a file that cannot be read."""
    indexer, reader = TokenIndexer(), _Documents(documents)
    counts, lengths = np.zeros(1, np.int64), [np.zeros(0, np.int64)]

    def numbered() -> Iterator[np.ndarray]:
        nonlocal counts
        for part in indexer.parts(reader, whitespace):
            counts = np.append(counts, np.zeros(len(indexer) - len(counts), np.int64))
            for some in np.array_split(part.numbers, len(part.numbers) // PIECE + 1):  # bincount makes int64 of all
                counts += np.bincount(some, minlength=len(counts))
            lengths.append(np.diff(np.flatnonzero(part.numbers == 0), prepend=-1) - 1)
            yield part.numbers

    with reader:
        file = in_file(numbered())
    of_words = dict(zip(indexer.words(), counts[1:].tolist(), strict=True))
    all_lengths = np.concatenate(lengths)
    if reader.file:
        tags: dict[Any, int] = {number: number for number in range(len(all_lengths))}
        sizes, numbers = np.ones(len(all_lengths), np.int64), np.arange(len(all_lengths))
    else:
        tags = reader.number_of
        sizes, numbers = np.array(reader.sizes, np.int64), np.array(reader.tag_numbers, np.int64)
    return Found(of_words, tags, sizes, all_lengths, numbers, file)


def tell(found: Found) -> None:
    """Have the log say what was found."""
    rows = len(found.keys())
    logger.info(
        "collected %i word types and %i unique tags from a corpus of %i examples and %i words",
        *(len(found.counts), rows, found.documents, found.words),
    )
    if rows > 2 * len(found.tags):
        logger.warning(
            "Highest int doctag (%i) larger than count of documents (%s): all numbers from 0 on get a vector. If that "
            "wastes memory, give strings as tags.",
            *(max(tag for tag in found.tags if isinstance(tag, int)), counted(found.documents, "document")),
        )
