"""Which unrelated nodes a unit of training meets, and how many nodes each of them stands for.

    even       any of the V nodes alike, or, during the burn-in, in proportion to degree^exponent
    near       first one of u's relatives p, then one of the nodes below p: the nearer the common ancestor of u and
               a node, the fewer there are below it, and the likelier that node

The nodes that a point is confused with are few and near, and even draws hardly ever meet them: among 82,115 nouns,
fifty draws find one of the ten nearest in one unit of 160. So half of the draws are near ones. What they estimate is
the same sum: a node that a draws of each kind were expected to find m times was found with probability 1 - e^-m, and
counts for its inverse (Horvitz & Thompson 1952), relative to a node found by even draws alone,

    m(w) = a (1 / V + 1/n sum over the p that u and w share of 1 / |below p|),    weight(w) = (K / V) / (1 - e^-m(w))

with n relatives of u. No node comes twice, and neither u nor its relatives come.
"""

from typing import NamedTuple

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.heads.noise import draw

TRIES = 2  # draws for each negative that is wanted; what is a relative or was there already is dropped
_LOWER, _S32 = np.uint64(0xFFFFFFFF), np.uint64(32)


class Relatives(NamedTuple):
    """Node u's relatives are `nodes[start[u]:start[u + 1]]`, and it is one for `below[first[u]:first[u + 1]]`."""

    start: np.ndarray  # int64 [V + 1]
    nodes: np.ndarray  # int32 [E]
    weights: np.ndarray  # float64 [E]
    first: np.ndarray  # int64 [V + 1]
    below: np.ndarray  # int32 [E]


class Marks(NamedTuple):
    """For each node, the latest unit in which it was met, and in which it was a relative; units count from 1."""

    met: np.ndarray  # int32 [V]
    relative: np.ndarray  # int32 [V]


@njit
def find_negatives(u, relatives, noise, near, wanted, stamp, key, marks, found, weight):
    """Put up to `wanted` nodes into `found`, and how many each stands for, times K / V, into `weight`; how many it is.

    noise: an AliasTable of no entries where all nodes are alike, as they must be if `near`: half of the draws are near
    ones. stamp: this unit's, which also says which part of the random stream `key` is its own.
    """
    start, nodes, _, first, below = relatives
    threshold, alias = noise
    met, relative = marks
    total, begin = len(met), start[u]
    families = start[u + 1] - begin
    met[u] = stamp
    for place in range(begin, begin + families):
        met[nodes[place]] = relative[nodes[place]] = stamp
    ticket = np.uint64(stamp - 1) * np.uint64(TRIES * wanted)
    n = tried = 0
    while tried < TRIES * wanted and n < wanted:
        random = randomness.bits(key, ticket + np.uint64(tried))
        if near and tried % 2 == 1:
            p = nodes[begin + np.int64(((random & _LOWER) * np.uint64(families)) >> _S32)]
            drawn = np.int64(below[first[p] + randomness.below(random, first[p + 1] - first[p])])
        elif len(threshold) > 0:
            drawn = np.int64(draw(threshold, alias, random))
        else:
            drawn = randomness.below(random, total)
        tried += 1
        if met[drawn] != stamp:
            met[drawn] = stamp
            found[n], weight[n] = drawn, 1.0
            n += 1
    if near:
        for j in range(n):
            shared = 0.0
            for place in range(start[found[j]], start[found[j] + 1]):
                p = nodes[place]
                if relative[p] == stamp:
                    shared += 1.0 / (first[p + 1] - first[p])
            expected = 0.5 * tried * (1.0 / total + shared / families)
            weight[j] = wanted / total / (1.0 - np.exp(-expected))
    return n
