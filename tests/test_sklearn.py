"""W2VTransformer is what scikit-learn expects of a transformer of texts, and its vectors are what the papers say."""

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError, SkipTestWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import estimator_checks_generator
from sklearn.utils.validation import check_is_fitted, validate_data

from w2v import KeyedVectors, PoincareKeyedVectors, W2VError, Word2Vec
from w2v.sklearn import W2VTransformer

WORDS = ["red", "blue", "sea", "the"]
ROWS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 2], [1, 1, 1]], np.float32)
COUNTS = [40, 30, 20, 10]
SHARE = dict(zip(WORDS, [0.4, 0.3, 0.2, 0.1], strict=True))
ROW = dict(zip(WORDS, ROWS, strict=True))
DOCUMENTS = ["red blue", "the sea the", "unseen", "", "sea"]


def made(**settings):
    return W2VTransformer(vectors=KeyedVectors(WORDS, ROWS, COUNTS), tokenizer="whitespace", **settings)


def small(**settings):
    return W2VTransformer(**({"vector_size": 8, "epochs": 3, "min_count": 1, "workers": 1} | settings))


@pytest.fixture(scope="module")
def labelled(planted):
    """Documents of the planted sentences, and the topic of each."""
    sentences, topics = planted
    topic_of = {word: number for number, topic in enumerate(topics) for word in topic}
    words = [[word for word in sentence if word != "the"] for sentence in sentences[:600]]
    return [" ".join(sentence) for sentence in words], [topic_of[sentence[0]] for sentence in words]


class OfNumbers(W2VTransformer):
    """The transformer behind a door for numbers, since scikit-learn's checks have no texts: each number is a word."""

    def fit(self, X, y=None):
        return super().fit(self._written(X, reset=True))

    def fit_transform(self, X, y=None):
        return super().fit_transform(self._written(X, reset=True))

    def transform(self, X):
        check_is_fitted(self)
        is_written = isinstance(X, list) and X and X[0][:1] == ["numbers"]
        return super().transform(X if is_written else self._written(X, reset=False))

    def _written(self, X, reset):
        rows = validate_data(self, X, reset=reset).tolist()
        return [["numbers", *(f"{place}:{number:.0f}" for place, number in enumerate(row))] for row in rows]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = False, True
        return tags


ESTIMATORS = (
    W2VTransformer(),
    OfNumbers(vector_size=4, epochs=1, min_count=1),
    OfNumbers(vector_size=4, epochs=1, min_count=1, weighting="sif", common_components=1),
)


def checks():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)  # there are hardly any with texts
        return [pair for estimator in ESTIMATORS for pair in estimator_checks_generator(estimator)]


@pytest.mark.parametrize(
    ("estimator", "check"), checks(), ids=lambda part: part.func.__name__ if callable(part) else ""
)
@pytest.mark.filterwarnings("ignore:Of .* have no word that is known")  # new numbers are new words
def test_what_scikit_learn_expects_of_every_estimator(estimator, check):
    check(estimator)


# The vectors


def test_the_mean_of_the_known_words():
    with np.testing.assert_no_warnings():
        found = made().fit(DOCUMENTS).transform([*DOCUMENTS, "red never red"])
    expected = [[0.5, 0.5, 0], [2 / 3, 2 / 3, 4 / 3], [0, 0, 0], [0, 0, 0], [0, 0, 2], [1, 0, 0]]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def sif(document: str, a: float) -> np.ndarray:
    """By the letter of the paper."""
    known = [word for word in document.split() if word in ROW]
    return sum((a / (a + SHARE[word]) * ROW[word] for word in known), np.zeros(3)) / max(len(known), 1)


@pytest.mark.parametrize("a", [1e-3, 0.5, np.float32(2)])
def test_frequent_words_count_less(a):
    expected = [sif(document, float(a)) for document in DOCUMENTS]
    np.testing.assert_allclose(made(weighting="sif", sif_a=a).fit_transform(DOCUMENTS), expected, rtol=1e-5)


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_what_documents_have_in_common_is_taken_out(count):
    rows = np.array([sif(document, 1e-3) for document in DOCUMENTS])
    model = made(weighting="sif", common_components=count).fit(DOCUMENTS)
    _, _, v = np.linalg.svd(rows)
    expected = rows - rows @ v[:count].T @ v[:count]
    np.testing.assert_allclose(model.transform(DOCUMENTS), expected, atol=1e-7)
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(min(count, 3)), atol=1e-12)


