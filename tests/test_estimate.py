"""What is said before a long run."""

import numpy as np

from w2v.base.config import Config
from w2v.corpus import cooccurrence
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines.base import Loss
from w2v.engines.cpu import CpuEngine
from w2v.engines.reference import ReferenceEngine
from w2v.training import estimate

CONFIG = Config(head="softmax", epochs=2)


class Clockwork(CpuEngine):
    """An engine with two threads that takes 10 ms a word."""

    threads = 2

    def __init__(self, clock):
        self.clock, self.rates, self.interrupted = clock, [], np.zeros(1, np.uint8)

    def train_block(self, block, epoch, index, alpha):
        self.clock[0] += 0.01 * len(block)
        self.rates.append(alpha)
        return Loss(0.0, 0)


class Slow(ReferenceEngine):
    """The reference engine, as slow."""

    threads, __init__, train_block = 2, Clockwork.__init__, Clockwork.train_block


def told(monkeypatch, config, words=30_000, tokens=20_000, kind=Clockwork):
    clock = [0.0]
    monkeypatch.setattr(estimate.time, "perf_counter", lambda: clock[0])
    vocab = Vocabulary([str(i) for i in range(words)], np.full(words, 2))
    engine = kind(clock)
    sentence = estimate.long_run_note(engine, IdBlocks(np.zeros(tokens, np.int32), vocab, tokens), config)
    assert not any(engine.rates), "a step with a rate above zero would train"
    return sentence


def test_a_long_run_over_the_whole_vocabulary_is_foretold(monkeypatch):
    """20,000 words, twice, at 10 ms on two threads are 200 s; a third of it for a third of the words, 22."""
    sentence = told(monkeypatch, CONFIG)
    assert "Head softmax meets all 30,000 words each time: this run will take about 3 min." in sentence
    assert "With max_final_vocab=10000 it would take about 22 s." in sentence


def test_short_runs_small_vocabularies_and_other_heads_need_no_word(monkeypatch):
    assert told(monkeypatch, CONFIG, tokens=5000) is None
    assert "max_final_vocab" not in told(monkeypatch, CONFIG, words=15_000)
    assert told(monkeypatch, CONFIG.replace(head="ns")) is None


def test_a_long_run_on_the_reference_engine_is_foretold(monkeypatch):
    """Also of a text so short that it is passed five hundred times; a head of one's own runs there."""
    sentence = told(monkeypatch, CONFIG.replace(head="ns", epochs=500), words=10, tokens=36, kind=Slow)
    assert sentence == "The reference engine will take about 2 min for this run, fewer epochs less."
    assert told(monkeypatch, CONFIG.replace(head="ns"), words=10, tokens=36, kind=Slow) is None


def test_durations_as_people_say_them():
    assert [estimate.duration(s) for s in (12.4, 200, 3600 * 3.25)] == ["12 s", "3 min", "3.2 h"]


def test_memory_grows_with_both_tables():
    small, large = (Vocabulary([str(i) for i in range(n)], np.full(n, 2)) for n in (1000, 3000))
    assert estimate.memory(CONFIG, large) == 3 * estimate.memory(CONFIG, small) == 3 * 4 * 1000 * 112 * 4
    assert estimate.memory(CONFIG.replace(dtype="float64", vector_size=112), small) == 2 * estimate.memory(
        CONFIG, small
    )
    assert estimate.memory(CONFIG.replace(head="pmi"), small) > cooccurrence.MEMORY
