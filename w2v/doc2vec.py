"""The class that Python users hold for vectors of documents: train, query, infer, save, load."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.base.config import Config, ConfigKeywords
from w2v.base.settings import is_on, whole_number
from w2v.base.signatures import takes
from w2v.corpus.documents import parted
from w2v.corpus.vocabulary import UNK
from w2v.errors import NotTrainedError, UnknownWordError, W2VError, counted, shown
from w2v.examples.input_rows import OF_DOCUMENTS
from w2v.models.model import Model
from w2v.text.tokenize import AUTO, get_tokenizer
from w2v.training.callbacks import CallbackList, Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.documents import train_documents
from w2v.training.inference import Inference
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import Key
from w2v.word2vec import Word2Vec, _paths

if TYPE_CHECKING:
    from typing_extensions import Unpack


class Doc2Vec(Word2Vec):
    """Vectors of documents (Le & Mikolov 2014), of their tags to be exact.

        model = Doc2Vec(documents, vector_size=100)       # strings, token lists, pairs (words, tags)
        model.dv.most_similar("a tag")
        model.infer_vector("words of another document")

    arch says how a document learns: "pv-dbow" (what is used if nothing is said), its vector predicts each of its words;
    "pv-dm", it does so together with the words around. "pv-dbow" trains no word vectors unless `dbow_words` is set.

    Args:
        documents: an iterable, read once, of strings, token lists, pairs (words, tags), or objects that have `words`
            and `tags`; or a path, for files in which a line is a document. `tags` are strings or whole numbers, one or
            several. A document without tags has its number as tag: "0", "1", ... Documents of one tag train the same
            vector; that of a document with several is their mean.
        corpus_file: instead, a path, list of paths, directory, glob or URL.
        ids: strings and lines are ID<TAB>text, and the ID is the document's tag.
        config, callbacks, checkpoint, resume, progress, init, frozen: as of `Word2Vec`.
        settings: every field of `w2v.Config`; gensim's `dm`, `dm_mean` and `hs` are understood too.

    Raises:
        W2VError: a setting out of range, documents that cannot be trained on, or a head that cannot train them.
    """

    @takes(Config, ConfigKeywords)
    def __init__(
        self,
        documents: Any = None,
        *,
        corpus_file: Any = None,
        ids: bool = False,
        config: Config | None = None,
        callbacks: Callbacks = (),
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Model | bool | None = None,
        progress: bool | None = None,
        init: Any = None,
        frozen: Any = None,
        **settings: Unpack[ConfigKeywords],
    ) -> None:
        if documents is not None and corpus_file is not None:
            raise W2VError("Both documents and corpus_file are given; give one of them.")
        for name in ("sentences", "held_out"):
            if name in settings:
                raise W2VError(f"{name} is of Word2Vec; Doc2Vec takes documents, and holds none of them out.")
        super().__init__(config=Config(arch="pv-dbow") if config is None else config, **settings)
        self._check_arch(self._asked)
        self._inference: Inference | None = None
        self._for_fit = {"ids": ids, "callbacks": CallbackList(callbacks), "checkpoint": checkpoint, "resume": resume}
        self._for_fit |= {"progress": progress, "init": init, "frozen": frozen}
        if corpus_file is not None:
            self.fit(_paths(corpus_file))
        elif documents is not None:
            self.fit(documents)

    @takes(Config, ConfigKeywords, again=True)
    def fit(  # type: ignore[override]  # of documents there is nothing to hold out
        self,
        documents: Any,
        *,
        ids: bool | None = None,
        config: Config | None = None,
        callbacks: Callbacks = None,
        checkpoint: str | Path | Checkpoint | None = None,
        resume: Model | bool | None = None,
        progress: bool | None = None,
        init: Any = None,
        frozen: Any = None,
        **settings: Unpack[ConfigKeywords],
    ) -> Doc2Vec:
        """Train on documents, from scratch unless there is something to begin with or to resume; returns self.

        Arguments are those of `Doc2Vec(...)`; what is not given is as it was there, if nothing was trained yet.

        Raises:
            W2VError: as above.
        """
        asked, tokenizer = self._asked_for(config, settings)
        self._check_arch(asked)
        given = {"ids": ids, "callbacks": callbacks, "checkpoint": checkpoint, "resume": resume}
        given |= {"progress": progress, "init": init, "frozen": frozen}
        options = self._for_fit | {name: value for name, value in given.items() if value is not None}
        self._model = train_documents(documents, asked, tokenizer=tokenizer, **options)
        self._asked, self._tokenizer, self._for_fit, self._inference = asked, tokenizer, {}, None
        return self

    @property
    def dv(self) -> KeyedVectors:
        """The tags and their vectors: `model.dv["tag"]`, `model.dv.most_similar("tag")`. Raises as `model` does."""
        return self.model.documents

    @property
    def wv(self) -> KeyedVectors:
        """The word vectors.

        Raises:
            NotTrainedError: nothing is trained yet, or "pv-dbow" has trained no word vectors.
        """
        config = self.model.config
        if config.arch == "pv-dbow" and not config.dbow_words:
            raise NotTrainedError(
                "arch 'pv-dbow' trains vectors of documents alone. For word vectors beside them give dbow_words=True, "
                "or arch='pv-dm'."
            )
        return super().wv

    @property
    def dm(self) -> int:
        """gensim's flag: 1 for PV-DM, 0 for PV-DBOW."""
        return int(self.arch == "pv-dm")

    def infer_vector(
        self,
        words: str | Iterable[str],
        *,
        epochs: int | None = None,
        alpha: float | None = None,
        min_alpha: float | None = None,
    ) -> np.ndarray:
        """The vector [D] of another document, a string or a list of tokens: the same for the same words.

        Args:
            epochs: passes over its words; None: as many as in training, 20 at least.
            alpha, min_alpha: the learning rate at the start and the end; None: those of training.

        Raises:
            UnknownWordError: none of its words is known.
            NotTrainedError: nothing is trained yet.
            W2VError: a string, for a loaded model whose tokenizer was a function: that is not saved. Give its tokens.
        """
        [ids] = self._ids_of([words])
        if not len(ids):
            raise UnknownWordError(
                f"The document {shown(words)} has none of the {counted(len(self.model.vocab), 'word')} of the "
                "vocabulary, so nothing is known of it."
            )
        return self._infer([ids], epochs, alpha, min_alpha)[0]

    def infer_vectors(
        self,
        documents: Iterable[Any],
        *,
        epochs: int | None = None,
        alpha: float | None = None,
        min_alpha: float | None = None,
    ) -> np.ndarray:
        """The vectors [N, D] of N other documents, on all cores: for each what `infer_vector` gives.

        documents: strings, token lists, or what else `Doc2Vec` takes; tags are passed over. One without any known word
        has a vector of zeros, which is like no other.
        """
        if isinstance(documents, str | bytes) or not isinstance(documents, Iterable):
            raise W2VError(f"documents are {shown(documents)}; expected a list of them. For one use infer_vector.")
        words = (parted(item, number)[0] for number, item in enumerate(documents))
        return self._infer(self._ids_of(words), epochs, alpha, min_alpha)

    def _ids_of(self, documents: Iterable[Any]) -> list[np.ndarray]:
        known, name = self.model.vocab.key_to_index, self.tokenizer
        cut = get_tokenizer("whitespace" if name == AUTO else name, self.config.keep_punctuation)
        unknown = known.get(UNK, -1) if self.config.unk else -1
        made = []
        for number, words in enumerate(documents):
            tokens = cut(words) if isinstance(words, str) else list(parted(words, number)[0])
            if odd := [token for token in tokens if not isinstance(token, str)]:
                raise W2VError(f"the token {shown(odd[0])} is of type {type(odd[0]).__name__}; tokens must be strings.")
            ids = np.array([known.get(token, unknown) for token in tokens], np.int32)
            made.append(ids[ids >= 0])
        return made

    def _infer(
        self, documents: Sequence[np.ndarray], epochs: int | None, alpha: float | None, min_alpha: float | None
    ) -> np.ndarray:
        epochs = None if epochs is None else whole_number("epochs", epochs, 1)
        if self._inference is None:
            self._inference = Inference(self.model)
        return self._inference.infer(documents, epochs, alpha, min_alpha)

    def with_output(self) -> KeyedVectors:
        """As `Word2Vec.with_output`. Raises as `wv` does."""
        _ = self.wv
        return super().with_output()

    def predict_output_word(self, context_words: Sequence[Key], topn: int | None = 10) -> list[tuple[str, float]]:
        """As `Word2Vec.predict_output_word`, without a document. Raises as `wv` does."""
        _ = self.wv
        return super().predict_output_word(context_words, topn)

    def __repr__(self) -> str:
        documents = "not trained" if self._model is None else counted(len(self._model.tags or ()), "tag")
        words = "" if self._model is None else f", {counted(len(self._model.vocab), 'word')}"
        return f"Doc2Vec({self.arch} {self.head}, {documents}{words}, {counted(self.vector_size, 'dimension')})"

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_inference": None}  # is made again when it is needed

    @classmethod
    def load(cls, folder: str | Path, head: str | type | None = None) -> Doc2Vec:
        """Read a model's folder. Raises W2VError where it is of no documents, and as `Word2Vec.load`."""
        model = Model.load(folder, head)
        if not model.tags:
            raise W2VError(f"{folder} is a model of words; Word2Vec.load reads it.")
        loaded = cls(config=model.config)
        loaded._model = model
        return loaded

    def _asked_for(self, config: Config | None, settings: ConfigKeywords) -> tuple[Config, Any]:
        return super()._asked_for(config, _translated(dict(settings)))  # type: ignore[arg-type]

    @staticmethod
    def _check_arch(config: Config) -> None:
        if config.arch not in OF_DOCUMENTS:
            raise W2VError(
                f"arch is {config.arch!r}, which is for words; of documents expected {' or '.join(OF_DOCUMENTS)}."
            )


def _translated(settings: dict[str, Any]) -> dict[str, Any]:
    """gensim's flags as our words: dm=1 -> arch="pv-dm", dm=0 -> "pv-dbow"; dm_mean -> cbow_mean.

    Raises:
        W2VError: flags that contradict other settings, or dm_concat, which there is not.
    """
    if "dm" in settings:
        arch = "pv-dm" if is_on("dm", settings.pop("dm")) else "pv-dbow"
        if settings.setdefault("arch", arch) != arch:
            raise W2VError(f"arch={settings['arch']!r} together with a dm that says {arch!r}; give one of them.")
    if "dm_mean" in settings:
        settings["cbow_mean"] = is_on("dm_mean", settings.pop("dm_mean"))
    if "dm_concat" in settings and is_on("dm_concat", settings.pop("dm_concat")):
        raise W2VError("dm_concat=1 would set the context's vectors side by side; here they are averaged, or added up.")
    return settings
