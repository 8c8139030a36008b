"""Which rows a model with subwords has: what its settings and its vocabulary say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.examples.subword_rows import subwords_of
from w2v.examples.subwords import FLORET_BUCKET, Subwords
from w2v.heads import spec_of

if TYPE_CHECKING:
    from w2v.engines.frozen import Frozen


def subwords_for(config: Config, vocab: Vocabulary) -> Subwords | None:
    """The subwords of a vocabulary; None where the settings ask for none.

    Raises:
        W2VError: a head whose input vectors are of one row each.
    """
    if config.subword == "none":
        return None
    check_head(config)
    bucket = config.bucket or (FLORET_BUCKET if config.subword == "floret" else None)
    sizes = {"min_n": config.min_n, "max_n": config.max_n}
    return subwords_of(vocab.words, config.subword, **sizes, bucket=bucket, hash_count=config.hash_count)


def grown(before: Subwords, config: Config, vocab: Vocabulary) -> Subwords:
    """The subwords of a vocabulary that has joined another one's words: n-grams that had a row have one still."""
    now = subwords_for(config, vocab)
    assert now is not None
    rows = dict.fromkeys([*before.row_of, *now.row_of])
    return now._replace(row_of={gram: now.n_words + row for row, gram in enumerate(rows)})


def carry_ngrams(before: Subwords, rows: np.ndarray, now: Subwords, table: np.ndarray) -> None:
    """Put the rows [R, D] of n-grams where they are in the table [R', D] of a vocabulary that has grown."""
    if now.bucket is not None:
        table[now.n_words :] = rows[before.n_words :]
    else:
        table[[now.row_of[gram] for gram in before.row_of]] = rows[list(before.row_of.values())]


def frozen_for(frozen: Frozen, n_rows: int) -> Frozen:
    """The rows that stay as they are, of those that words' vectors are made of.

    Raises:
        W2VError: some words only are frozen, whose n-grams are those of others, too.
    """
    if not len(frozen.factors):
        return frozen
    if (frozen.factors != frozen.factors[0]).any():
        raise W2VError(
            "frozen leaves the vectors of some words as they are, and with subwords they are made of n-grams that "
            'other words have, too. Freeze "input" or "output" as a whole, or train without subwords.'
        )
    return frozen._replace(factors=np.full(n_rows, frozen.factors[0]))


def check_head(config: Config) -> None:
    """Raise a W2VError for a head that cannot be trained with subwords."""
    spec = spec_of(config.head)
    if config.subword == "none":
        return
    if spec.learns_from != "windows":
        why = "learns from counted pairs of words, and not from windows of the text"
    elif spec.geometry != "euclidean":
        why = "trains points of hyperbolic space, of which there are no sums"
    else:
        return
    raise W2VError(f"subword={config.subword!r} adds up rows of n-grams, and head {config.head!r} {why}. Use ns or hs.")
