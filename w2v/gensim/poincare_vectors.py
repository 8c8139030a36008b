"""gensim's PoincareKeyedVectors: points of the ball by its names and arguments, over those of `w2v.vectors.poincare`.

Distances are computed in float64 whatever the type of the points. Two things differ on purpose: the node of a query is
never among what is near it (in gensim the first node of all is), and `descendants` ends where nothing is lower (there
it fails).
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown
from w2v.gensim.models.keyedvectors import REAL, KeyedVectors
from w2v.geometry import POINCARE
from w2v.vectors.lookup import Ranking
from w2v.vectors.poincare import PoincareKeyedVectors as Points
from w2v.vectors.terms import number_of


class PoincareKeyedVectors(KeyedVectors, Points):
    """Nodes and their points, [V, D]: a `w2v.PoincareKeyedVectors` that can be written to.

    Args:
        vector_size: numbers of each point, D.
        vector_count: allocate so many places for `add_vector`.
        dtype: type of the numbers; near the rim float32 tells little apart.
    """

    def __init__(self, vector_size: int, vector_count: int = 0, dtype: type[np.floating] = REAL) -> None:
        super().__init__(vector_size, vector_count, dtype=dtype)
        self.max_distance = 0

    @staticmethod
    def vector_distance_batch(vector_1: np.ndarray, vectors_all: np.ndarray) -> np.ndarray:
        """Hyperbolic distances of a point [D] to several [N, D]: float64 [N]."""
        return POINCARE.dist(np.asarray(vector_1, np.float64), np.asarray(vectors_all, np.float64))

    @staticmethod
    def vector_distance(vector_1: np.ndarray, vector_2: np.ndarray) -> float:
        """Hyperbolic distance of two points [D]."""
        return float(PoincareKeyedVectors.vector_distance_batch(vector_1, vector_2))

    def distance(self, w1: Any, w2: Any) -> float:
        """Hyperbolic distance of two nodes, at least 0. Raises UnknownWordError, a KeyError, for an unknown node."""
        return self.vector_distance(self.get_vector(w1), self.get_vector(w2))

    def distances(self, node_or_vector: Any, other_nodes: Iterable[Any] | None = ()) -> np.ndarray:
        """Hyperbolic distance of a node or point [D] to each of `other_nodes` [N], or to all nodes: float64 [V]."""
        others = [] if other_nodes is None else [self.get_index(node) for node in other_nodes]
        return self.vector_distance_batch(self._place(node_or_vector), self.vectors[others] if others else self.vectors)

    def similarity(self, w1: Any, w2: Any) -> float:
        """1 / (1 + distance), in (0, 1]."""
        return Points.similarity(self, w1, w2)

    def n_similarity(self, ws1: Any, ws2: Any) -> float:
        """1 / (1 + distance) of the Fréchet means of two lists of nodes."""
        return Points.n_similarity(self, ws1, ws2)

    def get_mean_vector(self, keys: Any, *args: Any, **kwargs: Any) -> np.ndarray:
        """The weighted Fréchet mean of nodes' points; see `w2v.PoincareKeyedVectors`."""
        return Points.get_mean_vector(self, keys, *args, **kwargs)

    def rank_by_centrality(self, words: Any, use_norm: bool = False) -> list[tuple[float, Any]]:
        """Nodes by how near they are to the Fréchet mean of all, the most central first."""
        return Points.rank_by_centrality(self, words, use_norm)

    def wmdistance(self, document1: Any, document2: Any, norm: bool = False) -> float:
        """Word Mover's Distance of two lists of nodes by hyperbolic distances."""
        return Points.wmdistance(self, document1, document2, norm)

    def most_similar(self, node_or_vector: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Ranking:
        """Nodes by distance from a node or point [D], [(node, distance), ...], the nearest first, without itself.

        Args:
            topn: how many; none for less than 1; None: all.
            restrict_vocab: search the first so many nodes only.
        """
        topn = number_of("topn", None if topn is None else max(topn, 0))
        searched = self.vectors[:restrict_vocab] if restrict_vocab else self.vectors
        nearness = -self.vector_distance_batch(self._place(node_or_vector), searched)
        asked = self._asked_node(node_or_vector)
        found = self._nearest(nearness, len(nearness) if topn is None else topn, asked)
        return [(node, -score) for node, score in found]

    def norm(self, node_or_vector: Any) -> float:
        """How far down in the hierarchy a node or a point [D] is: its length in the ball, in [0, 1)."""
        return float(np.linalg.norm(self._place(node_or_vector)))

    def difference_in_hierarchy(self, node_or_vector_1: Any, node_or_vector_2: Any) -> float:
        """The norm of the second less that of the first: above 0 when the first is the more general one."""
        return self.norm(node_or_vector_2) - self.norm(node_or_vector_1)

    def most_general(self, topn: int | None = 10, *, restrict_vocab: int | None = None) -> Ranking:
        """The nodes of the smallest norm, [(node, norm), ...]. (gensim has no such method.)"""
        self.fill_norms(force=True)
        return Points.most_general(self, topn, restrict_vocab=restrict_vocab)

    def closest_child(self, node: Any) -> Any:
        """The nearest node that is lower in the hierarchy; None where there is none."""
        heights = self._heights()
        return self._closest(node, heights > heights[self.get_index(node)])

    def closest_parent(self, node: Any) -> Any:
        """The nearest node that is higher in the hierarchy; None where there is none."""
        heights = self._heights()
        return self._closest(node, heights < heights[self.get_index(node)])

    def descendants(self, node: Any, max_depth: int | None = 5) -> list[Any]:
        """The closest child, the closest child of that, and so on, `max_depth` nodes at most."""
        return Points.descendants(self, node, max_depth)

    def ancestors(self, node: Any) -> list[Any]:
        """The closest parent, the closest parent of that, and so on, up to the highest node of all."""
        return Points.ancestors(self, node)

    def _heights(self) -> np.ndarray:
        """How far from the centre each point is now, whatever was written: float64 [V]."""
        return np.linalg.norm(self.vectors.astype(np.float64), axis=1)

    def _asked_node(self, node_or_vector: Any) -> list[Any]:
        """The node that a query is of; nothing where it is of a point."""
        if isinstance(node_or_vector, np.ndarray) and node_or_vector.ndim:
            return []
        if isinstance(node_or_vector, list):
            return [node for node in node_or_vector if not isinstance(node, (float, np.ndarray, np.floating, list))]
        return [node_or_vector]

    def _place(self, node_or_vector: Any) -> np.ndarray:
        """The point [D] of a node, or one given as such, also as the only one of a list: float64.

        Raises UnknownWordError for an unknown node, and W2VError for what is no point of the ball.
        """
        if asked := self._asked_node(node_or_vector):
            if len(asked) > 1:
                raise W2VError(f"{shown(node_or_vector)} was given; expected one node, or one point of the ball.")
            return self.get_vector(asked[0]).astype(np.float64)
        try:
            point = np.asarray(node_or_vector, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise W2VError(f"{shown(node_or_vector)} was given; expected a node, or a point of the ball.") from error
        point = point[0] if point.ndim == 2 and len(point) == 1 else point
        if point.shape != (self.vector_size,) or not np.linalg.norm(point) < 1:
            raise W2VError(
                f"{shown(point)} was given as a point; expected {self.vector_size} numbers, of a length below 1."
            )
        return point
