"""Our own folder of vectors: all that KeyedVectors hold, bit by bit, and fit to be mapped into memory.

    config.json             "geometry", "vector_size", and whether "counts" are known. "attributes": the types of
                            further numbers for each word, by name
                            with subwords also what `ngrams_file.py` says
    vocab.txt               `word count` lines in the order of the vectors, of count 0 where counts are not known
    tables.safetensors      vectors [V, D], and a table "attribute NAME" [V] for each of these; rows [N, D], of which
                            those of words without rows of their own (floret) may be left to be made
    SHA256SUMS              as of every folder (`base/sealed_folder.py`)

A model's folder is read by the same lines (`model_folder.py`): this is one without settings, history and the tables
that only training needs.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import sealed_folder
from w2v.base.sealed_folder import Opened
from w2v.base.tensor_file import Kind, TensorFile
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.vectors.composer import Composer
from w2v.vectors.formats.ngrams_file import NGRAMS, ROWS, TRAINED, told_of, trained_text
from w2v.vectors.formats.ngrams_file import as_text as ngrams_text
from w2v.vectors.formats.table import Table

CONFIG, VOCAB, TABLES = "config.json", "vocab.txt", "tables.safetensors"
VECTORS = "vectors"  # the table of the word vectors
COUNTS, ATTRIBUTES = "counts", "attributes"  # in the settings
_ATTRIBUTE = "attribute "
_UNSAVABLE = re.compile("[\n\ud800-\udfff]").search
_AT_ONCE = 1 << 16  # rows that are looked at together: they may be gigabytes in a file
_MOST = 10**18  # a count, that is read again
_KEPT = "fiu"  # kinds of numbers that are kept as they are; of truth values 0 and 1


def write_folder(folder: str | Path, table: Table, *, overwrite: bool = False, compact: bool = False) -> None:
    """Write words, vectors, counts, attributes and what composes other words, which appear whole or not at all.

    overwrite: replace a folder of vectors, or a model, that is there. compact: leave out vectors that are made of the
    rows beside them, as those of floret's words are.

    Raises W2VError as `sealed_folder.write`, for a word with a line break, and where `compact` would lose vectors.
    """
    if broken := next(filter(_UNSAVABLE, table.words), None):
        raise W2VError(
            f"{folder} was not written: the word {broken!r:.60} has a line break or half a surrogate pair in it, which "
            "a folder's vocabulary, a word a line in UTF-8, cannot hold. Leave it out."
        )
    counts = np.zeros(len(table.words), np.int64) if table.counts is None else table.counts
    if len(counts) and int(counts.max()) >= _MOST:
        raise W2VError(f"{folder} was not written: the count {counts.max():,} is more than any text has words.")
    kept = {}
    for name, array in table.attributes.items():  # no comprehension, which is a frame of its own in some Pythons
        if _is_kept(folder, name, array):
            kept[name] = array
    settings: dict[str, Any] = {"geometry": table.geometry or "euclidean", "vector_size": table.vectors.shape[1]}
    settings |= {} if table.counts is not None else {COUNTS: False}
    settings |= {ATTRIBUTES: {name: array.dtype.name for name, array in kept.items()}} if kept else {}
    texts, tables = {}, {VECTORS: np.asarray(table.vectors)}
    if table.composer is not None:
        subwords, rows, trained = table.composer
        if not all(np.isfinite(rows[at : at + _AT_ONCE]).all() for at in range(0, len(rows), _AT_ONCE)):
            raise W2VError(
                f"{folder} was not written: vectors of n-grams hold NaN or infinity. Training diverged, or the file "
                "that they are from is damaged."
            )
        settings |= told_of(subwords)
        if subwords.bucket is None:
            texts = {NGRAMS: ngrams_text(subwords)}
        elif (told := trained_text(trained, table.words)) is not None:
            texts = {TRAINED: told}
        tables |= {ROWS: rows}
        if compact and subwords.scheme == "floret":
            _expect_made(folder, table.words, tables.pop(VECTORS), table.composer)
    numbers = {_ATTRIBUTE + n: a.astype(np.uint8) if a.dtype.kind == "b" else a for n, a in kept.items()}
    sealed_folder.write(
        folder,
        {CONFIG: json.dumps(settings, indent=2, ensure_ascii=False) + "\n",
         VOCAB: Vocabulary(table.words, counts).as_text(), **texts},
        {TABLES: {**tables, **numbers}},
        {},
        overwrite=overwrite,
    )  # fmt: skip


def _expect_made(folder: str | Path, words: Sequence[str], vectors: np.ndarray, composer: Composer) -> None:
    """Raise a W2VError unless the vectors [V, D] of some words are those that are composed for them."""
    for first in range(0, len(words), _AT_ONCE):
        some = words[first : first + _AT_ONCE]
        made = composer.whole(some)
        same = np.isclose(vectors[first : first + len(some)], made, rtol=1e-4, atol=1e-6).all(axis=1)
        if not same.all():
            raise W2VError(
                f"{folder} was not written: the vector of {some[int(same.argmin())]!r:.60} is not made of n-grams, and "
                "would be another one when it is read again. Save without compact."
            )


def _is_kept(folder: str | Path, name: str, array: np.ndarray) -> bool:
    kept = array.dtype.kind in _KEPT + "b" and array.dtype.itemsize <= 8
    if not kept:
        warnings.warn(
            f"{folder}: the attribute {name!r:.60} of the words is of type {array.dtype}, and only numbers are kept.",
            stacklevel=5,
        )
    return kept


def attributes_of(files: Opened, settings: Mapping[str, Any], tables: TensorFile, rows: int) -> dict[str, np.ndarray]:
    """Further numbers for each of the first so many words, by name. Raises W2VError where the folder is damaged."""
    where, told = files.path(CONFIG), settings.get(ATTRIBUTES, {})
    if not isinstance(told, dict) or not all(isinstance(kind, str) for kind in told.values()):
        raise W2VError(f"{where} is damaged: its {ATTRIBUTES!r} should be a type for each name, not {told!r:.60}.")
    stored = {name: Kind("uint8" if kind == "bool" else kind, (None,)) for name, kind in told.items()}
    tables.expect({_ATTRIBUTE + name: kind for name, kind in stored.items()}, CONFIG)
    found = {}
    for name, kind in told.items():
        array = tables.read(_ATTRIBUTE + name, rows, finite=False)
        if len(array) != rows:
            raise W2VError(f"{where} is damaged: there are {len(array):,} numbers of {name!r:.60} for {rows:,} words.")
        found[name] = array != 0 if kind == "bool" else array
    return found
