"""Negative sampling on a GPU: the steps of `kernel.py`, chunk after chunk, as products of small dense matrices.

A program trains whole blocks, as a thread does on the CPU. Which hidden vectors of a chunk predict which targets is a
matrix of zeros and ones, a band along its diagonal, so that all of a chunk's scores are two products and all of its
changes four, which the tensor cores make faster than lists of pairs could be followed.

    hidden [H, D]       skipgram: the words of the chunk; cbow: means of the words around them
    near [H, P]         1 where place j of the text around the chunk is in a window with hidden vector i
    noise [N, D]        output rows of the negative samples that the chunk shares
"""

from typing import NamedTuple

import numpy as np
import torch
import triton
import triton.language as tl

from w2v.base.config import Config
from w2v.heads import noise as sampler
from w2v.heads.ns.spec import SPEC
from w2v.kernels.gpu.chunk import (
    LAUNCH,
    add_rows,
    fetch_rows,
    logistic,
    padded,
    product,
    product_of_transposed,
    slice_of,
)
from w2v.kernels.gpu.randomness import bits, draw
from w2v.kernels.gpu.windows import Windows, band

FEWEST = 32  # negative samples that room is made for: with 16 in bfloat16 a GPU reported an illegal access


class Noise(NamedTuple):
    """What the kernel looks up: the noise distribution, on the GPU, and how it is used."""

    threshold: torch.Tensor  # int64 [V]
    alias: torch.Tensor  # int32 [V]
    shared: int  # N, samples per chunk
    config: Config


def prepare(config: Config, counts: np.ndarray, device: torch.device) -> Noise:
    """The noise table of a vocabulary with these counts, int64 [V]."""
    table = sampler.alias_table(sampler.noise_distribution(counts, config.ns_exponent))
    threshold, alias = (torch.from_numpy(array).to(device) for array in (table.threshold.view(np.int64), table.alias))
    return Noise(threshold, alias, SPEC.shared_negatives(config), config)


