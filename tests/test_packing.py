"""Compressed files are told by their first bytes, whatever they are called, and come back whole or not at all."""

import bz2
import gzip
import io
import lzma
import os

import pytest

from w2v.base import compression as packing
from w2v.errors import W2VError

SUFFIXES = list(packing.PACKINGS)
TEXT = b"".join(b"line %d\n" % i for i in range(50_000))


def packed(suffix: str, content: bytes) -> bytes:
    if suffix == ".zst":
        pytest.importorskip("zstandard")
    raw = io.BytesIO()
    with packing.packing(raw, f"x{suffix}") as file:
        file.write(content)
    return raw.getvalue()


def unpacked(content: bytes) -> bytes:
    return b"".join(packing.unpacked(io.BytesIO(content), "x"))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("piece", [1, 1000, 1 << 20])
def test_what_is_packed_unpacks_to_the_same_bytes_however_it_is_cut(monkeypatch, suffix, piece):
    content = TEXT[: 100 * piece]
    both = packed(suffix, content) + packed(suffix, b"") + packed(suffix, b"another frame")
    monkeypatch.setattr(packing, "_PACKED", piece)
    assert unpacked(both) == content + b"another frame"


def test_other_programs_files_are_unpacked():
    forms = [gzip.compress(TEXT), bz2.compress(TEXT), lzma.compress(TEXT), lzma.compress(TEXT, lzma.FORMAT_ALONE)]
    assert [unpacked(form) for form in forms] == [TEXT] * 4
    assert unpacked(gzip.compress(TEXT) + bytes(512)) == TEXT  # tapes and some tools pad with zeros


@pytest.mark.parametrize("content", [b"", b"a", b"BZh is a beginning", b"\x1f\x8b"])
def test_what_is_not_packed_comes_as_it_is(content):
    assert unpacked(content) == content
    assert unpacked(packed("", content)) == content


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("damage", ["cut", "garbled", "continued"])
def test_damage_is_told(suffix, damage):
    whole = packed(suffix, os.urandom(5000).hex().encode())
    middle = len(whole) // 2
    content = {
        "cut": whole[:middle],
        "garbled": whole[:middle] + bytes(len(whole) - middle),
        "continued": whole + b"and then something else",
    }[damage]
    with pytest.raises(W2VError, match=f"x is damaged or cut short: it begins as {packing.PACKINGS[suffix].name}, but"):
        unpacked(content)


def test_a_little_that_unpacks_to_a_lot_comes_in_pieces():
    sizes = [len(piece) for piece in packing.unpacked(io.BytesIO(gzip.compress(bytes(200 << 20))), "x")]
    assert sum(sizes) == 200 << 20
    assert max(sizes) <= 20 << 20


def test_pieces_are_read_as_one_file():
    file = packing.as_file(iter([b"one\ntw", b"o\n", b"three"]))
    assert file.readlines() == [b"one\n", b"two\n", b"three"]
