"""Vectors files as they are found: told by their bytes, whatever they are called and however they are aligned.

Any bytes at all give vectors, or one sentence.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from w2v.base import compression as packing
from w2v.errors import W2VError
from w2v.vectors import KeyedVectors, PoincareKeyedVectors, formats

ROWS = {
    "red": [0.1, 0.2, 0.3],
    "blue": [0.11, 0.19, 0.31],
    "green": [0.3, -0.2, 0.1],
    "teal": [-0.1, 0.2, 0.05],
    "pink": [0.2, 0.2, 0.2],
}
PLAIN = "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in ROWS.items()).encode()
HEADED = b"5 3\n" + PLAIN
BINARY = b"5 3\n" + b"".join(f"{word} ".encode() + np.float32(row).tobytes() for word, row in ROWS.items())
FORMS = {"plain": PLAIN, "headed": HEADED, "binary": BINARY}
PACKERS = {"none": bytes, "gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress}


def read(tmp_path, content: bytes, name: str = "v.txt") -> formats.Table:
    path = tmp_path / name
    path.write_bytes(content)
    return formats.read(path)


def colours(table: formats.Table) -> dict[str, list[float]]:
    return {word: [round(float(x), 6) for x in row] for word, row in zip(table.words, table.vectors, strict=True)}


@pytest.mark.parametrize("name", ["v.txt", "v.vec", "v.bin", "v", "v.w2v", "v.txt.gz", "v.bin.bz2", "glove.6B.100d"])
@pytest.mark.parametrize("packer", PACKERS)
@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_read_as_what_it_is_whatever_its_name(tmp_path, form, packer, name):
    assert colours(read(tmp_path, PACKERS[packer](FORMS[form]), name)) == ROWS


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("form", FORMS)
def test_a_wrong_word_about_the_format_does_not_matter(tmp_path, form, binary):
    (tmp_path / "v").write_bytes(FORMS[form])
    assert KeyedVectors.load_word2vec_format(tmp_path / "v", binary=binary).index_to_key == list(ROWS)


def test_text_whose_numbers_have_as_many_characters_as_a_float_has_bytes_is_text(tmp_path):
    """Three numbers of three characters, with their separators, are twelve bytes: as binary this file fits, too."""
    content = b"4 3\nking 0.9 0.1 0.2\nqueen 0.8 0.2 0.2\nman 0.1 0.9 0.2\nwoman 0.1 0.8 0.3\n"
    table = read(tmp_path, content, "v.bin")
    assert table.words == ["king", "queen", "man", "woman"]
    np.testing.assert_allclose(table.vectors[0], [0.9, 0.1, 0.2])


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace(b" ", b"\t"),
        PLAIN.replace(b" ", b"   "),
        b"".join(b"  " + line for line in PLAIN.splitlines(keepends=True)),
        b"".join(line[:6].ljust(12) + line[6:] for line in PLAIN.replace(b" ", b"      ").splitlines(keepends=True)),
        PLAIN.replace(b" ", b"     ", 1).replace(b"\nteal ", b"\nteal\t"),
        PLAIN.replace(b" ", b" \t "),
        PLAIN.replace(b"\n", b" \t\r\n"),
        b"\n\r\n" + PLAIN,
        b"5\t3\n" + PLAIN.replace(b" ", b"\t"),
        b"  5   3  \n" + PLAIN.replace(b" ", b"  "),
        b"\xef\xbb\xbf5 3\n\n" + PLAIN,
    ],
    ids=["tabs", "spaces", "leading", "aligned", "mixed", "both", "trailing", "blank", "header", "wide", "bom"],
)
def test_white_space_of_any_kind_and_width_separates(tmp_path, content):
    assert colours(read(tmp_path, content)) == ROWS
    assert colours(read(tmp_path, content, "v.bin")) == ROWS


def test_words_with_spaces_may_come_first_and_keep_them(tmp_path):
    table = read(tmp_path, "0,0 km² 0.5 0.5 0.5\n".encode() + PLAIN + b". .  b 1 2 3\nNew York\t1\t2\t3\n")
    assert table.words == ["0,0 km²", *ROWS, ". .  b", "New York"]
    assert read(tmp_path, b"New York 1 2 3\n").words == ["New York"]


def test_words_of_numbers_are_words_where_the_first_line_says_how_many_numbers_follow(tmp_path):
    content = PLAIN + b"10 000 0.5 0.5 0.5\nBoeing 747 1 2 3\n"
    with pytest.warns(UserWarning, match=r"vectors of 3 numbers, so .* is a word.*: 2 of 7, such as '10 000'"):
        table = read(tmp_path, b"7 3\n" + content)
    assert table.words == [*ROWS, "10 000", "Boeing 747"]
    with pytest.raises(W2VError, match="line 6: expected a word and 3 numbers, but 4 fields follow the first"):
        read(tmp_path, content)
    for others in (PLAIN, b"red 1 2 3\n"):
        with pytest.raises(W2VError, match="line 1: expected a word and 3 numbers, but 4 fields follow the first"):
            read(tmp_path, b"10 000 0.5 0.5 0.5\n" + others)


def test_the_first_line_is_believed_as_long_as_some_line_has_so_many_numbers(tmp_path):
    with pytest.warns(UserWarning, match="2 of 3, such as '10 000'"):
        table = read(tmp_path, b"3 3\n10 000 1 2 3\n20 000 1 2 3\nred 1 2 3\n")
    assert table.words == ["10 000", "20 000", "red"]


def test_words_that_are_numbers_need_no_first_line(tmp_path):
    assert read(tmp_path, b"1999 1 2\n7 2 3\n").words == ["1999", "7"]


def test_a_line_that_is_not_there_to_its_end_says_nothing_of_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "PIECE", 12)
    assert read(tmp_path, b"a 1 2 3\nb 1 2 3\n").vectors.shape == (2, 3)


def test_an_empty_word_is_one_only_where_there_is_space_before_the_numbers(tmp_path):
    assert read(tmp_path, b"2 3\nred 1 2 3\n  4 5 6\n").words == ["red", ""]
    with pytest.raises(W2VError, match="line 3: expected a word and 3 numbers, but 2 fields"):
        read(tmp_path, b"2 3\nred 1 2 3\n1984 5 6\n")


HUGE = b"1" * 5000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HUGE + b" " + HUGE + b"\nred 0.1 0.2\n", r"line 1: announces 1{30} vectors of 1{30} numbers, which no file"),
        (b"3 " + HUGE + b"\nred 0.1 0.2\n", "which no file holds; a vector has 131,072 at most"),
        (b"3 999999999999999999\nred 0.1 0.2\n", "line 1: announces 3 vectors of 9{18} numbers, which no file"),
        (b"3 999999999999999999\nred " + bytes(100), r"announces 3 vectors of 9{18} numbers, which no file"),
        (b"999999999999999999 2\nred 0.1 0.2\n", "announces 999999999999999999 vectors, but there are 1"),
        (b"999999999999999999 2\nred " + bytes(8), "announces 999999999999999999 vectors, but there are 1"),
    ],
    ids=["both", "size", "text size", "binary size", "text rows", "binary rows"],
)
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.bin.gz"])
def test_what_a_first_line_claims_is_not_believed_before_it_is_there(tmp_path, name, content, sentence):
    with pytest.raises(W2VError, match=sentence):
        read(tmp_path, gzip.compress(content) if name.endswith("gz") else content, name)


def in_zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, PLAIN)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (in_zip("a.txt", "b.txt"), "is a zip archive of 2 files; expected one .* that you mean: a.txt, b.txt"),
        (in_zip("a.txt")[:-9], "is a zip archive that is damaged"),
        (
            pickle.dumps("gensim.models.keyedvectors"),
            "is what gensim saved.*trust=True.*save_word2vec_format",
        ),
        (pickle.dumps({"a": 1}), "is a Python pickle, but not what gensim saved"),
        (b"\x93NUMPY\x01\0", "is a numpy array .*Expected word2vec binary or text"),
        (PLAIN.decode().encode("utf-16"), "is text in UTF-16, no file of word vectors"),
        (gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0), "is compressed twice"),
        (gzip.compress(PLAIN, mtime=0)[:-9], "is damaged or cut short: it begins as gzip"),
    ],
    ids=["zip", "cut zip", "gensim", "pickle", "numpy", "utf16", "twice", "cut"],
)
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.vec.gz"])
def test_what_holds_no_vectors_is_called_what_it_is(tmp_path, name, content, sentence):
    with pytest.raises(W2VError, match=sentence):
        read(tmp_path, content, name)


def test_text_with_a_mistake_is_told_by_line_even_when_it_is_called_binary(tmp_path):
    rows = "".join(f"word{i},0.{i},0.{i} 0.5\n" for i in range(10, 40))
    with pytest.raises(W2VError, match="line 2: expected a word and 3 numbers"):
        read(tmp_path, b"30 3\n" + rows.encode(), "v.bin")


def test_a_binary_word_does_not_reach_over_the_end_of_a_line(tmp_path):
    with pytest.raises(W2VError, match="word number 1 would hold the end of a line"):
        read(tmp_path, b"1 1\na\nb " + bytes(4), "v.bin")


def test_a_word_of_megabytes_is_read_in_either_format(tmp_path):
    long = "x" * (5 << 20)
    for name in ("v.bin", "v.txt"):
        formats.write(tmp_path / name, ["a", long], np.ones((2, 2)))
        assert formats.read(tmp_path / name).words == ["a", long]


@pytest.mark.parametrize("suffix", [".gz", ".bz2", ".xz", ".zst", ".zip"])
@pytest.mark.parametrize("binary", [True, False])
def test_a_compressed_name_is_written_compressed(tmp_path, suffix, binary):
    vectors = KeyedVectors(list(ROWS), np.array(list(ROWS.values())))
    vectors.save_word2vec_format(tmp_path / f"v{suffix}", binary=binary)
    content = (tmp_path / f"v{suffix}").read_bytes()
    begins = {".gz": b"\x1f\x8b", ".bz2": b"BZh", ".xz": b"\xfd7zXZ", ".zst": b"\x28\xb5\x2f\xfd", ".zip": b"PK"}
    assert content.startswith(begins[suffix])
    assert colours(formats.read(tmp_path / f"v{suffix}")) == ROWS


@pytest.mark.parametrize("suffix", [".rar", ".7z", ".tgz"])
def test_an_archives_name_is_refused_in_writing(tmp_path, suffix):
    vectors = KeyedVectors(list(ROWS), np.array(list(ROWS.values())))
    with pytest.raises(W2VError, match=rf"v{suffix} was not written: such archives are not made here"):
        vectors.save_word2vec_format(tmp_path / f"v{suffix}")


def test_text_with_white_space_around_a_word_is_not_written_for_it_would_not_come_back(tmp_path):
    with pytest.raises(W2VError, match=r"the word '\\ta' has a space, a tab or a newline in it"):
        formats.write(tmp_path / "v.txt", ["\ta"], np.ones((1, 2)))
    formats.write(tmp_path / "v.bin", ["\ta"], np.ones((1, 2)))
    assert formats.read(tmp_path / "v.bin").words == ["\ta"]


@st.composite
def damaged(draw) -> bytes:
    """A file of vectors, or its beginning, with some bytes changed, left out or put in."""
    content = bytearray(PACKERS[draw(st.sampled_from(list(PACKERS)))](draw(st.sampled_from(list(FORMS.values())))))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(content)))
        content[start : start + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    return bytes(content[: draw(st.integers(1, 200))])


written = st.text(st.sampled_from("ab12.- \t\n,e\r\x0b#é\x00"), max_size=60).map(str.encode)
beginnings = st.sampled_from(
    [b"", b"2 1\n", b"1 2\n", b"0 0\n", b"PK\x03\x04", b"\x1f\x8b\x08", b"\x80\x04", b"\xff\xfe"]
)


@given(st.builds(bytes.__add__, beginnings, st.one_of(st.binary(), written, damaged())))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b"1 1\na 0.5")
@example(b"]\0\0")
@example(b"BZh91AY&SY")
@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.gz", "v"])
def test_any_bytes_are_vectors_or_a_sentence(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for kind in (KeyedVectors, PoincareKeyedVectors):
            for limit in (None, 1):
                assert told(kind, path, limit)


def told(kind: type[KeyedVectors], path: Path, limit: int | None) -> bool:
    try:
        return len(kind.load(path, limit)) > 0
    except W2VError as error:
        return len(str(error)) < 600 + len(str(path))
