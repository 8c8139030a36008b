"""Training on documents: the straight line of `train.py`, with tags (Le & Mikolov 2014; `examples/documents.py`)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from w2v import heads
from w2v.base.config import Config
from w2v.corpus.documents import DocumentReader
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError, shown
from w2v.examples.input_rows import OF_DOCUMENTS
from w2v.heads import spec_of
from w2v.models.model import Model
from w2v.text.tokenize import FUNCTION
from w2v.training.beginning import ANEW, Beginning, beginning_of
from w2v.training.callbacks import Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.freezing import checked_frozen
from w2v.training.train import train_from


def train_documents(
    documents: Any,
    config: Config,
    *,
    ids: bool = False,
    callbacks: Callbacks = (),
    checkpoint: str | Path | Checkpoint | None = None,
    resume: Model | bool | None = None,
    progress: bool | None = None,
    init: Any = None,
    frozen: Any = None,
    tokenizer: Any = None,
    cache_dir: Path | None = None,
) -> Model:
    """Train vectors of documents, and with "pv-dm" (or `dbow_words`) of words.

    Args:
        documents: as `Doc2Vec` takes them; read once.
        config: the settings; `arch` is "pv-dm" or "pv-dbow".
        ids: whether strings and lines are ID<TAB>text.
        tokenizer: a function from a string to a list of tokens, instead of what the config says.
        callbacks, checkpoint, resume, progress, init, frozen, cache_dir: as for `train`, of word vectors.

    Raises:
        W2VError: documents or settings that cannot be trained on; the sentence says what to do.
    """
    if not isinstance(config, Config):
        raise W2VError(f"config is {shown(config)}; expected a w2v.Config, such as Config(arch='pv-dbow').")
    heads.check_name(config.head)
    _check_settings(config)
    asked = checked_frozen(frozen, given=init is not None)
    of_words = None if init is None and asked is None else beginning_of(init, asked, config)
    how: dict[str, Any] = {"tokenizer": tokenizer or config.tokenizer, "keep_punctuation": config.keep_punctuation}
    reader = DocumentReader(documents, ids=ids, field=config.field, strict=config.strict, **how)
    config = config.replace(tokenizer=FUNCTION if callable(reader.tokenizer) else reader.tokenizer)

    def begin(vocab: Vocabulary) -> Beginning:
        begun, tagged = of_words(vocab) if of_words else ANEW, reader.tagged()
        return replace(begun, notes=(*begun.notes, *tagged.notes), documents=tagged)

    return train_from(
        begin,
        reader.token_lists(),
        config,
        callbacks=callbacks,
        held_out=0.0,
        checkpoint=checkpoint,
        resume=resume,
        progress=progress,
        freezing=asked is not None,
        field=None,
        keep_empty=True,
        cache_dir=cache_dir,
    )


def _check_settings(config: Config) -> None:
    """Raise a W2VError for settings with which no documents can be trained."""
    if config.arch not in OF_DOCUMENTS:
        raise W2VError(
            f"arch is {config.arch!r}, which is for words; of documents expected {' or '.join(OF_DOCUMENTS)}."
        )
    if config.phrases:
        raise W2VError(
            f"phrases={config.phrases} joins words while they are read, which documents to be inferred are not. Join "
            "them before: w2v.find_phrases."
        )
    spec = spec_of(config.head)
    if spec.learns_from != "windows":
        why = "learns from counted pairs of words, and not from places of the text"
    elif spec.geometry != "euclidean":
        why = "trains points of hyperbolic space, of which there are no such means"
    elif config.subword != "none":
        raise W2VError(f"subword={config.subword!r} is for words; vectors of documents are trained without.")
    else:
        return
    raise W2VError(f"Head {config.head!r} {why}, so it cannot train documents. Use ns, hs, softmax or ova.")
