"""Several ranks that train one model: rounds and exchanges, every head, pauses, and what ranks tell each other."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thread_ranks import errors_of, run_ranks

from w2v import Checkpoint, heads, latest
from w2v.base import ranks as base_ranks
from w2v.base.config import Config
from w2v.base.ranks import ALONE, alone, ranks_here
from w2v.corpus import cooccurrence
from w2v.corpus.own_blocks import OwnBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines import deterministic, engine_class, exchange, rounds, wire
from w2v.engines.distributed import LONGEST, ROUNDS, blocks_a_round, distributed_engine, input_rows_met, rows_met
from w2v.engines.exchange import Exchange
from w2v.errors import W2VError
from w2v.examples import encoders
from w2v.examples.input_rows import InputRows
from w2v.models.history import EpochPart, Totals
from w2v.training import together
from w2v.training import train as train_module
from w2v.training.callbacks import Callback, StopTraining
from w2v.training.train import train, train_blocks

V, BLOCKS = 30, 22
VOCAB = Vocabulary([f"w{i}" for i in range(V)], np.arange(2 * V, V, -1))
OBJECTIVES = {head: {"head": head} for head in heads.names()} | {"shared": {"head": "pmi", "pmi_tables": "shared"}}
ENCODED = [
    (arch, name)
    for arch in ("skipgram", "cbow")
    for name, settings in OBJECTIVES.items()
    if arch == "skipgram" or heads.spec_of(settings["head"]).learns_from == "windows"
]


class Short:
    """Blocks of a few words."""

    vocab, tokens, n_blocks, digest = VOCAB, 40 * BLOCKS, BLOCKS, "short"

    def block(self, i):
        return np.random.default_rng(i).integers(-1, V, 40).astype(np.int32)


class Share:
    """Blocks of which some are a rank's own."""

    def __init__(self, blocks, own):
        self.blocks, self.own, self.n_blocks = blocks, own, blocks.n_blocks

    def block(self, i):
        assert i in self.own
        return self.blocks.block(i)


@pytest.fixture
def blocks_of(monkeypatch):
    """What an engine trains on, by its `learns_from`."""
    monkeypatch.setattr(cooccurrence, "BLOCK", 20)
    with cooccurrence.count(Short(), Config(head="pmi", sample=0, workers=1)) as pairs:
        yield {"windows": Short(), "cooccurrences": pairs}


def config_of(**settings):
    return Config(**{"vector_size": 9, "sample": 0.0, "epochs": 2, "workers": 1, "sync_every": 2} | settings)


def engine_of(ranks, **settings):
    config = config_of(**settings)
    make = distributed_engine(engine_class(config)[0], ranks)
    return make(config, VOCAB.counts, encoders.keep_thresholds(np.ones(V)))


def trained(engine, blocks, epochs=2, first=0, until=None):
    """Losses and a copy of the state, after some epochs; of the last one only so many blocks, where it is asked for."""
    losses = []
    for epoch in range(epochs):
        order = engine.order_of(blocks, np.random.default_rng(epoch).permutation(blocks.n_blocks))
        rates = np.linspace(0.05, 0.01, len(order))
        begin = first if epoch == 0 else 0
        for loss in engine.train_blocks(blocks, epoch, order[begin:], rates[begin:]):
            losses.append(loss)
            if until is not None and len(losses) >= until:
                engine.pause()
    return losses, {name: array.copy() for name, array in engine.state().items()}


def assert_equal(one, other):
    assert one.keys() == other.keys()
    for name in one:
        np.testing.assert_array_equal(one[name], other[name])


def learned(size, blocks, **settings):
    """What each of so many ranks has in the end."""
    return run_ranks(size, lambda ranks: trained(engine_of(ranks, **settings), OwnBlocks(blocks, ranks)))


QUICK_FIRST = [  # all, of which some take long to compile
    pytest.param(arch, objective, marks=[] if objective in ("ns", "pmi") else [pytest.mark.long])
    for arch, objective in ENCODED
]


