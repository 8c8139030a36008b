"""gensim's `models.keyedvectors`: `KeyedVectors` by its names, arguments and habits, with the queries of `w2v`'s.

The object is a `w2v.KeyedVectors`, so that pictures, scores and files of the house take it, and has its methods, too.
"""

from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np

from w2v.gensim.errors import NoAttributeError, NoSuchNameError
from w2v.gensim.keyed_files import Files, _load_word2vec_format
from w2v.gensim.keyed_growth import prep_vectors, pseudorandom_weak_vector
from w2v.gensim.keyed_store import REAL, filled, logger

__all__ = [
    "REAL", "CompatVocab", "Doc2VecKeyedVectors", "EuclideanKeyedVectors", "KeyedVectors", "Vocab",
    "Word2VecKeyedVectors", "_load_word2vec_format", "load_word2vec_format", "prep_vectors", "pseudorandom_weak_vector",
]  # fmt: skip


def _gone(name: str, instead: str) -> property:
    """A name of gensim 3, which says what to write instead."""

    def refuse(self: Any, value: Any = None) -> NoReturn:
        raise NoSuchNameError(
            f"The {name} attribute is gone since gensim 4.0.0, and is not here either. Use {instead} instead.\n"
            f"See https://github.com/RaRe-Technologies/gensim/wiki/Migrating-from-Gensim-3.x-to-4"
        )

    return property(refuse, refuse)


class KeyedVectors(Files):
    """Keys and their vectors: `KeyedVectors(100)` has none yet, and `add_vectors` adds some.

    Args:
        vector_size: numbers of each vector, D.
        count: allocate so many places for `add_vector`.
        dtype: type of the numbers.
        mapfile_path: kept, and not used, as in gensim.
    """

    vocab = _gone("vocab", "the dict .key_to_index, the list .index_to_key, and .get_vecattr(key, attr) for counts")
    index2word = _gone("index2word", ".index_to_key")
    index2entity = _gone("index2entity", ".index_to_key")
    vectors_norm = _gone("vectors_norm", ".get_normed_vectors()")
    syn0 = _gone("syn0", ".vectors")
    syn0norm = _gone("syn0norm", ".get_normed_vectors()")

    def sort_by_descending_frequency(self) -> None:
        """Sort keys, vectors and attributes by "count", in place, the highest first; of equal counts the last first."""
        if not len(self):
            return
        if "count" not in self.expandos:
            raise NoAttributeError("there are no counts to sort by; set_vecattr(key, 'count', number) gives them.")
        self.allocate_vecattrs()
        counts = self.expandos["count"].astype(np.int64)
        order = np.lexsort((-np.arange(len(counts)), -counts))
        self.index_to_key = [self.index_to_key[place] for place in order]
        self.key_to_index = {key: place for place, key in enumerate(self.index_to_key)}
        self.expandos = {name: values[order] for name, values in self.expandos.items()}
        if len(self.vectors):
            logger.warning("sorting after vectors have been allocated copies all of them")
            self.vectors = self.vectors[order]
        self.norms = None

    def vectors_for_all(
        self, keys: Iterable[Any], allow_inference: bool = True, copy_vecattrs: bool = False
    ) -> "KeyedVectors":
        """The vectors of these keys alone, in the order given and each once; unknown ones are passed over.

        allow_inference: also of words that are not in the vocabulary, of FastText. copy_vecattrs: with their attributes
        (of other words 0); without, "count" is the number of keys that come from this one on, as after reading a file
        without counts.
        """
        known = [key for key in dict.fromkeys(keys) if key in (self if allow_inference else self.key_to_index)]
        attributes = {"count": np.arange(len(known), 0, -1)}
        if copy_vecattrs:
            rows = np.array([self.get_index(key, -1) for key in known], np.int64)
            attributes |= {name: np.where(rows < 0, 0, values[rows]) for name, values in self.expandos.items()}
        return filled(KeyedVectors, known, self._rows_of_keys(known), attributes)


class CompatVocab:
    """What gensim 3 kept of a word: `count`, and any attributes."""

    def __init__(self, **kwargs: Any) -> None:
        self.count = 0
        self.__dict__.update(kwargs)

    def __lt__(self, other: "CompatVocab") -> bool:
        return self.count < other.count

    def __str__(self) -> str:
        shown = (f"{name}:{value!r}" for name, value in sorted(self.__dict__.items()) if not name.startswith("_"))
        return f"{type(self).__name__}<{', '.join(shown)}>"


def load_word2vec_format(*args: Any, **kwargs: Any) -> KeyedVectors:
    """The same as `KeyedVectors.load_word2vec_format`."""
    return KeyedVectors.load_word2vec_format(*args, **kwargs)


Vocab = CompatVocab
Word2VecKeyedVectors = Doc2VecKeyedVectors = EuclideanKeyedVectors = KeyedVectors
