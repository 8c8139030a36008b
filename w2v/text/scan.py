"""White space and words on bytes: what `str.split` does, without making a string of each token.

A megabyte of text has some 170,000 tokens but only 15,000 different ones. So tokens are told apart here, compiled and
on any number of threads, and only the different ones become strings.

They are told apart by a table of hashes whose keys are drawn anew in each process: no text can be written whose words
all meet in one place of it, where each would be compared with all others. What is found does not depend on the keys.
"""

import os

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit

SENTENCE = 0  # the number of a sentence's end among the numbers of words

_KEYS = np.frombuffer(os.urandom(8 * 256), dtype=np.uint64)


def scan(text: bytes, every_line: bool = False) -> tuple[np.ndarray, list[str]]:
    """The words of some lines by number, and the words.

    text: valid UTF-8. A line ends at a line feed; words are what lies between white space, as for `str.split`.
    every_line: each line has its SENTENCE, also one without words; the text has to end with that of its last line.

    Returns int32 [n]: words[number - 1] of each token, and SENTENCE after each line that has any; and the words, each
    once, in order of appearance.
    """
    data = np.frombuffer(text, dtype=np.uint8)
    numbers = np.empty(len(data) + 1, np.int32)
    room = 1 << 14  # for different words
    spans, hashes = np.empty((room, 2), np.int64), np.empty(room, np.uint64)
    place = n = words = 0
    while place <= len(data):
        table = np.zeros(2 * room, np.int32)
        place, n, words = _scan(data, place, numbers, n, spans, hashes, words, table, _KEYS, bool(every_line))
        if words == room:  # twice of it, and on from there
            room *= 2
            spans, hashes = np.concatenate([spans, spans]), np.concatenate([hashes, hashes])
    return numbers[:n].copy(), [text[start:stop].decode("utf-8") for start, stop in spans[:words].tolist()]


@njit(nogil=True, _nrt=False)
def _scan(text, place, numbers, n, spans, hashes, words, table, keys, every_line):
    """Read on from a place: fill `numbers` from n on, and the words' first `spans`; returns (place, n, words).

    It ends behind the text, one place after the last, or before a word for which there is no room. Compiled without the
    part of numba's runtime that counts references (`_nrt=False`): two thirds of the time went into it.

    table: int32, zeros, twice as long as there is room for words, a power of two. Open addressing: the number of a word
    stands at its hash, or in the next place after it that was free.
    keys: uint64 [256], random. The place of a word among 2^b is given by the upper b bits of

        keys[0] + sum_i keys[i + 1] (byte_i + 1) mod 2^64,    b <= 56,

    so two words, whichever they are, meet with a chance of 2^-b (Lemire & Kaser 2014, "Strongly universal string
    hashing is fast"). A word longer than the keys is hashed in stretches, each from the sum of the one before, mixed.
    """
    size, mask = text.size, np.uint64(table.size - 1)
    shift, places = np.uint64(64), table.size
    while places > 1:
        shift, places = shift - np.uint64(1), places >> 1
    for word in range(words):  # those that were found before
        at = hashes[word] >> shift
        while table[at] > 0:
            at = (at + np.uint64(1)) & mask
        table[at] = word + 1
    while place <= size:
        space = 1 if place == size else _white(text, place)
        if space > 0:
            if every_line:
                ends = place < size and text[place] == 10
            else:
                ends = (place == size or text[place] == 10) and n > 0 and numbers[n - 1] != SENTENCE
            if ends:
                numbers[n] = SENTENCE
                n += 1
            place += space
            continue
        start, key, turn = place, keys[0], 1
        while place < size and (32 < text[place] < 128 or _white(text, place) == 0):
            if turn == keys.size:
                key, turn = randomness.mix(key), 1
            key += keys[turn] * (np.uint64(text[place]) + np.uint64(1))
            turn += 1
            place += 1
        at = key >> shift
        while table[at] > 0 and not _same(text, start, place, spans, hashes, table[at] - 1, key):
            at = (at + np.uint64(1)) & mask
        if table[at] == 0:
            if words == hashes.size:
                return start, n, words
            hashes[words], spans[words, 0], spans[words, 1] = key, start, place
            words += 1
            table[at] = words
        numbers[n] = table[at]
        n += 1
    return place, n, words


@njit
def _white(text, place):
    """Bytes of the white space character there; 0 when it is none."""
    byte = text[place]
    if byte < 128:
        return 1 if byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31 else 0
    if byte == 0xC2:
        return 2 if text[place + 1] == 0x85 or text[place + 1] == 0xA0 else 0
    if byte == 0xE1:
        return 3 if text[place + 1] == 0x9A and text[place + 2] == 0x80 else 0
    if byte == 0xE2:
        second, third = text[place + 1], text[place + 2]
        if second == 0x80:
            return 3 if third <= 0x8A or third == 0xA8 or third == 0xA9 or third == 0xAF else 0
        return 3 if second == 0x81 and third == 0x9F else 0
    if byte == 0xE3:
        return 3 if text[place + 1] == 0x80 and text[place + 2] == 0x80 else 0
    return 0


@njit
def _same(text, start, stop, spans, hashes, word, key):
    """Whether text[start:stop] is that word."""
    if hashes[word] != key or spans[word, 1] - spans[word, 0] != stop - start:
        return False
    shift = spans[word, 0] - start
    while start < stop and text[start] == text[start + shift]:
        start += 1
    return start == stop
