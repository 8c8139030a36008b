"""Blocks of an id stream, and a part of them that is held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus import digest as digests
from w2v.corpus.blocks import BLOCK, IdBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError

VOCAB = Vocabulary([f"w{i}" for i in range(1000)], np.ones(1000, np.int64))


def blocks_of(n: int) -> IdBlocks:
    """n blocks, the last one half full, whose ids are their numbers."""
    ids = np.repeat(np.arange(n, dtype=np.int32), BLOCK)[: n * BLOCK - BLOCK // 2]
    return IdBlocks(ids, VOCAB, 2 * len(ids))


def contents(blocks: IdBlocks) -> list[int]:
    return [number for i in range(blocks.n_blocks) for number in blocks.block(i)[[0, -1]].tolist()]


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
    assert contents(held_out)[::2] == list(range(50, 1000, 100))


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


# What is handed out, and what is not


@pytest.mark.parametrize("odd", [-2, 1000, np.iinfo(np.int32).max, np.iinfo(np.int32).min])
@pytest.mark.parametrize("place", [0, 4321, BLOCK - 1])
def test_an_id_that_is_out_of_range_reaches_nobody(odd, place):
    blocks = blocks_of(3)
    blocks.ids[BLOCK + place] = odd
    with pytest.raises(W2VError, match=f"there is an id {odd} in block 1 of the ids; expected -1 to 999"):
        blocks.block(1)
    assert blocks.block(0)[-1] == 0


def test_blocks_are_for_reading():
    blocks = blocks_of(2)
    with pytest.raises(ValueError, match="read-only"):
        blocks.block(0)[0] = 1
    blocks.ids[0] = 7  # the owner may


@pytest.mark.parametrize("ids", [np.zeros(3, np.int64), np.zeros((3, 2), np.int32)])
def test_ids_of_another_type_are_refused(ids):
    with pytest.raises(W2VError, match=r"expected int32 \[N\]"):
        IdBlocks(ids, VOCAB, 3)


# Which text it is


def digest(ids, words=("a", "b", "c"), counts=(3, 2, 1)):
    return IdBlocks(np.array(ids, np.int32), Vocabulary(list(words), np.array(counts)), 6).digest


def test_the_digest_is_that_of_the_text_alone():
    ids = [0, 1, -1, 0, 2, -1]
    assert digest(ids) == digest(np.array(ids)) != digest([0, 2, -1, 0, 1, -1]), "the same lines in another order"
    others = [digest(ids[:-1]), digest([*ids, -1]), digest(ids, "abd"), digest(ids, ["a", "b", "c d"])]
    others += [digest(ids, ["a\nb", "", "c"]), digest(ids, counts=(3, 2, 2)), digest([]), digest([-1])]
    assert len({digest(ids), *others}) == 9


def test_the_digest_changes_with_any_id_of_any_block():
    blocks = blocks_of(3)
    seen = {blocks.digest}
    for place in (0, 1, 2, 3, 5, BLOCK - 1, BLOCK, 2 * BLOCK + 17, len(blocks.ids) - 1):
        for bit in (0, 5):
            ids = blocks.ids.copy()
            ids[place] ^= 1 << bit
            seen.add(IdBlocks(ids, VOCAB, 6).digest)
    assert len(seen) == 19


def test_parts_of_a_text_have_digests_of_their_own():
    blocks = blocks_of(40)
    parts = [*blocks.split(0.1), *blocks.split(0.2)]
    assert len({blocks.digest, *(part.digest for part in parts)}) == 5
    assert blocks.split(0.1)[0].digest == parts[0].digest
    exchanged = blocks.ids.copy()
    exchanged[: 2 * BLOCK] = np.roll(exchanged[: 2 * BLOCK], BLOCK)
    assert IdBlocks(exchanged, VOCAB, blocks.tokens).split(0.1)[0].digest != parts[0].digest


def test_the_number_of_cores_has_no_say_in_the_digest(monkeypatch):
    expected = blocks_of(300).digest
    monkeypatch.setattr(digests, "available_cores", lambda: 7)
    monkeypatch.setattr(digests, "_PIECE", 11)
    assert blocks_of(300).digest == expected
