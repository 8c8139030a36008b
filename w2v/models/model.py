"""A trained model: settings, vocabulary, tables and history, and the folder they are saved in.

    MODEL/config.json          the settings
    MODEL/vocab.txt            `word count` lines, most frequent first
    MODEL/tables.safetensors   input [V, D], output [R, C], and what else the objective has
    MODEL/history.json         one record per epoch

No pickle: the files can be read by any program, next year too. A model appears whole or not at all.
"""

import json
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v import heads
from w2v.config import Config
from w2v.errors import W2VError
from w2v.folders import appearing
from w2v.models.history import EpochRecord
from w2v.models.tables import Tables
from w2v.vectors import KeyedVectors
from w2v.vectors.from_tables import geometry_of, word_vectors
from w2v.vectors.keyed import GEOMETRIES
from w2v.vocab import Vocabulary

if TYPE_CHECKING:
    from w2v.heads.base import Head

FILES = ("config.json", "vocab.txt", "tables.safetensors", "history.json")


@dataclass(frozen=True)
class Model:
    """All that training leaves behind.

    live: the tables are those being trained, as callbacks hear of them; so nothing is remembered of them.
    """

    config: Config
    vocab: Vocabulary
    tables: Tables
    history: list[EpochRecord]
    live: bool = False

    @property
    def vectors(self) -> KeyedVectors:
        """The words and their vectors, in their geometry: what `vectors/from_tables.py` makes of the tables.

        The same object each time, but of a live model, whose vectors have other lengths after the next step.
        """
        return self._make_vectors() if self.live else self._vectors

    @cached_property
    def _vectors(self) -> KeyedVectors:
        return self._make_vectors()

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # `_vectors` would be the table again

    def _make_vectors(self) -> KeyedVectors:
        vectors = word_vectors(self.config, self.tables["input"], lambda: self.tables["output"])
        return GEOMETRIES[geometry_of(self.config)](self.vocab.words, vectors, self.vocab.counts)

    def head(self) -> "Head":
        """The trained output head, a torch module over this model's output table (shared, not copied)."""
        import torch

        return heads.build(self.config, self.vocab.counts, torch.from_numpy(self.tables["output"]))

    def copy(self) -> "Model":
        """The model as it is now: training goes on in the tables it was given."""
        tables = {name: table.copy() for name, table in self.tables.items()}
        return Model(self.config, self.vocab, tables, list(self.history))

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the model's folder: it appears whole or not at all.

        Raises:
            W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
        """
        from safetensors.numpy import save_file

        tables = {name: np.ascontiguousarray(table) for name, table in self.tables.items()}
        with appearing(folder, overwrite=overwrite, size=sum(table.nbytes for table in tables.values())) as partial:
            self.config.save(partial / "config.json")
            self.vocab.save(partial / "vocab.txt")
            save_file(tables, partial / "tables.safetensors")
            records = [record.as_dict() for record in self.history]
            (partial / "history.json").write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> "Model":
        """Read what `save` wrote.

        Raises:
            W2VError: not a model folder, one of a model of relations, or a file of it is damaged.
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
            tables = load_file(folder / "tables.safetensors")
            records = json.loads((folder / "history.json").read_text(encoding="utf-8"))
            return cls(
                Config.of(settings),
                Vocabulary.load(folder / "vocab.txt"),
                {"input": tables["input"], "output": tables["output"], **tables},
                [EpochRecord(**record) for record in records],
            )
        except (SafetensorError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise W2VError(f"The model {folder} is damaged: {error}. Train or copy it again.") from error
