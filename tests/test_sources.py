import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import threading
import warnings
import zipfile
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base import compression as packing
from w2v.errors import W2VError
from w2v.text import files
from w2v.text import sources as room
from w2v.text.files import File
from w2v.text.sources import from_arguments, sources


def lines_of(corpus, **how):
    return [line for source in sources(corpus) for batch in source.batches(**how) for line in batch.lines]


def zstd(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").ZstdCompressor().compress(data)


PACKERS = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, ".zst": zstd}


@pytest.fixture
def tree(tmp_path):
    """b.txt, a.txt, deep/c.txt, and hidden files that nobody wants."""
    for name in ("b.txt", "a.txt", "deep/c.txt", ".hidden", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"in {name}\n")
    return tmp_path


# Reading


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff"))), st.integers(1, 40))
def test_lines_are_whole_however_small_the_pieces(tmp_path_factory, lines, size):
    path = tmp_path_factory.getbasetemp() / "lines.txt"
    path.write_bytes("".join(line + "\n" for line in lines).encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PIECE", size)
        assert lines_of(path) == lines


def test_the_last_line_needs_no_end_and_windows_ends_are_ends(tmp_path):
    (tmp_path / "t").write_bytes(b"\xef\xbb\xbfone\r\n\r\ntwo\nthree")
    assert lines_of(tmp_path / "t") == ["one", "", "two", "three"]


def test_a_very_long_line_is_not_cut(tmp_path):
    long = "word " * 400_000  # two megabytes, in pieces of one
    (tmp_path / "t").write_text(f"a\n{long}\nb\n")
    assert lines_of(tmp_path / "t") == ["a", long, "b"]


letters = st.sampled_from(["a", "b ", "\t", "é", "中", "\U0001f600", "\n", "\u3000"])


@given(st.lists(letters, max_size=60).map("".join), st.integers(1, 9), st.integers(8, 20))
def test_a_longer_one_is_cut_at_white_space_and_never_within_a_character(tmp_path_factory, text, piece, longest):
    path = tmp_path_factory.getbasetemp() / "long.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        patch.setattr(packing, "PIECE", piece)
        patch.setattr(files, "LONGEST_LINE", longest)
        batches = list(File(str(path)).batches())
    read = [line for batch in batches for line in batch.lines]
    assert "".join(read) == text.replace("\n", "")
    assert sum(batch.invalid_bytes for batch in batches) == 0
    assert all(len(line.encode()) <= longest + piece for line in read)
    assert len(told) <= 1
    if not told:
        assert read == text.split("\n")[: len(read)]
    if " " in text and "\t" not in text and all(len(word.encode()) < longest for word in text.split()):
        assert Counter("\n".join(read).split()) == Counter(text.split()), "only white space was cut"


def test_the_first_long_line_of_a_file_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LONGEST_LINE", 2_000_000)
    (tmp_path / "t").write_text(("ab " * 1_000_000 + "\n") * 3)
    with pytest.warns(UserWarning, match=r"t has a line of more than 2 MB\. It is read as several, cut at") as told:
        lines = lines_of(tmp_path / "t")
    assert len(told) == 1
    assert lines == ["ab " * 666_666, "ab " * 333_334] * 3


def test_zeros_without_end_are_no_text_and_fill_no_memory(tmp_path, monkeypatch):
    """Three megabytes of gzip hold three thousand of these."""
    monkeypatch.setattr(files, "LONGEST_LINE", 1 << 21)
    (tmp_path / "t.gz").write_bytes(gzip.compress(b"a text\n" * 1000 + bytes(40_000_000)))
    source = File(str(tmp_path / "t.gz"))
    taken = []
    monkeypatch.setattr(files, "unpacked", lambda *how: (taken.append(1) or piece for piece in packing.unpacked(*how)))
    with (
        pytest.warns(UserWarning, match="more than"),
        pytest.raises(W2VError, match=r"t\.gz is no UTF-8 text: there are zero bytes"),
    ):
        list(source.texts())
    assert len(taken) < 25, "it is not read to its end"


def test_bad_bytes_are_replaced_and_counted(tmp_path):
    (tmp_path / "t").write_bytes(b"ok\nna\xefve \xff\xfe\nf\xc3\xbcnf \xe2\x82\n")
    batches = [batch for source in sources(tmp_path / "t") for batch in source.batches()]
    assert [line for batch in batches for line in batch.lines] == ["ok", "na\ufffdve \ufffd\ufffd", "fünf \ufffd"]
    assert sum(batch.invalid_bytes for batch in batches) == 5
    with pytest.raises(W2VError, match="line 2: the byte 0xef is not UTF-8"):
        lines_of(tmp_path / "t", strict=True)


def test_strict_counts_lines_over_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "PIECE", 8)
    (tmp_path / "t").write_bytes(b"one\n" * 9 + b"\xff\n")
    with pytest.raises(W2VError, match="line 10:"):
        lines_of(tmp_path / "t", strict=True)


