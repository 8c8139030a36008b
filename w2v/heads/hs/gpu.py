"""Hierarchical softmax on a GPU: the steps of `kernel.py`, chunk after chunk, as products of small dense matrices.

As on the CPU the nodes nearest the root, which are on most paths, are scored with all hidden vectors of a chunk. The
rest of the targets' paths is met level by level: the first nodes below those of all targets, then the second ones, and
so on to the end of the longest path. A level is a row for each target, and so the same products as the targets of
negative sampling (`heads/ns/gpu.py`). Above a node there are always the same nodes, so it is met at one level only, and
what a level changes no later one reads.

    hidden [H, D]       skipgram: the words of the chunk; cbow: means of the words around them
    target [T]          skipgram: the words around the chunk, T = P; cbow: the words of the chunk, T = H
    near [H, P]         1 where place j of the text around the chunk is in a window with hidden vector i

Rows wider than a slice do not stay in registers from level to level: hidden vectors and their changes then lie in
buffers of each program.
"""

from typing import NamedTuple

import numpy as np
import torch
import triton
import triton.language as tl

from w2v.base.config import Config
from w2v.heads.hs.branches import branches_below
from w2v.heads.tree import coding_tree
from w2v.kernels.gpu.chunk import (
    LAUNCH,
    add_rows,
    fetch_rows,
    logistic,
    padded,
    product,
    product_of_transposed,
    put_rows,
    slice_of,
)
from w2v.kernels.gpu.windows import Windows, band

SHARED_NODES = 64  # scored with all hidden vectors of a chunk: a product of which tensor cores leave little to be saved


class Paths(NamedTuple):
    """The tree, as the kernel reads it; on the GPU. The N nodes nearest the root are shared."""

    turns: torch.Tensor  # int8 [N + 1, N'], `branches.Branches.turns`, padded with zeros
    branch: torch.Tensor  # int32 [V], the branch that each word is below
    first: torch.Tensor  # int64 [V], where in `steps` the rest of each word's path begins
    left: torch.Tensor  # int32 [V], how many nodes it has
    steps: torch.Tensor  # int32, of each node on the rest of a path 2 node + code
    shared: int  # N
    config: Config


def prepare(config: Config, counts: np.ndarray, device: torch.device) -> Paths:
    """The paths of a vocabulary with these counts, int64 [V]."""
    tree = coding_tree(counts, config.tree)
    shared = min(SHARED_NODES, len(counts) - 1)
    n_shared, branch, turns = branches_below(tree, shared)
    wide = np.zeros((shared + 1, padded(shared)), np.int8)
    wide[:, :shared] = turns
    steps = 2 * tree.points + tree.codes.astype(np.int32)
    first, left = tree.offsets[:-1] + n_shared, (tree.lengths - n_shared).astype(np.int32)
    arrays = wide, branch.astype(np.int32), first, left, steps
    return Paths(*(torch.from_numpy(array).to(device) for array in arrays), shared, config)


