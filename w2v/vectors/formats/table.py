"""What every file of vectors holds, and what both formats of one file share: first line, words in bytes, refusals."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from w2v.errors import W2VError

_DIGITS = 18  # of a number that memory might hold so many of


class Table(NamedTuple):
    """What a file of vectors holds."""

    words: list[str]
    vectors: np.ndarray  # [V, D]; float64 where float32 would lose digits of it, else float32
    counts: np.ndarray | None = None  # int64 [V]; only a model folder has them
    geometry: str | None = None  # "euclidean", "poincare"; only a model folder says so


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
    if max(map(len, fields)) > _DIGITS:
        raise W2VError(
            f"{path}, line 1: announces {fields[0].decode():.30} vectors of {fields[1].decode():.30} numbers, and no "
            f"file holds so many: its first line is damaged, or it is no file of word vectors."
        )
    return int(fields[0]), int(fields[1])


def encoded(path: str | Path, words: Sequence[str], edges: str = "") -> Iterator[bytes]:
    """The words as UTF-8. Raises W2VError for one with a space, a newline, or one of `edges` at its start or end."""
    for word in words:
        if " " in word or "\n" in word or word.strip(edges) != word:
            raise W2VError(
                f"{path} was not written: the word {word!r:.60} has a space, a tab or a newline in it, which "
                f"vectors files cannot hold. Join its parts with another character, such as '_'."
            )
        try:
            yield word.encode("utf-8")
        except UnicodeEncodeError as error:
            raise W2VError(f"{path} was not written: the word {word!r:.60} cannot be written as UTF-8.") from error


def table_of(path: str | Path, raw_words: list[bytes], floats: np.ndarray, size: int) -> Table:
    """Decode the words; where two are the same, keep the first. Both are warned of."""
    if not raw_words:
        raise W2VError(f"{path} holds no vectors.")
    words = [word.decode("utf-8", "replace") for word in raw_words]
    vectors = floats.reshape(-1, size)
    invalid = sum("\ufffd" in word and word.encode() != raw for word, raw in zip(words, raw_words, strict=True))
    if invalid:
        warnings.warn(f"{path}: invalid UTF-8 replaced in {invalid} words.", stacklevel=5)
    first: dict[str, int] = {}
    for index, word in enumerate(words):
        first.setdefault(word, index)
    if len(first) < len(words):
        dropped = len(words) - len(first)
        warnings.warn(f"{path}: {dropped} words came again; the first of each was kept.", stacklevel=5)
        return Table(list(first), vectors[list(first.values())], None)
    return Table(words, vectors, None)


def cut_short(path: str | Path, announced: int, found: int) -> str:
    """What to say of a file with fewer vectors than its first line announces."""
    remedy = f", or read its first {found} with limit={found}" if found else ""
    return (
        f"{path} is cut short: its first line announces {announced} vectors, but there are {found}. "
        f"Fetch or write it again{remedy}."
    )
