"""Compressed files: gzip, bzip2, xz and zstandard, by their first bytes when read, by their names when written.

Names lie: servers unpack on the way, and people rename. The first bytes do not.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple

from w2v.errors import W2VError

PIECE = 1 << 20  # bytes handed on at a time; fewer than twice as many, however small they were when packed
_PACKED = 1 << 14  # bytes given to a library at a time
_ZSTANDARD_PACKED = 1 << 11  # bytes given to zstandard, which sets no limit to what it returns: here to 64 MB
_MEMORY = 1 << 29  # bytes for xz to unpack with; `xz -9` asks for 65 MB
_GZIP, _XZ = 6, 1  # levels: of digits, a higher one takes ten times as long, and more, for a few percent
ZIP = ".zip"  # which is written as an archive of one file; what reads text and vectors has more to say of archives
_ALWAYS = 1 << 26  # bytes that anything may unpack to, where a ratio is asked for


class Packing(NamedTuple):
    """One way to compress."""

    name: str
    begins: re.Pattern[bytes]
    unpacker: Callable[[str], Any]  # of the file's name: what works as bz2.BZ2Decompressor
    packer: Callable[[str, IO[bytes]], Any]  # of the file's name, and where to write


class _Gzip:
    """zlib's decompressor with the interface of that of bz2."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)
        self.needs_input = True

    def decompress(self, packed: bytes, max_length: int) -> bytes:
        found = self._zlib.decompress(self._zlib.unconsumed_tail + packed, max_length)
        self.needs_input = len(found) < max_length
        return found

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data


class _Zstandard:
    """zstandard's decompressor with the interface of that of bz2; returns a little more than `max_length`."""

    def __init__(self, name: str) -> None:
        self._frame = _zstandard(name).ZstdDecompressor().decompressobj()
        self._waiting = b""

    def decompress(self, packed: bytes, max_length: int) -> bytes:
        self._waiting += packed
        found: list[bytes] = []
        start = 0
        while start < len(self._waiting) and not self.eof and sum(map(len, found)) < max_length:
            found.append(self._frame.decompress(self._waiting[start : start + _ZSTANDARD_PACKED]))
            start += _ZSTANDARD_PACKED
        self._waiting = self._waiting[start:]
        return b"".join(found)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._frame.unused_data) + self._waiting


def _zstandard(name: str) -> Any:
    try:
        import zstandard
    except ImportError as error:
        raise W2VError(f"{name} needs zstandard (.zst): pip install 'w2v[zstd]'") from error
    return zstandard


PACKINGS: dict[str, Packing] = {
    ".gz": Packing(
        "gzip",
        re.compile(rb"\x1f\x8b\x08"),
        lambda _: _Gzip(),
        lambda _, raw: gzip.GzipFile("", "wb", _GZIP, raw, mtime=0),  # no name, no time: same bytes each time
    ),
    ".bz2": Packing(
        "bzip2",
        re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
        lambda _: bz2.BZ2Decompressor(),
        lambda _, raw: bz2.BZ2File(raw, "wb"),
    ),
    ".xz": Packing(
        "xz",
        re.compile(rb"\xfd7zXZ\0|\]\0\0"),  # or its forerunner, lzma
        lambda _: lzma.LZMADecompressor(memlimit=_MEMORY),
        lambda _, raw: lzma.LZMAFile(raw, "wb", preset=_XZ),  # noqa: SIM115 - `packing` closes it
    ),
    ".zst": Packing(
        "zstandard",
        re.compile(rb"\x28\xb5\x2f\xfd"),
        _Zstandard,
        lambda name, raw: _zstandard(name).ZstdCompressor(write_checksum=True).stream_writer(raw, closefd=False),
    ),
}


def unpacked(raw: IO[bytes], name: str, ratio: int | None = None) -> Iterator[bytes]:
    """The bytes of a stream, unpacked where they are compressed, PIECE at a time at least, but for the last.

    raw: read from where it stands to its end; it need not be seekable. name: for errors. ratio: how many times its
    size anything may unpack to that is larger than 64 MB; by default there is no limit to the sum of all pieces.
    Raises W2VError when what is compressed is damaged or cut short, or unpacks to more, or zstandard is needed and not
    installed.
    """
    pieces = _gathered(iter(lambda: raw.read(PIECE), b""))
    head = next(pieces, b"")
    packing = packing_of(head)
    pieces = chain([head] if head else [], pieces)
    yield from pieces if packing is None else _gathered(_frames(pieces, packing, name, ratio))


def packing_of(head: bytes) -> Packing | None:
    """How a file is compressed that begins with these bytes; None: it is not."""
    return next((packing for packing in PACKINGS.values() if packing.begins.match(head)), None)


def as_file(pieces: Iterable[bytes]) -> io.BufferedReader:
    """The pieces as one file to read from."""
    return io.BufferedReader(_Pieces(pieces), PIECE)


@contextmanager
def packing(raw: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    """Where to write what `raw` is to hold, compressed when the name ends in .gz, .bz2, .xz, .zst or .zip."""
    if Path(name).suffix.lower() == ZIP:
        member = zipfile.ZipInfo(Path(name).stem)  # of the same day each time
        member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        with zipfile.ZipFile(raw, "w") as archive, archive.open(member, "w", force_zip64=True) as file:
            yield file
        return
    chosen = PACKINGS.get(Path(name).suffix.lower())
    if chosen is None:
        yield raw
        return
    with chosen.packer(name, raw) as file:
        yield file


class _Pieces(io.RawIOBase):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._rest = self._rest or memoryview(next(self._pieces, b""))
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    some: list[bytes] = []
    size = 0
    for piece in pieces:
        some.append(piece)
        size += len(piece)
        if size >= PIECE:
            yield b"".join(some)
            some, size = [], 0
    if size:
        yield b"".join(some)


def _frames(pieces: Iterator[bytes], packing: Packing, name: str, ratio: int | None) -> Iterator[bytes]:
    """Frame by frame, since tools write several into one file, and some leave zeros after the last."""
    frame = None
    given = found = 0
    for piece in pieces:
        for start in range(0, len(piece), _PACKED):
            packed = piece[start : start + _PACKED]
            given += len(packed)
            while packed := packed if frame else packed.lstrip(b"\0"):
                frame = frame or packing.unpacker(name)
                for some in _unpacked(frame, packed, packing, name):
                    found += len(some)
                    if ratio is not None and found > max(_ALWAYS, ratio * given):
                        raise W2VError(
                            f"{name} unpacks to more than {ratio} times its size, as no such file does, so it was not "
                            f"read to its end. If it is what you mean, unpack it first and give the unpacked file."
                        )
                    yield some
                packed = b""
                if frame.eof:
                    packed, frame = frame.unused_data, None
    if frame is not None:
        raise W2VError(_damaged(name, packing, "it ends too early"))


def _unpacked(frame: Any, packed: bytes, packing: Packing, name: str) -> Iterator[bytes]:
    """What some bytes unpack to, as far as the frame goes, at most about PIECE at a time."""
    while True:
        try:
            yield frame.decompress(packed, PIECE)
        except MemoryError:
            raise
        except Exception as error:  # each library has errors of its own
            raise W2VError(_damaged(name, packing, str(error))) from error
        if frame.eof or frame.needs_input:
            return
        packed = b""


def _damaged(name: str, packing: Packing, how: str) -> str:
    return f"{name} is damaged or cut short: it begins as {packing.name}, but {how}. Fetch or write it again."
