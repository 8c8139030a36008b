"""Checkpoint, a callback that writes states of a run to go on from, and `latest`, which finds the newest of them.

    FOLDER/epoch-0003                  after epoch 3
    FOLDER/epoch-0004-block-00000120   in epoch 4, after 120 of its blocks

Each is a model folder like any other, with what the run needs to go on besides, and appears whole or not at all.
"""

import math
import os
import re
import shutil
import time
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from w2v.base.locks import locked
from w2v.base.settings import whole_number
from w2v.errors import W2VError, shown
from w2v.models.model import Model
from w2v.training.callbacks import Callback, Trained, is_due
from w2v.training.early_stopping import EarlyStopping

CHECKPOINTS = 20  # of a run, unless `every` is given
SECONDS = 600.0  # between two states, where a run is kept by default
SHARE = 0.01  # of a run's time that states after epochs may take, where it is kept by default
FIRST_COST = 0.2  # seconds that a state is taken to need before one was written
LEAST_KEPT = 2  # states, since the newest may be damaged
_STATE = re.compile(r"epoch-(\d{4,})(?:-block-(\d{8,}))?").fullmatch

Loaded = TypeVar("Loaded")


class _State(NamedTuple):
    """A state in a folder; in order, the further ones last."""

    epochs: int  # that are complete
    blocks: int  # of the next one
    path: Path

    @property
    def reached(self) -> tuple[int, int]:
        return self.epochs, self.blocks


class Checkpoint(Callback):
    """Saves the model after every few epochs and after the last, within epochs, and when a signal ends the run.

    Args:
        folder: where states are kept; it is made if need be. Only one run at a time may use it.
        every: epochs from one state to the next, at least 1; None: 1, and of a run of more than 20 epochs so many that
            there are about 20 of them.
        keep: only the so many newest states are kept, at least 1; None: all that were written after epochs, and the
            two newest.
        seconds: of training, above 0, after which a state is written in the midst of an epoch; None: none is, unless a
            signal ends the run.
        share: of the time of the run, above 0, that states after epochs may take: those that cost more are left out.
            None: none is left out.
        last: whether the state after the last epoch is written whatever share of the time it takes.
        best: of an EarlyStopping of the same run, called before, the best epoch is kept as well, and found again.

    Attributes:
        newest: the folder of the newest state that this run has written or begun from; None: there is none.

    Raises:
        W2VError: a number out of its range; when training begins, a folder that holds states from further on than the
            run begins, which are another run's, or that another process writes to.
    """

    keeps_states = True

    def __init__(
        self,
        folder: str | Path,
        *,
        every: int | None = None,
        keep: int | None = None,
        seconds: float | None = None,
        share: float | None = None,
        last: bool = True,
        best: EarlyStopping | None = None,
    ) -> None:
        for name, number in (("every", every), ("keep", keep)):
            if number is not None:
                whole_number(f"Checkpoint's {name}", number, 1)
        for name, value in (("seconds", seconds), ("share", share)):
            if value is not None and not (isinstance(value, (int, float)) and 0 < value < math.inf):
                raise W2VError(f"Checkpoint's {name} is {shown(value)}; expected a number above 0.")
        if best is not None and not isinstance(best, EarlyStopping):
            raise W2VError(f"Checkpoint's best is {shown(best)}; expected an EarlyStopping.")
        self.folder = _folder(folder)
        self.newest: Path | None = None
        self._every, self._keep, self._seconds, self._share = every, keep, seconds, share
        self._last, self._best = last, best
        self._cost, self._saved = FIRST_COST, time.monotonic()
        self._held = ExitStack()

    def __repr__(self) -> str:
        return f"Checkpoint({str(self.folder)!r}, {f'newest {self.newest.name}' if self.newest else 'no state yet'})"

    @classmethod
    def of(cls, checkpoint: "str | Path | Checkpoint | None", **usual: Any) -> "Checkpoint | None":
        """What is given as `checkpoint=`: one of these, or a folder for the two newest states of a run.

        They are written every ten minutes, and after each epoch as far as that takes no more than a hundredth of the
        time. usual: other arguments than these.
        """
        if checkpoint is None or isinstance(checkpoint, Checkpoint):
            return checkpoint
        return cls(checkpoint, **{"every": 1, "keep": LEAST_KEPT, "seconds": SECONDS, "share": SHARE} | usual)

    def held(self) -> AbstractContextManager[Any]:
        """A context in which no other process can use the folder. Raises W2VError where one does."""
        return locked(self.folder)

    def latest(self, load: Callable[[Path], Loaded]) -> Loaded | None:
        """The newest state that is whole (`newest_whole`)."""
        return newest_whole(self.folder, load)

    def states(self) -> list[Path]:
        """The folders of the states there are, the furthest last."""
        return [state.path for state in _states(self.folder)]

    def thin_out(self) -> None:
        """Remove all states but the furthest, where there is no room for more."""
        for path in self.states()[:-1]:
            shutil.rmtree(path)

    def discard(self) -> None:
        """Remove all states, and the folder if nothing else is in it."""
        for state in _states(self.folder):
            shutil.rmtree(state.path)
        with suppress(OSError):
            self.folder.rmdir()
        self.newest = None

    def on_train_begin(self, model: Trained) -> None:
        self._held.enter_context(self.held())
        begun = len(model.history), model.part.blocks if model.part else 0
        there = _states(self.folder)
        for state in reversed(there):
            if state.reached > begun:
                self._remove_if_damaged(state, model)
        self.newest = next((state.path for state in there if state.reached == begun), None)
        kept = self._best and [state for state in there if state.reached == (self._best.best_epoch, 0)]
        if self._best and self._best.best is None and kept:
            try:
                self._best.best = model.load_checkpoint(kept[0].path)
            except W2VError as error:
                warnings.warn(
                    f"{error} It was the best epoch so far: if none is better from here on, the last is taken.",
                    stacklevel=2,
                )
        self._saved = time.monotonic()

    def on_epoch_end(self, model: Trained) -> None:
        epoch = model.history[-1].epoch
        is_best = self._best is not None and self._best.best_epoch == epoch
        is_last = self._last and epoch == model.n_epochs
        every = self._every or math.ceil(model.n_epochs / CHECKPOINTS)
        if is_best or is_last or (is_due(epoch, every, model) and self._pays()):
            self._save(model, self.folder / f"epoch-{epoch:04}")

    def pause_is_due(self) -> bool:
        return self._seconds is not None and time.monotonic() - self._saved >= self._seconds

    def on_pause(self, model: Trained) -> None:
        if model.part is not None:
            self._save(model, self.folder / f"epoch-{len(model.history) + 1:04}-block-{model.part.blocks:08}")

    def on_train_end(self) -> None:
        self._held.close()

    def _pays(self) -> bool:
        return self._share is None or (time.monotonic() - self._saved) * self._share >= self._cost

    def _save(self, model: Trained, path: Path) -> None:
        began = time.monotonic()
        try:
            self._write(model, path)
        except (W2VError, OSError) as error:  # the run is worth more than its states
            self._saved = time.monotonic()
            warnings.warn(f"A state of the run could not be kept, and training goes on. {error}", stacklevel=2)
            return
        self.newest, self._saved = path, time.monotonic()
        self._cost = self._saved - began
        there = _states(self.folder)
        kept = there[-(self._keep or LEAST_KEPT) :]
        for old in there:
            of_use = (self._keep is None and not old.blocks) or (self._best and self._best.best_epoch == old.epochs)
            if old not in kept and not (of_use and not old.blocks):
                shutil.rmtree(old.path)

    def _write(self, model: Trained, path: Path) -> None:
        """Write a state; where there is no room for another, in place of all but the newest."""
        try:
            model.save_checkpoint(path)
        except (W2VError, OSError):
            if len(self.states()) < LEAST_KEPT:
                raise
            self.thin_out()
            model.save_checkpoint(path)

    def _remove_if_damaged(self, state: _State, model: Trained) -> None:
        """A state from further on than the run begins: if it is whole, it is another run's."""
        try:
            model.load_checkpoint(state.path)
        except W2VError:
            shutil.rmtree(state.path)
            return
        raise W2VError(
            f"{self.folder} holds checkpoints up to epoch {state.epochs + (state.blocks > 0)}, and this run begins "
            f"after epoch {len(model.history)}. Resume from the newest of them (resume=True), delete them, or choose "
            "another folder."
        )


