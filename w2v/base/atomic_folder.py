"""Folders that appear whole or not at all, and stay: written beside their place, synced, then put there in one step."""

import errno
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from w2v.base import leftovers
from w2v.base.atomic_file import settle, sync, sync_folder
from w2v.base.disk_errors import disk_full, of_system, reason
from w2v.base.folder_swap import IN_THE_WAY, carry, put, recover
from w2v.base.places import expect_local
from w2v.errors import W2VError

# All names that models have for their files, so that one which the new model lacks is not kept as if it were a user's.
OWN = frozenset({"config.json", "vocab.txt", "tables.safetensors", "history.json", "state.safetensors"}) | {
    "snapshots.safetensors", "run.json", "ngrams.txt", "trained.txt", "tags.json", "SHA256SUMS",
    "gensim.json", "gensim.safetensors",
}  # fmt: skip

KNOWN_BY = ("config.json", "vocab.txt")


@contextmanager
def atomic_folder(
    folder: str | Path,
    *,
    overwrite: bool = False,
    size: int = 0,
    own: Collection[str] = OWN,
    known_by: Collection[str] = KNOWN_BY,
) -> Iterator[Path]:
    """Yields an empty folder to write a model to; when the block ends well it becomes `folder`, else it is deleted.

    A link to a folder stays, and what it leads to is replaced. A folder that is replaced gives its mode to the new one,
    and all that is in it and not of the model.

    Args:
        overwrite: replace a model that is there.
        size: bytes that are going to be written.
        own: names of a model's files.
        known_by: those without which a folder that is there is something else, and not replaced.

    Raises:
        W2VError: the folder exists and `overwrite` is not set, is not a model, or the system refused, as when the disk
            is full. The sentence says what has become of it.
    """
    expect_local(folder)
    folder = Path(folder)
    place = _place(folder)
    recover(place)
    _check(folder, place, overwrite=overwrite, size=size, known_by=known_by)
    with ExitStack() as stack:
        made: list[Path] = []
        partial: Path | None = None
        try:
            make_folders(place.parent, made)
            leftovers.sweep_once(place.parent)
            partial = leftovers.new_folder(place.parent, 0o777)
            modes = _modes(place)
            usual = stat.S_IMODE(partial.stat().st_mode)
            partial.chmod(modes.get("", usual) | stat.S_IRWXU)
            yield partial
            for file in partial.iterdir():
                file.chmod(modes.get(file.name, usual & 0o666))  # safetensors makes files that only their owner reads
                sync(file)
            remove_old = stack.enter_context(put(partial, place, overwrite=overwrite, own=own))
        except BaseException as error:
            if partial is not None:
                leftovers.remove(partial)
            remove_empty(made)
            if isinstance(error, W2VError):
                raise
            if disk_full(error):
                raise W2VError(
                    f"The disk of {folder.parent} is full; the model needs {size / 1e6:,.1f} MB. Nothing was written."
                ) from error
            if (cause := of_system(error)) is not None:
                raise W2VError(f"{folder} was not written: {reason(cause)}. What was there is as it was.") from error
            raise
        try:
            settle(place.parent, folder)
            remove_old()  # and not before: until now a power cut might have brought it back
        finally:
            leftovers.keep(partial)


def check_destination(folder: str | Path, *, overwrite: bool, size: int = 0, own: Collection[str] = OWN) -> None:
    """Try all that saving a model to `folder` takes: to be called before hours of training. It leaves nothing behind.

    Arguments as for `atomic_folder`.

    Raises:
        W2VError: it would fail; the sentence says why.
    """
    expect_local(folder)
    folder = Path(folder)
    place = _place(folder)
    recover(place)
    _check(folder, place, overwrite=overwrite, size=size)
    made: list[Path] = []
    try:
        make_folders(place.parent, made)
        with leftovers.temporary_folder(place.parent) as trial:
            (trial / "config.json").write_bytes(b"{}\n")
            sync(trial / "config.json")
            _try_place(place, trial, own)
            sync(trial)
        sync_folder(place.parent)
    except OSError as error:
        raise W2VError(f"{folder} cannot be written: {reason(error)}. Choose another name.") from error
    finally:
        remove_empty(made)


