"""The training loop, for text and for relations: epochs over blocks, what callbacks get of them, and their records."""

import math
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import NamedTuple, Protocol

from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.training.callbacks import Callback, Progress, StopTraining, Trained


class Totals(NamedTuple):
    """What one or several blocks of an epoch come to: sums."""

    loss: float = 0.0  # nats
    weight: float = 0.0  # what the loss is divided by to be a mean: examples, or the weights of pairs
    examples: int = 0
    passed: int = 0  # in the trainer's unit
    clamps: int = 0

    def plus(self, other: "Totals") -> "Totals":
        """The sums of both."""
        return Totals(
            self.loss + other.loss,
            self.weight + other.weight,
            self.examples + other.examples,
            self.passed + other.passed,
            self.clamps + other.clamps,
        )

    @property
    def mean(self) -> float:
        """Nats per example; 0 without examples."""
        return self.loss / self.weight if self.weight else 0.0


class Trainer(Protocol):
    """What the loop needs of that which is trained: `TextTrainer` and `hyperbolic.trainer.RelationsTrainer`."""

    unit: str  # of what it passes: `history.WORDS` or `history.PAIRS`
    n_epochs: int
    n_blocks: int  # of an epoch
    alpha: float  # the learning rate of the settings

    def begin_epoch(self, epoch: int) -> str | None:
        """Before epoch `epoch`, from 0; returns a note for the user, if any."""

    def train_epoch(self, epoch: int) -> Generator[Totals, None, None]:
        """Train all blocks, and yield what each comes to; closing the iterator ends the work at once."""

    def end_epoch(self, epoch: int, totals: Totals) -> str | None:
        """Look at what an epoch came to; returns a note for the user, if any.

        Raises:
            W2VError: it came to nothing.
        """

    def learning_rate(self, epoch: int, passed: float) -> float:
        """The rate after a share `passed` of an epoch."""

    def snapshot(self, history: list[EpochRecord]) -> Trained:
        """What is trained as it stands, for callbacks."""


def run(trainer: Trainer, callback: Callback, history: Sequence[EpochRecord] = ()) -> list[EpochRecord]:
    """Train for all epochs that are not in the history yet, or until a callback raises StopTraining.

    Args:
        trainer: what is trained.
        callback: called on the way.
        history: of the epochs before, where a run goes on.

    Returns:
        The history, with a record for each epoch.

    Raises:
        W2VError: the run diverged, or what `Trainer.end_epoch` raises.
    """
    history = list(history)
    callback.on_train_begin(trainer.snapshot(history))
    for epoch in range(len(history), trainer.n_epochs):
        if note := trainer.begin_epoch(epoch):
            callback.on_note(note)
        history.append(_train_epoch(trainer, epoch, callback))
        try:
            callback.on_epoch_end(trainer.snapshot(history))
        except StopTraining as stop:
            callback.on_note(str(stop))
            break
    return history


def _train_epoch(trainer: Trainer, epoch: int, callback: Callback) -> EpochRecord:
    """One pass over all blocks."""
    began, totals = time.perf_counter(), Totals()
    with closing(trainer.train_epoch(epoch)) as blocks:
        for turn, block in enumerate(blocks):
            totals = totals.plus(block)
            passed = (turn + 1) / trainer.n_blocks
            fraction = (epoch + passed) / trainer.n_epochs
            speed = totals.passed / max(time.perf_counter() - began, 1e-9)
            alpha = trainer.learning_rate(epoch, passed)
            callback.on_block(Progress(epoch + 1, trainer.n_epochs, fraction, totals.mean, alpha, speed, trainer.unit))
    if note := trainer.end_epoch(epoch, totals):
        callback.on_note(note)
    if not math.isfinite(totals.loss):
        raise W2VError(
            f"Training diverged in epoch {epoch + 1}: the loss is {totals.mean}. Lower alpha ({trainer.alpha})."
        )
    return EpochRecord(
        epoch + 1,
        totals.mean,
        totals.examples,
        totals.passed,
        time.perf_counter() - began,
        unit=trainer.unit,
        clamps=totals.clamps,
    )
