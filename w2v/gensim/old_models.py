"""Models that gensim saved: opened by gensim itself, where it is installed and its user says so, and translated.

A pickle runs whatever code is in it when it is opened, so that nothing here opens one unasked.
"""

import inspect
from pathlib import Path
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown
from w2v.gensim.errors import OtherModelError
from w2v.gensim.weights import REAL
from w2v.heads.hs.carrying import carried
from w2v.heads.tree import HuffmanTree, huffman_tree

_ARGUMENTS = (
    *("vector_size", "alpha", "window", "min_count", "max_vocab_size", "sample", "seed", "workers", "min_alpha", "sg"),
    *("hs", "negative", "ns_exponent", "cbow_mean", "epochs", "null_word", "sorted_vocab", "comment"),
    *("max_final_vocab", "shrink_windows"),
)
_PASSED = ("corpus_count", "corpus_total_words", "train_count", "total_train_time", "min_alpha_yet_reached")
_KEPT = ("count", "sample_int")
_OF_GRAMS, _TABLES = ("min_n", "max_n", "bucket"), ("vectors_vocab", "vectors_ngrams")


def open_pickle(path: str | Path) -> Any:
    """The model that gensim saved in a file, by gensim. What is in the file may run any code.

    Raises W2VError where gensim is not installed, or cannot open it.
    """
    try:
        from gensim.models import Word2Vec as Theirs
    except ImportError as error:
        raise W2VError(f"{path} was saved by gensim, which is needed to open it: pip install gensim") from error
    try:
        return Theirs.load(str(path))
    except MemoryError:
        raise
    except Exception as error:  # a pickle may fail in any way
        raise W2VError(
            f"{path} cannot be opened by the gensim that is installed: {type(error).__name__}: {error}. The .npy files "
            "that were saved with it must lie beside it."
        ) from error


def kind_of(cls: Any) -> Any:
    """Which class of `w2v.gensim.models` a class is, or is made of."""
    return next(kind for kind in cls.__mro__ if kind.__module__.startswith("w2v.gensim.models."))


def from_gensim(cls: Any, model: Any) -> Any:
    """A model of a class here, with the settings, words and weights of one of gensim's; training can go on.

    cls: the Word2Vec here, or the FastText, for a model of that name of gensim's.

    Raises OtherModelError for a model of another class.
    """
    base = kind_of(cls)
    kind, wanted, known = type(model), base.__name__, inspect.signature(base).parameters
    if (kind.__module__, kind.__name__) != (f"gensim.models.{wanted.lower()}", wanted):
        raise OtherModelError(f"{shown(model)} is of type {kind.__name__}; expected a {wanted} of gensim's.")
    of_grams = {name: getattr(model.wv, name) for name in _OF_GRAMS if hasattr(model.wv, name)}
    settings = {name: getattr(model, name) for name in _ARGUMENTS if name in known and hasattr(model, name)}
    made: Any = cls.__new__(cls)  # a class of the user's may begin otherwise
    base.__init__(made, **settings, **of_grams)
    for name in _PASSED:
        setattr(made, name, getattr(model, name, None) or 0)
    theirs, wv = model.wv, made.wv
    wv.index_to_key, wv.vectors = list(theirs.index_to_key), np.array(theirs.vectors, REAL)
    wv.key_to_index = {key: i for i, key in enumerate(wv.index_to_key)}
    wv.expandos |= {name: np.array(theirs.expandos[name]) for name in _KEPT if name in theirs.expandos}
    wv.vectors_lockf = np.array(getattr(theirs, "vectors_lockf", [1.0]), REAL)
    if of_grams:
        wv.vectors_vocab, wv.vectors_ngrams = (np.array(getattr(theirs, name), REAL) for name in _TABLES)
        for name in _TABLES:
            setattr(wv, f"{name}_lockf", np.array(getattr(theirs, f"{name}_lockf", [1.0]), REAL))
        wv.adjust_vectors()
    if hasattr(model, "syn1neg"):
        made.syn1neg = np.array(model.syn1neg, REAL)
        made.make_cum_table()
    if hasattr(model, "syn1"):
        made.syn1 = np.zeros_like(model.syn1, REAL)
        counts = made.counts_from_one()
        if len(counts) > 1:
            tree, places = _tree_of(theirs, len(counts)), np.arange(len(counts))
            made.syn1[:-1] = carried(tree, np.asarray(model.syn1[:-1], REAL), huffman_tree(counts), counts, places)
        made.create_binary_tree()
    made.add_lifecycle_event("converted", params=str(made))
    return made


def _tree_of(vectors: Any, words: int) -> HuffmanTree:
    """gensim's tree, which settles ties in another way than ours."""
    codes = [np.asarray(vectors.get_vecattr(i, "code"), np.uint8) for i in range(words)]
    points = [np.asarray(vectors.get_vecattr(i, "point"), np.int32) for i in range(words)]
    offsets = np.cumsum([0, *map(len, codes)])
    return HuffmanTree(offsets, np.concatenate(points), np.concatenate(codes))
