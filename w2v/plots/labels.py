"""Dots, and labels that do not collide: `placing.py` finds their places."""

from collections.abc import Sequence
from typing import cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from w2v.plots.figure import GREY, QUIET, Mark, darkened, shortened
from w2v.plots.fonts import known_glyphs
from w2v.plots.placing import place

GAP = 1.5  # points between labels
RING = 4.0  # points, the least width of a hollow dot, which would else fill up
CORNER = 1.42  # times as far as a circle of their width do squares and the like reach


def frame(axes: Axes, around: np.ndarray, *, ruled: bool = False) -> None:
    """One scale for both axes, and room at the edges for the labels of the outermost of the points [N, 2]."""
    size = np.array(axes.get_position().size) * cast(Figure, axes.figure).get_size_inches()
    middle = (around.max(axis=0) + around.min(axis=0)) / 2
    half = size * max((np.ptp(around, axis=0) / (size - [1.2, 0.5])).max(), 1e-9) / 2
    (left, bottom), (right, upper) = middle - half, middle + half
    axes.set(xlim=(left, right), ylim=(bottom, upper), aspect="equal", adjustable="datalim")
    axes.spines[:].set_visible(False)
    if ruled:
        axes.tick_params(color=GREY, labelcolor=QUIET, labelsize=7, width=0.5, length=3)
        axes.axhline(0, color=GREY, linewidth=0.4, zorder=0)
        axes.axvline(0, color=GREY, linewidth=0.4, zorder=0)
    else:
        axes.set(xticks=[], yticks=[])


def enlarged(n: int) -> float:
    """How much larger than usual dots and labels of n words are drawn: few fill a page better, as on a slide."""
    return float(1 + np.exp((2 - n) / 8))


def dot_widths(prominence: np.ndarray) -> np.ndarray:
    """Of words' dots, in points, from their prominence between 0 and 1 [N]."""
    return (2.2 + 3.2 * prominence) * enlarged(len(prominence))


def draw_words(
    axes: Axes,
    points: np.ndarray,
    words: Sequence[str | None],
    prominence: np.ndarray,
    marks: Sequence[Mark],
    families: list[str],
    *,
    lines: Sequence[np.ndarray] = (),
) -> list[Text | None]:
    """Dots, and labels for the words there is room for, the first words first; None for each that stays without one.

    Args:
        axes: whose limits are set.
        points: of the dots, [N, 2].
        words: N labels; None for a dot that needs none.
        prominence: of the words, from 0 to 1 [N]: the size of dot and label.
        marks: of the dots, N.
        families: fonts, as `fonts_for` gives them.
        lines: segments [2, 2] that are drawn already, for labels to keep clear of.
    """
    widths = dot_widths(prominence)
    widths = np.where([mark.hollow for mark in marks], np.maximum(widths, RING), widths)
    for mark in dict.fromkeys(marks):
        alike = np.array([other == mark for other in marks])
        x, y = points[alike].T
        axes.scatter(
            x, y, s=widths[alike] ** 2, marker=mark.shape, facecolors="none" if mark.hollow else mark.colour,
            edgecolors=mark.colour, linewidths=float(mark.hollow), alpha=0.9, zorder=2,
        )  # fmt: skip
    n = len(words)
    sizes = np.clip(10.2 - n / 100, 6.6, 9.2) + np.clip(2.5 - n / 300, 1.2, 2.0) * prominence
    radii = widths / 2 * [1.0 if mark.shape == "o" else CORNER for mark in marks]
    return place_labels(
        axes, points, words, radii, sizes * enlarged(n), [mark.colour for mark in marks], families, reach=0.12,
        lines=lines,
    )  # fmt: skip


def place_labels(
    axes: Axes,
    points: np.ndarray,
    labels: Sequence[str | None],
    radii: np.ndarray,
    sizes: np.ndarray,
    colours: Sequence[str],
    families: list[str],
    *,
    reach: float,
    lines: Sequence[np.ndarray] = (),
) -> list[Text | None]:
    """Labels near their dots, the first having first choice; None for those there is no room for.

    Args:
        axes: whose limits are set.
        points: of the dots, [N, 2].
        labels: N; None for a dot that needs none.
        radii: of the dots, in points [N].
        sizes: of the labels, in points [N].
        colours: of the dots, N; labels are darker.
        families: fonts, as `fonts_for` gives them.
        reach: how far from its dot a label may be, as a share of the axes; a line leads to one that is not beside it.
        lines: segments [2, 2] to keep clear of.
    """
    point = axes.figure.dpi / 72  # in pixels
    axes.apply_aspect()  # which may move the limits
    to_pixels, frame = axes.transData, axes.get_window_extent()
    texts = [
        None if label is None else axes.text(
            0, 0, shortened(label), size=size, color=darkened(colour), family=families, va="bottom", parse_math=False,
            zorder=3,
        )
        for label, size, colour in zip(labels, sizes, colours, strict=True)
    ]  # fmt: skip
    with known_glyphs():
        boxes = [(np.nan, np.nan) if text is None else text.get_window_extent().size for text in texts]
    places = place(
        np.array(boxes), to_pixels.transform(points), radii * point, np.array(frame.extents),
        gap=GAP * point, reach=reach * min(frame.size),
        lines=np.array([to_pixels.transform(line) for line in lines]).reshape(-1, 2, 2),
    )  # fmt: skip
    for i, (text, found) in enumerate(zip(texts, places, strict=True)):
        if text is None:
            continue
        if found is None:
            text.remove()
            texts[i] = None
            continue
        x, y = to_pixels.inverted().transform(found.corner)
        text.set_position((float(x), float(y)))
        if found.leader is not None:
            across, up = to_pixels.inverted().transform(found.leader).T
            axes.plot(across, up, color=colours[i], linewidth=0.5, zorder=1.5, gid="leader")
    return texts
