"""The deterministic engine: bits that do not depend on the number of threads, and what replicas learn together."""

import time
from contextlib import closing
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pytest

from w2v import Word2Vec, heads
from w2v.base.config import Config
from w2v.corpus import cooccurrence
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines import THREADED, deterministic, engine_class, merging
from w2v.errors import W2VError
from w2v.examples import encoders
from w2v.training import estimate
from w2v.training.callbacks import Callback
from w2v.training.train import train

V, BLOCKS, ROUND = 30, 26, 8
VOCAB = Vocabulary([f"w{i}" for i in range(V)], np.arange(2 * V, V, -1))
ORDER = np.random.default_rng(3).permutation(BLOCKS)
RATES = np.linspace(0.05, 0.01, BLOCKS)
OBJECTIVES = {head: {"head": head} for head in heads.names()} | {"shared": {"head": "pmi", "pmi_tables": "shared"}}
ENCODED = [
    (arch, name)
    for arch in ("skipgram", "cbow")
    for name, settings in OBJECTIVES.items()
    if arch == "skipgram" or heads.spec_of(settings["head"]).learns_from == "windows"
]


class Short:
    """Blocks of a few words."""

    vocab, tokens, n_blocks = VOCAB, 40 * BLOCKS, BLOCKS

    def block(self, i):
        return np.random.default_rng(i).integers(-1, V, 40).astype(np.int32)


