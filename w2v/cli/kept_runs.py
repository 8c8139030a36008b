"""What `w2v train` and `w2v poincare train` have in common: a run that is kept while it goes on, and then saved."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from w2v.base.signals import StopRequests
from w2v.cli.arguments import SIGNALLED, ToldInterrupt
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.training.callbacks import Callback
    from w2v.training.checkpoint import Checkpoint
    from w2v.training.early_stopping import EarlyStopping

State = TypeVar("State")

EVERY = "10m"
LONGEST = 200  # bytes of an output's name that are taken over
UNFINISHED = ".unfinished"  # what is added to an output's name for the states of its run
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([smh]?)").fullmatch

KeptIn = Annotated[
    Path | None,
    typer.Option(
        "--checkpoint",
        metavar="FOLDER",
        help="Keep the run here, and the model of each epoch (of a long run about twenty). Without: in "
        f"MODEL{UNFINISHED}, which goes when the model is saved.",
    ),
]
KeptEvery = Annotated[
    str, typer.Option("--checkpoint-every", metavar="TIME", help="How often a state is written: 10m, 30s, 1h.")
]
NotKept = Annotated[bool, typer.Option("--no-checkpoint", help="Do not keep the run while it goes on.")]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Go on from where an earlier run of this command was, if any; with more --epochs also if it has ended.",
    ),
]


def keeper(
    output: Path, folder: Path | None, every: str, none: bool, best: "EarlyStopping | None" = None
) -> "Checkpoint | None":
    """What keeps a run, by the options of the command; None: nothing does."""
    from w2v.training.checkpoint import Checkpoint

    seconds = _seconds(every)
    if none:
        if folder:
            raise W2VError("Both --checkpoint and --no-checkpoint are given; give one of them.")
        if every != EVERY:
            raise W2VError("Both --checkpoint-every and --no-checkpoint are given; give one of them.")
        return None
    if folder:
        place, model = (Path(os.path.realpath(path)) for path in (folder, output))
        if model in (place, *place.parents):
            raise W2VError(f"--checkpoint {folder} is in the output {output}, which has to be a folder of its own.")
        return Checkpoint(folder, seconds=seconds, best=best)
    return Checkpoint.of(_unfinished(output), seconds=seconds, last=False, best=best)


@contextmanager
def kept(output: Path, run: "Checkpoint | None", *, overwrite: bool, resume: bool) -> Iterator[None]:
    """The run of a command: nobody else writes its output or its states, and when interrupted it says how to go on.

    Raises:
        W2VError: an earlier run left states, and neither `overwrite` nor `resume` is set; or another process is at it.
    """
    from w2v.base.locks import locked

    try:
        with locked(output), run.held() if run else nullcontext():
            if not resume:
                _begin_anew(output, overwrite)
            yield
    except KeyboardInterrupt as stop:
        if not (run and run.newest):
            raise
        again = "The same command" if resume else "The same command with --resume"
        print(f"Interrupted. The run is kept in {run.newest}. {again} goes on from there.", file=sys.stderr)
        raise ToldInterrupt.of(stop) from None


def resumed(
    output: Path, run: "Checkpoint | None", load: Callable[[Path], State], epochs: int | None, *, overwrite: bool
) -> tuple[State | None, bool]:
    """What the earlier run left: its newest state, or where it has ended its model; None where there is neither.

    Also whether a model that is there may be replaced: as `overwrite` says, or since it is where the run to go on with
    was before it got more epochs.

    epochs: that are asked for, if any.

    Raises:
        W2VError: there is a model, and the state is of another run, which is going to replace it.
    """
    state: Any = (run or _usual(output)).latest(load)
    if not (output / "config.json").is_file() or (overwrite and state is not None):
        return state, overwrite
    model: Any = load(output)
    over = model.complete and epochs in (None, model.config.epochs)
    if state is None or (over and model.config == state.config):
        return model, overwrite or not over
    if model.history and model.history == state.history[: len(model.history)]:
        return state, True
    raise W2VError(
        f"{output} exists already, and the run that is kept is to replace it. Go on with --resume --overwrite."
    )


def place_for(output: Path, *, overwrite: bool) -> "Callback":
    """A callback that tries, before the first epoch, whether there is a place for what is trained."""
    from w2v.base.atomic_folder import check_destination
    from w2v.training.callbacks import Callback, Trained

    class Place(Callback):
        def on_train_begin(self, model: Trained) -> None:
            check_destination(output, overwrite=overwrite, size=model.nbytes)

    return Place()


def save(model: Any, output: Path, run: "Checkpoint | None", *, overwrite: bool, **how: bool) -> None:
    """Save what was trained, which a signal does not keep from being saved; then the run need not be kept any more.

    how: further arguments of the model's `save`.

    Raises:
        W2VError: it could not be written to its place; the sentence says where it is instead.
        ToldInterrupt: there was a signal.
    """
    from w2v.base.rescue import save_somewhere

    model = replace(model, complete=True)

    def write(place: Path) -> None:
        try:
            model.save(place, overwrite=overwrite, **how)
        except (W2VError, OSError):
            if not (run and run.states()):
                raise
            run.thin_out()  # a full disk may have room then
            model.save(place, overwrite=overwrite, **how)

    with StopRequests() as stop, stop.held_back():
        _, why_elsewhere = save_somewhere(write, output)
        if why_elsewhere:
            raise W2VError(why_elsewhere)
        _usual(output).discard()
    if stop.number is not None:
        print(f"Interrupted. The model is saved in {output}.", file=sys.stderr)
        raise ToldInterrupt(SIGNALLED + stop.number)


def _usual(output: Path) -> "Checkpoint":
    """What keeps the run of a model if nothing else is said."""
    from w2v.training.checkpoint import Checkpoint

    return Checkpoint(_unfinished(output))


def _unfinished(output: Path) -> Path:
    """Where the run of a model is kept if nothing else is said."""
    output = output if output.name not in ("", "..") else output.resolve()
    name = os.fsencode(output.name)[:LONGEST].decode(errors="ignore")
    return output.with_name(name + UNFINISHED)


def _begin_anew(output: Path, overwrite: bool) -> None:
    """What an earlier run left is not gone on from: it is in the way, unless it may be overwritten."""
    earlier = _usual(output)
    if not earlier.states():
        return
    if not overwrite:
        raise W2VError(
            f"An earlier run of this model is kept in {earlier.folder}. Go on from it with --resume, or discard it "
            "with --overwrite."
        )
    earlier.discard()


def _seconds(duration: str) -> float:
    match = _DURATION(duration.strip())
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0
    if seconds <= 0:
        raise W2VError(f"--checkpoint-every is {duration!r}; expected a time above 0, such as 10m, 30s or 1h.")
    return seconds
