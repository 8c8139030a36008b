"""Words made of character n-grams: which rows they have, that autograd would train them so, and what they answer."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import Callback, Config, KeyedVectors, StopTraining, UnknownWordError, W2VError, Word2Vec, train
from w2v.examples.input_rows import InputRows
from w2v.examples.subword_rows import grams_of, input_rows, subwords_of
from w2v.examples.subwords import Subwords, fnv1a, murmur3, ngrams
from w2v.models.fasttext_file import save_fasttext, save_floret
from w2v.models.model import Model
from w2v.training.more import train_more

WORDS = ["her", "here", "there", "ärger", "日本語", "a", "aaaa", "<her>", "the end"]
SENTENCES = [["her", "here", "there"], ["there", "ärger", "here", "日本語"], ["a", "aaaa", "her", "ärger"]] * 40
SMALL = Config(vector_size=4, min_count=1, workers=1, epochs=2, sample=0.0, subword="fasttext")
any_words = st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=20, unique=True)


def test_the_n_grams_of_a_word_are_those_of_the_paper():
    """Bojanowski et al. 2017, section 3.2: `where` with n = 3, and the sequence <where> itself where n allows it."""
    assert list(ngrams("where", 3, 3)) == ["<wh", "whe", "her", "ere", "re>"]
    assert list(ngrams("her", 3, 6)) == ["<he", "<her", "<her>", "her", "her>", "er>"]
    assert list(ngrams("ab", 1, 2)) == ["<a", "a", "ab", "b", "b>"], "the marks alone are none"


def test_hashes_are_those_of_their_authors():
    assert [fnv1a(data) for data in (b"", b"a", b"foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]
    assert fnv1a("ä".encode()) != fnv1a(b"\x43\x24"), "bytes above 127 are extended by their sign"
    assert murmur3(b"", 0) == (0, 0, 0, 0)
    first, second, third, fourth = murmur3(b"The quick brown fox jumps over the lazy dog", 0)
    assert f"{second:08x}{first:08x}{fourth:08x}{third:08x}" == "e34bbc7bbc071b6c7a433ca9c49a9347"


@pytest.mark.parametrize(("min_n", "max_n"), [(1, 6), (3, 6), (2, 2), (3, 0)])
def test_rows_are_those_of_the_fasttext_library(tmp_path, min_n, max_n):
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "text.txt").write_text("her here there\n" * 20, encoding="utf-8")
    options = {"dim": 2, "bucket": 1000, "epoch": 1, "minCount": 1, "minn": min_n, "maxn": max_n, "verbose": 0}
    theirs = fasttext.train_unsupervised(str(tmp_path / "text.txt"), thread=1, **options)
    ours = Subwords("fasttext", min_n, max_n, 1000, 1, len(theirs.words))
    for word in ["her", "there", *WORDS[3:8]]:
        index = theirs.get_word_id(word)
        assert ours.rows(word, index if index >= 0 else None).tolist() == theirs.get_subwords(word)[1].tolist()


@given(any_words, st.integers(1, 4), st.integers(0, 5), st.sampled_from([None, 7, 100_000]))
@settings(max_examples=60, deadline=None)
def test_all_words_at_once_have_the_rows_of_one_after_the_other(words, min_n, max_n, bucket):
    subwords = subwords_of(words, "fasttext", min_n=min_n, max_n=max_n, bucket=bucket)
    made = input_rows(Config(), words, subwords)
    for index, word in enumerate(words):
        rows = made.rows[made.offsets[index] : made.offsets[index + 1]]
        assert rows.tolist() == subwords.rows(word, index).tolist()
    assert made.n_rows(len(words)) == subwords.n_rows


@given(any_words, st.integers(1, 3), st.integers(3, 5))
@settings(max_examples=60, deadline=None)
def test_listed_n_grams_are_those_of_each_word(words, min_n, max_n):
    offsets, which, different = grams_of(words, min_n, max_n)
    strings = different.strings()
    for index, word in enumerate(words):
        listed = [strings[gram] for gram in which[offsets[index] : offsets[index + 1]]]
        assert listed == list(ngrams(word, min_n, max_n))
    assert len(set(strings)) == len(strings)


def test_an_n_gram_that_a_word_has_many_times_is_one_row():
    """Else a line of dashes would have four rows, each some forty times, and each step would go forty times too far."""
    words = ["-" * 40, "-" * 39, "chapter", "section"]
    subwords = subwords_of(words, "fasttext")
    rows = subwords.rows(words[0], 0).tolist()
    assert len(rows) == len(set(rows)) == 1 + 4 + 2 * 4
    generator = np.random.default_rng(1)
    text = [[words[0], words[2 + generator.integers(2)], words[1]] for _ in range(300)]
    model = train(text, Config(vector_size=20, min_count=1, workers=1, epochs=20, subword="fasttext"))
    assert np.abs(model.tables["input"]).max() < 30


def test_each_n_gram_has_a_row_those_of_most_words_first():
    subwords = subwords_of(["abcd", "abce", "xyz"], "fasttext", min_n=3, max_n=3)
    alone = ["<xy", "bcd", "bce", "cd>", "ce>", "xyz", "yz>"]
    assert subwords.row_of == {gram: row for row, gram in enumerate(["<ab", "abc", *alone], 3)}
    assert subwords.rows("abc").tolist() == [3, 4]
    assert subwords.rows("qrs").tolist() == []
    assert subwords.rows("xyz", 2).tolist() == [2, 5, 10, 11]


def test_means_are_those_of_each_words_rows():
    table = np.random.default_rng(1).normal(size=(9, 3))
    rows = [[0, 5], [1], [2, 8, 8]]
    expected = [table[some].mean(axis=0) for some in rows]
    np.testing.assert_allclose(InputRows.of(rows).means(table), expected)


@pytest.mark.parametrize("subword", ["fasttext", "floret"])
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova"])
def test_both_engines_train_the_same_rows(head, arch, subword):
    config = SMALL.replace(head=head, arch=arch, subword=subword, bucket=60 if subword == "floret" else None)
    fast, slow = (train(SENTENCES, config.replace(engine=name, dtype="float64")) for name in ("cpu", "reference"))
    assert list(fast.tables) == ["input", "output", "rows"]
    for name in fast.tables:
        np.testing.assert_allclose(fast.tables[name], slow.tables[name], atol=1e-10)
    np.testing.assert_allclose(fast.tables["input"], fast.input_rows.means(fast.tables["rows"]))


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, config=SMALL)


def test_a_word_that_was_never_seen_has_the_mean_of_its_n_grams(model):
    subwords, rows = model.model.subwords, model.model.tables["rows"]
    np.testing.assert_allclose(model.wv["ther"], rows[subwords.rows("ther")].mean(axis=0), rtol=1e-6)
    assert "ther" in model.wv
    assert "ther" not in model.wv.key_to_index
    assert len(model.wv) == 7
    nearest = model.wv.most_similar("ther", topn=2)
    assert nearest == model.wv.most_similar(model.wv["ther"] / np.linalg.norm(model.wv["ther"]), topn=2)
    assert model.wv.similarity("ther", "ther") == pytest.approx(1)
    assert model.wv[["ther", "her"]].shape == (2, 4)
    assert model.wv.doesnt_match(["ther", "there", "日本語"]) in [*WORDS, "ther"]
    np.testing.assert_allclose(
        model.wv.get_mean_vector(["ther", "zzzz"], pre_normalize=False), model.wv["ther"], rtol=1e-6
    )


def test_a_word_without_a_known_n_gram_is_unknown(model):
    assert "qqqq" not in model.wv
    with pytest.raises(UnknownWordError, match="'qqqq' is not in the vocabulary of 7 words, and none of its n-grams"):
        model.wv["qqqq"]


def test_known_words_have_the_vectors_that_training_made(model):
    np.testing.assert_array_equal(model.wv["here"], model.model.tables["input"][model.wv.get_index("here")])


@pytest.mark.parametrize("options", [{}, {"bucket": 50}, {"subword": "floret", "bucket": 50}])
def test_a_saved_model_makes_the_same_vectors_of_unknown_words(tmp_path, options):
    model = Word2Vec(SENTENCES, config=SMALL.replace(**options))
    model.save(tmp_path / "model")
    for read in (Word2Vec.load(tmp_path / "model").wv, KeyedVectors.load(tmp_path / "model")):
        np.testing.assert_array_equal(read["ther"], model.wv["ther"])
        np.testing.assert_array_equal(read.vectors, model.wv.vectors)
    Word2Vec(SENTENCES, config=SMALL.replace(subword="none")).save(tmp_path / "model", overwrite=True)
    assert "ther" not in KeyedVectors.load(tmp_path / "model")


class Stop(Callback):
    def on_epoch_end(self, model):
        raise StopTraining("Enough.")


def test_a_run_that_is_resumed_ends_in_the_same_bits(tmp_path):
    whole = train(SENTENCES, SMALL)
    begun = train(SENTENCES, SMALL, callbacks=[Stop()])
    begun.save_checkpoint(tmp_path / "state")
    resumed = train(SENTENCES, SMALL, resume=Model.load(tmp_path / "state"))
    for name, table in whole.tables.items():
        np.testing.assert_array_equal(table, resumed.tables[name])


@pytest.mark.parametrize("options", [{}, {"bucket": 50}, {"subword": "floret", "bucket": 50}])
def test_new_words_join_and_n_grams_keep_their_rows(options):
    first = train(SENTENCES, SMALL.replace(**options))
    still = first.config.replace(epochs=1, alpha=1e-12, min_alpha=0.0)
    more = train_more(first, [["heredity", "her", "there"]] * 30, still, add_words=True)
    assert "heredity" in more.vocab.key_to_index
    for word in first.vocab.words:
        if options.get("subword") == "floret" or word not in ("here", "her", "there"):
            np.testing.assert_allclose(more.vectors[word], first.vectors[word], atol=1e-5)
    for gram, row in first.subwords.row_of.items():
        np.testing.assert_allclose(
            more.tables["rows"][more.subwords.row_of[gram]], first.tables["rows"][row], atol=1e-5
        )


def test_an_n_gram_that_two_words_have_only_now_moves_neither():
    first = train([["dogma", "purrs", "often"], ["kitten", "sleeps", "here"]] * 40, SMALL)
    more = train_more(first, [["dogged", "kittens", "often"]] * 40, first.config, add_words=True, frozen="input")
    assert len(more.subwords.row_of) > len(first.subwords.row_of)
    for word in first.vocab.words:
        np.testing.assert_allclose(more.vectors[word], first.vectors[word], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("before", "settings"),
    [
        ({}, {"subword": "none"}),
        ({}, {"subword": "floret"}),
        ({}, {"bucket": 100}),
        ({"bucket": 100}, {"bucket": 200}),
        ({"bucket": 100}, {"bucket": None}),
        ({}, {"min_n": 2}),
        ({}, {"max_n": 5}),
        ({"subword": "none"}, {"subword": "fasttext"}),
        ({"subword": "floret"}, {"hash_count": 3}),
    ],
)
def test_a_model_is_trained_further_with_the_rows_that_it_has(before, settings):
    first = train(SENTENCES, SMALL.replace(**before))
    with pytest.raises(W2VError, match=r"other tables than these settings: (subword|bucket|min_n|max_n|hash_count)"):
        train_more(first, SENTENCES, first.config.replace(**settings))


@pytest.mark.parametrize("options", [{}, {"bucket": 50}, {"subword": "floret", "bucket": 50}])
def test_models_are_copied_and_pickled(options):
    model = Word2Vec(SENTENCES, config=SMALL.replace(**options))
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_array_equal(other.wv["ther"], model.wv["ther"])


def test_the_whole_input_stays_as_it_is_and_single_words_cannot():
    first = train(SENTENCES, SMALL)
    more = train_more(first, SENTENCES, first.config, frozen="input")
    np.testing.assert_array_equal(more.tables["rows"], first.tables["rows"])
    assert not np.array_equal(more.tables["output"], first.tables["output"])
    with pytest.raises(W2VError, match="made of n-grams that other words have, too"):
        train_more(first, SENTENCES, first.config, frozen=["her"])


def test_words_that_look_alike_become_alike():
    """Planted: words of one stem stand in the same contexts, and a form that was never seen finds them."""
    generator = np.random.default_rng(5)
    stems = {"kissa": ["purrs", "sleeps"], "traktori": ["drives", "ploughs"], "hunaja": ["tastes", "sweetens"]}
    endings = ["", "n", "lla", "ssa", "lta"]
    text = []
    for _ in range(1500):
        stem = list(stems)[generator.integers(3)]
        text.append([stem + endings[generator.integers(5)], stems[stem][generator.integers(2)], "often"])
    model = Word2Vec(text, vector_size=20, epochs=5, subword="fasttext", workers=1, seed=3)
    for stem, verbs in stems.items():
        near = [word for word, _ in model.wv.most_similar(stem + "sta", topn=5)]
        assert all(word.startswith(stem) or word in verbs for word in near)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"min_n": 5, "max_n": 4}, "min_n is 5, above max_n 4"),
        ({"bucket": 0}, "bucket is 0; .* between 1 and 100000000"),
        ({"subword": "bpe"}, "subword is 'bpe'; .* none, fasttext, floret"),
        ({"hash_count": 5}, "hash_count is 5; .* between 1 and 4"),
        ({"head": "pmi"}, "head 'pmi' learns from counted pairs of words"),
        ({"head": "poincare"}, "head 'poincare' trains points of hyperbolic space"),
        ({"init": KeyedVectors(["her"], np.ones((1, 4)))}, "Train a model with subwords further"),
    ],
)
def test_what_cannot_be_is_a_sentence(options, sentence):
    with pytest.raises(W2VError, match=sentence):
        Word2Vec(SENTENCES, **{"subword": "fasttext", "vector_size": 4, **options})


def test_without_n_grams_words_are_as_usual():
    """max_n=0 is fastText's way of saying so."""
    none, plain = train(SENTENCES, SMALL.replace(max_n=0)), train(SENTENCES, SMALL.replace(subword="none"))
    np.testing.assert_array_equal(none.tables["input"], plain.tables["input"])
    assert "ther" not in none.vectors


