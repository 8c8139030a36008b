"""Models with subwords as files: fastText's library predicts as we do, and nothing is lost without a sentence."""

import pickle
import struct

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from w2v import Config, Doc2Vec, KeyedVectors, UnknownWordError, W2VError, train
from w2v.cli import app
from w2v.examples.subwords import ngrams
from w2v.gensim.models import KeyedVectors as GensimVectors
from w2v.gensim.models.fasttext import load_facebook_model, save_facebook_model
from w2v.gensim.test.utils import common_texts
from w2v.models.fasttext_file import save_fasttext, save_floret
from w2v.models.fasttext_tree import from_fasttext, to_fasttext
from w2v.vectors.composer import Trained

SENTENCES = [["her", "here", "there"], ["there", "ärger", "here", "日本語"], ["a", "aaaa", "her", "ärger"]] * 40
SMALL = Config(vector_size=4, min_count=1, workers=1, epochs=2, sample=0.0, subword="fasttext")
WORDS = ["her", "here", "there", "ärger", "日本語", "a", "aaaa"]


def as_classifier(path, words, counts):
    """Make of a model's file one of a classifier whose labels are its words: the library predicts with these alone."""
    data = path.read_bytes()
    arguments = list(struct.unpack_from("<12id", data, 8))
    arguments[7] = 3
    begin = 8 + struct.calcsize("<12id") + struct.calcsize("<3i2q")
    end = begin + sum(len(word.encode()) + 10 for word in words)
    labels = b"".join(
        f"__label__{word}".encode() + struct.pack("<xqb", count, 1) for word, count in zip(words, counts, strict=True)
    )
    sizes = struct.pack("<3i2q", 2 * len(words), len(words), len(words), sum(counts), -1)
    path.write_bytes(data[:8] + struct.pack("<12id", *arguments) + sizes + data[begin:end] + labels + data[end:])


def predicted(path, model):
    """The library's p(word | word) of a Skip-gram model's words, [V, V]."""
    fasttext = pytest.importorskip("fasttext")
    words, counts = model.vocab.words, model.vocab.counts.tolist()
    as_classifier(path, words, counts)
    theirs = fasttext.load_model(str(path))
    rows = []
    for word in words:
        told = {label: chance for chance, label in theirs.f.predict(f"{word}\n", len(words), 0.0, "strict")}
        rows.append([told.get(f"__label__{other}", 0.0) for other in words])
    return np.array(rows)


def text_of(counts):
    generator = np.random.default_rng(1)
    tokens = np.repeat(np.arange(len(counts)), counts)
    generator.shuffle(tokens)
    return [[WORDS[token] for token in tokens[at : at + 7].tolist()] for at in range(0, len(tokens), 7)]


@pytest.mark.parametrize("counts", [[97, 53, 41, 31, 20, 11, 7], [60, 31, 16, 9, 5, 3, 2]])
def test_fasttext_predicts_by_its_tree_what_ours_does(tmp_path, counts):
    """Without ties both trees ask the same questions, and each node has its row and its sign."""
    config = SMALL.replace(bucket=50, head="hs", arch="skipgram", epochs=40, alpha=0.1)
    model = train(text_of(counts), config)
    hidden = torch.from_numpy(model.tables["input"])
    ours = model.head().log_prob(hidden).exp().detach().numpy()
    assert np.ptp(ours, axis=0).max() > 0.02, "what is predicted depends on the word"
    save_fasttext(model, tmp_path / "m.bin")
    np.testing.assert_allclose(predicted(tmp_path / "m.bin", model), ours, atol=2e-3)


def test_a_tree_with_ties_is_trained_further_with_little_lost(tmp_path):
    """What the file held stays as it was: only changes are moved from one tree to the other."""
    library = pytest.importorskip("fasttext")
    (tmp_path / "t.txt").write_text("\n".join(" ".join(line) for line in common_texts * 40), encoding="utf-8")
    how = {"dim": 8, "bucket": 100, "epoch": 20, "minCount": 1, "thread": 1, "verbose": 0, "loss": "hs", "lr": 0.3}
    library.train_unsupervised(str(tmp_path / "t.txt"), **how).save_model(str(tmp_path / "m.bin"))
    model = load_facebook_model(tmp_path / "m.bin")
    counts = model.counts_from_one()
    assert len(set(counts.tolist())) < len(counts), "words are equally frequent"
    before = library.load_model(str(tmp_path / "m.bin")).get_output_matrix()
    model.train(common_texts * 4, total_examples=len(common_texts) * 4, epochs=1)
    save_facebook_model(model, tmp_path / "m.bin")
    again = load_facebook_model(tmp_path / "m.bin")
    assert not np.array_equal(library.load_model(str(tmp_path / "m.bin")).get_output_matrix(), before)
    lost = np.abs(again.syn1 - model.syn1).max()
    assert lost < np.abs(from_fasttext(to_fasttext(model.syn1, counts), counts) - model.syn1).max() / 4


