"""gensim's KeyedVectors here and there: the same arguments, answers, types, errors and files."""

import copy
import inspect
import logging
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import KeyedVectors as House
from w2v.errors import W2VError
from w2v.gensim.models import KeyedVectors
from w2v.gensim.models import keyedvectors as module
from w2v.gensim.room import Room

pytestmark = pytest.mark.filterwarnings(r"ignore:Call to deprecated `init_sims` \(Use")  # which gensim calls itself
theirs_module = pytest.importorskip("gensim.models.keyedvectors")
Theirs = theirs_module.KeyedVectors
V, D = 40, 5
WORDS = [f"w{i}" for i in range(V)]
KINDS = [KeyedVectors, Theirs]


def table(seed: int = 0, number: int = V) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(number, D)).astype(np.float32)


def filled(kind, dtype=np.float32):
    kv = kind(D, dtype=dtype)
    kv.add_vectors(WORDS, table())
    for place, word in enumerate(WORDS):
        kv.set_vecattr(word, "count", (7 * place) % 11 + 1)
    return kv


@pytest.fixture
def ours():
    return filled(KeyedVectors)


@pytest.fixture
def theirs():
    return filled(Theirs)


def alike(one, other) -> None:
    """Equal, numbers to 1e-6, and of the same types."""
    if isinstance(other, (list, tuple)) and not hasattr(other, "pvalue"):
        assert isinstance(one, type(other))
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            alike(a, b)
    elif isinstance(other, dict):
        assert list(one) == list(other)
        alike(list(one.values()), list(other.values()))
    elif isinstance(other, (float, np.floating, np.ndarray)) or hasattr(other, "pvalue"):
        if not hasattr(other, "pvalue"):
            assert np.asarray(one).dtype == np.asarray(other).dtype
            assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, atol=2e-6, rtol=2e-6)
    else:
        assert one == other


