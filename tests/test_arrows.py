"""Arrows show a relation where there is one, and say how parallel they are where the page cannot lie."""

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from w2v.errors import W2VError
from w2v.plots.words.arrows import agreement, parse_pairs, plane
from w2v.plots.words.map import plot_words
from w2v.vectors import KeyedVectors


def related(pairs, size=40, noise=0.0, seed=0):
    """Words a0 ... and b0 ..., each b its a and one common direction."""
    rng = np.random.default_rng(seed)
    tails = rng.normal(size=(pairs, size))
    heads = tails + 3 * np.eye(size)[0] + noise * rng.normal(size=(pairs, size))
    words = [*(f"a{i}" for i in range(pairs)), *(f"b{i}" for i in range(pairs))]
    return KeyedVectors(words, np.vstack([tails, heads])), [(f"a{i}", f"b{i}") for i in range(pairs)]


def arrows(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]


def caption(figure):
    (text,) = (text for text in figure.texts if text.get_gid() == "caption")
    return " ".join(text.get_text().split())


def test_every_pair_has_its_arrow_from_the_first_word_to_the_second():
    vectors, pairs = related(8)
    figure = plot_words(vectors, pairs=pairs)
    spots = {c.get_offsets()[i].tobytes() for c in figure.axes[0].collections for i in range(len(c.get_offsets()))}
    ends = [np.array(arrow._posA_posB) for arrow in arrows(figure)]
    assert len(ends) == 8
    assert {end.tobytes() for pair in ends for end in pair} == spots
    assert "16 words" in caption(figure)
    assert "Across: the direction that the pairs share most" in caption(figure)


def test_related_pairs_are_parallel_and_point_to_the_right():
    units = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], dtype=float)
    shifted = units + np.array([0, 0, 0, 1.0])
    points, _ = plane(np.vstack([units, shifted]), np.arange(3), np.arange(3, 6))
    np.testing.assert_allclose(points[3:] - points[:3], [[1, 0]] * 3, atol=1e-9)
    assert "mean cosine of 1.00" in agreement(np.vstack([units, shifted]), np.arange(3), np.arange(3, 6))


def test_the_caption_tells_planted_from_random_pairs_though_both_point_to_the_right():
    vectors, pairs = related(10, noise=0.3)
    rng = np.random.default_rng(3)
    random = KeyedVectors(vectors.index_to_key, rng.normal(size=(20, 40)))
    told = []
    for one in (vectors, random):
        figure = plot_words(one, pairs=pairs)
        xs = [arrow._posA_posB[1][0] - arrow._posA_posB[0][0] for arrow in arrows(figure)]
        assert np.mean(xs) > 0
        told.append(float(caption(figure).split("mean cosine of ")[1].split()[0]))
    assert told[0] > 0.5
    assert abs(told[1]) < 0.15


def test_labels_keep_clear_of_arrows_and_of_each_other():
    vectors, pairs = related(12, noise=0.5)
    figure = plot_words(vectors, pairs=pairs, title="A title")
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) > 15
    assert not any(boxes[i].overlaps(boxes[j]) for i in range(len(boxes)) for j in range(i))
    to_pixels = figure.axes[0].transData.transform
    for arrow in arrows(figure):
        along = np.linspace(*to_pixels(np.array(arrow._posA_posB)), 50)[3:-3]
        assert not any(box.contains(x, y) for box in boxes for x, y in along)


def test_words_of_pairs_are_on_the_map_beside_others_and_with_another_method():
    vectors, pairs = related(6)
    figure = plot_words(vectors, ["a0", "a1", "b5"], pairs=pairs[:2], method="pca")
    assert {text.get_text() for text in figure.axes[0].texts} == {"a0", "b0", "a1", "b1", "b5"}
    assert len(arrows(figure)) == 2
    assert "PCA" in caption(figure)


def test_pairs_with_an_unknown_word_are_left_out_and_named():
    vectors, pairs = related(4)
    with pytest.warns(UserWarning, match="not on the map: unicorn"):
        figure = plot_words(vectors, pairs=[*pairs, ("a0", "unicorn")])
    assert len(arrows(figure)) == 4
    with (
        pytest.warns(UserWarning, match="unicorn"),
        pytest.raises(W2VError, match="no arrow to draw: of every pair one word or both"),
    ):
        plot_words(vectors, ["a1", "a2", "a3"], pairs=[("a0", "unicorn")])


def test_pairs_are_written_with_colons():
    assert parse_pairs(["man:woman", "king : queen"]) == [("man", "woman"), ("king", "queen")]
    for wrong in ("man-woman", "man:", ":woman", "a:b:c"):
        with pytest.raises(W2VError, match=f"'{wrong}' is no pair of words"):
            parse_pairs([wrong])
    with pytest.raises(W2VError, match="There are no pairs"):
        parse_pairs([])


def test_a_pair_of_equal_vectors_is_a_sentence_and_one_pair_says_nothing():
    vectors = KeyedVectors(list("abc"), [[1, 0, 0], [2, 0, 0], [0, 1, 1]])
    with pytest.raises(W2VError, match="two words of the same vector"):
        plot_words(vectors, pairs=[("a", "b"), ("a", "c")])
    figure = plot_words(KeyedVectors(list("abc"), np.eye(3)), ["c"], pairs=[("a", "b")])
    assert "one pair, so nothing can be said about a relation" in caption(figure)
