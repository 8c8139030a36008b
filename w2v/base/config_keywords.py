"""The settings of a training run as keywords; a test compares them with `config.py`."""

from collections.abc import Callable, Iterable
from typing import TypedDict


class ConfigKeywords(TypedDict, total=False):
    """The same as keywords, for editors and type checkers, with what is understood besides: gensim's `sg` and `hs`."""

    arch: str
    head: str | type  # a subclass of w2v.heads.base.Head
    vector_size: int
    window: int
    shrink_windows: bool
    negative: int
    ns_exponent: float
    shared_negatives: int | None
    distance_score: str
    tree: str
    cbow_mean: bool
    cbow_update: str
    dbow_words: bool
    pmi_tables: str
    x_max: float
    x_exponent: float
    distance_weighting: bool
    tokenizer: str | Callable[[str], list[str]]
    field: str | None
    keep_punctuation: bool
    strict: bool
    min_count: int | None
    max_final_vocab: int | None
    unk: bool
    phrases: int
    phrase_threshold: float | None
    phrase_min_count: int
    phrase_scoring: str
    phrase_delimiter: str
    phrase_connectors: str | Iterable[str] | None  # a collection of words, too
    subword: str
    min_n: int
    max_n: int
    bucket: int | None
    hash_count: int
    epochs: int | None
    alpha: float | None
    min_alpha: float
    sample: float | None
    chunk: int | None
    seed: int
    engine: str
    workers: int
    deterministic: bool
    sync_every: int | None
    device: str
    dtype: str
    matmul_precision: str
    sg: int
    hs: int
