"""Texts in .zip and .tar archives: read as if they lay in a folder, harmless whatever an archive says."""

import bz2
import gzip
import io
import json
import lzma
import os
import stat
import sys
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v import Word2Vec
from w2v.errors import W2VError
from w2v.text import members as room
from w2v.text.reading import Reading
from w2v.text.sources import sources

FILES = {
    "b.txt": b"in b\n",
    "deep/a.txt": b"in a\nwithout an end",
    ".hidden": b"hidden\n",
    "__MACOSX/b.txt": b"of a mac\n",
    "deep/.git/config": b"hidden too\n",
    "./c.txt": b"in c\n",
}
LINES = ["in b", "in a", "without an end", "in c"]
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def zipped(files, method=zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("empty/", b"")
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(files, mode="w") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        folder = tarfile.TarInfo("empty")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


def zstd(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").ZstdCompressor().compress(data)


MAKERS = {
    "zip": zipped,
    "zip, stored": lambda files: zipped(files, zipfile.ZIP_STORED),
    "zip, bzip2": lambda files: zipped(files, zipfile.ZIP_BZIP2),
    "zip, lzma": lambda files: zipped(files, zipfile.ZIP_LZMA),
    "tar": tarred,
    "tar.gz": lambda files: tarred(files, "w:gz"),
    "tar.bz2": lambda files: tarred(files, "w:bz2"),
    "tar.xz": lambda files: tarred(files, "w:xz"),
    "tar.zst": lambda files: zstd(tarred(files)),
    "zip.gz": lambda files: gzip.compress(zipped(files)),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
zip_and_tar = pytest.mark.parametrize("make", [zipped, tarred])


@pytest.fixture
def file(tmp_path):
    def made(content: bytes, name="texts"):
        (tmp_path / "corpus").mkdir(exist_ok=True)
        (tmp_path / "corpus" / name).write_bytes(content)
        return tmp_path / "corpus" / name

    return made


def read(corpus, field=None, strict=False):
    with Reading(sources(corpus), field, strict) as reading:
        lines = [line for batch in reading.batches() for line in batch.lines]
        return lines, reading.left_out


def error(corpus, field=None, **how) -> str:
    with pytest.raises(W2VError) as raised:
        read(corpus, field, **how)
    return str(raised.value)


@each
def test_the_files_in_an_archive_are_read_in_its_order(file, make):
    assert read(file(make(FILES))) == (LINES, [])


@each
def test_an_archive_from_stdin(make, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(make(FILES))))
    assert read("-") == (LINES, [])


@each
def test_an_archive_behind_a_url(make):
    import fsspec

    with fsspec.open("memory://corpora/archive", "wb") as remote:
        remote.write(make(FILES))
    assert read("memory://corpora/archive") == (LINES, [])


@each
def test_tables_in_archives(file, make):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    table = io.BytesIO()
    parquet.write_table(arrow.table({"id": [1], "text": ["d"]}), table)
    files = {
        "a.jsonl": json.dumps({"text": "a"}).encode(),
        "b.csv": b"id,text\n1,b\n",
        "c.tsv.gz": gzip.compress(b"id\ttext\n1\tc\n"),
        "d.parquet": table.getvalue(),
        "e.xz": lzma.compress(b'{"text": "e"}\n'),
        "f.bz2": bz2.compress(b'[{"text": "f"}]\n'),
    }
    path = file(make(files))
    assert read(path, "text") == (list("abcdef"), [])
    lines, notes = read(path)
    assert lines == list("abcdef")
    assert notes[0].startswith(f"The text is taken from the column 'text' of {path}/a.jsonl and 2 other tables, which")
    assert notes[1].startswith(f"The text is taken from the column 'text' of {path}/b.csv and 2 other tables; field")


@zip_and_tar
def test_what_is_no_text_is_left_out_and_told(file, make):
    path = file(make({"a.png": PNG, "b.txt": b"a text\n", "c.bin": b"\7\0\0"}))
    told = f"2 files that are no text were left out, such as {path}/a.png (a PNG image)."
    assert read(path) == (["a text"], [told])
    assert error(file(make({"a.png": PNG}))) == (
        f"there is no text in {path}: {path}/a.png is a PNG image. Give files of plain text."
    )


@zip_and_tar
def test_text_that_could_be_had_is_not_left_out(file, make):
    for name, content in (
        ("a.txt", "zwei Wörter".encode("utf-16")),
        ("a.zip", zipped(FILES)),
        ("a.tar", tarred(FILES)),
    ):
        path = file(make({"b.txt": b"a text\n", name: content}))
        assert error(path).startswith(f"{path}/{name} is ")
        assert "no UTF-8 text" in error(path)


@zip_and_tar
def test_an_archive_without_files_is_told(file, make):
    assert "there are no files in" in error(file(make({})))
    assert "there are no files in" in error(file(make({".hidden": b"a"})))


def test_archives_in_a_folder(file, tmp_path):
    file(zipped({"x.txt": b"in a zip\n"}), "a.zip")
    file(tarred({"x.txt": b"in a tar\n"}), "b.tar")
    file(b"a text\n", "c.txt")
    file(PNG, "d.png")
    lines, told = read(tmp_path / "corpus")
    assert lines == ["in a zip", "in a tar", "a text"]
    assert told == [f"One file was left out: {tmp_path}/corpus/d.png (a PNG image)."]
    with Reading(sources(tmp_path / "corpus")) as reading:
        assert reading.sample() == "in a zip\n\nin a tar\n\na text\n"
        assert b"".join(text.utf8 for text in reading.texts()) == b"in a zip\nin a tar\na text\n"


@zip_and_tar
def test_bytes_that_are_not_utf8(file, make):
    path = file(make({"a.txt": b"caf\xe9\n"}))
    assert read(path)[0] == ["caf\ufffd"]
    assert f"{path}/a.txt, line 1: the byte 0xe9 is not UTF-8" in error(path, strict=True)


@given(st.dictionaries(st.text(st.characters(codec="ascii", categories=["L"]), min_size=1), st.binary(max_size=50)))
def test_any_files_come_through(tmp_path_factory, files):
    files = {name: b"begin " + content.replace(b"\0", b"").replace(b"\r", b"") for name, content in files.items()}
    files |= {"z": b"begin"}
    expected = [line for content in files.values() for line in content.decode("utf-8", "replace").split("\n")]
    path = tmp_path_factory.getbasetemp() / "any"
    for make in (zipped, tarred):
        path.write_bytes(make(files))
        assert list(filter(None, read(path)[0])) == list(filter(None, expected))


def test_a_model_of_an_archive_is_that_of_its_files_and_kept_for_the_next_run(file):
    settings = {"vector_size": 4, "epochs": 1, "min_count": 1, "workers": 1}
    text = b"red blue red green blue red\n" * 30
    expected = Word2Vec(corpus_file=file(text), **settings).wv
    for make in MAKERS.values():
        found = Word2Vec(corpus_file=file(make({"a.txt": text}), "archive"), **settings).wv
        assert (found.vectors == expected.vectors).all()


# What hostile archives hold


def test_names_in_an_archive_are_no_places_on_the_disk(file, tmp_path):
    names = ["/etc/passwd", "../../up.txt", "a\n\x1b[31mred.txt", "C:\\x.txt", "x" * 5000 + ".txt"]
    before = sorted(tmp_path.rglob("*"))
    for make in (zipped, tarred):
        path = file(make(dict.fromkeys(names, b"a text\n")))
        assert read(path)[0] == ["a text"] * 5
        broken = error(file(make({names[2]: "a".encode("utf-16")})))
        assert "\x1b" not in broken
        assert "\n" not in broken
    assert sorted(tmp_path.rglob("*")) == sorted([*before, path.parent, path])


def test_links_and_devices_are_not_followed_and_told(file, tmp_path):
    (tmp_path / "secret").write_text("secret words\n")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for number, kind in enumerate([tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]):
            link = tarfile.TarInfo(f"link{number}")
            link.type, link.linkname = kind, str(tmp_path / "secret")
            archive.addfile(link)
        member = tarfile.TarInfo("a.txt")
        member.size = 7
        archive.addfile(member, io.BytesIO(b"a text\n"))
    path = file(packed.getvalue())
    told = f"4 entries of archives that are no files, such as links, were left out: {path}/link0."
    assert read(path) == (["a text"], [told])
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, str(tmp_path / "secret"))
        archive.writestr("a.txt", "a text\n")
    path = file(packed.getvalue())
    told = f"1 entry of archives that are no files, such as links, were left out: {path}/link."
    assert read(path) == (["a text"], [told])


def test_an_encrypted_file_is_told(file):
    content = bytearray(zipped({"a.txt": b"a text\n"}, zipfile.ZIP_STORED))
    for place, signature in ((6, b"PK\3\4"), (8, b"PK\1\2")):
        content[content.rindex(signature) + place] |= 1
    path = file(bytes(content))
    assert error(path) == f"{path}/a.txt is encrypted. Unpack the archive first, and give the files in it."


def test_a_method_that_python_lacks_is_told(file):
    content = bytearray(zipped({"a.txt": b"a text\n"}, zipfile.ZIP_STORED))
    for place, signature in ((8, b"PK\3\4"), (10, b"PK\1\2")):
        content[content.rindex(signature) + place] = 9
    assert "a.txt cannot be read: That compression method is not supported" in error(file(bytes(content)))


BOMBS = {
    "zip": zipped,
    "zip.gz": lambda files: gzip.compress(zipped(files, zipfile.ZIP_STORED)),
    "tar.gz": lambda files: tarred(files, "w:gz"),
    "tar.xz": lambda files: tarred(files, "w:xz"),
}


@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_an_archive_that_unpacks_to_far_too_much_is_not_read_to_its_end(file, make, monkeypatch):
    monkeypatch.setattr(room, "ALWAYS", 1 << 20)
    path = file(make(dict.fromkeys("abc", b"a word\n" * 500000)))
    told = error(path)
    assert told.startswith(f"{path} unpacks to more than 100 times its size, as no text does")
    monkeypatch.setattr(room, "ALWAYS", 1 << 26)
    assert len(read(path)[0]) == 1_500_000


def test_a_header_without_end_fills_no_memory(file, monkeypatch):
    monkeypatch.setattr(room, "_HEADERS", 1 << 16)
    member = tarfile.TarInfo("a.txt")
    member.pax_headers = {"comment": "x" * (1 << 20)}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(member)
    assert "has headers of more than 0 MB" in error(file(packed.getvalue()))


def test_a_hole_in_a_file_is_no_text(file):
    """A sparse file of a terabyte takes two blocks of an archive."""
    header = tarfile.TarInfo("hole.txt")
    header.type, header.size = tarfile.GNUTYPE_SPARSE, 512
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[386:398], block[398:410], block[483:495] = (
        b"00000000000\0",
        b"00000001000\0",
        b"\x80" + (1 << 40).to_bytes(11, "big"),
    )
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    content = bytes(block) + b"word " * 102 + b"\n\n" + tarred({"a.txt": b"a text\n"})
    lines, told = read(file(content))
    assert lines == ["a text"]
    assert "1 entry of archives" in told[0]


def test_many_files(file):
    for make in (zipped, tarred):
        path = file(make({f"{number:05}.txt": b"a b\n" for number in range(7_000)}))
        assert read(path)[0] == ["a b"] * 7_000


@pytest.mark.parametrize("share", [0.2, 0.5, 0.85])
@each
def test_an_archive_that_is_cut_short_is_told(file, make, share):
    content = make({name: os.urandom(3000).hex().encode() for name in "abcd"})
    told = error(file(content[: int(len(content) * share)]))
    assert "damaged or cut short" in told or "cannot be read" in told


def test_a_changed_byte_is_told(file):
    content = bytearray(zipped({"a.txt": b"a text\n"}, zipfile.ZIP_STORED))
    content[content.index(b"a text")] = ord("b")
    assert "a.txt cannot be read: Bad CRC-32" in error(file(bytes(content)))


def test_a_folder_of_texts_may_be_called_as_in_office_documents(file):
    assert read(file(zipped({"word/a.txt": b"a b\n", "xl/b.txt": b"c\n", "ppt/c.txt": b"d\n"})))[0] == ["a b", "c", "d"]


def test_other_files_that_are_zips_are_not_taken_apart(file):
    path = file(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    assert "is a Word document (.docx), no UTF-8 text" in error(path)


def test_no_room_for_a_copy_is_told(monkeypatch):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(zipped(FILES))))
    monkeypatch.setattr(room.tempfile, "TemporaryFile", Full)
    assert "- cannot be copied to " in error("-")
