"""The files of the world: word vectors as others write and read them.

- word2vec binary (`.bin`): a line `V D`, then V times `word`, a space, D little-endian float32; with or without
  a newline after each vector (word2vec.c writes one, gensim does not; we do).
- word2vec text, fastText, GloVe (`.txt`, `.vec`): `word number ... number` lines, after a line `V D` or not
  (GloVe). The word ends where the last D numbers begin, since GloVe has words with spaces. The one format for float64.
- either of them gzipped (`.gz`), and a model folder (`folder.py`).

Invalid UTF-8 in a word is replaced (the C tool cuts long words anywhere), a word that comes again is dropped;
both are counted and warned of. Files are written whole or not at all.
"""

from __future__ import annotations

import errno
import gzip
import os
import warnings
import zlib
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import numpy as np

from w2v.errors import W2VError
from w2v.vectors.folder import Table, read_model, rows_of

_CHUNK = 1 << 22  # bytes read at a time
_FASTTEXT_MAGIC = b"\xba\x16\x4f\x2f"


def read(path: str | Path, limit: int | None = None, dtype: type[np.floating] = np.float32) -> Table:
    """Read a model folder or a vectors file, told apart by the name; `limit` takes the first rows only.

    dtype: of the numbers in a text file, float32 or float64.

    Raises W2VError when the file is missing, of an unknown kind, damaged, or not what its name says.
    """
    if not os.path.exists(path):
        raise W2VError(f"{path} does not exist; expected a model folder or a vectors file (.bin, .txt, .vec).")
    if os.path.isdir(path):
        return read_model(path, limit)
    return read_binary(path, limit) if is_binary(path) else read_text(path, limit, dtype)


def write(path: str | Path, words: Sequence[str], vectors: np.ndarray, dtype: type[np.floating] = np.float32) -> None:
    """Write word2vec binary (`.bin`) or text (`.txt`, `.vec`), gzipped when the name ends in `.gz`."""
    (write_binary if is_binary(path) else write_text)(path, words, vectors, dtype)


def is_binary(path: str | Path) -> bool:
    """Whether the name says word2vec binary rather than text. Raises W2VError when it says neither."""
    suffix = Path(str(path).lower().removesuffix(".gz")).suffix
    if suffix not in (".bin", ".txt", ".vec"):
        raise W2VError(
            f"{path} has not the name of a vectors file; expected one that ends in .bin (word2vec binary), "
            f".txt or .vec (text), or in one of these and .gz."
        )
    return suffix == ".bin"


def read_binary(path: str | Path, limit: int | None = None) -> Table:
    """Read word2vec binary. Raises W2VError when the file is something else, or not as long as it says."""
    raw_words: list[bytes] = []
    floats = bytearray()
    with _reading(path) as file:
        first = file.readline(1000)
        header = _header(first)
        if header is None or header[1] < 1:
            raise W2VError(_not_word2vec_binary(path, first))
        announced, size = header
        wanted = rows_of(limit, announced)
        buffer, start = b"", 0
        while len(raw_words) < wanted:
            space = buffer.find(b" ", start)
            end = space + 1 + 4 * size
            if space < 0 or end > len(buffer):
                chunk = file.read(max(_CHUNK, 4 * size))
                if not chunk:
                    raise W2VError(_truncated(path, announced, len(raw_words)))
                buffer, start = buffer[start:] + chunk, 0
                continue
            raw_words.append(buffer[start:space].lstrip(b"\n"))
            floats += memoryview(buffer)[space + 1 : end]
            start = end
        if wanted == announced and (buffer[start:] + file.read(1000)).strip(b"\n"):
            raise W2VError(
                f"{path} announces {announced} vectors of {size} numbers, but goes on after them: "
                f"its first line is wrong, or it is not word2vec binary."
            )
    return _table(path, raw_words, np.frombuffer(floats, dtype="<f4").astype(np.float32, copy=False), size)


def read_text(path: str | Path, limit: int | None = None, dtype: type[np.floating] = np.float32) -> Table:
    """Read word2vec text, fastText `.vec` or GloVe: a first line of two whole numbers is a header.

    dtype: float32 or float64, what to read the numbers as.
    Raises W2VError naming the line that is wrong, or telling how many vectors the header announces and how many
    there are.
    """
    raw_words: list[bytes] = []
    floats = array("d" if dtype == np.float64 else "f")
    with _reading(path) as file:
        first = file.readline().removeprefix(b"\xef\xbb\xbf")
        header = _header(first)
        announced, size = header or (None, len(first.split()) - 1)
        if size < 1:
            raise W2VError(f"{path}, line 1: expected a word and its numbers, or a header 'V D'; got {first!r:.60}.")
        wanted = rows_of(limit, announced)
        for number, line in enumerate(file if header else chain([first], file), start=2 if header else 1):
            if not line.strip():
                continue
            if len(raw_words) == wanted:
                if wanted == announced:
                    raise W2VError(
                        f"{path}, line {number}: line 1 announces {announced} vectors, but here is one more."
                    )
                break
            parsed = _word_and_numbers(line, size, floats.typecode)
            if parsed is not None:
                raw_words.append(parsed[0])
                floats.extend(parsed[1])
            elif announced is None or line.endswith(b"\n"):
                hint = " If this is word2vec binary, its name must end in .bin." if b"\0" in line else ""
                raise W2VError(
                    f"{path}, line {number}: expected a word and {size} numbers, but {len(line.split()) - 1} "
                    f"fields follow the first, or not all are numbers: {line!r:.60}.{hint}"
                )
    if announced is not None and len(raw_words) < rows_of(limit, announced):
        raise W2VError(_truncated(path, announced, len(raw_words)))
    return _table(path, raw_words, np.frombuffer(floats, dtype=dtype), size)


