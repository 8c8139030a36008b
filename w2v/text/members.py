"""Files within .zip and .tar archives, packed or not, one after the other, as if they lay in a folder.

Nothing is unpacked to the disk under the names that an archive gives: these serve to tell which file is meant, and to
know what is hidden. A tar archive is read as it comes; a zip archive, whose list of files is at its end, is copied to a
nameless temporary file first where it comes from stdin, a URL or another packing.
"""

from __future__ import annotations

import re
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from w2v.base.compression import as_file
from w2v.base.disk_errors import reason
from w2v.base.file_kinds import PARQUET_MAGIC, ZIP, Kind
from w2v.errors import W2VError, counted
from w2v.text.files import File

RATIO = 100  # how many times its size an archive may unpack to; text packs to a third or so
ALWAYS = 1 << 26  # bytes that any may unpack to
_HEADERS = 1 << 24  # bytes of a tar archive between two files, which its reader keeps in memory
_AT_ONCE = {zipfile.ZIP_STORED: 1 << 20, zipfile.ZIP_DEFLATED: 1 << 20}
_UNBOUNDED = 1 << 12  # bytes that are unpacked at once by other methods, whatever they unpack to
_ENCRYPTED = 1  # flag of an entry
_HIDDEN = re.compile(r"(?:^|/)(?:\.(?!\.?/)|__MACOSX/)").search


@dataclass(frozen=True)
class Member(File):
    """A file in an archive. found: by the archive. opened: opens it, or goes on with it where it can be read once."""

    opened: Callable[[], AbstractContextManager[Any]] = field(default=lambda: nullcontext(BytesIO()), compare=False)

    @property
    def fingerprint(self) -> None:
        return None

    def open(self) -> AbstractContextManager[IO[bytes]]:
        return self.opened()


class Skipped:
    """How many entries of archives are no files, such as links and devices; the name of the first."""

    def __init__(self) -> None:
        self.count, self.first = 0, ""

    def add(self, name: str) -> None:
        self.count += 1
        self.first = self.first or name

    def told(self) -> list[str]:
        """A sentence, where there are any."""
        some = counted(self.count, "entry", "entries")
        return [f"{some} of archives that are no files, such as links, were left out: {self.first}."] * bool(self.count)


def members_of(file: File, kind: Kind, pieces: Iterable[bytes], skipped: Skipped) -> Iterator[Member]:
    """The files in an archive, in its order, hidden ones left out; each is to be read before the next one is asked for.

    kind: ZIP or TAR. pieces: the bytes of the archive, unpacked.
    Raises W2VError for one that is damaged, encrypted or empty, or that unpacks to much more than text does.
    """
    found = _in_zip(file, pieces, skipped) if kind is ZIP else _in_tar(file, pieces, skipped)
    some = False
    try:
        for member in found:
            some = True
            yield member
    except (W2VError, MemoryError):
        raise
    except Exception as error:  # damage shows in many ways
        raise W2VError(f"{file.name} is damaged or cut short: {error}. Fetch or write it again.") from error
    if not some:
        raise W2VError(f"there are no files in {file.name}, which is {kind.name}.")


class _Measured:
    """Counts what is taken from an archive, of all its files together. size: of the archive; None: not known."""

    def __init__(self, name: str, size: int | None) -> None:
        self._name, self._most, self._taken = name, None if size is None else max(ALWAYS, RATIO * size), 0

    def add(self, taken: int) -> None:
        self._taken += taken
        if self._most is not None and self._taken > self._most:
            raise W2VError(
                f"{self._name} unpacks to more than {RATIO} times its size, as no text does, so it was not read to its "
                "end. If it is what you mean, unpack it first and give the files in it."
            )


class _Counted:
    """A file in a zip archive, read as its method allows."""

    def __init__(self, raw: IO[bytes], name: str, at_once: int, measured: _Measured) -> None:
        self._raw, self._name, self._at_once, self._measured = raw, name, at_once, measured

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(self._at_once), b""))
        try:
            some = self._raw.read(min(size, self._at_once))
        except MemoryError as error:  # lzma's dictionary is as large as the file says
            raise W2VError(f"{self._name} cannot be unpacked: it takes more memory than there is.") from error
        self._measured.add(len(some))
        return some


