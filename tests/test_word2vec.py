"""The Python user's class, and the model folder."""

import copy
import errno
import json
import pickle

import numpy as np
import pytest

from w2v.base.atomic_folder import check_destination
from w2v.errors import NotTrainedError, W2VError
from w2v.models.model import Model
from w2v.training.callbacks import Callback
from w2v.word2vec import Word2Vec

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "and", "a", "dog"]] * 20
SMALL = {"vector_size": 8, "min_count": 1, "sample": 0, "workers": 1, "epochs": 2}


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, **SMALL)


def test_training_in_the_constructor_or_by_fit_is_the_same(model):
    fitted = Word2Vec(**SMALL).fit(SENTENCES)
    np.testing.assert_array_equal(fitted.wv.vectors, model.wv.vectors)


def test_vectors_come_with_words_and_counts(model):
    assert model.wv.index_to_key[0] == "a"
    assert model.wv.get_vecattr("a", "count") == 40
    assert model.wv["cat"].shape == (8,)


def test_wv_is_one_object_until_the_next_fit():
    model = Word2Vec(SENTENCES, **SMALL)
    first = model.wv
    assert model.wv is first
    assert model.wv.norms is first.norms
    model.fit(SENTENCES)
    assert model.wv is not first
    assert model.wv is model.model.vectors


def test_hasattr_tells_whether_a_model_is_trained(model):
    for name in ("wv", "model", "history"):
        assert hasattr(model, name)
        assert not hasattr(Word2Vec(), name)
        with pytest.raises(NotTrainedError, match="Nothing is trained yet"):
            getattr(Word2Vec(), name)


def test_a_copied_or_pickled_model_answers_as_the_first_and_holds_its_tables_once():
    model = Word2Vec(SENTENCES, **SMALL)
    size = len(pickle.dumps(model))
    vectors = model.wv.vectors
    assert len(pickle.dumps(model)) == size
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model), copy.copy(model)):
        assert other.wv is other.wv
        np.testing.assert_array_equal(other.wv.vectors, vectors)


def test_the_vectors_of_a_model_in_training_are_those_of_the_moment():
    """Norms are remembered by KeyedVectors, and the tables of a live model change under them."""

    class Watcher(Callback):
        def on_train_begin(self, model):
            self.model, self.before = model, model.vectors.norms

        def on_epoch_end(self, model):
            self.after = self.model.vectors.norms
            np.testing.assert_array_equal(self.after, np.linalg.norm(self.model.tables["input"], axis=1))

    Word2Vec(SENTENCES, callbacks=[watcher := Watcher()], **SMALL)
    assert (watcher.before != watcher.after).any()


def test_a_file_is_given_as_corpus_file(tmp_path, model):
    (tmp_path / "corpus.txt").write_text("\n".join(" ".join(sentence) for sentence in SENTENCES))
    from_file = Word2Vec(corpus_file=tmp_path / "corpus.txt", **SMALL)
    np.testing.assert_array_equal(from_file.wv.vectors, model.wv.vectors)


def test_any_callable_tokenizes():
    model = Word2Vec(["The-Cat", "the-DOG"] * 10, tokenizer=lambda text: text.lower().split("-"), **SMALL)
    assert sorted(model.wv.index_to_key) == ["cat", "dog", "the"]


def test_predict_output_word_is_a_distribution(model):
    predicted = model.predict_output_word(["cat", "unheard-of"], topn=100)
    assert len(predicted) == len(model.wv)
    assert sum(p for _, p in predicted) == pytest.approx(1, abs=1e-5)
    assert [p for _, p in predicted] == sorted((p for _, p in predicted), reverse=True)


def test_predict_output_word_takes_words_as_queries_do(model):
    everything = model.predict_output_word(["cat"], topn=None)
    assert len(everything) == len(model.wv)
    row = model.wv.key_to_index["cat"]
    for words in (("cat",), {"cat"}, np.array(["cat"]), [row], np.array([row]), (word for word in ["cat", "emu"])):
        assert model.predict_output_word(words, topn=3) == everything[:3]
    assert model.predict_output_word(["cat"], topn=0) == []


