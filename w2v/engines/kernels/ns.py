"""Negative sampling on the CPU: the steps of `heads/ns.py`, with the gradient written out.

With score x = <h, o>: the target's loss -log s(x) has the derivative s(x) - 1, a noise word's weight * -log s(-x) has
weight * s(x). All hidden vectors of the chunk meet all its noise words in one matrix product; a hidden vector
that serves u examples counts u times.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from w2v import randomness, sampler
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, scatter, workspace
from w2v.engines.kernels.products import FAST, exp, push_hidden, push_rows, scores


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
    width, n = inputs.shape[1], noise.shared
    chunk = workspace(inputs, size, window, bag)
    # Output rows of the chunk: its centres' words first, then the noise words.
    rows = np.empty((size + n, width), inputs.dtype)
    rows_delta = np.empty_like(rows)
    words = np.empty(size + n, np.int64)
    slots = np.arange(size + n)
    g = np.empty((len(chunk.rows), n), inputs.dtype)
    counted = np.empty_like(g)
    rate = inputs.dtype.type(alpha)
    weight = inputs.dtype.type(noise.weight)
    loss, examples = 0.0, 0
    for begin in range(0, windows.ids.size, size):
        end = min(begin + size, windows.ids.size)
        centres = end - begin
        examples += gather(inputs, windows, begin, end, bag, chunk)
        for i in range(centres):
            words[i] = windows.ids[begin + i]
        for j in range(n):
            random = randomness.bits(key, begin // size * n + j)
            words[centres + j] = sampler.draw(noise.threshold, noise.alias, random)
        rows_delta[:] = 0
        for j in range(centres + n):
            rows[j] = outputs[words[j]]
        loss += _against_noise(chunk, rows, rows_delta, words, slots[centres:], centres, n, g, counted, rate, weight)
        loss += _towards_targets(chunk, rows, rows_delta, slots, centres, g, rate)
        for j in range(centres + n):
            target, delta = outputs[words[j]], rows_delta[j]
            for d in range(width):
                target[d] += delta[d]
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(fastmath=FAST, cache=True)
def _against_noise(chunk, rows, rows_delta, words, slots, centres, n, g, counted, rate, weight):
    """The noise words' part of the step and of the loss."""
    hidden = chunk.hidden
    count = chunk.bounds[2]
    zero, one = hidden.dtype.type(0), hidden.dtype.type(1)
    scores(hidden, 0, count, rows, slots, n, g)
    loss = 0.0
    for m in range(count):
        counted[m, :n] = chunk.uses[m]
    for i in range(centres):  # noise that is an example's own target is not counted
        for j in range(n):
            if words[centres + j] == words[i]:
                for m in range(chunk.first[i], chunk.last[i]):
                    if m != chunk.skip[i]:
                        counted[m, j] -= one
                        loss -= max(g[m, j], zero) + math.log1p(math.exp(-abs(g[m, j])))
    for m in range(count):
        # log(1 + e^x) = max(x, 0) + log(1 + e^-|x|): add up the first, multiply the 1 + e^-|x|, one logarithm in all
        above, product = 0.0, 1.0
        row, times = g[m], counted[m]
        for j in range(n):
            x = row[j]
            e = exp(-abs(x))
            above += max(x, zero)
            product *= one + e
            row[j] = -rate * weight * times[j] * (one if x >= zero else e) / (one + e)
        loss += chunk.uses[m] * (above + math.log(product))
    push_hidden(g, rows, slots, n, chunk.hidden_delta, 0, count)
    push_rows(g, hidden, 0, count, rows_delta, slots, n)
    return weight * loss


@njit(fastmath=FAST, cache=True)
def _towards_targets(chunk, rows, rows_delta, slots, centres, g, rate):
    """The targets' part of the step and of the loss."""
    hidden = chunk.hidden
    zero, one = hidden.dtype.type(0), hidden.dtype.type(1)
    loss = 0.0
    for i in range(centres):
        first, last, skip = chunk.first[i], chunk.last[i], chunk.skip[i]
        own = slots[i : i + 1]
        scores(hidden, first, last, rows, own, 1, g)
        above, product = 0.0, 1.0
        for m in range(first, last):
            x = g[m - first, 0]
            if m == skip:
                g[m - first, 0] = zero
                continue
            e = exp(-abs(x))
            above += max(-x, zero)
            product *= one + e
            g[m - first, 0] = rate * (e if x >= zero else one) / (one + e)
        loss += above + math.log(product)
        push_hidden(g, rows, own, 1, chunk.hidden_delta, first, last)
        push_rows(g, hidden, first, last, rows_delta, own, 1)
    return loss
