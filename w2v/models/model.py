"""A trained model: settings, vocabulary, tables and history, and the folder they are saved in.

    MODEL/config.json          the settings
    MODEL/vocab.txt            `word count` lines, most frequent first
    MODEL/tables.safetensors   input [V, D], output [R, C], and what else the objective has; with a head that is not
                               part of w2v also the word vectors, if they are another table
    MODEL/history.json         one record per epoch
    MODEL/run.json             which text it was trained on, and of an unfinished run how far the next epoch is
    MODEL/state.safetensors    in checkpoints only, and where there is one: the optimizer's state

No pickle: the files can be read by any program, next year too. A model appears whole or not at all.
"""

import json
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from w2v import heads
from w2v.base.atomic_folder import atomic_folder
from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.history import EpochPart, EpochRecord
from w2v.models.tables import Tables
from w2v.vectors import KeyedVectors
from w2v.vectors.keyed import GEOMETRIES

if TYPE_CHECKING:
    from w2v.heads.base import Head

STATE, RUN = "state.safetensors", "run.json"
VECTORS = "vectors"  # the table of the word vectors, where only a class from outside could make them
FILES = ("config.json", "vocab.txt", "tables.safetensors", "history.json")


@dataclass(frozen=True)
class Model:
    """All that training leaves behind.

    live: the tables are those being trained, as callbacks get them; so nothing computed from them is cached.
    optimizer_state: what training needs beside the tables to go on (`Engine.optimizer_state`).
    part: how far the epoch after those of the history is, where training pauses in its midst.
    text: what says which text it was trained on, and which part of that (`Blocks.digest`); "": that is not known.
    complete: its run has ended, and there is nothing to go on with.
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

    @property
    def n_epochs(self) -> int:
        """How many epochs the whole run has."""
        return self.config.n_epochs

    @property
    def state(self) -> dict[str, np.ndarray]:
        """What an engine goes on from: the tables and the optimizer's state."""
        return self.tables | self.optimizer_state

    @property
    def vectors(self) -> KeyedVectors:
        """The words and their vectors, in their geometry: what the head makes of the tables (`HeadSpec.word_vectors`).

        The same object each time, but of a live model, whose vectors have other lengths after the next step.
        """
        return self._make_vectors() if self.live else self._vectors

    @cached_property
    def _vectors(self) -> KeyedVectors:
        return self._make_vectors()

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # `_vectors` would be the table again

    def _make_vectors(self) -> KeyedVectors:
        spec = heads.spec_of(self.config.head)
        vectors = spec.word_vectors(self.config, self.tables["input"], lambda: self.tables["output"])
        return GEOMETRIES[spec.geometry](self.vocab.words, vectors, self.vocab.counts)

    def head(self) -> "Head":
        """The trained output head, a torch module over this model's output table (shared, not copied)."""
        import torch

        return heads.build(self.config, self.vocab.counts, torch.from_numpy(self.tables["output"]))

    def copy(self) -> "Model":
        """The model as it is now: training goes on in the tables it was given."""
        tables, state = (
            {name: array.copy() for name, array in arrays.items()} for arrays in (self.tables, self.optimizer_state)
        )
        return Model(self.config, self.vocab, tables, list(self.history), False, state, self.part, self.text)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the model's folder: it appears whole or not at all.

        Raises:
            W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
        """
        self._save(folder, {"tables.safetensors": self.tables}, {"complete": self.complete}, overwrite=overwrite)

    def save_checkpoint(self, folder: str | Path) -> None:
        """The same, with what a run needs to go on from here, in place of a checkpoint that may be there."""
        kept = {STATE: self.optimizer_state} if self.optimizer_state else {}
        part = {"part": self.part.as_dict()} if self.part else {}
        self._save(folder, {"tables.safetensors": self.tables, **kept}, part, overwrite=True)

    def load_checkpoint(self, folder: str | Path) -> "Model":
        """Read another state of the same run. Raises as `load` does."""
        return Model.load(folder, self.config.head if heads.from_outside(self.config.head) else None)

    def _save(
        self, folder: str | Path, files: dict[str, dict[str, np.ndarray]], run: dict[str, Any], *, overwrite: bool
    ) -> None:
        from safetensors.numpy import save_file

        geometry = {}
        if heads.from_outside(self.config.head):  # whoever reads the vectors need not have the class
            vectors = self._make_vectors()
            geometry = {"geometry": vectors.geometry}
            if vectors.vectors is not self.tables["input"]:
                files = files | {"tables.safetensors": {**self.tables, VECTORS: vectors.vectors}}
        size = sum(array.nbytes for arrays in files.values() for array in arrays.values())
        with atomic_folder(folder, overwrite=overwrite, size=size) as partial:
            self.config.save(partial / "config.json", **geometry)
            self.vocab.save(partial / "vocab.txt")
            for file, arrays in files.items():
                save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, partial / file)
            records = [record.as_dict() for record in self.history]
            (partial / "history.json").write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
            (partial / RUN).write_text(json.dumps({"text": self.text, **run}, indent=2) + "\n", encoding="utf-8")

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
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(folder)
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise W2VError(f"{folder} is not a w2v model: it has no {', '.join(missing)}.")
        try:
            settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            if "space" in settings:
                raise W2VError(
                    f"{folder} is a model of relations, not of text; PoincareModel.load and `w2v poincare` read it, "
                    f"and KeyedVectors.load its vectors."
                )
            settings.pop("geometry", None)
            config = Config.of(settings)
            if heads.from_outside(config.head) and head is None:
                raise W2VError(
                    f"The head of {folder} is the class {config.head}, which is not part of w2v. If you trust it, give "
                    f"it: head={config.head!r}, or the class itself. The vectors alone can be read without it, with "
                    "KeyedVectors.load."
                )
            if heads.from_outside(config.head):
                given = config.replace(head=head)
                if given.head.partition(":")[2] != config.head.partition(":")[2]:  # but its module may have moved
                    raise W2VError(f"The head of {folder} is the class {config.head}, and not {given.head}.")
                config = given
            tables = load_file(folder / "tables.safetensors")
            tables.pop(VECTORS, None)
            records = json.loads((folder / "history.json").read_text(encoding="utf-8"))
            state = load_file(folder / STATE) if (folder / STATE).is_file() else {}
            run = json.loads((folder / RUN).read_text(encoding="utf-8")) if (folder / RUN).is_file() else {}
            return cls(
                config,
                Vocabulary.load(folder / "vocab.txt"),
                {"input": tables["input"], "output": tables["output"], **tables},
                [EpochRecord.of(record) for record in records],
                optimizer_state=state,
                part=EpochPart.of(run["part"]) if "part" in run else None,
                text=run.get("text", ""),
                complete=run.get("complete", False),
            )
        except (SafetensorError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise W2VError(f"The model {folder} is damaged: {error}. Train or copy it again.") from error
