"""A hierarchy as it forms: from a cloud in the middle of the disc, side by side or as an animation.

All states are seen as the final one is: the same nodes, edges and colours, and the same two directions, from the same
node or, in more than two dimensions, from the mean of each state. But each has a scale of its own (`projection.py`):
early points huddle in the middle, and late ones would all be seen on the rim.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from w2v.errors import W2VError
from w2v.geometry import POINCARE
from w2v.plots import animation
from w2v.plots.animation import RATE, STEP, Moment, palette_of
from w2v.plots.figure import GREY, PAPER, WHITE, darkened, shortened
from w2v.plots.hierarchy.disc import EDGE, SMALL, disc_sheet, draw_labels, draw_nodes, frame_disc
from w2v.plots.hierarchy.projection import contracted, contraction, middle_of
from w2v.plots.hierarchy.view import NodeSelection, View, ball_of, view_of
from w2v.vectors import KeyedVectors, vectors_of

PANEL, LABELLED, BELOW = 2.3, 3.1, 0.4  # inches: a disc, one with labels, and its epoch
PANELS, COLUMNS = 12, {PANEL: 4, LABELLED: 3}  # of a strip, and at most in a row
FRAMES = 48  # moments of a page: a file of some hundred kilobytes
BLOT = 0.1  # of a disc that is two wide
HOLD = 2.0  # seconds that a film rests on its last state
SEEN, WIDER = (1.03, 1.03), (1.16, 1.08)  # what a disc's axes show either way of the middle, and one with labels


@dataclass(frozen=True)
class State:
    """The N nodes of a view at one moment."""

    points: np.ndarray  # [N, 2], in the disc
    near: np.ndarray  # [N], nearness to the middle
    scale: float  # of distances from the origin

    @property
    def told_apart(self) -> bool:
        """Whether the nodes are more than a blot, whose labels would say nothing."""
        return float(np.ptp(self.points, axis=0).max()) > BLOT


def plot_forming(
    vectors: KeyedVectors,
    edges: np.ndarray,
    snapshots: Mapping[int, np.ndarray],
    *,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    groups: Mapping[str, str] | None = None,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw how a hierarchy formed: at most a dozen states of its training as small discs, one after the other.

    `save_disc` makes a film or a page with a slider of the same.

    Args:
        vectors, edges, words, top, centre, colour, subtrees, groups, title, dpi: as for `disc.plot_disc`.
        snapshots: epoch -> points of the ball [V, D], rows as in `vectors`, as `PoincareModel(..., snapshots=20)` keeps
            them in its `embedding.snapshots`; of many, some are drawn, evenly spread from first to last.

    Raises:
        W2VError: as `plot_disc`; no snapshots, or snapshots of another shape or out of the ball.
    """
    selection = NodeSelection(words, top, centre, colour, subtrees, groups)
    return strip(view_of(vectors_of(vectors), edges, selection), snapshots, title=title, dpi=dpi)


