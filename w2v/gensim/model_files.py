"""Saving and loading a `w2v.gensim` model: a model's folder, as of any model here, and what else gensim's holds.

    config.json, vocab.txt, tables.safetensors, history.json, run.json: as of `w2v.Word2Vec`
    gensim.json             gensim's settings, and what the model has been through
    gensim.safetensors      arrays that have no other place: lockf, attributes of words, the tree's rows beside syn1neg

So `w2v.Word2Vec.load`, `w2v.KeyedVectors.load` and the commands read it. No pickle of gensim's is opened here.
"""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base import sealed_folder
from w2v.base.config import Config
from w2v.base.sealed_folder import Opened, opened
from w2v.base.tensor_file import TensorFile
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError, shown
from w2v.gensim.errors import OtherModelError, WrongTypeError
from w2v.gensim.keys import as_json, as_lines
from w2v.gensim.model_reading import MORE, MORE_TABLES, is_string_or_none, loaded
from w2v.gensim.notes import ignored, logger
from w2v.gensim.old_models import from_gensim, open_pickle
from w2v.gensim.paths import expect, is_pickled, make_way
from w2v.gensim.scoring import Scoring
from w2v.models import history
from w2v.models.history import RunState
from w2v.vectors.formats.model_folder import CONFIG, HISTORY, RUN, TABLES, VOCAB
from w2v.vectors.formats.ngrams_file import NGRAMS

_SETTINGS = (
    *("vector_size", "layer1_size", "window", "shrink_windows", "workers", "epochs", "sg", "hs", "negative", "alpha"),
    *("min_alpha", "ns_exponent", "cbow_mean", "min_count", "sample", "max_vocab_size", "max_final_vocab"),
    *("sorted_vocab", "null_word", "batch_words", "seed", "comment", "compute_loss", "corpus_count"),
    *("corpus_total_words", "min_alpha_yet_reached", "running_training_loss", "train_count", "total_train_time"),
    *("effective_min_count", "lifecycle_events"),
)
_OWN = (  # attributes that are saved, or follow from what is
    *_SETTINGS,
    *("wv", "syn1", "syn1neg", "cum_table", "random", "raw_vocab", "history", "hashfxn", "load"),
    *("callbacks", "word_ngrams"),
)
_DERIVED = ("code", "point")  # attributes of words that follow from their counts


