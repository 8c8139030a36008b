"""A saved model of relations is read as it was, or what is wrong with it is a sentence, and costs no memory first."""

import json
import tracemalloc

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from w2v.base.sealed_folder import SUMS
from w2v.errors import W2VError
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.settings import PoincareConfig
from w2v.models.history import EpochRecord
from w2v.vectors import KeyedVectors

PAIRS = Relations.of([("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal")])
TABLES, SNAPSHOTS = "tables.safetensors", "snapshots.safetensors"


@pytest.fixture
def folder(tmp_path):
    """A model of four nodes in the plane, without checksums, as it was saved before there were any."""
    points = np.array([[0.1, 0.2], [0.0, 0.0], [0.5, -0.5], [-0.6, 0.3]])
    config = PoincareConfig(vector_size=2, epochs=2, burn_in=1)
    records = [EpochRecord(epoch, 1.0, 3, 3, 0.1, unit="pairs") for epoch in (1, 2)]
    Embedding(config, PAIRS, points, records, {0: points / 2, 2: points}).save(tmp_path / "m")
    (tmp_path / "m" / SUMS).unlink()
    return tmp_path / "m"


def changed(folder, file, **tables):
    save_file({**load_file(folder / file), **tables}, folder / file)


def test_it_is_read_without_checksums(folder):
    assert Embedding.load(folder).snapshots.keys() == {0, 2}


ORDER = [PAIRS.nodes.index(name) for name in ("dog", "cat", "mammal", "animal")]
DOG, CAT, MAMMAL, ANIMAL = ORDER
WRONG = [
    (TABLES, {"input": np.full((4, 2), 0.8)}, "tables.safetensors is damaged: point number 0 is not inside"),
    (TABLES, {"input": np.full((4, 2), 1e200)}, "point number 0 is not inside"),
    (TABLES, {"input": np.full((4, 2), np.nan)}, "holds NaN or infinity"),
    (TABLES, {"input": np.zeros((4, 3))}, r"'input' is float64 \[4, 3\], expected float64 \[4, 2\]"),
    (TABLES, {"input": np.zeros((4, 2), np.float32)}, r"'input' is float32"),
    (TABLES, {"pairs": np.array([[DOG, MAMMAL], [CAT, MAMMAL], [MAMMAL, 4]], np.int32)}, "are not among the 4"),
    (TABLES, {"pairs": np.array([[DOG, MAMMAL], [CAT, MAMMAL], [-1, ANIMAL]], np.int32)}, "are not among the 4"),
    (TABLES, {"pairs": np.array([[DOG, MAMMAL], [CAT, CAT], [MAMMAL, ANIMAL]], np.int32)}, "paired with itself"),
    (TABLES, {"pairs": np.array([[DOG, MAMMAL], [DOG, MAMMAL], [MAMMAL, ANIMAL]], np.int32)}, "in other numbers of"),
    (TABLES, {"pairs": np.zeros((3, 2), np.int64)}, r"'pairs' is int64 \[3, 2\], expected int32 \[any, 2\]"),
    (TABLES, {"weights": np.ones(2)}, "there are 3 pairs and 2 weights"),
    (TABLES, {"weights": np.array([1.0, 0.0, 1.0])}, "a weight is not above 0"),
    (TABLES, {"weights": np.array([1.0, np.inf, 1.0])}, "holds NaN or infinity"),
    (SNAPSHOTS, {"2": np.full((4, 2), 0.8)}, r"snapshots.safetensors is damaged: point number 0"),
    (SNAPSHOTS, {"3": np.zeros((4, 2))}, "it has points after epoch 3 of 2"),
    (SNAPSHOTS, {"first": np.zeros((4, 2))}, "it has points after epoch first"),
    (SNAPSHOTS, {"1": np.zeros((3, 2))}, r"'1' is float64 \[3, 2\]"),
]


@pytest.mark.parametrize(("file", "tables", "told"), WRONG)
def test_tables_that_do_not_fit_are_a_sentence(folder, file, tables, told):
    changed(folder, file, **tables)
    with pytest.raises(W2VError, match=told):
        Embedding.load(folder)


def test_a_pair_of_a_node_far_away_costs_no_memory(folder):
    """All nodes up to it would be counted: 16 GB for 1,200 bytes."""
    changed(folder, TABLES, pairs=np.array([[0, 2**31 - 1], [1, 2], [2, 3]], np.int32))
    tracemalloc.start()
    try:
        with pytest.raises(W2VError, match="are not among the 4 of"):
            Embedding.load(folder)
        assert tracemalloc.get_traced_memory()[1] < 10 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"vector_size": 10_000}, r"expected float64 \[4, 10000\]"),
        ({"vector_size": 10**30}, "vector_size is 1000"),
        ({"geometry": "euclidean"}, "poincare space has 'euclidean' geometry"),
        ({"geometry": None}, "None geometry, which is not known"),
        ({"space": "torus"}, "space is 'torus'"),
    ],
)
def test_settings_that_do_not_fit_are_a_sentence(folder, settings, told):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))
    with pytest.raises(W2VError, match=told):
        Embedding.load(folder)


def test_vectors_outside_of_the_ball_are_refused_where_only_they_are_read(folder):
    changed(folder, TABLES, input=np.full((4, 2), 0.8))
    with pytest.raises(W2VError, match="points of the Poincaré ball are shorter than 1"):
        KeyedVectors.load(folder)
