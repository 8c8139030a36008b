"""A hierarchy as it forms: from a cloud in the middle of the disc, side by side or as an animation.

All states are seen as the final one is: the same nodes, edges and colours, and the same two directions, from the same
node or, in more than two dimensions, from the mean of each state.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from w2v.errors import W2VError
from w2v.geometry import POINCARE
from w2v.plots import animation
from w2v.plots.animation import RATE, STEP, Moment, palette_of
from w2v.plots.figure import GREY, INK, PAPER, WHITE
from w2v.plots.hierarchy.disc import EDGE, disc_sheet, draw_nodes, frame_disc
from w2v.plots.hierarchy.projection import middle_of
from w2v.plots.hierarchy.view import View, ball_of

PANEL, BELOW = 2.1, 0.3  # inches: a disc, and its epoch
COLUMNS = 5
HOLD = 2.0  # seconds that a film rests on its last state
SEEN = (1.03, 1.03)  # what a small disc's axes show either way of the middle
State = tuple[np.ndarray, np.ndarray]  # points [N, 2] of the disc, nearness [N]


def strip(view: View, snapshots: Mapping[int, np.ndarray], *, title: str | None = None, dpi: int = 200) -> Figure:
    """Draw states of training as small discs side by side, without labels.

    Args:
        view: of the final state, by which nodes, colours and projection are chosen. A node in its middle is in the
            middle at every epoch.
        snapshots: epoch -> points of the ball [V, D], rows as in the vectors.
        title: above the discs.
        dpi: dots per inch.

    Raises:
        W2VError: no snapshots, or snapshots of another shape or out of the ball.
    """
    states = _states(view, snapshots)
    columns = min(len(states), COLUMNS)
    lines = -(-len(states) // columns)
    width = max(columns * (PANEL + EDGE) + EDGE, 4.8)  # or the caption would stand higher than wide
    sheet = disc_sheet(view, width, title, dpi)
    sheet.caption([view.caption])
    sheet.fit(lines * (PANEL + BELOW) + 0.1)
    for number, (epoch, state) in enumerate(states.items()):
        row, column = divmod(number, columns)
        left, top = EDGE + column * (PANEL + EDGE), sheet.head + row * (PANEL + BELOW)
        axes = sheet.panel(left, top, PANEL, PANEL)
        frame_disc(axes, SEEN)
        draw_nodes(axes, view, *state, dot=0.55)
        sheet.write(left + PANEL / 2, top + PANEL + 0.06, f"epoch {epoch}", size=8.5, ha="center", va="top")
    return sheet.figure


def animate(
    view: View,
    snapshots: Mapping[int, np.ndarray],
    path: Path,
    *,
    title: str | None = None,
    seconds: float = 6.0,
    size: float = 5.4,
    dpi: int = 100,
) -> None:
    """Write training as a .gif that runs for ever; between two snapshots every node moves along a geodesic.

    Args:
        view: as for `strip`.
        snapshots: at least two, as for `strip`; each interval takes as long as every other.
        path: a .gif.
        title: above the disc.
        seconds: how long one run takes, before it rests on the last state.
        size: width of the page in inches.
        dpi: dots per inch.

    Raises:
        W2VError: fewer than two snapshots, a file that cannot be written, another suffix, or what `strip` raises.
    """
    animation.check_suffix(path, [".gif"])
    states = _states(view, snapshots)
    if len(states) < 2:
        raise W2VError(f"An animation needs at least two snapshots of the training, and got {len(states)}.")
    sheet = disc_sheet(view, size, title, dpi)
    disc = size - 2 * EDGE
    sheet.fit(disc)
    axes = sheet.panel(EDGE, sheet.head, disc, disc)

    def show(epoch: int, points: np.ndarray, near: np.ndarray) -> None:
        axes.clear()
        frame_disc(axes, SEEN)
        draw_nodes(axes, view, points, near, dot=0.8)
        axes.text(-SEEN[0], -SEEN[1], f"epoch {epoch}", size=9, color=INK, family=sheet.families)

    walk = list(_walk(states, seconds))
    spans = [STEP] * (len(walk) - 1) + [HOLD]
    moments = (Moment(partial(show, epoch, *state), span) for (epoch, state), span in zip(walk, spans, strict=True))
    hues = [GREY, *(mark.colour for mark in view.legend.values())]
    animation.write_film(sheet.figure, moments, path, palette_of(hues, [WHITE, PAPER]))


def _walk(states: Mapping[int, State], seconds: float) -> Iterator[tuple[int, State]]:
    """Every frame's epoch and state, the first and the last included."""
    epochs = list(states)
    each = max(round(seconds * RATE / (len(epochs) - 1)), 1)
    for begin, end in pairwise(epochs):
        (start, near), (goal, then) = states[begin], states[end]
        for share in np.arange(each) / each:
            points = np.asarray(POINCARE.geodesic(start, goal, share))
            yield round(begin + share * (end - begin)), (points, near + share * (then - near))
    yield epochs[-1], states[epochs[-1]]


def _states(view: View, snapshots: Mapping[int, np.ndarray]) -> dict[int, State]:
    """The view's nodes at every epoch, in order."""
    if not snapshots:
        raise W2VError("There are no snapshots to draw; train with snapshots put aside every few epochs.")
    states = {}
    for epoch in sorted(snapshots):
        table = ball_of(view.vectors, snapshots[epoch])
        if table.shape[1] != view.vectors.vector_size:
            raise W2VError(
                f"The snapshot of epoch {epoch} has {table.shape[1]} numbers a node and the vectors "
                f"{view.vectors.vector_size}; give snapshots of the same training."
            )
        points, projection = table[view.nodes.rows], view.projection
        if view.centre is not None:
            projection = projection.about(points[view.centre])
        elif projection.directions is not None:
            projection = projection.about(middle_of(points))
        states[epoch] = projection(points), projection.nearness(points)
    return states
