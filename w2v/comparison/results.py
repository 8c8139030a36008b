"""What a comparison keeps in its folder: the plan of it, and what came of each combination of encoder and head.

REPORT/plan.json                   what all trials have in common
REPORT/trials/ARCH-HEAD.json       what was measured, or nothing: a failed trial leaves no file
REPORT/models/ARCH-HEAD/           the model
"""

import json
import math
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from w2v.base.config import Config
from w2v.errors import W2VError

NAN = float("nan")
ENCODER_NAMES = {"skipgram": "Skip-gram", "cbow": "CBOW"}  # as people write them
Combination = tuple[str, str]  # encoder, head


@dataclass(frozen=True)
class Plan:
    """What all trials of a comparison have in common."""

    corpus: str  # its name, for the report; of files, as a shell reads them
    text: dict[str, Any]  # what distinguishes this text and vocabulary from others
    stream: str  # folder of the numbered text
    held_out: float  # share of it that no head trains on
    analogies: list[str]  # paths of question files
    similarity: list[str]  # paths of scored pairs
    vocab_sizes: list[int]  # to measure the speed with, besides the vocabulary's own
    settings: dict[str, Any]  # for every trial

    def config(self, arch: str, head: str) -> Config:
        """The settings of one trial. They share everything but the learning rate, whose default is each one's own."""
        return Config.of(self.settings | {"arch": arch, "head": head})

    @classmethod
    def load(cls, folder: Path) -> "Plan":
        return cls(**json.loads((folder / "plan.json").read_text(encoding="utf-8")))

    def save(self, folder: Path) -> None:
        _write(folder / "plan.json", asdict(self))


@dataclass(frozen=True)
class Score:
    """One number of a test file."""

    of: str  # analogies or similarity
    value: float  # a share of right answers, or Spearman's correlation
    coverage: float  # share of the questions or pairs that the vocabulary has the words for


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

    @property
    def name(self) -> str:
        """For people."""
        return f"{ENCODER_NAMES[self.arch]} {self.head}"

    @property
    def perplexity(self) -> float:
        return math.exp(self.nats) if self.nats < 700 else math.inf

    def save(self, folder: Path) -> None:
        """Put it where `load` finds it, in one step."""
        _write(outcome_path(folder, self.arch, self.head), asdict(self))

    @classmethod
    def load(cls, folder: Path, arch: str, head: str) -> "Outcome | None":
        """What an earlier process has saved; None when there is nothing."""
        try:
            told = json.loads(outcome_path(folder, arch, head).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        told["scores"] = {name: Score(**score) for name, score in told["scores"].items()}
        told["curve"] = [Point(**point) for point in told["curve"]]
        told["speeds"] = {int(size): speed for size, speed in told["speeds"].items()}
        return cls(**told)


def file_name(head: str) -> str:
    """A head's name as a part of file names; that of a class, module:Class, has a colon."""
    return head.replace(":", ".")


def outcome_path(folder: Path, arch: str, head: str) -> Path:
    return folder / "trials" / f"{arch}-{file_name(head)}.json"


def earlier_plan(folder: Path) -> Plan | None:
    """The plan of an earlier comparison in the folder, which is made if missing."""
    if folder.is_dir() and (folder / "plan.json").is_file():
        for left in folder.glob(".snapshots-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        try:
            return Plan.load(folder)
        except (ValueError, TypeError) as error:
            raise W2VError(f"{folder / 'plan.json'} is damaged: {error}. Choose another folder.") from error
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise W2VError(f"{folder} exists already and is not a comparison. Choose another name.")
    folder.mkdir(parents=True, exist_ok=True)
    return None


def finished_in(folder: Path) -> list[Combination]:
    """The combinations that have an outcome, oldest first.

    Raises:
        W2VError: a file says something else than its name. What it names would be taken for missing, and be trained:
            a head's class would be imported because a file says so.
    """
    found = []
    for path in sorted((folder / "trials").glob("*-*.json"), key=lambda path: path.stat().st_mtime_ns):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            combination = (told["arch"], told["head"])
            right = combination[0] in ENCODER_NAMES and outcome_path(folder, *combination) == path
        except (ValueError, TypeError, KeyError, AttributeError):
            right = False
        if not right:
            raise W2VError(f"{path} is damaged: it is not the outcome that its name says. Delete it, to train it anew.")
        found.append(combination)
    return found


def check_same(folder: Path, earlier: Plan | None, plan: Plan) -> None:
    """Raise a W2VError that says in what an earlier comparison was another one."""
    before, now = ({} if each is None else _spread(each) for each in (earlier, plan))
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
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
