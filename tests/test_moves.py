"""Two models on one map: turning a model moves no word, and words that were moved on purpose are found and marked."""

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from w2v.errors import W2VError
from w2v.plots.layout import unit_vectors
from w2v.plots.words.two_models import align, plot_moves
from w2v.vectors import KeyedVectors

N, D, GROUPS = 120, 24, 6


@pytest.fixture(scope="module")
def first():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(GROUPS, D))
    table = centres[np.arange(N) % GROUPS] + 0.4 * rng.normal(size=(N, D))
    return KeyedVectors([f"w{i}" for i in range(N)], table, np.arange(N, 0, -1) * 7)


def turned(vectors, moved=(), seed=1):
    """The same words in another order, turned and stretched, and some of them put where the next group is."""
    rng = np.random.default_rng(seed)
    table = vectors.vectors.astype(np.float64)
    for word in moved:
        table[word] = vectors.vectors[word + 1] + 0.05 * rng.normal(size=D)
    turn = np.linalg.qr(rng.normal(size=(D, D)))[0]
    order = rng.permutation(len(vectors))
    return KeyedVectors([vectors.index_to_key[i] for i in order], (3 * table @ turn)[order])


def arrows(figure):
    return [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]


def caption(figure):
    return " ".join(figure.texts[-1].get_text().split())


def test_turning_and_stretching_a_model_moves_no_word(first):
    moves = align(first, turned(first))
    assert moves.words == first.index_to_key
    np.testing.assert_allclose(moves.distances, 0, atol=1e-5)
    figure = plot_moves(first, turned(first), method="pca")
    assert arrows(figure) == []
    assert "median 0.00, none moved" in caption(figure)


def test_alignment_leaves_similarities_within_the_second_model_alone(first):
    second = turned(first, moved=(0, 6, 30))
    moves = align(first, second)
    units = unit_vectors(second, [second.key_to_index[word] for word in moves.words])
    np.testing.assert_allclose(moves.second @ moves.second.T, units @ units.T, atol=1e-6)


def test_moved_words_are_marked_labelled_and_point_to_their_new_neighbours(first):
    moved = (0, 6, 12, 31, 50)
    figure = plot_moves(first, turned(first, moved), names=("before", "after"), method="pca", title="A title")
    marked = arrows(figure)
    assert len(marked) == 20
    still, hollow = figure.axes[0].collections[2].get_offsets(), figure.axes[0].collections[1].get_offsets()
    assert len(still) == N - 20
    assert len(hollow) == 20
    distances = align(first, turned(first, moved)).distances
    assert set(np.argsort(-distances)[:5]) == set(moved)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["in before", "in after"]
    labels = {text.get_text() for text in figure.axes[0].texts}
    assert {f"w{word}" for word in moved} <= labels
    # Where they come from as well as where they go, as far as there is room.
    assert sum(text.get_text() in {f"w{word}" for word in moved} for text in figure.axes[0].texts) >= 7
    # In the order of frequency the marked words come first: their arrows end amid the group that they were put into.
    order = sorted(np.argsort(-distances, kind="stable")[:20])
    rest = [i for i in range(N) if i not in order]
    centres = np.array(
        [still[[place for place, i in enumerate(rest) if i % GROUPS == g]].mean(axis=0) for g in range(6)]
    )
    for word in moved:
        start, end = marked[order.index(word)]._posA_posB
        assert np.linalg.norm(centres - start, axis=1).argmin() == word % GROUPS
        assert np.linalg.norm(centres - end, axis=1).argmin() == (word + 1) % GROUPS


def test_labels_never_overlap_and_the_caption_is_on_the_page(first):
    figure = plot_moves(first, turned(first, range(0, 60, 3)), method="pca", title="A title", dpi=100)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) > 50
    assert not any(boxes[i].overlaps(boxes[j]) for i in range(len(boxes)) for j in range(i))
    for text in [*figure.texts, *figure.legends]:
        box = text.get_window_extent()
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert 0 <= box.y0 < box.y1 <= figure.bbox.y1
        assert not box.overlaps(figure.axes[0].get_window_extent())


def test_a_short_arrow_has_one_label_for_both_its_ends(first):
    rng = np.random.default_rng(2)
    second = KeyedVectors(first.index_to_key, first.vectors + 0.02 * rng.normal(size=first.vectors.shape))
    figure = plot_moves(first, second, method="pca", dpi=100)
    labels = [text.get_text() for text in figure.axes[0].texts]
    assert len(arrows(figure)) == 20
    twice = {label for label in labels if labels.count(label) == 2}
    to_pixels = figure.axes[0].transData.transform
    long = [np.linalg.norm(np.diff(to_pixels([arrow._posA_posB[0], arrow._posA_posB[1]]), axis=0)) > 50
            for arrow in arrows(figure)]  # fmt: skip
    assert len(twice) <= sum(long) < 20


def test_models_of_different_sizes_and_vocabularies_are_compared_on_what_they_share(first):
    flat = KeyedVectors(first.index_to_key[:50], np.asarray(first.vectors[:50, :10]))
    moves = align(first, flat)
    assert moves.first.shape == moves.second.shape == (50, D)
    with pytest.warns(UserWarning, match="Not in both vocabularies, so not on the map: w70, unicorn"):
        moves = align(first, flat, ["w3", "w2", "w1", "w70", "unicorn"])
    assert moves.words == ["w1", "w2", "w3"]


def test_too_few_words_are_a_sentence(first):
    other = KeyedVectors(["w0", "w1"], np.eye(2))
    with pytest.raises(W2VError, match="at least three words that both know, and got 2"):
        align(first, other)
    with pytest.raises(W2VError, match="at least six words that both models know, and got 5"):
        plot_moves(first, first, top=5)
