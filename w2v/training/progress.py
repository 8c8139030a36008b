"""What a person sees while work goes on: a live bar on a terminal or in a notebook, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from w2v.errors import brief, counted
from w2v.models.history import is_told
from w2v.training import callbacks
from w2v.training.callbacks import Callback, CallbackList, Callbacks, Trained
from w2v.training.console import Console
from w2v.training.screens import Screen, Stderr, screen_for

if TYPE_CHECKING:
    from w2v.corpus.stream import Stream

LINE_EVERY = 10.0  # seconds between plain lines where there is no bar


class Reporter(Callback, AbstractContextManager["Reporter"]):
    """Tells how a run goes.

    screen: where it is shown; None: on stderr, so that stdout stays free for results, or with `quiet` nowhere.
    wording: makes of a note the wording of the user's interface, such as that of the command line.
    """

    reports = True

    def __init__(
        self, *, quiet: bool = False, wording: Callable[[str], str] = str, screen: Screen | None = None
    ) -> None:
        self._untold = ""  # of the last epoch, if it got no line
        self._wording = wording
        self._screen = screen or Stderr(quiet=quiet)
        self._began = self._spoke = time.perf_counter()

    def __enter__(self) -> "Reporter":
        self._screen.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._screen.stop()

    def say(self, line: str) -> None:
        """One line of plain text, cut where it is very long (`errors.brief`)."""
        self._screen.say(brief(line))

    def on_note(self, sentence: str) -> None:
        self.say(self._wording(sentence))

    def on_read(self, tokens: int) -> None:
        self._show("reading", None, counted(tokens, "token"))

    def on_corpus(self, stream: "Stream") -> None:
        report, vocab = stream.report, stream.vocab
        self._screen.finish()
        source = "the stream of an earlier run" if report.reused else f"{time.perf_counter() - self._began:.1f} s"
        self.say(f"first tokens  {' | '.join(report.first_tokens)}")
        if stream.choice:
            self.say(f"tokenizer     {stream.choice.tokenizer} (chosen: {self._wording(stream.choice.why)})")
        self.say(
            f"corpus        {counted(report.tokens, 'token')}, {counted(report.types, 'type')}, "
            f"{counted(report.sentences, 'sentence')} ({source})"
        )
        for clause in report.phrases:
            self.say(f"phrases       {self._wording(clause)}")
        share = f"{report.kept / report.tokens:.1%} of the tokens"
        of = f"{report.given:,} of them given, min_count {report.min_count}" if report.given < len(vocab) else "given"
        how = of if report.given else f"min_count {report.min_count}"
        self.say(f"vocabulary    {counted(len(vocab), 'word')}, {share} ({how})")
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
        self._untold = f"{f'epoch {record.epoch}':<14}{record}"
        if is_told(record.epoch, model.n_epochs):
            self._tell_epoch()

    def on_train_end(self) -> None:
        """A line for the last epoch of a run that ended early."""
        self._tell_epoch()

    def _tell_epoch(self) -> None:
        if self._untold:
            self._spoke = time.perf_counter()
            self.say(self._untold)
            self._untold = ""

    def _show(self, name: str, fraction: float | None, figures: str) -> None:
        """Move the bar, or where there is none write a line now and then."""
        if self._screen.live:
            self._screen.move(name, fraction, figures)
        elif time.perf_counter() - self._spoke > LINE_EVERY:
            self._spoke = time.perf_counter()
            self.say(f"{name:<13} {figures}" + ("" if fraction is None else f"   {fraction:.0%} of the run"))


@contextmanager
def reported(given: Callbacks, progress: bool | None, reporter: type[Reporter] = Reporter) -> Iterator[CallbackList]:
    """The callbacks of a run from Python, and behind them a reporter, unless one of them reports already.

    progress: as for `screen_for`. Raises W2VError for what is no callback, and for another `progress`.
    """
    callbacks_given, screen = CallbackList(given), screen_for(progress)
    if callbacks_given.reports or screen is None:
        yield callbacks_given
        return
    with reporter(screen=screen) as last:
        yield CallbackList([callbacks_given, last])


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
