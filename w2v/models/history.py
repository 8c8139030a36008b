"""The history of a run: one record for each epoch."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class EpochRecord:
    """One line of a model's history."""

    epoch: int  # from 1
    loss: float  # mean over the epoch's examples, nats; the same definition for every head: see its `forward`
    examples: int  # predictions made: context pairs for skipgram, centres for cbow
    words: int  # words of the corpus passed, before subsampling
    seconds: float  # of training, without what callbacks took
    scores: dict[str, float] = field(default_factory=dict)  # what callbacks measured after the epoch, by name

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    def __str__(self) -> str:
        rate = self.words / max(self.seconds, 1e-9) / 1000
        scores = "".join(f"   {name} {score:.4f}" for name, score in self.scores.items())
        return f"loss {self.loss:.4f}   {rate:,.0f}k words/s   {self.seconds:.1f} s{scores}"
