"""What engines promise: losses in the order asked for, a state from which another one goes on, an end at once."""

import time
from contextlib import closing

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from w2v import heads
from w2v.base.config import Config
from w2v.corpus import cooccurrence
from w2v.corpus.blocks import BLOCK, IdBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines import THREADED, engine_class
from w2v.engines.cpu import CpuEngine
from w2v.engines.reference import ReferenceEngine
from w2v.errors import W2VError
from w2v.examples import encoders

V, BLOCKS = 30, 5
EPOCH = 1
ORDER = np.array([3, 0, 4, 1, 2])
RATES = np.array([0.05, 0.04, 0.03, 0.02, 0.01])
VOCAB = Vocabulary([f"w{i}" for i in range(V)], np.arange(2 * V, V, -1))
OBJECTIVES = {head: {"head": head} for head in heads.names()} | {"shared": {"head": "pmi", "pmi_tables": "shared"}}


class Short:
    """Blocks of a few words, for the reference engine's sake."""

    vocab, tokens, n_blocks = VOCAB, 40 * BLOCKS, BLOCKS

    def block(self, i):
        return np.random.default_rng(i).integers(-1, V, 40).astype(np.int32)


@pytest.fixture
def blocks_of(monkeypatch):
    """What an engine trains on, by its `data`."""
    monkeypatch.setattr(cooccurrence, "BLOCK", 60)
    with cooccurrence.count(Short(), Config(head="pmi", sample=0, workers=1)) as pairs:
        assert pairs.n_blocks >= BLOCKS
        yield {"windows": Short(), "cooccurrences": pairs}


def engine_of(config):
    return engine_class(config)[0](config, VOCAB.counts, encoders.keep_thresholds(np.ones(V)))


@pytest.mark.parametrize("name", THREADED)
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_another_engine_goes_on_from_the_state_to_the_same_bits(arch, objective, name, blocks_of):
    """Broken off within an epoch, after each number of blocks."""
    config = Config(arch=arch, engine=name, vector_size=9, workers=1, sample=0, **OBJECTIVES[objective])
    whole = engine_of(config)
    blocks = blocks_of[whole.learns_from]
    losses = list(whole.train_blocks(blocks, EPOCH, ORDER, RATES))
    assert len(losses) == BLOCKS
    assert all((whole.state()[name] != array).any() for name, array in engine_of(config).state().items())
    for k in range(BLOCKS + 1):
        first, second = engine_of(config), engine_of(config)
        before = list(first.train_blocks(blocks, EPOCH, ORDER[:k], RATES[:k]))
        second.load_state({name: array.copy() for name, array in first.state().items()})
        assert before + list(second.train_blocks(blocks, EPOCH, ORDER[k:], RATES[k:])) == losses
        assert second.state().keys() == whole.state().keys()
        for name, array in whole.state().items():
            np.testing.assert_array_equal(second.state()[name], array)


@pytest.mark.parametrize("name", THREADED)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_state_has_the_tables_and_the_optimizers_state(objective, name):
    engine = engine_of(Config(engine=name, **OBJECTIVES[objective]))
    squares = {"shared": ["input_squares"], "pmi": ["input_squares", "output_squares"]}.get(objective, [])
    assert engine.tables().keys() == {"input", "output"}
    assert list(engine.optimizer_state()) == squares
    assert engine.state().keys() == engine.tables().keys() | engine.optimizer_state().keys()


@pytest.mark.parametrize("name", THREADED)
@pytest.mark.parametrize("head", ["ns", "pmi"])
def test_a_state_that_does_not_fit_is_told_and_nothing_is_changed(head, name):
    engine = engine_of(Config(head=head, engine=name, pmi_tables="sum"))
    before = {name: array.copy() for name, array in engine.state().items()}
    last = list(before)[-1]
    other = {name: array + 1 for name, array in before.items()}
    for state, sentence in [
        ({name: other[name] for name in other if name != last}, f"has no {last}; it has .* resume from a checkpoint"),
        (other | {last: other[last][:-1]}, rf"{last} is float32 \[29, 100\]; expected float32 \[30, 100\]"),
        (other | {last: other[last].astype(np.float64)}, rf"{last} is float64 .*; expected float32"),
        (other | {"places": other[last]}, "has places, which is unknown here"),
    ]:
        with pytest.raises(W2VError, match=sentence):
            engine.load_state(state)
        assert all((array == before[name]).all() for name, array in engine.state().items())


