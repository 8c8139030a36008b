"""The weights of a `w2v.gensim` Doc2Vec: how vectors of words and tags begin, and the output table."""

from typing import Any

import numpy as np

from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import shown
from w2v.gensim.checks import no_such_attribute
from w2v.gensim.errors import NoSuchNameError, WrongTypeError
from w2v.gensim.keyed_growth import prep_vectors
from w2v.gensim.lifecycle import Lifecycle
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.models.history import EpochRecord
from w2v.training.inference import Inference

_OF_TAGS = 7919  # added to the seed, as in gensim, or the first tags would begin with the vectors of the first words


class DocumentWeights(Lifecycle):
    """What a Doc2Vec holds, under gensim's names."""

    vector_size: int
    window: int
    shrink_windows: bool
    epochs: int
    workers: int
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    dbow_words: int
    alpha: float
    min_alpha: float
    min_count: int
    sample: float
    seed: int
    max_final_vocab: int | None
    corpus_count: int
    corpus_total_words: int
    wv: KeyedVectors
    dv: KeyedVectors
    history: list[EpochRecord]
    _vocab: Vocabulary | None
    min_alpha_yet_reached: float
    _weights: np.ndarray | None  # float32 [V, D], the output table; with hs its last row is not used, as in gensim
    _told_of_alpha = False
    _missing = ""  # why there is nothing to be trained, where a vocabulary was built
    _inference: Inference | None

    def init_weights(self) -> None:
        """Begin anew with the words and tags as they are: the output table is zero."""
        self.wv.vectors = prep_vectors((len(self.wv.index_to_key), self.vector_size), seed=self.seed)
        self.dv.vectors = prep_vectors((len(self.dv.index_to_key), self.vector_size), seed=self.seed + _OF_TAGS)
        self.wv.norms = self.dv.norms = None
        self._weights = np.zeros((len(self.wv.index_to_key), self.vector_size), np.float32)
        self._inference, self.history = None, []

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_inference": None}  # is made again when it is needed

    def init_sims(self, replace: bool = False) -> None:
        """What gensim 3 needed before queries; with `replace` word vectors become as long as 1. Deprecated there."""
        self.wv.init_sims(replace=replace)

    def reset_from(self, other_model: Any) -> None:
        """Take the words, tags and counts of another model, which both hold then, and begin with new weights.

        Raises:
            WrongTypeError: the other one is no Doc2Vec of w2v.gensim.
        """
        if not isinstance(other_model, DocumentWeights):
            raise WrongTypeError(f"other_model is {shown(other_model)}; expected a Doc2Vec of w2v.gensim.")
        for mine, other in ((self.wv, other_model.wv), (self.dv, other_model.dv)):
            mine.index_to_key, mine.key_to_index = other.index_to_key, other.key_to_index
            mine.expandos = other.expandos
        self._vocab, self._missing = other_model._vocab, other_model._missing
        self.corpus_count, self.corpus_total_words = other_model.corpus_count, other_model.corpus_total_words
        self.init_weights()

    @property
    def _output(self) -> np.ndarray | None:
        """The rows of the output table that are used, a view."""
        return None if self._weights is None else self._weights[: max(len(self._weights) - bool(self.hs), 0)]

    @property
    def syn1neg(self) -> np.ndarray:
        """The output vectors, float32 [V, D], of a model with negative > 0."""
        if self._weights is None or self.hs:
            raise NoSuchNameError(no_such_attribute("Doc2Vec", "syn1neg"))
        return self._weights

    @property
    def syn1(self) -> np.ndarray:
        """The inner nodes of the tree, float32 [V, D], and a last row that is not used, of a model with hs=1."""
        if self._weights is None or not self.hs:
            raise NoSuchNameError(no_such_attribute("Doc2Vec", "syn1"))
        return self._weights
