"""The disc: a hierarchy in the hyperbolic plane, general in the middle and special towards the rim.

Edges are geodesics: arcs of circles that meet the rim at right angles. With points as complex numbers, the geodesic
from p to q leaves p in the direction of

    (-p) (+) q = (q - p) / (1 - conj(p) q)

which is the chord turned by a = -arg(1 - conj(p) q), and arrives turned by -a. So the arc's middle is
p + (q - p)/2 (1 + i tan(a/2)), without the circle's centre, which is far away where the arc is nearly straight. Each
half is one Bézier curve, with handles |chord| / (3 cos²(turn/2)) (Riškus 2006), and strays by 0.03 % of the radius at
most.

Labels are placed as on a map of words, those nearest the middle first. Dots, lines and type of small hierarchies are
larger, since there is room.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Circle
from matplotlib.path import Path

from w2v.plots.figure import GREY, WHITE, Sheet, marks_legend, tinted
from w2v.plots.hierarchy.view import NodeSelection, View, view_of
from w2v.plots.labels import place_labels
from w2v.vectors import KeyedVectors, vectors_of

ASKED = 300  # labels for which room is sought; far fewer find it
SMALL = 40  # nodes, up to which a hierarchy is small
HALF = (1.13, 1.02)  # what the axes show either way of the middle: labels at the rim may leave the disc sideways
EDGE = 0.2  # inches beside the axes, and beside title, legend and caption


def plot_disc(
    vectors: KeyedVectors,
    edges: np.ndarray,
    *,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    groups: Mapping[str, str] | None = None,
    title: str | None = None,
    size: float = 9.0,
    dpi: int = 200,
) -> Figure:
    """Draw a hierarchy in the unit disc; the same arguments give the same picture. `figure.save_figure` saves it.

    Args:
        vectors: names, and points of the Poincaré ball [V, D], D >= 2; more than two dimensions are projected.
        edges: relations (child, parent) as rows of `vectors`, int [E, 2]; of a closure its reduction is drawn. There
            may be none, as of words that were trained on text.
        words: the nodes to draw, or None for the `top` with the most descendants.
        centre: a node to move to the middle, by a Möbius translation, which changes no distance; None: as they are.
            Where it lies so far out that all others would be seen in one place, distances are shortened first, and the
            caption says so.
        colour: "depth" (edges of the longest way up to a root) or "subtree".
        subtrees: at most eight nodes, whose descendants get a colour each, whatever `colour` says; None: the largest.
        groups: of nodes, by name, at most 40 in all, which get a mark each instead.
        title: above the disc.
        size: width of the page in inches.
        dpi: dots per inch.

    Raises:
        W2VError: vectors that are not in the ball, edges that do not fit them, unknown words, centre, subtree or
            colour, fewer than three nodes, or all of them at one place.
    """
    selection = NodeSelection(words, top, centre, colour, subtrees, groups)
    return draw_disc(view_of(vectors_of(vectors), edges, selection), title, size=size, dpi=dpi)


def draw_disc(view: View, title: str | None = None, *, size: float = 9.0, dpi: int = 200) -> Figure:
    """Draw a view that was chosen; arguments as for `plot_disc`."""
    sheet = disc_sheet(view, size, title, dpi)
    sheet.caption([view.caption])
    width = size - 2 * EDGE
    height = width * HALF[1] / HALF[0]
    sheet.fit(height + 0.1)
    axes = sheet.panel(EDGE, sheet.head, width, height)
    frame_disc(axes, HALF)
    draw_nodes(axes, view, view.points, view.nearness)
    draw_labels(axes, view, view.points, view.nearness, sheet.families)
    return sheet.figure


def disc_sheet(view: View, width: float, title: str | None, dpi: int) -> Sheet:
    """A page with title and legend, whose height is still to be set."""
    sheet = Sheet(width, dpi=dpi, texts=[*view.labels, *view.legend, title], margin=EDGE)
    sheet.title(title)
    sheet.legend(marks_legend(view.legend))
    return sheet


def frame_disc(axes: Axes, half: tuple[float, float]) -> None:
    """An empty disc with its rim, and nothing else, in axes that show so much either way of the middle."""
    axes.set(xlim=(-half[0], half[0]), ylim=(-half[1], half[1]), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.add_patch(Circle((0, 0), 1, facecolor=WHITE, edgecolor=GREY, linewidth=0.8, zorder=0))


def draw_nodes(axes: Axes, view: View, points: np.ndarray, near: np.ndarray, dot: float = 1.0) -> None:
    """Edges and dots of a view, at points [N, 2] of the disc. What is nearer to the middle, `near` [N], is larger.
    `dot` scales them all."""
    children, parents = view.nodes.edges.T
    tints = {mark: tinted(mark.colour) for mark in set(view.marks)}  # arcs meet in bundles
    more = smallness(view)
    axes.add_collection(
        PathCollection(
            arcs(points[children], points[parents]), facecolors="none",
            edgecolors=[tints[view.marks[child]] for child in children],
            linewidths=dot * (0.25 + 0.9 * np.maximum(near[parents], more)), capstyle="round", zorder=1,
        ),
        autolim=False,
    )  # fmt: skip
    first = np.argsort(near, kind="stable")  # the middle is drawn last, on top
    x, y = points[first].T
    dots = axes.scatter(
        x, y, s=np.square(dot * _widths(near[first], more)), c=[view.marks[node].colour for node in first],
        linewidths=(0.4 * dot * near[first]).tolist(), edgecolors=WHITE, zorder=2,
    )  # fmt: skip
    shapes = {mark.shape: _outline(mark.shape) for mark in set(view.marks)}
    dots.set_paths([shapes[view.marks[node].shape] for node in first])  # a path each: `scatter` knows one for all


def draw_labels(
    axes: Axes,
    view: View,
    points: np.ndarray,
    near: np.ndarray,
    families: list[str],
    size: float = 8.0,
    growth: float = 5.0,
) -> None:
    """Labels for the nodes there is room for, those nearest the middle first; arguments as for `draw_nodes`.

    size, growth: of the smallest labels, and by how much those in the middle are larger, in points."""
    asked = np.argsort(-near, kind="stable")[:ASKED]
    near, more = near[asked], smallness(view)
    placed = place_labels(
        axes, points[asked], [view.labels[node] for node in asked], _widths(near, more) / 2,
        size + more + growth * near, [view.marks[node].colour for node in asked], families, reach=0.05,
    )  # fmt: skip
    halo: list[patheffects.AbstractPathEffect] = [patheffects.withStroke(linewidth=1.6, foreground=WHITE)]
    for label in placed:
        if label is not None:
            label.set_path_effects(halo)


def smallness(view: View) -> float:
    """One for small hierarchies, and falling to zero for large ones."""
    return min(1.0, SMALL / len(view.names))


def _widths(near: np.ndarray, more: float) -> np.ndarray:
    """Of dots, in points [N]."""
    return 1.8 + 3 * more + 4.8 * near


def _outline(shape: str) -> Path:
    """A marker as a path that is one wide."""
    marker = MarkerStyle(shape)
    return marker.get_path().transformed(marker.get_transform())


def arcs(starts: np.ndarray, ends: np.ndarray) -> list[Path]:
    """The geodesics between points of the disc, [E, 2] each, as two Bézier curves each."""
    p, q = starts @ (1, 1j), ends @ (1, 1j)
    turns = -np.angle(1 - p.conj() * q)  # of the tangent at p from the chord; less than a right angle
    middle = p + (q - p) / 2 * (1 + 1j * np.tan(turns / 2))
    vertices = np.stack([p, *_handles(p, middle, turns / 2), middle, *_handles(middle, q, turns / 2), q], axis=1)
    codes = np.array([Path.MOVETO] + [Path.CURVE4] * 6, dtype=Path.code_type)
    return [Path(np.column_stack([row.real, row.imag]), codes) for row in vertices]


def _handles(p: np.ndarray, q: np.ndarray, turns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The inner control points of arcs whose ends turn from the chord by `turns` and back."""
    reach = (q - p) / (3 * np.cos(turns / 2) ** 2)
    return p + reach * np.exp(1j * turns), q - reach * np.exp(-1j * turns)
