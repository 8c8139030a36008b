"""How gensim's KeyedVectors grow and change: keys with their vectors, and attributes by name ("expandos")."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any

import numpy as np

from w2v.errors import W2VError, counted, shown
from w2v.gensim.errors import NoAttributeError, WrongTypeError
from w2v.gensim.keyed_store import REAL, Store
from w2v.gensim.room import Room
from w2v.vectors.contents import numbers
from w2v.vectors.terms import is_one


class Growth(Store):
    """Methods that add, set and take away."""

    def resize_vectors(self, seed: int | None = 0) -> None:
        """Make as many vectors as there are keys; new ones are random, uniform in [-1, 1) / D, by the seed."""
        self.vectors = prep_vectors((len(self.index_to_key), self.vector_size), self.vectors, seed, self.dtype)
        self.allocate_vecattrs()
        self.norms = None

    def allocate_vecattrs(self, attrs: Iterable[str] | None = None, types: Iterable[Any] | None = None) -> None:
        """Make arrays for attributes of some types, a value for each of `index_to_key`; without arguments those that
        are there are made as long as that. What is new is 0.

        Raises a TypeError where an attribute is there with another type.
        """
        wanted = {name: values.dtype for name, values in self.expandos.items()}
        if attrs is not None:
            wanted = {name: _dtype(kind) for name, kind in zip(attrs, types or (), strict=True)}
        length = len(self.index_to_key)
        for name, kind in wanted.items():
            there = self.expandos.get(name)
            if there is None:
                self.expandos[name] = np.zeros(length, dtype=kind)
            elif not np.issubdtype(kind, there.dtype):
                raise WrongTypeError(
                    f"Can't allocate type {kind} for attribute {name}: it conflicts with its existing type "
                    f"{there.dtype}. The values of one attribute are of one type."
                )
            elif length > len(there):
                more = self._rooms.setdefault(name, Room()).extended(there, length)
                more[len(there) :] = np.zeros(1, dtype=there.dtype)
                self.expandos[name] = more
            elif length < len(there):
                self.expandos[name] = there[:length].copy()

    def set_vecattr(self, key: Any, attr: str, val: Any) -> None:
        """Set an attribute of a key, whose first value decides the type of all.

        Raises a KeyError for an unknown key, a TypeError for a value of another type.
        """
        index = self.get_index(key)
        self.allocate_vecattrs([attr], [type(val)])
        self.expandos[attr][index] = val

    def get_vecattr(self, key: Any, attr: str) -> Any:
        """An attribute of a key. Raises a KeyError for an unknown key, and for an attribute that was never set."""
        index = self.get_index(key)
        if attr not in self.expandos:
            known = ", ".join(map(repr, self.expandos)) or "none"
            raise NoAttributeError(f"{attr!r} was never set; the attributes of these keys: {known}.")
        return self.expandos[attr][index]

    def add_vector(self, key: Any, vector: Any) -> int:
        """Add a key with its vector [D], in the next place that was allocated, or at the end; its index.

        A key that is there keeps its vector.
        """
        at = self.next_index
        [key], _ = self._listed(key, vector, one=True)
        if key in self.key_to_index:
            return self.key_to_index[key]
        if at >= len(self) or self.index_to_key[at] is not None:
            self._add([key], [vector], {}, False)
            self.next_index = len(self)
            return len(self) - 1
        rows = self._rows_of([key], [vector])
        self._writeable()[at] = rows[0]
        self.index_to_key[at], self.key_to_index[key] = key, at
        self.next_index, self.norms = at + 1, None
        return at

    def add_vectors(self, keys: Any, weights: Any, extras: Any = None, replace: bool = False) -> None:
        """Add keys at the end, with a vector each [N, D]; those that are there keep theirs unless `replace`.

        extras: attributes, each an array [N] by its name.
        """
        self._add(*self._listed(keys, weights, one=is_one(keys)), extras or {}, replace)

    def __setitem__(self, keys: Any, weights: Any) -> None:
        """Give one key a vector [D], or a list of them one each [N, D]: other ones, or added where new."""
        self._add(*self._listed(keys, weights, one=not isinstance(keys, (list, np.ndarray))), {}, True)

    def remove_vectors(self, keys: Any) -> None:
        """Take keys away with all that is known of them; those after them move up. (gensim cannot.)"""
        gone = {self.get_index(key) for key in ([keys] if is_one(keys) else keys)}
        kept = [row for row in range(len(self)) if row not in gone]
        self.index_to_key = [self.index_to_key[row] for row in kept]
        self.key_to_index = {key: row for row, key in enumerate(self.index_to_key)}
        self.vectors, self.norms, self.next_index = self.vectors[kept], None, len(kept)
        self.expandos = {name: values[kept] for name, values in self.expandos.items()}

    def _listed(self, keys: Any, weights: Any, *, one: bool) -> tuple[list[Any], np.ndarray]:
        """Keys, and numbers for them; `one`: of one key they may have any shape."""
        if not one and not isinstance(keys, Iterable):
            raise WrongTypeError(f"{shown(keys)} was given as keys; expected one, or a list of them.")
        listed = [str(key) if isinstance(key, np.str_) else key for key in ([keys] if one else keys)]
        if wrong := [key for key in listed if not isinstance(key, Hashable)]:
            raise WrongTypeError(f"{shown(wrong[0])} was given as a key; expected a word or a number.")
        rows = numbers("weights", weights, self.dtype)
        return listed, rows.reshape(1, -1) if one else rows

    def _add(self, keys: list[Any], weights: Any, extras: dict[str, Any], replace: bool) -> None:
        rows = self._rows_of(keys, weights)
        extras = {name: np.asarray(values) for name, values in extras.items()}
        for name, values in extras.items():
            if len(values) != len(keys):
                raise W2VError(f"{counted(len(keys), 'key')} came with {len(values)} values of {name!r}.")
        new: dict[Any, int] = {}
        for place, key in enumerate(keys):
            if key not in self.key_to_index:
                new[key] = place  # of one that comes again the last
        places = list(new.values())
        self.allocate_vecattrs(extras, [values.dtype for values in extras.values()])
        if places:
            there, before = len(self.vectors), len(self)
            self.vectors = self._rooms.setdefault("", Room()).extended(self.vectors, before + len(places))
            self.vectors[there:before] = 0  # of keys that `resize_vectors` has given none yet
            self.vectors[before:] = rows[places]
            self.key_to_index.update(zip(new, range(len(self), len(self) + len(new)), strict=True))
            self.index_to_key.extend(new)
            self.allocate_vecattrs()
        written = [place for place, key in enumerate(keys) if key in new or replace]
        targets = [self.key_to_index[keys[place]] for place in written]
        if replace and written:
            self._writeable()[targets] = rows[written]
        for name, values in extras.items():
            self.expandos[name][targets] = values[written]
        self.norms = None

    def _rows_of(self, keys: list[Any], weights: Any) -> np.ndarray:
        """Finite numbers [N, D], one row a key."""
        rows = numbers("weights", weights, self.dtype)
        if rows.shape != (len(keys), self.vector_size) and (len(keys) or rows.size):
            raise W2VError(
                f"{counted(len(keys), 'key')} came with vectors of shape {list(rows.shape)}; expected "
                f"{[len(keys), self.vector_size]}."
            )
        if not np.isfinite(rows).all():
            place = int(np.argmin(np.isfinite(rows).all(axis=1)))
            raise W2VError(f"the vector of {keys[place]!r} holds NaN or infinity; nothing is near to that.")
        return rows.reshape(len(keys), self.vector_size)

    def _writeable(self) -> np.ndarray:
        """The vectors; those of a file that is mapped into memory are copied."""
        if not self.vectors.flags.writeable:
            self.vectors = self.vectors.copy()
        return self.vectors


def _dtype(kind: Any) -> np.dtype:
    """How an attribute of a type is held: strings, and what is no number, as objects."""
    try:
        found = np.dtype(object if kind is type(None) else np.int64 if kind is int else kind)
    except TypeError:
        return np.dtype(object)
    return np.dtype(object) if found.kind in "US" else found


def prep_vectors(
    target_shape: tuple[int, int],
    prior_vectors: np.ndarray | None = None,
    seed: int | None = 0,
    dtype: type[np.floating] = REAL,
) -> np.ndarray:
    """Vectors [V, D], of which the first are the prior ones, and the others random, uniform in [-1, 1) / D.

    The same seed gives the numbers that gensim has. Prior vectors of that shape are what comes back.
    """
    if prior_vectors is not None and prior_vectors.shape == tuple(target_shape):
        return prior_vectors
    drawn = np.float64 if dtype == np.float64 else np.float32
    vectors = np.random.default_rng(seed).random(target_shape, dtype=drawn)
    vectors = ((vectors * 2 - 1) / target_shape[1]).astype(dtype, copy=False)
    if prior_vectors is not None:
        rows, columns = (min(pair) for pair in zip(prior_vectors.shape, target_shape, strict=True))
        vectors[:rows, :columns] = prior_vectors[:rows, :columns]
    return vectors


def pseudorandom_weak_vector(
    size: int, seed_string: str | None = None, hashfxn: Callable[[Any], int] = hash
) -> np.ndarray:
    """A vector [size], uniform in [-0.5, 0.5) / size, that follows from a string where there is one."""
    seed = hashfxn(seed_string) & 0xFFFFFFFF if seed_string else None
    drawn = np.random.Generator(np.random.SFC64(seed)).random(size).astype(REAL)
    return (drawn - REAL(0.5)) / REAL(size)
