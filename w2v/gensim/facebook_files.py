"""fastText's models whole (.bin), with the rows of buckets and the output table, so that training can go on.

The layout is in `w2v/vectors/formats/fasttext.py`. Beside versions 11 and 12, as written since 2016, that of before is
read, too: without magic and version, what is kept of buckets, and the two signs of quantisation.
"""

import os
import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np

from w2v.base.atomic_file import atomic_file
from w2v.base.subword_limits import LONGEST_NGRAM, MOST_BUCKETS
from w2v.errors import W2VError, shown
from w2v.gensim import utils
from w2v.gensim.errors import NotDoneError, OtherModelError
from w2v.gensim.keyed_store import logger
from w2v.gensim.paths import expect
from w2v.vectors.formats.table import LONGEST_WORD, MOST_NUMBERS, CutShortError

_MAGIC, _VERSION = 793712314, 12
_NAMES = ("dim", "ws", "epoch", "min_count", "neg", "word_ngrams", "loss", "model", "bucket", "minn", "maxn", "lr")
_SUPERVISED = 3
_LARGE = 1e30  # no vector has such a number, and sums of larger ones would be infinite
_PIECE = 1 << 24  # bytes read at a time


class FacebookModel(NamedTuple):
    """What such a file holds. told: the arguments, by name; "t" is the threshold of subsampling."""

    told: dict[str, Any]
    words: list[str]
    counts: np.ndarray  # int64 [V]
    tokens: int  # words of the text
    rows: np.ndarray  # float32 [V + bucket, D]
    output: np.ndarray | None  # float32 [V, D]


def read_facebook(path: str | Path, encoding: str = "utf-8", *, output: bool = True) -> FacebookModel:
    """Read a model, compressed or not. output: whether the output table is, which further training needs.

    Words that are not of the encoding have their bytes written out, as \\xe6.

    Raises:
        MissingFileError: there is none; a FileNotFoundError, too.
        NotDoneError: a classifier, which has labels; a NotImplementedError, too.
        W2VError: no such model, a quantised one (.ftz), or one that is damaged or cut short.
    """
    expect(path)
    if os.path.isdir(path):
        raise OtherModelError(
            f"{path} is a folder, and a model of fastText a file (.bin). FastText.load reads folders."
        )
    with utils.open(path, "rb") as file:
        return _Reader(file, path).model(encoding, output=output)


