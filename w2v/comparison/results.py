"""What a comparison keeps in its folder: the plan of it, and what came of each combination of encoder and head.

REPORT/plan.json                   what all trials have in common
REPORT/trials/ARCH-HEAD.json       what was measured, or nothing: a failed trial leaves no file
REPORT/trials/ARCH-HEAD.unfinished/   of a training that was broken off, all that it takes to go on
REPORT/models/ARCH-HEAD/           the model

With subwords the names end so: ARCH-HEAD-fasttext.
"""

import json
import math
import re
import shutil
from collections.abc import Callable
from dataclasses import MISSING, asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from w2v.base import json_text
from w2v.base.atomic_file import write_text
from w2v.base.config import Config
from w2v.base.json_text import is_count, is_number
from w2v.base.leftovers import is_temporary, sweep
from w2v.comparison.combinations import ENCODER_NAMES, NONE, Combination
from w2v.errors import W2VError, shown
from w2v.examples.subwords import SCHEMES

NAN = float("nan")
UNSAID_TOKENIZER = "whitespace"  # of plans that do not name one: once it was the default


@dataclass(frozen=True)
class Plan:
    """What all trials of a comparison have in common."""

    corpus: str  # its name, for the report
    text: dict[str, Any]  # what distinguishes this text and vocabulary from others
    stream: str  # folder of the numbered text
    held_out: float  # share of it that no head trains on
    analogies: list[str]  # paths of question files
    similarity: list[str]  # paths of scored pairs
    vocab_sizes: list[int]  # to measure the speed with, besides the vocabulary's own
    settings: dict[str, Any]  # for every trial
    oov: bool = False  # whether those with subwords are scored on words of no vocabulary, too

    def config(self, arch: str, head: str, subword: str = NONE) -> Config:
        """The settings of one trial. They share everything but the learning rate, whose default is each one's own."""
        return Config.of(self.settings | {"arch": arch, "head": head, "subword": subword})

    @classmethod
    def load(cls, folder: Path) -> "Plan":
        """Read what `save` wrote. Raises W2VError when it is damaged."""
        path = folder / "plan.json"
        try:
            plan = cls(**_checked(_parsed(path), cls, _PLAN))
            plan.config("skipgram", "ns")
        except (W2VError, OSError) as error:
            raise W2VError(f"{path} is damaged: {error} Choose another folder.") from error
        return plan

    def save(self, folder: Path) -> None:
        _write(folder / "plan.json", asdict(self))


@dataclass(frozen=True)
class Score:
    """One number of a test file."""

    of: str  # analogies or similarity
    value: float  # a share of right answers, or Spearman's correlation
    coverage: float  # share of the questions or pairs that the vocabulary has the words for
    oov: bool = False  # of words that are not in the vocabulary, too, which were composed


@dataclass(frozen=True)
class Point:
    """A point of a run's curve."""

    epoch: float  # passes done, with fractions
    seconds: float  # of training
    loss: float  # mean of the epoch so far
    nats: float  # held out


@dataclass(frozen=True)
class Outcome:
    """What was measured of one combination of encoder and head, or why there is nothing."""

    arch: str
    head: str
    failed: str | None = None  # the reason
    model: str = ""  # its folder in the report's
    nats: float = NAN  # held-out negative log-likelihood per predicted word
    standard_error: float = NAN
    examples: int = 0
    frequencies: float = NAN  # the same likelihood for who knows only how frequent each word is
    loss: float = NAN  # of the last epoch
    alpha: float = NAN
    words_per_second: float = NAN  # of the text, before subsampling
    seconds: float = NAN  # of training; counting co-occurrences included
    peak_memory: int = 0  # bytes, of the training process
    scores: dict[str, Score] = field(default_factory=dict)  # by the file's name
    curve: list[Point] = field(default_factory=list)
    speeds: dict[int, float] = field(default_factory=dict)  # words of the vocabulary -> words/s
    notes: list[str] = field(default_factory=list)
    subword: str = NONE  # what its words are made of; reports of before there were subwords do not say it

    @property
    def combination(self) -> Combination:
        """Encoder, head and subwords."""
        return Combination(self.arch, self.head, self.subword)

    @property
    def name(self) -> str:
        """For people."""
        return self.combination.name

    @property
    def label(self) -> str:
        """For people, among those of one encoder."""
        return self.combination.label

    def __repr__(self) -> str:
        return f"Outcome({self.name}, {'failed' if self.failed else f'{self.nats:.3f} nats held out'})"

    @property
    def perplexity(self) -> float:
        """Among how many equally likely words a predicted one would be: exp of `nats`."""
        return math.exp(self.nats) if self.nats < 700 else math.inf

    def save(self, folder: Path) -> None:
        """Put it where `load` finds it, in one step."""
        _write(outcome_path(folder, self.combination), asdict(self))

    @classmethod
    def load(cls, folder: Path, arch: str, head: str, subword: str = NONE) -> "Outcome | None":
        """What an earlier process has saved; None when there is nothing. Raises as `finished_in`."""
        path = outcome_path(folder, Combination(arch, head, subword))
        return _outcome(folder, path) if path.exists() else None


def outcome_path(folder: Path, combination: Combination) -> Path:
    return folder / "trials" / f"{combination.stem}.json"


def unfinished_path(folder: Path, name: str) -> Path:
    """Where a training is kept while it goes on."""
    return folder / "trials" / f"{name}.unfinished"


def discard_unfinished(folder: Path) -> None:
    """Remove all trainings that were broken off."""
    for left in folder.glob("trials/*.unfinished"):
        shutil.rmtree(left, ignore_errors=True)


