"""How a map forms over the epochs: a film of the models that training kept on its way.

The last epoch is laid out first, and each earlier one starts from the map of the one after it and is turned onto it
(orthogonal Procrustes, Schönemann 1966), so that what moves between two epochs is what training moved, as far as two
dimensions can show it. Every epoch is held for a moment; between two, the words go from place to place.

A label goes with its dot, and is seen while no dot and no label of a more frequent word lies in its way.
"""

import io
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.animation import FFMpegWriter
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from PIL import Image
from scipy.linalg import orthogonal_procrustes

from w2v.errors import W2VError
from w2v.plots.figure import (
    GREY,
    INK,
    LEFT,
    PALETTE,
    PAPER,
    QUIET,
    WIDTH,
    Look,
    darkened,
    fonts_for,
    footnote,
    frame,
    headline,
    looks_of,
    page,
    shortened,
)
from w2v.plots.layout import Layout, lay_out
from w2v.plots.words.map import prominence_of, rows_of
from w2v.vectors import KeyedVectors

SUFFIXES = (".gif", ".mp4")
HOLD, BETWEEN = 6, 9  # pictures of an epoch, and from one to the next
RATE = 12  # pictures a second
LONGEST = 25  # epochs; of more, as many are taken, evenly spread
FADE = 3  # pictures that a label takes to appear
_KEPT = re.compile(r"epoch-(\d{4,})").fullmatch


def snapshots(folder: Path) -> dict[int, Path]:
    """The models that `w2v train --checkpoint FOLDER` left, by epoch: all, or of many so many as a film needs.

    Raises:
        W2VError: fewer than two.
    """
    found = [(_KEPT(path.name), path) for path in folder.iterdir()] if folder.is_dir() else []
    kept = dict(sorted((int(match[1]), path) for match, path in found if match))
    if len(kept) < 2:
        raise W2VError(
            f"{folder} holds {len(kept)} models kept during training, and a film needs at least two. Train with "
            "w2v.training.checkpoint.Checkpoint(FOLDER), or w2v train --checkpoint FOLDER, and give that folder."
        )
    chosen = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), LONGEST)).round().astype(int))
    return {epoch: kept[epoch] for epoch in np.array(list(kept))[chosen].tolist()}


def frames(models: Sequence[KeyedVectors], words: Sequence[str], method: str = "tsne", seed: int = 1) -> list[Layout]:
    """A layout for each model, of the same words in the same order, each turned onto the next and as wide as it.

    Args:
        models: one after another in time, at least one.
        words: three or more that all know; positions have their order.
        method: of `layout.METHODS`.
        seed: of t-SNE and UMAP.

    Raises:
        W2VError: what `lay_out` raises.
    """
    layouts: list[Layout] = []
    start = None
    for vectors in reversed(models):
        layout = lay_out(vectors, [vectors.key_to_index[word] for word in words], method, seed, start)
        start = layout.points
        if not layout.ruled:
            points = layout.points - layout.points.mean(axis=0)
            points /= np.sqrt(np.square(points).sum(axis=1).mean())
            turn = orthogonal_procrustes(points, layouts[-1].points)[0] if layouts else np.eye(2)
            layout, start = layout._replace(points=points @ turn), start @ turn
        layouts.append(layout)
    return layouts[::-1]


def write_film(
    models: Mapping[int, KeyedVectors],
    path: Path,
    words: Sequence[str] | None = None,
    *,
    top: int = 80,
    method: str = "tsne",
    groups: Mapping[str, str] | None = None,
    seed: int = 1,
    title: str | None = None,
    figsize: tuple[float, float] = (8.0, 6.4),
    dpi: int = 90,
) -> None:
    """Write a film of how the map of some words formed; the same arguments give the same gif.

    Args:
        models: by epoch, as `snapshots` finds them.
        path: a .gif, or where the program ffmpeg is installed an .mp4.
        words, top, method, groups, seed, title, figsize, dpi: as in `map.plot_words`.

    Warns:
        UserWarning: as `plot_words`.

    Raises:
        W2VError: as `plot_words`; another suffix, an .mp4 without ffmpeg, or a file that cannot be written.
    """
    suffix = check_film(path)
    last = models[max(models)]
    shown = [last.index_to_key[row] for row in rows_of(last, words, top)]
    if missing := [word for word in shown if any(word not in vectors.key_to_index for vectors in models.values())]:
        raise W2VError(f"The models of a film are of one run, and not all of these know {missing[0]!r}.")
    epochs = sorted(models)
    layouts = frames([models[epoch] for epoch in epochs], shown, method, seed)
    styles = looks_of(groups or {}, shown)
    looks = [styles[groups[w]] if groups and w in groups else (GREY if groups else PALETTE[0], "o") for w in shown]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # fonts_for has said it better
        prominence = prominence_of(last, [last.key_to_index[word] for word in shown])
        scene = _Scene(prominence, shown, looks, styles, layouts, title, figsize, dpi)
        pictures = scene.pictures(epochs)
        try:
            if suffix == ".gif":
                _write_gif(pictures, scene.palette, path)
            else:
                _write_mp4(scene.figure, pictures, path)
        except OSError as error:
            raise W2VError(f"The film cannot be written to {path}: {error.strerror or error}.") from error


