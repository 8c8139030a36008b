"""KeyedVectors made of others: chosen words, sorted words, vectors of another spread; the first ones never change."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import UnknownWordError, W2VError
from w2v.vectors import KeyedVectors, PoincareKeyedVectors, moments

V, D = 80, 6
WORDS = [f"word{i}" for i in range(V)]


def cloud(seed: int = 0, size: int = D) -> np.ndarray:
    """Vectors as trained ones are: far from the middle, and long in a few directions; float32 [V, size]."""
    generator = np.random.default_rng(seed)
    return (generator.normal(size=(V, size)) @ generator.normal(size=(size, size)) + 3).astype(np.float32)


COUNTS = np.sort(np.random.default_rng(5).zipf(1.5, V))[::-1]


@pytest.fixture
def kv():
    return KeyedVectors(WORDS, cloud(), COUNTS)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(moments, "ROWS", 7)


def spread(vectors: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance, as numpy has them."""
    vectors = vectors.astype(np.float64)
    return np.average(vectors, axis=0, weights=weights), np.cov(vectors.T, aweights=weights, ddof=0)


@pytest.mark.usefixtures("small_blocks")
@given(st.integers(0, 10**6), st.booleans())
def test_whitened_vectors_have_mean_zero_and_covariance_one(seed, uniform):
    kv = KeyedVectors(WORDS, cloud(seed), COUNTS)
    white = kv.whiten(uniform=uniform)
    mean, covariance = spread(white.vectors, np.ones(V) if uniform else COUNTS)
    np.testing.assert_allclose(mean, 0, atol=1e-4)
    np.testing.assert_allclose(covariance, np.eye(D), atol=1e-3)
    assert white.vectors.dtype == np.float32


def test_whitening_turns_nothing_and_keeps_words_and_counts(kv):
    """The map is symmetric: of all that whiten, vectors stay nearest to what they were."""
    white = kv.whiten()
    centred = kv.vectors - spread(kv.vectors, COUNTS)[0]
    matrix = np.linalg.lstsq(centred, white.vectors.astype(float), rcond=None)[0]
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-5)
    assert (np.linalg.eigvalsh(matrix) > 0).all()
    assert white.index_to_key == WORDS
    np.testing.assert_array_equal(white.counts, COUNTS)
    np.testing.assert_array_equal(kv.vectors, cloud())


def test_whitening_does_not_see_how_long_or_where_vectors_were(kv):
    expected = kv.whiten().vectors
    for scale, shift in ((1e-20, 0), (1e15, 0), (-1, 50)):
        moved = KeyedVectors(WORDS, scale * kv.vectors.astype(np.float64) + shift, COUNTS).whiten().vectors
        np.testing.assert_allclose(np.abs(moved), np.abs(expected), rtol=0.01, atol=2e-3)


def test_counts_make_the_difference(kv):
    """A word of half the text pulls the mean to itself; by vocabulary it is one of many."""
    counts = np.ones(V, int)
    counts[0] = V
    heavy = KeyedVectors(WORDS, kv.vectors, counts)
    assert np.linalg.norm(heavy.whiten().vectors[0]) < 1.5
    assert heavy.whiten(uniform=True).vectors.tobytes() == kv.whiten(uniform=True).vectors.tobytes()
    unseen = KeyedVectors(WORDS, kv.vectors, np.where(np.arange(V) < 40, counts, 0)).whiten()
    first = KeyedVectors(WORDS[:40], kv.vectors[:40], counts[:40]).whiten()
    np.testing.assert_allclose(unseen.vectors[:40], first.vectors, rtol=1e-4, atol=1e-5)


def test_directions_in_which_nothing_varies_become_zero():
    few = KeyedVectors(["a", "b", "c"], np.random.default_rng(0).normal(size=(3, 10)) + 4).whiten(uniform=True)
    values = np.linalg.eigvalsh(np.cov(few.vectors.T, ddof=0))
    np.testing.assert_allclose(values, [0] * 8 + [1] * 2, atol=1e-4)


def test_the_widest_directions_are_taken_away_with_the_mean(kv):
    before, _ = spread(kv.vectors, np.ones(V))
    values, directions = np.linalg.eigh(np.cov(kv.vectors.T.astype(float), ddof=0))
    for k in range(D):
        left = kv.all_but_the_top(k)
        mean, covariance = spread(left.vectors, np.ones(V))
        np.testing.assert_allclose(mean, 0, atol=1e-5)
        np.testing.assert_allclose(np.linalg.eigvalsh(covariance)[k:], values[: D - k], rtol=1e-4)
        np.testing.assert_allclose(left.vectors @ directions[:, D - k :], 0, atol=1e-5)
        rest = directions[:, : D - k]
        np.testing.assert_allclose(left.vectors @ rest, (kv.vectors - before) @ rest, atol=1e-4)
    np.testing.assert_array_equal(kv.all_but_the_top().vectors, kv.all_but_the_top(1).vectors)
    wide = KeyedVectors([str(i) for i in range(400)], np.random.default_rng(0).normal(size=(400, 300)))
    np.testing.assert_array_equal(wide.all_but_the_top().vectors, wide.all_but_the_top(3).vectors)