def test_a_damaged_list_of_n_grams_is_a_sentence(tmp_path):
    train(SENTENCES, SMALL).save(tmp_path / "model")
    (tmp_path / "model" / "SHA256SUMS").unlink()
    (tmp_path / "model" / "ngrams.txt").write_text("her\nher\n", encoding="utf-8")
    with pytest.raises(W2VError, match="comes twice"):
        KeyedVectors.load(tmp_path / "model")
    (tmp_path / "model" / "ngrams.txt").write_text("her\n", encoding="utf-8")
    with pytest.raises(W2VError, match="rows"):
        KeyedVectors.load(tmp_path / "model")


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", ["ns", "hs", "softmax"])
def test_fasttext_loads_a_model_and_gives_the_same_vectors(tmp_path, head, arch):
    fasttext = pytest.importorskip("fasttext")
    model = train(SENTENCES, SMALL.replace(bucket=100, head=head, arch=arch))
    save_fasttext(model, tmp_path / "model.bin")
    theirs = fasttext.load_model(str(tmp_path / "model.bin"))
    assert theirs.words == model.vocab.words
    for word in [*model.vocab.words, "ther", "日本"]:
        np.testing.assert_allclose(theirs.get_word_vector(word), model.vectors[word], rtol=1e-5, atol=1e-7)
    assert [word for _, word in theirs.get_nearest_neighbors("ther", 3)] == [
        word for word, _ in model.vectors.most_similar("ther", topn=3)
    ]