VECTOR = np.random.default_rng(9).normal(size=D).astype(np.float32)
QUERIES = {
    "most_similar": lambda kv: kv.most_similar("w1"),
    "most_similar, positional": lambda kv: kv.most_similar(["w1", "w2"], ["w3"], 5, 10, 30),
    "most_similar, weights": lambda kv: kv.most_similar(positive=[("w1", 0.5), "w2"], negative=[("w3", -2.0), "w4"]),
    "most_similar, vectors": lambda kv: kv.most_similar(positive=[VECTOR, "w2"], negative=VECTOR[::-1]),
    "most_similar, a vector": lambda kv: kv.most_similar(VECTOR, topn=7),
    "most_similar, a matrix": lambda kv: kv.most_similar(table(3, 4)),
    "most_similar, numbers": lambda kv: kv.most_similar([1, np.int64(2)], topn=3),
    "most_similar, all": lambda kv: kv.most_similar("w1", topn=None),
    "most_similar, all of some": lambda kv: kv.most_similar("w1", topn=None, clip_start=5, clip_end=9),
    "most_similar, clipped": lambda kv: kv.most_similar("w1", clip_start=3),
    "most_similar, clipped at the end": lambda kv: kv.most_similar("w1", clip_end=8, topn=100),
    "most_similar, restricted": lambda kv: kv.most_similar("w1", clip_start=7, clip_end=9, restrict_vocab=6),
    "most_similar, none": lambda kv: kv.most_similar("w1", topn=0),
    "most_similar, fewer than none": lambda kv: kv.most_similar("w1", topn=-3),
    "most_similar, more than there are": lambda kv: kv.most_similar("w1", topn=1000),
    "most_similar_cosmul": lambda kv: kv.most_similar_cosmul(["w1", "w5"], "w2", 6),
    "most_similar_cosmul, all": lambda kv: kv.most_similar_cosmul("w1", "w2", topn=None),
    "most_similar_cosmul, none": lambda kv: kv.most_similar_cosmul("w1", topn=0),
    "similar_by_word": lambda kv: kv.similar_by_word("w1", 3, 20),
    "similar_by_key": lambda kv: kv.similar_by_key(5, topn=3),
    "similar_by_vector": lambda kv: kv.similar_by_vector(VECTOR, topn=4, restrict_vocab=30),
    "similarity": lambda kv: kv.similarity("w1", "w2"),
    "distance": lambda kv: kv.distance("w1", 2),
    "distances": lambda kv: kv.distances("w1"),
    "distances to some": lambda kv: kv.distances(VECTOR, ["w2", "w4"]),
    "distances to none": lambda kv: kv.distances("w1", None),
    "closer_than": lambda kv: kv.closer_than("w1", "w2"),
    "rank": lambda kv: kv.rank("w1", "w2"),
    "most_similar_to_given": lambda kv: kv.most_similar_to_given("w1", ["w2", "w3", 4]),
    "n_similarity": lambda kv: kv.n_similarity(["w1", "w2"], ["w3"]),
    "n_similarity, unknown": lambda kv: kv.n_similarity(["w1", "x"], ["w3", "y"]),
    "n_similarity, all unknown": lambda kv: kv.n_similarity(["x"], ["w3"]),
    "doesnt_match": lambda kv: kv.doesnt_match(["w1", "w2", "w3", "w4"]),
    "doesnt_match, unknown": lambda kv: kv.doesnt_match(["w1", "x", "w3", "w4"]),
    "rank_by_centrality": lambda kv: kv.rank_by_centrality(["w1", "w2", "x", "w3"]),
    "rank_by_centrality, lengths": lambda kv: kv.rank_by_centrality(["w1", "w2", "w3"], use_norm=False),
    "get_mean_vector": lambda kv: kv.get_mean_vector(["w1", "w2", VECTOR, "x"]),
    "get_mean_vector, weights": lambda kv: kv.get_mean_vector(["w1", "x", "w3"], [1, 5, -2], pre_normalize=False),
    "get_mean_vector, array": lambda kv: kv.get_mean_vector(["w1", "w3"], np.array([1.0, 3.0]), post_normalize=True),
    "get_mean_vector, unknown": lambda kv: kv.get_mean_vector(["x", "y"]),
    "get_mean_vector, matrix": lambda kv: kv.get_mean_vector(table(5, 3)),
    "relative_cosine_similarity": lambda kv: kv.relative_cosine_similarity("w1", "w2", 5),
    "cosine_similarities": lambda kv: kv.cosine_similarities(VECTOR, kv.vectors),
    "get_vector": lambda kv: kv.get_vector("w3"),
    "get_vector, normed": lambda kv: kv.get_vector("w3", norm=True),
    "get_normed_vectors": lambda kv: kv.get_normed_vectors(),
    "one": lambda kv: kv["w1"],
    "several": lambda kv: kv[["w1", 2, "w1"]],
    "get_index": lambda kv: [kv.get_index("w4"), kv.get_index(7), kv.get_index("x", 9), kv.get_index("x", default=-1)],
    "in": lambda kv: ["w1" in kv, "x" in kv, 3 in kv, V in kv, kv.has_index_for("w2"), kv.has_index_for("x")],
    "get_vecattr": lambda kv: kv.get_vecattr("w3", "count"),
    "sizes": lambda kv: [len(kv), kv.vector_size, kv.vectors.shape, kv.next_index, kv.mapfile_path],
    "vectors_for_all": lambda kv: held(kv.vectors_for_all(["w3", "x", "w1", "w3"])),
    "vectors_for_all, attributes": lambda kv: held(kv.vectors_for_all(["w3", "w1"], copy_vecattrs=True)),
    "vectors_for_all, not inferred": lambda kv: held(kv.vectors_for_all(["w3", "x"], allow_inference=False)),
    "str": lambda kv: str(kv),
}


def held(kv) -> dict:
    """All that is in one."""
    return {
        "keys": kv.index_to_key,
        "index": kv.key_to_index,
        "vectors": kv.vectors,
        "attributes": {name: values.tolist() for name, values in kv.expandos.items()},
    }


