"""The Word Mover's Distance of two documents (Kusner et al. 2015): what it costs to move one's words onto the other's.

    min_T  sum_ij T_ij d(i, j)      sum_j T_ij = share of word i in one,  sum_i T_ij = share of word j in the other

d is the distance of words. As it is a metric, what two documents have in common can stay where it is, and only what one
has more of than the other is moved; that is a linear program, which scipy solves with HiGHS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from w2v.errors import W2VError
from w2v.geometry import SPACES, unit_rows
from w2v.vectors.lookup import Lookup
from w2v.vectors.terms import Key, keys_of


class Transport(Lookup):
    """The query of KeyedVectors for distances of documents."""

    def wmdistance(self, document1: Iterable[Key], document2: Iterable[Key], norm: bool = True) -> float:
        """Word Mover's Distance, at least 0, of two lists of words, each as often as it comes. Needs scipy.

        Unknown words are passed over; infinite where a document has no known word. norm: distances are those of unit
        vectors, in [0, 2]; else of the vectors as they are. Two documents of five hundred different words take seconds.

        (gensim says infinite, too, where all words have the same vector; here it is 0.)

        Raises W2VError for a document that is no list of words.
        """
        one, other = (Counter(self._with_vectors(keys_of(document))) for document in (document1, document2))
        if not one or not other:
            return float("inf")
        n, m = one.total(), other.total()
        words = sorted(one | other, key=lambda word: (isinstance(word, str), word))  # composed ones last
        more = {word: m * one[word] - n * other[word] for word in words}  # whole numbers: no mass is rounded
        give = {word: surplus for word, surplus in more.items() if surplus > 0}
        take = {word: -surplus for word, surplus in more.items() if surplus < 0}
        if not give:
            return 0.0
        here, there = (self._vectors_at(list(words)).astype(np.float64) for words in (give, take))
        if norm:
            here, there = unit_rows(here), unit_rows(there)
        distances = np.stack([SPACES[self.geometry].dist(point, there) for point in here])
        return least_cost(distances, np.array([*give.values()]), np.array([*take.values()])) / (n * m)


def least_cost(costs: np.ndarray, supply: np.ndarray, demand: np.ndarray) -> float:
    """The least cost of moving all supply [n] to where it is in demand [m], of the same sum; costs: [n, m] a unit."""
    from scipy import sparse
    from scipy.optimize import linprog  # takes a while to import

    n, m = costs.shape
    leaving, arriving = sparse.kron(sparse.eye(n), np.ones((1, m))), sparse.kron(np.ones((1, n)), sparse.eye(m))
    largest, total = costs.max() or 1.0, supply.sum()  # what HiGHS takes for equal does not go by the costs' scale
    shares = np.concatenate([supply, demand]) / total
    moved = sparse.vstack([leaving, arriving]).tocsr()
    plain = {"presolve": False}  # a transport plan has nothing that could be simplified first
    found = linprog(costs.ravel() / largest, A_eq=moved, b_eq=shares, method="highs", options=plain)
    if found.fun is None:
        raise W2VError(f"no cheapest way to move {n} words onto {m} was found: {found.message}")
    return max(float(found.fun), 0.0) * float(largest) * float(total)
