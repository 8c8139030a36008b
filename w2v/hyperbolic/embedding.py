"""Embedded relations: settings, nodes, points and history, and the folder they are saved in.

    MODEL/config.json          the settings, and "geometry": poincare or euclidean
    MODEL/vocab.txt            `node degree` lines, in the order of the points
    MODEL/tables.safetensors   input: float64 [V, D], the points; pairs: int32 [E, 2], child and parent; weights: [E]
    MODEL/history.json         one record per epoch
    MODEL/snapshots.safetensors   where points were kept on the way: float64 [V, D] under the number of each epoch
    MODEL/run.json             whether its run has ended, and if not how far the next epoch is
    MODEL/state.safetensors    in checkpoints of Lorentz's space only: the table being trained

Points trained in Lorentz's space are saved as points of the ball: it is the same space.
"""

import json
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.atomic_folder import atomic_folder
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.geometry import EUCLIDEAN, POINCARE, Space
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.settings import PoincareConfig
from w2v.models.history import EpochPart, EpochRecord
from w2v.models.model import RUN, STATE
from w2v.vectors import KeyedVectors
from w2v.vectors.poincare import PoincareKeyedVectors

FILES = ("config.json", "vocab.txt", "tables.safetensors", "history.json")
SNAPSHOTS = "snapshots.safetensors"


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
                f"{len(strange):,} of {len(relations.nodes):,} nodes are not in the model, {strange[0]!r} among them; "
                "give relations between nodes that it was trained on."
            )
        pairs = np.array([row[node] for node in relations.nodes], dtype=np.int32)[relations.pairs]
        keys, known = (those.astype(np.int64) @ [len(row), 1] for those in (pairs, self.relations.pairs))
        new = pairs[~np.isin(keys, known)]
        if not len(new):
            raise W2VError(f"All {len(pairs):,} pairs were trained on. Give other relations; or none, to rank those.")
        return new, len(pairs) - len(new)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the folder: it appears whole or not at all.

        Raises:
            W2VError: the folder exists and `overwrite` is not set, is not a model, or the disk is full.
        """
        self._save(folder, {"complete": self.complete}, {}, overwrite=overwrite)

    def save_checkpoint(self, folder: str | Path) -> None:
        """The same, with what a run needs to go on from here, in place of a checkpoint that may be there."""
        part = {"part": self.part.as_dict()} if self.part else {}
        state = {} if self.table is None else {"table": np.ascontiguousarray(self.table)}
        self._save(folder, part, state, overwrite=True)

    def load_checkpoint(self, folder: str | Path) -> "Embedding":
        """Read another state of the same run. Raises as `load` does."""
        return Embedding.load(folder)

    def _save(self, folder: str | Path, run: dict[str, Any], state: dict[str, np.ndarray], *, overwrite: bool) -> None:
        from safetensors.numpy import save_file

        relations = self.relations
        tables = {"input": self.points, "pairs": relations.pairs, "weights": relations.weights}
        tables = {name: np.ascontiguousarray(table) for name, table in tables.items()}
        kept = {str(epoch): np.ascontiguousarray(points) for epoch, points in self.snapshots.items()}
        size = sum(table.nbytes for table in [*tables.values(), *kept.values()])
        with atomic_folder(folder, overwrite=overwrite, size=size) as partial:
            settings = {"geometry": self.geometry, **asdict(self.config)}
            (partial / "config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
            Vocabulary(relations.nodes, relations.degrees.astype(np.int64)).save(partial / "vocab.txt")
            save_file(tables, partial / "tables.safetensors")
            if kept:
                save_file(kept, partial / SNAPSHOTS)
            lines = ",\n".join(json.dumps(record.as_dict()) for record in self.history)
            (partial / "history.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
            (partial / RUN).write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
            if state:
                save_file(state, partial / STATE)

    @classmethod
    def load(cls, folder: str | Path) -> "Embedding":
        """Read what `save` wrote.

        Raises:
            W2VError: not such a folder, one of a model of text, or a file of it is damaged.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load_file

        folder = Path(folder)
        missing = [name for name in FILES if not (folder / name).is_file()]
        if missing:
            raise W2VError(f"{folder} is not a model of relations: it has no {', '.join(missing)}.")
        try:
            settings: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            if "space" not in settings:
                raise W2VError(
                    f"{folder} is a model of text, not of relations; expected a folder that `w2v poincare train` wrote."
                )
            settings.pop("geometry")
            tables = load_file(folder / "tables.safetensors")
            nodes = list(Vocabulary.load(folder / "vocab.txt").words)
            kept = load_file(folder / SNAPSHOTS) if (folder / SNAPSHOTS).is_file() else {}
            records = json.loads((folder / "history.json").read_text(encoding="utf-8"))
            run = json.loads((folder / RUN).read_text(encoding="utf-8")) if (folder / RUN).is_file() else {}
            state = load_file(folder / STATE) if (folder / STATE).is_file() else {}
            return cls(
                PoincareConfig.of(settings),
                Relations(nodes, tables["pairs"], tables["weights"]),
                tables["input"],
                [EpochRecord.of(record) for record in records],
                {int(epoch): kept[epoch] for epoch in sorted(kept, key=int)},
                state.get("table"),
                EpochPart.of(run["part"]) if "part" in run else None,
                run.get("complete", False),
            )
        except (SafetensorError, json.JSONDecodeError, KeyError, TypeError) as error:
            raise W2VError(f"The model {folder} is damaged: {error}. Train or copy it again.") from error
