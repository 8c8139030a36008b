"""What the figures of all studies share: the paper, the colours and the type of w2v's own pictures."""

from collections.abc import Sequence

import numpy as np
from matplotlib.lines import Line2D

from w2v.plots.figure import GREY, INK, PALETTE, Sheet, legend_key, style_curves

COLOURS = PALETTE
QUIET_COLOUR, TYPE = GREY, INK  # of what others are compared with, and of figures beside marks
GAP = 0.55  # inches between panels


def sheet_of_panels(
    titles: Sequence[Sequence[str]],
    below: Sequence[Sequence[str]],
    *,
    legend: Sequence[tuple[str, Line2D]] = (),
    width: float = 9.0,
    height: float = 2.3,
) -> tuple[Sheet, np.ndarray]:
    """A page with a legend and rows of panels, each so many inches high; the sheet, and its axes [R, C].

    Args:
        titles: above each panel, row by row.
        below: what goes across, below each of them.
        legend: names and keys, as of `legend_key`.
    """
    sheet = Sheet(width, dpi=150)
    if legend:
        sheet.legend(legend)
    rows, columns = len(titles), len(titles[0])
    sheet.fit(rows * (height + 0.75) - 0.1)
    left = sheet.margin + 0.25
    wide = (width - sheet.margin - left - (columns - 1) * GAP) / columns
    axes = np.empty((rows, columns), dtype=object)
    for row, names in enumerate(titles):
        for column, name in enumerate(names):
            top = sheet.head + 0.3 + row * (height + 0.75)
            axes[row, column] = sheet.panel(left + column * (wide + GAP), top, wide, height)
            style_curves(axes[row, column], name, below[row][column])
    return sheet, axes


def line_key(colour: str, *, dashed: bool = False) -> Line2D:
    """The key of a line with dots, for a legend."""
    return legend_key(colour, line=1.4, dashed=dashed)
