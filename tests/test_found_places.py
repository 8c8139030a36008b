"""Names of places that are none: nothing is written to an address, nor as a folder here; zero bytes are told."""

import os
import shlex
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import FrozenPhrases, KeyedVectors, Phrases, PoincareModel, W2VError, Word2Vec
from w2v.base.places import expect_local
from w2v.cli import app

ADDRESSES = [
    "s3://bucket/model",
    "https://example.org/v.txt",
    "hf://datasets/x",
    Path("s3://bucket/model"),
    "gs://b/v.bin",
]
SENTENCES = [["red", "blue", "sea"] * 4] * 10


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, min_count=1, epochs=1, vector_size=4, workers=1, progress=False)


@pytest.mark.parametrize("path", ADDRESSES, ids=str)
def test_nothing_is_written_to_an_address(here, model, path):
    vectors = KeyedVectors(["a", "b"], np.eye(2, dtype=np.float32))
    for save in (
        vectors.save,
        vectors.save_word2vec_format,
        vectors.save_pretrained,
        model.save,
        Phrases(SENTENCES).save,
        lambda path: Word2Vec(SENTENCES, min_count=1, epochs=1, checkpoint=path, progress=False),
    ):
        with pytest.raises(W2VError, match="it is an address, and files are written on this machine alone"):
            save(path)
    assert os.listdir(here) in ([], ["cache"])


@pytest.mark.parametrize(
    "line",
    [
        "train text -o s3://bucket/model",
        "train text -o model --checkpoint s3://bucket/model",
        "train text -o model --cache-dir s3://bucket/model",
        "train -train text -output s3://bucket/v.bin",
        "phrases text -o https://example.org/phrases.tsv",
        "compare text -o s3://bucket/report",
        "demo -o s3://bucket/report",
        "convert v.txt s3://bucket/v.bin",
        "convert v.txt s3://bucket/v",
        "export v.txt s3://bucket/v",
        "plot v.txt -o s3://bucket/v.html",
        "fetch wordsim353 -o s3://bucket/v",
    ],
)
def test_no_command_writes_to_an_address(here, line):
    (here / "text").write_text("red blue sea\n" * 200)
    KeyedVectors(["a", "b", "c"], np.eye(3, dtype=np.float32)).save("v.txt")
    before = sorted(os.listdir(here))
    done = CliRunner().invoke(app, shlex.split(line))
    assert isinstance(done.exception, W2VError), (done.output, done.exception)
    assert "it is an address, and files are written on this machine alone" in str(done.exception)
    assert sorted(name for name in os.listdir(here) if name != "cache" and not name.startswith(".")) == before


def test_a_folder_may_be_called_like_the_beginning_of_an_address(here):
    for name in ("notes:/x", Path("notes:/x"), "C:/x", "c://x", "a/s3://b", "10:30/x", "s3:"):
        expect_local(name)
    os.mkdir("s3:")
    KeyedVectors(["a", "b"], np.eye(2, dtype=np.float32)).save("s3:/v.txt")
    assert KeyedVectors.load("s3:/v.txt").index_to_key == ["a", "b"]


@pytest.mark.parametrize("path", ["a\0b", Path("a\0b"), "v\0.txt"])
def test_a_zero_byte_in_a_name_is_told(here, model, path):
    vectors = KeyedVectors(["a", "b"], np.eye(2, dtype=np.float32))
    for act in (
        vectors.save,
        vectors.save_word2vec_format,
        vectors.save_pretrained,
        model.save,
        KeyedVectors.load,
        KeyedVectors.load_word2vec_format,
        Word2Vec.load,
        PoincareModel.load,
        Phrases.load,
        FrozenPhrases.load,
        lambda path: Word2Vec(path, progress=False),
        lambda path: Word2Vec(SENTENCES, min_count=1, init=path, progress=False),
        lambda path: Word2Vec(SENTENCES, min_count=1, checkpoint=path, progress=False),
    ):
        with pytest.raises(W2VError, match=r"zero byte|no file or folder|expected a path"):
            act(path)
