"""Character n-grams of words, and the rows of the input table that stand for them.

A word stands between `<` and `>`, so that its beginning and its end are told from its midst; its n-grams are all runs
of `min_n` to `max_n` code points of that, but `<` and `>` alone (Bojanowski et al. 2017, section 3.2):

    her, 3 to 4     <he  <her  her  her>  er>

`</s>`, which stands for the end of a line in fastText, has none, as there.

A word's input vector is the mean of its rows. Which these are, the scheme says (V: words of the vocabulary):

    fasttext   row w of word w itself, and one for each of its n-grams: rows V + k. With `bucket`, n-grams share rows as
               fastText has them: V + FNV-1a(n-gram) mod bucket. Without, each n-gram of the vocabulary has a row of its
               own, which a word has once however often the n-gram is in it.
    floret     rows of one small table: `hash_count` of `<word>` whole, and of each of its n-grams: 32-bit words of its
               MurmurHash3 (x64, 128 bits), mod bucket (Boyd & Warmerdam 2022, "floret: lightweight, robust word
               vectors").

Here is what any one word needs; `subword_rows.py` does the same for many words at once, on `ngram_spans.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

SCHEMES = ("none", "fasttext", "floret")
FNV_BASIS, FNV_PRIME = 2166136261, 16777619
FLORET_BUCKET = 50_000  # rows of a floret table where nothing is said
MURMUR_SEED = 2166136261  # floret's
BEGIN, END = "<", ">"
END_OF_LINE = "</s>"
_64 = (1 << 64) - 1


def ngrams(word: str, min_n: int, max_n: int) -> Iterator[str]:
    """The n-grams of a word as fastText lists them: from each place on, the shorter first; some may come twice."""
    marked = "" if word == END_OF_LINE else f"{BEGIN}{word}{END}"
    for start in range(len(marked)):
        for stop in range(start + max(min_n, 1), min(start + max_n, len(marked)) + 1):
            if stop - start > 1 or 0 < start < len(marked) - 1:
                yield marked[start:stop]


def sizes_of(min_n: int, max_n: int) -> tuple[int, int]:
    """The lengths of n-grams as settings have them, of those of others: none, with 0 for `max_n`, or from 1 on."""
    return (max(min_n, 1), max_n) if min_n <= max_n else (max(min_n, 1), 0)


def fnv1a(data: bytes) -> int:
    """FNV-1a in 32 bits, of bytes that are extended by their sign as fastText's are: 0xC3 is 0xFFFFFFC3."""
    value = FNV_BASIS
    for byte in data:
        value = (value ^ (byte | 0xFFFFFF00 if byte > 127 else byte)) * FNV_PRIME & 0xFFFFFFFF
    return value


def murmur3(data: bytes, seed: int = MURMUR_SEED) -> tuple[int, int, int, int]:
    """MurmurHash3, the variant x64 of 128 bits, as four words of 32 bits (Appleby 2011, public domain)."""
    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F
    h1 = h2 = seed
    blocks = len(data) // 16 * 16
    for at in range(0, blocks, 16):
        h1 ^= _turned(int.from_bytes(data[at : at + 8], "little") * c1, 31) * c2 & _64
        h1 = ((_turned(h1, 27) + h2) * 5 + 0x52DCE729) & _64
        h2 ^= _turned(int.from_bytes(data[at + 8 : at + 16], "little") * c2, 33) * c1 & _64
        h2 = ((_turned(h2, 31) + h1) * 5 + 0x38495AB5) & _64
    h2 ^= _turned(int.from_bytes(data[blocks + 8 :], "little") * c2, 33) * c1 & _64
    h1 ^= _turned(int.from_bytes(data[blocks : blocks + 8], "little") * c1, 31) * c2 & _64
    h1, h2 = h1 ^ len(data), h2 ^ len(data)
    h1 = (h1 + h2) & _64
    h2 = (h2 + h1) & _64
    h1, h2 = _finished(h1), _finished(h2)
    h1 = (h1 + h2) & _64
    h2 = (h2 + h1) & _64
    return h1 & 0xFFFFFFFF, h1 >> 32, h2 & 0xFFFFFFFF, h2 >> 32


def _turned(value: int, by: int) -> int:
    value &= _64
    return (value << by | value >> 64 - by) & _64


def _finished(value: int) -> int:
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        value = (value ^ value >> 33) * factor & _64
    return value ^ value >> 33


class Subwords(NamedTuple):
    """Which rows of an input table make a word's vector.

    scheme: "fasttext" or "floret". min_n, max_n: lengths of n-grams in code points. bucket: rows that n-grams share by
    their hash; None (fasttext): the n-grams in `row_of` have one each. hash_count: rows for each n-gram, 1 to 4, of
    floret. n_words: V, the rows before those of n-grams; 0 for floret, where words have none of their own.
    """

    scheme: str
    min_n: int
    max_n: int
    bucket: int | None
    hash_count: int
    n_words: int
    row_of: Mapping[str, int] = {}  # n-gram: its row, where each has its own

    @property
    def n_rows(self) -> int:
        """Rows of the input table."""
        return self.n_words + (len(self.row_of) if self.bucket is None else self.bucket)

    def rows(self, word: str, index: int | None = None) -> np.ndarray:
        """The rows of a word, int64 [n]; index: its place in the vocabulary, if it is there.

        Empty where nothing is known of the word: it is not in the vocabulary, and none of its n-grams has a row.
        """
        grams = list(ngrams(word, self.min_n, self.max_n))
        if self.scheme == "floret":
            hashes = [self._hashes(gram) for gram in [f"{BEGIN}{word}{END}", *grams]]
            return np.array(hashes, np.int64).ravel()
        own = [] if index is None else [index]
        rows = [row for gram in grams if (row := self.row(gram)) >= 0]
        return np.array([*own, *(dict.fromkeys(rows) if self.bucket is None else rows)], np.int64)

    def row(self, gram: str) -> int:
        """The row of an n-gram, with "fasttext"; -1: it has none."""
        if self.bucket is None:
            return self.row_of.get(gram, -1)
        return self.n_words + fnv1a(gram.encode(errors="surrogatepass")) % self.bucket

    def _hashes(self, gram: str) -> list[int]:
        assert self.bucket is not None
        return [value % self.bucket for value in murmur3(gram.encode(errors="surrogatepass"))[: self.hash_count]]
