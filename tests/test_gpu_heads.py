"""Hierarchical and full softmax on the gpu engine: the steps of the reference."""

import numpy as np
import pytest
from gpu_runs import COUNTS, KEEP, SMALL, Short, one_at_a_time, trained

from w2v.base.config import Config
from w2v.engines.gpu import GpuEngine, in_flight
from w2v.engines.reference import ReferenceEngine
from w2v.examples.encoders import keep_thresholds
from w2v.heads.hs import gpu as hs
from w2v.heads.softmax import gpu as softmax


class TwoWords(Short):
    """A block of two words."""

    n_blocks = 1

    def block(self, i):
        return np.array([0, 1, 1, 0, 1, -1, 0, 1, -1, 1], np.int32)


def check_steps(config):
    """Two epochs, one chunk at a time, end where the reference ends, losses included."""
    (tables, losses), (expected, told) = map(trained, (one_at_a_time(config), ReferenceEngine(config, COUNTS, KEEP)))
    assert [loss.examples for loss in losses] == [loss.examples for loss in told]
    np.testing.assert_allclose([loss.total for loss in losses], [loss.total for loss in told], rtol=1e-5)
    for name, table in expected.items():
        assert abs(table).max() > 0.01
        np.testing.assert_allclose(tables[name], table, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("shared", "settings"),
    [
        (64, {"arch": "skipgram"}),  # more than there are nodes
        (5, {"arch": "skipgram"}),
        (1, {"arch": "skipgram", "vector_size": 150, "tree": "balanced", "shrink_windows": False}),  # several slices
        (5, {"arch": "cbow"}),
        (3, {"arch": "cbow", "cbow_update": "original", "vector_size": 150}),
        (20, {"arch": "cbow", "cbow_mean": False, "chunk": 17}),
    ],
    ids=str,
)
def test_paths_nodes_that_are_shared_and_the_rest(shared, settings, monkeypatch):
    monkeypatch.setattr(hs, "SHARED_NODES", shared)
    check_steps(SMALL.replace(head="hs", **settings))


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", ["hs", "softmax"])
def test_a_vocabulary_of_two_words(head, arch):
    """A tree of one node, and nothing below it."""
    config, keep = SMALL.replace(head=head, arch=arch), keep_thresholds(np.ones(2))
    engines = [engine(config, COUNTS[:2], keep) for engine in (GpuEngine, ReferenceEngine)]
    for engine in engines:
        list(engine.train_blocks(TwoWords(), 0, np.array([0]), np.array([0.1])))
    for name, table in engines[1].tables().items():
        np.testing.assert_allclose(engines[0].tables()[name], table, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("scores", "settings"),
    [
        (2**28, {"arch": "skipgram"}),
        (4 * 8 * 13, {"arch": "skipgram", "vector_size": 150, "shrink_windows": False}),  # tiles of 13 words
        (2**28, {"arch": "cbow"}),
        (4 * 8 * 39, {"arch": "cbow", "cbow_update": "original"}),  # the last tile of one word
        (2**28, {"arch": "cbow", "cbow_mean": False, "chunk": 17, "window": 1}),
    ],
    ids=str,
)
def test_the_whole_vocabulary_in_one_tile_and_in_several(scores, settings, monkeypatch):
    monkeypatch.setattr(softmax, "SCORES", scores)
    check_steps(SMALL.replace(head="softmax", **settings))


def test_how_many_chunks_are_in_flight():
    """One where the whole GPU makes a step, and of hs as many as the root bears: more with shorter windows."""
    counts = (1e7 / np.arange(1, 50_001)).astype(np.int64)
    keep = keep_thresholds(np.minimum(np.sqrt(1e-4 * counts.sum() / counts), 1))
    config = Config(head="hs")
    assert in_flight(config.replace(head="softmax"), counts, keep, 64) == 1
    assert 1 < in_flight(config, counts, keep, 64) < in_flight(config.replace(window=2), counts, keep, 64)
    assert in_flight(config.replace(tree="balanced"), counts, keep, 64) < in_flight(config, counts, keep, 64)


@pytest.mark.parametrize(("head", "precision"), [("ns", "bfloat16"), ("hs", "bfloat16"), ("softmax", "highest")])
def test_settings_say_in_which_precision_a_head_multiplies(head, precision):
    assert GpuEngine.settled(Config(head=head)).matmul_precision == precision
