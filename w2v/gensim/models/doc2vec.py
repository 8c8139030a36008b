"""gensim's Doc2Vec, and its documents, over this package."""

import json
import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from w2v.base import json_text, sealed_folder
from w2v.base.sealed_folder import opened
from w2v.errors import W2VError, shown
from w2v.gensim.checks import check_callbacks, no_such_attribute, number, whole
from w2v.gensim.document_training import DocumentTraining
from w2v.gensim.errors import NoSuchNameError, OtherModelError, WrongTypeError
from w2v.gensim.keyed_store import filled
from w2v.gensim.keys import as_json
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.notes import ignored, logger
from w2v.gensim.paths import expect, is_pickled, make_way
from w2v.gensim.tagging import TaggedBrownCorpus, TaggedDocument, TaggedLineDocument, documents_of, scan_documents
from w2v.gensim.utils import TrimRule
from w2v.models import history
from w2v.models.history import RunState
from w2v.models.model import Model
from w2v.vectors.formats import tags_file
from w2v.vectors.formats.model_folder import CONFIG, HISTORY, RUN, TABLES, VOCAB

__all__ = [
    "FAST_VERSION",
    "Doc2Vec",
    "KeyedVectors",
    "TaggedBrownCorpus",
    "TaggedDocument",
    "TaggedLineDocument",
    "logger",
]

FAST_VERSION = CORPUSFILE_VERSION = 1  # gensim's sign that compiled code trains
MORE = "gensim.json"
_SETTINGS: dict[str, Any] = {  # of Word2Vec's arguments those that Doc2Vec hands on, with their defaults
    "alpha": 0.025, "min_count": 5, "sample": 1e-3, "seed": 1, "workers": 3, "min_alpha": 0.0001, "hs": 0,
    "negative": 5, "ns_exponent": 0.75, "max_final_vocab": None,
}  # fmt: skip
_IGNORED = {
    "hashfxn": "vectors begin from the seed alone.",
    "batch_words": "text goes to threads in blocks of ten thousand words.",
    "max_vocab_size": "all words of the documents are counted.",
    "null_word": "only dm_concat needs such a word.",
    "sorted_vocab": "words are in the order of their counts.",
    "compute_loss": "the loss of each epoch is in model.history.",
    "cbow_mean": "of documents it is dm_mean.",
}
_KEPT = ("window", "shrink_windows", "epochs", "dbow_words", "comment", *_SETTINGS)


