"""Embedded relations: settings, nodes, points and history, and the folder they are saved in.

Its tables are

    input      float64 [V, D], the points
    pairs      int32 [E, 2], child and parent
    weights    float64 [E]

and where points were kept on the way, in a file of their own, float64 [V, D] under the number of each epoch. What else
is in the folder is in `vectors/formats/model_folder.py`.

Points trained in Lorentz's space are saved as points of the ball: it is the same space.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import sealed_folder
from w2v.base.sealed_folder import Opened, opened
from w2v.base.tensor_file import COPY_AGAIN, Kind
from w2v.corpus.vocabulary import Vocabulary, with_spellings
from w2v.errors import W2VError, counted
from w2v.geometry import EUCLIDEAN, POINCARE, Space
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.settings import PoincareConfig
from w2v.models import history
from w2v.models.history import EpochPart, EpochRecord, RunState
from w2v.vectors import KeyedVectors
from w2v.vectors.formats.model_folder import (
    CONFIG,
    FILES,
    HISTORY,
    RUN,
    SNAPSHOTS,
    STATE,
    TABLES,
    VOCAB,
    settings_of,
    vocabulary_of,
)
from w2v.vectors.poincare import PoincareKeyedVectors


@dataclass(frozen=True, eq=False)
class Embedding:
    """All that training on relations leaves behind.

    points: float64 [V, D], of the ball or of flat space.
    snapshots: epoch -> points, as they were after it.
    table: float64 [V, D], what is trained where that is not the points themselves: the space-like coordinates of points
        of Lorentz's space. Only while a run goes on, and in its checkpoints.
    part: how far the epoch after those of the history is, where training pauses in its midst.
    complete: its run has ended, and there is nothing to go on with.
    """

    config: PoincareConfig
    relations: Relations
    points: np.ndarray
    history: list[EpochRecord]
    snapshots: dict[int, np.ndarray] = field(default_factory=dict)
    table: np.ndarray | None = None
    part: EpochPart | None = None
    complete: bool = False

    @property
    def n_epochs(self) -> int:
        """How many epochs the whole run has."""
        return self.config.epochs

    @property
    def before(self) -> int:
        """How many epochs are of trainings before the run: none."""
        return 0

    @property
    def nbytes(self) -> int:
        """Bytes of the points and pairs, which are nearly all that a saved model takes."""
        kept = [self.points, self.relations.pairs, self.relations.weights, *self.snapshots.values()]
        return sum(array.nbytes for array in kept)

    @property
    def geometry(self) -> str:
        """What the points are of: "poincare" or "euclidean"."""
        return "euclidean" if self.config.space == "euclidean" else "poincare"

    @property
    def space(self) -> Space:
        """The same, as what can measure them."""
        return EUCLIDEAN if self.geometry == "euclidean" else POINCARE

    @cached_property
    def vectors(self) -> KeyedVectors:
        """The nodes and their points, to be queried: the same object each time."""
        kind = KeyedVectors if self.geometry == "euclidean" else PoincareKeyedVectors
        return kind(self.relations.nodes, self.points, self.relations.degrees)

    def __repr__(self) -> str:
        size = f"{counted(len(self.relations.nodes), 'node')}, {counted(self.config.vector_size, 'dimension')}"
        return f"Embedding({self.config.space}, {size}, {counted(len(self.history), 'epoch')})"

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # `vectors` would be the points again

    @property
    def settled(self) -> bool:
        """Whether losses and scores are those of one task: until the leaves begin again, what is drawn changes."""
        return len(self.history) > self.config.restart_epochs

    def copy(self) -> "Embedding":
        """The embedding as it is now, while training goes on."""
        return replace(self, points=self.points.copy(), history=list(self.history), snapshots=dict(self.snapshots))

    def unseen(self, relations: Relations) -> tuple[np.ndarray, int]:
        """The pairs of other relations that were not trained on, in rows of `points`: int32 [N, 2]; and how many were.

        Raises:
            W2VError: a node that this embedding does not have, or none of the pairs is new.
        """
        row = {node: place for place, node in enumerate(self.relations.nodes)}
        strange = [node for node in relations.nodes if node not in row]
        if strange:
            raise W2VError(
                f"{len(strange):,} of {len(relations.nodes):,} nodes are not in the model: "
                f"{with_spellings(strange, self.relations.nodes)}. Give relations between nodes that it was trained on."
            )
        pairs = np.array([row[node] for node in relations.nodes], dtype=np.int32)[relations.pairs]
        keys, known = (those.astype(np.int64) @ [len(row), 1] for those in (pairs, self.relations.pairs))
        new = pairs[~np.isin(keys, known)]
        if not len(new):
            told = "The one pair was" if len(pairs) == 1 else f"All {len(pairs):,} pairs were"
            raise W2VError(f"{told} trained on. Give other relations; or none, to rank those.")
        return new, len(pairs) - len(new)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the folder: it appears whole or not at all.

        Raises:
            W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
        """
        self._save(folder, RunState(complete=self.complete), overwrite=overwrite)

    def save_checkpoint(self, folder: str | Path) -> None:
        """The same, with what a run needs to go on from here, in place of a checkpoint that may be there."""
        self._save(folder, RunState(part=self.part), {} if self.table is None else {"table": self.table})

    def load_checkpoint(self, folder: str | Path) -> "Embedding":
        """Read another state of the same run. Raises as `load` does."""
        return Embedding.load(folder)

    def _save(
        self,
        folder: str | Path,
        run: RunState,
        state: dict[str, np.ndarray] | None = None,
        *,
        overwrite: bool = True,
    ) -> None:
        relations = self.relations
        degrees = Vocabulary(relations.nodes, relations.degrees.astype(np.int64))
        files = {TABLES: {"input": self.points, "pairs": relations.pairs, "weights": relations.weights}}
        if self.snapshots:
            files[SNAPSHOTS] = {str(epoch): points for epoch, points in self.snapshots.items()}
        if state:
            files[STATE] = state
        texts = {CONFIG: self.config.as_json(geometry=self.geometry), VOCAB: degrees.as_text()}
        beside = {HISTORY: history.as_json(self.history), RUN: run.as_json()}
        sealed_folder.write(folder, texts, files, beside, overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path) -> "Embedding":
        """Read what `save` wrote.

        Raises:
            W2VError: not such a folder, one of a model of text, or a file of it is damaged.
        """
        with opened(folder, FILES, (SNAPSHOTS, STATE, RUN), what="a model of relations") as files:
            settings = settings_of(files)
            if "space" not in settings:
                raise W2VError(
                    f"{folder} is a model of text, not of relations; expected a folder that `w2v poincare train` wrote."
                )
            geometry = settings.pop("geometry", None)
            config = PoincareConfig.of(settings)
            vocab = vocabulary_of(files)
            records = history.parse(files.text(HISTORY), files.path(HISTORY), history.PAIRS)
            tables = files.arrays(TABLES)
            points = Kind("float64", (len(vocab), config.vector_size))
            wanted = {"input": points, "pairs": Kind("int32", (None, 2)), "weights": Kind("float64", (None,))}
            tables.expect(wanted, f"{CONFIG} and the {len(vocab):,} nodes of {VOCAB}")
            pairs, weights = tables.read("pairs"), tables.read("weights")
            _check_pairs(files.path(TABLES), pairs, weights, vocab)
            snapshots = _snapshots(files, points, config.epochs) if SNAPSHOTS in files else {}
            run = RunState.parse(files.text(RUN), files.path(RUN)) if RUN in files else RunState()
            table = None
            if STATE in files:
                state = files.arrays(STATE)
                state.expect({"table": points}, f"{CONFIG} and {VOCAB}")
                table = state.read("table")
            relations = Relations(vocab.words, pairs, weights)
            place = tables.read("input")
            embedding = cls(config, relations, place, records, snapshots, table, run.part, run.complete)
            if geometry != embedding.geometry:
                raise W2VError(
                    f"{files.path(CONFIG)} is damaged: it says that {config.space} space has {geometry!r:.20} "
                    f"geometry. {COPY_AGAIN}"
                )
            if geometry == "poincare":
                _check_in_ball(files.path(TABLES), [embedding.points])
                _check_in_ball(files.path(SNAPSHOTS), snapshots.values())
            return embedding