def test_a_folder_holds_readable_files(model, tmp_path):
    model.save(tmp_path / "m")
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == [
        "SHA256SUMS",
        "config.json",
        "history.json",
        "run.json",
        "tables.safetensors",
        "vocab.txt",
    ]
    assert (tmp_path / "m" / "vocab.txt").read_text().splitlines()[0] == "a 40"
    assert json.loads((tmp_path / "m" / "config.json").read_text())["vector_size"] == 8
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "m").wv.vectors, model.wv.vectors)


def test_an_existing_model_is_replaced_only_when_asked(model, tmp_path):
    model.save(tmp_path / "m")
    with pytest.raises(W2VError, match="exists already"):
        model.save(tmp_path / "m")
    model.save(tmp_path / "m", overwrite=True)


def test_a_folder_that_is_no_model_is_never_replaced(model, tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(W2VError, match="not a w2v model"):
        model.save(tmp_path, overwrite=True)
    assert (tmp_path / "thesis.doc").exists()


def test_a_full_disk_leaves_the_old_model(model, tmp_path, monkeypatch):
    model.save(tmp_path / "m")
    before = (tmp_path / "m" / "tables.safetensors").read_bytes()

    def no_space(*args, **kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("w2v.base.tensor_file.write_data", no_space)
    with pytest.raises(W2VError, match="full; the model needs"):
        model.save(tmp_path / "m", overwrite=True)
    assert (tmp_path / "m" / "tables.safetensors").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir() if p.name != "cache"] == ["m"]


def test_all_files_of_a_model_can_be_read_by_whom_its_folder_can(model, tmp_path):
    model.save(tmp_path / "m")
    plain = tmp_path / "plain"
    plain.write_text("")
    assert {file.stat().st_mode for file in (tmp_path / "m").iterdir()} == {plain.stat().st_mode}


def test_a_destination_is_checked_before_training(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(W2VError, match="exists already"):
        check_destination(tmp_path / "file", overwrite=False)
    with pytest.raises(W2VError, match="not a folder"):
        check_destination(tmp_path / "file" / "m", overwrite=False)


def test_damaged_models_are_told(model, tmp_path):
    with pytest.raises(W2VError, match=r"not a w2v model: it has no config\.json, vocab"):
        Model.load(tmp_path)
    model.save(tmp_path / "m")
    tables = tmp_path / "m" / "tables.safetensors"
    tables.write_bytes(tables.read_bytes()[:-100])
    with pytest.raises(W2VError, match="damaged"):
        Model.load(tmp_path / "m")


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda model: Word2Vec("the cat sat"), "taken as the name of a file"),
        (lambda model: Word2Vec(SENTENCES, corpus_file="x"), "give one of them"),
        (lambda model: Word2Vec().wv, "Nothing is trained yet"),
        (lambda model: model.predict_output_word("cat"), "expected a list of one or more words, and was given 'cat'"),
        (lambda model: model.predict_output_word(["catt"]), "'catt' is not in the vocabulary of 6 words.*mean 'cat'"),
        (lambda model: model.predict_output_word(["zebra", "emu"]), "none of the 2 words, 'zebra' and so on"),
        (lambda model: model.predict_output_word([None]), "None was given where one word is asked for"),
        (lambda model: model.predict_output_word([]), r"given \[\]"),
        (lambda model: model.predict_output_word(["cat"], topn=-1), "topn is -1; expected a whole number, at least 0"),
        (lambda model: model.predict_output_word(["cat"], topn=2.5), "topn is 2.5; expected a whole number"),
        (lambda model: model.wv["catt"], "cat"),
    ],
)
def test_mistakes_are_told(model, act, sentence):
    with pytest.raises(W2VError, match=sentence):
        act(model)


def test_held_out_text_is_scored_after_each_epoch(planted):
    model = Word2Vec(planted[0] * 3, held_out=0.2, vector_size=8, epochs=3, workers=1, sample=0)
    nats = [record.scores["held_out"] for record in model.history]
    assert len(nats) == 3
    assert nats[-1] < nats[0]
