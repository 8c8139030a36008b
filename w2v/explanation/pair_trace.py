"""The steps that the reference engine makes of counted pairs, with all that can be seen at each of them.

As in `trace.py` the engine itself makes them, as `train_block` does, and ends with the same bits. A step is one pair in
one order: the vector of the one word, and the row of the other one.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from w2v.corpus.vocabulary import Vocabulary
from w2v.engines.reference import Chunk
from w2v.engines.reference_pmi import Equation, ReferenceRegressionEngine
from w2v.examples.encoders import Bags
from w2v.explanation.parts import CountedPair, GradientStep
from w2v.explanation.trace import Traced
from w2v.heads.pmi.reference import Pmi


def trace_pairs(
    engine: ReferenceRegressionEngine,
    pairs: np.ndarray,
    alpha: float,
    *,
    vocab: Vocabulary,
    places: Mapping[int, tuple[int, ...]],
) -> list[GradientStep]:
    """Train on pairs, as `ReferenceRegressionEngine.train_block` does, and tell of each step.

    Args:
        engine: of the head pmi; its tables are changed.
        pairs: of dtype `cooccurrence.ENTRY`.
        alpha: learning rate.
        vocab: whose words the pairs are of.
        places: where in the sentence each word is, by its number.
    """
    return [
        _TracedPair(engine, equation, vocab).step(number, places[int(equation.row)], alpha)
        for number, equation in enumerate(engine.equations(pairs))
    ]


class _TracedPair(Traced):
    """A pair that is about to be trained on: an example with one word as its context."""

    engine: ReferenceRegressionEngine

    def __init__(self, engine: ReferenceRegressionEngine, equation: Equation, vocab: Vocabulary) -> None:
        row, column = (each.cpu().numpy() for each in (equation.row, equation.column))
        bags = Bags(row, np.array([0, 1], np.int64), column)
        super().__init__(engine, Chunk(0, 1, bags, 0, 0), vocab)
        assert isinstance(engine.head, Pmi)
        self.equation, self.head, self.score = equation, engine.head, 0.0

    def losses(self) -> tuple[Tensor, Tensor]:
        return self.engine.losses(self.equation)

    def train(self, alpha: float) -> None:
        self.engine.step(alpha, self.equation)

    def tables(self) -> dict[str, Tensor]:
        return {"input": self.engine.input} if self.engine.shared else super().tables()

    def before(self) -> None:
        self.score = self._score()

    def pair(self) -> CountedPair:
        x, pmi = self.equation.x, self.equation.pmi
        weight = float(self.head.weight(x))
        return CountedPair(float(x), float(pmi), weight, self.score, self._score())

    def _score(self) -> float:
        with torch.no_grad():
            hidden, _ = self.losses()
            return float(self.head.score(hidden, self.equation.column))
