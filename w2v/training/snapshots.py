"""Snapshots, a callback that keeps the word vectors of some epochs, to draw how they formed.

    kept = Snapshots()
    Word2Vec(sentences, vector_size=2, callbacks=kept)
    write_film(kept.models, "forming.gif")

A `Checkpoint` keeps whole models on disk, for runs that take long; this keeps vectors in memory, for those of a lesson.
"""

import math
from typing import Any

from w2v.base.settings import whole_number
from w2v.errors import W2VError
from w2v.models.model import Model
from w2v.training.callbacks import Callback, is_due
from w2v.vectors import KeyedVectors

FARTHER = 1.2  # times as far as the epoch kept before; a run of 500 epochs leaves 30 states


class Snapshots(Callback):
    """Keeps copies of the word vectors: as the run begins, after some of its epochs, and after the last.

    Args:
        every: epochs from one state to the next, at least 1. None: each of the first few, and then ever fewer, a fifth
            of the way so far from one to the next, for vectors move most at first.

    Attributes:
        models: by epoch, the vectors as they were after it, in the order of the epochs. A run that begins anew has 0,
            its random beginning.

    Raises:
        W2VError: `every` below 1; when training begins, relations instead of a text (`PoincareModel` has `snapshots`).
    """

    def __init__(self, every: int | None = None) -> None:
        if every is not None:
            whole_number("Snapshots's every", every, 1)
        self._every = every
        self.models: dict[int, KeyedVectors] = {}

    def __repr__(self) -> str:
        return f"Snapshots(epochs {', '.join(map(str, self.models)) or 'none yet'})"

    def on_train_begin(self, model: Any) -> None:
        if not isinstance(model, Model):
            raise W2VError("Snapshots keeps vectors of words. For relations give snapshots=20, every how many epochs.")
        self.models = {}
        if model.part is None:  # else the tables are those of the next epoch by now
            self._keep(model)

    def on_epoch_end(self, model: Any) -> None:
        done = len(model.history)
        if self._every is not None:
            due = is_due(done, self._every, model)
        else:
            due = done >= math.ceil(FARTHER * max(self.models, default=0)) or done == model.n_epochs
        if due:
            self._keep(model)

    def _keep(self, model: Model) -> None:
        self.models[len(model.history)] = model.copy().vectors
