"""KeyedVectors that change: any sequence of edits equals building them anew, and nobody else's arrays change."""

import copy
import pickle
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import Config, Word2Vec
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import UnknownWordError, W2VError
from w2v.models.model import Model
from w2v.models.prediction import predict
from w2v.vectors import KeyedVectors, PoincareKeyedVectors
from w2v.vectors.growing import Growing

D = 3
NAMES = [f"w{i}" for i in range(9)]


def rows(number: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (number, D)).astype(np.float32)


@pytest.fixture(params=[KeyedVectors, PoincareKeyedVectors], ids=["flat", "ball"])
def kind(request):
    return request.param


@pytest.fixture
def kv():
    return KeyedVectors(["a", "b", "c"], rows(3), [3, 2, 1])


def same(one: KeyedVectors, other: KeyedVectors) -> None:
    """Equal in all that they hold and remember."""
    assert one.index_to_key == other.index_to_key
    assert one.key_to_index == other.key_to_index
    np.testing.assert_array_equal(one.vectors, other.vectors)
    np.testing.assert_array_equal(one.norms, other.norms)
    assert one.vecattrs.keys() == other.vecattrs.keys()
    for name, values in one.vecattrs.items():
        assert values.dtype == other.vecattrs[name].dtype
        assert values.tolist() == other.vecattrs[name].tolist()
    if len(one) > 1 and one.geometry == "euclidean":
        assert one.most_similar(0) == other.most_similar(0)
        assert one.same_company(0) == other.same_company(0)


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["set", "set several", "add", "add several", "replace", "remove", "attribute", "count", "ask"]),
        st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
        st.integers(0, 1000),
    ),
    max_size=12,
)


@given(EDITS)
@settings(max_examples=150, deadline=None)
def test_any_sequence_of_edits_gives_what_building_anew_gives(edits):
    kv, vectors, counts, shades = KeyedVectors.empty(D), {}, {}, {}
    counted = shaded = False
    for what, words, seed in edits:
        matrix = rows(len(words), seed)
        word, row = words[0], matrix[0]
        if what == "set":
            kv[word] = row
            vectors[word] = row
        elif what == "set several":
            kv[words] = matrix
            vectors.update(zip(words, matrix, strict=True))
        elif what == "add":
            assert kv.add_vector(word, row) == list(vectors | {word: row}).index(word)
            vectors.setdefault(word, row)
        elif what == "add several":
            kv.add_vectors(words, matrix)
            for name, each in zip(words, matrix, strict=True):
                vectors.setdefault(name, each)
        elif what == "replace":
            kv.add_vectors(words, matrix, np.full(len(words), seed), replace=True)
            vectors.update(zip(words, matrix, strict=True))
            counts.update(dict.fromkeys(words, seed))
            counted = True
        elif what == "remove" and set(words) <= set(vectors):
            kv.remove_vectors(words)
            vectors = {name: each for name, each in vectors.items() if name not in words}
            counts = {name: each for name, each in counts.items() if name not in words}
            shades = {name: each for name, each in shades.items() if name not in words}
        elif what == "attribute" and set(words) <= set(vectors):
            kv.set_vecattr(words, "shade", [seed / 7] * len(words))
            shades.update(dict.fromkeys(words, seed / 7))
            shaded = True
        elif what == "count" and word in vectors:
            kv.set_vecattr(word, "count", seed)
            counts[word] = seed
            counted = True
        elif what == "ask" and vectors and any(counts.values()) >= counted:
            kv.most_similar(0), kv.same_company(0), kv.norms  # remembered from here on
    if not vectors:
        assert (len(kv), kv.vectors.shape) == (0, (0, D))
        return
    seen = [counts.get(word, 0) for word in vectors] if counted else None
    anew = KeyedVectors(list(vectors), np.array([*vectors.values()]), seen)
    if shaded:
        anew.set_vecattr(list(vectors), "shade", [shades.get(word, 0.0) for word in vectors])
    if seen is not None and not any(seen):
        kv.counts = anew.counts = None
    assert kv.index_to_key == list(vectors)
    same(kv, anew)
    same(pickle.loads(pickle.dumps(kv)), anew)


