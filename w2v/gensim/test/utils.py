"""What tutorials take from `gensim.test.utils`: nine short texts, and names of files.

The texts are the titles by which Deerwester et al. (1990, "Indexing by latent semantic analysis", table 2) explain
their method, and as there the words are those that come in more than one title.
"""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from w2v.errors import W2VError, shown
from w2v.gensim.utils import simple_preprocess

_TITLES = """
Human machine interface for Lab ABC computer applications
A survey of user opinion of computer system response time
The EPS user interface management system
System and human system engineering testing of EPS
Relation of user-perceived response time to error measurement
The generation of random, binary, unordered trees
The intersection graph of paths in trees
Graph minors IV: Widths of trees and well-quasi-ordering
Graph minors: A survey
"""
_STOP_WORDS = {"a", "and", "for", "in", "of", "the", "to"}


def _words_of_several(titles: list[str]) -> list[list[str]]:
    """The words of each title that another title has as well."""
    texts = [simple_preprocess(title) for title in titles]
    every = list(chain.from_iterable(set(text) for text in texts))
    return [[word for word in text if every.count(word) > 1 and word not in _STOP_WORDS] for text in texts]


common_texts = _words_of_several(_TITLES.strip().splitlines())


def datapath(fname: str) -> str:
    """Where a file of gensim's own test data is, if gensim is installed.

    Raises:
        W2VError: it is not installed.
    """
    found = importlib.util.find_spec("gensim")
    if found is None or found.origin is None:
        raise W2VError(
            f"{shown(fname)} is of gensim's own test data, which comes with gensim alone: pip install gensim, or give "
            f"the path of a file of yours."
        )
    return os.path.join(os.path.dirname(found.origin), "test", "test_data", fname)


def get_tmpfile(suffix: str) -> str:
    """A path of that name in a new folder for temporary files; the caller removes what is put there."""
    return os.path.join(tempfile.mkdtemp(), suffix)


@contextmanager
def temporary_file(name: str = "") -> Iterator[str]:
    """A path of that name in a folder that is removed at the end, with all that is in it."""
    folder = tempfile.mkdtemp()
    try:
        yield os.path.join(folder, name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
