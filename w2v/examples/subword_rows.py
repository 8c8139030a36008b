"""The rows of many words at once: what `Subwords.rows` says of each word.

A vocabulary of 200,000 words has some five million n-grams, of which a million differ. They are told apart as numbers,
and only the different ones become strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from w2v.base.config import Config
from w2v.examples.input_rows import InputRows
from w2v.examples.ngram_spans import Spans, fnv1a_of, marked, murmur3_of, spans_of, told_apart
from w2v.examples.subwords import Subwords


class Grams(NamedTuple):
    """The n-grams of all words, in order: those of word w are `which[offsets[w]:offsets[w + 1]]`."""

    offsets: np.ndarray  # int64 [V + 1]
    which: np.ndarray  # int64 [N], the number of each among the different ones
    different: Spans


def grams_of(words: Sequence[str], min_n: int, max_n: int) -> Grams:
    """All n-grams of some words, as `subwords.ngrams` lists them. max_n: 0 for none."""
    spans = spans_of(_bytes(words), min_n, max_n)
    first, which = told_apart(spans)
    return Grams(spans.offsets, which, spans.some(first))


def subwords_of(
    words: Sequence[str],
    scheme: str,
    *,
    min_n: int = 3,
    max_n: int = 6,
    bucket: int | None = None,
    hash_count: int = 1,
) -> Subwords:
    """The subwords of a vocabulary. Where each n-gram has a row of its own, those of most words come first.

    N-grams of one word alone have rows, too: without them vectors of unknown words are worse (rare words .355, with
    them .372; `experiments/LOG.md`).
    """
    n_words = 0 if scheme == "floret" else len(words)
    if scheme == "floret" or bucket is not None:
        return Subwords(scheme, min_n, max_n, bucket, hash_count, n_words)
    offsets, which, different = grams_of(words, min_n, max_n)
    owner = np.repeat(np.arange(len(words)), np.diff(offsets))
    once = np.unique(which * np.int64(len(words)) + owner)  # a word that has an n-gram twice is one word
    n_of = np.bincount(once // len(words), minlength=len(different.starts))
    ordered = sorted(zip((-n_of).tolist(), different.strings(), strict=True))
    row_of = {gram: n_words + row for row, (_, gram) in enumerate(ordered)}
    return Subwords(scheme, min_n, max_n, None, hash_count, n_words, row_of)


def rows_of(words: Sequence[str], subwords: Subwords, *, own: bool) -> tuple[np.ndarray, np.ndarray]:
    """The rows of some words: those of word w are `rows[offsets[w]:offsets[w + 1]]`; int64 [V + 1], int32 [N].

    own: they are the words of the vocabulary, in its order; else none of them is in it.
    """
    offsets, which, different = grams_of(words, subwords.min_n, subwords.max_n)
    whole = np.arange(len(words))[:, None] if own else np.empty((len(words), 0), np.int64)
    if subwords.bucket is None:
        found = [subwords.row(gram) for gram in different.strings()]
        of_gram = np.array(found, np.int64)[:, None]
    elif subwords.scheme == "floret":
        hashes = [murmur3_of(spans)[:, : subwords.hash_count] for spans in (marked(_bytes(words)), different)]
        whole, of_gram = (each.astype(np.int64) % subwords.bucket for each in hashes)
    else:
        of_gram = subwords.n_words + fnv1a_of(different).astype(np.int64)[:, None] % subwords.bucket
    rows = of_gram[which]
    known = rows[:, 0] >= 0
    word_of = np.repeat(np.arange(len(words)), np.diff(offsets))
    if subwords.bucket is None and len(rows):  # each once
        _, once = np.unique(word_of * np.int64(subwords.n_rows + 1) + rows[:, 0] + 1, return_index=True)
        again = np.ones(len(rows), bool)
        again[once] = False
        known &= ~again
    word_of = word_of[known]
    first = int(whole.shape[1] > 0)  # the word itself, before its n-grams
    ends = np.cumsum(np.bincount(word_of, minlength=len(words)) + first)
    every = np.empty((ends[-1] if len(ends) else 0, of_gram.shape[1]), np.int32)
    is_gram = np.ones(len(every), bool)
    if first:
        is_own = ends - np.diff(ends, prepend=0)
        every[is_own], is_gram[is_own] = whole, False
    every[is_gram] = rows[known]
    return np.append(0, ends * of_gram.shape[1]).astype(np.int64), every.ravel()


def input_rows(config: Config, words: Sequence[str], subwords: Subwords) -> InputRows:
    """What the vectors of a vocabulary are made of: `subwords.rows` of each word.

    CBOW's mean is one over all rows in the window, as fastText's.
    """
    pooled = config.arch == "cbow" and config.cbow_mean
    return InputRows(*rows_of(words, subwords, own=True), not pooled, False, pooled, subwords.n_rows)


def _bytes(words: Sequence[str]) -> list[bytes]:
    return [word.encode(errors="surrogatepass") for word in words]