@pytest.mark.parametrize("name", QUERIES)
def test_queries_are_answered_as_there(ours, theirs, name):
    alike(QUERIES[name](ours), QUERIES[name](theirs))


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("dtype", [np.float64, np.float16])
def test_queries_of_other_numbers_are_answered_as_there(name, dtype):
    """Of float16 only near to it, since gensim computes with such numbers."""
    ours, theirs = QUERIES[name](filled(KeyedVectors, dtype)), QUERIES[name](filled(Theirs, dtype))
    if isinstance(theirs, (float, np.floating, np.ndarray)):
        np.testing.assert_allclose(ours, theirs, atol=1e-6 if dtype == np.float64 else 5e-3, rtol=1e-2)


ERRORS = {
    "unknown": lambda kv: kv["x"],
    "unknown number": lambda kv: kv[V],
    "negative number": lambda kv: kv[-1],
    "unknown of several": lambda kv: kv[["w1", "x"]],
    "unknown index": lambda kv: kv.get_index("x"),
    "unhashable": lambda kv: kv.get_index(["w1"]),
    "unknown similarity": lambda kv: kv.similarity("w1", "x"),
    "unknown neighbour": lambda kv: kv.most_similar("x"),
    "unknown among neighbours": lambda kv: kv.most_similar(["w1", "x"]),
    "unknown cosmul": lambda kv: kv.most_similar_cosmul("w1", "x"),
    "no words": lambda kv: kv.most_similar(),
    "no words, cosmul": lambda kv: kv.most_similar_cosmul(negative="w1"),
    "empty list": lambda kv: kv.n_similarity([], ["w1"]),
    "mean of none": lambda kv: kv.get_mean_vector([]),
    "mean of unknown": lambda kv: kv.get_mean_vector(["w1", "x"], ignore_missing=False),
    "wrong weights": lambda kv: kv.get_mean_vector(["w1", "w2"], [1]),
    "none matches": lambda kv: kv.doesnt_match(["x", "y"]),
    "none to choose from": lambda kv: kv.most_similar_to_given("w1", []),
    "unknown attribute": lambda kv: kv.get_vecattr("w1", "colour"),
    "attribute of unknown": lambda kv: kv.get_vecattr("x", "count"),
    "other type": lambda kv: kv.set_vecattr("w1", "count", "many"),
    "other type, allocated": lambda kv: kv.allocate_vecattrs(["count"], [float]),
    "vocab": lambda kv: kv.vocab,
    "index2word": lambda kv: kv.index2word,
    "index2entity": lambda kv: kv.index2entity,
    "vectors_norm": lambda kv: kv.vectors_norm,
    "syn0": lambda kv: kv.syn0,
    "nonsense": lambda kv: kv.nonsense,
    "documents": lambda kv: kv.similarity_unseen_docs([], []),
    "written": lambda kv: kv["w1"].__setitem__(0, 1.0),
    "wrong size": lambda kv: kv.add_vectors(["x", "y"], np.ones((2, D + 1))),
    "wrong number": lambda kv: kv.add_vectors(["x", "y"], np.ones((1, D))),
    "no dtype": lambda kv: type(kv)(3, dtype="numbers"),
    "no file": lambda kv: type(kv).load_word2vec_format("nowhere.txt"),
    "no saved file": lambda kv: type(kv).load("nowhere.kv"),
    "no header of binary": lambda kv: type(kv).load_word2vec_format(__file__, binary=True, no_header=True),
    "no counts to write": lambda kv: kv.save_word2vec_format("x.txt", fvocab="v.txt", sort_attr="colour"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_of_gensims_kind_too(ours, theirs, name):
    with pytest.raises(Exception) as there:  # noqa: PT011
        ERRORS[name](theirs)
    # there, vectors of another number are an IndexError from within numpy
    kind = next(k for k in there.type.__mro__ if k.__module__ == "builtins")
    with pytest.raises(ValueError if name == "wrong number" else kind) as here:
        ERRORS[name](ours)
    assert str(here.value)
    if name not in ("nonsense", "written"):
        assert isinstance(here.value, W2VError)


def test_arguments_have_gensims_names_places_and_defaults():
    for name in dir(Theirs):
        if name.startswith("_") and name not in ("__init__", "__getitem__", "__setitem__", "__contains__", "__len__"):
            continue
        assert name in dir(KeyedVectors), name
        if name == "save" or isinstance(inspect.getattr_static(Theirs, name), property):
            continue
        there, here = (inspect.signature(getattr(kind, name)).parameters.values() for kind in (Theirs, KeyedVectors))
        here = [p for p in here if p.name != "trust"]  # without which nothing is unpickled
        assert [(p.name, p.default, p.kind) for p in here] == [(p.name, p.default, p.kind) for p in there], name
    for name in ("prep_vectors", "pseudorandom_weak_vector", "_load_word2vec_format"):
        there, here = (inspect.signature(getattr(m, name)).parameters for m in (theirs_module, module))
        assert [(p.name, p.default) for p in here.values()] == [(p.name, p.default) for p in there.values()]


EDITS = st.lists(
    st.tuples(
        st.sampled_from(
            ["add", "add some", "replace", "set", "set one", "attribute", "ask", "resize", "write", "sort"]
        ),
        st.lists(st.sampled_from([*"abcdefg", 3, 7]), min_size=1, max_size=3, unique=True),
        st.integers(0, 1000),
    ),
    max_size=10,
)


@given(EDITS, st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_any_sequence_of_edits_ends_where_gensim_does(edits, count):
    pair = [kind(D, count) for kind in KINDS]
    for what, keys, seed in edits:
        rows = table(seed, len(keys))
        for kv in pair:
            there = [key for key in keys if key in kv.key_to_index]
            complete = None not in kv.index_to_key
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if what == "add" and not there:
                    assert kv.add_vector(keys[0], rows[0]) == kv.key_to_index[keys[0]]
                elif what == "add some" and complete:
                    kv.add_vectors(keys, rows)
                elif what == "replace" and complete:
                    kv.add_vectors(keys, list(rows), replace=True)
                elif what == "set" and complete:
                    kv[keys] = rows
                elif what == "set one" and complete:
                    kv[keys[0]] = rows[0]
                elif what == "attribute" and there:
                    kv.set_vecattr(there[0], "count", seed)
                elif what == "ask" and there and len(kv) > 1 and complete:
                    kv.norms = None if type(kv) is Theirs else kv.norms  # it forgets to forget them
                    kv.most_similar(there[0])
                elif what == "resize" and complete:
                    kv.index_to_key.append(f"new {len(kv)}")
                    kv.key_to_index[f"new {len(kv) - 1}"] = len(kv) - 1
                    kv.resize_vectors(seed=seed)
                elif what == "write" and there:
                    kv.vectors[kv.key_to_index[there[0]]] = rows[0]
                    kv.fill_norms(force=True)
                elif what == "sort" and complete and "count" in kv.expandos and there:
                    kv.allocate_vecattrs()
                    kv.sort_by_descending_frequency()
    for kv in pair:
        kv.allocate_vecattrs()
    alike(held(pair[0]), held(pair[1]))


def test_what_is_written_to_vectors_is_there_and_norms_follow_when_filled(ours):
    assert ours.norms is None
    assert ours.vectors.flags.writeable
    before = ours.most_similar("w1")
    ours.vectors[1] = ours.vectors[2]
    ours.fill_norms(force=True)
    assert ours.most_similar("w1")[0] == ("w2", pytest.approx(1))
    assert ours.most_similar("w1") != before
    ours.vectors = ours.vectors[:, ::-1].copy()
    assert ours.similarity("w1", "w2") == pytest.approx(1)
    ours.unit_normalize_all()
    np.testing.assert_allclose(ours.norms, 1, rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(ours.vectors, axis=1), 1, rtol=1e-6)


def test_methods_that_gensim_advises_against_still_work_and_say_so(ours):
    with pytest.warns(DeprecationWarning, match="fill_norms"):
        ours.init_sims(replace=True)
    np.testing.assert_allclose(ours.norms, 1, rtol=1e-6)
    with pytest.warns(DeprecationWarning, match="get_vector"):
        assert ours.word_vec("w1").tolist() == ours["w1"].tolist()
    with pytest.warns(DeprecationWarning, match="closer_than"):
        assert ours.words_closer_than("w1", "w2") == ours.closer_than("w1", "w2")
    for name in ("vocab", "index2word", "index2entity", "vectors_norm", "syn0", "syn0norm"):
        assert not hasattr(ours, name)
        with pytest.raises(AttributeError, match="Use "):
            setattr(ours, name, 5)


def test_words_one_by_one_are_copied_a_few_times_only(monkeypatch):
    copied = 0
    extended = Room.extended

    def counting(self, rows, length):
        nonlocal copied
        copied += len(rows) if rows is not self._last or length > len(self._space) else 0
        return extended(self, rows, length)

    monkeypatch.setattr(Room, "extended", counting)
    kv = KeyedVectors(2)
    kv.add_vector("0", [0, 1])
    kv.set_vecattr("0", "count", 1)
    for number in range(1, 2000):
        kv.add_vector(str(number), [number, 1])
    assert copied < 2 * 9 * 2000
    np.testing.assert_array_equal(kv.vectors[:, 0], np.arange(2000))
    assert kv.expandos["count"].tolist() == [1] + [0] * 1999


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda kv: pickle.loads(pickle.dumps(kv))])
def test_copies_grow_apart(ours, copied):
    ours.add_vector("a", np.ones(D))
    other = copied(ours)
    other.index_to_key, other.key_to_index = list(other.index_to_key), dict(other.key_to_index)
    other.expandos = dict(other.expandos)
    ours.add_vector("b", np.full(D, 2))
    other.add_vector("c", np.full(D, 3))
    np.testing.assert_array_equal(ours["b"], np.full(D, 2))
    np.testing.assert_array_equal(other["c"], np.full(D, 3))


def test_an_indexer_is_asked_instead(ours, theirs):
    class Indexer:
        def most_similar(self, vector, topn):
            return vector, topn

    for kv in (ours, theirs):
        vector, topn = kv.most_similar(["w1"], ["w2"], topn=3, indexer=Indexer())
        assert topn == 3
        np.testing.assert_allclose(
            vector, theirs.get_mean_vector(["w1", "w2"], [1, -1], post_normalize=True), atol=1e-6
        )


def test_it_is_one_of_the_house_and_answers_its_questions_too(ours):
    house = House(WORDS, table(), ours.counts)
    assert isinstance(ours, House)
    alike(ours.most_correlated("w1"), house.most_correlated("w1"))
    alike(ours.same_company("w1"), house.same_company("w1"))
    white = ours.whiten()
    assert type(white) is KeyedVectors
    np.testing.assert_allclose(white.vectors, house.whiten().vectors)
    white["w1"] = np.ones(D)  # to be written to, as any
    white.vectors[0] = 5
    assert list(ours) == WORDS
    assert "most_similar" not in ours._repr_html_()
    assert type(KeyedVectors.empty(4)) is KeyedVectors
    ours.remove_vectors(["w0", 2])
    del ours["w1"]
    assert ours.index_to_key == WORDS[3:]
    assert ours.get_vecattr("w3", "count") == filled(KeyedVectors).get_vecattr("w3", "count")
    alike(ours.most_similar("w5"), filled(Theirs).vectors_for_all(WORDS[3:]).most_similar("w5"))


WITHOUT = """
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"gensim", "torch", "scipy", "numba", "matplotlib"}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Missing())
import numpy as np
from w2v.gensim.models import KeyedVectors
kv = KeyedVectors(3)
kv.add_vectors(["a", "b", "c"], np.eye(3))
kv.save_word2vec_format("v.txt")
kv.save("kept")
for each in (KeyedVectors.load_word2vec_format("v.txt"), KeyedVectors.load("kept", mmap="r")):
    print(each.most_similar("a", topn=1), each.doesnt_match(["a", "b"]), each.n_similarity(["a"], ["b"]))
"""


def test_neither_gensim_nor_anything_large_is_needed(tmp_path):
    ran = subprocess.run([sys.executable, "-c", WITHOUT], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == ["[('b', 0.0)] a 0.0"] * 2


def test_what_differs_on_purpose(ours, theirs):
    """Zeros have similarity 0 and not NaN; restrict_vocab is heeded; adding forgets norms."""
    ours["zero"] = np.zeros(D)
    assert ours.similarity("zero", "w1") == 0
    assert dict(ours.most_similar("w1", topn=V))["zero"] == 0
    assert {word for word, _ in ours.most_similar_cosmul("w1", restrict_vocab=4)} == {"w0", "w2", "w3"}
    ours.add_vector("after", np.ones(D))
    assert ours.norms is None
    with pytest.raises(W2VError, match="the vector of 'n' holds NaN or infinity"):
        ours["n"] = np.full(D, np.nan)


def test_random_beginnings_have_gensims_numbers():
    for seed in (0, 1, 7):
        np.testing.assert_array_equal(
            module.prep_vectors((4, 3), seed=seed), theirs_module.prep_vectors((4, 3), seed=seed)
        )
    prior = np.ones((2, 3), np.float32)
    for shape in ((4, 3), (2, 3), (3, 5)):
        alike(module.prep_vectors(shape, prior), theirs_module.prep_vectors(shape, prior))
    assert module.prep_vectors((2, 3), prior) is prior
    assert module.prep_vectors((1, 3), prior).tolist() == [[1, 1, 1]]  # gensim fails

    def length(text):
        return len(text)

    alike(
        module.pseudorandom_weak_vector(5, "seed", hashfxn=length),
        theirs_module.pseudorandom_weak_vector(5, "seed", hashfxn=length),
    )
    assert abs(module.pseudorandom_weak_vector(50)).max() <= 0.01


def test_events_are_kept_until_they_are_not_wanted(ours):
    ours.add_lifecycle_event("mine", size=5)
    assert [event["event"] for event in ours.lifecycle_events] == ["mine"]
    ours.lifecycle_events = None
    ours.add_lifecycle_event("other")
    assert ours.lifecycle_events is None


# scores


@pytest.fixture
def questions(tmp_path):
    generator = np.random.default_rng(2)
    lines = [": one"] + [" ".join(generator.choice([*WORDS, "W3", "x"], 4)) for _ in range(60)]
    lines += ["not four", ": two two"] + [" ".join(generator.choice(WORDS, 4)) for _ in range(30)]
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def pairs(tmp_path):
    generator = np.random.default_rng(3)
    lines = ["# comment", "not a pair"]
    lines += ["\t".join([*generator.choice([*WORDS, "W5", "x"], 2), f"{generator.uniform():.3f}"]) for _ in range(50)]
    path = tmp_path / "pairs.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "arguments", [{}, {"dummy4unknown": True}, {"case_insensitive": False}, {"restrict_vocab": 20}]
)
def test_scores_are_gensims(ours, theirs, questions, pairs, arguments, caplog):
    caplog.set_level(logging.INFO, "w2v.gensim")
    alike(
        ours.evaluate_word_analogies(questions, **arguments),
        theirs.evaluate_word_analogies(str(questions), **arguments),
    )
    found = ours.evaluate_word_pairs(pairs, **arguments)
    alike(found, theirs.evaluate_word_pairs(str(pairs), **arguments))
    assert found[0].pvalue == found[0][1]
    assert "Total accuracy" in caplog.text
    assert "Spearman" in caplog.text


def test_pairs_of_other_separators_and_encodings(ours, theirs, tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_bytes("w1;w2;3\nw2;w5;1\né;w3;5\nw4;w3;5\n".encode("latin-1"))
    alike(ours.evaluate_word_pairs(path, ";", "latin-1"), theirs.evaluate_word_pairs(str(path), ";", "latin-1"))
    with pytest.raises(ValueError, match="holds no word pairs"):
        ours.evaluate_word_pairs(path, "\t", "latin-1")
