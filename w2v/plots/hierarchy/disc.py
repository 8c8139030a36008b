"""The disc: a hierarchy in the hyperbolic plane, general in the middle and special towards the rim.

Edges are geodesics: arcs of circles that meet the rim at right angles. With points as complex numbers, the geodesic
from p to q leaves p in the direction of

    (-p) (+) q = (q - p) / (1 - conj(p) q)

which is the chord turned by a = -arg(1 - conj(p) q), and arrives turned by -a. So the arc's middle is
p + (q - p)/2 (1 + i tan(a/2)), without the circle's centre, which is far away where the arc is nearly straight. Each
half is one Bézier curve, with handles |chord| / (3 cos²(turn/2)) (Riškus 2006), and strays by 0.03 % of the radius at
most.

Labels are placed as in `map.py`, those nearest the middle first.
"""

import textwrap
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import textalloc
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.path import Path

from w2v.plots.figure import GREY, QUIET, darkened, fonts_for, headline, page, shortened
from w2v.plots.hierarchy.view import Scene, arrange
from w2v.vectors import KeyedVectors

ASKED = 300  # labels for which room is sought; far fewer find it
HALF = (1.13, 1.02)  # what the axes show either way of the middle: labels at the rim may leave the disc sideways
EDGE = 0.2  # inches beside the axes


def plot_disc(
    vectors: KeyedVectors,
    edges: np.ndarray,
    *,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    title: str | None = None,
    size: float = 9.0,
    dpi: int = 200,
) -> Figure:
    """Draw a hierarchy in the unit disc; the same arguments give the same picture. `figure.save_figure` saves it.

    Args:
        vectors: names, and points of the Poincaré ball [V, D], D >= 2; more than two dimensions are projected.
        edges: relations (child, parent) as rows of `vectors`, int [E, 2]; of a closure its reduction is drawn.
        words: the nodes to draw, or None for the `top` with the most descendants.
        centre: a node to move to the middle, by a Möbius translation, which changes no distance; None: as they are.
        colour: "depth" (edges of the longest way up to a root) or "subtree".
        subtrees: at most eight nodes, whose descendants get a colour each, whatever `colour` says; None: the largest.
        title: above the disc.
        size: width of the page in inches.
        dpi: dots per inch.

    Raises:
        W2VError: vectors that are not in the ball, edges that do not fit them, unknown words, centre, subtree or
            colour, fewer than three nodes, or all of them at one place.
    """
    scene = arrange(vectors, edges, words=words, top=top, centre=centre, colour=colour, subtrees=subtrees)
    families = fonts_for("".join([*scene.labels, *scene.legend, title or ""]))
    width = size - 2 * EDGE
    tall = width * HALF[1] / HALF[0]
    told = textwrap.wrap(scene.caption, int(17 * size))
    head, foot = 0.57 + (0.42 if title else 0.0), 0.24 + 0.15 * len(told)
    height = head + tall + foot
    figure = page((size, height), dpi)
    headline(figure, title, {name: (colour, "o") for name, colour in scene.legend.items()}, families)
    axes = figure.add_axes((EDGE / size, foot / height, width / size, tall / height), facecolor="none")
    frame_disc(axes, HALF)
    draw_nodes(axes, scene, scene.points, scene.nearness)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # fonts_for has said it better
        draw_labels(axes, scene, families)
    figure.text(
        EDGE / size, 0.12 / height, "\n".join(told), size=7, color=QUIET, linespacing=1.5, family=families,
        parse_math=False,
    )  # fmt: skip
    return figure


def frame_disc(axes: Axes, half: tuple[float, float]) -> None:
    """An empty disc with its rim, and nothing else, in axes that show so much either way of the middle."""
    axes.set(xlim=(-half[0], half[0]), ylim=(-half[1], half[1]), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.add_patch(Circle((0, 0), 1, facecolor="#FFFFFF", edgecolor=GREY, linewidth=0.8, zorder=0))


def draw_nodes(axes: Axes, scene: Scene, points: np.ndarray, near: np.ndarray, dot: float = 1.0) -> None:
    """Edges and dots of a scene, at points [N, 2] of the disc. What is nearer to the middle, `near` [N], is larger.
    `dot` scales them all."""
    children, parents = scene.lineage.edges.T
    # Opaque tints, and not transparency: arcs meet in bundles, and would darken to blots there.
    tints = [0.45 * np.array(to_rgb(scene.colours[child])) + 0.55 for child in children]
    axes.add_collection(
        PathCollection(
            arcs(points[children], points[parents]), facecolors="none", edgecolors=tints,
            linewidths=dot * (0.25 + 0.9 * near[parents]), capstyle="round", zorder=1,
        ),
        autolim=False,
    )  # fmt: skip
    first = np.argsort(near, kind="stable")  # the middle is drawn last, on top
    x, y = points[first].T
    axes.scatter(
        x, y, s=np.square(dot * (1.8 + 4.8 * near[first])), c=[scene.colours[node] for node in first],
        linewidths=(0.4 * dot * near[first]).tolist(), edgecolors="#FFFFFF", zorder=2,
    )  # fmt: skip


def draw_labels(axes: Axes, scene: Scene, families: list[str]) -> int:
    """Labels for the nodes there is room for, those nearest the middle first; how many."""
    asked = np.argsort(-scene.nearness, kind="stable")[:ASKED]
    points, near = scene.points[asked], scene.nearness[asked]
    pixels = axes.figure.dpi / 72
    radii = list((0.9 + 2.4 * near) * pixels)
    inks = [darkened(scene.colours[node]) for node in asked]
    placed: tuple[Any, ...] = textalloc.allocate(
        axes, points[:, 0], points[:, 1], [shortened(scene.labels[node]) for node in asked],
        x_scatter=points[:, 0], y_scatter=points[:, 1], scatter_sizes=radii, text_scatter_sizes=radii,
        textsize=list(5.5 + 6.5 * near), textcolor=inks, linecolor=inks, linewidth=0.4,
        margin=0.002, min_distance=0.003, max_distance=0.05, nbr_candidates=120, draw_all=False,
        avoid_label_lines_overlap=True, avoid_crossing_label_lines=True,
        va="bottom", family=families, parse_math=False, zorder=3,
    )  # fmt: skip
    halo = [patheffects.withStroke(linewidth=1.6, foreground="#FFFFFF")]
    labels = [label for label in placed[2] if label is not None]
    for label in labels:
        label.set_path_effects(halo)
    return len(labels)


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
