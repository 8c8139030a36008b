"""How often words come in a text of which each rank has read a share: exactly as often as one process counts.

A word is sent to one rank, by a hash of it, which adds up its counts; then all ranks get all words. So a rank sends and
receives its own words once, and all words once, however many ranks there are. Ids need no more than the counts: words
stand by count, then by the word itself (`vocabulary.py`), and never in the order in which they were found.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from w2v.base.agreeing import agreed, gathered
from w2v.base.ranks import Ranks


def merged_counts(ranks: Ranks, words: Sequence[str], counts: np.ndarray) -> tuple[Sequence[str], np.ndarray]:
    """The words of all ranks, each once, and how often all have counted each, int64; the same on all.

    words: different words; counts: int64, how often each was counted on this rank. One rank gets back what it gives.
    """
    if ranks.size == 1:
        return words, counts
    sent = ranks.exchange(agreed(ranks, lambda: _by_hash(words, counts, ranks.size)))

    def added() -> bytes:
        total: dict[str, int] = {}
        for word, count in _entries(map(bytes, sent)):
            total[word] = total.get(word, 0) + count
        return _packed(list(total), np.fromiter(total.values(), np.int64, len(total)))

    parts = gathered(ranks, added)

    def whole() -> tuple[list[str], np.ndarray]:
        of_all = dict(_entries(parts))
        return list(of_all), np.fromiter(of_all.values(), np.int64, len(of_all))

    return agreed(ranks, whole)


def _by_hash(words: Sequence[str], counts: np.ndarray, ranks: int) -> list[np.ndarray]:
    """For each rank what it adds up, as bytes: uint8."""
    goes = np.fromiter((zlib.crc32(_utf8(word)) % ranks for word in words), np.int64, len(words))
    parts = []
    for rank in range(ranks):
        which = np.flatnonzero(goes == rank)
        parts.append(np.frombuffer(_packed([words[place] for place in which.tolist()], counts[which]), np.uint8))
    return parts


def _utf8(word: str) -> bytes:
    return word.encode("utf-8", "surrogatepass")  # JSON can write halves of surrogate pairs


def _packed(words: Sequence[str], counts: np.ndarray) -> bytes:
    """How many words there are, how many bytes each has, their counts, all int64, and the words."""
    data = [_utf8(word) for word in words]
    lengths = np.fromiter(map(len, data), "<i8", len(data))
    return b"".join([np.array([len(data)], "<i8").tobytes(), lengths.tobytes(), counts.astype("<i8").tobytes(), *data])


def _entries(packed: Iterable[bytes]) -> Iterable[tuple[str, int]]:
    """The words and counts in what `_packed` made."""
    for data in packed:
        size = int(np.frombuffer(data, "<i8", 1)[0])
        lengths, counts = np.frombuffer(data, "<i8", 2 * size, 8).reshape(2, size)
        ends = (lengths.cumsum() + 8 + 16 * size).tolist()
        for end, length, count in zip(ends, lengths.tolist(), counts.tolist(), strict=True):
            yield data[end - length : end].decode("utf-8", "surrogatepass"), count
