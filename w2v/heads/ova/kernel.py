"""One-vs-all on the CPU: the steps of `reference.py`, with the gradient written out.

For a hidden vector that serves u examples, t of them with target w, the score of word w stands for t positive decisions
and u - t negative ones. No score depends on another, so one pass over the output table suffices (`full_vocabulary.py`).
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.kernels.block import driver
from w2v.kernels.chunk import Chunk, WindowReduction
from w2v.kernels.full_vocabulary import (
    BLOCK,
    Sweep,
    add_at_targets,
    apply_steps,
    collect,
    hand_back,
    narrowed,
    new_sweep,
    score,
)
from w2v.kernels.logistic import logistic, padded


class OneVsAll(NamedTuple):
    """What the kernel looks up."""

    length: int  # D: how many numbers of a padded row are not padding


class Room(NamedTuple):
    """The buffers of a thread, beside those of its chunk."""

    sweep: Sweep
    positive_weight: np.ndarray  # [BLOCK, M'] weight of the decisions that want the score large; zeros between blocks
    negative_weight: np.ndarray  # [BLOCK, M'] and of those that want it small


def prepare(config: Config, counts: np.ndarray) -> OneVsAll:
    """What the kernel looks up; counts: int64 [V]."""
    return OneVsAll(config.vector_size)


def new_room(
    head: OneVsAll, chunk: Chunk, outputs: np.ndarray, window: int, reduction: WindowReduction, thread: int
) -> Room:
    """Buffers for a block of the vocabulary, and for the weights of its scores."""
    sweep = new_sweep(chunk, outputs)
    return Room(sweep, np.zeros_like(sweep.scores), np.zeros_like(sweep.scores))


@njit(inline="always")
def step(head, room, chunk, outputs, windows, span, reduction, rate, place, interrupted):
    """One pass over the output table, block after block; an interrupt ends it between two blocks."""
    words, targets, one = len(outputs), windows.ids[span.first : span.last], outputs.dtype.type(1)
    count, sweep = collect(chunk, windows, targets, span, reduction, room.sweep)
    positive, negative = (
        narrowed(room.positive_weight, padded(count)),
        narrowed(room.negative_weight, padded(count)),
    )
    for j in range(BLOCK):
        for m in range(padded(count)):
            negative[j, m] = sweep.n_examples[m]
    loss, flat = 0.0, sweep.scores.size
    for first in range(0, words if count > 0 else 0, BLOCK):
        if interrupted[0]:
            return loss
        n = min(BLOCK, words - first)
        score(outputs, first, n, head.length, sweep)
        add_at_targets(chunk, targets, first, sweep, positive, one)
        add_at_targets(chunk, targets, first, sweep, negative, -one)
        weights = positive.reshape(flat), negative.reshape(flat)
        loss += logistic(sweep.scores.reshape(flat), weights[0], weights[1], n * sweep.scores.shape[1], rate)
        add_at_targets(chunk, targets, first, sweep, positive, -one)
        add_at_targets(chunk, targets, first, sweep, negative, one)
        apply_steps(outputs, first, n, count, sweep, reduction.frozen_output)
    hand_back(chunk, windows, span, reduction, sweep)
    return loss


train_block = driver(step)
