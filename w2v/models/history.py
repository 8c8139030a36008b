"""The history of a run, on text or on relations: a record for each epoch, and how far one is that was put aside."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from w2v.base import json_text
from w2v.base.html_table import html_table
from w2v.base.json_text import is_count, is_number
from w2v.errors import W2VError, counted

WORDS, PAIRS = "words", "pairs"  # what a run passes: words of a text, or pairs of related nodes

ALL_TOLD = 20  # epochs that are each shown


class Totals(NamedTuple):
    """What one or several blocks of an epoch come to: sums."""

    loss: float = 0.0  # nats
    weight: float = 0.0  # what the loss is divided by to be a mean: examples, or the weights of pairs
    examples: int = 0
    passed: int = 0  # in the trainer's unit
    clamps: int = 0

    def plus(self, other: "Totals") -> "Totals":
        """The sums of both."""
        return Totals(
            self.loss + other.loss,
            self.weight + other.weight,
            self.examples + other.examples,
            self.passed + other.passed,
            self.clamps + other.clamps,
        )

    @property
    def mean(self) -> float:
        """Nats per example; 0 without examples."""
        return self.loss / self.weight if self.weight else 0.0


class EpochPart(NamedTuple):
    """How far the epoch after those of the history was when its run was put aside."""

    blocks: int  # that are trained, the first in the epoch's order
    n_blocks: int  # of the whole epoch
    totals: Totals  # of these
    seconds: float  # of training

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"blocks": self.blocks, "n_blocks": self.n_blocks, **self.totals._asdict(), "seconds": self.seconds}

    def of_blocks(self, n_blocks: int, words: int) -> "EpochPart":
        """The same part of an epoch that has another number of blocks, as a text has that is read by more processes.

        words: of the text, of which it is told how many were passed.
        """
        if n_blocks == self.n_blocks:
            return self
        blocks = self.blocks * n_blocks // self.n_blocks
        return self._replace(
            blocks=blocks, n_blocks=n_blocks, totals=self.totals._replace(passed=words * blocks // n_blocks)
        )

    @classmethod
    def of(cls, saved: Any) -> "EpochPart | None":
        """What `as_dict` returned; None where it is something else."""
        counts, numbers = ("blocks", "n_blocks", "examples", "passed", "clamps"), ("loss", "weight", "seconds")
        right = (
            isinstance(saved, dict)
            and saved.keys() == {*counts, *numbers}
            and all(is_count(saved[name]) for name in counts)
            and all(is_number(saved[name]) for name in numbers)
            and saved["blocks"] <= saved["n_blocks"]
            and min(saved["weight"], saved["seconds"]) >= 0
        )
        if not right:
            return None
        totals = Totals(**{name: saved[name] for name in Totals._fields})
        return cls(saved["blocks"], saved["n_blocks"], totals, saved["seconds"])


class RunState(NamedTuple):
    """What is known of the run of a saved model."""

    text: str = ""  # what says which text it was trained on (`Blocks.digest`)
    part: EpochPart | None = None
    complete: bool = False  # it has ended
    before: int = 0  # epochs of the history that are of trainings before it, on this text or another
    frozen: str = ""  # what says which rows it leaves as they are; "": none

    def as_json(self) -> str:
        """As the text of a file."""
        told: dict[str, Any] = {"text": self.text, "complete": self.complete}
        told |= {name: value for name, value in (("before", self.before), ("frozen", self.frozen)) if value}
        if self.part is not None:
            told["part"] = self.part.as_dict()
        return json.dumps(told, indent=2) + "\n"

    @classmethod
    def parse(cls, data: bytes, where: str) -> "RunState":
        """What is in the bytes of a file, whose path is told in errors. Raises W2VError where it is something else."""
        saved = json_text.mapping(json_text.parse(data, where), where)
        part = EpochPart.of(saved["part"]) if "part" in saved else None
        text, complete = saved.get("text", ""), saved.get("complete", False)
        before, frozen = saved.get("before", 0), saved.get("frozen", "")
        known = saved.keys() <= {*cls._fields} and isinstance(text, str) and isinstance(complete, bool)
        if not (known and is_count(before) and isinstance(frozen, str)) or ("part" in saved and part is None):
            raise W2VError(f"{where} is damaged: {saved!r:.200} is not how far a run is. Train or copy it again.")
        return cls(text, part, complete, before, frozen)


@dataclass(frozen=True)
class EpochRecord:
    """One line of a model's history."""

    epoch: int  # from 1
    loss: float  # mean over the epoch's examples, nats; the same definition for every head: see its `forward`
    examples: int  # predictions made: context pairs for skipgram, centres for cbow; of relations, pairs
    passed: int  # how many `unit`s were passed: words before subsampling, or pairs
    seconds: float  # of training, without what callbacks took
    scores: dict[str, float] = field(default_factory=dict)  # what callbacks measured after the epoch, by name
    unit: str = WORDS  # WORDS or PAIRS
    clamps: int = 0  # points of relations that had to be set back to the boundary

    @property
    def speed(self) -> float:
        """`unit`s per second."""
        return self.passed / max(self.seconds, 1e-9)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: how much was passed goes by the name of its unit."""
        begin, end = {"epoch": self.epoch, "loss": self.loss}, {"seconds": self.seconds, "scores": self.scores}
        if self.unit == PAIRS:
            return {**begin, PAIRS: self.passed, "clamps": self.clamps, **end}
        return {**begin, "examples": self.examples, WORDS: self.passed, **end}

    @classmethod
    def of(cls, saved: Any) -> "EpochRecord | None":
        """What `as_dict` returned; None where it is something else."""
        if not isinstance(saved, dict):
            return None
        unit = PAIRS if PAIRS in saved else WORDS
        told: dict[str, Any] = {"examples": saved.get(unit), "scores": {}, "clamps": 0} | saved
        scores = told["scores"]
        right = (
            told.keys() == {"epoch", "loss", "examples", unit, "seconds", "scores", "clamps"}
            and all(is_count(told[name]) for name in ("epoch", "examples", unit, "clamps"))
            and is_number(told["loss"])
            and is_number(told["seconds"])
            and told["seconds"] >= 0
            and isinstance(scores, dict)
            and all(is_number(score, infinite=True) for score in scores.values())  # a correlation of two pairs is NaN
        )
        return cls(passed=told.pop(unit), unit=unit, **told) if right else None

    def __repr__(self) -> str:
        return f"EpochRecord(epoch {self.epoch}, {', '.join(str(self).split('   '))})"

    def __str__(self) -> str:
        seconds = f"{self.seconds:.{1 if self.seconds >= 0.1 else 2}f}"
        clamps = f"   {self.clamps:,} clamped" if self.clamps else ""
        scores = "".join(f"   {name} {score:.4f}" for name, score in self.scores.items())
        return f"loss {self.loss:.4f}   {self.speed / 1000:,.0f}k {self.unit}/s   {seconds} s{clamps}{scores}"


class History(list[EpochRecord]):
    """The records of a run as a list, which a notebook shows as a table."""

    def table(self) -> tuple[list[str], list[list[str]]]:
        """The names of its columns and its rows, as texts: all epochs, or of many some (`is_told`)."""
        scores = list(dict.fromkeys(name for record in self for name in record.scores))
        unit = self[-1].unit if self else WORDS
        clamped = any(record.clamps for record in self)
        header = ["epoch", "loss", f"{unit}/s", "seconds", *(["clamped"] if clamped else []), *scores]
        rows = [
            [
                *(f"{record.epoch}", f"{record.loss:.4f}", f"{record.speed:,.0f}", f"{record.seconds:.2f}"),
                *([f"{record.clamps:,}"] if clamped else []),
                *(f"{record.scores[name]:.4f}" if name in record.scores else "" for name in scores),
            ]
            for record in self
            if is_told(record.epoch, len(self))
        ]
        return header, rows

    def _repr_html_(self) -> str:
        return html_table(counted(len(self), "epoch"), *self.table())


def is_told(epoch: int, epochs: int) -> bool:
    """Whether an epoch is shown: of many the first, the second, the fourth and so on; the last always is."""
    return epoch == epochs or epochs <= ALL_TOLD or not epoch & (epoch - 1)


def as_json(history: Sequence[EpochRecord]) -> str:
    """A history as the text of a file, an epoch a line."""
    return "[\n" + ",\n".join(json.dumps(record.as_dict()) for record in history) + "\n]\n"


def parse(data: bytes, where: str, unit: str | None = None) -> list[EpochRecord]:
    """The history in the bytes of a file.

    Args:
        data: the whole file.
        where: its path, for errors.
        unit: of all records, WORDS or PAIRS; None: of either.

    Raises:
        W2VError: it is damaged: a number is missing or none, or epochs do not follow one another from 1.
    """
    saved = json_text.parse(data, where, infinite=True)
    if not isinstance(saved, list):
        raise W2VError(f"{where} is damaged: expected a list of epochs, got {saved!r:.60}.")
    history: list[EpochRecord] = []
    for number, each in enumerate(saved, 1):
        record = EpochRecord.of(each)
        if record is None or record.epoch != number or record.unit != (unit or record.unit):
            raise W2VError(
                f"{where} is damaged: its record {number} is {each!r:.200}; expected that of epoch {number}, as it "
                f"was saved. Train or copy the model again."
            )
        history.append(record)
    return history