def _check_pairs(where: str, pairs: np.ndarray, weights: np.ndarray, vocab: Vocabulary) -> None:
    """Raise a W2VError unless these are pairs of two nodes each, with weights, and as many as `vocab.txt` counts."""
    told = None
    if len(pairs) != len(weights):
        told = f"there are {len(pairs):,} pairs and {len(weights):,} weights"
    elif not len(pairs) or pairs.min() < 0 or pairs.max() >= len(vocab):  # before anything is counted by them
        told = f"its pairs are of nodes that are not among the {len(vocab):,} of {VOCAB}, or there are none"
    elif (pairs[:, 0] == pairs[:, 1]).any():
        told = "a node is paired with itself"
    elif not (weights > 0).all():
        told = "a weight is not above 0"
    elif (np.bincount(pairs.ravel(), minlength=len(vocab)) != vocab.counts).any():
        told = f"its nodes are in other numbers of pairs than {VOCAB} says"
    if told:
        raise W2VError(f"{where} is damaged: {told}. {COPY_AGAIN}")


def _snapshots(files: Opened, points: Kind, epochs: int) -> dict[int, np.ndarray]:
    """The points as they were after some epochs, by epoch."""
    kept = files.arrays(SNAPSHOTS)
    kept.expect(dict.fromkeys(kept.kinds, points), f"{CONFIG} and {VOCAB}")
    for name in kept.kinds:
        if not re.fullmatch("0|[1-9][0-9]{0,17}", name) or int(name) > epochs:
            raise W2VError(f"{kept.where} is damaged: it has points after epoch {name:.60} of {epochs}. {COPY_AGAIN}")
    return {int(name): kept.read(name) for name in sorted(kept.kinds, key=int)}


def _check_in_ball(where: str, tables: Iterable[np.ndarray]) -> None:
    """Raise a W2VError unless all points, of tables [V, D], are of the open unit ball."""
    for points in tables:
        with np.errstate(over="ignore"):  # what overflows is infinite, and not in it either
            inside = np.einsum("vd,vd->v", points, points) < 1
        if not inside.all():
            raise W2VError(
                f"{where} is damaged: point number {int(inside.argmin())} is not inside of the unit ball. {COPY_AGAIN}"
            )
