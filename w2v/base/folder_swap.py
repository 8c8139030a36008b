"""A new folder takes an old one's place, at once or so that it can be found again, and keeps what else was in it.

Where the system can (Linux: renameat2), the two are exchanged. Elsewhere the old one is first put aside under a name
that follows from its own, by which `recover` finds it when the process died in between. Either way the old folder is
there until the new one is on the disk to stay; a lock on it tells others that somebody is at it.

A folder may hold more than the model: notes, checkpoints. Before the new folder takes its place, all that is not of the
model is in it, too, under further names (hard links) of the same files; copies where a disk has no such links.
"""

import ctypes
import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path

from w2v.base.atomic_file import sync, sync_folder
from w2v.base.leftovers import discard, is_at, is_temporary, lock
from w2v.base.places import expect_name
from w2v.errors import W2VError

IN_THE_WAY = (errno.ENOTEMPTY, errno.EEXIST)  # what a system says where a folder is moved to one with something in it
_NO_LINK = (errno.EPERM, errno.EACCES, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)
_NO_EXCHANGE = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)
_AT_CWD, _EXCHANGE = -100, 2  # AT_FDCWD of <fcntl.h> and RENAME_EXCHANGE of <linux/fs.h>
_PATIENCE = 5.0  # seconds that a living process gets to put a folder in place


@contextmanager
def put(new: Path, place: Path, *, overwrite: bool, own: Collection[str] = ()) -> Iterator[Callable[[], None]]:
    """Move the folder `new`, whose files are synced, to `place`, and within the block keep others off what was there.

    own: names of what is not to be kept of the old folder, besides those that the new one has.

    Yields what removes the old folder, to be called once the new one is synced.

    Raises:
        OSError: nothing has changed.
        W2VError: nothing has changed, for `place` holds something and `overwrite` is not set.
    """
    own = {*own, *os.listdir(new)}
    sync(new)
    while True:
        try:
            os.rename(new, place)
        except OSError as error:
            if error.errno not in IN_THE_WAY:
                raise
        else:
            yield lambda: None
            return
        if not overwrite:
            raise W2VError(f"{place} has come into being by now, and overwrite=True was not given. It is as it was.")
        with ExitStack() as stack:
            try:
                descriptor = stack.enter_context(_opened(place))
            except FileNotFoundError:
                continue
            if descriptor is None or lock(descriptor, wait=True) is None or is_at(descriptor, place):
                carry(place, new, own)
                sync(new)
                yield partial(_drop, _exchanged(new, place), place, own)
                return


def carry(old: Path, new: Path, own: Collection[str] = ()) -> None:
    """Have `new` hold all that is in `old`, but for what is there already, temporaries, and the names in `own`.

    Raises OSError, or a W2VError for another disk that is mounted within it.
    """
    for entry in os.scandir(old):
        target = new / entry.name
        if entry.name in own or is_temporary(entry.name) or os.path.lexists(target):
            continue
        if entry.is_symlink():
            os.symlink(os.readlink(entry.path), target)
        elif not entry.is_dir():
            _link(Path(entry.path), target)
        elif os.path.ismount(entry.path):
            raise W2VError(f"{old} is not replaced: in it {entry.name} is a mount point, which cannot be moved.")
        else:
            target.mkdir()
            carry(Path(entry.path), target)
            shutil.copystat(entry.path, target)
            sync(target)


def recover(folder: str | Path) -> None:
    """Bring back a folder that a process had put aside when it died, before its new one was in place.

    To be called before a folder is read or written that is not there. Costs nothing where none was put aside.
    """
    expect_name(folder)
    place = Path(os.path.realpath(folder))
    if not place.name:  # the root of all, which nobody can put aside
        return
    aside = _aside(place)
    until = time.monotonic() + _PATIENCE
    while os.path.lexists(aside):
        with suppress(OSError):
            if _recovered(aside, place, late=time.monotonic() > until):
                return
        if place.exists() or time.monotonic() > until:
            return
        time.sleep(0.01)


def _recovered(aside: Path, place: Path, *, late: bool) -> bool:
    """Whether nobody is at it any more, and it was brought back, or removed where its successor is in place."""
    with _opened(aside) as descriptor:
        is_free = None if descriptor is None else lock(descriptor, wait=False)
        if (
            is_free is False
            or (is_free is None and not late)
            or (descriptor is not None and not is_at(descriptor, aside))
        ):
            return False
        try:
            os.rename(aside, place)
        except OSError as error:
            if error.errno not in IN_THE_WAY:
                raise
            shutil.rmtree(aside)
        sync_folder(place.parent)
    return True


def _exchanged(new: Path, place: Path) -> Path:
    """Let two folders change places; where the old one is then."""
    if _exchange(new, place):
        return new
    aside = _aside(place)
    os.rename(place, aside)
    try:
        os.rename(new, place)
    except BaseException:
        os.rename(aside, place)
        raise
    return aside


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where this system or disk cannot."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if renameat2 is None:
        return False
    renameat2.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    if renameat2(_AT_CWD, os.fsencode(one), _AT_CWD, os.fsencode(other), _EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def _aside(place: Path) -> Path:
    """Where an old folder is put for the moment; no name of a temporary, for it is nothing to be swept away."""
    return place.with_name(f".w2v-{sha256(os.fsencode(place.name)).hexdigest()[:16]}.old")


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_LINK:
            raise
        shutil.copy2(source, target)
        sync(target)


def _drop(old: Path, place: Path, own: Collection[str]) -> None:
    """Remove the old folder; what came into it while the new one was made ready goes into that first."""
    with suppress(OSError):
        _take_over(old, place, own)
    discard(old)


def _take_over(old: Path, new: Path, own: Collection[str] = ()) -> None:
    """Put into the new folder what is in the old one only, or is another file there."""
    for entry in os.scandir(old):
        target = new / entry.name
        if entry.name in own or is_temporary(entry.name):
            continue
        with suppress(OSError):
            if not os.path.lexists(target):
                os.replace(entry.path, target)
            elif entry.is_dir(follow_symlinks=False):
                _take_over(Path(entry.path), target)
            elif not entry.is_symlink() and not os.path.samestat(entry.stat(), os.lstat(target)):
                os.replace(entry.path, target)


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    """A folder's descriptor, to be locked; None where the system opens no folders."""
    descriptor = os.open(folder, os.O_RDONLY) if os.name != "nt" else None
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)
