"""Files that are no text are called what they are, and text is never called anything else."""

import io
import pickle
import sqlite3
import tarfile
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base.file_kinds import kind_of, why_no_text


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def document(first: str, *names: str) -> bytes:
    return zipped(**{first: b"<xml/>"}, **dict.fromkeys(names, b"<xml/>"))


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("a.txt")
        member.size = 6
        archive.addfile(member, io.BytesIO(b"a text"))
    return file.getvalue()


def array(**named: np.ndarray) -> bytes:
    file = io.BytesIO()
    if named:
        np.savez(file, **named)
    else:
        np.save(file, np.ones(3))
    return file.getvalue()


def drawn(suffix: str) -> bytes:
    from matplotlib.figure import Figure

    file = io.BytesIO()
    Figure().savefig(file, format=suffix)
    return file.getvalue()


def database() -> bytes:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table t (x)")
        return connection.serialize() if hasattr(connection, "serialize") else b"SQLite format 3\0" + bytes(100)


def tensors() -> bytes:
    from safetensors.numpy import save

    return save({"x": np.ones(3, np.float32)})


FILES = {
    "a zip archive": zipped(**{"a.txt": b"a text"}),
    "a Word document": document("[Content_Types].xml", "_rels/.rels", "word/document.xml"),
    "an Excel table": document("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"),
    "a PowerPoint document": document("[Content_Types].xml", "ppt/presentation.xml"),
    "an Office document": document("[Content_Types].xml"),
    "an EPUB book": zipped(mimetype=b"application/epub+zip"),
    "an OpenDocument file": zipped(mimetype=b"application/vnd.oasis.opendocument.text"),
    "several numpy arrays": array(x=np.ones(3)),
    "a torch file": document("model/data.pkl", "model/version"),
    "a tar archive": tarred(),
    "a numpy array": array(),
    "a PDF": drawn("pdf"),
    "a PNG image": drawn("png"),
    "an RTF document": b"{\\rtf1\\ansi Hello}",
    "an SQLite database": database(),
    "a safetensors file": tensors(),
    "what gensim saved": pickle.dumps({"gensim.models.keyedvectors": 1}),
    "a Python pickle": pickle.dumps(["a", "b"], protocol=2),
    "a fastText model": b"\xba\x16\x4f\x2f\x0c\0\0\0",
    "a file of word vectors": b"2 2\nking " + np.ones(2, np.float32).tobytes(),
    "a Parquet table": b"PAR1\x15\x04\x15\0",
    "text in UTF-16": "ein Text".encode("utf-16"),
    "text in UTF-32": "ein Text".encode("utf-32"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_text_is_called_what_it_is(name):
    kind = kind_of(FILES[name])
    assert kind is not None
    assert kind.name.startswith(name)
    assert why_no_text(FILES[name]) == f"is {kind.name}, no UTF-8 text. {kind.advice}"


@pytest.mark.parametrize(("encoding", "named"), [("utf-16-le", "utf-16le"), ("utf-16-be", "utf-16be")])
def test_utf16_is_known_without_a_mark_at_its_start(encoding, named):
    assert f"iconv -f {named} " in why_no_text("The cat sat on the mat, ünd nöch etwas.".encode(encoding))


def test_a_binary_file_of_unknown_kind_is_told_by_its_zeros():
    assert kind_of(b"\x07\x01\x99abc\0\0\0\0\0\0") is None
    assert "there are zero bytes in it" in why_no_text(b"\x07\x01\x99abc\0\0\0\0\0\0")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_text_is_text(text):
    assert why_no_text(text.encode()) is None


@pytest.mark.parametrize(
    "text", ["PAR1 is a magic number", "MZ and RIFF are letters", "%PDF-1.4 is how it begins", "GIF89a", "3 4\na b\n"]
)
def test_text_may_begin_with_the_letters_that_begin_other_files(text):
    assert why_no_text(text.encode()) is None
