"""Watching a run: what `train` tells while it works. Subclass `Callback` and override what you want to hear.

Ready ones: `evaluate.py` scores the model every few epochs, `early_stopping.py` ends a run, `checkpoint.py` saves it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from w2v.errors import W2VError, shown
from w2v.models.history import WORDS, EpochRecord

if TYPE_CHECKING:
    from w2v.stream import Stream


class Trained(Protocol):
    """What callbacks get as `model`: a `Model`, or where relations are trained on an `Embedding`."""

    @property
    def history(self) -> list[EpochRecord]:
        """One record for each epoch so far."""

    @property
    def n_epochs(self) -> int:
        """How many epochs the whole run has."""

    @property
    def settled(self) -> bool:
        """Whether losses and scores are those of one task from here on."""

    @property
    def resumable(self) -> bool:
        """Whether a run can go on from it."""

    def copy(self) -> "Trained":
        """As it is now, while training goes on."""

    def save_checkpoint(self, folder: str | Path) -> None:
        """Write its folder, with what a run needs to go on from it, in place of one that may be there."""


@dataclass(frozen=True)
class Progress:
    """How far training is, after each block."""

    epoch: int  # from 1
    epochs: int
    fraction: float  # of the whole run, 0 to 1
    loss: float  # mean of the epoch so far, nats
    alpha: float  # learning rate of the block
    speed: float  # `unit`s per second, in this epoch so far
    unit: str = WORDS  # words of the corpus, before subsampling, or pairs


class StopTraining(Exception):  # noqa: N818  # not an error
    """Raised in `on_epoch_end`: the run ends there, as if it were complete. Its text is told as a note."""


class Callback:
    """Hears nothing of what it does not override. An exception raised in a callback ends the run."""

    def on_read(self, tokens: int) -> None:
        """While the text is read: tokens so far."""

    def on_corpus(self, stream: "Stream") -> None:
        """The text is read and the vocabulary is made."""

    def on_note(self, sentence: str) -> None:
        """Something the user should know, such as the reason for a slower engine."""

    def on_train_begin(self, model: Any) -> None:
        """Training begins. On the CPU the model's tables are those that are going to be trained, not a copy."""

    def on_block(self, progress: Progress) -> None:
        """A block is trained."""

    def on_epoch_end(self, model: Any) -> None:
        """An epoch is done: the model as it stands, its newest record last in `model.history`.

        The tables are those being trained: copy what is to be kept, or save the model.
        """


def is_due(epochs: int, every: int, model: Trained) -> bool:
    """Whether something done every few epochs is due: after the last it always is."""
    return epochs % every == 0 or len(model.history) == model.n_epochs


Callbacks = Iterable[Callback] | Callback | None  # as they are given to what trains


class CallbackList(Callback):
    """Several callbacks as one. They hear in the order given, so one that measures stands before one that reports.

    callbacks: as people give them: an iterable, only one, or None.

    Raises:
        W2VError: one is no `Callback`, but a class, a function, or another library's.
    """

    def __init__(self, callbacks: Callbacks) -> None:
        alone = isinstance(callbacks, (Callback, str)) or not isinstance(callbacks, Iterable)
        given: list[Any] = [] if callbacks is None else [callbacks] if alone else list(callbacks)  # type: ignore[arg-type]
        if strange := [member for member in given if not isinstance(member, Callback)]:
            raise W2VError(_no_callback(strange[0]))
        self._members: list[Callback] = given

    def on_read(self, tokens: int) -> None:
        for member in self._members:
            member.on_read(tokens)

    def on_corpus(self, stream: "Stream") -> None:
        for member in self._members:
            member.on_corpus(stream)

    def on_note(self, sentence: str) -> None:
        for member in self._members:
            member.on_note(sentence)

    def on_train_begin(self, model: Any) -> None:
        for member in self._members:
            member.on_train_begin(model)

    def on_block(self, progress: Progress) -> None:
        for member in self._members:
            member.on_block(progress)

    def on_epoch_end(self, model: Any) -> None:
        """All hear of the epoch, also when one of them ends the run."""
        reasons = []
        for member in self._members:
            try:
                member.on_epoch_end(model)
            except StopTraining as stop:
                reasons.append(str(stop))
        if reasons:
            raise StopTraining(" ".join(reasons))


def _no_callback(given: Any) -> str:
    """What to tell of what was given as one."""
    if isinstance(given, type) and issubclass(given, Callback):
        return f"The class {given.__name__} was given as a callback; give an instance, as {given.__name__}() makes one."
    return (
        f"{shown(given)} was given as a callback; expected an instance of a subclass of w2v.Callback. What another "
        "library's callback, or a function, should hear can be handed on by its methods, such as on_epoch_end(model)."
    )