@pytest.fixture(autouse=True)
def _four_replicas_of_a_short_text(monkeypatch):
    """And rounds of two blocks each, where a head may meet all words of one."""
    monkeypatch.setattr(deterministic, "WORDS_A_RUN", 1e-9)
    monkeypatch.setattr(deterministic, "WORDS_A_ROUND", 1e9)
    monkeypatch.setattr(deterministic, "LONGEST", ROUND // 4)
    monkeypatch.setattr(deterministic, "TURN", 1)


@pytest.fixture
def blocks_of(monkeypatch):
    """What an engine trains on, by its `learns_from`."""
    monkeypatch.setattr(cooccurrence, "BLOCK", 20)
    with cooccurrence.count(Short(), Config(head="pmi", sample=0, workers=1)) as pairs:
        yield {"windows": Short(), "cooccurrences": pairs}


def engine_of(**settings):
    config = Config(**{"vector_size": 9, "sample": 0, "epochs": 2, "deterministic": True} | settings)
    return engine_class(config)[0](config, VOCAB.counts, encoders.keep_thresholds(np.ones(V)))


def trained(blocks, epochs=2, **settings):
    """Losses and state after some epochs."""
    engine, losses = engine_of(**settings), []
    number = np.arange(blocks.n_blocks)
    for epoch in range(epochs):
        losses += list(engine.train_blocks(blocks, epoch, number, np.full(len(number), 0.05)))
    return losses, {name: array.copy() for name, array in engine.state().items()}


def assert_equal(one, other):
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("name", THREADED)
@pytest.mark.parametrize(("arch", "objective"), ENCODED)
def test_any_number_of_threads_gives_the_same_bits(arch, objective, name, blocks_of):
    settings = {"arch": arch, "engine": name} | OBJECTIVES[objective]
    blocks = blocks_of[engine_of(**settings).learns_from]
    losses, state = trained(blocks, workers=1, **settings)
    assert sum(loss.examples for loss in losses) > 0
    for workers in (2, 3, 5, 5) if name == "cpu" else (3,):
        again, same = trained(blocks, workers=workers, **settings)
        assert again == losses
        assert_equal(same, state)
    alone, other = trained(blocks, workers=1, **settings | {"deterministic": False})
    assert [loss.examples for loss in alone] == [loss.examples for loss in losses]
    assert any((other[name] != state[name]).any() for name in state), "there are several replicas"


@pytest.mark.parametrize("epoch", [0, 1])
@pytest.mark.parametrize("objective", ["ns", "softmax", "pmi"])
def test_a_run_that_is_put_aside_goes_on_to_the_same_bits(objective, epoch, blocks_of):
    """After whichever block it is asked to pause; in the first epoch also among those that are trained alone."""
    settings = {"workers": 2} | OBJECTIVES[objective]
    whole = engine_of(**settings)
    blocks = blocks_of[whole.learns_from]
    order = np.random.default_rng(3).permutation(blocks.n_blocks)
    rates = np.linspace(0.05, 0.01, len(order))
    losses, ends = list(whole.train_blocks(blocks, epoch, order, rates)), set()
    for k in range(1, len(order), 3):
        first, second, before = engine_of(**settings), engine_of(**settings), []
        for loss in first.train_blocks(blocks, epoch, order, rates):
            before.append(loss)
            if len(before) == k:
                first.pause()
        assert k <= len(before) < k + ROUND or len(before) == len(order)
        ends.add(len(before))
        second.load_state(first.state())
        assert before + list(second.train_blocks(blocks, epoch, order[len(before) :], rates[len(before) :])) == losses
        assert_equal(second.state(), whole.state())
    assert len(ends) > 2


def test_a_round_that_lasts_too_long_for_a_pause_is_dropped(monkeypatch):
    """The tables are those after the round before."""
    engine, other = engine_of(workers=2), engine_of(workers=2)
    train_block, begun = engine._parts.train_block, []

    def slow(self, *arguments):
        begun.append(self)
        if len(begun) == 2 * ROUND:
            engine.pause(within=0.0)
        return train_block(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(engine._parts, "train_block", slow)
        before = list(engine.train_blocks(Short(), 1, ORDER, RATES))
    assert len(before) == ROUND
    losses = other.train_blocks(Short(), 1, ORDER, RATES)
    assert [next(losses) for _ in range(ROUND)] == before
    assert_equal(engine.state(), other.state())
    after = list(engine.train_blocks(Short(), 1, ORDER[ROUND:], RATES[ROUND:]))
    assert after == list(losses)


def test_an_error_in_one_thread_ends_the_others_at_once(monkeypatch):
    engine, ended = engine_of(workers=3), []
    list(engine.train_blocks(Short(), 0, ORDER, RATES))

    def broken(self, _block, _epoch, index, _alpha):
        if index == ORDER[0]:
            raise OSError("block 0")
        until = time.monotonic() + 20
        while not self.interrupted[0] and time.monotonic() < until:
            time.sleep(0.001)
        ended.append(time.monotonic() < until)

    with monkeypatch.context() as patch:
        patch.setattr(engine._parts, "train_block", broken)
        with pytest.raises(OSError, match="block 0"):
            list(engine.train_blocks(Short(), 1, ORDER, RATES))
    assert all(ended)
    assert len(list(engine.train_blocks(Short(), 1, ORDER, RATES))) == BLOCKS, "the tables are those before the round"


def test_closing_between_two_rounds_leaves_the_tables_of_the_last_one():
    engine, other = engine_of(workers=2), engine_of(workers=2)
    with closing(engine.train_blocks(Short(), 1, ORDER, RATES)) as losses:
        next(losses)
    for number, _ in enumerate(other.train_blocks(Short(), 1, ORDER, RATES), 1):
        if number == 1:
            other.pause()
    assert_equal(engine.state(), other.state())


def test_the_first_blocks_of_a_run_are_trained_by_one():
    """Where tables are zeros, replicas would grow apart."""
    number, rates = np.arange(BLOCKS), np.full(BLOCKS, 0.05)
    runs = [list(engine_of(workers=1, deterministic=d).train_blocks(Short(), 0, number, rates)) for d in (False, True)]
    same = [one == other for one, other in zip(*runs, strict=True)]
    assert same[:ROUND] == [True] * ROUND
    assert not all(same[ROUND : 2 * ROUND])


def test_a_short_text_gets_the_bits_of_one_thread(planted, monkeypatch):
    """It has too few blocks for several replicas."""
    config = Config(vector_size=8, min_count=1, epochs=2)
    runs = [
        train(planted[0][:300], config.replace(**how)).tables
        for how in ({"workers": 1}, {"workers": 3, "deterministic": True}, {"workers": 1, "deterministic": True})
    ]
    assert_equal(runs[1], runs[0])
    assert_equal(runs[2], runs[0])
    monkeypatch.undo()
    lengths = (1, 100, 1000, 1710, 10**5)  # blocks
    assert [deterministic.n_replicas(Config(epochs=5), 70_000, n) for n in lengths] == [1, 1, 2, 4, 8]


@pytest.mark.parametrize("head", heads.names())
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_planted_structure_is_found_by_replicas_together(arch, head, planted):
    """As in the conformance suite; each word occurs hundreds of times in a round."""
    sentences, topics = planted
    alpha = {"ns": 0.05, "hs": 0.05, "softmax": 0.02, "ova": 0.01, "pmi": 0.1, "poincare": 0.05}[head]
    settings = Config(arch=arch, head=head, vector_size=16, min_count=1, sample=0.02, chunk=32, alpha=alpha, epochs=4)
    model = Word2Vec(sentences * 12, **asdict(settings.replace(workers=2, deterministic=True)))
    assert model.history[-1].loss < model.history[0].loss
    topic_of = {word: number for number, topic in enumerate(topics) for word in topic}
    right = [
        topic_of.get(neighbour) == number
        for word, number in topic_of.items()
        for neighbour, _ in model.wv.most_similar(word, topn=7)
    ]
    assert np.mean(right) > 0.9


def merged(base, replicas, parts=1):
    """What a merge makes of tables, which are padded, in so many parts; all replicas have become the same."""
    pad = np.zeros((len(base), 3), base.dtype)
    base, *replicas = (np.hstack([table, pad])[:, : table.shape[1]] for table in (base, *replicas))
    rows, size = base.shape
    tables = merging.flat(base), tuple(map(merging.flat, replicas))
    direction = merging.common_direction(*tables, rows, size + 3, size)
    bounds = [rows * part // parts // merging.TILE * merging.TILE for part in range(parts)] + [rows]
    for first, last in pairwise(bounds):
        merging.merge(*tables, first, last, size + 3, size, direction)
    for replica in replicas:
        np.testing.assert_array_equal(replica, base)
    return base


@pytest.fixture(params=["float32", "float64"])
def table(request):
    return np.random.default_rng(1).standard_normal((300, 7)).astype(request.param)


def test_rows_that_one_replica_changed_are_taken_as_they_are(table):
    replicas = [table.copy() for _ in range(4)]
    for row in range(0, 300, 2):
        replicas[row % 4][row] += 1 + row
    right = np.where(np.arange(300)[:, None] % 4 == 0, replicas[0], replicas[2])
    right[1::2] = table[1::2]
    np.testing.assert_array_equal(merged(table, replicas), right)


def test_changes_that_are_all_the_same_become_their_mean(table):
    change = np.random.default_rng(2).standard_normal(table.shape).astype(table.dtype)
    np.testing.assert_allclose(merged(table, [table + change] * 4), table + change, atol=1e-5)


def test_changes_that_have_nothing_in_common_are_added_up():
    """At right angles; where one of two is greater, or there are more dimensions, too."""
    table = np.zeros((300, 4))
    replicas = [table.copy() for _ in range(4)]
    for k in range(4):
        replicas[k][:, k] = (-1.0) ** np.arange(300) * (k + 1)
    np.testing.assert_allclose(merged(table, replicas), np.tile([1.0, 2, 3, 4], (300, 1)) * replicas[0][:, :1])


def test_what_is_in_common_is_averaged_and_the_rest_is_added_up():
    """All replicas went the same way along one axis, and each its own along the others."""
    generator = np.random.default_rng(4)
    noise = generator.standard_normal((4, 64, 400))
    noise[:, :, 0] = 0
    replicas = list(noise)
    for replica in replicas:
        replica[:, 0] = 100.0
    found = merged(np.zeros((64, 400)), replicas)
    np.testing.assert_allclose(found[:, 0], 100, rtol=0.03)
    assert np.linalg.norm(found[:, 1:]) == pytest.approx(np.linalg.norm(sum(noise)[:, 1:]), rel=0.05)


def test_it_does_not_matter_into_which_parts_a_table_is_cut(table):
    generator = np.random.default_rng(5)
    replicas = [table + generator.standard_normal(table.shape).astype(table.dtype) for _ in range(2)]
    one = merged(table, replicas)
    for parts in (2, 3):
        np.testing.assert_array_equal(merged(table, replicas, parts), one)


def test_sums_are_added_up():
    base, parts = np.ones((5, 7)), [np.ones((5, 7)), np.ones((5, 7))]
    parts[0][2:] += 2
    parts[1][3:] += 3
    merging.add_up(merging.flat(base), tuple(map(merging.flat, parts)), 0, 5, 7, 7)
    assert base[:, 3].tolist() == [1, 1, 3, 6, 6]
    for part in parts:
        np.testing.assert_array_equal(part, base)


def test_replicas_count_in_the_memory_estimate(monkeypatch):
    monkeypatch.undo()
    words = Vocabulary([str(i) for i in range(70_000)], np.full(70_000, 250))
    table = 70_000 * 112 * 4
    for head, more in (("ns", 8 * table), ("pmi", 32 * table)):
        usual, fixed = (estimate.memory(Config(head=head, epochs=5, deterministic=d), words) for d in (False, True))
        assert fixed - usual == more
    toy = Vocabulary(["a", "b"], np.array([9, 9]))
    assert estimate.memory(Config(epochs=5, deterministic=True), toy) == estimate.memory(Config(epochs=5), toy)


def test_threads_without_work_are_told(planted, monkeypatch):
    monkeypatch.undo()
    heard = []

    class Listener(Callback):
        def on_note(self, sentence):
            heard.append(sentence)

    config = Config(vector_size=4, min_count=1, sample=0, epochs=5, deterministic=True)
    train(planted[0][:50], config.replace(workers=2), callbacks=Listener())
    assert [note for note in heard if "deterministic" in note] == [
        "deterministic=True: a run of this length has work for one thread at a time, of 2."
    ]
    told = [deterministic.idle_threads_note(config.replace(workers=workers), 70_000, 1710) for workers in (4, 5)]
    assert told == [None, "deterministic=True: a run of this length has work for 4 threads at a time, of 5."]


def test_a_device_has_no_threads():
    with pytest.raises(W2VError, match="deterministic=True is for threads on the CPU, and device is 'cuda'"):
        engine_class(Config(deterministic=True, device="cuda", engine="reference"))


@pytest.mark.parametrize(("size", "step"), [(100, 112), (9, 16)])
def test_a_merge_does_not_depend_on_where_arrays_lie(size, step):
    """Compiled loops look whether arrays may overlap, and take another way where they lie near each other."""
    random, rows, found = np.random.default_rng(1), 130, set()
    given = [random.normal(size=rows * step).astype(np.float32) for _ in range(3)]
    for _ in range(100):
        memory, at, tables = np.zeros(3 * rows * step + 200, np.float32), int(random.integers(64)), {}
        for number in random.permutation(3):
            tables[number] = memory[at : at + rows * step]
            tables[number][:] = given[number]
            at += rows * step + int(random.integers(16))
        base, others = tables[0], (tables[1], tables[2])
        direction = merging.common_direction(base, others, rows, step, size)
        merging.merge(base, others, 0, rows, step, size, direction)
        found.add(base.tobytes())
    assert len(found) == 1
