"""Going on with a run: which state it is, whether it is of this run, and what is said of it."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Protocol, TypeVar

from w2v.base.settings import Settings
from w2v.corpus.blocks import Blocks
from w2v.errors import W2VError, counted
from w2v.training.callbacks import Trained
from w2v.training.checkpoint import Checkpoint

State = TypeVar("State")
BY = " by "
WITHOUT_EFFECT = ("workers", "engine", "device")  # on which steps are made


class Ended(Trained, Protocol):
    """What knows whether its run has ended."""

    @property
    def complete(self) -> bool: ...


def state_of(resume: State | bool | None, keeper: Checkpoint | None, load: Callable[[Path], State]) -> State | None:
    """What to go on from, where `resume` may be True: the newest state that is whole of those that are kept."""
    if resume is True and not keeper:
        raise W2VError("resume=True goes on from a state in checkpoint, and there is none. Give checkpoint=, a folder.")
    if resume is True and keeper:
        return keeper.latest(load)
    return None if isinstance(resume, bool) else resume


def text_of(blocks: Blocks, digest: str) -> str:
    """What says which text is trained on, and by how many ranks it was read, whose shares have another digest each."""
    size = len(getattr(blocks, "n_each", ()))
    return f"{digest}{BY}{size}" if size > 1 else digest


def is_same_text(earlier: str, now: str, same_counts: bool) -> bool:
    """Whether a run was on this text. same_counts: of all words, which has to do where it was read by others."""
    return earlier == now or (same_counts and earlier.partition(BY)[2] != now.partition(BY)[2])


def check_same_settings(earlier: Settings, now: Settings, may_differ: Iterable[str] = ()) -> None:
    """Raise a W2VError that names the settings that differ, but those that may."""
    before, after = asdict(earlier), asdict(now)
    free = {*WITHOUT_EFFECT, *may_differ}
    other = [name for name in after if before[name] != after[name] and name not in free]
    if other:
        told = ", ".join(f"{name} {before[name]!r}, now {after[name]!r}" for name in other)
        raise W2VError(
            f"The model to resume from was trained with other settings: {told}. Use its own, or start anew, without "
            "resume."
        )


def check_length(earlier: Trained, epochs: int) -> None:
    """Raise a W2VError where an earlier run went further than so many epochs."""
    done, more = len(earlier.history) - earlier.before, " and a part of the next" if earlier.part else ""
    if epochs != earlier.n_epochs - earlier.before and epochs < done + bool(more):
        raise W2VError(
            f"The run to go on with has trained {counted(done, 'epoch')}{more}, and epochs={epochs} is less. Give more "
            "epochs, or start anew, without resume."
        )


def is_over(earlier: Ended, epochs: int) -> bool:
    """Whether a run has ended and is not to go on for more epochs than it was to have."""
    return earlier.complete and epochs == earlier.n_epochs - earlier.before


def complete(model: Trained) -> str:
    """What to say of a run that has ended."""
    return f"The run is complete: it ended after epoch {len(model.history)}. Nothing is left to do."


def where(model: Trained, epochs: int, rate: Callable[[int, float], float]) -> str:
    """From where a run goes on for so many epochs, and where that is another number, with which learning rate.

    epochs: of the run itself, without those before it.
    rate: that after a share of an epoch, as of a trainer.
    """
    begun, epochs = len(model.history), model.before + epochs
    done = f"Going on after epoch {begun} of {epochs}"
    if epochs != model.n_epochs:
        alpha = rate(begun, 0.0) if begun < epochs else rate(epochs - 1, 1.0)
        done += f" instead of {model.n_epochs}: the learning rate follows the new number, and goes on at {alpha:.3g}"
    return f"{done} and {counted(model.part.blocks, 'block')} of the next." if model.part else f"{done}."
