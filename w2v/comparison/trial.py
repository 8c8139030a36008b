"""One training of a comparison, in a process of its own: `python -c BEGIN REPORT HEAD SUBWORD ARCH...`.

`process.py` starts it. On its own, its peak memory is its own, and when it fails or is killed no other one is lost.
REPORT/plan.json says what to do; the outcome is saved last, in one step (`results.py`).

Copies of the tables are saved at some points of the run and measured after it, so that the curve of the held-out
likelihood costs no training time and no memory. They, and the states from which a run that was broken off goes on, are
kept beside the outcome until it is there. A head that is not trained on windows (pmi) does not know of encoders:
it is trained once, and measured on the examples of each ARCH.

stdout carries events, one JSON object a line: {"note": ...}, {"block": {...}}, {"failed": ...}. What others print goes
to stderr.
"""

import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from w2v import evaluation
from w2v.base.config import Config
from w2v.base.signals import Interrupted, interrupt
from w2v.base.terminal import guard
from w2v.comparison.combinations import NONE, Combination
from w2v.comparison.recorder import Recorder, Tell, on_windows, peak_memory
from w2v.comparison.results import Outcome, Plan, Score, unfinished_path
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.stream import Stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.examples.encoders import Bags
from w2v.heads import from_outside, spec_of
from w2v.models.model import Model
from w2v.training.callbacks import Callback, Progress
from w2v.training.checkpoint import Checkpoint
from w2v.training.likelihood import held_out_examples, likelihood
from w2v.training.train import train_blocks

RESTRICT = 30_000  # words that analogies are answered from, as in `w2v eval`
SHORT = 2.0  # seconds of a run that only measures speed

ROUNDED = "products with rows that a chunk shares were rounded to bfloat16 (matmul_precision)"


def run(folder: Path, head: str, archs: Sequence[str], tell: Tell, subword: str = NONE) -> None:
    """Train one head and measure it, with one encoder, or with several if its training knows of none.

    Raises:
        W2VError, and whatever a head may raise: then nothing is saved.
    """
    plan = Plan.load(folder)
    config, asked = plan.config(archs[0], head, subword), Combination(archs[0], head, subword)
    name = asked.stem if on_windows(config) else asked.shared_stem
    rest, held_out = Stream(Path(plan.stream)).split(plan.held_out)
    place = unfinished_path(folder, name)
    keeper = Checkpoint.of(place / "states")
    assert keeper
    recorder = Recorder(place, config, tell)
    try:
        earlier = keeper.latest(partial(Model.load, head=head if from_outside(head) else None))
    except W2VError as error:
        tell({"note": f"{error} It is trained from the beginning."})
        keeper.discard()
        earlier = None
    model = train_blocks(rest, config, callbacks=[recorder, keeper], resume=earlier)
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
        "subword": subword,
        "notes": recorder.notes + [ROUNDED] * (model.config.matmul_precision == "bfloat16"),
    }
    outcomes = [
        Outcome(arch=arch, **_likelihoods(model, recorder, held_out, plan.config(arch, head, subword)), **common)
        for arch in archs
    ]
    for outcome in outcomes:
        outcome.save(folder)
    shutil.rmtree(place)


def _likelihoods(model: Model, recorder: Recorder, held_out: IdBlocks, config: Config) -> dict[str, Any]:
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


def _scores(plan: Plan, model: Model) -> dict[str, Score]:
    vectors, scores = model.vectors, {}
    for oov in (False, True) if plan.oov and vectors.composer else (False,):
        name = "{} oov" if oov else "{}"
        for path in plan.analogies:
            answered = vectors.score_analogies(evaluation.read_questions(path), RESTRICT, oov=oov)
            scores[name.format(Path(path).stem)] = Score("analogies", answered.accuracy, answered.coverage, oov)
        for path in plan.similarity:
            judged = vectors.score_similarity(evaluation.read_pairs(path), oov=oov)
            scores[name.format(Path(path).stem)] = Score("similarity", judged.spearman, judged.coverage, oov)
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


def attempt(folder: Path, head: str, archs: Sequence[str], tell: Tell, subword: str = NONE) -> int:
    """`run`, with every failure reported as a sentence; the exit code, 0 or 1."""
    try:
        run(folder, head, archs, tell, subword)
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
    folder, head, subword, *archs = sys.argv[1:]
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def tell(event: dict[str, Any]) -> None:
        try:
            channel.write(json.dumps(event) + "\n")
            channel.flush()
        except BrokenPipeError:  # the process that asked for it has ended
            raise Interrupted(signal.SIGPIPE) from None

    guard()
    signal.signal(signal.SIGTERM, interrupt)
    try:
        sys.exit(attempt(Path(folder), head, archs, tell, subword))
    except KeyboardInterrupt as stop:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), channel.fileno())  # nobody reads what may be left in it
        sys.exit(128 + getattr(stop, "number", signal.SIGINT))
