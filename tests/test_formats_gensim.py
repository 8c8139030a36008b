"""What gensim saved by its own save: opened by gensim, and only where its user trusts the file."""

from __future__ import annotations

import gzip
import importlib
import os
import pickle
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v.cli import app
from w2v.errors import W2VError
from w2v.vectors import KeyedVectors, PoincareKeyedVectors, formats

TEXT = [["red", "green", "blue"], ["red", "green"], ["one", "two", "red"]] * 20
HOW = {"vector_size": 4, "min_count": 1, "epochs": 1, "workers": 1}


@pytest.fixture(scope="module")
def models():
    return pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")


@pytest.fixture
def saved(models, tmp_path):
    model = models.Word2Vec(TEXT, **HOW)
    model.save(str(tmp_path / "w.model"))
    return model


def test_it_is_opened_where_it_is_trusted_and_refused_elsewhere(saved, tmp_path):
    path = tmp_path / "w.model"
    with pytest.raises(W2VError, match=r"can run any code when it is opened.*trust=True"):
        KeyedVectors.load(path)
    found = KeyedVectors.load(path, trust=True)
    assert found.index_to_key == saved.wv.index_to_key
    assert found.vectors.tobytes() == saved.wv.vectors.tobytes()
    assert found.counts.tolist() == [saved.wv.get_vecattr(word, "count") for word in found.index_to_key]
    assert KeyedVectors.load(path, 2, trust=True).index_to_key == found.index_to_key[:2]


def test_vectors_alone_with_their_arrays_beside(saved, tmp_path):
    saved.wv.save(str(tmp_path / "w.kv"), sep_limit=0)
    assert (tmp_path / "w.kv.vectors.npy").exists()
    assert KeyedVectors.load(tmp_path / "w.kv", trust=True).vectors.tobytes() == saved.wv.vectors.tobytes()
    (tmp_path / "w.kv.vectors.npy").unlink()
    with pytest.raises(W2VError, match=r"cannot be opened by the gensim that is installed: .* must lie beside it"):
        KeyedVectors.load(tmp_path / "w.kv", trust=True)


def test_models_with_words_of_other_kinds(models, tmp_path):
    fast = models.FastText(TEXT, bucket=50, **HOW)
    fast.save(str(tmp_path / "f"))
    found = KeyedVectors.load(tmp_path / "f", trust=True)
    assert all(found[word].tobytes() == fast.wv[word].tobytes() for word in fast.wv.index_to_key)
    poincare = importlib.import_module("gensim.models.poincare")
    ball = poincare.PoincareModel([("dog", "mammal"), ("cat", "mammal")], size=2, negative=1)
    ball.train(epochs=1)
    ball.save(str(tmp_path / "p"))
    points = KeyedVectors.load(tmp_path / "p", trust=True)
    assert isinstance(points, PoincareKeyedVectors)
    assert points.vectors.tolist() == ball.kv.vectors.tolist()
    models.Phrases(TEXT).save(str(tmp_path / "phrases"))
    with pytest.raises(W2VError, match="holds a Phrases of gensim's, which has no word vectors"):
        KeyedVectors.load(tmp_path / "phrases", trust=True)


class Evil:
    """Whose pickle runs code."""

    def __reduce__(self):
        return os.mkdir, ("evil gensim",)


def test_no_code_runs_without_trust(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for data in (pickle.dumps(Evil()), gzip.compress(pickle.dumps(Evil())), pickle.dumps([Evil(), "gensim"], 2)):
        (tmp_path / "w.kv").write_bytes(data)
        with pytest.raises(W2VError, match="trust=True"):
            formats.read("w.kv")
    assert not (tmp_path / "evil gensim").exists()


def test_packed_ones_and_other_pickles_are_refused_with_trust_too(tmp_path):
    (tmp_path / "w.gz").write_bytes(gzip.compress(pickle.dumps(["gensim"])))
    with pytest.raises(W2VError, match="is packed, or not on this machine"):
        formats.read(tmp_path / "w.gz", trust=True)
    (tmp_path / "x").write_bytes(pickle.dumps({"a": np.ones(3)}))
    with pytest.raises(W2VError, match="is a Python pickle, but not what gensim saved"):
        formats.read(tmp_path / "x", trust=True)


def test_gensim_is_asked_for_where_it_is_missing(tmp_path, monkeypatch):
    (tmp_path / "w.kv").write_bytes(pickle.dumps(["gensim"]))
    monkeypatch.setitem(sys.modules, "gensim", None)
    with pytest.raises(W2VError, match="gensim is not installed: pip install gensim"):
        formats.read(tmp_path / "w.kv", trust=True)


@pytest.mark.parametrize("options", [{}, {"min_n": 1, "max_n": 2}, {"min_n": 0}, {"max_n": 0}])
def test_a_fasttext_has_its_n_grams(models, tmp_path, options):
    made = models.FastText(TEXT, bucket=50, **HOW | options)
    made.save(str(tmp_path / "f.model"))
    made.wv.save(str(tmp_path / "f.kv"))
    out = CliRunner().invoke(app, ["convert", "--trust", str(tmp_path / "f.model"), str(tmp_path / "folder")])
    assert out.exit_code == 0, out.output
    for read in (
        KeyedVectors.load(tmp_path / "f.model", trust=True),
        KeyedVectors.load(tmp_path / "f.kv", 2, trust=True),
        KeyedVectors.load(tmp_path / "folder"),
    ):
        for word in ("redder", "greens", "three", "on"):
            if options == {"max_n": 0}:
                assert word not in read
            elif word in read:
                np.testing.assert_allclose(read[word], made.wv[word], rtol=1e-5, atol=1e-7)
        assert ("redder" in read) == (options != {"max_n": 0})
        assert "zzqq" not in read
    assert len(KeyedVectors.load(tmp_path / "f.kv", 2, trust=True)) == 2
    made.wv.vectors_ngrams = np.vstack([made.wv.vectors_ngrams] * 2)
    made.wv.save(str(tmp_path / "d.kv"))
    if options != {"max_n": 0}:
        with pytest.raises(W2VError, match=r"rows of n-grams \[100, 4\], 50 buckets"):
            KeyedVectors.load(tmp_path / "d.kv", trust=True)
