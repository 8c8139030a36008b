"""A trained model: settings, vocabulary, tables and history, and the folder they are saved in.

What is in it, and how it is checked when it is read, is in `vectors/formats/model_folder.py`.

No pickle: the files can be read by any program, next year too. A model appears whole or not at all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from w2v import heads
from w2v.base import sealed_folder
from w2v.base.config import Config
from w2v.base.sealed_folder import opened
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError, counted
from w2v.examples.input_rows import ONE_ROW_EACH, InputRows
from w2v.examples.subwords import Subwords
from w2v.models import history
from w2v.models.history import EpochPart, EpochRecord, RunState
from w2v.models.tables import Tables
from w2v.vectors import KeyedVectors
from w2v.vectors.composer import Composer, Trained, vectors_of
from w2v.vectors.formats import tags_file
from w2v.vectors.formats.model_folder import (
    CONFIG,
    FILES,
    HISTORY,
    ROWS,
    RUN,
    STATE,
    TABLES,
    VECTORS,
    VOCAB,
    expect_tables,
    refuse_vectors,
    settings_of,
    vocabulary_of,
)
from w2v.vectors.formats.ngrams_file import NGRAMS, as_text, subwords_in
from w2v.vectors.formats.tags_file import DOCUMENTS, TAGS
from w2v.vectors.keyed import GEOMETRIES
from w2v.vectors.words import Words

if TYPE_CHECKING:
    from w2v.heads.base import Head


@dataclass(frozen=True)
class Model:
    """All that training leaves behind.

    live: the tables are those being trained, as callbacks get them; so nothing computed from them is cached.
    optimizer_state: what training needs beside the tables to go on (`Engine.optimizer_state`).
    part: how far the epoch after those of the history is, where training pauses in its midst.
    text: what says which text it was trained on, and which part of that (`Blocks.digest`); "": that is not known.
    complete: its run has ended, and there is nothing to go on with.
    before: epochs of the history that are of trainings before its run (`training.more`); the settings are of its run.
    frozen: what says which rows its run leaves as they are; "": none.
    subwords: the rows that the words' vectors are made of; None: each has one.
    rows_known: the rows of each word, if they have been listed before.
    tags: those of the documents that it has vectors of; None: it is a model of words alone.
    """

    settled: ClassVar[bool] = True  # losses and scores are those of one task

    config: Config
    vocab: Vocabulary
    tables: Tables
    history: list[EpochRecord]
    live: bool = False
    optimizer_state: dict[str, np.ndarray] = field(default_factory=dict)
    part: EpochPart | None = None
    text: str = ""
    complete: bool = False
    before: int = 0
    frozen: str = ""
    subwords: Subwords | None = None
    rows_known: InputRows | None = None
    tags: list[str] | None = None

    @property
    def n_epochs(self) -> int:
        """How many epochs the history has when the run has ended."""
        return self.before + self.config.n_epochs

    @property
    def nbytes(self) -> int:
        """Bytes of the tables, which are nearly all that a saved model takes."""
        return sum(table.nbytes for table in self.tables.values())

    @property
    def state(self) -> dict[str, np.ndarray]:
        """What an engine goes on from: the tables and the optimizer's state."""
        tables = {name: table for name, table in self.tables.items() if name not in (ROWS, DOCUMENTS)}
        trained = self.tables.get(ROWS, self.tables["input"])
        trained = np.concatenate([trained, self.tables[DOCUMENTS]]) if self.tags else trained
        return tables | {"input": trained} | self.optimizer_state

    @property
    def vectors(self) -> KeyedVectors:
        """The words and their vectors, in their geometry: what the head makes of the tables (`HeadSpec.word_vectors`).

        The same object each time, but of a live model, whose vectors have other lengths after the next step. What is
        changed there changes these vectors, and no table of the model.
        """
        return self._make_vectors() if self.live else self._vectors

    @property
    def documents(self) -> KeyedVectors:
        """The tags of documents and their vectors. Raises W2VError where there are none."""
        if not self.tags:
            raise W2VError("This is a model of words, and has no vectors of documents. Doc2Vec trains them.")
        return KeyedVectors(self.tags, self.tables[DOCUMENTS]) if self.live else self._documents

    @cached_property
    def _documents(self) -> KeyedVectors:
        return KeyedVectors(self.tags or [], self.tables[DOCUMENTS])

    @property
    def words(self) -> Words:
        """The words by the rows of the tables, which stay as they are when words are added to `vectors`."""
        return Words(self.vocab.words, self.vocab.key_to_index)

    @cached_property
    def _vectors(self) -> KeyedVectors:
        return self._make_vectors()

    @cached_property
    def input_rows(self) -> InputRows:
        """What the words' input vectors are made of: rows of `state["input"]`."""
        if self.subwords is None:
            return ONE_ROW_EACH
        from w2v.examples.subword_rows import input_rows  # compiled, and queries do without the compiler

        return self.rows_known or input_rows(self.config, self.vocab.words, self.subwords)

    def with_output(self) -> KeyedVectors:
        """The words with the sums of both their vectors, w + c: of the input table and of the output table, [V, D].

        Inner products of sums, (w_i + c_i)(w_j + c_j), say how similar two words are (w w, c c) and how well they go
        together (w c) at once (Levy, Goldberg & Dagan 2015, section 3.3).

        Raises:
            W2VError: the head's output rows are no vectors of words; the sentence says why.
        """
        spec = heads.spec_of(self.config.head)
        if why := spec.why_no_output_vectors(self.config, len(self.vocab)):
            raise W2VError(f"with_output adds two vectors of each word, and head {self.config.head!r} has one: {why}.")
        return KeyedVectors(self.vocab.words, self.tables["input"] + self.tables["output"], self.vocab.counts)

    def __repr__(self) -> str:
        size = f"{counted(len(self.vocab), 'word')}, {counted(self.config.vector_size, 'dimension')}"
        return f"Model({self.config.arch} {self.config.head}, {size}, {counted(len(self.history), 'epoch')})"

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # `_vectors` would be the table again

    def _make_vectors(self) -> KeyedVectors:
        spec = heads.spec_of(self.config.head)
        vectors = spec.word_vectors(self.config, self.tables["input"], lambda: self.tables["output"])
        made = GEOMETRIES[spec.geometry](self.vocab.words, vectors, self.vocab.counts)
        if self.subwords and vectors is self.tables["input"]:  # else nothing says what a row is among such vectors
            made.composer = Composer.of(self.subwords, self.tables[ROWS], Trained(self.vocab.words))
        return made

    def head(self) -> "Head":
        """The trained output head, a torch module over this model's output table (shared, not copied)."""
        import torch

        return heads.build(self.config, self.vocab.counts, torch.from_numpy(self.tables["output"]))

    def copy(self) -> "Model":
        """The model as it is now: training goes on in the tables it was given."""
        tables, state = (
            {name: array.copy() for name, array in arrays.items()} for arrays in (self.tables, self.optimizer_state)
        )
        return replace(
            self, tables=tables, history=list(self.history), live=False, optimizer_state=state, complete=False
        )

    def save(self, folder: str | Path, *, overwrite: bool = False, compact: bool = False) -> None:
        """Write the model's folder: it appears whole or not at all.

        compact: leave out the words' vectors where they are made of rows of n-grams, which loading then does.

        Raises:
            W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
        """
        left_out = {"input"} if compact and self.subwords is not None else set()
        tables = {name: table for name, table in self.tables.items() if name not in left_out}
        self._save(folder, {TABLES: tables}, self._run(complete=self.complete), overwrite=overwrite)

    def save_checkpoint(self, folder: str | Path) -> None:
        """The same, with what a run needs to go on from here, in place of a checkpoint that may be there."""
        kept = {STATE: self.optimizer_state} if self.optimizer_state else {}
        self._save(folder, {TABLES: self.tables, **kept}, self._run(self.part), overwrite=True)

    def _run(self, part: EpochPart | None = None, *, complete: bool = False) -> RunState:
        return RunState(self.text, part, complete, self.before, self.frozen)

    def load_checkpoint(self, folder: str | Path) -> "Model":
        """Read another state of the same run. Raises as `load` does."""
        return Model.load(folder, self.config.head if heads.from_outside(self.config.head) else None)

    def _save(
        self, folder: str | Path, files: dict[str, dict[str, np.ndarray]], run: RunState, *, overwrite: bool
    ) -> None:
        geometry = {}
        if heads.from_outside(self.config.head):  # whoever reads the vectors need not have the class
            vectors = self._make_vectors()
            geometry = {"geometry": vectors.geometry}
            if vectors.composer is None and not np.may_share_memory(vectors.vectors, self.tables["input"]):
                files = files | {TABLES: {**files[TABLES], VECTORS: vectors.vectors}}
        texts = {CONFIG: self.config.as_json(**geometry), VOCAB: self.vocab.as_text()}
        if self.subwords and self.subwords.bucket is None:
            texts[NGRAMS] = as_text(self.subwords)
        if self.tags:
            texts[TAGS] = tags_file.as_text(self.tags)
        beside = {HISTORY: history.as_json(self.history), RUN: run.as_json()}
        sealed_folder.write(folder, texts, files, beside, overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path, head: str | type | None = None) -> "Model":
        """Read what `save` or `save_checkpoint` wrote.

        Args:
            head: the class of a head that is none of w2v's, or its name as "module:Class". A model is code of whoever
                made its head, so that a class which only the folder names is never imported.

        Raises:
            W2VError: not a model folder, one of a model of relations, one whose head has to be given, another head than
                its own, or a file of it is damaged.
        """
        refuse_vectors(folder)
        with opened(folder, FILES, (STATE, RUN, NGRAMS, TAGS), what="a w2v model") as files:
            settings = settings_of(files)
            if "space" in settings:
                raise W2VError(
                    f"{folder} is a model of relations, not of text; PoincareModel.load and `w2v poincare` read it, "
                    f"and KeyedVectors.load its vectors."
                )
            settings.pop("geometry", None)
            config = _with_head(Config.of(settings), head, folder)
            vocab = vocabulary_of(files)
            records = history.parse(files.text(HISTORY), files.path(HISTORY), history.WORDS)
            arrays = files.arrays(TABLES)
            named_only = heads.from_outside(config.head) and not isinstance(head, type)  # and is not imported for this
            subwords = subwords_in(files, vars(config), len(vocab))
            expect_tables(arrays, config, None if named_only else heads.spec_of(config.head), len(vocab), subwords)
            tags = tags_file.tags_beside(files, arrays, config)
            tables = {name: arrays.read(name) for name in arrays.kinds if name != VECTORS}
            if subwords is not None and "input" not in tables:
                tables["input"] = vectors_of(vocab.words, subwords, tables[ROWS])
            tables = {"input": tables["input"], "output": tables["output"], **tables}
            state = files.arrays(STATE).read_all() if STATE in files else {}
            run = RunState.parse(files.text(RUN), files.path(RUN)) if RUN in files else RunState()
            if run.before > len(records):
                raise W2VError(
                    f"{files.path(RUN)} is damaged: {run.before} epochs were trained before, and the history has "
                    f"{len(records)}. Train or copy the model again."
                )
            how = run.complete, run.before, run.frozen, subwords
            return cls(config, vocab, tables, records, False, state, run.part, run.text, *how, None, tags)


def names_of(folders: Sequence[Path]) -> list[str]:
    """What each of some models is called beside the others: as its folder, or where two have the same name its path.

    Raises:
        W2VError: a folder is given twice.
    """
    same = Counter(folder.name for folder in folders)
    names = [folder.name if same[folder.name] == 1 else str(folder) for folder in folders]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise W2VError(f"The model {twice[0]} is given twice. Give each once.")
    return names


def _with_head(config: Config, head: str | type | None, folder: str | Path) -> Config:
    """The settings, with the class that was given for a head from outside."""
    if not heads.from_outside(config.head):
        return config
    if head is None:
        raise W2VError(
            f"The head of {folder} is the class {config.head}, which is not part of w2v. If you trust it, give it: "
            f"head={config.head!r}, or the class itself. The vectors alone can be read without it, with "
            "KeyedVectors.load."
        )
    given = config.replace(head=head)
    if given.head.partition(":")[2] != config.head.partition(":")[2]:  # but its module may have moved
        raise W2VError(f"The head of {folder} is the class {config.head}, and not {given.head}.")
    return given
