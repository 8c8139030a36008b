"""Draws words in proportion to count^exponent: the noise of negative sampling (Mikolov et al. 2013b, exponent 3/4).

The alias method (Walker 1977; Vose 1991): a table of V columns of equal width, each shared by at most two words. A draw
picks a column and then one of its two words: constant time for any vocabulary, exact to 2^-32.
"""

from typing import NamedTuple

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.errors import W2VError

_LOW_32 = np.uint64(0xFFFFFFFF)


class AliasTable(NamedTuple):
    """V columns: column i yields i when 32 random bits fall below `threshold[i]`, else `alias[i]`."""

    threshold: np.ndarray  # uint64 [V], in [0, 2^32]
    alias: np.ndarray  # int32 [V]


def noise_distribution(counts: np.ndarray, exponent: float) -> np.ndarray:
    """Probabilities q(w) proportional to count(w)^exponent; float64 [V], summing to 1.

    Args:
        counts: int64 [V], all positive.
        exponent: any real number; 0 is uniform, 1 the unigram distribution.

    Raises:
        W2VError: a power that overflows, or a count below 1.
    """
    counts = np.asarray(counts, dtype=np.float64)
    if counts.size == 0 or counts.min() < 1:
        raise W2VError("A noise distribution needs at least one word, each with a count of at least 1.")
    weights = np.exp(exponent * (np.log(counts) - np.log(counts.max() if exponent > 0 else counts.min())))
    total = weights.sum()
    if not np.isfinite(total):
        raise W2VError(f"ns_exponent is {exponent!r}; count^ns_exponent overflows. Expected a value near 0.75.")
    return weights / total


def alias_table(probability: np.ndarray) -> AliasTable:
    """The alias table of a distribution, float64 [V]."""
    size = len(probability)
    threshold, alias = np.full(size, 1 << 32, np.uint64), np.arange(size, dtype=np.int32)
    height = np.asarray(probability, dtype=np.float64) * size  # the average column is 1 high
    short, tall = np.empty((2, size), np.int32)
    _fill(height, threshold, alias, short, tall)
    return AliasTable(threshold, alias)  # columns left over are full but for rounding


@njit(error_model="numpy", _nrt=False)
def _fill(height, threshold, alias, short, tall):
    """Fill up each column that is too short from one that is too tall; there is room to list them."""
    n_short = n_tall = 0
    for i in range(height.size):
        if height[i] < 1.0:
            short[n_short] = i
            n_short += 1
        else:
            tall[n_tall] = i
            n_tall += 1
    while n_short > 0 and n_tall > 0:
        low, high = short[n_short - 1], tall[n_tall - 1]
        n_short -= 1
        threshold[low] = np.uint64(height[low] * 4294967296.0)
        alias[low] = high
        height[high] -= 1.0 - height[low]  # the rest of the short column
        if height[high] < 1.0:
            n_tall -= 1
            short[n_short] = high
            n_short += 1


@njit(inline="always")
def draw(threshold, alias, random):
    """One word id from 64 random bits: the upper half picks the column, the lower half the word in it."""
    column = randomness.below(random, threshold.size)
    if (random & _LOW_32) < threshold[column]:
        return np.int64(column)
    return np.int64(alias[column])


@njit
def draw_many(threshold, alias, key, first, n):
    """Numbers first, first + 1, ... of the stream `key`, as n word ids; int64 [n]."""
    drawn = np.empty(n, dtype=np.int64)
    for i in range(n):
        drawn[i] = draw(threshold, alias, randomness.bits(key, first + i))
    return drawn
