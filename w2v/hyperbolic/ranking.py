"""How well points tell relations: filtered ranks and mean average precision, over all nodes.

Of a pair (u, v), all nodes are put in order of their distance from u, without u itself and without the other relatives
of u. The rank of v is its place,

    rank(u, v) = 1 + |{w : d(u, w) <= d(u, v), w neither u nor a relative of u}|,

so that a w just as far counts as nearer: points that coincide tell nothing apart. (Nickel & Kiela's code and gensim
have < there.) The relatives of u are its parents in the relations, as in Nickel & Kiela 2017, section 4.1. With
the ranks r_1 <= ... <= r_n of u's relatives, the i-th stands at place r_i + i - 1 of u's whole list, and

    AP(u) = 1/n sum_i i / (r_i + i - 1),    MAP = mean of AP(u) over all nodes u that have relatives.

Distances are compared, not needed: in the ball d grows with s = |x-y|^2 / ((1-|x|^2)(1-|y|^2)), d = 2 asinh sqrt(s),
and from one x the factor 1-|x|^2 is the same for all y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from w2v.base.compiled import njit
from w2v.base.settings import available_cores
from w2v.base.threads import InterruptiblePool
from w2v.errors import W2VError, counted
from w2v.geometry import EUCLIDEAN, LORENTZ, POINCARE, Space, to_ball
from w2v.hyperbolic import graph
from w2v.hyperbolic.relations import Relations

_TOGETHER = 32  # nodes that meet a stretch of points while it is in the nearest cache
_STRETCH = 512  # points


@dataclass(frozen=True)
class Ranking:
    """How near related nodes are, compared with unrelated ones: rank 1 and precision 1 are perfect."""

    mean_rank: float  # over the pairs
    mean_average_precision: float  # over the nodes
    pairs: int
    nodes: int

    def __str__(self) -> str:
        return (
            f"mean rank {self.mean_rank:.3f}  MAP {self.mean_average_precision:.4f}"
            f"  ({counted(self.pairs, 'pair')} of {counted(self.nodes, 'node')})"
        )


def reconstruction(
    points: np.ndarray,
    relations: Relations,
    *,
    space: Space = POINCARE,
    nodes: np.ndarray | None = None,
    workers: int = 0,
) -> Ranking:
    """Rank the parents of every node: do the points hold the relations they were made from?

    points: finite numbers [V, D], a row a node; in the open unit ball, or points of `space`, POINCARE, LORENTZ
    (then [V, D + 1]) or EUCLIDEAN. nodes: rank the parents of these only, integers [N]; all nodes still compete.
    workers: threads; 0 means one a core.

    Raises W2VError when the points do not fit, or there is nothing to rank.
    """
    return _ranking(points, relations.pairs, relations, space, nodes, workers)


def link_prediction(
    points: np.ndarray,
    held_out: np.ndarray,
    train: Relations,
    *,
    masked: bool = True,
    space: Space = POINCARE,
    workers: int = 0,
) -> Ranking:
    """Rank the pairs that were held out from training: do the points predict relations that they were not trained on?

    held_out: integers [H, 2], child and parent, as `relations.split` gives them. A node's parents in `train` are
    no competitors. Mean rank over the pairs, MAP over the nodes with a pair held out. The rest as above.

    masked: the parents in `train` are not ranked either, so that only what training never saw counts. False: all pairs
    of the nodes with a pair held out are ranked, known or not. Compare that with Nickel & Kiela's table, whose link
    prediction all but equals reconstruction (d = 10: 4.3 / .852 and 4.02 / .851), as held-out pairs alone never do.
    """
    pairs = held_out
    if not masked:
        known = np.isin(train.pairs[:, 0], held_out[:, 0])
        pairs = np.concatenate([held_out, train.pairs[known]])
    return _ranking(points, pairs, train, space, None, workers)


def ranks(
    points: np.ndarray, pairs: np.ndarray, known: np.ndarray, *, space: Space = POINCARE, workers: int = 0
) -> np.ndarray:
    """The filtered rank of each pair: int64 [E], at least 1.

    pairs: integers [E, 2], child u and relative v. known: integers [K, 2], more relatives, which are neither ranked nor
    competitors. points, space, workers, errors as in `reconstruction`.
    """
    table, scale = _comparable(points, space)
    if len(pairs) and not 0 <= pairs.min() <= pairs.max() < len(table):
        raise W2VError(f"the pairs name nodes {pairs.min()} to {pairs.max()}, but there are {len(table)} points.")
    by_node = np.lexsort((pairs[:, 1], pairs[:, 0]))
    asked = np.unique(pairs[:, 0]).astype(np.int64)
    targets = graph.lists(pairs, len(table))
    itself = np.repeat(asked[:, None], 2, axis=1)
    out = graph.lists(np.concatenate([pairs, known, itself]), len(table))
    columns = np.ascontiguousarray(table.T)
    found = np.empty(len(pairs), dtype=np.int64)

    def some(start: int) -> None:
        _rank(columns, scale, asked[start : start + _TOGETHER], *targets, *out, found)

    with InterruptiblePool(workers or available_cores()) as pool:
        list(pool.map(some, range(0, len(asked), _TOGETHER)))
    result = np.empty_like(found)
    result[by_node] = found
    return result


def average_precision(of_node: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """AP(u) of each node that has pairs, in order of the nodes: float64 [N], from their nodes and ranks, both [E]."""
    by_rank = np.lexsort((rank, of_node))
    _, starts, counts = np.unique(of_node[by_rank], return_index=True, return_counts=True)
    before = np.arange(len(rank)) - np.repeat(starts, counts)
    precision = (before + 1) / (rank[by_rank] + before)
    return np.add.reduceat(precision, starts) / counts


def _ranking(
    points: np.ndarray, pairs: np.ndarray, known: Relations, space: Space, nodes: np.ndarray | None, workers: int
) -> Ranking:
    if len(points) != len(known.nodes):
        raise W2VError(f"{len(points):,} points came with relations of {len(known.nodes):,} nodes; expected one each.")
    if nodes is not None:
        pairs = pairs[np.isin(pairs[:, 0], nodes)]
    if not len(pairs):
        raise W2VError("there is no pair to rank; give relations, held-out pairs or nodes that have parents.")
    rank = ranks(points, pairs, known.pairs, space=space, workers=workers)
    precision = average_precision(pairs[:, 0], rank)
    return Ranking(float(rank.mean()), float(precision.mean()), len(rank), len(precision))


def _comparable(points: np.ndarray, space: Space) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates [V, D], and by what to multiply |x-y|^2 for each y, [V], so that it grows with the distance."""
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape or not np.isfinite(points).all():
        raise W2VError(
            f"the points, of shape {list(points.shape)}, are not finite numbers [V, D]; training may have diverged."
        )
    if space is EUCLIDEAN:
        return points, np.ones(len(points))
    ball = to_ball(points) if space is LORENTZ else points
    room = 1 - np.einsum("vd,vd->v", ball, ball)
    if room.min() <= 0:
        raise W2VError(
            f"the point of node number {int(room.argmin())} is not within the unit ball: its length is "
            f"{np.linalg.norm(ball[room.argmin()]):.9g}. Give ball coordinates, or the space they are of."
        )
    return ball, 1 / room


