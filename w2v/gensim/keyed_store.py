"""What gensim's KeyedVectors hold, in gensim's way: plain lists, dicts and arrays that anybody may write to.

`vectors` is an array that can be written to, and exchanged for another. `norms` is None until a query needs it, and
follows changes that are made by methods; after others `fill_norms(force=True)` does it, as in gensim. Keys may be
anything hashable, numbers too.
"""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from w2v.base.settings import whole_number
from w2v.corpus.vocabulary import spelling_hint
from w2v.errors import UnknownWordError, counted, shown
from w2v.gensim.errors import WrongTypeError
from w2v.gensim.lifecycle import Lifecycle, logger
from w2v.gensim.room import Room
from w2v.geometry import unit_rows
from w2v.vectors import KeyedVectors as Ours
from w2v.vectors.growing import Growing
from w2v.vectors.lookup import COUNT, lengths_of
from w2v.vectors.terms import is_one

REAL = np.float32  # gensim's name


class Store(Lifecycle, Ours):
    """Keys and vectors, and the way from one to the other."""

    vectors: np.ndarray = np.empty((0, 0), REAL)  # [V, D]; these are attributes of each object, and no properties here
    norms: np.ndarray | None = None  # [V]
    vector_size: int = 0

    def __init__(
        self, vector_size: int, count: int = 0, dtype: type[np.floating] = np.float32, mapfile_path: str | None = None
    ) -> None:
        self.vector_size = whole_number("vector_size", vector_size, 1)
        count = whole_number("count", count, 0)
        self.index_to_key: list[Any] = [None] * count
        self.next_index = 0
        self.key_to_index: dict[Any, int] = {}
        try:
            self.vectors = np.zeros((count, self.vector_size), dtype=dtype)
        except TypeError as error:
            raise WrongTypeError(f"dtype is {shown(dtype)}; expected a type such as numpy.float32.") from error
        self.norms = None
        self.expandos: dict[str, np.ndarray] = {}
        self.mapfile_path = mapfile_path
        self._rooms: dict[str, Room] = {}

    @property
    def dtype(self) -> type[np.floating]:
        """The type of the numbers."""
        return self.vectors.dtype.type

    @property
    def counts(self) -> np.ndarray | None:
        """How often each word was seen, [V], where that is known: the attribute "count"."""
        return self.expandos.get(COUNT)

    @counts.setter
    def counts(self, counts: np.ndarray | None) -> None:
        self.expandos.pop(COUNT, None)
        if counts is not None:
            self.expandos[COUNT] = np.array(counts, dtype=np.int64)

    @property
    def _attributes(self) -> dict[str, Growing]:
        return {name: Growing(values.copy()) for name, values in self.expandos.items()}

    @property
    def _company(self) -> Any:  # not remembered, since vectors may be written to
        return self._make_company()

    def _made_of(self, words: Iterable[Any], vectors: np.ndarray, attributes: Any) -> Any:
        return filled(type(self), list(words), vectors, attributes)

    @classmethod
    def empty(cls, vector_size: int) -> Any:
        """No words yet."""
        return cls(vector_size)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_rooms": {}}  # of two copies only one may write behind the rows of both

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def __str__(self) -> str:
        return f"{type(self).__name__}<vector_size={self.vector_size}, {len(self)} keys>"

    def __getitem__(self, key_or_keys: Any) -> np.ndarray:
        """The vector [D] of one key, or the vectors [N, D] of several, which are copied."""
        if is_one(key_or_keys):
            return self.get_vector(key_or_keys)
        if isinstance(key_or_keys, slice) or not isinstance(key_or_keys, Iterable):
            raise WrongTypeError(f"{shown(key_or_keys)} was given as keys; expected one, or a list of them.")
        return self._rows_of_keys(key_or_keys)

    def _rows_of_keys(self, keys: Iterable[Any]) -> np.ndarray:
        """The vectors [N, D] of some keys, as a copy."""
        return self.vectors[[self.get_index(key) for key in keys]]

    def get_index(self, key: Any, default: int | None = None) -> int:
        """The row of a key; of a whole number that is no key itself, that row.

        Raises UnknownWordError, a KeyError, where there is none and no default.
        """
        try:
            if (index := self.key_to_index.get(key, -1)) >= 0:
                return index
        except TypeError as error:  # lists and arrays are no keys of dicts
            raise WrongTypeError(
                f"{shown(key)} was given where one key is asked for; expected a word or a number."
            ) from error
        if isinstance(key, (int, np.integer)) and 0 <= key < len(self.index_to_key):
            return int(key)
        if default is not None:
            return default
        raise UnknownWordError(
            f"Key {key!r} not present: it is none of the {counted(len(self), 'key')}.",
            lambda: (
                spelling_hint(key, [k for k in self.index_to_key if isinstance(k, str)]) if isinstance(key, str) else ""
            ),
        )

    def has_index_for(self, key: Any) -> bool:
        """Whether there is a row for a key."""
        return self.get_index(key, -1) >= 0

    def __contains__(self, key: object) -> bool:
        return self.has_index_for(key)

    def get_vector(self, key: Any, norm: bool = False) -> np.ndarray:
        """The vector [D] of a key, which cannot be written to; of length one with `norm`. Zeros stay zeros."""
        vector = np.array(self.vectors[self.get_index(key)])
        if norm:
            self.fill_norms()
            vector = unit_rows(vector[None])[0]
        vector.setflags(write=False)
        return vector

    def word_vec(self, *args: Any, **kwargs: Any) -> np.ndarray:
        """Deprecated, as in gensim: `get_vector`."""
        deprecated("word_vec", "get_vector")
        return self.get_vector(*args, **kwargs)

    def get_normed_vectors(self) -> np.ndarray:
        """All vectors scaled to length one, [V, D]; zeros stay zeros."""
        self.fill_norms()
        return super().get_normed_vectors()

    def fill_norms(self, force: bool = False) -> None:
        """Compute `norms` where they are None, or in any case with `force`: after vectors were written to."""
        if self.norms is None or force or len(self.norms) != len(self.vectors):
            exact = self.vectors.astype(REAL) if self.vectors.dtype == np.float16 else self.vectors
            self.norms = lengths_of(exact)

    def _lengths(self) -> np.ndarray:
        self.fill_norms()
        assert self.norms is not None
        return self.norms

    def unit_normalize_all(self) -> None:
        """Scale all vectors to length one, for good; zeros stay zeros."""
        unit = super().get_normed_vectors()
        if self.vectors.flags.writeable:
            self.vectors[:] = unit
        else:
            self.vectors = unit
        self.fill_norms(force=True)

    def init_sims(self, replace: bool = False) -> None:
        """Deprecated, as in gensim: `fill_norms`, and with `replace` all vectors are scaled to length one for good."""
        deprecated("init_sims", "fill_norms")
        self.fill_norms()
        if replace:
            logger.warning("init_sims(replace=True) is deprecated: no memory is saved by it, and lengths are lost")
            self.unit_normalize_all()


def deprecated(name: str, instead: str) -> None:
    """Warn that gensim calls a method so no more."""
    warnings.warn(f"Call to deprecated `{name}`: use {instead}() instead.", DeprecationWarning, stacklevel=3)


def filled(cls: type, keys: list[Any], vectors: np.ndarray, attributes: Mapping[str, np.ndarray]) -> Any:
    """An object of gensim's class or ours with these keys, vectors [V, D], and attributes [V], which can be written to
    unless they are mapped from a file.
    """
    kv = cls(vectors.shape[1], dtype=vectors.dtype.type)
    kv.index_to_key, kv.key_to_index = keys, {key: place for place, key in enumerate(keys)}
    kv.vectors = vectors if vectors.flags.writeable or isinstance(vectors, np.memmap) else vectors.copy()
    kv.next_index = len(keys)
    kv.expandos.update({name: np.array(values) for name, values in attributes.items()})
    return kv
