"""How a `w2v.gensim` model is trained: arguments and results are translated, and `w2v.training.more` trains.

An epoch is one call of it, from the vectors and weights as they are then. So what callbacks change holds, `model.alpha`
too, and a model with both output layers is trained on each of them in turn.
"""

import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.base.ranks import alone
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import NoExamplesError, W2VError, counted
from w2v.gensim.checks import advice, call, check_callbacks, number, threads, whole
from w2v.gensim.errors import NotReadyError, WrongTypeError
from w2v.gensim.keys import as_lines
from w2v.gensim.notes import logger
from w2v.gensim.scanning import Scan, scan
from w2v.gensim.steps import FEW, Notes, in_fine_steps
from w2v.gensim.vocabulary import Vocabularies, check_corpus
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training.more import train_more

HEADS = {"ns": "syn1neg", "hs": "syn1"}  # our heads, and the weights of each
_LONGEST_WINDOW = 10_000


class Training(Vocabularies):
    """`train`, and what it says of itself."""

    _own = "wv.vectors"  # where `_own_rows` are
    _told_of_alpha = False  # that the rate rises again, which scripts with a loop around `train` mean

    def train(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        total_examples: int | None = None,
        total_words: int | None = None,
        epochs: int | None = None,
        start_alpha: float | None = None,
        end_alpha: float | None = None,
        word_count: int = 0,
        queue_factor: int = 2,
        report_delay: float = 1.0,
        compute_loss: bool = False,
        callbacks: Iterable[Any] = (),
        **kwargs: Any,
    ) -> tuple[int, int]:
        """Train on a corpus, from the vectors and weights as they are. The corpus is read once, whatever the epochs.

        Args:
            corpus_iterable: sentences, each a list of words; words that the model does not know are passed over.
            corpus_file: instead, the path of a file with a sentence a line.
            total_examples: sentences, and total_words: words of the corpus, one of which has to be given: the learning
                rate has fallen to `end_alpha` when so many were passed in each epoch.
            epochs: passes over the corpus; to be given, usually model.epochs.
            start_alpha, end_alpha: learning rates at the beginning and at the end, from now on.
            compute_loss: whether `get_latest_training_loss` will tell the loss of this training.
            callbacks: a list of `CallbackAny2Vec`.
            word_count, queue_factor, report_delay: for gensim's queues; there are none here.

        Returns:
            How many words were trained on, of those in the vocabulary as many as subsampling keeps on average, and how
            many there were in all. Both count every epoch.

        Raises:
            NotReadyError: there is no vocabulary yet, or there are no vectors.
            WrongTypeError: no corpus or two, what is none, or callbacks that are none.
            W2VError: no epochs or no total was given, or there is nothing to train: neither hs nor negative.
        """
        alone("A model of w2v.gensim")
        if kwargs:
            raise WrongTypeError(f"train() has no argument {', '.join(kwargs)}. {advice(kwargs)}".rstrip())
        self.alpha = number("start_alpha", start_alpha or self.alpha)
        self.min_alpha = number("end_alpha", end_alpha or self.min_alpha)
        epochs, called = None if epochs is None else whole("epochs", epochs), check_callbacks(callbacks)
        self._check_training(epochs, total_examples, total_words)
        corpus = check_corpus(corpus_iterable, corpus_file, epochs or 0)
        if corpus_file is not None and not total_words:
            raise W2VError(
                "Beside corpus_file, total_words has to be given, such as total_words=model.corpus_total_words."
            )
        return self._train(scan(corpus), total_examples, total_words, epochs or 0, compute_loss, called)

    def _train(
        self,
        found: Scan,
        total_examples: int | None,
        total_words: int | None,
        epochs: int,
        compute_loss: bool,
        callbacks: list[Any],
    ) -> tuple[int, int]:
        """Train on a corpus that was read."""
        self.epochs, self.compute_loss, self.running_training_loss = epochs, bool(compute_loss), 0.0
        self.add_lifecycle_event(
            "train", msg=f"{self.workers} workers, {counted(epochs, 'epoch')}, {self._objective()}"
        )
        self._compare(found, total_examples, total_words)
        share = found.sentences / total_examples if total_examples else found.words / (total_words or found.words or 1)
        names, _ = as_lines(self.wv.index_to_key)
        vocab = Vocabulary(names, self.counts_from_one())
        blocks = found.blocks(self.wv.key_to_index, vocab)
        words = self._kept_words(blocks)
        fine = epochs * words < FEW
        began = time.perf_counter()
        call(callbacks, "on_train_begin", self)
        for epoch in range(epochs):
            call(callbacks, "on_epoch_begin", self)
            rates = self._rate(epoch / epochs), self._rate((epoch + share) / epochs)
            self._train_epoch(blocks, epoch, rates, fine)
            self.min_alpha_yet_reached = rates[1]
            call(callbacks, "on_epoch_end", self)
        taken = max(time.perf_counter() - began, 1e-9)
        self.train_count += 1
        told = f"training on {epochs * found.words} raw words ({epochs * words} effective words) took {taken:.1f}s, "
        self.add_lifecycle_event("train", msg=f"{told}{epochs * words / taken:.0f} effective words/s")
        call(callbacks, "on_train_end", self)
        return epochs * words, epochs * found.words

    def _train_epoch(self, blocks: IdBlocks, epoch: int, rates: tuple[float, float], fine: bool) -> None:
        """Train for one epoch, and write what comes of it into the arrays that are there."""
        began = time.perf_counter()
        if len(blocks.vocab) > 1 and len(blocks.ids):
            for number, head in enumerate(self._heads()):
                config = self._config(head, rates, [self.train_count, epoch, number])
                self._train_head(head, blocks, in_fine_steps(config, blocks.vocab) if fine else config)
        taken = time.perf_counter() - began
        self.total_train_time += taken
        logger.info("EPOCH %i: training on %i raw words took %.1fs", epoch, blocks.tokens, taken)

    def _train_head(self, head: str, blocks: IdBlocks, config: Config) -> None:
        try:
            record = self._learn(head, blocks, config)
        except NoExamplesError as error:  # in another epoch subsampling may keep some
            logger.info("%s", error)
            return
        self.wv.norms = None
        self.history.append(record)
        if self.compute_loss:
            self.running_training_loss += record.loss * record.examples

    def _learn(self, head: str, blocks: IdBlocks, config: Config) -> EpochRecord:
        """Train the arrays of one head for an epoch, and write into them what comes of it."""
        tables = {"input": self._own_rows(), "output": self._output(head, len(blocks.vocab))}
        given = {name: np.ascontiguousarray(table, np.float32) for name, table in tables.items()}
        model = Model(config, blocks.vocab, given, self.history)
        locks = self._locks(len(blocks.vocab))
        factors = None if (locks == 1).all() else locks
        trained = train_more(model, blocks, config, frozen=factors, callbacks=Notes(), progress=False)
        for name, table in tables.items():
            np.copyto(table, trained.tables[name], casting="same_kind")
        return trained.history[-1]

    def _own_rows(self) -> np.ndarray:
        """The rows that are the words' own, [V, D]."""
        return self.wv.vectors

    def _locks(self, words: int) -> np.ndarray:
        """What part of its changes each of the words' own rows gets, float64 [V]."""
        return np.resize(np.asarray(getattr(self.wv, "vectors_lockf", [1.0]), np.float64).ravel(), words)

    def _heads(self) -> list[str]:
        return ["ns"] * bool(self.negative) + ["hs"] * bool(self.hs)

    def _config(self, head: str, rates: tuple[float, float], place: list[int]) -> Config:
        """The settings of one epoch. place: numbers that tell its random choices from those of others."""
        start, end = rates
        seed = self.seed if isinstance(self.seed, int | np.integer) else 1
        sample = float(self.sample or 0)
        if sample >= 1:  # a count above which words are thinned out
            sample = int(sample * (3 + np.sqrt(5)) / 2) / float(self.counts_from_one().sum())
        return Config(
            arch="skipgram" if self.sg else "cbow",
            head=head,
            vector_size=int(self.wv.vector_size),
            window=min(int(self.window), _LONGEST_WINDOW),
            shrink_windows=bool(self.shrink_windows),
            negative=max(int(self.negative), 1),
            ns_exponent=float(self.ns_exponent),
            cbow_mean=bool(self.cbow_mean),
            cbow_update="original",
            tokenizer="whitespace",
            min_count=1,
            epochs=1,
            alpha=start,
            min_alpha=end,
            sample=sample,
            seed=int(np.random.SeedSequence([abs(seed), *place]).generate_state(1)[0]),
            engine="cpu",
            workers=threads(self.workers),
        )

    def _rate(self, done: float) -> float:
        """The learning rate after a share of the training: it falls from `alpha` to `min_alpha`, and never rises."""
        return max(self.alpha - (self.alpha - self.min_alpha) * done, self.min_alpha)

    def _kept_words(self, blocks: IdBlocks) -> int:
        """How many words of the text subsampling keeps, on average."""
        seen = np.zeros(len(blocks.vocab), np.int64)
        for i in range(blocks.n_blocks):
            ids = blocks.block(i)
            seen += np.bincount(ids[ids >= 0], minlength=len(seen))
        config = self._config(self._heads()[0], (self.alpha, min(self.alpha, self.min_alpha)), [])
        return round(float(blocks.vocab.keep_probability(config.sample_threshold) @ seen))

    def _objective(self) -> str:
        settings = ("sg", "hs", "negative", "sample", "window", "shrink_windows")
        return ", ".join(f"{name}={getattr(self, name)}" for name in settings)

    def _check_training(self, epochs: int | None, total_examples: int | None, total_words: int | None) -> None:
        """Raise where there is nothing to train, or not said how long; in gensim's order."""
        if not self._heads():
            raise W2VError(
                "You must set either hs=1 or negative>0: with hs=0 and negative=0 there is nothing to train."
            )
        if len(self._heads()) == 2:
            logger.warning(
                "Both hierarchical softmax and negative sampling are activated. This is probably a mistake: both are "
                "trained, one after the other in each epoch, which takes twice the time. Give negative=0 for "
                "hierarchical softmax alone, or hs=0."
            )
        if self.alpha > self.min_alpha_yet_reached and not self._told_of_alpha:
            self._told_of_alpha = True
            logger.warning(
                "Effective 'alpha' higher than previous training cycles: it is %g, and had fallen to %g before",
                *(self.alpha, self.min_alpha_yet_reached),
            )
        if not self.wv.key_to_index:
            raise NotReadyError(
                "you must first build vocabulary before training the model: call build_vocab(corpus). If you did, no "
                f"word of it reaches min_count={self.min_count}; lower that, or give more text."
            )
        if not len(self.wv.vectors):
            raise NotReadyError("you must initialize vectors before training the model: call init_weights().")
        if total_words is None and total_examples is None:
            raise W2VError(
                "You must specify either total_examples or total_words, which say how the learning rate falls. For the "
                "corpus that the vocabulary was built from: total_examples=model.corpus_count."
            )
        if epochs is None or epochs <= 0:
            raise W2VError(
                "You must specify an explicit epochs count, at least 1. The usual one is epochs=model.epochs."
            )
        if max(self.alpha, self.min_alpha) <= 0:
            raise W2VError(
                f"The learning rate is alpha={self.alpha:g}, min_alpha={self.min_alpha:g}; expected one above 0. Where "
                "a script lowers it in a loop around train(), leave that out and call train() once, with all epochs."
            )

    def _compare(self, found: Scan, total_examples: int | None, total_words: int | None) -> None:
        """Warn of a corpus that holds nothing, or not what was said."""
        if not found.words and self.train_count == 0:
            logger.warning(
                "train() called with an empty iterator (if not intended, be sure to provide a corpus that offers "
                "restartable iteration = an iterable)."
            )
        for what, given, there in (
            ("example", total_examples, found.sentences),
            ("raw word", total_words, found.words),
        ):
            if given and given != there:
                logger.warning("supplied %s count (%i) did not equal expected count (%i)", what, given, there)

    def _output(self, head: str, words: int) -> np.ndarray:
        """The output table of one of our heads. Raises unless there is a row for each word; one may have set arrays."""
        weights = getattr(self, HEADS[head], None)
        for name, table in ((HEADS[head], weights), (self._own, self._own_rows())):
            needed = (words, int(self.wv.vector_size))
            if table is None or table.shape != needed:
                raise NotReadyError(
                    f"{name} is {'missing' if table is None else f'of shape {list(table.shape)}'}, and {words:,} words "
                    f"of {needed[1]} dimensions need {list(needed)}. Call init_weights(), which begins anew, or give "
                    "new words to build_vocab(..., update=True)."
                )
        assert weights is not None
        return weights[: words - (head == "hs")]

    def get_latest_training_loss(self) -> float:
        """The sum of the losses of all examples of the training that goes on, or was the last, in nats.

        0.0 unless `compute_loss` was asked for.
        """
        return self.running_training_loss
