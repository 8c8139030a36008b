"""Dots, and labels that do not collide.

Labels are placed by textalloc, in the order given, never over another label and never out of the axes; a dot without
room for its label stays without one. (adjustText, which pushes labels apart by forces, left 73 pairs overlapping among
300 words.)
"""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import textalloc
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from w2v.plots.figure import GREY, QUIET, Mark, darkened, shortened
from w2v.plots.fonts import known_glyphs


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


def dot_widths(prominence: np.ndarray) -> np.ndarray:
    """Of words' dots, in points, from their prominence between 0 and 1 [N]."""
    return 2.2 + 3.2 * prominence


def draw_words(
    axes: Axes,
    points: np.ndarray,
    words: Sequence[str],
    prominence: np.ndarray,
    marks: Sequence[Mark],
    families: list[str],
    *,
    lines: Sequence[np.ndarray] = (),
) -> int:
    """Dots, and labels for the words there is room for, the first words first; how many words stay without one.

    Args:
        axes: whose limits are set.
        points: of the dots, [N, 2].
        words: N labels.
        prominence: of the words, from 0 to 1 [N]: the size of dot and label.
        marks: of the dots, N.
        families: fonts, as `fonts_for` gives them.
        lines: segments [2, 2] that are drawn already, for labels to keep clear of.
    """
    widths = dot_widths(prominence)
    for mark in dict.fromkeys(marks):
        alike = np.array([other == mark for other in marks])
        x, y = points[alike].T
        axes.scatter(x, y, s=widths[alike] ** 2, c=mark.colour, marker=mark.shape, linewidths=0, alpha=0.9, zorder=2)
    size = float(np.clip(10.2 - len(words) / 100, 6.6, 9.2))
    growth = float(np.clip(2.5 - len(words) / 300, 1.2, 2.0))
    labels = place_labels(
        axes, points, words, widths / 2, size + growth * prominence, [mark.colour for mark in marks], families,
        reach=0.07, lines=lines,
    )  # fmt: skip
    return sum(label is None for label in labels)


def place_labels(
    axes: Axes,
    points: np.ndarray,
    labels: Sequence[str],
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
        labels: N.
        radii: of the dots, in points [N].
        sizes: of the labels, in points [N].
        colours: of the dots, N; labels are darker.
        families: fonts, as `fonts_for` gives them.
        reach: how far from its dot a label may be, as a share of the axes; a line leads to one that is not beside it.
        lines: segments [2, 2] to keep clear of.
    """
    pixels = axes.figure.dpi / 72
    x, y = points.T
    kept_clear: dict[str, Any] = {}
    if lines:
        kept_clear = {"x_lines": [line[:, 0] for line in lines], "y_lines": [line[:, 1] for line in lines]}
    with known_glyphs():
        placed: tuple[Any, ...] = textalloc.allocate(
            axes, x, y, [shortened(label) for label in labels], **kept_clear,
            x_scatter=x, y_scatter=y, scatter_sizes=list(radii * pixels), text_scatter_sizes=list(radii * pixels),
            textsize=list(sizes), textcolor=[darkened(colour) for colour in colours],
            linecolor=list(colours), linewidth=0.5,
            margin=0.002, min_distance=0.003, max_distance=reach, nbr_candidates=200, draw_all=False,
            avoid_label_lines_overlap=True, avoid_crossing_label_lines=True,
            va="bottom", family=families, parse_math=False, zorder=3,
        )  # fmt: skip
    _, _, written, leaders = placed
    for leader, radius in zip(leaders, radii, strict=True):
        if leader is not None:
            ends = axes.transData.transform(leader.get_xydata())
            if np.hypot(*(ends[1] - ends[0])) < (radius + 6) * pixels:
                leader.remove()  # beside its dot a label needs no line to it
    return list(written)