def train_blocks(
    noise: Noise,
    inputs: torch.Tensor,
    outputs: torch.Tensor,
    windows: Windows,
    rates: torch.Tensor,
    chunk: int,
    programs: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Train some blocks, `programs` at a time; returns summed losses, float64 [B], and examples, int32 [B].

    Args:
        inputs, outputs: the tables, float32 [V, stride]; changed in place.
        rates: float32 [B], the learning rate of each block.
        chunk: hidden vectors in a step.
    """
    config, n_blocks = noise.config, len(rates)
    losses = torch.zeros(n_blocks, dtype=torch.float64, device=rates.device)
    examples = torch.zeros(n_blocks, dtype=torch.int32, device=rates.device)
    queue = torch.zeros(1, dtype=torch.int32, device=rates.device)
    train[(min(programs, n_blocks),)](
        *(inputs, outputs, inputs.stride(0), *windows[:4], windows.words.shape[1], rates, windows.keys),
        *(noise.threshold, noise.alias, len(noise.alias), losses, examples, queue, n_blocks),
        *(chunk, config.window, config.negative / noise.shared, noise.shared),
        CBOW=config.arch == "cbow",
        MEAN=config.cbow_mean,
        DIVIDE=config.cbow_mean and config.cbow_update == "mean",
        PRECISION=config.matmul_precision,
        HIDDEN=padded(chunk),
        PLACES=padded(chunk + 2 * config.window),
        NOISE=padded(max(noise.shared, FEWEST)),
        WIDE=slice_of(inputs.stride(0)),
        SLICES=-(-inputs.stride(0) // slice_of(inputs.stride(0))),
        **LAUNCH,
    )
    return losses, examples


@triton.jit
def train(
    inputs,
    outputs,
    stride,
    words,
    sentences,
    widths,
    kept,
    length,
    rates,
    keys,
    threshold,
    alias,
    vocab_size,
    losses,
    examples,
    queue,
    n_blocks,
    chunk,
    window,
    weight,
    n_noise,
    CBOW: tl.constexpr,
    MEAN: tl.constexpr,
    DIVIDE: tl.constexpr,
    PRECISION: tl.constexpr,
    HIDDEN: tl.constexpr,
    PLACES: tl.constexpr,
    NOISE: tl.constexpr,
    WIDE: tl.constexpr,
    SLICES: tl.constexpr,
):
    """Train blocks as they come, until there are none; every program has the same arguments.

    Args:
        inputs, outputs: the tables, float32 [V, stride]; changed in place.
        words, sentences, widths, kept: the windows of the blocks, as `windows.cut` left them.
        rates: float32 [B], the learning rate of each block.
        keys: int64 [B, 3], the third: bits of the stream that negative samples are drawn from.
        threshold, alias: the noise's alias table, over `vocab_size` words.
        losses: float64 [B], examples: int32 [B], to be set.
        queue: int32 [1], the number of the next block that nobody has begun.
        chunk: hidden vectors in a step, at most HIDDEN.
        window: the widest, on each side; chunk + 2 window is at most PLACES.
        weight: of a negative sample, for each example.
        n_noise: negative samples in a step, at most NOISE.
        CBOW, MEAN, DIVIDE: the encoder (`kernels.chunk.WindowReduction`).
        PRECISION: of products (`chunk.product`).
        WIDE, SLICES: rows are read in so many slices of so many numbers.
    """
    noise_at = tl.arange(0, NOISE)
    is_noise = noise_at < n_noise
    block = tl.atomic_add(queue, 1)
    while block < n_blocks:
        base = block.to(tl.int64) * length
        n = tl.load(kept + block)
        rate = tl.load(rates + block)
        key = tl.load(keys + 3 * block + 2).to(tl.uint64, bitcast=True)
        loss, count = 0.0, 0
        for begin in range(0, n, chunk):
            own, is_hidden, around, is_place, near = band(
                words, sentences, widths, base, n, begin, chunk, window, CBOW, HIDDEN, PLACES
            )
            size = tl.sum(near, 1)  # of a hidden vector's window
            counter = (begin // chunk) * n_noise + noise_at
            noise = draw(threshold, alias, tl.full([NOISE], 0, tl.int32) + vocab_size, bits(key, counter))

            positive, negative = tl.zeros([HIDDEN, PLACES], tl.float32), tl.zeros([HIDDEN, NOISE], tl.float32)
            single = tl.zeros([HIDDEN], tl.float32)
            if MEAN:
                share = near / tl.maximum(size, 1.0)[:, None]
            else:
                share = near
            for s in tl.static_range(SLICES):
                column = s * WIDE + tl.arange(0, WIDE)
                sampled = fetch_rows(outputs, stride, noise, is_noise, column)
                if CBOW:
                    context = fetch_rows(inputs, stride, around, is_place, column)
                    hidden = product(share, context, PRECISION)
                    target = fetch_rows(outputs, stride, own, is_hidden, column)
                    single += tl.sum(hidden * target, 1)
                else:
                    hidden = fetch_rows(inputs, stride, own, is_hidden, column)
                    target = fetch_rows(outputs, stride, around, is_place, column)
                    positive += product(hidden, tl.trans(target), PRECISION)
                negative += product(hidden, tl.trans(sampled), PRECISION)

            if CBOW:
                has = (size > 0).to(tl.float32)
                hits = own[:, None] == noise[None, :]
                weights = tl.where(is_noise[None, :] & ~hits, weight * has[:, None], 0.0)
                costs, steps = logistic(single)
                loss += tl.sum(has * costs, 0)
                count += tl.sum(has, 0).to(tl.int32)
                step = rate * has * steps
            else:
                same = (around[:, None] == noise[None, :]).to(tl.float32)
                hits = product(near, same, PRECISION)  # small whole numbers: exact in any precision
                weights = tl.where(is_noise[None, :], weight * (size[:, None] - hits), 0.0)
                costs, steps = logistic(positive)
                loss += tl.sum(tl.sum(near * costs, 1), 0)
                count += tl.sum(size, 0).to(tl.int32)
                positive = rate * near * steps
            costs, steps = logistic(-negative)
            loss += tl.sum(tl.sum(weights * costs, 1), 0)
            negative = -rate * weights * steps

            for s in tl.static_range(SLICES):
                column = s * WIDE + tl.arange(0, WIDE)
                if SLICES > 1:  # of other slices only the scores were kept
                    sampled = fetch_rows(outputs, stride, noise, is_noise, column)
                    if CBOW:
                        hidden = product(share, fetch_rows(inputs, stride, around, is_place, column), PRECISION)
                        target = fetch_rows(outputs, stride, own, is_hidden, column)
                    else:
                        hidden = fetch_rows(inputs, stride, own, is_hidden, column)
                        target = fetch_rows(outputs, stride, around, is_place, column)
                change = product(negative, sampled, PRECISION)
                tl.debug_barrier()  # all have read their rows before any is changed
                add_rows(outputs, stride, noise, is_noise, column, product_of_transposed(negative, hidden, PRECISION))
                if CBOW:
                    change += step[:, None] * target
                    add_rows(outputs, stride, own, is_hidden, column, step[:, None] * hidden)
                    if DIVIDE:
                        back = product_of_transposed(share, change, PRECISION)
                    else:
                        back = product_of_transposed(near, change, PRECISION)
                    add_rows(inputs, stride, around, is_place, column, back)
                else:
                    change += product(positive, target, PRECISION)
                    add_rows(inputs, stride, own, is_hidden, column, change)
                    back = product_of_transposed(positive, hidden, PRECISION)
                    add_rows(outputs, stride, around, is_place, column, back)
            tl.debug_barrier()  # the next chunk finds all of this one's changes
        tl.store(losses + block, loss)
        tl.store(examples + block, count)
        block = tl.atomic_add(queue, 1)