@pytest.mark.parametrize(("arch", "objective"), QUICK_FIRST)
def test_all_ranks_have_the_same_bits_and_the_same_again(arch, objective, blocks_of):
    settings = {"arch": arch} | OBJECTIVES[objective]
    blocks = blocks_of[engine_of(ALONE, **settings).learns_from]
    found = learned(3, blocks, **settings)
    losses, state = found[0]
    assert len(losses) == 2 * blocks.n_blocks
    for other, same in [*found[1:], *learned(3, blocks, **settings)]:
        assert other == losses
        assert_equal(same, state)
    before = engine_of(ALONE, **settings).state()
    assert any((before[name] != state[name]).any() for name in state)


@pytest.mark.parametrize("engine", ["cpu", "reference"])
@pytest.mark.parametrize(("arch", "objective"), QUICK_FIRST)
def test_a_rank_whose_others_have_nothing_learns_what_one_process_does(arch, objective, engine, blocks_of):
    """Parity in float64: what one rank alone changed is taken as it is, at every step of a round."""
    settings = {"arch": arch, "dtype": "float64", "engine": engine, "sync_every": 8} | OBJECTIVES[objective]
    one = engine_of(ALONE, **settings)
    blocks = blocks_of[one.learns_from]
    expected, state = trained(one, blocks)

    def of_all(ranks):
        every = range(blocks.n_blocks) if ranks.rank == 1 else range(0)
        return trained(engine_of(ranks, **settings), Share(blocks, every))

    for losses, same in run_ranks(2, of_all):
        np.testing.assert_allclose(losses, expected, rtol=1e-9)
        for name, array in state.items():
            np.testing.assert_allclose(same[name], array, rtol=1e-9, atol=1e-11)


def test_one_rank_is_the_engine_itself():
    config = config_of()
    assert distributed_engine(engine_class(config)[0], ALONE) is engine_class(config)[0]


def test_the_deterministic_engine_gives_the_same_bits_on_ranks_of_several_threads(monkeypatch):
    monkeypatch.setattr(deterministic, "WORDS_A_RUN", 1e-9)
    monkeypatch.setattr(deterministic, "WORDS_A_ROUND", 1e9)
    settings = {"deterministic": True, "sync_every": 8}
    one, other = learned(2, Short(), workers=1, **settings), learned(2, Short(), workers=3, **settings)
    assert one[0][0] == other[0][0]
    assert_equal(one[0][1], other[0][1])
    assert_equal(one[0][1], other[1][1])
    alone_too = learned(2, Short(), workers=1, sync_every=8)
    assert any((one[0][1][name] != alone_too[0][1][name]).any() for name in one[0][1]), "there are replicas"


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize("objective", ["ns", "hs", "pmi"])
def test_a_pause_of_one_rank_is_one_of_all_and_goes_on_to_the_same_bits(objective, who, blocks_of):
    settings = OBJECTIVES[objective]
    blocks = blocks_of[engine_of(ALONE, **settings).learns_from]
    whole, state = run_ranks(2, lambda ranks: trained(engine_of(ranks, **settings), OwnBlocks(blocks, ranks), 1))[0]

    def paused(ranks):
        own, engine, second = OwnBlocks(blocks, ranks), engine_of(ranks, **settings), engine_of(ranks, **settings)
        before, middle = trained(engine, own, 1, until=5 if ranks.rank == who else None)
        second.load_state(middle)
        after, end = trained(second, own, 1, first=len(before))
        return before, after, end

    for before, after, end in run_ranks(2, paused):
        assert 5 <= len(before) < blocks.n_blocks
        assert before + after == whole
        assert_equal(end, state)


shares = st.lists(st.integers(0, 40), min_size=1, max_size=6).filter(any)


