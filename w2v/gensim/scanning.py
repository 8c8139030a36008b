"""A corpus read once: its words and how often each occurs, and the corpus in numbers, from which training goes on.

Files, and gensim's readers of files as they are by default, go through compiled code on all cores
(`corpus/indexing.py`). Any other iterable of sentences goes sentence by sentence; a word may be anything hashable.
"""

import shutil
import tempfile
import weakref
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from w2v.corpus.array_file import ArrayFile
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.indexing import TokenIndexer
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import shown
from w2v.gensim.errors import WrongTypeError
from w2v.gensim.notes import logger
from w2v.gensim.sentences import MAX_WORDS_IN_BATCH, LineSentence, PathLineSentences, Text8Corpus
from w2v.gensim.utils import TrimRule, prune_vocab
from w2v.text.files import File, Text
from w2v.text.reading import Reading
from w2v.text.tokenize import whitespace

PIECE = 1 << 20  # numbers, or words of sentences, at a time
_END = object()  # stands among words where a sentence ends; none can be mistaken for it


@dataclass
class Scan:
    """What a corpus holds. counts: of each word, in the order in which they first appear; an unknown word has 0.

    numbers: int32, in a file: for each word its place in `counts`, from 1, and 0 where a sentence ends; None: words
        were left out while it was read, and it has to be read again.
    """

    counts: defaultdict[Any, int]
    words: int  # all of the corpus
    sentences: int
    numbers: ArrayFile | None = None

    def blocks(self, index: dict[Any, int], vocab: Vocabulary) -> IdBlocks:
        """What can be trained on: the words that are in the index by their ids there, in a file. vocab: those words."""
        assert self.numbers is not None
        ids = np.fromiter((index.get(word, SENTENCE_END - 1) for word in self.counts), np.int32, len(self.counts))
        final = np.append(np.int32(SENTENCE_END), ids)
        numbers, last = self.numbers, SENTENCE_END

        def kept() -> Iterator[np.ndarray]:
            nonlocal last
            for start in range(0, len(numbers), PIECE):
                piece = final[numbers[start : start + PIECE]]
                piece = piece[piece >= SENTENCE_END]
                piece = piece[(piece != SENTENCE_END) | (np.append(last, piece[:-1]) != SENTENCE_END)]
                if len(piece):
                    last = piece[-1]
                    yield piece

        return IdBlocks(in_file(kept()), vocab, self.words)


