"""Files of vectors: what is written reads back exactly, here and in gensim; bad files are told in a sentence."""

from __future__ import annotations

import errno
import gzip
import io
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import save_file

from w2v.base import compression as packing
from w2v.base import leftovers
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.vectors import formats
from w2v.vectors.formats import word2vec_binary

NAMES = ["v.bin", "v.txt", "v.vec", "v.bin.gz", "v.txt.gz", "v.txt.bz2", "v.vec.xz", "v.bin.zst"]

words_of_any_kind = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \n")).map(
    lambda word: word.strip("\t\r\x0b\x0c")
)
finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw) -> tuple[list[str], np.ndarray]:
    words = draw(st.lists(words_of_any_kind, min_size=1, max_size=6, unique=True))
    size = draw(st.integers(1, 5))
    return words, draw(hnp.arrays(np.float32, (len(words), size), elements=finite))


@pytest.fixture(scope="module")
def gensim_models():
    return pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")


def bits(vectors: np.ndarray) -> np.ndarray:
    return vectors.view(np.uint32)  # tells -0.0 from 0.0


@given(tables())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_written_reads_back_to_the_bit(tmp_path_factory, name, table):
    words, vectors = table
    path = tmp_path_factory.mktemp("round") / name
    formats.write(path, words, vectors)
    again = formats.read(path)
    assert again.words == words
    assert again.vectors.dtype == np.float32
    np.testing.assert_array_equal(bits(again.vectors), bits(vectors))


@given(tables(), st.integers(1, 8))
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
def test_a_limit_reads_the_first_rows(tmp_path_factory, name, table, limit):
    words, vectors = table
    path = tmp_path_factory.mktemp("limit") / name
    formats.write(path, words, vectors)
    again = formats.read(path, limit)
    assert again.words == words[:limit]
    np.testing.assert_array_equal(again.vectors, vectors[:limit])


@given(tables())
@settings(max_examples=60, deadline=None)
@pytest.mark.parametrize("binary", [True, False])
def test_gensim_reads_what_we_write_and_we_read_what_it_writes(tmp_path_factory, gensim_models, binary, table):
    words, vectors = table
    folder = tmp_path_factory.mktemp("gensim")
    path = folder / ("ours.bin" if binary else "ours.txt")
    formats.write(path, words, vectors)
    theirs = gensim_models.KeyedVectors.load_word2vec_format(str(path), binary=binary)
    assert theirs.index_to_key == words
    np.testing.assert_array_equal(theirs.vectors, vectors)
    back = folder / ("theirs.bin" if binary else "theirs.txt")
    theirs.save_word2vec_format(str(back), binary=binary)
    again = formats.read(back)
    assert again.words == words
    np.testing.assert_array_equal(again.vectors, vectors)


def test_text_has_the_shortest_numbers(tmp_path):
    formats.write(tmp_path / "v.txt", ["a"], np.array([[0.1, 1 / 3, 1e-7, -2.5]]))
    assert (tmp_path / "v.txt").read_text() == "1 4\na 0.1 0.33333334 1e-07 -2.5\n"


def test_zipped_files_are_the_same_bytes_each_time(tmp_path, monkeypatch):
    formats.write(tmp_path / "one.bin.gz", ["a"], np.ones((1, 2)))
    monkeypatch.setattr("time.time", lambda: 1e9)
    formats.write(tmp_path / "two.bin.gz", ["a"], np.ones((1, 2)))
    assert (tmp_path / "one.bin.gz").read_bytes() == (tmp_path / "two.bin.gz").read_bytes()


