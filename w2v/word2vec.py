"""The class that Python users hold: train, query, save, load, under the names that gensim has made known."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from w2v.config import Config
from w2v.errors import NotTrainedError, W2VError
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training.callbacks import CallbackList, Callbacks
from w2v.training.train import train
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import Key, number_of


class Word2Vec:
    """Word vectors of a corpus.

        model = Word2Vec(sentences, vector_size=100)      # an iterable of strings or of token lists
        model = Word2Vec(corpus_file="corpus.txt.gz")     # anything readable
        model.wv.most_similar("king")

    Args:
        sentences: an iterable of strings (tokenized by `tokenizer`) or of token lists; one-shot generators are fine.
        corpus_file: instead of `sentences`, a path, list of paths, directory, glob or URL.
        callbacks: one or several, called in this order while it trains; see `w2v.training.callbacks`.
        held_out: a share of the text that is not trained on; its likelihood is a score in `history` after each epoch.
        tokenizer: "whitespace", "words", "chinese", or a callable from a string to a list of tokens.
        settings: every field of `w2v.config.Config`; gensim's `sg` and `hs` are understood too.

    Without a corpus nothing is trained until `fit`.

    Raises:
        W2VError: a setting out of range, a corpus that cannot be trained on, or a callback that is none.
    """

    def __init__(
        self,
        sentences: Any = None,
        *,
        corpus_file: Any = None,
        callbacks: Callbacks = (),
        held_out: float = 0.0,
        tokenizer: Any = "whitespace",
        **settings: Any,
    ) -> None:
        if sentences is not None and corpus_file is not None:
            raise W2VError("Both sentences and corpus_file are given; give one of them.")
        self._tokenizer = tokenizer if callable(tokenizer) else None
        if self._tokenizer is None:
            settings["tokenizer"] = tokenizer
        self.config = Config.of(settings)
        self._model: Model | None = None
        tell = CallbackList(callbacks)
        if corpus_file is not None:
            self.fit(_paths(corpus_file), callbacks=tell, held_out=held_out)
        elif sentences is not None:
            self.fit(sentences, callbacks=tell, held_out=held_out)

    def fit(
        self, corpus: Any, *, callbacks: Callbacks = (), held_out: float = 0.0, resume: Model | None = None
    ) -> "Word2Vec":
        """Train on a corpus: paths, or an iterable of strings or token lists; returns self.

        Args:
            callbacks, held_out: as above.
            resume: a model of an earlier epoch of the same run, such as the `latest` in a folder of
                checkpoints (`w2v.training.checkpoint`); else from scratch.
        """
        options = {"tokenizer": self._tokenizer} if self._tokenizer else {}
        self._model = train(corpus, self.config, callbacks=callbacks, held_out=held_out, resume=resume, **options)
        return self

    @property
    def model(self) -> Model:
        """Tables, vocabulary, settings and history.

        Raises:
            NotTrainedError: nothing has been trained yet; `hasattr` answers False.
        """
        if self._model is None:
            raise NotTrainedError("Nothing is trained yet. Call fit(corpus), or give the corpus to Word2Vec(...).")
        return self._model

    @property
    def wv(self) -> KeyedVectors:
        """The word vectors: the same object each time, until `fit` makes others. Raises as `model` does."""
        return self.model.vectors

    @property
    def history(self) -> list[EpochRecord]:
        """Loss, examples, words, seconds and scores of each epoch. Raises as `model` does."""
        return self.model.history

    def predict_output_word(self, context_words: Sequence[Key], topn: int | None = 10) -> list[tuple[str, float]]:
        """The words that the head expects amid `context_words`, with their probabilities, most likely first.

        The hidden vector is the mean of the context words' vectors (their sum with cbow_mean=False), as in gensim, or
        for `poincare` their midpoint; the probabilities are the head's `log_prob`, so they sum to one over the
        vocabulary for every head.

        Args:
            context_words: a list or array of words, or of their indices; those that are not known are passed over.
            topn: how many, from 0; None: all.

        Raises:
            W2VError: one word instead of a list, a list that is empty or not of words, or a `topn` that is no number.
            UnknownWordError: no context word is in the vocabulary.
        """
        topn, known = number_of("topn", topn), self.wv.known(context_words)
        import torch

        from w2v.encoders import Bags
        from w2v.engines.reference import hidden_vectors

        bags = Bags(np.array(known), np.array([0, len(known)]), np.zeros(1, np.int64))
        mean = self.config.arch != "cbow" or self.config.cbow_mean
        head = self.model.head()
        with torch.no_grad():
            hidden = hidden_vectors(torch.from_numpy(self.model.tables["input"]), bags, mean=mean, head=head)
            probability = head.log_prob(hidden)[0].exp()
        top = torch.topk(probability, len(probability) if topn is None else min(topn, len(probability)))
        words = self.model.vocab.words
        return [(words[i], p) for i, p in zip(top.indices.tolist(), top.values.tolist(), strict=True)]

    def save(self, folder: str | Path, *, overwrite: bool = False) -> None:
        """Write the model's folder; see `w2v.models.model.Model.save`."""
        self.model.save(folder, overwrite=overwrite)

    @classmethod
    def load(cls, folder: str | Path) -> "Word2Vec":
        """Read a model's folder; see `w2v.models.model.Model.load`.

        Its settings are those that were used: a `fit` on another text takes them as given.
        """
        model = Model.load(folder)
        loaded = cls.__new__(cls)
        loaded.config, loaded._model, loaded._tokenizer = model.config, model, None
        return loaded


def _paths(corpus_file: Any) -> Any:
    return corpus_file if not isinstance(corpus_file, (list, tuple)) else [Path(path) for path in corpus_file]