@given(shares, st.integers(1, 9), st.integers(0, 5))
def test_an_epoch_is_all_blocks_each_in_its_ranks_piece_of_a_round(sizes, every, seed):
    ends = np.cumsum(sizes)
    owned = [range(end - size, end) for end, size in zip(ends, sizes, strict=True)]
    plan = rounds.Rounds.of(owned, every)
    order = plan.order(owned, np.random.default_rng(seed).permutation(ends[-1]))
    assert sorted(order) == list(range(ends[-1]))
    assert plan.pieces.max() <= every
    assert (np.ptp(plan.pieces, axis=0) <= 1).all(), "rounds of a rank are equally long"
    at = 0
    for pieces in plan.pieces:
        for share, piece in zip(owned, pieces, strict=True):
            assert all(block in share for block in order[at : at + piece])
            at += piece


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6).filter(any), st.floats(0, 500), st.integers(1, 16))
def test_a_step_is_as_short_as_text_and_threads_allow(pieces, most, least):
    pieces = np.array(pieces)
    steps = rounds.n_steps(pieces, most, least)
    assert steps & (steps - 1) == 0
    allowed = max(min(most, pieces.max() / least), 1)
    assert allowed / 2 < steps <= allowed


@given(st.lists(st.floats(0, 1e5), min_size=1, max_size=600), st.sampled_from([1, 2, 4, 8, 16]))
def test_a_row_is_exchanged_as_often_as_it_is_met(met, steps):
    met = np.sort(met)[::-1]
    exchanged = [rounds.n_rows_met(met, step, steps) for step in range(1, steps + 1)]
    assert exchanged[-1] == len(met)
    for row, of_row in enumerate(met):
        at = [step for step, some in enumerate(exchanged, 1) if some > row]
        assert np.ptp(np.diff([0, *at])) == 0, "at even distances"
        assert len(at) == steps or of_row / len(at) <= rounds.UPDATES
        if row >= rounds.FEWEST_ROWS:
            assert len(at) == 1 or 2 * of_row / len(at) > rounds.UPDATES, "no more often than that takes"


def naive_merge(base, changed, busy):
    """What `exchange.py` says, in a few lines of numpy: the rows [n, D] after an exchange, tiles of busy rows first."""
    changes = np.array([table - base for table in changed])
    total, touched = changes.sum(0), (changes != 0).any(2).sum(0)
    mean = total.mean(0)
    u = mean / np.linalg.norm(mean) if np.linalg.norm(mean) and (touched > 1).any() else np.zeros(base.shape[1])
    merged = base + total
    for first in range(0, busy, exchange.TILE):
        rows = [i for i in range(first, min(first + exchange.TILE, len(base))) if touched[i] > 1]
        if not rows:
            continue
        least = 1 / touched[rows].max()
        each_along, summed_along = ((changes[:, rows] @ u) ** 2).sum(), ((total[rows] @ u) ** 2).sum()
        each, summed = (changes[:, rows] ** 2).sum(), (total[rows] ** 2).sum()
        common = np.clip(each_along / summed_along, least, 1) if summed_along > 0 else 1
        rest = np.clip((each - each_along) / (summed - summed_along), least, 1) if summed > summed_along else 1
        along = (total[rows] @ u)[:, None] * u
        merged[rows] = base[rows] + common * along + rest * (total[rows] - along)
    return merged


@given(st.integers(1, 4), st.integers(1, 150), st.sampled_from([0, 1, 40, 150]), st.integers(0, 1000))
def test_an_exchange_is_the_merge_that_is_written_down(size, rows, busy, seed):
    """A row is busy that is met more often than rows are exchanged; here the first ones are."""
    random = np.random.default_rng(seed)
    base = random.normal(size=(rows, 8))
    drawn = random.normal(size=(rows, 8)) * random.integers(0, 2)  # to the same place, or each to its own
    mask = random.random((size, rows, 1)) < 0.6
    changed = base + mask * (drawn + random.normal(size=(size, rows, 8)))

    def of_all(ranks):
        table = np.zeros((rows, 10))[:, :8]  # as padded tables are
        table[:] = base
        met = np.where(np.arange(rows) < busy, 1.0, 0.5)
        given_ = Exchange(ranks, {"input": table, "again": table}, {}, {"input": met, "again": met})
        table[:] = changed[ranks.rank]
        given_.rows(1, 1, 1.5 * rounds.UPDATES * size / max(size - 1, 1))
        return table

    for table in run_ranks(size, of_all):
        if rows > 8:
            np.testing.assert_allclose(table, naive_merge(base, changed, busy), atol=1e-7)
        untouched = ~mask.any(0)[:, 0]
        np.testing.assert_array_equal(table[untouched], base[untouched])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("who", [0, 2])
