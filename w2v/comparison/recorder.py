"""What is noted of a training of a comparison while it goes on: its progress, its time, and copies of its tables.

The curve of the held-out likelihood is measured on the copies when training has ended, so that it costs no training
time and no memory.
"""

import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.base.threads import InterruptiblePool
from w2v.comparison.results import Point
from w2v.engines import on_cpu
from w2v.errors import W2VError
from w2v.examples.encoders import Bags
from w2v.heads import spec_of
from w2v.models.model import Model
from w2v.models.tables import Tables
from w2v.training.callbacks import Callback, Progress
from w2v.training.likelihood import likelihood
from w2v.vectors.formats.model_folder import ROWS

# Shares of the run at which the likelihood is measured: at about equal distances on a logarithmic axis, since heads
# differ in speed by orders of magnitude and the likelihood falls fastest at the beginning.
MARKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
TELL_EVERY = 0.1  # seconds between events on the progress
CURVE = "curve.json"  # of each copy: epoch, seconds, loss

Tell = Callable[[dict[str, Any]], None]


def on_windows(config: Config) -> bool:
    """Whether the head is trained on an encoder's examples. Raises what making the engine's class raises."""
    return spec_of(config.head).learns_from == "windows"


class Recorder(Callback):
    """Reports the progress of the run, and saves copies of the tables, which a run that goes on finds there.

    folder: where they are kept, as `N-TABLE.npy`, and what belongs to them in `curve.json`.
    """

    def __init__(self, folder: Path, config: Config, tell: Tell) -> None:
        self.before = 0.0  # seconds of training, by the history
        self._passing = 0.0  # and by a clock of ours, which also goes on within an epoch
        self.notes: list[str] = []
        self._folder, self._config, self._tell = folder, config, tell
        self._live = on_cpu(config)  # elsewhere the tables one is given are copies, made when an epoch ends
        self._taken: list[tuple[float, float, float]] = []  # epoch, seconds, loss
        self._passed = 0  # marks
        self._counted = not on_windows(config)  # time before the first step is time of training: it counts pairs
        self._spoke = -math.inf  # the first block is told, however short the run
        self._began = time.perf_counter()

    def on_note(self, sentence: str) -> None:
        self.notes.append(sentence)
        self._tell({"note": sentence})

    def on_train_begin(self, model: Model) -> None:
        self._model = model
        now = time.perf_counter()
        self._ahead = now - self._began if self._counted else 0.0
        self.before = self._ahead + sum(record.seconds for record in model.history)
        self._passing = self.before + (model.part.seconds if model.part else 0.0)
        if not self._counted:
            forget_peak()
        self._find_taken(model)
        self._began = now

    def on_block(self, progress: Progress) -> None:
        now = time.perf_counter()
        if now - self._spoke > TELL_EVERY:
            self._spoke = now
            self._tell({"block": asdict(progress)})
        passed = _marks(progress.fraction)
        if self._live and passed > self._passed:
            self._passed = passed
            if not (math.isfinite(progress.loss) or np.isfinite(self._model.tables["output"]).all()):
                alpha = spec_of(self._config.head).start_alpha(self._model.config)
                raise W2VError(
                    f"Training diverged within {progress.fraction:.0%} of the run: the loss is {progress.loss}. "
                    f"Lower alpha ({alpha}), or set a shorter chunk."
                )
            epoch = progress.fraction * self._model.config.n_epochs
            self._passing += now - self._began
            self._take(self._model.tables, epoch, self._passing, progress.loss)
            self._began = now  # the time of copying counts, since other threads train meanwhile

    def on_epoch_end(self, model: Model) -> None:
        self.before = self._ahead + sum(record.seconds for record in model.history)
        if not self._live:
            self._take(model.tables, len(model.history), self.before, model.history[-1].loss)

    def _take(self, tables: Tables, epoch: float, seconds: float, loss: float) -> None:
        for name, table in trained_in(tables).items():
            np.save(self._folder / f"{len(self._taken)}-{name}.npy", table)
        self._taken.append((epoch, seconds, loss))
        (self._folder / CURVE).write_text(json.dumps(self._taken), encoding="utf-8")

    def _find_taken(self, model: Model) -> None:
        """The copies of an earlier process that were made before the point from which the run goes on."""
        self._folder.mkdir(parents=True, exist_ok=True)
        reached = len(model.history) + (model.part.blocks / max(model.part.n_blocks, 1) if model.part else 0.0)
        try:
            there = json.loads((self._folder / CURVE).read_text(encoding="utf-8"))
            self._taken = [(epoch, seconds, loss) for epoch, seconds, loss in there if epoch <= reached + 1e-9]
        except (OSError, ValueError, TypeError):
            self._taken = []  # the curve begins where the run goes on
        self._passed = _marks(self._taken[-1][0] / model.n_epochs) if self._taken else 0

    def curve(self, model: Model, examples: Bags) -> list[Point]:
        """The likelihood of each copy."""

        def measured(number: int) -> Point:
            tables = {name: np.load(self._folder / f"{number}-{name}.npy") for name in trained_in(model.tables)}
            tables = {"input": tables[ROWS], **tables} if ROWS in tables else tables
            there = replace(model, tables=tables, rows_known=rows)
            return Point(*self._taken[number], likelihood(there, examples).nats)

        rows = model.input_rows if model.subwords else None  # listed once
        with InterruptiblePool(self._config.threads) as pool:
            return list(pool.map(measured, range(len(self._taken))))


def trained_in(tables: Tables) -> Tables:
    """The tables that are trained: with subwords, words' vectors are made of those of their rows."""
    return {name: table for name, table in tables.items() if name != "input" or ROWS not in tables}


def _marks(fraction: float) -> int:
    """How many of the MARKS are behind after a share of the run."""
    return sum(fraction >= mark - 1e-9 for mark in MARKS)


def forget_peak() -> None:
    """Let `peak_memory` begin anew where the system can: a first run compiles, for which training needs no memory."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_memory() -> int:
    """The most bytes of memory that this process had in use."""
    status = Path("/proc/self/status")
    if status.exists():  # on Linux, getrusage begins with the parent's
        return int(status.read_text(encoding="utf-8").split("VmHWM:")[1].split()[0]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
