"""How a window becomes examples: CBOW and Skip-gram (Mikolov et al. 2013a).

A block of the id stream is first cut into *context windows*: frequent words are subsampled, and each centre gets the
span of its context. The CPU kernels need no more, and it is the same for both architectures. An encoder then reads
a window as examples (bag, target): the hidden vector is the bag's mean, and the head predicts the target from it.

    skipgram    one example per context word:  ({context word}, centre)
    cbow        one example per centre:        ({all its context words}, centre)

Every choice is a function of (seed, epoch, block, position in the block), so all engines see the same examples.
"""

from typing import NamedTuple

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.corpus.vocabulary import SENTENCE_END


class Windows(NamedTuple):
    """The context of centre i is `ids[start[i]:stop[i]]` without position i itself; n centres."""

    ids: np.ndarray  # int32 [n], the block's words that subsampling kept
    start: np.ndarray  # int32 [n]
    stop: np.ndarray  # int32 [n]


class Bags(NamedTuple):
    """B examples in compressed rows: example b predicts `target[b]` from `members[offsets[b]:offsets[b + 1]]`."""

    members: np.ndarray  # int64 [sum of bag sizes]
    offsets: np.ndarray  # int64 [B + 1]
    target: np.ndarray  # int64 [B]


def keep_thresholds(probability: np.ndarray) -> np.ndarray:
    """Keeping probabilities in [0, 1], float64 [V], as uint64 [V] to be compared with 32 random bits."""
    return np.floor(np.asarray(probability) * 2.0**32).astype(np.uint64)


def cut_windows(
    block: np.ndarray, keep: np.ndarray, window: int, shrink: bool, seed: int, epoch: int, index: int
) -> Windows:
    """The windows of one block.

    Args:
        block: int32 [n], word ids and SENTENCE_END marks.
        keep: uint64 [V], from `keep_thresholds`.
        window: the widest context on each side; with `shrink` its width is drawn uniformly from 1 to `window`, which
            weighs a context word by 1 - (distance - 1) / window.
        seed, epoch, index: the place of the block; index is its number in the stream.
    """
    ids, start, stop = np.empty((3, len(block)), np.int32)
    n = _cut(block, keep, window, shrink, seed, epoch, index, ids, start, stop)
    return Windows(ids[:n], start[:n], stop[:n])


@njit(nogil=True, error_model="numpy", _nrt=False)
def _cut(block, keep, window, shrink, seed, epoch, index, ids, start, stop):
    """Fill ids, start and stop; returns how many windows there are."""
    keep_key = randomness.stream_key(seed, epoch, index, randomness.KEEP)
    width_key = randomness.stream_key(seed, epoch, index, randomness.WIDTH)
    n = 0
    first = 0  # where the sentence began, among the words kept
    for place in range(block.size + 1):
        if place == block.size or block[place] == SENTENCE_END:
            for centre in range(first, n):
                start[centre] = max(centre - stop[centre], first)
                stop[centre] = min(centre + stop[centre] + 1, n)
            first = n
            continue
        word = block[place]
        ids[n], stop[n] = word, _width(width_key, place, window, shrink)  # stop: until the sentence's end is known
        n += _is_kept(keep_key, place, keep[word])  # else overwritten: no branch to guess
    return n


@njit(inline="always")
def _is_kept(key, place, threshold):
    return (randomness.bits(key, place) >> np.uint64(32)) < threshold


@njit(inline="always")
def _width(key, place, window, shrink):
    width = window
    if shrink:
        width = 1 + randomness.below(randomness.bits(key, place), window)
    return width


class Choices(NamedTuple):
    """What is drawn at each of n places of a block, before windows are cut; at sentence ends it means nothing."""

    kept: np.ndarray  # bool [n], whether subsampling keeps the word there
    width: np.ndarray  # int64 [n], context words on each side, at most


def choices(
    block: np.ndarray, keep: np.ndarray, window: int, shrink: bool, seed: int, epoch: int, index: int
) -> Choices:
    """What `cut_windows` draws with the same arguments, for whoever wants to see it."""
    return Choices(*_choices(block, keep, window, shrink, seed, epoch, index))


@njit
def _choices(block, keep, window, shrink, seed, epoch, index):
    keep_key = randomness.stream_key(seed, epoch, index, randomness.KEEP)
    width_key = randomness.stream_key(seed, epoch, index, randomness.WIDTH)
    kept, width = np.zeros(block.size, np.bool_), np.zeros(block.size, np.int64)
    for place in range(block.size):
        if block[place] != SENTENCE_END:
            kept[place] = _is_kept(keep_key, place, keep[block[place]])
            width[place] = _width(width_key, place, window, shrink)
    return kept, width


@njit
def _skipgram_bags(ids, start, stop, first, last):
    total = 0
    for centre in range(ids.size):
        for place in range(max(start[centre], first), min(stop[centre], last)):
            total += place != centre
    members = np.empty(total, dtype=np.int64)
    target = np.empty(total, dtype=np.int64)
    n = 0
    for centre in range(ids.size):
        for place in range(max(start[centre], first), min(stop[centre], last)):
            if place != centre:
                members[n] = ids[place]
                target[n] = ids[centre]
                n += 1
    return members, np.arange(total + 1), target


@njit
def _cbow_bags(ids, start, stop, first, last):
    total = 0
    for centre in range(first, last):
        total += stop[centre] - start[centre] - 1
    members = np.empty(total, dtype=np.int64)
    offsets = np.zeros(last - first + 1, dtype=np.int64)
    target = np.empty(last - first, dtype=np.int64)
    n = b = 0
    for centre in range(first, last):
        if stop[centre] - start[centre] == 1:
            continue  # alone in its sentence: nothing to predict it from
        for place in range(start[centre], stop[centre]):
            if place != centre:
                members[n] = ids[place]
                n += 1
        target[b] = ids[centre]
        b += 1
        offsets[b] = n
    return members, offsets[: b + 1], target[:b]


ENCODERS = {"skipgram": _skipgram_bags, "cbow": _cbow_bags}


def bags(arch: str, windows: Windows, first: int, last: int) -> Bags:
    """The examples of the hidden vectors at places first <= i < last, as the encoder `arch` makes them.

    The hidden vector at a place is for "skipgram" the input vector of the word there, for "cbow" the mean of those in
    its context window. The examples are in the order of their targets.
    """
    return Bags(*ENCODERS[arch](*windows, first, last))