def check_film(path: Path) -> str:
    """The suffix of a film's name; a W2VError unless it is one that can be written here."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise W2VError(f"A film cannot be saved as {path.name!r}: its name must end in {', '.join(SUFFIXES)}.")
    if suffix == ".mp4" and shutil.which("ffmpeg") is None:
        raise W2VError("An .mp4 needs the program ffmpeg, which is not installed; install it, or write a .gif.")
    return suffix


class _Scene:
    """The page that all pictures of a film are drawn on."""

    def __init__(
        self,
        prominence: np.ndarray,
        shown: Sequence[str],
        looks: Sequence[Look],
        styles: Mapping[str, Look],
        layouts: Sequence[Layout],
        title: str | None,
        figsize: tuple[float, float],
        dpi: int,
    ) -> None:
        self.layouts = layouts
        self.figure: Figure = page(figsize, dpi)
        self.families = fonts_for("".join([*shown, *styles, title or ""]))
        edge = headline(self.figure, title, styles, self.families)
        height = figsize[1]
        self.told = self.figure.text(
            LEFT + WIDTH, 1 - 0.25 / height, "", size=12, color=QUIET, va="top", ha="right", family=self.families
        )
        edge = min(edge, 1 - 0.55 / height)
        bottom = (self.explain(0) + 0.1) / height
        self.axes = self.figure.add_axes((LEFT, bottom, WIDTH, edge - bottom), facecolor="none")
        frame(self.figure, self.axes, np.vstack([layout.points for layout in layouts]), ruled=False)
        widths = 2.2 + 3.2 * prominence
        self.members = [np.array([other == look for other in looks]) for look in dict.fromkeys(looks)]
        self.dots: list[PathCollection] = []
        for (colour, mark), own in zip(dict.fromkeys(looks), self.members, strict=True):
            x, y = layouts[0].points[own].T
            self.dots.append(self.axes.scatter(x, y, s=widths[own] ** 2, c=colour, marker=mark, linewidths=0))
        stroke = [withStroke(linewidth=2, foreground=PAPER)]
        self.labels: list[Text] = [
            self.axes.text(
                0, 0, shortened(word), size=8 + 2 * share, color=darkened(look[0]), family=self.families, va="bottom",
                alpha=0.0, parse_math=False, path_effects=stroke, zorder=3, transform=None,
            )
            for word, look, share in zip(shown, looks, prominence, strict=True)
        ]  # fmt: skip
        self.order = np.argsort(-prominence, kind="stable")
        extents = [label.get_window_extent() for label in self.labels]
        self.sizes = np.array([(box.width, box.height) for box in extents])
        self.gaps = widths / 2 * dpi / 72 + 2
        self.shades = np.zeros(len(shown))
        self.sides = np.zeros(len(shown), dtype=int)
        hues = {PAPER, INK, QUIET, *(hue for colour, _ in looks for hue in (colour, darkened(colour)))}
        self.palette = palette_of(sorted(hues))

    def explain(self, number: int) -> float:
        layout = self.layouts[number]
        lines = [
            f"{len(layout.points)} words. {layout.how}",
            f"Each epoch’s map is turned onto the next. Of a word’s {layout.near} nearest neighbours by cosine, "
            f"{layout.kept:.0%} are among its {layout.near} nearest here (by chance {layout.chance:.0%}).",
        ]
        return footnote(self.figure, lines, self.families)

    def pictures(self, epochs: Sequence[int]) -> Iterator[np.ndarray]:
        """All pictures, uint8 [H, W, 3] each."""
        steps = [(i, i, 0.0) for i in [0] * HOLD]
        for i, j in pairwise(range(len(epochs))):
            steps += [(i, j, (step + 1) / (BETWEEN + 1)) for step in range(BETWEEN)] + [(j, j, 0.0)] * HOLD
        steps += [(len(epochs) - 1, len(epochs) - 1, 0.0)] * 2 * HOLD
        for start, end, share in steps:
            now = start if share < 0.5 else end
            if (told := f"epoch {epochs[now]} of {epochs[-1]}") != self.told.get_text():
                self.told.set_text(told)
                self.explain(now)
            eased = share * share * (3 - 2 * share)
            self.place((1 - eased) * self.layouts[start].points + eased * self.layouts[end].points)
            self.figure.canvas.draw()
            yield np.asarray(self.figure.canvas.buffer_rgba())[:, :, :3].copy()  # type: ignore[attr-defined]

    def place(self, points: np.ndarray) -> None:
        """Put dots at points [N, 2], and show the labels that have room: beside, above or below their dot."""
        pixels = self.axes.transData.transform(points)
        frame = self.axes.get_window_extent()
        wide, high = self.sizes.T
        gap, none = self.gaps, np.zeros(len(points))
        sides = [(gap, -high / 2), (-gap - wide, -high / 2), (-wide / 2, gap), (-wide / 2, -gap - high)]
        corners = np.stack([pixels + np.stack([x + none, y + none], axis=1) for x, y in sides])  # [4, N, 2]
        ends = corners + self.sizes
        inside = (corners >= frame.min).all(axis=2) & (ends <= frame.max).all(axis=2)
        low, top = np.empty((0, 2)), np.empty((0, 2))  # the labels shown so far
        before, self.shades = self.shades, np.zeros(len(points))
        for i in self.order:
            for side in dict.fromkeys((int(self.sides[i]), 0, 1, 2, 3)):
                corner, end = corners[side, i], ends[side, i]
                clear = inside[side, i] and not ((corner < top) & (low < end)).all(axis=1).any()
                if clear and not ((corner - 1 < pixels) & (pixels < end + 1)).all(axis=1).any():
                    low, top = np.vstack([low, corner]), np.vstack([top, end])
                    self.shades[i] = min(before[i] * (side == self.sides[i]) + 1 / FADE, 1.0)
                    self.sides[i] = side
                    self.labels[i].set_position(tuple(corner))
                    break
            self.labels[i].set(alpha=self.shades[i], visible=bool(self.shades[i]))
        for dots, own in zip(self.dots, self.members, strict=True):
            dots.set_offsets(points[own])


def palette_of(colours: Sequence[str]) -> Image.Image:
    """At most 256 colours: those given, and what lies between them and the paper. So no group gets another's colour, as
    it might when a picture's colours are counted down by how much of it they cover."""
    steps = min(16, 255 // len(colours))
    paper = 255 * np.array(to_rgb(PAPER))
    mixed = [
        paper + (255 * np.array(to_rgb(hue)) - paper) * step / steps for hue in colours for step in range(1, steps + 1)
    ]
    image = Image.new("P", (1, 1))
    image.putpalette(np.array([paper, *mixed]).round().astype(np.uint8).tobytes())
    return image


def _write_gif(pictures: Iterator[np.ndarray], palette: Image.Image, path: Path) -> None:
    """A picture like the one before only lengthens that one; of the others, what changed is written."""
    seen: list[Image.Image] = []
    spans: list[int] = []
    for picture in pictures:
        image = Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE)
        if seen and image.tobytes() == seen[-1].tobytes():
            spans[-1] += round(1000 / RATE)
        else:
            seen.append(image)
            spans.append(round(1000 / RATE))
    buffer = io.BytesIO()
    seen[0].save(buffer, format="GIF", save_all=True, append_images=seen[1:], duration=spans, loop=0, disposal=1)
    path.write_bytes(buffer.getvalue())


def _write_mp4(figure: Figure, pictures: Iterator[np.ndarray], path: Path) -> None:
    writer = FFMpegWriter(fps=RATE, extra_args=["-pix_fmt", "yuv420p", "-loglevel", "error"])
    with writer.saving(figure, str(path), figure.dpi):
        for _ in pictures:
            writer.grab_frame()
