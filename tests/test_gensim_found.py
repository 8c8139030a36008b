"""What scripts do with models besides training them, and what was once lost or misread then."""

import copy
import io

import numpy as np
import pytest

import w2v
from w2v.errors import W2VError
from w2v.gensim.models import KeyedVectors, Phrases, Word2Vec
from w2v.gensim.models.word2vec import LineSentence

SENTENCES = [["a", "b", "c"], ["b", "c", "a"], ["c", "a"]] * 9


def model(**settings):
    return Word2Vec(SENTENCES, **{"min_count": 1, "vector_size": 4, "workers": 1, "epochs": 1, **settings})


@pytest.mark.parametrize("settings", [{}, {"hs": 1, "negative": 0}, {"hs": 1}])
def test_a_word_put_into_wv_by_hand_is_saved_with_it(tmp_path, settings):
    """The output table has no row for it, so it is kept beside the vectors; what was saved before is not lost."""
    trained = model(**settings)
    trained.save(tmp_path / "m")
    trained.wv.add_vector("<unk>", trained.wv.vectors.mean(axis=0))
    trained.save(tmp_path / "m")
    for read in (
        Word2Vec.load(tmp_path / "m").wv,
        KeyedVectors.load(tmp_path / "m"),
        w2v.KeyedVectors.load(tmp_path / "m"),
    ):
        np.testing.assert_array_equal(read["<unk>"], trained.wv["<unk>"])
        np.testing.assert_array_equal(read["a"], trained.wv["a"])
    for name in ("syn1", "syn1neg"):
        if hasattr(trained, name):
            np.testing.assert_array_equal(getattr(Word2Vec.load(tmp_path / "m"), name), getattr(trained, name))


def aligned(trained, words):
    """As a popular script aligns the vocabularies of two models: vectors and names are set, counts are not."""
    wv = trained.wv
    wv.vectors = wv.vectors[[wv.key_to_index[word] for word in words]]
    wv.index_to_key, wv.key_to_index = words, {word: place for place, word in enumerate(words)}
    return trained


def test_vocabularies_cut_and_reordered_by_hand_are_saved_and_trained(tmp_path):
    trained = aligned(model(), ["c", "a", "b"])
    trained.save(tmp_path / "m")
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "m").wv["c"], trained.wv["c"])
    trained.train(SENTENCES, total_examples=27, epochs=1)
    shorter = aligned(model(), ["c", "a"])
    shorter.save(tmp_path / "m")
    assert Word2Vec.load(tmp_path / "m").wv.index_to_key == ["c", "a"]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda wv: wv.vectors.__setitem__((0, 0), np.nan), "the vector of '.' holds NaN"),
        (
            lambda wv: setattr(wv, "vectors", np.ones((2, 4), np.float32)),
            r"is of shape \[2, 4\], and there are 3 words",
        ),
        (lambda wv: setattr(wv, "vectors", np.ones((3, 2), np.float32)), "has 2 dimensions, and wv.vector_size is 4"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(tmp_path, spoil, sentence):
    trained = model()
    trained.save(tmp_path / "m")
    before = Word2Vec.load(tmp_path / "m").wv.vectors
    spoil(trained.wv)
    with pytest.raises(W2VError, match=sentence):
        trained.save(tmp_path / "m")
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "m").wv.vectors, before)


class Passes(Word2Vec):
    def __init__(self, sentences=None, **settings):
        super().__init__(sentences, **settings)


class Own(Word2Vec):
    def __init__(self, corpus, dim=8):
        super().__init__(corpus, vector_size=dim, min_count=1)


def test_classes_made_of_it_load_with_the_settings_they_were_saved_with(tmp_path):
    Passes(SENTENCES, min_count=1, window=9, sg=1, negative=3, alpha=0.1, vector_size=7).save(tmp_path / "m")
    read = Passes.load(tmp_path / "m")
    assert type(read) is Passes
    assert (read.window, read.sg, read.negative, read.alpha, read.vector_size) == (9, 1, 3, 0.1, 7)
    Own(SENTENCES).save(tmp_path / "own")
    assert Own.load(tmp_path / "own").vector_size == 8


def test_whole_numbers_as_keys_stay_so_when_gensims_file_is_converted(tmp_path):
    gensim = pytest.importorskip("gensim.models.keyedvectors")
    theirs = gensim.KeyedVectors(2)
    theirs.add_vectors([3, 1, 2, 0], np.array([[1, 2], [3, 4], [5, 6], [7, 8]]))
    theirs.save(str(tmp_path / "kv"))
    w2v.KeyedVectors.load(tmp_path / "kv", trust=True).save(tmp_path / "ours")
    for read in (KeyedVectors.load(tmp_path / "ours"), KeyedVectors.load(tmp_path / "kv", trust=True)):
        assert read[3].tolist() == [1, 2]


def test_what_is_set_on_words_is_kept_and_what_cannot_be_is_told(tmp_path, caplog):
    trained = model()
    trained.custom = object()
    trained.wv.set_vecattr("a", "pos", "NOUN")
    trained.save(tmp_path / "m")
    assert Word2Vec.load(tmp_path / "m").wv.get_vecattr("a", "pos") == "NOUN"
    assert "has no place for it: custom" in caplog.text
    trained.wv.save(tmp_path / "kv")
    assert "keep numbers alone: the attributes pos" in caplog.text


def test_an_unknown_word_among_keys_that_are_numbers_is_a_key_error():
    with pytest.raises(KeyError) as caught:
        Word2Vec([[1, 2], [2, 3]] * 9, min_count=1, vector_size=4).wv["q"]
    assert "Key 'q' not present" in str(caught.value)


def test_a_model_without_output_weights_gives_its_vectors(tmp_path):
    trained = model()
    del trained.syn1neg
    trained.save(tmp_path / "m")
    assert len(KeyedVectors.load(tmp_path / "m")) == len(Word2Vec.load(tmp_path / "m").wv) == 3
    with pytest.raises(W2VError, match="output"):
        w2v.Word2Vec.load(tmp_path / "m")


@pytest.mark.parametrize(
    "read",
    [
        lambda wv, path: list(LineSentence(path)),
        lambda wv, path: wv.evaluate_word_pairs(path),
        lambda wv, path: wv.evaluate_word_analogies(path),
        lambda wv, path: Phrases.load(path),
    ],
)
def test_a_file_that_is_not_there_is_a_file_not_found_error(tmp_path, read):
    with pytest.raises(FileNotFoundError, match="does not exist; expected"):
        read(model().wv, tmp_path / "gone")


def test_what_is_no_path_is_a_type_error():
    for call in (lambda: model().wv.save_word2vec_format(io.BytesIO()), lambda: list(LineSentence(["a b"]))):
        with pytest.raises(TypeError, match="was given"):
            call()


def test_a_loop_around_train_is_warned_of_its_rate_once(caplog):
    trained = model()
    for _ in range(3):
        trained.train(SENTENCES, total_examples=27, epochs=1)
    assert caplog.text.count("Effective 'alpha' higher") == 1
    copy.deepcopy(trained)
