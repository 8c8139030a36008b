"""Negative sampling on the CPU: the steps of `heads/ns.py`, with the gradient written out.

All hidden vectors of a chunk meet all its noise words in one matrix product. A hidden vector that serves u examples
counts u times there, less the examples whose own target the noise word is.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from w2v import randomness, sampler
from w2v.config import Config
from w2v.engines.kernels.chunk import decisions, gather, scatter, table, workspace
from w2v.engines.kernels.logistic import logistic
from w2v.engines.kernels.products import FAST, push_hidden, push_rows, scores
from w2v.engines.kernels.simd import add_rows, copy_row, prefetch_row


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
    return Noise(*table, config.shared_negatives, config.negative / config.shared_negatives)


@njit(nogil=True, cache=True)
def train(inputs, outputs, windows, bag, noise, size, window, alpha, place):
    """Train one block in chunks of `size` centres; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] with padded rows; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); noise: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index).
    """
    key = randomness.stream_key(place[0], place[1], place[2], randomness.NOISE)
    ids, n = windows.ids, noise.shared
    chunk = workspace(inputs, size, window, bag)
    # Output rows of the chunk: its centres' words first, then the noise words.
    rows, rows_delta = table(size + n, inputs), table(size + n, inputs)
    words = np.empty(size + n, np.int64)
    noisy = decisions(len(chunk.hidden), n, 1, inputs)
    aimed = decisions(size, 2 * window + 1, -1, inputs)
    order = np.arange(len(rows) + len(chunk.hidden))
    one, rate = inputs.dtype.type(1), inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        end = min(begin + size, ids.size)
        centres = end - begin
        for j in range(n):
            random = randomness.bits(key, begin // size * n + j)
            words[centres + j] = sampler.draw(noise.threshold, noise.alias, random)
            prefetch_row(outputs, words[centres + j])
        for i in range(centres):
            words[i] = ids[begin + i]
            prefetch_row(outputs, ids[min(end + i, ids.size - 1)])  # for the next chunk
        examples += gather(inputs, windows, begin, end, bag, chunk)
        for j in range(centres + n):
            copy_row(rows, j, outputs, words[j])
        rows_delta[: centres + n] = 0
        loss += _against_noise(chunk, rows, rows_delta, words, centres, n, noisy, order, noise.weight, rate)
        loss += _towards_targets(chunk, rows, rows_delta, centres, aimed, order, rate)
        for j in range(centres + n):
            add_rows(outputs, words[j], rows_delta, (j,), (one,))
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(fastmath=FAST, error_model="numpy", cache=True)
def _against_noise(chunk, rows, rows_delta, words, centres, n, group, order, weight, rate):
    """The noise words' part of the step and of the loss: all hidden vectors against all noise words."""
    g, sides, weights, stride = group
    hidden, count = chunk.hidden, chunk.bounds[2]
    noise = order[centres:]
    each = hidden.dtype.type(weight)
    for m in range(count):
        weights[m * stride : m * stride + n] = each * chunk.uses[m]
    for i in range(centres):  # noise that is an example's own target is not counted
        for j in range(n):
            if words[centres + j] == words[i]:
                for m in range(chunk.first[i], chunk.last[i]):
                    if m != chunk.skip[i]:
                        weights[m * stride + j] -= each
    scores(hidden, 0, count, rows, noise, n, g, 0, stride)
    loss = logistic(g, sides, weights, count * stride, rate)
    push_hidden(g, 0, stride, rows, noise, n, chunk.hidden_delta, 0, count)
    push_rows(g, 0, stride, hidden, order, 0, count, rows_delta, noise, n)
    return loss


@njit(fastmath=FAST, error_model="numpy", cache=True)
def _towards_targets(chunk, rows, rows_delta, centres, group, order, rate):
    """The targets' part of the step and of the loss: each centre's word against the hidden vectors of its window."""
    g, sides, weights, stride = group
    for i in range(centres):
        first, n = chunk.first[i], chunk.last[i] - chunk.first[i]
        scores(rows, i, i + 1, chunk.hidden, order[first:], n, g, i * stride, stride)
        for j in range(stride):
            weights[i * stride + j] = j < n and first + j != chunk.skip[i]
    loss = logistic(g, sides, weights, centres * stride, rate)
    for i in range(centres):
        context, n = order[chunk.first[i] :], chunk.last[i] - chunk.first[i]
        push_hidden(g, i * stride, stride, chunk.hidden, context, n, rows_delta, i, i + 1)
        push_rows(g, i * stride, stride, rows, order, i, i + 1, chunk.hidden_delta, context, n)
    return loss
