"""gensim's `models.phrases` over `w2v.corpus.phrases`: its arguments in their order, and its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from w2v.base.phrase_settings import ENGLISH_CONNECTOR_WORDS
from w2v.corpus import phrases as own
from w2v.corpus.phrase_joining import PhraseJoiner as _PhrasesTransformation
from w2v.corpus.phrase_scores import Scorer, npmi_scorer, original_scorer
from w2v.gensim.paths import expect

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "NEGATIVE_INFINITY",
    "FrozenPhrases",
    "Phraser",
    "Phrases",
    "_PhrasesTransformation",
    "npmi_scorer",
    "original_scorer",
]

NEGATIVE_INFINITY = float("-inf")


class _Habits(_PhrasesTransformation):
    """Files as our own are, where what gensim's pickles can be asked for (separately, ignore, mmap) has no effect."""

    def save(self, path: Any, *_: Any, **__: Any) -> None:
        """Write a file under any name, or to an open file of bytes."""
        super().save(path)

    @property
    def lifecycle_events(self) -> list[dict[str, Any]]:
        """What was told to `add_lifecycle_event`; files do not keep it."""
        events: list[dict[str, Any]] = self.__dict__.setdefault("_events", [])
        return events

    def add_lifecycle_event(self, event_name: str, log_level: int = 0, **event: Any) -> None:
        """Note something that was done with it."""
        self.lifecycle_events.append(event | {"event": event_name})

    @classmethod
    def load(cls, path: Any, mmap: str | None = None, *, scoring: Scorer | None = None) -> Any:
        """Read what `save` wrote; the object is of the class that was saved, as gensim's is."""
        expect(path, "phrases that were saved")
        return super().load(path, scoring=scoring)


class Phrases(_Habits, own.Phrases):
    """`w2v.Phrases` with gensim's arguments in their order, and its threshold of 10 for every scoring.

    progress_per: without effect, for nothing is logged while sentences are counted.
    """

    def __init__(
        self,
        sentences: Iterable[Iterable[str]] | None = None,
        min_count: float = 5,
        threshold: float = 10.0,
        max_vocab_size: int = 40_000_000,
        delimiter: str = "_",
        progress_per: int = 10_000,
        scoring: str | Scorer = "default",
        connector_words: str | Iterable[str] = frozenset(),
    ) -> None:
        self.progress_per = progress_per
        super().__init__(
            sentences,
            min_count=min_count,
            threshold=threshold,
            max_vocab_size=max_vocab_size,
            delimiter=delimiter,
            scoring=scoring,
            connector_words=connector_words,
        )

    def _pairs(self, parts: list[str]) -> Iterator[tuple[str, list[str], str]]:
        """The first part and the last, as in gensim; so what a second pass has joined is lost when it is frozen."""
        if len(parts) > 1:
            yield parts[0], parts[1:-1], parts[-1]


class FrozenPhrases(_Habits, own.FrozenPhrases):
    """`w2v.FrozenPhrases`."""


Phraser = FrozenPhrases
Phrases.kinds = FrozenPhrases.kinds = {"Phrases": Phrases, "FrozenPhrases": FrozenPhrases}
