"""The phrases that training on some sentences joins, to be joined in other sentences of the same kind."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from w2v.corpus.phrase_joining import PhraseJoiner
from w2v.corpus.phrase_scores import Joining
from w2v.corpus.phrase_search import phrases_in
from w2v.corpus.stream import open_stream


class PassJoiner(PhraseJoiner):
    """What joins the phrases of one pass, which are given with their scores."""

    def __init__(self, scores: dict[str, float], joining: Joining) -> None:
        super().__init__(joining.connector_words)
        self.scores, self.delimiter = scores, joining.delimiter

    def score_candidate(self, word_a: str, word_b: str, in_between: list[str]) -> tuple[str, float] | tuple[None, None]:
        phrase = self.delimiter.join([word_a, *in_between, word_b])
        return (phrase, self.scores[phrase]) if phrase in self.scores else (None, None)


def joiners_of(sentences: Iterable[list[str]], joining: Joining | None) -> list[PassJoiner]:
    """What joins the phrases of each pass, first to last; for joining None nothing."""
    if joining is None:
        return []
    with open_stream(sentences, min_count=1) as stream:
        found = sorted(phrases_in(stream, joining), key=lambda each: each.number)
    passes = groupby(found, key=lambda each: each.number)
    return [PassJoiner({each.phrase: each.score for each in some}, joining) for _, some in passes]