def _in_zip(file: File, pieces: Iterable[bytes], skipped: Skipped) -> Iterator[Member]:
    with _seekable(file, pieces) as raw, zipfile.ZipFile(raw) as archive:
        measured = _Measured(file.name, raw.seek(0, 2))
        for entry in archive.infolist():
            if entry.filename.endswith("/") or _HIDDEN(entry.filename):
                continue
            name = f"{file.name}/{_shown(entry.filename)}"
            if entry.external_attr >> 28 == 0xA:  # a link, as Unix writes them
                skipped.add(name)
                continue
            if entry.flag_bits & _ENCRYPTED:
                raise W2VError(f"{name} is encrypted. Unpack the archive first, and give the files in it.")

            @contextmanager
            def opened(entry: zipfile.ZipInfo = entry, name: str = name) -> Iterator[Any]:
                with archive.open(entry) as inside:
                    yield _Counted(inside, name, _AT_ONCE.get(entry.compress_type, _UNBOUNDED), measured)

            yield Member(name, file.name, opened=opened)


@contextmanager
def _seekable(file: File, pieces: Iterable[bytes]) -> Iterator[IO[bytes]]:
    if file.fingerprint is not None:
        with file.open() as raw:
            if raw.read(2) == b"PK":
                yield raw
                return
    measured = _Measured(file.name, file.fingerprint and file.fingerprint.size)
    with tempfile.TemporaryFile() as copy:
        for piece in pieces:
            measured.add(len(piece))
            try:
                copy.write(piece)
            except OSError as error:
                raise W2VError(f"{file.name} cannot be copied to {tempfile.gettempdir()}: {reason(error)}.") from error
        copy.flush()
        yield copy


class _Tar:
    """What tarfile reads from: between two files only so much, for all of that is kept in memory."""

    def __init__(self, pieces: Iterable[bytes], name: str, measured: _Measured) -> None:
        self._raw, self._name, self._measured = as_file(pieces), name, measured
        self.headers: int | None = 0

    def read(self, size: int) -> bytes:
        some = self._raw.read(size)
        self._measured.add(len(some))
        if self.headers is not None:
            self.headers += len(some)
            if self.headers > _HEADERS:
                raise W2VError(f"{self._name} has headers of more than {_HEADERS >> 20} MB, as no archive of text has.")
        return some


def _in_tar(file: File, pieces: Iterable[bytes], skipped: Skipped) -> Iterator[Member]:
    fingerprint = file.fingerprint
    source: Any = _Tar(pieces, file.name, _Measured(file.name, fingerprint and fingerprint.size))
    with tarfile.open(fileobj=source, mode="r|", errors="replace", bufsize=1 << 16) as archive:
        while entry := archive.next():
            archive.members = []  # type: ignore[attr-defined]  # which would grow with every file
            source.headers = None
            name = f"{file.name}/{_shown(entry.name)}"
            if entry.isreg() and not entry.issparse() and not _HIDDEN(entry.name):
                inside = archive.extractfile(entry)
                assert inside is not None, "it is a file"
                yield Member(name, file.name, opened=_once(inside))
                while inside.read(1 << 20):  # what was not read, so that only headers follow
                    pass
            elif not (entry.isdir() or _HIDDEN(entry.name)):
                skipped.add(name)
            source.headers = 0


def _once(inside: IO[bytes]) -> Callable[[], AbstractContextManager[Any]]:
    """Opens what can be read but once; a Parquet table, which has to be sought through, is kept in memory."""
    kept: list[bytes] = []

    def opened() -> AbstractContextManager[Any]:
        if not kept:
            begin = inside.read(len(PARQUET_MAGIC))
            if begin != PARQUET_MAGIC:
                return nullcontext(_Begun(begin, inside))
            kept.append(begin + inside.read())
        return nullcontext(BytesIO(kept[0]))

    return opened


class _Begun:
    """A file of which the first bytes were read before."""

    def __init__(self, begin: bytes, rest: IO[bytes]) -> None:
        self._begin, self._rest = begin, rest

    def read(self, size: int = -1) -> bytes:
        begin, self._begin = self._begin, b""
        return begin or self._rest.read(size)


def _shown(name: str) -> str:
    """A name for sentences, without line breaks and other signs that a terminal would obey."""
    return "".join(letter if letter.isprintable() else "�" for letter in name)
