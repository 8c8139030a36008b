"""Hierarchical and full softmax on the gpu engine: the steps of the reference."""

import numpy as np
import pytest
from gpu_runs import COUNTS, KEEP, SMALL, one_at_a_time, trained

from w2v.engines.reference import ReferenceEngine
from w2v.heads.hs import gpu as hs
from w2v.heads.softmax import gpu as softmax


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
