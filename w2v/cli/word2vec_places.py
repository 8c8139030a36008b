"""Where word2vec.c's command line writes: whether it can, and whether it is in the way of what it reads."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from w2v.base.disk_errors import reason
from w2v.base.places import expect_local
from w2v.errors import W2VError


def check_place(path: Path | None, write: Callable[[Path], object] = Path.touch) -> None:
    """Raise a W2VError where a file cannot be written, before hours of training. write: rehearses it beside it."""
    if path is None:
        return
    expect_local(path, "cannot be written")
    try:
        if path.is_dir():
            raise W2VError(f"{path} is a folder; word2vec.c writes a file there. Choose another name.")
        if path.exists() and not path.is_file():  # /dev/stdout, a pipe
            return
        with tempfile.TemporaryDirectory(prefix=".w2v-", dir=path.parent) as folder:
            trial = Path(folder) / path.name
            try:
                write(trial)
            except W2VError as error:
                raise W2VError(str(error).replace(str(trial), str(path))) from error
    except OSError as error:
        raise W2VError(f"{path} cannot be written: {reason(error)}. Choose another name.") from error


def check_apart(read: dict[str, list[str]], written: dict[str, Path | None]) -> None:
    """Raise a W2VError where a file would be written over one that is read, or over another that is written.

    Unlike a model's folder these files replace what is there, as word2vec.c's do: it is the last chance to keep a text.

    read: names of files by the flags that give them. written: a name by each flag.
    """
    before = {flag: list(names) for flag, names in read.items()}
    for flag, path in written.items():
        if path is None:
            continue
        for other, names in before.items():
            if any(_same(path, Path(name)) for name in names):
                verb = "reads" if other in read else "writes"
                raise W2VError(
                    f"{flag} is {path}, which {other} {verb}: it would be written over. Choose another name for {flag}."
                )
        before[flag] = [str(path)]


def _same(one: Path, other: Path) -> bool:
    """Whether two names are of one file, which need not be there; pipes and /dev/null may well be written twice."""
    try:
        if one.exists() and not one.is_file():
            return False
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # of names that cannot be one, others have more to say
        return os.path.abspath(one) == os.path.abspath(other) or os.path.realpath(one) == os.path.realpath(other)