def _try_place(place: Path, trial: Path, own: Collection[str]) -> None:
    """Find out whether a folder can be put at `place`, in place of one that may be there. Raises OSError."""
    try:
        if place.exists():
            carry(place, trial, own)
            os.rename(place, trial)  # never done, since that holds something; a reason against it comes first
        else:
            place.mkdir()  # whether the system takes the name
            place.rmdir()
    except OSError as error:
        if error.errno not in IN_THE_WAY:  # or another process has just put something there, which is told in the end
            raise


def _place(folder: Path) -> Path:
    """Where a folder really is, or would be: where links lead to."""
    return Path(os.path.realpath(folder))


def _check(folder: Path, place: Path, *, overwrite: bool, size: int, known_by: Collection[str] = KNOWN_BY) -> None:
    """What can be said without trying it. Raises a W2VError."""
    try:
        is_there = os.path.lexists(place) and bool(place.stat())
        is_empty = is_there and place.is_dir() and all(leftovers.is_temporary(each) for each in os.listdir(place))
    except OSError as error:
        raise W2VError(f"{folder} cannot be written: {reason(error)}. Choose another name.") from error
    if is_there:
        if os.path.ismount(place):
            raise W2VError(
                f"{folder} is a mount point, which cannot be replaced. Give a folder in it: {folder / 'model'}."
            )
        if _is_current(place):
            raise W2VError(
                f"{folder} is the folder that this program was started in, or holds it, and is not replaced. Give a "
                f"folder in it: {folder / 'model'}."
            )
        if not is_empty and not all((place / name).is_file() for name in known_by):
            what = "a w2v model" if known_by is KNOWN_BY else f"a folder with {', '.join(known_by)}"
            raise W2VError(f"{folder} exists already and is not {what}; it is not replaced. Choose another name.")
        if not is_empty and not overwrite:
            raise W2VError(f"{folder} exists already. Choose another name, or pass overwrite=True to replace it.")
    parent = place.parent
    while not os.path.lexists(parent):
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise W2VError(f"{folder} cannot be written: {parent} is not a folder one may write to.")
    free = _free(parent)
    if free is not None and free < size:
        raise W2VError(
            f"The disk of {parent} has {free / 1e6:,.1f} MB left; the model needs {size / 1e6:,.1f} MB. Nothing was "
            "written. Make room, or choose another folder."
        )


def _is_current(place: Path) -> bool:
    try:
        current = Path(os.path.realpath(os.getcwd()))
    except FileNotFoundError:  # it was deleted
        return False
    return place == current or place in current.parents


def _free(folder: Path) -> int | None:
    """Bytes that may still be written; None where the system does not say."""
    if not hasattr(os, "statvfs"):
        return None
    with suppress(OSError):
        told = os.statvfs(folder)
        return told.f_bavail * told.f_frsize if told.f_blocks else None
    return None


def _modes(place: Path) -> dict[str, int]:
    """The modes of the files in the folder, and under "" its own; nothing where there is none, or an empty one."""
    if not place.is_dir():
        return {}
    found = {entry.name: stat.S_IMODE(entry.stat(follow_symlinks=False).st_mode) for entry in os.scandir(place)}
    return {"": stat.S_IMODE(place.stat().st_mode), **found}


def make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder and those around it that are missing; each that was made is added to the list. Raises OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        with suppress(FileExistsError):
            each.mkdir()
            made.append(each)
        sync_folder(each.parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))


def remove_empty(folders: list[Path]) -> None:
    """Remove what `make_folders` made, but for what holds something by now."""
    for folder in reversed(folders):
        with suppress(OSError):
            folder.rmdir()
