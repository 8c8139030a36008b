"""The picture of a Huffman tree shows each word's code, and its branches spell the same code."""

import itertools
import re

import numpy as np
import pytest
from matplotlib.patches import PathPatch

from w2v.errors import UnknownWordError, W2VError
from w2v.heads.tree import huffman_tree
from w2v.plots.words.tree import MOST, plot_tree
from w2v.vectors import KeyedVectors

COUNTS = [40, 20, 15, 9, 8, 5, 2, 1]
WORDS = ["the", "of", "king", "queen", "$odd$", "sea", "ship", "a-rather-long-word-indeed"]


@pytest.fixture(scope="module")
def vectors():
    return KeyedVectors(WORDS, np.eye(8), COUNTS)


def caption(figure):
    (text,) = (text for text in figure.texts if text.get_gid() == "caption")
    return text


def lines_of(figure):
    """What stands to the right of the tree: word -> (count, code), read off the page line by line."""
    texts = [
        (round(t.get_position()[1], 6), t.get_position()[0], t.get_text())
        for t in figure.texts
        if t.get_gid() != "caption"
    ]
    lines = {}
    for y in {y for y, _, _ in texts}:
        word, count, *code = [text for _, x, text in sorted((y, x, text) for other, x, text in texts if other == y)]
        lines[word] = (count, "".join(code))
    return lines


def test_every_word_stands_beside_its_count_and_its_code(vectors):
    tree = huffman_tree(np.array(COUNTS))
    codes = {word: "".join(map(str, tree.path(i)[1])) for i, word in enumerate(WORDS)}
    drawn = lines_of(plot_tree(vectors))
    assert drawn == {word: (str(count), codes[word]) for word, count in zip(WORDS, COUNTS, strict=True)}


def test_branches_spell_the_codes(vectors):
    """Walk each branch of the drawing from the root: the numbers on it are the codes."""
    figure = plot_tree(vectors)
    (axes,) = figure.axes
    branches = [patch.get_path().vertices for patch in axes.patches if isinstance(patch, PathPatch)]
    assert len(branches) == 2 * (len(WORDS) - 1)
    numbers = {(round(t.get_position()[0] + 0.19), t.get_position()[1]): t.get_text() for t in axes.texts}
    reached = {}
    todo = [(*next(b[0] for b in branches if b[0][0] == 0), "")]
    while todo:
        x, y, code = todo.pop()
        onward = [branch[-1] for branch in branches if tuple(branch[0]) == (x, y)]
        if not onward:
            reached[y] = code
        todo += [(*end, code + numbers[(round(end[0]), end[1])]) for end in onward]
        if onward:
            assert len(onward) == 2
            assert np.mean([end[1] for end in onward]) == y  # a node stands amid its two
    from_above = [code for _, code in sorted(reached.items())]
    assert from_above == sorted(code for _, code in lines_of(figure).values())


def test_the_caption_has_the_mean_length_and_the_entropy(vectors):
    shares = np.array(COUNTS) / sum(COUNTS)
    told = " ".join(caption(plot_tree(vectors)).get_text().split())
    mean = float(shares @ huffman_tree(np.array(COUNTS)).lengths)
    entropy = float(-shares @ np.log2(shares))
    numbers = [float(number) for number in re.findall(r"\d+\.\d\d", told)]
    assert numbers == [pytest.approx(mean, abs=0.006), pytest.approx(entropy, abs=0.006)]
    assert entropy <= mean < entropy + 1
    assert "codes of equal length would take 3." in told


@pytest.mark.parametrize("n", [2, 8, MOST])
def test_nothing_overlaps_and_nothing_leaves_the_page(n):
    rng = np.random.default_rng(n)
    counts = np.sort(rng.zipf(1.3, n).clip(max=10**9))[::-1]
    words = [f"word{'x' * int(rng.integers(14))}{i}" for i in range(n)]
    figure = plot_tree(KeyedVectors(words, rng.normal(size=(n, 3)), counts), top=n, title="A title", dpi=100)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.texts] + [
        text.get_window_extent() for text in figure.axes[0].texts
    ]
    frame = figure.axes[0].get_window_extent()
    for box in boxes:
        assert 0 <= box.x0 < box.x1 <= figure.bbox.x1
        assert 0 <= box.y0 < box.y1 <= figure.bbox.y1
    beside = [(text, box) for text, box in zip(figure.texts[1:], boxes[1:], strict=False) if text != caption(figure)]
    assert all(box.x0 >= frame.x1 - 1 for _, box in beside)
    lines = {}
    for text, box in beside:
        lines.setdefault(round(text.get_position()[1], 6), []).append(box)
    for line in lines.values():
        line.sort(key=lambda box: box.x0)
        assert all(left.x1 <= right.x0 + 2 for left, right in itertools.pairwise(line))


def test_the_words_may_be_chosen(vectors):
    assert set(lines_of(plot_tree(vectors, ["sea", "the", "king", "the"]))) == {"the", "king", "sea"}
    assert len(lines_of(plot_tree(vectors, top=3))) == 3
    with pytest.raises(UnknownWordError, match="unicorn"):
        plot_tree(vectors, ["the", "unicorn"])


def test_counts_are_enough(vectors):
    drawn = plot_tree(dict(reversed(list(zip(WORDS, COUNTS, strict=True)))))
    assert lines_of(drawn) == lines_of(plot_tree(vectors))
    assert "The Huffman tree of all 8 words: word" in caption(drawn).get_text()
    fewer = plot_tree(dict(zip(WORDS, COUNTS, strict=True)), top=3)
    assert "The Huffman tree of the 3 most frequent words alone: word" in caption(fewer).get_text()
    for counts in ({}, {"a": 0, "b": 1}, {"a": 0.5, "b": 1.0}):
        with pytest.raises(W2VError, match="expected whole numbers by word, at least 1"):
            plot_tree(counts)


def test_what_has_no_tree_is_a_sentence(vectors):
    with pytest.raises(W2VError, match="made of counts, and these vectors came without"):
        plot_tree(KeyedVectors(WORDS, np.eye(8)))
    with pytest.raises(W2VError, match=f"2 to {MOST} words, and 1 were given"):
        plot_tree(vectors, ["the"])
    many = KeyedVectors([str(i) for i in range(MOST + 1)], np.eye(MOST + 1), np.ones(MOST + 1))
    with pytest.raises(W2VError, match=f"and {MOST + 1} were given"):
        plot_tree(many, top=MOST + 1)
