"""Full softmax on the CPU: the steps of `heads/softmax.py`, with the gradient written out.

A hidden vector h that serves u examples, among them t_w with target w, has the loss and the slope

    u lse(h) - sum_w t_w <h, o_w>        d/d<h, o_w> = u p(w | h) - t_w,    p(w | h) = exp(<h, o_w> - lse(h))

with lse(h) = log sum_w exp(<h, o_w>). The output table passes by twice (`sweep.py`). The first time, lse is found
online: the largest score so far, and the sum of exponentials relative to it, which is rescaled when a larger one comes
(Milakov & Gimelshein 2018, "Online normalizer calculation for softmax"). The second pass goes backwards: the
exponentials of the last blocks are still there, some thousand words' in a fixed room, relative to what was the largest
score then. Those of the others are computed again, which costs one product of four, so that they need not be kept.
"""

import numpy as np

from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, input_side, scatter
from w2v.engines.kernels.logistic import exp, padded
from w2v.engines.kernels.products import FAST
from w2v.engines.kernels.simd import prefetch_row
from w2v.engines.kernels.sweep import (
    BLOCK,
    apply,
    collect,
    fetch,
    hand_back,
    score,
    shelves,
    sweep_side,
    visit,
    with_scores_on,
)


def output_rows(vocab_size: int) -> int:
    """One row per word."""
    return vocab_size


def prepare(config: Config, counts: np.ndarray) -> int:
    """How many numbers of a padded row are not padding."""
    return config.vector_size


@njit(nogil=True)
def train(inputs, outputs, windows, bag, length, size, window, alpha, place, interrupted):
    """Train one block in chunks of `size` hidden vectors; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] with padded rows; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); length: D, from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index, thread); not needed here, no choice is random.
        interrupted: uint8 [1]; once it is not 0 the block ends, in the middle of a step.
    """
    ids, words = windows.ids, len(outputs)
    chunk = input_side(inputs, size, window, bag)
    room = sweep_side(chunk, outputs)
    shelf = shelves(words, room.g)
    top, total = np.empty_like(room.uses), np.empty_like(room.uses)
    tops = np.empty((len(shelf), len(top)), inputs.dtype)  # what the exponentials on each shelf are relative to
    none, rate = inputs.dtype.type(0), inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        if interrupted[0]:
            break
        end = min(begin + size, ids.size)
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        targets = ids[chunk.bounds[2] : chunk.bounds[3]]
        count, sweep = collect(chunk, windows, targets, end - begin, bag, room)
        top[:], total[:] = -np.inf, 0
        blocks = (words + BLOCK - 1) // BLOCK if count > 0 else 0
        for block in range(blocks):
            if interrupted[0]:
                return loss, examples
            first, there = block * BLOCK, with_scores_on(shelf[block % len(shelf)], sweep)
            n = min(BLOCK, words - first)
            score(outputs, first, n, length, there)
            loss -= visit(chunk, targets, first, there, there.g, none)
            following = max(min(first + BLOCK, words - BLOCK), 0)
            _exponentiate(there.g, n, padded(count), top, tops[block % len(shelf)], total, outputs, following)
        for m in range(count):
            top[m] += np.log(total[m])  # is lse from here on
            loss += sweep.uses[m] * top[m]
        for block in range(blocks - 1, -1, -1):
            if interrupted[0]:
                return loss, examples
            first, there = block * BLOCK, with_scores_on(shelf[block % len(shelf)], sweep)
            n, following = min(BLOCK, words - first), max(first - BLOCK, 0)
            if block >= blocks - len(shelf):
                fetch(outputs, first, n, there)
                reference = tops[block % len(shelf)]
                _descend(there.g, n, padded(count), reference, top, sweep.uses, rate, outputs, following)
            else:
                score(outputs, first, n, length, there)
                _descend_anew(there.g, n, padded(count), top, sweep.uses, rate, outputs, following)
            visit(chunk, targets, first, there, there.g, rate)
            apply(outputs, first, n, count, there)
        hand_back(chunk, windows, end - begin, bag, sweep)
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(fastmath=FAST, error_model="numpy")
def _exponentiate(g, n, count, top, reference, total, outputs, following):
    """Raise each column's largest score `top` to n more rows'; replace these scores by exp(score - top), and sum.

    reference: becomes the `top` that was used. Meanwhile the rows of the `following` block are asked for.
    """
    for m in range(count):
        reference[m] = top[m]
    for j in range(n):
        for m in range(count):
            top[m] = max(top[m], g[j, m])
    for m in range(count):
        total[m] *= exp(reference[m] - top[m])
        reference[m] = top[m]
    for j in range(n):
        prefetch_row(outputs, following + j)
        for m in range(count):
            g[j, m] = exp(g[j, m] - top[m])
            total[m] += g[j, m]


@njit(fastmath=FAST, error_model="numpy")
def _descend(g, n, count, reference, lse, uses, rate, outputs, following):
    """Replace exp(score - reference) by steps against the slope of the normalisation: -rate u exp(score - lse)."""
    for m in range(count):
        reference[m] = -rate * uses[m] * exp(reference[m] - lse[m])
    for j in range(n):
        prefetch_row(outputs, following + j)
        for m in range(count):
            g[j, m] *= reference[m]


@njit(fastmath=FAST, error_model="numpy")
def _descend_anew(g, n, count, lse, uses, rate, outputs, following):
    """The same for scores."""
    none = g.dtype.type(0)
    for j in range(n):
        prefetch_row(outputs, following + j)
        for m in range(count):
            # At most 1: another thread may have raised the score since lse was found.
            g[j, m] = -rate * uses[m] * exp(min(g[j, m] - lse[m], none))