def test_what_was_given_stays_as_it_is(kind):
    table, counts = rows(3).astype(kind.dtype), np.array([3, 2, 1])
    kept = table.copy()
    kv = kind(["a", "b", "c"], table, counts)
    assert np.shares_memory(kv.vectors, table)
    kv["b"] = [0.1, 0.1, 0.1]
    kv.set_vecattr("a", "count", 9)
    kv.add_vector("d", [0, 0, 0.5])
    np.testing.assert_array_equal(table, kept)
    np.testing.assert_array_equal(counts, [3, 2, 1])
    assert kv.counts.tolist() == [9, 2, 1, 0]
    assert table.flags.writeable


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda kv: pickle.loads(pickle.dumps(kv)), lambda kv: kv.sort_by_descending_frequency()],
    ids=["copy", "deepcopy", "pickle", "sorted"],
)
def test_of_two_copies_each_changes_alone(kv, copied):
    kv["a"] = [1, 2, 3]  # in an array of its own from here on
    kv.set_vecattr("a", "shade", "red")
    before = pickle.loads(pickle.dumps(kv))
    other = copied(kv)
    other["b"], other["new"] = [7, 7, 7], [8, 8, 8]
    other.set_vecattr("a", "shade", "blue")
    other.set_vecattr("c", "count", 50)
    same(kv, before)
    kept = pickle.loads(pickle.dumps(other))
    kv["c"] = [9, 9, 9]
    del kv["b"]
    kv.set_vecattr("a", "count", 70)
    same(other, kept)


@given(EDITS)
@settings(max_examples=60, deadline=None)
def test_what_was_handed_out_never_changes(edits):
    kv = KeyedVectors(NAMES[:4], rows(4), [4, 3, 2, 1])
    kv.set_vecattr("w0", "shade", 1.0)
    handed_out = []
    for what, words, seed in edits:
        if seed % 3:
            held = [
                kv.vectors,
                kv.vectors[1:2],
                kv.vectors.T,
                kv[kv.index_to_key],
                kv.norms,
                kv.counts,
            ]
            held += [kv.vecattrs["shade"], KeyedVectors(kv.index_to_key, kv.vectors).vectors if len(kv) else kv.norms]
            handed_out += [(array, array.copy()) for array in held]
        known = [word for word in words if word in kv]
        if what in ("set", "set several", "replace"):
            kv[words] = rows(len(words), seed)
        elif what in ("add", "add several"):
            kv.add_vectors(words, rows(len(words), seed))
        elif what == "remove" and known:
            kv.remove_vectors(known)
        elif what in ("attribute", "count") and known:
            kv.set_vecattr(known, "shade", [seed / 7] * len(known))
            kv.set_vecattr(known, "count", [seed] * len(known))
        for array, before in handed_out:
            np.testing.assert_array_equal(array, before)


def test_vectors_are_written_in_place_where_nobody_holds_them(kv, monkeypatch):
    kv["a"] = [1, 1, 1]
    monkeypatch.setattr(Growing, "_move", lambda *_: pytest.fail("copied"))
    for number in range(50):
        row = kv["b"]
        kv["b"] = row + number
        kv.most_similar("b")
        assert kv["b"].tolist() == (row + number).tolist()


def test_new_ones_made_of_others_change_alone(kv):
    kv.set_vecattr("a", "count", 5)
    white = kv.all_but_the_top(0)
    kv.set_vecattr("a", "count", 6)
    white.set_vecattr("b", "count", 7)
    assert (kv.counts.tolist(), white.counts.tolist()) == ([6, 2, 1], [5, 7, 1])


