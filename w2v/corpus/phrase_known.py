"""Phrases that a vocabulary has, joined in a text of ids: of several that begin at a word the longest.

A model that is trained further has them as words. How they were found, in which passes and by which scores, says
nothing of the new text; that a phrase stands there is all that counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from w2v.corpus import phrase_ids as kernels
from w2v.corpus.indexing import TokenIndexer

_PIECE = 1 << 20  # ids read at a time


def join_known(
    path: Path, numbering: TokenIndexer, known: Iterable[str], delimiter: str
) -> tuple[np.ndarray, dict[str, int]]:
    """Put known phrases in place of their words, in the file of ids, from left to right.

    path: int32, words by their number in `numbering`, 0 after each sentence; it is rewritten in place.
    numbering: gets the phrases, too. known: words; those that hold the delimiter are phrases, of any words between.

    Returns the counts of the ids that are in the file then, int64 [len(numbering)], and how often each phrase was
    joined. Raises OSError.
    """
    trie: dict[tuple[int, int], int] = {}
    ends = [0]  # of each node the number of the phrase that ends there; the root is node 0
    phrases = {}
    for phrase in known:
        for words in _cut(phrase, numbering, delimiter) if delimiter in phrase else ():
            node = 0
            for word in words:
                if (node, word) not in trie:
                    trie[node, word] = len(ends)
                    ends.append(0)
                node = trie[node, word]
            ends[node] = phrases[phrase] = numbering[phrase]
    keys = np.array([node << 32 | word for node, word in trie], np.uint64)
    table = kernels.empty_table(4 * len(keys))
    kernels.put_all(keys, np.array(list(trie.values()), np.int64), *table)
    times, joined = np.zeros((2, len(numbering)), np.int64)
    rest = np.empty(0, np.int32)
    with open(path, "rb", buffering=0) as old, open(path, "r+b") as new:
        while len(piece := np.fromfile(old, np.int32, _PIECE)):
            ids = np.append(rest, piece)
            whole = len(ids) - int(np.argmax(ids[::-1] == 0)) if (ids == 0).any() else 0  # sentences that have ended
            ids, rest = ids[:whole].copy(), ids[whole:].copy()
            written = kernels.join_longest(ids, *table, np.array(ends, np.int64), times, joined)
            new.write(ids[:written].data)
        assert not len(rest), "the file ends with the end of a sentence"
        new.truncate()
    return times, {phrase: int(joined[number]) for phrase, number in phrases.items() if joined[number]}


def _cut(phrase: str, numbering: TokenIndexer, delimiter: str) -> Iterator[list[int]]:
    """The ways to cut a phrase at delimiters into two or more words of the text, which may hold delimiters, too."""
    places = [place for place in range(len(phrase)) if phrase.startswith(delimiter, place)]

    def ways(start: int) -> Iterator[list[int]]:
        if start and phrase[start:] in numbering:
            yield [numbering[phrase[start:]]]
        for place in places:
            if place >= start and (word := phrase[start:place]) in numbering:
                for rest in ways(place + len(delimiter)):
                    yield [numbering[word], *rest]

    return ways(0)