def test_what_is_no_number_on_one_rank_is_none_on_all(who, dtype):
    def of_all(ranks):
        table = np.zeros((70, 5), dtype)
        shared = Exchange(ranks, {"input": table}, {}, {"input": np.ones(70)})
        table += 1
        if ranks.rank == who:
            table[3] = np.nan
        shared.rows(1, 1)
        return table

    assert all(np.isnan(table[3]).all() for table in run_ranks(3, of_all))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_what_is_compiled_before_a_run_is_all_that_it_needs(dtype):
    exchange.compile_now(dtype)
    kernels = (exchange.mean_change, exchange.changes, exchange.unit, exchange.put_together, exchange.apply)
    kernels += (wire._round, wire._fill) if dtype == "float32" else ()
    before = [len(kernel.signatures) for kernel in kernels]

    def of_all(ranks):
        table = np.zeros((20, 16), dtype)[:, :10]
        given_ = Exchange(ranks, {"input": table}, {}, {"input": np.ones(20)})
        table += 1
        given_.rows(1, 1)

    run_ranks(2, of_all)
    assert [len(kernel.signatures) for kernel in kernels] == before


@pytest.mark.parametrize("sizes", [(3000, 200), (200, 3000)])
def test_buffers_that_are_used_again_leave_nothing_of_the_exchange_before(sizes):
    """Of more rows, and of other rows."""

    def of_all(ranks, sizes):
        tables = [np.zeros((size, 8), np.float32) for size in sizes]
        state = dict(zip("ab", tables, strict=True))
        shared = Exchange(ranks, state, {}, {name: np.ones(len(table)) for name, table in state.items()})
        for turn in range(2):
            for number, table in enumerate(tables):
                table[ranks.rank :: ranks.size] += 2.0 ** (turn + number)
            shared.rows(1, 1)
        return tables

    for tables in run_ranks(2, lambda ranks: of_all(ranks, sizes)):
        for number, table in enumerate(tables):
            np.testing.assert_array_equal(table, 3 * 2.0**number)


@pytest.mark.parametrize("busy", [True, False])
def test_equal_changes_of_busy_rows_are_averaged_all_others_added(busy):
    direction = np.eye(64)

    def of_all(ranks):
        tables = {name: np.zeros((64, 64)) for name in ("equal", "different", "squares")}
        met = dict.fromkeys(tables, np.ones(64))
        together_ = Exchange(ranks, tables, {"squares": tables["squares"]}, met)
        tables["equal"][:] = 1.0
        tables["different"][:] = np.roll(direction, 7 * ranks.rank, axis=1)
        tables["squares"][:] = 2.0
        together_.rows(1, 1, 2 * rounds.UPDATES if busy else rounds.UPDATES)
        return tables

    tables = run_ranks(4, of_all)[2]
    np.testing.assert_allclose(tables["equal"], 1.0 if busy else 4.0)
    added = sum(np.roll(direction, 7 * r, axis=1) for r in range(4))
    along = np.full((64, 64), added.sum() / 64 / 64)  # the part that is the same everywhere is averaged
    np.testing.assert_allclose(tables["different"], added - along + along / 4 if busy else added, atol=1e-12)
    np.testing.assert_array_equal(tables["squares"], 8.0)


def test_a_round_is_as_long_as_suits_vocabulary_and_run():
    assert blocks_a_round(Config(epochs=5), 70_000, 1_700, 8) == 72 * 70_000 // 10_000 // 8
    assert blocks_a_round(Config(epochs=5), 70_000, 170_000, 8) == 5 * 170_000 // ROUNDS // 8
    assert blocks_a_round(Config(epochs=5), 70_000, 10**7, 8) == LONGEST
    assert blocks_a_round(Config(epochs=5), 70_000, 10**7, 8, 4) == 4 * LONGEST
    assert blocks_a_round(Config(epochs=5), 100, 20, 8) == 1
    assert blocks_a_round(Config(epochs=5, head="softmax"), 70_000, 1_700, 8) == 1
    assert blocks_a_round(Config(epochs=5, sync_every=7), 70_000, 1_700, 8) == 7


