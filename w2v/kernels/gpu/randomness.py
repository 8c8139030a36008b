"""The random numbers of `base/randomness.py`, on a GPU: the same from the same keys."""

import triton
import triton.language as tl


@triton.jit
def bits(key, i):
    """The i-th number of a stream, uint64; key: uint64, i: whole numbers of any shape."""
    z = key + (i.to(tl.uint64) + 1) * 0x9E3779B97F4A7C15
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB
    return z ^ (z >> 31)


@triton.jit
def below(random, n):
    """Whole numbers in [0, n), int32, from the upper 32 bits of `random`."""
    return (((random >> 32) * n.to(tl.uint64)) >> 32).to(tl.int32)


@triton.jit
def draw(threshold, alias, n, random):
    """Word ids from an alias table of n columns (`heads/noise.py`), one for each of some random numbers.

    threshold: int64 [n], alias: int32 [n].
    """
    column = below(random, n)
    own = (random & 0xFFFFFFFF).to(tl.int64) < tl.load(threshold + column)
    return tl.where(own, column, tl.load(alias + column))
