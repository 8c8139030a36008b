"""The training loop, for text and for relations: epochs over blocks, what callbacks get of them, and their records.

A run can be put aside between any two blocks, when a callback asks for it or a signal ends the program: what has begun
is finished, callbacks write the state, and another run goes on from it with the next block.
"""

import math
import time
from collections.abc import Generator, Sequence
from contextlib import closing, nullcontext
from typing import Protocol

from w2v.base.ranks import ALONE, Ranks
from w2v.base.signals import PATIENCE, StopRequests
from w2v.base.threads import OverdueError
from w2v.errors import W2VError
from w2v.models.history import EpochPart, EpochRecord, Totals
from w2v.training.callbacks import Callback, Progress, StopTraining, Trained


class Trainer(Protocol):
    """What the loop needs of that which is trained: `TextTrainer` and `hyperbolic.trainer.RelationsTrainer`."""

    before: int  # epochs that were trained before this run
    unit: str  # of what it passes: `history.WORDS` or `history.PAIRS`
    n_epochs: int
    n_blocks: int  # of an epoch
    alpha: float  # the learning rate of the settings

    def begin_epoch(self, epoch: int) -> str | None:
        """Before epoch `epoch`, from 0; returns a note for the user, if any."""

    def train_epoch(self, epoch: int, first: int) -> Generator[Totals, None, None]:
        """Train the blocks of the epoch's order from number `first`, and yield what each comes to.

        Closing the iterator ends the work at once; after `pause` it ends early.
        """

    def pause(self, within: float = math.inf) -> None:
        """Have `train_epoch` finish and yield what has begun, and begin nothing else (`engines.Engine.pause`)."""

    def end_epoch(self, epoch: int, totals: Totals) -> str | None:
        """Look at what an epoch came to; returns a note for the user, if any.

        Raises:
            W2VError: it came to nothing.
        """

    def learning_rate(self, epoch: int, passed: float) -> float:
        """The rate after a share `passed` of an epoch."""

    def snapshot(self, history: list[EpochRecord], part: EpochPart | None = None) -> Trained:
        """What is trained as it stands, for callbacks. part: of the epoch that is going on, where one was begun."""


def run(
    trainer: Trainer,
    callback: Callback,
    history: Sequence[EpochRecord] = (),
    part: EpochPart | None = None,
    ranks: Ranks = ALONE,
) -> list[EpochRecord]:
    """Train for all epochs that are not in the history yet, or until a callback raises StopTraining.

    Args:
        trainer: what is trained.
        callback: called on the way.
        history: of the epochs before, where a run goes on.
        part: of the epoch after those, where the run was put aside in its midst.
        ranks: that train together, and all end when one of them gets a signal.

    Returns:
        The history, with a record for each epoch.

    Raises:
        W2VError: the run diverged, or what `Trainer.end_epoch` raises.
        Interrupted: a signal ended the run. Callbacks that keep states have written one, unless a block took longer
            than there is patience for; then the one before is the newest.
    """
    history = list(history)
    try:
        with StopRequests() if callback.keeps_states else nullcontext(StopRequests()) as stop:
            callback.on_train_begin(trainer.snapshot(history, part))
            for epoch in range(len(history), trainer.n_epochs):
                part = _train_epoch(trainer, callback, stop, history, part, ranks)
                history.append(_record(trainer, callback, epoch, part))
                try:
                    callback.on_epoch_end(trainer.snapshot(history))
                except KeyboardInterrupt:
                    with stop.held_back():  # the epoch's end is still to come for whoever goes on
                        callback.on_pause(trainer.snapshot(history[:-1], part))
                    raise
                part = None
    except StopTraining as stopped:
        callback.on_note(str(stopped))
    finally:
        callback.on_train_end()
    return history


def _train_epoch(
    trainer: Trainer,
    callback: Callback,
    stop: StopRequests,
    history: list[EpochRecord],
    part: EpochPart | None,
    ranks: Ranks,
) -> EpochPart:
    """Train all blocks of an epoch that are not in the part, and pause where a callback or a signal asks for it."""
    with stop.held_back(lambda: trainer.pause(PATIENCE)):
        if part is None:
            part = EpochPart(0, trainer.n_blocks, Totals(), 0.0)
            if note := trainer.begin_epoch(len(history)):
                callback.on_note(note)
        while part.blocks < trainer.n_blocks and not _is_stopped(stop, ranks):
            before, part = part, _train_part(trainer, callback, stop, len(history), part)
            stopped = _is_stopped(stop, ranks)
            assert part.blocks > before.blocks or stopped, "or it would be called for ever"
            _check_finite(trainer, len(history), part.totals)
            if part.blocks < trainer.n_blocks or stopped:
                callback.on_pause(trainer.snapshot(history, part))
        _is_stopped(stop, ranks)
    stop.check()
    return part


def _is_stopped(stop: StopRequests, ranks: Ranks) -> bool:
    """Whether a signal was held back, on any of the ranks."""
    if ranks.size > 1:
        stop.number = next((number for number in ranks.gather(stop.number) if number is not None), None)
    return stop.number is not None


def _train_part(trainer: Trainer, callback: Callback, stop: StopRequests, epoch: int, part: EpochPart) -> EpochPart:
    """Train until the epoch ends or has to pause; returns how far it is then."""
    turn, totals, began = part.blocks, part.totals, time.perf_counter() - part.seconds
    try:
        with closing(trainer.train_epoch(epoch, turn)) as blocks:
            for block in blocks:
                turn, totals = turn + 1, totals.plus(block)
                passed = turn / trainer.n_blocks
                fraction = (epoch - trainer.before + passed) / (trainer.n_epochs - trainer.before)
                speed = totals.passed / max(time.perf_counter() - began, 1e-9)
                alpha = trainer.learning_rate(epoch, passed)
                callback.on_block(
                    Progress(epoch + 1, trainer.n_epochs, fraction, totals.mean, alpha, speed, trainer.unit)
                )
                if stop.number is not None:  # the signal may have come before there was anything to pause
                    trainer.pause(PATIENCE)
                elif callback.pause_is_due():
                    trainer.pause()
    except OverdueError:
        stop.check()
        raise
    return EpochPart(turn, trainer.n_blocks, totals, time.perf_counter() - began)


def _record(trainer: Trainer, callback: Callback, epoch: int, part: EpochPart) -> EpochRecord:
    """The record of an epoch whose blocks are all trained."""
    totals = part.totals
    if note := trainer.end_epoch(epoch, totals):
        callback.on_note(note)
    return EpochRecord(
        epoch + 1,
        totals.mean,
        totals.examples,
        totals.passed,
        part.seconds,
        unit=trainer.unit,
        clamps=totals.clamps,
    )


def _check_finite(trainer: Trainer, epoch: int, totals: Totals) -> None:
    """Raise a W2VError where training has diverged: there is no state to keep."""
    if not math.isfinite(totals.loss):
        raise W2VError(
            f"Training diverged in epoch {epoch + 1}: the loss is {totals.mean}. Lower alpha ({trainer.alpha})."
        )
