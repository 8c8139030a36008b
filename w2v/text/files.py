"""Files to lines: by name, in folders, by patterns, from stdin and URLs; which they are, and whether they changed."""

from __future__ import annotations

import glob
import os
import re
import stat
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from w2v.base.compression import PIECE, packing_of, unpacked
from w2v.base.file_kinds import HEAD, NO_TEXT, Kind, kind_of, why_no_text
from w2v.errors import W2VError
from w2v.text.addresses import why_unreadable

STDIN = "-"
RANK = "{rank}"  # stands in names of files of which each of several readers has its own
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LONGEST_LINE = 1 << 21  # bytes of a line that are in memory together; what is longer is cut
_LONG = (
    f"has a line of more than {LONGEST_LINE >> 20} MB. It is read as several, cut at white space where there is any."
)
is_address = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://\S+").fullmatch


class NoTextError(W2VError):
    """A file is no text. kind: what it is instead; None where that is not known."""

    def __init__(self, sentence: str, kind: Kind | None) -> None:
        super().__init__(sentence)
        self.kind = kind

    def __reduce__(self) -> tuple[type, tuple[str, Kind | None]]:
        return type(self), (str(self), self.kind)


class Batch(NamedTuple):
    """Some lines of a source: all of them strings, or all of them lists of tokens."""

    lines: list[str] | list[list[str]]
    invalid_bytes: int = 0  # how many bytes were not UTF-8 and became U+FFFD


class Text(NamedTuple):
    """Some lines of a file."""

    utf8: bytes  # valid
    invalid_bytes: int = 0  # how many bytes were not UTF-8 and became U+FFFD

    def batch(self) -> Batch:
        """Its lines as strings, without their ends."""
        lines = self.utf8.decode("utf-8").replace("\r\n", "\n").split("\n")
        if not lines[-1]:
            lines.pop()
        return Batch(lines, self.invalid_bytes)


def as_batch(item: Text | Batch) -> Batch:
    """The lines of a text as strings; those of a batch as they are."""
    return item.batch() if isinstance(item, Text) else item


class Fingerprint(NamedTuple):
    """What distinguishes a local file from others, and from itself after a change."""

    path: str  # absolute
    size: int  # bytes
    mtime_ns: int


