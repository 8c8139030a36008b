"""The class that Python users hold: train, query, save, load, under the names that gensim has made known."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.base.config import Config, ConfigKeywords
from w2v.base.config_attributes import ConfigAttributes
from w2v.base.settings import held_out_share
from w2v.base.signatures import takes
from w2v.errors import NotTrainedError, W2VError, counted
from w2v.models.fasttext_file import save_fasttext, save_floret
from w2v.models.history import EpochRecord, History
from w2v.models.model import Model
from w2v.models.prediction import Amid
from w2v.training.callbacks import CallbackList, Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.more import settings_to_go_on, train_more
from w2v.training.published import SavesPretrained
from w2v.training.train import train
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import Key, number_of

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Word2Vec(ConfigAttributes, SavesPretrained):
    """Word vectors of a corpus.

        model = Word2Vec(sentences, vector_size=100)      # an iterable of strings or of token lists
        model = Word2Vec(corpus_file="corpus.txt.gz")     # anything readable
        model.wv.most_similar("king")

    Every setting is an attribute that can be read, as `model.window`: of a trained model what was used, else what was
    asked for, None where it is left to the text.

    Args:
        sentences: an iterable of strings (tokenized by `tokenizer`) or of token lists; one-shot generators are fine.
        corpus_file: instead of `sentences`, a path, list of paths, directory, glob or URL.
        config: settings in one piece; those given by name change it.
        callbacks: one or several, which are called as training goes on, in this order; see `w2v.Callback`.
        held_out: a share of the text that is not trained on; its likelihood is a score in `history` after each epoch.
        checkpoint: where the run is kept while it goes on: a folder, for its two newest states, or a `w2v.Checkpoint`.
        resume: True: go on from the newest state in `checkpoint`, if there is any; or a model of an earlier point of
            the same run, such as `w2v.latest(folder)`.
        progress: whether a bar and lines show how it goes: None: in a notebook and on a terminal; see `w2v.train`.
        init: vectors to begin with: `KeyedVectors`, a model, or the path of a vectors file or a model's folder.
        frozen: what stays as it is: "input", "init", words, or factors by word; see `w2v.train`.
        settings: every field of `w2v.Config`; gensim's `sg` and `hs` are understood too. tokenizer: "auto",
            "whitespace", "words", "chinese", or a callable from a string to a list of tokens.

    Without a corpus nothing is trained until `fit`, which the other arguments are kept for.

    Raises:
        W2VError: a setting out of range, a corpus that cannot be trained on, or a callback that is none.
    """

    @takes(Config, ConfigKeywords)
    def __init__(
        self,
        sentences: Any = None,
        *,
        corpus_file: Any = None,
        config: Config | None = None,
        callbacks: Callbacks = (),
        held_out: float = 0.0,
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Model | bool | None = None,
        progress: bool | None = None,
        init: Any = None,
        frozen: Any = None,
        **settings: "Unpack[ConfigKeywords]",
    ) -> None:
        if sentences is not None and corpus_file is not None:
            raise W2VError("Both sentences and corpus_file are given; give one of them.")
        self._asked = Config()
        self._tokenizer: Callable[[str], list[str]] | None = None  # a function, which has no name to be saved by
        self._asked, self._tokenizer = self._asked_for(config, settings)
        self._model: Model | None = None
        self._for_fit: dict[str, Any] = {"callbacks": CallbackList(callbacks), "held_out": held_out_share(held_out)}
        self._for_fit |= {"checkpoint": checkpoint, "resume": resume, "progress": progress}
        self._for_fit |= {"init": init, "frozen": frozen}
        if corpus_file is not None:
            self.fit(_paths(corpus_file))
        elif sentences is not None:
            self.fit(sentences)

    @takes(Config, ConfigKeywords, again=True)
    def fit(
        self,
        corpus: Any,
        *,
        config: Config | None = None,
        callbacks: Callbacks = None,
        held_out: float | None = None,
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Model | bool | None = None,
        progress: bool | None = None,
        init: Any = None,
        frozen: Any = None,
        **settings: "Unpack[ConfigKeywords]",
    ) -> "Word2Vec":
        """Train on a corpus, from scratch unless there is something to begin with or to resume; returns self.

        Args:
            corpus: paths, or an iterable of strings or token lists.
            config, settings: from now on, instead of those given before; those given by name change them.
            callbacks, held_out, checkpoint, resume, progress, init, frozen: as above; None: those of `Word2Vec(...)`,
                if nothing was trained with them yet.

        Raises:
            W2VError: as above.
        """
        asked, tokenizer = self._asked_for(config, settings)
        given = {"callbacks": callbacks, "held_out": held_out, "checkpoint": checkpoint, "resume": resume}
        given |= {"progress": progress, "init": init, "frozen": frozen}
        options = self._for_fit | {name: value for name, value in given.items() if value is not None}
        if tokenizer:
            options["tokenizer"] = tokenizer
        self._model = train(corpus, asked, **options)
        self._asked, self._tokenizer, self._for_fit = asked, tokenizer, {}
        return self

    @takes(Config, ConfigKeywords, again=True)
    def train_more(
        self,
        corpus: Any,
        *,
        add_words: bool = False,
        frozen: Any = None,
        callbacks: Callbacks = (),
        held_out: float = 0.0,
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Model | bool | None = None,
        progress: bool | None = None,
        **settings: "Unpack[ConfigKeywords]",
    ) -> "Word2Vec":
        """Train the model further on more text, or on the same again, from where it is; returns self.

        Args:
            corpus: as for `fit`.
            add_words: words of the text that are not known join the vocabulary; False: they are left out.
            frozen: what stays as it is: "input", "output", "init" (the vectors there are), words, or factors by word.
            callbacks, held_out, checkpoint, resume, progress: as for `fit`.
            settings: of this training; else the model's, but epochs, alpha, sample and min_count follow the text.

        Raises:
            NotTrainedError: there is nothing to go on from.
            W2VError: as `w2v.train_more`, which says more of all this.
        """
        asked, tokenizer = self._asked_for(settings_to_go_on(self.model.config), settings)
        options: dict[str, Any] = {"callbacks": callbacks, "held_out": held_out, "progress": progress}
        if function := tokenizer or (None if "tokenizer" in settings else self._tokenizer):
            options["tokenizer"] = function
        how: dict[str, Any] = options | {"checkpoint": checkpoint, "resume": resume, "frozen": frozen}
        self._model = train_more(self.model, corpus, asked, add_words=add_words, **how)
        return self

    def __repr__(self) -> str:
        size = counted(self.vector_size, "dimension")
        words = "not trained" if self._model is None else counted(len(self._model.vocab), "word")
        return f"{type(self).__name__}({self.arch} {self.head}, {words}, {size})"

    @property
    def config(self) -> Config:
        """The settings: of a trained model those used, else those given."""
        return self._asked if self._model is None else self._model.config

    @property
    def tokenizer(self) -> str | Callable[[str], list[str]]:
        """How strings become words: a name, or a function of the user's, which a saved model does not keep."""
        return self._tokenizer or self.config.tokenizer

    @property
    def sg(self) -> int:
        """gensim's flag: 1 for Skip-gram, 0 for CBOW."""
        return int(self.arch == "skipgram")

    @property
    def hs(self) -> int:
        """gensim's flag: 1 for hierarchical softmax, else 0."""
        return int(self.head == "hs")

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

    def with_output(self) -> KeyedVectors:
        """The words with the sums of their two vectors, w + c; see `w2v.models.model.Model.with_output`."""
        return self.model.with_output()

    @property
    def history(self) -> list[EpochRecord]:
        """Loss, examples, words, seconds and scores of each epoch. Raises as `model` does."""
        return History(self.model.history)

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
        topn, known = number_of("topn", topn), self.model.words.known(context_words)
        probability = Amid(self.model, known).distribution()
        best = np.argsort(-probability, kind="stable")[:topn]
        return [(self.model.vocab.words[i], float(probability[i])) for i in best]

    def save(self, folder: str | Path, *, overwrite: bool = False, compact: bool = False) -> None:
        """Write the model's folder; see `w2v.models.model.Model.save`."""
        self.model.save(folder, overwrite=overwrite, compact=compact)

    def save_fasttext(self, path: str | Path) -> None:
        """Write fastText's .bin, which its library loads; see `w2v.models.fasttext_file.save_fasttext`."""
        save_fasttext(self.model, path)

    def save_floret(self, path: str | Path) -> None:
        """Write floret's file for spaCy; see `w2v.models.fasttext_file.save_floret`."""
        save_floret(self.model, path)

    @classmethod
    def load(cls, folder: str | Path, head: str | type | None = None) -> "Word2Vec":
        """Read a model's folder; see `w2v.models.model.Model.load`, also for `head`.

        It has the settings that were used, also where they once followed the text. To let them follow another one, say
        so: `fit(corpus, epochs=None, sample=None, min_count=None, tokenizer="auto")`.
        """
        model = Model.load(folder, head)
        loaded = cls(config=model.config)
        loaded._model = model
        return loaded

    def _asked_for(
        self, config: Config | None, settings: "ConfigKeywords"
    ) -> tuple[Config, Callable[[str], list[str]] | None]:
        """Settings, and apart from them, since they are words and numbers, a tokenizer that is a function."""
        named: dict[str, Any] = dict(settings)
        function = named.pop("tokenizer") if callable(named.get("tokenizer")) else None
        if function is None and config is None and "tokenizer" not in named:
            function = self._tokenizer
        return Config.of(named, self._asked if config is None else config), function


def _paths(corpus_file: Any) -> Any:
    return corpus_file if not isinstance(corpus_file, (list, tuple)) else [Path(path) for path in corpus_file]
