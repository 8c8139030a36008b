"""`w2v convert`: from any format to any other, by what files hold and by what names say."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v.cli import app
from w2v.errors import W2VError
from w2v.vectors import KeyedVectors
from w2v.vectors.formats.names import NAMES, SPACY

WORDS = ["the", "東京", "don't"]


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0
    return done.stdout


@pytest.fixture
def vectors(tmp_path, monkeypatch) -> KeyedVectors:
    monkeypatch.chdir(tmp_path)
    made = KeyedVectors(WORDS, np.random.default_rng(1).normal(size=(3, 4)), np.array([9, 5, 5]))
    made.save("start")
    return made


def test_through_all_formats_in_a_row_nothing_changes(vectors):
    names = [
        "a.bin",
        "b.txt.gz",
        "c.vec",
        "d.glove.txt",
        "e.npz",
        "f.safetensors",
        "g.parquet",
        "h.bin.zip",
        "folder",
        "end",
    ]
    for before, after in zip(["start", *names], names, strict=False):
        run("convert", before, after)
    end = KeyedVectors.load("end")
    assert (end.index_to_key, end.vectors.tobytes()) == (WORDS, vectors.vectors.tobytes())
    run("convert", "start", "with counts.npz")
    assert KeyedVectors.load("with counts.npz").counts.tolist() == [9, 5, 5]


def test_an_output_is_replaced_on_request_and_a_limit_is_kept(vectors):
    for name in ("v.npz", "v"):
        run("convert", "start", name)
        with pytest.raises(W2VError, match=r"exists already\. Choose another name, or pass --overwrite"):
            run("convert", "start", name)
        run("convert", "start", name, "--overwrite", "--limit", "2")
        assert KeyedVectors.load(name).index_to_key == WORDS[:2]


def test_pickles_want_a_word_of_trust(vectors, tmp_path):
    (tmp_path / "w.kv").write_bytes(pickle.dumps(["gensim"]))
    with pytest.raises(W2VError, match=r"any code.*w2v convert --trust w\.kv FOLDER, or load it with `trust=True`"):
        run("convert", "w.kv", "new")
    gensim = pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")
    theirs = gensim.KeyedVectors(4)
    theirs.add_vectors(WORDS, vectors.vectors)
    theirs.save("w.kv")
    run("convert", "--trust", "w.kv", "new")
    assert KeyedVectors.load("new").vectors.tobytes() == vectors.vectors.tobytes()


def test_addresses_reach_every_command(vectors, tmp_path, monkeypatch):
    """Though the argument is made a Path, which takes two slashes for one."""
    asked = []
    monkeypatch.setattr(KeyedVectors, "load", lambda path, *_, **__: asked.append(path) or vectors)
    run("nn", "https://a.org/v.txt", "the")
    run("convert", "https://a.org/v.txt", "v.npz")
    assert asked == ["https://a.org/v.txt"] * 2


def test_the_help_names_every_format():
    told = run("convert", "--help")
    assert [ending for ending in NAMES if ending not in told] == []
    assert SPACY in told


def test_a_folder_of_vectors_tells_what_it_is(vectors):
    assert "3 words, 4 dimensions\na folder of vectors, of euclidean geometry" in run("info", "start")
    assert run("nn", "start", "the", "-n", "1").split()[0] in WORDS


def test_a_model_of_gensims_stays_one_that_can_be_trained(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    gensim = pytest.importorskip("gensim.models")
    sentences = [["a", "b", "c"], ["b", "c", "a"]] * 9
    gensim.Word2Vec(sentences, min_count=1, vector_size=4, sg=1).save(str(tmp_path / "old.model"))
    run("convert", "--trust", "old.model", "model")
    from w2v.gensim.models import Word2Vec

    model = Word2Vec.load(tmp_path / "model")
    assert model.sg == 1
    model.train(sentences, total_examples=18, epochs=1)
    assert len(KeyedVectors.load(tmp_path / "model")) == 3
