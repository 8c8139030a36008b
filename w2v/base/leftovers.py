"""Temporary files and folders, and the removal of those whose owner died.

A process that is killed removes nothing. So whatever is temporary has a name of ours, `.w2v-0f1e2d3c.part`, and while
its owner lives a lock of the system (flock) is held on it, which ends with the owner however that ends. Who writes into
the same folder next takes the locks that can be taken, and removes what they were on.

Where the system or the disk has no such locks, what is older than a day is taken for dead. Only what belongs to the
same user is looked at: temporary folders are shared with others.
"""

import os
import re
import secrets
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

fcntl: Any  # None on Windows
try:
    import fcntl
except ImportError:
    fcntl = None

_IS_OURS = re.compile(r"\.w2v-[0-9a-f]+\.(part|lock)").fullmatch
_OLD = 86_400  # seconds
_marks: dict[Path, int] = {}  # temporary folders of this process, and the descriptors that hold their locks
_swept: set[Path] = set()
_changing = threading.Lock()


def is_temporary(name: str) -> bool:
    """Whether it is the name of a temporary or of a lock (`locks.py`), which no one's data bears."""
    return _IS_OURS(name) is not None


def new_file(folder: Path) -> BinaryIO:
    """A new temporary file, open to be written, with the mode that new files have; its path is its `name`.

    It is marked as long as it is open, and ended by `end_file`, before which it may be renamed. Raises OSError.
    """
    while True:
        path = _new_name(folder)
        try:
            file = open(str(path), "xb")  # noqa: SIM115 - closed by who asked for it
        except FileExistsError:
            continue
        if _marked(file.fileno(), path):
            return file
        file.close()


def end_file(file: BinaryIO) -> None:
    """Close a temporary file, and remove it if it still has its name: what it holds is on the disk, or not wanted."""
    with suppress(OSError):
        os.unlink(file.name)
    with suppress(OSError):
        file.close()


def new_folder(parent: Path, mode: int = 0o700) -> Path:
    """A new temporary folder, which only its owner may look into unless `mode` says more; `remove` or `keep` end it.

    Raises OSError.
    """
    while True:
        path = _new_name(parent)
        try:
            path.mkdir(mode)
        except FileExistsError:
            continue
        try:
            mark = _opened(path)
        except FileNotFoundError:  # it was swept away before it had its lock
            if not parent.is_dir():
                raise
            continue
        if mark is None or _marked(mark, path):
            if mark is not None:
                with _changing:
                    _marks[path] = mark
            return path
        os.close(mark)


def keep(folder: Path) -> None:
    """Forget about a temporary folder that has another name by now."""
    with _changing:
        mark = _marks.pop(folder, None)
    if mark is not None:
        with suppress(OSError):
            os.close(mark)


def remove(folder: Path) -> None:
    """Remove a temporary folder, as far as that is possible."""
    try:
        discard(folder)
    finally:
        keep(folder)


def discard(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that is possible."""
    with suppress(OSError):  # that it cannot be closed is no error that rmtree ignores
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A folder that is there as long as the block runs. Raises OSError."""
    folder = new_folder(parent)
    try:
        yield folder
    finally:
        remove(folder)


def sweep(folder: Path) -> int:
    """Remove what dead processes left in a folder; the bytes set free."""
    freed = 0
    with suppress(OSError):
        for entry in list(os.scandir(folder)):
            if is_temporary(entry.name):
                with suppress(OSError):
                    freed += _swept_away(Path(entry.path))
    return freed


def sweep_once(folder: Path) -> None:
    """The same, but only the first time that this process writes into the folder."""
    with _changing:
        if folder in _swept or is_temporary(folder.name):
            return
        _swept.add(folder)
    sweep(folder)


def lock(descriptor: int, *, wait: bool) -> bool | None:
    """Take the lock on an open file or folder, which is given back when it is closed; None: there are none here."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def is_at(descriptor: int, path: Path) -> bool:
    """Whether what is open is what the path leads to."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_size
    return sum(size_of(entry) for entry in path.iterdir())


def _new_name(folder: Path) -> Path:
    return folder / f".w2v-{secrets.token_hex(4)}.part"


def _opened(path: Path) -> int | None:
    """A descriptor to hold the lock of; None where folders cannot be opened."""
    return None if fcntl is None else os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)


def _marked(descriptor: int, path: Path) -> bool:
    """Mark a temporary as one whose owner lives; False when it was swept away before."""
    return lock(descriptor, wait=True) is None or is_at(descriptor, path)


def _swept_away(path: Path) -> int:
    found = path.lstat()
    is_folder = stat.S_ISDIR(found.st_mode)
    if not (is_folder or stat.S_ISREG(found.st_mode)) or (hasattr(os, "geteuid") and found.st_uid != os.geteuid()):
        return 0
    mark = _opened(path)
    try:
        free = None if mark is None else lock(mark, wait=False)
        dead = time.time() - found.st_mtime > _OLD if free is None else free
        if not dead or (mark is not None and not is_at(mark, path)):
            return 0
        size = size_of(path)
        shutil.rmtree(path) if is_folder else path.unlink()
    finally:
        if mark is not None:
            os.close(mark)
    return size
