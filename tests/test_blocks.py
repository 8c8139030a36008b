"""Blocks of an id stream, and a part of them that is held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus.blocks import BLOCK, IdBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError

VOCAB = Vocabulary(["a", "b"], np.array([2, 1]))


def blocks_of(n: int) -> IdBlocks:
    """n blocks, the last one half full, whose ids are their places in the stream."""
    ids = np.arange(n * BLOCK - BLOCK // 2, dtype=np.int32)
    return IdBlocks(ids, VOCAB, 2 * len(ids))


def contents(blocks: IdBlocks) -> list[int]:
    return [place for i in range(blocks.n_blocks) for place in blocks.block(i)[[0, -1]].tolist()]


@given(n=st.integers(3, 60), share=st.floats(0.02, 0.49))
def test_the_parts_have_every_block_once(n, share):
    blocks = blocks_of(n)
    try:
        rest, held_out = blocks.split(share)
    except W2VError:
        assert n < 0.5 / share + 1  # too few blocks for the share
        return
    assert sorted(contents(rest) + contents(held_out)) == contents(blocks)
    assert held_out.n_blocks == pytest.approx(n * share, abs=1 + 0.34 * n * share)  # 1 / share is rounded
    assert abs(rest.tokens + held_out.tokens - blocks.tokens) <= 1
    assert rest.vocab is held_out.vocab is VOCAB


def test_what_is_held_out_lies_spread_over_the_text():
    _, held_out = blocks_of(1000).split(0.01)
    starts = [held_out.block(i)[0] // BLOCK for i in range(held_out.n_blocks)]
    assert starts == list(range(50, 1000, 100))


@pytest.mark.parametrize(
    ("n", "share", "sentence"),
    [
        (20, 0.0, "share is 0.0; expected a number above 0 and below 0.5"),
        (20, 0.5, "share is 0.5"),
        (2, 0.4, "too short to hold out 0.4 of it: it has 2 blocks of 10,000 words. Give a longer text."),
        (20, 0.01, "it has 20 blocks of 10,000 words. Give a longer text, or hold out 0.1 of it."),
    ],
)
def test_a_share_that_cannot_be_held_out_is_told(n, share, sentence):
    with pytest.raises(W2VError, match=sentence):
        blocks_of(n).split(share)
