"""How what FastText has of n-grams is saved: in a model's folder, and in one of its vectors.

Where buckets were never asked for as a whole, there is, as in other models with subwords, a row for each n-gram of the
words (`ngrams.txt`), so that a folder is as large as its vocabulary, and the two million buckets of gensim's default
are not in it. Else there is a row for each bucket. Both are read by `w2v.Word2Vec` and `w2v.KeyedVectors`, too.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import json_text, sealed_folder
from w2v.base.config import Config
from w2v.base.sealed_folder import Opened, opened
from w2v.base.tensor_file import Kind, TensorFile
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError, shown
from w2v.examples.subword_rows import grams_of
from w2v.examples.subwords import Subwords
from w2v.gensim.errors import OtherModelError, WrongTypeError
from w2v.gensim.keyed_files import Files as KeyedFiles
from w2v.gensim.model_reading import MORE, MORE_TABLES
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.ngram_rows import NgramRows
from w2v.gensim.paths import expect, make_way
from w2v.vectors.formats.model_folder import CONFIG, HISTORY, ROWS, TABLES, VECTORS, VOCAB, settings_of, vocabulary_of
from w2v.vectors.formats.ngrams_file import NGRAMS, as_text, subwords_in, told_of
from w2v.vectors.formats.table import Table
from w2v.vectors.formats.vectors_folder import COUNTS

_VALUES = "vecattr "  # before the name of an attribute
_SHAPE = ("min_n", "max_n", "bucket")


def _to_save(wv: Any, *, plain: bool) -> tuple[Subwords, np.ndarray]:
    """What the words' n-grams are, and their rows [N, D], as files have them; the first of these is number 0.

    wv: FastTextKeyedVectors. plain: whether all words are strings that stand in a line.
    """
    ngrams, subwords = wv.grams(), wv.subwords
    if ngrams.table is None and plain and np.isin(ngrams.held, wv.listed().used).all():
        strings = grams_of(wv.index_to_key, subwords.min_n, subwords.max_n).different.strings()
        if len(strings) < wv.bucket:
            rows = ngrams.take(np.array([subwords.row(gram) for gram in strings], np.int64))
            row_of = {gram: row for row, gram in enumerate(strings)}
            return subwords._replace(bucket=None, row_of=row_of), np.asarray(rows, np.float32)
    rows = np.empty(ngrams.shape, np.float32)
    for first, some in ngrams.pieces():
        rows[first : first + len(some)] = some
    return subwords, rows


def _read(wv: Any, files: Opened, rows: np.ndarray, subwords: Subwords, seed: Any) -> None:
    """The way back. rows: [N, D] of n-grams or buckets. seed: of the rows that were never written."""
    if subwords.bucket is None and wv.bucket and isinstance(seed, int) and seed >= 0:
        wv.ngrams = NgramRows(wv.bucket, wv.vector_size, seed)
        buckets = np.array([wv.subwords.row(gram) for gram in subwords.row_of], np.int64)
        used, first = np.unique(buckets, return_index=True)
        wv.ngrams.put(used, rows[first])
    elif subwords.bucket is not None and subwords.bucket == wv.bucket:
        wv.vectors_ngrams = rows
    else:
        raise W2VError(f"{files.path(MORE)} is damaged: its bucket or seed is not that of the n-grams of {CONFIG}.")


def add_ngrams(wv: Any, config: Config, *, plain: bool) -> tuple[Config, dict[str, np.ndarray], dict[str, str]]:
    """What a model's folder has of n-grams: its settings, tables and texts. config: the settings but for those."""
    if not wv.bucket or wv.ngrams is None or not len(wv.vectors_vocab):
        return config, {}, {}
    subwords, grams = _to_save(wv, plain=plain)
    rows = np.concatenate([np.asarray(wv.vectors_vocab, np.float32), grams])
    texts = {NGRAMS: as_text(subwords)} if subwords.bucket is None else {}
    return config.replace(**told_of(subwords)), {ROWS: rows}, texts


def read_ngrams(wv: Any, files: Opened, tables: TensorFile, told: dict[str, Any], seed: Any) -> None:
    """Read what `add_ngrams` made into FastTextKeyedVectors, whose words and vectors are there.

    told: the settings. Raises W2VError where the folder is damaged.
    """
    words = len(wv.index_to_key)
    if ROWS not in tables.kinds:
        wv.vectors_vocab = wv.vectors
        return
    subwords = subwords_in(files, told, words)
    if subwords is None:
        raise W2VError(f"{files.path(CONFIG)} is damaged: it tells of no n-grams, and {TABLES} has rows of some.")
    tables.expect({ROWS: Kind("float", (subwords.n_rows, wv.vector_size))}, CONFIG)
    rows = tables.read(ROWS).astype(np.float32, copy=False)
    wv.vectors_vocab = rows[:words].copy()
    _read(wv, files, rows[words:], subwords, seed)


