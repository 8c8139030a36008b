"""Negative sampling on the CPU: the steps of `reference.py`, with the gradient written out.

The negative samples of a chunk are *shared rows* (`shared_rows.py`), scored with all its hidden vectors in matrix
products; a score weighs as many examples as the hidden vector has, less those whose target is the sample. The targets'
output rows are *target rows* (`target_rows.py`), one each.
"""

from typing import NamedTuple

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.heads import noise as sampler
from w2v.heads import spec_of
from w2v.kernels.block import driver
from w2v.kernels.calibration import number_type
from w2v.kernels.chunk import Chunk, WindowReduction, on_lines
from w2v.kernels.shared_rows import SharedRows, add_shared_rows, meet_shared_rows, new_shared_rows
from w2v.kernels.simd.factors import fetch
from w2v.kernels.simd.tiles import prefetch_row
from w2v.kernels.target_rows import TargetRows, list_pairs, meet_pairs, new_pairs


class Noise(NamedTuple):
    """What the kernel looks up: the noise distribution, and how it is used."""

    threshold: np.ndarray
    alias: np.ndarray
    shared: int  # N, samples per chunk
    weight: float  # K / N, what each of them weighs
    number: np.dtype  # in which their products are multiplied


class Room(NamedTuple):
    """The buffers of a thread, beside those of its chunk."""

    shared: SharedRows  # of the negative samples
    targets: TargetRows  # one for each target
    words: np.ndarray  # int32 [2, N] the samples, of this chunk and of the next


def prepare(config: Config, counts: np.ndarray) -> Noise:
    """The noise table of a vocabulary with these counts, int64 [V]."""
    table = sampler.alias_table(sampler.noise_distribution(counts, config.ns_exponent))
    shared = spec_of(config.head).shared_negatives(config)
    return Noise(*table, shared, config.negative / shared, number_type(config))


def new_room(
    noise: Noise, chunk: Chunk, outputs: np.ndarray, window: int, reduction: WindowReduction, thread: int
) -> Room:
    """Buffers for negative samples and for pairs of a hidden vector and a target."""
    return Room(
        new_shared_rows(chunk, noise.shared, noise.number),
        new_pairs(chunk, window, reduction),
        on_lines(np.empty((2, noise.shared), np.int32)),
    )


@njit(inline="always")
def step(noise, room, chunk, outputs, windows, span, reduction, rate, place, interrupted):
    """The negative samples by matrix products, the targets by pairs."""
    count, n, frozen = span.count, noise.shared, reduction.frozen_output
    targets, pairs = windows.ids[span.first : span.last], room.targets
    draw_samples(noise, room.words, span, place, outputs)
    words = room.words[span.number % 2]
    for word in windows.ids[span.last : span.last + span.end - span.begin]:  # the next chunk's targets
        prefetch_row(outputs, word)
    fetch(outputs, words, n, room.shared.rows)
    weigh(chunk, targets, words, noise.weight, room.shared.negative_weight, pairs.grids.n_rows, count)
    list_pairs(chunk, targets, pairs, count)
    loss = meet_shared_rows(None, chunk, room.shared, n, count, rate)
    loss += meet_pairs(None, chunk.hidden, chunk.change, outputs, outputs, pairs, count, len(targets), rate, frozen)
    if not frozen:
        add_shared_rows(outputs, words, n, room.shared.change)
    return loss


@njit(inline="always")
def draw_samples(noise, words, span, place, outputs):
    """Draw the negative samples of chunk c as words[c % 2], a chunk ahead, so that their rows are prefetched."""
    key = randomness.stream_key(place[0], place[1], place[2], randomness.NOISE)
    for number in range(span.number + 1 if span.number > 0 else 0, span.number + 2):
        drawn = words[number % 2]
        for j in range(drawn.size):
            drawn[j] = sampler.draw(noise.threshold, noise.alias, randomness.bits(key, number * drawn.size + j))
            prefetch_row(outputs, drawn[j])


@njit(inline="always")
def weigh(chunk, targets, words, weight, negative_weight, n_examples, count):
    """Each sample counts for all examples of a hidden vector, except those whose target it is.

    Sets negative_weight [H, N'] and n_examples [H + 1], how many examples each hidden vector has.
    """
    each, n = negative_weight.dtype.type(weight), words.size
    n_examples[: count + 1] = 0  # becomes a running sum: windows that enter at a hidden vector, less those that leave
    for i in range(targets.size):
        n_examples[chunk.first[i]] += 1
        n_examples[chunk.last[i]] -= 1
        if chunk.skip[i] >= 0:
            n_examples[chunk.skip[i]] -= 1
            n_examples[chunk.skip[i] + 1] += 1
    running = 0
    for m in range(count):
        running += n_examples[m]
        n_examples[m] = running
        negative_weight[m, :n] = each * running
    for i in range(targets.size):
        hits = 0
        for j in range(n):
            hits += words[j] == targets[i]
        if hits:
            for m in range(chunk.first[i], chunk.last[i]):
                if m != chunk.skip[i]:
                    for j in range(n):
                        negative_weight[m, j] -= each * (words[j] == targets[i])


train_block = driver(step)
