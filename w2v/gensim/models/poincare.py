"""gensim's `models.poincare`: hierarchies as points of the ball, by its names and defaults.

The trainer is that of `w2v.hyperbolic`, with gensim's defaults and not its own: negatives in proportion to how often
nodes occur, a burn-in of ten epochs, one rate from there to the end, and no restart of leaves. Points begin as gensim's
do, to the bit. `w2v.PoincareModel` holds a hierarchy better, at the same speed.
"""

import codecs
import csv
from collections.abc import Hashable, Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any

import numpy as np

from w2v.base.settings import whole_number
from w2v.errors import W2VError, counted, shown
from w2v.gensim.notes import ignored, logger
from w2v.gensim.poincare_evaluation import (
    LexicalEntailmentEvaluation,
    LinkPredictionEvaluation,
    ReconstructionEvaluation,
)
from w2v.gensim.poincare_files import Files
from w2v.gensim.poincare_vectors import PoincareKeyedVectors
from w2v.gensim.utils import open as opened
from w2v.text.sources import is_missing

__all__ = [
    "LexicalEntailmentEvaluation",
    "LinkPredictionEvaluation",
    "PoincareKeyedVectors",
    "PoincareModel",
    "PoincareRelations",
    "ReconstructionEvaluation",
]


class PoincareRelations:
    """Pairs of nodes from a file, one a line; blank lines are passed over. It is read anew each time.

    Args:
        file_path: a file, also a compressed one, or a URL.
        encoding: of its text.
        delimiter: one character between the two nodes; quotes are those of CSV.
    """

    def __init__(self, file_path: str | Path, encoding: str = "utf8", delimiter: str = "\t") -> None:
        if not isinstance(delimiter, str) or len(delimiter) != 1:
            raise W2VError(f"delimiter is {shown(delimiter)}; expected one character, such as ','.")
        try:
            codecs.lookup(encoding)
        except (LookupError, TypeError) as error:
            raise W2VError(f"encoding is {shown(encoding)}; expected one that Python knows, such as 'utf8'.") from error
        self.file_path, self.encoding, self.delimiter = file_path, encoding, delimiter

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """Raises W2VError where the text is not in that encoding, OSError where there is no such file."""
        try:
            with opened(self.file_path, encoding=self.encoding, newline="") as file:
                yield from map(tuple, filter(None, csv.reader(file, delimiter=self.delimiter)))
        except UnicodeDecodeError as error:
            raise W2VError(f"{self.file_path} is not in {self.encoding}: {error}. Give encoding=.") from error