@pytest.mark.parametrize("max_n", [65, 100])
@pytest.mark.parametrize("scheme", ["fasttext", "floret"])
def test_the_longest_n_grams_of_settings_are_those_of_files(tmp_path, scheme, max_n):
    model = train(SENTENCES, SMALL.replace(subword=scheme, bucket=40, max_n=max_n, epochs=1))
    (save_fasttext if scheme == "fasttext" else save_floret)(model, tmp_path / "file")
    read = KeyedVectors.load(tmp_path / "file")
    for word in ("ther", "x" * 110 + "there" + "x" * 110):
        np.testing.assert_allclose(read[word], model.vectors[word], rtol=1e-5, atol=1e-7)
    with pytest.raises(W2VError, match="max_n is 101; expected between 0 and 100"):
        SMALL.replace(max_n=101)


@pytest.mark.parametrize(("minn", "maxn"), [(0, 3), (0, 0), (5, 2)])
def test_lengths_of_other_programs_are_kept_by_our_folders(tmp_path, minn, maxn):
    """fastText and floret take a `minn` of 0, and of more than `maxn` for no n-grams."""
    model = train(SENTENCES, SMALL.replace(bucket=40, epochs=1))
    save_fasttext(model, tmp_path / "m.bin")
    data = bytearray((tmp_path / "m.bin").read_bytes())
    struct.pack_into("<2i", data, 8 + 9 * 4, minn, maxn)
    (tmp_path / "m.bin").write_bytes(data)
    save_floret(train(SENTENCES, SMALL.replace(subword="floret", bucket=40, epochs=1)), tmp_path / "m.floret")
    lines = (tmp_path / "m.floret").read_text().replace(" 3 6 ", f" {minn} {maxn} ", 1)
    (tmp_path / "m.floret").write_text(lines)
    first = KeyedVectors.load(tmp_path / "m.bin")
    second = KeyedVectors.load(tmp_path / "m.floret").vectors_for_all(["her"])
    assert (first.composer is None) == (minn > maxn or not maxn)
    for name, read in (("one", first), ("two", second)):
        read.save(tmp_path / name)
        again = KeyedVectors.load(tmp_path / name)
        np.testing.assert_array_equal(again.vectors, read.vectors)
        if read.composer is not None:
            np.testing.assert_array_equal(again["ther"], read["ther"])


def test_floret_without_n_grams_has_whole_words_alone(tmp_path):
    config = SMALL.replace(subword="floret", bucket=40, max_n=0)
    fast, slow = (train(SENTENCES, config.replace(engine=name, dtype="float64")) for name in ("cpu", "reference"))
    np.testing.assert_allclose(fast.tables["input"], slow.tables["input"], atol=1e-10)
    fast.save(tmp_path / "model")
    np.testing.assert_allclose(KeyedVectors.load(tmp_path / "model")["her"], fast.vectors["her"], rtol=1e-6)


def test_what_would_not_be_read_again_is_not_written(tmp_path):
    config = SMALL.replace(bucket=10, epochs=1)
    for word, sentence in (("two words", "white space"), ("a\0b", "zero byte"), ("", "empty")):
        words = [[word or "her", "here"]] * 9
        model = train(words, config)
        if not word:
            model.vocab.words[0] = ""
        with pytest.raises(W2VError, match=sentence):
            save_fasttext(model, tmp_path / "m.bin")
    model = train([["no\xa0break", "here"]] * 9, config)
    save_fasttext(model, tmp_path / "m.bin")
    assert KeyedVectors.load(tmp_path / "m.bin").index_to_key == model.vocab.words
    model.tables["output"][0, 0] = np.nan
    with pytest.raises(W2VError, match="NaN or infinity"):
        save_fasttext(model, tmp_path / "n.bin")
    assert not (tmp_path / "n.bin").exists()


