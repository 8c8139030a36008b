"""KeyedVectors that change: words added, replaced and taken away.

    vectors = KeyedVectors.empty(100)
    vectors["king"] = row                       # one more, or another vector for one that is there
    vectors[["a", "b"]] = matrix
    vectors.add_vectors(words, matrix, counts)  # keeps the vectors of those that are there
    del vectors["king"]

What was given is copied before the first change: the vectors of a model share its table, and the model stays as it is.
Nor does any array change that was handed out. With subwords, n-grams stay as they are: a word that is taken away is
composed of them from then on, like any other that is not in the vocabulary, and one that is added has the vector given.
All is checked before anything changes. New words come last, whatever their counts; `sort_by_descending_frequency` gives
them their places. One word after another is as good as many at once: the table has room for some more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.base.settings import whole_number
from w2v.errors import UnknownWordError, W2VError, counted
from w2v.vectors.attributes import Attributes, blank
from w2v.vectors.contents import counts_of, numbers, table_of
from w2v.vectors.growing import Growing
from w2v.vectors.lookup import COUNT
from w2v.vectors.terms import Key, is_one, keys_of

if TYPE_CHECKING:
    from typing_extensions import Self


class Editing(Attributes):
    """Methods of KeyedVectors that change them."""

    @classmethod
    def empty(cls, vector_size: int) -> Self:
        """No words yet, for vectors of so many numbers; from 1."""
        made = cls.__new__(cls)
        made.index_to_key, made.key_to_index, made._attributes = [], {}, {}
        made._table = Growing(np.empty((0, whole_number("vector_size", vector_size, 1)), dtype=cls.dtype))
        return made

    def add_vector(self, key: str, vector: np.ndarray, count: int | None = None, *, replace: bool = False) -> int:
        """Add a word at the end, with a vector [D]; its index. One that is there keeps its vector unless `replace`.

        Raises as `add_vectors` does.
        """
        self.add_vectors([key], [vector], None if count is None else [count], replace)
        return self.get_index(key)

    def add_vectors(
        self, keys: Sequence[str], weights: Any, counts: Sequence[int] | np.ndarray | None = None, replace: bool = False
    ) -> None:
        """Add words at the end, in their order, each with a vector: finite numbers [N, D], which are copied.

        counts: how often each was seen, from 0; without them, and for words that were there before, 0, unless no word
        has any. replace: words that are there already get the new vector, and the new count where there is one; else
        they keep what they have. One word alone may come with a vector [D].

        Raises W2VError for words that are no strings or come twice, and for vectors that do not fit; nothing has
        changed then.
        """
        self._put(keys, weights, counts, replace)

    def __setitem__(self, key: Key | Iterable[Key], vector: Any) -> None:
        """Give one word a vector [D], or several words one each [N, D]: other ones, or added at the end where new."""
        self._put(key, vector, None, True)

    def __delitem__(self, key: Key | Iterable[Key]) -> None:
        """Take one word away, or several; see `remove_vectors`."""
        alone = is_one(key)
        self.remove_vectors([key] if alone else key)  # type: ignore[list-item, arg-type]

    def remove_vectors(self, keys: Iterable[Key]) -> None:
        """Take words away with all that is known of them; those after them move up, which copies all that is left.

        Raises UnknownWordError for an unknown word; nothing has changed then.
        """
        gone = np.zeros(len(self), dtype=bool)
        gone[[self.get_index(key) for key in ([keys] if isinstance(keys, str) else keys_of(keys))]] = True
        kept = np.flatnonzero(~gone)
        for each in (self._table, *self._attributes.values()):
            each.keep(kept)
        self.index_to_key = [self.index_to_key[place] for place in kept]
        self.key_to_index = {word: index for index, word in enumerate(self.index_to_key)}
        self._forget()

    def _names(self, keys: Any) -> list[str]:
        """Distinct words, in place of indices those that they are of. Raises W2VError for others."""
        names = [str(key) if isinstance(key, str) else self._word_of(key) for key in keys_of(keys)]
        if len(set(names)) < len(names):
            twice = Counter(names).most_common(1)[0][0]
            raise W2VError(f"the word {twice!r} comes twice; every word needs one vector.")
        return names

    def _word_of(self, index: Any) -> str:
        if 0 <= index < len(self):
            return self.index_to_key[int(index)]
        raise UnknownWordError(
            f"there is no word number {index} among {counted(len(self), 'word')}, counted from 0; give a new word as a "
            f"string."
        )

    def _put(self, keys: Any, weights: Any, counts: Any, replace: bool) -> None:
        names = self._names([keys] if is_one(keys) else keys)
        if not names:
            return
        rows = numbers("vectors", weights, self.dtype)
        rows = rows[None] if is_one(keys) and rows.ndim == 1 else rows
        if rows.shape != (len(names), self.vector_size):
            raise W2VError(
                f"{counted(len(names), 'word')} came with vectors of shape {list(rows.shape)}; expected "
                f"{[len(names), self.vector_size]}, as these have {counted(self.vector_size, 'dimension')}."
            )
        rows = table_of(names, rows, self.dtype)
        self._check_rows(names, rows)
        seen = None if counts is None else counts_of(names, counts)
        new = [place for place, name in enumerate(names) if name not in self.key_to_index]
        known = [place for place, name in enumerate(names) if name in self.key_to_index]
        if new:
            self._append([names[place] for place in new], rows[new])
        if replace and known:
            self._table.put([self.key_to_index[names[place]] for place in known], rows[known])
        if seen is not None:
            given = [*known, *new] if replace else new
            self._attribute(COUNT, seen.dtype).put([self.key_to_index[names[i]] for i in given], seen[given])
        self._forget()

    def _append(self, names: list[str], rows: np.ndarray) -> None:
        self._table.append(rows)
        for values in self._attributes.values():
            values.append(blank(len(names), values.rows.dtype))
        for name in names:
            self.key_to_index[name] = len(self.index_to_key)
            self.index_to_key.append(name)
