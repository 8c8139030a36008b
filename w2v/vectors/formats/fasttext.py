"""fastText's models (.bin): the words, each with the vector that fastText itself gives it (Bojanowski et al. 2017), and
what makes vectors of all other words.

    int32 x 2       magic 793712314, version 11 or 12
    arguments       int32 x 12: dim, ws, epoch, minCount, neg, wordNgrams, loss, model, bucket, minn, maxn,
                    lrUpdateRate; float64: t
    dictionary      int32 x 3: entries, words, labels; int64 x 2: tokens, buckets that are kept (-1: all);
                    for each entry its UTF-8 up to a zero, int64 count, int8 whether it is a label;
                    for each bucket that is kept int32 x 2
    bool            whether what follows is quantised (.ftz)
    input           int64 x 2: rows, columns; float32 [words + buckets, dim]
    output          which is not read

All of it little-endian (fastText, `fasttext.cc`, `dictionary.cc`, `densematrix.cc`). The vector of a word is the mean
of its own row and of those of its character n-grams, minn to maxn long, of `<word>`, each of which has the row

    words + hash mod bucket,    hash: FNV-1a of 32 bits over the UTF-8, whose bytes are taken as signed
                                (`Dictionary::hash` keeps this for models that are there; `examples/subwords.py`)

The input matrix, most of which is buckets, stays in the file: the rows of some words at a time are fetched from it, and
later on those of n-grams whenever an unknown word is asked for. The file may be replaced or removed meanwhile, but must
not be cut short in place. Numbers are added in fastText's order, so that vectors are its own to the bit.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from w2v.base.subword_limits import LONGEST_NGRAM, MOST_BUCKETS
from w2v.errors import W2VError
from w2v.examples.ngram_spans import fnv1a_of, spans_of
from w2v.examples.subwords import Subwords, sizes_of
from w2v.vectors.composer import Composer, Trained
from w2v.vectors.formats.table import (
    LONGEST_WORD,
    MOST_NUMBERS,
    Spelling,
    Table,
    checked,
    counts_of,
    decoded,
    rows_of,
)

MAGIC = b"\xba\x16\x4f\x2f"
_ARGUMENTS = struct.Struct("<12id")
_SIZES = struct.Struct("<3i2q")
_ENTRY = struct.Struct("<qb")
_SUPERVISED = 3
_CHARACTERS = 1 << 15  # bytes of words whose n-grams are looked up together


class _Model(NamedTuple):
    dim: int
    bucket: int
    minn: int
    maxn: int


def read_fasttext(reader: io.BufferedReader, path: str | Path, limit: int | None, spell: Spelling) -> Table:
    """Read the first `limit` words with their counts, or all; labels of a classifier are left out.

    Where the model has n-grams, all words that are not read are composed of these, as fastText does for those that it
    does not know.

    Raises W2VError for a quantised model (.ftz), a damaged file, or one of another version.
    """
    size = os.fstat(reader.fileno()).st_size
    model, supervised = _arguments(reader, path)
    entries, words, _, _, kept = _SIZES.unpack(_exactly(reader, _SIZES.size, path))
    if kept >= 0 or not 0 <= words <= entries <= size:
        raise W2VError(_QUANTISED.format(path) if kept >= 0 else f"{path} is damaged: it tells of {words:,} words.")
    raw_words, counts = _dictionary(reader, path, entries, words)
    if _exactly(reader, 1, path) != b"\0":
        raise W2VError(_QUANTISED.format(path))
    rows, columns = struct.unpack("<2q", _exactly(reader, 16, path))
    begin = reader.tell()
    if columns != model.dim or rows < words + (model.bucket if model.maxn else 0) or begin + 4 * rows * columns > size:
        raise W2VError(
            f"{path} is damaged or cut short: it tells of {rows:,} vectors of {columns:,} numbers for {words:,} words "
            f"and {model.bucket:,} buckets of {model.dim:,}, and has {size:,} bytes. Fetch or write it again."
        )
    matrix = np.memmap(reader, "<f4", "r", begin, (rows, columns))
    wanted = rows_of(limit, words)
    if not wanted:
        raise W2VError(f"{path} holds no words{', only labels of a classifier' * supervised}.")
    vectors = np.array(matrix[:wanted], dtype=np.float32)
    if model.maxn:
        for first, some in _parts(raw_words[:wanted]):
            _add_grams(vectors[first : first + len(some)], some, matrix, words, model)
    seen = counts_of(path, np.array(counts[:wanted], dtype=np.int64), wanted)
    composer, words_read = None, decoded(path, raw_words[:wanted], spell)
    if model.maxn:
        trained = Trained([*words_read, *(word.decode(errors="replace") for word in raw_words[wanted:])])
        if wanted < words:
            _ = trained.text  # what is left of the others
        subwords = Subwords("fasttext", model.minn, model.maxn, model.bucket, 1, 0)
        composer = Composer(subwords, matrix[words : words + model.bucket].view(np.ndarray), trained)
    return checked(path, Table(words_read, vectors, seen, composer=composer))


_QUANTISED = (
    "{} is a quantised fastText model (.ftz), whose vectors are only near to those that were trained. Use the .bin "
    "that it was made of, or its .vec; or in Python fasttext.load_model(...).get_word_vector(word)."
)


def _arguments(reader: io.BufferedReader, path: str | Path) -> tuple[_Model, bool]:
    magic, version = struct.unpack("<4si", _exactly(reader, 8, path))
    dim, _, _, _, _, _, _, kind, bucket, minn, maxn, _, _ = _ARGUMENTS.unpack(_exactly(reader, _ARGUMENTS.size, path))
    if magic != MAGIC or version not in (11, 12):
        raise W2VError(f"{path} is no fastText model of version 11 or 12, the ones that are known: its is {version}.")
    if version == 11 and kind == _SUPERVISED:
        maxn = 0  # as fastText reads them: classifiers of then had none
    in_range = 0 < dim <= MOST_NUMBERS and 0 <= bucket <= MOST_BUCKETS
    if not in_range or not 0 <= minn <= LONGEST_NGRAM or not 0 <= maxn <= LONGEST_NGRAM:
        raise W2VError(
            f"{path} is damaged: it tells of vectors of {dim:,} numbers, and of {bucket:,} buckets for n-grams of "
            f"{minn} to {maxn} characters. Fetch or write it again."
        )
    minn, maxn = sizes_of(minn, maxn)
    return _Model(dim, bucket, minn, maxn if bucket else 0), kind == _SUPERVISED


def _dictionary(reader: io.BufferedReader, path: str | Path, entries: int, words: int) -> tuple[list[bytes], list[int]]:
    """The words, which come before the labels, and their counts."""
    found: list[bytes] = []
    counts: list[int] = []
    for number in range(entries):
        word = _to_zero(reader, path)
        count, is_label = _ENTRY.unpack(_exactly(reader, _ENTRY.size, path))
        if bool(is_label) != (number >= words):
            raise W2VError(f"{path} is damaged: its entry {number + 1:,} is {'a label' if is_label else 'a word'}.")
        if not is_label:
            found.append(word)
            counts.append(count)
    return found, counts


def _to_zero(reader: io.BufferedReader, path: str | Path) -> bytes:
    """What comes before the next zero byte."""
    pieces: list[bytes] = []
    size = 0
    while size <= LONGEST_WORD and (some := reader.peek()):
        end = some.find(b"\0")
        pieces.append(reader.read(len(some) if end < 0 else end + 1))
        if end >= 0:
            return b"".join(pieces)[:-1]
        size += len(some)
    raise W2VError(f"{path} is damaged or cut short: it has a word without end, {b''.join(pieces)[:60]!r:.60}.")


def _exactly(reader: io.BufferedReader, size: int, path: str | Path) -> bytes:
    found = reader.read(size)
    if len(found) < size:
        raise W2VError(f"{path} begins as a fastText model, but is cut short. Fetch or write it again.")
    return found


def _parts(words: list[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Words, some at a time, and which is the first of them."""
    first, size = 0, 0
    for number, word in enumerate(words):
        size += len(word) + 2
        if size >= _CHARACTERS:
            yield first, words[first : number + 1]
            first, size = number + 1, 0
    if first < len(words):
        yield first, words[first:]


def _add_grams(vectors: np.ndarray, words: list[bytes], matrix: np.ndarray, begin: int, model: _Model) -> None:
    """Make the own rows of some words, float32 [N, D], the means of these and of those of their n-grams.

    matrix: of all rows; those of buckets follow the first `begin`.
    """
    spans = spans_of(words, model.minn, model.maxn)
    buckets = fnv1a_of(spans).astype(np.int64) % model.bucket
    firsts, sizes = spans.offsets[:-1], np.diff(spans.offsets)
    for number in range(int(sizes.max(initial=0))):  # of the n-gram: one after the other, for adding is not associative
        some = np.flatnonzero(sizes > number)
        vectors[some] += matrix[begin + buckets[firsts[some] + number]]
    vectors *= (1.0 / (1 + sizes)).astype(np.float32)[:, None]