def test_fasttext_loads_a_model_without_n_grams(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    model = train(SENTENCES, SMALL.replace(subword="none"))
    save_fasttext(model, tmp_path / "model.bin")
    theirs = fasttext.load_model(str(tmp_path / "model.bin"))
    np.testing.assert_allclose(theirs.get_input_matrix(), model.tables["input"])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "each n-gram of this model has a row of its own"),
        ({"subword": "floret", "bucket": 9}, "fastText has no floret tables"),
        ({"subword": "none", "head": "pmi"}, "fastText has no head 'pmi'"),
    ],
)
def test_what_fasttext_does_not_have_is_a_sentence(tmp_path, options, sentence):
    model = train(SENTENCES, SMALL.replace(**options))
    with pytest.raises(W2VError, match=sentence):
        save_fasttext(model, tmp_path / "model.bin")
    assert not (tmp_path / "model.bin").exists()


def test_a_floret_file_has_the_rows(tmp_path):
    model = train(SENTENCES, SMALL.replace(subword="floret", bucket=30, hash_count=3))
    save_floret(model, tmp_path / "model.floret")
    first, *lines = (tmp_path / "model.floret").read_text(encoding="utf-8").splitlines()
    assert first == "30 4 3 6 3 2166136261 < >"
    numbers = np.array([line.split() for line in lines], np.float64)
    np.testing.assert_array_equal(numbers[:, 0], np.arange(30))
    np.testing.assert_array_equal(numbers[:, 1:].astype(np.float32), model.tables["rows"])
    with pytest.raises(W2VError, match="subword='floret'"):
        save_floret(train(SENTENCES, SMALL), tmp_path / "other.floret")


def test_spacy_reads_a_floret_file_and_makes_the_same_vectors(tmp_path):
    spacy = pytest.importorskip("spacy")
    from spacy.training.initialize import convert_vectors

    model = train(SENTENCES, SMALL.replace(subword="floret", bucket=30))
    save_floret(model, tmp_path / "model.floret")
    pipeline = spacy.blank("xx")
    convert_vectors(pipeline, tmp_path / "model.floret", truncate=0, prune=-1, mode="floret")
    for word in ["her", "ther", "日本語"]:
        np.testing.assert_allclose(pipeline.vocab[word].vector, model.vectors[word], rtol=1e-4, atol=1e-6)
