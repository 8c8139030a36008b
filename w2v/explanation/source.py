"""Where a sentence is explained: amid which words, with which settings, and from which tables its steps begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from w2v import heads
from w2v.base.config import Config
from w2v.base.settings import whole_number
from w2v.corpus import cooccurrence
from w2v.corpus.stream import Stream, open_stream
from w2v.corpus.vocabulary import UNK, Vocabulary
from w2v.errors import W2VError, shown
from w2v.examples.input_rows import OF_DOCUMENTS, ONE_ROW_EACH, InputRows
from w2v.examples.subwords import Subwords
from w2v.models.model import Model
from w2v.text.looking import choose
from w2v.text.tokenize import AUTO, get_tokenizer
from w2v.training.callbacks import Callback, StopTraining
from w2v.training.defaults import follow_text
from w2v.training.text_trainer import learning_rate
from w2v.training.train import stream_options_of, train_blocks
from w2v.vectors import KeyedVectors
from w2v.vectors.formats.model_folder import CONFIG

MOST_WORDS = 200  # of a sentence
MOST_SHARED = 512  # negative samples of a step
TENTH = 10  # of the epochs of a sentence alone that are trained before the one that is explained
CLEAR: dict[str, Any] = {"chunk": 1, "workers": 1, "deterministic": False, "device": "auto"}  # one hidden vector a step
TOY: dict[str, Any] = {"vector_size": 4, "window": 2, "min_count": 1, "engine": "reference"}  # of a sentence alone
# What may be another than the model was trained with: its tables are of the same shape and meaning.
OPEN = {
    *("window", "shrink_windows", "negative", "ns_exponent", "shared_negatives", "cbow_mean", "cbow_update"),
    *("alpha", "min_alpha", "sample", "chunk", "seed", "epochs", "workers", "engine", "deterministic", "device"),
    *("arch", "tokenizer", "keep_punctuation", "matmul_precision"),
}


@dataclass(frozen=True)
class Setting:
    """All that the steps of a sentence follow from."""

    words: list[str]  # of the sentence
    vocab: Vocabulary
    config: Config  # that follows the text
    epoch: int
    alpha: float
    state: Mapping[str, np.ndarray] | None  # the tables; None: as training begins
    text: str  # what is counted
    input_rows: InputRows = ONE_ROW_EACH
    subwords: Subwords | None = None
    pairs: np.ndarray | None = None  # of a head that learns from counted pairs those of the sentence, in their order


def setting_of(
    sentence: Any, source: Any, config: Config | None, settings: Mapping[str, Any], epoch: int | None
) -> Setting:
    """The setting of a sentence; arguments as of `explain`."""
    model = _model_of(source, settings.get("head"))
    if model is not None:
        return _of_model(sentence, model, config, dict(settings), epoch)
    named, tokenizer = dict(settings), settings.get("tokenizer")
    if callable(tokenizer):  # a function has no name to be kept by
        named.pop("tokenizer")
    else:
        tokenizer = None
    asked = Config.of(named, config or Config.of(_clear(named) | ({} if source is not None else TOY)))
    _check(asked)
    if source is None:
        words, used = _words(sentence, tokenizer or asked.tokenizer, asked)
        asked, corpus = asked.replace(tokenizer=used), [words]
        options: dict[str, Any] = {"tokenizer": "whitespace", "keep_punctuation": False}  # cut already
    else:
        corpus, options = source, {"tokenizer": tokenizer} if tokenizer else {}
    with open_stream(corpus, **{**stream_options_of(asked), **options}) as stream:
        if source is not None:
            chosen = stream.report.tokenizer if asked.tokenizer == AUTO else asked.tokenizer
            words, used = _words(sentence, tokenizer or chosen or AUTO, asked)
            asked = asked.replace(tokenizer=used)
        return _of_text(words, stream, asked, epoch, "this sentence" if source is None else _called(source))


def _model_of(source: Any, head: Any) -> Model | None:
    """The model that is given, or that is in a folder; None: it is anything else."""
    if isinstance(source, Model):
        return source
    if hasattr(type(source), "model") and isinstance(found := source.model, Model):
        return found
    if isinstance(source, KeyedVectors) or hasattr(type(source), "wv") or hasattr(source, "wv"):
        raise W2VError(
            f"{shown(source)} was given; expected a w2v.Word2Vec that is trained, its folder, or a text. Vectors alone "
            "have no output table, which a step needs."
        )
    if isinstance(source, (str, PathLike)) and (Path(source) / CONFIG).is_file():
        return Model.load(Path(source), head if isinstance(head, type) or ":" in str(head) else None)
    return None


def _clear(named: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with which one can see most, where they are not given."""
    negative = named.get("negative", Config().negative)
    fits = isinstance(negative, int) and 1 <= negative <= MOST_SHARED
    return CLEAR | ({"shared_negatives": negative} if fits else {})


def _of_model(sentence: Any, model: Model, config: Config | None, named: dict[str, Any], epoch: int | None) -> Setting:
    asked = Config.of(named, config or model.config.replace(**_clear({"negative": model.config.negative, **named})))
    other = [name for name in vars(asked) if name not in OPEN and getattr(asked, name) != getattr(model.config, name)]
    if other:
        told = ", ".join(f"{name}={shown(getattr(model.config, name))}" for name in other)
        raise W2VError(
            f"The model was trained with {told}, and its tables are of no use with anything else. Leave "
            f"{', '.join(other)} out, or give a text in place of the model."
        )
    _check(asked)
    if model.tags:
        raise W2VError("This is a model of documents; explain takes the steps of words. Give a model of words.")
    if heads.spec_of(asked.head).learns_from != "windows":
        raise W2VError(
            f"The model's head {asked.head!r} learns from counted pairs of words, which its folder does not hold. Give "
            f"the text in place of the model, and head={asked.head!r}."
        )
    asked = follow_text(asked, model.vocab)
    words, _ = _words(sentence, asked.tokenizer, asked)
    return Setting(
        words,
        model.vocab,
        asked,
        len(model.history) if epoch is None else whole_number("epoch", epoch, 0),
        learning_rate(asked, 0.0),
        model.state,
        "the model's text",
        model.input_rows,
        model.subwords,
    )