def write_binary(
    path: str | Path, words: Sequence[str], vectors: np.ndarray, dtype: type[np.floating] = np.float32
) -> None:
    """Write word2vec binary: exact. `vectors` [V, D]. Raises W2VError as `write_text` does, and for float64."""
    if dtype != np.float32:
        raise W2VError(
            f"{path} was not written: word2vec binary holds float32, and these vectors need the digits of float64, for "
            f"near the rim of the ball distances are in the last of them. Write text: a name in .txt or .vec."
        )
    rows = np.asarray(vectors, dtype="<f4")
    with _writing(path) as file:
        file.write(b"%d %d\n" % rows.shape)
        for word, row in zip(_encoded(path, words), rows, strict=True):
            file.write(b"%b %b\n" % (word, row.tobytes()))


def write_text(
    path: str | Path, words: Sequence[str], vectors: np.ndarray, dtype: type[np.floating] = np.float32
) -> None:
    """Write word2vec text: each number in the fewest digits that read back as the same number of `dtype`.

    Raises W2VError for a word with a space or newline, which the format cannot hold, and when the disk is full
    or the file cannot be written; what was at `path` before is then still there.
    """
    rows = np.asarray(vectors, dtype=dtype)
    with _writing(path) as file:
        file.write(b"%d %d\n" % rows.shape)
        for word, row in zip(_encoded(path, words), rows, strict=True):
            file.write(b"%b %b\n" % (word, " ".join(map(str, row)).encode()))


@contextmanager
def _reading(path: str | Path) -> Iterator[BinaryIO]:
    """The file, unzipped when its name says so; whatever goes wrong in reading it becomes a sentence."""
    try:
        with open(path, "rb") as raw:
            if not raw.read(1):
                raise W2VError(f"{path} is empty; expected word vectors.")
            raw.seek(0)
            yield gzip.GzipFile(fileobj=raw) if str(path).lower().endswith(".gz") else raw  # type: ignore[misc]
    except (EOFError, zlib.error) as error:
        raise W2VError(f"{path} is cut short or damaged: {error}. Fetch or write it again.") from error
    except OSError as error:
        raise W2VError(f"{path} cannot be read: {error.strerror or error}.") from error


@contextmanager
def _writing(path: str | Path) -> Iterator[BinaryIO]:
    """A new file that takes its place at `path` only once it is whole."""
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as raw:
            if path.suffix.lower() == ".gz":
                with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file:  # no name, no time: same bytes each time
                    yield file  # type: ignore[misc]
            else:
                yield raw
        os.replace(part, path)
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or error
        raise W2VError(f"{path} was not written: {reason}.") from error
    finally:
        with suppress(OSError):  # it is gone when all went well
            part.unlink()


def _header(line: bytes) -> tuple[int, int] | None:
    """V and D when the line is a header, two whole numbers; else None."""
    fields = line.split()
    return (int(fields[0]), int(fields[1])) if len(fields) == 2 and all(map(bytes.isdigit, fields)) else None


def _word_and_numbers(line: bytes, size: int, typecode: str) -> tuple[bytes, array] | None:
    """Split a line before its last `size` numbers; None when there are fewer, more, or not only numbers."""
    fields = line.rstrip().split(b" ")
    try:
        row = array(typecode, map(float, fields[-size:]))
    except ValueError:
        return None
    word = fields[:-size]
    surplus = len(word) > 1 and all(map(_is_number, word[1:]))  # a wrong dimension, not a word with spaces
    return None if not word or surplus else (b" ".join(word), row)


def _is_number(field: bytes) -> bool:
    try:
        float(field)
    except ValueError:
        return False
    return True


def _encoded(path: str | Path, words: Sequence[str]) -> Iterator[bytes]:
    for word in words:
        if " " in word or "\n" in word:
            raise W2VError(
                f"{path} was not written: the word {word!r} has a space or a newline in it, which "
                f"vectors files cannot hold. Join its parts with another character, such as '_'."
            )
        try:
            yield word.encode("utf-8")
        except UnicodeEncodeError as error:
            raise W2VError(f"{path} was not written: the word {word!r} cannot be written as UTF-8.") from error


def _table(path: str | Path, raw_words: list[bytes], floats: np.ndarray, size: int) -> Table:
    """Decode the words; where two are the same, keep the first."""
    if not raw_words:
        raise W2VError(f"{path} holds no vectors.")
    words = [word.decode("utf-8", "replace") for word in raw_words]
    vectors = floats.reshape(-1, size)
    invalid = sum("\ufffd" in word and word.encode() != raw for word, raw in zip(words, raw_words, strict=True))
    if invalid:
        warnings.warn(f"{path}: invalid UTF-8 replaced in {invalid} words.", stacklevel=3)
    first: dict[str, int] = {}
    for index, word in enumerate(words):
        first.setdefault(word, index)
    if len(first) < len(words):
        dropped = len(words) - len(first)
        warnings.warn(f"{path}: {dropped} words came again; the first of each was kept.", stacklevel=3)
        return Table(list(first), vectors[list(first.values())], None)
    return Table(words, vectors, None)


def _truncated(path: str | Path, announced: int, found: int) -> str:
    return (
        f"{path} is cut short: its first line announces {announced} vectors, but there are {found}. "
        f"Fetch or write it again, or read its first {found} with limit={found}."
    )


def _not_word2vec_binary(path: str | Path, first: bytes) -> str:
    if first.startswith(_FASTTEXT_MAGIC):
        return f"{path} is a fastText model, not word2vec binary; use the .vec file fastText wrote beside it."
    return f"{path} is not word2vec binary: its first line should be two numbers 'V D', but is {first!r:.60}."