def test_rows_are_met_as_often_as_their_words():
    counts = np.array([5, 4, 2, 5])
    np.testing.assert_allclose(rows_met(4, counts), counts / 16)
    np.testing.assert_allclose(rows_met(3, counts), np.array([5, 5, 4]) / 8)  # nodes, two for each word
    rows = InputRows.of([[0, 3], [1, 3], [2, 4]])
    np.testing.assert_allclose(input_rows_met(rows, np.array([5, 4, 2])), np.array([5, 4, 2, 9, 2]) / 11)


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=2, max_size=40))
def test_what_is_sent_is_the_nearest_bfloat16(numbers):
    rows = np.array(numbers[: len(numbers) // 2 * 2], np.float32).reshape(-1, 2)
    places = np.arange(len(rows))[::-1].copy()

    def through(rows):
        sent = np.zeros((len(rows) + 1, 2), wire.sent_as(rows.dtype))
        wire.narrow(rows, places + 1, sent)
        return wire.widen([sent.ravel()], 1, np.empty((1, *rows.shape), rows.dtype))[0][places]

    told, exact = through(rows), through(rows.astype(np.float64))
    assert (told.view(np.uint32) & 0xFFFF == 0).all()
    finite = np.isfinite(told)
    step = np.maximum(np.abs(exact) * 2.0**-8, 2.0**-133)
    assert (np.abs(told[finite] - exact[finite]) <= step[finite]).all()
    assert (np.abs(exact[~finite]) > 3.38e38).all()
    np.testing.assert_array_equal(through(told), told)
    np.testing.assert_array_equal(exact, rows.astype(np.float64))


def test_the_bits_of_an_exchange_do_not_follow_the_number_of_threads():
    random = np.random.default_rng(0)
    base = random.normal(size=(3000, 24)).astype(np.float32)
    changed = [base + random.normal(size=base.shape).astype(np.float32) for _ in range(3)]

    def with_threads(threads):
        def of_all(ranks):
            table = base.copy()
            shared = Exchange(ranks, {"input": table}, {}, {"input": np.ones(len(table))}, threads)
            table[:] = changed[ranks.rank]
            shared.rows(1, 1)
            return table

        return run_ranks(3, of_all)

    one, several = with_threads(1), with_threads(4)
    for table in [*one[1:], *several]:
        np.testing.assert_array_equal(table, one[0])


@given(st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_a_part_of_an_epoch_is_the_same_part_with_another_number_of_blocks(n, some, other):
    part = EpochPart(min(some, n), n, Totals(), 0.0).of_blocks(other, 3 * other)
    assert part.totals.passed == (0 if n == other else 3 * part.blocks)
    assert 0 <= part.blocks <= part.n_blocks == other
    assert abs(part.blocks / other - min(some, n) / n) <= 1 / other


# -- runs, from text to model


SENTENCES = [[f"w{i}" for i in np.random.default_rng(seed).integers(0, V, 12)] for seed in range(6000)]
SETTINGS = {"vector_size": 8, "min_count": 1, "sample": 0.0, "epochs": 3, "workers": 1, "sync_every": 1}


@pytest.fixture
def run(monkeypatch):
    """run(size, function): function(rank) on so many ranks; in it `train` finds them."""
    here = threading.local()
    monkeypatch.setattr(train_module, "ranks_here", lambda: getattr(here, "ranks", ALONE))

    def of_all(size, function, how=run_ranks):
        def with_ranks(ranks):
            here.ranks = ranks
            return function(ranks)

        return how(size, with_ranks)

    return of_all


def assert_same_models(models):
    first = models[0]
    for model in models[1:]:
        assert model.config == first.config
        assert model.history == first.history
        assert_equal(model.state, first.state)


@pytest.mark.parametrize("more", [{}, {"subword": "fasttext", "arch": "cbow"}, {"head": "pmi", "sync_every": None}])
def test_all_ranks_return_one_model_and_only_the_first_has_callbacks(run, more, monkeypatch):
    monkeypatch.setattr(cooccurrence, "BLOCK", 40)
    called = []

    class Tells(Callback):
        def __init__(self, rank):
            self.rank = rank

        def on_epoch_end(self, model):
            called.append(self.rank)
            model.history[-1].scores["luck"] = 7.0 + len(called)

    def of_all(ranks):
        settings = Config(**SETTINGS | more)
        return train(SENTENCES, settings, callbacks=[Tells(ranks.rank)], held_out=0.1)

    models = run(3, of_all)
    assert called == [0, 0, 0]
    assert_same_models(models)
    assert [record.scores["luck"] for record in models[2].history] == [8, 9, 10]
    assert all(record.scores["held_out"] < np.log(V) + 0.5 for record in models[1].history)
    assert models[0].complete
    assert 0.8 < models[0].history[-1].passed / (12 * len(SENTENCES)) < 0.95


def test_a_callback_of_the_first_rank_ends_all(run):
    class Ends(Callback):
        def on_epoch_end(self, model):
            raise StopTraining("enough")

    models = run(2, lambda ranks: train(SENTENCES, Config(**SETTINGS), callbacks=[Ends()]))
    assert_same_models(models)
    assert len(models[1].history) == 1


def test_an_error_of_a_callback_is_one_of_all(run):
    class Fails(Callback):
        def on_epoch_end(self, model):
            raise W2VError("The score is gone.")

    errors = run(3, lambda ranks: train(SENTENCES, Config(**SETTINGS), callbacks=[Fails()]), errors_of)
    assert all("Rank 0 of 3: The score is gone." in str(error) for error in errors)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_run_that_is_kept_goes_on_with_any_number_of_ranks(run, after, tmp_path):
    class Breaks(Callback):
        def __init__(self):
            self.blocks = 0

        def pause_is_due(self):
            self.blocks += 1
            return self.blocks == 9  # of eight in an epoch

        def on_pause(self, model):
            model.save_checkpoint(tmp_path / f"epoch-0002-block-{model.part.blocks:08}")
            raise W2VError("broken")

    config = Config(**SETTINGS)
    errors = run(2, lambda ranks: train(SENTENCES, config, callbacks=[Breaks()]), errors_of)
    assert all("Rank 0 of 2: broken" in str(error) for error in errors)
    state = latest(tmp_path)
    assert state.part is not None
    assert 0 < state.part.blocks < state.part.n_blocks

    def go_on(ranks):
        keeper = Checkpoint(tmp_path) if ranks.rank == 0 else None  # the others need not see the folder
        return train(SENTENCES, config, checkpoint=keeper, resume=True if ranks.rank == 0 else None)

    models = run(after, go_on)
    assert_same_models(models)
    assert [record.epoch for record in models[0].history] == [1, 2, 3]
    assert models[0].history[0] == state.history[0]
    assert len({record.passed for record in models[0].history}) == 1
    if after == 2:  # as if it had never been broken
        whole = run(2, lambda ranks: train(SENTENCES, config))
        assert_equal(whole[0].state, models[0].state)


def test_ranks_with_other_settings_or_versions_are_refused_and_both_named(run, monkeypatch):
    def other_seed(ranks):
        return train(SENTENCES, Config(**SETTINGS).replace(seed=1 + ranks.rank))

    for error in run(2, other_seed, errors_of):
        assert "seed is 1 on rank 0, and 2 on rank 1" in str(error)
    here = threading.local()
    monkeypatch.setattr(together, "version", lambda _: f"9.{here.rank}")

    def other_version(ranks):
        here.rank = ranks.rank
        return train(SENTENCES, Config(**SETTINGS))

    for error in run(2, other_version, errors_of):
        assert "the version of w2v is '9.0' on rank 0, and '9.1' on rank 1" in str(error)


def test_more_ranks_than_blocks_are_refused(run):
    errors = run(3, lambda ranks: train(SENTENCES[:2], Config(**SETTINGS)), errors_of)
    told = "torchrun has started 3 processes, and the text makes 2 blocks, of which each needs one. Start fewer, or"
    assert all(told in str(error) for error in errors)


def test_a_run_that_has_ended_is_returned_by_all(run):
    model = train(SENTENCES, Config(**SETTINGS))
    models = run(2, lambda ranks: train(SENTENCES, Config(**SETTINGS), resume=model if ranks.rank == 0 else None))
    assert_same_models([model, *models])


def test_train_blocks_takes_ranks():
    def of_all(ranks):
        return train_blocks(OwnBlocks(Short(), ranks), config_of(epochs=1), ranks=ranks)

    assert_same_models(run_ranks(2, of_all))


def test_documents_are_for_one_process(run):
    from w2v import Doc2Vec

    for error in run(2, lambda ranks: Doc2Vec(["a b c", "d e f"], min_count=1), errors_of):
        assert "Vectors of documents are trained by one process" in str(error)


# -- the environment


LAUNCHED = {"RANK": "0", "WORLD_SIZE": "2", "MASTER_ADDR": "localhost", "MASTER_PORT": "1"}


def test_without_torchrun_a_process_is_alone():
    assert ranks_here({}) is ALONE
    assert ranks_here(LAUNCHED | {"WORLD_SIZE": "1"}) is ALONE
    assert ranks_here({"WORLD_SIZE": "1"}) is ALONE
    assert ranks_here({"MASTER_ADDR": "localhost", "MASTER_PORT": "1"}) is ALONE
    assert ALONE.gather({"a": 1}) == [{"a": 1}]
    assert [part.tolist() for part in ALONE.exchange([np.arange(3)])] == [[0, 1, 2]]


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"RANK": "x"}, "RANK is 'x' in the environment; expected a number from 0"),
        ({"RANK": "2"}, "RANK is 2, and WORLD_SIZE 2; expected a rank from 0 to 1"),
        ({"WORLD_SIZE": "0"}, "WORLD_SIZE is '0' in the environment; expected a number from 1 on, as torchrun"),
        ({"WORLD_SIZE": "-2"}, "WORLD_SIZE is '-2' in the environment"),
        ({"MASTER_PORT": "70000"}, "MASTER_PORT is '70000' in the environment; expected a number from 1 to 65535"),
        ({base_ranks.PATIENCE_NAME: "soon"}, "W2V_RANK_TIMEOUT is 'soon'; expected seconds from 1 on"),
    ],
)
def test_an_environment_that_cannot_be_is_told(given_, told):
    with pytest.raises(W2VError, match=told):
        ranks_here(LAUNCHED | given_)


