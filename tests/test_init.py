"""Training that begins with given vectors: which words take them, what is told, and what does not fit."""

import numpy as np
import pytest

from w2v import Callback, Config, KeyedVectors, PoincareKeyedVectors, StopTraining, W2VError, Word2Vec, train
from w2v.engines.base import initialise
from w2v.training.beginning import LONG

SMALL = Config(vector_size=8, min_count=1, sample=0.0, workers=1, epochs=1)
TEXT = [["the", "cat", "sat"], ["the", "dog", "ran"]] * 40


class Heard(Callback):
    def __init__(self):
        self.notes = []

    def on_note(self, sentence):
        self.notes.append(sentence)


class NoEpoch(Callback):
    """Ends a run before its first epoch: what it begins with is what comes back."""

    def on_train_begin(self, model):
        raise StopTraining("Here.")


@pytest.fixture
def given():
    return KeyedVectors(["dog", "cat", "bird"], np.random.default_rng(0).normal(0, 0.4, (3, 8)))


def begun(init, config=SMALL, **more):
    return train(TEXT, config, init=init, callbacks=[NoEpoch()], **more)


@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova"])
@pytest.mark.parametrize("engine", ["cpu", "reference"])
def test_words_take_the_vectors_that_they_have(head, engine, given):
    model = begun(given, SMALL.replace(head=head, engine=engine))
    start = np.zeros((5, 8))
    initialise(start, 8, SMALL.seed)
    for place, word in enumerate(model.vocab.words):
        expected = given[word] if word in given else start[place].astype(np.float32)
        np.testing.assert_array_equal(model.tables["input"][place], expected)
    assert not model.tables["output"].any()


def test_how_many_they_are_is_told(given):
    heard = Heard()
    train(TEXT, SMALL, init=given, callbacks=heard)
    assert "2 of 5 words (40.0%) begin from the given vectors." in heard.notes


def test_they_come_from_anything_that_has_them(given, tmp_path):
    given.save(tmp_path / "v.bin")
    given.save(tmp_path / "v.txt")
    own = Word2Vec(TEXT, config=SMALL)
    own.save(tmp_path / "m")
    for init in (tmp_path / "v.bin", str(tmp_path / "v.txt"), given):
        np.testing.assert_allclose(begun(init).vectors["cat"], given["cat"], atol=1e-6)
    for init in (own, own.model, own.wv, tmp_path / "m"):
        np.testing.assert_array_equal(begun(init).vectors["cat"], own.wv["cat"])


def test_it_is_an_argument_of_the_class_and_of_fit(given):
    once = Word2Vec(TEXT, config=SMALL, init=given, frozen="init")
    later = Word2Vec(config=SMALL, init=given, frozen="init").fit(TEXT)
    last = Word2Vec(config=SMALL).fit(TEXT, init=given, frozen=["cat"])
    for model in (once, later, last):
        np.testing.assert_array_equal(model.wv["cat"], given["cat"])
    assert (last.wv["dog"] != given["dog"]).any()
    assert (later.fit(TEXT).wv["cat"] != given["cat"]).any(), "as other options of the class, for the first fit"


def test_points_of_the_ball_begin_where_they_are():
    points = PoincareKeyedVectors(["cat", "dog"], np.array([[0.9, 0.1], [-0.3, 0.5]]))
    model = begun(points, SMALL.replace(head="poincare", vector_size=2))
    for word in ("cat", "dog"):
        np.testing.assert_allclose(model.vectors[word], points[word], atol=1e-6)


def test_long_vectors_are_told_of(given):
    heard = Heard()
    long = KeyedVectors(["cat", "dog"], np.full((2, 8), LONG))
    train(TEXT, SMALL.replace(alpha=1e-4), init=long, callbacks=heard)
    assert any("28.3 long on average" in note and "lower alpha" in note for note in heard.notes)


def test_good_vectors_are_a_better_beginning_than_none(planted):
    """The loss of the first epoch is lower, and a word that is rare in the new text is where it belongs."""
    config = SMALL.replace(vector_size=16, sample=0.02, alpha=0.05)
    good = train(planted[0], config.replace(epochs=6)).vectors
    few = planted[0][:60]
    losses = [train(few, config, init=init).history[0].loss for init in (good, None)]
    assert losses[0] < losses[1]
    topic_of = {word: number for number, topic in enumerate(planted[1]) for word in topic}
    shares = []
    for init in (good, None):
        vectors = train(few, config, init=init).vectors
        near = [(word, other) for word in topic_of for other, _ in vectors.most_similar(word, topn=7)]
        shares.append(np.mean([topic_of[word] == topic_of.get(other) for word, other in near]))
    assert shares[0] > 0.9 > shares[1]


@pytest.mark.parametrize(
    ("init", "config", "sentence"),
    [
        (
            KeyedVectors(["x", "y"], np.ones((2, 8))),
            {},
            "None of the 5 words of the text is among the 2 of the given vectors",
        ),
        (KeyedVectors(["cat"], np.ones((1, 7))), {}, "have 7 dimensions, and vector_size is 8. Give vector_size=7"),
        (
            KeyedVectors(["cat"], np.ones((1, 8))),
            {"head": "poincare"},
            "euclidean geometry, and head 'poincare' trains",
        ),
        (PoincareKeyedVectors(["cat"], np.zeros((1, 8))), {}, "poincare geometry, and head 'ns' trains"),
        (KeyedVectors(["cat"], np.ones((1, 8))), {"head": "pmi"}, "makes them of two tables"),
        ({"cat": [1.0]}, {}, r"init is \{'cat': \[1.0\]\}; expected KeyedVectors"),
        (np.ones((2, 8)), {}, "init is an array of shape"),
        ("nosuch.bin", {}, "nosuch.bin"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(init, config, sentence):
    with pytest.raises(W2VError, match=sentence):
        train(TEXT, SMALL.replace(**config), init=init)
