"""The queries of KeyedVectors that stand on the mean of several words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from w2v.errors import W2VError, counted
from w2v.geometry import unit_rows
from w2v.vectors.lookup import Lookup
from w2v.vectors.terms import Key, Single, Terms, several, terms_of, vector_of, weights_of, words_of


class Means(Lookup):
    """Queries of KeyedVectors for means, and for how words are to theirs."""

    def get_mean_vector(
        self,
        keys: Terms,
        weights: Sequence[float] | np.ndarray | None = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> np.ndarray:
        """The weighted mean of words' vectors, sum_i w_i v_i / sum_i |w_i|; float32 [D].

        Args:
            keys: words, indices or vectors [D], which are taken as they are; as in `most_similar` also `(word,
                weight)`, or a mapping from words to weights.
            weights: instead, one number each, negative ones too; None: 1.
            pre_normalize: scale each word's vector to length one first.
            post_normalize: scale the mean to length one.
            ignore_missing: pass over words that are not known, with their weights.

        Raises UnknownWordError where no word is known, and for one that is not unless they are passed over; W2VError
        when nothing is given, and for weights of another number or all 0.
        """
        terms, weights = self._weighed(keys, weights, ignore_missing)
        rows = np.empty((len(terms), self.vector_size), self.vectors.dtype)
        words = {place: term for place, term in enumerate(terms) if not isinstance(term, np.ndarray)}
        found = self[list(words.values())]
        rows[list(words)] = unit_rows(found) if pre_normalize else found
        for place, term in enumerate(terms):
            if place not in words:
                rows[place] = vector_of(term, self.vector_size, self.dtype)
        mean = weights @ rows.astype(np.float64) / np.abs(weights).sum()
        return (unit_rows(mean[None])[0] if post_normalize else mean).astype(self.dtype)

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """Cosine of the means of two lists of words. Raises W2VError when one is empty."""
        mean1, mean2 = (self[several(words)].mean(axis=0, keepdims=True) for words in (ws1, ws2))
        return float(unit_rows(mean1)[0] @ unit_rows(mean2)[0])

    def rank_by_centrality(self, words: Iterable[Key], use_norm: bool = True) -> list[tuple[float, str]]:
        """Words by how near they are to the mean of all, [(similarity, word), ...], the most central first.

        Similarity is the cosine of a word and the mean of unit vectors; with use_norm=False the inner product of its
        vector and the unit vector of the mean. Ties go to the word that is later in the alphabet, as in gensim.

        Raises UnknownWordError for an unknown word, W2VError for an empty list.
        """
        keys = several(words)
        vectors = unit_rows(self[keys]) if use_norm else self[keys]
        return self._ranked(vectors @ unit_rows(vectors.mean(axis=0, keepdims=True))[0], keys)

    def doesnt_match(self, words: Iterable[Key]) -> str:
        """The word farthest from the mean of all: the last by `rank_by_centrality`, which see."""
        return self.rank_by_centrality(words)[-1][1]

    def _ranked(self, scores: np.ndarray, keys: Sequence[Key]) -> list[tuple[float, str]]:
        words = words_of(keys, self.index_to_key)
        return sorted(zip(scores.tolist(), words, strict=True), reverse=True)

    def _weighed(self, keys: Any, weights: Any, ignore_missing: bool) -> tuple[list[Single], np.ndarray]:
        """Terms that are known, and a weight each, float64 [N]."""
        given = terms_of(keys)
        if not given:
            raise W2VError("a mean was asked of no words; give at least one.")
        own = [term[1] if isinstance(term, tuple) else 1.0 for term in given]
        asked = [term[0] if isinstance(term, tuple) else term for term in given]
        if weights is not None and any(isinstance(term, tuple) for term in given):
            raise W2VError("weights are given twice, beside the words and among them; give them once.")
        numbers = np.array(own) if weights is None else weights_of(weights, len(asked))
        places = [
            place
            for place, term in enumerate(asked)
            if isinstance(term, np.ndarray) or term in self or not (ignore_missing or self.get_index(term) < 0)
        ]
        if not places:
            self._none_known([term for term in asked if not isinstance(term, np.ndarray)])
        if not numbers[places].any():
            raise W2VError(
                f"the weights of {counted(len(places), 'known word')} are all 0; a mean needs one that is not."
            )
        return [asked[place] for place in places], numbers[places]
