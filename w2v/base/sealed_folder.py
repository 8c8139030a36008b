"""Folders of files that belong together: what is read is what was saved, or a sentence says which file is not.

    FOLDER/SHA256SUMS       the checksums of all files, as `sha256sum -c SHA256SUMS` reads them, under a comment line
                            `# generation HEX`, which the metadata of the arrays repeat (`base/tensor_file.py`)

The generation is a digest of what is saved, but for what two runs of the same differ in (the seconds they took): so the
same run still leaves the same bytes, and two saves of one generation may be mixed without harm. Texts are compared with
SHA256SUMS whenever they are read; an array with a checksum of its own when it is read whole, with the file's length and
generation when only a part is.

A writer may put another folder in the place of one that is being read. So all files are opened before any is read, each
through the opened folder and not by its path, and where the folder has been replaced until then, all over again.

A folder without SHA256SUMS is one of before, or one in which somebody changed a file on purpose: nothing is compared.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from w2v.base import tensor_file
from w2v.base.atomic_folder import atomic_folder
from w2v.base.folder_swap import recover
from w2v.base.tensor_file import COPY_AGAIN, Arrays, TensorFile
from w2v.errors import W2VError

SUMS = "SHA256SUMS"
_WAYS = f"{COPY_AGAIN} If you changed it on purpose, delete {SUMS}."
_TRIES = 100  # a writer that replaces a folder all the time can make an opening fail again and again
_PAUSE = 0.005  # seconds, after which a folder that is not there may be: where the system cannot exchange two at once
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)").fullmatch
_GENERATION = re.compile(r"# generation ([0-9a-f]{32})").fullmatch
_PIECE = 1 << 20
_THROUGH_FOLDERS = os.open in os.supports_dir_fd


def write(
    folder: str | Path,
    texts: Mapping[str, str],
    arrays: Mapping[str, Arrays],
    beside: Mapping[str, str],
    *,
    overwrite: bool = False,
) -> None:
    """Write a folder, which appears whole or not at all.

    Args:
        texts: what is in each text file.
        arrays: what is in each file of arrays.
        beside: text files in which the same save may differ from the last.
        overwrite: replace a model that is there.

    Raises:
        W2VError: as `atomic_folder`.
    """
    size = sum(array.nbytes for named in arrays.values() for array in named.values())
    with atomic_folder(folder, overwrite=overwrite, size=size) as partial:
        sums = {file: tensor_file.checksums(named) for file, named in arrays.items()}
        kinds = {f: {n: [str(a.dtype), a.shape, sums[f][n]] for n, a in named.items()} for f, named in arrays.items()}
        for file, text in (*texts.items(), *beside.items()):
            (partial / file).write_bytes(text.encode("utf-8"))
        digests = {file: _digest(partial / file) for file in texts}
        generation = hashlib.sha256(json.dumps([digests, kinds], sort_keys=True).encode()).hexdigest()[:32]
        for file, named in arrays.items():
            tensor_file.write(partial / file, named, generation, sums[file])
        lines = [f"{_digest(partial / file)}  {file}\n" for file in (*texts, *beside, *arrays)]
        (partial / SUMS).write_bytes(f"# generation {generation}\n{''.join(lines)}".encode())


class Opened:
    """The files of a folder, all of them opened."""

    def __init__(self, folder: Path, files: dict[str, BinaryIO]) -> None:
        self.folder, self._files = folder, files
        self._sums: dict[str, str] | None = None
        self._generation: str | None = None
        if SUMS in files:
            self._generation, self._sums = _sums(files.pop(SUMS).read(), self.path(SUMS))
            for name in files:
                if name not in self._sums:
                    raise W2VError(f"{self.path(name)} is of another save than its folder: {SUMS} lacks it. {_WAYS}")

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def path(self, name: str) -> str:
        """Where a file is, for errors."""
        return str(self.folder / name)

    def lists(self, name: str) -> bool:
        """Whether SHA256SUMS says that there should be such a file."""
        return self._sums is not None and name in self._sums

    def text(self, name: str) -> bytes:
        """What is in a text file. Raises W2VError where it is not what was saved."""
        try:
            data = self._files[name].read()
        except OSError as error:
            raise W2VError(f"{self.path(name)} cannot be read: {error.strerror}.") from error
        if self._sums is not None and hashlib.sha256(data).hexdigest() != self._sums[name]:
            raise W2VError(
                f"{self.path(name)} is damaged or was changed: its checksum is not the one in {SUMS}. {_WAYS}"
            )
        return data

    def arrays(self, name: str) -> TensorFile:
        """The arrays in a file, to be read one by one. Raises W2VError where it is damaged or of another save."""
        return TensorFile(self._files[name], self.path(name), self._generation)


@contextmanager
def opened(folder: str | Path, needed: Sequence[str], others: Sequence[str] = (), *, what: str) -> Iterator[Opened]:
    """The files of a folder, as they are at one moment.

    Args:
        needed: names of files that it must have. others: of files that it may have.
        what: what it is not if it lacks one, such as "a saved model".

    Raises:
        W2VError: there is no such folder, it cannot be read, lacks a file, or is being replaced all the time.
    """
    folder = Path(folder)
    recover(folder)
    with ExitStack() as stack:
        yield _opened(folder, needed, others, what, stack)


def _opened(folder: Path, needed: Sequence[str], others: Sequence[str], what: str, stack: ExitStack) -> Opened:
    seen = False
    for turn in range(_TRIES):
        try:
            with ExitStack() as these:
                files, identity = _open_files(folder, (SUMS, *needed, *others), these)
                seen = True
                there = os.stat(folder)
                if identity != (there.st_dev, there.st_ino):
                    continue
                found = Opened(folder, files)
                if gone := [name for name in needed if name not in found]:
                    raise W2VError(f"{folder} is not {what}: it has no {', '.join(gone)}.")
                if gone := [name for name in others if name not in found and found.lists(name)]:
                    raise W2VError(f"{folder} is not whole: {SUMS} lists {', '.join(gone)}. {COPY_AGAIN}")
                stack.push(these.pop_all())
                return found
        except FileNotFoundError:
            if turn > 1 and not seen:
                raise W2VError(f"{folder} is not {what}: there is no such folder.") from None
            time.sleep(_PAUSE)
        except OSError as error:
            named = folder if error.filename in (None, folder) else folder / error.filename
            raise W2VError(f"{named} cannot be read: {error.strerror or error}.") from error
    raise W2VError(f"{folder} is being replaced again and again. Load it when that has ended.")


def _open_files(folder: Path, names: Sequence[str], stack: ExitStack) -> tuple[dict[str, BinaryIO], tuple[int, int]]:
    """Those of some files that are there, opened, and which folder they are in."""
    if _THROUGH_FOLDERS:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, place)
        status = os.fstat(place)
    else:
        status = os.stat(folder)
    files: dict[str, BinaryIO] = {}
    for name in names:
        try:
            if _THROUGH_FOLDERS:  # not blocking, or a pipe in place of a file would be waited for
                number = os.open(name, os.O_RDONLY | os.O_NONBLOCK, dir_fd=place)
            else:
                number = os.open(folder / name, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise W2VError(f"{folder / name} is no file. {COPY_AGAIN}")
        files[name] = stack.enter_context(open(number, "rb", buffering=0))  # noqa: SIM115 - the stack closes it
    return files, (status.st_dev, status.st_ino)


def _sums(data: bytes, where: str) -> tuple[str, dict[str, str]]:
    """The generation and the checksum of each file."""
    try:
        first, *lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        first, lines = "", []
    generation, found = _GENERATION(first), [_LINE(line) for line in lines if line and not line.startswith("#")]
    if generation is None or None in found:
        raise W2VError(f"{where} is damaged: expected `# generation HEX`, and lines of a checksum and a name. {_WAYS}")
    return generation[1], {line[2]: line[1] for line in found if line}


def _digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
