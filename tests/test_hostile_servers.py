"""Downloads from servers that are broken or up to something: each ends, with a sentence, and leaves the disk free."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import shutil
import socket
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from types import SimpleNamespace

import pytest

from w2v.corpus import archives, download
from w2v.corpus.catalogue import fetch_url
from w2v.errors import W2VError

BODY = b"a line of text\n" * 2000
SHA = "md5:" + "0" * 32
OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def server(*answers: Iterable[bytes]) -> Iterator[str]:
    """Answers connections with these pieces of bytes, one after the other, the last of them again and again."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        waiting = list(answers)
        while True:
            connection, _ = listening.accept()
            with connection:
                asked = b""
                while not asked.endswith(b"\r\n\r\n"):
                    if not (piece := connection.recv(4096)):
                        return  # the end of the test
                    asked += piece
                with suppress(OSError):  # the client has gone
                    for piece in waiting.pop(0) if len(waiting) > 1 else waiting[0]:
                        connection.sendall(piece)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    port = listening.getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/corpus"
    finally:
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join()
        listening.close()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


class Endless:
    """The same bytes again and again, for each connection anew."""

    def __init__(self, piece: bytes, begin: bytes = b"") -> None:
        self.piece, self.begin = piece, begin

    def __iter__(self) -> Iterator[bytes]:
        yield self.begin
        while True:
            yield self.piece


