"""Which nodes of a hierarchy a picture shows, and which edges between them.

Relations come as pairs (child, parent), often as a transitive closure, whose every long edge says what shorter ones
say together. Drawn is the transitive reduction (Aho, Garey & Ullman 1972) among the nodes shown,

    c -> p  where p is an ancestor of c, and no other ancestor of c shown has p as an ancestor,

so that a node is joined to its nearest ancestors that are in the picture, even where some between them are left out.
Nodes on a cycle are ancestors of each other; here neither counts as above the other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from w2v.errors import W2VError


@dataclass(frozen=True)
class ShownNodes:
    """The nodes that a picture shows, the most general first, as numbers from 0 to N - 1."""

    rows: list[int]  # N, each node's row in the table
    ancestors: list[frozenset[int]]  # N, of the nodes shown
    edges: np.ndarray  # [E, 2] (child, parent), the transitive reduction
    depths: np.ndarray  # [N] int: edges of the longest way up to a root, over all nodes and not only those shown

    @cached_property
    def parents(self) -> list[list[int]]:
        """Of each node, those it is joined to."""
        above: list[list[int]] = [[] for _ in self.rows]
        for child, parent in self.edges.tolist():
            above[child].append(parent)
        return above

    @cached_property
    def sizes(self) -> np.ndarray:
        """How many of the nodes shown are below each; [N] int."""
        below = np.zeros(len(self.rows), dtype=int)
        for above in self.ancestors:
            below[list(above)] += 1
        return below

    def nearest_of(self, tops: Sequence[int]) -> np.ndarray:
        """Which of some nodes each belongs to; [N] int, a place in `tops`, or -1.

        A node belongs to those of `tops` that are above it or that it is itself; of several to the smallest.
        """
        owner = np.full(len(self.rows), -1)
        for place in sorted(range(len(tops)), key=lambda place: -self.sizes[tops[place]]):
            top = tops[place]
            owner[[node == top or top in above for node, above in enumerate(self.ancestors)]] = place
        return owner

    def branches(self, most: int) -> list[int]:
        """At most `most` nodes whose subtrees part the hierarchy, the largest first.

        Beginning with the roots, the largest subtree is split into those of its node's children, again and again. It
        stays whole where they would be too many, or where those of some size, a fiftieth of all nodes or more, would
        leave out a quarter of it.
        """
        children: list[list[int]] = [[] for _ in self.rows]
        for child, parent in self.edges.tolist():
            children[parent].append(child)
        least = max(1, len(self.rows) // 50)

        def largest(nodes: Iterable[int]) -> list[int]:
            return sorted(
                {node for node in nodes if self.sizes[node] >= least}, key=lambda node: (-self.sizes[node], node)
            )

        found = largest(node for node, above in enumerate(self.ancestors) if not above)[:most]
        whole: set[int] = set()
        while (node := next((node for node in found if node not in whole), None)) is not None:
            parts = largest(children[node])
            together = largest({*found, *parts} - {node})
            if len(together) > most or self.sizes[parts].sum() < 0.75 * self.sizes[node]:
                whole.add(node)
            else:
                found = together
        return found


def choose_nodes(edges: np.ndarray, shown: Sequence[int] | None, top: int, nodes: int) -> ShownNodes:
    """Choose the nodes of a picture and join them.

    Args:
        edges: [E, 2] (child, parent), numbers below `nodes`; a closure, a reduction, or anything between.
        shown: rows of the nodes to show, or None for the `top` with the most descendants.
        nodes: how many there are.

    Raises:
        W2VError: edges that are no pairs, or that name a node that is not there.
    """
    edges = np.asarray(edges)
    if edges.size == 0:
        edges = np.empty((0, 2), dtype=int)
    if edges.ndim != 2 or edges.shape[1] != 2:
        raise W2VError(f"Expected edges as pairs (child, parent), [E, 2], and was given the shape {edges.shape}.")
    if edges.size and not 0 <= edges.min() <= edges.max() < nodes:
        raise W2VError(
            f"The edges name nodes from {edges.min()} to {edges.max()}, and there are {nodes} vectors, numbered from "
            "0; give the edges of the relations that these vectors were trained on."
        )
    above = _strict_ancestors(edges, nodes)
    below = np.zeros(nodes, dtype=int)
    for every in above:
        below[list(every)] += 1
    if shown is None:
        shown = np.argsort(-below, kind="stable")[: max(top, 0)].tolist()
    rows = sorted(dict.fromkeys(shown), key=lambda row: (-below[row], row))
    place = {row: number for number, row in enumerate(rows)}
    ancestors = [frozenset(place[other] for other in above[row] if other in place) for row in rows]
    pairs = [
        (node, parent)
        for node, every in enumerate(ancestors)
        for parent in sorted(every - frozenset().union(*(ancestors[other] for other in every)))
    ]
    depths = _depths(above)
    return ShownNodes(rows, ancestors, np.array(pairs, dtype=int).reshape(-1, 2), depths[rows])


def _strict_ancestors(edges: np.ndarray, nodes: int) -> list[set[int]]:
    """What is above each node and not also below it."""
    parents: list[list[int]] = [[] for _ in range(nodes)]
    for child, parent in edges.tolist():
        parents[child].append(parent)
    reached = []
    for node in range(nodes):
        seen: set[int] = set()
        ahead = parents[node]
        while ahead:
            new = set(ahead) - seen
            seen |= new
            ahead = [parent for other in new for parent in parents[other]]
        reached.append(seen)
    return [{other for other in seen if node not in reached[other]} for node, seen in enumerate(reached)]


def _depths(above: list[set[int]]) -> np.ndarray:
    """The longest way up from each node; [V] int. A node has more ancestors than each of them has."""
    depths = np.zeros(len(above), dtype=int)
    for node in sorted(range(len(above)), key=lambda node: len(above[node])):
        depths[node] = max((depths[other] + 1 for other in above[node]), default=0)
    return depths
