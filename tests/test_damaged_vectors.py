"""Vectors files that are damaged or made to harm: what they claim is not believed, what they hold has its limits."""

from __future__ import annotations

import gzip
import re
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from w2v.base import compression
from w2v.errors import W2VError
from w2v.vectors import KeyedVectors, formats
from w2v.vectors.formats import text_lines, word2vec_binary
from w2v.vectors.formats.table import LONGEST_LINE, LONGEST_WORD, MOST_NUMBERS

MB = 1 << 20


def number(*values: float) -> bytes:
    return np.array(values, dtype="<f4").tobytes()


def file(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content, 6) if path.suffix == ".gz" else content)
    return path


def rows(*vectors: tuple[float, ...], binary: bool) -> bytes:
    """A file of the words a, b, c and so on with these vectors."""
    words = [b"%c" % (97 + place) for place in range(len(vectors))]
    numbers = [number(*vector) if binary else " ".join(map(str, vector)).encode() for vector in vectors]
    lines = [b"%b %b\n" % pair for pair in zip(words, numbers, strict=True)]
    return b"%d %d\n" % (len(vectors), len(vectors[0])) + b"".join(lines)


NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("suffix", [".bin", ".txt"])
class TestNumbersThatAreNotFinite:
    def test_are_left_out_with_their_words_and_told(self, tmp_path, suffix):
        content = rows((1, 2), (NAN, 1), (3, 4), (1, INF), (-INF, NAN), binary=suffix == ".bin")
        path = file(tmp_path / f"v{suffix}", content)
        with pytest.warns(UserWarning, match=r"v\.\w+: 3 words have no finite vector and were left out, 'b' first\."):
            vectors = KeyedVectors.load(path)
        assert vectors.index_to_key == ["a", "c"]
        np.testing.assert_array_equal(vectors.vectors, [[1, 2], [3, 4]])

    def test_of_one_word_are_told_in_the_singular(self, tmp_path, suffix):
        path = file(tmp_path / f"v{suffix}", rows((NAN, 2), (1, 1), binary=suffix == ".bin"))
        with pytest.warns(UserWarning, match="1 word has no finite vector and was left out, 'a' first"):
            assert formats.read(path).words == ["b"]

    def test_in_every_vector_are_an_error(self, tmp_path, suffix):
        path = file(tmp_path / f"v{suffix}", rows((NAN, 2), (1, INF), binary=suffix == ".bin"))
        with pytest.raises(W2VError, match=r"holds no vectors of finite numbers: all 2 hold NaN.*'a' first"):
            formats.read(path)


def test_numbers_too_large_for_float32_are_no_finite_vector_and_fit_float64(tmp_path):
    path = file(tmp_path / "v.txt", b"2 1\na 1e300\nb 1\n")
    assert formats.read(path, dtype=np.float64).words == ["a", "b"]
    with pytest.warns(UserWarning, match="1 word has no finite vector"):
        assert formats.read(path).words == ["b"]


@pytest.mark.parametrize("suffix", [".bin", ".txt"])
@pytest.mark.parametrize(
    "header", [b"1 131073", b"3 999999999999999999", b"9999999999999999999 3", b"3 " + b"9" * 5000]
)
def test_a_first_line_that_no_file_can_keep_is_refused(tmp_path, suffix, header):
    path = file(tmp_path / f"v{suffix}", header + b"\na " + number(1, 2, 3))
    with pytest.raises(W2VError, match=r"line 1: announces .*which no file holds; a vector has 131,072 at most"):
        formats.read(path)