class Clock:
    """A clock by which every reading of it takes so many seconds."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def monotonic(self) -> float:
        self.now += self.step
        return self.now


@pytest.mark.parametrize(
    "answer",
    [
        Endless(b"x", OK + b"Content-Length: 1000000\r\n\r\n"),
        Endless(b"x", OK + b"\r\n"),
        Endless(b"1\r\nx\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\n"),
        Endless(b"x", OK + b"X-Slow: "),
        Endless(b"x", b""),
    ],
    ids=["length", "no length", "chunks", "header", "status"],
)
def test_a_server_that_drips_is_left(tmp_path, monkeypatch, answer):
    monkeypatch.setattr(download, "time", Clock(5.0))
    monkeypatch.setattr(download, "LEAST", 1 << 40)  # bytes come fast here, but not as fast
    with (
        server(answer) as url,
        pytest.raises(W2VError, match=r"Could not download .*(only [0-9,]+ bytes came in|HTTP)"),
    ):
        fetch_url(url, tmp_path / "t")


def test_a_slow_server_that_brings_enough_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "time", Clock(download.WITHIN))
    monkeypatch.setattr(download, "LEAST", 1)
    with server(
        [OK, b"Content-Length: %d\r\n\r\n" % len(BODY), *(BODY[i : i + 999] for i in range(0, 30000, 999))]
    ) as url:
        assert fetch_url(url, tmp_path / "t").read_bytes() == BODY


def test_silence_ends_the_wait(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "PATIENCE", 0.05)

    def silent() -> Iterator[bytes]:
        yield OK
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            nobody.settimeout(0.5)
            with pytest.raises(TimeoutError):
                nobody.accept()

    with server(silent()) as url, pytest.raises(W2VError, match=r"Could not download .*timed out"):
        fetch_url(url, tmp_path / "t")


def test_a_byte_for_each_connection_is_no_download(tmp_path):
    answers = [[b"HTTP/1.1 206 OK\r\nContent-Range: bytes %d-999/1000\r\n\r\nx" % there] for there in range(1000)]
    with (
        server(*answers) as url,
        pytest.raises(W2VError, match=r"Could not download .*the connection broke off.*6 bytes"),
    ):
        fetch_url(url, tmp_path / "t")


@pytest.mark.parametrize("length", ["-5", "abc", "1e3", "", "5, 5", "1_0000", "٣", "99999999999999999999999"])
def test_a_length_that_is_no_number_counts_as_not_told(tmp_path, length):
    with server([OK + f"Content-Length: {length}\r\n\r\n".encode() + BODY]) as url:
        found = fetch_url(url, tmp_path / "t").read_bytes()
    assert found == (BODY[:10000] if length == "1_0000" else BODY)  # which http.client takes for a number


def test_a_length_beyond_the_disk_is_told_before_anything_is_written(tmp_path):
    with (
        server([OK + b"Content-Length: 900000000000000\r\n\r\n" + BODY]) as url,
        pytest.raises(W2VError, match=r"disk is full.*900,000,000,000,000 bytes more are needed, and [0-9,]+ are free"),
    ):
        fetch_url(url, tmp_path / "t")
    assert not (tmp_path / "t.part").exists()


def test_a_length_too_large_is_a_connection_that_broke_off(tmp_path):
    with (
        server([OK + b"Content-Length: 50000\r\n\r\n" + BODY]) as url,
        pytest.raises(W2VError, match=r"Could not download .*broke off.*30,000 bytes are kept"),
    ):
        fetch_url(url, tmp_path / "t", SHA)


@pytest.mark.parametrize("body", [Endless(b"x" * 65536, OK + b"\r\n"), Endless(b"-5\r\nx\r\n" * 9999, OK + b"\r\n")])
def test_a_body_without_end_is_left_and_removed(tmp_path, monkeypatch, body):
    monkeypatch.setattr(download, "UNTOLD", 1_000_000)
    with server(body) as url, pytest.raises(W2VError, match="does not end: the server told no size"):
        fetch_url(url, tmp_path / "t")
    assert list(tmp_path.iterdir()) == []


def test_a_body_of_untold_size_leaves_some_of_the_disk_free(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(total=10**9, free=49 * 10**6))
    with server(Endless(b"x" * 65536, OK + b"\r\n")) as url, pytest.raises(W2VError, match="The disk is full"):
        fetch_url(url, tmp_path / "t")


@pytest.mark.parametrize(
    "span", ["bytes 7-99/100", "bytes 7-99/*", "bytes -1-99/100", "bytes a-b/c", "items 0-9/10", "bytes 0-9/-10", ""]
)
def test_another_part_than_was_asked_for_is_not_appended(tmp_path, span):
    (tmp_path / "t.part").write_bytes(b"ab")
    answer = f"HTTP/1.1 206 Partial\r\nContent-Range: {span}\r\n\r\n".encode() + b"cdef"
    wrong = "asked for what follows byte 2" if "7-99" in span else "not the file it should be"
    with server([answer]) as url, pytest.raises(W2VError, match=wrong):
        fetch_url(url, tmp_path / "t", SHA)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://[::1", "gopher://x", "\x00", "http://a b/", ""],
)
def test_no_redirect_leads_out_of_the_web(tmp_path, target):
    with (
        server([f"HTTP/1.1 302 Found\r\nLocation: {target}\r\n\r\n".encode()]) as url,
        pytest.raises(W2VError, match=r"The server answered 302|is not an address|Could not download"),
    ):
        fetch_url(url, tmp_path / "t")
    assert not (tmp_path / "t").exists()


def test_files_of_this_machine_are_no_downloads(tmp_path):
    (tmp_path / "mine").write_bytes(BODY)
    with pytest.raises(W2VError, match=r"Could not download file:.*unknown url type: file"):
        fetch_url((tmp_path / "mine").as_uri(), tmp_path / "t")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ([b"\x1b]0;owned\x07 garbage\r\n\r\n"], r"the server's answer is not HTTP: \\x1b\]0;owned"),
        ([b""], "Remote end closed|reset"),
        ([OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n"], "65536 bytes"),
        (Endless(b"X: y\r\n", OK), "100 headers|do not end"),
        (Endless(b"HTTP/1.1 100 Continue\r\n\r\n"), "headers do not end"),
        ([b"HTTP/1.1 404 \x1b[31mred\x07\r\n\r\n"], r"answered 404 \(\\x1b\[31mred\\x07\)"),
        ([b"HTTP/1.1 500 " + b"x" * 60_000 + b"\r\n\r\n"], r"answered 500 \(x{99}…\)"),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n"], "broke off"),
        ([OK + b"Transfer-Encoding: chunked\r\n\r\nFF\r\nabc"], "broke off"),
    ],
)
def test_answers_that_are_no_http_are_told(tmp_path, answer, sentence):
    with server(answer) as url, pytest.raises(W2VError, match=sentence):
        fetch_url(url, tmp_path / "t")


def test_any_answer_is_a_file_or_a_sentence(tmp_path):
    random.seed(1)
    valid = OK + b"Content-Length: 20\r\nContent-Range: bytes 0-19/20\r\n\r\nTwenty bytes of text"
    answers = []
    for _ in range(100):
        garbled = bytearray(valid)
        for _ in range(random.choice((1, 1, 3, 9))):
            place = random.randrange(len(garbled))
            garbled[place : place + random.choice((0, 1, 4))] = random.choice(
                (b"\0", b"\r\n", b"\n", b"-", b":", b"\xff", b"9" * 30, b" ", b"chunked", b"206")
            )
        answers.append([bytes(garbled)])
    with server(*answers) as url:
        for number in range(60):  # some take several connections
            with suppress(W2VError):
                fetch_url(url, tmp_path / f"{number}")


def zipped(content: bytes = BODY, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        archive.writestr("t", content)
    return raw.getvalue()


def altered(content: bytes, local: int, central: int, value: bytes) -> bytes:
    """A zip with bytes at a place of its entry's two headers changed."""
    changed = bytearray(content)
    changed[local : local + len(value)] = value
    at = content.index(b"PK\x01\x02") + central
    changed[at : at + len(value)] = value
    return bytes(changed)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (altered(zipped(), 6, 8, b"\x01"), "The archive is encrypted"),
        (altered(zipped(), 8, 10, b"\x63"), "cannot be unpacked here: That compression method is not supported"),
        (altered(zipped(), 22, 24, struct.pack("<I", 10)), "archive is damaged .*CRC"),
        (altered(zipped(), 22, 24, struct.pack("<I", 0xFFFFFFF0)), "unpacks to more than 100 times its size"),
        (altered(zipped(), 26, 28, b"\xff\xff"), "archive is damaged"),
        (altered(zipped(), 0, 42, b"\xff\xff\xff\x7f"), "archive is damaged"),
        (zipped()[:-10], "archive is damaged"),
    ],
    ids=["encrypted", "method", "smaller", "larger", "name", "offset", "cut"],
)
def test_an_archive_that_lies_is_told(tmp_path, content, sentence):
    (tmp_path / "packed").write_bytes(content)
    with pytest.raises(W2VError, match=sentence):
        list(archives.contents(tmp_path / "packed", ".zip"))


