"""Hierarchical softmax on the CPU: the steps of `heads/hs.py`, with the gradient written out.

With score x = <h, o_j> at an inner node where the word's code is c: the loss -log s((1 - 2c) x) has the derivative
s(x) - (1 - c). A chunk copies each node that its paths visit once, however many paths share it: near the root, all do.
"""

import math

import numpy as np
from numba import njit

from w2v.config import Config
from w2v.engines.kernels.chunk import gather, scatter, workspace
from w2v.engines.kernels.products import FAST, exp, push_hidden, push_rows, scores
from w2v.huffman import HuffmanTree, huffman_tree


def output_rows(vocab_size: int) -> int:
    """One row per inner node."""
    return vocab_size - 1


def prepare(config: Config, counts: np.ndarray) -> HuffmanTree:
    """The Huffman tree of a vocabulary with these counts, int64 [V]."""
    return huffman_tree(counts)


@njit(nogil=True, cache=True)
def train(inputs, outputs, windows, bag, tree, size, window, alpha, place):
    """Train one block in chunks of `size` centres; returns (summed loss in nats, examples).

    Args:
        inputs, outputs: the tables, floating [V, D'] and [V - 1, D'] with padded rows; changed in place.
        windows: the block's `Windows`; window: the widest on each side.
        bag: the encoder (`chunk.Bag`); tree: from `prepare`.
        alpha: learning rate.
        place: (seed, epoch, block index); not needed here, no choice is random.
    """
    width = inputs.shape[1]
    longest = 0
    for word in windows.ids:
        longest = max(longest, tree.offsets[word + 1] - tree.offsets[word])
    chunk = workspace(inputs, size, window, bag)
    # Output rows of the chunk: `nodes[slot]` is the inner node in `rows[slot]`, `slot_of[node]` the way back.
    rows = np.empty((size * longest, width), inputs.dtype)
    rows_delta = np.empty_like(rows)
    nodes = np.empty(size * longest, np.int64)
    slot_of = np.full(len(outputs), -1, np.int32)
    slots = np.empty(longest, np.int64)
    g = np.empty((2 * window + 1, longest), inputs.dtype)
    rate = inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, windows.ids.size, size):
        end = min(begin + size, windows.ids.size)
        examples += gather(inputs, windows, begin, end, bag, chunk)
        used = 0
        for i in range(end - begin):
            path, last = tree.offsets[windows.ids[begin + i]], tree.offsets[windows.ids[begin + i] + 1]
            for j in range(path, last):
                node = tree.points[j]
                if slot_of[node] < 0:
                    slot_of[node] = used
                    nodes[used] = node
                    rows[used] = outputs[node]
                    rows_delta[used] = 0
                    used += 1
                slots[j - path] = slot_of[node]
            loss += _along_path(chunk, i, rows, rows_delta, slots, tree.codes[path:last], g, rate)
        for slot in range(used):
            slot_of[nodes[slot]] = -1
            target, delta = outputs[nodes[slot]], rows_delta[slot]
            for d in range(width):
                target[d] += delta[d]
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(fastmath=FAST, cache=True)
def _along_path(chunk, i, rows, rows_delta, slots, codes, g, rate):
    """The part of centre i in the step and in the loss."""
    first, last, skip, length = chunk.first[i], chunk.last[i], chunk.skip[i], codes.size
    zero, one = rows.dtype.type(0), rows.dtype.type(1)
    scores(chunk.hidden, first, last, rows, slots, length, g)
    loss = 0.0
    for m in range(first, last):
        row = g[m - first]
        if m == skip:
            row[:length] = zero
            continue
        above, product = 0.0, 1.0
        for j in range(length):
            x = row[j] if codes[j] else -row[j]  # minus the score in the code's direction
            e = exp(-abs(x))
            above += max(x, zero)
            product *= one + e
            step = rate * (one if x >= zero else e) / (one + e)
            row[j] = -step if codes[j] else step
        loss += above + math.log(product)
    push_hidden(g, rows, slots, length, chunk.hidden_delta, first, last)
    push_rows(g, chunk.hidden, first, last, rows_delta, slots, length)
    return loss
