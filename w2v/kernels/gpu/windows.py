"""Context windows on a GPU: `examples/encoders.py`'s, a block of the text for each program.

Of a block are kept, in the order of the text, the words that subsampling keeps, and for each the number of its sentence
and the width of its window. So place j is in the window around place i where they are of one sentence and no farther
apart than the width at i, and neither side needs to know where sentences begin and end (`band`).
"""

from typing import NamedTuple

import torch
import triton
import triton.language as tl

from w2v.base.config import Config
from w2v.kernels.gpu.randomness import below, bits

PIECE = 1024  # places that a program looks at together


class Windows(NamedTuple):
    """What is kept of B blocks, each of `length` words and sentence ends at most; on the GPU."""

    words: torch.Tensor  # int32 [B, length], of which the first kept[b] are meant
    sentences: torch.Tensor  # int32 [B, length], the number of each word's sentence
    widths: torch.Tensor  # int32 [B, length], how far the window around it reaches, to either side
    kept: torch.Tensor  # int32 [B]
    keys: torch.Tensor  # int64 [B, 3], bits of the keys of random streams: keeping words, widths, negative samples


def cut_windows(
    blocks: torch.Tensor, sizes: torch.Tensor, keys: torch.Tensor, keep: torch.Tensor, config: Config
) -> Windows:
    """The windows of blocks, int32 [B, length], of which the first sizes[b] are meant.

    keep: int64 [V], subsampling thresholds; keys: see `Windows`.
    """
    words, sentences, widths = (torch.empty_like(blocks) for _ in range(3))
    kept = torch.empty_like(sizes)
    found = Windows(words, sentences, widths, kept, keys)
    cut[(len(blocks),)](
        blocks, sizes, keys, keep, *found[:4], blocks.shape[1], config.window, SHRINK=config.shrink_windows, PIECE=PIECE
    )
    return found


@triton.jit
def cut(
    blocks, sizes, keys, keep, words, sentences, widths, kept, length, window, SHRINK: tl.constexpr, PIECE: tl.constexpr
):
    """Cut block b, for program b.

    Args:
        blocks: int32 [B, length], word ids and, below 0, sentence ends; sizes: int32 [B], how many there are.
        keys: int64 [B, 3], bits of the streams for keeping words, widths of windows, and noise.
        keep: int64 [V], subsampling thresholds.
        words, sentences, widths: int32 [B, length], to be set; kept: int32 [B], how many of each.
        window: the widest, on each side; with SHRINK widths are drawn from 1 to this, else all are this.
    """
    b = tl.program_id(0)
    size = tl.load(sizes + b)
    keep_key = tl.load(keys + 3 * b).to(tl.uint64, bitcast=True)
    width_key = tl.load(keys + 3 * b + 1).to(tl.uint64, bitcast=True)
    base = b.to(tl.int64) * length
    n, sentence = 0, 0
    for first in range(0, size, PIECE):
        place = first + tl.arange(0, PIECE)
        word = tl.load(blocks + base + place, mask=place < size, other=0)
        is_word = (place < size) & (word >= 0)
        threshold = tl.load(keep + word, mask=is_word, other=0)
        stays = is_word & ((bits(keep_key, place) >> 32).to(tl.int64) < threshold)
        width = tl.full([PIECE], 0, tl.int32) + window
        if SHRINK:
            width = 1 + below(bits(width_key, place), width)
        ended = (word < 0).to(tl.int32)
        at = base + n + tl.cumsum(stays.to(tl.int32), 0) - 1
        tl.store(words + at, word, mask=stays)
        tl.store(sentences + at, sentence + tl.cumsum(ended, 0), mask=stays)
        tl.store(widths + at, width, mask=stays)
        n += tl.sum(stays.to(tl.int32), 0)
        sentence += tl.sum(ended, 0)
    tl.store(kept + b, n)


@triton.jit
def band(
    words,
    sentences,
    widths,
    base,
    n,
    begin,
    chunk,
    window,
    CBOW: tl.constexpr,
    HIDDEN: tl.constexpr,
    PLACES: tl.constexpr,
):
    """The chunk of a block that begins at place `begin`: its words, those around it, and who is in whose window.

    Args:
        words, sentences, widths: as `cut` left them; base: where the block begins in them, int64; n: its words.
        chunk: hidden vectors, at most HIDDEN; window: the widest; chunk + 2 window is at most PLACES.

    Returns:
        own [HIDDEN], the words at the chunk's places, is_hidden [HIDDEN], which of these there are;
        around [PLACES], the words from `window` places before the chunk on, is_place [PLACES], which of them there are;
        near, float32 [HIDDEN, PLACES], 1 where a word around is in the window of a hidden vector (CBOW: of the words
        that it is the mean of; Skip-gram: of those that it predicts), else 0. Outside of them words are 0.
    """
    hidden_at, place_at = tl.arange(0, HIDDEN), tl.arange(0, PLACES)
    m, j = begin + hidden_at, begin - window + place_at
    is_hidden, is_place = (hidden_at < chunk) & (m < n), (j >= 0) & (j < n)
    own = tl.load(words + base + m, mask=is_hidden, other=0)
    around = tl.load(words + base + j, mask=is_place, other=0)
    if CBOW:
        width = tl.load(widths + base + m, mask=is_hidden, other=0)[:, None]
    else:
        width = tl.load(widths + base + j, mask=is_place, other=0)[None, :]
    own_sentence = tl.load(sentences + base + m, mask=is_hidden, other=-1)[:, None]
    sentence = tl.load(sentences + base + j, mask=is_place, other=-2)[None, :]
    distance = tl.abs(m[:, None] - j[None, :])
    near = (own_sentence == sentence) & (distance <= width) & (distance > 0)
    return own, is_hidden, around, is_place, near.to(tl.float32)