def test_shares_are_those_of_the_documents_where_vectors_have_none():
    vectors = KeyedVectors(WORDS, ROWS)
    model = W2VTransformer(vectors=vectors, weighting="sif", sif_a=0.5, tokenizer="whitespace").fit(["red red sea new"])
    np.testing.assert_allclose(
        model.transform(["red sea"]), [[0.5 / (0.5 + 2 / 3) / 2, 0, 2 * 0.5 / (0.5 + 1 / 3) / 2]]
    )


def test_vectors_are_those_of_word2vec(planted):
    sentences, _ = planted
    settings = {"vector_size": 8, "epochs": 2, "min_count": 1, "workers": 1}
    expected = Word2Vec(sentences, deterministic=True, **settings).wv
    model = W2VTransformer(**settings).fit(sentences)
    assert (model.vectors_.vectors == expected.vectors).all()
    assert model.model_.wv is model.vectors_
    np.testing.assert_allclose(model.transform([["the", "red1"]])[0], expected[["the", "red1"]].mean(axis=0), rtol=1e-5)


@given(st.lists(st.lists(st.sampled_from([*WORDS, "new"]), max_size=5), max_size=5))
def test_a_document_has_the_same_vector_whatever_stands_beside_it(documents):
    model = made(weighting="sif", common_components=1).fit(DOCUMENTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)
        together = model.transform(documents)
        assert together.shape == (len(documents), 3)
        for document, vector in zip(documents, together, strict=True):
            np.testing.assert_array_equal(model.transform([" ".join(document)])[0], vector)


# Documents in all their forms


def test_documents_may_come_in_any_form():
    texts, tokens = DOCUMENTS[:2], [text.split() for text in DOCUMENTS[:2]]
    expected = made().fit_transform(texts)
    for form in (tuple, iter, np.array, lambda some: np.array(some, object), lambda some: np.array(some)[:, None]):
        np.testing.assert_array_equal(made().fit_transform(form(texts)), expected)
    for form in (tokens, iter(tokens), (tuple(each) for each in tokens), np.array([*map(np.array, tokens)], object)):
        np.testing.assert_array_equal(made().fit_transform(form), expected)
    assert made().fit(texts).transform([]).shape == (0, 3)


def test_columns_of_data_frames():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"id": [1, 2], "text": DOCUMENTS[:2]}, index=[5, 6])
    expected = made().fit_transform(DOCUMENTS[:2])
    np.testing.assert_array_equal(made().fit_transform(frame["text"]), expected)
    for column in ("text", ["text"]):
        np.testing.assert_array_equal(ColumnTransformer([("w", made(), column)]).fit_transform(frame), expected)
    with pytest.raises(W2VError, match=r"table of type DataFrame with the columns id, text; .*df\['text'\]"):
        made().fit(frame)
    out = made().set_output(transform="pandas").fit_transform(frame["text"])
    assert list(out.columns) == ["w2vtransformer0", "w2vtransformer1", "w2vtransformer2"]
    assert out.dtypes.unique().tolist() == [np.float32]


def test_texts_are_cut_as_suits_them_and_the_same_way_later():
    model = small().fit(["The cat sat, and the dog sat.", "A cat! A dog?"] * 5)
    assert {"cat", "dog", "the"} <= set(model.vectors_.index_to_key)
    np.testing.assert_array_equal(model.transform(["CAT..."]), model.transform([["cat"]]))
    shouting = small(tokenizer=lambda text: text.upper().split()).fit(["a b", "b a"])
    assert shouting.vectors_.index_to_key == ["A", "B"]