def test_a_model_keeps_its_tables_and_its_words():
    vocab = Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))
    tables = {"input": rows(3), "output": rows(3, 1)}
    model = Model(Config(vector_size=D, head="softmax"), vocab, {k: v.copy() for k, v in tables.items()}, [])
    expected = predict(model, ["b"], topn=3)
    kv = model.vectors
    kv.remove_vectors("a")
    kv["b"] = [9, 9, 9]
    kv.add_vector("new", [1, 1, 1], count=4)
    kv.set_vecattr("b", "count", 1)
    assert model.vectors is kv
    for name, table in tables.items():
        np.testing.assert_array_equal(model.tables[name], table)
    assert (model.vocab.words, model.vocab.counts.tolist()) == (["a", "b", "c"], [3, 2, 1])
    assert model.vocab.key_to_index == {"a": 0, "b": 1, "c": 2}
    assert repr(predict(model, ["b"], topn=3)) == repr(expected)
    with pytest.raises(UnknownWordError, match="'new' is not in the vocabulary of 3 words"):
        predict(model, ["new"])


def test_a_loaded_model_predicts_as_before_when_its_vectors_were_changed(tmp_path):
    tables = {"input": rows(3), "output": rows(3, 1)}
    vocab = Vocabulary(["a", "b", "c"], np.array([3, 2, 1]))
    Model(Config(vector_size=D, head="softmax"), vocab, tables, []).save(tmp_path / "model")
    model = Word2Vec.load(tmp_path / "model")
    before = model.predict_output_word(["b"])
    model.wv.remove_vectors([model.wv.index_to_key[0]])
    model.wv["new"] = np.ones(D)
    assert model.predict_output_word(["b"]) == before


def test_words_added_one_by_one_are_copied_a_few_times_only(monkeypatch):
    """Copied rows, not seconds: less than nine for each row that is there at the end."""
    copied = 0
    moved = Growing._move

    def counting(self, length):
        nonlocal copied
        copied += len(self.rows)
        return moved(self, length)

    monkeypatch.setattr(Growing, "_move", counting)
    kv = KeyedVectors.empty(2)
    for number in range(3000):
        kv.add_vector(str(number), [number, 1])
    assert copied < 9 * 3000
    np.testing.assert_array_equal(kv.vectors[:, 0], np.arange(3000))


def test_empty_ones_answer_in_sentences(kind):
    kv = kind.empty(4)
    assert (len(kv), list(kv), kv.vector_size, kv.vectors.dtype, kv.counts) == (0, [], 4, kind.dtype, None)
    assert (repr(kv), "a" in kv, kv.norms.shape) == (f"{kind.__name__}(0 words, 4 dimensions)", False, (0,))
    assert "0 words" in kv._repr_html_()
    with pytest.raises(UnknownWordError, match="'a' is not in the vocabulary of 0 words"):
        kv.most_similar("a")
    assert kv.similar_by_vector(np.full(4, 0.1)) == []
    same(pickle.loads(pickle.dumps(kv)), kv)
    for size in (0, -1, 2.5, "ten"):
        with pytest.raises(W2VError, match="vector_size"):
            kind.empty(size)


def test_attributes_have_the_type_of_their_first_value(kv):
    kv.set_vecattr("a", "seen", True)
    kv.set_vecattr(["a", "b"], "shade", [0.5, 1])
    kv.set_vecattr(1, "kind", "noun")
    kv.set_vecattr("c", "place", (1, 2))
    kv.set_vecattr("a", "number", np.uint8(7))
    assert {name: values.dtype.name for name, values in kv.vecattrs.items()} == {
        "count": "int64", "seen": "bool", "shade": "float64", "kind": "object", "place": "object", "number": "int64",
    }  # fmt: skip
    kv.add_vector("d", [1, 1, 1], 5)
    assert [kv.get_vecattr("d", name) for name in kv.vecattrs] == [5, False, 0.0, None, None, 0]
    assert [kv.get_vecattr(key, "place") for key in "abc"] == [None, None, (1, 2)]
    assert type(kv.get_vecattr("a", "shade")) is float
    assert not kv.vecattrs["shade"].flags.writeable
    half = kv.vectors_for_all(["d", "b"])
    assert (half.get_vecattr("b", "kind"), half.get_vecattr("d", "count")) == ("noun", 5)
    kv.counts = [1, 2, 3, 4]
    assert kv.get_vecattr("c", "count") == 3
    kv.counts = None
    assert "count" not in kv.vecattrs


