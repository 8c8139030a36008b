"""What every file of vectors holds, and what both formats of one file share: first line, words in bytes, refusals."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from w2v.errors import W2VError, counted
from w2v.vectors.composer import Composer

MOST_NUMBERS = 1 << 17  # of a vector: what is written reads back, and what claims more is not read
LONGEST_WORD = 1 << 24  # bytes; of text without spaces a word may be megabytes
LONGEST_LINE = 1 << 25  # bytes: the longest word and the most numbers, 24 characters each, and a little more
_DIGITS = 18  # of a number that memory might hold so many of
_RECURRING = 100_000  # words that may come again, whatever their share


class Table(NamedTuple):
    """What a file of vectors holds."""

    words: list[str]
    vectors: np.ndarray  # [V, D]; float64 where float32 would lose digits of it, else float32
    counts: np.ndarray | None = None  # int64 [V], where the format holds them
    geometry: str | None = None  # "euclidean", "poincare"; only a folder of ours says so
    attributes: Mapping[str, np.ndarray] = MappingProxyType({})  # further numbers [V] by name; only our folder has them
    composer: Composer | None = None  # of models with subwords


def rows_of(limit: int | None, available: int | None) -> int:
    """How many rows to read of those available, where that is known. Raises W2VError for a limit below 1."""
    if limit is not None and limit < 1:
        raise W2VError(f"limit is {limit}; it must be at least 1, the number of vectors to read.")
    return min(number for number in (limit, available, sys.maxsize) if number is not None)


def header_of(path: str | Path, line: bytes) -> tuple[int, int] | None:
    """V and D when the line is a header, two whole numbers; else None. Raises W2VError where no file has so many."""
    fields = line.removeprefix(b"\xef\xbb\xbf").split()
    if len(fields) != 2 or not all(map(bytes.isdigit, fields)):
        return None
    if max(map(len, fields)) > _DIGITS or int(fields[1]) > MOST_NUMBERS:
        raise W2VError(
            f"{path}, line 1: announces {fields[0].decode():.30} vectors of {fields[1].decode():.30} numbers, which no "
            f"file holds; a vector has {MOST_NUMBERS:,} at most. Its first line is damaged, or it is no file of word "
            f"vectors."
        )
    return int(fields[0]), int(fields[1])


def rows_to_write(path: str | Path, vectors: np.ndarray, dtype: type[np.floating] | str) -> np.ndarray:
    """Vectors [V, D] as `dtype`. Raises W2VError where D is more than is read again."""
    rows = np.asarray(vectors, dtype=dtype)
    if rows.shape[1] > MOST_NUMBERS:
        raise W2VError(
            f"{path} was not written: vectors of {rows.shape[1]:,} numbers would not be read again; they may have "
            f"{MOST_NUMBERS:,}. Keep them in a model's folder, or with numpy.save."
        )
    return rows


def encoded(path: str | Path, words: Sequence[str], edges: str = "") -> Iterator[bytes]:
    """The words as UTF-8. Raises W2VError for one with a space, a newline, or one of `edges` at its start or end, and
    for one of more than LONGEST_WORD bytes.
    """
    for word in words:
        if " " in word or "\n" in word or word.strip(edges) != word:
            raise W2VError(
                f"{path} was not written: the word {word!r:.60} has a space, a tab or a newline in it, which "
                f"vectors files cannot hold. Join its parts with another character, such as '_'."
            )
        try:
            raw = word.encode("utf-8")
        except UnicodeEncodeError as error:
            raise W2VError(f"{path} was not written: the word {word!r:.60} cannot be written as UTF-8.") from error
        if len(raw) > LONGEST_WORD:
            raise W2VError(
                f"{path} was not written: the word {word!r:.60} has {len(raw):,} bytes, and a vectors file's words may "
                f"have {LONGEST_WORD:,}. Leave it out."
            )
        yield raw


class Recurrence:
    """Stops the reading of a file in which most words come again and again: no memory is filled with them."""

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self._distinct: set[bytes] = set()
        self._seen = 0

    def check(self, raw_words: list[bytes]) -> None:
        """raw_words: all so far. It looks at every 65,536th, and costs nothing at the others."""
        if len(raw_words) & 0xFFFF:
            return
        self._distinct.update(raw_words[self._seen :])
        self._seen = len(raw_words)
        if self._seen > 2 * len(self._distinct) + _RECURRING:
            raise W2VError(
                f"{self._path} is no file of word vectors, or damaged: of its first {self._seen:,} words only "
                f"{len(self._distinct):,} are different, such as {raw_words[-1].decode('utf-8', 'replace')!r:.60}."
            )


def table_of(path: str | Path, raw_words: list[bytes], floats: np.ndarray, size: int) -> Table:
    """Decode the words; where two are the same, keep the first; leave out vectors that are not finite. All are warned
    of. Raises W2VError when nothing is left.
    """
    if not raw_words:
        raise W2VError(f"{path} holds no vectors.")
    words = [word.decode("utf-8", "replace") for word in raw_words]
    vectors = floats.reshape(-1, size)
    invalid = sum("\ufffd" in word and word.encode() != raw for word, raw in zip(words, raw_words, strict=True))
    if invalid:
        warnings.warn(f"{path}: invalid UTF-8 replaced in {counted(invalid, 'word')}.", stacklevel=5)
    first: dict[str, int] = {}
    for index, word in enumerate(words):
        first.setdefault(word, index)
    if dropped := len(words) - len(first):
        warnings.warn(f"{path}: {counted(dropped, 'word')} came again; the first of each was kept.", stacklevel=5)
        words, vectors = list(first), vectors[list(first.values())]
    with np.errstate(invalid="ignore"):  # NaN is the least and the greatest of what it is among
        finite = np.isfinite(vectors.min(axis=1)) & np.isfinite(vectors.max(axis=1))
    if lost := len(words) - int(np.count_nonzero(finite)):
        example = words[int(np.argmin(finite))]
        if lost == len(words):
            raise W2VError(
                f"{path} holds no vectors of finite numbers: all {lost} hold NaN or infinity, or numbers too large for "
                f"{vectors.dtype}, that of {example!r:.60} first. It is damaged, or of a training that diverged."
            )
        warnings.warn(
            f"{path}: {counted(lost, 'word has', 'words have')} no finite vector and "
            f"{'was' if lost == 1 else 'were'} left out, {example!r:.60} first.",
            stacklevel=5,
        )
        words, vectors = [word for word, kept in zip(words, finite, strict=True) if kept], vectors[finite]
    return Table(words, vectors, None)


class CutShortError(W2VError, EOFError):
    """A file with fewer vectors than its first line announces."""


def cut_short(path: str | Path, announced: int, found: int) -> str:
    """What to say of a file with fewer vectors than its first line announces."""
    remedy = f", or read its first {found} with limit={found}" if found else ""
    return (
        f"{path} is cut short: its first line announces {announced} vectors, but there are {found}. "
        f"Fetch or write it again{remedy}."
    )
