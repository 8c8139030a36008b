"""What inner products and lengths say, for vectors whose inner products are pointwise mutual information (head `pmi`).

    <v_i, v_j> ~ PMI(i, j) = log(p(i, j) / (p(i) p(j)))

After "simpler GloVe" (Su 2017, spaces.ac.cn/archives/4677). Words that go with everything have a PMI of about 0 with
everything and so become short: a vector's length is the weight of its word. By naive Bayes, what the words of a
sentence together say about a word is the sum of its PMI with each, an inner product with their sum: so the sum is the
sentence's vector, frequent words hardly count in it, and no list of stop words is needed. Vectors of other heads can be
asked, too, but their lengths mean something else.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import overload

import numpy as np

from w2v.geometry import unit_rows
from w2v.vectors.lookup import Lookup, Ranking
from w2v.vectors.moments import lengths, moments
from w2v.vectors.terms import Key, keys_of, number_of, words_of

UNVARIED = 1e-6  # of a vector's length: what is left of it in the directions that vary is rounding


class Correlations(Lookup):
    """Queries of KeyedVectors about how words go together; unknown words are passed over where some are known."""

    @overload
    def most_correlated(
        self, words: str | Sequence[str], topn: int = ..., *, restrict_vocab: int | None = ...
    ) -> Ranking: ...
    @overload
    def most_correlated(
        self, words: str | Sequence[str], topn: None, *, restrict_vocab: int | None = ...
    ) -> np.ndarray: ...
    def most_correlated(
        self, words: str | Sequence[str], topn: int | None = 10, *, restrict_vocab: int | None = None
    ) -> Ranking | np.ndarray:
        """Words that go with a word, or with several at once: those of the largest inner product with their sum.

        That is the sum of PMI in nats: how much likelier these words make that word. Correlated is not similar: a verb
        and its object go together, two synonyms need not. PMI favours rare words, and what was seldom seen is known
        badly: restrict_vocab looks among the first so many words only. Returns [(word, sum of PMI), ...], the words
        asked for not among them; with topn=None all sums, float32 [V].

        Raises UnknownWordError when no word is known, W2VError for an empty list.
        """
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        known, vectors = self._found([words] if isinstance(words, (str, int, np.integer)) else words)
        return self._nearest(self.vectors[:restrict_vocab] @ vectors.sum(axis=0), topn, known)

    @overload
    def same_company(
        self, words: str | Sequence[str], topn: int = ..., *, restrict_vocab: int | None = ...
    ) -> Ranking: ...
    @overload
    def same_company(
        self, words: str | Sequence[str], topn: None, *, restrict_vocab: int | None = ...
    ) -> np.ndarray: ...
    def same_company(
        self, words: str | Sequence[str], topn: int | None = 10, *, restrict_vocab: int | None = None
    ) -> Ranking | np.ndarray:
        """Words that go with the same words as a word does, or as several together do: similar, not correlated ones.

        The company of word i is its inner product with every word, <v_i, v_k> for all k. Two words keep the same one
        as far as these numbers are correlated, over the words of the text (over those of the vocabulary where counts
        are not known): cosines in the metric of the vectors' covariance C,

            v_i' C v_j / sqrt(v_i' C v_i  v_j' C v_j)

        Returns [(word, correlation in [-1, 1]), ...], the words asked for not among them; with topn=None all
        correlations, float32 [V]. A vector that lies where no others vary, such as zeros, has 0 with all.

        Raises as `most_correlated` does, W2VError also for points of the ball and where all counts are 0.
        """
        self._expect_flat("same_company")
        topn, restrict_vocab = number_of("topn", topn), number_of("restrict_vocab", restrict_vocab, 1)
        known, vectors = self._found([words] if isinstance(words, (str, int, np.integer)) else words)
        root, deviations = self._company
        asked = unit_rows(vectors.sum(axis=0, dtype=np.float64)[None] @ root)[0]
        products = self.vectors[:restrict_vocab] @ (root @ asked).astype(self.dtype)
        spread = deviations[:restrict_vocab]
        return self._nearest(np.divide(products, spread, out=np.zeros_like(products), where=spread > 0), topn, known)

    @cached_property
    def _company(self) -> tuple[np.ndarray, np.ndarray]:
        return self._make_company()

    def _make_company(self) -> tuple[np.ndarray, np.ndarray]:
        """A root R of the covariance, C ~ R R', float64 [D, r], and |v' R| of each vector v, of the vectors' type [V].

        The widest direction has variance 1, since how long vectors are does not matter.
        """
        variances, directions = moments(self.vectors, self._shares(uniform=self.counts is None)).principal()
        root = directions * np.sqrt(variances / variances[:1])
        deviations = lengths(self.vectors, root)
        deviations[deviations < UNVARIED * self._lengths()] = 0
        return root, deviations.astype(self.dtype)

    def word_weight(self, word: str) -> float:
        """How much a word says: the length of its vector. Raises UnknownWordError for an unknown word."""
        return float(np.linalg.norm(self.get_vector(word)))

    def keywords(self, sentence: Sequence[str], topn: int | None = 10) -> Ranking:
        """The words of a sentence that tell most of it: those of the largest sum of PMI with all its words.

        sentence: its words, each as often as it occurs. Returns [(word, sum of PMI), ...], the best first, ties in
        order of the sentence; with topn=None all its words. Raises as `most_correlated` does.
        """
        known, vectors = self._found(sentence)
        once = list(dict.fromkeys(known))
        score = self._vectors_at(once) @ vectors.sum(axis=0)
        best = np.argsort(-score, kind="stable")[: number_of("topn", topn)]
        names = words_of(once, self.index_to_key)
        return [(names[place], float(score[place])) for place in best]

    def sentence_vector(self, words: Sequence[Key], *, mean: bool = False) -> np.ndarray:
        """The sum of the words' vectors, or their mean, float32 [D]: a row of `sentence_vectors`, which see."""
        return self._sentences([words], mean)[0]

    def sentence_vectors(self, sentences: Iterable[Sequence[Key]], *, mean: bool = False) -> np.ndarray:
        """The sums of the vectors of each sentence's words, or with `mean` their means, float32 [N, D].

        sentences: lists of words. Unknown words are passed over. A sentence without a known word, an empty one, too,
        gets zeros, and a UserWarning says how many do.

        Raises W2VError for a sentence that is no list of words.
        """
        return self._sentences(sentences, mean)

    def _sentences(self, sentences: Iterable[Sequence[Key]], mean: bool) -> np.ndarray:
        known = [self._with_vectors(keys_of(words)) for words in sentences]
        made = np.zeros((len(known), self.vector_size), self.dtype)
        for row, keys in enumerate(known):
            if keys:
                made[row] = self._together(self._vectors_at(keys), mean)
        if empty := sum(not keys for keys in known):
            none = "no word of the vocabulary" if self.composer is None else "no word with a vector"
            warnings.warn(
                f"{empty:,} of {len(known):,} sentences have {none}; their vectors are zeros."
                if len(known) > 1
                else f"The sentence has {none}; its vector is zeros.",
                stacklevel=3,
            )
        return made

    def _together(self, vectors: np.ndarray, mean: bool) -> np.ndarray:
        """The vector of words with some vectors [n, D]; [D]."""
        return vectors.mean(axis=0) if mean else vectors.sum(axis=0)

    def sentence_similarity(self, a: Sequence[Key], b: Sequence[Key]) -> float:
        """Cosine of two sentences' vectors, in [-1, 1]. Raises as `most_correlated` does."""
        sums = [self._together(self._found(words)[1], mean=False) for words in (a, b)]
        one, other = unit_rows(np.stack(sums))
        return float(one @ other)
