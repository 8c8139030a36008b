"""Full softmax on a GPU: the steps of `kernel.py`, each made by the whole card.

A step scores every word, so it is two passes of plain matrix products over the output table, which torch's library for
the device makes on all of its multiprocessors: no kernel of ours would do better. And one chunk is as much as the rows
of a full softmax bear (`spec.longest_chunk`), so there are no several chunks to be trained by a program each. Ours are
the two ends of a step, a program or several for each hidden vector: from rows of the input table to it, and back.

    hidden [H, D]       skipgram: the words of the chunk; cbow: means of the words around them
    targets [H, T]      skipgram: the words around each, T places; cbow: the chunk's word, T = 1
    weights [H, T]      1 where a target is meant, else 0

The output table is met in tiles of so many words that their scores fit SCORES. The first pass makes the log-sum-exp,
the second the steps; where one tile is all words, as it mostly is, scores are made once.
"""

from typing import NamedTuple

import numpy as np
import torch
import triton
import triton.language as tl

from w2v.base.config import Config
from w2v.heads.softmax.spec import SPEC
from w2v.kernels.gpu.chunk import WIDEST, padded
from w2v.kernels.gpu.windows import Windows

SCORES = 2**28  # bytes of scores that are held at a time: with 64 hidden vectors those of a million words


class Softmax(NamedTuple):
    """What the steps look up."""

    config: Config
    scores: torch.Tensor  # float32, room for a tile's