def test_attributes_that_are_numbers_are_kept_in_a_folder(kv, tmp_path):
    kv.set_vecattr(["a", "b"], "score", [float("nan"), float("inf")])
    kv.set_vecattr("c", "seen", True)
    kv.set_vecattr("c", "size", -3)
    kv.save(tmp_path / "kept")
    loaded = KeyedVectors.load(tmp_path / "kept")
    assert list(loaded.vecattrs) == list(kv.vecattrs)
    for name, values in kv.vecattrs.items():
        np.testing.assert_array_equal(loaded.vecattrs[name], values)
    kv.set_vecattr("a", "kind", "noun")
    with pytest.warns(UserWarning, match="'kind' of the words is of type object, and only numbers are kept"):
        kv.save(tmp_path / "half")
    assert "kind" not in KeyedVectors.load(tmp_path / "half").vecattrs


def test_none_are_not_saved(kind, tmp_path):
    for name in ("folder", "v.txt", "v.bin"):
        with pytest.raises(W2VError, match="there are no words yet"):
            kind.empty(3).save(tmp_path / name)
    with pytest.raises(W2VError, match="there are no words yet"):
        kind.empty(3).save_word2vec_format(tmp_path / "v")
    assert not list(tmp_path.iterdir())


def test_other_vectors_for_all_words(kv):
    assert kv.norms is kv.norms
    kv.vectors = np.eye(3, 5)
    np.testing.assert_array_equal(kv.norms, [1, 1, 1])
    assert kv.vector_size == 5
    with pytest.raises(W2VError, match=r"3 words came with vectors of shape \[2, 2\]"):
        kv.vectors = np.eye(2)


def refused(change, sentence: str, kv: KeyedVectors) -> None:
    """The change is refused in this sentence, and leaves everything as it was."""
    before = pickle.loads(pickle.dumps(kv))
    with pytest.raises(W2VError, match=sentence):
        change()
    same(kv, before)


@pytest.mark.parametrize(
    ("words", "vectors", "counts", "sentence"),
    [
        ("d", [1, 2], None, "1 word came with vectors of shape [1, 2]; expected [1, 3], as these have 3 dimensions"),
        (["d", "e"], [[1, 2, 3]], None, "2 words came with vectors of shape [1, 3]; expected [2, 3]"),
        (["d", "e"], [[1, 2, 3], [1, 2]], None, "vectors must be numbers, in rows of the same length"),
        (["d", "d"], np.ones((2, 3)), None, "the word 'd' comes twice"),
        (["d", "a"], [[1, 2, 3], [1, np.nan, 2]], None, "the vector of 'a' (number 1) holds NaN or infinity"),
        (["d"], [[1, 2, 1e300]], None, "the vector of 'd'"),
        (["d"], [["x", "y", "z"]], None, "vectors must be numbers"),
        (["d"], [[1, 2, 3]], [-1], "the count of 'd' (number 0) is -1; it must be at least 0"),
        (["d"], [[1, 2, 3]], [1, 2], "1 word came with counts of shape [2]"),
        (
            [7],
            [[1, 2, 3]],
            None,
            "there is no word number 7 among 3 words, counted from 0; give a new word as",
        ),
        ([None], [[1, 2, 3]], None, "None was given where one word is asked for"),
        (None, [[1, 2, 3]], None, "expected a list of one or more words, and was given None"),
        ([2.5], [[1, 2, 3]], None, "2.5 was given where one word is asked for"),
    ],
)
def test_what_does_not_fit_is_refused_whole(kv, words, vectors, counts, sentence):
    refused(lambda: kv.add_vectors(words, vectors, counts, replace=True), re.escape(sentence), kv)


