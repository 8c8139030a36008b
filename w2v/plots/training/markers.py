"""Marks on the points of a line, where they can be told apart."""

import numpy as np
from matplotlib.axes import Axes

APART = 1.6  # widths of a mark, from the middle of one to the next


def thin_out(axes: Axes) -> bool:
    """Leave a mark at the end alone of each line whose marks would run into each other; whether there is such a line.

    axes: whose limits, or the data they follow from, no longer change.
    """
    axes.autoscale_view()
    thinned = False
    for line in axes.lines:
        places = axes.transData.transform(line.get_xydata()) * 72 / axes.figure.dpi  # in points
        steps = np.hypot(*np.diff(places, axis=0).T)
        if steps.size and steps.min() < APART * line.get_markersize():
            line.set_markevery([len(places) - 1])
            thinned = True
    return thinned
