"""The history of a run, on text or on relations: one record for each epoch."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from w2v.base import json_text
from w2v.base.json_text import is_count, is_number
from w2v.errors import W2VError

WORDS, PAIRS = "words", "pairs"  # what a run passes: words of a text, or pairs of related nodes


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

    def __str__(self) -> str:
        rate = self.passed / max(self.seconds, 1e-9) / 1000
        seconds = f"{self.seconds:.{1 if self.seconds >= 0.1 else 2}f}"
        clamps = f"   {self.clamps:,} clamped" if self.clamps else ""
        scores = "".join(f"   {name} {score:.4f}" for name, score in self.scores.items())
        return f"loss {self.loss:.4f}   {rate:,.0f}k {self.unit}/s   {seconds} s{clamps}{scores}"


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
