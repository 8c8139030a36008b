"""w2v.gensim.models.poincare beside gensim's own: signatures, points to begin with, queries, scores, files, errors."""

import inspect
import json
import logging
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
from w2v.errors import UnknownWordError, W2VError
from w2v.gensim import notes
from w2v.gensim.models import PoincareModel
from w2v.gensim.models import poincare as ours

TREE = [(f"leaf{i}", f"branch{i % 3}") for i in range(12)]
TREE += [(f"leaf{i}", "root") for i in range(12)] + [(f"branch{i}", "root") for i in range(3)]
NAMES = ["PoincareModel", "PoincareKeyedVectors", "PoincareRelations", "ReconstructionEvaluation"]
NAMES += ["LinkPredictionEvaluation", "LexicalEntailmentEvaluation"]


@pytest.fixture(scope="module")
def theirs():
    return pytest.importorskip("gensim.models.poincare", reason="gensim is not installed")


@pytest.fixture(scope="module")
def tree():
    model = PoincareModel(TREE, size=3, negative=3)
    model.train(epochs=30)
    return model


def both(theirs, vectors, dtype=np.float64):
    """The same points as vectors of theirs and of ours."""
    made = []
    for module in (theirs, ours):
        kv = module.PoincareKeyedVectors(vectors.shape[1], 0, dtype=dtype)
        kv.add_vectors([f"n{i}" for i in range(len(vectors))], vectors.astype(dtype))
        made.append(kv)
    return made


@pytest.mark.parametrize("name", NAMES)
def test_arguments_have_gensims_names_order_and_defaults(theirs, name):
    one, other = getattr(ours, name), getattr(theirs, name)
    own = [method for method in vars(other) if not method.startswith("_")]
    own = [m for m in own if callable(getattr(other, m)) and hasattr(one, m) and m not in ("save", "load")]
    for method in ["__init__", *own]:
        mine, there = (list(inspect.signature(getattr(c, method)).parameters.values()) for c in (one, other))
        assert [p.name for p in mine][: len(there)] == [p.name for p in there], method
        for p, q in zip(mine, there, strict=False):
            if q.default is not inspect.Parameter.empty:
                assert p.default is q.default or p.default == q.default, (method, p.name)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_points_begin_where_gensims_do(theirs, dtype):
    arguments = {"size": 4, "negative": 2, "seed": 7, "init_range": (-0.01, 0.02), "dtype": dtype}
    mine, there = ours.PoincareModel(TREE, **arguments), theirs.PoincareModel(TREE, **arguments)
    np.testing.assert_array_equal(mine.kv.vectors, there.kv.vectors)
    assert mine.kv.vectors.dtype == dtype
    assert mine.kv.index_to_key == there.kv.index_to_key
    assert mine.all_relations == there.all_relations
    assert dict(mine.node_relations) == dict(there.node_relations)
    assert mine.indices_set == there.indices_set
    assert mine.indices_array.tolist() == there.indices_array.tolist()
    for node in mine.kv.index_to_key:
        assert mine.kv.get_vecattr(node, "count") == there.kv.get_vecattr(node, "count")


def test_more_relations_are_counted_as_there(theirs):
    models = [module.PoincareModel(TREE, size=3, negative=2) for module in (ours, theirs)]
    for model in models:
        model.build_vocab([("leaf1", "leaf2"), ("leaf1", "new"), ("new", "new")], update=True)
    mine, there = models
    assert mine.kv.index_to_key == there.kv.index_to_key
    assert mine.all_relations == there.all_relations
    counts = [[m.kv.get_vecattr(node, "count") for node in m.kv.index_to_key] for m in models]
    assert counts[0] == counts[1]
    first = ours.PoincareModel(TREE, size=3, negative=2).kv.vectors
    np.testing.assert_array_equal(mine.kv.vectors[:-1], first)
    assert 0 < np.abs(mine.kv["new"]).max() <= 0.001


points = st.lists(
    st.lists(st.floats(-0.57, 0.57, allow_subnormal=False), min_size=3, max_size=3), min_size=2, max_size=7
)