@pytest.mark.parametrize("name", ["t.txt", "t.gz", "t"])
@pytest.mark.parametrize("pack", PACKERS)
def test_compressed_files_are_unpacked_whatever_their_name(tmp_path, pack, name):
    text = b"".join(b"line %d\n" % i for i in range(50_000))
    path = tmp_path / name
    path.write_bytes(PACKERS[pack](text) + PACKERS[pack](b"another member\n"))
    assert lines_of(path) == [*text.decode().splitlines(), "another member"]


def test_text_under_a_compressed_files_name_is_text(tmp_path):
    """As servers and browsers leave it that unpack on the way."""
    (tmp_path / "t.gz").write_bytes(b"just text\n")
    assert lines_of(tmp_path / "t.gz") == ["just text"]


def test_damaged_archives_are_told(tmp_path):
    (tmp_path / "t.gz").write_bytes(gzip.compress(b"a text\n" * 1000)[:40])
    with pytest.raises(W2VError, match=r"t.gz is damaged or cut short: it begins as gzip, but it ends too early"):
        lines_of(tmp_path / "t.gz")


def test_zstd_without_its_package_says_what_to_install(tmp_path, monkeypatch):
    (tmp_path / "t").write_bytes(zstd(b"x"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(W2VError, match=r"needs zstandard.*w2v\[zstd\]"):
        lines_of(tmp_path / "t")


def in_zip(data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("t.txt", data)
    return file.getvalue()


def in_tar(data: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("t.txt"), io.BytesIO(data))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("words".encode("utf-16"), r"is text in UTF-16, no UTF-8 text.*iconv"),
        (in_zip(b"a text\n"), "is a zip archive, no UTF-8 text. Unpack it first"),
        (in_tar(b"a text\n"), "is a tar archive, no UTF-8 text. Unpack it first"),
        (b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n", "is a PDF, no UTF-8 text. Extract its text first"),
        (gzip.compress(gzip.compress(b"a text\n", mtime=0), mtime=0), "is compressed twice"),
        (b"\x07\x01\n\0\0\0\0", "is no UTF-8 text: there are zero bytes"),
    ],
    ids=["utf16", "zip", "tar", "pdf", "twice", "unknown"],
)
@pytest.mark.parametrize("name", ["t.txt", "t.gz"])
def test_what_is_no_text_is_called_what_it_is(tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(W2VError, match=rf"{name} {sentence}"):
        lines_of(tmp_path / name)


def test_an_unreadable_file_is_told(tmp_path, monkeypatch):
    (tmp_path / "t").write_text("x")

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "open", refuse, raising=False)
    with pytest.raises(W2VError, match="t cannot be read: Permission denied"):
        lines_of(tmp_path / "t")


def test_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"one\ntwo")))
    assert lines_of("-") == ["one", "two"]
    assert not sys.stdin.closed
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"packed"))))
    assert lines_of("-") == ["packed"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(in_zip(b"a text"))))
    with pytest.raises(W2VError, match="- is a zip archive"):
        lines_of("-")


# Finding


def test_a_folder_is_all_its_files_in_order(tree):
    assert lines_of(tree) == ["in a.txt", "in b.txt", "in deep/c.txt"]


def test_patterns(tree):
    assert lines_of(f"{tree}/*.txt") == ["in a.txt", "in b.txt"]
    assert lines_of(f"{tree}/**/*.txt") == ["in a.txt", "in b.txt", "in deep/c.txt"]
    (tree / "[x].txt").write_text("brackets\n")
    assert lines_of(f"{tree}/[x].txt") == ["brackets"]  # a file that exists is no pattern


@pytest.fixture
def closed(tree, monkeypatch):
    """tree/deep cannot be looked into, as root can look into anything."""
    scan = os.scandir

    def refusing(path="."):
        if os.path.basename(os.path.normpath(path)) == "deep":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)
    return tree