@pytest.mark.parametrize(
    ("documents", "sentence"),
    [
        ("a text", "the documents are the one text 'a text'; expected several"),
        (None, "the documents are of type NoneType"),
        (5, "the documents are of type int"),
        (np.array("a"), "the documents are of type ndarray"),
        ({"text": ["a"]}, "the documents are of type dict"),
        ([None, "a"], "sentence 1 is missing"),
        (["a", float("nan")], "sentence 2 is missing"),
        ([1, 2], "sentence 1 is of type int"),
        ([b"a"], "sentence 1 is of type bytes"),
        (["a", ["b"]], "sentence 2 is no string"),
        (np.ones((2, 3)), r"document 1 has the token .*1\.0.*; expected a text, or a list of strings"),
        ([["a"], ["b", None]], "document 2 has the token None"),
    ],
)
def test_what_are_no_documents_is_explained(documents, sentence):
    for model in (made(), small()):
        with pytest.raises(W2VError, match=sentence):
            model.fit(documents)
    with pytest.raises(W2VError, match=sentence):
        made().fit(DOCUMENTS).transform(documents)


def test_too_few_words_are_told():
    for documents in ([], [""], ["a a"]):
        with pytest.raises(W2VError, match=r"no words in|needs at least two"):
            small().fit(documents)


def test_documents_without_known_words_are_told_where_they_are_many():
    model = made().fit(DOCUMENTS)
    with pytest.warns(UserWarning, match="Of 3 documents 2 have no word that is known: their vectors are 0"):
        model.transform(["RED", "BLUE", "sea"])


# Settings


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"vector_size": 0}, "vector_size is 0"),
        ({"window": 2.5}, "window is 2.5"),
        ({"head": "none"}, "none"),
        ({"tokenizer": "none"}, "no tokenizer 'none'"),
        ({"weighting": "idf"}, "weighting is 'idf'; expected one of: mean, sif"),
        ({"sif_a": 0}, "sif_a is 0; expected a number above 0"),
        ({"sif_a": "1"}, "sif_a is '1'"),
        ({"common_components": -1}, "common_components is -1"),
        ({"settings": ["unk"]}, r"settings is \['unk'\]; expected a dict"),
        ({"settings": {"unkk": True}}, r"unkk \(did you mean unk\?\)"),
        ({"settings": {"window": 3}}, "settings has window, which W2VTransformer takes by name"),
        ({"vectors": 5}, "expected word vectors"),
        (
            {"vectors": PoincareKeyedVectors(WORDS, ROWS / 3)},
            "are of poincare geometry, where a weighted sum is no mean",
        ),
        ({"vectors": "nowhere.bin"}, "nowhere.bin"),
    ],
)
def test_settings_are_looked_at_when_they_are_used(settings, sentence):
    model = small(**settings)
    with pytest.raises(W2VError, match=sentence):
        model.fit(["a b", "b a"])


def test_nothing_is_transformed_before_fit():
    with pytest.raises(NotFittedError, match="not fitted yet"):
        made().transform(["red"])


def test_further_settings():
    model = small(settings={"unk": True}, min_count=2).fit(["a b", "b a c"])
    assert "<unk>" in model.vectors_


def test_vectors_may_be_given_in_any_form(tmp_path):
    trained = Word2Vec([["red", "blue"], ["blue", "sea"]] * 5, vector_size=3, epochs=1, min_count=1)
    trained.save(tmp_path / "model")
    trained.wv.save(tmp_path / "v.bin")
    forms = [trained, trained.wv, trained.model, tmp_path / "model", str(tmp_path / "v.bin")]
    expected = np.array([trained.wv["red"]])
    for form in forms:
        model = W2VTransformer(vectors=form).fit(["red sea"])
        assert model.model_ is None
        np.testing.assert_array_equal(model.transform(["red"]), expected)


def test_one_text_gives_the_same_vectors_on_any_number_of_threads(labelled):
    texts, _ = labelled
    one, two = (small(workers=workers, epochs=1).fit_transform(texts) for workers in (1, 2))
    np.testing.assert_array_equal(one, two)


# In scikit-learn's company


