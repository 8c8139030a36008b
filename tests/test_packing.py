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


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_little_that_unpacks_to_a_lot_comes_in_pieces(suffix):
    """bzip2 packs zeros to a 45,000th: all that a few bytes unpack to need not fit the memory at once."""
    whole = packed(suffix, bytes(40 << 20))
    sizes = [len(piece) for piece in packing.unpacked(io.BytesIO(whole), "x")]
    assert sum(sizes) == 40 << 20
    if suffix != ".zst":  # which has no limit to what it returns
        assert max(sizes) < 2 * packing.PIECE


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_unpacks_to_more_than_a_ratio_is_not_read_to_its_end(monkeypatch, suffix):
    monkeypatch.setattr(packing, "_ALWAYS", 3000)
    few, many = packed(suffix, bytes(3000)), packed(suffix, bytes(4 << 20))
    assert list(packing.unpacked(io.BytesIO(few), "x", 2)) == [bytes(3000)]
    with pytest.raises(W2VError, match=r"x unpacks to more than 2 times its size.*unpack it first"):
        list(packing.unpacked(io.BytesIO(many), "x", 2))
    assert sum(map(len, packing.unpacked(io.BytesIO(many), "x", 1_000_000))) == 4 << 20


def test_xz_that_asks_for_more_memory_than_there_may_be_is_told():
    asking = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}])
    with pytest.raises(W2VError, match="begins as xz, but Memory usage limit exceeded"):
        unpacked(asking)


def test_pieces_are_read_as_one_file():
    file = packing.as_file(iter([b"one\ntw", b"o\n", b"three"]))
    assert file.readlines() == [b"one\n", b"two\n", b"three"]
