"""What `gensim.downloader` is asked for, as far as it is on this machine or in the catalogue of `w2v fetch`.

gensim's own downloader takes vectors and corpora from a project on GitHub, and runs the code that comes with them. Here
nothing is run: vectors that gensim has once downloaded are read where it put them, `text8` comes from its maker, and of
everything else a sentence says where to get it.
"""

import os
from pathlib import Path
from typing import Any

from w2v.corpus.catalogue import CORPORA, fetch
from w2v.errors import W2VError, shown
from w2v.gensim import models

BASE_DIR = os.environ.get("GENSIM_DATA_DIR", str(Path("~/gensim-data").expanduser()))  # gensim's own folder

_MAKERS = {
    "glove": "https://nlp.stanford.edu/projects/glove/",
    "fasttext": "https://fasttext.cc/docs/en/english-vectors.html",
    "word2vec-google-news": "https://code.google.com/archive/p/word2vec/",
    "conceptnet": "https://github.com/commonsense/conceptnet-numberbatch",
    "word2vec-ruscorpora": "https://rusvectores.org/en/models/",
}


def load(name: str, return_path: bool = False) -> Any:
    """Vectors as KeyedVectors, or the sentences of `text8`; with `return_path` the path of their file.

    Raises:
        W2VError: it is neither in `BASE_DIR` nor in the catalogue; the sentence says what to do.
    """
    path = _file_of(name)
    if return_path:
        return str(path)
    return models.word2vec.Text8Corpus(path) if name == "text8" else models.KeyedVectors.load_word2vec_format(path)


def info(name: str | None = None, show_only_latest: bool = True, name_only: bool = False) -> dict[str, Any]:
    """What `load` can give on this machine: {"corpora": {...}, "models": {...}}, or of one name what it is.

    With `name_only` lists of names. Raises W2VError for a name that cannot be loaded.
    """
    corpora = {"text8": {"description": CORPORA["text8"].about, "url": CORPORA["text8"].url}}
    vectors = {
        path.parent.name: {"file_name": path.name, "path": str(path)} for path in _here() if path.stem != "text8"
    }
    if name is not None:
        if name not in corpora | vectors:
            raise W2VError(_advice(name))
        return (corpora | vectors)[name]
    return {"corpora": list(corpora), "models": list(vectors)} if name_only else {"corpora": corpora, "models": vectors}


def _here() -> list[Path]:
    """The files that gensim has downloaded: each lies in a folder of its own name."""
    folder = Path(BASE_DIR)
    return sorted(path for path in folder.glob("*/*.gz") if path.name == f"{path.parent.name}.gz")


def _file_of(name: str) -> Path:
    found = [path for path in _here() if path.parent.name == name]
    if found:
        return found[0]
    if name == "text8":
        return fetch(name, Path(BASE_DIR) / name)
    raise W2VError(_advice(name))


def _advice(name: str) -> str:
    maker = next((f" from {url}" for begin, url in _MAKERS.items() if str(name).startswith(begin)), " from their maker")
    return (
        f"{shown(name)} is not in {BASE_DIR}, where gensim's downloader puts what it has downloaded, and it is not "
        f"downloaded here. Get the vectors{maker}, and read them with KeyedVectors.load_word2vec_format(path), which "
        f"recognises word2vec's, GloVe's and fastText's files, compressed or not; or have gensim download them once: "
        f"python -m gensim.downloader --download NAME."
    )
