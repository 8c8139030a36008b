"""Phrases of a whole text on disk, found and joined on ids, with gensim's scores and joins to the bit.

    new york is / york      ->      new_york is / york

A pass counts the candidates (`phrase_ids.py`) with nothing but sorted runs (`pair_counts.py`), scores those that are
frequent enough, and rewrites the file of ids in place, from left to right: a pair whose score is above the threshold
becomes one id. The next pass does the same with what is there then.

Entries whose strings are equal count as one, as in gensim (`phrase_strings.py`).

Where a vocabulary is given, by which the text becomes ids, phrases that it has are joined before (`phrase_known.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat, starmap
from pathlib import Path

import numpy as np

from w2v.corpus import pair_counts
from w2v.corpus import phrase_ids as kernels
from w2v.corpus.indexing import TokenIndexer
from w2v.corpus.phrase_scores import Joining
from w2v.corpus.phrase_strings import Shared, Strings
from w2v.errors import W2VError, counted

_PIECE = 1 << 20  # ids read at a time
_WORD = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


@dataclass(frozen=True)
class Phrase:
    """A pair of words, with any connector words between them, whose score is above the threshold."""

    phrase: str
    score: float
    count: int  # how often it stands in the text
    first_count: int  # how often its first word does
    last_count: int
    joined: int  # how often it was put in place of its words; less than count where a neighbour had one of them first
    number: int  # of the pass, from 1


def told(passes: list[list[Phrase]], known: dict[str, int] | None = None) -> list[str]:
    """What passes found, a clause for each, with the most frequent phrases.

    known: how often each phrase of a given vocabulary was joined before; None: there is none.
    """
    clauses = []
    for joined in [known or {}, *({each.phrase: each.joined for each in found if each.joined} for found in passes)]:
        if joined:
            names = sorted(joined, key=lambda phrase: (-joined[phrase], phrase))
            places = counted(sum(joined.values()), "place")
            clauses.append(f"{counted(len(names), 'phrase')} joined in {places}, such as {', '.join(names[:4])}")
    if known is not None and not clauses:
        return ["none of those that the vocabulary has is in this text"]
    return clauses or ["none was found; a lower phrase_threshold, or phrase_min_count, finds more"]


def join_passes(
    path: Path,
    numbering: TokenIndexer,
    counts: np.ndarray,
    joining: Joining,
) -> tuple[np.ndarray, list[list[Phrase]]]:
    """Join the phrases of a text in its file of ids.

    path: int32, words by their number in `numbering`, 0 after each sentence; it is rewritten in place.
    numbering: gets the phrases, too.
    counts: int64 [len(numbering)], of each id.

    Returns the counts of the ids that are in the file then, and the phrases of each pass; there are fewer passes than
    asked for where nothing is left to join. Raises OSError for a full disk.
    """
    passes: list[list[Phrase]] = []
    while len(passes) < joining.passes and (not passes or any(each.joined for each in passes[-1])):
        counts, found = _Text(path, numbering, counts, joining, len(passes) + 1).join()
        passes.append(found)
    return counts, passes


def left(numbering: TokenIndexer, counts: np.ndarray) -> tuple[list[str], np.ndarray]:
    """The words that a text still has once phrases were joined, and their counts, int64."""
    words = [word for word, count in zip(numbering.words(), counts[1:].tolist(), strict=True) if count]
    return words, counts[1:][counts[1:] > 0]


class _Stems:
    """What candidates begin with, beyond single words: see `phrase_ids.py`.

    made: uint64, stem << 32 | connector, of the numbers from `words` on.
    """

    def __init__(self, words: int) -> None:
        self.words = words
        self._parts: list[np.ndarray] = []
        self._size = 0
        self.keys, self.values = kernels.empty_table(16)

    def room(self) -> np.ndarray:
        """For new ones, as many as the table still takes."""
        return np.empty(len(self.keys) // 2 - self._size, np.uint64)

    @property
    def next(self) -> int:
        return self.words + self._size

    @property
    def made(self) -> np.ndarray:
        return np.concatenate([np.empty(0, np.uint64), *self._parts])

    def add(self, new: np.ndarray) -> None:
        if len(new):
            self._parts.append(new.copy())
            self._size += len(new)

    def grow(self) -> None:
        if self.next >= 1 << 31:
            raise W2VError(
                "The text has too many different runs of connector words for phrases; give fewer connectors."
            )
        self.keys, self.values = kernels.empty_table(4 * len(self.keys))
        made = self.made
        kernels.put_all(made, np.arange(self.words, self.next), self.keys, self.values)
        self._parts = [made]


class _Text:
    """A text in one pass."""

    def __init__(self, path: Path, numbering: TokenIndexer, counts: np.ndarray, joining: Joining, number: int) -> None:
        self.path, self.numbering, self.counts, self.joining, self.number = path, numbering, counts, joining, number
        self.words = ["", *numbering.words()]
        self.is_connector = np.zeros(len(self.words), np.uint8)
        self.is_connector[[numbering[word] for word in joining.connector_words if word in numbering]] = 1
        self.stems = _Stems(len(self.words))

    def join(self) -> tuple[np.ndarray, list[Phrase]]:
        """The counts of the ids that are in the file then, and what was found."""
        is_entry = (self.counts > 0) & (self.is_connector == 0)
        is_entry[0] = False
        words = np.flatnonzero(is_entry)
        with pair_counts.count(self._candidates(), self.path.parent) as pairs:
            strings = Strings(self.words, self.stems.made, self.joining.delimiter)
            shared = strings.shared(self.counts, words, pairs)
            entries = len(words) + len(pairs) - shared.fewer
            keys, times = self._frequent(pairs, shared)
        first, last = strings.first[keys >> _32], (keys & _WORD).astype(np.int64)
        before, after = shared.words[first], shared.words[last]
        scores = self.joining.scores(before, after, times, entries, int(self.counts[1:].sum()))
        good = (scores > self.joining.least) & (first != self.numbering.get("", -1))  # which begins no phrase
        names = [strings.of(key) for key in keys[good].tolist()]
        ids = np.array([self.numbering[name] for name in names], np.int64)
        left, joined = self._joined(keys[good], ids, first[good])
        columns = [each[good].tolist() for each in (scores, times, before, after)]
        told = zip(names, *columns, joined[ids].tolist(), repeat(self.number), strict=False)
        return left, list(starmap(Phrase, told))

    def _candidates(self) -> Iterator[np.ndarray]:
        """All of the text, in buffers."""
        capacity = pair_counts.capacity()
        buffer, used, stem = np.empty(capacity, np.uint64), 0, kernels.NONE
        for piece in _pieces(self.path):
            place = 0
            while place < len(piece):
                room = self.stems.room()
                place, stem, made, used = kernels.candidates(
                    piece, place, stem, self.is_connector, self.stems.keys, self.stems.values, room, self.stems.next,
                    buffer, used,
                )  # fmt: skip
                self.stems.add(room[:made])
                if used == capacity:
                    yield buffer
                    buffer, used = np.empty(capacity, np.uint64), 0
                elif place < len(piece):
                    self.stems.grow()
        yield buffer[:used]

    def _frequent(self, pairs: pair_counts.Counts, shared: Shared) -> tuple[np.ndarray, np.ndarray]:
        """The candidates that come often enough, uint64 [N], and how often, int64 [N]."""
        least = self.joining.min_count
        keys, times = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for some, count in pairs.parts():
            keys.append(some[often := count >= least])
            times.append(count[often])
        often_keys, often = np.concatenate(keys), np.concatenate(times)
        if shared.pairs:
            alone = ~np.isin(often_keys, np.array(list(shared.pairs), np.uint64))
            more = {key: total for key, total in shared.pairs.items() if total >= least}
            often_keys = np.append(often_keys[alone], np.array(list(more), np.uint64))
            often = np.append(often[alone], np.array(list(more.values()), np.int64))
        return often_keys, often

    def _joined(self, keys: np.ndarray, ids: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Put phrases in place of their words: candidates `keys`, whose ids and first words are given.

        Returns how often each id is there then, and how often it was put in place of words.
        """
        times, joined = np.zeros((2, len(self.numbering)), np.int64)
        table = kernels.empty_table(4 * len(keys))
        kernels.put_all(keys, ids, *table)
        begins = np.zeros(len(self.words), np.uint8)
        begins[first] = 1
        rest = np.empty(0, np.int32)
        with open(self.path, "r+b") as new:
            for piece in _pieces(self.path):
                some = np.append(rest, piece)
                written, start = kernels.join(
                    some, self.is_connector, begins, self.stems.keys, self.stems.values, *table, times, joined
                )
                new.write(some[:written].data)
                rest = some[start:].copy()
            assert not len(rest), "the file ends with the end of a sentence"
            new.truncate()
        return times, joined


def _pieces(path: Path) -> Iterator[np.ndarray]:
    with open(path, "rb", buffering=0) as file:
        while len(piece := np.fromfile(file, np.int32, _PIECE)):
            yield piece
