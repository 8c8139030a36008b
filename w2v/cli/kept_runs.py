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
from w2v.cli.arguments import ToldInterrupt
from w2v.errors import W2VError

if TYPE_CHECKING:
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
    bool, typer.Option("--resume", help="Go on from where an earlier run of this command was, if there was one.")
]


def keeper(
    output: Path, folder: Path | None, every: str, none: bool, best: "EarlyStopping | None" = None
) -> "Checkpoint | None":
    """What keeps a run, by the options of the command."""
    from w2v.training.checkpoint import Checkpoint

    seconds = _seconds(every)
    if none:
        if folder:
            raise W2VError("Both --checkpoint and --no-checkpoint are given; give one of them.")
        return None
    if folder:
        return Checkpoint(folder, seconds=seconds, best=best)
    return Checkpoint.of(_unfinished(output), seconds=seconds, best=best)


@contextmanager
def kept(output: Path, run: "Checkpoint | None", *, overwrite: bool, resume: bool) -> Iterator[None]:
    """The run of a command: nobody else writes its output or its states, and when interrupted it says how to go on.

    Raises:
        W2VError: an earlier run left states, and neither `overwrite` nor `resume` is set; or another process is at it.
    """
    from w2v.base.locks import locked

    try:
        with locked(output), run.held() if run else nullcontext():
            if run and not resume:
                _begin_anew(run, overwrite)
            yield
    except KeyboardInterrupt as stop:
        if not (run and run.newest):
            raise
        again = "The same command" if resume else "The same command with --resume"
        print(f"Interrupted. The run is kept in {run.newest}. {again} goes on from there.", file=sys.stderr)
        raise ToldInterrupt.of(stop) from None


def resumed(output: Path, run: "Checkpoint | None", load: Callable[[Path], State], *, overwrite: bool) -> State | None:
    """What the earlier run left: its newest state, or where it has ended its model; None where there is neither."""
    if run and (state := run.latest(load)):
        return state
    return load(output) if (output / "config.json").is_file() and not overwrite else None


def save(model: Any, output: Path, run: "Checkpoint | None", *, overwrite: bool) -> None:
    """Save what was trained, which a signal does not keep from being saved; then the run need not be kept any more.

    Raises:
        W2VError: it could not be written to its place; the sentence says where it is instead.
    """
    from w2v.base.rescue import save_somewhere

    model = replace(model, complete=True)
    with StopRequests() as stop, stop.held_back():
        _, why_elsewhere = save_somewhere(lambda place: model.save(place, overwrite=overwrite), output)
        if why_elsewhere:
            raise W2VError(why_elsewhere)
        if run and run.folder == _unfinished(output):
            run.discard()
    stop.check()


def _unfinished(output: Path) -> Path:
    """Where the run of a model is kept if nothing else is said."""
    output = output if output.name not in ("", "..") else output.resolve()
    name = os.fsencode(output.name)[:LONGEST].decode(errors="ignore")
    return output.with_name(name + UNFINISHED)


def _begin_anew(run: "Checkpoint", overwrite: bool) -> None:
    """What an earlier run left is not gone on from: it is in the way, unless it may be overwritten."""
    if run.folder.suffix != UNFINISHED or not run.folder.exists():
        return  # a folder of checkpoints is looked at when training begins
    if not overwrite:
        raise W2VError(
            f"An earlier run of this model is kept in {run.folder}. Go on from it with --resume, or discard it with "
            "--overwrite."
        )
    run.discard()


def _seconds(duration: str) -> float:
    match = _DURATION(duration.strip())
    seconds = float(match[1]) * _UNITS[match[2]] if match else 0
    if seconds <= 0:
        raise W2VError(f"--checkpoint-every is {duration!r}; expected a time above 0, such as 10m, 30s or 1h.")
    return seconds
