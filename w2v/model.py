"""A trained model: settings, vocabulary, the two tables and the history, and the folder they are saved in.

    MODEL/config.json          the settings
    MODEL/vocab.txt            `word count` lines, most frequent first
    MODEL/tables.safetensors   input [V, D], output [R, D]
    MODEL/history.json         one record per epoch

No pickle: the files can be read by any program, next year too. A model appears whole or not at all.
"""

import errno
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from w2v import heads
from w2v.callbacks import EpochRecord
from w2v.config import Config
from w2v.engines.base import Tables
from w2v.errors import W2VError
from w2v.vectors import KeyedVectors
from w2v.vectors.tables import word_vectors
from w2v.vocab import Vocabulary

if TYPE_CHECKING:
    from w2v.heads.base import Head

FILES = ("config.json", "vocab.txt", "tables.safetensors", "history.json")


@dataclass(frozen=True)
class Model:
    """All that training leaves behind."""

    config: Config
    vocab: Vocabulary
    tables: Tables
    history: list[EpochRecord]

    @property
    def vectors(self) -> KeyedVectors:
        """The words and their vectors: the input table, or what `vectors/tables.py` makes of both."""
        vectors = word_vectors(self.config, self.tables.input, lambda: self.tables.output)
        return KeyedVectors(self.vocab.words, vectors, self.vocab.counts)

    def head(self) -> "Head":
        """The trained output head, a torch module over this model's output table (shared, not copied)."""
        import torch

        return heads.build(self.config, self.vocab.counts, torch.from_numpy(self.tables.output))

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the model's folder: first beside its place, then moved there in one step.

        Raises:
            W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
        """
        from safetensors.numpy import save_file

        folder = Path(folder)
        check_destination(folder, overwrite=overwrite)
        folder.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            self.config.save(partial / "config.json")
            self.vocab.save(partial / "vocab.txt")
            tables = {name: np.ascontiguousarray(table) for name, table in self.tables._asdict().items()}
            save_file(tables, partial / "tables.safetensors")
            records = [record.as_dict() for record in self.history]
            (partial / "history.json").write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
            partial.chmod(0o777 & ~_umask())
            if folder.exists():
                shutil.rmtree(folder)
            partial.rename(folder)
        except BaseException as error:
            shutil.rmtree(partial, ignore_errors=True)
            if _disk_full(error):
                size = sum(table.nbytes for table in self.tables)
                raise W2VError(
                    f"The disk of {folder.parent} is full; the model needs {size / 1e6:,.0f} MB. Nothing was written."
                ) from error
            raise

    @classmethod
    def load(cls, folder: str | Path) -> "Model":
        """Read what `save` wrote.

        Raises:
            W2VError: not a model folder, or a file of it is damaged.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(folder)
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise W2VError(f"{folder} is not a w2v model: it has no {', '.join(missing)}.")
        try:
            tables = load_file(folder / "tables.safetensors")
            records = json.loads((folder / "history.json").read_text(encoding="utf-8"))
            return cls(
                Config.load(folder / "config.json"),
                Vocabulary.load(folder / "vocab.txt"),
                Tables(tables["input"], tables["output"]),
                [EpochRecord(**record) for record in records],
            )
        except (SafetensorError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise W2VError(f"The model {folder} is damaged: {error}. Train or copy it again.") from error


def check_destination(folder: Path, *, overwrite: bool) -> None:
    """Raise a W2VError unless a model may be written to `folder`: to be asked before hours of training, not after."""
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists() or folder.is_symlink():
        if not overwrite:
            raise W2VError(f"{folder} exists already. Choose another name, or pass --overwrite to replace it.")
        if not (folder / "config.json").is_file() or not (folder / "vocab.txt").is_file():
            raise W2VError(f"{folder} exists and is not a w2v model; it is not replaced. Choose another name.")
    parent = folder.absolute().parent
    while not parent.exists():
        parent = parent.parent
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise W2VError(f"{folder} cannot be written: {parent} is not a folder one may write to.")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _disk_full(error: BaseException) -> bool:
    return "No space left" in str(error) or (isinstance(error, OSError) and error.errno == errno.ENOSPC)