class Doc2Vec(DocumentTraining):
    """Vectors of documents, with the arguments, defaults, methods and attributes of gensim 4's.

        model = Doc2Vec([TaggedDocument(["some", "words"], ["tag"]), ...], vector_size=50, min_count=2, epochs=40)
        model.dv.most_similar("tag")
        model.infer_vector(["other", "words"])

    Args:
        documents: an iterable of TaggedDocument; None: nothing is trained until `build_vocab` and `train`.
        corpus_file: instead, the path of a file with a document a line, whose tags are the numbers of the lines.
        dm: 1 PV-DM, 0 PV-DBOW. dm_mean: 0 for the sum of the context's vectors. dm_concat: not here.
        dbow_words: 1 trains word vectors, too, with PV-DBOW.
        kwargs: of Word2Vec's arguments alpha, min_alpha, min_count, max_final_vocab, sample, seed, workers, hs,
            negative and ns_exponent. One output layer is trained: hs=1 takes negative=0.
        others: as of `Word2Vec`.

    A document of several tags is trained as their mean; gensim's PV-DBOW trains each of them on its own.

    Raises:
        WrongTypeError: an argument that is none, or of another kind; documents that are none.
        NotReadyError: fewer than two words reach min_count.
        W2VError: dm_concat=1, or both output layers or none.
    """

    def __init__(
        self,
        documents: Any = None,
        corpus_file: Any = None,
        vector_size: int = 100,
        dm_mean: int | None = None,
        dm: int = 1,
        dbow_words: int = 0,
        dm_concat: int = 0,
        dm_tag_count: int = 1,
        dv: Any = None,
        dv_mapfile: Any = None,
        comment: str | None = None,
        trim_rule: TrimRule | None = None,
        callbacks: Iterable[Any] = (),
        window: int = 5,
        epochs: int = 10,
        shrink_windows: bool = True,
        **kwargs: Any,
    ) -> None:
        if unknown := [name for name in kwargs if name not in _SETTINGS and name not in _IGNORED]:
            instead = {"size": "vector_size", "iter": "epochs", "docvecs": "dv", "docvecs_mapfile": "dv_mapfile"}
            told = ", ".join(f"{name} (it is {instead[name]} now)" if name in instead else name for name in unknown)
            raise WrongTypeError(f"Doc2Vec has no argument {told}.")
        for name in kwargs:
            if name in _IGNORED:
                ignored(name, _IGNORED[name])
        if dm_concat:
            raise W2VError("dm_concat=1 is not here: the context's vectors are averaged, or with dm_mean=0 added up.")
        if dv is not None or dv_mapfile is not None:
            ignored("dv", "vectors of documents are made when the vocabulary is built, in memory.")
        self.vector_size = self.layer1_size = whole("vector_size", vector_size)
        self.window, self.epochs, self.shrink_windows = whole("window", window), whole("epochs", epochs), shrink_windows
        if min(self.vector_size, self.window) < 1:
            raise W2VError(f"vector_size is {vector_size} and window {window}; expected at least 1 of both.")
        self.sg, self.dbow_words = int(not whole("dm", dm)), whole("dbow_words", dbow_words)
        self.cbow_mean = 1 if dm_mean is None else whole("dm_mean", dm_mean)
        self.dm_concat, self.dm_tag_count, self.comment = 0, dm_tag_count, comment
        for name, usual in _SETTINGS.items():
            value = kwargs.get(name, usual)
            kind = number if isinstance(usual, float) else whole
            setattr(self, name, value if value is None else kind(name, value))
        if bool(self.hs) == bool(self.negative > 0):
            both = "Both hs=1 and negative>0 are given" if self.hs else "Neither hs nor negative is given"
            raise W2VError(f"{both}, and documents are trained with one output layer: hs=1, negative=0, or hs=0.")
        self.corpus_count = self.corpus_total_words = 0
        self.wv, self.dv = KeyedVectors(self.vector_size), KeyedVectors(self.vector_size)
        self.history, self._vocab, self._weights, self._inference = [], None, None, None
        self.min_alpha_yet_reached, self.load = self.alpha, _only_of_the_class
        called = check_callbacks(callbacks)
        if documents is not None or corpus_file is not None:
            given = documents_of(documents, corpus_file, 2)
            found = scan_documents(given)
            self._begin(found, trim_rule)
            self._learn(found, self.epochs, called)
        self.add_lifecycle_event("created", params=str(self))

    @property
    def dm(self) -> bool:
        """Whether it is PV-DM."""
        return not self.sg

    @property
    def dbow(self) -> bool:
        """Whether it is PV-DBOW."""
        return bool(self.sg)

    @property
    def docvecs(self) -> KeyedVectors:
        """gensim 3's name of `dv`."""
        warnings.warn("The `docvecs` property has been renamed `dv`.", DeprecationWarning, stacklevel=2)
        return self.dv

    def estimated_lookup_memory(self) -> int:
        """About how many bytes the look-up of tags takes."""
        return 60 * len(self.dv) + 140 * len(self.dv)

    def save_word2vec_format(
        self,
        fname: Any,
        doctag_vec: bool = False,
        word_vec: bool = True,
        prefix: str = "*dt_",
        fvocab: Any = None,
        binary: bool = False,
    ) -> None:
        """Write word vectors, those of tags behind a prefix, or both, in word2vec's format."""
        words = list(self.wv.index_to_key) if word_vec else []
        tags = [f"{prefix}{key}" for key in self.dv.index_to_key] if doctag_vec else []
        if not words and not tags:
            raise W2VError("Neither doctag_vec nor word_vec is set, or there is no vector: nothing can be written.")
        table = np.vstack([self.wv.vectors[: len(words)], self.dv.vectors[: len(tags)]])
        counts = self.wv.expandos["count"] if words else np.zeros(0, np.int64)
        attributes = {"count": np.append(counts, np.zeros(len(tags), np.int64))}
        made = filled(KeyedVectors, words + tags, table, attributes)
        made.save_word2vec_format(fname, fvocab=fvocab, binary=binary, sort_attr="count")

    def save(self, fname_or_handle: Any, *args: Any, **kwargs: Any) -> None:
        """Write the model, in place of one that is there: a folder of that name, which `w2v.Doc2Vec` reads, too.

        Raises:
            WrongTypeError: an open file. NotReadyError: there is no vocabulary yet.
            W2VError: something is there that is no model, or the disk is full.
        """
        if not isinstance(fname_or_handle, str | os.PathLike):
            raise WrongTypeError(f"save was given {shown(fname_or_handle)}; expected a path: a model is a folder.")
        model = self._as_model()
        keys = self.dv.index_to_key
        names = _distinct(keys)
        settings = {name: getattr(self, name) for name in _KEPT}
        settings |= {"keys": as_json({i: key for i, key in enumerate(keys) if key != names[i]})}
        settings |= {name: [int(n) for n in self.dv.expandos[name]] for name in ("doc_count", "word_count")}
        settings |= {"corpus_count": self.corpus_count, "corpus_total_words": self.corpus_total_words}
        texts = {CONFIG: model.config.as_json(), VOCAB: model.vocab.as_text(), MORE: json.dumps(settings) + "\n"}
        texts[tags_file.TAGS] = tags_file.as_text(names)
        path = Path(fname_or_handle)
        make_way(path)
        beside = {HISTORY: history.as_json(self.history), RUN: RunState(complete=True).as_json()}
        sealed_folder.write(path, texts, {TABLES: model.tables}, beside, overwrite=True)

    @classmethod
    def load(cls, fname: Any, *args: Any, **kwargs: Any) -> "Doc2Vec":
        """Read what `save` wrote, or a model of `w2v.Doc2Vec` with the head ns or hs.

        Raises:
            OtherModelError: another model. W2VError: there is none, it is damaged, or it is a pickle of gensim's.
        """
        expect(fname)
        if is_pickled(fname):
            raise W2VError(
                f"{fname} is a pickle, as gensim saves models, and could run any code. Its documents cannot be read "
                "here: train the model anew, or save its vectors there with save_word2vec_format(doctag_vec=True)."
            )
        read = Model.load(fname)
        if not read.tags or read.config.head not in ("ns", "hs"):
            raise OtherModelError(f"{fname} is no model of documents with ns or hs, but {read}.")
        with opened(fname, (CONFIG,), (MORE,), what="a saved model") as files:
            where = files.path(MORE)
            more = json_text.mapping(json_text.parse(files.text(MORE), where), where) if MORE in files else {}
        try:
            return _loaded(cls, read, more)
        except (W2VError, ValueError, TypeError, IndexError, AttributeError) as error:  # JSON of any shape
            raise W2VError(f"{where} is damaged: {error}") from error

    def __str__(self) -> str:
        kind = "dm/m" if self.dm and self.cbow_mean else "dm/s" if self.dm else "dbow" + "+w" * bool(self.dbow_words)
        layer = "hs" if self.hs else f"n{self.negative}"
        window = [] if self.sg and not self.dbow_words else [f"w{self.window}"]
        parts = [kind, f"d{self.vector_size}", layer, *window]
        told = {"mc": (self.min_count, 1), "s": (self.sample, 0), "t": (self.workers, 1)}
        parts += [f"{name}{value:g}" for name, (value, usual) in told.items() if value > usual]
        return f"{type(self).__name__}<{','.join(parts)}>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NoSuchNameError(no_such_attribute("Doc2Vec", name))

    def __getitem__(self, tag: Any) -> np.ndarray:
        """The vector [D] of a word or, where there is no such word, of a tag; of several [N, D].

        Raises UnknownWordError, a KeyError, where there is neither.
        """
        if isinstance(tag, str | int | np.integer):
            vector: np.ndarray = (self.wv if tag in self.wv else self.dv)[tag]
            return vector
        return np.vstack([self[each] for each in tag])


