"""Training on text: an engine, the order and the learning rates of its blocks, and the sentences on what it found."""

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.corpus.blocks import Blocks
from w2v.engines.base import Engine
from w2v.errors import NoExamplesError, W2VError, counted
from w2v.examples import encoders
from w2v.examples.input_rows import OF_DOCUMENTS, InputRows
from w2v.examples.subword_rows import input_rows
from w2v.heads import spec_of
from w2v.models.history import WORDS, EpochPart, EpochRecord, Totals
from w2v.models.model import Model
from w2v.training.beginning import ANEW, Beginning
from w2v.training.document_rows import begin_documents, document_rows, frozen_with_documents, untrained_note
from w2v.training.resume import text_of
from w2v.training.subwords import frozen_for, subwords_for
from w2v.vectors.formats.model_folder import ROWS
from w2v.vectors.formats.tags_file import DOCUMENTS

FEW = 100  # examples for a word of the vocabulary, on average and in all of a run, that are too few to tell of anything
DIVERGING = 2.0  # times the loss of vectors that know nothing: chance alone does not come there


def learning_rate(config: Config, done: float) -> float:
    """The rate after a share `done` in [0, 1] of the run: it falls linearly from `alpha` to `min_alpha`."""
    alpha = spec_of(config.head).start_alpha(config)
    return alpha + (config.min_alpha - alpha) * done


class TextTrainer:
    """Trains an engine on a text (a `loop.Trainer`).

    Args:
        blocks: what the engine trains on.
        make_engine: its class.
        config: the settings, with what follows from the text filled in.
        resume: a model of the same run to go on from.
        begin: what it begins with, if not with random vectors and zeros.

    Raises:
        W2VError: `resume` has not all that the engine needs to go on.
    """

    unit = WORDS

    def __init__(
        self,
        blocks: Blocks,
        make_engine: type[Engine],
        config: Config,
        resume: Model | None = None,
        begin: Beginning = ANEW,
    ) -> None:
        self.blocks, self.config, self.history = blocks, config, begin.history
        self.before, self.frozen = resume.before if resume else len(begin.history), begin.frozen_digest
        self.n_epochs, self.n_blocks = self.before + config.n_epochs, blocks.n_blocks
        self.alpha, self._further = learning_rate(config, 0.0), begin.further
        keep = encoders.keep_thresholds(blocks.vocab.keep_probability(config.sample_threshold))
        frozen, self.text = begin.frozen, text_of(blocks, begin.text_digest(blocks))
        options: dict[str, Any] = {}
        self.subwords = resume.subwords if resume else begin.subwords or subwords_for(config, blocks.vocab)
        self.input_rows: InputRows | None = begin.rows
        if self.input_rows is None and self.subwords:
            self.input_rows = input_rows(config, blocks.vocab.words, self.subwords)
            frozen = frozen_for(frozen, self.subwords.n_rows)
        if self.input_rows:
            options["input_rows"] = self.input_rows
        self.tags, self._notes, learning = None, list[str](), np.empty(0, bool)
        if begin.documents:
            self.tags = begin.documents.tags
            options["documents"], learning = document_rows(blocks, begin.documents)
            frozen = frozen_with_documents(frozen, options["documents"].size)
            self._notes += [note] if (note := untrained_note(learning)) else []
        _check_tags(config, self.tags, resume)
        if frozen.anything:
            options["frozen"] = frozen
        self.engine = make_engine(config, blocks.vocab.counts, keep, **options)
        if resume:
            self.history = resume.history
            self.engine.load_state(resume.state)
        elif begin.fill or self.tags:
            state = self.engine.state()
            if self.tags:
                begin_documents(state["input"], config, len(blocks.vocab), learning)
            if begin.fill:
                begin.fill(state)
            self.engine.load_state(state)

    def learning_rate(self, epoch: int, passed: float) -> float:
        return learning_rate(self.config, (epoch - self.before + passed) / self.config.n_epochs)

    def begin_epoch(self, epoch: int) -> str | None:
        return self._notes.pop() if self._notes else None

    def train_epoch(self, epoch: int, first: int) -> Generator[Totals, None, None]:
        """Have the engine train the blocks, in a new random order each epoch: no part of the text is always last."""
        count, tokens = self.n_blocks, self.blocks.tokens
        order = np.random.default_rng([self.config.seed, epoch]).permutation(count)
        order = self.engine.order_of(self.blocks, order)
        rates = np.array([self.learning_rate(epoch, turn / count) for turn in range(count)])
        with closing(self.engine.train_blocks(self.blocks, epoch, order[first:], rates[first:])) as losses:
            for turn, loss in enumerate(losses, first):
                words = tokens * (turn + 1) // count - tokens * turn // count  # integers, so that they add up
                yield Totals(loss.total, loss.examples, loss.examples, words)

    def pause(self, within: float = math.inf) -> None:
        self.engine.pause(within)

    def end_epoch(self, epoch: int, totals: Totals) -> str | None:
        if totals.examples == 0 and self.tags:
            if self._further:  # in another epoch subsampling may keep some words
                return None
            raise NoExamplesError(
                f"Subsampling (sample={self.config.sample:g}) left no word of the documents. Give sample=0."
            )
        if totals.examples == 0:
            raise NoExamplesError(_no_neighbours(self.blocks, self.config))
        untrained = spec_of(self.config.head).untrained_loss(self.config, len(self.blocks.vocab))
        if totals.mean > DIVERGING * untrained:
            return (
                f"Epoch {epoch + 1} has a loss of {totals.mean:,.2f}; of vectors that know nothing it is "
                f"{untrained:,.2f}. Training diverges, and the vectors are of no use. Lower alpha ({self.alpha:g})."
            )
        if epoch > self.before or self._further:  # a model that has learned may learn a little more
            return None
        return _too_few(totals.examples, self.blocks, self.config)

    def snapshot(self, history: list[EpochRecord], part: EpochPart | None = None) -> Model:
        """The model; on the CPU its tables are those being trained."""
        tables, state = self.engine.tables(), self.engine.optimizer_state()
        if self.input_rows:
            tables = {**tables, "input": self.input_rows.means(tables["input"]), ROWS: tables["input"]}
        if self.tags:
            words, table = len(self.blocks.vocab), tables["input"]
            tables = {**tables, "input": table[:words], DOCUMENTS: table[words:]}
        text, run = self.text, (False, self.before, self.frozen, self.subwords, self.input_rows)
        return Model(self.config, self.blocks.vocab, tables, history, True, state, part, text, *run, self.tags)

    def result(self, history: list[EpochRecord]) -> Model:
        """The model when training has ended, with the optimizer's state if there are epochs for which to go on."""
        model, complete = self.snapshot(history), len(history) == self.n_epochs
        state = {} if complete else model.optimizer_state
        return replace(model, live=False, optimizer_state=state, complete=complete)


