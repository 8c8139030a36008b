"""Words, their vectors, and the way from one to the other: what all queries of KeyedVectors are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.errors import W2VError, counted
from w2v.geometry import unit_rows
from w2v.vectors.composer import Composer
from w2v.vectors.contents import contents, counts_of, table_of
from w2v.vectors.growing import Growing
from w2v.vectors.terms import Key, is_one, keys_of, several
from w2v.vectors.words import Words

if TYPE_CHECKING:
    from typing_extensions import Self

COUNT = "count"  # the attribute that says how often a word was seen
Ranking = list[tuple[str, float]]  # [(word, score), ...], the best first


class Lookup(Words):
    """V words with a vector of D numbers each, most frequent word first; arguments as of `KeyedVectors`.

    What is remembered of the vectors, such as their norms, is a `cached_property`: `_forget` drops all of these, and
    whatever changes words or vectors calls it.
    """

    geometry = "euclidean"
    dtype: type[np.floating] = np.float32
    composer: Composer | None = None  # makes vectors of words that are not in the vocabulary, where there are subwords

    def __init__(self, words: Sequence[str], vectors: np.ndarray, counts: np.ndarray | None = None) -> None:
        self.index_to_key, self.key_to_index, table, seen = contents(words, vectors, counts, self.dtype)
        self._check_rows(self.index_to_key, table)
        self._table, self._attributes = Growing(table), {} if seen is None else {COUNT: Growing(seen)}

    @property
    def vectors(self) -> np.ndarray:
        """float32 [V, D], read-only. What was handed out never changes: after a change there is another array.

        Other vectors for all words can be set: finite numbers [V, D], of any D; those of n-grams are not of their kind
        and gone then. Raises W2VError for what is none.
        """
        return self._table.rows

    @vectors.setter
    def vectors(self, vectors: np.ndarray) -> None:
        table = table_of(self.index_to_key, vectors, self.dtype)
        self._check_rows(self.index_to_key, table)
        self._table = Growing(table)
        self.composer = None
        self._forget()

    @property
    def counts(self) -> np.ndarray | None:
        """How often each word was seen: int64 [V], read-only; None where it is not known. Others can be set, or none.

        Raises W2VError for what are no numbers from 0, one a word.
        """
        return self._attributes[COUNT].rows if COUNT in self._attributes else None

    @counts.setter
    def counts(self, counts: np.ndarray | None) -> None:
        if counts is None:
            self._attributes.pop(COUNT, None)
        else:
            self._attributes[COUNT] = Growing(counts_of(self.index_to_key, counts))
        self._forget()

    def __getstate__(self) -> dict[str, Any]:
        return {
            **{name: value for name, value in self.__dict__.items() if name not in self._remembered()},
            "index_to_key": list(self.index_to_key),
            "key_to_index": dict(self.key_to_index),
            "_table": self._table.rows,
            "_attributes": {name: values.rows for name, values in self._attributes.items()},
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        attributes = {name: Growing(values) for name, values in state["_attributes"].items()}
        self.__dict__.update({**state, "_table": Growing(state["_table"]), "_attributes": attributes})

    def _remembered(self) -> list[str]:
        kind = type(self)
        return [name for name in self.__dict__ if isinstance(getattr(kind, name, None), cached_property)]

    def _forget(self) -> None:
        """Drop what was remembered of words and vectors that are no longer the same."""
        for name in self._remembered():
            del self.__dict__[name]

    def _check_rows(self, words: Sequence[str], rows: np.ndarray) -> None:
        """Raises W2VError where a vector is not of this geometry; rows: finite numbers [N, D], one a word."""

    def _made_of(self, words: Sequence[str], vectors: np.ndarray, attributes: Mapping[str, np.ndarray]) -> Self:
        """New ones of the same class. attributes: [V] each, which are not copied."""
        made = type(self)(words, vectors)
        made._attributes = {name: Growing(values) for name, values in attributes.items()}
        return made

    @cached_property
    def norms(self) -> np.ndarray:
        """Euclidean length of every vector: float32 [V]."""
        return lengths_of(self.vectors)

    def _lengths(self) -> np.ndarray:
        """The norms, as queries use them."""
        return self.norms

    @property
    def vector_size(self) -> int:
        """D, the numbers of a vector."""
        return self.vectors.shape[1]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._size})"

    @property
    def _size(self) -> str:
        composed = "" if self.composer is None else f" + {self.composer}"
        return f"{counted(len(self), 'word')}{composed}, {counted(self.vector_size, 'dimension')}"

    def __getitem__(self, key: Key | Iterable[Key]) -> np.ndarray:
        """The vector [D] of one word or index, or the vectors [N, D] of several."""
        if is_one(key):
            return self.get_vector(key)  # type: ignore[arg-type]
        return self._vectors_of(keys_of(key))

    def _vectors_of(self, keys: Sequence[Key]) -> np.ndarray:
        """The vectors [N, D] of words, of which each has one. Raises UnknownWordError otherwise."""
        if self.composer is None:
            return self.vectors[[self.get_index(key) for key in keys]]
        composed = [isinstance(key, str) and key not in self.key_to_index for key in keys]
        return self._vectors_at([key if new else self.get_index(key) for key, new in zip(keys, composed, strict=True)])

    def _vectors_at(self, found: Sequence[Key]) -> np.ndarray:
        """The vectors [N, D] of places in the vocabulary, and of words that are composed."""
        places = np.array([-1 if isinstance(key, str) else key for key in found], np.int64)
        if (places >= 0).all():
            return self.vectors[places]
        rows = np.empty((len(found), self.vector_size), self.vectors.dtype)
        rows[places >= 0] = self.vectors[places[places >= 0]]
        for place in np.flatnonzero(places < 0).tolist():
            rows[place] = self.get_vector(found[place])
        return rows

    def _found(self, words: Iterable[Key]) -> tuple[list[Key], np.ndarray]:
        """Those words that have a vector, as often as they come, as `_with_vectors`, and their vectors [N, D].

        Raises as `known` does.
        """
        asked = several(words)
        found = self._with_vectors(asked) or self._none_known(asked)
        return found, self._vectors_at(found)

    def _with_vectors(self, words: Sequence[Key]) -> list[Key]:
        """Those words that have a vector: their places in the vocabulary, and composed ones as they are."""
        places = [(self.get_index(word, -1), word) for word in words]
        return [word if at < 0 else at for at, word in places if at >= 0 or self._composed(word) is not None]

    def __contains__(self, key: object) -> bool:
        """Whether it has a vector: a word of the vocabulary, or with subwords one whose n-grams are known."""
        return super().__contains__(key) or self._composed(key) is not None

    @property
    def _nor(self) -> str:  # type: ignore[override]
        return "" if self.composer is None else ", and none of its n-grams is known"

    def _composed(self, key: object) -> np.ndarray | None:
        """The vector [D] of a word that is not in the vocabulary; None where it has none, or is there."""
        if self.composer is None or not isinstance(key, str) or key in self.key_to_index:
            return None
        vector = self.composer.compose(key)
        return vector if vector is None else vector.astype(self.dtype, copy=False)

    def get_vector(self, key: Key, norm: bool = False) -> np.ndarray:
        """The vector of a word, float32 [D], read-only; scaled to length one when `norm`."""
        vector = self._composed(key)
        if vector is None:
            vector = np.array(self.vectors[self.get_index(key)])  # no view, for which a change would copy the table
        if norm:
            return unit_rows(vector[None])[0]
        vector.flags.writeable = False
        return vector

    def get_normed_vectors(self) -> np.ndarray:
        """All vectors scaled to length one, float32 [V, D]; zero vectors stay zero."""
        return unit_rows(self.vectors)

    def _known_counts(self, instead: str = "") -> np.ndarray:
        """How often each word was seen, int64 [V]. Raises W2VError where it is not known; instead: what also helps."""
        if self.counts is None:
            raise W2VError(
                f"these vectors came without counts (vectors files hold none); load the model folder{instead}."
            )
        return self.counts

    def _shares(self, *, uniform: bool = False) -> np.ndarray:
        """The part of the text that each word is, or of the vocabulary when `uniform`: float64 [V], of sum one.

        Raises W2VError where counts are not known, or all 0.
        """
        counts = (
            np.ones(len(self)) if uniform else self._known_counts(", or give uniform=True: all words count the same")
        )
        if not counts.any():
            raise W2VError("the counts of all words are 0; at least one must have been seen.")
        return counts / counts.sum(dtype=np.float64)

    def _expect_flat(self, query: str) -> None:
        """Raise a W2VError unless these are vectors of flat space."""
        if self.geometry != "euclidean":
            raise W2VError(
                f"{query} is made of sums, inner products and angles of vectors, and these are points of hyperbolic "
                f"space, whose distances say what is near; KeyedVectors have it."
            )

    def _nearest(self, scores: np.ndarray, topn: int | None, asked: list[Any], start: int = 0) -> Ranking | np.ndarray:
        """The `topn` words of the highest scores [V], without those of the query; ties to the more frequent word.

        With topn=None the scores themselves. start: the number of the word that the first score belongs to.
        """
        if topn is None:
            return scores
        own = [self.get_index(term, -1) - start for term in asked if not isinstance(term, np.ndarray)]
        words = np.delete(np.arange(len(scores)), [index for index in own if 0 <= index < len(scores)])
        topn = min(topn, len(words))
        if topn < 1:
            return []
        least = np.partition(scores[words], -topn)[-topn]
        words = words[scores[words] >= least]
        best = words[np.argsort(-scores[words], kind="stable")[:topn]]
        return [(self.index_to_key[index + start], float(scores[index])) for index in best]


def lengths_of(vectors: np.ndarray) -> np.ndarray:
    """Euclidean length of every vector, of their type [V]."""
    with np.errstate(over="ignore"):
        norms = np.linalg.norm(vectors, axis=1)
    large = np.isinf(norms)  # of numbers whose squares are too large for their type
    norms[large] = np.linalg.norm(vectors[large].astype(np.float64), axis=1)
    return norms