def scan(corpus: Any) -> Scan:
    """Read a corpus: an iterable of sentences, each a list of words.

    Raises:
        WrongTypeError: a sentence is no list of words, or a word cannot be one.
        W2VError: a file that cannot be read.
    """
    indexer: dict[Any, int]
    if (reading := _in_files(corpus)) is not None:
        compiled = TokenIndexer()
        indexer, parts = compiled, (part.numbers for part in compiled.parts(reading, whitespace))
    else:
        indexer = _Numbers()
        parts = _numbered(corpus, indexer)
    counts, pieces = np.zeros(1, np.int64), 0
    whole = reading is not None and isinstance(corpus, Text8Corpus)

    def counted() -> Generator[np.ndarray, None, None]:
        nonlocal counts, pieces
        place = 0  # in the sentence that goes on
        for numbers in parts:
            if whole:
                numbers = numbers[numbers != 0]
            counts = np.append(counts, np.zeros(len(indexer) - len(counts), np.int64))
            for some in np.array_split(numbers, len(numbers) // PIECE + 1):  # bincount makes int64 of all
                counts += np.bincount(some, minlength=len(counts))
            if reading is not None:
                ends = np.flatnonzero(numbers == 0)
                lengths = np.diff(ends, prepend=-1 - place) - 1
                pieces += int((-(-lengths // MAX_WORDS_IN_BATCH)).sum())
                place = len(numbers) - 1 - (int(ends[-1]) if len(ends) else -1 - place)
            yield numbers
        if reading is not None:
            pieces += -(-place // MAX_WORDS_IN_BATCH)

    with closing(counted()) as numbers:
        file = in_file(numbers)
    found = list(indexer)[1:]
    total, sentences = int(counts[1:].sum()), int(counts[0]) if reading is None else pieces
    return Scan(defaultdict(int, zip(found, counts[1:].tolist(), strict=True)), total, sentences, file)


def scan_pruned(corpus: Any, most: int, trim_rule: TrimRule | None) -> Scan:
    """The same, with rare words left out whenever there are more than `most` different ones, as gensim does: those
    seen less than once the first time, then less than twice, and so on. The counts of words that come back begin anew.
    """
    counts: defaultdict[Any, int] = defaultdict(int)
    words, sentences, least = 0, 0, 1
    for sentence in _checked(corpus):
        sentences += 1
        words += len(sentence)
        for word in sentence:
            counts[word] += 1
        if len(counts) > most:
            prune_vocab(counts, least, trim_rule)
            least += 1
    return Scan(counts, words, sentences)


class _Numbers(dict[Any, int]):
    """A word's number is its place among the words, from 1."""

    def __init__(self) -> None:
        super().__init__({_END: 0})

    def __missing__(self, word: Any) -> int:
        self[word] = len(self)
        return len(self) - 1


class _Lines(Reading):
    """Files as lines of text, whatever else they might be taken for."""

    def __init__(self, files: list[File], texts: Callable[[], Iterator[Text]] | None = None) -> None:
        super().__init__(files, strict=True)
        self._parts = texts or (lambda: chain.from_iterable(file.texts(strict=True) for file in files))

    def texts(self) -> Iterator[Text]:
        return self._parts()


def _in_files(corpus: Any) -> Reading | None:
    """How to read one of gensim's readers of files by compiled code; None: it is something else, or is not whole."""
    if type(corpus) not in (LineSentence, PathLineSentences, Text8Corpus):
        return None
    if corpus.max_sentence_length != MAX_WORDS_IN_BATCH or getattr(corpus, "limit", None) is not None:
        return None
    if isinstance(corpus, Text8Corpus):
        return _Lines([File(str(corpus.fname))], corpus.texts)
    if isinstance(corpus, PathLineSentences):
        return _Lines([File(str(path)) for path in corpus.input_files])
    return None if hasattr(corpus.source, "seek") else _Lines([File(str(corpus.source))])


def _numbered(corpus: Iterable[Any], numbers: _Numbers) -> Iterator[np.ndarray]:
    """The numbers of the words of all sentences, some sentences at a time."""
    row: list[Any] = []
    for sentence in _checked(corpus):
        row.extend(sentence)  # `+=` would have NumPy add a row of an array
        row.append(_END)
        if len(row) >= PIECE:
            yield _numbers_of(row, numbers)
            row.clear()
    yield _numbers_of(row, numbers)


def _numbers_of(row: list[Any], numbers: _Numbers) -> np.ndarray:
    try:
        return np.fromiter(map(numbers.__getitem__, row), np.int32, len(row))
    except TypeError as error:
        odd = next(word for word in row if not _hashable(word))
        raise WrongTypeError(
            f"the word {shown(odd)} is of type {type(odd).__name__}, and a word must be a string. A corpus is a list "
            "of sentences, each a list of words: is it nested too deeply?"
        ) from error


def _hashable(word: Any) -> bool:
    try:
        hash(word)
    except TypeError:
        return False
    return True


def _checked(corpus: Iterable[Any]) -> Iterator[Any]:
    """The sentences. A string is taken as its characters, with a warning, as gensim does."""
    for number, sentence in enumerate(corpus, 1):
        if isinstance(sentence, str) and number == 1:
            logger.warning(
                "Each 'sentences' item should be a list of words (usually unicode strings). First item here is instead "
                "plain %s, which is taken as a list of its characters. Give sentence.split(), or another list of its "
                "words.",
                type(sentence),
            )
        if not (hasattr(sentence, "__len__") and hasattr(sentence, "__iter__")):
            raise WrongTypeError(
                f"sentence {number} is {shown(sentence)}, of type {type(sentence).__name__}; expected a list of words. "
                "A corpus is a list of sentences, or another iterable of them, and each of them a list of words."
            )
        yield sentence


def in_file(parts: Iterable[np.ndarray]) -> ArrayFile:
    """Numbers, int32, in a file that goes when it is no longer needed."""
    folder = Path(tempfile.mkdtemp(prefix="w2v-"))
    try:
        with open(folder / "ids", "wb") as file:
            for part in parts:
                file.write(part.astype(np.int32, copy=False).data)
        opened = ArrayFile(folder / "ids", np.int32)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(opened, shutil.rmtree, folder, ignore_errors=True)
    return opened