@pytest.mark.parametrize("corpus", ["", "/deep", "/**/*.txt", "/**", "/*/*.txt", "/deep/*.txt", "/d*/?.txt"])
def test_a_folder_that_cannot_be_read_is_told_and_not_left_out(closed, corpus):
    with pytest.raises(W2VError, match=rf"the folder {closed}/deep/? cannot be read: Permission denied\."):
        sources(f"{closed}{corpus}")


@pytest.mark.parametrize("corpus", ["/*.txt", "/a.txt", "/[ab].txt"])
def test_what_is_not_asked_for_need_not_be_readable(closed, corpus):
    assert sources(f"{closed}{corpus}")


def test_patterns_relative_to_the_current_folder(closed, monkeypatch):
    monkeypatch.chdir(closed)
    assert lines_of("*.txt") == ["in a.txt", "in b.txt"]
    with pytest.raises(W2VError, match=r"the folder deep/? cannot be read"):
        sources("**/*.txt")


@pytest.mark.parametrize("corpus", ["deep/c.txt", ""])
def test_what_may_not_be_looked_at_is_not_said_to_be_missing(tree, monkeypatch, corpus):
    """A folder that can be listed and not entered, or a file in a folder that is closed."""
    look = os.stat

    def refusing(path, **how):
        if str(path).endswith("c.txt"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, **how)

    monkeypatch.setattr(os, "stat", refusing)
    with pytest.raises(W2VError, match=r"deep/c\.txt cannot be read: Permission denied\."):
        [source.fingerprint for source in sources(tree / corpus)]


def test_a_link_to_nothing_is_told(tree):
    (tree / "deep" / "gone.txt").symlink_to("nowhere")
    with pytest.raises(W2VError, match=r"deep/gone\.txt cannot be read: no such file"):
        lines_of(tree)


def test_a_file_that_vanishes_between_two_looks_is_told(tree):
    (source,) = sources(tree / "a.txt")
    (tree / "a.txt").unlink()
    with pytest.raises(W2VError, match=r"a\.txt cannot be read: no such file"):
        source.fingerprint  # noqa: B018 - a property that looks


