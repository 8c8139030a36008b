"""Marks on the points of a line, where they can be told apart."""

import numpy as np
from matplotlib.axes import Axes

APART = 1.6  # widths of a mark, from the middle of one to the next
MOST = 0.75  # share of a line's points: where fewer can be told apart, marks would show another rhythm than theirs


def thin_out(axes: Axes) -> bool:
    """Leave out marks that would run into the next one of their line, or, where they are many, all but its last.

    axes: whose limits, or the data they follow from, no longer change.

    Returns:
        Whether any were left out.
    """
    axes.autoscale_view()
    thinned = False
    for line in axes.lines:
        places = axes.transData.transform(line.get_xydata()) * 72 / axes.figure.dpi  # in points
        kept = [len(places) - 1]
        for point in range(len(places) - 2, -1, -1):
            if np.hypot(*(places[point] - places[kept[-1]])) >= APART * line.get_markersize():
                kept.append(point)
        if len(kept) < len(places):
            line.set_markevery(kept[::-1] if len(kept) >= MOST * len(places) else kept[:1])
            thinned = True
    return thinned
