"""Full softmax on the CPU: the steps of `reference.py`, with the gradient written out.

A hidden vector h that serves u examples, among them t_w with target w, has the loss and the slope

    u lse(h) - sum_w t_w <h, o_w>        d/d<h, o_w> = u p(w | h) - t_w,    p(w | h) = exp(<h, o_w> - lse(h))

with lse(h) = log sum_w exp(<h, o_w>). It makes two passes over the output table (`full_vocabulary.py`). The first
computes lse online: the largest score so far, and the sum of exponentials relative to it, which is rescaled when a
larger one comes (Milakov & Gimelshein 2018, "Online normalizer calculation for softmax"). The second pass goes
backwards: the exponentials of the last blocks are still in a buffer of fixed size, some thousand words', relative to
the largest score at that time. Those of the others are computed again, which costs one product of four, so that they
need not be kept.
"""

from typing import NamedTuple

import numpy as np

from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.kernels.block import driver
from w2v.kernels.chunk import Chunk, WindowReduction, on_lines
from w2v.kernels.full_vocabulary import (
    BLOCK,
    Sweep,
    add_at_targets,
    apply_steps,
    collect,
    fetch_rows,
    hand_back,
    kept_scores,
    new_sweep,
    score,
    with_scores_in,
)
from w2v.kernels.logistic import exp, padded
from w2v.kernels.simd.products import FAST
from w2v.kernels.simd.tiles import prefetch_row


class Softmax(NamedTuple):
    """What the kernel looks up."""

    length: int  # D: how many numbers of a padded row are not padding


class Room(NamedTuple):
    """The buffers of a thread, beside those of its chunk."""

    sweep: Sweep
    kept: np.ndarray  # [B, ...] exponentials of B blocks of words, between the two passes
    references: np.ndarray  # [B, M'] the scores that these are relative to
    top: np.ndarray  # [M'] the largest score so far, then lse
    total: np.ndarray  # [M'] sums of exponentials


def prepare(config: Config, counts: np.ndarray) -> Softmax:
    """What the kernel looks up; counts: int64 [V]."""
    return Softmax(config.vector_size)


def new_room(
    head: Softmax, chunk: Chunk, outputs: np.ndarray, window: int, reduction: WindowReduction, thread: int
) -> Room:
    """Buffers for a block of the vocabulary, and for the exponentials that are kept between the passes."""
    sweep = new_sweep(chunk, outputs)
    kept = kept_scores(len(outputs), sweep.scores)
    references = on_lines(np.empty((len(kept), len(sweep.n_examples)), outputs.dtype))
    return Room(
        sweep, kept, references, on_lines(np.empty_like(sweep.n_examples)), on_lines(np.empty_like(sweep.n_examples))
    )


@njit(inline="always")
def step(head, room, chunk, outputs, windows, span, reduction, rate, place, interrupted):
    """A pass for the normalisation, and one backwards for the step; an interrupt ends it between two blocks."""
    kept, references, top, total = room.kept, room.references, room.top, room.total
    words, targets, none = len(outputs), windows.ids[span.first : span.last], outputs.dtype.type(0)
    count, sweep = collect(chunk, windows, targets, span, reduction, room.sweep)
    loss = 0.0
    top[:], total[:] = -np.inf, 0
    blocks = (words + BLOCK - 1) // BLOCK if count > 0 else 0
    for block in range(blocks):
        if interrupted[0]:
            return loss
        first, there = block * BLOCK, with_scores_in(kept[block % len(kept)], sweep)
        n = min(BLOCK, words - first)
        score(outputs, first, n, head.length, there)
        loss -= add_at_targets(chunk, targets, first, there, there.scores, none)
        following = max(min(first + BLOCK, words - BLOCK), 0)
        reference = references[block % len(kept)]
        _exponentiate(there.scores, n, padded(count), top, reference, total, outputs, following)
    for m in range(count):
        top[m] += np.log(total[m])  # is lse from here on
        loss += sweep.n_examples[m] * top[m]
    for block in range(blocks - 1, -1, -1):
        if interrupted[0]:
            return loss
        first, there = block * BLOCK, with_scores_in(kept[block % len(kept)], sweep)
        n, following = min(BLOCK, words - first), max(first - BLOCK, 0)
        if block >= blocks - len(kept):
            fetch_rows(outputs, first, n, there)
            reference = references[block % len(kept)]
            _descend(there.scores, n, padded(count), reference, top, sweep.n_examples, rate, outputs, following)
        else:
            score(outputs, first, n, head.length, there)
            _descend_anew(there.scores, n, padded(count), top, sweep.n_examples, rate, outputs, following)
        add_at_targets(chunk, targets, first, there, there.scores, rate)
        apply_steps(outputs, first, n, count, there, reduction.frozen_output)
    hand_back(chunk, windows, span, reduction, sweep)
    return loss


@njit(fastmath=FAST, error_model="numpy")
def _exponentiate(scores, n, count, top, reference, total, outputs, following):
    """Raise each column's largest score `top` to n more rows'; replace these scores by exp(score - top), and sum.

    reference: becomes the `top` that was used. Meanwhile the rows of the `following` block are prefetched.
    """
    for m in range(count):
        reference[m] = top[m]
    for j in range(n):
        for m in range(count):
            top[m] = max(top[m], scores[j, m])
    for m in range(count):
        total[m] *= exp(reference[m] - top[m])
        reference[m] = top[m]
    for j in range(n):
        prefetch_row(outputs, following + j)
        for m in range(count):
            scores[j, m] = exp(scores[j, m] - top[m])
            total[m] += scores[j, m]


@njit(fastmath=FAST, error_model="numpy")
def _descend(scores, n, count, reference, lse, n_examples, rate, outputs, following):
    """Replace exp(score - reference) by steps against the slope of the normalisation: -rate u exp(score - lse)."""
    for m in range(count):
        reference[m] = -rate * n_examples[m] * exp(reference[m] - lse[m])
    for j in range(n):
        prefetch_row(outputs, following + j)
        for m in range(count):
            scores[j, m] *= reference[m]


@njit(fastmath=FAST, error_model="numpy")
def _descend_anew(scores, n, count, lse, n_examples, rate, outputs, following):
    """The same from scores instead of exponentials."""
    none = scores.dtype.type(0)
    for j in range(n):
        prefetch_row(outputs, following + j)
        for m in range(count):
            # At most 1: another thread may have raised the score since lse was found.
            scores[j, m] = -rate * n_examples[m] * exp(min(scores[j, m] - lse[m], none))


train_block = driver(step)
