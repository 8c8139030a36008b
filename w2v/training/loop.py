"""The training loop: epoch after epoch over blocks, and the sentences on runs that do not go well."""

import math
import time
from contextlib import closing

import numpy as np

from w2v import encoders
from w2v.blocks import Blocks
from w2v.config import Config
from w2v.engines.base import Engine, Loss
from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training.callbacks import Callback, Progress, StopTraining
from w2v.training.estimate import long_run_note

FEW = 100  # examples for a word of the vocabulary, on average and in all of a run, that are too few to tell of anything


def learning_rate(config: Config, done: float) -> float:
    """The rate after a share `done` in [0, 1] of the run: it falls linearly from `alpha` to `min_alpha`."""
    return config.start_alpha + (config.min_alpha - config.start_alpha) * done


def run(blocks: Blocks, make_engine: type[Engine], config: Config, tell: Callback, resume: Model | None) -> Model:
    """Epoch after epoch over blocks of what the engine trains on."""
    keep = encoders.keep_thresholds(blocks.vocab.keep_probability(config.sample_threshold))
    engine = make_engine(config, blocks.vocab.counts, keep)
    history: list[EpochRecord] = []
    if resume:
        engine.load_state(resume.state)
        history += resume.history
    if told := long_run_note(engine, blocks, config):
        tell.on_note(told)

    def model(*, live: bool) -> Model:
        return Model(config, blocks.vocab, engine.tables(), history, live, engine.optimizer_state())

    tell.on_train_begin(model(live=True))
    for epoch in range(len(history), config.n_epochs):
        history.append(_train_epoch(engine, blocks, config, epoch, tell))
        try:
            tell.on_epoch_end(model(live=True))
        except StopTraining as stop:
            tell.on_note(str(stop))
            break
    return model(live=False)


def _train_epoch(engine: Engine, blocks: Blocks, config: Config, epoch: int, tell: Callback) -> EpochRecord:
    """Have the engine train every block, in an order drawn anew, and add up what it reports.

    In the text's own order the last pages would have the last word.
    """
    began = time.perf_counter()
    total = Loss(0.0, 0)

    order = np.random.default_rng([config.seed, epoch]).permutation(blocks.n_blocks)
    begun = [(epoch + turn / blocks.n_blocks) / config.n_epochs for turn in range(blocks.n_blocks)]
    rates = np.array([learning_rate(config, done) for done in begun])
    with closing(engine.train_blocks(blocks, epoch, order, rates)) as losses:
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