class _Reader:
    """Reads one file from its beginning on."""

    def __init__(self, file: Any, path: str | Path) -> None:
        self.file, self.path = file, path
        self.ahead, self.at = b"", 0  # what was read already, and where in it we are

    def model(self, encoding: str, *, output: bool) -> FacebookModel:
        first, second = self.values("<2i")
        is_new = first == _MAGIC
        if is_new and second not in (11, _VERSION):
            raise W2VError(f"{self.path} is a fastText model of version {second}; 11, 12 and the one before are known.")
        rest = self.values("<12id" if is_new else "<10id")
        told = dict(zip((*_NAMES, "t"), rest if is_new else (first, second, *rest), strict=True))
        self._check(told)
        words, counts, tokens = self.dictionary(encoding, is_new=is_new)
        rows = self.matrix((len(words) + told["bucket"], told["dim"]), is_new=is_new)
        table = None
        if output:
            table = self.matrix((len(words), told["dim"]), is_new=is_new)
            if self.at < len(self.ahead) or self.file.read(1):
                raise W2VError(f"{self.path} is damaged: something follows its output table.")
        return FacebookModel(told, words, counts, tokens, rows, table)

    def _check(self, told: dict[str, Any]) -> None:
        """Raise unless the arguments are such as fastText has."""
        limits = {"dim": (1, MOST_NUMBERS), "ws": (1, 1 << 20), "epoch": (0, 1 << 30), "min_count": (0, 1 << 30)}
        limits |= {"neg": (0, 1 << 20), "loss": (1, 4), "model": (1, 3), "bucket": (0, MOST_BUCKETS)}
        limits |= {"minn": (0, LONGEST_NGRAM), "maxn": (0, LONGEST_NGRAM)}
        if not all(low <= told[name] <= high for name, (low, high) in limits.items()) or not told["t"] >= 0:
            raise W2VError(
                f"{self.path} is no fastText model, or damaged: it begins as {shown(told)}. A .bin of word2vec is read "
                "by KeyedVectors.load_word2vec_format(path, binary=True), and so is a .vec, with binary=False."
            )
        if told["model"] == _SUPERVISED:
            raise NotDoneError(f"{self.path} is a classifier: supervised fastText models are not supported.")

    def dictionary(self, encoding: str, *, is_new: bool) -> tuple[list[str], np.ndarray, int]:
        size, words, labels = self.values("<3i")
        (tokens,) = self.values("<q")
        kept = self.values("<q")[0] if is_new else -1
        if labels > 0:
            raise NotDoneError(f"{self.path} is a classifier: supervised fastText models are not supported.")
        if kept >= 0:
            raise W2VError(_QUANTISED.format(self.path))
        if words < 1 or size != words:
            raise W2VError(f"{self.path} is damaged: it tells of {words:,} words among {size:,} entries.")
        names: dict[str, int] = {}
        for number in range(words):
            raw = self.to_zero()
            count, kind = self.values("<qb")
            try:
                name = raw.decode(encoding)
            except UnicodeDecodeError:
                name = raw.decode(encoding, "backslashreplace")
                logger.error("failed to decode invalid unicode bytes %r; replacing them, using %r", raw, name)
            except LookupError as error:
                raise W2VError(f"encoding is {shown(encoding)}; expected one that Python knows, as 'utf-8'.") from error
            if kind != 0 or count < 0 or name in names:
                raise W2VError(f"{self.path} is damaged: its entry {number + 1:,}, {name!r:.60}, is no other word.")
            names[name] = count
        return list(names), np.fromiter(names.values(), np.int64, words), tokens

    def matrix(self, shape: tuple[int, int], *, is_new: bool) -> np.ndarray:
        if is_new and self.exactly(1) != b"\0":
            raise W2VError(_QUANTISED.format(self.path))
        found = self.values("<2q")
        if found != shape:
            raise W2VError(f"{self.path} is damaged: a table in it is {list(found)}; expected {list(shape)}.")
        try:
            table = np.empty(shape, "<f4")
        except MemoryError as error:
            raise W2VError(f"{self.path} holds {4 * shape[0] * shape[1]:,} bytes in a table, too many here.") from error
        view, place = table.reshape(-1).view(np.uint8), 0
        while place < len(view):
            piece = self.exactly(min(_PIECE, len(view) - place))
            view[place : place + len(piece)] = np.frombuffer(piece, np.uint8)
            place += len(piece)
        if table.size and not -_LARGE < table.min() <= table.max() < _LARGE:  # NaN is neither
            raise W2VError(f"{self.path} holds NaN, or numbers that are far too large. It is damaged, or has diverged.")
        return table.astype(np.float32, copy=False)

    def to_zero(self) -> bytes:
        """What comes before the next zero byte."""
        while (end := self.ahead.find(b"\0", self.at)) < 0:
            if len(self.ahead) - self.at > LONGEST_WORD:
                begin = self.ahead[self.at : self.at + 60]
                raise W2VError(f"{self.path} is damaged: it has a word without end, {begin!r}.")
            self._fetch(1 << 20)
        word = self.ahead[self.at : end]
        self.at = end + 1
        return word

    def values(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack(layout, self.exactly(struct.calcsize(layout)))

    def exactly(self, size: int) -> bytes:
        while len(self.ahead) - self.at < size:
            self._fetch(max(size - len(self.ahead) + self.at, 1 << 16))
        found = self.ahead[self.at : self.at + size]
        self.at += size
        return found

    def _fetch(self, size: int) -> None:
        more = self.file.read(size)
        if not more:
            raise CutShortError(f"{self.path} is cut short, or no fastText model. Fetch or write it again.")
        self.ahead, self.at = self.ahead[self.at :] + more, 0


_QUANTISED = (
    "{} is a quantised fastText model (.ftz), whose vectors are only near to those that were trained. Use the .bin "
    "that it was made of."
)


def write_facebook(
    path: Any,
    told: dict[str, Any],
    vocabulary: list[tuple[bytes, int]],
    tokens: int,
    tables: list[Iterable[np.ndarray]],
) -> None:
    """Write a model, whole or not at all.

    Args:
        path: where to; or an open file that bytes can be written to.
        told: the arguments by name, as `FacebookModel` has them.
        vocabulary: words and their counts. tokens: words of the text.
        tables: the rows of words and then of buckets, and the output table, each in some pieces float32 [n, D].

    Raises:
        W2VError: an argument that is no such number, what is no path, or the disk is full.
    """
    try:
        head = struct.pack("<2i12id", _MAGIC, _VERSION, *(int(told[name]) for name in _NAMES), float(told["t"]))
    except (struct.error, TypeError, ValueError) as error:
        raise W2VError(f"fastText has no model with the arguments {shown(told)}: {error}.") from error
    words = len(vocabulary)
    sizes = words + told["bucket"], words

    def write(file: BinaryIO) -> None:
        file.write(head)
        file.write(struct.pack("<3i2q", words, words, 0, tokens, -1))
        for word, count in vocabulary:
            file.write(word + struct.pack("<xqb", count, 0))
        for rows, pieces in zip(sizes, tables, strict=True):
            file.write(struct.pack("<?2q", False, rows, told["dim"]))
            for piece in pieces:
                file.write(np.ascontiguousarray(piece, "<f4").data)

    if hasattr(path, "write"):
        write(path)
    elif isinstance(path, str | os.PathLike):
        with atomic_file(path) as file:
            write(file)
    else:
        raise W2VError(f"{shown(path)} was given; expected a path, or a file that is open for bytes.")
