"""What models expect amid some words: their heads' distributions beside each other, and decisions on the way to a word.

    from w2v import predict
    print(predict({"softmax": one, "hs": other}, ["the", "cat", "sat"]))

A bag of words becomes a hidden vector by the model's encoder, and the head makes a distribution of it, over the whole
vocabulary. A head with a tree comes to a word by decisions, whose probabilities, multiplied, are the word's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from w2v.errors import UnknownWordError, W2VError, brief, shown
from w2v.models.model import Model, names_of
from w2v.vectors.terms import Key, number_of, several

if TYPE_CHECKING:
    from torch import Tensor

    from w2v.heads.base import Head
    from w2v.heads.tree import Decision

SOME = 5  # words that are named of those below a decision
WIDEST = 24  # characters of a word
BAR = (24, 16, 10, 7)  # characters of the longest bar of one model, and of each of two, three, and more
BLOCKS = "▏▎▍▌▋▊▉█"  # eighths


class Amid:
    """A model amid some words.

    model: its tables are read and not copied. words: ids, at least one.
    """

    def __init__(self, model: Model, words: Sequence[int]) -> None:
        self.model, self._words = model, words

    def distribution(self) -> np.ndarray:
        """The probability of each word of the vocabulary; floating [V], with sum one."""
        import torch

        with torch.no_grad():
            return self._head.log_prob(self._hidden)[0].exp().numpy()

    def steps(self, word: int) -> list[Step]:
        """The decisions on the way to a word; none of a head that makes none."""
        import torch

        with torch.no_grad():
            decisions = self._head.decisions(self._hidden[0], word)
        return [Step.of(each, self.model.vocab.words) for each in decisions]

    @cached_property
    def _head(self) -> Head:
        return self.model.head()

    @cached_property
    def _hidden(self) -> Tensor:  # [1, D]
        import torch  # only here, for queries do without it

        from w2v.examples.encoders import Bags
        from w2v.heads.hidden import hidden_vectors

        bags = Bags(np.array(self._words), np.array([0, len(self._words)]), np.zeros(1, np.int64))
        mean = self.model.config.arch != "cbow" or self.model.config.cbow_mean
        table, rows = torch.from_numpy(self.model.state["input"]), self.model.input_rows
        return hidden_vectors(table, bags, input_rows=rows, mean=mean, head=self._head).detach()


class Step(NamedTuple):
    """A decision on the way to a word."""

    node: int  # 0: the root
    probability: tuple[float, float]  # of going on with 0, and with 1
    code: int  # which of them leads to the word
    below: tuple[list[str], list[str]]  # the most frequent words on either side, up to SOME
    sizes: tuple[int, int]  # how many words there are

    @classmethod
    def of(cls, decision: Decision, words: Sequence[str]) -> Step:
        """A head's decision, with words in place of their numbers."""
        below = tuple([words[id] for id in side[:SOME]] for side in decision.below)
        sizes = len(decision.below[0]), len(decision.below[1])
        return cls(decision.node, decision.probability, decision.code, (below[0], below[1]), sizes)

    def named(self, code: int) -> str:
        """The words on a side, as a sentence has them."""
        more = self.sizes[code] - len(self.below[code])
        return brief(", ".join(self.below[code])) + (f" and {more:,} more" if more else "")


@dataclass(frozen=True)
class Way:
    """How a head with a tree comes to a word."""

    word: str
    probability: float  # the product
    steps: list[Step]


@dataclass(frozen=True)
class Prediction:
    """What some models expect amid some words; printed, it is a table with bars."""

    context: list[str]
    names: list[str]  # of the models
    words: list[str]  # N, of the largest mean probability, the likeliest first
    probability: np.ndarray  # float64 [models, N]; NaN where a model does not know the word
    others: list[int]  # of each model, how many words it knows besides
    ways: dict[str, Way] = field(default_factory=dict)  # by the name of a model whose head has a tree

    @property
    def rest(self) -> np.ndarray:
        """The probability of all other words together; float64 [models]."""
        return np.maximum(1 - np.nansum(self.probability, axis=1), 0)

    def __str__(self) -> str:
        from rich.cells import cell_len, set_cell_size

        rest = f"{max(self.others):,} others"
        told = [brief(word) for word in self.words]
        first = min(max(cell_len(word) for word in [*told, rest]), WIDEST)
        bar = BAR[min(len(self.names), len(BAR)) - 1]
        column = bar + 9  # with a number and spaces
        largest = float(np.nanmax(self.probability, initial=0.0))
        lines = [f"amid {brief(' '.join(self.context))}"]
        if len(self.names) > 1:
            lines.append(" " * (first + 2) + "".join(set_cell_size(name[2 - column :], column) for name in self.names))
        for word, row in zip(told, self.probability.T.tolist(), strict=True):
            cells = "".join(_with_bar(p, largest, bar).ljust(column) for p in row)
            lines.append(f"{set_cell_size(word, first)}  {cells}")
        if max(self.others):
            lines.append(f"{set_cell_size(rest, first)}  {''.join(rounded(p).ljust(column) for p in self.rest)}")
        for name, way in self.ways.items():
            product = rounded(way.probability)
            lines += ["", f"{name}: decisions on the way to {brief(way.word)!r}, whose product is {product}"]
            lines += [line for number, step in enumerate(way.steps, 1) for line in _sides(number, step)]
        return "\n".join(line.rstrip() for line in lines)


