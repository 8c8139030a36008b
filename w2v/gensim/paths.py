"""What is at the paths that scripts give: what is to be read has to be there, what is to be saved needs room."""

import os
import re
from pathlib import Path
from typing import Any

from w2v.errors import W2VError, shown
from w2v.gensim.errors import MissingFileError, WrongTypeError
from w2v.gensim.lifecycle import logger

PICKLE = b"\x80"  # the first byte of what gensim saves
_HEADER = re.compile(rb"[0-9]{1,19} [0-9]{1,9}\n").match  # the first line of word2vec's format
ASIDE = ".gensim"  # what is added to the name of such a file


def expect(path: Any, what: str = "word vectors, in a folder or a file") -> None:
    """Raises an error of gensim's kind for what is no path, and where there is nothing. what: was expected there."""
    if not isinstance(path, (str, os.PathLike)):
        raise WrongTypeError(f"{shown(path)} was given where a path is expected.")
    if "://" not in str(path) and not os.path.exists(path):
        raise MissingFileError(f"{path} does not exist; expected {what}.")


def is_pickled(path: str | Path) -> bool:
    """Whether there is a file that is a pickle."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(1) == PICKLE


def make_way(path: Path) -> None:
    """Put a file that gensim saved aside, a pickle or word2vec's format; remove an empty one, as of `tempfile`.

    Raises W2VError for any other file.
    """
    if not path.is_file():
        return
    if not path.stat().st_size:
        path.unlink()
        return
    with open(path, "rb") as file:
        saved = is_pickled(path) or _HEADER(file.read(50))
    if not saved:
        raise W2VError(
            f"{path} is a file, and none that gensim saved, and what is saved now is a folder. Choose another name, or "
            "move the file away first."
        )
    aside = next(name for n in range(10**6) if not (name := Path(f"{path}{ASIDE}{n or ''}")).exists())
    os.replace(path, aside)
    logger.warning("%s was a file that gensim saved; it is %s now", path, aside)