@pytest.mark.parametrize("missing", [("RANK",), ("WORLD_SIZE",), ("MASTER_ADDR", "MASTER_PORT")])
def test_half_of_what_torchrun_sets_is_refused(missing):
    given_ = {name: value for name, value in LAUNCHED.items() if name not in missing}
    with pytest.raises(W2VError, match=f"The environment has {', '.join(given_)}, and lacks {', '.join(missing)}"):
        ranks_here(given_)


def test_what_one_process_makes_is_refused_under_torchrun(monkeypatch):
    alone("This")
    for name, value in LAUNCHED.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(W2VError, match=r"This is for one process, and torchrun has started 2\. Run it without"):
        alone("This")


def test_processes_of_a_machine_share_its_cores(monkeypatch):
    from w2v.base.settings import available_cores

    cores = available_cores()
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    assert available_cores() == max(cores // 2, 1)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "1000")
    assert available_cores() == 1
    assert Config().threads == 1


def test_a_restart_of_one_process_is_known_by_torchruns_count():
    assert not ALONE.restarted
    assert ranks_here(LAUNCHED | {"WORLD_SIZE": "1", "TORCHELASTIC_RESTART_COUNT": "1"}).restarted
    assert not ranks_here({"TORCHELASTIC_RESTART_COUNT": "1"}).restarted
