"""Several ranks count one text: together they have the pairs, and the blocks, of one process."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cooccurrence import Given, entries_of, given_blocks
from thread_ranks import errors_of, run_ranks

from w2v.base.config import Config
from w2v.corpus import cooccurrence, pair_exchange
from w2v.errors import W2VError


class Own(Given):
    """Blocks of which some are a rank's own; nobody asks for others."""

    def of(self, ranks, cuts):
        self.own = range(cuts[ranks.rank], cuts[ranks.rank + 1])
        return self

    def block(self, i):
        assert i in self.own
        return super().block(i)


def own(whole, ranks, cuts):
    return Own(whole.vocab, whole.blocks, whole.tokens).of(ranks, cuts)


def counted(whole, size, cuts, config, **options):
    """What each rank has counted: own blocks, entries of each, sums of rows."""

    def work(ranks):
        with cooccurrence.count(own(whole, ranks, cuts), config, ranks=ranks, **options) as pairs:
            others = [i for i in range(pairs.n_blocks) if i not in pairs.own]
            for i in others[:1]:
                with pytest.raises(AssertionError, match="is of another rank"):
                    pairs.block(i)
            return pairs.own, [pairs.block(i) for i in pairs.own], pairs.row_sums, pairs.n_blocks, len(pairs)

    return run_ranks(size, work)


streams = st.integers(2, 9).flatmap(
    lambda size: st.tuples(st.just(size), st.lists(st.lists(st.integers(-1, size - 1), max_size=25), min_size=1))
)


def error_of(function) -> str | None:
    try:
        function()
    except W2VError as error:
        return str(error)
    return None


configs = st.builds(
    Config,
    window=st.integers(1, 5),
    distance_weighting=st.booleans(),
    sample=st.sampled_from([0, 1e-2]),
    workers=st.integers(1, 3),
    seed=st.integers(0, 1 << 31),
)


@given(streams, configs, st.integers(1, 5), st.sampled_from([600, 1 << 20]), st.data())
def test_the_pairs_of_all_ranks_are_those_of_one_process(stream, config, size, memory, data):
    n_words, blocks = stream
    places = st.lists(st.integers(0, len(blocks)), min_size=size - 1, max_size=size - 1)
    cuts = [0, *sorted(data.draw(places)), len(blocks)]
    whole = given_blocks(blocks, n_words)
    if hopeless := error_of(lambda: cooccurrence.count(whole, config)):
        errors = errors_of(size, lambda ranks: cooccurrence.count(own(whole, ranks, cuts), config, ranks=ranks))
        assert {str(each) for each in errors} == {hopeless}
        return
    with cooccurrence.count(whole, config) as one:
        expected, sums = entries_of(one), one.row_sums
    found = counted(whole, size, cuts, config, memory=memory)
    entries = {}
    for _, parts, row_sums, _, _ in found:
        np.testing.assert_allclose(row_sums, sums, rtol=1e-6)
        for row, column, count, pmi in chain.from_iterable(part.tolist() for part in parts):
            assert (row, column) not in entries
            entries[row, column] = count, pmi
    assert entries.keys() == expected.keys()
    for pair, values in entries.items():
        assert values == pytest.approx(expected[pair], rel=1e-5, abs=1e-5)


def zipf(n_blocks):
    draw = np.random.default_rng(5)
    return [[*(draw.zipf(1.3, 4000) % 300).tolist(), -1] for _ in range(n_blocks)]


@pytest.mark.parametrize("size", [2, 3])
def test_the_blocks_are_those_of_one_process_to_the_bit(size, monkeypatch):
    monkeypatch.setattr(cooccurrence, "BLOCK", 1500)
    whole = given_blocks(zipf(6), 300)
    config = Config(window=5, sample=0, workers=2)
    cuts = [6 * rank // size for rank in range(size + 1)]
    found = counted(whole, size, cuts, config, memory=100_000)
    n_blocks = found[0][3]
    assert n_blocks > size
    monkeypatch.setattr(cooccurrence, "BLOCK", sum(each[4] for each in found) / n_blocks)
    with cooccurrence.count(whole, config) as one:
        assert one.n_blocks == n_blocks
        for own_blocks, parts, row_sums, _, _ in found:
            assert row_sums.tolist() == one.row_sums.tolist()
            for number, part in zip(own_blocks, parts, strict=True):
                assert part.tobytes() == one.block(number).tobytes()
    sizes = [each[4] for each in found]
    assert max(sizes) < 1.1 * min(sizes)


def test_ranks_exchange_pieces_that_fit_in_memory(monkeypatch):
    whole, pieces = given_blocks(zipf(4), 300), []
    dealt = pair_exchange._dealt
    monkeypatch.setattr(pair_exchange, "_dealt", lambda keys, *rest: (pieces.append(len(keys)), dealt(keys, *rest))[1])
    counted(whole, 2, [0, 3, 4], Config(window=5, sample=0, workers=1), memory=48 * 1000)
    assert max(pieces) == 1000
    assert len(pieces) > 10


def test_a_full_disk_of_one_rank_is_told_by_all(monkeypatch):
    whole, full = given_blocks([[0, 1, 0, -1]] * 4, 2), []
    remove = pair_exchange.Runs.in_files

    def in_files(keys, sums, lengths):
        if "own" in keys.name and not full:
            full.append(keys)
            raise OSError(28, "No space left on device")
        return remove(keys, sums, lengths)

    monkeypatch.setattr(pair_exchange.Runs, "in_files", in_files)
    errors = errors_of(2, lambda r: cooccurrence.count(own(whole, r, [0, 2, 4]), Config(sample=0, workers=1), ranks=r))
    assert len({str(error) for error in errors}) == 1
    assert "is full. Counting co-occurrences needs" in str(errors[0])
