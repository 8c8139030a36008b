"""How a map forms over the epochs: a film, or a page with a slider, of the states of a training run.

The last epoch is laid out first, and each earlier one starts from the map of the one after it and is turned onto it
(orthogonal Procrustes, Schönemann 1966), so that what moves between two epochs is what training moved, as far as two
dimensions can show it. Vectors of two numbers are shown as they are, with axes, and nothing is turned. Every epoch is
held for a moment, or the words never rest; between two epochs, they go from place to place.

A label goes with its dot, and is seen while no dot and no label of a more frequent word lies in its way.
"""

import math
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.collections import PathCollection
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from scipy.linalg import orthogonal_procrustes

from w2v.errors import W2VError, counted, shown
from w2v.plots import animation
from w2v.plots.animation import RATE, Moment, palette_of
from w2v.plots.figure import GREY, PAPER, QUIET, UPPER, Sheet, darkened, marks_legend, shortened
from w2v.plots.fonts import known_glyphs
from w2v.plots.html.frame import save_page
from w2v.plots.labels import dot_widths, enlarged, frame
from w2v.plots.layout import Layout, lay_out, usual_method
from w2v.plots.words.page import page_of
from w2v.plots.words.selection import Selection, select
from w2v.vectors import KeyedVectors, vectors_of

SUFFIXES = (".gif", ".mp4", ".html")
HOLD, BETWEEN = 6, 9  # pictures of an epoch, and from one to the next
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
            f"{folder} holds {counted(len(kept), 'model')} kept during training, and a film needs at least two. "
            "Train with w2v.Checkpoint(FOLDER), or w2v train --checkpoint FOLDER, and give that folder."
        )
    chosen = np.unique(np.linspace(0, len(kept) - 1, min(len(kept), LONGEST)).round().astype(int))
    return {epoch: kept[epoch] for epoch in np.array(list(kept))[chosen].tolist()}


def frames(
    models: Sequence[KeyedVectors], words: Sequence[str], method: str | None = None, seed: int = 1
) -> list[Layout]:
    """A layout for each model, of the same words in the same order, each turned onto the next and as wide as it.

    Args:
        models: one after another in time, at least one.
        words: two or more that all know; positions have their order.
        method: of `layout.METHODS`; None: the usual one.
        seed: of t-SNE and UMAP.

    Raises:
        W2VError: what `lay_out` raises.
    """
    layouts: list[Layout] = []
    start = None
    if models[0].vector_size > 2:
        method = method or usual_method()  # once for all
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
    models: Mapping[int, Any] | str | os.PathLike[str],
    path: str | os.PathLike[str],
    words: Sequence[str] | None = None,
    *,
    top: int = 80,
    method: str | None = None,
    groups: Mapping[str, str] | None = None,
    seconds: float | None = None,
    note: str = "",
    seed: int = 1,
    title: str | None = None,
    figsize: tuple[float, float] = (8.0, 6.4),
    dpi: int = 90,
) -> None:
    """Write a film of how the map of some words formed, or a page with a slider; the same arguments give the same file.

    Args:
        models: vectors by epoch, two or more, as `Snapshots` keeps them; or the folder of a `Checkpoint`, of whose
            models at most `LONGEST` are taken, evenly spread.
        path: a .gif; where the program ffmpeg is installed an .mp4; or an .html, one file that needs no network.
        words, top, method, groups, seed, title, figsize, dpi: as in `map.plot_words`; a page has no size.
        seconds: above 0, how long a film goes from the first epoch to the last without a pause, as long from each to
            the next. None: it pauses at each, and takes 1.25 seconds an epoch.
        note: sentences for the end of the caption, such as where the groups come from.

    Warns:
        UserWarning: as `plot_words`.

    Raises:
        W2VError: as `plot_words`; fewer than two models, another suffix, an .mp4 without ffmpeg, `seconds` out of its
            range, or a file that cannot be written.
    """
    path = Path(path)
    suffix = animation.check_suffix(path, SUFFIXES)
    if seconds is not None and not 0 < seconds < math.inf:
        raise W2VError(f"seconds is {shown(seconds)}; expected a number above 0, such as 10, or None.")
    states = _states(models)
    last = states[max(states)]
    chosen = select(last, words, top, groups)
    if missing := [w for w in chosen.words if any(w not in vectors.key_to_index for vectors in states.values())]:
        raise W2VError(f"The models of a film are of one run, and not all of these know {missing[0]!r}.")
    layouts = dict(zip(states, frames(list(states.values()), chosen.words, method, seed), strict=True))
    if suffix == ".html":
        moments = {f"epoch {epoch}": layout.points for epoch, layout in layouts.items()}
        text = page_of(last, chosen.words, groups=groups, frames=moments, title=title, note=note)
        save_page(text, path)
        return
    sheet = Sheet(*figsize, dpi=dpi, texts=[*chosen.words, *chosen.groups, title, note])
    film = Film(sheet, chosen, layouts, title, note)
    hues = sorted({colour for mark in chosen.marks for colour in (mark.colour, darkened(mark.colour))})
    animation.write_film(sheet.figure, film.moments(seconds), path, palette_of([*hues, GREY]))


def _states(models: Any) -> dict[int, KeyedVectors]:
    """Vectors by epoch, in the order of the epochs."""
    if isinstance(models, (str, os.PathLike)):
        return {epoch: KeyedVectors.load(path) for epoch, path in snapshots(Path(models)).items()}
    if not isinstance(models, Mapping) or len(models) < 2:
        raise W2VError(
            "A film needs vectors of at least two epochs, {epoch: vectors}, as w2v.Snapshots keeps them, or the folder "
            f"of a w2v.Checkpoint; and {shown(models)} was given."
        )
    return {epoch: vectors_of(models[epoch]) for epoch in sorted(models)}


