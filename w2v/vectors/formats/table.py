"""What every file of vectors holds, and what both formats of one file share: first line, words in bytes, refusals."""

from __future__ import annotations

import codecs
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from w2v.base.settings import plain
from w2v.errors import W2VError, counted, shown
from w2v.vectors.composer import Composer

WHOLE = "key is a number"  # the attribute by which keys are known that are whole numbers, and no words
MOST_NUMBERS = 1 << 17  # of a vector: what is written reads back, and what claims more is not read
LONGEST_WORD = 1 << 24  # bytes; of text without spaces a word may be megabytes
LONGEST_LINE = 1 << 25  # bytes: the longest word and the most numbers, 24 characters each, and a little more
GEOMETRIES: dict[str, type[np.floating]] = {"euclidean": np.float32, "poincare": np.float64}  # and their numbers
FLAT = "euclidean"  # of which files say nothing, as those of others
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
    """How many rows to read of those available, where that is known. Raises W2VError for a limit below 1, or none."""
    limit = plain(limit)
    if limit is not None and (not isinstance(limit, int) or isinstance(limit, bool)):
        raise W2VError(f"limit is {shown(limit)}; expected a whole number, how many vectors to read, or None for all.")
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


class Spelling(NamedTuple):
    """How the bytes of words are read, as `bytes.decode` takes it."""

    encoding: str = "utf-8"
    errors: str = "replace"

    @classmethod
    def of(cls, encoding: str, errors: str) -> Spelling:
        """Raises W2VError for what is not known, or writes spaces and digits in other bytes than ASCII."""
        try:
            codecs.lookup_error(errors)
            plain_bytes = " 1\n".encode(encoding)
        except (LookupError, TypeError, ValueError) as error:
            raise W2VError(
                f"words cannot be read with encoding={encoding!r} and errors={errors!r}: {error}. Such as 'utf-8' or "
                f"'latin-1', and 'replace', 'ignore' or 'strict' are known."
            ) from error
        if plain_bytes != b" 1\n":
            raise W2VError(
                f"a file of vectors in {encoding} cannot be read: words and numbers are parted by bytes of ASCII. "
                f"Convert it first: iconv -f {encoding} -t utf-8."
            )
        return cls(encoding, errors)


UTF8 = Spelling()


def table_of(
    path: str | Path, raw_words: list[bytes], floats: np.ndarray, size: int, spelling: Spelling = UTF8
) -> Table:
    """Decode the words, and check them and the vectors as `checked` does.

    Raises W2VError as there, and where `spelling` is strict and a word is not of its encoding.
    """
    words = decoded(path, raw_words, spelling)
    return checked(path, Table(words, floats.reshape(-1, size)), stacklevel=7)


def decoded(path: str | Path, raw_words: list[bytes], spelling: Spelling = UTF8) -> list[str]:
    """The words, of which those that are not of the encoding are warned of."""
    encoding, errors = spelling
    try:
        words = [word.decode(encoding, errors) for word in raw_words]
    except UnicodeError as error:
        raise W2VError(
            f"{path} has a word that is not {encoding}: {error}. Give encoding=, or errors='replace' or 'ignore'."
        ) from error
    if errors == "replace":
        pairs = zip(words, raw_words, strict=True)
        if invalid := sum("\ufffd" in word and word.encode(encoding, "replace") != raw for word, raw in pairs):
            warnings.warn(f"{path}: invalid {encoding.upper()} replaced in {counted(invalid, 'word')}.", stacklevel=7)
    return words


def checked(path: str | Path, table: Table, *, stacklevel: int = 6) -> Table:
    """Where two words are the same, keep the first; leave out vectors that are not finite. Both are warned of.

    Raises W2VError when nothing is left.
    """
    if not table.words:
        raise W2VError(f"{path} holds no vectors.")
    first: dict[str, int] = {}
    for index, word in enumerate(table.words):
        first.setdefault(word, index)
    if dropped := len(table.words) - len(first):
        warnings.warn(
            f"{path}: {counted(dropped, 'word')} came again; the first of each was kept.", stacklevel=stacklevel
        )
        table = rows_kept(table, np.array(list(first.values())))
    words, vectors = table.words, table.vectors
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
            stacklevel=stacklevel,
        )
        table = rows_kept(table, np.flatnonzero(finite))
    return table


def rows_kept(table: Table, rows: np.ndarray) -> Table:
    """Some of the words, with what belongs to them."""
    words, vectors, counts, geometry, attributes, composer = table
    some = {name: array[rows] for name, array in attributes.items()}
    kept = None if counts is None else counts[rows]
    return Table([words[row] for row in rows.tolist()], vectors[rows], kept, geometry, some, composer)


def counts_of(path: str | Path, given: np.ndarray | None, words: int) -> np.ndarray | None:
    """Counts as others keep them, int64 [V], or None with a warning where they are no such."""
    if given is None:
        return None
    with np.errstate(invalid="ignore"):
        if given.shape == (words,) and given.dtype.kind in "iuf" and bool(((given >= 0) & (given < 2.0**62)).all()):
            return given.astype(np.int64)
    warnings.warn(f"{path}: its counts were passed over, for they are not a number from 0 for each word.", stacklevel=5)
    return None


def geometry_of(path: str | Path, told: str | None, dtype: type[np.floating]) -> tuple[str | None, type[np.floating]]:
    """The geometry that a file of ours tells, None where it tells none, and the type of its numbers.

    Raises W2VError for one that is not known.
    """
    if told is None or told in GEOMETRIES:
        return told, GEOMETRIES[told] if told else dtype
    raise W2VError(f"{path} speaks of {told!r:.60} geometry, which is not known; update w2v.")


def matrix(path: str | Path, vectors: np.ndarray, dtype: type[np.floating], what: str) -> np.ndarray:
    """Vectors [V, D] of any type of number as `dtype`. Raises W2VError for what is no such matrix."""
    if vectors.ndim != 2 or not 0 < vectors.shape[1] <= MOST_NUMBERS or vectors.dtype.kind not in "fiu":
        raise W2VError(
            f"{path}: {what} should be vectors of 1 to {MOST_NUMBERS:,} numbers in rows, and are {vectors.dtype} "
            f"{list(vectors.shape)}."
        )
    with np.errstate(over="ignore"):  # what does not fit the type becomes infinite, and is left out with its word
        return np.ascontiguousarray(vectors, dtype=dtype)


class CutShortError(W2VError, EOFError):
    """A file with fewer vectors than its first line announces."""


def cut_short(path: str | Path, announced: int, found: int) -> str:
    """What to say of a file with fewer vectors than its first line announces."""
    remedy = f", or read its first {found} with limit={found}" if found else ""
    return (
        f"{path} is cut short: its first line announces {announced} vectors, but there are {found}. "
        f"Fetch or write it again{remedy}."
    )
