"""word2vec's binary format: a line `V D`, then V times `word`, a space, D little-endian float32.

With or without a newline after each vector: word2vec.c writes one, gensim does not; we do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path

import numpy as np

from w2v.errors import W2VError, counted
from w2v.vectors.formats.table import (
    LONGEST_WORD,
    UTF8,
    CutShortError,
    Recurrence,
    Spelling,
    Table,
    cut_short,
    encoded,
    header_of,
    rows_of,
    rows_to_write,
    table_of,
)

_CHUNK = 1 << 22  # bytes read at a time


def read_binary(file: BufferedReader, path: str | Path, limit: int | None = None, spelling: Spelling = UTF8) -> Table:
    """Read the first `limit` vectors, or all. path: for errors.

    Raises W2VError when the file is something else, or not as long as it says. What its first line says is not
    believed before it is there.
    """
    raw_words: list[bytes] = []
    floats = bytearray()
    first = file.readline(1000)
    header = header_of(path, first)
    if header is None or header[1] < 1:
        raise W2VError(
            f"{path} is not word2vec binary: its first line should be two numbers 'V D', but is {first!r:.60}."
        )
    announced, size = header
    wanted = rows_of(limit, announced)
    recurrence = Recurrence(path)
    buffer, start = b"", 0
    while len(raw_words) < wanted:
        space = buffer.find(b" ", start)
        end = space + 1 + 4 * size
        if space < 0 or end > len(buffer):
            held = len(buffer) - start
            if space < 0 and held > LONGEST_WORD:
                raise W2VError(
                    f"{path} is not word2vec binary, or damaged: its word number {len(raw_words) + 1} would have more "
                    f"than {LONGEST_WORD:,} bytes: {buffer[start : start + 60]!r:.60}."
                )
            more = _read(file, end - len(buffer) if space >= 0 else max(held, 1))
            if not more:
                raise CutShortError(cut_short(path, announced, len(raw_words)))
            buffer, start = buffer[start:] + more, 0
            continue
        word = buffer[start:space].lstrip(b"\n")
        if b"\n" in word:
            raise W2VError(
                f"{path} is not word2vec binary, or damaged: its word number {len(raw_words) + 1} would hold the end "
                f"of a line: {word!r:.60}."
            )
        raw_words.append(word)
        floats += memoryview(buffer)[space + 1 : end]
        start = end
        recurrence.check(raw_words)
    if wanted == announced and (buffer[start:] + file.read(1000)).strip(b"\n"):
        raise W2VError(
            f"{path} announces {counted(announced, 'vector')} of {counted(size, 'number')}, but goes on after them: "
            f"its first line is wrong, or it is not word2vec binary."
        )
    numbers = np.frombuffer(floats, dtype="<f4").astype(np.float32, copy=False)
    return table_of(path, raw_words, numbers, size, spelling)


def as_binary(path: str | Path, words: Sequence[str], vectors: np.ndarray, dtype: type[np.floating]) -> Iterator[bytes]:
    """The file, piece by piece. `vectors` [V, D]. Raises W2VError for words as `encoded` does, and for float64."""
    if dtype != np.float32:
        raise W2VError(
            f"{path} was not written: word2vec binary holds float32, and these vectors need the digits of float64, for "
            f"near the rim of the ball distances are in the last of them. Write text: a name in .txt or .vec."
        )
    rows = rows_to_write(path, vectors, "<f4")
    yield b"%d %d\n" % rows.shape
    for word, row in zip(encoded(path, words, _can_hold), rows, strict=True):
        yield b"%b %b\n" % (word, row.tobytes())


def _can_hold(word: str) -> bool:
    return not (" " in word or "\n" in word)


def numbers_at(start: bytes, size: int) -> bytes:
    """What would stand for numbers in a binary file of `size` numbers a vector, as far as it is in these bytes.

    start: the bytes after the first line.
    """
    found, place = [], 0
    while (space := start.find(b" ", place)) >= 0:
        place = space + 1 + 4 * size
        found.append(start[space + 1 : place])
    return b"".join(found)


def _read(file: BufferedReader, at_least: int) -> bytes:
    """So many bytes or a little more; fewer where the file ends. No room is made for what is not there."""
    pieces: list[bytes] = []
    while at_least > 0 and (piece := file.read(_CHUNK)):
        pieces.append(piece)
        at_least -= len(piece)
    return b"".join(pieces)
