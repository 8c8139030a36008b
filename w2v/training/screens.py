"""Where it appears how a run goes: a terminal, plain lines of text, a notebook's cell, or a log."""

import io
import logging
import time
from typing import Any

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn

from w2v.base.settings import is_on
from w2v.base.terminal import harmless
from w2v.training.console import Console

LOG = logging.getLogger("w2v")
DRAW_EVERY = 0.2  # seconds between two states of a bar in a notebook
# What rich writes into: pages of notebooks have letters of different widths for <pre>, too.
_HTML = '<pre style="white-space:pre-wrap;line-height:normal;margin:0;font-family:monospace">{code}</pre>'


class Screen:
    """Shows lines, and a bar below them while something goes on; this one shows nothing.

    live: whether it has a bar.
    """

    live = False

    def start(self) -> None:
        """The run begins."""

    def stop(self) -> None:
        """It has ended: the bar goes, and lines stay."""

    def say(self, line: str) -> None:
        """One line of plain text."""

    def move(self, name: str, fraction: float | None, figures: str) -> None:
        """Set the bar: what goes on, a share in [0, 1] or None where that is not known, and numbers beside it."""

    def finish(self) -> None:
        """What the bar showed is done."""


class Stderr(Screen):
    """A bar below lines on a terminal, else lines alone; with `quiet`, nothing.

    is_terminal: whether stderr is one; `live` may be True where it is not, as FORCE_COLOR asks rich to be.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, quiet=quiet)
        self.live = self._console.is_terminal and not quiet
        self.is_terminal = self.live and getattr(self._console.file, "isatty", bool)()
        self._bar = Bar(console=self._console, transient=True, disable=not self.live)

    def start(self) -> None:
        self._bar.start()

    def stop(self) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        self._console.print(line, markup=False)

    def move(self, name: str, fraction: float | None, figures: str) -> None:
        self._bar.move(name, fraction, figures)

    def finish(self) -> None:
        self._bar.finish()


class Notebook(Screen):
    """A cell's output in Jupyter and its kin: lines, and below them the bar, in one place that is written anew.

    rich's own notebook form needs ipywidgets for its bars, and gives each line an output of its own.
    """

    live = True

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._bar = Bar(disable=True)  # it is drawn here
        self._place: Any = None  # of the output, from the first that is shown
        self._drawn = 0.0

    def stop(self) -> None:
        self.finish()

    def say(self, line: str) -> None:
        self._lines.append(line)
        self._draw()

    def move(self, name: str, fraction: float | None, figures: str) -> None:
        self._bar.move(name, fraction, figures)
        if time.perf_counter() - self._drawn > DRAW_EVERY:
            self._draw()

    def finish(self) -> None:
        if self._bar.finish() and self._place:
            self._draw()

    def _draw(self) -> None:
        from IPython.display import display

        self._drawn = time.perf_counter()
        paper = Console(
            file=io.StringIO(), record=True, width=110, force_jupyter=False, force_terminal=True, highlight=False
        )
        for line in self._lines:
            paper.print(line, markup=False, soft_wrap=True)
        if self._bar.tasks:
            paper.print(self._bar.get_renderable())
        data = {
            "text/plain": paper.export_text(clear=False),
            "text/html": paper.export_html(inline_styles=True, code_format=_HTML),
        }
        if self._place is None:
            self._place = display(data, raw=True, display_id=True)
        else:
            self._place.update(data, raw=True)


class Log(Screen):
    """The log "w2v" of Python's `logging`, at level INFO: nothing is seen unless the program asks for it."""

    def say(self, line: str) -> None:
        LOG.info("%s", harmless(line))


class Bar(Progress):
    """rich's bar, for one thing at a time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeRemainingColumn(compact=True),
            **options,
        )
        self._one: TaskID | None = None

    def move(self, name: str, fraction: float | None, figures: str) -> None:
        """As of `Screen`."""
        if self._one is None:
            self._one = self.add_task(name, total=None, figures=figures)
        total = None if fraction is None else 1.0
        self.update(self._one, description=name, total=total, completed=fraction, figures=figures)

    def finish(self) -> bool:
        """Take it away; whether there was anything."""
        if self._one is None:
            return False
        self.remove_task(self._one)
        self._one = None
        return True


def screen_for(progress: bool | None) -> Screen | None:
    """Where a run from Python is shown; None: nobody would see it.

    Args:
        progress: False: in the log only; None: in a notebook and on a terminal, else in the log; True: wherever it is.

    Raises:
        W2VError: another value.
    """
    if progress is None or is_on("progress", progress):
        if Console().is_jupyter:
            return Notebook()
        there = Stderr()
        if progress or there.is_terminal:
            return there
    return Log() if LOG.isEnabledFor(logging.INFO) else None
