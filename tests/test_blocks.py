"""Blocks of an id stream, and a part of them that is held out."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus import blocks as splitting
from w2v.corpus import digest as digests
from w2v.corpus.blocks import BLOCK, HeldOut, IdBlocks
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
    rest, held_out = blocks.split(share)
    if not held_out.held.kind.startswith("blocks"):
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
    ],
)
def test_a_share_that_cannot_be_held_out_is_told(n, share, sentence):
    with pytest.raises(W2VError, match=sentence):
        blocks_of(n).split(share)


def test_a_long_text_copied_nowhere_holds_out_a_block_however_small_the_share(monkeypatch):
    monkeypatch.setattr(splitting, "FEW", 40)
    for share in (1e-3, 5e-324):
        rest, held_out = blocks_of(40).split(share)
        assert (str(held_out.held), contents(held_out)) == ("1 of 40 blocks of 10,000 words", [20, 20])
        assert rest.n_blocks == 39


# Where blocks are too large: sentences


def sentences_of(blocks: IdBlocks) -> list[list[int]]:
    ids = np.concatenate([blocks.block(i) for i in range(blocks.n_blocks)])
    assert ids[-1] == -1
    return [part.tolist() for part in np.split(ids, np.flatnonzero(ids == -1)[:-1] + 1)]


def text_of(sentences) -> IdBlocks:
    return IdBlocks(np.array([id for words in sentences for id in [*words, -1]], np.int32), VOCAB, 1000)


LESSON = [[3 * i, 3 * i + 1, 3 * i + 2] for i in range(10)]


@pytest.mark.parametrize(("share", "held"), [(0.01, [5]), (0.1, [5]), (0.2, [2, 7]), (0.34, [1, 4, 7])])
def test_of_a_lesson_every_so_many_sentences_are_held_out_and_one_at_least(share, held):
    rest, held_out = text_of(LESSON).split(share)
    assert sentences_of(held_out) == [[*LESSON[i], -1] for i in held]
    assert sentences_of(rest) == [[*LESSON[i], -1] for i in range(10) if i not in held]
    assert rest.tokens + held_out.tokens == 1000
    assert held_out.tokens == 100 * len(held)
    assert held_out.held == HeldOut(len(held), 10, "sentences", nowhere_else=3 * len(held))


@given(st.lists(st.lists(st.integers(0, 999), max_size=350), max_size=30), st.floats(0.001, 0.499), st.booleans())
def test_passages_go_whole_to_one_part_and_bring_no_words_together(sentences, share, open_end):
    whole = text_of(sentences)
    if open_end and len(whole.ids):
        whole = IdBlocks(whole.ids[:-1], VOCAB, 1000)
    used = sum(-(-len(words) // 100) for words in sentences if len(words) >= 2)
    if used < 2:
        with pytest.raises(W2VError, match=r"too short to hold out a part of it: it has (no|only one) sentence"):
            whole.split(share)
        return
    rest, held_out = whole.split(share)
    assert rest.tokens + held_out.tokens == 1000
    assert held_out.held.of == used
    held, every = sum(map(len, sentences_of(held_out))), sum(len(words) + 1 for words in sentences)
    assert abs(held - share * every) <= 202, "by no more than a passage at either end"
    assert max(map(len, sentences_of(held_out))) <= 100 * held_out.held.units + 1
    assert all(len(words) > 2 for words in sentences_of(held_out)), "each can be measured on"
    apart = [word for part in (rest, held_out) for words in sentences_of(part) for word in words if word >= 0]
    assert sorted(apart) == sorted(word for words in sentences for word in words)
    neighbours = {pair for words in sentences for pair in pairwise(words)}
    for part in (rest, held_out):
        for words in sentences_of(part):
            assert set(pairwise(words[:-1])) <= neighbours


def test_a_text_without_line_breaks_is_cut_into_passages():
    words = list(range(950))
    rest, held_out = text_of([words]).split(0.1)
    assert str(held_out.held) == "1 of 10 passages of up to 100 words"
    assert sentences_of(held_out) == [[*range(475, 570), -1]]
    assert sentences_of(rest) == [[*range(475), -1], [*range(570, 950), -1]]


def test_headings_are_no_share_of_a_text():
    """Of passages of three and of sixty words, every eightieth might always be a heading."""
    lines = [[1, 2, 3] if i % 8 == 0 else list(range(60)) for i in range(400)]
    _, held_out = text_of(lines).split(0.0125)
    assert sum(len(words) - 1 for words in sentences_of(held_out)) == pytest.approx(0.0125 * 21_150, abs=60)
    assert held_out.held.units < 8


def test_a_part_can_be_split_again():
    """Blocks that are no neighbours in the text do not become so."""
    rest, _ = blocks_of(5).split(0.4)  # blocks 0, 2 and 4
    less, dev = rest.split(1e-3)
    joints = [set(words) - {-1} for part in (less, dev) for words in sentences_of(part)]
    assert all(len(joint) == 1 for joint in joints)
    assert set().union(*joints) == {0, 2, 4}
    assert less.tokens + dev.tokens == rest.tokens


def test_the_parts_of_a_lesson_are_recognised():
    parts = [*text_of(LESSON).split(0.1), *text_of(LESSON).split(0.2)]
    assert len({text_of(LESSON).digest, *(part.digest for part in parts)}) == 5
    assert text_of(LESSON).split(0.1)[0].digest == parts[0].digest


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