def locks_of(wv: Any) -> dict[str, np.ndarray]:
    """What says which rows training leaves as they are."""
    names = ("vectors_vocab_lockf", "vectors_ngrams_lockf")
    return {name: np.ascontiguousarray(getattr(wv, name), np.float32) for name in names}


def save_vectors(wv: Any, path: Any) -> None:
    """Write a folder with words, vectors, and all rows that these are made of."""
    if not isinstance(path, str | os.PathLike):
        raise WrongTypeError(f"{shown(path)} was given; expected a path: what is saved is a folder.")
    table = KeyedFiles._table_to_save(wv)
    counts = np.zeros(len(table.words), np.int64) if table.counts is None else table.counts
    settings: dict[str, Any] = {"geometry": "euclidean", "vector_size": table.vectors.shape[1]}
    settings |= {} if table.counts is not None else {COUNTS: False}
    told = {name: getattr(wv, name) for name in _SHAPE}
    texts, tables = {VOCAB: Vocabulary(table.words, counts).as_text()}, {VECTORS: table.vectors}
    if wv.bucket and wv.ngrams is not None:
        plain = all(isinstance(key, str) and "\n" not in key for key in wv.index_to_key)
        subwords, tables[ROWS] = _to_save(wv, plain=plain)
        settings |= told_of(subwords)
        told["seed"] = wv.ngrams.seed
        texts |= {NGRAMS: as_text(subwords)} if subwords.bucket is None else {}
    arrays = {"vectors_vocab": np.ascontiguousarray(wv.vectors_vocab), **locks_of(wv)}
    for name, values in table.attributes.items():
        arrays[_VALUES + name] = values.astype(np.uint8) if values.dtype.kind == "b" else values
    texts |= {CONFIG: json.dumps(settings) + "\n", MORE: json.dumps(told) + "\n"}
    make_way(Path(path))
    sealed_folder.write(Path(path), texts, {TABLES: tables, MORE_TABLES: arrays}, {}, overwrite=True)


def load_vectors(cls: type, path: Any) -> Any:
    """Read what `save_vectors` wrote, into an object of a class."""
    expect(path)
    if os.path.isfile(path):
        raise OtherModelError(
            f"{path} is a file, and FastTextKeyedVectors are read from the folder that their `save` writes; "
            "load_facebook_vectors reads a .bin of fastText. A pickle of gensim's can run any code, and is not opened."
        )
    if (Path(path) / HISTORY).exists():
        raise OtherModelError(f"{path} is a model, of which FastText.load(path).wv are the vectors.")
    with opened(path, (CONFIG, VOCAB, TABLES), (MORE, MORE_TABLES, NGRAMS), what="a folder of vectors") as files:
        if MORE not in files or MORE_TABLES not in files:
            raise OtherModelError(f"{path} holds vectors without n-grams. Try KeyedVectors.load.")
        return _vectors_in(cls, files, path)


def _vectors_in(cls: type, files: Opened, path: Any) -> Any:
    where = files.path(MORE)
    told, settings = json_text.mapping(json_text.parse(files.text(MORE), where), where), settings_of(files)
    vocabulary, tables, more = vocabulary_of(files), files.arrays(TABLES), files.arrays(MORE_TABLES)
    words = len(vocabulary.words)
    tables.expect({VECTORS: Kind("float", (words, settings.get("vector_size")))}, f"{CONFIG} and {VOCAB}")
    size = tables.kinds[VECTORS].shape[1]
    try:
        wv: Any = cls(size, *(told[name] for name in _SHAPE))
    except (KeyError, W2VError) as error:
        raise W2VError(f"{where} or {CONFIG} is damaged: {error}") from error
    locks = {name: Kind("float", (None,)) for name in locks_of(wv)}
    more.expect({"vectors_vocab": Kind("float", (None, size)), **locks}, CONFIG)
    attributes = {name.removeprefix(_VALUES): more.read(name) for name in more.kinds if name.startswith(_VALUES)}
    if odd := [name for name, values in attributes.items() if values.shape != (words,)]:
        raise W2VError(f"{files.path(MORE_TABLES)} is damaged: {odd[0]!r:.60} is not a number for each word.")
    counts = None if settings.get(COUNTS) is False else vocabulary.counts
    plain = KeyedVectors._of(path, Table(vocabulary.words, tables.read(VECTORS), counts, "euclidean", attributes))
    for name in ("index_to_key", "key_to_index", "vectors", "next_index", "expandos"):
        setattr(wv, name, getattr(plain, name))
    for name in ("vectors_vocab", *locks):
        setattr(wv, name, more.read(name))
    if (subwords := subwords_in(files, settings, 0)) is not None:
        tables.expect({ROWS: Kind("float", (subwords.n_rows, size))}, CONFIG)
        _read(wv, files, tables.read(ROWS), subwords, told.get("seed"))
    return wv
