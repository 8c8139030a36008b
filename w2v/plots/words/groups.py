"""Groups of words found in their vectors, each named after the two frequent words nearest its centre.

Spherical k-means (Dhillon & Modha 2001) raises the sum of cosines of words to the centre of their group,

    c_g = sum of the group's unit vectors, made unit;    group of w = argmax_g  c_g . w,

from the groups that Ward's method (Ward 1963) finds among the most frequent of the words: no chance is in it, so the
same words give the same groups.
"""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage

from w2v.errors import W2VError
from w2v.plots.figure import MOST_GROUPS
from w2v.plots.layout import unit_vectors
from w2v.plots.words.selection import with_composed
from w2v.vectors import KeyedVectors

START = 3000  # words that Ward's method sees: its time and memory go with the square of their number
ROUNDS = 100
KNOWN = 50  # words of a group, the most frequent, or a twentieth where that is more: a name should be a known word


def find_groups(vectors: KeyedVectors, words: Sequence[str], n: int) -> dict[str, str]:
    """The group of each word, for `plot_words`: `n` groups, the largest first, none empty.

    Args:
        vectors: that know all of the words.
        words: more than `n`, the most frequent first.
        n: from 2 to as many as a map can tell apart.

    Raises:
        W2VError: `n` out of range, or more than there are different words.
    """
    if not 2 <= n <= MOST_GROUPS:
        raise W2VError(f"{n} groups are asked for; a map can tell from 2 to {MOST_GROUPS} apart.")
    vectors, names = with_composed(vectors, words)
    words = names or []
    units = unit_vectors(vectors, [vectors.get_index(word) for word in words])
    members = cluster(units, n) if len(units) >= n else np.arange(len(units))
    if (found := len(set(members.tolist()))) < n:
        raise W2VError(f"{n} groups are asked for, and {found} are in these {len(words)} words; ask for fewer.")
    groups: dict[str, str] = {}
    for number in np.argsort(-np.bincount(members), kind="stable"):
        own = np.flatnonzero(members == number)
        known = own[: max(KNOWN, len(own) // 20)]
        central = known[np.argsort(-(units[known] @ units[own].sum(axis=0)), kind="stable")[:2]]
        groups |= dict.fromkeys([words[int(i)] for i in own], ", ".join(words[int(i)] for i in central))
    return groups


def cluster(units: np.ndarray, n: int) -> np.ndarray:
    """The group of each of some unit vectors [N, D]: int64 [N], from 0 to below `n`; some may be empty."""
    members: np.ndarray = fcluster(linkage(units[:START], "ward"), n, "maxclust").astype(np.int64) - 1
    centres = np.stack([units[: len(members)][members == g].sum(axis=0) for g in range(n)])
    before = np.empty(0)
    for _ in range(ROUNDS):
        lengths = np.linalg.norm(centres, axis=1, keepdims=True)
        members = (units @ (centres / np.where(lengths > 0, lengths, 1.0)).T).argmax(axis=1)
        if np.array_equal(members, before):
            break
        before = members
        filled = np.bincount(members, minlength=n) > 0  # a group that all words left keeps its place
        centres[filled] = np.stack([units[members == g].sum(axis=0) for g in np.flatnonzero(filled)])
    return members
