"""Callbacks: methods that are called while a run goes on. Subclass `Callback` and override those that you need.

Ready ones: `evaluate.py` scores the model every few epochs, `early_stopping.py` ends a run, `checkpoint.py` saves it.
"""

from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from w2v.errors import W2VError, shown
from w2v.models.history import WORDS, EpochPart, EpochRecord

if TYPE_CHECKING:
    from w2v.corpus.stream import Stream


class Trained(Protocol):
    """What callbacks get as `model`: a `Model`, or where relations are trained on an `Embedding`."""

    @property
    def history(self) -> list[EpochRecord]:
        """One record for each epoch so far."""

    @property
    def n_epochs(self) -> int:
        """How many epochs the history has when the run has ended."""

    @property
    def before(self) -> int:
        """How many of them are of trainings before the run, on this text or another."""

    @property
    def settled(self) -> bool:
        """Whether losses and scores are comparable from here on: of relations, only after leaves were restarted."""

    @property
    def part(self) -> EpochPart | None:
        """How far the epoch after those of the history is, where the run pauses in its midst."""

    @property
    def nbytes(self) -> int:
        """Bytes that it takes when it is saved, nearly."""

    def copy(self) -> "Trained":
        """A copy as it is now, while training goes on."""

    def save_checkpoint(self, folder: str | Path) -> None:
        """Write its folder, with what a run needs to go on from it, in place of one that may be there."""

    def load_checkpoint(self, folder: str | Path) -> "Trained":
        """Read another state of the same run. Raises W2VError where it is damaged."""


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
    """Raised in `on_epoch_end` or `on_train_begin`: the run ends there, as if it were complete.

    Its text goes to `on_note`.
    """


class Callback:
    """Base of all callbacks; its methods do nothing. An exception raised in a callback ends the run.

    keeps_states: whether `on_pause` writes a state to go on from. Then Ctrl-C, SIGTERM and SIGHUP end a run between two
        blocks, and not before it has been called.
    reports: whether it tells a person how the run goes. Then a run from Python brings no bar of its own.
    """

    keeps_states: bool = False
    reports: bool = False

    def on_read(self, tokens: int) -> None:
        """Called while the text is read, with the number of tokens so far."""

    def on_corpus(self, stream: "Stream") -> None:
        """Called when the text is read and the vocabulary is made."""

    def on_relations(self, relations: Any) -> None:
        """Called instead where a `PoincareModel` has read its `Relations`."""

    def on_note(self, sentence: str) -> None:
        """Called with a sentence for the user, such as the reason why a slower engine is used."""

    def on_train_begin(self, model: Any) -> None:
        """Called before the first epoch, with a `Trained`: a `Model`, or of relations an `Embedding`.

        On the CPU a `Model`'s tables are those that are going to be trained, not a copy.
        """

    def on_block(self, progress: Progress) -> None:
        """Called after each block."""

    def on_epoch_end(self, model: Any) -> None:
        """Called after each epoch, with the model as it stands, its newest record last in `model.history`.

        A `Model`'s tables are those being trained: copy what is to be kept, or save the model.
        """

    def pause_is_due(self) -> bool:
        """Called after each block; whether training shall pause as soon as the blocks that have begun are finished."""
        return False

    def on_pause(self, model: Any) -> None:
        """Called when training pauses in the midst of an epoch: `pause_is_due` said so, or a signal ends the run.

        `model.part` says how far it is; another run can go on from here if the model is saved as a checkpoint.
        """

    def on_train_end(self) -> None:
        """Called when training has ended, also by an error or a signal."""


def is_due(epochs: int, every: int, model: Trained) -> bool:
    """Whether something done every few epochs is due: after the last it always is."""
    return epochs % every == 0 or len(model.history) == model.n_epochs


Callbacks = Iterable[Callback] | Callback | None  # what functions that train take as `callbacks`


class CallbackList(Callback):
    """Several callbacks as one, called in the order given: give those that measure before those that report.

    callbacks: an iterable of them, one alone, or None.

    Raises:
        W2VError: one is no instance of `Callback`: a class, a function, another library's callback.
    """

    def __init__(self, callbacks: Callbacks) -> None:
        alone = isinstance(callbacks, (Callback, str)) or not isinstance(callbacks, Iterable)
        given: list[Any] = [] if callbacks is None else [callbacks] if alone else list(callbacks)  # type: ignore[arg-type]
        if strange := [member for member in given if not isinstance(member, Callback)]:
            raise W2VError(_no_callback(strange[0]))
        self._members: list[Callback] = given
        self.keeps_states = any(member.keeps_states for member in given)
        self.reports = any(member.reports for member in given)

    def on_read(self, tokens: int) -> None:
        for member in self._members:
            member.on_read(tokens)

    def on_corpus(self, stream: "Stream") -> None:
        for member in self._members:
            member.on_corpus(stream)

    def on_relations(self, relations: Any) -> None:
        for member in self._members:
            member.on_relations(relations)

    def on_note(self, sentence: str) -> None:
        for member in self._members:
            member.on_note(sentence)

    def on_train_begin(self, model: Any) -> None:
        self._all_may_stop("on_train_begin", model)

    def on_block(self, progress: Progress) -> None:
        for member in self._members:
            member.on_block(progress)

    def on_epoch_end(self, model: Any) -> None:
        self._all_may_stop("on_epoch_end", model)

    def pause_is_due(self) -> bool:
        return any(member.pause_is_due() for member in self._members)

    def on_pause(self, model: Any) -> None:
        for member in self._members:
            member.on_pause(model)

    def on_train_end(self) -> None:
        with ExitStack() as stack:  # which calls all, also where one raises
            for member in reversed(self._members):
                stack.callback(member.on_train_end)

    def _all_may_stop(self, method: str, model: Any) -> None:
        """All of them are called, even when one raises StopTraining."""
        reasons = []
        for member in self._members:
            try:
                getattr(member, method)(model)
            except StopTraining as stop:
                reasons.append(str(stop))
        if reasons:
            raise StopTraining(" ".join(reasons))


def _no_callback(given: Any) -> str:
    """The error message for what was given as a callback and is none."""
    if isinstance(given, type) and issubclass(given, Callback):
        return f"The class {given.__name__} was given as a callback; give an instance, as {given.__name__}() makes one."
    return (
        f"{shown(given)} was given as a callback; expected an instance of a subclass of w2v.Callback. Its "
        "methods, such as on_epoch_end(model), can call another library's callback, or a function."
    )
