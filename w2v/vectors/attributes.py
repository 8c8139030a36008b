"""What is known of words beside their vectors: numbers and other values by name, such as how often each was seen.

An attribute is an array [V] of one type, which its first value decides: bool, int64, float64, or object for all else. A
word to which nothing was given has False, 0, 0.0 or None. The attribute "count" is `counts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown
from w2v.vectors.growing import Growing
from w2v.vectors.lookup import COUNT, Lookup
from w2v.vectors.terms import Key, is_one, keys_of

_KINDS = {"b": np.dtype(bool), "i": np.dtype(np.int64), "u": np.dtype(np.int64), "f": np.dtype(np.float64)}
_HOLDS = {"b": "b", "i": "iu", "f": "iuf"}  # values of which kinds an attribute of a kind can take; an object takes all


class Attributes(Lookup):
    """Attributes of the words of KeyedVectors."""

    @property
    def vecattrs(self) -> dict[str, np.ndarray]:
        """All attributes by name, [V] each and read-only; "count" is among them where counts are known."""
        return {name: values.rows for name, values in self._attributes.items()}

    def get_vecattr(self, key: Key, attr: str) -> Any:
        """What is known of a word: of "count" how often it was seen; see `set_vecattr`.

        Raises UnknownWordError for an unknown word, W2VError for an attribute that was never set.
        """
        index = self.get_index(key)
        if attr == COUNT:
            self._known_counts()
        if attr not in self._attributes:
            known = ", ".join(map(repr, self._attributes)) or "none"
            raise W2VError(f"{attr!r} is not known of words; the attributes that they have: {known}.")
        value = self._attributes[attr].rows[index]
        return value.item() if isinstance(value, np.generic) else value

    def set_vecattr(self, key: Key | Iterable[Key], attr: str, value: Any) -> None:
        """Set an attribute of one word, or of several that are each given a value, [N].

        The attribute's first value decides its type (`w2v.vectors.attributes`); words without one have 0, False or
        None. "count" are whole numbers from 0, in any case.

        Raises UnknownWordError for an unknown word, W2VError for a value of another type than the attribute has.
        """
        if not isinstance(attr, str):
            raise W2VError(f"{shown(attr)} was given as the name of an attribute; expected a string.")
        alone = is_one(key)
        rows = [self.get_index(one) for one in keys_of([key] if alone else key)]
        values = _values([value] if alone else value)
        if len(values) != len(rows):
            raise W2VError(f"{len(rows)} words came with {len(values)} values of {attr!r}; expected one each.")
        held = self._attributes[attr].rows.dtype if attr in self._attributes else _dtype(values)
        held = np.dtype(np.int64) if attr == COUNT else held
        if held.kind in _HOLDS and values.dtype.kind not in _HOLDS[held.kind]:
            example = value if alone else values[0]
            raise W2VError(
                f"{attr!r} holds {held.name} and was given {shown(example)}; values of one attribute are of one type."
            )
        if attr == COUNT and (values < 0).any():
            raise W2VError(f"a count of {values.min()} was given; a count is at least 0.")
        self._attribute(attr, held).put(rows, values)
        if attr == COUNT:
            self._forget()

    def _attribute(self, name: str, dtype: np.dtype) -> Growing:
        """The values of an attribute; one that is new begins with what its words have by default."""
        if name not in self._attributes:
            self._attributes[name] = Growing(blank(len(self), dtype))
        return self._attributes[name]


def blank(number: int, dtype: np.dtype) -> np.ndarray:
    """What words have to whom nothing was given, [number]."""
    return np.full(number, None) if dtype.kind == "O" else np.zeros(number, dtype)


def _values(given: Any) -> np.ndarray:
    """One value a word: [N], of numbers where all are numbers of one kind, else of objects."""
    listed = list(given) if isinstance(given, Iterable) and not isinstance(given, (str, bytes)) else [given]
    objects = np.empty(len(listed), dtype=object)
    for place, value in enumerate(listed):
        objects[place] = value.item() if isinstance(value, np.generic) else value
    kinds = {type(value) for value in objects}
    if kinds in ({bool}, {int}, {float}, {int, float}):
        try:
            return np.array(objects.tolist(), dtype=_KINDS["f" if float in kinds else next(iter(kinds)).__name__[0]])
        except OverflowError:
            return objects
    return objects


def _dtype(values: np.ndarray) -> np.dtype:
    return _KINDS.get(values.dtype.kind, np.dtype(object))
