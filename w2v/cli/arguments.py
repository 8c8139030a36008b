"""What commands have in common: their arguments, and a command's options made from a class of settings."""

import inspect
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from w2v.base.signals import Interrupted

if TYPE_CHECKING:
    from w2v.vectors import KeyedVectors

SIGNALLED = 128  # exit code, with a signal's number added, of a program that the signal has ended
INTERRUPTED = SIGNALLED + signal.SIGINT

Corpus = Annotated[
    list[str],
    typer.Argument(
        help="Files, folders, patterns, URLs, or - for stdin; .gz .bz2 .xz .zst .zip .tar. Tables: see --field."
    ),
]
ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A model folder, or a vectors file or folder.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that exists.")]
CacheDir = Annotated[Path | None, typer.Option(help="Where id streams are kept for the next run.")]
Questions = Annotated[list[Path] | None, typer.Option(help="A file of questions, as questions-words.txt.")]
Pairs = Annotated[list[Path] | None, typer.Option(help="A file of scored word pairs, as WordSim-353.")]


class ToldInterrupt(SystemExit):
    """A signal that ends the program, when what there is to say of it was said."""

    @classmethod
    def of(cls, stop: KeyboardInterrupt) -> "ToldInterrupt":
        """With the exit code of a program that this signal has ended: 130 of Ctrl-C, 143 of SIGTERM."""
        return cls(SIGNALLED + stop.number if isinstance(stop, Interrupted) else INTERRUPTED)


def with_settings(
    settings_class: type, only: Iterable[str] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command one option for each field of a class of settings; those set reach it as the mapping `settings`.

    settings_class: a dataclass whose fields have `help` and `group` in their metadata, as `Config`.
    only: the names of those that the command has; None: all, but those that are arguments of its own.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command).parameters.values() if p.name != "settings"]
        options = []
        for setting in fields(settings_class):
            if (only is not None and setting.name not in only) or setting.name in [p.name for p in own]:
                continue
            flag = "--" + setting.name.replace("_", "-")
            names = [f"{flag}/--no-{flag[2:]}"] if setting.type is bool else [flag]
            about = f"{setting.metadata['help']} [default: {setting.default}]"
            option = typer.Option(*names, help=about, rich_help_panel=setting.metadata["group"], show_default=False)
            annotation: Any = Annotated[cast(Any, setting.type) | None, option]
            options.append(
                inspect.Parameter(setting.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
            )

        def wrapper(**arguments: Any) -> None:
            names = {option.name for option in options}
            chosen = {name: value for name, value in arguments.items() if name in names and value is not None}
            command(**{name: value for name, value in arguments.items() if name not in names}, settings=chosen)

        wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
        wrapper.settings_class = settings_class  # type: ignore[attr-defined]  # for `wording.Command`
        parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + options
        wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
        return wrapper

    return decorate


def find_here(heads: Iterable[str]) -> None:
    """Have classes that a user names, module:Class, be looked for in the current folder too.

    Only then: a folder that one happens to be in has no say in what a command imports.
    """
    here = str(Path.cwd())
    if any(":" in head for head in heads) and here not in sys.path:
        sys.path.append(here)  # last: a file there takes no other module's place


def load(path: Path) -> "KeyedVectors":
    """The vectors of a model folder, a vectors file, or one behind an address, of which a Path has lost a slash."""
    from w2v.vectors import KeyedVectors
    from w2v.vectors.formats.opened import cut_address

    return KeyedVectors.load(cut_address(path) or path)


def listed(words: str) -> list[str]:
    """What an option lists, separated by commas; spaces around a part belong to no name, and empty parts are none."""
    return [word for part in words.split(",") if (word := part.strip())]
