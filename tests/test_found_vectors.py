"""Vectors and models: what is written is read back, and what is none is told as what it is."""

from __future__ import annotations

import io
import lzma
import warnings
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from w2v import KeyedVectors, W2VError, Word2Vec
from w2v.cli import app
from w2v.vectors import formats
from w2v.vectors.keyed import vectors_of

ROWS = {
    "red": [0.1, 0.2, 0.3],
    "blue": [0.11, 0.19, 0.31],
    "green": [0.3, -0.2, 0.1],
    "teal": [-0.1, 0.2, 0.05],
    "pink": [0.2, 0.2, 0.2],
}


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def read(tmp_path, content: bytes, name: str) -> formats.Table:
    (tmp_path / name).write_bytes(content)
    return formats.read(tmp_path / name)


# What is written


@pytest.mark.parametrize("name", ["v.txt", "v.vec", "v.glove", "v.txt.gz"])
def test_words_with_spaces_within_are_written_as_text_and_read_back(tmp_path, name):
    words = ["the", ". . .", "new york", "at name@domain.com", "a\tb", "10"]
    vectors = KeyedVectors(words, np.random.default_rng(0).normal(size=(6, 4)))
    with pytest.warns(UserWarning, match=r"3 words have spaces within, such as '\. \. \.'"):
        vectors.save(tmp_path / name)
    loaded = KeyedVectors.load(tmp_path / name)
    assert loaded.index_to_key == words
    np.testing.assert_array_equal(loaded.vectors, vectors.vectors)


