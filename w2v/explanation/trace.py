"""The steps that the reference engine makes of one block, with all that can be seen at each of them.

The engine itself makes the steps, chunk after chunk, as `train_block` does, and ends with the same bits; before each
its losses and gradients are asked for, and after it the losses again.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from w2v.corpus.vocabulary import Vocabulary
from w2v.engines.reference import Chunk, ReferenceEngine
from w2v.examples.subwords import Subwords
from w2v.explanation.parts import CountedPair, Example, GradientStep, Noise, Row
from w2v.heads import noise as sampler
from w2v.heads.judgements import Judgements
from w2v.models.prediction import Step

LIKELIEST = 12  # words that are named of a distribution
MOST_ROWS = 24  # that are kept of each table


def trace_block(
    engine: ReferenceEngine,
    block: np.ndarray,
    epoch: int,
    index: int,
    alpha: float,
    *,
    vocab: Vocabulary,
    places: Sequence[int] | None = None,
    subwords: Subwords | None = None,
) -> list[GradientStep]:
    """Train a block, as `ReferenceEngine.train_block` does with the first arguments, and tell of each step.

    Args:
        engine: of words, without documents; its tables are changed.
        vocab: whose words the ids are.
        places: where in the sentence the block's words are that subsampling keeps; None: they are numbered.
        subwords: whose n-grams have rows, where there are any.
    """
    engine.set_rate(alpha)
    steps = []
    for number, chunk in enumerate(engine.chunks(block, epoch, index)):
        if len(chunk.bags.target) == 0:
            continue
        here = range(chunk.first, chunk.last) if places is None else places[chunk.first : chunk.last]
        steps.append(Traced(engine, chunk, vocab, subwords).step(number, tuple(here), alpha))
    return steps


class Traced:
    """A chunk that is about to be trained."""

    def __init__(self, engine: Any, chunk: Chunk, vocab: Vocabulary, subwords: Subwords | None = None) -> None:
        self.engine, self.chunk, self.vocab, self.subwords = engine, chunk, vocab, subwords
        self.bags = chunk.bags
        self.targets = torch.from_numpy(self.bags.target)

    def losses(self) -> tuple[Tensor, Tensor]:
        """The hidden vectors [B, D] and the losses [B] of its examples."""
        return self.engine.losses(self.chunk)

    def train(self, alpha: float) -> None:
        """Make the step."""
        self.engine.step(self.chunk)

    def tables(self) -> dict[str, Tensor]:
        """What is trained."""
        return {"input": self.engine.input, "output": self.engine.head.output}

    def before(self) -> None:
        """Called just before the step."""

    def pair(self) -> CountedPair | None:
        """After the step, of a head that learns from counted pairs, what was counted."""
        return None

    def step(self, number: int, places: tuple[int, ...], alpha: float) -> GradientStep:
        """Make the step, and return what there was to see."""
        engine = self.engine
        hidden, losses = self.losses()
        tables = self.tables()
        found = torch.autograd.grad(losses.sum(), [hidden, *tables.values()], allow_unused=True)
        gradients = {name: _rows_of(each) for name, each in zip(tables, found[1:], strict=True)}
        kept = {name: _most(rows, values) for name, (rows, values) in gradients.items()}
        before = {name: tables[name].detach()[gradients[name][0][kept[name]]].clone() for name in tables}
        seen = self._looks(hidden.detach(), losses.detach(), found[0])
        noise = self._noise()

        self.before()

        self.train(alpha)

        hidden_after, losses_after = (each.detach() for each in self.losses())
        with torch.no_grad():
            after = engine.head.log_likelihood(hidden_after, self.targets.to(hidden_after.device)).exp().tolist()
        examples = tuple(
            Example(**look, probability_after=p, loss_after=loss, pair=self.pair())
            for look, p, loss in zip(seen, after, losses_after.double().tolist(), strict=True)
        )
        rows = [
            Row(name, number, self._name(name, number), old.cpu().numpy(), new.cpu().numpy(), gradient.cpu().numpy())
            for name in tables
            for number, old, new, gradient in zip(
                gradients[name][0][kept[name]].tolist(),
                before[name],
                tables[name].detach()[gradients[name][0][kept[name]]].clone(),
                gradients[name][1][kept[name]],
                strict=True,
            )
        ]
        changed = {name: int((values != 0).any(dim=1).sum()) for name, (_, values) in gradients.items()}
        return GradientStep(number, places, alpha, examples, noise, tuple(rows), {"input": 0, "output": 0} | changed)

    def _looks(self, hidden: Tensor, losses: Tensor, gradient: Tensor | None) -> list[dict[str, Any]]:
        """What is seen of each example before the step, as keywords of `Example`."""
        head, words = self.engine.head, self.vocab.words
        slopes = torch.zeros_like(hidden) if gradient is None else gradient
        looks: list[dict[str, Any]] = []
        for number, target in enumerate(self.bags.target.tolist()):
            members = self.bags.members[self.bags.offsets[number] : self.bags.offsets[number + 1]]
            head.reseed(self.chunk.noise_key, self.chunk.drawn)
            with torch.no_grad():
                expected = head.log_prob(hidden[number : number + 1])[0].double().exp().cpu().numpy()
                judgements = head.judgements(hidden[number], target)
                decisions = head.decisions(hidden[number], target)
            listed, unlisted = _listed(judgements)
            best = np.argsort(-expected, kind="stable")[:LIKELIEST]
            looks.append({
                "context": tuple(words[member] for member in members),
                "target": words[target],
                "hidden": hidden[number].cpu().numpy(),
                "hidden_gradient": slopes[number].cpu().numpy(),
                "judgements": listed,
                "judged": () if listed is None else tuple(self._name("output", row) for row in listed.rows.tolist()),
                "unlisted": unlisted,
                "decisions": tuple(Step.of(each, words) for each in decisions),
                "likeliest": tuple((words[word], float(expected[word])) for word in best),
                "probability": float(expected[target]),
                "loss": float(losses[number].double()),
            })  # fmt: skip
        return looks

    def _noise(self) -> tuple[Noise, ...]:
        """The negative samples of the step, the most frequent words first."""
        head, counts = self.engine.head, self.vocab.counts
        head.reseed(self.chunk.noise_key, self.chunk.drawn)
        noise = head.noise()
        if not len(noise):
            return ()
        chances = sampler.noise_distribution(counts, self.engine.config.ns_exponent)
        total = counts.sum()
        return tuple(
            Noise(self.vocab.words[word], int(counts[word]), float(counts[word] / total), float(chances[word]), times)
            for word, times in sorted(Counter(noise.tolist()).items())
        )

    def _name(self, table: str, row: int) -> str:
        """What a row of a table is of."""
        if table == "input" and self.subwords is not None:
            return self.vocab.words[row] if row < self.subwords.n_words else f"n-gram row {row}"
        if len(self.engine.head.output) == len(self.vocab) or table == "input":
            return self.vocab.words[row]
        return f"node {row}" if row else "node 0, the root"


def _listed(judgements: Judgements | None) -> tuple[Judgements | None, tuple[int, float]]:
    """Those with the steepest slopes, in their order; how many are left, and what these add to the loss."""
    if judgements is None or len(judgements.rows) <= MOST_ROWS:
        return judgements, (0, 0.0)
    kept = np.sort(np.argsort(-np.abs(judgements.slope), kind="stable")[:MOST_ROWS])
    rest = float(judgements.loss.sum() - judgements.loss[kept].sum())
    return Judgements(*(each[kept] for each in judgements)), (len(judgements.rows) - MOST_ROWS, rest)


def _rows_of(gradient: Tensor | None) -> tuple[Tensor, Tensor]:
    """The rows of a table that have a gradient, int64 [R], and these, [R, C]."""
    if gradient is None:
        return torch.empty(0, dtype=torch.int64), torch.empty(0, 0)
    if gradient.is_sparse:
        gradient = gradient.coalesce()
        return gradient.indices()[0], gradient.values()
    rows = (gradient != 0).any(dim=1).nonzero()[:, 0]
    return rows, gradient[rows]


def _most(rows: Tensor, values: Tensor) -> Tensor:
    """Which of some rows are kept, in their order: those with the largest gradients."""
    if len(rows) <= MOST_ROWS:
        return torch.arange(len(rows))
    return values.norm(dim=1).topk(MOST_ROWS).indices.sort().values
