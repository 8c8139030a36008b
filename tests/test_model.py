"""The saved form: what a model holds is in its folder, by name, and what was saved before is read."""

import numpy as np
import pytest

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.heads.base import Head
from w2v.heads.spec import HeadSpec
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


def test_the_sums_of_both_vectors_of_each_word_are_word_vectors():
    tables = {"input": numbers(2, 3), "output": np.array([[1, 2, 3], [4, 5, 6]], np.float32)}
    for head in ("ns", "softmax", "ova"):
        sums = Model(Config(vector_size=3, head=head), VOCAB, tables, []).with_output()
        np.testing.assert_array_equal(sums.vectors, tables["input"] + tables["output"])
        assert sums.index_to_key == VOCAB.words
        assert sums.get_vecattr("a", "count") == 2
    assert tables["input"].tobytes() == numbers(2, 3).tobytes()


class Wide(HeadSpec):
    def output_columns(self, vector_size):
        return vector_size + 1


class WideHead(Head):
    spec = Wide()

    def forward(self, hidden, target):
        raise NotImplementedError

    log_prob = forward


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"head": "hs"}, "the rows of its output table are inner nodes of a tree"),
        ({"head": "pmi"}, r"its word vectors are made of all tables that it has \(pmi_tables='sum'\)"),
        ({"head": "poincare"}, "its points are of hyperbolic space, where there are no sums"),
        ({"head": WideHead}, r"its output table is \[2, 4\], and one of words \[2, 3\]"),
    ],
    ids=["hs", "pmi", "poincare", "wide"],
)
def test_heads_without_a_second_vector_of_each_word_say_why(settings, why):
    model = Model(Config(vector_size=3, **settings), VOCAB, {"input": numbers(2, 3), "output": numbers(2, 3)}, [])
    with pytest.raises(W2VError, match=rf"with_output adds two vectors of each word, and head '.*' has one: {why}\."):
        model.with_output()
