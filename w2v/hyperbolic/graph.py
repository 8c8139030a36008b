"""Directed graphs of (child, parent) pairs: who is above whom, directly or through others.

Cycles are allowed: the nodes of a strongly connected component count as one in all that needs an order.
"""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

import numpy as np

from w2v.errors import W2VError

_MOST_PAIRS = 100_000_000  # of a closure: 1.6 GB with their weights
_MOST_CYCLES = 10
_ENOUGH = 100_000  # pairs that tell whether there are longer ones than those to a parent


class Lists(NamedTuple):
    """A list of numbers for each of V nodes, one after the other."""

    starts: np.ndarray  # int64 [V + 1]
    values: np.ndarray  # int32 [E], ascending within a node


def lists(pairs: np.ndarray, nodes: int) -> Lists:
    """For each first node of `pairs` [E, 2] the second ones, ascending."""
    sorted_pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    starts = np.searchsorted(sorted_pairs[:, 0], np.arange(nodes + 1))
    return Lists(starts, sorted_pairs[:, 1].astype(np.int32))


def distinct(pairs: np.ndarray, weights: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """`pairs` [E, 2] where each first occurs, and the largest of its weights."""
    keys = pairs[:, 0].astype(np.int64) * nodes + pairs[:, 1]
    _, first, of_key = np.unique(keys, return_index=True, return_inverse=True)
    largest = np.zeros(len(first))
    np.maximum.at(largest, of_key, weights)
    in_order = np.argsort(first)
    return pairs[first[in_order]], largest[in_order]


def direct_only(pairs: np.ndarray, nodes: int) -> tuple[int, int, int] | None:
    """A node, a parent of it and one of that parent's, where no node is paired with a parent's parent.

    None where some are, as in a transitive closure, or where there is no parent's parent. Of many `pairs` [E, 2] the
    first `_ENOUGH` are looked at.
    """
    above = lists(pairs, nodes)
    child, parent = pairs[:_ENOUGH].T.astype(np.int64)
    first, numbers = above.starts[parent], above.starts[parent + 1] - above.starts[parent]
    of_pair = np.repeat(np.arange(len(parent)), numbers)
    within = np.arange(len(of_pair)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    beyond = above.values[first[of_pair] + within]
    other = np.flatnonzero(beyond != child[of_pair])
    implied = child[of_pair[other]] * nodes + beyond[other]
    if not len(other) or np.isin(implied, pairs[:, 0].astype(np.int64) * nodes + pairs[:, 1]).any():
        return None
    pair = of_pair[other[0]]
    return int(child[pair]), int(parent[pair]), int(beyond[other[0]])


def depths(pairs: np.ndarray, nodes: int) -> np.ndarray:
    """Steps of the longest way up from each node: int32 [V]; 0 for a root. Nodes of one cycle are equally deep.

    Level by level (Kahn 1962): the children whose last parent was on the level before.
    """
    of_node, groups = _components(pairs, nodes)
    above = _condensed(pairs, of_node, groups).tocoo()
    children = lists(np.stack([above.col, above.row], axis=1), groups)
    waits_for = np.bincount(above.row, minlength=groups)
    level = np.zeros(groups, dtype=np.int32)
    ready = np.flatnonzero(waits_for == 0)
    while len(ready):
        below = np.concatenate([_of(children, group) for group in ready.tolist()])
        np.subtract.at(waits_for, below, 1)
        following = np.unique(below[waits_for[below] == 0])
        level[following] = level[ready[0]] + 1
        ready = following
    return level[of_node]


def closure(pairs: np.ndarray, nodes: int) -> np.ndarray:
    """The pairs that `pairs` [E, 2] imply and do not hold, no node with itself: int32 [N, 2], ascending.

    Raises W2VError when all would be more than a hundred million.
    """
    of_node, groups = _components(pairs, nodes)
    reach = _reach(_condensed(pairs, of_node, groups))
    member = _matrix(np.stack([np.arange(nodes), of_node], axis=1), (nodes, groups))
    sizes = np.bincount(of_node, minlength=groups).astype(float)
    _check_size(sizes @ (reach @ sizes) + sizes @ sizes - nodes)
    same = _ones(member @ member.T)
    same.setdiag(0)
    implied = member @ reach @ member.T + same - _matrix(pairs, (nodes, nodes))
    implied.eliminate_zeros()
    found = implied.tocoo()
    return np.stack([found.row, found.col], axis=1)


def reduction(pairs: np.ndarray, nodes: int) -> np.ndarray:
    """Which of `pairs` [E, 2] do not follow from others: bool [E]; within a cycle, all remain."""
    of_node, groups = _components(pairs, nodes)
    step = _condensed(pairs, of_node, groups)
    detour = (step @ _reach(step)).multiply(step).tocoo()
    follows = detour.row.astype(np.int64) * groups + detour.col
    between = of_node[pairs].astype(np.int64)
    return ~np.isin(between[:, 0] * groups + between[:, 1], follows)


def cycles(pairs: np.ndarray, nodes: int) -> list[list[int]]:
    """A shortest cycle through one node of each strongly connected component, of the first ten; child to parent."""
    of_node, groups = _components(pairs, nodes)
    several = np.flatnonzero(np.bincount(of_node, minlength=groups) > 1)[:_MOST_CYCLES]
    inside = pairs[np.isin(of_node[pairs[:, 0]], several) & (of_node[pairs[:, 0]] == of_node[pairs[:, 1]])]
    parents = lists(inside, nodes)
    return [_cycle(parents, int(np.argmax(of_node == group))) for group in several]


def _cycle(parents: Lists, start: int) -> list[int]:
    came_from = {start: start}
    waiting = deque([start])
    while True:
        node = waiting.popleft()
        for parent in _of(parents, node).tolist():
            if parent == start:
                way = [node]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if parent not in came_from:
                came_from[parent] = node
                waiting.append(parent)


def _of(several: Lists, node: int) -> np.ndarray:
    return several.values[several.starts[node] : several.starts[node + 1]]


def _matrix(pairs: np.ndarray, shape: tuple[int, int]) -> Any:
    """A sparse matrix that is 1 at `pairs` [E, 2], and 0 elsewhere."""
    from scipy.sparse import csr_array

    return _ones(csr_array((np.ones(len(pairs), dtype=np.int32), (pairs[:, 0], pairs[:, 1])), shape=shape))


def _ones(matrix: Any) -> Any:
    matrix.data[:] = 1
    return matrix


def _components(pairs: np.ndarray, nodes: int) -> tuple[np.ndarray, int]:
    """The strongly connected component of every node: int32 [V], and how many there are."""
    from scipy.sparse.csgraph import connected_components

    groups, of_node = connected_components(_matrix(pairs, (nodes, nodes)), connection="strong")
    return of_node, int(groups)


def _condensed(pairs: np.ndarray, of_node: np.ndarray, groups: int) -> Any:
    """Which component has which others directly above it: sparse [groups, groups]."""
    between = of_node[pairs]
    return _matrix(between[between[:, 0] != between[:, 1]], (groups, groups))


def _reach(step: Any) -> Any:
    """Which component has which others above it, by ways of 1, 2, 4, 8 ... steps: sparse [groups, groups]."""
    reach = step
    while True:
        longer = _ones(reach + reach @ reach)
        if longer.nnz == reach.nnz:
            return reach
        reach = longer
        _check_size(reach.nnz)


def _check_size(number: float) -> None:
    if number > _MOST_PAIRS:
        raise W2VError(
            f"the transitive closure has more than {_MOST_PAIRS:,} pairs; train on the given pairs, or on a part of "
            f"the hierarchy."
        )