@njit(nogil=True)
def _rank(columns, scale, asked, target_starts, targets, out_starts, out, rank):
    """Rank the targets of the nodes `asked`; `rank` [E] goes with `targets`.

    columns [D, V], scale [V]: see `_comparable`. out: the nodes that do not compete, ascending; the targets are among
    them. Without fast-math, and every point is measured by the same operations: a tie is a tie.
    """
    near = np.empty(_STRETCH)
    bounds = [_measure_some(columns, scale, u, targets[target_starts[u] : target_starts[u + 1]]) for u in asked]
    orders = [np.argsort(bound) for bound in bounds]
    passed = out_starts[asked]  # of a node's `out`, those before the stretch
    for u in asked:
        rank[target_starts[u] : target_starts[u + 1]] = 1
    for start in range(0, columns.shape[1], _STRETCH):
        factor = scale[start : start + _STRETCH]
        width = len(factor)
        for i in range(len(asked)):
            u = asked[i]
            near[:] = 0.0
            for d in range(len(columns)):
                x, column = columns[d, u], columns[d, start : start + width]
                for w in range(width):
                    near[w] += (column[w] - x) ** 2
            for w in range(width):
                near[w] *= factor[w]
            while passed[i] < out_starts[u + 1] and out[passed[i]] < start + width:
                near[out[passed[i]] - start] = np.nan  # no place: not within anything
                passed[i] += 1
            for j in orders[i][::-1]:  # the farthest first: commonly there is nothing within
                bound = bounds[i][j]
                within = 0
                for w in range(width):
                    within += near[w] <= bound
                if within == 0:
                    break
                rank[target_starts[u] + j] += within


@njit(nogil=True)
def _measure_some(columns, scale, u, others):
    measure = np.zeros(len(others))
    for i in range(len(others)):
        for d in range(len(columns)):
            measure[i] += (columns[d, others[i]] - columns[d, u]) ** 2
        measure[i] *= scale[others[i]]
    return measure
