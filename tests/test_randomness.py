"""Random choices are functions of their place; the generator is SplitMix64."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from naive import bits as naive_bits
from naive import stream_key as naive_key

from w2v.base import randomness

places = st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 10**6), st.integers(0, 10**9), st.integers(1, 3))


@given(places, st.integers(0, 10**6))
def test_it_is_splitmix64(place, i):
    key = randomness.stream_key(*place)
    assert int(key) == naive_key(*place)
    assert _bits(key, i) == naive_bits(int(key), i)


def test_the_published_sequence():
    """SplitMix64 seeded with 1234567, from the reference implementation's known answers."""
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    assert [_bits(1234567, i) for i in range(5)] == known


@given(st.lists(places, min_size=2, max_size=50, unique=True))
def test_places_have_streams_of_their_own(several):
    assert len({int(randomness.stream_key(*place)) for place in several}) == len(several)


def test_numbers_below_n_are_uniform():
    key = randomness.stream_key(1, 0, 0, randomness.WIDTH)
    drawn = np.array([_below(_bits(key, i), 7) for i in range(70_000)])
    counts = np.bincount(drawn, minlength=7)
    assert len(counts) == 7
    chi_square = ((counts - 10_000) ** 2 / 10_000).sum()
    assert chi_square < 22.5  # the 0.999 quantile at 6 degrees of freedom


def _bits(key, i):
    return int(randomness.bits(np.uint64(key), i))


def _below(random, n):
    return randomness.below(np.uint64(random), n)
