"""Folders that other libraries load: a word has the vector there that it has here, a text the mean of its words'."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from typing import get_type_hints

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2v import KeyedVectors, PoincareKeyedVectors, Word2Vec
from w2v.errors import NotTrainedError, W2VError
from w2v.text.tokenize import words
from w2v.vectors.formats.static_embedding import FILES
from w2v.vectors.pretrained import Pretrained, Published
from w2v.vectors.quantization import DTYPES, quantized, restored

WORDS = ["the", "cat", "dog", "sat", "don't", "new_york", "u.s.", "3.14", "中", "naïve"]
TEXTS = ["The cat sat.", "DON’T xyzzy the dog", "the the cat 3.14 U.S. 中中", "naïve new_york", "xyzzy", ""]


@pytest.fixture(scope="module")
def static_model():
    return pytest.importorskip("model2vec").StaticModel


@pytest.fixture
def vectors() -> KeyedVectors:
    numbers = np.random.default_rng(0).normal(size=(len(WORDS), 6)).astype(np.float32)
    return KeyedVectors(WORDS, numbers, np.arange(len(WORDS), 0, -1))


@pytest.fixture(scope="module")
def model(planted) -> Word2Vec:
    return Word2Vec(planted[0][:300], vector_size=8, epochs=2, workers=1, head="ns")


def mean_of(vectors: KeyedVectors, text: str) -> np.ndarray:
    known = [word for word in words(text) if word in vectors]
    return vectors[known].mean(axis=0) if known else np.zeros(vectors.vector_size, np.float32)


@pytest.mark.parametrize("dtype", DTYPES)
def test_model2vec_gives_the_same_vectors(tmp_path, static_model, vectors, dtype):
    vectors.save_pretrained(tmp_path / "m", dtype=dtype)
    loaded, there = KeyedVectors.from_pretrained(tmp_path / "m"), static_model.from_pretrained(tmp_path / "m")
    assert loaded.index_to_key == WORDS
    assert loaded.vectors.dtype == np.float32
    np.testing.assert_array_equal(loaded.vectors, restored(*quantized(vectors.vectors, dtype)))
    np.testing.assert_array_equal(there.encode(WORDS).astype(np.float32), loaded.vectors)
    for text in TEXTS:
        tolerance = 1e-3 if dtype == "float16" else 1e-6
        np.testing.assert_allclose(there.encode(text), mean_of(loaded, text), atol=tolerance)
    long = " ".join(["cat"] * 2000 + ["dog"] * 2000)
    np.testing.assert_allclose(there.encode(long), mean_of(loaded, long), atol=1e-3)


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")  # of what these libraries are made of
@pytest.mark.parametrize("dtype", DTYPES)
def test_sentence_transformers_give_the_same_vectors(tmp_path, vectors, dtype):
    library = pytest.importorskip("sentence_transformers")
    vectors.save_pretrained(tmp_path / "m", dtype=dtype)
    loaded, there = KeyedVectors.from_pretrained(tmp_path / "m"), library.SentenceTransformer(str(tmp_path / "m"))
    np.testing.assert_array_equal(there.encode(WORDS).astype(np.float32), loaded.vectors)
    for text in TEXTS:
        tolerance = 1e-3 if dtype == "float16" else 1e-6
        np.testing.assert_allclose(there.encode(text), mean_of(loaded, text), atol=tolerance)
    if dtype != "int8":  # which they make float32 of, when they save it
        there.save(str(tmp_path / "theirs"))
        theirs = KeyedVectors.from_pretrained(tmp_path / "theirs")
        assert theirs.index_to_key == WORDS
        np.testing.assert_array_equal(theirs.vectors, loaded.vectors)


def test_a_word_that_model2vec_saves_again_reads_back(tmp_path, static_model, vectors):
    vectors.save_pretrained(tmp_path / "ours")
    static_model.from_pretrained(tmp_path / "ours").save_pretrained(tmp_path / "theirs")
    again = KeyedVectors.from_pretrained(tmp_path / "theirs")
    assert again.index_to_key == WORDS
    np.testing.assert_array_equal(again.vectors, vectors.vectors)


words_of_any_kind = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(st.data(), st.lists(words_of_any_kind, min_size=1, max_size=6, unique=True))
@settings(max_examples=30)
def test_what_is_saved_loads_to_the_bit(tmp_path_factory, data, names):
    finite = st.floats(width=32, allow_nan=False, allow_infinity=False)
    numbers = data.draw(hnp.arrays(np.float32, (len(names), data.draw(st.integers(1, 4))), elements=finite))
    counts = data.draw(st.none() | hnp.arrays(np.int64, len(names), elements=st.integers(0, 2**60)))
    folder = tmp_path_factory.mktemp("round") / "m"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # words that no text gives
        KeyedVectors(names, numbers, counts).save_pretrained(
            folder, tokenizer=data.draw(st.sampled_from(["auto", "words"]))
        )
    again = KeyedVectors.from_pretrained(folder)
    assert again.index_to_key == names
    np.testing.assert_array_equal(again.vectors.view(np.uint32), numbers.view(np.uint32))
    assert (again.counts is None) == (counts is None)
    assert counts is None or again.counts.tolist() == counts.tolist()
    assert KeyedVectors.from_pretrained(folder, limit=1).index_to_key == names[:1]


def test_a_smaller_type_makes_a_smaller_file(tmp_path):
    vectors = KeyedVectors([f"w{i}" for i in range(500)], np.random.default_rng(0).normal(size=(500, 100)))
    sizes = []
    for dtype in DTYPES:
        vectors.save_pretrained(tmp_path / dtype, dtype=dtype)
        sizes.append((tmp_path / dtype / "model.safetensors").stat().st_size)
    assert sizes[1] / sizes[0] == pytest.approx(0.5, abs=0.01)
    assert sizes[2] / sizes[0] == pytest.approx(0.26, abs=0.01)


def test_a_models_card_tells_of_the_run(tmp_path, model):
    model.save_pretrained(
        tmp_path / "m", license="CC0-1.0", text="Six topics, made up.", language="en", scores={"a|b": 0.5}
    )
    card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    fields = card.split("---\n")[1]
    assert 'license: "cc0-1.0"\nlanguage:\n- "en"\nlibrary_name: sentence-transformers\n' in fields
    assert "Six topics, made up." in card
    assert f"has {sum(model.wv.counts.tolist()):,} words" in card
    assert "| vector\\_size | 8 |\n" in card
    assert "| head | ns |\n" in card
    assert "| loss, mean of epoch 2 | " in card
    assert "| a\\|b | 0.5 |" in card
    kept = json.loads((tmp_path / "m" / "config.json").read_text(encoding="utf-8"))
    assert kept["w2v"]["settings"]["window"] == model.window
    assert sorted(path.name for path in (tmp_path / "m").iterdir()) == sorted(FILES)
    again = KeyedVectors.from_pretrained(tmp_path / "m")
    assert again.index_to_key == model.wv.index_to_key
    np.testing.assert_array_equal(again.vectors, model.wv.vectors)


def test_the_cards_fields_are_those_that_the_hubs_library_reads(tmp_path, vectors):
    """Also of languages that YAML has other plans for."""
    library = pytest.importorskip("huggingface_hub")
    vectors.save_pretrained(tmp_path / "m", license="mit", language=["no", "en"], name="some: name")
    card = library.ModelCard.load(tmp_path / "m" / "README.md")
    assert card.data.license == "mit"
    assert card.data.language == ["no", "en"]
    assert card.data.library_name == "sentence-transformers"
    assert "model2vec" in card.data.tags
    assert card.text.lstrip().startswith("# some: name\n")


def test_a_card_says_when_no_licence_is_given_and_what_was_rounded(tmp_path, vectors):
    vectors.save_pretrained(tmp_path / "m", dtype="int8")
    card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    assert "license" not in card.split("---\n")[1]
    assert "None is stated" in card
    assert "mean cosine of a word's vector with what it was is 0.9999" in card


def test_a_run_that_was_cut_by_a_function_needs_a_tokenizer_by_name(tmp_path):
    model = Word2Vec(["A b a c", "A c a b"] * 50, tokenizer=str.split, vector_size=4, epochs=1, workers=1)
    with pytest.raises(W2VError, match="the tokenizer is a function"):
        model.save_pretrained(tmp_path / "m")
    model.save_pretrained(tmp_path / "m", tokenizer="whitespace")
    assert "A" in KeyedVectors.from_pretrained(tmp_path / "m")


def test_punctuation_that_a_run_kept_is_kept(tmp_path, static_model):
    text = ["Yes, the cat sat. No, it did not!"] * 50
    model = Word2Vec(text, tokenizer="words", keep_punctuation=True, vector_size=4, epochs=1, workers=1)
    model.save_pretrained(tmp_path / "m")
    there = static_model.from_pretrained(tmp_path / "m")
    np.testing.assert_array_equal(there.encode("!"), model.wv["!"])
    np.testing.assert_allclose(there.encode("Cat, no!"), model.wv[["cat", ",", "no", "!"]].mean(axis=0), atol=1e-6)
    model.save_pretrained(tmp_path / "n", tokenizer="whitespace")


def test_a_tokenizer_that_is_not_theirs_is_warned_of(tmp_path):
    vectors = KeyedVectors(["New_York", "Paris", "the"], np.eye(3))
    with pytest.warns(UserWarning, match="'words' makes 2 words of 3 of no text, such as 'New_York', 'Paris'"):
        vectors.save_pretrained(tmp_path / "m", tokenizer="words")
    vectors.save_pretrained(tmp_path / "n")


def test_only_such_a_folder_is_replaced_and_what_else_is_in_it_stays(tmp_path, vectors, model):
    vectors.save_pretrained(tmp_path / "m")
    (tmp_path / "m" / "notes.txt").write_text("mine")
    with pytest.raises(W2VError, match="exists already"):
        vectors.save_pretrained(tmp_path / "m")
    KeyedVectors(["one"], np.ones((1, 2))).save_pretrained(tmp_path / "m", overwrite=True)
    assert KeyedVectors.from_pretrained(tmp_path / "m").index_to_key == ["one"]
    assert (tmp_path / "m" / "notes.txt").read_text() == "mine"
    model.save(tmp_path / "model")
    with pytest.raises(W2VError, match=r"is not a folder with modules\.json, tokenizer\.json, model\.safetensors"):
        vectors.save_pretrained(tmp_path / "model", overwrite=True)
    with pytest.raises(W2VError, match="is not a w2v model"):
        model.save(tmp_path / "m", overwrite=True)


def test_a_model_folder_is_read_too(tmp_path, model):
    model.save(tmp_path / "model")
    np.testing.assert_array_equal(KeyedVectors.from_pretrained(tmp_path / "model").vectors, model.wv.vectors)


def test_a_folder_is_whole_or_not_there(tmp_path, vectors, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("safetensors.numpy.save_file", full)
    with pytest.raises(W2VError, match="is full"):
        vectors.save_pretrained(tmp_path / "m")
    assert list(tmp_path.iterdir()) == []


def test_points_of_the_ball_are_not_written(tmp_path):
    points = PoincareKeyedVectors(["a", "b"], np.array([[0.1, 0.2], [0.3, 0.4]]))
    with pytest.raises(W2VError, match="points of hyperbolic space"):
        points.save_pretrained(tmp_path / "m")
    KeyedVectors(["a"], np.ones((1, 2))).save_pretrained(tmp_path / "flat")
    with pytest.raises(W2VError, match="holds vectors of euclidean geometry"):
        PoincareKeyedVectors.from_pretrained(tmp_path / "flat")


MISTAKES = {
    "dtype": ({"dtype": "float64"}, "expected one of: float32, float16, int8"),
    "license": ({"license": "CC BY 4.0"}, "license is 'CC BY 4.0'; expected a short name"),
    "license of another type": ({"license": 4}, "license is 4"),
    "language": ({"language": "English!"}, "language is 'English!'; expected a code"),
    "languages": ({"language": ["en", 3]}, "language is 3"),
    "an empty language": ({"language": ""}, "language is ''"),
    "no language": ({"language": 3}, "language is 3"),
    "tokenizer": ({"tokenizer": "spacy"}, "expected one of: auto, whitespace, words, chinese"),
    "keep_punctuation": ({"tokenizer": "whitespace", "keep_punctuation": True}, "keeps all there is"),
    "keep_punctuation of another type": ({"keep_punctuation": "yes"}, "keep_punctuation is 'yes'"),
    "name": ({"name": ""}, "name is ''"),
    "text": ({"text": 5}, "text is 5"),
    "scores": ({"scores": [0.5]}, "scores is"),
    "a score": ({"scores": {"x": "good"}}, "the score 'x' is 'good'; expected a number"),
    "settings": ({"settings": 3}, "settings is 3"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_a_sentence_and_writes_nothing(tmp_path, vectors, mistake):
    given_, sentence = MISTAKES[mistake]
    with pytest.raises(W2VError, match=sentence):
        vectors.save_pretrained(tmp_path / "m", **given_)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_published_is_told(tmp_path, vectors):
    with pytest.raises(W2VError, match="word number 1 is empty"):
        KeyedVectors(["a", ""], np.eye(2)).save_pretrained(tmp_path / "m")
    with pytest.raises(NotTrainedError):
        Word2Vec().save_pretrained(tmp_path / "m")
    with pytest.raises(W2VError, match="float16 ends at"):
        KeyedVectors(["a"], np.array([[1e9]])).save_pretrained(tmp_path / "m", dtype="float16")
    (tmp_path / "file").write_text("a")
    with pytest.raises(W2VError, match="file"):
        vectors.save_pretrained(tmp_path / "file")
    with pytest.raises(W2VError, match="neither a folder here nor the name of a repository"):
        KeyedVectors.from_pretrained(tmp_path / "nothing here")


@pytest.mark.parametrize("folder", ["", 5, None, b"m"])
def test_what_is_no_folder_is_told(vectors, folder):
    with pytest.raises(W2VError, match="a folder is needed"):
        vectors.save_pretrained(folder)
    with pytest.raises(W2VError, match="a folder is needed"):
        KeyedVectors.from_pretrained(folder)


def test_the_root_of_all_folders_is_not_replaced(vectors):
    with pytest.raises(W2VError, match=r"/ is a mount point|/ is the folder that this program"):
        vectors.save_pretrained("/", overwrite=True)
    with pytest.raises(W2VError, match="/ is not a saved model"):
        KeyedVectors.from_pretrained("/")


def test_odd_names_and_numbers_are_written_as_they_are(tmp_path, vectors):
    vectors.save_pretrained(
        tmp_path / "m",
        name="A | `b`\n# c",
        scores={"nan": float("nan"), "one": np.float32(1)},
        settings={"f": str, 3: {4}},
    )
    card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    assert "\n# A \\| \\`b\\` \\# c\n" in card
    assert "| one | 1 |" in card
    json.loads((tmp_path / "m" / "config.json").read_text(encoding="utf-8"))


def test_keywords_of_publishing_are_those_of_saving():
    hints = get_type_hints(Pretrained.save_pretrained, include_extras=True)
    assert set(hints) - {"return", "folder", "overwrite"} == set(Published.__annotations__)


def w2v(*arguments, cwd):
    command = [sys.executable, "-W", "error", "-m", "w2v", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_export_writes_the_folder_and_uploads_it(tmp_path, model, monkeypatch):
    model.save(tmp_path / "model")
    done = w2v("export", "model", "out", "--license", "mit", "--dtype", "float16", "--language", "en", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert 'license: "mit"' in card
    assert "| loss, mean of epoch 2 | " in card
    assert KeyedVectors.from_pretrained(tmp_path / "out").index_to_key == model.wv.index_to_key
    done = w2v("export", "model", "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "pass --overwrite to replace it" in done.stderr
    done = w2v("nn", "out", "red0", "-n", "2", cwd=tmp_path)
    assert len(done.stdout.splitlines()) == 2
    model.wv.save(tmp_path / "v.txt")
    done = w2v("export", "v.txt", "out", "--overwrite", "--tokenizer", "whitespace", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "## Settings" not in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    done = w2v("export", "v.txt", "other", "--hub", "no-name", cwd=tmp_path)
    assert done.returncode == 2
    assert not (tmp_path / "other").exists()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    done = w2v("export", "v.txt", "other", "--hub", "me/topics", cwd=tmp_path)
    assert "me/topics was not uploaded: the hub cannot be reached" in done.stderr
    assert done.stderr.endswith("other was written.\n")
    assert "# me/topics\n" in (tmp_path / "other" / "README.md").read_text(encoding="utf-8")
