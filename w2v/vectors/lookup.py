"""Words, their vectors, and the way from one to the other: what all queries of KeyedVectors are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NoReturn

import numpy as np

from w2v.corpus.vocabulary import spelling_hint
from w2v.errors import UnknownWordError, W2VError, counted
from w2v.geometry import unit_rows
from w2v.vectors.contents import contents
from w2v.vectors.terms import Key, key_of, keys_of, several

Ranking = list[tuple[str, float]]  # [(word, score), ...], the best first


class Lookup:
    """V words with a vector of D numbers each, most frequent word first; arguments as of `KeyedVectors`."""

    geometry = "euclidean"
    dtype: type[np.floating] = np.float32

    def __init__(self, words: Sequence[str], vectors: np.ndarray, counts: np.ndarray | None = None) -> None:
        self.index_to_key, self.key_to_index, self.vectors, self.counts = contents(words, vectors, counts, self.dtype)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.vectors.flags.writeable = False  # which no copy remembers

    @cached_property
    def norms(self) -> np.ndarray:
        """Euclidean length of every vector: float32 [V]."""
        with np.errstate(over="ignore"):
            norms = np.linalg.norm(self.vectors, axis=1)
        large = np.isinf(norms)  # of numbers whose squares are too large for their type
        norms[large] = np.linalg.norm(self.vectors[large].astype(np.float64), axis=1)
        return norms

    @property
    def vector_size(self) -> int:
        return self.vectors.shape[1]

    def __len__(self) -> int:
        return len(self.index_to_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self.index_to_key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._size})"

    @property
    def _size(self) -> str:
        return f"{counted(len(self), 'word')}, {counted(self.vector_size, 'dimension')}"

    def __contains__(self, key: object) -> bool:
        return self.get_index(key, -1) >= 0  # type: ignore[arg-type]

    def __getitem__(self, key: Key | Iterable[Key]) -> np.ndarray:
        """The vector [D] of one word or index, or the vectors [N, D] of several."""
        if isinstance(key, (str, int, np.integer)) or getattr(key, "ndim", None) == 0:
            return self.get_vector(key)  # type: ignore[arg-type]
        return self.vectors[[self.get_index(one) for one in keys_of(key)]]

    def get_index(self, key: Key, default: int | None = None) -> int:
        """The row of a word. Unless there is a default for what is none, raises UnknownWordError, which offers the
        nearest spellings, and W2VError for what cannot be a word.
        """
        if isinstance(key, str) and (index := self.key_to_index.get(key)) is not None:
            return index
        try:
            key = key_of(key)
        except W2VError:
            if default is None:
                raise
            return default
        index = self.key_to_index.get(key, -1) if isinstance(key, str) else int(key)
        if 0 <= index < len(self):
            return index
        if default is not None:
            return default
        if not isinstance(key, str):
            raise UnknownWordError(f"there is no word number {key} among {counted(len(self), 'word')}, counted from 0.")
        raise UnknownWordError(
            f"the word {key!r} is not in the vocabulary of {counted(len(self), 'word')}.",
            lambda: spelling_hint(key, self.index_to_key),
        )

    def known(self, words: Iterable[Key]) -> list[int]:
        """The indices of those words that are in the vocabulary, as often as they come.

        Raises UnknownWordError when none is, W2VError for an empty list, or what is none.
        """
        asked = several(words)
        return [index for word in asked if (index := self.get_index(word, -1)) >= 0] or self._none_known(asked)

    def _none_known(self, asked: Sequence[Key]) -> NoReturn:
        if len(asked) == 1:
            self.get_index(asked[0])  # tells near spellings
        raise UnknownWordError(
            f"none of the {len(asked)} words, {asked[0]!r} and so on, is in the vocabulary of "
            f"{counted(len(self.index_to_key), 'word')}; at least one must be.",
            lambda: spelling_hint(str(asked[0]), self.index_to_key),
        )

    def get_vector(self, key: Key, norm: bool = False) -> np.ndarray:
        """The vector of a word, float32 [D], read-only; scaled to length one when `norm`."""
        vector = self.vectors[self.get_index(key)]
        return unit_rows(vector[None])[0] if norm else vector

    def get_normed_vectors(self) -> np.ndarray:
        """All vectors scaled to length one, float32 [V, D]; zero vectors stay zero."""
        return unit_rows(self.vectors)

    def get_vecattr(self, key: Key, attr: str) -> int:
        """How often the word was seen: `attr` is "count". Raises W2VError where counts are not known."""
        index = self.get_index(key)
        if attr != "count":
            raise W2VError(f"{attr!r} is not known of words; the one attribute they have is 'count'.")
        return int(self._known_counts()[index])

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

    def _nearest(self, scores: np.ndarray, topn: int | None, asked: list[Any]) -> Ranking | np.ndarray:
        """The `topn` words of the highest scores [V], without those of the query; ties to the more frequent word.

        With topn=None the scores themselves.
        """
        if topn is None:
            return scores
        own = [self.get_index(term) for term in asked if not isinstance(term, np.ndarray)]
        words = np.delete(np.arange(len(scores)), [index for index in own if index < len(scores)])
        topn = min(topn, len(words))
        if topn < 1:
            return []
        least = np.partition(scores[words], -topn)[-topn]
        words = words[scores[words] >= least]
        best = words[np.argsort(-scores[words], kind="stable")[:topn]]
        return [(self.index_to_key[index], float(scores[index])) for index in best]