def test_sums_in_blocks_are_sums(kv, monkeypatch):
    whole = kv.whiten().vectors, kv.all_but_the_top(2).vectors, kv.same_company("word3", topn=None)
    monkeypatch.setattr(moments, "ROWS", 9)
    again = KeyedVectors(WORDS, cloud(), COUNTS)
    parts = again.whiten().vectors, again.all_but_the_top(2).vectors, again.same_company("word3", topn=None)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_vectors_of_some_words_are_gensims(kv):
    models = pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")
    theirs = models.KeyedVectors(D, count=0)
    theirs.add_vectors(WORDS, cloud())
    asked = ["word7", "nothing", "word2", "word7", "word70"]
    mine, expected = kv.vectors_for_all(asked), theirs.vectors_for_all(asked)
    assert mine.index_to_key == expected.index_to_key == ["word7", "word2", "word70"]
    np.testing.assert_array_equal(mine.vectors, expected.vectors)
    np.testing.assert_array_equal(mine.counts, COUNTS[[7, 2, 70]])
    assert not np.shares_memory(mine.vectors, kv.vectors)
    assert KeyedVectors(WORDS, cloud()).vectors_for_all(asked).counts is None
    with pytest.raises(UnknownWordError, match=r"'wrod7' is not in the vocabulary of 80 words.*'word7'"):
        kv.vectors_for_all(["wrod7"])
    with pytest.raises(W2VError, match=r"given \[\]"):
        kv.vectors_for_all([])


def test_sorted_words_are_gensims_and_ties_stay_as_they_are():
    counts = np.random.default_rng(0).permutation(V)
    kv = KeyedVectors(WORDS, cloud(), counts)
    made = kv.sort_by_descending_frequency()
    assert kv.index_to_key == WORDS
    assert made.counts.tolist() == sorted(counts, reverse=True)
    np.testing.assert_array_equal(made[WORDS], cloud())
    tied = KeyedVectors(WORDS, cloud(), np.arange(V) % 2).sort_by_descending_frequency()
    assert tied.index_to_key == WORDS[1::2] + WORDS[::2]
    assert tied.sort_by_descending_frequency().index_to_key == tied.index_to_key

    models = pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")
    theirs = models.KeyedVectors(D, count=0)
    theirs.add_vectors(WORDS, cloud())
    for word, count in zip(WORDS, counts.tolist(), strict=True):
        theirs.set_vecattr(word, "count", count)
    theirs.sort_by_descending_frequency()
    assert made.index_to_key == theirs.index_to_key
    np.testing.assert_array_equal(made.vectors, theirs.vectors)


def test_points_of_the_ball_are_chosen_and_sorted_and_no_more():
    ball = PoincareKeyedVectors(WORDS, cloud() / 100, COUNTS[::-1])
    for made in (ball.vectors_for_all(WORDS[:3]), ball.sort_by_descending_frequency()):
        assert type(made) is PoincareKeyedVectors
        assert made.vectors.dtype == np.float64
        assert made.distance("word1", "word2") == ball.distance("word1", "word2")
    for query in (
        ball.whiten,
        ball.all_but_the_top,
        lambda: ball.same_company("word1"),
        lambda: ball.relative_cosine_similarity("word1", "word2"),
    ):
        with pytest.raises(W2VError, match=r"\w+ is made of .* points of hyperbolic space"):
            query()


def test_what_cannot_be_made_is_told(kv):
    files = KeyedVectors(WORDS, cloud())
    for query, sentence in (
        (files.whiten, r"came without counts .* load the model folder, or give uniform=True"),
        (files.sort_by_descending_frequency, "came without counts"),
        (KeyedVectors(WORDS, cloud(), np.zeros(V)).whiten, "the counts of all words are 0"),
        (KeyedVectors(WORDS, np.full((V, D), 0.1), COUNTS).whiten, "all vectors are the same"),
        (KeyedVectors(["one"], [[1.0, 2.0]], [3]).whiten, "all vectors are the same"),
        (KeyedVectors(["a", "b"], np.ones((2, 3))).all_but_the_top, "all vectors are the same"),
        (lambda: kv.all_but_the_top(D), "k is 6, and these vectors vary in 6 directions: nothing would be left"),
        (lambda: kv.all_but_the_top(-1), "k is -1; expected a whole number, at least 0"),
        (lambda: kv.all_but_the_top(1.5), "k is 1.5; expected a whole number"),
        (KeyedVectors(["a", "b"], [[1, 2], [3, 5]]).all_but_the_top, "k is 1, and these vectors vary in 1 direction"),
    ):
        with pytest.raises(W2VError, match=sentence):
            query()