def test_other_refusals(kv):
    kv.set_vecattr("a", "place", 5)
    kv.set_vecattr("a", "seen", True)
    for change, sentence in {
        lambda: kv.set_vecattr("a", "place", "x"): "'place' holds int64 and was given 'x'",
        lambda: kv.set_vecattr("a", "place", 0.5): "'place' holds int64 and was given 0.5",
        lambda: kv.set_vecattr("a", "seen", 2): "'seen' holds bool and was given 2",
        lambda: kv.set_vecattr("a", "count", -2): "a count of -2 was given; a count is at least 0",
        lambda: kv.set_vecattr("a", "count", "many"): "'count' holds int64",
        lambda: kv.set_vecattr(["a", "b"], "place", [1]): "2 words came with 1 values of 'place'",
        lambda: kv.set_vecattr("x", "place", 1): "'x' is not in the vocabulary",
        lambda: kv.set_vecattr("a", 5, 1): "5 was given as the name of an attribute; expected a string",
        lambda: kv.get_vecattr("a", "size"): r"'size' is not known of words; .*: 'count', 'place', 'seen'",
        lambda: kv.remove_vectors(["a", "x"]): "'x' is not in the vocabulary",
        lambda: kv.__setitem__(9, [1, 2, 3]): "no word number 9",
        lambda: setattr(kv, "counts", [1, 2]): r"3 words came with counts of shape \[2\]",
    }.items():
        refused(change, sentence, kv)


def test_points_that_do_not_lie_in_the_ball_are_refused():
    ball = PoincareKeyedVectors(["a", "b"], np.array([[0.1, 0.2], [0.3, 0.4]]))
    refused(lambda: ball.add_vectors(["c", "d"], [[0, 0], [1, 0]]), r"the vector of 'd' \(number 1\) is 1 long", ball)
    refused(lambda: ball.__setitem__("a", [0.8, 0.8]), r"the vector of 'a' \(number 0\) is 1\.13137 long", ball)
    ball["c"] = [0.0, 0.9]
    assert ball.distance("c", "a") == PoincareKeyedVectors(["c", "a"], [[0, 0.9], [0.1, 0.2]]).distance("c", "a")


def test_words_may_come_from_anywhere(kv):
    kv[np.array(["d", "e"])] = np.ones((2, 3))
    kv[np.str_("f")] = (1, 2, 3)
    kv[0] = [5, 5, 5]
    assert kv.add_vector(0, [6, 6, 6]) == 0
    kv.remove_vectors([])
    kv[["b", 2]] = np.zeros((2, 3))
    kv.add_vectors((word for word in "gh"), np.ones((2, 3)))
    kv.add_vectors({"i": 0}, [[1, 2, 3]])
    assert kv.index_to_key == list("abcdefghi")
    assert all(type(word) is str for word in kv)
    np.testing.assert_array_equal(kv[["a", "b", "c"]], [[5, 5, 5], [0, 0, 0], [0, 0, 0]])
    del kv[["a", "i"]]
    del kv[-0]
    assert kv.index_to_key == list("cdefgh")


def test_tensors_and_nothing_at_all(kv):
    torch = pytest.importorskip("torch")
    kv["t"] = torch.ones(3)
    assert kv["t"].tolist() == [1, 1, 1]
    refused(lambda: kv.__setitem__("u", torch.ones(3, requires_grad=True)), "vectors must be numbers", kv)
    kv.add_vectors([], np.empty((0, 3)))
    assert len(kv) == 4
