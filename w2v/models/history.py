"""The history of a run, on text or on relations: a record for each epoch, and how far one is that was put aside."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

WORDS, PAIRS = "words", "pairs"  # what a run passes: words of a text, or pairs of related nodes


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

    @classmethod
    def of(cls, saved: dict[str, Any]) -> "EpochPart":
        """What `as_dict` returned. Raises KeyError or TypeError where it is something else."""
        totals = Totals(**{name: saved[name] for name in Totals._fields})
        return cls(saved["blocks"], saved["n_blocks"], totals, saved["seconds"])


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
    def of(cls, saved: dict[str, Any]) -> "EpochRecord":
        """What `as_dict` returned. Raises KeyError or TypeError where it is something else."""
        unit = PAIRS if PAIRS in saved else WORDS
        passed = saved[unit]
        others = {name: value for name, value in saved.items() if name != unit}
        return cls(**{"examples": passed} | others, passed=passed, unit=unit)

    def __str__(self) -> str:
        rate = self.passed / max(self.seconds, 1e-9) / 1000
        seconds = f"{self.seconds:.{1 if self.seconds >= 0.1 else 2}f}"
        clamps = f"   {self.clamps:,} clamped" if self.clamps else ""
        scores = "".join(f"   {name} {score:.4f}" for name, score in self.scores.items())
        return f"loss {self.loss:.4f}   {rate:,.0f}k {self.unit}/s   {seconds} s{clamps}{scores}"
