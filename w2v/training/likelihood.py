"""The yardstick: held-out negative log-likelihood in nats per predicted word, the same definition for every head.

    nats = -1/B * sum_b log p(target_b | h_b),   perplexity = e^nats

p is the head's `log_prob`, which sums to one over the vocabulary whatever the head was trained on, so heads with
quite different losses can be compared. h is the encoder's: Skip-gram predicts a centre from one context word,
CBOW from its whole bag. The second is the easier task, so likelihoods compare the heads of one encoder, and not
encoders.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from w2v.base.config import Config
from w2v.corpus.blocks import IdBlocks
from w2v.errors import NoExamplesError, W2VError, counted
from w2v.examples import encoders
from w2v.examples.encoders import Bags
from w2v.models.model import Model
from w2v.training.defaults import follow_text

SEED = 20_130_116  # of the held-out windows; not the run's, so that runs with different seeds get the same examples
ENOUGH = 1_000  # examples, below which the standard error is too large to rank heads by
MOST_ROWS = 1_024  # examples at a time
NOTHING_HELD_OUT = (
    "The held-out part of the text has no word with a neighbour, so nothing can be measured on it. Hold out a larger "
    "share, set sample=0, or give longer sentences."
)
NUMBERS = 1 << 22  # in one [B, V] array: 16 MiB in float32, and log_prob makes up to four of them


@dataclass(frozen=True)
class Likelihood:
    """How well a model expects words that it has not seen."""

    nats: float  # mean negative log-likelihood per example
    standard_error: float  # of `nats`, as if examples were independent; infinite for one example
    examples: int

    @property
    def perplexity(self) -> float:
        """Among how many equally likely words the model is as uncertain."""
        return math.exp(self.nats) if self.nats < 700 else math.inf

    def __str__(self) -> str:
        return (
            f"{self.nats:.4f} ± {self.standard_error:.4f} nats per word, perplexity {self.perplexity:,.1f} "
            f"({counted(self.examples, 'example')})"
        )


def held_out_examples(blocks: IdBlocks, config: Config, *, most: int = 20_000) -> Bags:
    """The examples in some blocks that a model is to be measured on, thinned evenly to `most` of them.

    Windows are cut as in training (`window`, `shrink_windows`, the subsampling threshold) but under a seed of their
    own: settings that agree in these and in `arch` get the same examples, whatever their head, seed and epoch.

    Args:
        blocks: text that the model was not trained on, as from `IdBlocks.split`.
        config: the settings.
        most: at least 1.

    Raises:
        NoExamplesError: the blocks hold no word with a neighbour.
    """
    sizes = [len(bags.target) for bags in _cut(blocks, config)]
    total = sum(sizes)
    if total == 0:
        raise NoExamplesError(NOTHING_HELD_OUT)
    chosen = _evenly(total, most)
    ends = np.cumsum(sizes)
    parts = [
        _pick(bags, chosen[(chosen >= end - size) & (chosen < end)] - (end - size))
        for bags, size, end in zip(_cut(blocks, config), sizes, ends, strict=True)
    ]
    offsets = np.concatenate([[0], *(np.diff(part.offsets) for part in parts)]).cumsum()
    return Bags(np.concatenate([part.members for part in parts]), offsets, np.concatenate([p.target for p in parts]))


def likelihood(model: Model, examples: Bags) -> Likelihood:
    """How likely the model finds the target of each example.

    No more than some 64 MiB are taken at a time, however many examples and words there are.

    Args:
        model: its tables are read and not copied.
        examples: word ids of the model's own vocabulary, as from `held_out_examples`.

    Raises:
        W2VError: there are no examples.
    """
    import torch  # only here, so that a run without a held-out part does not wait for it

    from w2v.heads.hidden import hidden_vectors

    if len(examples.target) == 0:
        raise W2VError("There are no held-out examples to measure the likelihood on. Hold out a larger share.")
    table, head = torch.from_numpy(model.state["input"]), model.head()
    rows = min(MOST_ROWS, max(1, NUMBERS // len(model.vocab)))
    nats = np.empty(len(examples.target))
    with torch.no_grad():
        for first in range(0, len(nats), rows):
            some = _pick(examples, np.arange(first, min(first + rows, len(nats))))
            mean = model.config.cbow_mean
            hidden = hidden_vectors(table, some, input_rows=model.input_rows, mean=mean, head=head)
            nats[first : first + rows] = -head.log_likelihood(hidden, torch.from_numpy(some.target)).numpy()
    error = nats.std(ddof=1) / math.sqrt(len(nats)) if len(nats) > 1 else math.inf
    return Likelihood(float(nats.mean()), float(error), len(nats))


def told_of(unseen: IdBlocks) -> str:
    """A line on what is held out, from `IdBlocks.split`."""
    line = f"held out      {unseen.held}, {unseen.tokens:,} words"
    if unseen.held and unseen.held.nowhere_else:
        line += f"; words that stand only there, and so are not learned: {unseen.held.nowhere_else:,}"
    return line


def too_few(examples: int) -> str | None:
    """What to say of so few held-out examples; None where there are enough."""
    if examples >= ENOUGH:
        return None
    return (
        f"The held-out part has only {counted(examples, 'example')}; below {ENOUGH:,} its likelihood says little "
        "about which model is better. Hold out a larger share, or give a longer text."
    )


def _cut(blocks: IdBlocks, config: Config) -> Iterator[Bags]:
    """All examples, block by block."""
    sample = follow_text(config, blocks.vocab).sample_threshold
    keep = encoders.keep_thresholds(blocks.vocab.keep_probability(sample))
    for i in range(blocks.n_blocks):
        windows = encoders.cut_windows(blocks.block(i), keep, config.window, config.shrink_windows, SEED, 0, i)
        yield encoders.bags(config.arch, windows, 0, len(windows.ids))


def _evenly(total: int, most: int) -> np.ndarray:
    """int64 [min(total, most)], ascending: one place at random from each of `most` equal stretches of range(total).

    Every n-th place would not do: examples come in a rhythm, such as ten to a centre, of which n may be a multiple.
    """
    if total <= most:
        return np.arange(total)
    bounds = np.arange(most + 1) * total // most
    return np.random.default_rng(SEED).integers(bounds[:-1], bounds[1:])


def _pick(bags: Bags, which: np.ndarray) -> Bags:
    """Some of the examples, by their numbers."""
    sizes = np.diff(bags.offsets)[which]
    offsets = np.concatenate([[0], sizes.cumsum()])
    places = np.arange(offsets[-1]) + np.repeat(bags.offsets[which] - offsets[:-1], sizes)
    return Bags(bags.members[places], offsets, bags.target[which])