class Film:
    """The page that all pictures of a film are drawn on, one after the other."""

    def __init__(
        self,
        sheet: Sheet,
        chosen: Selection,
        layouts: Mapping[int, Layout],
        title: str | None = None,
        note: str = "",
    ) -> None:
        """`layouts` are those of the words chosen, by epoch; `note` ends the caption."""
        self.sheet, self.layouts, self.note = sheet, dict(layouts), note
        right = sheet.width - sheet.margin
        longest = self.told(max(self.layouts))
        self.epoch = sheet.write(right, UPPER, longest, size=12, color=QUIET, va="top", ha="right")
        box = self.epoch.get_window_extent()
        sheet.title(title, beside=box.width / sheet.figure.dpi + 0.2)
        sheet.head = max(sheet.head, UPPER + box.height / sheet.figure.dpi + 0.13)
        sheet.legend(marks_legend(chosen.groups))
        first = next(iter(self.layouts))
        self.explain(first)
        places = [layout.points for layout in self.layouts.values()]
        if ruled := self.layouts[first].ruled:
            places.append(np.zeros((1, 2)))
        self.axes = sheet.room(left=0.3, below=0.36) if ruled else sheet.room(below=0.1)
        frame(self.axes, np.vstack(places), ruled=ruled)
        widths = dot_widths(chosen.prominence)
        kinds = list(dict.fromkeys(chosen.marks))
        self.members = [np.array([other == mark for other in chosen.marks]) for mark in kinds]
        self.dots: list[PathCollection] = []
        for mark, own in zip(kinds, self.members, strict=True):
            x, y = self.layouts[first].points[own].T
            self.dots.append(
                self.axes.scatter(x, y, s=widths[own] ** 2, c=mark.colour, marker=mark.shape, linewidths=0)
            )
        larger = enlarged(len(chosen.words))
        stroke = [withStroke(linewidth=2, foreground=PAPER)]
        self.labels: list[Text] = [
            self.axes.text(
                0, 0, shortened(word), size=(8 + 2 * share) * larger, color=darkened(mark.colour),
                family=sheet.families, va="bottom", alpha=0.0, parse_math=False, path_effects=stroke, zorder=3,
                transform=None,
            )
            for word, mark, share in zip(chosen.words, chosen.marks, chosen.prominence, strict=True)
        ]  # fmt: skip
        self.order = np.argsort(-chosen.prominence, kind="stable")
        with known_glyphs():
            extents = [label.get_window_extent() for label in self.labels]
        self.sizes = np.array([(box.width, box.height) for box in extents])
        self.gaps = widths / 2 * sheet.figure.dpi / 72 + 2
        self.shades = np.ones(len(chosen.words))
        self.sides = np.full(len(chosen.words), -1)  # of their dots; -1: not placed yet, and seen at once

    def told(self, epoch: int) -> str:
        return f"epoch {epoch} of {max(self.layouts)}"

    def explain(self, epoch: int) -> None:
        layout = self.layouts[epoch]
        turned = "" if layout.ruled else "Each epoch’s map is turned onto the next. "
        self.sheet.caption([
            f"{counted(len(layout.points), 'word')}. {layout.how}",
            f"{turned}{layout.faithfulness()} {self.note}".strip(),
        ])  # fmt: skip

    def moments(self, seconds: float | None = None) -> Iterator[Moment]:
        """All pictures, one after the other; `seconds` as for `write_film`."""
        epochs = list(self.layouts)
        steps = [(epochs[0], epochs[0], 0.0)] * HOLD
        if seconds is None:
            for i, j in pairwise(epochs):
                eased = [share * share * (3 - 2 * share) for share in np.arange(1, BETWEEN + 1) / (BETWEEN + 1)]
                steps += [(i, j, share) for share in eased] + [(j, j, 0.0)] * HOLD
        else:
            every = max(round(seconds * RATE), len(epochs) - 1)  # pictures
            for number in range(1, every):
                i, share = divmod(number * (len(epochs) - 1), every)
                steps.append((epochs[i], epochs[i + 1], share / every))
        steps += [(epochs[-1], epochs[-1], 0.0)] * 2 * HOLD
        for step in steps:
            yield Moment(partial(self.show, *step))

    def show(self, start: int, end: int, share: float) -> None:
        """Draw the words on their way from one epoch to another, of which they have gone this share."""
        now = start if share < 0.5 else end
        if self.told(now) != self.epoch.get_text():
            self.epoch.set_text(self.told(now))
            self.explain(now)
        self.place((1 - share) * self.layouts[start].points + share * self.layouts[end].points)

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
            for side in dict.fromkeys((max(int(self.sides[i]), 0), 0, 1, 2, 3)):
                corner, end = corners[side, i], ends[side, i]
                clear = inside[side, i] and not ((corner < top) & (low < end)).all(axis=1).any()
                if clear and not ((corner - 1 < pixels) & (pixels < end + 1)).all(axis=1).any():
                    low, top = np.vstack([low, corner]), np.vstack([top, end])
                    self.shades[i] = min(before[i] * (self.sides[i] in (side, -1)) + 1 / FADE, 1.0)
                    self.sides[i] = side
                    self.labels[i].set_position(tuple(corner))
                    break
            self.sides[i] = max(self.sides[i], 0)
            self.labels[i].set(alpha=self.shades[i], visible=bool(self.shades[i]))
        for dots, own in zip(self.dots, self.members, strict=True):
            dots.set_offsets(points[own])
