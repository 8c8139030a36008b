"""The noise sampler draws in proportion to count^exponent."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from w2v.base import randomness
from w2v.errors import W2VError
from w2v.heads import noise as sampler

count_lists = st.lists(st.integers(1, 10**9), min_size=1, max_size=200)


@given(count_lists, st.floats(-2, 2))
def test_noise_distribution_is_proportional_to_a_power_of_the_counts(counts, exponent):
    q = sampler.noise_distribution(np.array(counts), exponent)
    assert q.sum() == pytest.approx(1)
    np.testing.assert_allclose(q / q[0], (np.array(counts) / counts[0]) ** exponent, rtol=1e-9)


@given(count_lists, st.floats(0, 1))
def test_the_table_holds_exactly_the_distribution(counts, exponent):
    """Each word's share of all columns, its own and those it is the alias of, is its probability."""
    q = sampler.noise_distribution(np.array(counts), exponent)
    threshold, alias = sampler.alias_table(q)
    share = np.minimum(threshold / 2**32, 1.0)
    held = share.copy()
    np.add.at(held, alias, 1 - share)
    np.testing.assert_allclose(held / len(q), q, atol=2**-31)


@pytest.mark.parametrize("exponent", [0.0, 0.5, 0.75, 1.0, -0.5])
def test_draws_pass_a_chi_square_test(exponent):
    counts = np.array([1000, 500, 250, 100, 50, 20, 10, 5])
    q = sampler.noise_distribution(counts, exponent)
    drawn = sampler.draw_many(*sampler.alias_table(q), randomness.stream_key(1, 2, 3, randomness.NOISE), 0, 200_000)
    assert chisquare(np.bincount(drawn, minlength=8), 200_000 * q).pvalue > 0.001


def test_draws_are_numbered():
    """Number i of a stream is the same word whether drawn alone or in a run: engines may draw in different portions."""
    table = sampler.alias_table(sampler.noise_distribution(np.arange(1, 50), 0.75))
    key = randomness.stream_key(5, 0, 0, randomness.NOISE)
    together = sampler.draw_many(*table, key, 0, 100)
    apart = [sampler.draw_many(*table, key, i, 1)[0] for i in range(100)]
    assert together.tolist() == apart


def test_a_count_below_one_is_refused():
    with pytest.raises(W2VError, match="count of at least 1"):
        sampler.noise_distribution(np.array([3, 0]), 0.75)