@dataclass(frozen=True)
class File:
    """UTF-8 text behind a name: a path, `-` for stdin, or a URL; unpacked where its first bytes say gzip, bzip2, xz or
    zstandard, whatever the name.
    """

    name: str
    asked: str = field(default="", compare=False)  # the name, folder or pattern that it was found by
    own: bool = field(default=False, compare=False)  # whether that names one reader's files, of several

    @property
    def fingerprint(self) -> Fingerprint | None:
        """None for what may be different next time: stdin, URLs, pipes."""
        if self.name == STDIN or is_address(self.name):
            return None
        try:
            status = os.stat(self.name)
        except OSError as error:
            raise W2VError(f"{self.name} cannot be read: {why_unreadable(error)}.") from error
        if not stat.S_ISREG(status.st_mode):
            return None
        return Fingerprint(os.path.abspath(self.name), status.st_size, status.st_mtime_ns)

    def texts(self, strict: bool = False, pieces: Iterable[bytes] | None = None) -> Iterator[Text]:
        """Whole lines, about a megabyte at a time. Raises W2VError when the file cannot be read or is no text, telling
        what it is instead where its first bytes do (`w2v.base.file_kinds`).

        A line longer than LONGEST_LINE is given as several, cut at white space, with a warning.

        strict: raise at the first byte that is not UTF-8, instead of replacing and counting it.
        pieces: those of `pieces`, where reading has begun.
        """
        lines_before = 0
        for piece in self.whole_lines(self.pieces() if pieces is None else pieces):
            if not lines_before:
                piece = piece.removeprefix(BYTE_ORDER_MARK)
            yield self.checked(piece, lines_before, strict)
            lines_before += piece.count(b"\n")

    def batches(self, strict: bool = False) -> Iterator[Batch]:
        """The lines of `texts` as strings, without their ends."""
        for text in self.texts(strict):
            yield text.batch()

    def whole_lines(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The bytes of the file, cut after line ends, and where a line is too long, with a warning."""
        pending, told = b"", False
        for piece in pieces:
            cut = piece.rfind(b"\n") + 1
            if cut:
                yield pending + piece[:cut]
                pending = b""
            pending += piece[cut:]
            while len(pending) > LONGEST_LINE:
                if not told:
                    told = True
                    warnings.warn(f"{self.name} {_LONG}", stacklevel=2)
                at = self._cut(pending[:LONGEST_LINE])
                yield pending[:at]
                pending = pending[at:]
        if pending:
            yield pending

    def _cut(self, line: bytes) -> int:
        """Where to cut a line: after white space, or where there is none between two characters."""
        if at := max(line.rfind(b" "), line.rfind(b"\t")) + 1:
            return at
        if b"\0" in line:
            raise W2VError(f"{self.name} {NO_TEXT}")
        at = len(line)
        while at > len(line) - 4 and line[at - 1] & 0xC0 == 0x80:
            at -= 1
        return at - 1

    def pieces(self, also: Sequence[Kind] = ()) -> Iterator[bytes]:
        """Its bytes, unpacked, about a megabyte at a time.

        also: kinds of files besides text whose bytes are given.
        Raises W2VError when it cannot be read, and NoTextError when its first bytes are no text's.
        """
        with self._opened() as raw:
            pieces = unpacked(raw, self.name)
            first = next(pieces, b"")
            if (why := why_no_text(first[:HEAD])) and (kind := kind_of(first[:HEAD])) not in also:
                raise NoTextError(f"{self.name} {why}", kind)
            yield first
            yield from pieces

    def pieces_from(self, place: int) -> Iterator[bytes]:
        """The bytes of a local file from one of them on, as they are, PIECE at a time. Raises W2VError as `pieces`."""
        with self._opened() as raw:
            raw.seek(place)
            yield from iter(lambda: raw.read(PIECE), b"")

    def is_packed(self) -> bool:
        """Whether its first bytes say so. Raises W2VError as `pieces`."""
        with self._opened() as raw:
            return packing_of(raw.read(HEAD)) is not None

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        """`open`, with what it raises, and what reading does, as W2VErrors."""
        try:
            with self.open() as raw:
                yield raw
        except (W2VError, MemoryError):
            raise
        except Exception as error:  # every protocol has errors of its own
            why = why_unreadable(error, of_address=is_address(self.name) is not None)
            raise W2VError(f"{self.name} cannot be read: {why}.") from error

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """Its bytes as they are. Raises what the system, or a protocol, does where it cannot be opened."""
        if self.name == STDIN:
            return nullcontext(sys.stdin.buffer)
        if not is_address(self.name):
            return open(self.name, "rb")
        import fsspec

        return fsspec.open(self.name, "rb")

    def checked(self, piece: bytes, lines_before: int, strict: bool) -> Text:
        """Some bytes of it as UTF-8; strict: as for `texts`, for which lines_before says which line it is."""
        try:
            piece.decode("utf-8")
            return Text(piece)
        except UnicodeDecodeError as error:
            if strict:
                line = lines_before + piece.count(b"\n", 0, error.start) + 1
                raise W2VError(
                    f"{self.name}, line {line}: the byte 0x{piece[error.start]:02x} is not UTF-8. "
                    "Convert the file (iconv). In text to train on, such bytes are replaced and counted without strict."
                ) from error
        invalid = len(piece) - len(piece.decode("utf-8", "ignore").encode("utf-8"))
        return Text(piece.decode("utf-8", "replace").encode("utf-8"), invalid)


def files_of(asked: str, hint: str = "", reader: int | None = None) -> list[File]:
    """The files meant by the name of one, of a folder, by a pattern, a URL, or `-`, in an order that no system changes.

    hint: what else to say where there are none. reader: which one of several asks; its number stands for `{rank}`.
    Raises W2VError when there are none, or a folder on the way cannot be read.
    """
    own = reader is not None and RANK in asked and not os.path.exists(asked)
    asked = asked.replace(RANK, str(reader)) if own else asked
    if asked == STDIN or is_address(asked) or (os.path.exists(asked) and not os.path.isdir(asked)):
        names = [asked]
    elif os.path.isdir(asked):
        names = _below(Path(asked))
        if not names:
            raise W2VError(f"there are no files in the folder {asked}.")
    else:
        names = _matches(asked)
        if not names:
            try:
                os.stat(asked)
            except PermissionError as error:
                raise W2VError(f"{asked} cannot be read: {why_unreadable(error)}.") from error
            except (OSError, ValueError):  # there is none, or it cannot be a name at all
                pass
            what = "no file matches the pattern" if glob.has_magic(asked) else "there is no file or folder"
            raise W2VError(f"{what} {asked!r:.80}.{hint}")
    return [File(name, asked, own) for name in names]


def _below(folder: Path) -> list[str]:
    """All files in a folder and below, hidden ones left out; a link to nothing is one, so that it is told."""
    found = []
    for place, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = [Path(place, name) for name in files if not name.startswith(".")]
        found += [path.relative_to(folder) for path in paths if os.path.isfile(path) or not os.path.exists(path)]
    return [str(folder / path) for path in sorted(found)]


def _matches(pattern: str) -> list[str]:
    """The files that a pattern matches. `glob` is silent about folders that it cannot look into."""
    parts = pattern.split(os.sep)
    for place, part in enumerate(parts):
        if glob.has_magic(part):
            above = "".join(name + os.sep for name in parts[:place]) + ("**" + os.sep if part == "**" else "")
            for folder in glob.glob(above, recursive=True) if above else [os.curdir]:
                try:
                    os.scandir(folder).close()
                except PermissionError as error:
                    _unreadable(error)
                except OSError:
                    pass  # no folder: nothing below it matches
    return [match for match in sorted(glob.glob(pattern, recursive=True)) if not os.path.isdir(match)]


def _unreadable(error: OSError) -> None:
    raise W2VError(
        f"the folder {error.filename} cannot be read: {why_unreadable(error)}. Make it readable, or name the files to "
        "be read."
    ) from error


def what_changed(files: Sequence[File], before: Sequence[Fingerprint | None]) -> str | None:
    """The name of a file that is not what it was, or of a folder or pattern that has others; None: all is as it was.

    before: the fingerprint of each file, taken when they were found.
    """
    for file, fingerprint in zip(files, before, strict=True):
        try:
            if file.fingerprint != fingerprint:
                return file.name
        except W2VError:
            return file.name
    for asked in dict.fromkeys(file.asked for file in files if file.asked):
        try:
            if files_of(asked) != [file for file in files if file.asked == asked]:
                return asked
        except W2VError:
            return asked
    return None
