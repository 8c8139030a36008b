"""gensim's classes that score an embedding of relations, over the rankings of `w2v.hyperbolic`.

The figures are gensim's: there a node competes with its own relatives, at distance 0, unless it is one of them, so that
the best rank is 2 and not 1. `w2v.PoincareModel.reconstruction()` leaves the node itself out, as Nickel & Kiela do.
"""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown
from w2v.gensim.utils import open as opened
from w2v.hyperbolic.entailment import entailment, read_graded
from w2v.hyperbolic.ranking import average_precision, ranks
from w2v.vectors.keyed import vectors_of
from w2v.vectors.poincare import PoincareKeyedVectors as Points


class ReconstructionEvaluation:
    """How near related nodes are, among all.

    Args:
        file_path: lines of two nodes, separated by a tab.
        embedding: PoincareKeyedVectors, or a model that has them.

    Raises UnknownWordError, a KeyError, for a node that the embedding has not, W2VError for other lines.
    """

    def __init__(self, file_path: str | Path, embedding: Any) -> None:
        self.embedding = _points_of(embedding)
        self.relations = _relations_of(file_path, self.embedding)
        self.items = set(self.relations).union(*self.relations.values())

    def evaluate(self, max_n: int | None = None) -> dict[str, float]:
        """{"mean_rank": ..., "MAP": ...}; max_n: of the first so many nodes only."""
        mean_rank, precision = self.evaluate_mean_rank_and_map(max_n)
        return {"mean_rank": mean_rank, "MAP": precision}

    def evaluate_mean_rank_and_map(self, max_n: int | None = None) -> tuple[float, float]:
        """The mean rank over the pairs, and the mean average precision over the nodes that have relatives."""
        return _scores(self.embedding, self.items, self.relations, {}, max_n)


class LinkPredictionEvaluation:
    """How near nodes are that were not trained on as related; those that were do not compete.

    Args:
        train_path, test_path: lines of two nodes, separated by a tab, which were trained on and not.
        embedding: PoincareKeyedVectors, or a model that has them.

    Raises as ReconstructionEvaluation.
    """

    def __init__(self, train_path: str | Path, test_path: str | Path, embedding: Any) -> None:
        self.embedding = _points_of(embedding)
        known, unknown = (_relations_of(path, self.embedding) for path in (train_path, test_path))
        self.relations = {"known": known, "unknown": unknown}
        self.items = set(known).union(unknown, *known.values(), *unknown.values())

    def evaluate(self, max_n: int | None = None) -> dict[str, float]:
        """{"mean_rank": ..., "MAP": ...}; max_n: of the first so many nodes only."""
        mean_rank, precision = self.evaluate_mean_rank_and_map(max_n)
        return {"mean_rank": mean_rank, "MAP": precision}

    def evaluate_mean_rank_and_map(self, max_n: int | None = None) -> tuple[float, float]:
        """The mean rank over the pairs of the test, and the mean average precision over their nodes."""
        return _scores(self.embedding, self.items, self.relations["unknown"], self.relations["known"], max_n)


class LexicalEntailmentEvaluation:
    """Whether what people find to be a kind of what agrees with the points: HyperLex (`w2v.hyperbolic.entailment`).

    filepath: HyperLex as it is published. Raises W2VError naming the line that is none of it.
    """

    def __init__(self, filepath: str | Path) -> None:
        self.scores = {(first, second): score for first, second, score in read_graded(filepath)}
        self.alpha = 1000

    def evaluate_spearman(self, embedding: Any) -> float:
        """Spearman's rank correlation, over the pairs whose words have nodes `word.x.00`; NaN for fewer than three."""
        points = _points_of(embedding)
        pairs = [(*words, score) for words, score in self.scores.items()]
        return entailment(points.vectors.astype(np.float64), points.index_to_key, pairs, alpha=self.alpha).spearman


def _points_of(embedding: Any) -> Points:
    points = vectors_of(embedding)
    if not isinstance(points, Points):
        raise W2VError(f"{shown(embedding)} was given as the embedding; expected PoincareKeyedVectors, as model.kv.")
    return points


def _relations_of(path: str | Path, points: Points) -> dict[int, set[int]]:
    """The relatives of each node of a file, by their rows."""
    found: dict[int, set[int]] = defaultdict(set)
    with opened(path) as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), 1):
            if len(row) not in (0, 2):
                raise W2VError(f"{path}, line {number}: expected two nodes, separated by a tab, and found {row!r:.80}.")
            if row:
                found[points.get_index(row[0])].add(points.get_index(row[1]))
    if not found:
        raise W2VError(f"{path}: no pairs; expected lines of two nodes, separated by a tab.")
    return dict(found)


def _scores(
    points: Points, items: set[int], asked: dict[int, set[int]], known: dict[int, set[int]], max_n: int | None
) -> tuple[float, float]:
    nodes = sorted(items)[:max_n]
    pairs = _pairs({node: asked[node] for node in nodes if node in asked})
    if not len(pairs):
        return float("nan"), float("nan")
    table = points.vectors.astype(np.float64)
    competes = [node not in asked[node] | known.get(node, set()) for node in pairs[:, 0].tolist()]
    rank = ranks(table, pairs, _pairs(known)) + np.array(competes)
    return float(rank.mean()), float(average_precision(pairs[:, 0], rank).mean())


def _pairs(relations: dict[int, set[int]]) -> np.ndarray:
    """As rows [E, 2], in order of the nodes."""
    listed = [(node, other) for node, others in sorted(relations.items()) for other in sorted(others)]
    return np.array(listed, dtype=np.int32).reshape(-1, 2)