class Files(Scoring):
    """`save` and `load`."""

    def save(self, fname_or_handle: Any, *args: Any, **kwargs: Any) -> None:
        """Write the model, in place of one that is there: a folder of that name, whole or not at all.

        fname_or_handle: its path. What else gensim takes says how its pickle is split up, and changes nothing here.

        Raises:
            WrongTypeError: an open file; a folder cannot be written there.
            W2VError: something is there that is no model, or the disk is full.
        """
        if not isinstance(fname_or_handle, str | os.PathLike):
            raise WrongTypeError(
                f"save was given {shown(fname_or_handle)}; expected a path. A model is a folder of files, which an "
                "open file cannot hold."
            )
        names, odd = as_lines(self.wv.index_to_key)
        vectors = self._vectors_to_save()
        there = len(vectors) > 0 and all(self._fits(head) for head in self._heads())
        heads = self._heads() if there else []
        settings = self._saved_settings() | {"keys": as_json(odd), "heads": heads, "raw_vocab": self._raw_vocab()}
        settings["words"] = {n: a.tolist() for n, a in self.wv.expandos.items() if n not in _DERIVED and _is_text(a)}
        texts = {VOCAB: Vocabulary(names, self._counts()).as_text(), MORE: json.dumps(settings, default=str) + "\n"}
        others = {name: values for name, values in self.wv.expandos.items() if name not in (*_DERIVED, "count")}
        arrays = {"lockf": np.ascontiguousarray(getattr(self.wv, "vectors_lockf", [1.0]), np.float32)}
        arrays |= {f"vecattr {n}": np.ascontiguousarray(a) for n, a in others.items() if a.dtype.kind in "biuf"}
        tables = {"input": vectors}
        if heads:
            tables["output"] = np.ascontiguousarray(self._weights(heads[0]))
        else:  # weights that were set, and fit no words: kept as they are
            weights = {name: np.asarray(getattr(self, name, ()), np.float32) for name in ("syn1neg", "syn1")}
            arrays |= {name: np.ascontiguousarray(a) for name, a in weights.items() if a.ndim == 2 and len(a)}
        if heads[1:]:
            arrays["output hs"] = np.ascontiguousarray(self._weights("hs"))
        config, rows, more = self._ngrams_to_save(self._config_of_all(heads[0] if heads else "ns"), plain=not odd)
        arrays |= self._locks_to_save()
        texts |= {CONFIG: config.as_json(), **more}
        path = Path(fname_or_handle)
        self._tell_what_is_lost(path, others)
        make_way(path)
        beside = {HISTORY: history.as_json(self.history), RUN: RunState(complete=True).as_json()}
        sealed_folder.write(path, texts, {TABLES: tables | rows, MORE_TABLES: arrays}, beside, overwrite=True)

    @classmethod
    def load(cls, *args: Any, rethrow: bool = False, **kwargs: Any) -> Any:
        """Read what `save` wrote, or a model of `w2v.Word2Vec` with the head ns or hs; training can go on.

        Args:
            args, kwargs: the path, `fname`; `mmap`, as in gensim, without effect: a model is read into memory; and
                trust=True for a file that gensim saved, which gensim has to open, and may run any code.

        Raises:
            OtherModelError: vectors alone, or a model of another kind; an AttributeError, too.
            W2VError: there is no such model, it is damaged, or it is a pickle of gensim's.
        """
        path, trust = _path_of(*args, **kwargs)
        if is_pickled(path):
            if trust:
                return from_gensim(cls, open_pickle(path))
            raise W2VError(
                f"{path} is a pickle, as gensim saves models, and could run any code. If you trust whoever made it, "
                "and gensim is installed, load it with trust=True, and save it anew."
            )
        if path.is_file():
            raise OtherModelError(f"{path} is a file, and no model. KeyedVectors.load_word2vec_format reads vectors.")
        if path.is_dir() and not (path / HISTORY).exists():
            raise OtherModelError(f"{path} is no model to train on: it has no {HISTORY}. Try KeyedVectors.load.")
        others = MORE, MORE_TABLES, NGRAMS
        with opened(path, (CONFIG, VOCAB, TABLES, HISTORY), others, what="a saved model") as files:
            return loaded(cls, files)

    def _saved_settings(self) -> dict[str, Any]:
        """The settings, and what the model has been through, by name."""
        return {name: _plain(getattr(self, name)) for name in _SETTINGS if hasattr(self, name)}

    def _ngrams_to_save(self, config: Config, *, plain: bool) -> tuple[Config, dict[str, np.ndarray], dict[str, str]]:
        """Settings, tables and texts of n-grams. plain: whether all words are strings that stand in a line."""
        return config, {}, {}

    def _locks_to_save(self) -> dict[str, np.ndarray]:
        """Further arrays of the vectors, by the names of these attributes."""
        return {}

    def _take_ngrams(self, files: Opened, tables: TensorFile, told: dict[str, Any], settings: dict[str, Any]) -> None:
        """Read what `_ngrams_to_save` made, once words and vectors are there. told: our settings."""

    @classmethod
    def _check_kind(cls, settings: dict[str, Any], folder: Path) -> None:
        """Raise OtherModelError unless these are settings of a model of this class."""
        if "bucket" in settings:
            raise OtherModelError(f"{folder} is a model with n-grams. FastText.load reads it.")

    def _weights(self, head: str) -> np.ndarray | None:
        """The output table of one of our heads, if there is any; of hs without the row that is not used."""
        weights = getattr(self, {"ns": "syn1neg", "hs": "syn1"}[head], None)
        return weights if weights is None or head == "ns" else weights[: max(len(weights) - 1, 0)]

    def _fits(self, head: str) -> bool:
        """Whether the weights of one of our heads have a row for each word, of as many numbers as its vector."""
        weights, words = self._weights(head), len(self.wv.index_to_key)
        return weights is not None and weights.shape == (words - (head == "hs"), self.wv.vectors.shape[1])

    def _vectors_to_save(self) -> np.ndarray:
        """The vectors, float32 [V, D]. Raises W2VError where they are no row for each word, or not finite."""
        vectors, words = np.ascontiguousarray(self.wv.vectors, np.float32), len(self.wv.index_to_key)
        if vectors.ndim != 2 or len(vectors) not in (0, words):
            raise W2VError(
                f"The model was not saved: wv.vectors is of shape {list(vectors.shape)}, and there are {words:,} words "
                "in wv.index_to_key. Give a row for each of them."
            )
        if len(vectors) and vectors.shape[1] != int(self.wv.vector_size):
            raise W2VError(
                f"The model was not saved: wv.vectors has {vectors.shape[1]} dimensions, and wv.vector_size is "
                f"{self.wv.vector_size}. Set that, too."
            )
        if not np.isfinite(vectors).all():
            word = self.wv.index_to_key[int(np.argmin(np.isfinite(vectors).all(axis=1)))]
            raise W2VError(f"The model was not saved: the vector of {word!r:.60} holds NaN or infinity.")
        return vectors

    def _tell_what_is_lost(self, path: Path, others: dict[str, np.ndarray]) -> None:
        """Warn of what was set on the model or its words and is no number and no string, and so not saved."""
        lost = [name for name in vars(self) if name not in _OWN and not name.startswith("_")]
        lost += [
            f"wv's {n}" for n, values in others.items() if values.dtype.kind not in "biuf" and not _is_text(values)
        ]
        if lost:
            logger.warning("%s: not saved, for a model's folder has no place for it: %s", path, ", ".join(lost))

    def _counts(self) -> np.ndarray:
        """How often each word was seen; 0 for those that were put into `wv` by hand."""
        counts, seen = np.zeros(len(self.wv.index_to_key), np.int64), self.wv.expandos.get("count", ())
        counts[: len(seen)] = np.asarray(seen[: len(counts)], np.int64)
        return counts

    def _raw_vocab(self) -> list[list[Any]] | None:
        if self.raw_vocab is None:
            return None
        keys = as_json(dict(enumerate(self.raw_vocab)))
        return [[key, int(count)] for key, count in zip(keys.values(), self.raw_vocab.values(), strict=True)]

    def _config_of_all(self, head: str) -> Config:
        """The settings of the model in our words, of one of its heads."""
        alpha = max(self.alpha, self.min_alpha)
        rates = (alpha, max(min(alpha, self.min_alpha), 0.0)) if alpha > 0 else (0.025, 0.0)
        seed = int(self.seed) if isinstance(self.seed, int | np.integer) else 1
        least, epochs = max(int(self.min_count or 1), 1), max(int(self.epochs or 1), 1)
        return self._config(head, rates, []).replace(seed=abs(seed), min_count=least, epochs=epochs)


def _is_text(values: np.ndarray) -> bool:
    """Whether an attribute of words is strings, and for words without one None, or 0 as where it was allocated."""
    return values.dtype.kind in "OU" and values.ndim == 1 and all(map(is_string_or_none, values.tolist()))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _path_of(fname: Any, mmap: Any = None, trust: bool = False) -> tuple[Path, bool]:
    if mmap is not None:
        ignored("mmap", "a model that can be trained on is read into memory; map vectors by KeyedVectors.load.")
    expect(fname)
    return Path(fname), trust
