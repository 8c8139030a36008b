"""One training of a comparison, in a process of its own: `python -c BEGIN REPORT HEAD ARCH...`.

`run.py` starts it. On its own, its peak memory is its own, and when it fails or is killed no other one is lost.
REPORT/plan.json says what to do; the outcome is saved last, in one step (`results.py`).

Copies of the tables are saved at some points of the run and measured after it, so that the curve of the held-out
likelihood costs no training time and no memory. A head that is not trained on windows (pmi) does not know of encoders:
it is trained once, and measured on the examples of each ARCH.

stdout carries events, one JSON object a line: {"note": ...}, {"block": {...}}, {"failed": ...}. What others print goes
to stderr.
"""

import json
import math
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from w2v import evaluation
from w2v.base.config import Config
from w2v.base.threads import InterruptiblePool
from w2v.comparison.results import Outcome, Plan, Point, Score, file_name
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.stream import Stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.examples.encoders import Bags
from w2v.heads import spec_of
from w2v.models.model import Model
from w2v.models.tables import Tables
from w2v.training.callbacks import Callback, Progress
from w2v.training.likelihood import held_out_examples, likelihood
from w2v.training.train import train_blocks

# How it begins: -m and -c look for modules in the current folder first, where there may be what others have put there.
BEGIN = "import sys; sys.path = [*filter(None, sys.path)]; from w2v.comparison.trial import main; main()"
# Shares of the run at which the likelihood is measured: at about equal distances on a logarithmic axis, since heads
# differ in speed by orders of magnitude and the likelihood falls fastest at the beginning.
MARKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
RESTRICT = 30_000  # words that analogies are answered from, as in `w2v eval`
SHORT = 2.0  # seconds of a run that only measures speed
TELL_EVERY = 0.1  # seconds between events on the progress

Tell = Callable[[dict[str, Any]], None]


def on_windows(config: Config) -> bool:
    """Whether the head is trained on an encoder's examples. Raises what making the engine's class raises."""
    return spec_of(config.head).learns_from == "windows"


def run(folder: Path, head: str, archs: Sequence[str], tell: Tell) -> None:
    """Train one head and measure it, with one encoder, or with several if its training knows of none.

    Raises:
        W2VError, and whatever a head may raise: then nothing is saved.
    """
    plan = Plan.load(folder)
    config = plan.config(archs[0], head)
    name = f"{archs[0]}-{file_name(head)}" if on_windows(config) else file_name(head)
    rest, held_out = Stream(Path(plan.stream)).split(plan.held_out)
    with tempfile.TemporaryDirectory(prefix=".snapshots-", dir=folder) as place:
        recorder = _Recorder(Path(place), config, tell)
        model = train_blocks(rest, config, callbacks=[recorder])
        peak, seconds = peak_memory(), recorder.before
        model.save(folder / "models" / name, overwrite=True)
        speeds = _speeds(rest, config, plan.vocab_sizes) if plan.vocab_sizes and on_windows(config) else {}
        tell({"note": f"measuring     {name}"})
        common: dict[str, Any] = {
            "head": head,
            "model": f"models/{name}",
            "loss": model.history[-1].loss,
            "alpha": spec_of(head).start_alpha(model.config),
            "words_per_second": sum(record.passed for record in model.history) / seconds,
            "seconds": seconds,
            "peak_memory": peak,
            "scores": _scores(plan, model),
            "speeds": speeds,
            "notes": recorder.notes,
        }
        outcomes = [
            Outcome(arch=arch, **_likelihoods(model, recorder, held_out, plan.config(arch, head)), **common)
            for arch in archs
        ]
    for outcome in outcomes:
        outcome.save(folder)


def _likelihoods(model: Model, recorder: "_Recorder", held_out: IdBlocks, config: Config) -> dict[str, Any]:
    """Likelihoods of held-out text, by the names that `Outcome` has for it."""
    import torch  # not before training, whose memory is measured without where it needs none

    torch.set_num_threads(1)  # the curve is measured on threads of ours; torch's wait for each other on a busy machine
    examples = held_out_examples(held_out, config)
    end = likelihood(model, examples)
    return {
        "nats": end.nats,
        "standard_error": end.standard_error,
        "examples": end.examples,
        "frequencies": _by_frequency(model.vocab, model.config, examples),
        "curve": recorder.curve(model, examples),
    }


