"""Figures of a comparison: the numbers are there, heads keep their colours, and no label lies on another."""

from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import to_hex

from w2v.comparison import figures
from w2v.errors import W2VError
from w2v.plots.figure import PALETTE, save_figure
from w2v.plots.training import comparison
from w2v.plots.words.side_by_side import frequent_words, side_by_side
from w2v.vectors import KeyedVectors, PoincareKeyedVectors

HEADS = ("softmax", "ns", "hs")
ENCODERS = ("Skip-gram", "CBOW")
CURVES = {
    (encoder, head): [(0.1 * 4**i * t, 8 - 0.4 * t - i / 10) for t in (1, 2, 4)]
    for encoder in ENCODERS
    for i, head in enumerate(HEADS)
}


def apart(texts):
    """Whether no two of the texts overlap."""
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    return not any(boxes[i].overlaps(boxes[j]) for i in range(len(boxes)) for j in range(i))


def on_page(figure):
    texts = [*figure.texts, *(t for axes in figure.axes for t in (*axes.texts, axes.title, *axes.get_yticklabels()))]
    boxes = [text.get_window_extent() for text in texts if text.get_text()]
    page = figure.bbox
    return all(page.x0 <= b.x0 and b.x1 <= page.x1 and page.y0 <= b.y0 and b.y1 <= page.y1 for b in boxes)


def test_each_encoder_has_a_panel_and_each_head_a_line_of_its_colour():
    figure = comparison.likelihood_against_time(CURVES, {"Skip-gram": 8.2, "CBOW": 8.1})
    figure.canvas.draw()
    assert [axes.title.get_text() or axes.get_title(loc="left") for axes in figure.axes] == [
        f"{encoder}: held-out nats per word" for encoder in ENCODERS
    ]
    for encoder, axes in zip(ENCODERS, figure.axes, strict=True):
        *lines, level = axes.lines
        assert [to_hex(line.get_color()).upper() for line in lines] == list(PALETTE[:3])
        assert lines[1].get_xydata().tolist() == pytest.approx(np.array(CURVES[encoder, "ns"]))
        assert level.get_ydata()[0] == {"Skip-gram": 8.2, "CBOW": 8.1}[encoder]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [*HEADS, "only word frequencies"]
    assert not [text for axes in figure.axes for text in axes.texts]  # which a line might strike
    assert on_page(figure)


def test_of_points_that_would_lie_on_each_other_one_has_a_mark():
    first, second, *others = [(0.031, 6.9), (0.0311, 6.88), (0.1, 6.0), (0.3, 4.9)]
    curves = {
        ("CBOW", "ns"): [first, second, *others],
        ("CBOW", "hs"): [first, *others],
        ("CBOW", "pmi"): [(2.0 + i / 500, 6.0) for i in range(9)],
    }
    (axes,) = comparison.likelihood_against_time(curves, {"CBOW": 7.0}).axes
    assert [line.get_markevery() for line in axes.lines[:3]] == [[1, 2, 3], None, [8]]


def test_a_wild_beginning_does_not_flatten_the_rest():
    curves = {("CBOW", "ns"): [(1, 400.0), (2, 6.0)], ("CBOW", "hs"): [(1, 7.0), (2, 5.0)]}
    (axes,) = comparison.likelihood_against_time(curves, {"CBOW": 7.5}).axes
    assert axes.get_ylim()[1] < 11
    assert axes.get_ylim()[0] < 5


def test_heads_that_learn_nothing_are_still_seen():
    (axes,) = comparison.likelihood_against_time({("CBOW", "ns"): [(1, 9.0), (2, 8.5)]}, {"CBOW": 7.5}).axes
    assert axes.get_ylim()[1] > 9


@pytest.mark.parametrize("panels", [1, 2, 3, 5])
def test_bars_have_their_numbers_beside_them(panels):
    rows = {(encoder, head): (i * 10.0, f"{i * 10}") for encoder in ENCODERS for i, head in enumerate(HEADS, 1)}
    figure = comparison.bars({f"panel {n}": rows for n in range(panels)})
    figure.canvas.draw()
    for axes in figure.axes:
        assert [bar.get_width() for bar in axes.patches] == [10, 20, 30] * 2
        assert [text.get_text() for text in axes.texts] == ["10", "20", "30"] * 2
        right = axes.get_window_extent().x1
        assert all(text.get_window_extent().x1 < right for text in axes.texts)
        assert apart(axes.texts)
        assert apart(axes.get_yticklabels())
    assert on_page(figure)


def test_what_was_not_measured_has_no_bar_and_what_is_negative_goes_left():
    rows = {("CBOW", "ns"): (float("nan"), "–"), ("CBOW", "hs"): (-0.2, "-0.200"), ("CBOW", "ova"): (0.0, "0.000")}
    (axes,) = comparison.bars({"Spearman": rows}).axes
    assert [bar.get_width() for bar in axes.patches] == [-0.2, 0.0]
    assert axes.get_xlim()[0] < -0.2


