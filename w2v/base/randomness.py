"""Seeded randomness that every engine shares.

SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators") as a *counter-based* generator:
the i-th number of a stream is `mix(key + (i + 1) * GOLDEN)`, a pure function of the stream's key and of i. The key
mixes (seed, epoch, block, purpose). So a random choice depends on *where* it is made and on nothing else: not on the
engine, nor on the number of threads, nor on what was drawn before.
"""

import numpy as np

from w2v.base.compiled import njit

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S32 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32)
_ONE = np.uint64(1)

# What a stream is for. Two choices at one place must not share their numbers.
KEEP, WIDTH, NOISE = 1, 2, 3


@njit(inline="always")
def mix(z):
    """SplitMix64's finaliser: a bijection of uint64 whose output bits look independent."""
    z = (z ^ (z >> _S30)) * _M1
    z = (z ^ (z >> _S27)) * _M2
    return z ^ (z >> _S31)


@njit
def stream_key(seed, epoch, block, purpose):
    """The key of the stream for one purpose (KEEP, WIDTH, NOISE) in one block of one epoch; uint64."""
    key = mix(np.uint64(seed) + GOLDEN)
    key = mix(key + np.uint64(epoch) * GOLDEN + _ONE)
    key = mix(key + np.uint64(block) * GOLDEN + _ONE)
    return mix(key + np.uint64(purpose) * GOLDEN + _ONE)


@njit(inline="always")
def bits(key, i):
    """The i-th number of a stream: 64 random bits."""
    return mix(key + (np.uint64(i) + _ONE) * GOLDEN)


@njit(inline="always")
def below(random, n):
    """A whole number in [0, n) from the upper 32 bits of `random` (Lemire 2019; its bias is below n / 2^32)."""
    return np.int64(((random >> _S32) * np.uint64(n)) >> _S32)
