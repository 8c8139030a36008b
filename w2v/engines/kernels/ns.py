"""Negative sampling on the CPU: the steps of `heads/ns.py`, with the gradient written out.

All hidden vectors of a chunk meet all its noise words, in matrix products. A hidden vector that serves u examples
counts u times there, less the examples whose own target the noise word is.
"""

from typing import NamedTuple

import numpy as np

from w2v import randomness, sampler
from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, input_side, scatter
from w2v.engines.kernels.examples import examples_side, list_examples, meet_examples
from w2v.engines.kernels.factors import fetch, number_type
from w2v.engines.kernels.shared import give_back, meet_shared, shared_side
from w2v.engines.kernels.simd import prefetch_row


class Noise(NamedTuple):
    """The noise distribution and how it is used."""

    threshold: np.ndarray
    alias: np.ndarray
    shared: int  # N, noise words per chunk
    weight: float  # K / N, what each of them weighs
    number: np.dtype  # in which their products are multiplied


def output_rows(vocab_size: int) -> int:
    """One row per word."""
    return vocab_size


def prepare(config: Config, counts: np.ndarray) -> Noise:
    """The noise table of a vocabulary with these counts, int64 [V]."""
    table = sampler.alias_table(sampler.noise_distribution(counts, config.ns_exponent))
    return Noise(*table, config.noise_words, config.negative / config.noise_words, number_type(config))


@njit(nogil=True)
def train(inputs, outputs, windows, bag, noise, size, window, alpha, place, interrupted):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] with padded rows; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); noise: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index, thread); the thread makes no difference.
        interrupted: uint8 [1]; once it is not 0 the block ends after this step.
    """
    key = randomness.stream_key(place[0], place[1], place[2], randomness.NOISE)
    ids, n = windows.ids, noise.shared
    chunk = input_side(inputs, size, window, bag)
    shared = shared_side(chunk, n, noise.number)
    pairs = examples_side(windows, window, bag, chunk)
    words, later = np.empty(n, np.int32), np.empty(n, np.int32)
    _draw(noise, key, 0, later, outputs)
    rate = inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        if interrupted[0]:
            break
        end = min(begin + size, ids.size)
        words, later = later, words
        _draw(noise, key, begin // size + 1, later, outputs)  # for the next chunk, as are its targets
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        first, last = chunk.bounds[2], chunk.bounds[3]
        for word in ids[last : last + size]:
            prefetch_row(outputs, word)
        fetch(outputs, words, n, shared.rows)
        weigh(chunk, ids[first:last], words, noise.weight, shared, pairs.uses, end - begin)
        list_examples(chunk, ids[first:last], pairs, end - begin)
        loss += meet_shared(chunk, shared, n, end - begin, rate)
        loss += meet_examples(chunk, outputs, ids[first:last], pairs, end - begin, rate)
        give_back(outputs, words, n, shared)
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
    """Each noise word counts for all examples of a hidden vector, but for those whose own target it is.

    Sets `uses`, how many examples each hidden vector serves.
    """
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
        uses[m] = running
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
