"""The queries of KeyedVectors for the words near to others.

Similarity is the cosine; a query of several words finds what is near the mean of their unit vectors, which answers
analogies (3CosAdd; Mikolov, Yih & Zweig 2013),

    king - man + woman:  argmax_w cos(w, (king + woman - man) / 3).

All return [(word, similarity), ...], the nearest first, and with topn=None the similarities of all words searched,
float32 [V].
"""

from __future__ import annotations

from typing import Any, overload

import numpy as np

from w2v.errors import W2VError
from w2v.geometry import unit_rows
from w2v.vectors.lookup import Lookup, Ranking, lengths_of
from w2v.vectors.terms import Key, Single, Terms, number_of, single_of, terms_of, vector_of

EVERY = slice(None)


class Neighbours(Lookup):
    """Queries of KeyedVectors for near words."""

    @overload
    def most_similar(
        self, positive: Terms = ..., negative: Terms = ..., topn: int = ..., *, restrict_vocab: int | None = ...
    ) -> Ranking: ...
    @overload
    def most_similar(
        self, positive: Terms, negative: Terms, topn: None, *, restrict_vocab: int | None = ...
    ) -> np.ndarray: ...
    @overload
    def most_similar(
        self, positive: Terms = ..., negative: Terms = ..., *, topn: None, restrict_vocab: int | None = ...
    ) -> np.ndarray: ...
    def most_similar(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> Ranking | np.ndarray:
        """Words near the weighted mean of unit vectors; the words of the query are not among them.

        positive, negative: a word or index, a vector [D] (taken at the length it has), or a list or array of them; in
        a list also `(word, weight)`, the weight signed as given, in place of 1 and -1, and instead of it a mapping from
        words to weights. topn: how many, from 0; None gives the similarities of all words searched, [V].
        restrict_vocab: search the first so many words only. Where all words searched are in the query, none is left.

        Raises UnknownWordError for an unknown word, W2VError when nothing is given, or what is none of this: NaN in a
        vector, say.
        """
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        terms, mean = self._asked(positive, negative)
        return self._nearest(self._cosines(mean, slice(restrict_vocab)), topn, terms)

    @overload
    def most_similar_cosmul(
        self, positive: Terms = ..., negative: Terms = ..., topn: int = ..., *, restrict_vocab: int | None = ...
    ) -> Ranking: ...
    @overload
    def most_similar_cosmul(
        self, positive: Terms, negative: Terms, topn: None, *, restrict_vocab: int | None = ...
    ) -> np.ndarray: ...
    @overload
    def most_similar_cosmul(
        self, positive: Terms = ..., negative: Terms = ..., *, topn: None, restrict_vocab: int | None = ...
    ) -> np.ndarray: ...
    def most_similar_cosmul(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> Ranking | np.ndarray:
        """Words by 3CosMul: similarities multiplied and divided instead of added and subtracted.

            prod_p (1 + cos(w, p)) / 2  /  (prod_n (1 + cos(w, n)) / 2 + 1e-6)

        Levy & Goldberg 2014, equation 4 with footnote 7. Arguments as in `most_similar`, without weights; the
        length of a vector does not matter here. Raises W2VError when nothing positive is given.
        """
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        factors: list[Any] = terms_of(positive)
        divisors: list[Any] = terms_of(negative)
        if not factors:
            raise W2VError("most_similar_cosmul needs at least one positive word.")
        if any(isinstance(term, tuple) for term in factors + divisors):
            raise W2VError("most_similar_cosmul knows no weights; give the words alone, or use most_similar.")
        score = np.ones(len(self.vectors[:restrict_vocab]), dtype=np.float32)
        for term in factors:
            score *= (1 + self._cosines(self._vector_of(term), slice(restrict_vocab))) / 2
        divisor = np.ones_like(score)
        for term in divisors:
            divisor *= (1 + self._cosines(self._vector_of(term), slice(restrict_vocab))) / 2
        return self._nearest(score / (divisor + 1e-6), topn, factors + divisors)

    @overload
    def similar_by_word(self, word: Key, topn: int = ..., restrict_vocab: int | None = ...) -> Ranking: ...
    @overload
    def similar_by_word(self, word: Key, topn: None, restrict_vocab: int | None = ...) -> np.ndarray: ...
    def similar_by_word(
        self, word: Key, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Ranking | np.ndarray:
        """The words most similar to one word; see `most_similar`."""
        return self.most_similar([word], topn=topn, restrict_vocab=restrict_vocab)

    @overload
    def similar_by_vector(self, vector: np.ndarray, topn: int = ..., restrict_vocab: int | None = ...) -> Ranking: ...
    @overload
    def similar_by_vector(self, vector: np.ndarray, topn: None, restrict_vocab: int | None = ...) -> np.ndarray: ...
    def similar_by_vector(
        self, vector: np.ndarray, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Ranking | np.ndarray:
        """The words most similar to a vector [D]; see `most_similar`."""
        return self.most_similar([vector], topn=topn, restrict_vocab=restrict_vocab)

    def _asked(self, positive: Terms, negative: Terms) -> tuple[list[Single], np.ndarray]:
        """The terms of a query, and what is searched for: the weighted sum [D] of their vectors."""
        terms = [(term, 1.0) for term in terms_of(positive)] + [(term, -1.0) for term in terms_of(negative)]
        pairs = [term if isinstance(term, tuple) else (term, sign) for term, sign in terms]
        if not pairs:
            raise W2VError("most_similar was given no words; give at least one, positive or negative.")
        weights = np.array([weight for _, weight in pairs])
        return [term for term, _ in pairs], weights @ np.stack([self._vector_of(term) for term, _ in pairs])

    def _vector_of(self, term: Single) -> np.ndarray:
        """The unit vector [D] of a word, or a vector given as such."""
        term = single_of(term)
        if isinstance(term, np.ndarray):
            return vector_of(term, self.vector_size, self.dtype)
        return self.get_vector(term, norm=True)

    def _cosines(self, vector: np.ndarray, searched: slice = EVERY) -> np.ndarray:
        """Cosine of a vector [D] to the words at some places: float32 [V], or as many as these are."""
        return cosines_of(self.vectors[searched], vector, self._lengths()[searched])


def cosines_of(rows: np.ndarray, vector: np.ndarray, norms: np.ndarray | None = None) -> np.ndarray:
    """Cosine of each of some rows [N, D] and a vector [D], 0 where one is zeros; norms: the rows' lengths [N]."""
    norms = lengths_of(rows) if norms is None else norms
    unit = unit_rows(vector[None].astype(np.float64))[0]  # where the square of 1e20 is a number, too
    dots = rows @ unit.astype(norms.dtype)
    return np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)