@settings(max_examples=40, deadline=None)
@given(rows=points, topn=st.integers(-1, 9), dtype=st.sampled_from([np.float32, np.float64]))
def test_queries_are_gensims(theirs, rows, topn, dtype):
    vectors = np.array(rows)
    there, mine = both(theirs, vectors, dtype)
    close = {"atol": 2e-3 if dtype == np.float32 else 1e-7, "rtol": 1e-5}
    for node in ("n0", "n1"):
        np.testing.assert_allclose(mine.distances(node), there.distances(node), **close)
        np.testing.assert_allclose(
            mine.distances(vectors[1], ["n0", node]), there.distances(vectors[1], ["n0", node]), **close
        )
        assert mine.norm(node) == pytest.approx(there.norm(node), abs=1e-6)
        assert mine.similarity("n0", node) == pytest.approx(there.similarity("n0", node), abs=close["atol"])
        assert mine.difference_in_hierarchy("n0", node) == pytest.approx(
            there.difference_in_hierarchy("n0", node), abs=1e-6
        )
        found = [score for _, score in mine.most_similar(node, topn=topn)]
        if node == "n1":  # gensim does not leave out the first of all nodes
            np.testing.assert_allclose(found, [score for _, score in there.most_similar(node, topn=topn)], **close)
        every = mine.most_similar(node, topn=None)
        assert sorted(name for name, _ in every) == sorted(set(mine.index_to_key) - {node})
    distances = mine.vector_distance_batch(vectors[0], vectors)
    np.testing.assert_allclose(distances, there.vector_distance_batch(vectors[0], vectors), atol=1e-7)
    assert mine.vector_distance(vectors[0], vectors[1]) == distances[1]


def test_the_hierarchy_is_read_as_there(theirs):
    rng = np.random.default_rng(3)
    there, mine = both(theirs, rng.uniform(-0.5, 0.5, (30, 3)))
    for node in mine.index_to_key:
        assert mine.closest_parent(node) == there.closest_parent(node)
        assert mine.closest_child(node) == there.closest_child(node)
        assert mine.ancestors(node) == there.ancestors(node)
        found = mine.descendants(node, 3)
        assert not found or found == there.descendants(node, len(found))  # where nothing is lower gensim's fails
        assert mine.rank(node, "n3") == there.rank(node, "n3")
        assert mine.closer_than(node, "n3") == there.closer_than(node, "n3")
    assert mine.most_similar_to_given("n0", ["n3", "n4"]) == there.most_similar_to_given("n0", ["n3", "n4"])


def test_points_that_are_written_to_are_what_is_asked():
    kv = ours.PoincareKeyedVectors(2, 0, dtype=np.float64)
    kv.add_vectors(["a", "b", "c"], np.array([[0.0, 0.1], [0.0, 0.5], [0.6, 0.0]]))
    assert kv.most_general(1) == [("a", pytest.approx(0.1))]
    assert kv.closest_parent("b") == "a"
    kv.vectors[0] = [0.0, 0.9]
    assert kv.closest_parent("b") is None
    assert kv.most_general(1)[0][0] == "b"
    assert kv.closest_child("b") == "a"
    assert isinstance(kv, w2v.PoincareKeyedVectors)


def test_scores_are_gensims(theirs, tree, tmp_path):
    train, test = TREE[3:], TREE[:3]
    for name, pairs in (("train.tsv", train), ("test.tsv", test), ("all.tsv", [*TREE, ("root", "root")])):
        (tmp_path / name).write_text("".join(f"{a}\t{b}\n" for a, b in pairs), encoding="utf8")
    there, mine = both(theirs, tree.kv.vectors)
    for kv in (there, mine):
        kv.index_to_key = list(tree.kv.index_to_key)
        kv.key_to_index = dict(tree.kv.key_to_index)
    one = ours.ReconstructionEvaluation(tmp_path / "all.tsv", mine).evaluate()
    other = theirs.ReconstructionEvaluation(str(tmp_path / "all.tsv"), there).evaluate()
    assert one == pytest.approx(other)
    one = ours.LinkPredictionEvaluation(tmp_path / "train.tsv", tmp_path / "test.tsv", tree).evaluate()
    files = [str(tmp_path / name) for name in ("train.tsv", "test.tsv")]
    assert one == pytest.approx(theirs.LinkPredictionEvaluation(*files, there).evaluate())
    assert ours.ReconstructionEvaluation(tmp_path / "all.tsv", mine).evaluate(max_n=2)["mean_rank"] >= 1


