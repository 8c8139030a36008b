"""The queries of gensim's KeyedVectors, by its arguments and with its types; they are answered by ours.

What differs on purpose: zero vectors have similarity 0 to everything (in gensim NaN), of equal similarities the first
key comes first, and `most_similar_cosmul` heeds `restrict_vocab`.
"""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown
from w2v.gensim.errors import NotDoneError, NoWordsError
from w2v.gensim.keyed_growth import Growth
from w2v.gensim.keyed_store import REAL, deprecated, logger
from w2v.geometry import unit_rows
from w2v.vectors.terms import is_one, keys_of, number_of


class Queries(Growth):
    """Near keys, means, distances."""

    def most_similar(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int | None = 10,
        clip_start: int = 0,
        clip_end: int | None = None,
        restrict_vocab: int | None = None,
        indexer: Any = None,
    ) -> Any:
        """Keys near the weighted mean of unit vectors, [(key, cosine), ...], without those that were given.

        Args:
            positive, negative: a key or vector [D], or a list of them, also of (key or vector, weight).
            topn: how many; none for less than 1; None: the cosines of all keys searched, [V].
            clip_start, clip_end: search from the one place to before the other.
            restrict_vocab: search the first so many only, whatever the two say.
            indexer: has a method `most_similar(vector, topn)`, which is asked instead of searching.

        Raises UnknownWordError, a KeyError, for an unknown key; W2VError, a ValueError, where none is given.
        """
        if _fewer_than_one(topn):
            return []
        topn = number_of("topn", topn)
        terms, mean = self._asked(positive, negative)
        if indexer is not None and isinstance(topn, (int, np.integer)):
            return indexer.most_similar(unit_rows(mean[None])[0].astype(REAL), topn)
        bounds = slice(0, restrict_vocab) if restrict_vocab else slice(clip_start, clip_end or None)
        start, stop, _ = bounds.indices(len(self.vectors))
        return self._nearest(self._cosines(mean, slice(start, stop)), topn, terms, start)

    def most_similar_cosmul(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """Keys by 3CosMul (Levy & Goldberg 2014), [(key, score), ...]; with topn=None all scores, [V]."""
        if _fewer_than_one(topn):
            return []
        return super().most_similar_cosmul(positive, negative, topn, restrict_vocab=restrict_vocab or None)

    def similar_by_key(self, key: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys most similar to one; see `most_similar`."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The same as `similar_by_key`."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similarity(self, w1: Any, w2: Any) -> Any:
        """Cosine of two keys, in [-1, 1]; float32."""
        one, other = (self.get_vector(key).astype(np.float64) for key in (w1, w2))
        lengths = math.sqrt(one @ one) * math.sqrt(other @ other)
        return REAL(one @ other / lengths if lengths else 0)

    def distances(self, word_or_vector: Any, other_words: Iterable[Any] | None = ()) -> np.ndarray:
        """1 - cosine of a key or vector [D] to each of `other_words` [N], or to all keys [V]."""
        return super().distances(word_or_vector, () if other_words is None else other_words)

    def words_closer_than(self, word1: Any, word2: Any) -> list[Any]:
        """Deprecated, as in gensim: `closer_than`."""
        deprecated("words_closer_than", "closer_than")
        return self.closer_than(word1, word2)

    def most_similar_to_given(self, key1: Any, keys_list: Iterable[Any]) -> Any:
        """Of some keys the one that is most similar to `key1`, the first of them where several are."""
        given = list(keys_list)
        if not given:
            raise W2VError("keys_list is empty; give the keys to choose from.")
        return max(given, key=lambda key: self.similarity(key1, key))

    def get_mean_vector(
        self,
        keys: Any,
        weights: Any = None,
        pre_normalize: bool = True,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> np.ndarray:
        """The weighted mean of keys' vectors, and of vectors as they are, sum_i w_i v_i / sum_i |w_i|; [D].

        Unknown keys are passed over with `ignore_missing`; where none is known, or all weights are 0, it is zeros.

        Raises W2VError, a ValueError, for no keys, and for weights of another number.
        """
        zeros = np.zeros(self.vector_size, REAL if post_normalize else self.dtype)
        if not is_one(keys) and not isinstance(keys, (np.ndarray, dict)):
            keys = list(keys)
            known = [not is_one(key) or key in self for key in keys]
            if keys and ignore_missing and not any(known):
                return zeros
        if weights is not None and not np.any(weights) and np.size(weights) == len(keys):
            return zeros
        mean = super().get_mean_vector(keys, weights, pre_normalize, post_normalize, ignore_missing)
        return mean.astype(REAL, copy=False) if post_normalize else mean

    def n_similarity(self, ws1: Any, ws2: Any) -> Any:
        """Cosine of the means of two lists of keys, float32; unknown keys are passed over.

        Raises a ZeroDivisionError where a list is empty.
        """
        means = [self._mean_of(words) for words in (ws1, ws2)]
        one, other = unit_rows(np.stack(means).astype(np.float64))
        return REAL(one @ other)

    def _mean_of(self, words: Any) -> np.ndarray:
        listed = [words] if is_one(words) else list(words)
        if not listed:
            raise NoWordsError("At least one of the passed lists is empty; give two lists of one or more words.")
        return self.get_mean_vector(listed, pre_normalize=False)

    def _vector_of(self, term: Any) -> np.ndarray:
        vector = super()._vector_of(term)
        if not np.isfinite(vector).all() or (is_one(term) and not np.isfinite(self.get_vector(term)).all()):
            raise W2VError(
                f"the vector of {shown(term)} holds NaN or infinity, and nothing is near to that. Has training "
                f"diverged? Try a smaller alpha."
            )
        return vector

    def rank_by_centrality(self, words: Any, use_norm: bool = True) -> list[tuple[Any, Any]]:
        """Keys by how near they are to the mean of all, [(similarity, key), ...], the most central first.

        Unknown ones are passed over, and the log tells. Raises W2VError, a ValueError, where none is known.
        """
        asked = keys_of(words)
        used = [word for word in asked if word in self]
        if len(used) < len(asked):
            unknown = set(asked).difference(used)
            logger.warning("vectors for words %s are not present in the model, ignoring these words", unknown)
        if not used:
            raise W2VError("cannot select a word from an empty list: none of the words given is known.")
        return [(REAL(score), word) for score, word in super().rank_by_centrality(used, use_norm)]

    @staticmethod
    def cosine_similarities(vector_1: np.ndarray, vectors_all: np.ndarray) -> np.ndarray:
        """Cosines of a vector [D] with the rows of a matrix [N, D]: [N]."""
        one = unit_rows(np.asarray(vector_1)[None])[0]
        return unit_rows(np.asarray(vectors_all)) @ one

    def wmdistance(self, document1: Any, document2: Any, norm: bool = True) -> float:
        """Word Mover's Distance of two lists of keys; unknown ones are passed over. Infinite where none is known."""
        distance = super().wmdistance(document1, document2, norm)
        if distance == float("inf"):
            logger.warning("At least one of the documents had no words that were in the vocabulary.")
        return distance

    def similarity_unseen_docs(self, *args: Any, **kwargs: Any) -> Any:
        """Not here, nor in gensim: it belongs to Doc2Vec."""
        raise NotDoneError("similarity_unseen_docs belongs to Doc2Vec, which is not here; n_similarity compares words.")


def _fewer_than_one(topn: Any) -> bool:
    return isinstance(topn, (int, np.integer)) and int(topn) < 1
