"""What a person sees while work goes on: a live bar on a terminal, plain lines elsewhere, nothing with --quiet."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from w2v.errors import brief
from w2v.training import callbacks
from w2v.training.callbacks import Callback, Trained
from w2v.training.console import Console

if TYPE_CHECKING:
    from w2v.corpus.stream import Stream

ALL_TOLD = 20  # epochs that each get a line
LINE_EVERY = 10.0  # seconds between plain lines where there is no bar


class Reporter(Callback, AbstractContextManager["Reporter"]):
    """Writes how a run goes to stderr, so that stdout stays free for results.

    wording: makes of a note the wording of the user's interface, such as that of the command line.
    """

    def __init__(self, *, quiet: bool = False, wording: Callable[[str], str] = str) -> None:
        self._wording = wording
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, quiet=quiet)
        self._live = self._console.is_terminal and not quiet
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeRemainingColumn(compact=True),
            console=self._console,
            transient=True,
            disable=not self._live,
        )
        self._task: TaskID | None = None
        self._began = self._spoke = time.perf_counter()

    def __enter__(self) -> "Reporter":
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def say(self, line: str) -> None:
        """One line of plain text, cut where it is very long (`errors.brief`)."""
        self._console.print(brief(line), markup=False)

    def on_note(self, sentence: str) -> None:
        self.say(self._wording(sentence))

    def on_read(self, tokens: int) -> None:
        self._show("reading", None, f"{tokens:,} tokens")

    def on_corpus(self, stream: "Stream") -> None:
        report, vocab = stream.report, stream.vocab
        self._finish()
        source = "the stream of an earlier run" if report.reused else f"{time.perf_counter() - self._began:.1f} s"
        self.say(f"first tokens  {' | '.join(report.first_tokens)}")
        self.say(
            f"corpus        {report.tokens:,} tokens, {report.types:,} types, {report.sentences:,} sentences ({source})"
        )
        share = f"{report.kept / report.tokens:.1%} of the tokens"
        self.say(f"vocabulary    {len(vocab):,} words, {share} (min_count {report.min_count})")
        if report.invalid_bytes:
            self.say(f"encoding      {report.invalid_bytes:,} bytes were not UTF-8 and were replaced")
        self._spoke = time.perf_counter()

    def on_block(self, progress: callbacks.Progress) -> None:
        rate = progress.speed / 1000
        figures = f"loss {progress.loss:.4f}   alpha {progress.alpha:.4f}   {rate:,.0f}k {progress.unit}/s"
        self._show(f"epoch {progress.epoch}/{progress.epochs}", progress.fraction, figures)

    def on_epoch_end(self, model: Trained) -> None:
        """A line for each epoch, or of many for the first, the second, the fourth and so on, and for the last."""
        record = model.history[-1]
        if model.n_epochs <= ALL_TOLD or not record.epoch & (record.epoch - 1) or record.epoch == model.n_epochs:
            self._spoke = time.perf_counter()
            self.say(f"{f'epoch {record.epoch}':<14}{record}")

    def _show(self, name: str, fraction: float | None, figures: str) -> None:
        """Move the bar, or where there is none write a line now and then."""
        if not self._live:
            if time.perf_counter() - self._spoke > LINE_EVERY:
                self._spoke = time.perf_counter()
                self.say(f"{name:<13} {figures}" + ("" if fraction is None else f"   {fraction:.0%} of the run"))
            return
        if self._task is None:
            self._task = self._bar.add_task(name, total=None, figures=figures)
        total = None if fraction is None else 1.0
        self._bar.update(self._task, description=name, total=total, completed=fraction, figures=figures)

    def _finish(self) -> None:
        if self._task is not None:
            self._bar.remove_task(self._task)
            self._task = None


@contextmanager
def download_bar(name: str, *, quiet: bool = False) -> Iterator[Callable[[int, int | None], None]]:
    """A bar for a download: yields a function of the bytes so far and the bytes in all, if known."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, quiet=quiet)
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