BOMBS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zip": zipped,
    ".zip of bzip2": lambda content: zipped(content, zipfile.ZIP_BZIP2),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_an_archive_that_unpacks_without_end_is_left(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(archives, "ALWAYS", 1_000_000)
    (tmp_path / "packed").write_bytes(BOMBS[kind](bytes(8_000_000)))
    with pytest.raises(W2VError, match="unpacks to more than 100 times its size"):
        list(archives.contents(tmp_path / "packed", kind.split()[0]))


def test_what_does_not_fit_the_disk_is_not_unpacked(tmp_path, monkeypatch):
    content = zipped(random.Random(1).randbytes(100_000))
    free = SimpleNamespace(total=10**9, free=200_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: free)
    with (
        server([OK + b"Content-Length: %d\r\n\r\n" % len(content) + content]) as url,
        pytest.raises(W2VError, match="100,000 bytes more are needed, and 1,000 are free"),
    ):
        fetch_url(
            url + ".zip", tmp_path / "t", on_progress=lambda there, total: vars(free).update(free=1000 + total - there)
        )
    assert [path.name for path in tmp_path.iterdir()] == ["t.part"]  # the next try goes on from there


@pytest.mark.parametrize("packing", [".zip", ".gz", ".bz2", ".xz"])
def test_any_archive_is_contents_or_a_sentence(tmp_path, packing):
    random.seed(2)
    whole = BOMBS[packing](BODY[:3000])
    for _ in range(150):
        garbled = bytearray(whole)
        for _ in range(random.choice((1, 1, 3, 9))):
            garbled[random.randrange(len(garbled))] = random.randrange(256)
        (tmp_path / "packed").write_bytes(garbled)
        with suppress(W2VError):
            list(archives.contents(tmp_path / "packed", packing))
