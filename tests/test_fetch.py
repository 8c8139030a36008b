"""Downloads against a server of our own: whole, broken, resumed, changed, damaged."""

import bz2
import errno
import gzip
import hashlib
import io
import lzma
import re
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest

from w2v.corpus import catalogue as fetching
from w2v.corpus.catalogue import CORPORA, Corpus, fetch, fetch_url
from w2v.corpus.checksums import difference_to
from w2v.errors import W2VError
from w2v.hyperbolic.relations import read_relations

TEXT = b"".join(b"line %d of a small corpus\n" % number for number in range(4000))
SHA = "sha256:" + hashlib.sha256(TEXT).hexdigest()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@dataclass
class Site:
    """A web server whose moods a test sets: `cuts` are the bytes after which its next answers break off."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    knows_range: bool = True
    cuts: list[int] = field(default_factory=list)
    ranges: list[str | None] = field(default_factory=list)  # the Range header of each request

    def url(self, name: str) -> str:
        return f"{self.address}/{name}"


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked = self.headers.get("Range")
            site.ranges.append(asked)
            content = site.files.get(self.path.lstrip("/"))
            if content is None:
                self.send_error(404)
                return
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and site.knows_range else 0
            if start and start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end = start + site.cuts.pop(0) if site.cuts else len(content)
            self.wfile.write(content[start:end])

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("t.zip", zipped(t=TEXT)),
        ("t.gz", gzip.compress(TEXT, mtime=0)),
        ("t.bz2", bz2.compress(TEXT)),
        ("t.xz", lzma.compress(TEXT)),
        ("t", TEXT),
    ],
)
def test_a_file_arrives_unpacked_and_alone(site, tmp_path, name, packed):
    site.files[name] = packed
    path = fetch_url(site.url(name), tmp_path / "new" / "t", SHA)
    assert path == tmp_path / "new" / "t"
    assert path.read_bytes() == TEXT
    assert names(path.parent) == ["t"]


def test_a_destination_that_ends_as_the_url_stays_packed(site, tmp_path):
    site.files["t.gz"] = gzip.compress(TEXT, mtime=0)
    assert fetch_url(site.url("t.gz"), tmp_path / "t.gz").read_bytes() == site.files["t.gz"]


def test_what_is_there_is_not_downloaded_again(site, tmp_path):
    site.files["t"] = TEXT
    for _ in range(2):
        fetch_url(site.url("t"), tmp_path / "t", SHA)
    assert len(site.ranges) == 1


def test_of_two_downloads_of_one_file_the_second_waits_and_finds_it_there(site, tmp_path):
    site.files["t.gz"] = gzip.compress(TEXT, mtime=0)
    told, paths, first_has_begun, second_waits = [], [], Event(), Event()

    def first_progress(*_):
        first_has_begun.set()
        second_waits.wait(10)

    def second_note(sentence):
        told.append(sentence)
        second_waits.set()

    def download(**watching):
        paths.append(fetch_url(site.url("t.gz"), tmp_path / "t", SHA, **watching))

    threads = [Thread(target=download, kwargs={"on_progress": first_progress})]
    threads[0].start()
    first_has_begun.wait(10)
    threads.append(Thread(target=download, kwargs={"on_note": second_note}))
    threads[1].start()
    for thread in threads:
        thread.join()
    assert paths == [tmp_path / "t"] * 2
    assert len(site.ranges) == 1
    assert "t is being downloaded by process" in told[0]
    assert names(tmp_path) == ["t"]


def test_what_is_there_needs_no_room_for_a_lock(site, tmp_path, monkeypatch):
    (tmp_path / "t").write_bytes(TEXT)
    monkeypatch.setattr(fetching, "locked", None)
    assert fetch_url(site.url("t"), tmp_path / "t", SHA).read_bytes() == TEXT


def test_progress_counts_up_to_the_whole(site, tmp_path):
    site.files["t"] = TEXT
    seen = []
    fetch_url(site.url("t"), tmp_path / "t", SHA, on_progress=lambda there, total: seen.append((there, total)))
    assert seen[-1] == (len(TEXT), len(TEXT))
    assert seen == sorted(seen)


def test_a_cut_connection_is_taken_up_where_it_broke(site, tmp_path):
    site.files["t"] = TEXT
    site.cuts = [1000, 500]
    assert fetch_url(site.url("t"), tmp_path / "t", SHA).read_bytes() == TEXT
    assert site.ranges == [None, "bytes=1000-", "bytes=1500-"]


def test_the_next_call_goes_on_from_what_an_earlier_one_left(site, tmp_path):
    site.files["t.gz"] = packed = gzip.compress(TEXT, mtime=0)
    site.cuts = [1000, 0]
    with pytest.raises(W2VError, match=r"Could not download .*1,000 bytes are kept in .*t\.part"):
        fetch_url(site.url("t.gz"), tmp_path / "t", SHA)
    assert names(tmp_path) == ["t.part"]
    assert (tmp_path / "t.part").read_bytes() == packed[:1000]
    assert fetch_url(site.url("t.gz"), tmp_path / "t", SHA).read_bytes() == TEXT
    assert site.ranges[-1] == "bytes=1000-"
    assert names(tmp_path) == ["t"]


def test_a_server_that_ignores_range_starts_again_cleanly(site, tmp_path):
    site.files["t"], site.knows_range = TEXT, False
    (tmp_path / "t.part").write_bytes(TEXT[:1000])
    assert fetch_url(site.url("t"), tmp_path / "t", SHA).read_bytes() == TEXT
    assert site.ranges == ["bytes=1000-"]


def test_a_whole_part_only_needs_unpacking(site, tmp_path):
    site.files["t.xz"] = lzma.compress(TEXT)
    (tmp_path / "t.part").write_bytes(site.files["t.xz"])
    assert fetch_url(site.url("t.xz"), tmp_path / "t", SHA).read_bytes() == TEXT
    assert len(site.ranges) == 1


def test_a_part_longer_than_the_file_is_thrown_away(site, tmp_path):
    site.files["t"] = TEXT
    (tmp_path / "t.part").write_bytes(TEXT + b"more")
    assert fetch_url(site.url("t"), tmp_path / "t", SHA).read_bytes() == TEXT
    assert site.ranges == [f"bytes={len(TEXT) + 4}-", None]


@pytest.mark.parametrize(("name", "packed"), [("t", TEXT), ("t.gz", gzip.compress(TEXT, mtime=0))])
def test_a_part_of_an_older_file_is_noticed_and_a_clean_start_made(site, tmp_path, name, packed):
    site.files[name] = packed
    (tmp_path / "t.part").write_bytes(b"x" * 1000)
    assert fetch_url(site.url(name), tmp_path / "t", SHA).read_bytes() == TEXT
    assert site.ranges == ["bytes=1000-", None]


def test_without_a_checksum_an_old_part_is_not_trusted(site, tmp_path):
    site.files["t"] = TEXT
    (tmp_path / "t.part").write_bytes(b"x" * 1000)
    assert fetch_url(site.url("t"), tmp_path / "t").read_bytes() == TEXT


def test_a_wrong_checksum_leaves_nothing(site, tmp_path):
    site.files["t"] = TEXT[:-1]
    with pytest.raises(W2VError, match=r"not the file it should be: its sha256 is [0-9a-f]{64}, expected"):
        fetch_url(site.url("t"), tmp_path / "t", SHA)
    assert names(tmp_path) == []


def test_another_file_in_the_way_is_kept(site, tmp_path):
    site.files["t"] = TEXT
    (tmp_path / "t").write_bytes(b"mine")
    with pytest.raises(W2VError, match="exists and is another file: its sha256 is"):
        fetch_url(site.url("t"), tmp_path / "t", SHA)
    assert (tmp_path / "t").read_bytes() == b"mine"
    (tmp_path / "d").mkdir()
    with pytest.raises(W2VError, match="is in the way and is not a file"):
        fetch_url(site.url("t"), tmp_path / "d", SHA)


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("t.zip", b"no archive at all"),
        ("t.gz", gzip.compress(TEXT, mtime=0)[:-20]),
        ("t.gz", b"no archive at all"),
        ("t.bz2", b"no archive at all"),
        ("t.xz", b"no archive at all"),
    ],
)
def test_a_damaged_archive_is_said_to_be_one(site, tmp_path, name, packed):
    site.files[name] = packed
    with pytest.raises(W2VError, match="archive is damaged"):
        fetch_url(site.url(name), tmp_path / "t", SHA)
    assert names(tmp_path) == []


def test_an_archive_of_several_files_is_refused(site, tmp_path):
    site.files["t.zip"] = zipped(a=b"a", b=b"b")
    with pytest.raises(W2VError, match="holds 2 files; expected one"):
        fetch_url(site.url("t.zip"), tmp_path / "t")


def test_addresses_that_lead_nowhere(site, tmp_path):
    with pytest.raises(W2VError, match="answered 404"):
        fetch_url(site.url("absent"), tmp_path / "t")
    with pytest.raises(W2VError, match=r"Could not download .*Check the network"):
        fetch_url("http://127.0.0.1:9/t", tmp_path / "t")
    with pytest.raises(W2VError, match="'text8' is not an address"):
        fetch_url("text8", tmp_path / "t")


def test_a_checksum_nobody_can_compute_is_refused_before_anything_is_downloaded(site, tmp_path):
    with pytest.raises(W2VError, match=r"Cannot read the checksum 'crc:1'.*sha256"):
        fetch_url(site.url("t"), tmp_path / "t", "crc:1")
    assert site.ranges == []


def test_a_full_disk_keeps_what_has_arrived(site, tmp_path, monkeypatch):
    site.files["t.gz"] = gzip.compress(TEXT, mtime=0)

    def full(source, target):
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_copy", full)
        with pytest.raises(W2VError, match="The disk is full"):
            fetch_url(site.url("t.gz"), tmp_path / "t", SHA)
    assert names(tmp_path) == ["t.part"]
    assert fetch_url(site.url("t.gz"), tmp_path / "t", SHA).read_bytes() == TEXT


def test_a_folder_that_cannot_be_made(site, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(W2VError, match="t cannot be written: a part of its path is a file"):
        fetch_url(site.url("t"), tmp_path / "file" / "t")


def test_fetch_by_name(site, tmp_path, monkeypatch):
    site.files["small.zip"] = zipped(small=TEXT)
    monkeypatch.setitem(CORPORA, "small", Corpus("small.txt", site.url("small.zip"), SHA, "a small corpus"))
    assert fetch("small", tmp_path).read_bytes() == TEXT
    assert names(tmp_path) == ["small.txt"]


def test_an_unknown_name_lists_those_there_are(tmp_path):
    with pytest.raises(W2VError, match=r"no public corpus named 'text9'.*text8, enwik8, enwik9, questions-words"):
        fetch("text9", tmp_path)


def test_the_catalogue_is_well_formed():
    lengths = {"md5": 32, "sha1": 40, "sha256": 64}
    for corpus in CORPORA.values():
        algorithm, digest = corpus.checksum.split(":")
        assert re.fullmatch(f"[0-9a-f]{{{lengths[algorithm]}}}", digest)
        assert corpus.url is None or corpus.url.startswith("https://")
        assert corpus.about


def test_what_comes_with_w2v_is_put_below_its_licence(tmp_path):
    put = fetch("wordnet-mammals", tmp_path / "new")
    assert difference_to(put, CORPORA["wordnet-mammals"].checksum) is None
    text = put.read_text(encoding="utf-8")
    assert text.startswith("# WordNet Release 3.0\n#\n# This software")
    assert "AND THAT THE SAME APPEAR ON ALL COPIES" in " ".join(text.replace("#", "").split()).upper()
    relations = read_relations(put)
    assert (len(relations), len(relations.nodes), relations.nodes[0]) == (6541, 1181, "mammal.n.01")
    before = put.stat().st_mtime_ns
    assert fetch("wordnet-mammals", tmp_path / "new").stat().st_mtime_ns == before, "it is there already"
    put.write_text("mine\n")
    with pytest.raises(W2VError, match=r"mammals\.tsv exists and is another file"):
        fetch("wordnet-mammals", tmp_path / "new")
    with pytest.raises(W2VError, match=r"Could not write .*: File exists"):
        fetch("wordnet-mammals", put)
