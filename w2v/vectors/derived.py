"""New KeyedVectors made of these: some of the words, the words in another order, vectors of another spread.

Word vectors lie in a narrow cone around their mean, along a few directions that tell how frequent a word is rather than
what it means. Two ways to straighten them out:

    whiten              v' = C^(-1/2) (v - m),   m, C: mean and covariance, a word as often as the text has it
                        (Zipfian whitening; Yokoi et al. 2024, algorithm 1)
    all_but_the_top     v' = (I - U U^T) (v - m),   m: the mean, U [D, k]: the k widest principal directions
                        (Mu & Viswanath 2018, algorithm 1)

Every method here returns new ones, and changes nothing; `editing.py` does. With subwords, the vectors of n-grams take
part: what is composed of them is as if it had been composed before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from w2v.base.settings import whole_number
from w2v.errors import W2VError, counted
from w2v.vectors.attributes import blank
from w2v.vectors.lookup import Lookup
from w2v.vectors.moments import Moments, mapped, moments
from w2v.vectors.terms import Key, words_of

if TYPE_CHECKING:
    from typing_extensions import Self


class Derived(Lookup):
    """Methods of KeyedVectors that return new ones, of the same class and with what is known of their words."""

    def vectors_for_all(self, keys: Iterable[Key], allow_inference: bool = True) -> Self:
        """The vectors of these words alone, in the order given and each once; unknown words are passed over.

        allow_inference: with subwords, words that are not in the vocabulary get the vector that is composed for them,
        and a count of 0 where counts are known. What comes back composes no others: it holds these words.

        Give the most frequent word first: `restrict_vocab` goes by the order. Raises UnknownWordError when no word is
        known, W2VError for an empty list.
        """
        if self.composer is None or not allow_inference:
            return self._rows(list(dict.fromkeys(self.known(keys))))
        found = list(dict.fromkeys(self._found(keys)[0]))  # places, and composed words
        rows = np.array([-1 if isinstance(key, str) else key for key in found], np.int64)
        attributes = {}
        for name, values in self._attributes.items():
            attributes[name] = blank(len(rows), values.rows.dtype)
            attributes[name][rows >= 0] = values.rows[rows[rows >= 0]]
        return self._made_of(words_of(found, self.index_to_key), self._vectors_at(found), attributes)

    def sort_by_descending_frequency(self) -> Self:
        """The same words and vectors, the most frequent word first; words of the same count stay in their order.

        (gensim sorts in place, and turns the order of words of the same count around each time.) Raises W2VError
        without counts.
        """
        made = self._rows(np.argsort(-self._known_counts(), kind="stable"))
        made.composer = self.composer
        return made

    def whiten(self, *, uniform: bool = False) -> Self:
        """Vectors of mean 0 and covariance I over the words of the text, each as often as it comes; [V, D].

        Inner products and lengths then say more: a word is the longer, the more it tells. uniform: every word of the
        vocabulary counts the same, which needs no counts. Of all whitening maps it is the symmetric one, whose vectors
        stay nearest to what they were. In directions in which the vectors do not vary (there are some where words are
        fewer than D) the new ones are 0.

        Raises W2VError without counts unless `uniform`, where all vectors are the same, and for points of the ball.
        """
        self._expect_flat("whiten")
        spread = moments(self.vectors, self._shares(uniform=uniform))
        variances, directions = _principal(spread)
        return self._mapped(spread.mean, (directions / np.sqrt(variances)) @ directions.T)

    def all_but_the_top(self, k: int | None = None) -> Self:
        """Vectors without their mean and without what they are in the k widest principal directions; [V, D].

        k: from 0, which takes away the mean alone; None: D / 100, the authors' rule of thumb, and 1 at least. Every
        word of the vocabulary counts the same.

        Raises W2VError where nothing would be left: the vectors vary in k directions or fewer; and for points of the
        ball.
        """
        self._expect_flat("all_but_the_top")
        k = max(1, round(self.vector_size / 100)) if k is None else whole_number("k", k, 0)
        spread = moments(self.vectors, self._shares(uniform=True))
        _, directions = _principal(spread)
        if k >= directions.shape[1]:
            varying = counted(directions.shape[1], "direction")
            raise W2VError(f"k is {k}, and these vectors vary in {varying}: nothing would be left. Give a smaller one.")
        top = directions[:, :k]
        return self._mapped(spread.mean, np.eye(self.vector_size) - top @ top.T)

    def _rows(self, rows: list[int] | np.ndarray) -> Self:
        attributes = {name: values.rows[rows] for name, values in self._attributes.items()}
        return self._made_of([self.index_to_key[row] for row in rows], self.vectors[rows], attributes)

    def _mapped(self, centre: np.ndarray, matrix: np.ndarray) -> Self:
        """The same words with the vectors (v - centre) @ matrix, composed ones, too."""
        attributes = {name: values.rows for name, values in self._attributes.items()}
        made = self._made_of(self.index_to_key, mapped(self.vectors, centre, matrix), attributes)
        made.composer = self.composer and self.composer.mapped(centre, matrix)
        return made


def _principal(spread: Moments) -> tuple[np.ndarray, np.ndarray]:
    """Variances [r] and directions [D, r] as `Moments` gives them. Raises W2VError where there are none."""
    variances, directions = spread.principal()
    if not len(variances):
        raise W2VError(
            "all vectors are the same, at least those of words that were seen; there is nothing to spread out."
        )
    return variances, directions
