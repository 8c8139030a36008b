"""Compiled code for phrases in a stream of ids: which pairs there are, and joining those that are phrases.

A candidate is a word, any connector words that follow it, and the next word that is none, in one sentence. What comes
before the last word is one number, its *stem*: a word that stands alone is its own stem, and with a connector word
after it a stem gets a number of its own, from the number of words on. So a candidate is two numbers of 32 bits, however
many words it has.

0 ends a sentence. Stems are found in a hash table with linear probing: (stem, connector) -> longer stem.
"""

import numpy as np

from w2v.base.compiled import njit

NONE = -1  # no stem: a candidate may not go on here
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BASE = np.uint64(0x100000001B3)  # of the hashes of strings: odd
_32, _33 = np.uint64(32), np.uint64(33)


@njit(inline="always")
def _slot(key, mask):
    """Where the search for a key begins in a table of mask + 1 slots."""
    mixed = key * _MIX
    return np.int64((mixed ^ (mixed >> _33)) & np.uint64(mask))


@njit(inline="always")
def _find(key, keys, values):
    """The value of a key, or where it has none NONE less the slot that is free for it."""
    mask = keys.size - 1
    slot = _slot(key, mask)
    while values[slot] != NONE:
        if keys[slot] == key:
            return np.int64(values[slot])
        slot = (slot + 1) & mask
    return NONE - np.int64(slot)


@njit
def put(key, value, keys, values):
    """Enter a key that is not there yet; there must be room."""
    slot = NONE - _find(key, keys, values)
    keys[slot], values[slot] = key, value


@njit(nogil=True)
def put_all(some_keys, some_values, keys, values):
    """Enter keys that are not there yet; there must be room."""
    for place in range(some_keys.size):
        put(some_keys[place], some_values[place], keys, values)


def empty_table(slots: int) -> tuple[np.ndarray, np.ndarray]:
    """An empty hash table of at least so many slots: keys and values."""
    size = 1 << max(slots - 1, 1).bit_length()
    return np.zeros(size, np.uint64), np.full(size, NONE, np.int64)


@njit(nogil=True)
def join_longest(ids, keys, values, ends, times, joined_times):
    """Put phrases of a trie in place of their words, in place: of those that begin at a word the longest.

    ids: whole sentences. keys, values: a table, node << 32 | word -> next node; ends: int64, of each node the id of the
    phrase that ends there, or 0. times, joined_times: as of `join`. Returns how many ids were written.
    """
    written, place = 0, 0
    while place < ids.size:
        node, word, after, at = np.int64(0), np.int64(ids[place]), place + 1, place
        while at < ids.size and ids[at] != 0:
            node = _find(np.uint64(node) << _32 | np.uint64(ids[at]), keys, values)
            if node <= NONE:
                break
            at += 1
            if ends[node] != 0:
                word, after = ends[node], at
        joined_times[word] += after > place + 1
        ids[written] = word
        times[word] += 1
        written += 1
        place = after
    return written


@njit(nogil=True)
def candidates(ids, place, stem, is_connector, stem_keys, stem_values, new_stems, next_stem, found, used):
    """Write the candidates of ids[place:], as stem << 32 | word, to `found`, while there is room.

    stem: what comes before ids[place]; NONE: nothing.
    new_stems: uint64, room for the stems that are new, as their keys in the table, stem << 32 | connector.

    Returns (next place, stem there, number of new stems, candidates used). It stops early when the room is used up, for
    candidates or for stems, which are as many as half the table's slots.
    """
    stems = np.int64(0)
    while place < ids.size and used < found.size:
        word = ids[place]
        if word == 0:
            stem = np.int64(NONE)
        elif is_connector[word] == 0:
            if stem != NONE:
                found[used] = np.uint64(stem) << _32 | np.uint64(word)
                used += 1
            stem = np.int64(word)
        elif stem != NONE:
            key = np.uint64(stem) << _32 | np.uint64(word)
            longer = _find(key, stem_keys, stem_values)
            if longer <= NONE:
                if stems == new_stems.size:
                    break
                slot = NONE - longer
                longer = next_stem + stems
                stem_keys[slot], stem_values[slot] = key, longer
                new_stems[stems] = key
                stems += 1
            stem = longer
        place += 1
    return place, stem, stems, used


@njit(nogil=True)
def join(ids, is_connector, begins, stem_keys, stem_values, phrase_keys, phrase_values, times, joined_times):
    """Put phrases in place of their words, in place, from left to right and each as soon as it is complete.

    begins: uint8, of each word whether any phrase begins with it.
    times, joined_times: int64, of each id; counts of what is written are added, and of phrases that were joined here.

    Returns (ids written, where the rest begins that what follows may still join).
    """
    written, start, stem = 0, -1, np.int64(NONE)
    for place in range(ids.size):
        word = ids[place]
        if word != 0 and is_connector[word] != 0 and start >= 0:
            if stem != NONE:
                stem = max(_find(np.uint64(stem) << _32 | np.uint64(word), stem_keys, stem_values), np.int64(NONE))
            continue
        joined = np.int64(NONE)
        if start >= 0:
            if stem != NONE and word != 0:
                joined = _find(np.uint64(stem) << _32 | np.uint64(word), phrase_keys, phrase_values)
            if joined <= NONE:
                for alone in range(start, place):
                    ids[written] = ids[alone]
                    times[ids[written]] += 1
                    written += 1
        if joined > NONE:
            ids[written] = joined
            times[joined] += 1
            written += 1
            joined_times[joined] += 1
            start = -1
        elif word == 0 or is_connector[word] != 0:
            ids[written] = word
            times[word] += 1
            written += 1
            start = -1
        else:
            start = place
            stem = np.int64(word) if begins[word] != 0 else np.int64(NONE)
    return written, start if start >= 0 else ids.size


@njit(nogil=True)
def hash_words(utf8, bounds, hashes, powers):
    """Hash each word, utf8[bounds[w]:bounds[w + 1]], as sum_i (byte_i + 1) B^(n - 1 - i), and B^n beside it: so that
    the hash of words in a row is had from theirs."""
    for word in range(hashes.size):
        total, power = np.uint64(0), np.uint64(1)
        for place in range(bounds[word], bounds[word + 1]):
            total = total * _BASE + np.uint64(utf8[place]) + np.uint64(1)
            power *= _BASE
        hashes[word], powers[word] = total, power


@njit(nogil=True)
def follow_stems(stems, first, hashes, powers, delimiter, delimiter_power):
    """Of stems, behind what is known of the words: their first words, and the hashes of their strings.

    stems: uint64, stem << 32 | connector; each comes after what it is made of.
    """
    words = first.size - stems.size
    for number in range(stems.size):
        stem, word = np.int64(stems[number] >> _32), np.int64(stems[number] & np.uint64(0xFFFFFFFF))
        place = words + number
        first[place] = first[stem]
        hashes[place] = (hashes[stem] * delimiter_power + delimiter) * powers[word] + hashes[word]
        powers[place] = powers[stem] * delimiter_power * powers[word]
