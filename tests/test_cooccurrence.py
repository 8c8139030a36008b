"""Counting: equal to looking at every pair of places, whatever the memory, the threads and the windows."""

import errno
import os
from dataclasses import dataclass

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base.config import Config
from w2v.corpus import cooccurrence
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError


@dataclass
class Given:
    """Blocks of ids, written down."""

    vocab: Vocabulary
    blocks: list
    tokens: int
    digest: str = "of the text"

    @property
    def n_blocks(self):
        return len(self.blocks)

    def block(self, i):
        return np.array(self.blocks[i], dtype=np.int32)


def given_blocks(blocks, size):
    words = [word for block in blocks for word in block if word >= 0]
    counts = np.bincount(words, minlength=size) + 1
    return Given(Vocabulary([f"w{i}" for i in range(size)], counts.astype(np.int64)), blocks, len(words))


def entries_of(counted):
    """{(row, column): (count, pmi)} of all blocks."""
    found = {}
    for number in range(counted.n_blocks):
        for row, column, count, pmi in counted.block(number).tolist():
            assert (row, column) not in found
            found[row, column] = count, pmi
    return found


streams = st.integers(1, 9).flatmap(
    lambda size: st.tuples(st.just(size), st.lists(st.lists(st.integers(-1, size - 1), max_size=25), min_size=1))
)


@given(
    stream=streams,
    window=st.integers(1, 6),
    distance_weighting=st.booleans(),
    sample=st.sampled_from([0.0, 0.05]),
    memory=st.sampled_from([0, 200, 1000, 10**6]),
    workers=st.integers(1, 3),
)
def test_counts_are_those_of_the_definition(
    tmp_path_factory, stream, window, distance_weighting, sample, memory, workers
):
    """Memory of no bytes still holds one window of pairs, so that nearly every place begins a run of its own."""
    size, numbers = stream
    blocks = given_blocks(numbers, size)
    config = Config(window=window, distance_weighting=distance_weighting, sample=sample, workers=workers)
    keep = blocks.vocab.keep_probability(sample)
    expected = naive.cooccurrences(numbers, window, distance_weighting, keep)
    home = tmp_path_factory.mktemp("counts")
    if not expected:
        with pytest.raises(W2VError, match="no word with a neighbour"):
            cooccurrence.count(blocks, config, memory=memory, folder=home)
    else:
        pmi = naive.pmi(expected)
        with cooccurrence.count(blocks, config, memory=memory, folder=home) as counted:
            assert counted.tokens == blocks.tokens
            assert counted.vocab is blocks.vocab
            found = entries_of(counted)
            assert len(counted) == len(found)
            assert set(found) == {(i, j) for i, j in expected if i <= j}
            for pair, (count, value) in found.items():
                assert count == pytest.approx(expected[pair], rel=1e-6)
                assert value == pytest.approx(pmi[pair], abs=1e-5)
            rows = [sum(count for (i, _), count in expected.items() if i == word) for word in range(size)]
            np.testing.assert_allclose(counted.row_sums, rows, rtol=1e-6)
    assert not list(home.iterdir())  # nothing stays behind, in failure neither


@pytest.fixture
def zipf():
    """Three blocks of 10,000 words of 2,000, frequent ones first."""
    generator = np.random.default_rng(3)
    blocks = [np.minimum(generator.zipf(1.3, 10_000) - 1, 1999).tolist() for _ in range(3)]
    return given_blocks(blocks, 2000)


