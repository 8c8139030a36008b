"""Negative sampling on the CPU: the steps of `heads/ns.py`, with the gradient written out.

All hidden vectors of a chunk meet all its noise words, in matrix products. A hidden vector that serves u examples
counts u times there, less the examples whose own target the noise word is.
"""

from typing import NamedTuple

import numpy as np

from w2v import randomness, sampler
from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, input_side, lay_out, meet_own, meet_shared, own_side, scatter, shared_side
from w2v.engines.kernels.simd import prefetch_row, set_row


class Noise(NamedTuple):
    """The noise distribution and how it is used."""

    threshold: np.ndarray
    alias: np.ndarray
    shared: int  # N, noise words per chunk
    weight: float  # K / N, what each of them weighs


def output_rows(vocab_size: int) -> int:
    """One row per word."""
    return vocab_size


def prepare(config: Config, counts: np.ndarray) -> Noise:
    """The noise table of a vocabulary with these counts, int64 [V]."""
    table = sampler.alias_table(sampler.noise_distribution(counts, config.ns_exponent))
    return Noise(*table, config.noise_words, config.negative / config.noise_words)


@njit(nogil=True)
def train(inputs, outputs, windows, bag, noise, size, window, alpha, place):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] with padded rows; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); noise: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index).
    """
    key = randomness.stream_key(place[0], place[1], place[2], randomness.NOISE)
    ids, n = windows.ids, noise.shared
    chunk = input_side(inputs, size, window, bag)
    shared = shared_side(chunk, n)
    own = own_side(windows, np.ones(len(outputs), np.int8), ids, size, window, bag, chunk)
    words, later = np.empty(n, np.int32), np.empty(n, np.int32)
    _draw(noise, key, 0, later, outputs)
    uses = np.empty(len(chunk.hidden), np.int64)
    one, rate = inputs.dtype.type(1), inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        end = min(begin + size, ids.size)
        words, later = later, words
        _draw(noise, key, begin // size + 1, later, outputs)  # for the next chunk, as are its targets
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        first, last = chunk.bounds[2], chunk.bounds[3]
        for word in ids[last : last + size]:
            prefetch_row(outputs, word)
        for j in range(n):
            set_row(shared.rows, j, (outputs,), (words[j],), (one,))
        weigh(chunk, ids[first:last], words, noise.weight, shared, uses, end - begin)
        for i in range(last - first):  # each target's own output row is its word's
            lay_out(chunk, own, i, first + i, 1)
        own.up[: own.place[last - first]] = 1
        loss += meet_shared(chunk, shared, n, end - begin, rate)
        loss += meet_own(chunk, outputs, own, last - first, rate)
        for j in range(n):
            set_row(outputs, words[j], (outputs, shared.change), (words[j], j), (one, one))
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(inline="always")
def _draw(noise, key, chunk, words, outputs):
    """Draw a chunk's noise words, and ask for their rows."""
    for j in range(words.size):
        words[j] = sampler.draw(noise.threshold, noise.alias, randomness.bits(key, chunk * words.size + j))
        prefetch_row(outputs, words[j])


@njit(inline="always")
def weigh(chunk, targets, words, weight, shared, uses, count):
    """Each noise word counts for all examples of a hidden vector, but for those whose own target it is."""
    each, n = shared.down.dtype.type(weight), words.size
    uses[: count + 1] = 0  # becomes each hidden vector's examples: windows that enter there, less those that leave
    for i in range(targets.size):
        uses[chunk.first[i]] += 1
        uses[chunk.last[i]] -= 1
        if chunk.skip[i] >= 0:
            uses[chunk.skip[i]] -= 1
            uses[chunk.skip[i] + 1] += 1
    running = 0
    for m in range(count):
        running += uses[m]
        shared.down[m, :n] = each * running
    for i in range(targets.size):
        hits = 0
        for j in range(n):
            hits += words[j] == targets[i]
        if hits:
            for m in range(chunk.first[i], chunk.last[i]):
                if m != chunk.skip[i]:
                    for j in range(n):
                        shared.down[m, j] -= each * (words[j] == targets[i])