def _check_tags(config: Config, tags: list[str] | None, resume: Model | None) -> None:
    """Raise a W2VError for documents without tags, or with others than the model has from which a run goes on."""
    if (tags is not None) != (config.arch in OF_DOCUMENTS):
        raise W2VError(f"arch {config.arch!r} trains vectors of documents: use Doc2Vec, or train_documents.")
    if resume and resume.tags != tags:
        raise W2VError("The model to resume from has other documents, or other tags. Give the same, or start anew.")


def _too_few(examples: int, blocks: Blocks, config: Config) -> str | None:
    """What to say of an epoch of so few examples; None where a run of them will do."""
    if examples * config.n_epochs >= FEW * len(blocks.vocab):
        return None
    kept = blocks.vocab.kept(config.sample_threshold) / blocks.vocab.counts.sum()
    thinned = f", of which subsampling (sample={config.sample:g}) keeps {kept:.0%}" if kept < 0.995 else ""
    ways = ["sample=0"] * bool(thinned) + ["more epochs", "a lower min_count"]
    return (
        f"Little to learn from: {counted(blocks.tokens, 'word')}{thinned} made {counted(examples, 'example')}, in "
        f"{counted(config.n_epochs, 'epoch')} some {examples * config.n_epochs:,} for "
        f"{counted(len(blocks.vocab), 'different word')}, and their vectors will say little. Give {', '.join(ways)} "
        "or more text."
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
