"""Laws of the Huffman tree."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import huffman_cost

from w2v.errors import W2VError
from w2v.heads.tree import coding_tree, huffman_tree

count_lists = st.lists(st.integers(0, 10**6), min_size=2, max_size=120)


@given(count_lists)
def test_cost_is_the_least_possible(counts):
    tree = huffman_tree(np.array(counts))
    assert int((tree.lengths * np.array(counts)).sum()) == huffman_cost(counts)


@given(count_lists)
def test_kraft_equality(counts):
    """sum 2^-length = 1: the tree is full, no decision is wasted."""
    assert sum(2.0 ** -int(length) for length in huffman_tree(np.array(counts)).lengths) == pytest.approx(1, abs=1e-12)


@given(count_lists)
def test_no_code_begins_another(counts):
    tree = huffman_tree(np.array(counts))
    codes = sorted("".join(map(str, tree.path(word)[1])) for word in range(len(counts)))
    assert not any(later.startswith(code) for code, later in itertools.pairwise(codes))


@given(count_lists)
def test_codes_and_points_describe_one_tree(counts):
    """A node and a turn lead to one place, all V - 1 inner nodes are used, and the root is node 0."""
    tree = huffman_tree(np.array(counts))
    after = {}
    for word in range(len(counts)):
        points, codes = tree.path(word)
        assert points[0] == 0
        for node, code, following in zip(points, codes, [*points[1:], -1 - word], strict=True):
            assert after.setdefault((node, code), following) == following
    assert {node for node, _ in after} == set(range(len(counts) - 1))
    assert len(after) == 2 * len(counts) - 2


@given(count_lists)
def test_more_frequent_words_have_no_longer_codes(counts):
    counts = sorted(counts, reverse=True)
    assert (np.diff(huffman_tree(np.array(counts)).lengths) >= 0).all()


def test_a_tree_known_by_hand():
    tree = huffman_tree(np.array([5, 2, 1, 1]))
    assert tree.lengths.tolist() == [1, 2, 3, 3]


@given(count_lists)
def test_a_balanced_tree_has_codes_of_one_length_but_for_a_bit(counts):
    tree = coding_tree(np.array(counts), "balanced")
    depth = np.log2(len(counts))
    assert set(tree.lengths) <= {np.floor(depth), np.ceil(depth)}
    assert sum(2.0 ** -int(length) for length in tree.lengths) == pytest.approx(1, abs=1e-12)


def test_ties_are_settled_the_same_way_every_time():
    counts = np.array([3, 3, 3, 3, 1, 1, 1, 1])
    first, second = huffman_tree(counts), huffman_tree(counts.copy())
    assert all((a == b).all() for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(("counts", "sentence"), [([7], "at least two words"), ([3, -1], "at least 0")])
def test_impossible_counts_are_refused(counts, sentence):
    with pytest.raises(W2VError, match=sentence):
        huffman_tree(np.array(counts))