def test_entailment_is_scored(tmp_path):
    kv = ours.PoincareKeyedVectors(2, 0, dtype=np.float64)
    kv.add_vectors(
        ["duck.n.01", "bird.n.01", "rock.n.01", "owl.n.01"], np.array([[0.5, 0], [0.1, 0], [0, 0.7], [0.5, 0.1]])
    )
    lines = ["WORD1 WORD2 POS TYPE AVG_SCORE", "duck bird N hyp 9.5", "bird duck N r 2.0", "duck rock N no 1.0"]
    (tmp_path / "hyper.txt").write_text("\n".join([*lines, "owl unicorn N no 0.0"]) + "\n", encoding="utf8")
    evaluation = ours.LexicalEntailmentEvaluation(tmp_path / "hyper.txt")
    assert evaluation.scores["duck", "bird"] == 9.5
    assert -1 <= evaluation.evaluate_spearman(kv) <= 1


def test_training_learns_what_is_related(tree, theirs, tmp_path):
    (tmp_path / "tree.tsv").write_text("".join(f"{a}\t{b}\n" for a, b in TREE), encoding="utf8")
    model = theirs.PoincareModel(TREE, size=3, negative=3)
    model.train(epochs=30)
    mine, there = (ours.ReconstructionEvaluation(tmp_path / "tree.tsv", m.kv) for m in (tree, _as_ours(model)))
    assert mine.evaluate()["MAP"] >= there.evaluate()["MAP"] - 0.05
    assert tree.kv.norm("root") < min(tree.kv.norm(f"leaf{i}") for i in range(12))


def _as_ours(model):
    return PoincareModel.from_gensim(model)


def test_training_goes_on_from_where_the_points_are():
    model = PoincareModel(TREE, size=3, negative=3, burn_in=2)
    array = model.kv.vectors
    begun = array.copy()
    model.train(epochs=0)
    assert model.kv.vectors is array
    assert not np.array_equal(array, begun), "the burn-in"
    burnt = array.copy()
    model.train(epochs=0)
    np.testing.assert_array_equal(array, burnt)
    model.train(epochs=2)
    assert [record.epoch for record in model.history] == [1, 2, 3, 4]
    model.kv.vectors[:] = 0.3
    model.kv.vectors[:, 0] = np.linspace(-0.5, 0.5, len(model.kv))
    before = model.kv.vectors.copy()
    model.train_alpha = 1e-9
    model.train(epochs=1)
    np.testing.assert_allclose(model.kv.vectors, before, atol=1e-7)


def test_each_call_draws_anew_and_the_same_calls_the_same():
    runs = []
    for calls in ([4], [4], [2, 2]):
        model = PoincareModel(TREE, size=3, negative=3, burn_in=0)
        for epochs in calls:
            model.train(epochs)
        runs.append(model.kv.vectors)
    np.testing.assert_array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_points_stay_in_the_ball_and_of_their_type(dtype):
    model = PoincareModel(TREE, size=2, negative=3, alpha=10, epsilon=1e-9, burn_in=0, dtype=dtype)
    model.train(epochs=30)
    assert model.kv.vectors.dtype == dtype
    assert np.linalg.norm(model.kv.vectors.astype(np.float64), axis=1).max() < 1
    model.train(epochs=1)