def strip(view: View, snapshots: Mapping[int, np.ndarray], *, title: str | None = None, dpi: int = 200) -> Figure:
    """Draw at most a dozen states of training as small discs side by side, with labels where nodes are few.

    Args:
        view: of the final state, by which nodes, colours and projection are chosen. A node in its middle is in the
            middle at every epoch.
        snapshots: epoch -> points of the ball [V, D], rows as in the vectors; of many, some are drawn, evenly spread.
        title: above the discs.
        dpi: dots per inch.

    Raises:
        W2VError: no snapshots, or snapshots of another shape or out of the ball.
    """
    states = states_of(view, snapshots, PANELS)
    labelled = len(view.names) <= SMALL
    panel, half = (LABELLED, WIDER) if labelled else (PANEL, SEEN)
    high = panel * half[1] / half[0]
    lines = -(-len(states) // COLUMNS[panel])
    columns = -(-len(states) // lines)
    width = max(columns * (panel + EDGE) + EDGE, 4.8)  # or the caption would stand higher than wide
    sheet = disc_sheet(view, width, title, dpi)
    some = f"{len(states)} of {len(snapshots)} states. " if len(states) < len(snapshots) else ""
    sheet.caption([f"{some}{about(view, states)}"])
    sheet.fit(lines * (high + BELOW))
    for number, (epoch, state) in enumerate(states.items()):
        row, column = divmod(number, columns)
        left, top = EDGE + column * (panel + EDGE), sheet.head + row * (high + BELOW)
        axes = sheet.panel(left, top, panel, high)
        frame_disc(axes, half)
        draw_nodes(axes, view, state.points, state.near, dot=0.55)
        if labelled and state.told_apart:
            draw_labels(axes, view, state.points, state.near, sheet.families, 7.0, 3.0)
        sheet.write(left + panel / 2, top + high + 0.06, moment_of(epoch, state), size=8.5, ha="center", va="top")
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
    states = states_of(view, snapshots)
    if len(states) < 2:
        raise W2VError(f"An animation needs at least two snapshots of the training, and got {len(states)}.")
    labelled = len(view.names) <= SMALL
    half = WIDER if labelled else SEEN
    sheet = disc_sheet(view, size, title, dpi)
    disc = size - 2 * EDGE
    sheet.caption([about(view, states)])
    high = disc * half[1] / half[0]
    sheet.fit(high + BELOW)
    axes = sheet.panel(EDGE, sheet.head, disc, high)
    sides: dict[int, int] = {}
    moment = sheet.write(EDGE, sheet.head + high + 0.06, "", size=9, va="top")

    def show(epoch: int, state: State) -> None:
        axes.clear()
        frame_disc(axes, half)
        draw_nodes(axes, view, state.points, state.near, dot=0.8)
        moment.set_text(moment_of(epoch, state))
        if labelled and state.told_apart:
            _label(axes, view, state, sheet.families, sides)

    walk = list(_walk(states, seconds))
    spans = [STEP] * (len(walk) - 1) + [HOLD]
    moments = (Moment(partial(show, *moment), span) for moment, span in zip(walk, spans, strict=True))
    hues = [GREY, *dict.fromkeys(hue for mark in view.marks for hue in (mark.colour, darkened(mark.colour)))]
    animation.write_film(sheet.figure, moments, path, palette_of(hues, [WHITE, PAPER]))


def states_of(view: View, snapshots: Mapping[int, np.ndarray], most: int | None = None) -> dict[int, State]:
    """The view's nodes at every epoch, in order; of more than `most`, so many, evenly spread from first to last."""
    if not snapshots:
        raise W2VError("There are no snapshots to draw; train with snapshots put aside every few epochs.")
    epochs = sorted(snapshots)
    chosen = np.unique(np.linspace(0, len(epochs) - 1, min(len(epochs), most or len(epochs))).round().astype(int))
    states = {}
    for epoch in (epochs[place] for place in chosen.tolist()):
        table = ball_of(view.vectors, snapshots[epoch])
        if table.shape[1] != view.vectors.vector_size:
            raise W2VError(
                f"The snapshot of epoch {epoch} has {table.shape[1]} numbers a node and the vectors "
                f"{view.vectors.vector_size}; give snapshots of the same training."
            )
        points, projection = table[view.nodes.rows], view.projection
        scale = contraction(points, view.centre)
        points = contracted(points, scale)
        if view.centre is not None:
            projection = projection.about(points[view.centre])
        elif projection.directions is not None:
            projection = projection.about(middle_of(points))
        states[epoch] = State(projection(points), projection.nearness(points), scale)
    return states


def about(view: View, states: Mapping[int, State]) -> str:
    """The caption of a picture of some states."""
    if all(state.scale == 1 for state in states.values()):
        return view.about
    return (
        f"{view.about} Only where × stands beside an epoch, distances from the origin are drawn so many times as "
        "long, or all nodes would be seen on the rim."
    )


def _walk(states: Mapping[int, State], seconds: float) -> Iterator[tuple[int, State]]:
    """Every frame's epoch and state, the first and the last included."""
    epochs = list(states)
    each = max(round(seconds * RATE / (len(epochs) - 1)), 1)
    for begin, end in pairwise(epochs):
        start, goal = states[begin], states[end]
        for share in np.arange(each) / each:
            points = np.asarray(POINCARE.geodesic(start.points, goal.points, share))
            near, scale = (
                start.near + share * (goal.near - start.near),
                start.scale + share * (goal.scale - start.scale),
            )
            yield round(begin + share * (end - begin)), State(points, near, scale)
    yield epochs[-1], states[epochs[-1]]


def moment_of(epoch: int, state: State) -> str:
    """What a moment is called: its epoch, and its scale where it has one."""
    return f"epoch {epoch}" if state.scale == 1 else f"epoch {epoch}, × {state.scale:.2f}"


def _label(axes: Axes, view: View, state: State, families: list[str], sides: dict[int, int]) -> None:
    """Labels that move as their dots do, each on the side away from the middle of the disc, or where there is no room
    on another. One that would lie over a dot, or over the label of a node nearer the middle, waits.

    sides: of the nodes that had a label in the picture before, and keep its side if they can; changed in place."""
    pixels = axes.transData.transform(state.points)
    away = pixels - axes.transData.transform((0, 0))
    lengths = np.hypot(*away.T)[:, None]
    away = np.where(lengths > 1, away / np.maximum(lengths, 1), [0.0, 1.0])
    frame = axes.get_window_extent()
    shown: list[tuple[np.ndarray, np.ndarray]] = []  # corners
    for node in np.argsort(-state.near, kind="stable").tolist():
        label = axes.text(
            0, 0, shortened(view.labels[node]), size=8 + 3 * state.near[node], color=darkened(view.marks[node].colour),
            family=families, ha="center", va="center", parse_math=False, transform=None, zorder=3,
        )  # fmt: skip
        half = np.array(label.get_window_extent().size) / 2
        x, y = away[node]
        ways = np.array([(x, y), (-x, -y), (-y, x), (y, -x)])
        for side in dict.fromkeys((sides.get(node, 0), 0, 1, 2, 3)):
            reach = ((half + 7) / np.maximum(np.abs(ways[side]), 1e-9)).min()
            low = pixels[node] + ways[side] * reach - half
            high = low + 2 * half
            free = (frame.min <= low).all() and (high <= frame.max).all()
            free &= not ((low - 2 < pixels) & (pixels < high + 2)).all(axis=1).any()
            if free and not any((low < above).all() and (below < high).all() for below, above in shown):
                label.set_position(tuple(low + half))
                shown.append((low, high))
                sides[node] = side
                break
        else:
            label.remove()
