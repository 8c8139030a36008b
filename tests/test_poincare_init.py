"""Relations whose nodes begin where given points are: training goes on, on the same relations or on more."""

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import KeyedVectors, PoincareKeyedVectors, PoincareModel, W2VError
from w2v.cli.poincare import app
from w2v.hyperbolic.beginning import longest_row, table_of
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.settings import PoincareConfig

TREE = [(f"leaf{i}", f"branch{i % 3}") for i in range(12)]
TREE += [(f"leaf{i}", "root") for i in range(12)] + [(f"branch{i}", "root") for i in range(3)]
STANDING = {"epochs": 1, "alpha": 1e-9, "workers": 1, "vector_size": 3}


def trained(space="poincare", **settings):
    return PoincareModel(TREE, space=space, **{"vector_size": 3, "epochs": 60, "workers": 1, **settings})


@pytest.fixture(scope="module")
def tree():
    return trained()


@pytest.mark.parametrize("space", ["poincare", "lorentz", "euclidean"])
def test_training_goes_on_where_the_points_are(space):
    model = trained(space)
    before = model.kv.vectors.copy()
    model.fit(TREE, init=model, **STANDING)
    np.testing.assert_allclose(model.kv.vectors, before, atol=1e-7)
    model.fit(TREE, init=model, epochs=20, alpha=0.1)
    assert not np.allclose(model.kv.vectors, before, atol=1e-3)


def test_the_given_points_are_not_changed(tree):
    before = tree.kv.vectors.copy()
    PoincareModel(TREE, vector_size=3, epochs=5, init=tree.kv)
    np.testing.assert_array_equal(tree.kv.vectors, before)


def test_new_nodes_begin_at_random_and_find_their_parents(tree):
    more = [*TREE, ("fresh", "branch1"), ("fresh", "root")]
    at_first = PoincareModel(more, init=tree, **STANDING)
    assert np.abs(at_first.kv["fresh"]).max() <= PoincareConfig().init_range
    np.testing.assert_allclose(at_first.kv["leaf4"], tree.kv["leaf4"], atol=1e-7)
    after = PoincareModel(more, init=tree, vector_size=3, epochs=100, alpha=0.1, workers=1)
    branches = [f"branch{i}" for i in range(3)]
    assert min(branches, key=lambda branch: after.kv.distance("fresh", branch)) == "branch1"


def test_points_that_have_their_places_need_no_burn_in_and_no_restart(tree):
    assert PoincareModel(TREE, init=tree, **STANDING).config.burn_in_epochs == 0
    assert PoincareModel(TREE, init=tree, **STANDING).config.restart == 0
    asked = PoincareModel(TREE, vector_size=3, epochs=4, burn_in=2, restart=3, init=tree)
    assert (asked.config.burn_in, asked.config.restart) == (2, 3)


def test_the_share_that_is_known_is_told(tree, capsys):
    PoincareModel([*TREE, ("fresh", "root")], init=tree, progress=True, **STANDING)
    assert "16 of 17 nodes begin where init has them (94.1%); the others begin at random." in capsys.readouterr().err


@pytest.mark.parametrize("space", ["poincare", "lorentz"])
def test_points_beyond_the_edge_begin_on_it(space):
    config = PoincareConfig(space=space, vector_size=2, epsilon=1e-3)
    far = PoincareKeyedVectors(["a", "b"], np.array([[1 - 1e-9, 0], [0, 0.5]]))
    table = table_of(Relations.of([("a", "b")]), config, far, None)
    assert np.linalg.norm(table, axis=1).max() == pytest.approx(longest_row(config))


def test_a_run_that_is_resumed_has_the_bits_of_one_that_was_not_interrupted(tree, tmp_path):
    whole = PoincareModel(TREE, vector_size=3, epochs=6, workers=1, init=tree)
    PoincareModel(TREE, vector_size=3, epochs=3, workers=1, init=tree, checkpoint=tmp_path, min_alpha=0.3)
    on = PoincareModel(
        TREE, vector_size=3, epochs=6, workers=1, init=tree, checkpoint=tmp_path, min_alpha=0.3, resume=True
    )
    steady = PoincareModel(TREE, vector_size=3, epochs=6, workers=1, init=tree, min_alpha=0.3)
    np.testing.assert_array_equal(on.kv.vectors, steady.kv.vectors)
    assert not np.array_equal(whole.kv.vectors, steady.kv.vectors)


def test_what_does_not_fit_is_told(tree):
    for settings, sentence in [
        ({"init": tree, "space": "euclidean"}, "poincare geometry"),
        ({"init": tree, "vector_size": 4}, "vector_size=3"),
        ({"init": KeyedVectors(["root"], np.zeros((1, 3), np.float32))}, "euclidean geometry"),
        ({"init": "nowhere"}, "nowhere does not exist"),
        ({"init": 5}, "was given 5"),
    ]:
        with pytest.raises(W2VError, match=sentence):
            PoincareModel(TREE, **{"vector_size": 3, "epochs": 1, **settings})
    with pytest.raises(W2VError, match="no vector of any of the 4 nodes, such as 'x'"):
        PoincareModel([("x", "y"), ("z", "w")], init=tree, **STANDING)


def test_on_the_command_line(tree, tmp_path):
    tree.save(tmp_path / "old")
    (tmp_path / "tree.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in TREE), encoding="utf8")
    files = [str(tmp_path / "tree.tsv"), "-o", str(tmp_path / "new"), "--init", str(tmp_path / "old")]
    small = ["--epochs", "1", "--alpha", "1e-9", "--vector-size", "3", "--workers", "1"]
    done = CliRunner().invoke(app, ["train", *files, *small], catch_exceptions=False)
    assert "16 of 16 nodes begin where init has them." in done.stderr
    after = PoincareModel.load(tmp_path / "new")
    np.testing.assert_allclose(after.kv[tree.kv.index_to_key], tree.kv.vectors, atol=1e-7)
