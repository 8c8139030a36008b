"""A hierarchy as it forms: from a cloud in the middle of the disc, side by side or as an animation.

All states are seen as the final one is: the same nodes, edges and colours, and the same two directions, from the same
node or, in more than two dimensions, from the mean of each state.
"""

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image
from scipy.spatial import cKDTree

from w2v.errors import W2VError
from w2v.geometry import POINCARE
from w2v.plots.figure import GREY, INK, PAPER, QUIET, fonts_for, headline, page
from w2v.plots.hierarchy.disc import draw_nodes, frame_disc
from w2v.plots.hierarchy.projection import middle_of
from w2v.plots.hierarchy.view import Scene, arrange, ball_of, place_of
from w2v.vectors import KeyedVectors

PANEL, EDGE = 2.1, 0.2  # inches: a disc, and what is left free beside and between
COLUMNS = 5
FRAMES = 12  # a second
HOLD = 2000  # milliseconds that an animation rests on its last state
SEEN = (1.03, 1.03)  # what a small disc's axes show either way of the middle
State = tuple[np.ndarray, np.ndarray]  # points [N, 2] of the disc, nearness [N]


def strip(
    snapshots: Mapping[int, np.ndarray],
    vectors: KeyedVectors,
    edges: np.ndarray,
    *,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw states of training as small discs side by side, without labels.

    Args:
        snapshots: epoch -> points of the ball [V, D], rows as in `vectors`.
        vectors: the final state, by which nodes, colours and projection are chosen.
        words, top, centre, colour, subtrees, title, dpi: as for `disc.plot_disc`; at every epoch the same node is
            moved to the middle.

    Raises:
        W2VError: no snapshots, snapshots of another shape or out of the ball, or what `disc.plot_disc` raises.
    """
    scene = arrange(vectors, edges, words=words, top=top, centre=centre, colour=colour, subtrees=subtrees)
    states = _states(snapshots, vectors, scene, centre)
    columns = min(len(states), COLUMNS)
    lines = -(-len(states) // columns)
    width = max(columns * (PANEL + EDGE) + EDGE, 4.8)  # or the caption would stand higher than wide
    told = textwrap.wrap(scene.caption, int(17 * width))
    head, foot = 0.62 + (0.42 if title else 0.0), 0.3 + 0.15 * len(told)
    height = head + lines * (PANEL + 0.3) + foot
    figure = page((width, height), dpi)
    families = fonts_for("".join([*scene.legend, title or ""]))
    headline(figure, title, {name: (hue, "o") for name, hue in scene.legend.items()}, families)
    for number, (epoch, state) in enumerate(states.items()):
        row, column = divmod(number, columns)
        left, bottom = EDGE + column * (PANEL + EDGE), height - head - (row + 1) * (PANEL + 0.3) + 0.3
        axes = figure.add_axes((left / width, bottom / height, PANEL / width, PANEL / height), facecolor="none")
        frame_disc(axes, SEEN)
        draw_nodes(axes, scene, *state, dot=0.55)
        figure.text(
            (left + PANEL / 2) / width, (bottom - 0.19) / height, f"epoch {epoch}", size=8.5, color=INK, ha="center",
            family=families,
        )  # fmt: skip
    figure.text(
        EDGE / width, 0.12 / height, "\n".join(told), size=7, color=QUIET, linespacing=1.5, family=families,
        parse_math=False,
    )  # fmt: skip
    return figure


def animate(
    snapshots: Mapping[int, np.ndarray],
    vectors: KeyedVectors,
    edges: np.ndarray,
    path: str | os.PathLike[str],
    *,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    title: str | None = None,
    seconds: float = 6.0,
    size: float = 5.4,
    dpi: int = 100,
) -> None:
    """Write training as a .gif that runs for ever; between two snapshots every node walks along its geodesic.

    Args:
        snapshots: at least two, as for `strip`; each interval takes as long as every other.
        seconds: how long one run takes, before it rests on the last state.
        size: width of the page in inches.

    Raises:
        W2VError: fewer than two snapshots, a file that cannot be written, another suffix, or what `strip` raises.
    """
    path = Path(path)
    if path.suffix.lower() != ".gif":
        raise W2VError(f"An animation cannot be saved as {path.name!r}: its name must end in .gif.")
    scene = arrange(vectors, edges, words=words, top=top, centre=centre, colour=colour, subtrees=subtrees)
    states = _states(snapshots, vectors, scene, centre)
    if len(states) < 2:
        raise W2VError(f"An animation needs at least two snapshots of the training, and got {len(states)}.")
    families = fonts_for("".join([*scene.legend, title or ""]))
    head, disc = 0.62 + (0.42 if title else 0.0), size - 2 * EDGE
    height = head + disc + EDGE
    figure = page((size, height), dpi)
    headline(figure, title, {name: (hue, "o") for name, hue in scene.legend.items()}, families)
    axes = figure.add_axes((EDGE / size, EDGE / height, disc / size, disc / height), facecolor="none")
    palette = _palette(list(scene.legend.values()))
    known = np.full(1 << 24, -1, dtype=np.int16)
    frames = []
    for epoch, state in _walk(states, seconds):
        axes.clear()
        frame_disc(axes, SEEN)
        draw_nodes(axes, scene, *state, dot=0.8)
        axes.text(-SEEN[0], -SEEN[1], f"epoch {epoch}", size=9, color=INK)
        frames.append(_frame(figure, palette, known))
    durations = [1000 // FRAMES] * (len(frames) - 1) + [HOLD]
    try:
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)
    except OSError as error:
        raise W2VError(f"The animation cannot be written to {path}: {error.strerror or error}.") from error


def _palette(hues: Sequence[str]) -> np.ndarray:
    """The colours of an animation, of which a .gif has 256: shades of every hue and of ink; uint8 [256, 3].

    Chosen from the frames, as image libraries do, they would be mostly paper."""
    white, inks = np.ones(3), [INK, GREY, *hues]
    shades = np.linspace(0, 1, 255 // len(inks))[:, None]
    colours = np.vstack([to_rgb(PAPER), *(white * (1 - shades) + shades * to_rgb(ink) for ink in inks)])
    return np.rint(255 * np.vstack([colours, np.ones((256 - len(colours), 3))])).astype(np.uint8)


def _frame(figure: Figure, palette: np.ndarray, known: np.ndarray) -> Image.Image:
    """The page as it is now, in the nearest colours of the palette; `known` [2^24] keeps those found so far."""
    figure.canvas.draw()
    pixels = np.asarray(cast(FigureCanvasAgg, figure.canvas).buffer_rgba())[:, :, :3].astype(np.int32)
    codes = pixels[:, :, 0] << 16 | pixels[:, :, 1] << 8 | pixels[:, :, 2]
    new = np.unique(codes[known[codes] < 0])
    known[new] = cKDTree(palette).query(np.stack([new >> 16, new >> 8 & 255, new & 255], axis=1))[1]
    frame = Image.fromarray(known[codes].astype(np.uint8))
    frame.putpalette(palette.tobytes())
    return frame


def _walk(states: Mapping[int, State], seconds: float) -> Iterator[tuple[int, State]]:
    """Every frame's epoch and state, the first and the last included."""
    epochs = list(states)
    each = max(round(seconds * FRAMES / (len(epochs) - 1)), 1)
    for begin, end in pairwise(epochs):
        (start, near), (goal, then) = states[begin], states[end]
        for share in np.arange(each) / each:
            points = np.asarray(POINCARE.geodesic(start, goal, share))
            yield round(begin + share * (end - begin)), (points, near + share * (then - near))
    yield epochs[-1], states[epochs[-1]]


def _states(
    snapshots: Mapping[int, np.ndarray], vectors: KeyedVectors, scene: Scene, centre: str | None
) -> dict[int, State]:
    """The scene's nodes at every epoch, in order."""
    if not snapshots:
        raise W2VError("There are no snapshots to draw; train with snapshots put aside every few epochs.")
    states = {}
    for epoch in sorted(snapshots):
        table = ball_of(vectors, snapshots[epoch])
        if table.shape[1] != vectors.vectors.shape[1]:
            raise W2VError(
                f"The snapshot of epoch {epoch} has {table.shape[1]} numbers a node and the vectors "
                f"{vectors.vectors.shape[1]}; give snapshots of the same training."
            )
        points, projection = table[scene.lineage.rows], scene.projection
        if centre is not None:
            projection = projection.about(points[place_of(scene.names, centre, "centre")])
        elif projection.directions is not None:
            projection = projection.about(middle_of(points))
        states[epoch] = projection(points), projection.nearness(points)
    return states
