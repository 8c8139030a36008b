"""The saved form: what a model holds is in its folder, by name, and what was saved before is read."""

import numpy as np

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.models.model import Model

VOCAB = Vocabulary(["a", "b"], np.array([2, 1]))


def numbers(*shape):
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def test_tables_are_saved_copied_and_loaded_under_their_names(tmp_path):
    """Also those that only one objective has."""
    tables = {"input": numbers(2, 3), "output": numbers(2, 3), "places": numbers(4, 3)}
    model = Model(Config(vector_size=3), VOCAB, tables, [])
    model.save(tmp_path / "m")
    for other in (Model.load(tmp_path / "m"), model.copy()):
        assert other.tables.keys() == tables.keys()
        assert all((other.tables[name] == table).all() for name, table in tables.items())


def test_a_copy_is_not_trained_on():
    model = Model(Config(vector_size=3), VOCAB, {"input": numbers(2, 3), "output": numbers(2, 3)}, [])
    kept = model.copy()
    for table in model.tables.values():
        table[:] = 0
    assert all(table.all() for table in kept.tables.values())