class PoincareModel(Files):
    """An embedding of relations (Nickel & Kiela 2017): `PoincareModel(relations)` begins it, `train(epochs=50)` trains.

    Args:
        train_data: pairs (node, what it is a kind of), as a list, or as PoincareRelations of a file.
        size: numbers of each point, from 2.
        alpha: learning rate: the distance that a slope of 1 moves a point.
        negative: how many unrelated nodes each is compared with; no node may have fewer.
        workers: threads; one gives the same bits each time. (gensim has but one.)
        epsilon: points stay so far from the ball's boundary.
        regularization_coeff: ignored; another than 1 with a note.
        burn_in: epochs at the rate `burn_in_alpha`, once, before the first of `train`.
        init_range: coordinates begin at random between the two.
        dtype: type of the points; they are trained in float64.
        seed: of every random choice.

    Raises W2VError, a ValueError, for what are no pairs, and for a setting out of range.
    """

    def __init__(
        self,
        train_data: Iterable[Any],
        size: int = 50,
        alpha: float = 0.1,
        negative: int = 10,
        workers: int = 1,
        epsilon: float = 1e-5,
        regularization_coeff: float = 1.0,
        burn_in: int = 10,
        burn_in_alpha: float = 0.01,
        init_range: tuple[float, float] = (-0.001, 0.001),
        dtype: type[np.floating] = np.float64,
        seed: int | None = 0,
    ) -> None:
        self.train_data, self.size = train_data, size
        self.alpha = self.train_alpha = alpha
        self.negative, self.workers, self.epsilon = negative, workers, epsilon
        self.regularization_coeff = regularization_coeff
        self.burn_in, self.burn_in_alpha, self.init_range, self.dtype, self.seed = (
            whole_number("burn_in", burn_in, 0),
            burn_in_alpha,
            init_range,
            dtype,
            seed,
        )
        self._config(1, 0)  # what is out of range is refused before anything is read
        if regularization_coeff != 1.0:
            ignored("regularization_coeff", "the trainer keeps points within the ball without it")
        self._begin()
        self.build_vocab(train_data)
        self.add_lifecycle_event("created", params=f"{len(self.kv)} nodes, size={size}, negative={negative}")

    def build_vocab(self, relations: Iterable[Any], update: bool = False) -> None:
        """Add relations to those that are known, and nodes with them.

        Args:
            relations: pairs, as above.
            update: points that are there stay, and new nodes begin at random; without, all begin anew.

        Raises W2VError, a ValueError, for what are no pairs; nothing has changed then.
        """
        given = list(_pairs(relations))
        index, known = self.kv.key_to_index, len(self.kv)
        new: dict[Any, int] = {}
        rows = [
            tuple(index.get(n, -1) if n in index else new.setdefault(n, known + len(new)) for n in p) for p in given
        ]
        self.kv.index_to_key.extend(new)
        index.update(new)
        self.all_relations += rows
        for node, other in rows:
            self.node_relations[node].add(other)
        size = len(self.kv.index_to_key)
        counts = np.bincount(np.array(rows, dtype=np.int64).ravel(), minlength=size)
        if self.kv.counts is not None:
            counts[:known] += self.kv.counts
        first = known if update else 0
        random = np.random.RandomState(self.seed if first == 0 or self.seed is None else [self.seed, first])
        fresh = random.uniform(*self.init_range, (size - first, self.size)).astype(self.dtype)
        self.kv.vectors = np.concatenate([self.kv.vectors[:first], fresh])
        self.kv.counts, self.kv.norms, self.kv.next_index = counts, None, size
        logger.info("loaded %d relations, of %d nodes", len(self.all_relations), size)

    def __str__(self) -> str:
        return f"{type(self).__name__}<{counted(len(self.kv), 'node')}, size={self.size}, negative={self.negative}>"

    @property
    def indices_set(self) -> set[int]:
        """The rows of all nodes."""
        return set(range(len(self.kv)))

    @property
    def indices_array(self) -> np.ndarray:
        """The same, in order: int64 [V]."""
        return np.arange(len(self.kv))

    def train(
        self, epochs: int, batch_size: int = 10, print_every: int = 1000, check_gradients_every: int | None = None
    ) -> None:
        """Train for so many epochs on all relations that are known, the first time after the burn-in.

        Args:
            epochs: from 0.
            batch_size, check_gradients_every: ignored with a note, where they are not the defaults.
            print_every: ignored; the loss of each epoch goes to the log.

        Raises W2VError, a ValueError, where a node has fewer than `negative` nodes that it is not related to.
        """
        epochs = whole_number("epochs", epochs, 0)
        if batch_size != 10:
            ignored("batch_size", "a node is trained together with all of its relations")
        if check_gradients_every:
            ignored("check_gradients_every", "the gradients are compared with automatic ones by the tests of w2v")
        self._check_negatives()
        burn_in = self.burn_in if not self._burn_in_done else 0
        self.alpha = self.train_alpha
        if burn_in + epochs:
            self._train(epochs, burn_in)
        self._burn_in_done = self._burn_in_done or burn_in > 0

    def _check_negatives(self) -> None:
        for node, others in self.node_relations.items():
            if (left := len(self.kv) - len(others)) < self.negative:
                raise W2VError(
                    f"Cannot sample {self.negative} negative nodes from a set of {counted(left, 'negative node')} for "
                    f"{self.kv.index_to_key[node]}, which is related to the others. Give a smaller negative."
                )


def _pairs(relations: Any) -> Iterator[tuple[Any, Any]]:
    """Pairs of two nodes each, which may be anything hashable. Raises W2VError for others."""
    if hasattr(relations, "columns"):
        raise W2VError(f"{type(relations).__name__} is a table; give its rows, as table[['child', 'parent']].values.")
    if isinstance(relations, (str, bytes, Path)) or not isinstance(relations, Iterable):
        raise W2VError(
            f"{shown(relations)} was given as relations; expected pairs of nodes, or PoincareRelations(path) of a file."
        )
    for number, pair in enumerate(relations, 1):
        unordered = isinstance(pair, (str, bytes, Set, Mapping))
        if unordered or not isinstance(pair, Iterable) or len(two := tuple(pair)) != 2:
            raise W2VError(
                f"relation {number} is {shown(pair)}; a pair should have exactly two items, node and parent."
            )
        for node in two:
            if not isinstance(node, Hashable) or is_missing(node):
                raise W2VError(f"relation {number}: {shown(node)} is no node; give strings.")
        yield two
