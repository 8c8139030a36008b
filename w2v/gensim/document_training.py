"""How a `w2v.gensim` Doc2Vec learns and infers: arguments are translated, and `w2v.training` trains."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.base.ranks import alone
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines.base import initialise
from w2v.errors import W2VError, shown
from w2v.gensim.checks import advice, call, check_callbacks, number, threads, whole
from w2v.gensim.document_weights import DocumentWeights
from w2v.gensim.errors import NotReadyError, WrongTypeError
from w2v.gensim.keyed_store import filled
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.notes import logger
from w2v.gensim.steps import FEW, in_fine_steps
from w2v.gensim.tagging import Found, documents_of, scan_documents, tell
from w2v.gensim.utils import TrimRule, keep_vocab_item
from w2v.models.model import Model
from w2v.models.tables import Tables
from w2v.training.beginning import Beginning
from w2v.training.callbacks import Callback
from w2v.training.inference import Inference
from w2v.training.train import train_from


class DocumentTraining(DocumentWeights):
    """Vocabulary, training and inference of a Doc2Vec."""

    def build_vocab(
        self,
        corpus_iterable: Any = None,
        corpus_file: Any = None,
        update: bool = False,
        progress_per: int = 10000,
        keep_raw_vocab: bool = False,
        trim_rule: TrimRule | None = None,
        **kwargs: Any,
    ) -> None:
        """Read documents for their words and tags, and make vectors for both.

        Args:
            corpus_iterable: an iterable of TaggedDocument. corpus_file: instead, a file with a document a line.
            trim_rule: says of each word whether it stays, as for `Word2Vec.build_vocab`.

        Raises:
            WrongTypeError: no documents or two, or what is none.
            W2VError: update=True, which gensim does not do for Doc2Vec either (it ends the process there).
        """
        if update:
            raise W2VError("Documents cannot join a Doc2Vec. Infer their vectors, or train a model of all documents.")
        found = scan_documents(documents_of(corpus_iterable, corpus_file, 1))
        self._begin(found, trim_rule)

    def _begin(self, found: Found, trim_rule: TrimRule | None) -> None:
        tell(found)
        least = max(int(self.min_count), 0)
        kept = [word for word, count in found.counts.items() if keep_vocab_item(word, count, least, trim_rule)]
        kept.sort(key=found.counts.__getitem__, reverse=True)
        kept = kept[: self.max_final_vocab]
        keys = found.keys()
        self._missing = ""
        if len(kept) < 2 or not keys:
            self._missing = (
                f": {len(kept)} of {len(found.counts)} words reach min_count={least}, and there are {len(keys)} tags; "
                "a model needs two words and a tag. Give a lower min_count, or more documents"
            )
            logger.warning("There is nothing to be trained%s.", self._missing)
        self.corpus_count, self.corpus_total_words = found.documents, found.words
        counts = np.array([found.counts[word] for word in kept], np.int64)
        self._vocab = None if self._missing else Vocabulary(kept, counts)
        words, tags = (np.zeros((len(each), self.vector_size), np.float32) for each in (kept, keys))
        self.wv = filled(KeyedVectors, kept, words, {"count": counts})
        self.dv = filled(KeyedVectors, keys, tags, found.attributes())
        self.init_weights()
        self.add_lifecycle_event("build_vocab", update=False, trim_rule=str(trim_rule))

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
        callbacks: Iterable[Any] = (),
        **kwargs: Any,
    ) -> None:
        """Train on documents, from the vectors and weights as they are. They are read once, whatever the epochs.

        Arguments are those of `Word2Vec.train`; tags and words that the model does not know are passed over. What
        callbacks change in the model does not hold.
        """
        alone("A model of w2v.gensim")
        if kwargs:
            raise WrongTypeError(f"train() has no argument {', '.join(kwargs)}. {advice(kwargs)}".rstrip())
        documents = documents_of(corpus_iterable, corpus_file, 1)
        if total_examples is None and total_words is None:
            raise W2VError(
                "You must specify either total_examples or total_words: total_examples=model.corpus_count, usually."
            )
        if epochs is None or whole("epochs", epochs) < 1:
            raise W2VError("You must specify an explicit epochs count, at least 1: epochs=model.epochs, usually.")
        self.alpha = number("start_alpha", start_alpha or self.alpha)
        self.min_alpha = number("end_alpha", end_alpha or self.min_alpha)
        if self.alpha > self.min_alpha_yet_reached and not self._told_of_alpha:
            self._told_of_alpha = True
            logger.warning(
                "Effective 'alpha' higher than previous training cycles: it is %g, and had fallen to %g before",
                *(self.alpha, self.min_alpha_yet_reached),
            )
        self._learn(documents, whole("epochs", epochs), check_callbacks(callbacks))

    def _learn(self, documents: Iterable[Any] | Found, epochs: int, callbacks: list[Any]) -> None:
        """Train on documents, or on what was found in them when they were read for the vocabulary."""
        if self._vocab is None:
            told = self._missing or ": build_vocab(documents)"
            raise NotReadyError(f"you must first build vocabulary before training the model{told}.")
        found = documents if isinstance(documents, Found) else scan_documents(documents)
        blocks, tagged = found.blocks(self._vocab, self.dv.key_to_index)
        words = len(self.wv)

        def fill(tables: Tables) -> None:
            tables["input"][:words], tables["input"][words:] = self.wv.vectors, self.dv.vectors
            tables["output"][...] = self._output

        def begin(vocab: Vocabulary) -> Beginning:
            return Beginning(fill, history=list(self.history), further=True, documents=tagged)

        call(callbacks, "on_train_begin", self)
        hooks = _Hooks(self, callbacks, len(self.history) + epochs)
        call(callbacks, "on_epoch_begin", self)
        options: dict[str, Any] = {"callbacks": [hooks], "held_out": 0.0, "checkpoint": None, "resume": None}
        self._take(train_from(begin, blocks, self._config(epochs), freezing=False, progress=False, **options))
        self.min_alpha_yet_reached = min(self.min_alpha, self.alpha)
        self.add_lifecycle_event("train", msg=f"{epochs} epochs")
        call(callbacks, "on_train_end", self)

    def _take(self, model: Model) -> None:
        """Have the vectors and weights of a model."""
        np.copyto(self.wv.vectors, model.tables["input"])
        np.copyto(self.dv.vectors, model.tables["documents"])
        np.copyto(self._output, model.tables["output"])  # type: ignore[arg-type]  # there is a vocabulary
        self.wv.norms = self.dv.norms = None
        self.history, self._inference = list(model.history), None

    def _config(self, epochs: int | None = None) -> Config:
        sample = float(self.sample or 0)
        if sample >= 1 and self._vocab is not None:  # a count above which words are thinned out
            sample = int(sample * (3 + np.sqrt(5)) / 2) / float(self._vocab.counts.sum())
        config = Config(
            arch="pv-dbow" if self.sg else "pv-dm",
            head="hs" if self.hs else "ns",
            dbow_words=bool(self.dbow_words and self.sg),
            vector_size=self.vector_size,
            window=min(self.window, 10_000),
            shrink_windows=bool(self.shrink_windows),
            negative=max(int(self.negative), 1),
            ns_exponent=float(self.ns_exponent),
            cbow_mean=bool(self.cbow_mean),
            cbow_update="original",
            tokenizer="whitespace",
            min_count=1,
            epochs=epochs or max(self.epochs, 1),
            alpha=self.alpha,
            min_alpha=min(self.min_alpha, self.alpha),
            sample=sample,
            seed=abs(int(self.seed or 0)),
            engine="cpu",
            workers=threads(self.workers),
        )
        if self._vocab is None or config.n_epochs * self._vocab.counts.sum() >= FEW:
            return config
        return in_fine_steps(config, self._vocab, len(self.dv))

    def _as_model(self) -> Model:
        """The model as ours, its tags as strings."""
        if self._vocab is None or self._output is None:
            raise NotReadyError("There is no vocabulary yet, and so nothing to infer with: build_vocab(documents).")
        tables = {"input": self.wv.vectors, "output": self._output, "documents": self.dv.vectors}
        tables = {name: np.ascontiguousarray(table, np.float32) for name, table in tables.items()}
        return Model(self._config(), self._vocab, tables, self.history, tags=[str(key) for key in range(len(self.dv))])

    def infer_vector(
        self, doc_words: Any, alpha: float | None = None, min_alpha: float | None = None, epochs: int | None = None
    ) -> np.ndarray:
        """The vector of another document, a list of words: here the same for the same words, each time.

        Of a document of which no word is known, it is a short vector of random numbers, as in gensim.

        Raises:
            WrongTypeError: one string instead of a list of them.
            NotReadyError: there is no vocabulary yet.
        """
        if isinstance(doc_words, str):
            raise WrongTypeError(
                "Parameter doc_words of infer_vector() must be a list of strings (not a single string): words.split()."
            )
        if not isinstance(doc_words, Iterable):
            raise WrongTypeError(f"doc_words is {shown(doc_words)}; expected a list of words.")
        words = list(doc_words)
        if self._inference is None:
            self._inference = Inference(self._as_model())
        known = self.wv.key_to_index
        ids = np.array([known[word] for word in words if word in known], np.int32)
        if not len(ids):
            vector = np.zeros((1, self.vector_size), np.float32)
            initialise(vector, self.vector_size, [abs(int(self.seed or 0)), *" ".join(map(str, words)).encode()])
            return vector[0] / np.float32(np.sqrt(self.vector_size))
        rates = None if alpha is None else number("alpha", alpha), self.min_alpha if min_alpha is None else min_alpha
        passes = whole("epochs", epochs or self.epochs)
        return self._inference.infer([ids], passes, rates[0], number("min_alpha", rates[1]))[0]

    def similarity_unseen_docs(
        self,
        doc_words1: Any,
        doc_words2: Any,
        alpha: float | None = None,
        min_alpha: float | None = None,
        epochs: int | None = None,
    ) -> float:
        """The cosine of the inferred vectors of two documents, each a list of words."""
        one, other = (self.infer_vector(words, alpha, min_alpha, epochs) for words in (doc_words1, doc_words2))
        return float(one @ other / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-30))


class _Hooks(Callback):
    """Calls gensim's callbacks, and has what the training says go to the log."""

    def __init__(self, model: DocumentTraining, callbacks: list[Any], epochs: int) -> None:
        self._model, self._callbacks, self._epochs = model, callbacks, epochs

    def on_epoch_end(self, model: Model) -> None:
        if self._callbacks:
            self._model._take(replace(model, live=False))
            call(self._callbacks, "on_epoch_end", self._model)
            if len(model.history) < self._epochs:
                call(self._callbacks, "on_epoch_begin", self._model)

    def on_note(self, sentence: str) -> None:
        logger.info("%s", sentence)
