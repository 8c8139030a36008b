"""Folders of static embeddings, as model2vec and sentence-transformers save them: a vector for each token.

    tokenizer.json          how text becomes tokens, and the row of each (`tokenizer_words.py`)
    model.safetensors       embeddings [N, D], of model2vec, or embedding.weight [T, D], of sentence-transformers
                            mapping [T]: the row of each token, where several share one (vocabulary quantization)
                            weights [T]: what the row of each token is multiplied by
                            counts [T]: how often each was seen, where it was saved here
    modules.json            what a text goes through, one module after the other
    config.json, README.md  settings; a card for people

The vector of token t is weights[t] embeddings[mapping[t]], that of a text the mean of its tokens'. Folders of
sentence-transformers may have the first two in a folder of their own, `0_StaticEmbedding` or so, which modules.json
names. They are read here without either library; `vectors/pretrained.py` writes them.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from w2v.base import json_text
from w2v.base.folder_swap import recover
from w2v.base.json_text import mapping
from w2v.base.sealed_folder import opened
from w2v.base.tensor_file import Kind, TensorFile
from w2v.errors import W2VError, counted
from w2v.vectors.formats.table import Table, rows_of
from w2v.vectors.formats.tokenizer_words import words_in
from w2v.vectors.quantization import restored

TOKENIZER, TENSORS, MODULES, SETTINGS, CARD = (
    "tokenizer.json", "model.safetensors", "modules.json", "config.json", "README.md"
)  # fmt: skip
FILES = (TOKENIZER, TENSORS, MODULES, SETTINGS, CARD)
EMBEDDINGS, SCALES, ROWS, COUNTS = "embeddings", "weights", "mapping", "counts"  # arrays, by model2vec's names
_EMBEDDINGS = (EMBEDDINGS, "embedding.weight")
_MODULE = "StaticEmbedding"
_HARMLESS = (_MODULE, "Normalize")  # modules that leave the directions of vectors as they are
_FOLDER = re.compile(r"[\w-][\w.-]*").fullmatch
_LONGEST = 1 << 20  # bytes of modules.json


def is_static_embedding(folder: str | Path) -> bool:
    """Whether a folder has the files of static embeddings. What is in them, only reading tells."""
    recover(folder)
    return any(
        all(os.path.isfile(os.path.join(folder, inner, name)) for name in (TOKENIZER, TENSORS))
        for inner in ("", *_folders_within(folder))
    )


def read_static_embedding(folder: str | Path, limit: int | None = None) -> Table:
    """Read words and vectors: words as in `tokenizer_words.py`, float32 [V, D], counts where there are any.

    limit: the first so many words only. Numbers of a smaller type come back as float32; int8 without weights, as
    model2vec writes it, are whole numbers, each vector having lost its length's unit but not its direction.

    Raises W2VError when the folder holds something else, such as a transformer, or is damaged.
    """
    recover(folder)
    inner = next((f"{name}/" for name in _folders_within(folder)), "")
    if not os.path.isfile(os.path.join(folder, inner + TENSORS)):
        inner = ""
    names = (inner + TOKENIZER, inner + TENSORS)
    with opened(folder, names, (MODULES,), what="a folder of static embeddings") as files:
        if MODULES in files:
            _look_at(_modules(files.text(MODULES), files.path(MODULES)), folder)
        where = files.path(names[0])
        named = words_in(files.text(names[0]), where)
        arrays = files.arrays(names[1])
        words, rows = _distinct(named, where, limit)
        return _table(arrays, words, rows, where)


def _table(arrays: TensorFile, words: list[str], tokens: np.ndarray, where: str) -> Table:
    """The vectors of some tokens, by their numbers, ascending."""
    kinds = arrays.kinds
    name = next((name for name in _EMBEDDINGS if name in kinds), None)
    if name is None:
        raise W2VError(
            f"{arrays.where} holds no static embeddings: expected a table {' or '.join(map(repr, _EMBEDDINGS))}, and "
            f"it has {', '.join(sorted(kinds)[:3]) or 'none'} and so on. Of a transformer, whose words have no vectors "
            f"of their own, model2vec's `distill` makes some."
        )
    kind = Kind("int8" if kinds[name].dtype == "int8" else "float", (None, None))
    arrays.expect({name: kind}, "what static embeddings are")
    known = kinds[ROWS].shape[0] if ROWS in kinds and kinds[ROWS].shape else kinds[name].shape[0]
    if (last := int(tokens[-1])) >= (known or 0):
        raise W2VError(
            f"{arrays.where} does not fit {where}: that has a token number {last:,}, and this vectors of "
            f"{counted(known or 0, 'token')}, numbered from 0."
        )
    if ROWS in kinds:
        arrays.expect({ROWS: Kind("", (known,))}, "the tokens")
        places = arrays.read(ROWS)[tokens]
        if places.dtype.kind not in "iu" or places.min() < 0 or places.max() >= (kinds[name].shape[0] or 0):
            raise W2VError(f"{arrays.where} is damaged: {ROWS!r} should hold numbers of rows of {name!r}.")
    else:
        places = tokens
    vectors = arrays.read(name, int(places.max()) + 1)
    if len(places) != len(vectors) or (places != np.arange(len(places))).any():
        vectors = vectors[places]
    scales = None
    if SCALES in kinds:
        arrays.expect({SCALES: Kind("float", (known,))}, "the tokens")
        scales = arrays.read(SCALES)[tokens]
    counts = arrays.read(COUNTS)[tokens] if kinds.get(COUNTS) == Kind("int64", (known,)) else None
    return Table(words, restored(vectors, scales), counts, "euclidean")


def _distinct(named: Sequence[tuple[int, str]], where: str, limit: int | None) -> tuple[list[str], np.ndarray]:
    """The words, each once, and the numbers of their tokens."""
    row_of: dict[str, int] = {}
    for row, word in named:
        row_of.setdefault(word, row)
    if not row_of:
        raise W2VError(f"{where} holds no words.")
    if again := len(named) - len(row_of):
        warnings.warn(f"{where}: {counted(again, 'word')} came again; the first of each was kept.", stacklevel=4)
    words = list(row_of)[: rows_of(limit, len(row_of))]
    return words, np.array([row_of[word] for word in words])


def _folders_within(folder: str | Path) -> list[str]:
    """The folders that modules.json has for static embeddings."""
    try:
        with open(os.path.join(folder, MODULES), "rb") as file:
            modules = _modules(file.read(_LONGEST), os.path.join(folder, MODULES))
    except (OSError, W2VError):  # it is told when it is read
        return []
    paths = [str(module.get("path")) for module in modules if _kind(module) == _MODULE]
    return [path for path in paths if _FOLDER(path)]


def _modules(data: bytes, where: str) -> list[dict[str, object]]:
    modules = json_text.parse(data, where)
    if not isinstance(modules, list):
        raise W2VError(f"{where} is damaged: expected a list of modules, got {modules!r:.60}.")
    return [mapping(module, where) for module in modules]


def _look_at(modules: list[dict[str, object]], folder: str | Path) -> None:
    """Raise a W2VError where texts do not begin as means of static vectors; warn where more follows."""
    kinds = [_kind(module) for module in modules]
    if _MODULE not in kinds[:1]:
        raise W2VError(
            f"{folder} is a model of texts, made of {', '.join(kinds) or 'nothing'}: its words have no vectors of "
            f"their own. Expected one that begins with {_MODULE}; model2vec's `distill` makes such a one of it."
        )
    if more := [kind for kind in kinds if kind not in _HARMLESS]:
        warnings.warn(
            f"{folder}: after the vectors that are read here, {', '.join(more)} changes those of its texts.",
            stacklevel=4,
        )


def _kind(module: dict[str, object]) -> str:
    return str(module.get("type", "")).rpartition(".")[2]