class _Recorder(Callback):
    """Reports the progress of the run, and saves copies of the tables."""

    def __init__(self, folder: Path, config: Config, tell: Tell) -> None:
        self.before = 0.0  # seconds of training, by the history
        self._passing = 0.0  # and by a clock of ours, which also goes on within an epoch
        self.notes: list[str] = []
        self._folder, self._config, self._tell = folder, config, tell
        self._live = config.device == "cpu"  # elsewhere the tables one is given are copies, made when an epoch ends
        self._taken: list[tuple[float, float, float]] = []  # epoch, seconds, loss
        self._passed = 0  # marks
        self._counted = not on_windows(config)  # time before the first step is time of training: it counts pairs
        self._began = self._spoke = time.perf_counter()

    def on_note(self, sentence: str) -> None:
        self.notes.append(sentence)
        self._tell({"note": sentence})

    def on_train_begin(self, model: Model) -> None:
        self._model = model
        now = time.perf_counter()
        self.before = self._ahead = self._passing = now - self._began if self._counted else 0.0
        if not self._counted:
            forget_peak()
        self._began = now

    def on_block(self, progress: Progress) -> None:
        now = time.perf_counter()
        if now - self._spoke > TELL_EVERY:
            self._spoke = now
            self._tell({"block": asdict(progress)})
        passed = sum(progress.fraction >= mark - 1e-9 for mark in MARKS)
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
            self._began = time.perf_counter()  # copying is not training

    def on_epoch_end(self, model: Model) -> None:
        self.before = self._ahead + sum(record.seconds for record in model.history)
        if not self._live:
            self._take(model.tables, len(model.history), self.before, model.history[-1].loss)

    def _take(self, tables: Tables, epoch: float, seconds: float, loss: float) -> None:
        for name, table in tables.items():
            np.save(self._folder / f"{len(self._taken)}-{name}.npy", table)
        self._taken.append((epoch, seconds, loss))

    def curve(self, model: Model, examples: Bags) -> list[Point]:
        """The likelihood of each copy."""

        def measured(number: int) -> Point:
            tables = {name: np.load(self._folder / f"{number}-{name}.npy") for name in model.tables}
            there = Model(model.config, model.vocab, tables, [])
            return Point(*self._taken[number], likelihood(there, examples).nats)

        with InterruptiblePool(self._config.threads) as pool:
            return list(pool.map(measured, range(len(self._taken))))


def _scores(plan: Plan, model: Model) -> dict[str, Score]:
    vectors = model.vectors
    table = (vectors.index_to_key, vectors.vectors)
    scores = {}
    for path in plan.analogies:
        answered = evaluation.score_analogies(*table, evaluation.read_questions(path), restrict_vocab=RESTRICT)
        scores[Path(path).stem] = Score("analogies", answered.accuracy, answered.coverage)
    for path in plan.similarity:
        judged = evaluation.score_similarity(*table, evaluation.read_pairs(path))
        scores[Path(path).stem] = Score("similarity", judged.spearman, judged.coverage)
    return scores


def _by_frequency(vocab: Vocabulary, config: Config, examples: Bags) -> float:
    """Nats per word of a model that knows nothing but how often each word is met after subsampling."""
    met = vocab.counts * vocab.keep_probability(config.sample_threshold)
    return float(-np.log(met[examples.target] / met.sum()).mean())


class _Cut:
    """A text without all but its most frequent words."""

    def __init__(self, blocks: IdBlocks, size: int) -> None:
        self._blocks, self._size = blocks, size
        self.vocab = Vocabulary(blocks.vocab.words[:size], blocks.vocab.counts[:size])
        self.tokens = round(blocks.tokens * float(self.vocab.counts.sum() / blocks.vocab.counts.sum()))
        self.n_blocks = blocks.n_blocks
        self.digest = f"{blocks.digest}-{size}"

    def block(self, i: int) -> np.ndarray:
        ids = self._blocks.block(i)
        return ids[ids < self._size]


class _Enough(Exception):  # noqa: N818  # not an error
    pass


class _Stopwatch(Callback):
    """Ends a run after SHORT seconds, with its speed in words/s."""

    speed = 0.0

    def on_train_begin(self, model: Model) -> None:
        self._until = time.perf_counter() + SHORT

    def on_block(self, progress: Progress) -> None:
        self.speed = progress.speed
        if time.perf_counter() > self._until:
            raise _Enough


def _speeds(blocks: IdBlocks, config: Config, sizes: Sequence[int]) -> dict[int, float]:
    """Words/s of short runs with the vocabulary cut to each of some sizes, and with all of it."""
    speeds = {}
    for size in sorted({*(size for size in sizes if size < len(blocks.vocab)), len(blocks.vocab)}):
        watch = _Stopwatch()
        with suppress(_Enough):
            train_blocks(_Cut(blocks, size), config.replace(epochs=1), callbacks=[watch])
        speeds[size] = watch.speed
    return speeds


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


def attempt(folder: Path, head: str, archs: Sequence[str], tell: Tell) -> int:
    """`run`, with every failure reported as a sentence; the exit code, 0 or 1."""
    try:
        run(folder, head, archs, tell)
    except W2VError as error:
        tell({"failed": str(error)})
    except MemoryError as error:
        told = f"Memory ran out{f': {error}' if str(error) else ''}."
        tell({"failed": f"{told} Lower vector_size or max_final_vocab."})
    except Exception as error:
        traceback.print_exc()
        tell({"failed": f"{type(error).__name__}: {error}"})
    else:
        return 0
    return 1


def main() -> None:
    """The process: its events on stdout, whatever else is printed on stderr."""
    folder, head, *archs = sys.argv[1:]
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(event: dict[str, Any]) -> None:
        channel.write(json.dumps(event) + "\n")
        channel.flush()

    try:
        sys.exit(attempt(Path(folder), head, archs, tell))
    except KeyboardInterrupt:
        sys.exit(130)
