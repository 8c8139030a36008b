"""The rows of all words of a vocabulary at once: what `Subwords.rows` says of each word.

A vocabulary of 200,000 words has some five million n-grams, of which a million differ. They are told apart in compiled
code, and only the different ones become strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.base.randomness import mix
from w2v.examples.input_rows import InputRows
from w2v.examples.subwords import BEGIN, END, Subwords


class Grams(NamedTuple):
    """The n-grams of all words, in order: those of word w are `which[offsets[w]:offsets[w + 1]]`."""

    offsets: np.ndarray  # int64 [V + 1]
    which: np.ndarray  # int64 [N], the number of each among the different ones
    strings: list[str]  # the different ones


def grams_of(words: Sequence[str], min_n: int, max_n: int) -> Grams:
    """All n-grams of some words, as `subwords.ngrams` lists them. max_n: 0 for none."""
    marked = [f"{BEGIN}{word}{END}".encode(errors="surrogatepass") for word in words]
    starts = np.concatenate([[0], np.cumsum([len(word) for word in marked])]).astype(np.int64)
    text = np.frombuffer(b"".join(marked), np.uint8)
    offsets = np.zeros(len(words) + 1, np.int64)
    nothing = np.empty((0, 2), np.int64)
    total = _list_grams(text, starts, min_n, max_n, offsets, nothing, np.empty(0, np.uint64), np.uint64(0))
    spans, hashes = np.empty((total, 2), np.int64), np.empty(total, np.uint64)
    for key in range(8):  # two n-grams of one hash, once in a million vocabularies, have another one with the next key
        _list_grams(text, starts, min_n, max_n, offsets, spans, hashes, np.uint64(key))
        _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        if _told_apart(text, spans, first, which):
            break
    strings = [text[start:stop].tobytes().decode(errors="surrogatepass") for start, stop in spans[first].tolist()]
    return Grams(offsets, which, strings)


@njit
def _list_grams(text, starts, min_n, max_n, offsets, spans, hashes, key):
    """Fill `offsets`, and where there is room `spans` and `hashes`; returns how many n-grams there are."""
    n = 0
    for word in range(starts.size - 1):
        begin, end = starts[word], starts[word + 1]
        for start in range(begin, end):
            if text[start] & 0xC0 == 0x80:  # within a code point
                continue
            value, stop, length = key, start, 0
            while stop < end and length < max_n:
                value = mix(value ^ np.uint64(text[stop] + 1))
                stop += 1
                while stop < end and text[stop] & 0xC0 == 0x80:
                    value = mix(value ^ np.uint64(text[stop] + 1))
                    stop += 1
                length += 1
                if length < min_n or (length == 1 and (start == begin or stop == end)):
                    continue
                if hashes.size:
                    spans[n, 0], spans[n, 1], hashes[n] = start, stop, value
                n += 1
        offsets[word + 1] = n
    return n


@njit
def _told_apart(text, spans, first, which):
    """Whether all n-grams of one number are the same."""
    for n in range(which.size):
        one, other = spans[n], spans[first[which[n]]]
        if one[1] - one[0] != other[1] - other[0]:
            return False
        for k in range(one[1] - one[0]):
            if text[one[0] + k] != text[other[0] + k]:
                return False
    return True


def subwords_of(
    words: Sequence[str],
    scheme: str,
    *,
    min_n: int = 3,
    max_n: int = 6,
    bucket: int | None = None,
    hash_count: int = 1,
    min_words: int = 2,
) -> Subwords:
    """The subwords of a vocabulary.

    min_words: where each n-gram has a row of its own (fasttext without `bucket`), of how many different words it has to
    be one: what a single word has says no more of it than its own row does.
    """
    n_words = 0 if scheme == "floret" else len(words)
    if scheme == "floret" or bucket is not None:
        return Subwords(scheme, min_n, max_n, bucket, hash_count, n_words)
    offsets, which, strings = grams_of(words, min_n, max_n)
    owner = np.repeat(np.arange(len(words)), np.diff(offsets))
    once = np.unique(which * np.int64(len(words)) + owner)  # a word that has an n-gram twice is one word
    n_of = np.bincount(once // len(words), minlength=len(strings))
    kept = sorted(np.flatnonzero(n_of >= min_words).tolist(), key=lambda gram: (-n_of[gram], strings[gram]))
    row_of = {strings[gram]: n_words + row for row, gram in enumerate(kept)}
    return Subwords(scheme, min_n, max_n, None, hash_count, n_words, row_of)


def input_rows(config: Config, words: Sequence[str], subwords: Subwords) -> InputRows:
    """What the vectors of a vocabulary are made of: `subwords.rows` of each word.

    CBOW's mean is one over all rows in the window, as fastText's.
    """
    pooled = config.arch == "cbow" and config.cbow_mean
    if subwords.scheme == "floret":
        hashed: list[Any] = [subwords.rows(word) for word in words]
        made = InputRows.of(hashed, mean=not pooled, divide=False, pooled=pooled)
        return made._replace(size=subwords.n_rows)
    offsets, which, strings = grams_of(words, subwords.min_n, subwords.max_n)
    row_of_gram = np.array([subwords.row(gram) for gram in strings] or [0], np.int64)
    rows = row_of_gram[which] if len(which) else which
    word_of = np.repeat(np.arange(len(words)), np.diff(offsets))[rows >= 0]
    rows = rows[rows >= 0]
    if subwords.bucket is None:  # each once
        _, first = np.unique(word_of * np.int64(subwords.n_rows) + rows, return_index=True)
        first.sort()
        word_of, rows = word_of[first], rows[first]
    sizes = np.bincount(word_of, minlength=len(words)) + 1  # its own row, before those of its n-grams
    ends = np.cumsum(sizes)
    every = np.empty(ends[-1], np.int32)
    own = ends - sizes
    every[own] = np.arange(len(words))
    every[np.delete(np.arange(len(every)), own)] = rows
    return InputRows(np.append(0, ends).astype(np.int64), every, not pooled, False, pooled, subwords.n_rows)
