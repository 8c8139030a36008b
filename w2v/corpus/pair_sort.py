"""Pairs of words as numbers, in sorted runs: how co-occurrences are gathered, merged and put in random order.

A pair (i, j), i <= j, is the whole number i 2^b + j, where 2^b is more than any word; while pairs are gathered, the
distance of their places, less one, may stand in lower bits. So sorting the numbers brings equal pairs together.
`cooccurrence.py` says what for.
"""

from itertools import pairwise

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.corpus.vocabulary import SENTENCE_END


@njit(nogil=True)
def pairs(block, place, window, word_bits, distance_bits, keys, used):
    """Write the pairs of places from `place` on with those before them, while there is room;
    returns (next place, keys used).
    """
    low_bits = np.uint64((1 << distance_bits) - 1)
    shift, by = np.uint64(word_bits), np.uint64(distance_bits)
    while place < block.size and used + window <= keys.size:
        word = block[place]
        if word != SENTENCE_END:
            for distance in range(min(window, place)):
                other = block[place - 1 - distance]
                if other == SENTENCE_END:
                    break
                pair = np.uint64(min(word, other)) << shift | np.uint64(max(word, other))
                keys[used] = pair << by | (np.uint64(distance) & low_bits)
                used += 1
        place += 1
    return place, used


@njit(nogil=True)
def combine(keys, distance_bits, sums):
    """Sorted keys [n] to different pairs, in place, and the sum of each one's weights; returns their number."""
    low_bits, by = np.uint64((1 << distance_bits) - 1), np.uint64(distance_bits)
    size, place = 0, 0
    while place < keys.size:
        pair, total = keys[place] >> by, 0.0
        while place < keys.size and keys[place] >> by == pair:
            total += 1.0 / (1.0 + np.float64(keys[place] & low_bits))
            place += 1
        keys[size], sums[size] = pair, total
        size += 1
    return size


@njit(nogil=True)
def begin_heap(heap, keys, start, stop):
    """Put the runs keys[start[r]:stop[r]] that have any into a heap, by their next key; returns how many there are."""
    waiting = 0
    for run in range(start.size):
        if start[run] < stop[run]:
            heap[waiting] = run
            waiting += 1
    for at in range(waiting - 1, -1, -1):
        sink(heap, at, waiting, keys, start)
    return waiting


@njit(nogil=True)
def add_up_next(heap, waiting, keys, values, start, stop, total):
    """Take the least key from all runs that have it; returns how many runs are left, and the sum of its values.

    total: zero, of the type of the sum.
    """
    key = keys[start[heap[0]]]
    while waiting and keys[start[heap[0]]] == key:
        run = heap[0]
        total += values[start[run]]
        start[run] += 1
        if start[run] == stop[run]:
            waiting -= 1
            heap[0] = heap[waiting]
        if waiting:
            sink(heap, 0, waiting, keys, start)
    return waiting, total


@njit(nogil=True)
def merge_range(keys, sums, start, stop, keep, word_bits, merged_keys, merged_sums, place, row_sums):
    """Merge keys[start[r]:stop[r]] of all r, and write X_ij from `place` on; returns where it ends. `start` is used up.

    The runs wait in a heap, by their next key.
    """
    shift, low_bits = np.uint64(word_bits), np.uint64((1 << word_bits) - 1)
    heap = np.empty(start.size, np.int64)
    waiting = begin_heap(heap, keys, start, stop)
    while waiting:
        pair = keys[start[heap[0]]]
        waiting, total = add_up_next(heap, waiting, keys, sums, start, stop, 0.0)
        row, column = np.int64(pair >> shift), np.int64(pair & low_bits)
        total *= keep[row] * keep[column]
        if row == column:
            total *= 2.0  # either place is the first of a pair
        else:
            row_sums[column] += total
        row_sums[row] += total
        merged_keys[place], merged_sums[place] = pair, total
        place += 1
    return place


def cut(keys, bounds, ranges):
    """Cut sorted runs, keys[bounds[r]:bounds[r + 1]], into about so many ranges of keys that threads can merge.

    Returns (cuts, rooms): range n holds keys[cuts[r, n]:cuts[r, n + 1]] of all runs r, and merged it finds room at
    [rooms[n]:rooms[n + 1]]; it needs less where keys meet their equals.
    """
    sample = np.sort(keys[:: max(len(keys) // 10_000, 1)])
    splitters = sample[:: max(len(sample) // ranges, 1)][1:]
    pieces = [keys[a:b] for a, b in pairwise(bounds)]
    cuts = np.array([[0, *np.searchsorted(piece, splitters), len(piece)] for piece in pieces]) + bounds[:-1, None]
    return cuts, np.concatenate([[0], np.cumsum(np.diff(cuts, axis=1).sum(axis=0))])


@njit
def sink(heap, at, size, keys, start):
    """Let the run at a place of the heap sink below those whose next key is smaller."""
    run = heap[at]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and keys[start[heap[child + 1]]] < keys[start[heap[child]]]:
            child += 1
        if keys[start[run]] <= keys[start[heap[child]]]:
            break
        heap[at] = heap[child]
        at = child
    heap[at] = run


@njit(nogil=True)
def tally(keys, key, n_blocks):
    """How many pairs go to each block; int64 [n_blocks]."""
    tally = np.zeros(n_blocks, np.int64)
    for place in range(keys.size):
        tally[randomness.below(randomness.bits(key, keys[place]), n_blocks)] += 1
    return tally


@njit(nogil=True)
def deal_runs(keys, sums, key, at, dealt_keys, dealt_sums):
    """Write each pair and its sum at the next place of its part; `at` [parts] holds these places. Order is kept."""
    for place in range(keys.size):
        part = randomness.below(randomness.bits(key, keys[place]), at.size)
        dealt_keys[at[part]], dealt_sums[at[part]] = keys[place], sums[place]
        at[part] += 1


@njit(nogil=True)
def deal_range(keys, sums, key, row_sums, total, word_bits, at, entries):
    """Write each pair's entry at the next place of its block; `at` [n_blocks] holds these places."""
    shift, low_bits = np.uint64(word_bits), np.uint64((1 << word_bits) - 1)
    for place in range(keys.size):
        block = randomness.below(randomness.bits(key, keys[place]), at.size)
        row, column = np.int64(keys[place] >> shift), np.int64(keys[place] & low_bits)
        entry = entries[at[block]]
        entry.row, entry.column, entry.count = row, column, sums[place]
        entry.pmi = np.log(sums[place] * total / (row_sums[row] * row_sums[column]))
        at[block] += 1


@njit(nogil=True)
def largest_word(entries):
    """The largest row or column of entries, int32 [n, 4] of which they are the first two; -1 is the largest of all."""
    largest = np.uint32(0)
    for place in range(len(entries)):
        largest = max(largest, np.uint32(entries[place, 0]), np.uint32(entries[place, 1]))
    return largest


@njit(nogil=True)
def shuffle(entries, key):
    """Fisher and Yates' shuffle, in place."""
    for last in range(entries.size - 1, 0, -1):
        other = randomness.below(randomness.bits(key, last), last + 1)
        a, b = entries[last], entries[other]
        row, column, count, pmi = a.row, a.column, a.count, a.pmi
        a.row, a.column, a.count, a.pmi = b.row, b.column, b.count, b.pmi
        b.row, b.column, b.count, b.pmi = row, column, count, pmi
