"""Checkpoint, a callback that saves the model every few epochs, and `latest`, which finds where to go on from."""

import math
import re
import shutil
from pathlib import Path

from w2v.errors import W2VError
from w2v.models.model import Model
from w2v.training.callbacks import Callback, Trained, is_due

CHECKPOINTS = 20  # of a run, unless `every` is given
_CHECKPOINT = re.compile(r"epoch-(\d{4,})").fullmatch


class Checkpoint(Callback):
    """Saves the model after every few epochs and after the last, as FOLDER/epoch-0001 and so on.

    Each is a model folder like any other, with what the run needs to go on besides, and appears whole or not at all.

    Args:
        folder: where they are kept; it is made if need be.
        every: epochs from one checkpoint to the next, at least 1; None: 1, and of a run of more than 20 epochs so many
            that there are about 20 checkpoints.
        keep: only the so many newest are kept, at least 1; None: all.

    Raises:
        W2VError: `every` or `keep` below 1; when training begins, a folder that holds later epochs than the run has
            had, which are another run's.
    """

    def __init__(self, folder: str | Path, *, every: int | None = None, keep: int | None = None) -> None:
        if (every is not None and every < 1) or (keep is not None and keep < 1):
            raise W2VError(f"Checkpoint's every is {every} and its keep is {keep}; expected at least 1 of both.")
        self._folder, self._every, self._keep = Path(folder), every, keep

    def on_train_begin(self, model: Trained) -> None:
        if (there := _checkpoints(self._folder)) and max(there) > len(model.history):
            resume = "Resume from the newest of them, delete them" if model.resumable else "Delete them"
            raise W2VError(
                f"{self._folder} holds checkpoints up to epoch {max(there)}, and this run begins after epoch "
                f"{len(model.history)}. {resume}, or choose another folder."
            )

    def on_epoch_end(self, model: Trained) -> None:
        epoch = model.history[-1].epoch
        if not is_due(epoch, self._every or math.ceil(model.n_epochs / CHECKPOINTS), model):
            return
        model.save_checkpoint(self._folder / f"epoch-{epoch:04}")
        there = _checkpoints(self._folder)
        for old in sorted(there)[: -self._keep] if self._keep else ():
            shutil.rmtree(there[old])


def latest(folder: str | Path, head: str | type | None = None) -> Model | None:
    """The newest checkpoint in a folder, for `train(..., resume=...)`; None where there is none yet.

    head: as for `Model.load`, for a head that is not part of w2v.

    Raises:
        W2VError: it is damaged, or of relations, whose training cannot be resumed.
    """
    there = _checkpoints(Path(folder))
    return Model.load(there[max(there)], head) if there else None


def _checkpoints(folder: Path) -> dict[int, Path]:
    """The checkpoints in a folder, by epoch."""
    found = [(_CHECKPOINT(path.name), path) for path in folder.iterdir()] if folder.is_dir() else []
    return {int(match[1]): path for match, path in found if match}
