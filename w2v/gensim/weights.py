"""The weights of a `w2v.gensim` model, and what follows from its counts: the tree, and the chances of noise words."""

from itertools import pairwise
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.errors import counted, shown
from w2v.gensim.errors import NotReadyError, WrongTypeError
from w2v.gensim.models.keyedvectors import KeyedVectors, pseudorandom_weak_vector
from w2v.gensim.notes import logger
from w2v.gensim.state import State
from w2v.heads import spec_of
from w2v.heads.tree import huffman_tree

REAL = np.float32


class Weights(State):
    """How weights begin and grow."""

    _counts_before: np.ndarray | None = None  # of the words that were there, when others are added

    def prepare_weights(self, update: bool = False) -> None:
        """Make the weights for a new vocabulary, or with `update` those of the words that were added to it."""
        if update:
            self.update_weights()
        else:
            self.init_weights()

    def init_weights(self) -> None:
        """Begin anew with the vocabulary as it is: the output tables are zero."""
        self.wv.resize_vectors(seed=self.seed)
        shape = len(self.wv.index_to_key), self.layer1_size
        if self.hs:
            self.syn1 = np.zeros(shape, REAL)
        if self.negative:
            self.syn1neg = np.zeros(shape, REAL)

    def update_weights(self) -> None:
        """Weights for words that were added, beside those that are there.

        Raises:
            NotReadyError: there are none yet.
        """
        if not len(self.wv.vectors):
            raise NotReadyError(
                "You cannot do an online vocabulary-update of a model which has no prior vocabulary. First build one "
                "with build_vocab(corpus), without update=True; words can be added to it after that."
            )
        self.wv.resize_vectors(seed=self.seed)
        words = len(self.wv.index_to_key)
        if self.negative:
            there = getattr(self, "syn1neg", np.zeros((0, self.layer1_size), REAL))
            self.syn1neg = np.vstack([there, np.zeros((words - len(there), self.layer1_size), REAL)])
        if self.hs:
            there, self.syn1 = getattr(self, "syn1", None), np.zeros((words, self.layer1_size), REAL)
            before = self._counts_before
            if there is not None and before is not None and len(before) == len(there) > 1:
                config, after = Config(head="hs"), self.counts_from_one()
                spec_of("hs").carry_output(
                    config, before, there[:-1], after, np.arange(len(before)), self.syn1[: words - 1]
                )

    def counts_from_one(self) -> np.ndarray:
        """How often each word was seen, int64 [V], at least once: what trees, noise and subsampling follow.

        Raises:
            NotReadyError: that is not known.
        """
        if "count" not in self.wv.expandos:
            raise NotReadyError("It is not known how often words occur. Build the vocabulary with build_vocab(corpus).")
        counts, seen = np.ones(len(self.wv.index_to_key), np.int64), self.wv.expandos["count"]
        counts[: len(seen)] = np.asarray(seen[: len(counts)], np.int64)
        return np.maximum(counts, 1)

    def seeded_vector(self, seed_string: Any, vector_size: int) -> np.ndarray:
        """A weak vector that follows from a string; deprecated in gensim, too."""
        return pseudorandom_weak_vector(vector_size, seed_string=seed_string, hashfxn=self.hashfxn)

    def create_binary_tree(self) -> None:
        """The path of each word in the Huffman tree of the counts: its attributes "code" and "point"."""
        words = len(self.wv.index_to_key)
        self.wv.allocate_vecattrs(attrs=["code", "point"], types=[object, object])
        code, point = self.wv.expandos["code"], self.wv.expandos["point"]
        if words < 2:  # the word is the root, and there is nothing to decide
            code[:], point[:] = [np.zeros(0, np.uint8)] * words, [np.zeros(0, np.uint32)] * words
            return
        tree = huffman_tree(self.counts_from_one())
        points, bounds = tree.points.astype(np.uint32), tree.offsets.tolist()
        for word, (start, stop) in enumerate(pairwise(bounds)):
            code[word], point[word] = tree.codes[start:stop], points[start:stop]

    def make_cum_table(self, domain: int = 2**31 - 1) -> None:
        """`cum_table`, by which gensim draws noise words: sums of count^ns_exponent up to each word, of `domain`."""
        shares = self.wv.expandos["count"].astype(np.float64) ** float(self.ns_exponent)
        sums = np.cumsum(shares)
        self.cum_table = np.round(sums / sums[-1] * domain).astype(np.uint32) if len(sums) else np.zeros(0, np.uint32)

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Bytes that words, vectors and output tables take.

        Args:
            vocab_size: words; None: those of the model.
            report: what else there is, in bytes by name.
        """
        words, report = vocab_size or len(self.wv.index_to_key), dict(report or {})
        report["vocab"] = words * (700 if self.hs else 500)
        report["vectors"] = words * self.vector_size * np.dtype(REAL).itemsize
        for name, used in (("syn1", self.hs), ("syn1neg", self.negative)):
            if used:
                report[name] = words * self.layer1_size * np.dtype(REAL).itemsize
        report["total"] = sum(report.values())
        size = counted(self.vector_size, "dimension")
        logger.info("%s and %s take about %i bytes", counted(words, "word"), size, report["total"])
        return report

    def init_sims(self, replace: bool = False) -> None:
        """What gensim 3 needed before queries; with `replace` vectors become as long as 1. Deprecated in gensim 4."""
        self.wv.init_sims(replace=replace)

    def _no_vectors(self) -> KeyedVectors:
        """Vectors of no words yet."""
        made = KeyedVectors(self.vector_size)
        made.vectors_lockf = np.ones(1, REAL)
        return made

    def reset_from(self, other_model: Any) -> None:
        """Take the words and counts of another model, which both hold then, and begin with new weights.

        Raises:
            WrongTypeError: the other one is no such model.
        """
        if not isinstance(other_model, State):
            raise WrongTypeError(f"other_model is {shown(other_model)}; expected a Word2Vec of w2v.gensim.")
        self.wv = self._no_vectors()
        self.wv.index_to_key, self.wv.key_to_index = other_model.wv.index_to_key, other_model.wv.key_to_index
        self.wv.expandos = other_model.wv.expandos
        self.cum_table, self.corpus_count = other_model.cum_table, other_model.corpus_count
        self.init_weights()
