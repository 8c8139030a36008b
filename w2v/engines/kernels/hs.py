"""Hierarchical softmax on the CPU: the steps of `heads/hs.py`, with the gradient written out.

At an inner node where the word's code is 0 the score should be large, where it is 1, small. A chunk copies each node
that its paths visit once, however many paths share it: near the root, all do.
"""

import numpy as np
from numba import njit

from w2v.config import Config
from w2v.engines.kernels.chunk import decisions, gather, scatter, table, workspace
from w2v.engines.kernels.logistic import logistic, padded
from w2v.engines.kernels.products import FAST, push_hidden, push_rows, scores
from w2v.engines.kernels.simd import SLACK, add_rows, copy_row, prefetch_row
from w2v.huffman import HuffmanTree, huffman_tree

NEAR_ROOT = 256  # nodes that every chunk visits, and that therefore stay in a core's own cache


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
    longest = 0
    for word in windows.ids:
        longest = max(longest, tree.offsets[word + 1] - tree.offsets[word])
    chunk = workspace(inputs, size, window, bag)
    # Output rows of the chunk: `nodes[slot]` is the inner node in `rows[slot]`, `slot_of[node]` the way back.
    rows = table(size * longest, inputs)
    rows_delta = table(size * longest, inputs)
    nodes = np.empty(size * longest, np.int64)
    slot_of = np.full(len(outputs), -1, np.int32)
    slots = np.zeros(longest + SLACK, np.int64)
    group = decisions(2 * window + 1, longest, 1, inputs)
    order = np.arange(len(chunk.hidden))
    rate = inputs.dtype.type(alpha)
    loss, examples = 0.0, 0
    for begin in range(0, windows.ids.size, size):
        end = min(begin + size, windows.ids.size)
        examples += gather(inputs, windows, begin, end, bag, chunk)
        for word in windows.ids[end : end + size]:  # the next chunk's; the nodes near the root are at hand
            for node in tree.points[tree.offsets[word] : tree.offsets[word + 1]]:
                if node >= NEAR_ROOT:
                    prefetch_row(outputs, node)
        used = 0
        for i in range(end - begin):
            path, last = tree.offsets[windows.ids[begin + i]], tree.offsets[windows.ids[begin + i] + 1]
            for j in range(path, last):
                node = tree.points[j]
                if slot_of[node] < 0:
                    slot_of[node] = used
                    nodes[used] = node
                    copy_row(rows, used, outputs, node)
                    copy_row(rows_delta, used, rows_delta, size * longest)  # a row of the slack: zeros
                    used += 1
                slots[j - path] = slot_of[node]
            loss += _along_path(chunk, i, rows, rows_delta, slots, tree.codes[path:last], group, order, rate)
        for slot in range(used):
            slot_of[nodes[slot]] = -1
            add_rows(outputs, nodes[slot], rows_delta, (slot,), (inputs.dtype.type(1),))
        scatter(inputs, windows, begin, end, bag, chunk)
    return loss, examples


@njit(fastmath=FAST, error_model="numpy", cache=True)
def _along_path(chunk, i, rows, rows_delta, slots, codes, group, order, rate):
    """The part of centre i in the step and in the loss: a decision at each node for each of its hidden vectors."""
    g, sides, weights, _ = group
    first, last, n = chunk.first[i], chunk.last[i], codes.size
    stride = padded(n)
    scores(chunk.hidden, first, last, rows, slots, n, g, 0, stride)
    for m in range(first, last):
        counts, line = m != chunk.skip[i], (m - first) * stride
        for j in range(n):
            sides[line + j] = 1 if codes[j] else -1
            weights[line + j] = counts
        weights[line + n : line + stride] = 0
    loss = logistic(g, sides, weights, (last - first) * stride, rate)
    push_hidden(g, 0, stride, rows, slots, n, chunk.hidden_delta, first, last)
    push_rows(g, 0, stride, chunk.hidden, order, first, last, rows_delta, slots, n)
    return loss