def test_new_nodes_find_their_place(tree, tmp_path):
    model = PoincareModel(TREE, size=3, negative=3)
    model.train(epochs=50)
    model.build_vocab([("fresh", "branch1"), ("fresh", "root")], update=True)
    model.train(epochs=60)
    assert min((f"branch{i}" for i in range(3)), key=lambda b: model.kv.distance("fresh", b)) == "branch1"


def test_relations_of_one_node_with_all_others_move_nothing():
    """gensim's own example of training on more begins so."""
    model = PoincareModel([("kangaroo", "marsupial"), ("kangaroo", "mammal")], negative=1)
    before = model.kv.vectors.copy()
    model.train(epochs=50)
    np.testing.assert_array_equal(model.kv.vectors, before)
    model.build_vocab([("striped_skunk", "mammal")], update=True)
    model.train(epochs=50)
    assert not np.array_equal(model.kv.vectors[:3], before)


def test_nodes_may_be_anything_hashable():
    model = PoincareModel([(b"\x80c", b"a"), (b"c", b"a"), (3, ("x", 1)), (3, b"a")], size=2, negative=1)
    model.train(epochs=2)
    assert model.kv.get_index(b"a") == 1
    assert model.kv.distance(3, ("x", 1)) > 0
    assert model.kv.most_similar(b"c", topn=1)[0][0] in model.kv.index_to_key


def test_a_model_is_saved_over_another_and_trained_on(tmp_path):
    pairs = [*TREE, TREE[0], ("root", "root")]
    model = PoincareModel(pairs, size=3, negative=3, burn_in=1, dtype=np.float32, seed=5)
    model.save(tmp_path / "a.model")
    model.train(epochs=3)
    model.save(str(tmp_path / "a.model"), sep_limit=1, pickle_protocol=2)
    loaded = PoincareModel.load(tmp_path / "a.model", mmap="r")
    np.testing.assert_array_equal(loaded.kv.vectors, model.kv.vectors)
    assert loaded.kv.vectors.dtype == np.float32
    assert sorted(loaded.all_relations) == sorted(model.all_relations)
    assert loaded.kv.index_to_key == model.kv.index_to_key
    assert loaded.kv.counts.tolist() == model.kv.counts.tolist()
    for name in ("size", "alpha", "burn_in", "burn_in_alpha", "negative", "epsilon", "seed", "workers", "init_range"):
        assert tuple(np.ravel(getattr(loaded, name))) == tuple(np.ravel(getattr(model, name))), name
    for each in (model, loaded):
        each.train(epochs=2)
    np.testing.assert_allclose(loaded.kv.vectors, model.kv.vectors, atol=1e-6)
    assert [record.epoch for record in loaded.history] == [1, 2, 3, 4, 5, 6]


def test_vectors_are_saved_alone(tree, theirs, tmp_path):
    tree.kv.save(tmp_path / "tree.kv")
    same = ours.PoincareKeyedVectors.load(tmp_path / "tree.kv", mmap="r")
    assert isinstance(same, ours.PoincareKeyedVectors)
    np.testing.assert_array_equal(same.vectors, tree.kv.vectors)
    assert same.get_vecattr("root", "count") == tree.kv.get_vecattr("root", "count")
    for binary in (False, True):
        tree.kv.save_word2vec_format(tmp_path / "vectors", binary=binary)
        read = ours.PoincareKeyedVectors.load_word2vec_format(tmp_path / "vectors", binary=binary, datatype=np.float64)
        np.testing.assert_allclose(read[tree.kv.index_to_key], tree.kv.vectors, atol=1e-7 if binary else 1e-12)
        there = theirs.PoincareKeyedVectors.load_word2vec_format(str(tmp_path / "vectors"), binary=binary)
        assert there.distance("root", "leaf1") == pytest.approx(read.distance("root", "leaf1"), rel=1e-4)