BOMBS = {  # what a few bytes unpack to, and what is said of it
    "zeros.bin.gz": (b"3 2\n" + bytes(24 * MB), "its word number 1 would have more than 524,288 bytes"),
    "newlines.bin.gz": (b"3 2\n" + b"\n" * (24 * MB), "its word number 1 would have more than 524,288 bytes"),
    "one line.txt.gz": (b"2 3\na 1 2 3\nb" + b" 1" * (12 * MB), "line 3: is longer than 4,194,304 bytes"),
    "first line.txt.gz": (b"a" + b" 1" * (12 * MB), "line 1: is longer than 4,194,304 bytes"),
    "long word.txt.gz": (b"2 1\na 1\n" + b"x" * MB + b" 1\n", "line 3: its word has 1,048,576 bytes"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_a_bomb_unpacks_to_fills_no_memory(tmp_path, monkeypatch, name):
    for module in (text_lines, word2vec_binary):
        monkeypatch.setattr(module, "LONGEST_WORD", 1 << 19)  # what is longer takes longer
    monkeypatch.setattr(text_lines, "LONGEST_LINE", 1 << 22)
    content, sentence = BOMBS[name]
    path = file(tmp_path / name, content)
    tracemalloc.start()
    with pytest.raises(W2VError, match=re.escape(sentence)):
        formats.read(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20 * MB


@pytest.mark.parametrize(
    ("name", "row", "example"),
    [("v.bin.gz", b" \0\0\0\0", "''"), ("v.txt.gz", b"a 1\n", "'a'"), ("v.txt", b"b 1\n", "'b'")],
)
def test_a_few_words_that_come_again_without_end_are_no_vectors(tmp_path, name, row, example):
    path = file(tmp_path / name, b"999999999 1\n" + row * 200_000)
    with pytest.raises(W2VError, match=f"of its first 131,072 words only 1 are different, such as {example}"):
        formats.read(path)


def test_blank_lines_without_end_are_counted(tmp_path):
    path = file(tmp_path / "v.txt", b"2 1\na 1\n" + b"\n\r\n \t\n" * MB + b"\n  b x\n")
    with pytest.raises(W2VError, match="line 3145732: expected a word and 1 number"):
        formats.read(path)
    assert formats.read(file(path, b"2 1\na 1\n" + b"\n\r\n \t\n" * MB + b"\n b 1")).words == ["a", "b"]


def test_a_file_that_unpacks_to_far_more_than_vectors_do_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(compression, "_ALWAYS", 100_000)
    path = file(tmp_path / "blank lines.txt.gz", b"2 1\na 1\n" + b"\n" * (2 * MB) + b"b 1\n")
    with pytest.raises(W2VError, match="unpacks to more than 100 times its size"):
        formats.read(path)


@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
def test_the_largest_that_is_written_reads_back(tmp_path, name):
    words = ["x" * LONGEST_WORD, "b"]
    vectors = np.full((2, MOST_NUMBERS), -1.1754944e-38, np.float32)
    formats.write(tmp_path / name, words, vectors)
    table = formats.read(tmp_path / name)
    assert table.words == words
    np.testing.assert_array_equal(table.vectors, vectors)


def test_a_line_has_room_for_the_longest_word_and_numbers():
    assert LONGEST_WORD + MOST_NUMBERS * len(" -2.2250738585072014e-308") < LONGEST_LINE


@pytest.mark.parametrize("name", ["v.bin", "v.txt"])
def test_what_would_not_be_read_again_is_not_written(tmp_path, name):
    with pytest.raises(W2VError, match=r"was not written: the word 'xxx.* has 16,777,217 bytes"):
        formats.write(tmp_path / name, ["x" * (LONGEST_WORD + 1)], np.ones((1, 2)))
    with pytest.raises(W2VError, match="was not written: vectors of 131,073 numbers would not be read again"):
        formats.write(tmp_path / name, ["a"], np.ones((1, MOST_NUMBERS + 1)))
    assert list(tmp_path.iterdir()) == []


def test_many_words_that_come_again_among_as_many_others_are_read(tmp_path):
    lines = [b"%d\t1\n" % (place // 2) for place in range(200_000)]
    path = file(tmp_path / "v.txt", b"200000 1\n" + b"".join(lines))
    with pytest.warns(UserWarning, match="100,000 words came again"):
        assert len(formats.read(path).words) == 100_000
