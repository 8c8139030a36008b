"""Folders that appear whole or not at all: written beside their place, then moved there in one step."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from w2v.errors import W2VError


@contextmanager
def atomic_folder(folder: str | Path, *, overwrite: bool = False, size: int = 0) -> Iterator[Path]:
    """Yields an empty folder to write a model to; when the block ends well it becomes `folder`, else it is deleted.

    overwrite: replace a model that is there. size: bytes that are going to be written, for the message of a full disk.

    Raises:
        W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
    """
    folder = Path(folder)
    check_destination(folder, overwrite=overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        yield partial
        for file in partial.iterdir():
            file.chmod(0o666 & ~_umask())  # safetensors makes files that only their owner may read
        partial.chmod(0o777 & ~_umask())
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    except BaseException as error:
        shutil.rmtree(partial, ignore_errors=True)
        if _disk_full(error):
            raise W2VError(
                f"The disk of {folder.parent} is full; the model needs {size / 1e6:,.0f} MB. Nothing was written."
            ) from error
        raise


def check_destination(folder: Path, *, overwrite: bool) -> None:
    """Raise a W2VError unless a model may be written to `folder`: to be called before hours of training, not after."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        if not overwrite:
            raise W2VError(f"{folder} exists already. Choose another name, or pass overwrite=True to replace it.")
        if not (folder / "config.json").is_file() or not (folder / "vocab.txt").is_file():
            raise W2VError(f"{folder} exists and is not a w2v model; it is not replaced. Choose another name.")
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise W2VError(f"{folder} cannot be written: {parent} is not a folder one may write to.")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _disk_full(error: BaseException) -> bool:
    return "No space left" in str(error) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)
