"""Every setting of a training run, in one frozen and validated dataclass.

The command line's flags, the saved `config.json` and the documentation all come from these fields: a setting is
written down once, here, with its help text, and is checked once, here, when the object is made.
"""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_args

from w2v.errors import W2VError


def _setting(
    group: str, default: Any, help: str, check: Callable[[Any], bool] = lambda value: True, expected: str = ""
) -> Any:
    """A dataclass field that carries its group and help text, its validity test and the words for what is valid."""
    metadata = {"group": group, "help": help, "check": check, "expected": expected}
    return field(default=default, metadata=metadata)


def _at_least(least: float) -> dict[str, Any]:
    return {"check": lambda value: value >= least, "expected": f"at least {least}"}


def _between(least: int, most: int) -> dict[str, Any]:
    return {"check": lambda value: least <= value <= most, "expected": f"between {least} and {most}"}


def _above(bound: float) -> dict[str, Any]:
    return {"check": lambda value: value > bound, "expected": f"above {bound}"}


def _one_of(*choices: str) -> dict[str, Any]:
    return {"check": lambda value: value in choices, "expected": "one of: " + ", ".join(choices)}


@dataclass(frozen=True, kw_only=True)
class Config:
    """Settings of one training run, under gensim 4's names where gensim has one.

    Raises:
        W2VError: a value is outside its range; the sentence names the setting, the value and the range.
    """

    arch: str = _setting("Objective", "skipgram", "How a window becomes examples.", **_one_of("skipgram", "cbow"))
    head: str = _setting(
        "Objective", "ns", "The output head: ns, hs, softmax, ova, or a file of your own in w2v/heads."
    )
    vector_size: int = _setting("Objective", 100, "Dimensions of the word vectors.", **_at_least(1))
    window: int = _setting("Objective", 5, "Context words on each side of the centre, at most.", **_between(1, 10_000))
    shrink_windows: bool = _setting("Objective", True, "Draw each window's width between 1 and `window` (not pmi).")
    negative: int = _setting("Objective", 5, "Negative examples per positive one (head ns).", **_at_least(1))
    ns_exponent: float = _setting(
        "Objective", 0.75, "Negatives are drawn in proportion to count^ns_exponent (head ns)."
    )
    shared_negatives: int = _setting(
        "Objective",
        32,
        "Negatives drawn once for a whole chunk, each weighted negative / shared_negatives (head ns).",
        **_between(1, 512),
    )
    tree: str = _setting(
        "Objective",
        "huffman",
        "The tree of head hs: huffman, or balanced (all paths alike long).",
        **_one_of("huffman", "balanced"),
    )
    cbow_mean: bool = _setting("Objective", True, "CBOW: average the context vectors (else add them).")
    cbow_update: str = _setting(
        "Objective",
        "mean",
        "CBOW: `mean` is the true gradient of the mean; `original` is word2vec.c's and gensim's undivided update.",
        **_one_of("mean", "original"),
    )
    pmi_tables: str = _setting(
        "Objective",
        "sum",
        "Head pmi: one table for both words of a pair (shared), or one each, whose rows are then `sum`med or "
        "`concatenated`.",
        **_one_of("shared", "sum", "concatenated"),
    )
    x_max: float = _setting(
        "Objective", 10.0, "Head pmi: a pair seen x times weighs min(1, (x / x_max)^x_exponent).", **_above(0)
    )
    x_exponent: float = _setting("Objective", 0.75, "Head pmi: see x_max.", **_at_least(0))
    distance_weighting: bool = _setting(
        "Objective", False, "Head pmi: a pair of words n places apart counts 1 / n, not 1."
    )
    tokenizer: str = _setting(
        "Text and vocabulary", "whitespace", "whitespace, words or chinese; in Python also any callable."
    )
    keep_punctuation: bool = _setting("Text and vocabulary", False, "Tokenizer words: keep , . ! ? as tokens.")
    strict: bool = _setting(
        "Text and vocabulary",
        False,
        "Stop at bytes that are not UTF-8 instead of replacing and counting them.",
    )
    min_count: int = _setting("Text and vocabulary", 5, "Words seen less often are left out.", **_at_least(1))
    max_final_vocab: int | None = _setting(
        "Text and vocabulary",
        None,
        "Keep only this many of the most frequent words.",
        check=lambda value: value is None or value >= 2,
        expected="at least 2, or nothing for no limit",
    )
    unk: bool = _setting(
        "Text and vocabulary", False, "Keep the words left out as one word, <unk>, instead of dropping them."
    )
    epochs: int = _setting("Training", 5, "Passes over the corpus.", **_at_least(1))
    alpha: float | None = _setting(
        "Training",
        None,
        "Learning rate at the start; nothing: 0.04 (hs: 0.025), 2.5 times that for CBOW's smaller gradient; pmi: 0.2.",
        check=lambda value: value is None or value > 0,
        expected="above 0",
    )
    min_alpha: float = _setting("Training", 1e-4, "Learning rate at the end; it falls linearly.", **_at_least(0))
    sample: float | None = _setting(
        "Training",
        None,
        "Subsampling threshold t of frequent words, 0 keeps every word; nothing: 1e-4 (Skip-gram with hs: 1e-3).",
        check=lambda value: value is None or value >= 0,
        expected="at least 0",
    )
    chunk: int | None = _setting(
        "Training",
        None,
        "Centre words per SGD step; nothing: what text and settings allow, up to 64 (softmax and ova with CBOW: 128).",
        check=lambda value: value is None or 1 <= value <= 10_000,
        expected="between 1 and 10000",
    )
    seed: int = _setting(
        "Training",
        1,
        "Seed of every random choice.",
        **_between(0, 2**63 - 1),
    )
    engine: str = _setting("Training", "auto", "auto, cpu (numba) or reference (torch autograd).")
    workers: int = _setting(
        "Training",
        0,
        "Threads; 0 means one per core. One thread gives the same bits every time.",
        **_at_least(0),
    )
    device: str = _setting("Training", "cpu", "Torch device of the reference engine: cpu, cuda, mps, ...")
    dtype: str = _setting("Training", "float32", "Number type of the tables.", **_one_of("float32", "float64"))

    def __post_init__(self) -> None:
        for setting in fields(self):
            value = getattr(self, setting.name)
            if not _has_type(value, setting.type):
                raise W2VError(f"{setting.name} is {value!r}; expected {_type_name(setting.type)}.")
            if not setting.metadata["check"](value):
                raise W2VError(f"{setting.name} is {value!r}; expected {setting.metadata['expected']}.")
        if self.min_alpha > self.start_alpha:
            raise W2VError(
                f"min_alpha is {self.min_alpha!r}, above alpha {self.start_alpha!r}; the rate can only fall. Lower it."
            )

    @property
    def start_alpha(self) -> float:
        """The learning rate at the start: `alpha`, or what suits the objective."""
        if self.head == "pmi":
            return self.alpha or 0.2  # AdaGrad's, whatever the encoder
        divided = self.arch == "cbow" and self.cbow_mean and self.cbow_update == "mean"
        return self.alpha or {"hs": 0.025, "ova": 0.001}.get(self.head, 0.04) * (2.5 if divided else 1)

    @property
    def threshold(self) -> float:
        """The subsampling threshold: `sample`, or what suits the objective."""
        if self.sample is not None:
            return self.sample
        return 1e-3 if (self.arch, self.head) == ("skipgram", "hs") else 1e-4

    @property
    def threads(self) -> int:
        """The number of threads to use: `workers`, or one per core this process may run on."""
        return self.workers or available_cores()

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Config":
        """A config from keyword settings, where gensim's flags `sg` and `hs` are understood as well.

        Raises:
            W2VError: an unknown name (the known ones are listed) or a value out of range.
        """
        return cls().but(**settings)

    def but(self, **settings: Any) -> "Config":
        """The same config with some settings changed."""
        settings = _from_gensim(dict(settings))
        known = [setting.name for setting in fields(self)]
        unknown = [name for name in settings if name not in known]
        if unknown:
            raise W2VError(f"Unknown setting {', '.join(unknown)}; there are: {', '.join(known)}.")
        return replace(self, **settings)

    def save(self, path: Path) -> None:
        """Write the settings as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Config":
        """Read what `save` wrote."""
        return cls.of(json.loads(path.read_text(encoding="utf-8")))


def available_cores() -> int:
    """Cores this process may run on: in a container or under taskset fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _from_gensim(settings: dict[str, Any]) -> dict[str, Any]:
    """gensim's flags as our words: sg=1 -> arch="skipgram"; hs=1 -> head="hs"; hs=0, negative>0 -> head="ns"."""
    if "sg" in settings:
        settings.setdefault("arch", "skipgram" if settings.pop("sg") else "cbow")
    if "hs" in settings:
        hierarchical = settings.pop("hs")
        if hierarchical and settings.get("negative", 0) > 0:
            raise W2VError("hs=1 together with negative>0 trains two heads at once; choose head='hs' or head='ns'.")
        settings.setdefault("head", "hs" if hierarchical else "ns")
    if settings.get("negative") == 0 and settings.get("head", "ns") != "ns":
        settings.pop("negative")
    return settings


def _has_type(value: Any, annotation: Any) -> bool:
    if value is None:
        return "None" in str(annotation)
    if annotation in (float, float | None):
        return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value
    if annotation is bool:
        return isinstance(value, bool)
    if annotation is str:
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)


def _type_name(annotation: Any) -> str:
    names = {int: "a whole number", float: "a number", bool: "True or False", str: "a word"}
    return " or ".join(names.get(part, "nothing (None)") for part in get_args(annotation) or (annotation,))