def predict(
    models: Any,
    context: Sequence[Key],
    topn: int | None = 10,
    *,
    way_to: str | None = None,
) -> Prediction:
    """What models expect amid some words.

    Args:
        models: a trained `Word2Vec`, or several in a mapping from the names that they are to have.
        context: words that all models know, a list or array of them, or of their indices in the first one.
        topn: how many words are shown: those of the largest mean probability. None: all.
        way_to: the word to which decisions are followed, of heads that make some (hs); None: each model's likeliest.

    Raises:
        W2VError: no trained model, a context that is no list of words, or a `way_to` where no head makes decisions.
        UnknownWordError: a word that a model does not know; the sentence offers near spellings.
    """
    topn, keys = number_of("topn", topn), several(context)
    trained = _trained(models)
    first = next(iter(trained))
    words = [trained[first].vocab.words[_known(first, key, trained)] for key in keys]
    found = {name: Amid(model, [_known(name, word, trained) for word in words]) for name, model in trained.items()}
    places = {word: i for i, word in enumerate(dict.fromkeys(w for m in trained.values() for w in m.vocab.words))}
    table = np.full((len(trained), len(places)), np.nan)
    ways = {}
    for row, (name, amid) in enumerate(found.items()):
        known, expected = amid.model.vocab.words, amid.distribution()
        table[row, [places[word] for word in known]] = expected
        asked = -1 if way_to is None else amid.model.words.get_index(way_to, -1)
        aim = int(expected.argmax()) if asked < 0 else asked
        if steps := amid.steps(aim):
            if way_to is not None:
                _known(name, way_to, trained)  # raises where it is not
            ways[name] = Way(known[aim], float(expected[aim]), steps)
    if way_to is not None and not ways:
        raise W2VError(
            f"No head here makes decisions on the way to {way_to!r}; the head hs does. Ask a model that has it, or "
            "leave the word out."
        )
    best = np.argsort(-np.nan_to_num(table).mean(axis=0), kind="stable")[:topn]
    every = list(places)
    others = [len(model.vocab) - int(np.isfinite(table[row, best]).sum()) for row, model in enumerate(trained.values())]
    return Prediction(words, list(trained), [every[i] for i in best], table[:, best], others, ways)


def read_models(paths: Sequence[str | Path], head: str | type | None = None) -> dict[str, Model]:
    """The models in some folders, for `predict`, each by its folder's name.

    head: of those whose head is a class that is none of w2v's; see `Model.load`.

    Raises:
        W2VError: a folder is given twice, or no model of text is in it, or a file of vectors alone is given.
    """
    folders = [Path(path) for path in paths]
    if files := [str(path) for path in folders if path.is_file()]:
        raise W2VError(
            f"{files[0]} is a file, and files of vectors hold no output table, by which a head predicts. Give the "
            "folder of a model that was trained here."
        )
    return {name: Model.load(folder, head) for name, folder in zip(names_of(folders), folders, strict=True)}


def _trained(models: Any) -> dict[str, Model]:
    """Models by name."""
    given = dict(models) if isinstance(models, Mapping) else {None: models}
    found = {}
    for name, each in given.items():
        model = each if isinstance(each, Model) or not hasattr(type(each), "model") else each.model
        if not isinstance(model, Model):
            raise W2VError(
                f"{shown(each)} was given as a model; expected a Word2Vec that is trained, or a mapping from names to "
                "some. Vectors alone have no output table, by which a head predicts."
            )
        found[f"{model.config.arch} {model.config.head}" if name is None else str(name)] = model
    if not found:
        raise W2VError("There is no model to predict with; give at least one.")
    return found


def _known(name: str, key: Key, trained: Mapping[str, Model]) -> int:
    """The id of a word in one of some models; raises an UnknownWordError that says which, if there are several."""
    try:
        return trained[name].words.get_index(key)
    except UnknownWordError as error:
        if len(trained) == 1:
            raise
        raise UnknownWordError(f"{name}: {error}") from None


def rounded(probability: float) -> str:
    """Two figures that say something, or three."""
    return f"{probability:.3f}" if probability >= 0.01 else f"{probability:#.2g}"


def _with_bar(probability: float, largest: float, wide: int) -> str:
    """A probability and its bar, which is `wide` characters long for the largest."""
    if math.isnan(probability):
        return "unknown"
    eighths = round(8 * wide * probability / largest) if largest else 0
    return f"{rounded(probability):<7} {BLOCKS[-1] * (eighths // 8)}{BLOCKS[eighths % 8 - 1] if eighths % 8 else ''}"


def _sides(number: int, step: Step) -> list[str]:
    """Two lines on a decision: what it makes of 0 and of 1, with a mark on the side that is taken."""
    lines = []
    for code in (0, 1):
        mark = ">" if code == step.code else " "
        place = f"{number:>3}." if code == 0 else "    "
        lines.append(f"{place} {mark} {code}  {_with_bar(step.probability[code], 1.0, BAR[2]):<19}{step.named(code)}")
    return lines