def number(*values: float) -> bytes:
    return np.array(values, dtype="<f4").tobytes()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("newlines.bin", b"2 1\na " + number(1) + b"\nb " + number(2) + b"\n", ["a", "b"]),
        ("bare.bin", b"2 1\na " + number(1) + b"b " + number(2), ["a", "b"]),
        ("glove.txt", b"a 1\nb 2\n", ["a", "b"]),
        ("fasttext.vec", b"2 1\na 1 \nb 2 \n", ["a", "b"]),
        ("windows.txt", b"\xef\xbb\xbf2 1\r\na 1\r\nb 2", ["a", "b"]),
        ("blank lines.txt", b"\n".join([b"2 1", b"", b"a 1", b"", b"b 2", b"", b""]), ["a", "b"]),
        ("spaces.txt", b"a 1\n. . name@domain.com 2\n", ["a", ". . name@domain.com"]),
        ("no break space.txt", "a 1\nx\u00a0y\u2028z 2\n".encode(), ["a", "x\u00a0y\u2028z"]),
        ("numbers.txt", b"2 1\n1999 1\n7 2\n", ["1999", "7"]),
        ("empty word.txt", b"2 1\na 1\n 2\n", ["a", ""]),
    ],
)
def test_the_files_of_the_world_are_read(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    zipped = tmp_path / f"{name}.gz"
    zipped.write_bytes(gzip.compress(content, mtime=0))
    for each in (path, zipped):
        table = formats.read(each)
        assert table.words == words
        np.testing.assert_array_equal(table.vectors, [[1], [2]])
        assert table.counts is None


@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
def test_chunks_do_not_cut_words_or_vectors(tmp_path, monkeypatch, name):
    words = ["", "a", "bb", "x" * 100, "y"]
    vectors = np.arange(15, dtype=np.float32).reshape(5, 3)
    formats.write(tmp_path / name, words, vectors)
    monkeypatch.setattr(word2vec_binary, "_CHUNK", 5)
    monkeypatch.setattr(packing, "PIECE", 50)
    table = formats.read(tmp_path / name)
    assert table.words == words
    np.testing.assert_array_equal(table.vectors, vectors)


@pytest.mark.parametrize("suffix", [".bin", ".txt"])
def test_invalid_utf8_and_words_that_come_again_are_counted(tmp_path, suffix):
    raw = [b"caf\xc3", b"b\xff", "\ufffd".encode(), b"b\xfe", b"ok"]
    path = tmp_path / f"v{suffix}"
    if suffix == ".bin":
        path.write_bytes(b"5 1\n" + b"".join(word + b" " + number(i) for i, word in enumerate(raw)))
    else:
        path.write_bytes(b"5 1\n" + b"".join(b"%b %d\n" % (word, i) for i, word in enumerate(raw)))
    with (
        pytest.warns(UserWarning, match="invalid UTF-8 replaced in 3 words"),
        pytest.warns(UserWarning, match="1 word came again; the first of each was kept"),
    ):
        table = formats.read(path)
    assert table.words == ["caf\ufffd", "b\ufffd", "\ufffd", "ok"]
    np.testing.assert_array_equal(table.vectors[:, 0], [0, 1, 2, 4])


THREE = b"3 2\n" + b"".join(word + number(1, 2) for word in (b"a ", b"b ", b"c "))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("v.bin", b"", "is empty"),
        ("v.txt", b"", "is empty"),
        ("v.bin.gz", b"", "is empty"),
        ("v.bin", THREE[:-1], "announces 3 vectors, but there are 2.*limit=2"),
        ("v.bin", THREE[:4], "announces 3 vectors, but there are 0"),
        ("v.bin", THREE + b"d ", "announces 3 vectors of 2 numbers, but goes on"),
        ("v.bin", b"3 0\n", "not word2vec binary: its first line"),
        ("v.bin", b"hello world\n", "its first line should be two numbers 'V D', but is b'hello"),
        ("v.bin", b"\xba\x16\x4f\x2f\x0c\x00", "begins as a fastText model, but is cut short"),
        ("v.bin", b"0 3\n", "holds no vectors"),
        ("v.txt", b"3 2\na 1 2\nb 3 4\n", "announces 3 vectors, but there are 2"),
        ("v.txt", b"3 2\na 1 2\nb 3 4\nc 5", "announces 3 vectors, but there are 2"),
        ("v.txt", b"3 2\na 1 2\nb 3 4\nc 5 -", "announces 3 vectors, but there are 2"),
        ("v.txt", b"1 2\na 1 2\nb 3 4\n", "line 3: line 1 announces 1 vector,"),
        ("v.txt", b"3 2\na 1 2\nb 3\nc 5 6\n", "line 3: expected a word and 2 numbers, but 1 fields"),
        ("v.txt", b"3 2\na 1 2 2\nb 3 4 5\nc 5 6 6\n", "line 1: announces vectors of 2 numbers, but the lines.*have 3"),
        ("v.txt", b"a 1 2\nb 3 4 5\nc 5 6\n", "line 2: expected a word and 2 numbers, but 3 fields"),
        ("v.txt", b"a 1 2\nb 3 x\n", "line 2: expected a word and 2 numbers.*not all are numbers"),
        ("v.txt", b"word\n", "line 1: expected a word and its numbers"),
        ("v.txt", b"3 0\n", "line 1: expected a word and its numbers"),
        ("v.txt", b"0 3\n", "holds no vectors"),
        ("v.txt.gz", gzip.compress(b"a 1 2\n", mtime=0)[:-4], "is damaged or cut short"),
        ("v.csv", b"a,1,2\n", "line 1: expected a word and its numbers.*Separate the numbers by spaces, not by ','"),
    ],
)
def test_bad_files_are_told_in_a_sentence(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(W2VError, match=sentence) as caught:
        formats.read(path)
    assert str(path) in str(caught.value)


def test_missing_files_and_limits_are_told(tmp_path):
    with pytest.raises(W2VError, match="does not exist; expected a model folder or a vectors file"):
        formats.read(tmp_path / "missing")
    (tmp_path / "v.txt").write_text("a 1\n")
    with pytest.raises(W2VError, match="limit is 0; it must be at least 1"):
        formats.read(tmp_path / "v.txt", limit=0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("word", "sentence"), [("10 000", "a space"), ("a\nb", "newline"), ("\ud800", "UTF-8")])
def test_words_a_file_cannot_hold_are_refused_and_the_old_file_kept(tmp_path, name, word, sentence):
    path = tmp_path / name
    path.write_text("old")
    with pytest.raises(W2VError, match=rf"was not written: the word .*{sentence}"):
        formats.write(path, ["fine", word], np.ones((2, 3)))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == [name]


class FullDisk(io.FileIO):
    """A file on a disk that has no room when what was gathered is written to it."""

    def write(self, _):
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", NAMES)
def test_a_full_disk_is_told_and_the_old_file_kept(tmp_path, monkeypatch, name):
    path = tmp_path / name
    path.write_text("old")
    monkeypatch.setattr(leftovers, "open", lambda *given: io.BufferedWriter(FullDisk(*given)), raising=False)
    with pytest.raises(W2VError, match="was not written: the disk is full"):
        formats.write(path, ["a"], np.ones((1, 2)))
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == [name]


def test_an_interrupt_leaves_nothing_behind(tmp_path):
    def words():
        yield "a"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        formats.write(tmp_path / "v.bin", words(), np.ones((2, 2)))
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(W2VError, match=r"v.bin was not written: there is no such folder"):
        formats.write(tmp_path / "nowhere" / "v.bin", ["a"], np.ones((1, 2)))
    (tmp_path / "file").write_text("")
    with pytest.raises(W2VError, match=r"v.bin was not written: a part of its path is a file"):
        formats.write(tmp_path / "file" / "v.bin", ["a"], np.ones((1, 2)))


@pytest.fixture
def model(tmp_path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    Vocabulary(["the", "new york", "of"], np.array([5, 4, 3])).save(folder / "vocab.txt")
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    save_file({"input": table, "output": np.full((7, 2), np.nan, np.float32)}, folder / "tables.safetensors")
    return folder


@pytest.mark.parametrize(("limit", "rows"), [(None, 3), (2, 2), (9, 3)])
def test_a_model_folder_gives_words_counts_and_the_input_table(model, limit, rows):
    table = formats.read(model, limit)
    assert table.words == ["the", "new york", "of"][:rows]
    np.testing.assert_array_equal(table.counts, [5, 4, 3][:rows])
    np.testing.assert_array_equal(table.vectors, np.arange(6).reshape(3, 2)[:rows])


def test_a_damaged_model_folder_is_told(model, tmp_path):
    with pytest.raises(W2VError, match=r"is not a saved model, or a folder of vectors: it has no vocab.txt"):
        formats.read(tmp_path)
    Vocabulary(["the", "of"], np.array([5, 3])).save(model / "vocab.txt")
    with pytest.raises(
        W2VError, match=r"'input' is float32 \[3, 2\], expected float \[2, any\] by config.json and the 2 words"
    ):
        formats.read(model)
    save_file({"output": np.ones((2, 2), np.float32)}, model / "tables.safetensors")
    with pytest.raises(W2VError, match=r"tables.safetensors has no table 'input'; it has output"):
        formats.read(model)
    content = (model / "tables.safetensors").read_bytes()
    (model / "tables.safetensors").write_bytes(content[:-3])
    with pytest.raises(W2VError, match=r"tables.safetensors is damaged or cut short: it has \d+ bytes"):
        formats.read(model)


def test_lines_that_end_in_cr_alone_are_told(tmp_path):
    """All of them would be one word, its vector the last line's."""
    path = tmp_path / "mac.txt"
    path.write_bytes(b"2 3\rcat 1 2 3\rdog 1 2 3\r")
    with pytest.raises(W2VError, match="lines that end in CR alone"):
        formats.read(path)