def prepare(config: Config, counts: np.ndarray, device: torch.device) -> Softmax:
    """Room for the scores of a vocabulary with these counts, int64 [V]."""
    most = SPEC.longest_chunk(config) if config.chunk is None else config.chunk
    numbers = most * max(min(len(counts), SCORES // (4 * most)), 1)
    return Softmax(config, torch.empty(numbers, dtype=torch.float32, device=device))


class Step(NamedTuple):
    """Buffers for a chunk of H hidden vectors with up to T targets each."""

    hidden: torch.Tensor  # float32 [H, stride]
    change: torch.Tensor  # float32 [H, stride], what is to be added to them
    targets: torch.Tensor  # int64 [H, T]
    weights: torch.Tensor  # float32 [H, T]


def train_blocks(
    softmax: Softmax,
    inputs: torch.Tensor,
    outputs: torch.Tensor,
    windows: Windows,
    rates: torch.Tensor,
    chunk: int,
    programs: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Train some blocks, one after the other; returns summed losses, float64 [B], and examples, int32 [B].

    Args:
        inputs, outputs: the tables, float32 [V, stride]; changed in place.
        rates: float32 [B], the learning rate of each block.
        chunk: hidden vectors in a step.
        programs: is 1 (`GpuEngine`).
    """
    config, device, stride = softmax.config, rates.device, inputs.stride(0)
    losses = torch.zeros(len(rates), dtype=torch.float64, device=device)
    examples = torch.zeros(len(rates), dtype=torch.float64, device=device)
    reach = triton.next_power_of_2(2 * config.window + 1)
    width = 1 if config.arch == "cbow" else reach
    step = Step(
        *(torch.empty((chunk, stride), dtype=torch.float32, device=device) for _ in range(2)),
        torch.empty((chunk, width), dtype=torch.int64, device=device),
        torch.empty((chunk, width), dtype=torch.float32, device=device),
    )
    how = {
        "CBOW": config.arch == "cbow",
        "REACH": reach,
        "WIDE": min(padded(stride), WIDEST),
        "num_warps": 4,
    }
    grid = chunk, -(-stride // how["WIDE"])
    divide = config.cbow_mean and config.cbow_update == "mean"
    for block, n in enumerate(windows.kept.tolist()):
        cut = *(array[block] for array in windows[:3]), n
        for begin in range(0, n, chunk):
            there = begin, config.window
            gather[grid](inputs, stride, *cut, *there, step.hidden, *step[2:], MEAN=config.cbow_mean, **how)
            losses[block] += _step(softmax, step, outputs, rates[block])
            examples[block] += step.weights.sum()
            hand_back[grid](inputs, stride, *cut, *there, step.change, DIVIDE=divide, **how)
    return losses, examples.int()


def _step(softmax: Softmax, step: Step, outputs: torch.Tensor, rate: torch.Tensor) -> torch.Tensor:
    """Make the step of the output table, and the changes of hidden vectors; returns the summed loss, float64."""
    hidden, change, targets, weights = step
    size = len(softmax.scores) // len(hidden)
    tiles = [(first, outputs[first : first + size]) for first in range(0, len(outputs), size)]
    uses = weights.sum(1, keepdim=True)  # the examples of each hidden vector
    lse = torch.full_like(uses, -torch.inf)
    loss = torch.zeros((), dtype=torch.float64, device=rate.device)
    scores = softmax.scores
    for first, rows in tiles:
        scores = torch.mm(hidden, rows.T, out=softmax.scores[: len(hidden) * len(rows)].view(len(hidden), -1))
        lse = torch.logaddexp(lse, scores.logsumexp(1, keepdim=True))
        places, meant = _within(targets, weights, first, len(rows))
        loss -= (meant * scores.gather(1, places)).sum()
    loss += (uses * lse).sum()
    change.zero_()
    for first, rows in reversed(tiles):
        if len(tiles) > 1:
            scores = torch.mm(hidden, rows.T, out=softmax.scores[: len(hidden) * len(rows)].view(len(hidden), -1))
        scores.sub_(lse).exp_().mul_(-rate * uses)  # against the slope of the normalisation: -rate u p(w | h)
        places, meant = _within(targets, weights, first, len(rows))
        scores.scatter_add_(1, places, rate * meant)
        change.addmm_(scores, rows)
        rows.addmm_(scores.T, hidden)
    return loss


def _within(targets: torch.Tensor, weights: torch.Tensor, first: int, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Where targets are in the tile of `size` words from `first` on, and their weights, 0 of those that are not."""
    places = targets - first
    return places.clamp(0, size - 1), weights * ((places >= 0) & (places < size))


@triton.jit
def window_of(words, sentences, widths, n, begin, window, CBOW: tl.constexpr, REACH: tl.constexpr):
    """The word at the program's place of a chunk, of a block of n >= 1 words, and those in its window.

    Returns:
        own, around [REACH], the words there, and near [REACH], whether a word around is in its window (CBOW), or it in
        that word's (Skip-gram); past the block's end nothing is near, and own is its last word.
    """
    i = tl.program_id(0)
    j = begin + i - window + tl.arange(0, REACH)
    is_place = (j >= 0) & (j < tl.where(begin + i < n, n, 0))
    m = tl.minimum(begin + i, n - 1)
    own, sentence = tl.load(words + m), tl.load(sentences + m)
    around = tl.load(words + j, mask=is_place, other=0)
    if CBOW:
        width = tl.load(widths + m)
    else:
        width = tl.load(widths + j, mask=is_place, other=0)
    distance = tl.abs(m - j)
    same = tl.load(sentences + j, mask=is_place, other=-1) == sentence
    return own, around, same & (distance <= width) & (distance > 0)


@triton.jit
def gather(
    inputs,
    stride,
    words,
    sentences,
    widths,
    n,
    begin,
    window,
    hidden,
    targets,
    weights,
    CBOW: tl.constexpr,
    MEAN: tl.constexpr,
    REACH: tl.constexpr,
    WIDE: tl.constexpr,
):
    """Set some columns of a hidden vector for each program, and its targets: `Step`.

    Args:
        inputs: the table, float32 [V, stride].
        words, sentences, widths: int32 [n] or longer, the block, as `windows.cut` left it.
        begin: where the chunk begins; window: the widest, 2 window < REACH.
        hidden, targets, weights: to be set; where the block has ended, with zeros.
        CBOW, MEAN: the encoder. REACH: T with Skip-gram. WIDE: columns of a program.
    """
    i = tl.program_id(0)
    own, around, near = window_of(words, sentences, widths, n, begin, window, CBOW, REACH)
    column = tl.program_id(1) * WIDE + tl.arange(0, WIDE)
    size = tl.sum(near.to(tl.int32), 0)
    if CBOW:
        at = around.to(tl.int64)[:, None] * stride + column[None, :]
        rows = tl.load(inputs + at, mask=near[:, None] & (column < stride)[None, :], other=0.0)
        vector = tl.sum(rows, 0)
        if MEAN:
            vector = vector / tl.maximum(size, 1).to(tl.float32)
        tl.store(targets + i, own.to(tl.int64))
        tl.store(weights + i, (size > 0).to(tl.float32))
    else:
        at = own.to(tl.int64) * stride + column
        vector = tl.load(inputs + at, mask=column < tl.where(size > 0, stride, 0), other=0.0)
        place = i * REACH + tl.arange(0, REACH)
        tl.store(targets + place, around.to(tl.int64))
        tl.store(weights + place, near.to(tl.float32))
    tl.store(hidden + i.to(tl.int64) * stride + column, vector, mask=column < stride)


@triton.jit
def hand_back(
    inputs,
    stride,
    words,
    sentences,
    widths,
    n,
    begin,
    window,
    change,
    CBOW: tl.constexpr,
    DIVIDE: tl.constexpr,
    REACH: tl.constexpr,
    WIDE: tl.constexpr,
):
    """Add columns of a hidden vector's change, for each program, to the rows it was made of; arguments: `gather`.

    DIVIDE: CBOW's true gradient, by the window's size.
    """
    i = tl.program_id(0)
    own, around, near = window_of(words, sentences, widths, n, begin, window, CBOW, REACH)
    column = tl.program_id(1) * WIDE + tl.arange(0, WIDE)
    size = tl.sum(near.to(tl.int32), 0)
    vector = tl.load(change + i.to(tl.int64) * stride + column, mask=column < stride, other=0.0)
    if CBOW:
        if DIVIDE:
            vector = vector / tl.maximum(size, 1).to(tl.float32)
        at = around.to(tl.int64)[:, None] * stride + column[None, :]
        changes = tl.zeros([REACH, WIDE], tl.float32) + vector[None, :]
        tl.atomic_add(inputs + at, changes, mask=near[:, None] & (column < stride)[None, :], sem="relaxed")
    else:
        at = own.to(tl.int64) * stride + column
        tl.atomic_add(inputs + at, vector, mask=column < tl.where(size > 0, stride, 0), sem="relaxed")
