"""What a trained `w2v.gensim` model says of words amid others: gensim's formulas on the model's arrays."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

from w2v.gensim.errors import NotReadyError
from w2v.gensim.notes import logger
from w2v.gensim.training import Training
from w2v.heads.tree import HuffmanTree, huffman_tree

_PAIRS = 1 << 12  # of words and vectors at a time


class Scoring(Training):
    """`score` and `predict_output_word`."""

    def predict_output_word(
        self, context_words_list: Iterable[Any], topn: int | None = 10
    ) -> list[tuple[Any, np.floating]] | None:
        """The words that are likeliest amid some others, by the softmax of the scores s_w = <h, syn1neg_w>.

        h is the mean of the context's vectors, or with cbow_mean=0 their sum, of Skip-gram models, too.

        Args:
            context_words_list: words, or their indices; those that are not known are passed over.
            topn: how many words; None: all.

        Returns:
            Words and their probabilities, likeliest first; None if no word of the context is known, with a warning.

        Raises:
            NotReadyError: the model has no negative sampling, or no weights.
        """
        if not self.negative:
            raise NotReadyError(
                "predict_output_word takes the weights of negative sampling, and this model has negative=0. Train one "
                "with negative>0; w2v.Word2Vec predicts with every head."
            )
        if not len(getattr(self.wv, "vectors", ())) or not hasattr(self, "syn1neg"):
            raise NotReadyError("Parameters required for predicting the output words not found: train the model first.")
        known = [self.wv.get_index(word) for word in context_words_list if self.wv.has_index_for(word)]
        if not known:
            logger.warning("All the input context words are out-of-vocabulary for the current model.")
            return None
        hidden = self.wv.vectors[known].sum(axis=0)
        if self.cbow_mean:
            hidden = hidden / len(known)
        scores = self.syn1neg @ hidden
        probability = np.exp(scores - scores.max())
        probability /= probability.sum()
        best = np.argsort(-probability, kind="stable")[:topn]
        return [(self.wv.index_to_key[i], probability[i]) for i in best]

    def score(
        self,
        sentences: Iterable[Any],
        total_sentences: int = int(1e6),
        chunksize: int = 100,
        queue_factor: int = 2,
        report_delay: float = 1,
    ) -> np.ndarray:
        """The log-probability of each sentence: of its words from all that stand within the whole window around them.

        Of Skip-gram the sum over pairs of log p(word | other), of CBOW the sum of log p(word | mean of the others), by
        the tree of hs. Unknown words are passed over.

        Args:
            sentences: lists of words.
            total_sentences: score that many at most.
            chunksize, queue_factor, report_delay: for gensim's queues; there are none here.

        Returns:
            float32 [sentences].

        Raises:
            NotReadyError: there is no vocabulary, or the model has no hierarchical softmax.
        """
        if not self.wv.key_to_index:
            raise NotReadyError("you must first build vocabulary before scoring new data: call build_vocab(corpus).")
        if not self.hs:
            raise NotReadyError(
                "score takes the tree of hierarchical softmax, and this model has hs=0. Train it with hs=1, negative=0."
            )
        if len(self.wv.index_to_key) < 2:
            return np.array([0 for _ in islice(sentences, total_sentences)], np.float32)
        tree = huffman_tree(self.counts_from_one())
        some = islice(sentences, total_sentences)
        return np.array([self._score(sentence, tree) for sentence in some], np.float32)

    def _score(self, sentence: Iterable[Any], tree: HuffmanTree) -> float:
        index = self.wv.key_to_index
        ids = np.array([index[word] for word in sentence if word in index], np.int64)
        reach, place = min(self.window, max(len(ids) - 1, 0)), np.arange(len(ids))
        steps = np.concatenate([np.arange(-reach, 0), np.arange(1, reach + 1)])
        around = place[:, None] + steps  # [words, 2 window], which may lie outside
        centre, column = np.nonzero((around >= 0) & (around < len(ids)))
        vectors = self.wv.vectors[ids[around[centre, column]]].astype(np.float64)
        if not self.sg:  # the sums of each centre's vectors, or their means
            starts = np.flatnonzero(np.diff(centre, prepend=-1))
            centre, sizes = centre[starts], np.diff(np.append(starts, len(centre)))
            vectors = np.add.reduceat(vectors, starts) if len(starts) else vectors
            vectors = vectors / sizes[:, None] if self.cbow_mean else vectors
        return sum(
            self._log_probability(tree, ids[centre[start : start + _PAIRS]], vectors[start : start + _PAIRS])
            for start in range(0, len(centre), _PAIRS)
        )

    def _log_probability(self, tree: HuffmanTree, words: np.ndarray, vectors: np.ndarray) -> float:
        """The sum of log p(word | vector) = sum over the word's path of log sigmoid(+-<vector, node>); [n], [n, D]."""
        lengths = tree.lengths[words]
        rows = np.repeat(np.arange(len(words)), lengths)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        at = tree.offsets[words][rows] + within
        scores = np.einsum("nd,nd->n", self.syn1[tree.points[at]].astype(np.float64), vectors[rows])
        return -float(np.logaddexp(0, (2.0 * tree.codes[at] - 1) * scores).sum())
