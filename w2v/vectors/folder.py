"""The words and vectors in a model's folder, read without an engine and without torch.

    vocab.txt            `word count` lines
    tables.safetensors   the table `input`, for some heads `output` too
    config.json          how the tables become vectors (`tables.py`); in a model of relations, their "geometry"

Written by `model.py` for text, and by `hyperbolic/embedding.py` for relations.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from w2v.config import Config
from w2v.errors import W2VError
from w2v.vectors.tables import geometry_of, word_vectors
from w2v.vocab import Vocabulary


class Table(NamedTuple):
    """What a file of vectors holds."""

    words: list[str]
    vectors: np.ndarray  # [V, D]; float64 where float32 would lose digits of it, else float32
    counts: np.ndarray | None = None  # int64 [V]; only a model folder has them
    geometry: str | None = None  # "euclidean", "poincare"; only a model folder tells


def read_model(folder: str | Path, limit: int | None = None) -> Table:
    """Read words, counts and word vectors of a saved model. Raises W2VError when the folder is not one.

    The settings tell how the tables become vectors (`tables.py`), or, in a model of relations, that the input table
    is they and what its geometry is. Without a `config.json` it is the input table.
    """
    from safetensors import SafetensorError, safe_open

    folder = Path(folder)
    for name in ("vocab.txt", "tables.safetensors"):
        if not (folder / name).is_file():
            raise W2VError(f"{folder} is not a saved model: it has no {name}.")
    vocabulary = Vocabulary.load(folder / "vocab.txt")
    settings = _settings(folder / "config.json")
    config = Config() if "geometry" in settings else Config.of(settings)
    geometry = settings.get("geometry", geometry_of(config))
    try:
        with safe_open(folder / "tables.safetensors", framework="numpy") as tables:
            table = tables.get_slice("input")
            shape = table.get_shape()
            rows = rows_of(limit, shape[0])
            vectors = word_vectors(config, table[:rows], lambda: tables.get_slice("output")[:rows])
    except (SafetensorError, OSError) as error:
        raise W2VError(f"{folder / 'tables.safetensors'} cannot be read: {error}.") from error
    if shape[0] != len(vocabulary.words):
        raise W2VError(
            f"{folder} does not fit together: vocab.txt has {len(vocabulary.words)} words, the input table "
            f"{shape[0]} rows. Copy the whole folder again."
        )
    dtype = np.float32 if geometry == "euclidean" else np.float64
    return Table(vocabulary.words[:rows], vectors.astype(dtype, copy=False), vocabulary.counts[:rows], geometry)


def rows_of(limit: int | None, available: int | None) -> int:
    """How many rows to read of those available, where that is known. Raises W2VError for a limit below 1."""
    if limit is not None and limit < 1:
        raise W2VError(f"limit is {limit}; it must be at least 1, the number of vectors to read.")
    return min(number for number in (limit, available, sys.maxsize) if number is not None)


def _settings(path: Path) -> dict[str, Any]:
    """The settings in a `config.json`; none where there is no such file."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise W2VError(f"{path} is damaged: {error}. Copy the whole folder again.") from error
    if settings.get("geometry", "euclidean") not in ("euclidean", "poincare"):
        raise W2VError(f"{path} speaks of {settings['geometry']!r} geometry, which is not known; update w2v.")
    return settings
