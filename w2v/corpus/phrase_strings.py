"""Which entries of a phrase vocabulary are one string, though their ids differ, and so share their counts.

new + york_city, new_york + city, and a token new_york_city that the text has itself are one entry, as in gensim, whose
vocabulary is of strings. Equal strings have equal hashes, and those of candidates are had from the hashes of their
words, without making the strings; only entries of equal hashes are compared. Two candidates can be equal only if a word
has a character of the delimiter in it, so most first passes need not look.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from w2v.corpus import phrase_ids as kernels
from w2v.corpus.pair_counts import Counts

_HASHES = 1 << 26  # compared at a time
_WORD, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)


class Shared(NamedTuple):
    """What entries have in all whose strings are equal."""

    words: np.ndarray  # int64 [ids], the count of each word's string
    pairs: dict[int, int]  # that of candidates, where it is not theirs alone
    fewer: int  # entries that are one with another


class Strings:
    """The strings of words and stems.

    words: by id. stems: uint64, stem << 32 | connector (`phrase_ids.py`), of the numbers from len(words) on.
    first: int64 [len(words) + len(stems)], the first word of each.
    """

    def __init__(self, words: list[str], stems: np.ndarray, delimiter: str) -> None:
        self._words, self._stems, self._delimiter = words, stems, delimiter
        size, signs = len(words) + len(stems), set(delimiter)
        self.first = np.concatenate([np.arange(len(words)), np.zeros(len(stems), np.int64)])
        self._hashes, self._powers = np.zeros(size, np.uint64), np.ones(size, np.uint64)
        self._between = np.zeros(1, np.uint64), np.ones(1, np.uint64)
        self._may_be_equal = any(not signs.isdisjoint(word) for word in words)
        if self._may_be_equal:
            _hash([delimiter], *self._between)
            _hash(words, self._hashes[: len(words)], self._powers[: len(words)])
        between, power = self._between
        kernels.follow_stems(stems, self.first, self._hashes, self._powers, between[0], power[0])

    def of(self, candidate: int) -> str:
        """The words of a candidate, joined."""
        stem, word = candidate >> 32, candidate & 0xFFFFFFFF
        tokens = [self._words[word]]
        while stem >= len(self._words):
            stem, word = divmod(int(self._stems[stem - len(self._words)]), 1 << 32)
            tokens.append(self._words[word])
        tokens.append(self._words[stem])
        return self._delimiter.join(reversed(tokens))

    def shared(self, counts: np.ndarray, entries: np.ndarray, pairs: Counts) -> Shared:
        """What entries of equal strings have together.

        counts: int64 [ids]; entries: the ids of words that are entries; pairs: the candidates, which all are.
        """
        words, totals, fewer = counts.copy(), dict[int, int](), 0
        if not self._may_be_equal:
            return Shared(words, totals, fewer)
        rounds = np.uint64(1 + len(pairs) // _HASHES)
        of_words = self._hashes[entries]
        for turn in range(int(rounds)):
            seen = [of_words, *(self._hashes_of(keys) for keys, _ in pairs.parts())]
            twice = _twice(np.concatenate([some[some % rounds == turn] for some in seen]))
            if not len(twice):
                continue
            same: dict[str, list[tuple[Callable[[int], None], int]]] = defaultdict(list)
            for word in entries[_within(of_words, twice)].tolist():
                same[self._words[word]].append((partial(words.__setitem__, word), int(counts[word])))
            for keys, times in pairs.parts():
                found = _within(self._hashes_of(keys), twice)
                for key, count in zip(keys[found].tolist(), times[found].tolist(), strict=True):
                    same[self.of(key)].append((partial(totals.__setitem__, key), count))
            for group in same.values():
                if len(group) > 1:
                    fewer += len(group) - 1
                    total = sum(count for _, count in group)
                    for tell, _ in group:
                        tell(total)
        return Shared(words, totals, fewer)

    def _hashes_of(self, candidates: np.ndarray) -> np.ndarray:
        stem, word = candidates >> _32, candidates & _WORD
        between, power = self._between
        return np.asarray((self._hashes[stem] * power + between) * self._powers[word] + self._hashes[word])


def _hash(words: list[str], hashes: np.ndarray, powers: np.ndarray) -> None:
    utf8 = [word.encode("utf-8", "surrogatepass") for word in words]
    bounds = np.cumsum([0, *map(len, utf8)])
    kernels.hash_words(np.frombuffer(b"".join(utf8) or b"\0", np.uint8), bounds, hashes, powers)


def _twice(hashes: np.ndarray) -> np.ndarray:
    """Those that are there more than once, in order."""
    hashes.sort()
    return hashes[1:][hashes[1:] == hashes[:-1]]


def _within(some: np.ndarray, twice: np.ndarray) -> np.ndarray:
    """Which of them are among sorted others, of which there is one at least; bool."""
    return np.asarray(twice[np.minimum(np.searchsorted(twice, some), len(twice) - 1)] == some)
