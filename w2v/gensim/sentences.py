"""gensim's readers of corpora: they can be iterated as often as one likes, and give a list of words a sentence.

Files may be compressed, by gzip, bzip2, xz or zstandard, whatever their names; see `w2v.text.files`.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from w2v.errors import W2VError, shown
from w2v.gensim.notes import logger
from w2v.gensim.paths import expect
from w2v.text.files import File, Text

MAX_WORDS_IN_BATCH = 10_000  # a sentence that is longer is given in pieces, here as in gensim


class LineSentence:
    """The lines of a file, a sentence each: words that stand between white space.

    Args:
        source: a path, or an open file that can go back to its beginning (`seek(0)`), of lines as strings or as UTF-8.
        max_sentence_length: words; a longer line is given in pieces.
        limit: read that many lines only; None: all.

    Iterating raises W2VError for a file that cannot be read, or is not UTF-8.
    """

    def __init__(self, source: Any, max_sentence_length: int = MAX_WORDS_IN_BATCH, limit: int | None = None) -> None:
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit

    def __iter__(self) -> Iterator[list[str]]:
        if hasattr(self.source, "seek"):
            self.source.seek(0)
            lines = map(_text, self.source)
        else:
            expect(self.source, "a file with a sentence a line")
            lines = _lines(self.source)
        return _pieces(islice(lines, self.limit), self.max_sentence_length)


class PathLineSentences:
    """The lines of all files in a folder, in the order of their names; folders in it are left out.

    Args:
        source: the folder, or one file.
        max_sentence_length: words; a longer line is given in pieces.
        limit: read that many lines of each file; None: all.

    Raises:
        W2VError: there is no such folder or file; also a ValueError.
    """

    def __init__(self, source: Any, max_sentence_length: int = MAX_WORDS_IN_BATCH, limit: int | None = None) -> None:
        self.source = source
        self.max_sentence_length = max_sentence_length
        self.limit = limit
        if os.path.isfile(source):
            self.input_files = [source]
        elif os.path.isdir(source):
            self.source = os.path.join(source, "")
            found = (os.path.join(source, name) for name in sorted(os.listdir(source)))
            self.input_files = [path for path in found if os.path.isfile(path)]
        else:
            raise W2VError(f"{shown(source)} is neither a file nor a folder. Give the path of one that is there.")
        logger.info("files read into PathLineSentences: %s", ", ".join(map(str, self.input_files)))

    def __iter__(self) -> Iterator[list[str]]:
        for path in self.input_files:
            yield from _pieces(islice(_lines(path), self.limit), self.max_sentence_length)


class Text8Corpus:
    """A file without sentences, such as text8, as sentences of `max_sentence_length` words; lines have no meaning.

    Iterating raises W2VError for a file that cannot be read, or is not UTF-8.
    """

    def __init__(self, fname: Any, max_sentence_length: int = MAX_WORDS_IN_BATCH) -> None:
        self.fname = fname
        self.max_sentence_length = max_sentence_length

    def __iter__(self) -> Iterator[list[str]]:
        words: list[str] = []
        for text in self.texts():
            words += text.utf8.decode("utf-8").split()
            full = len(words) // self.max_sentence_length * self.max_sentence_length
            yield from _pieces([words[:full]], self.max_sentence_length)
            words = words[full:]
        if words:
            yield words

    def texts(self) -> Iterator[Text]:
        """The file in pieces of about a megabyte, cut at white space. Raises W2VError as iterating does."""
        file, rest = File(os.fspath(self.fname)), b""
        for piece in file.pieces():
            rest += piece
            cut = max(map(rest.rfind, (b" ", b"\n", b"\t"))) + 1
            if cut:
                yield file.checked(rest[:cut], 0, strict=True)
                rest = rest[cut:]
        if rest:
            yield file.checked(rest, 0, strict=True)


class BrownCorpus:
    """The Brown corpus as NLTK has it, a folder of files of words with tags: `the/at jury/nn said/vbd`.

    A word is given lower-cased with the first two letters of its tag, `jury/nn`; what has no tag of letters, as
    punctuation, is left out.
    """

    def __init__(self, dirname: Any) -> None:
        self.dirname = dirname

    def __iter__(self) -> Iterator[list[str]]:
        for path in sorted(path for path in Path(self.dirname).iterdir() if path.is_file()):
            for line in _lines(path):
                pairs = (token.split("/") for token in line.split() if token.count("/") == 1)
                if words := [f"{word.lower()}/{tag[:2]}" for word, tag in pairs if tag[:2].isalpha()]:
                    yield words


def _lines(path: Any) -> Iterator[str]:
    for batch in File(os.fspath(path)).batches(strict=True):
        yield from batch.lines  # type: ignore[misc]  # of a file they are strings


def _text(line: str | bytes) -> str:
    return line if isinstance(line, str) else line.decode("utf-8")


def _pieces(lines: Iterable[str] | Iterable[list[str]], longest: int) -> Iterator[list[str]]:
    """The words of each line, in pieces; of an empty one nothing."""
    for line in lines:
        words = line.split() if isinstance(line, str) else line
        for start in range(0, len(words), longest):
            yield words[start : start + longest]
