"""What a `w2v.gensim` model holds, under gensim's names: settings, words, weights, and what it has been through."""

from collections.abc import Callable
from typing import Any

import numpy as np

from w2v.gensim.lifecycle import Lifecycle
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.models.history import EpochRecord


class State(Lifecycle):
    """The attributes; those of settings may be set, and hold from then on."""

    vector_size: int
    layer1_size: int
    workers: int
    epochs: int
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    alpha: float
    min_alpha: float
    window: int
    shrink_windows: bool
    sample: float
    seed: int | None
    min_count: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    sorted_vocab: int
    null_word: int
    batch_words: int
    hashfxn: Callable[..., int]
    compute_loss: bool
    comment: str | None
    effective_min_count: int

    corpus_count: int | None
    corpus_total_words: int | None
    raw_vocab: dict[Any, int] | None
    wv: KeyedVectors
    syn1: np.ndarray  # float32 [V, D], the inner nodes of the tree, and a row that is not used; only with hs
    syn1neg: np.ndarray  # float32 [V, D], the output vectors; only with negative
    cum_table: np.ndarray | None  # uint32 [V]
    random: np.random.RandomState
    min_alpha_yet_reached: float
    running_training_loss: float
    train_count: int
    total_train_time: float
    history: list[EpochRecord]  # of all epochs of all training