def train_blocks(
    paths: Paths,
    inputs: torch.Tensor,
    outputs: torch.Tensor,
    windows: Windows,
    rates: torch.Tensor,
    chunk: int,
    programs: int,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Train some blocks, `programs` at a time; returns summed losses, float64 [B], and examples, int32 [B].

    Args:
        inputs: float32 [V, stride], outputs: float32 [V - 1, stride], the tables; changed in place.
        rates: float32 [B], the learning rate of each block.
        chunk: hidden vectors in a step.
    """
    config, n_blocks, stride = paths.config, len(rates), inputs.stride(0)
    programs = min(programs, n_blocks)
    losses = torch.zeros(n_blocks, dtype=torch.float64, device=rates.device)
    examples = torch.zeros(n_blocks, dtype=torch.int32, device=rates.device)
    queue = torch.zeros(1, dtype=torch.int32, device=rates.device)
    slices = -(-stride // slice_of(stride))
    lines = programs * padded(chunk) if slices > 1 else 1
    hiddens, changes = (torch.empty((lines, stride), dtype=torch.float32, device=rates.device) for _ in range(2))
    train[(programs,)](
        *(inputs, outputs, stride, *windows[:4], windows.words.shape[1], rates),
        *(paths.turns, paths.branch, paths.first, paths.left, paths.steps, paths.shared),
        *(hiddens, changes, losses, examples, queue, n_blocks, chunk, config.window),
        CBOW=config.arch == "cbow",
        MEAN=config.cbow_mean,
        DIVIDE=config.cbow_mean and config.cbow_update == "mean",
        PRECISION=config.matmul_precision,
        HIDDEN=padded(chunk),
        PLACES=padded(chunk + 2 * config.window),
        SHARED=paths.turns.shape[1],
        WIDE=slice_of(stride),
        SLICES=slices,
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
    turns,
    branches,
    firsts,
    lefts,
    steps,
    n_shared,
    hiddens,
    changes,
    losses,
    examples,
    queue,
    n_blocks,
    chunk,
    window,
    CBOW: tl.constexpr,
    MEAN: tl.constexpr,
    DIVIDE: tl.constexpr,
    PRECISION: tl.constexpr,
    HIDDEN: tl.constexpr,
    PLACES: tl.constexpr,
    SHARED: tl.constexpr,
    WIDE: tl.constexpr,
    SLICES: tl.constexpr,
):
    """Train blocks as they come, until there are none; every program has the same arguments.

    Args:
        inputs, outputs: the tables, float32 [V, stride] and [V - 1, stride]; changed in place.
        words, sentences, widths, kept: the windows of the blocks, as `windows.cut` left them.
        rates: float32 [B], the learning rate of each block.
        turns, branches, firsts, lefts, steps: the tree (`Paths`); n_shared: N, at most SHARED.
        hiddens, changes: float32 [programs HIDDEN, stride], buffers; not touched with one slice.
        losses: float64 [B], examples: int32 [B], to be set.
        queue: int32 [1], the number of the next block that nobody has begun.
        chunk: hidden vectors in a step, at most HIDDEN.
        window: the widest, on each side; chunk + 2 window is at most PLACES.
        CBOW, MEAN, DIVIDE: the encoder (`kernels.chunk.WindowReduction`).
        PRECISION: of products (`chunk.product`).
        WIDE, SLICES: rows are read in so many slices of so many numbers.
    """
    node_at = tl.arange(0, SHARED)
    is_shared = node_at < n_shared
    lines = tl.program_id(0) * HIDDEN + tl.arange(0, HIDDEN)
    block = tl.atomic_add(queue, 1)
    while block < n_blocks:
        base = block.to(tl.int64) * length
        n = tl.load(kept + block)
        rate = tl.load(rates + block)
        loss, count = 0.0, 0
        for begin in range(0, n, chunk):
            own, is_hidden, around, is_place, near = band(
                words, sentences, widths, base, n, begin, chunk, window, CBOW, HIDDEN, PLACES
            )
            size = tl.sum(near, 1)  # of a hidden vector's window
            if MEAN:
                share = near / tl.maximum(size, 1.0)[:, None]
            else:
                share = near
            if CBOW:
                has = (size > 0).to(tl.float32)
                count += tl.sum(has, 0).to(tl.int32)
                target, is_target = own, is_hidden & (size > 0)
            else:
                count += tl.sum(size, 0).to(tl.int32)
                target, is_target = around, is_place & (tl.sum(near, 0) > 0)

            branch = tl.load(branches + target, mask=is_target, other=0)
            turn = tl.load(turns + branch[:, None] * SHARED + node_at[None, :], mask=is_target[:, None], other=0)
            if CBOW:
                wants_large, wants_small = (turn > 0).to(tl.float32), (turn < 0).to(tl.float32)
            else:  # small whole numbers: exact in any precision
                wants_large = product(near, (turn > 0).to(tl.float32), PRECISION)
                wants_small = product(near, (turn < 0).to(tl.float32), PRECISION)
            score = tl.zeros([HIDDEN, SHARED], tl.float32)
            for s in tl.static_range(SLICES):
                column = s * WIDE + tl.arange(0, WIDE)
                if CBOW:
                    hidden = product(share, fetch_rows(inputs, stride, around, is_place, column), PRECISION)
                else:
                    hidden = fetch_rows(inputs, stride, own, is_hidden, column)
                upper = fetch_rows(outputs, stride, node_at, is_shared, column)
                score += product(hidden, tl.trans(upper), PRECISION)
                if SLICES > 1:
                    put_rows(hiddens, stride, lines, is_hidden, column, hidden)
            costs, slopes = logistic(score)
            other_costs, other_slopes = logistic(-score)
            loss += tl.sum(tl.sum(wants_large * costs + wants_small * other_costs, 1), 0)
            step = rate * (wants_large * slopes - wants_small * other_slopes)
            tl.debug_barrier()  # all have read their rows before any is changed
            for s in tl.static_range(SLICES):
                column = s * WIDE + tl.arange(0, WIDE)
                if SLICES > 1:  # of other slices only the scores were kept
                    hidden = fetch_rows(hiddens, stride, lines, is_hidden, column)
                    upper = fetch_rows(outputs, stride, node_at, is_shared, column)
                    tl.debug_barrier()
                change = product(step, upper, PRECISION)
                add_rows(outputs, stride, node_at, is_shared, column, product_of_transposed(step, hidden, PRECISION))
                if SLICES > 1:
                    put_rows(changes, stride, lines, is_hidden, column, change)

            first = tl.load(firsts + target, mask=is_target, other=0)
            left = tl.load(lefts + target, mask=is_target, other=0)
            for level in range(tl.max(left, 0)):
                goes_on = level < left
                coded = tl.load(steps + first + level, mask=goes_on, other=0)
                node = coded >> 1
                sign = 1.0 - 2.0 * (coded & 1).to(tl.float32)
                if CBOW:
                    single = tl.zeros([HIDDEN], tl.float32)
                else:
                    pairs = tl.zeros([HIDDEN, PLACES], tl.float32)
                for s in tl.static_range(SLICES):
                    column = s * WIDE + tl.arange(0, WIDE)
                    below = fetch_rows(outputs, stride, node, goes_on, column)
                    if SLICES > 1:
                        hidden = fetch_rows(hiddens, stride, lines, is_hidden, column)
                    if CBOW:
                        single += tl.sum(hidden * below, 1)
                    else:
                        pairs += product(hidden, tl.trans(below), PRECISION)
                if CBOW:
                    cost, slope = logistic(sign * single)
                    loss += tl.sum(tl.where(goes_on, cost, 0.0), 0)
                    single = tl.where(goes_on, rate * sign * slope, 0.0)
                else:
                    weight = near * goes_on.to(tl.float32)[None, :]
                    cost, slope = logistic(sign[None, :] * pairs)
                    loss += tl.sum(tl.sum(weight * cost, 1), 0)
                    pairs = rate * weight * sign[None, :] * slope
                for s in tl.static_range(SLICES):
                    column = s * WIDE + tl.arange(0, WIDE)
                    if SLICES > 1:
                        below = fetch_rows(outputs, stride, node, goes_on, column)
                        hidden = fetch_rows(hiddens, stride, lines, is_hidden, column)
                    tl.debug_barrier()  # all have read the rows, and written what they had to add to the changes
                    if SLICES > 1:
                        change = fetch_rows(changes, stride, lines, is_hidden, column)
                    if CBOW:
                        change += single[:, None] * below
                        add_rows(outputs, stride, node, goes_on, column, single[:, None] * hidden)
                    else:
                        change += product(pairs, below, PRECISION)
                        back = product_of_transposed(pairs, hidden, PRECISION)
                        add_rows(outputs, stride, node, goes_on, column, back)
                    if SLICES > 1:
                        put_rows(changes, stride, lines, is_hidden, column, change)

            tl.debug_barrier()
            for s in tl.static_range(SLICES):
                column = s * WIDE + tl.arange(0, WIDE)
                if SLICES > 1:
                    change = fetch_rows(changes, stride, lines, is_hidden, column)
                if CBOW:
                    if DIVIDE:
                        back = product_of_transposed(share, change, PRECISION)
                    else:
                        back = product_of_transposed(near, change, PRECISION)
                    add_rows(inputs, stride, around, is_place, column, back)
                else:
                    add_rows(inputs, stride, own, is_hidden, column, change)
            tl.debug_barrier()  # the next chunk finds all of this one's changes
        tl.store(losses + block, loss)
        tl.store(examples + block, count)
        block = tl.atomic_add(queue, 1)
