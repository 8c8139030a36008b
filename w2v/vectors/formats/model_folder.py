"""The words and vectors in a model's folder, read without an engine and without torch.

    vocab.txt            `word count` lines
    tables.safetensors   the table `input`, for some heads `output` too
    config.json          the head, which says how the tables become vectors; in a model of relations, or one whose head
                         is not part of w2v, their "geometry"

Written by `models/model.py` for text, and by `hyperbolic/embedding.py` for relations.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.heads import from_outside, spec_of
from w2v.vectors.formats.table import Table, rows_of


def read_model(folder: str | Path, limit: int | None = None) -> Table:
    """Read words, counts and word vectors of a saved model. Raises W2VError when the folder is not one.

    How the tables become vectors is in the head's spec (`HeadSpec.word_vectors`); where the folder names a geometry,
    they are the table `vectors`, or else the input table, as it is without a `config.json`. No class that it names is
    imported.
    """
    from safetensors import SafetensorError, safe_open

    folder = Path(folder)
    for name in ("vocab.txt", "tables.safetensors"):
        if not (folder / name).is_file():
            raise W2VError(f"{folder} is not a saved model: it has no {name}.")
    vocabulary = Vocabulary.load(folder / "vocab.txt")
    settings = _settings(folder / "config.json")
    config = Config() if "geometry" in settings else Config.of(settings)
    if from_outside(config.head):
        raise W2VError(f"{folder / 'config.json'} is damaged: it names a head, {config.head}, and no geometry.")
    spec = spec_of(config.head)
    geometry = settings.get("geometry", spec.geometry)
    try:
        with safe_open(folder / "tables.safetensors", framework="numpy") as tables:
            table = tables.get_slice("vectors" if "vectors" in tables.keys() else "input")  # noqa: SIM118  # no mapping
            shape = table.get_shape()
            rows = rows_of(limit, shape[0])
            vectors = spec.word_vectors(config, table[:rows], lambda: tables.get_slice("output")[:rows])
    except (SafetensorError, OSError) as error:
        raise W2VError(f"{folder / 'tables.safetensors'} cannot be read: {error}.") from error
    if shape[0] != len(vocabulary.words):
        raise W2VError(
            f"{folder} does not fit together: vocab.txt has {len(vocabulary.words)} words, the input table "
            f"{shape[0]} rows. Copy the whole folder again."
        )
    dtype = np.float32 if geometry == "euclidean" else np.float64
    return Table(vocabulary.words[:rows], vectors.astype(dtype, copy=False), vocabulary.counts[:rows], geometry)


def _settings(path: Path) -> dict[str, Any]:
    """The settings in a `config.json`; none where there is no such file."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise W2VError(f"{path} is damaged: {error}. Copy the whole folder again.") from error
    if settings.get("geometry", "euclidean") not in ("euclidean", "poincare"):
        raise W2VError(f"{path} speaks of {settings['geometry']!r} geometry, which is not known; update w2v.")
    return settings
