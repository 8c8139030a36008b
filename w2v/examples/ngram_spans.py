"""The character n-grams of many words at once, and their hashes: what `subwords.py` says of each, in numpy.

Words lie one behind the other, each between `<` and `>`, in one array of bytes of UTF-8, and an n-gram is a span of it.
Hashes take eight bytes of every n-gram at a time, and FNV-1a one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from w2v.examples.subwords import END_OF_LINE, FNV_BASIS, FNV_PRIME, MURMUR_SEED

_ROOM = 16  # zero bytes behind the last word, so that eight bytes can be taken anywhere
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)  # of the first so many of eight bytes
_BREAK = END_OF_LINE.encode()


class Spans(NamedTuple):
    """Pieces of text: those of word w are `offsets[w]:offsets[w + 1]`."""

    text: np.ndarray  # uint8 [B], which ends in zeros
    offsets: np.ndarray  # int64 [V + 1]
    starts: np.ndarray  # int64 [N], bytes
    ends: np.ndarray  # int64 [N]

    def some(self, which: np.ndarray) -> Spans:
        """Some of them, as if they were of one word."""
        return Spans(self.text, np.array([0, len(which)]), self.starts[which], self.ends[which])

    def strings(self) -> list[str]:
        text = self.text.tobytes()
        spans = zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        return [text[start:end].decode(errors="surrogatepass") for start, end in spans]


def spans_of(words: Sequence[bytes], min_n: int, max_n: int) -> Spans:
    """The n-grams of words in UTF-8, in the order of `subwords.ngrams`. max_n: 0 for none.

    Bytes that are no UTF-8 are cut as fastText cuts them: a code point begins with a byte that does not go on with one.
    """
    text, ends_of = _laid([b"" if word == _BREAK else b"<" + word + b">" for word in words])
    begins = (text[: len(text) - _ROOM] & 0xC0) != 0x80
    edges = np.append(np.flatnonzero(begins), len(begins))  # where each character begins, and all ends
    last_of = np.append(0, np.cumsum(begins))[ends_of]  # the character after each word
    characters = np.diff(last_of, prepend=0)
    left = np.repeat(last_of, characters) - np.arange(len(edges) - 1)  # of each character: to the end of its word
    shortest = np.full(len(left), max(min_n, 1))
    if min_n <= 1:  # the marks alone are none
        shortest[(left == np.repeat(characters, characters)) | (left == 1)] = 2
    sizes = np.maximum(np.minimum(left, max_n) - shortest + 1, 0)  # n-grams that begin there
    ends = np.append(0, np.cumsum(sizes))
    place = np.repeat(np.arange(len(sizes)), sizes)
    length = np.arange(ends[-1]) - ends[place] + shortest[place]
    return Spans(text, np.append(0, ends[last_of]), edges[place], edges[place + length])


def marked(words: Sequence[bytes]) -> Spans:
    """Each word whole, between its marks."""
    text, ends = _laid([b"<" + word + b">" for word in words])
    return Spans(text, np.arange(len(words) + 1), np.append(0, ends)[:-1], ends)


def fnv1a_of(spans: Spans) -> np.ndarray:
    """`subwords.fnv1a` of each: uint32 [N]."""
    hashes, prime = np.full(len(spans.starts), FNV_BASIS, np.uint32), np.uint32(FNV_PRIME)
    signed, active, at = spans.text.view(np.int8), np.arange(len(hashes)), spans.starts
    while len(active):
        going = at < spans.ends[active]
        active, at = active[going], at[going]
        hashes[active] = (hashes[active] ^ signed[at].astype(np.uint32)) * prime
        at = at + 1
    return hashes


def murmur3_of(spans: Spans, seed: int = MURMUR_SEED) -> np.ndarray:
    """`subwords.murmur3` of each: uint32 [N, 4]."""
    c1, c2 = np.uint64(0x87C37B91114253D5), np.uint64(0x4CF5AD432745937F)
    five, size = np.uint64(5), (spans.ends - spans.starts)
    h1 = np.full(len(size), seed, np.uint64)
    h2 = h1.copy()
    for block in range(int(size.max(initial=0)) // 16):
        whole = np.flatnonzero(size >= 16 * (block + 1))
        one, other = (_eight(spans.some(whole), 16 * block + half) for half in (0, 8))
        a, b = h1[whole] ^ _turned(one * c1, 31) * c2, h2[whole]
        a = (_turned(a, 27) + b) * five + np.uint64(0x52DCE729)
        b = b ^ _turned(other * c2, 33) * c1
        b = (_turned(b, 31) + a) * five + np.uint64(0x38495AB5)
        h1[whole], h2[whole] = a, b
    tail = spans.starts + size // 16 * 16
    rest = spans._replace(starts=tail)
    h2 ^= _turned(_eight(rest, 8) * c2, 33) * c1
    h1 ^= _turned(_eight(rest, 0) * c1, 31) * c2
    h1, h2 = h1 ^ size.astype(np.uint64), h2 ^ size.astype(np.uint64)
    h1 = h1 + h2
    h2 = h2 + h1
    h1, h2 = _finished(h1), _finished(h2)
    h1 = h1 + h2
    h2 = h2 + h1
    low, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    return np.stack([h1 & low, h1 >> half, h2 & low, h2 >> half], axis=1).astype(np.uint32)


def told_apart(spans: Spans) -> tuple[np.ndarray, np.ndarray]:
    """The first of those that are the same, int64 [U], and for each the number of its own among these, int64 [N]."""
    longest = int((spans.ends - spans.starts).max(initial=0))
    for key in range(8):  # two n-grams of one hash, once in a million vocabularies, have another one with the next key
        hashes = (spans.ends - spans.starts).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(key)
        for at in range(0, longest, 8):
            hashes = _finished(hashes ^ _eight(spans, at))
        _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
        others = spans.some(first[which])
        if (others.ends - others.starts == spans.ends - spans.starts).all() and all(
            (_eight(others, at) == _eight(spans, at)).all() for at in range(0, longest, 8)
        ):
            break
    return first, which


def _laid(pieces: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    """Pieces one behind the other, with room after them: uint8 [B], and where each ends, int64."""
    text = np.frombuffer(b"".join([*pieces, bytes(_ROOM)]), np.uint8)
    return text, np.cumsum(np.fromiter(map(len, pieces), np.int64, len(pieces)))


def _eight(spans: Spans, at: int) -> np.ndarray:
    """The eight bytes from `at` on of each as a number, uint64 [N], zeros beyond its end."""
    every: np.ndarray = np.ndarray(len(spans.text) - 7, "<u8", spans.text, strides=(1,))
    starts = spans.starts + at
    left = np.clip(spans.ends - starts, 0, 8)
    return every[np.minimum(starts, len(every) - 1)] & _MASKS[left]


def _turned(values: np.ndarray, by: int) -> np.ndarray:
    return values << np.uint64(by) | values >> np.uint64(64 - by)


def _finished(values: np.ndarray) -> np.ndarray:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ values >> np.uint64(33)) * np.uint64(factor)
    return values ^ values >> np.uint64(33)
