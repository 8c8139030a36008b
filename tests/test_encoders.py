"""Windows and bags are those of the plain-Python twin, for every seed and place."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.examples import encoders

blocks = st.lists(st.integers(-1, 9), max_size=60)
places = st.tuples(st.integers(0, 2**40), st.integers(0, 20), st.integers(0, 10**6))
KEEP = np.array([0.05, 0.2, 0.4, 0.5, 0.7, 0.9, 1.0, 1.0, 1.0, 1.0])


def cut(block, window, shrink, place, keep=KEEP):
    return encoders.cut_windows(np.array(block, np.int32), encoders.keep_thresholds(keep), window, shrink, *place)


@given(blocks, st.integers(1, 7), st.booleans(), places)
def test_windows_are_those_of_the_definition(block, window, shrink, place):
    ids, start, stop = cut(block, window, shrink, place)
    found = [(ids[i], [*ids[start[i] : i], *ids[i + 1 : stop[i]]]) for i in range(len(ids))]
    assert found == naive.windows(block, KEEP, window, shrink, *place)


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@given(block=blocks, place=places)
def test_bags_are_those_of_the_definition(arch, block, place):
    windows = cut(block, 3, True, place)
    bags = encoders.bags(arch, windows, 0, len(windows.ids))
    members = np.split(bags.members, bags.offsets[1:-1]) if len(bags.target) else []
    found = [(list(bag), target) for bag, target in zip(members, bags.target, strict=True)]
    assert found == naive.examples(arch, naive.windows(block, KEEP, 3, True, *place))


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@given(block=blocks, place=places, size=st.integers(1, 12))
def test_runs_of_hidden_vectors_share_the_examples_out(arch, block, place, size):
    """Chunk by chunk the bags are made of the chunk's places (cbow: their windows), and no example is lost or twice."""
    windows = cut(block, 3, True, place)
    found = []
    for first in range(0, len(windows.ids), size):
        part = encoders.bags(arch, windows, first, min(first + size, len(windows.ids)))
        bags = [tuple(bag) for bag in np.split(part.members, part.offsets[1:-1])][: len(part.target)]
        if arch == "skipgram":
            assert {word for (word,) in bags} <= set(windows.ids[first : first + size])
        else:
            assert set(part.target) <= set(windows.ids[first : first + size])
        found += zip(bags, part.target, strict=True)
    whole = naive.examples(arch, naive.windows(block, KEEP, 3, True, *place))
    assert sorted(found) == sorted((tuple(bag), target) for bag, target in whole)


def test_a_window_never_crosses_a_sentence():
    ids, start, stop = cut([6, 7, -1, 8, 9], 5, False, (1, 0, 0))
    assert list(zip(start, stop, strict=True)) == [(0, 2), (0, 2), (2, 4), (2, 4)]
    assert ids.tolist() == [6, 7, 8, 9]


def test_words_are_kept_as_often_as_asked():
    block = [2] * 20_000  # to be kept with probability 0.4
    assert len(cut(block, 5, True, (3, 0, 0)).ids) == pytest.approx(8000, abs=250)


def test_shrinking_weighs_near_words_more():
    """With width uniform on 1..w, a word at distance d is seen with probability 1 - (d - 1) / w."""
    ids, start, _ = cut([6] * 30_000, 4, True, (3, 0, 0))
    reach = np.arange(len(ids)) - start
    seen = [(reach[10:] >= d).mean() for d in (1, 2, 3, 4)]
    np.testing.assert_allclose(seen, [1, 0.75, 0.5, 0.25], atol=0.02)