def test_a_model_of_fasttexts_is_not_replaced_by_vectors_alone(tmp_path):
    model = train(SENTENCES, SMALL.replace(bucket=20, epochs=1))
    for name in ("m.bin", "m.bin.gz", "m.txt"):
        save_fasttext(model, tmp_path / name)
        before = (tmp_path / name).read_bytes()
        vectors = KeyedVectors.load(tmp_path / name)
        for save in (
            vectors.save,
            lambda path, vectors=vectors: vectors.save_word2vec_format(path, binary=True),
            vectors.save_word2vec_format,
        ):
            with pytest.raises(W2VError, match=r"the file of that name is a model of fastText's.* model.save_fasttext"):
                save(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
        refused = CliRunner().invoke(app, ["convert", str(tmp_path / "m.bin"), str(tmp_path / name), "--overwrite"])
        assert isinstance(refused.exception, W2VError)
        save_fasttext(model, tmp_path / name)
    with pytest.warns(UserWarning, match=r"n.bin was written without n-grams.*save_fasttext.* A folder"):
        vectors.save(tmp_path / "n.bin")
    with pytest.warns(UserWarning, match="without n-grams"):
        vectors.save(tmp_path / "n.bin")


def test_rows_of_floret_are_replaced_by_such_rows_alone(tmp_path):
    model = train(SENTENCES, SMALL.replace(subword="floret", bucket=20, epochs=1))
    for name in ("m.floret", "m.txt"):
        save_floret(model, tmp_path / name)
        words = KeyedVectors.load(tmp_path / name).vectors_for_all(["her"])
        if name == "m.txt":
            with pytest.raises(W2VError, match="floret's rows of n-grams"):
                words.save(tmp_path / name)
        else:
            model.vectors.save(tmp_path / name)


def test_attributes_that_a_file_has_no_place_for_are_told(tmp_path):
    vectors = KeyedVectors(["a", "b"], np.eye(2), [2, 1])
    vectors.save(tmp_path / "v.npz")
    vectors.set_vecattr("a", "age", 3)
    vectors.save(tmp_path / "folder")
    for name in ("v.npz", "v.bin", "v.safetensors"):
        with pytest.warns(UserWarning, match=r"without 1 attribute of its words \('age'\)"):
            vectors.save(tmp_path / name)


def test_what_gensim_saved_is_not_replaced(tmp_path):
    gensim = pytest.importorskip("gensim.models")
    saved = gensim.Word2Vec([["a", "b"]] * 9, vector_size=2, min_count=1)
    saved.save(str(tmp_path / "m.bin"))
    vectors = KeyedVectors.load(tmp_path / "m.bin", trust=True)
    with pytest.raises(W2VError, match="what gensim saved"):
        vectors.save(tmp_path / "m.bin")


def test_a_file_that_cannot_be_read_is_replaced(tmp_path):
    vectors = KeyedVectors(["a", "b"], np.eye(2))
    for content in (b"", b"PK\x03\x04 damaged", b"\x1f\x8b damaged"):
        (tmp_path / "v.bin").write_bytes(content)
        vectors.save(tmp_path / "v.bin")
        assert KeyedVectors.load(tmp_path / "v.bin").index_to_key == ["a", "b"]


def test_n_grams_that_gensims_class_does_not_take_are_told(tmp_path, caplog):
    train(SENTENCES, SMALL.replace(epochs=1)).vectors.save(tmp_path / "vectors")
    with caplog.at_level("WARNING"):
        GensimVectors.load(tmp_path / "vectors")
    assert "has n-grams, too: FastTextKeyedVectors.load or w2v.KeyedVectors.load" in caplog.text


SHARED = [{"bucket": 500}, {"bucket": 5}, {"subword": "floret", "bucket": 500}, {"subword": "floret", "bucket": 5}]


@pytest.mark.parametrize("options", SHARED)
def test_a_word_none_of_whose_n_grams_was_trained_is_unknown(options):
    """Every word has rows where n-grams share them; those of this one are of others alone, or never changed."""
    vectors = train(SENTENCES, SMALL.replace(epochs=1, **options)).vectors
    own = train(SENTENCES, SMALL.replace(epochs=1)).vectors
    for word in ["zzqq", "日", "q\nher", "herr", "a", "a" * 9, "<her", "\n", ""]:
        assert (word in vectors) == (word in own), word
    with pytest.raises(UnknownWordError, match=r"'zzqq' is not in the vocabulary .* none of its n-grams is known"):
        vectors["zzqq"]
    assert "zzqq" not in pickle.loads(pickle.dumps(vectors))
    assert "herr" in pickle.loads(pickle.dumps(vectors))


@given(st.lists(st.text("ab<>é\n", max_size=7), min_size=1), st.text("ab<>é\n", max_size=6), st.integers(1, 3))
@settings(max_examples=200, deadline=None)
def test_n_grams_that_were_trained_are_those_of_the_words(words, word, min_n):
    words = [each.replace("\n", "") for each in words]
    trained, asked = Trained(words), list(ngrams(word, min_n, 4))
    known = {gram for each in words for gram in ngrams(each, min_n, 4)}
    assert trained.has_one_of(asked) == bool(known & set(asked))
    assert trained.words == words


@pytest.mark.parametrize("options", SHARED[::2])
def test_which_words_were_trained_is_kept_with_the_vectors(tmp_path, options):
    model = train([*SENTENCES, ["qqqq", "her"] * 9], SMALL.replace(epochs=1, **options))
    vectors = model.vectors
    vectors.save(tmp_path / "same")
    assert not (tmp_path / "same" / "trained.txt").exists()
    vectors.add_vectors(["xxxx"], [[0.0] * 4])
    del vectors["qqqq"]
    vectors.save(tmp_path / "same", overwrite=True)
    model.save(tmp_path / "model")
    for read in (KeyedVectors.load(tmp_path / "same"), KeyedVectors.load(tmp_path / "same", limit=2), vectors.whiten()):
        assert "qqqqq" in read, "an n-gram of a word that was trained, and taken away"
        assert "xxxxx" not in read, "an n-gram of a word that was added"
    assert "qqqqq" in KeyedVectors.load(tmp_path / "model", limit=1)
    model.vectors.save(tmp_path / "same", overwrite=True)
    (tmp_path / "same" / "SHA256SUMS").unlink()
    for text, sentence in (("a\n\nb\n", "one word a line"), ("a", "one word a line"), (b"\xff\n", "is not UTF-8")):
        (tmp_path / "same" / "trained.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(W2VError, match=sentence):
            KeyedVectors.load(tmp_path / "same")


def test_of_a_floret_file_it_is_not_known_which_were(tmp_path):
    save_floret(train(SENTENCES, SMALL.replace(subword="floret", bucket=20, epochs=1)), tmp_path / "m.floret")
    vectors = KeyedVectors.load(tmp_path / "m.floret")
    vectors.add_vectors(["her"], [[1.0] * 4])
    vectors.save(tmp_path / "folder")
    again = KeyedVectors.load(tmp_path / "folder")
    np.testing.assert_array_equal(again["zzqq"], vectors["zzqq"])


def test_a_file_of_which_some_words_are_read_knows_all_that_were_trained(tmp_path):
    save_fasttext(train(SENTENCES, SMALL.replace(bucket=20, epochs=1)), tmp_path / "m.bin")
    some = KeyedVectors.load(tmp_path / "m.bin", limit=1)
    assert len(some) == 1
    assert "aaaa" in some
    assert "zzqq" not in some


def test_a_model_of_documents_is_replaced_by_one_of_words(tmp_path):
    """Its tags would stay as if they were a user's, and the folder could not be loaded."""
    Doc2Vec([(["a", "b"], ["tag"])] * 9, vector_size=2, min_count=1, epochs=1).save(tmp_path / "m")
    train(SENTENCES, SMALL.replace(epochs=1)).save(tmp_path / "m", overwrite=True)
    assert "her" in KeyedVectors.load(tmp_path / "m")


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--compact"], "--compact is for subwords, and there are none here"),
        (["--min-n", "2"], "--min-n is for subwords"),
        (["--bucket", "100", "--subword", "none"], "--bucket is for subwords"),
        (["--hash-count", "2", "--subword", "fasttext"], "--hash-count is for floret"),
    ],
)
def test_flags_that_would_do_nothing_are_refused(tmp_path, flags, sentence):
    (tmp_path / "t.txt").write_text("one two three\n" * 9)
    commands = [["train"], ["compare", "--heads", "ns"]]
    for command in commands[: 1 if flags == ["--compact"] else 2]:
        refused = CliRunner().invoke(app, [*command, str(tmp_path / "t.txt"), "-o", str(tmp_path / "out"), *flags])
        assert isinstance(refused.exception, W2VError)
        assert sentence in str(refused.exception)
    assert not (tmp_path / "out").exists()
