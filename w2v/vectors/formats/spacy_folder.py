"""spaCy's vectors: the folder that `Vectors.to_disk` and `Vocab.to_disk` write, also as part of a pipeline.

    vectors         an array of NumPy's, float32 [R, D]
    key2row         MessagePack: a map from the 64-bit hash of each word to its row; several words may share a row
    strings.json    the words, a list in no order
    vectors.cfg     "mode": "default"; in mode "floret" there are no words, and it cannot be read here

A word's hash is MurmurHash64A of its UTF-8 with seed 1 (Appleby 2008), but that of some 450 words that are names of
spaCy's own, such as NOUN or nsubj, which are numbered. Their numbers only spaCy knows: without it they are left out in
reading, with a note, and nothing can be written (extra `spacy`).
"""

from __future__ import annotations

import io
import json
import os
import struct
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import numpy as np

from w2v.base import json_text
from w2v.base.atomic_folder import atomic_folder
from w2v.errors import W2VError, counted
from w2v.vectors.formats.npy import read_array, read_header
from w2v.vectors.formats.npz import encoded_words
from w2v.vectors.formats.table import Table, checked, matrix, rows_of

VECTORS, KEYS, STRINGS, SETTINGS = "vectors", "key2row", "strings.json", "vectors.cfg"
_PLACES = ("", "vocab")  # in a folder where these may be
_NUMBERED = 1 << 16  # below which hashes are numbers of spaCy's names
_SEED, _M, _R = np.uint64(1), np.uint64(0xC6A4A7935BD1E995), np.uint64(47)
_ENTRY = np.dtype([("key is", "u1"), ("key", ">u8"), ("row is", "u1"), ("row", ">u4")])
_UINT32, _UINT64, _MAP32 = 0xCE, 0xCF, 0xDF  # marks of MessagePack
_FIXED_MAP, _MAP16 = 0x80, 0xDE
_INTEGERS = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q", 0xD0: ">b", 0xD1: ">h", 0xD2: ">i", 0xD3: ">q"}


def place_of(folder: str | Path) -> Path | None:
    """Where in a folder spaCy's vectors are; None: it has none."""
    places = (Path(folder, place) for place in _PLACES)
    return next((at for at in places if all(os.path.isfile(at / name) for name in (VECTORS, KEYS))), None)


def read_spacy(folder: Path, limit: int | None, dtype: type[np.floating]) -> Table:
    """Read the first `limit` words, or all, in the order in which they were added. folder: as of `place_of`.

    Raises W2VError for floret's vectors, and what is damaged.
    """
    told = folder / SETTINGS
    settings = json_text.mapping(json_text.parse(told.read_bytes(), str(told)), str(told)) if told.exists() else {}
    if settings.get("mode", "default") != "default":
        raise W2VError(
            f"{folder} holds vectors of spaCy's mode {settings['mode']!r:.60}: of pieces of words, and not of words. "
            f"In spaCy, give the words that you need: nlp.vocab[word].vector."
        )
    where = folder / STRINGS
    strings = json_text.parse(where.read_bytes(), str(where)) if where.exists() else []
    if not isinstance(strings, list) or not all(isinstance(word, str) for word in strings):
        raise W2VError(f"{where} is damaged: expected a list of words.")
    keys, rows = unpacked_map((folder / KEYS).read_bytes(), str(folder / KEYS))
    spelled = dict(zip(hashes(encoded_words(where, strings)).tolist(), strings, strict=True)) | {0: ""}
    if any(key < _NUMBERED and key not in spelled for key in keys):
        spelled |= {number: name for name, number in _names().items()}
    named = [(spelled[key], row) for key, row in zip(keys, rows, strict=True) if key in spelled and row >= 0]
    if lost := sum(row >= 0 for row in rows) - len(named):
        warnings.warn(
            f"{folder}: {counted(lost, 'word was', 'words were')} left out, of which only hashes are known; or they "
            f"are names that spaCy numbers, and spaCy is not installed: pip install 'w2v[spacy]'.",
            stacklevel=5,
        )
    with open(folder / VECTORS, "rb") as file:
        header = read_header(file, str(folder / VECTORS))
        vectors = matrix(folder, read_array(file, header, str(folder / VECTORS)), dtype, VECTORS)
    places = np.array([row for _, row in named][: rows_of(limit, None)], dtype=np.int64)
    if len(places) and places.max() >= len(vectors):
        raise W2VError(f"{folder} is damaged: a word has row {places.max():,}, and there are {len(vectors):,}.")
    words = [word for word, _ in named][: len(places)]
    if not np.array_equal(places, np.arange(len(vectors))):
        vectors = vectors[places]
    return checked(folder, Table(words, vectors))