def test_losses_come_in_the_order_of_the_blocks_whichever_thread_is_first(monkeypatch):
    seen = []

    def train_block(self, block, epoch, index, alpha):
        time.sleep(0.002 * (index % 3))
        seen.append((epoch, index, alpha))
        return index

    engine = engine_of(Config(workers=3))
    monkeypatch.setattr(CpuEngine, "train_block", train_block)
    blocks = IdBlocks(np.zeros(200 * BLOCK, np.int32), VOCAB, 200 * BLOCK)
    order, rates = np.random.default_rng(0).permutation(200), np.linspace(1, 0, 200)
    assert list(engine.train_blocks(blocks, 7, order, rates)) == order.tolist()
    assert sorted(seen) == sorted(zip([7] * 200, order.tolist(), rates.tolist(), strict=True))


@pytest.mark.parametrize("name", THREADED)
def test_closing_ends_the_work_that_has_begun_and_begins_no_other(name, monkeypatch):
    """A thread that is busy for minutes looks at the flag."""
    engine, began = engine_of(Config(workers=1, engine=name)), []

    def train_block(self, block, epoch, index, alpha):
        began.append(index)
        while index and not self.interrupted[0]:
            time.sleep(0.001)
        return index

    monkeypatch.setattr(type(engine), "train_block", train_block)
    order = np.arange(BLOCKS)
    with closing(engine.train_blocks(Short(), 0, order, np.ones(BLOCKS))) as losses:
        assert next(losses) == 0
    assert engine.interrupted[0] == 1
    assert len(began) <= 2


@pytest.mark.parametrize("name", THREADED)
def test_an_engine_that_was_broken_off_trains_again_from_a_state(name):
    engine = engine_of(Config(workers=1, engine=name))
    fresh = {key: array.copy() for key, array in engine.state().items()}
    order, rates = np.arange(BLOCKS), np.full(BLOCKS, 0.01)
    whole = list(engine.train_blocks(Short(), 0, order, rates))
    assert sum(loss.examples for loss in whole) > 0
    with closing(engine.train_blocks(Short(), 0, order, rates)) as losses:
        next(losses)
    engine.load_state(fresh)
    assert list(engine.train_blocks(Short(), 0, order, rates)) == whole


@pytest.mark.parametrize("name", ["mps", "gpu", "cuda:7", "meta:x"])
def test_a_device_that_is_not_here_is_a_sentence_before_anything_is_read(name):
    with pytest.raises(W2VError, match=f"device is '{name}', and torch has no such device here.*or leave it out"):
        engine_class(Config(engine="reference", device=name))


class Float64(TorchDispatchMode):
    """Raises where torch makes a tensor of float64, which not every device has."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        made = function(*args, **(kwargs or {}))
        if isinstance(made, torch.Tensor) and made.dtype == torch.float64:
            raise AssertionError(f"{function} made float64")
        return made


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", [name for name in heads.names() if heads.spec_of(name).learns_from == "windows"])
def test_a_step_in_float32_needs_no_device_with_float64(head, arch):
    config = Config(head=head, arch=arch, vector_size=8, workers=1, sample=0, chunk=16)
    engine = ReferenceEngine(config, VOCAB.counts, encoders.keep_thresholds(np.ones(V)))
    with Float64():
        assert engine.train_block(Short().block(0), 0, 0, 0.05).examples > 10
    with pytest.raises(AssertionError, match="made float64"), Float64():
        torch.ones(2).double()