def _of_text(words: list[str], stream: Stream, asked: Config, epoch: int | None, name: str) -> Setting:
    config = follow_text(asked, stream.vocab)
    of_pairs = heads.spec_of(config.head).learns_from != "windows"  # which are fitted much sooner
    if epoch is None:
        epoch = config.n_epochs // TENTH if name == "this sentence" and not of_pairs else min(1, config.n_epochs - 1)
    whole_number("epoch", epoch, 0)
    if epoch >= config.n_epochs:
        raise W2VError(
            f"epoch is {epoch}, and the run has {config.n_epochs}: 0 to {config.n_epochs - 1}. Give one of them, or "
            "another number of epochs."
        )
    alpha = learning_rate(config, epoch / config.n_epochs)
    if of_pairs:
        return _of_pairs(words, stream, config, epoch, alpha, name)
    if not epoch:
        before = None
    else:
        before = train_blocks(stream, config, callbacks=Until(epoch))
    if before is None:
        return Setting(words, stream.vocab, config, epoch, alpha, None, name, *_rows(config, stream.vocab))
    return Setting(words, stream.vocab, config, epoch, alpha, before.state, name, before.input_rows, before.subwords)


def _of_pairs(words: list[str], stream: Stream, config: Config, epoch: int, alpha: float, name: str) -> Setting:
    """Of a text whose pairs are counted: those entries of its table whose words stand near each other in the sentence,
    in the order in which the epoch has them."""
    before = train_blocks(stream, config, callbacks=Until(epoch)) if epoch else None
    ids = [id for id in ids_of(words, stream.vocab, config) if id >= 0]
    near = np.array(sorted(_near(ids, config.window)), np.int64).reshape(-1, 2)
    wanted, found = near @ [len(stream.vocab), 1], []
    with cooccurrence.count(stream, config) as counted_pairs:
        for number in np.random.default_rng([config.seed, epoch]).permutation(counted_pairs.n_blocks).tolist():
            block = counted_pairs.block(number)
            keys = block["row"].astype(np.int64) * len(stream.vocab) + block["column"]
            found.append(block[np.isin(keys, wanted)])
    state = before.state if before else None
    return Setting(words, stream.vocab, config, epoch, alpha, state, name, pairs=np.concatenate(found))


def ids_of(words: list[str], vocab: Vocabulary, config: Config) -> list[int]:
    """The number of each word; -1 of one that is not in the vocabulary and is left out."""
    other = vocab.key_to_index.get(UNK, -1) if config.unk else -1
    return [vocab.key_to_index.get(word, other) for word in words]


def _near(ids: list[int], window: int) -> set[tuple[int, int]]:
    """Numbers (i, j), i <= j, of the words of a sentence that stand at most `window` apart."""
    pairs = ((one, other) for place, one in enumerate(ids) for other in ids[place + 1 : place + 1 + window])
    return {(min(pair), max(pair)) for pair in pairs}


class Until(Callback):
    """Ends a run after some epochs."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def on_epoch_end(self, model: Any) -> None:
        if len(model.history) == self.epochs:
            raise StopTraining


def _rows(config: Config, vocab: Vocabulary) -> tuple[InputRows, Subwords | None]:
    from w2v.examples.subword_rows import input_rows
    from w2v.training.subwords import subwords_for

    subwords = subwords_for(config, vocab)
    return (input_rows(config, vocab.words, subwords), subwords) if subwords else (ONE_ROW_EACH, None)


def _check(config: Config) -> None:
    heads.check_name(config.head)
    if config.arch in OF_DOCUMENTS:
        raise W2VError(f"explain takes the steps of words, and arch {config.arch!r} is of documents. Give another.")
    if heads.spec_of(config.head).learns_from != "windows" and heads.from_outside(config.head):
        raise W2VError(
            f"head {config.head!r} learns from counted pairs of words, and of such heads explain knows pmi alone."
        )


def _words(sentence: Any, tokenizer: Any, config: Config) -> tuple[list[str], str]:
    """The words of a sentence, and the name of the tokenizer that found them."""
    if isinstance(sentence, str):
        if tokenizer == AUTO:
            tokenizer = choose(sentence, config.keep_punctuation).tokenizer
        words = get_tokenizer(tokenizer, config.keep_punctuation and not callable(tokenizer))(sentence)
    elif isinstance(sentence, Sequence) and all(isinstance(word, str) for word in sentence):
        words = [str(word) for word in sentence]
    else:
        raise W2VError(f"The sentence is {shown(sentence)}; expected a string, or a list of words.")
    if not words:
        raise W2VError("The sentence has no word. Give one with several.")
    if len(words) > MOST_WORDS:
        raise W2VError(f"The sentence has {len(words):,} words; explain shows one of up to {MOST_WORDS}. Give a part.")
    return words, config.tokenizer if callable(tokenizer) else tokenizer


def _called(source: Any) -> str:
    return Path(source).name if isinstance(source, (str, PathLike)) and "\n" not in str(source) else "the text"