def write_spacy(folder: str | Path, table: Table) -> None:
    """Write a folder for `Vocab.from_disk` and `Vectors.from_disk`.

    Raises W2VError where spaCy is not installed, for a folder that is there, and for what is no Unicode.
    """
    numbers = _names()
    if not numbers:
        raise W2VError(
            f"{folder} was not written: its words need spaCy, which numbers its own names: pip install 'w2v[spacy]'"
        )
    raw = encoded_words(folder, table.words)
    entries = np.empty(len(raw), _ENTRY)
    entries["key is"], entries["row is"] = _UINT64, _UINT32
    entries["key"], entries["row"] = hashes(raw), np.arange(len(raw))
    for row, word in enumerate(table.words):
        if word in numbers:
            entries["key"][row] = numbers[word]
    with atomic_folder(folder, size=table.vectors.nbytes) as partial:
        with open(partial / VECTORS, "wb") as file:
            np.lib.format.write_array(file, np.ascontiguousarray(table.vectors), allow_pickle=False)
        (partial / KEYS).write_bytes(struct.pack(">BI", _MAP32, len(raw)) + entries.tobytes())
        own = [word for word in table.words if word not in numbers]
        (partial / STRINGS).write_text(json.dumps(own, ensure_ascii=False), encoding="utf-8")
        (partial / SETTINGS).write_text(json.dumps({"mode": "default"}), encoding="utf-8")


def _names() -> dict[str, int]:
    """The numbers of spaCy's own names; none where it is not installed."""
    try:
        from spacy.symbols import IDS
    except ImportError:
        return {}
    return dict(IDS)


def hashes(words: Sequence[bytes]) -> np.ndarray:
    """MurmurHash64A with seed 1 of each of some bytes: uint64 [N]."""
    lengths = np.array([len(word) for word in words], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    text = np.frombuffer(b"".join(words) + bytes(8), np.uint8)
    h = _SEED ^ (lengths.astype(np.uint64) * _M)
    for place in range(0, int(lengths.max(initial=0)), 8):
        some = np.flatnonzero(lengths > place)
        left = np.minimum(lengths[some] - place, 8)
        k = np.zeros(len(some), np.uint64)
        for byte in range(8):
            here = text[starts[some] + place + byte].astype(np.uint64) << np.uint64(8 * byte)
            k |= np.where(byte < left, here, np.uint64(0))
        mixed = k * _M
        mixed = (mixed ^ (mixed >> _R)) * _M
        h[some] = (h[some] ^ np.where(left == 8, mixed, k)) * _M
    h = (h ^ (h >> _R)) * _M
    return h ^ (h >> _R)


def unpacked_map(data: bytes, where: str) -> tuple[list[int], list[int]]:
    """The keys and values of a map of whole numbers in MessagePack. Raises W2VError for anything else."""
    file = io.BytesIO(data)
    try:
        mark = file.read(1)[0]
        size = mark - _FIXED_MAP
        if mark in (_MAP16, _MAP32):
            size = int.from_bytes(file.read(2 if mark == _MAP16 else 4), "big")
        if not 0 <= size <= len(data) // 2:
            raise ValueError
        pairs = [(_integer(file), _integer(file)) for _ in range(size)]
        if file.read(1):
            raise ValueError
    except (IndexError, KeyError, ValueError, struct.error) as error:
        raise W2VError(f"{where} is damaged, or no map from hashes to rows in MessagePack.") from error
    return [key for key, _ in pairs], [row for _, row in pairs]


def _integer(file: IO[bytes]) -> int:
    mark = file.read(1)[0]
    if mark < 0x80:
        return mark
    if mark >= 0xE0:
        return mark - 0x100
    form = _INTEGERS[mark]
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])
