"""Every setting of a training run, in one frozen and validated dataclass.

The command line's flags, the saved `config.json` and the documentation all come from these fields: a setting is
written down once, here, with its help text, and is checked once, here, when the object is made.
"""

from dataclasses import dataclass
from typing import Any

from w2v.base import gensim_flags, other_names
from w2v.base.class_names import class_name
from w2v.base.config_keywords import ConfigKeywords as ConfigKeywords  # beside the settings, for whoever types them
from w2v.base.phrase_settings import THRESHOLDS, check_threshold, connectors_as_text
from w2v.base.settings import (
    Settings,
    above,
    at_least,
    available_cores,
    between,
    one_of,
    setting,
    tells_names,
)
from w2v.base.subword_limits import LONGEST_NGRAM, MOST_BUCKETS, MOST_HASHES
from w2v.errors import W2VError


@tells_names
@dataclass(frozen=True, kw_only=True, repr=False)
class Config(Settings):
    """Settings of one training run, under gensim 4's names where gensim has one.

    Raises:
        W2VError: a value is outside its range; the sentence names the setting, the value and the range.
    """

    elsewhere = other_names.TEXT

    arch: str = setting(
        "Objective",
        "skipgram",
        "How a window becomes examples: skipgram, cbow; of documents (Doc2Vec) pv-dm, pv-dbow.",
        **one_of("skipgram", "cbow", "pv-dm", "pv-dbow"),
    )
    head: str = setting(
        "Objective", "ns", "The output head: ns, hs, softmax, ova, pmi, poincare, or a class of your own, module:Class."
    )
    vector_size: int = setting("Objective", 100, "Dimensions of the word vectors.", **at_least(1))
    window: int = setting("Objective", 5, "Context words on each side of the centre, at most.", **between(1, 10_000))
    shrink_windows: bool = setting("Objective", True, "Draw each window's width between 1 and `window` (not pmi).")
    negative: int = setting(
        "Objective", 5, "Negative examples per positive one (heads ns and poincare).", **at_least(1)
    )
    ns_exponent: float = setting(
        "Objective", 0.75, "Negatives are drawn in proportion to count^ns_exponent (heads ns and poincare)."
    )
    shared_negatives: int | None = setting(
        "Objective",
        None,
        "Negatives drawn once for a whole chunk, each weighted negative / shared_negatives (heads ns and poincare); "
        "nothing: 32 (ns, CBOW's original update: 16).",
        check=lambda value: value is None or 1 <= value <= 512,
        expected="between 1 and 512",
    )
    distance_score: str = setting(
        "Objective",
        "cosh",
        "Head poincare: scores fall with the hyperbolic cosine of the distance, the distance (d) or its square (d2).",
        **one_of("cosh", "d", "d2"),
    )
    tree: str = setting(
        "Objective",
        "huffman",
        "The tree of head hs: huffman, or balanced (all paths alike long).",
        **one_of("huffman", "balanced"),
    )
    cbow_mean: bool = setting("Objective", True, "CBOW: average the context vectors (else add them).")
    cbow_update: str = setting(
        "Objective",
        "mean",
        "CBOW: `mean` is the true gradient of the mean; `original` is word2vec.c's and gensim's undivided update.",
        **one_of("mean", "original"),
    )
    dbow_words: bool = setting("Objective", False, "Of documents, pv-dbow: train word vectors with skipgram, too.")
    pmi_tables: str = setting(
        "Objective",
        "sum",
        "Head pmi: one table for both words of a pair (shared), or one each, whose rows are then `sum`med or "
        "`concatenated`.",
        **one_of("shared", "sum", "concatenated"),
    )
    x_max: float = setting(
        "Objective", 10.0, "Head pmi: a pair seen x times weighs min(1, (x / x_max)^x_exponent).", **above(0)
    )
    x_exponent: float = setting("Objective", 0.75, "Head pmi: see x_max.", **at_least(0))
    distance_weighting: bool = setting(
        "Objective", False, "Head pmi: a pair of words n places apart counts 1 / n, not 1."
    )
    tokenizer: str = setting(
        "Text and vocabulary",
        "auto",
        "whitespace (for text that is cut into words already), words or chinese; auto: what suits the beginning of the "
        "text; in Python also any callable. Models say what was used.",
    )
    field: str | None = setting(
        "Text and vocabulary",
        None,
        "Of JSONL, CSV, TSV, Parquet, data frames: the field, or column, that holds the text; a.b is b in an object a.",
        check=lambda value: value != "",
        expected="the name of a field",
    )
    keep_punctuation: bool = setting("Text and vocabulary", False, "Tokenizer words: keep , . ! ? as tokens.")
    strict: bool = setting(
        "Text and vocabulary",
        False,
        "Stop at bytes that are not UTF-8 instead of replacing and counting them.",
    )
    min_count: int | None = setting(
        "Text and vocabulary",
        None,
        "Words seen less often are left out; nothing: 5, in short texts less, and in those of under 1,000 words 1.",
        check=lambda value: value is None or value >= 1,
        expected="at least 1, or nothing to follow the text",
    )
    max_final_vocab: int | None = setting(
        "Text and vocabulary",
        None,
        "Keep only this many of the most frequent words.",
        check=lambda value: value is None or value >= 2,
        expected="at least 2, or nothing for no limit",
    )
    unk: bool = setting(
        "Text and vocabulary", False, "Keep the words left out as one word, <unk>, instead of dropping them."
    )
    phrases: int = setting(
        "Text and vocabulary",
        0,
        "Join words that often follow each other to one, new_york, in so many passes: two make phrases of up to four.",
        **between(0, 10),
    )
    phrase_threshold: float | None = setting(
        "Text and vocabulary",
        None,
        "Pairs with a higher score are joined; nothing: 10, with phrase_scoring npmi 0.5.",
    )
    phrase_min_count: int = setting(
        "Text and vocabulary", 5, "Pairs that follow each other less often are not joined.", **at_least(1)
    )
    phrase_scoring: str = setting(
        "Text and vocabulary",
        "default",
        "Scores of pairs: default (Mikolov et al. 2013), or npmi, from -1 to 1.",
        **one_of(*THRESHOLDS),
    )
    phrase_delimiter: str = setting(
        "Text and vocabulary",
        "_",
        "What joins the words of a phrase.",
        check=lambda value: value.isprintable() and value != "",
        expected="at least one character, and no line break",
    )
    phrase_connectors: str | None = setting(
        "Text and vocabulary",
        None,
        "Words that may stand within phrases, bank_of_america, and neither begin nor end them: `english`, or a list "
        "such as 'of the and'.",
        check=lambda value: value is None or value.strip() != "",
        expected="words, or nothing (None)",
    )
    subword: str = setting(
        "Subwords",
        "none",
        "Make words' vectors of those of their character n-grams, too: as fasttext, or as floret, in one small table.",
        **one_of("none", "fasttext", "floret"),
    )
    min_n: int = setting("Subwords", 3, "The shortest n-grams, in characters.", **at_least(1))
    max_n: int = setting("Subwords", 6, "The longest n-grams; 0: none.", **between(0, LONGEST_NGRAM))
    bucket: int | None = setting(
        "Subwords",
        None,
        "Rows that n-grams share by their hash; nothing: with fasttext a row for each n-gram, with "
        "floret 50,000 for n-grams and words together.",
        check=lambda value: value is None or 1 <= value <= MOST_BUCKETS,
        expected=f"between 1 and {MOST_BUCKETS}",
    )
    hash_count: int = setting("Subwords", 2, "Subword floret: rows for each n-gram.", **between(1, MOST_HASHES))
    epochs: int | None = setting(
        "Training",
        None,
        "Passes over the corpus; nothing: 5, on a short text more, up to 500.",
        check=lambda value: value is None or value >= 1,
        expected="at least 1, or nothing to follow the text",
    )
    alpha: float | None = setting(
        "Training",
        None,
        "Learning rate at the start, that of Skip-gram: CBOW's true gradient (cbow_update mean) is smaller and takes "
        "2.5 times it; nothing: 0.04 (hs: 0.025; ova: 0.001, in small vocabularies more; pmi: 0.2).",
        check=lambda value: value is None or value > 0,
        expected="above 0",
    )
    min_alpha: float = setting("Training", 1e-4, "Learning rate at the end; it falls linearly.", **at_least(0))
    sample: float | None = setting(
        "Training",
        None,
        "Subsampling threshold t of frequent words, 0 keeps every word; nothing: 1e-4 (Skip-gram with hs: 1e-3), more "
        "on short texts, less on very long ones.",
        check=lambda value: value is None or value >= 0,
        expected="at least 0",
    )
    chunk: int | None = setting(
        "Training",
        None,
        "Words (CBOW: windows) per SGD step; nothing: what settings and text allow, to 64 (CBOW, softmax or ova: 128).",
        check=lambda value: value is None or 1 <= value <= 10_000,
        expected="between 1 and 10000",
    )
    seed: int = setting("Training", 1, "Seed of every random choice.", **between(0, 2**63 - 1))
    engine: str = setting("Training", "auto", "auto, cpu (numba), gpu (Triton) or reference (torch autograd).")
    workers: int = setting(
        "Training",
        0,
        "Threads; 0 means one per core. One thread gives the same bits every time.",
        **at_least(0),
    )
    deterministic: bool = setting(
        "Training",
        False,
        "Give the bits of one fixed schedule, whatever the number of threads (short texts: those of one thread); it "
        "takes more memory and some time.",
    )
    sync_every: int | None = setting(
        "Training",
        None,
        "Under torchrun: blocks (10,000 words) of a process from one exchange of all words to the next; else by text.",
        check=lambda value: value is None or value >= 1,
        expected="at least 1, or nothing to follow the text",
    )
    device: str = setting(
        "Training",
        "auto",
        "cpu, cuda, cuda:1, ... (reference engine: mps and xpu, too); auto: a GPU, where there is one, for heads "
        "whose kernel was measured on one (ns).",
    )
    dtype: str = setting("Training", "float32", "Number type of the tables.", **one_of("float32", "float64"))
    matmul_precision: str = setting(
        "Training",
        "medium",
        "Products of a chunk with rows that it shares (heads ns and hs): bfloat16, their factors are rounded to it; "
        "highest, they are not; medium, what is faster on this machine, as measured once. Models say what was used.",
        **one_of("medium", "highest", "bfloat16"),
    )

    def __post_init__(self) -> None:
        head: str | type = self.head
        if isinstance(head, type):
            object.__setattr__(self, "head", class_name(head))
        super().__post_init__()
        if self.phrase_threshold is not None:
            check_threshold("phrase_threshold", self.phrase_threshold, self.phrase_scoring)
        if self.subword != "none" and self.min_n > self.max_n > 0:
            raise W2VError(f"min_n is {self.min_n}, above max_n {self.max_n}; n-grams have min_n to max_n characters.")
        if self.alpha is not None:
            self.check_rates(self.alpha * self.window_rate)

    def check_rates(self, start_alpha: float) -> None:
        """Raise a W2VError where the learning rate would rise from this one to `min_alpha`."""
        if self.min_alpha > start_alpha:
            raise W2VError(
                f"min_alpha is {self.min_alpha!r}, above alpha {start_alpha!r}; the rate can only fall. Lower it."
            )

    @property
    def window_rate(self) -> float:
        """What the encoder makes of a learning rate: CBOW's true gradient, divided by the window's size, takes more."""
        divided = self.arch in ("cbow", "pv-dm") and self.cbow_mean and self.cbow_update == "mean"
        return 2.5 if divided else 1.0

    @property
    def sample_threshold(self) -> float:
        """The subsampling threshold of settings that follow a text (`defaults.follow_text`)."""
        assert self.sample is not None, "these settings do not follow a text yet"
        return self.sample

    @property
    def n_epochs(self) -> int:
        """The epochs of settings that follow a text."""
        assert self.epochs is not None, "these settings do not follow a text yet"
        return self.epochs

    @property
    def threads(self) -> int:
        """The number of threads to use: `workers`, or one per core this process may run on."""
        return self.workers or available_cores()

    @staticmethod
    def translated(settings: dict[str, Any]) -> dict[str, Any]:
        """gensim's flags as our words: sg=1 -> arch="skipgram"; hs=1 -> head="hs"; hs=0, negative>0 -> head="ns"."""
        return connectors_as_text(gensim_flags.translated(settings))