def test_neither_memory_nor_threads_change_the_entries_or_their_order(zipf, monkeypatch):
    """To the bit where counts are whole numbers; else sums are rounded in another order."""
    monkeypatch.setattr(cooccurrence, "BLOCK", 3000)
    results = []
    for memory, workers in [(10**8, 1), (10**5, 1), (3 * 10**4, 3)]:
        with cooccurrence.count(zipf, Config(workers=workers, sample=0), memory=memory) as counted:
            results.append(np.concatenate([counted.block(i) for i in range(counted.n_blocks)]))
            sizes = [len(counted.block(i)) for i in range(counted.n_blocks)]
    assert len(sizes) == round(sum(sizes) / 3000) > 3
    assert min(sizes) > 2700
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_the_order_is_random_and_the_seed_fixes_it(zipf):
    orders = []
    for seed in (1, 1, 2):
        with cooccurrence.count(zipf, Config(seed=seed, workers=1, sample=1e-3)) as counted:
            orders.append(counted.block(0)["row"].copy())
    assert (orders[0] == orders[1]).all()
    assert (np.sort(orders[0]) == np.sort(orders[2])).all()
    assert (orders[0] != orders[2]).mean() > 0.5
    halves = np.array_split(orders[0].astype(float), 2)  # no half has the frequent words
    assert halves[0].mean() == pytest.approx(halves[1].mean(), rel=0.1)


def test_the_files_are_removed_at_the_end(zipf, tmp_path):
    counted = cooccurrence.count(zipf, Config(sample=0), folder=tmp_path)
    assert [file.name for home in tmp_path.iterdir() for file in home.iterdir()] == ["entries"]
    counted.close()
    assert not list(tmp_path.iterdir())


def test_what_was_counted_is_of_the_text_that_it_was_counted_from(zipf):
    with cooccurrence.count(zipf, Config(sample=0)) as counted:
        assert counted.digest == zipf.digest


def test_files_that_are_mapped_have_no_name_by_which_others_could_cut_them_short(zipf, tmp_path, monkeypatch):
    seen = []

    def look(function):
        def looking(*how):
            seen.append(sorted(path.name for path in tmp_path.glob("*/*")))
            return function(*how)

        return looking

    for name in ("merge_range", "tally", "shuffle"):
        monkeypatch.setattr(cooccurrence.runs, name, look(getattr(cooccurrence.runs, name)))
    with cooccurrence.count(zipf, Config(workers=1, sample=0), folder=tmp_path):
        assert [] in seen
        assert [names for names in seen if names not in ([], ["entries"])] == []


@pytest.mark.parametrize("odd", [{"row": -1}, {"column": 2000}, {"row": 2000}, {"column": -(1 << 31)}])
def test_an_entry_that_is_no_pair_reaches_nobody(zipf, tmp_path, odd):
    with cooccurrence.count(zipf, Config(sample=0), folder=tmp_path) as counted:
        (path,) = tmp_path.glob("*/entries")
        entries = np.memmap(path, cooccurrence.ENTRY, "r+")
        for name, value in odd.items():
            entries[name][1234] = value
        with pytest.raises(W2VError, match="entries changed while it was read"):
            counted.block(0)


def test_entries_that_are_cut_short_while_they_are_read_are_a_sentence(zipf, tmp_path):
    with cooccurrence.count(zipf, Config(sample=0), folder=tmp_path) as counted:
        (path,) = tmp_path.glob("*/entries")
        os.truncate(path, path.stat().st_size // 2)
        with pytest.raises(W2VError, match="entries was cut short while it was read"):
            counted.block(0)


def test_a_block_that_is_not_there(zipf):
    with cooccurrence.count(zipf, Config(sample=0)) as counted, pytest.raises(IndexError, match="block 7 of 1"):
        counted.block(7)


def test_a_vocabulary_that_no_number_holds():
    many = Given(Vocabulary(range(1 << 26), np.empty(0)), [], 0)
    with pytest.raises(W2VError, match=r"67,108,864 words are too many .* max_final_vocab to 33,554,432 at most"):
        cooccurrence.count(many, Config(window=10_000, distance_weighting=True, sample=0))


def test_a_full_disk_is_told(zipf, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    with pytest.raises(W2VError, match=rf"the disk of {tmp_path} is full.* raise min_count"):
        cooccurrence.count(zipf, Config(sample=0), folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there(zipf, tmp_path):
    with pytest.raises(W2VError, match=r"cannot write to the folder .*nowhere: No such file"):
        cooccurrence.count(zipf, Config(sample=0), folder=tmp_path / "nowhere")
