"""Groups that were planted are found, always the same, and bear the names of the words in their midst."""

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.plots.words.groups import START, cluster, find_groups
from w2v.plots.words.map import plot_words
from w2v.vectors import KeyedVectors

SIZES = (5, 20, 12)


def planted(noise=0.3, lengths=1.0):
    """Groups of different sizes around random centres; the first two words of each are its centre, nearly."""
    rng = np.random.default_rng(1)
    words, table = [], []
    for group, size in enumerate(SIZES):
        centre = rng.normal(size=25)
        for i in range(size):
            words.append(f"g{group}w{i}")
            table.append(
                (centre + (0.01 * (i + 1) if i < 2 else noise) * rng.normal(size=25)) * rng.uniform(1, lengths)
            )
    return KeyedVectors(words, np.array(table))


@pytest.mark.parametrize("lengths", [1.0, 9.0])
def test_planted_groups_are_found_whatever_the_lengths_of_vectors(lengths):
    vectors = planted(lengths=lengths)
    groups = find_groups(vectors, vectors.index_to_key, 3)
    assert set(groups) == set(vectors.index_to_key)
    names = list(dict.fromkeys(groups.values()))
    assert [set(name.split(", ")) for name in names] == [{f"g{g}w0", f"g{g}w1"} for g in (1, 2, 0)]  # largest first
    for word, name in groups.items():
        assert name.startswith(word[:2])


def test_groups_are_the_same_each_time_and_end_where_every_word_is_with_its_nearest_centre():
    rng = np.random.default_rng(2)
    units = rng.normal(size=(START + 500, 8))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    members = cluster(units, 6)
    np.testing.assert_array_equal(members, cluster(units, 6))
    assert members.shape == (START + 500,)
    assert np.bincount(members, minlength=6).min() > 100
    centres = np.stack([units[members == g].sum(axis=0) for g in range(6)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    assert ((units @ centres.T).argmax(axis=1) == members).mean() > 0.97


def test_a_map_shows_the_groups_in_its_legend():
    vectors = planted()
    groups = find_groups(vectors, vectors.index_to_key, 3)
    figure = plot_words(vectors, groups=groups, method="pca", note="Colours: three groups.")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(dict.fromkeys(groups.values()))
    assert "Colours: three groups." in figure.texts[-1].get_text()


def test_numbers_of_groups_that_cannot_be():
    vectors = planted()
    for n in (1, 41):
        with pytest.raises(W2VError, match=f"{n} groups are asked for; a map can tell from 2 to 40 apart"):
            find_groups(vectors, vectors.index_to_key, n)
    same = KeyedVectors(list("abcd"), [[1, 0], [2, 0], [0, 1], [0, 3]])
    with pytest.raises(W2VError, match="3 groups are asked for, and 2 are in these 4 words; ask for fewer"):
        find_groups(same, list("abcd"), 3)
    with pytest.raises(W2VError, match="ask for fewer"):
        find_groups(same, ["a"], 2)
