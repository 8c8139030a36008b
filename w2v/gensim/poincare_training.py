"""What gensim's PoincareModel knows, handed to the trainer of `w2v.hyperbolic` and taken back."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np

from w2v.errors import W2VError, counted, shown
from w2v.gensim.lifecycle import Lifecycle
from w2v.gensim.notes import logger
from w2v.gensim.poincare_vectors import PoincareKeyedVectors
from w2v.geometry import POINCARE
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.settings import PoincareConfig
from w2v.hyperbolic.trainer import train_relations
from w2v.models.history import EpochRecord
from w2v.training.callbacks import Callback
from w2v.vectors.poincare import PoincareKeyedVectors as Points


class Training(Lifecycle):
    """The state of a PoincareModel, and how it is trained."""

    size: int
    train_alpha: float
    negative: int
    workers: int
    epsilon: float
    burn_in: int
    burn_in_alpha: float
    init_range: tuple[float, float]
    dtype: Any
    seed: int | None
    kv: PoincareKeyedVectors
    train_data: Any
    all_relations: list[tuple[int, ...]]
    node_relations: dict[int, set[int]]
    history: list[EpochRecord]
    _burn_in_done: bool

    def _begin(self) -> None:
        """Without nodes yet."""
        try:
            kind = np.dtype(self.dtype)
        except TypeError:
            kind = np.dtype(object)
        if kind.kind != "f":
            raise W2VError(f"dtype is {shown(self.dtype)}; expected a floating type, as np.float64 or np.float32.")
        self.dtype = kind.type
        low, high = self._range()
        if not max(abs(low), abs(high)) * self.size**0.5 < 1:
            raise W2VError(
                f"init_range is {shown(self.init_range)}: points of {self.size} such numbers may be longer than 1, and "
                f"all are to lie in the unit ball. Give a smaller one, as (-0.001, 0.001)."
            )
        self.kv = PoincareKeyedVectors(self.size, 0, dtype=self.dtype)
        self.all_relations, self.node_relations = [], defaultdict(set)
        self.history, self._burn_in_done = [], False

    def _range(self) -> tuple[float, float]:
        try:
            low, high = map(float, self.init_range)
        except (TypeError, ValueError):
            low, high = 1.0, 0.0
        if not low <= high:
            raise W2VError(f"init_range is {shown(self.init_range)}; expected two numbers, the smaller one first.")
        return low, high

    def _config(self, epochs: int, burn_in: int) -> PoincareConfig:
        """The settings of one call of `train`, whose seed follows from how many epochs there were before."""
        before = len(getattr(self, "history", ()))
        if self.seed is not None and not (isinstance(self.seed, (int, np.integer)) and 0 <= self.seed < 2**32):
            raise W2VError(f"seed is {shown(self.seed)}; expected a whole number from 0 to 4294967295, or None.")
        seed = np.random.SeedSequence(None if self.seed is None else [self.seed, before]).generate_state(1)[0]
        names = {"vector_size": "size", "negative": "negative", "workers": "workers", "alpha": "train_alpha"}
        names |= {"min_alpha": "train_alpha", "epsilon": "epsilon", "burn_in_alpha": "burn_in_alpha"}
        given: dict[str, Any] = {name: getattr(self, ours) for name, ours in names.items()}
        given = {name: value.item() if isinstance(value, np.generic) else value for name, value in given.items()}
        given |= {"epochs": max(burn_in + epochs, 1), "burn_in": burn_in, "restart": 0, "seed": int(seed)}
        return PoincareConfig(**given, near_negatives=False, ns_exponent=1.0)

    def _relations(self, names: list[str]) -> Relations:
        """The relations, each once, with a weight that says how often it was given; those of a node with itself out."""
        rows = np.array(self.all_relations, dtype=np.int64).reshape(-1, 2)
        rows = rows[rows[:, 0] != rows[:, 1]]
        pairs, first, times = np.unique(rows, axis=0, return_index=True, return_counts=True)
        order = np.argsort(first)
        return Relations(names, pairs[order].astype(np.int32), times[order].astype(np.float64))

    def _train(self, epochs: int, burn_in: int) -> None:
        names = [str(place) for place in range(len(self.kv))]  # nodes may be anything hashable
        relations = self._relations(names)
        degrees = np.bincount(relations.pairs[:, 0], minlength=len(names))
        if not ((degrees > 0) & (degrees < len(names) - 1)).any():
            logger.warning("all points stay: no node is related to some nodes and not to others")
            return
        before = len(self.history)
        if self.kv.vectors.shape != (len(names), self.size) or not np.isfinite(self.kv.vectors).all():
            raise W2VError(
                f"kv.vectors has shape {list(self.kv.vectors.shape)}, or holds NaN or infinity; expected a point for "
                f"each of {counted(len(names), 'node')}, {self.size} finite numbers."
            )
        points = Points(names, POINCARE.projx(self.kv.vectors.astype(np.float64)))
        done = train_relations(relations, self._config(epochs, burn_in), _Log(before), init=points)
        trained = POINCARE.projx(done.points.astype(self.dtype))
        if self.kv.vectors.flags.writeable and self.kv.vectors.dtype == self.dtype:
            self.kv.vectors[:] = trained
        else:
            self.kv.vectors = trained
        self.kv.norms = None
        self.history += [replace(record, epoch=before + record.epoch) for record in done.history]

    def _embedding(self, names: list[str]) -> Embedding:
        """All of it as an embedding, to be saved."""
        config = self._config(max(len(self.history) - self.burn_in, 0), self.burn_in if self._burn_in_done else 0)
        config = config.replace(epochs=max(len(self.history), 1))
        points = POINCARE.projx(self.kv.vectors.astype(np.float64))
        return Embedding(config, self._relations(names), points, self.history, complete=True)


class _Log(Callback):
    """Tells the log, where gensim tells it, too."""

    def __init__(self, before: int) -> None:
        self._before = before

    def on_note(self, note: str) -> None:
        logger.info("%s", note)

    def on_epoch_end(self, model: Any) -> None:
        record = model.history[-1]
        logger.info(
            "training on epoch %d, loss: %.4f, %.0f pairs/s", self._before + record.epoch, record.loss, record.speed
        )
