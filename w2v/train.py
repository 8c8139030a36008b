"""The straight line: text -> tokens -> vocabulary -> id stream -> windows -> encoder x head on an engine -> model."""

import math
import time
from dataclasses import asdict
from itertools import chain
from typing import Any

import numpy as np

from w2v import cooccurrence, encoders, heads
from w2v.blocks import Blocks
from w2v.callbacks import Callback, Callbacks, Chorus, EpochRecord, Progress, StopTraining
from w2v.config import Config
from w2v.defaults import chosen, follow_text
from w2v.engines import engine_class
from w2v.engines.base import Engine, Loss
from w2v.errors import W2VError, shown
from w2v.model import Model
from w2v.needs import foretell
from w2v.settings import held_out_share
from w2v.stream import open_stream
from w2v.threads import InterruptiblePool
from w2v.watch import Evaluate

FEW = 100  # examples for a word of the vocabulary, on average and in all of a run, that are too few to tell of anything
TURNS = 8  # blocks, at most, that a thread trains before it hands over what they made, for which threads have to wait


def train(
    corpus: Any,
    config: Config,
    *,
    callbacks: Callbacks = (),
    held_out: float = 0.0,
    resume: Model | None = None,
    **stream_options: Any,
) -> Model:
    """Train word vectors on a corpus.

    Args:
        corpus: what `w2v.stream.open_stream` reads: paths, or an iterable of strings or of token lists.
        config: the settings.
        callbacks: hear how the run goes, in this order.
        held_out: a share of the text, below 1/2, that is not trained on: after each epoch its likelihood is the score
            "held_out", before the callbacks hear of the epoch. 0: none.
        resume: as for `train_blocks`.
        stream_options: for `open_stream`, instead of what the config says (a callable `tokenizer`, a `cache_dir`).

    Raises:
        W2VError: a callback that is none, a setting or corpus that cannot be trained on, or a run that diverged; the
            sentence says what to do.
    """
    tell = Chorus(callbacks)
    held_out = held_out_share(held_out)
    heads.check_name(config.head)
    engine_class(config)  # what cannot be trained is told before the text is read
    with open_stream(corpus, on_progress=tell.on_read, **(stream_options_of(config) | stream_options)) as stream:
        tell.on_corpus(stream)
        config = config.but(min_count=stream.report.min_count)
        if not held_out:
            return train_blocks(stream, config, callbacks=tell, resume=resume)
        blocks, rest = stream.split(held_out)
        return train_blocks(blocks, config, callbacks=[Evaluate(held_out=rest), tell], resume=resume)


def train_blocks(blocks: Blocks, config: Config, *, callbacks: Callbacks = (), resume: Model | None = None) -> Model:
    """Train on text that is numbers already: several runs on one reading, or on a part of it.

    Args:
        blocks: read with the tokenizer and vocabulary settings of `config`; those are not looked at here.
        config, callbacks: as for `train`.
        resume: a model of an earlier epoch of the same run, such as a checkpoint. Randomness is a function of the
            epoch and the place, so with one thread the result has the same bits as a run that was never broken off.

    Raises:
        W2VError: settings or blocks that cannot be trained on, a run that diverged, or a `resume` of another run.
    """
    tell = Chorus(callbacks)
    heads.check_name(config.head)
    make_engine, why_not_faster = engine_class(config)
    asked, config = config, follow_text(config, blocks.vocab)
    if told := chosen(asked, config):
        tell.on_note(told)
    if why_not_faster:
        tell.on_note(f"Training on the reference engine (slower): {why_not_faster}")
    if make_engine.slower_than_usual:
        tell.on_note(make_engine.slower_than_usual)
    if make_engine.data == "windows":
        return _run(blocks, make_engine, config, tell, resume)
    with cooccurrence.count(blocks, config) as pairs:
        return _run(pairs, make_engine, config, tell, resume)


def learning_rate(config: Config, done: float) -> float:
    """The rate after a share `done` in [0, 1] of the run: it falls linearly from `alpha` to `min_alpha`."""
    return config.start_alpha + (config.min_alpha - config.start_alpha) * done


def _run(blocks: Blocks, make_engine: type[Engine], config: Config, tell: Callback, resume: Model | None) -> Model:
    """Epoch after epoch over blocks of what the engine trains on."""
    keep = encoders.keep_thresholds(blocks.vocab.keep_probability(config.sample_threshold))
    engine = make_engine(config, blocks.vocab.counts, keep)
    history: list[EpochRecord] = []
    if resume:
        _check_same_run(resume, blocks, config)
        engine.load(resume.tables)
        history += resume.history
    if told := foretell(engine, blocks, config):
        tell.on_note(told)
    tell.on_train_begin(Model(config, blocks.vocab, engine.tables(), history, live=True))
    for epoch in range(len(history), config.n_epochs):
        history.append(_train_epoch(engine, blocks, config, epoch, tell))
        try:
            tell.on_epoch_end(Model(config, blocks.vocab, engine.tables(), history, live=True))
        except StopTraining as stop:
            tell.on_note(str(stop))
            break
    return Model(config, blocks.vocab, engine.tables(), history)


