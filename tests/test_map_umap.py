"""UMAP, in a file of its own since its compiler takes longer than all other maps together."""

import numpy as np
import pytest

from w2v.plots.words.map import plot_words
from w2v.vectors import KeyedVectors

pytest.importorskip("umap", reason="umap-learn (extra `umap`) is not installed")


def places(figure):
    return [np.asarray(collection.get_offsets()) for collection in figure.axes[0].collections]


@pytest.mark.long  # its compiler
def test_umap_finds_planted_groups_and_is_the_same_each_time():
    rng = np.random.default_rng(0)
    table = rng.normal(size=(5, 30))[np.arange(60) % 5] + 0.5 * rng.normal(size=(60, 30))
    vectors = KeyedVectors([f"w{i}" for i in range(60)], table)
    groups = {f"w{i}": f"group {i % 5}" for i in range(60)}
    figure, again = (plot_words(vectors, method="umap", groups=groups) for _ in range(2))
    for one, other in zip(places(figure), places(again), strict=True):
        np.testing.assert_array_equal(one, other)
    other = plot_words(vectors, method="umap", groups=groups, seed=2)
    assert not np.array_equal(places(figure)[0], places(other)[0])
    assert "UMAP of unit vectors (15 neighbours, seed 1)" in figure.texts[-1].get_text()
    centres = np.array([points.mean(axis=0) for points in places(figure)])
    nearest = [np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1) for points in places(figure)]
    assert np.mean([group == own for own, some in enumerate(nearest) for group in some]) > 0.95
    plot_words(vectors, top=3, method="umap")
