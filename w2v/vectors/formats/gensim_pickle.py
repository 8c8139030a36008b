"""What gensim saved by its own `save`: pickles of its objects, with large arrays in files beside them.

A pickle runs whatever code is in it when it is opened. So it is opened only where its user says that whoever made it is
to be trusted, and by gensim itself, which has to be installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from warnings import warn

import numpy as np

from w2v.base.file_kinds import HEAD, kind_of
from w2v.base.subword_limits import LONGEST_NGRAM, MOST_BUCKETS
from w2v.errors import W2VError, shown
from w2v.examples.subwords import Subwords, sizes_of
from w2v.vectors.composer import Composer, Trained
from w2v.vectors.formats.table import WHOLE, Table, checked, counts_of, matrix, rows_of

MAGIC = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
_INSTEAD = "in gensim, write the vectors with model.wv.save_word2vec_format('vectors.bin', binary=True)"
_HOLDERS = ("wv", "kv")  # attributes of models that are KeyedVectors


def is_pickle(head: bytes) -> bool:
    """Whether a file that begins so is a pickle."""
    return head.startswith(MAGIC)


def read_gensim(
    path: str, head: bytes, limit: int | None, dtype: type[np.floating], *, trust: bool, plain: bool
) -> Table:
    """Read the words and vectors of a Word2Vec, FastText (n-grams, too), Doc2Vec or PoincareModel, or of KeyedVectors.

    trust: whether code in the file may run. plain: whether it is a file of this machine that is not packed.

    Raises W2VError unless both are so, gensim is installed, and can open it.
    """
    kind = kind_of(head[:HEAD])
    if kind is None or not kind.of_vectors:
        raise W2VError(f"{path} is a Python pickle, but not what gensim saved. Load it with the library that wrote it.")
    if not trust:
        raise W2VError(
            f"{path} is {kind.name}, which can run any code when it is opened. If you trust whoever made it, make a "
            f"folder of it, with gensim installed: w2v convert --trust {path} FOLDER, or load it with `trust=True`. Or "
            f"{_INSTEAD}."
        )
    if not plain:
        raise W2VError(f"{path} is packed, or not on this machine; gensim opens plain files alone. Unpack it first.")
    try:
        from gensim import models
    except ImportError as error:
        raise W2VError(f"{path} is what gensim saved, and gensim is not installed: pip install gensim") from error
    vectors = _vectors_in(_opened(models, path), path)
    keys = list(vectors.index_to_key)
    if odd := [key for key in keys if not isinstance(key, str | int | np.integer)]:
        raise W2VError(f"{path} has {shown(odd[0])} for a key; keys here are strings, or whole numbers.")
    words = list(map(str, keys))
    numbers = np.asarray(vectors.vectors)
    rows = rows_of(limit, min(len(words), len(numbers)))
    counts = getattr(vectors, "expandos", {}).get("count")
    ball = type(vectors).__name__ == "PoincareKeyedVectors"
    table = Table(
        words[:rows],
        matrix(path, numbers[:rows], np.float64 if ball else dtype, "its vectors"),
        counts_of(path, None if counts is None else np.asarray(counts)[:rows], rows),
        "poincare" if ball else None,
        {WHOLE: np.array([not isinstance(key, str) for key in keys[:rows]])} if set(map(type, keys)) - {str} else {},
        _composer(vectors, words, path, dtype),
    )
    return checked(path, table, stacklevel=5)


def _composer(vectors: Any, words: list[str], path: str, dtype: type[np.floating]) -> Composer | None:
    """What makes vectors of unknown words, of a FastText; None of others.

    Raises W2VError where its n-grams are no such rows.
    """
    bucket, table = getattr(vectors, "bucket", 0), getattr(vectors, "vectors_ngrams", None)
    if not bucket or table is None:
        return None
    if not getattr(vectors, "compatible_hash", True):
        warn(f"{path} is of a gensim whose hashes of n-grams were wrong; these were left out.", stacklevel=5)
        return None
    rows = matrix(path, np.asarray(table), dtype, "its vectors of n-grams")
    min_n, max_n = sizes_of(vectors.min_n, vectors.max_n)
    if rows.shape != (bucket, vectors.vector_size) or bucket > MOST_BUCKETS or max_n > LONGEST_NGRAM:
        raise W2VError(
            f"{path} has rows of n-grams {list(rows.shape)}, {bucket:,} buckets of {vectors.vector_size} numbers, and "
            f"n-grams of {min_n} to {max_n} characters, which is no FastText. Damaged?"
        )
    return Composer(Subwords("fasttext", min_n, max_n, bucket, 1, 0), rows, Trained(words)) if max_n else None


def _opened(models: Any, path: str) -> Any:
    """The object in the file. Models of before gensim 4 only their own class can open."""
    try:
        try:
            return models.KeyedVectors.load(path)
        except (AttributeError, KeyError):
            return models.Word2Vec.load(path)
    except MemoryError:
        raise
    except Exception as error:  # a pickle may fail in any way
        raise W2VError(
            f"{path} cannot be opened by the gensim that is installed: {type(error).__name__}: {error}. The .npy files "
            f"that were saved with it must lie beside it. Or with the gensim that wrote it, {_INSTEAD}."
        ) from error


def _vectors_in(found: Any, path: str | Path) -> Any:
    held = next((getattr(found, name) for name in _HOLDERS if getattr(found, name, None) is not None), found)
    if not hasattr(held, "index_to_key") or getattr(held, "vectors", None) is None:
        raise W2VError(f"{path} holds a {type(found).__name__} of gensim's, which has no word vectors.")
    return held
