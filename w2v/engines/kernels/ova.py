"""One-vs-all on the CPU: the steps of `heads/ova.py`, with the gradient written out.

A hidden vector that serves u examples, t of them with target w, asks for a large score of word w t times and for a
small one u - t times. No score depends on another, so the output table passes by once (`sweep.py`).
"""

import numpy as np

from w2v.compiled import njit
from w2v.config import Config
from w2v.engines.kernels.chunk import gather, input_side, scatter
from w2v.engines.kernels.logistic import logistic, padded
from w2v.engines.kernels.sweep import BLOCK, apply, collect, hand_back, narrowed, score, sweep_side, visit


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
    most_up, most_down = np.zeros_like(room.g), np.zeros_like(room.g)
    one, rate = inputs.dtype.type(1), inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, ids.size, size):
        if interrupted[0]:
            break
        end = min(begin + size, ids.size)
        examples += gather(inputs, windows, begin, end, window, bag, chunk)
        targets = ids[chunk.bounds[2] : chunk.bounds[3]]
        count, sweep = collect(chunk, windows, targets, end - begin, bag, room)
        up, down = narrowed(most_up, padded(count)), narrowed(most_down, padded(count))
        for j in range(BLOCK):
            for m in range(padded(count)):
                down[j, m] = sweep.uses[m]
        for first in range(0, words if count > 0 else 0, BLOCK):
            if interrupted[0]:
                return loss, examples
            n = min(BLOCK, words - first)
            score(outputs, first, n, length, sweep)
            visit(chunk, targets, first, sweep, up, one)
            visit(chunk, targets, first, sweep, down, -one)
            flat, used = sweep.g.size, n * sweep.g.shape[1]
            loss += logistic(sweep.g.reshape(flat), up.reshape(flat), down.reshape(flat), used, rate)
            visit(chunk, targets, first, sweep, up, -one)
            visit(chunk, targets, first, sweep, down, one)
            apply(outputs, first, n, count, sweep)
        hand_back(chunk, windows, end - begin, bag, sweep)
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples
