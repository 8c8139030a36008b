"""How what FastText has of n-grams is saved: in a model's folder, and in one of its vectors.

A model whose buckets were never asked for as a whole has, as other models with subwords, a row for each n-gram of its
words (`ngrams.txt`), so that a folder is as large as its vocabulary, and the two million buckets of gensim's default
are not in it. Another one has a row for each bucket. Both are read by `w2v.Word2Vec` and `w2v.KeyedVectors`, too.
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
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.ngram_rows import NgramRows
from w2v.gensim.paths import expect, is_pickled, make_way
from w2v.vectors.formats.model_folder import CONFIG, HISTORY, ROWS, TABLES, VECTORS, VOCAB, vocabulary_of
from w2v.vectors.formats.ngrams_file import NGRAMS, as_text, subwords_in
from w2v.vectors.formats.table import Table
from w2v.vectors.formats.vectors_folder import COUNTS

MORE, MORE_TABLES = "gensim.json", "gensim.safetensors"
_VALUES = "vecattr "  # before the name of an attribute
_SHAPE = ("min_n", "max_n", "bucket")


def add_ngrams(wv: Any, config: Config, *, plain: bool) -> tuple[Config, dict[str, np.ndarray], dict[str, str]]:
    """What a model's folder has of n-grams: its settings, tables and texts.

    Args:
        wv: FastTextKeyedVectors.
        config: the settings but for those of n-grams.
        plain: whether all words are strings that stand in a line.
    """
    if not wv.bucket or wv.ngrams is None or not len(wv.vectors_vocab):
        return config, {}, {}
    sizes = {"min_n": max(wv.min_n, 1), "max_n": wv.max_n}
    own = np.ascontiguousarray(wv.vectors_vocab, np.float32)
    words = len(own)
    grams = [] if wv.ngrams.table is not None or not plain else grams_of(wv.index_to_key, **sizes).strings
    if (
        wv.ngrams.table is None
        and plain
        and len(grams) < wv.bucket
        and not np.setdiff1d(wv.ngrams.held, wv.listed().used).size
    ):
        buckets = np.array([wv.subwords.row(gram) for gram in grams], np.int64)
        subwords = Subwords(
            "fasttext",
            n_words=words,
            **sizes,
            bucket=None,
            hash_count=1,
            row_of=dict(zip(grams, range(words, words + len(grams)), strict=True)),
        )
        rows = np.concatenate([own, wv.ngrams.take(buckets)])
        return config.replace(subword="fasttext", bucket=None, **sizes), {ROWS: rows}, {NGRAMS: as_text(subwords)}
    rows = np.empty((words + wv.bucket, own.shape[1]), np.float32)
    rows[:words] = own
    for first, some in wv.ngrams.pieces():
        rows[words + first : words + first + len(some)] = some
    return config.replace(subword="fasttext", bucket=wv.bucket, **sizes), {ROWS: rows}, {}


def read_ngrams(wv: Any, files: Opened, tables: TensorFile, config: Config, seed: int) -> None:
    """Read what `add_ngrams` made into FastTextKeyedVectors, whose words and vectors are there.

    seed: of the rows that were never written. Raises W2VError where the folder is damaged.
    """
    words = len(wv.index_to_key)
    if ROWS not in tables.kinds:
        wv.vectors_vocab = wv.vectors
        return
    subwords = subwords_in(files, config, words)
    if subwords is None or not wv.bucket or subwords.bucket not in (None, wv.bucket):
        raise W2VError(f"{files.path(CONFIG)} is damaged: its bucket is not the {wv.bucket} of {MORE}.")
    tables.expect({ROWS: Kind("float", (subwords.n_rows, wv.vector_size))}, CONFIG)
    rows = tables.read(ROWS).astype(np.float32, copy=False)
    wv.vectors_vocab = rows[:words].copy()
    if subwords.bucket is not None:
        wv.vectors_ngrams = rows[words:]
        return
    wv.ngrams = NgramRows(wv.bucket, wv.vector_size, seed)
    buckets = np.array([wv.subwords.row(gram) for gram in subwords.row_of], np.int64)
    used, first = np.unique(buckets, return_index=True)
    wv.ngrams.put(used, rows[words + first])


def locks_of(wv: Any) -> dict[str, np.ndarray]:
    """What says which rows training leaves as they are."""
    names = ("vectors_vocab_lockf", "vectors_ngrams_lockf")
    return {name: np.ascontiguousarray(getattr(wv, name), np.float32) for name in names}


def save_vectors(wv: Any, path: Any) -> None:
    """Write a folder with words, vectors, and all rows that these are made of."""
    if not isinstance(path, str | os.PathLike):
        raise WrongTypeError(f"{shown(path)} was given; expected a path: what is saved is a folder.")
    table = KeyedFiles._table_to_save(wv)
    arrays = {"vectors_vocab": np.ascontiguousarray(wv.vectors_vocab), **locks_of(wv)}
    told = {name: getattr(wv, name) for name in _SHAPE}
    if wv.ngrams is not None and wv.ngrams.table is not None:
        arrays["vectors_ngrams"] = np.ascontiguousarray(wv.ngrams.table)
    elif wv.ngrams is not None:
        arrays |= {"held": wv.ngrams.held, "rows": wv.ngrams.rows}
        told["seed"] = wv.ngrams.seed
    arrays |= {
        _VALUES + name: values.astype(np.uint8) if values.dtype.kind == "b" else values
        for name, values in table.attributes.items()
    }
    counts = np.zeros(len(table.words), np.int64) if table.counts is None else table.counts
    settings = {"geometry": "euclidean", "vector_size": table.vectors.shape[1]} | (
        {} if table.counts is not None else {COUNTS: False}
    )
    texts = {
        CONFIG: json.dumps(settings) + "\n",
        VOCAB: Vocabulary(table.words, counts).as_text(),
        MORE: json.dumps(told) + "\n",
    }
    make_way(Path(path))
    sealed_folder.write(Path(path), texts, {TABLES: {VECTORS: table.vectors}, MORE_TABLES: arrays}, {}, overwrite=True)


def load_vectors(cls: type, path: Any) -> Any:
    """Read what `save_vectors` wrote, into an object of a class."""
    expect(path)
    if is_pickled(path) or os.path.isfile(path):
        raise OtherModelError(
            f"{path} is a file, and FastTextKeyedVectors are read from the folder that their `save` writes; "
            "load_facebook_vectors reads a .bin of fastText. A pickle of gensim's can run any code, and is not opened."
        )
    if os.path.isdir(path) and (Path(path) / HISTORY).exists():
        raise OtherModelError(f"{path} is a model, of which FastText.load(path).wv are the vectors.")
    with opened(path, (CONFIG, VOCAB, TABLES), (MORE, MORE_TABLES), what="a folder of vectors") as files:
        if MORE not in files or MORE_TABLES not in files:
            raise OtherModelError(f"{path} holds vectors without n-grams. Try KeyedVectors.load.")
        where = files.path(MORE)
        told = json_text.mapping(json_text.parse(files.text(MORE), where), where)
        vocabulary, tables, more = vocabulary_of(files), files.arrays(TABLES), files.arrays(MORE_TABLES)
        words = len(vocabulary.words)
        try:
            wv = cls(tables.kinds[VECTORS].shape[1], *(told[name] for name in _SHAPE))
        except (KeyError, W2VError, IndexError) as error:
            raise W2VError(f"{where} or {TABLES} is damaged: {error}") from error
        size = wv.vector_size
        tables.expect({VECTORS: Kind("float", (words, size))}, f"the {words:,} words of {VOCAB}")
        more.expect({"vectors_vocab": Kind("float", (None, size))}, MORE)
        settings = json_text.mapping(json_text.parse(files.text(CONFIG), files.path(CONFIG)), files.path(CONFIG))
        attributes = {name.removeprefix(_VALUES): more.read(name) for name in more.kinds if name.startswith(_VALUES)}
        counts = None if settings.get(COUNTS) is False else vocabulary.counts
        plain = KeyedVectors._of(path, Table(vocabulary.words, tables.read(VECTORS), counts, "euclidean", attributes))
        for name in ("index_to_key", "key_to_index", "vectors", "next_index", "expandos"):
            setattr(wv, name, getattr(plain, name))
        wv.vectors_vocab = more.read("vectors_vocab")
        for name in locks_of(wv):
            setattr(wv, name, more.read(name))
        if "vectors_ngrams" in more.kinds:
            more.expect({"vectors_ngrams": Kind("float", (wv.bucket, size))}, MORE)
            wv.vectors_ngrams = more.read("vectors_ngrams")
        elif "held" in more.kinds:
            more.expect({"held": Kind("int64", (None,)), "rows": Kind("float", (None, size))}, MORE)
            held, rows, seed = more.read("held"), more.read("rows"), told.get("seed")
            if (
                len(held) != len(rows)
                or not isinstance(seed, int)
                or (len(held) and not 0 <= held.min() <= held.max() < wv.bucket)
            ):
                raise W2VError(
                    f"{files.path(MORE_TABLES)} is damaged: its rows are not those of {wv.bucket:,} buckets."
                )
            wv.ngrams = NgramRows(wv.bucket, size, seed, rows.dtype.type)
            wv.ngrams.put(held, rows)
    return wv
