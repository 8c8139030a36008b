"""The straight line: text -> tokens -> vocabulary -> id stream -> windows -> encoder x head on an engine -> model."""

import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from w2v import encoders, heads
from w2v.callbacks import Callback, EpochRecord, Progress
from w2v.config import Config
from w2v.engines import engine_class
from w2v.engines.base import Engine, Loss
from w2v.errors import W2VError
from w2v.model import Model
from w2v.stream import Stream, open_stream


def train(corpus: Any, config: Config, *, callback: Callback | None = None, **stream_options: Any) -> Model:
    """Train word vectors on a corpus.

    Args:
        corpus: what `w2v.stream.open_stream` reads: paths, or an iterable of strings or of token lists.
        config: the settings.
        callback: hears how the run goes.
        stream_options: for `open_stream`, instead of what the config says (a callable `tokenizer`, a `cache_dir`).

    Raises:
        W2VError: a setting or corpus that cannot be trained on, or a run that diverged; the sentence says what to do.
    """
    callback = callback or Callback()
    heads.check_name(config.head)
    engine_class(config)  # what cannot be trained is told before the text is read
    with open_stream(corpus, on_progress=callback.on_read, **(_stream_options(config) | stream_options)) as stream:
        callback.on_corpus(stream)
        return train_stream(stream, config, callback=callback)


def train_stream(stream: Stream, config: Config, *, callback: Callback | None = None) -> Model:
    """Train on a stream that is open already: several runs on one reading of the text.

    Args:
        stream: read with the tokenizer and vocabulary settings of `config`; those are not looked at here.
        config, callback: as for `train`.

    Raises:
        W2VError: a setting or stream that cannot be trained on, or a run that diverged.
    """
    callback = callback or Callback()
    heads.check_name(config.head)
    make_engine, why_not_faster = engine_class(config)
    if why_not_faster:
        callback.on_note(f"Training on the reference engine (slower): {why_not_faster}")
    keep = encoders.keep_thresholds(stream.vocab.keep_probability(config.threshold))
    engine = make_engine(config, stream.vocab.counts, keep)
    history: list[EpochRecord] = []
    for epoch in range(config.epochs):
        history.append(_train_epoch(engine, stream, config, epoch, callback))
        callback.on_epoch_end(history)
    return Model(config, stream.vocab, engine.tables(), history)


def learning_rate(config: Config, done: float) -> float:
    """The rate after a share `done` in [0, 1] of the run: it falls linearly from `alpha` to `min_alpha`."""
    return config.start_alpha + (config.min_alpha - config.start_alpha) * done


def _train_epoch(engine: Engine, stream: Stream, config: Config, epoch: int, callback: Callback) -> EpochRecord:
    """Hand every block of the stream to the engine's threads, in order, and add up what they report."""
    began = time.perf_counter()
    total = Loss(0.0, 0)

    def train_block(index: int) -> Loss:
        alpha = learning_rate(config, (epoch + index / stream.n_blocks) / config.epochs)
        return engine.train_block(stream.block(index), epoch, index, alpha)

    for index, loss in enumerate(_in_threads(train_block, stream.n_blocks, engine.threads)):
        total += loss
        passed = (index + 1) / stream.n_blocks
        done = (epoch + passed) / config.epochs
        rate = passed * stream.report.tokens / max(time.perf_counter() - began, 1e-9)
        alpha = learning_rate(config, done)
        callback.on_block(Progress(epoch + 1, config.epochs, done, total.mean, alpha, rate))
    if total.examples == 0:
        raise W2VError(
            "The corpus has no word with a neighbour: after dropping rare words and subsampling every sentence is one "
            "word long. Lower min_count, set sample=0, or give longer sentences."
        )
    if not math.isfinite(total.total):
        raise W2VError(
            f"Training diverged in epoch {epoch + 1}: the loss is {total.mean}. Lower alpha ({config.start_alpha})."
        )
    seconds = time.perf_counter() - began
    return EpochRecord(epoch + 1, total.mean, total.examples, stream.report.tokens, seconds)


def _in_threads(work: Callable[[int], Loss], n: int, threads: int) -> Iterator[Loss]:
    """work(0), work(1), ..., work(n - 1) on some threads, yielded in order. Ending early cancels what has not begun."""
    pool = ThreadPoolExecutor(threads)
    try:
        yield from pool.map(work, range(n))
    finally:
        pool.shutdown(cancel_futures=True)


def _stream_options(config: Config) -> dict[str, Any]:
    names = ("tokenizer", "keep_punctuation", "strict", "min_count", "max_final_vocab", "unk")
    return {name: getattr(config, name) for name in names}
