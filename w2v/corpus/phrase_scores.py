"""How much two words belong together, by how often they come alone and next to each other; and connector words.

    default   (n_ab - min_count) / (n_a n_b) V      Mikolov et al. 2013, section 4, times the number V of entries
    npmi      log(p_ab / (p_a p_b)) / -log p_ab     p = n / corpus words; Bouma 2009

n_ab is the number of times b follows a, with nothing or connector words alone between them. V counts what gensim's
vocabulary of a phrase model holds: different words, and different pairs, too.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.base.json_text import is_number
from w2v.base.phrase_settings import THRESHOLDS, check_threshold, connectors
from w2v.base.settings import plain, whole_number
from w2v.errors import W2VError, shown

ARGUMENTS = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")

Scorer = Callable[..., float]


def original_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    """The score "default": (bigram_count - min_count) / (worda_count wordb_count) len_vocab."""
    both = worda_count * wordb_count
    return (bigram_count - min_count) / float(both) * len_vocab if both else -math.inf


def npmi_scorer(
    worda_count: int, wordb_count: int, bigram_count: int, len_vocab: int, min_count: float, corpus_word_count: int
) -> float:
    """The score "npmi", normalised pointwise mutual information, from -1 to 1; -inf below min_count."""
    if bigram_count < min_count or not (worda_count and wordb_count and bigram_count and corpus_word_count):
        return -math.inf
    words = float(corpus_word_count)
    pair = bigram_count / words
    alone = (worda_count / words) * (wordb_count / words)
    return math.log(pair / alone) / -math.log(pair) if pair != 1 else 1.0


SCORERS: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer}


def scorer(scoring: str | Scorer, threshold: float) -> Scorer:
    """The function for a name, or a function that takes all of ARGUMENTS, as it is.

    Raises W2VError for anything else, and for a threshold that does not go with it.
    """
    if isinstance(scoring, str):
        if scoring not in SCORERS:
            raise W2VError(f"unknown scoring {scoring!r}; there are default, npmi, or a function of your own.")
        check_threshold("threshold", threshold, scoring)
        return SCORERS[scoring]
    if not callable(scoring):
        raise W2VError(f"scoring is {shown(scoring)}; expected default, npmi, or a function.")
    try:
        takes = inspect.signature(scoring).parameters
    except (TypeError, ValueError) as error:
        raise W2VError(
            f"scoring is {shown(scoring)}, whose arguments cannot be seen; wrap it in a function."
        ) from error
    anything = any(each.kind is each.VAR_KEYWORD for each in takes.values())
    if missing := [name for name in ARGUMENTS if name not in takes and not anything]:
        raise W2VError(
            f"The scoring function {getattr(scoring, '__name__', shown(scoring))} does not take {', '.join(missing)}; "
            f"it is called with {', '.join(ARGUMENTS)} by name."
        )
    return scoring


@dataclass(frozen=True, kw_only=True)
class Joining:
    """What is joined to phrases: settings that are checked where they are made.

    passes: each joins pairs of what the pass before has left: two make phrases of up to four words, and connectors.
    threshold: pairs of a higher score are joined; None: 10, or with npmi 0.5.
    min_count: rarer pairs are not.

    Raises W2VError for a value out of its range.
    """

    passes: int = 1
    threshold: float | None = None
    min_count: int = 5
    scoring: str = "default"
    delimiter: str = "_"
    connector_words: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not isinstance(self.scoring, str) or self.scoring not in SCORERS:
            raise W2VError(
                f"scoring is {shown(self.scoring)}; there are {', '.join(SCORERS)} (and of your own in Phrases)."
            )
        if not isinstance(self.delimiter, str) or not self.delimiter:
            raise W2VError(f"delimiter is {shown(self.delimiter)}; expected what joins the words of a phrase, as '_'.")
        for name in ("passes", "min_count"):
            object.__setattr__(self, name, whole_number(name, getattr(self, name), 1))
        if not is_number(self.least):
            raise W2VError(f"threshold is {shown(self.least)}; expected a finite number, or nothing (None).")
        check_threshold("threshold", self.least, self.scoring)

    @classmethod
    def of(cls, config: Config) -> Joining | None:
        """What the settings of a run say; None: nothing is joined."""
        if not config.phrases:
            return None
        return cls(
            passes=config.phrases,
            threshold=config.phrase_threshold,
            min_count=config.phrase_min_count,
            scoring=config.phrase_scoring,
            delimiter=config.phrase_delimiter,
            connector_words=connectors(config.phrase_connectors or ""),
        )

    @property
    def least(self) -> Any:
        """The score above which pairs are joined."""
        return THRESHOLDS[self.scoring] if self.threshold is None else plain(self.threshold)

    def key(self) -> list[Any]:
        """What tells two such settings apart, as JSON."""
        words = sorted(self.connector_words)
        return [self.passes, float(self.least), self.min_count, self.scoring, self.delimiter, words]

    def scores(
        self, first: np.ndarray, last: np.ndarray, pair: np.ndarray, len_vocab: int, corpus_words: int
    ) -> np.ndarray:
        """Of many pairs, with the bits of the functions above: float64 [N]. Counts are int64 [N], above 0."""
        if self.scoring == "default":
            both = first.astype(np.float64) * last.astype(np.float64)
            return np.asarray((pair - self.min_count) / both * len_vocab)
        # numpy's logarithm has not the bits of the C library's
        counts = zip(first.tolist(), last.tolist(), pair.tolist(), strict=True)
        each = (npmi_scorer(a, b, ab, len_vocab, self.min_count, corpus_words) for a, b, ab in counts)
        return np.fromiter(each, np.float64, len(pair))