def latest(folder: str | Path, head: str | type | None = None) -> Model | None:
    """The newest state of a run on text in a folder, for `train(..., resume=...)`; None where there is none yet.

    One that is damaged is passed over, with a warning, for the one before it.

    head: as for `Model.load`, for a head that is not part of w2v.

    Raises:
        W2VError: no state there is whole, or they are of relations.
    """
    return newest_whole(_folder(folder), partial(Model.load, head=head))


def _folder(given: str | Path) -> Path:
    """The folder of a run's states. Raises W2VError for what is no path."""
    if not isinstance(given, (str, os.PathLike)) or not str(given) or "\0" in str(given):
        raise W2VError(f"The folder of a run's states is {shown(given)}; expected a path.")
    folder = Path(given)
    if folder.exists() and not folder.is_dir():
        raise W2VError(f"{folder} is no folder: the states of a run cannot be kept there.")
    return folder


def newest_whole(folder: Path, load: Callable[[Path], Loaded]) -> Loaded | None:
    """The newest state in a folder that `load` can load; None where there is none.

    Raises:
        W2VError: there are some, and it could load none of them: what it says of the newest.
    """
    problem: W2VError | None = None
    for state in reversed(_states(folder)):
        try:
            found = load(state.path)
        except W2VError as error:
            problem = problem or error
            continue
        if problem:
            warnings.warn(f"{problem} Going on from {state.path.name} before it.", stacklevel=2)
        return found
    if problem:
        raise problem
    return None


def _states(folder: Path) -> list[_State]:
    """The states in a folder, the furthest last."""
    found = [(_STATE(path.name), path) for path in folder.iterdir()] if folder.is_dir() else []
    return sorted(
        _State(int(match[1]) - bool(match[2]), int(match[2] or 0), path)
        for match, path in found
        if match and int(match[1])
    )
