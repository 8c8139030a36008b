"""PoincareKeyedVectors: words as points of the Poincaré ball, and queries on them.

Names are those of gensim 4's PoincareKeyedVectors. Words are near by their distance, and general by a small norm:

    d(x, y) = 2 asinh( |x-y| / sqrt((1-|x|^2) (1-|y|^2)) )           |x| = tanh(d(0, x) / 2)

The centre is the top of the hierarchy, and a step outwards leads to what is more special (Nickel & Kiela 2017). There
are no sums of points. A query of several words finds what is near their Fréchet mean, and an analogy carries the way
from one word to another to where a third one is, by parallel transport along the geodesic (Tifrea et al. 2019, section
7):

    man : king = woman : ?       exp_woman( transport_{man -> woman}( log_man(king) ) )

Three things differ from gensim on purpose: the word of a query is never among its neighbours, `descendants` ends where
nothing is lower, and a distance is exact for points close together, where arccosh(1 + tiny) has lost its digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NoReturn, overload

import numpy as np

from w2v.errors import W2VError
from w2v.geometry import POINCARE
from w2v.vectors.keyed import GEOMETRIES, KeyedVectors
from w2v.vectors.lookup import Ranking, lengths_of
from w2v.vectors.terms import Key, Single, Terms, keys_of, number_of, several, single_of, terms_of, vector_of


class PoincareKeyedVectors(KeyedVectors):
    """V words with a point of the D-dimensional open unit ball each, of curvature -1.

    Arguments as for KeyedVectors, but float64 [V, D]: near the rim, all that tells points apart is in the last digits.
    Queries are by distance, except those taken over from there that are about cosines by name or by protocol:
    `evaluate_word_analogies` and `evaluate_word_pairs` compare the angles that one sees from the centre.

    Raises W2VError as there, and for a vector of length 1 or more.
    """

    geometry = "poincare"
    dtype = np.float64

    def _check_rows(self, words: Sequence[str], rows: np.ndarray) -> None:
        norms = lengths_of(rows)
        index = int(norms.argmax())
        if norms[index] >= 1:
            raise W2VError(
                f"the vector of {words[index]!r} (number {index}) is {norms[index]:.6g} long, but "
                f"points of the Poincaré ball are shorter than 1. Euclidean vectors are for KeyedVectors; points that "
                f"were rounded to float32 may have come to lie on the rim: convert the model again, to text."
            )

    def distance(self, w1: Key, w2: Key) -> float:
        """Hyperbolic distance of two words, at least 0."""
        return float(POINCARE.dist(self.get_vector(w1), self.get_vector(w2)))

    def distances(self, word_or_vector: Key | np.ndarray, other_words: Iterable[Key] = ()) -> np.ndarray:
        """Hyperbolic distance of a word or point [D] to each of `other_words` [N], or to all words: float64 [V]."""
        others = [self.get_index(word) for word in keys_of(other_words)]
        return POINCARE.dist(self._point_of(word_or_vector), self.vectors[others] if others else self.vectors)

    def similarity(self, w1: Key, w2: Key) -> float:
        """1 / (1 + distance), in (0, 1], as in gensim."""
        return 1 / (1 + self.distance(w1, w2))

    def n_similarity(self, ws1: Sequence[Key], ws2: Sequence[Key]) -> float:
        """1 / (1 + distance) of the Fréchet means of two lists of words. Raises W2VError when one is empty."""
        one, other = (POINCARE.frechet_mean(self[several(words)]) for words in (ws1, ws2))
        return 1 / (1 + float(POINCARE.dist(one, other)))

    def _together(self, vectors: np.ndarray, mean: bool) -> np.ndarray:
        """The Fréchet mean of points, also where a sum is asked for; without a word a sentence is at the centre."""
        return POINCARE.frechet_mean(vectors)

    def sentence_similarity(self, a: Sequence[Key], b: Sequence[Key]) -> float:
        """1 / (1 + distance) of the Fréchet means of two sentences' words; unknown words are passed over."""
        return self.n_similarity(self.known(a), self.known(b))

    def get_mean_vector(
        self,
        keys: Terms,
        weights: Sequence[float] | np.ndarray | None = None,
        pre_normalize: bool = False,
        post_normalize: bool = False,
        ignore_missing: bool = True,
    ) -> np.ndarray:
        """The weighted Fréchet mean of words' points, or of points [D] given as such: float64 [D].

        Arguments and errors as of KeyedVectors; also for negative weights, and for lengths to be scaled.
        """
        _keep_lengths(pre_normalize=pre_normalize, post_normalize=post_normalize)
        terms, numbers = self._weighed(keys, weights, ignore_missing)
        return POINCARE.frechet_mean(np.stack([self._point_of(term) for term in terms]), numbers)

    def rank_by_centrality(self, words: Iterable[Key], use_norm: bool = False) -> list[tuple[float, str]]:
        """Words by how near they are to the Fréchet mean of all, [(1 / (1 + distance), word), ...], as KeyedVectors."""
        _keep_lengths(use_norm=use_norm)
        rows = [self.get_index(word) for word in several(words)]
        points = self.vectors[rows]
        return self._ranked(1 / (1 + POINCARE.dist(POINCARE.frechet_mean(points), points)), rows)

    def wmdistance(self, document1: Iterable[Key], document2: Iterable[Key], norm: bool = False) -> float:
        """Word Mover's Distance of two lists of words by hyperbolic distances, at least 0; see KeyedVectors."""
        _keep_lengths(norm=norm)
        return super().wmdistance(document1, document2, norm=False)

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
        """Words by distance, [(word, distance), ...], the nearest first; the words of the query are not among them.

        positive alone, a word or index, a point [D], or a list of these or of `(word, weight)`: near their Fréchet
        mean. Two positive and one negative, [b, c] and [a]: near what is to c as b is to a. That b and c cannot change
        places is the curvature's doing. restrict_vocab: search the first so many words only. topn=None gives the
        distances of all words searched, float64 [V].

        Raises UnknownWordError for an unknown word, W2VError when nothing is given, for negative weights, and for other
        numbers of negative words.
        """
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        for_, against = terms_of(positive), terms_of(negative)
        if not for_ and not against:
            raise W2VError("most_similar was given no words; give at least one, positive or negative.")
        asked = [term[0] if isinstance(term, tuple) else term for term in for_ + against]
        points = np.stack([self._point_of(term) for term in asked])
        if not against:
            weights = [term[1] if isinstance(term, tuple) else 1.0 for term in for_]
            place = points[0] if len(points) == 1 else POINCARE.frechet_mean(points, np.array(weights))
        elif (len(for_), len(against)) == (2, 1) and not any(isinstance(term, tuple) for term in for_ + against):
            b, c, a = points
            place = POINCARE.expmap(c, POINCARE.transport(a, c, POINCARE.logmap(a, b)))
        else:
            raise W2VError(
                f"most_similar was given {len(for_)} positive and {len(against)} negative words. Points of hyperbolic "
                f"space cannot be subtracted: give positive words only, or two positive and one negative, without "
                f"weights (an analogy)."
            )
        nearest = self._nearest(-POINCARE.dist(place, self.vectors[:restrict_vocab]), topn, asked)
        return -nearest if isinstance(nearest, np.ndarray) else [(word, -score) for word, score in nearest]

    def most_similar_cosmul(
        self,
        positive: Terms = None,
        negative: Terms = None,
        topn: int | None = 10,
        *,
        restrict_vocab: int | None = None,
    ) -> NoReturn:
        """Raises W2VError: 3CosMul is made of cosines, which say nothing of how far points of the ball are apart."""
        raise W2VError("most_similar_cosmul multiplies cosines, and these vectors have distances; use most_similar.")

    def norm(self, word_or_vector: Key | np.ndarray) -> float:
        """How far down in the hierarchy: the length in the ball of a word's point or of a point [D], in [0, 1)."""
        return float(np.linalg.norm(self._point_of(word_or_vector)))

    def difference_in_hierarchy(self, word_or_vector_1: Key | np.ndarray, word_or_vector_2: Key | np.ndarray) -> float:
        """The norm of the second less that of the first: above 0 when the first is the more general one."""
        return self.norm(word_or_vector_2) - self.norm(word_or_vector_1)

    def most_general(self, topn: int | None = 10, *, restrict_vocab: int | None = None) -> Ranking:
        """The words of the smallest norm, [(word, norm), ...], the most general first; with topn=None all words."""
        norms = self.norms[: number_of("restrict_vocab", restrict_vocab, 1)]
        order = np.argsort(norms, kind="stable")[: number_of("topn", topn)]
        return [(self.index_to_key[index], float(norms[index])) for index in order]

    def closest_parent(self, word: Key) -> str | None:
        """The nearest word that is higher in the hierarchy, its norm being smaller; None when there is none.

        Seldom the direct parent where the pairs trained on were of all ancestors (a closure), which are drawn near
        alike: of WordNet's mammals it is an ancestor of 97 % or more, and the direct parent of 12 to 17 %, in two
        dimensions as in ten. Trained on direct parents alone it is that of 80 % in two dimensions and of 92 % in five:
        so take more than two to ask, and two to draw.
        """
        return self._closest(word, self.norms < self.norms[self.get_index(word)])

    def closest_child(self, word: Key) -> str | None:
        """The nearest word that is lower in the hierarchy, its norm being larger; None when there is none."""
        return self._closest(word, self.norms > self.norms[self.get_index(word)])

    def ancestors(self, word: Key) -> list[str]:
        """The closest parent, the closest parent of that, and so on, up to the highest word of all."""
        found: list[str] = []
        while (parent := self.closest_parent(found[-1] if found else word)) is not None:
            found.append(parent)
        return found

    def descendants(self, word: Key, max_depth: int | None = 5) -> list[str]:
        """The closest child, the closest child of that, and so on, `max_depth` words at most; None: to the last."""
        most = number_of("max_depth", max_depth)
        found: list[str] = []
        while len(found) < (math.inf if most is None else most):
            child = self.closest_child(found[-1] if found else word)
            if child is None:
                break
            found.append(child)
        return found

    def _closest(self, word: Key, among: np.ndarray) -> str | None:
        if not among.any():
            return None
        return self.index_to_key[int(np.where(among, self.distances(word), np.inf).argmin())]

    def _point_of(self, term: Single) -> np.ndarray:
        """The point [D] of a word, or a point given as such. Raises W2VError for one that is not in the ball."""
        term = single_of(term)
        if not isinstance(term, np.ndarray):
            return self.get_vector(term)
        point = vector_of(term, self.vector_size, self.dtype)
        if not (length := math.hypot(*point)) < 1:
            raise W2VError(
                f"a vector of length {length:.6g} was given; points of the Poincaré ball are shorter than 1."
            )
        return point


def _keep_lengths(**scaled: bool) -> None:
    """Raises W2VError where one of these arguments asks for unit vectors."""
    if name := next((name for name, given in scaled.items() if given), None):
        raise W2VError(f"{name} scales vectors to length one, and these are points of the unit ball; leave it out.")


GEOMETRIES[PoincareKeyedVectors.geometry] = PoincareKeyedVectors