class Listing:
    """What `os.scandir` gives, in an order of our own."""

    def __init__(self, entries):
        self.entries = iter(entries)

    def __iter__(self):
        return self.entries

    def __next__(self):
        return next(self.entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    close = __exit__


@pytest.mark.parametrize("backwards", [False, True])
def test_the_order_in_which_a_system_lists_files_has_no_say(tree, monkeypatch, backwards):
    scan = os.scandir

    def listing(path="."):
        return Listing(sorted(scan(path), key=lambda entry: entry.name, reverse=backwards))

    monkeypatch.setattr(os, "scandir", listing)
    expected = ["in a.txt", "in b.txt", "in deep/c.txt"]
    assert lines_of(tree) == lines_of(f"{tree}/**/*.txt") == expected


def test_several_paths_and_arguments(tree):
    paths = [tree / "b.txt", tree / "deep"]
    assert lines_of(paths) == lines_of(iter(paths)) == ["in b.txt", "in deep/c.txt"]
    assert lines_of(from_arguments([str(path) for path in paths])) == ["in b.txt", "in deep/c.txt"]
    assert from_arguments(["-", "s3://bucket/key.gz"]) == [File("-"), File("s3://bucket/key.gz")]


def test_local_files_have_fingerprints_and_nothing_else_has(tree, tmp_path):
    before = File(str(tree / "a.txt")).fingerprint
    assert before == File(os.path.relpath(tree / "a.txt")).fingerprint
    assert before.path == str(tree / "a.txt")
    assert before.size == len("in a.txt\n")
    os.utime(tree / "a.txt", ns=(1, 1))
    assert File(str(tree / "a.txt")).fingerprint == (*before[:2], 1)
    os.mkfifo(tmp_path / "pipe")
    elsewhere = [*from_arguments(["-", "https://host/t.txt", str(tmp_path / "pipe")]), *sources(["a sentence"])]
    assert [source.fingerprint for source in elsewhere] == [None] * 4


@pytest.mark.parametrize(
    ("corpus", "sentence"),
    [
        ("the cat sat on the mat", "no file or folder 'the cat.*str is taken as the name of a file.*list of strings"),
        ("nothing/*.txt", "no file matches the pattern 'nothing"),
        (Path("missing.txt"), r"no file or folder 'missing.txt'\.$"),
        ([Path("missing.txt")], "no file or folder"),
        (b"bytes", "a corpus of type bytes cannot be read"),
        (None, "a corpus of type NoneType"),
        (7, "a corpus of type int"),
        ({"id": [1], "text": ["x"]}, r"a corpus of type dict cannot be read. .*such as corpus\['text'\]"),
        ({}, "a corpus of type dict cannot be read. Give the path"),
        (np.array("text"), "a corpus of type ndarray cannot be read: iteration over a 0-d array. Give the path"),
    ],
)
def test_what_is_no_corpus_is_explained(corpus, sentence):
    with pytest.raises(W2VError, match=sentence):
        sources(corpus)


def test_confusions_of_paths_and_sentences_are_explained(tree):
    names = [str(tree / "a.txt"), str(tree / "b.txt")]
    with pytest.raises(W2VError, match=r"each of these strings names a file.*pathlib\.Path"):
        sources(names)
    with pytest.raises(W2VError, match="of type str; give Paths only"):
        sources([Path(names[0]), names[1]])
    (tree / "empty").mkdir()
    with pytest.raises(W2VError, match="no files in the folder"):
        sources(tree / "empty")
    assert lines_of([names[0], "a sentence"]) == [names[0], "a sentence"]


# Python iterables


@given(st.one_of(st.lists(st.text()), st.lists(st.lists(st.text()))), st.integers(1, 10))
def test_iterables_come_through_unchanged(sentences, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_BATCH", size)
        assert lines_of(sentences) == sentences
        assert lines_of(item for item in sentences) == sentences


def test_iterables_are_not_read_ahead():
    """A generator larger than memory: only a batch of it is ever held."""
    given_out = 0

    def endless():
        nonlocal given_out
        while True:
            given_out += 1
            yield "a sentence of some words"

    (source,) = sources(endless())
    next(source.batches())
    assert given_out < 2 * room._BATCH / len("a sentence of some words")


@pytest.mark.parametrize(
    ("corpus", "sentence"),
    [
        ([["a", "b"], "a b"], "sentence 2 is a string, but those before it are token lists"),
        (["a b", "b", ["a", "b"]], "sentence 3 is no string, but those before it are strings"),
        ([1, 2], "sentence 1 is of type int"),
        ([None, "a b"], r"sentence 1 is missing: it is None. Leave such out.*df\[\"text\"\].dropna\(\)"),
        (["a b", float("nan")], "sentence 2 is missing: it is nan"),
        ([["a"], np.float64("nan")], r"sentence 2 is missing: it is (np.float64\()?nan"),
        ([["a"], type("NAType", (), {})()], "sentence 2 is missing"),
        ([b"a b"], "sentence 1 is of type bytes.*Open the file as text"),
        ([["a", "b"], {"text": "a b"}], "sentence 2 is of type dict.*Give dicts only, and which of their values"),
    ],
)
def test_what_is_no_sentence_is_explained(corpus, sentence):
    with pytest.raises(W2VError, match=sentence):
        lines_of(corpus)


class Series(list):
    """A column: it has a shape, and gives its texts."""

    shape = (2,)


def test_a_lazy_table_is_not_asked_for_its_columns():
    class LazyFrame:
        @property
        def columns(self):
            raise AssertionError("this would read the whole table")

        def collect(self):
            raise AssertionError("so would this")

    with pytest.raises(W2VError, match=r"of type LazyFrame cannot be read. It is lazy: give corpus.collect\(\)"):
        sources(LazyFrame())


def test_a_column_of_a_table_is_sentences():
    assert lines_of(Series(["a b", "c d"])) == ["a b", "c d"]
    assert lines_of(np.array(["a b", "c d"])) == ["a b", "c d"]
    assert lines_of(np.array(["a b", "c d"], dtype=object)) == ["a b", "c d"]


# URLs


@pytest.fixture
def server(tree):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tree)) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


def test_urls(server, tree):
    (tree / "t.gz").write_bytes(gzip.compress(b"packed\n"))
    assert lines_of(f"{server}/a.txt") == ["in a.txt"]
    assert lines_of(f"{server}/t.gz?download=1") == ["packed"]
    (tree / "t.zip").write_bytes(in_zip(b"a text"))
    with pytest.raises(W2VError, match=r"t.zip is a zip archive"):
        lines_of(f"{server}/t.zip")
    with pytest.raises(W2VError, match=r"/missing.txt cannot be read: the server answers 404"):
        lines_of(f"{server}/missing.txt")


def test_an_unknown_protocol_is_told():
    with pytest.raises(W2VError, match=r"nowhere://x cannot be read: .*nowhere"):
        lines_of("nowhere://x")