def test_speed_against_vocabulary_has_a_line_for_each_combination(tmp_path):
    speeds = {(e, h): {1000: 1e6 / (i + 1), 10_000: 1e5} for e in ENCODERS for i, h in enumerate(HEADS)}
    figure = comparison.speed_against_vocabulary(speeds)
    (axes,) = figure.axes
    assert len(axes.lines) == 6
    assert axes.lines[0].get_xydata().tolist() == [[1000, 1e6], [10_000, 1e5]]
    assert [line.is_dashed() for line in axes.lines] == [False] * 3 + [True] * 3
    figure.canvas.draw()
    low, high = axes.get_ylim()
    shown = [label for label in axes.get_yticklabels() if low <= label.get_position()[1] <= high]
    assert shown
    assert all(label.get_window_extent().x0 > 0 for label in shown)
    save_figure(figure, tmp_path / "speed.png")


@pytest.fixture(scope="module")
def models():
    """The same six groups of ten words, turned by chance and shaken a little in each of five models."""
    rng = np.random.default_rng(0)
    base = np.repeat(rng.normal(size=(6, 20)), 10, axis=0) + 0.3 * rng.normal(size=(60, 20))
    words = [f"word{i}" for i in range(60)]
    counts = np.arange(1000, 400, -10)
    models = {}
    for name in ("one", "two", "three", "four", "five"):
        turn, _ = np.linalg.qr(rng.normal(size=(20, 20)))
        shaken = (base + 0.05 * rng.normal(size=base.shape)) @ turn
        models[name] = KeyedVectors(words, shaken, counts)
    return models


def test_maps_are_turned_onto_the_first(models):
    figure = side_by_side(models, models["one"].index_to_key, method="pca")
    first, *others = [np.vstack([c.get_offsets() for c in axes.collections]) for axes in figure.axes]
    assert len(figure.axes) == 5
    for points in others:
        assert np.abs(points - first).max() < 0.15 * np.ptp(first)
    colours = [[c.get_facecolor()[0].tolist() for c in axes.collections] for axes in figure.axes]
    assert colours == [colours[0]] * 5
    assert len({tuple(colour) for colour in colours[0]}) == 6


def test_runs_that_end_above_the_frequencies_are_seen_to_their_ends():
    """As all do that know a lesson by heart; only what lies higher on the way is cut off."""
    curves = {("CBOW", "ns"): [(1, 9.0), (2, 2.5), (3, 4.0)], ("CBOW", "hs"): [(1, 3.0), (2, 3.8)]}
    [axes] = comparison.likelihood_against_time(curves, {"CBOW": 2.6}).axes
    assert 4.0 < axes.get_ylim()[1] < 4.2
    [axes] = comparison.likelihood_against_time(curves, {"CBOW": 6.0}).axes
    assert axes.get_ylim()[1] > 9


def test_labels_of_maps_lie_apart_and_inside(models, tmp_path):
    figure = side_by_side(
        {name: models[name] for name in ("one", "two", "three")}, models["one"].index_to_key, method="pca"
    )
    figure.canvas.draw()
    frames = [axes.get_window_extent() for axes in figure.axes]
    assert not any(frames[i].overlaps(frames[j]) for i in range(3) for j in range(i))
    for axes, frame in zip(figure.axes, frames, strict=True):
        assert len(axes.texts) > 30
        assert apart(axes.texts)
        boxes = [text.get_window_extent() for text in axes.texts]
        assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 and frame.y0 <= b.y0 and b.y1 <= frame.y1 for b in boxes)
    assert apart(figure.texts)
    assert on_page(figure)
    save_figure(figure, tmp_path / "maps.png")


def test_the_words_of_a_map_are_frequent_ones_with_a_meaning():
    words = ["the", "of", "and", "however", "war", "city", "system", "世界", "zoo", "rare"]
    counts = np.array([500, 300, 200, 90, 80, 70, 60, 50, 40, 10])
    vectors = KeyedVectors(words, np.eye(10), counts)
    assert frequent_words(vectors, 4) == ["however", "city", "system", "世界"]
    assert frequent_words(vectors, 10) == words, "of a lesson's few words none is left out"
    assert frequent_words(KeyedVectors(["a", "b", "c"], np.eye(3), np.array([3, 2, 1]))) == ["a", "b", "c"]


def test_too_few_words_for_a_map_are_an_error(models):
    with (
        pytest.warns(UserWarning, match=r"not on the maps: wrod2 \(did you mean word2"),
        pytest.raises(W2VError, match="three words that all know; got 1 word"),
    ):
        side_by_side(models, ["word1", "wrod2"], method="pca")


def test_a_hyperbolic_model_takes_no_map_from_the_others(tmp_path, monkeypatch):
    words = ["a", "b", "c"]
    made = {"flat": KeyedVectors(words, np.eye(3)), "round": PoincareKeyedVectors(words, 0.1 * np.eye(3))}
    monkeypatch.setattr(figures.KeyedVectors, "load", lambda place: made[place.name])
    drawn, notes = [], []
    monkeypatch.setattr(figures, "side_by_side", lambda models, words: drawn.append(list(models)))
    monkeypatch.setattr(figures, "save_figure", lambda *_: None)
    done = [SimpleNamespace(model=name, head=name, name=name) for name in made]
    assert figures._maps(tmp_path, done, ["a", "b"], notes)
    assert drawn == [["flat"]]
    assert notes == [f"round has no map, for its words lie on a disc: w2v plot {tmp_path / 'round'} -o disc.png"]
    assert figures._maps(tmp_path, done[1:], ["a", "b"], []) is None
