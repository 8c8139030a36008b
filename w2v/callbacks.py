"""Watching a run: what `train` tells while it works. Subclass `Callback` and override what you want to hear."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from w2v.stream import Stream


@dataclass(frozen=True)
class EpochRecord:
    """One line of a model's history."""

    epoch: int  # from 1
    loss: float  # mean over the epoch's examples, nats; the same definition for every head: see its `forward`
    examples: int  # predictions made: context pairs for skipgram, centres for cbow
    words: int  # words of the corpus passed, before subsampling
    seconds: float  # of training

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Progress:
    """How far training is, after each block."""

    epoch: int  # from 1
    epochs: int
    fraction: float  # of the whole run, 0 to 1
    loss: float  # mean of the epoch so far, nats
    alpha: float  # learning rate of the block
    words_per_second: float  # words of the corpus, before subsampling, in this epoch so far


class Callback:
    """Hears nothing of what it does not override. An exception raised in a callback ends the run."""

    def on_read(self, tokens: int) -> None:
        """While the text is read: tokens so far."""

    def on_corpus(self, stream: "Stream") -> None:
        """The text is read and the vocabulary is made."""

    def on_note(self, sentence: str) -> None:
        """Something the user should know, such as the reason for a slower engine."""

    def on_block(self, progress: Progress) -> None:
        """A block is trained."""

    def on_epoch_end(self, history: list[EpochRecord]) -> None:
        """An epoch is done; the newest record is last."""
