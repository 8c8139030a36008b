"""A vectors file, opened: its bytes unpacked from whatever is around them, wherever they are.

Files are on this machine or behind a URL (http, https, and what else fsspec opens), and may be packed by gzip, bzip2,
xz or zstandard, or be the one file in a zip archive; by their bytes, whatever they are called.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from w2v.base.compression import PIECE, as_file, packing_of, unpacked
from w2v.errors import W2VError
from w2v.text.addresses import why_unreadable
from w2v.text.files import File

RATIO = 100  # how many times its size a large file may unpack to; learnt numbers pack to a third or so
ALWAYS = 1 << 26  # bytes that anything may unpack to
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://\S+").fullmatch
_CUT = re.compile(r"(https?):/([^/\s]\S*)").fullmatch
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ARRAYS = re.compile(rb"PK.{28}[^/\0]{1,200}\.npy", re.DOTALL).match  # a zip archive of NumPy's
AT_A_TIME = 1 << 12  # bytes, where an archive is packed so that as many are unpacked at once, whatever they unpack to
_ENCRYPTED = 1  # flag of an entry
_SHOWN = 8  # names of an archive's files


class Opened:
    """What is in a vectors file.

    path: for errors. file: its bytes, unpacked, from the beginning. is_plain: it is a file of this machine, and not
    packed, so that others can open it by its path.
    """

    def __init__(self, path: str, raw: IO[bytes], stack: ExitStack) -> None:
        self.path, self._stack = path, stack
        self.is_plain = _is_plain(raw)
        self.file = as_file(unpacked(raw, path, RATIO))
        if not self.head:
            raise W2VError(f"{path} is empty; expected word vectors.")
        if self.head.startswith(_ZIP) and not _ARRAYS(self.head):
            self.file, self.is_plain = self._member(), False

    @property
    def head(self) -> bytes:
        """The first bytes, a megabyte where there are so many."""
        return self.file.peek()

    def seekable(self) -> io.FileIO:
        """The same bytes as an unbuffered file at its beginning: itself, or a copy on the disk of what is packed.

        Nothing may have been read of `file`.
        """
        if self.is_plain:
            return self._stack.enter_context(io.FileIO(self.path))
        place = self._stack.enter_context(io.FileIO(_nameless()))
        with open(os.dup(place.fileno()), "wb") as copy:
            shutil.copyfileobj(self.file, copy, PIECE)
        place.seek(0)
        return place

    def buffered(self) -> io.BufferedReader:
        """The same as `seekable`, buffered."""
        return self._stack.enter_context(io.BufferedReader(self.seekable()))

    def _member(self) -> io.BufferedReader:
        """The one file in a zip archive, unpacked itself where it is packed again."""
        try:
            archive = self._stack.enter_context(zipfile.ZipFile(self.buffered()))
            entries = [entry for entry in archive.infolist() if not (entry.is_dir() or _is_of_system(entry.filename))]
        except (OSError, MemoryError):
            raise
        except Exception as error:  # names that are no text, or empty, are errors of their own
            raise W2VError(f"{self.path} is a zip archive that is damaged or cut short: {error}.") from error
        if len(entries) != 1:
            names = ", ".join(entry.filename for entry in entries[:_SHOWN])
            more = f" and {len(entries) - _SHOWN} more" if len(entries) > _SHOWN else ""
            raise W2VError(
                f"{self.path} is a zip archive of {len(entries)} files; expected one file of word vectors in it. "
                f"Unpack it and give the one that you mean: {names or 'there is none'}{more}."
            )
        [entry] = entries
        if entry.flag_bits & _ENCRYPTED:
            raise W2VError(f"{self.path} is an encrypted zip archive. Unpack it first.")
        try:
            member = self._stack.enter_context(archive.open(entry))
        except (zipfile.BadZipFile, NotImplementedError, UnicodeError) as error:
            raise W2VError(f"{self.path} is a zip archive, damaged or packed in an unknown way: {error}.") from error
        file = as_file(unpacked(as_file(_pieces(member, entry, self.path)), self.path, RATIO))
        if not file.peek():
            raise W2VError(f"{self.path} is a zip archive of an empty file; expected word vectors.")
        return file


def _pieces(member: IO[bytes], entry: zipfile.ZipInfo, path: str) -> Iterator[bytes]:
    """What a member of an archive unpacks to, as far as that is no more than any vectors would."""
    size = PIECE if entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) else AT_A_TIME
    left = max(ALWAYS, RATIO * entry.compress_size)
    while True:
        try:
            piece = member.read(size)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # each library has errors of its own
            raise W2VError(f"{path} is damaged or cut short: {error}. Fetch or write it again.") from error
        if not piece:
            return
        if (left := left - len(piece)) < 0:
            raise W2VError(
                f"{path} unpacks to more than {RATIO} times its size, as no such file does, so it was not read to its "
                f"end. If it is what you mean, unpack it first and give the unpacked file."
            )
        yield piece


@contextmanager
def opened(path: str | Path) -> Iterator[Opened]:
    """A vectors file; whatever goes wrong in opening and reading it becomes a sentence."""
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(File(str(path)).open())
            yield Opened(str(path), raw, stack)
    except (W2VError, MemoryError, Warning):
        raise
    except OSError as error:
        raise W2VError(f"{path} cannot be read: {why_unreadable(error, of_address=is_url(path))}.") from error
    except Exception as error:
        if is_url(path):  # every protocol has errors of its own
            raise W2VError(f"{path} cannot be read: {why_unreadable(error, of_address=True)}.") from error
        raise


def is_url(path: str | Path) -> bool:
    """Whether it is the address of a file elsewhere."""
    return isinstance(path, str) and _URL(path) is not None


def cut_address(path: str | Path) -> str:
    """The address that a Path was made of, which takes two slashes for one; "" of any other path."""
    found = _CUT(str(path)) if isinstance(path, Path) else None
    return f"{found[1]}://{found[2]}" if found else ""


def _is_plain(raw: IO[bytes]) -> bool:
    """Whether it is a file that can be opened again, and not packed."""
    if not isinstance(raw, io.BufferedReader) or not isinstance(raw.raw, io.FileIO):
        return False
    return stat.S_ISREG(os.fstat(raw.fileno()).st_mode) and packing_of(raw.peek()) is None


def _nameless() -> int:
    """A temporary file that nobody else can open, and that is gone when it is closed."""
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def _is_of_system(name: str) -> bool:
    """Whether it is a file that a system adds to archives by itself."""
    return name.startswith("__MACOSX/") or name.endswith(".DS_Store")
