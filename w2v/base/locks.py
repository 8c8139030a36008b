"""One writer at a time: a lock beside what is written, which says who holds it, and ends with its holder.

The lock is the system's, on a hidden file that only carries it; so that of a process which was killed is free at once.
In the file stands who holds it, for the sentence that others get.
"""

import json
import os
import shlex
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from w2v.base.atomic_folder import make_folders, remove_empty
from w2v.base.disk_errors import reason
from w2v.base.places import expect_local
from w2v.errors import W2VError, brief

_PATIENCE = 0.3  # seconds: others hold a lock for a moment, too, to see whether its owner lives
_POLL = 0.2  # seconds between two looks while waiting for another process
_held: dict[tuple[Path, int], int] = {}  # lock file and thread, how often it was taken
_changing = threading.Lock()


@contextmanager
def locked(path: str | Path, doing: str = "written", *, wait: Callable[[str], None] | None = None) -> Iterator[None]:
    """Hold the lock of a file or folder as long as the block runs; within it, the same thread may take it again.

    Args:
        path: what is going to be written; it need not be there, nor the folder around it.
        doing: what is done to it, for others' message: it is being written.
        wait: where another holds it, call this with a sentence that says who, and wait for them.

    Raises:
        W2VError: another holds it (the sentence says who), or no file can be made beside it.
    """
    expect_local(path, "cannot be written")
    path = Path(path)
    place = Path(os.path.realpath(path))
    made: list[Path] = []
    try:
        try:
            make_folders(place.parent, made)
            file, lock = _taken(place, path, doing, wait)
        except OSError as error:
            raise W2VError(f"{path} cannot be written: {reason(error)}.") from error
        holder = (file, threading.get_ident())
        with _changing:
            _held[holder] = _held.get(holder, 0) + 1
        try:
            yield
        finally:
            with _changing:
                _held[holder] -= 1
                if last := not _held[holder]:
                    del _held[holder]
            if last and lock is not None:
                with suppress(OSError):
                    file.unlink()  # while it is held: who waits for it notices that its file is gone, and makes another
                lock.release()
    finally:
        remove_empty(made)


def _taken(place: Path, path: Path, doing: str, wait: Callable[[str], None] | None) -> tuple[Path, Any]:
    """The file of the lock, and the lock; no lock where this thread has it already. Raises as `_lock` does."""
    beside = place.parent / f".w2v-{sha256(os.fsencode(place.name)).hexdigest()[:16]}.lock"
    if (beside, threading.get_ident()) in _held:
        return beside, None
    try:
        return beside, _lock(beside, path, doing, wait)
    except OSError:
        if not place.is_dir():
            raise
    inside = place / beside.name  # as in a folder that was mounted: what is around it is not ours
    if (inside, threading.get_ident()) in _held:
        return inside, None
    return inside, _lock(inside, path, doing, wait)


def _lock(file: Path, path: Path, doing: str, wait: Callable[[str], None] | None) -> Any:
    """Take the lock on a file, which is made. Raises OSError, or a W2VError that says who holds it."""
    from filelock import FileLock, Timeout  # only here: queries lock nothing

    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=_PATIENCE, poll_interval=0.02)
    except Timeout:
        told = f"{path} is being {_holder(file)}"
        if wait is None:
            raise W2VError(f"{told}. Wait until that has ended, or choose another name.") from None
        wait(f"{told}; waiting for that to end.")
        lock.acquire(poll_interval=_POLL)
    _sign(file, doing)
    return lock


def _sign(file: Path, doing: str) -> None:
    """Say in the lock's file who holds it."""
    told = {"doing": doing, "pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
    told["command"] = _command()
    with suppress(OSError):  # a full disk is no reason not to hold it
        file.write_text(json.dumps(told), encoding="utf-8")


def _command() -> str:
    program = Path(sys.argv[0]).name if sys.argv and sys.argv[0] else "python"
    return brief(shlex.join([program, *sys.argv[1:]]))[:300]


def _holder(file: Path) -> str:
    """What is being done by whom, in words; of another user's or version's file only that somebody is at it."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        form = "%H:%M" if time.time() - told["since"] < 43_200 else "%Y-%m-%d %H:%M"
        since = time.strftime(form, time.localtime(told["since"]))
        who = f"process {told['pid']:d} on {told['host']:.100}"
        return f"{told['doing']:.100} by {who} since {since} ({told['command']:.300})"
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return "used by another process"
