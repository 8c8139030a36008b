"""Each rank's blocks among those of all."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thread_ranks import errors_of, run_ranks

from w2v.corpus.blocks import BLOCK, IdBlocks
from w2v.corpus.shared_blocks import SharedBlocks
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import W2VError

VOCAB = Vocabulary(["a", "b", "c"], np.array([9, 5, 2]))
sentences = st.lists(st.integers(0, 2), min_size=1, max_size=5)


def ids_of(texts) -> np.ndarray:
    return np.array([id_ for text in texts for id_ in [*text, SENTENCE_END]], np.int32)


def of_ranks(size, function, shares):
    """function(SharedBlocks) on each rank; shares: its ids."""

    def work(ranks):
        ids = shares[ranks.rank]
        return function(SharedBlocks(IdBlocks(ids, VOCAB, int((ids >= 0).sum())), ranks))

    return run_ranks(size, work)


def test_blocks_are_numbered_through_and_each_rank_has_its_own():
    shares = [ids_of([[0, 1]] * n) for n in (9_000, 0, 4_000, 2)]  # 3, 0, 2 and 1 blocks

    def look(blocks):
        assert (blocks.n_blocks, blocks.n_each, blocks.tokens) == (6, [3, 0, 2, 1], 26_004)
        other = next((i for i in range(6) if i not in blocks.own), None)
        with pytest.raises(AssertionError, match="is of another rank"):
            blocks.block(other)
        with pytest.raises(IndexError):
            blocks.block(6)
        return blocks.own, [blocks.block(i) for i in blocks.own], blocks.digest

    found = of_ranks(4, look, shares)
    assert [own for own, _, _ in found] == [range(3), range(3, 3), range(3, 5), range(5, 6)]
    assert len({digest for _, _, digest in found}) == 1
    for (_, blocks, _), ids in zip(found, shares, strict=True):
        assert np.concatenate([np.empty(0, np.int32), *blocks]).tolist() == ids.tolist()
    changed = of_ranks(4, lambda blocks: blocks.digest, [*shares[:3], ids_of([[1, 0]] * 2)])
    assert changed[0] != found[0][2]


@given(st.lists(st.integers(0, 5), min_size=1, max_size=5), st.floats(0.02, 0.45))
def test_blocks_are_held_out_of_the_whole(n_each, share):
    shares = [ids_of([[0] * (BLOCK - 1)] * n) for n in n_each]
    if sum(n_each) < 3 or round(1 / share) // 2 >= sum(n_each):
        return
    whole = IdBlocks(np.concatenate(shares), VOCAB, 1).split(share)
    for number in range(2):
        found = of_ranks(len(shares), lambda blocks, number=number: _told(blocks.split(share)[number]), shares)
        chosen = np.concatenate([np.array(own, int) + sum(n_each[:rank]) for rank, (_, _, own) in enumerate(found)])
        assert chosen.tolist() == whole[number]._numbers.tolist()
        assert {each[:2] for each in found} == {(whole[number].n_blocks, str(whole[number].held))}


def _told(blocks):
    return blocks.n_blocks, str(blocks.held), blocks.mine._numbers.tolist()


@given(st.lists(st.lists(sentences, max_size=5), min_size=1, max_size=4), st.floats(0.05, 0.45))
def test_of_a_short_text_the_sentences_are_held_out_that_one_process_would(texts, share):
    whole_text = [*chain.from_iterable(texts), [0, 1], [0, 2]]
    shares = [ids_of(each) for each in [*texts, [[0, 1], [0, 2]]]]
    whole = IdBlocks(ids_of(whole_text), VOCAB, sum(map(len, whole_text))).split(share)

    def look(blocks):
        return [(part.mine.ids.tolist(), part.held, part.tokens) for part in blocks.split(share)]

    found = of_ranks(len(shares), look, shares)
    for number, part in enumerate(whole):
        ids, held, tokens = zip(*(each[number] for each in found), strict=True)
        assert list(chain.from_iterable(ids)) == part.ids.tolist()
        assert set(held) == {part.held}
        assert abs(tokens[0] - part.tokens) <= len(shares)
        assert len(set(tokens)) == 1


def test_a_text_too_short_to_hold_out_is_told_by_all():
    def work(ranks):
        return SharedBlocks(IdBlocks(ids_of([[0, 1], [2]][: 2 - ranks.rank]), VOCAB, 3), ranks).split(0.1)

    with pytest.raises(W2VError, match="only one sentence"):
        SharedBlocks(IdBlocks(ids_of([[0, 1], [2]]), VOCAB, 3), run_ranks(1, lambda ranks: ranks)[0]).split(0.1)
    errors = errors_of(2, lambda ranks: SharedBlocks(IdBlocks(ids_of([[ranks.rank]]), VOCAB, 1), ranks).split(0.1))
    assert {str(error)[:46] for error in errors} == {"The text is too short to hold out a part of it"}
    assert [part.held.of for part in chain.from_iterable(run_ranks(2, work)) if part.held] == [2, 2]


def test_ranks_of_different_words_are_told():
    def work(ranks):
        vocab = Vocabulary(["a", "b"], np.array([9, 5 - ranks.rank]))
        return SharedBlocks(IdBlocks(ids_of([[0, 1]]), vocab, 2), ranks)

    assert {str(error)[:40] for error in errors_of(2, work)} == {"The ranks have different vocabularies. C"}
