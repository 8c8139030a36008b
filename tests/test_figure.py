"""A sheet keeps title, legend, panels and caption apart, whatever they hold; films keep their colours."""

import pickle
import struct

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from w2v import plot_disc, plot_forming, plot_history, plot_moves, plot_tree, plot_words
from w2v.models.history import EpochRecord
from w2v.plots.animation import nearest_colours, palette_of
from w2v.plots.figure import PALETTE, PAPER, TITLE, WHITE, Mark, Sheet, mark_of, marks_legend, save_figure
from w2v.vectors import KeyedVectors, PoincareKeyedVectors

SENTENCE = "Of a word’s 10 nearest neighbours by cosine, 85% are among its 10 nearest here (by chance 8.5%)."


def caption(sheet):
    (text,) = (text for text in sheet.figure.texts if text.get_gid() == "caption")
    return text


def filled(groups, sentences, *, height=None, title="A title"):
    """A sheet with a legend of so many groups and a caption of so many sentences, and the panel between them."""
    sheet = Sheet(8.0, height or 1.0, dpi=80)
    sheet.title(title)
    sheet.legend(marks_legend({f"group number {i}": mark_of(i) for i in range(groups)}))
    sheet.caption([" ".join([SENTENCE] * sentences)])
    if height is None:
        sheet.fit(3.0)
        axes = sheet.panel(sheet.margin, sheet.head, 7.0, 3.0)
    else:
        axes = sheet.room()
    return sheet, axes


@pytest.mark.parametrize("height", [None, 6.0], ids=["fitted", "given"])
@pytest.mark.parametrize("sentences", [1, 4])
@pytest.mark.parametrize("groups", [1, 7, 40])
def test_title_legend_panel_and_caption_follow_each_other_and_fill_the_page(groups, sentences, height):
    sheet, axes = filled(groups, sentences, height=height)
    sheet.figure.canvas.draw()
    title = sheet.figure.texts[0]
    parts = [part.get_window_extent() for part in (title, *sheet.figure.legends, axes, caption(sheet))]
    edges = [sheet.figure.bbox.y1, *(round(edge, 6) for box in parts for edge in (box.y1, box.y0)), 0]
    assert edges == sorted(edges, reverse=True)
    assert all(0 <= box.x0 < box.x1 <= sheet.figure.bbox.x1 for box in parts)
    if height is None:
        assert axes.get_window_extent().height == pytest.approx(3 * 80)


@pytest.mark.parametrize("beside", [0.0, 2.0])
@pytest.mark.parametrize("words", [1, 12, 30, 500])
@pytest.mark.parametrize("word", ["teacher", "中国文字", "w" * 70])
@pytest.mark.filterwarnings("ignore:No installed font", "ignore:Glyph")
def test_a_long_title_takes_lines_that_fit_the_page_three_at_most(word, words, beside):
    title = ("" if word == "中国文字" else " ").join([word] * words)
    sheet = Sheet(8.0, 6.0, dpi=80, texts=[title])
    sheet.title(title, beside=beside)
    lines = [text for text in sheet.figure.texts if text.get_size() == TITLE]
    sheet.legend(marks_legend({"group": mark_of(0)}))
    boxes = [text.get_window_extent() for text in lines]
    assert all(box.x1 <= (sheet.width - sheet.margin - beside) * 80 + 1 for box in boxes)
    edges = [edge for box in [*boxes, sheet.figure.legends[0].get_window_extent()] for edge in (box.y1, box.y0)]
    assert edges == sorted(edges, reverse=True)
    told = "".join(text.get_text() for text in lines)
    if "…" not in told:
        assert "".join(told.split()) == "".join(title.split())
    if words == 500:
        assert len(lines) == 3
        assert told.endswith("…")
    if words == 1:
        assert "…" not in told


@pytest.mark.parametrize("sentences", range(1, 6))
def test_a_caption_fills_its_lines_and_leaves_no_word_alone(sentences):
    sheet, _ = filled(3, sentences)
    text = caption(sheet)
    lines = text.get_text().split("\n")
    assert " ".join(lines) == " ".join([SENTENCE] * sentences)
    widths = []
    for line in lines:
        text.set_text(line)
        widths.append(text.get_window_extent().width / sheet.figure.dpi)
    room = sheet.width - 2 * sheet.margin
    assert max(widths) <= room
    assert widths[-1] > room / 4
    assert min(widths[:-1], default=room) > 0.7 * room


def test_a_new_caption_takes_the_place_of_the_old():
    sheet, _ = filled(3, 4)
    before = sheet.foot
    sheet.caption(["Short."])
    assert caption(sheet).get_text() == "Short."
    assert sheet.foot < before


def test_groups_are_told_apart_by_colour_and_shape():
    marks = [mark_of(i) for i in range(40)]
    assert len(set(marks)) == 40
    assert marks[:8] == [Mark(colour, "o") for colour in PALETTE]


def test_a_film_shows_its_colours_and_its_backgrounds_as_they_are():
    colours = [*PALETTE, PAPER, WHITE]
    picture = np.rint([[255 * np.array(to_rgb(colour)) for colour in colours]]).astype(np.uint8)
    palette = palette_of(PALETTE, [PAPER, WHITE])
    assert len(palette) <= 256
    assert np.array_equal(nearest_colours(palette)(picture).convert("RGB"), picture)


def test_a_notebook_shows_a_figure_as_it_is_saved_and_as_large_as_it_is_on_paper(tmp_path):
    sheet, _ = filled(3, 2)
    for figure in (sheet.figure, pickle.loads(pickle.dumps(sheet.figure))):
        shown, size = figure._repr_png_()
        save_figure(figure, tmp_path / "saved.png")
        assert shown == (tmp_path / "saved.png").read_bytes()
        assert size == {"width": 768, "height": round(96 * sheet.height)}


VECTORS = KeyedVectors(["cat", "dog", "cow", "oak", "elm", "fir"], np.random.default_rng(1).normal(size=(6, 4)))
DISC = PoincareKeyedVectors(["animal", "cat", "dog"], np.array([[0, 0.1], [0.5, 0.5], [-0.5, 0.5]]))
HISTORY = [EpochRecord(epoch, 3 / epoch, 10, 100, 1.0) for epoch in (1, 2, 3)]
FIGURES = {
    "plot_words": lambda: plot_words(VECTORS, method="pca"),
    "plot_moves": lambda: plot_moves(VECTORS, VECTORS, method="pca"),
    "plot_tree": lambda: plot_tree(KeyedVectors(VECTORS.index_to_key, VECTORS.vectors, np.arange(6, 0, -1))),
    "plot_history": lambda: plot_history({"run": HISTORY}),
    "plot_disc": lambda: plot_disc(DISC, np.array([[1, 0], [2, 0]])),
    "plot_forming": lambda: plot_forming(DISC, np.array([[1, 0], [2, 0]]), {0: DISC.vectors / 2, 1: DISC.vectors}),
}


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_every_figure_is_shown_by_a_notebook(draw):
    shown, size = draw()._repr_png_()
    assert shown.startswith(b"\x89PNG")
    assert 500 <= size["width"] <= 1100
    assert size["width"] / size["height"] == pytest.approx(np.divide(*struct.unpack(">II", shown[16:24])), rel=0.01)
