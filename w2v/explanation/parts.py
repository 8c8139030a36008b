"""What an explanation is made of: plain objects that hold what a step of training saw, did and changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2v.base.config import Config
from w2v.heads import spec_of
from w2v.heads.judgements import Judgements
from w2v.models.prediction import Step


@dataclass(frozen=True)
class Token:
    """A word of the sentence, and what is drawn for it in the epoch."""

    word: str
    id: int  # in the vocabulary; -1: it is not there, and is left out before anything else
    count: int  # how often it occurs in the text
    keep: float  # the probability that subsampling keeps an occurrence
    kept: bool  # whether it did
    width: int  # the window that was drawn, in words on each side at most; 0 of words left out

    @property
    def known(self) -> bool:
        """Whether it is in the vocabulary."""
        return self.id >= 0


@dataclass(frozen=True)
class Window:
    """A centre with its context, and the examples of both encoders that follow from it."""

    centre: int  # its place in the sentence, from 0
    context: tuple[int, ...]  # the places of the words around it; none: it has no neighbour
    skipgram: tuple[tuple[str, str], ...]  # (context word, centre): the first is to predict the second
    cbow: tuple[tuple[tuple[str, ...], str], ...]  # (all context words, centre): one, or none


@dataclass(frozen=True)
class CountedPair:
    """What is known of two words that stand near each other, and how well it is fitted (`heads/pmi`)."""

    count: float  # X_ij, by `corpus/cooccurrence.py`
    pmi: float  # log(X_ij X / (X_i X_j)), which the score should be
    weight: float  # f(X_ij), from 0 to 1
    score: float  # <h, o> before the step
    score_after: float


@dataclass(frozen=True, eq=False)
class Example:
    """What a step makes of one example: a hidden vector is to predict a word."""

    context: tuple[str, ...]  # the words whose input vectors the hidden vector is made of
    target: str
    hidden: np.ndarray  # floating [D]
    hidden_gradient: np.ndarray  # floating [D], of the summed loss
    judgements: Judgements | None  # what the loss adds up; None: it is no sum of binary decisions
    judged: tuple[str, ...]  # whose rows those are: words, or nodes of a tree
    unlisted: tuple[int, float]  # judgements that are not listed, and what they add to the loss
    decisions: tuple[Step, ...]  # of a head with a tree: the way to the target
    likeliest: tuple[tuple[str, float], ...]  # the words that the head expects most, with their probabilities
    probability: float  # of the target, by the head's distribution
    probability_after: float
    loss: float  # nats; of a counted pair its weighted squared error
    loss_after: float  # of the same example, with the same negative samples, after the step
    pair: CountedPair | None = None  # of a head that learns from those; of others None


@dataclass(frozen=True, eq=False)
class Row:
    """A row of a table that a step changed."""

    table: str  # "input" or "output"
    number: int
    name: str  # the word that it is of, or what else
    before: np.ndarray  # floating [C]
    after: np.ndarray
    gradient: np.ndarray  # of the summed loss, at `before`

    @property
    def change(self) -> float:
        """How far it moved: the length of after - before."""
        return float(np.linalg.norm(self.after.astype(np.float64) - self.before))


@dataclass(frozen=True)
class Noise:
    """A negative sample's word."""

    word: str
    count: int
    share: float  # of the text: count / sum of counts
    probability: float  # of being drawn, count^ns_exponent, normalised
    drawn: int  # how often it was, in this step


@dataclass(frozen=True, eq=False)
class GradientStep:
    """One step of stochastic gradient descent: a chunk of the sentence's hidden vectors with all of their examples.

    Of a head that learns from counted pairs it is one pair: the vector of a word is to fit the row of another one.
    """

    number: int  # in the sentence, from 0
    places: tuple[int, ...]  # of its hidden vectors, in the sentence
    alpha: float  # the learning rate
    examples: tuple[Example, ...]
    noise: tuple[Noise, ...]  # the words that were drawn, each once; () of heads without negative samples
    rows: tuple[Row, ...]  # those that changed most, of either table; where both are one it is "input"
    changed: dict[str, int]  # by table, how many rows changed in all

    @property
    def loss(self) -> float:
        """The sum of the examples' losses, which the step makes smaller."""
        return sum(example.loss for example in self.examples)

    @property
    def loss_after(self) -> float:
        """The same sum after the step, with the same negative samples."""
        return sum(example.loss_after for example in self.examples)


@dataclass(frozen=True, eq=False)
class Facts:
    """A sentence, what training draws for it in an epoch, and each step that it makes of it.

    tokens: the words of the sentence. centre: the place of the one that is looked at; None: no word has a neighbour.
    windows: of the words that subsampling kept, by their places; where pairs are counted of all. steps: all of the
    sentence, in their order.
    epoch, config: which epoch of which run. text: what the counts are of. total: the words of that text.
    notes: sentences on what is special here.
    """

    tokens: tuple[Token, ...]
    centre: int | None
    windows: dict[int, Window]
    steps: tuple[GradientStep, ...]
    epoch: int
    config: Config
    text: str
    total: int
    vocabulary: int  # words of the vocabulary
    notes: tuple[str, ...] = ()

    @property
    def window(self) -> Window | None:
        """The window of the centre; None: subsampling left it out, or there is none."""
        return None if self.centre is None else self.windows.get(self.centre)

    @property
    def step(self) -> GradientStep | None:
        """The step with the hidden vector at the centre, of several the first; None: subsampling left it out, or there
        is none."""
        return self.step_at(self.centre)

    def step_at(self, place: int | None) -> GradientStep | None:
        """The step with the hidden vector at a place of the sentence, of several the first."""
        return next(iter(self.steps_at(place)), None)

    def steps_at(self, place: int | None) -> tuple[GradientStep, ...]:
        """All steps with the hidden vector at a place: one; or of a head that learns from counted pairs one for each
        word near that one, wherever in the sentence, and all of the same words alike."""
        return tuple(step for step in self.steps if place in step.places)

    @property
    def of_pairs(self) -> bool:
        """Whether the head learns from counted pairs of words, and not from windows."""
        return spec_of(self.config.head).learns_from == "cooccurrences"

    @property
    def word(self) -> str | None:
        """The centre."""
        return None if self.centre is None else self.tokens[self.centre].word