def _only_of_the_class(*_: Any, **__: Any) -> NoReturn:
    raise NoSuchNameError("load is of the class, not of a model: Doc2Vec.load(path).")


def _distinct(keys: list[Any]) -> list[str]:
    """A string for each tag; a number that is also a string elsewhere gets another."""
    taken = {key for key in keys if isinstance(key, str)}
    names = []
    for key in keys:
        name = key if isinstance(key, str) else str(key)
        while not isinstance(key, str) and name in taken:
            name = f"#{name}"
        taken.add(name)
        names.append(name)
    return names


def _loaded(cls: type[Doc2Vec], read: Model, more: dict[str, Any]) -> Doc2Vec:
    config, tags = read.config, list[Any](read.tags or [])
    usual = {name: getattr(config, name) for name in ("window", "shrink_windows", "seed", "min_alpha", "ns_exponent")}
    usual |= {"epochs": config.n_epochs, "sample": config.sample, "min_count": config.min_count, "alpha": config.alpha}
    usual |= {name: value for name, value in more.items() if name in _KEPT}
    usual |= {"hs": int(config.head == "hs"), "negative": config.negative if config.head == "ns" else 0}
    usual |= {"dm": int(config.arch == "pv-dm"), "dm_mean": int(config.cbow_mean), "dbow_words": int(config.dbow_words)}
    model = cls(vector_size=config.vector_size, **usual)
    for place, key in more.get("keys", {}).items():
        tags[int(place)] = key
    if len(set(tags)) < len(tags):
        raise W2VError("a tag comes twice.")
    counts: dict[str, np.ndarray] = {
        name: np.array(more[name], np.int64) for name in ("doc_count", "word_count") if name in more
    }
    if any(values.shape != (len(tags),) for values in counts.values()):
        raise W2VError(f"there are counts of other tags than the {len(tags)}.")
    tables = {name: np.array(read.tables[name], np.float32) for name in ("input", "output", "documents")}
    model._vocab, model.history = read.vocab, read.history
    model._weights = np.zeros((len(read.vocab), config.vector_size), np.float32)
    model._weights[: len(tables["output"])] = tables["output"]
    model.wv = filled(KeyedVectors, list(read.vocab.words), tables["input"], {"count": read.vocab.counts})
    model.dv = filled(KeyedVectors, tags, tables["documents"], counts)
    model.corpus_count = int(more.get("corpus_count", 0))
    model.corpus_total_words = int(more.get("corpus_total_words", 0))
    return model