def _train_epoch(engine: Engine, blocks: Blocks, config: Config, epoch: int, tell: Callback) -> EpochRecord:
    """Hand every block to the engine's threads, in an order drawn anew, and add up what they report.

    In the text's own order the last pages would have the last word.
    """
    began = time.perf_counter()
    total = Loss(0.0, 0)

    order = np.random.default_rng([config.seed, epoch]).permutation(blocks.n_blocks)

    def train_block(turn: int) -> Loss:
        alpha = learning_rate(config, (epoch + turn / blocks.n_blocks) / config.n_epochs)
        index = int(order[turn])
        return engine.train_block(blocks.block(index), epoch, index, alpha)

    several = min(TURNS, blocks.n_blocks // (TURNS * engine.threads) + 1)

    def train_some(first: int) -> list[Loss]:
        return [train_block(turn) for turn in range(first, min(first + several, blocks.n_blocks))]

    with InterruptiblePool(engine.threads, engine.interrupted) as pool:
        losses = chain.from_iterable(pool.map(train_some, range(0, blocks.n_blocks, several)))
        for turn, loss in enumerate(losses):
            total += loss
            passed = (turn + 1) / blocks.n_blocks
            done = (epoch + passed) / config.n_epochs
            rate = passed * blocks.tokens / max(time.perf_counter() - began, 1e-9)
            alpha = learning_rate(config, done)
            tell.on_block(Progress(epoch + 1, config.n_epochs, done, total.mean, alpha, rate))
    if total.examples == 0:
        raise W2VError(_no_neighbours(blocks, config))
    if epoch == 0 and (told := _too_few(total.examples, blocks, config)):
        tell.on_note(told)
    if not math.isfinite(total.total):
        raise W2VError(
            f"Training diverged in epoch {epoch + 1}: the loss is {total.mean}. Lower alpha ({config.start_alpha})."
        )
    seconds = time.perf_counter() - began
    return EpochRecord(epoch + 1, total.mean, total.examples, blocks.tokens, seconds)


def _too_few(examples: int, blocks: Blocks, config: Config) -> str | None:
    """What to say of an epoch of so few examples; None where a run of them will do."""
    if examples * config.n_epochs >= FEW * len(blocks.vocab):
        return None
    kept = blocks.vocab.kept(config.sample_threshold) / blocks.vocab.counts.sum()
    thinned = f", of which subsampling (sample={config.sample:g}) keeps {kept:.0%}" if kept < 0.995 else ""
    ways = ["sample=0"] * bool(thinned) + ["more epochs", "a lower min_count"]
    return (
        f"Little to learn from: {blocks.tokens:,} words{thinned} made {examples:,} examples, in {config.n_epochs} "
        f"epoch{'s' if config.n_epochs > 1 else ''} some {examples * config.n_epochs:,} for {len(blocks.vocab):,} "
        f"different words, and their vectors will say little. Give {', '.join(ways)} or more text."
    )


def _no_neighbours(blocks: Blocks, config: Config) -> str:
    """What to say of a text that made no example: are all sentences one word long, or was too much left out?"""
    found = f"No word of the {blocks.tokens:,} in the text has a neighbour to learn from"
    words = (blocks.block(i) >= 0 for i in range(blocks.n_blocks))
    if any((word[1:] & word[:-1]).any() for word in words):
        return f"{found} after subsampling. Give sample=0 instead of {config.sample:g}, or more text."
    return (
        f"{found}: after rare words are left out, every sentence is one word long. Give longer sentences, or a lower "
        "min_count. In Python a list of strings is one of sentences; the words of a sentence are a list of their own."
    )


def _check_same_run(resume: Model, blocks: Blocks, config: Config) -> None:
    """Raise a W2VError that names what differs."""
    if not isinstance(resume, Model):
        raise W2VError(
            f"resume is {shown(resume)}; expected a Model: w2v.watch.latest(folder), or the model of a Word2Vec."
        )
    if resume.vocab.words != blocks.vocab.words:
        raise W2VError("The model to resume from has another vocabulary than this text with these settings.")
    if resume.history and resume.history[-1].words != blocks.tokens:
        raise W2VError(
            f"The model to resume from was trained on {resume.history[-1].words:,} words of text, and these are "
            f"{blocks.tokens:,}. Hold out the same share of the same text."
        )
    other = [name for name, value in asdict(config).items() if value != getattr(resume.config, name)]
    other = [name for name in other if name not in ("workers", "engine", "device")]
    if other:
        told = ", ".join(f"{name} {getattr(resume.config, name)!r}, now {getattr(config, name)!r}" for name in other)
        raise W2VError(f"The model to resume from was trained with other settings: {told}. Use its own, or start anew.")


def stream_options_of(config: Config) -> dict[str, Any]:
    """What the settings say about reading the text, as keywords of `open_stream`."""
    names = ("tokenizer", "keep_punctuation", "strict", "min_count", "max_final_vocab", "unk")
    return {name: getattr(config, name) for name in names}
