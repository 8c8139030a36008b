"""The Word Mover's Distance: gensim's, a metric, and the cheapest of all ways to move words."""

import sys
from itertools import permutations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from w2v.errors import W2VError
from w2v.vectors import KeyedVectors, PoincareKeyedVectors
from w2v.vectors.transport import least_cost

V, D = 12, 3
WORDS = [f"word{i}" for i in range(V)]
TABLE = 0.2 * np.random.default_rng(1).normal(size=(V, D)).astype(np.float32)
FLAT, BALL = KeyedVectors(WORDS, TABLE), PoincareKeyedVectors(WORDS, TABLE)
DOCUMENTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)


def assignment(one, other, costs):
    """What moving one distribution to another costs, exactly, for shares that are whole numbers of 60ths and so on.

    Each share is cut into parts of one size, and parts are assigned to parts: gensim's `ot.emd2`, which moves all words
    and leaves none in place.
    """
    parts = next(n for n in range(1, 400) if all(np.allclose(n * d, np.round(n * d), atol=1e-9) for d in (one, other)))
    rows, columns = (np.repeat(np.arange(len(d)), np.round(parts * d).astype(int)) for d in (one, other))
    table = costs[np.ix_(rows, columns)]
    return table[linear_sum_assignment(table)].sum() / parts


@pytest.fixture(scope="module")
def theirs():
    models = pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")
    other = models.KeyedVectors(D, count=0)
    other.add_vectors(WORDS, TABLE)
    return other


def test_distances_of_documents_are_gensims(theirs, monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", SimpleNamespace(emd2=assignment))
    rng = np.random.default_rng(0)
    for _ in range(40):
        one, other = ([*rng.choice([*WORDS, "nothing"], rng.integers(1, 9))] for _ in range(2))
        for norm in (True, False):
            expected = theirs.wmdistance(one, other, norm)
            assert FLAT.wmdistance(one, other, norm) == pytest.approx(expected, rel=1e-6, abs=1e-7)
    for documents in ([], ["word1"]), (["word1"], ["nothing"]), ([], []), (["word1", "word1"], ["word1"]):
        assert FLAT.wmdistance(*documents) == theirs.wmdistance(*documents)


@pytest.mark.parametrize("vectors", [FLAT, BALL], ids=["flat", "ball"])
@given(one=DOCUMENTS, other=DOCUMENTS, third=DOCUMENTS)
def test_it_is_a_metric(vectors, one, other, third):
    there = vectors.wmdistance(one, other)
    assert there == pytest.approx(vectors.wmdistance(other, one), abs=1e-9)
    assert there <= vectors.wmdistance(one, third) + vectors.wmdistance(third, other) + 1e-9
    assert vectors.wmdistance(one, one * 2) == 0
    assert (there > 0) == (sorted(one * len(other)) != sorted(other * len(one)))


@given(st.permutations(WORDS), st.integers(1, 4))
def test_of_all_ways_it_is_the_cheapest(shuffled, n):
    one, other = shuffled[:n], shuffled[-n:]
    for vectors in (FLAT, BALL):
        ways = (sum(vectors_apart(vectors, pair) for pair in zip(one, way, strict=True)) for way in permutations(other))
        assert vectors.wmdistance(one, other) == pytest.approx(min(ways) / n, rel=1e-6)


def vectors_apart(vectors, pair):
    if vectors is BALL:
        return vectors.distance(*pair)
    return np.linalg.norm(np.subtract(*(vectors.get_vector(word, norm=True).astype(float) for word in pair)))


def test_single_words_are_as_far_apart_as_their_vectors_and_what_is_shared_stays():
    assert FLAT.wmdistance(["word1"], ["word2"], norm=False) == pytest.approx(np.linalg.norm(TABLE[1] - TABLE[2]))
    assert BALL.wmdistance(["word1"], ["word2"]) == pytest.approx(BALL.distance("word1", "word2"))
    third = FLAT.wmdistance(["word1", "word3", "word4"], ["word2", "word4", "word3"])
    assert third == pytest.approx(FLAT.wmdistance(["word1"], ["word2"]) / 3)
    same = KeyedVectors(["a", "b"], np.ones((2, 2)))
    assert same.wmdistance(["a"], ["b"]) == 0


def test_long_documents_and_shares_that_no_float_holds():
    table = np.random.default_rng(0).normal(size=(300, 4))
    vectors = KeyedVectors([str(i) for i in range(300)], table)
    one, other = [*range(100), *range(67)], [*range(100, 231)]
    there = vectors.wmdistance(one, other)
    costs = np.linalg.norm(
        vectors.get_normed_vectors()[:100, None] - vectors.get_normed_vectors()[None, 100:231], axis=2
    )
    nearest = (np.bincount(one) @ costs.min(axis=1)) / len(one), costs.min(axis=0).mean()
    assert max(nearest) < there < costs.mean(), "no less than each word's way to the nearest, and better than at random"


def test_what_is_moved_arrives():
    costs = np.array([[1.0, 3.0], [2.0, 5.0]])
    assert least_cost(costs, np.array([2, 1]), np.array([1, 2])) == pytest.approx(2 * 3 + 1 * 2)
    for scale in (1e-30, 1e-8, 1e38):
        moved = least_cost(scale * costs, np.array([2, 1]), np.array([1, 2]))
        assert moved == pytest.approx(8 * scale, rel=1e-9, abs=0)
    assert least_cost(0 * costs, np.array([2, 1]), np.array([1, 2])) == 0


def test_documents_are_lists_of_words():
    for wrong in ("word1 word2", None, 3):
        with pytest.raises(W2VError, match="expected a list of one or more words, and was given"):
            FLAT.wmdistance(["word1"], wrong)
    with pytest.raises(W2VError, match="norm scales vectors to length one, and these are points of the unit ball"):
        BALL.wmdistance(["word1"], ["word2"], norm=True)
