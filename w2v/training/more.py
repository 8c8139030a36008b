"""Training a model further: on more text, with new words, some of its rows frozen, or once more with other rates.

The result is a new model. Its history goes on, and its random choices with the number of the epoch, so that the same
text trained again is cut into other windows. Counts and ids stay those of the model, whatever the new text has, unless
words are added: then they are those of both texts together, in the order of any vocabulary.

If nothing else is said, the learning rate begins at a tenth of what a new model begins with and falls again, and there
are a quarter as many epochs as a new model would have on the new text. More of either makes a model forget. Where the
words that it knows are frozen, it cannot, and the rate is that of a new model. Measured with `ns` on the demo's text,
200,000 words (analogies 93 %) and then 26,000 others with 26 new words, of whose ten nearest so many are also nearest
in a model of the whole text:

                                              epochs   alpha     analogies    new words
    as a new model                            128      0.04      29 %         .42
    if nothing is said                        32       0.004     82 %         .44
    frozen="init"                             32       0.04      86 %         .55

`hs`, `softmax` and CBOW are alike in this. Whoever adds words to a good model does best with `frozen="init"`.
"""

from pathlib import Path
from typing import Any

from w2v import heads
from w2v.base.config import Config
from w2v.corpus import growth
from w2v.corpus.blocks import IdBlocks
from w2v.corpus.vocabulary import Vocabulary, with_spellings
from w2v.errors import W2VError, counted, shown
from w2v.heads import spec_of
from w2v.models.model import Model
from w2v.training.beginning import Beginning, from_model
from w2v.training.callbacks import Callbacks
from w2v.training.checkpoint import Checkpoint
from w2v.training.freezing import checked_frozen
from w2v.training.train import train_from

# What the tables mean follows from these; the last three where the head has them.
SHAPING = ("arch", "head", "vector_size", "tree", "pmi_tables", "distance_score", "subword")
OF_SUBWORDS = ("min_n", "max_n", "bucket", "hash_count")  # where there are any
OF_HEADS = {"tree": "hs", "pmi_tables": "pmi", "distance_score": "poincare"}


def settings_to_go_on(config: Config) -> Config:
    """The settings with which a model is trained further if nothing else is said: its own.

    But what follows a text follows the new one, epochs, sample and min_count, and so does the learning rate.
    """
    usual = Config()
    return config.replace(epochs=None, sample=None, min_count=None, alpha=None, min_alpha=usual.min_alpha)


def train_more(
    model: Model,
    corpus: Any,
    config: Config | None = None,
    *,
    add_words: bool = False,
    frozen: Any = None,
    callbacks: Callbacks = (),
    held_out: float = 0.0,
    checkpoint: str | Path | Checkpoint | None = None,
    resume: Model | bool | None = None,
    progress: bool | None = None,
    **stream_options: Any,
) -> Model:
    """Train a model further on more text, or on the same again.

    Args:
        model: what training begins with, in any order of its words; it stays as it is.
        corpus: as for `train`, or a `Stream` or `IdBlocks` of a text that has been read with the model's vocabulary, or
            with one that has all of its words.
        config: settings of this training; those that shape the tables (arch, head, vector_size, and the head's own) are
            the model's. None: all are, but epochs, alpha, sample and min_count follow the new text.
        add_words: words of the text that the model does not know join it if they reach `min_count`, and counts add up.
            False: they are left out (or are `<unk>`, where the model has that), and the counts stay the model's.
        frozen: what stays as it is: "input" or "output", a whole table; "init", the vectors of the model's words; a
            list of words, their input vectors; a mapping from words to factors, from 0 (as it is) to 1 (as usual), or
            an array of them in the order of the model's words.
        callbacks, held_out, progress, stream_options: as for `train`.
        checkpoint, resume: as for `train`, of a run with the same model, text, settings and frozen.

    Returns:
        A new model. Its settings are those of this training; its history is the model's and then that of this training.

    Raises:
        W2VError: what is given is no model, settings do not go with it, the text has none of its words, or as `train`.
    """
    if not isinstance(model, Model):
        raise W2VError(f"model is {shown(model)}; expected a Model, such as Model.load(folder) or that of a Word2Vec.")
    if config is not None and not isinstance(config, Config):
        raise W2VError(f"config is {shown(config)}; expected a w2v.Config, such as model.config.replace(epochs=5).")
    config = settings_to_go_on(model.config) if config is None else config
    heads.check_name(config.head)
    _check_shapes(model, config)
    growth.checked(model.vocab)
    asked = checked_frozen(frozen, given=True, ordered=len(model.vocab))

    def begin(vocab: Vocabulary) -> Beginning:
        return from_model(model, asked, config, vocab)

    if "vocabulary" in stream_options:
        raise W2VError(
            "A model that is trained further has a vocabulary. Leave vocabulary= out; add_words=True adds to it."
        )
    if isinstance(corpus, IdBlocks):
        _check_vocabulary(model.vocab, corpus.vocab, add_words=add_words)
    else:
        stream_options |= {"vocabulary": model.vocab, "add_words": add_words}
    return train_from(
        begin,
        corpus,
        config,
        callbacks=callbacks,
        held_out=held_out,
        checkpoint=checkpoint,
        resume=resume,
        progress=progress,
        freezing=asked is not None,
        **stream_options,
    )


def _check_shapes(model: Model, config: Config) -> None:
    """Raise a W2VError that names the settings by which the tables of a model would be others."""
    names = [name for name in SHAPING if OF_HEADS.get(name, config.head) == config.head]
    names += OF_SUBWORDS if config.subword != "none" else ()
    other = [name for name in names if getattr(model.config, name) != getattr(config, name)]
    if other:
        told = ", ".join(f"{name} {getattr(model.config, name)!r}, now {getattr(config, name)!r}" for name in other)
        raise W2VError(
            f"The model to train further has other tables than these settings: {told}. Use its own, or train a new "
            "model that begins with its vectors: init=."
        )
    spec, size = spec_of(config.head), len(model.vocab)
    shapes = {"input": (size, config.vector_size)}
    shapes["output"] = spec.output_rows(size), spec.output_columns(config.vector_size)
    for name, shape in shapes.items():
        if name not in model.tables or model.tables[name].shape != shape:
            found = list(model.tables[name].shape) if name in model.tables else "missing"
            raise W2VError(f"The {name} table of the model to train further is {found}; expected {list(shape)}.")


def _check_vocabulary(mine: Vocabulary, other: Vocabulary, *, add_words: bool) -> None:
    """Raise a W2VError where a text was read with a vocabulary that lacks words of the model, or has new ones."""
    growth.checked(other)
    if gone := [word for word in mine.words if word not in other.key_to_index]:
        raise W2VError(
            f"The text was read with a vocabulary that lacks {counted(len(gone), 'word')} of the model: "
            f"{with_spellings(gone, [])}. Read it with open_stream(..., vocabulary=model.vocab), or give the text."
        )
    if not add_words and len(other) > len(mine):
        raise W2VError(
            f"The text was read with a vocabulary of {len(other):,} words, and the model has {len(mine):,}. Give "
            "add_words=True, or read the text with open_stream(..., vocabulary=model.vocab)."
        )
