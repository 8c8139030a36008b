"""Reading the folder of a `w2v.gensim` model, and that of any of `w2v.Word2Vec` which it could be."""

import inspect
from collections import defaultdict
from typing import Any

import numpy as np

from w2v.base import json_text
from w2v.base.config import Config
from w2v.base.sealed_folder import Opened
from w2v.base.tensor_file import Kind, TensorFile
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError, shown
from w2v.gensim.errors import OtherModelError
from w2v.gensim.old_models import kind_of
from w2v.models import history
from w2v.vectors.formats.model_folder import HISTORY, TABLES, VOCAB, settings_of

MORE, MORE_TABLES = "gensim.json", "gensim.safetensors"
_COUNTS = (
    *("corpus_count", "corpus_total_words", "min_alpha_yet_reached", "running_training_loss", "train_count"),
    "total_train_time",
)


def loaded(cls: Any, files: Opened) -> Any:
    """The model in a folder, all of which is checked."""
    told = settings_of(files)
    told.pop("geometry", None)
    config = Config.of(told)
    settings = _settings_of(files, config)
    cls._check_kind(settings, files.folder)
    try:
        model = _with_settings(cls, settings, Vocabulary.parse(files.text(VOCAB), files.path(VOCAB)))
    except (W2VError, ValueError, TypeError, IndexError, AttributeError) as error:  # JSON of any shape
        raise W2VError(f"{files.path(MORE)} is damaged: {error}") from error
    model.history = history.parse(files.text(HISTORY), files.path(HISTORY), history.WORDS)
    heads = settings.get("heads", [])
    if heads not in ([], model._heads()):
        raise W2VError(f"{files.path(MORE)} is damaged: its heads are {shown(heads)}, expected {model._heads()}.")
    tables = _read_tables(model, heads, files)
    model._take_ngrams(files, tables, told, settings)
    if model.hs and len(model.wv.index_to_key):
        model.create_binary_tree()
    if model.negative:
        model.make_cum_table()
    model.add_lifecycle_event("loaded", fname=str(files.folder))
    return model


def _with_settings(cls: Any, settings: dict[str, Any], vocabulary: Vocabulary) -> Any:
    """A model with its settings, its words and what it has been through. Raises anything where these are damaged."""
    ours = kind_of(cls)
    known = inspect.signature(ours.__init__).parameters
    model: Any = cls.__new__(cls)  # a class of the user's may begin otherwise
    ours.__init__(model, **{name: value for name, value in settings.items() if name in known})
    numbers = dict.fromkeys(_COUNTS, 0) | {"effective_min_count": 0, "min_count": 0, "sample": 0.0, "epochs": 5}
    for name, usual in numbers.items():
        value = settings.get(name, usual)
        if not json_text.is_number(value) and value is not None:
            raise W2VError(f"{name} is {shown(value)}, and has to be a number.")
        setattr(model, name, value)
    model.train_count = int(model.train_count or 0)  # it is a part of seeds
    events, raw, wv = settings.get("lifecycle_events"), settings.get("raw_vocab"), model.wv
    if not isinstance(events, list | None):
        raise W2VError(f"lifecycle_events is {shown(events)}, and has to be a list.")
    model.lifecycle_events = events
    model.raw_vocab = None if raw is None else defaultdict(int, [(word, int(count)) for word, count in raw])
    wv.index_to_key = list(vocabulary.words)
    for place, key in settings.get("keys", {}).items():
        wv.index_to_key[int(place)] = key
    wv.key_to_index = {key: i for i, key in enumerate(wv.index_to_key)}
    if len(wv.key_to_index) < len(wv.index_to_key):
        raise W2VError("a word comes twice.")
    wv.expandos["count"] = vocabulary.counts
    for name, values in settings.get("words", {}).items():
        if len(values) == len(wv.index_to_key) and all(map(is_string_or_none, values)):
            wv.expandos[name] = np.array(values, object)
    return model


def _settings_of(files: Opened, config: Config) -> dict[str, Any]:
    """gensim's settings of a model of ours, or of any by `w2v.Word2Vec` that it could be."""
    if MORE in files:
        where = files.path(MORE)
        return json_text.mapping(json_text.parse(files.text(MORE), where), where)
    if config.head not in ("ns", "hs") or config.tree != "huffman":
        raise OtherModelError(
            f"{files.folder} is a model with head {config.head!r}, which gensim has no name for. Load it with "
            "w2v.Word2Vec.load, or its vectors with KeyedVectors.load."
        )
    same = ("vector_size", "window", "shrink_windows", "ns_exponent", "min_alpha", "seed", "max_final_vocab")
    found = {name: getattr(config, name) for name in same}
    found |= {"sg": int(config.arch == "skipgram"), "hs": int(config.head == "hs"), "cbow_mean": int(config.cbow_mean)}
    found |= {"negative": config.negative if config.head == "ns" else 0, "heads": [config.head]}
    if config.subword != "none":
        if config.subword != "fasttext" or not config.bucket:
            raise OtherModelError(
                f"{files.folder} has n-grams with subword={config.subword!r} and bucket={config.bucket}, and gensim's "
                "share rows by their hash. Load it with w2v.Word2Vec.load; or train with subword='fasttext' and bucket."
            )
        found |= {"min_n": config.min_n, "max_n": config.max_n, "bucket": config.bucket}
    optional = {"alpha": config.alpha, "sample": config.sample, "epochs": config.epochs, "min_count": config.min_count}
    return (
        found
        | {name: value for name, value in optional.items() if value is not None}
        | {"layer1_size": config.vector_size}
    )


def _read_tables(model: Any, heads: list[str], files: Opened) -> TensorFile:
    """Vectors, output tables and what else there is a row or a value of for each word."""
    words, size, why = (
        len(model.wv.index_to_key),
        model.vector_size,
        f"the {len(model.wv.index_to_key):,} words of {VOCAB}",
    )
    tables = files.arrays(TABLES)
    rows = {"ns": words, "hs": max(words - 1, 0)}
    tables.expect({"input": Kind("float", (words if heads else None, size))}, why)
    model.wv.vectors = tables.read("input").astype(np.float32)
    found = {}
    if heads:
        tables.expect({"output": Kind("float", (rows[heads[0]], size))}, why)
        found[heads[0]] = tables.read("output")
    if MORE_TABLES in files:
        more = files.arrays(MORE_TABLES)
        if heads[1:]:
            more.expect({"output hs": Kind("float", (rows["hs"], size))}, why)
            found["hs"] = more.read("output hs")
        model.wv.vectors_lockf = more.read("lockf")
        for name in model._locks_to_save():
            if name in more.kinds:
                setattr(model.wv, name, more.read(name))
        for name in more.kinds:
            if name in ("syn1neg", "syn1") and not heads:
                setattr(model, name, more.read(name))
            if name.startswith("vecattr "):
                model.wv.expandos[name.removeprefix("vecattr ")] = more.read(name)
    if "ns" in found:
        model.syn1neg = found["ns"].astype(np.float32)
    if "hs" in found:
        model.syn1 = np.vstack([found["hs"], np.zeros((words - rows["hs"], size))]).astype(np.float32)
    return tables


def is_string_or_none(value: Any) -> bool:
    """Whether it is what an attribute of strings holds: of words without one None, or 0 as where it was allocated."""
    return value is None or isinstance(value, str) or (type(value) is int and value == 0)