def test_the_folder_is_one_of_w2vs_own(tree, tmp_path):
    tree.save(tmp_path / "tree")
    same = w2v.PoincareModel.load(tmp_path / "tree")
    np.testing.assert_array_equal(same.kv[tree.kv.index_to_key], tree.kv.vectors)
    assert same.reconstruction().mean_rank >= 1
    same.save(tmp_path / "tree", overwrite=True)
    assert not (tmp_path / "tree" / "gensim.json").exists()
    back = PoincareModel.load(tmp_path / "tree")
    back.train(epochs=1)
    assert back.size == 3


def test_a_model_of_gensims_is_taken_over(theirs):
    model = theirs.PoincareModel(TREE, size=3, negative=3)
    model.train(epochs=2)
    taken = PoincareModel.from_gensim(model)
    np.testing.assert_array_equal(taken.kv.vectors, model.kv.vectors)
    assert taken.all_relations == model.all_relations
    assert taken.negative == 3
    taken.train(epochs=1)
    assert len(taken.history) == 1, "without a burn-in, which it has behind it"
    with pytest.raises(W2VError, match="no PoincareModel of gensim's"):
        PoincareModel.from_gensim(object())


def test_a_model_is_pickled(tree):
    same = pickle.loads(pickle.dumps(tree))
    np.testing.assert_array_equal(same.kv.vectors, tree.kv.vectors)
    same.train(epochs=1)


def test_relations_are_read_from_files(tmp_path):
    (tmp_path / "a.tsv").write_bytes('tímto\tbudeš\n\n"a b"\tc\r\n'.encode("cp852"))
    relations = ours.PoincareRelations(tmp_path / "a.tsv", encoding="cp852")
    assert list(relations) == list(relations) == [("tímto", "budeš"), ("a b", "c")]
    (tmp_path / "a.csv").write_text("a;b\n", encoding="utf8")
    assert list(ours.PoincareRelations(str(tmp_path / "a.csv"), delimiter=";")) == [("a", "b")]
    with pytest.raises(W2VError, match="Give encoding="):
        list(ours.PoincareRelations(tmp_path / "a.tsv"))
    with pytest.raises(FileNotFoundError):
        list(ours.PoincareRelations(tmp_path / "none.tsv"))


@pytest.mark.parametrize(
    ("relations", "sentence"),
    [
        ([("a", "b", "c")], "relation 1 is .* exactly two items"),
        (["ab", "cd"], "relation 1 is 'ab'"),
        ("relations.tsv", r"PoincareRelations\(path\)"),
        (None, "None was given as relations"),
        ([("a", "b"), ("a", [])], "relation 2: .* is no node"),
        ([("a", "b"), 3], "relation 2 is 3"),
        ([{"a", "b"}], "relation 1 is"),
        ([("a", float("nan"))], "nan is no node"),
        ([("a", None)], "None is no node"),
        (SimpleNamespace(columns=["child", "parent"]), "is a table"),  # as a DataFrame
    ],
)
def test_what_are_no_relations_is_told(relations, sentence):
    with pytest.raises(W2VError, match=sentence):
        PoincareModel(relations)
    model = PoincareModel(TREE, size=2)
    with pytest.raises(W2VError, match=sentence):
        model.build_vocab(relations, update=True)
    assert (len(model.kv), len(model.all_relations)) == (16, len(TREE)), "nothing has changed"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"size": 1}, "vector_size"),
        ({"size": "10"}, "vector_size"),
        ({"negative": 0}, "negative"),
        ({"alpha": -1}, "alpha"),
        ({"burn_in": -1}, "burn_in"),
        ({"init_range": (-1, 1)}, "init_range"),
        ({"init_range": (0.1, -0.1)}, "init_range"),
        ({"init_range": 0.1}, "init_range"),
        ({"epsilon": 2}, "epsilon"),
        ({"seed": -1}, "seed"),
        ({"seed": "a"}, "seed"),
        ({"dtype": int}, "dtype"),
        ({"dtype": "nope"}, "dtype"),
    ],
)
def test_settings_out_of_range_are_told(arguments, sentence):
    with pytest.raises(W2VError, match=sentence):
        PoincareModel(TREE, **arguments)