@given(st.lists(st.text(st.sampled_from("a. 1\te-n\xa0"), min_size=1), min_size=1, unique=True), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_as_text_is_read_back(tmp_path, words, header):
    vectors = KeyedVectors(words, np.arange(3 * len(words)).reshape(-1, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        try:
            vectors.save(tmp_path / "v.txt", header=header)
        except W2VError as error:
            assert "cannot hold" in str(error)  # noqa: PT017 - it need not be raised
            return
    assert KeyedVectors.load(tmp_path / "v.txt").index_to_key == words


@pytest.mark.parametrize(
    ("name", "word"), [("v.txt", "10 000"), ("v.glove", "a 1 b"), ("v.bin", "a b"), ("v.txt", "a ")]
)
def test_words_that_would_not_be_read_back_are_told_with_what_holds_them(tmp_path, name, word):
    vectors = KeyedVectors(["the", word], np.eye(2))
    with pytest.raises(W2VError, match=r"which such files cannot hold. Write \.npz"):
        vectors.save(tmp_path / name)
    vectors.save(tmp_path / "v.npz")
    assert KeyedVectors.load(tmp_path / "v.npz").index_to_key == ["the", word]


def test_packing_is_quick(tmp_path):
    """The highest levels take twenty times as long, for a few percent."""
    KeyedVectors(list(ROWS), np.array(list(ROWS.values()))).save(tmp_path / "v.txt.gz")
    assert (tmp_path / "v.txt.gz").read_bytes()[8] == 0  # as levels below 9 have it
    with lzma.open(io.BytesIO(packed_by_xz := _xz(tmp_path))) as file:
        assert file.read().startswith(b"5 3\n")
    assert packed_by_xz == lzma.compress(lzma.decompress(packed_by_xz), preset=1)


def _xz(tmp_path):
    KeyedVectors(list(ROWS), np.array(list(ROWS.values()))).save(tmp_path / "v.txt.xz")
    return (tmp_path / "v.txt.xz").read_bytes()


# What is no file of vectors, nor a model


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
PAGES = [b"<!DOCTYPE html>\n<html><head>", b"<html lang='en'>\n", b'\n<?xml version="1.0"?>\n<!doctype HTML PUBLIC>\n']


@pytest.mark.parametrize("content", [LFS, *PAGES], ids=["lfs", "html5", "html", "xhtml"])
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v"])
def test_what_stands_in_the_place_of_a_file_is_told(tmp_path, content, name):
    what = "git lfs pull" if content is LFS else "a server has sent this page in its place"
    with pytest.raises(W2VError, match=what):
        read(tmp_path, content, name)
    with pytest.raises(W2VError, match=f"no plain text.*{what}"):
        Word2Vec(tmp_path / name, progress=False)


def test_text_that_speaks_of_pages_is_text(tmp_path):
    from w2v.base.file_kinds import kind_of

    for text in (b"version https://git-lfs is a tool", b"<htmlx>", b"a <html> page", b"<p>text</p>"):
        assert kind_of(text) is None


def test_a_model_is_asked_for_where_vectors_are(tmp_path):
    vectors = KeyedVectors(list(ROWS), np.array(list(ROWS.values())))
    for name in ("v.txt", "folder"):
        vectors.save(tmp_path / name)
        with pytest.raises(W2VError, match=r"no w2v model, .* Vectors are read by KeyedVectors\.load"):
            Word2Vec.load(tmp_path / name)
    with pytest.raises(W2VError, match="there is no such folder"):
        Word2Vec.load(tmp_path / "nowhere")


def test_what_is_not_ours_is_said_to_be_so_at_once(tmp_path):
    (tmp_path / "plain").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes").write_text("mine")
    vectors = KeyedVectors(list(ROWS), np.array(list(ROWS.values())))
    for name in ("plain", "folder"):
        for overwrite in (False, True):
            with pytest.raises(W2VError, match=r"is not a w2v model; it is not replaced\. Choose another name"):
                vectors.save(tmp_path / name, overwrite=overwrite)


# Tables and others' vectors


def test_whole_numbers_beside_vectors_in_parquet_are_no_part_of_them(tmp_path):
    pytest.importorskip("pyarrow")
    import pyarrow
    from pyarrow import parquet

    columns = {"word": ["a", "b"], "year": [1999, 2001], "d0": [0.5, 1.5], "d1": [2.5, 3.5], "rank": [1, 2]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "v.parquet")
    with pytest.warns(UserWarning, match="2 columns of whole numbers, year, rank, were passed over; .* 2 columns"):
        loaded = KeyedVectors.load(tmp_path / "v.parquet")
    np.testing.assert_array_equal(loaded.vectors, [[0.5, 2.5], [1.5, 3.5]])
    parquet.write_table(pyarrow.table({"word": ["a"], "d0": [5], "d1": [6]}), tmp_path / "w.parquet")
    np.testing.assert_array_equal(KeyedVectors.load(tmp_path / "w.parquet").vectors, [[5, 6]])


def test_gensims_vectors_are_taken_over():
    gensim = pytest.importorskip("gensim")
    theirs = gensim.models.KeyedVectors(3)
    theirs.add_vectors(list(ROWS), np.array(list(ROWS.values()), np.float32))
    sentences = [["red", "blue", "green"]] * 20
    with pytest.raises(W2VError, match="The given vectors have 3 dimensions, and vector_size is 100"):
        Word2Vec(sentences, init=theirs, min_count=1, progress=False)
    ours = vectors_of(theirs)
    assert ours.index_to_key == list(ROWS)
    np.testing.assert_array_equal(ours.vectors, theirs.vectors)
    assert vectors_of(SimpleNamespace(wv=theirs)).index_to_key == list(ROWS)
    for odd in (object(), 3, ["a"], KeyedVectors, gensim.models.KeyedVectors(3)):
        with pytest.raises(W2VError):
            Word2Vec(sentences, init=odd, min_count=1, progress=False)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(404, "the server answers 404 Not Found"), (403, "answers 403 Forbidden"), (503, "answers 503")],
)
def test_why_an_address_cannot_be_read_is_told(status, sentence):
    with serving(status) as address:
        for act in (KeyedVectors.load, lambda path: Word2Vec(path, progress=False)):
            with pytest.raises(W2VError, match=f"cannot be read: .*{sentence}.*Check the address, and the network"):
                act(f"{address}/v.txt")
    for act in (KeyedVectors.load, lambda path: Word2Vec(path, progress=False)):
        with pytest.raises(W2VError, match="cannot be read: Connect"):
            act(f"{address}/v.txt")


@contextmanager
def serving(status):
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_error(status)

        do_HEAD = do_GET  # noqa: N815 - as the library calls it

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("export v.txt out --private", "--private is of a repository of the hub, and --hub is not given"),
        ("phrases text -o table --topn 5", "--topn says how many are printed, and --output writes all"),
    ],
)
def test_options_that_would_be_passed_over_are_refused(tmp_path, monkeypatch, line, sentence):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, line.split())
    assert isinstance(done.exception, W2VError)
    assert sentence in str(done.exception)
