"""What a run begins with, instead of random vectors and an output table of zeros: given vectors, or a whole model.

Words without a vector begin as always (`engines.base.initialise`).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from os import PathLike, fspath
from typing import Any

import numpy as np

from w2v.base.config import Config
from w2v.corpus.blocks import Blocks
from w2v.corpus.documents import Tagged
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines.base import initialise
from w2v.engines.frozen import NOTHING, Frozen
from w2v.errors import W2VError, counted, shown
from w2v.examples.input_rows import InputRows
from w2v.examples.subwords import Subwords
from w2v.heads import spec_of
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.models.tables import Tables
from w2v.training.freezing import frozen_rows
from w2v.training.subwords import carry_ngrams, grown
from w2v.vectors import KeyedVectors
from w2v.vectors.formats.model_folder import ROWS
from w2v.vectors.keyed import GEOMETRIES, vectors_of

LONG = 10.0  # mean length of given vectors from which on steps may be too long; ours begin at 0.29 and end at 1 to 5


@dataclass(frozen=True)
class Beginning:
    """What a run begins with.

    fill: puts it into tables that are as a run begins with them else.
    frozen: what stays as it is.
    subwords: n-grams that have rows already; None: those of the text's own words.
    rows: the rows of each word, where whoever begins lists them; then `frozen` is of these. None: `subwords` says.
    history: the epochs that were trained before.
    notes: sentences for the user.
    further: whether a model is trained further, whose counts, and not those of the text, are the vocabulary's.
    still: whether all that it knows stays as it is.
    documents: the documents of the text, where they are trained; None: words alone are.
    """

    fill: Callable[[Tables], None] | None = None
    frozen: Frozen = NOTHING
    history: list[EpochRecord] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    subwords: Subwords | None = None
    rows: InputRows | None = None
    further: bool = False
    still: bool = False
    documents: Tagged | None = None

    def text_digest(self, blocks: Blocks) -> str:
        """What says which text is trained on, and of documents which has which tags."""
        if self.documents is None:
            return blocks.digest
        told = "\n".join([blocks.digest, *self.documents.tags]).encode()
        told += self.documents.offsets.tobytes() + self.documents.numbers.tobytes()
        return hashlib.sha256(told).hexdigest()[: len(blocks.digest)]

    @property
    def frozen_digest(self) -> str:
        """What says which rows stay as they are, in hex; "": none."""
        if not self.frozen.anything:
            return ""
        told = self.frozen.factors.tobytes() + bytes([self.frozen.output])
        return hashlib.sha256(told).hexdigest()[:32]


ANEW = Beginning()
Begin = Callable[[Vocabulary], Beginning]  # once the vocabulary is known


def beginning_of(init: Any, asked: Any, config: Config) -> Begin:
    """How a run begins from vectors, or with some of its rows frozen, or both.

    Args:
        init: vectors, a model that has them, or the path of a file or a model's folder; None: there are none.
        asked: what is frozen, as `checked_frozen` returned it.
        config: the settings.

    Raises:
        W2VError: vectors that cannot be read, or of another dimension or geometry than the settings'; an output
            table that is to stay as it is in a new model: zeros, from which no input vector learns.
    """
    if (isinstance(asked, str) and asked == "output") or (isinstance(asked, Frozen) and asked.output):
        raise W2VError(
            'frozen="output" would leave the output table of a new model at zeros, from which nothing is learned. It '
            "is for a model that is trained further: train_more."
        )
    if init is None:
        return lambda vocab: Beginning(frozen=frozen_rows(asked, vocab))
    spec = spec_of(config.head)
    vectors, name = _vectors(init, spec.geometry)
    if vectors.geometry != spec.geometry:
        raise W2VError(
            f"The {name} are of {vectors.geometry} geometry, and head {config.head!r} trains {spec.geometry} ones."
        )
    if config.subword != "none":
        raise W2VError(
            f"init gives a vector for each word, and with subword={config.subword!r} a word's vector is made of those "
            "of its n-grams, which are not given. Train a model with subwords further (train_more), or leave one out."
        )
    if spec.learns_from != "windows":
        raise W2VError(
            f"init gives word vectors, and head {config.head!r} makes them of two tables. Train another head."
        )
    if vectors.vector_size != config.vector_size:
        raise W2VError(
            f"The {name} have {counted(vectors.vector_size, 'dimension')}, and vector_size is "
            f"{config.vector_size}. Give vector_size={vectors.vector_size}."
        )
    return partial(_from_vectors, vectors, name, asked, config)


def _vectors(init: Any, geometry: str) -> tuple[KeyedVectors, str]:
    """The vectors that are given, and what to call them. geometry: of a file, which does not say it."""
    if isinstance(init, (str, PathLike)):
        return GEOMETRIES[geometry].load(fspath(init)), f"vectors of {fspath(init)}"
    if isinstance(init, Model):
        return init.vectors, "given model's vectors"
    try:
        return vectors_of(init), "given vectors"
    except W2VError as error:
        raise W2VError(
            f"init is {shown(init)}; expected KeyedVectors, a model, or the path of a vectors file or a model's folder."
        ) from error


def _from_vectors(vectors: KeyedVectors, name: str, asked: Any, config: Config, vocab: Vocabulary) -> Beginning:
    known = vectors.key_to_index
    matched = [word for word in vocab.words if word in known]
    if not matched:
        raise W2VError(
            f"None of the {counted(len(vocab), 'word')} of the text is among the {len(vectors):,} of the {name}. Are "
            "they of the same language, and written alike (capitals, prefixes, tokenizer)?"
        )
    places = np.array([vocab.key_to_index[word] for word in matched])
    rows = vectors.vectors[[known[word] for word in matched]]
    share = len(matched) / len(vocab)
    notes = [f"{len(matched):,} of {counted(len(vocab), 'word')} ({share:.1%}) begin from the {name}."]
    length = float(np.linalg.norm(rows.astype(np.float64), axis=1).mean())
    if vectors.geometry == "euclidean" and length > LONG:
        notes.append(
            f"These vectors are {length:.3g} long on average, those that a new model begins with 0.29. Where vectors "
            "are long, so are steps, and training may diverge: give a lower alpha, or vectors divided by some number."
        )

    def fill(tables: Tables) -> None:
        tables["input"][places] = spec_of(config.head).input_rows(config, rows)

    return Beginning(fill, frozen_rows(asked, vocab, matched), notes=tuple(notes))


def from_model(model: Model, asked: Any, config: Config, vocab: Vocabulary) -> Beginning:
    """How a model is trained further, with a vocabulary that has all of its words, and maybe others.

    asked: what `checked_frozen` returned.
    """
    known = vocab.key_to_index
    places = np.array([known[word] for word in model.vocab.words])
    is_new = np.ones(len(vocab), bool)
    is_new[places] = False
    new = np.flatnonzero(is_new)
    subwords = grown(model.subwords, config, vocab) if model.subwords else None

    def fill(tables: Tables) -> None:
        start = np.zeros((len(new), config.vector_size), tables["input"].dtype)
        # Another seed than a new model's: there the vector of this number was another word's.
        initialise(start, config.vector_size, [config.seed, len(model.vocab)])
        if subwords is None or subwords.n_words:  # words have rows of their own
            tables["input"][new] = start
            tables["input"][places] = model.state["input"][: len(places)]
        if model.subwords and subwords:
            carry_ngrams(model.subwords, model.tables[ROWS], subwords, tables["input"])
        before, rows = model.vocab.counts, model.tables["output"]
        spec_of(config.head).carry_output(config, before, rows, vocab.counts, places, tables["output"])

    notes = (
        f"{counted(len(new), 'new word')} {'joins' if len(new) == 1 else 'join'} the {len(places):,} of the model.",
    )
    frozen = frozen_rows(asked, vocab, model.vocab.words, model.vocab.words)
    still = len(frozen.factors) > 0 and not frozen.factors[places].any()
    told = notes if len(new) else ()
    return Beginning(fill, frozen, list(model.history), told, subwords, further=True, still=still)
