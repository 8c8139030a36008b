"""A model's folder: what is in it, and the words and vectors read from it without an engine and without torch.

    config.json             the settings. In a model of relations, and in one whose head is not part of w2v, also the
                            "geometry" of its vectors
    vocab.txt               `word count` lines, most frequent first; of relations, nodes and how many pairs they are in
    tags.json               of documents, their tags in the order of the table documents [T, D] (`tags_file.py`)
    tables.safetensors      input [V, D], and of text output [R, C]; what else an objective has, and of relations the
                            pairs; where only a class from outside could make the word vectors, these: vectors. With
                            subwords (`ngrams_file.py`), rows, of which input may be left to be made
    history.json            a record for each epoch
    run.json                which text it was trained on, whether its run has ended, and how far the next epoch is
    state.safetensors       in checkpoints only, and where there is one: the optimizer's state; of Lorentz's space the
                            table being trained
    snapshots.safetensors   of relations, where points were kept on the way
    SHA256SUMS              what belongs together (`base/sealed_folder.py`)

Written by `models/model.py` for text, and by `hyperbolic/embedding.py` for relations. Whoever reads a folder goes
through here: settings, words and tables are checked before anything is made of them, and what one file says of another
is compared with it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import json_text
from w2v.base.config import Config
from w2v.base.places import expect_name
from w2v.base.sealed_folder import Opened, opened
from w2v.base.tensor_file import Kind, TensorFile
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.examples.subwords import Subwords
from w2v.heads import from_outside, spec_of
from w2v.heads.spec import HeadSpec
from w2v.vectors.composer import Composer, vectors_of
from w2v.vectors.formats.ngrams_file import NGRAMS, ROWS, TRAINED, subwords_in, trained_in
from w2v.vectors.formats.table import GEOMETRIES, Table, rows_of
from w2v.vectors.formats.tags_file import DOCUMENTS, TAGS, tags_in
from w2v.vectors.formats.vectors_folder import CONFIG, COUNTS, TABLES, VECTORS, VOCAB, attributes_of

__all__ = ["CONFIG", "FILES", "HISTORY", "ROWS", "RUN", "SNAPSHOTS", "STATE", "TABLES", "VECTORS", "VOCAB"]

HISTORY, RUN = "history.json", "run.json"
STATE, SNAPSHOTS = "state.safetensors", "snapshots.safetensors"
FILES = (CONFIG, VOCAB, TABLES, HISTORY)  # that every model has


def read_model(folder: str | Path, limit: int | None = None, *, mmap: bool = False) -> Table:
    """Read words, counts and word vectors of a saved model, or of a folder of vectors (`vectors_folder.py`).

    mmap: leave the vectors in the file, where they are one table of it and of the type that is asked for.

    Raises W2VError when the folder is neither, or damaged; of vectors that are left in the file nobody has looked.

    How the tables become vectors is in the head's spec (`HeadSpec.word_vectors`); where the folder names a geometry,
    they are the table `vectors`, or else the input table, as it is without a `config.json`. No class that it names is
    imported.
    """
    what = "a saved model, or a folder of vectors"
    with opened(folder, (VOCAB, TABLES), (CONFIG, NGRAMS, TRAINED, TAGS), what=what) as files:
        vocabulary = vocabulary_of(files)
        settings = settings_of(files) if CONFIG in files else {}
        tables = files.arrays(TABLES)
        words = len(vocabulary.words)
        rows = rows_of(limit, words)
        read = tables.mapped if mmap else tables.read
        subwords = subwords_in(files, settings, words if "head" in settings else 0)
        composer, made = None, None
        if subwords is not None:
            tables.expect({ROWS: Kind("float", (subwords.n_rows, settings.get("vector_size")))}, CONFIG)
            table = read(ROWS, subwords.n_rows)
            if "head" not in settings or VECTORS not in tables.kinds:  # else those vectors are not means of rows
                composer = Composer.of(subwords, table, trained_in(files, vocabulary.words))
            if can_be_made(tables, subwords, of_model="head" in settings):
                made = vectors_of(vocabulary.words[:rows], subwords, table)
        if "geometry" in settings or not settings:
            name, geometry = VECTORS if VECTORS in tables.kinds else "input", settings.get("geometry", "euclidean")
            if made is None:
                size = settings.get("vector_size") if name == "input" else None
                kind = Kind("float64" if "space" in settings else "float", (words, size))
                tables.expect({name: kind}, f"{CONFIG} and the {words:,} words of {VOCAB}")
            vectors = read(name, rows) if made is None else made
            saved_alone = name == VECTORS and vectors.dtype == np.float64
        else:
            saved_alone = False
            config = Config.of(settings)
            if from_outside(config.head):
                raise W2VError(f"{files.path(CONFIG)} is damaged: it names a head, {config.head}, and no geometry.")
            spec = spec_of(config.head)
            expect_tables(tables, config, spec, words, subwords, vectors_alone="output" not in tables.kinds)
            geometry = spec.geometry
            if config.arch == "pv-dbow" and not config.dbow_words:  # it has no word vectors, and documents only
                return _documents_of(files, config, tables, limit)
            given = read("input", rows) if made is None else made
            vectors = spec.word_vectors(config, given, lambda: read("output", rows))
        attributes = attributes_of(files, settings, tables, rows)
    dtype = np.float32 if geometry == "euclidean" and not saved_alone else np.float64
    counts = None if settings.get(COUNTS) is False else vocabulary.counts[:rows]
    return Table(vocabulary.words[:rows], vectors.astype(dtype, copy=False), counts, geometry, attributes, composer)


def can_be_made(tables: TensorFile, subwords: Subwords | None, *, of_model: bool = True) -> bool:
    """Whether the words' vectors are not in the file, and the rows are that they are made of.

    of_model: the table has rows of words, which a folder of vectors lacks; floret's words have none.
    """
    if subwords is None or "input" in tables.kinds or VECTORS in tables.kinds:
        return False
    return of_model or subwords.scheme == "floret"


def _documents_of(files: Opened, config: Config, tables: TensorFile, limit: int | None) -> Table:
    """The tags and vectors of documents."""
    tags = tags_in(files, expected=True) or []
    tables.expect({DOCUMENTS: Kind(config.dtype, (len(tags), config.vector_size))}, TAGS)
    rows = rows_of(limit, len(tags))
    vectors = tables.read(DOCUMENTS, rows).astype(np.float32, copy=False)
    return Table(tags[:rows], vectors, None, "euclidean")


def read_settings(folder: str | Path) -> dict[str, Any]:
    """The settings of a saved model, on text or on relations, by name. Raises W2VError when the folder is not one."""
    with opened(folder, (CONFIG,), what="a w2v model") as files:
        return settings_of(files)


def refuse_vectors(folder: str | Path) -> None:
    """Raise a W2VError for a file, and for a folder of vectors alone, where a model is expected."""
    expect_name(folder)
    place = Path(folder)
    alone = not (place / HISTORY).exists() and all((place / name).is_file() for name in (CONFIG, VOCAB, TABLES))
    if place.is_file() or alone:
        raise W2VError(
            f"{folder} is {'a file' if place.is_file() else 'a folder of vectors alone'}, and no w2v model, which is a "
            "folder with what training needs. Vectors are read by KeyedVectors.load."
        )


def settings_of(files: Opened) -> dict[str, Any]:
    """The settings in `config.json`, which are still to be checked one by one. Raises W2VError when it is damaged."""
    where = files.path(CONFIG)
    settings = json_text.mapping(json_text.parse(files.text(CONFIG), where), where)
    if settings.get("geometry", "euclidean") not in tuple(GEOMETRIES):  # it may be a list, too
        raise W2VError(f"{where} speaks of {settings['geometry']!r:.60} geometry, which is not known; update w2v.")
    return settings


def vocabulary_of(files: Opened) -> Vocabulary:
    """The words and counts in `vocab.txt`. Raises W2VError when it is damaged."""
    where = files.path(VOCAB)
    vocabulary = Vocabulary.parse(files.text(VOCAB), where)
    if not len(vocabulary):
        raise W2VError(f"{where} is empty; expected `word count` lines.")
    if sum(vocabulary.counts.tolist()) >= 2**63:
        raise W2VError(f"{where} is damaged: its counts add up to more words than any text has.")
    return vocabulary


def expect_tables(
    tables: TensorFile,
    config: Config,
    spec: HeadSpec | None,
    words: int,
    subwords: Subwords | None,
    *,
    vectors_alone: bool = False,
) -> None:
    """Raise a W2VError unless the tables of a model of text are of the shape and type that its settings ask for.

    spec: of the head; None: it is not known, and the output table may be of any shape [R, C]. subwords: with them the
    input table is made of the table `rows`, and need not be there. vectors_alone: there need be no output table.
    """
    size = config.vector_size
    output = (None, None) if spec is None else (spec.output_rows(words), spec.output_columns(size))
    wanted = {"input": Kind(config.dtype, (words, size))}
    if not vectors_alone:
        wanted["output"] = Kind(config.dtype, output)
    if subwords is not None:
        wanted[ROWS] = Kind(config.dtype, (subwords.n_rows, size))
        if "input" not in tables.kinds:
            del wanted["input"]
    tables.expect(wanted, f"{CONFIG} and the {words:,} words of {VOCAB}")
