"""Going on with a run: which state it is, whether it is of this run, and what is said of it."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from w2v.base.settings import Settings
from w2v.errors import W2VError, counted
from w2v.training.callbacks import Trained
from w2v.training.checkpoint import Checkpoint

State = TypeVar("State")
WITHOUT_EFFECT = ("workers", "engine", "device")  # on which steps are made


def state_of(resume: State | bool | None, keeper: Checkpoint | None, load: Callable[[Path], State]) -> State | None:
    """What to go on from, where `resume` may be True: the newest state that is whole of those that are kept."""
    if resume is True and not keeper:
        raise W2VError("resume=True goes on from a state in checkpoint, and there is none. Give checkpoint=, a folder.")
    if resume is True and keeper:
        return keeper.latest(load)
    return None if isinstance(resume, bool) else resume


def check_same_settings(earlier: Settings, now: Settings) -> None:
    """Raise a W2VError that names the settings that differ."""
    before, after = asdict(earlier), asdict(now)
    other = [name for name in after if before[name] != after[name] and name not in WITHOUT_EFFECT]
    if other:
        told = ", ".join(f"{name} {before[name]!r}, now {after[name]!r}" for name in other)
        raise W2VError(
            f"The model to resume from was trained with other settings: {told}. Use its own, or start anew, without "
            "resume."
        )


def complete(model: Trained) -> str:
    """What to say of a run that has ended."""
    return f"The run is complete: it ended after epoch {len(model.history)}. Nothing is left to do."


def where(model: Trained) -> str:
    """From where a run goes on."""
    done = f"Going on after epoch {len(model.history)} of {model.n_epochs}"
    return f"{done} and {counted(model.part.blocks, 'block')} of the next." if model.part else f"{done}."