def earlier_plan(folder: Path) -> Plan | None:
    """The plan of an earlier comparison in the folder, which is made if missing."""
    if folder.is_dir() and (folder / "plan.json").is_file():
        sweep(folder)
        return Plan.load(folder)
    if folder.exists() and not (folder.is_dir() and all(is_temporary(path.name) for path in folder.iterdir())):
        raise W2VError(f"{folder} exists already and is not a comparison. Choose another name.")
    folder.mkdir(parents=True, exist_ok=True)
    return None


def finished_in(folder: Path) -> list[Combination]:
    """The combinations that have an outcome, oldest first.

    Raises:
        W2VError: a file says something else than its name. What it names would be taken for missing, and be trained:
            a head's class would be imported because a file says so.
    """
    paths = sorted((folder / "trials").glob("*-*.json"), key=lambda path: path.stat().st_mtime_ns)
    return [_outcome(folder, path).combination for path in paths]


def _outcome(folder: Path, path: Path) -> Outcome:
    """What is in the file of a trial. Raises as `finished_in`."""
    try:
        told = _checked(_parsed(path), Outcome, _OUTCOME)
        scores, curve, speeds = told.pop("scores", {}), told.pop("curve", []), told.pop("speeds", {})
        outcome = Outcome(
            **told,
            scores={name: Score(**_checked(score, Score, _SCORE)) for name, score in scores.items()},
            curve=[Point(**_checked(point, Point, _POINT)) for point in curve],
            speeds={int(size): speed for size, speed in speeds.items()},
        )
        if outcome_path(folder, outcome.combination) != path:
            raise W2VError("it is not the outcome that its name says.")
        if outcome.model not in (f"models/{outcome.combination.shared_stem}", f"models/{outcome.combination.stem}"):
            raise W2VError(f"its model is {outcome.model!r:.60}, and no folder of this comparison.")
    except (W2VError, OSError) as error:
        raise W2VError(f"{path} is damaged: {error} Delete it, to train it anew.") from error
    return outcome


def _parsed(path: Path) -> Any:
    if not path.is_file():
        raise W2VError("it is no file.")
    return json_text.parse(path.read_bytes(), "its JSON", infinite=True)


def _checked(told: Any, of: Any, checks: dict[str, Callable[[Any], bool]]) -> dict[str, Any]:
    """The fields of a dataclass by name, of those that have a default not all. Raises W2VError for what fits not."""
    given = json_text.mapping(told, of.__name__)
    if unknown := [name for name in given if name not in checks]:
        raise W2VError(f"{of.__name__} has no {unknown[0]!r:.60}.")
    needed = [each.name for each in fields(of) if each.default is MISSING and each.default_factory is MISSING]
    if missing := [name for name in needed if name not in given]:
        raise W2VError(f"{of.__name__} has no {missing[0]}.")
    if wrong := [name for name in given if not checks[name](given[name])]:
        raise W2VError(f"{of.__name__}'s {wrong[0]} is {shown(given[wrong[0]])}.")
    return given


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_float(value: Any) -> bool:
    return is_number(value, infinite=True)


def _is_list(of: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(of, value))


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


_PLAN: dict[str, Callable[[Any], bool]] = {
    "corpus": _is_text,
    "text": lambda value: _is_mapping(value) and all(_is_text(each) or is_count(each) for each in value.values()),
    "stream": _is_text,
    "held_out": lambda value: is_number(value) and 0 < value < 0.5,
    "analogies": _is_list(_is_text),
    "similarity": _is_list(_is_text),
    "vocab_sizes": _is_list(is_count),
    "settings": _is_mapping,
    "oov": _is_truth,
}
_SCORE: dict[str, Callable[[Any], bool]] = {
    "of": lambda value: value in ("analogies", "similarity"),
    "value": _is_float,
    "coverage": _is_float,
    "oov": _is_truth,
}
_POINT: dict[str, Callable[[Any], bool]] = dict.fromkeys(("epoch", "seconds", "loss", "nats"), _is_float)
_OUTCOME: dict[str, Callable[[Any], bool]] = {
    "arch": lambda value: _is_text(value) and value in ENCODER_NAMES,
    "head": _is_text,
    "failed": lambda value: value is None or _is_text(value),
    "model": _is_text,
    **dict.fromkeys(("nats", "standard_error", "frequencies", "loss", "alpha"), _is_float),
    **dict.fromkeys(("words_per_second", "seconds"), _is_float),
    **dict.fromkeys(("examples", "peak_memory"), is_count),
    "scores": _is_mapping,
    "curve": lambda value: isinstance(value, list),
    "speeds": lambda value: _is_mapping(value) and all(map(_is_size, value)) and all(map(_is_float, value.values())),
    "notes": _is_list(_is_text),
    "subword": lambda value: value in SCHEMES,
}


def _is_size(value: str) -> bool:
    return re.fullmatch("[1-9][0-9]{0,17}", value) is not None


def check_same(folder: Path, earlier: Plan | None, plan: Plan) -> None:
    """Raise a W2VError that says in what an earlier comparison was another one."""
    usual = asdict(Config(tokenizer=UNSAID_TOKENIZER))
    before, now = ({} if each is None else usual | _spread(each) for each in (earlier, plan))
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if names:
        told = ", ".join(f"{name} {before.get(name)!r}, now {now.get(name)!r}" for name in names)
        raise W2VError(f"{folder} has a comparison with something else: {told}. Choose another folder, or do the same.")


def _spread(plan: Plan) -> dict[str, Any]:
    """What must be the same for trials to stand in one table, by name."""
    told = json.loads(json.dumps(asdict(plan)))
    text, settings = told.pop("text"), told.pop("settings")
    return {name: told[name] for name in told if name not in ("corpus", "stream")} | text | settings


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(content, indent=1) + "\n")
