"""Files that are written whole or not at all, and stay: beside their place first, then moved there in one step.

A file is on the disk only once it was synced, and its name only once its folder was. Both are done before a file counts
as written, so that a power cut leaves what was there before or what is there now, and never a name without contents.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from w2v.base.disk_errors import reason
from w2v.base.leftovers import end_file, is_temporary, new_file, sweep_once
from w2v.base.places import expect_local
from w2v.errors import W2VError

_NO_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)  # what disks say that cannot sync something


@contextmanager
def atomic_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Yields a file to write to; when the block ends well it is at `path`, else what was there before still is.

    A link stays, and what it leads to is replaced. A file that is there is replaced by one with its mode. What is no
    regular file, such as a pipe or /dev/stdout, is written to as it is. The block must leave the file open.

    In a temporary folder (`leftovers.py`) it is a file like any other, and not synced: whose folder it is does that.

    Raises:
        W2VError: the system refused, or it is an address; the sentence says why.
        OSError: the same of a file in a temporary folder, whose name says nothing to anybody.
    """
    given, path = path, Path(path)
    if is_temporary(path.parent.name):
        with open(path, "wb") as within:
            yield within
        return
    expect_local(given)
    try:
        there = _there(path)
        if (there is not None and not stat.S_ISREG(there.st_mode)) or _is_of_system(path):
            with open(path, "wb") as as_it_is:
                yield as_it_is
            return
        if there is not None and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        place = Path(os.path.realpath(path))
        sweep_once(place.parent)
        file = new_file(place.parent)
        try:
            yield file
            file.flush()
            if there is not None:
                _dress(file.fileno(), there)
            _fsync(file.fileno())
            os.replace(file.name, place)
        finally:
            end_file(file)
    except BrokenPipeError:
        raise  # the reader of our output has left: the command line ends silently
    except OSError as error:
        if _is_of_another(error, path):
            raise
        raise W2VError(f"{path} was not written: {reason(error)}.") from error
    settle(place.parent, path)


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Put a file of these bytes in place, as `atomic_file` does."""
    with atomic_file(path) as file:
        file.write(content)


def write_text(path: str | os.PathLike[str], text: str, *, errors: str = "strict") -> None:
    """Put a file of this text in place, in UTF-8 and with the line ends that it has."""
    write_bytes(path, text.encode("utf-8", errors=errors))


def settle(folder: Path, written: Path) -> None:
    """Sync the folder that a finished file or folder, `written`, was put into.

    Raises:
        W2VError: the system cannot promise that it stays.
    """
    try:
        sync_folder(folder)
    except OSError as error:
        raise W2VError(
            f"{written} is written, but it may not outlast a power cut: {reason(error)}. Check the disk of {folder}, "
            "and write it again."
        ) from error


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder. Raises OSError."""
    if os.name != "nt":  # which keeps them by itself, and opens no folders
        sync(folder)


def sync(path: Path) -> None:
    """Have the disk keep what was written to a file or folder. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        _fsync(descriptor)
    finally:
        with suppress(OSError):
            os.close(descriptor)


def _fsync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NO_SYNC:
            raise


def _is_of_another(error: OSError, path: Path) -> bool:
    """Whether it is about a file that the block had to do with, and not about the one that is written."""
    if not isinstance(error.filename, (str, bytes)):
        return False
    named = Path(os.fsdecode(error.filename))
    return named != path and not is_temporary(named.name)


def _there(path: Path) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _is_of_system(path: Path) -> bool:
    """Whether it is another name of something open: /dev/stdout, /proc/self/fd/1, also where that is a file."""
    parent = os.path.realpath(path.parent)
    return parent == "/dev" or parent.startswith("/proc/")


def _dress(descriptor: int, there: os.stat_result) -> None:
    """Give a new file the mode of the one that it replaces, and where that may be done its owner."""
    if not hasattr(os, "fchown"):
        return
    with suppress(OSError):
        os.fchown(descriptor, there.st_uid, there.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(there.st_mode))