def test_a_pipeline_tells_topics_apart(labelled):
    texts, topics = labelled
    pipeline = make_pipeline(small(epochs=10, alpha=0.1), LogisticRegression())
    assert cross_val_score(pipeline, texts, topics, cv=3).mean() > 0.9


def test_a_grid_search(labelled):
    texts, topics = labelled
    pipeline = make_pipeline(small(epochs=5, alpha=0.1), LogisticRegression())
    grid = {"w2vtransformer__vector_size": [1, 8], "w2vtransformer__weighting": ["mean", "sif"]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(texts[:300], topics[:300])
    assert search.best_params_["w2vtransformer__vector_size"] == 8
    assert search.best_score_ > 0.8


def test_parameters_can_be_read_set_and_cloned():
    model = made(weighting="sif", sif_a=0.01)
    assert model.get_params()["sif_a"] == 0.01
    assert model.set_params(sif_a=0.1, window=3).window == 3
    assert clone(model).get_params()["sif_a"] == 0.1
    assert repr(small()) == "W2VTransformer(epochs=3, min_count=1, vector_size=8, workers=1)"


def test_what_is_fitted_can_be_kept():
    for model in (made(weighting="sif", common_components=1).fit(DOCUMENTS), small().fit(["a b", "b a"])):
        kept = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(kept.transform(["red a"]), model.transform(["red a"]))
        assert list(kept.get_feature_names_out()) == list(model.get_feature_names_out())


def test_scikit_learn_is_loaded_only_for_its_transformer():
    code = "import sys, w2v; w2v.Word2Vec; print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
    code = "import sys; sys.modules['sklearn'] = None; import w2v.sklearn"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr
    assert told.endswith("ImportError: w2v.sklearn needs scikit-learn: pip install 'w2v[sklearn]'\n")


def test_phrases_that_training_joined_are_joined_in_documents():
    ordinary = np.random.default_rng(0).integers(61, size=(120, 6))
    ends = ["new york is", "new york city is"] * 60
    texts = [" ".join([*map(str, words), end]) for words, end in zip(ordinary, ends, strict=True)] + [
        "new york",
        "new is",
    ]
    joining = {"phrases": 2, "phrase_threshold": 0.2}
    transformer = small(settings=joining, tokenizer="whitespace", min_count=3)
    found = transformer.fit_transform(texts)
    known = transformer.vectors_.key_to_index
    assert any("new_york" in word for word in known)
    joined = [transformer._joined(text.split()) for text in texts]
    counts = {word: sum(tokens.count(word) for tokens in joined) for word in known}
    assert counts == dict(zip(transformer.vectors_.index_to_key, transformer.vectors_.counts.tolist(), strict=True))
    assert joined[0] != texts[0].split()
    mean = np.mean([transformer.vectors_[word] for word in joined[0] if word in known], axis=0)
    np.testing.assert_allclose(found[0], mean, rtol=1e-4, atol=1e-7)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(transformer)).transform(texts), found)


@pytest.mark.parametrize("weighting", ["mean", "sif"])
def test_words_that_are_not_known_are_composed_of_subwords(weighting):
    texts = ["king queen kingdom queenly", "king kingdom red", "queen queenly blue"] * 10
    transformer = small(settings={"subword": "fasttext"}, tokenizer="whitespace", weighting=weighting).fit(texts)
    wv = transformer.vectors_
    assert "kingly" in wv
    assert "kingly" not in wv.key_to_index
    np.testing.assert_allclose(transformer.transform(["kingly"])[0], wv["kingly"], rtol=1e-5)
    factor = 1 if weighting == "mean" else 1e-3 / (1e-3 + wv.counts[wv.key_to_index["red"]] / wv.counts.sum())
    both = (factor * wv["red"] + wv["kingly"]) / 2
    np.testing.assert_allclose(transformer.transform(["red kingly"])[0], both, rtol=1e-5)
    loaded = made_of(wv, weighting)
    np.testing.assert_allclose(loaded.transform(["red kingly"])[0], both, rtol=1e-5)


def made_of(vectors, weighting):
    return W2VTransformer(vectors=vectors, tokenizer="whitespace", weighting=weighting).fit(["red"])