def test_numbers_may_be_numpys():
    model = PoincareModel(TREE, size=np.int64(3), negative=np.int32(2), alpha=np.float32(0.1), seed=np.int64(1))
    model.train(epochs=np.int64(1))


def test_what_cannot_be_done_is_told(tree, tmp_path):
    with pytest.raises(W2VError, match="Cannot sample 15 negative nodes"):
        PoincareModel(TREE, negative=15).train(epochs=1)
    with pytest.raises(W2VError, match="epochs"):
        tree.train(epochs=-1)
    with pytest.raises(KeyError):
        tree.kv.most_similar("nobody")
    with pytest.raises(UnknownWordError, match="nobody"):
        tree.kv.norm("nobody")
    for wrong in (np.ones(3), np.zeros(2), [["a"], ["b"]], ["root", "leaf1"], [[0.1, 0.2]], np.full(3, np.nan)):
        with pytest.raises(W2VError, match="was given"):
            tree.kv.distances(wrong)
    for vectors in (np.zeros((16, 2)), np.full((16, 3), np.nan)):
        model = PoincareModel(TREE, size=3, negative=3)
        model.kv.vectors = vectors
        with pytest.raises(W2VError, match=r"kv\.vectors has shape"):
            model.train(epochs=1)
    for arguments in ({"delimiter": ", "}, {"encoding": "nope"}):
        with pytest.raises(W2VError, match=next(iter(arguments))):
            ours.PoincareRelations("a.tsv", **arguments)
    with pytest.raises(W2VError, match="no string"):
        PoincareModel([(1, 2), (3, 2)], size=2).save(tmp_path / "numbers")
    with pytest.raises(W2VError, match="nothing to save"):
        PoincareModel([], size=2).save(tmp_path / "nothing")
    (tmp_path / "old.model").write_bytes(b"\x80\x04")
    with pytest.raises(W2VError, match="from_gensim"):
        PoincareModel.load(tmp_path / "old.model")
    tree.save(tmp_path / "old.model")
    assert (tmp_path / "old.model.gensim").read_bytes() == b"\x80\x04", "put aside"
    (tmp_path / "letter.txt").write_text("dear", encoding="utf8")
    with pytest.raises(W2VError, match=r"letter\.txt is a file"):
        tree.save(tmp_path / "letter.txt")
    with pytest.raises(FileNotFoundError):
        PoincareModel.load(tmp_path / "nowhere")
    w2v.PoincareModel(TREE, space="euclidean", vector_size=2, epochs=1).save(tmp_path / "flat")
    with pytest.raises(W2VError, match="flat space"):
        PoincareModel.load(tmp_path / "flat")
    with (tmp_path / "handle").open("wb") as file, pytest.raises(TypeError, match="the name of a folder"):
        tree.save(file)


@pytest.mark.parametrize("change", [{"seed": "x"}, {"loops": [99]}, {"dtype": "int8"}, {"alpha": []}])
def test_damaged_settings_are_told(tree, tmp_path, change):
    tree.save(tmp_path / "m")
    told = json.loads((tmp_path / "m" / "gensim.json").read_text(encoding="utf8"))
    (tmp_path / "m" / "gensim.json").write_text(json.dumps(told | change), encoding="utf8")
    with pytest.raises(W2VError, match="was changed"):
        PoincareModel.load(tmp_path / "m")
    (tmp_path / "m" / "SHA256SUMS").unlink()
    with pytest.raises(W2VError, match=r"gensim\.json is damaged"):
        PoincareModel.load(tmp_path / "m")


def test_what_is_ignored_is_said_once(monkeypatch, caplog):
    monkeypatch.setattr(notes, "_told", set())
    with caplog.at_level(logging.WARNING, "w2v.gensim"):
        for _ in range(2):
            model = PoincareModel(TREE, size=2, negative=2, regularization_coeff=0.5)
            model.train(epochs=1, batch_size=50, check_gradients_every=3, print_every=5)
    told = [record.getMessage().split()[0] for record in caplog.records]
    assert told == ["regularization_coeff", "batch_size", "check_gradients_every"]
