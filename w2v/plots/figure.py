"""What all pictures share: a page with title, legend, panels and caption; one palette; and saving.

Lengths on a sheet are inches, from its left edge and from its upper edge. Title and legend fill it from above, the
caption from below; panels go between. Figures are built without pyplot: no display and no global state are needed or
touched.
"""

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, ScaledTranslation

from w2v.base.atomic_file import write_bytes
from w2v.base.terminal import harmless
from w2v.errors import W2VError
from w2v.plots.fonts import FONT, fonts_for, known_glyphs
from w2v.plots.line_breaks import lines_of

DATE_OF = {".png": None, ".svg": "Date", ".pdf": "CreationDate"}  # how each kind of file calls its date

PAPER, INK, QUIET, GREY, WHITE = "#FBF9F3", "#2E2C28", "#706C63", "#A9A499", "#FFFFFF"
# Okabe & Ito's eight hues, darkened until they carry small type on paper; their yellow became an olive and their
# black a brown, since grey and black are the colours of words without a group.
PALETTE = ("#1B6CA8", "#C8501E", "#138A68", "#B05C92", "#C98A10", "#4BA3D3", "#7E7B12", "#6A4330")
SHAPES = ("o", "s", "^", "D", "v")  # after eight groups the colours come again with another shape
MOST_GROUPS = len(PALETTE) * len(SHAPES)
TITLE, LEGEND, CAPTION = 17, 9, 7.5  # sizes of type, in points, on pages up to ten inches wide
LINE = 0.29  # inches from one line of a title to the next
EDGE = 0.03  # of a page's width, left free at either side
UPPER, LOWER = 0.25, 0.14  # inches above the title and below the caption


class Mark(NamedTuple):
    """How the dots of a group look."""

    colour: str
    shape: str = "o"  # as matplotlib calls its markers
    hollow: bool = False


def mark_of(number: int) -> Mark:
    """The mark of one of at most `MOST_GROUPS` groups: its own colour, or its own colour and shape."""
    return Mark(PALETTE[number % len(PALETTE)], SHAPES[number // len(PALETTE)])


class Picture(Figure):
    """A figure that a notebook shows as a cell's result, as large as it is on paper: pyplot is not needed for it."""

    def _repr_png_(self) -> tuple[bytes, dict[str, int]]:
        """The file, and how large it is shown: an inch of paper is 96 of a page's pixels."""
        width, height = (round(96 * length) for length in self.get_size_inches())
        return file_of(self, ".png"), {"width": width, "height": height}


class Sheet:
    """A page for one picture.

    Attributes:
        figure: of matplotlib, with a canvas of its own.
        families: fonts that have all characters of the texts.
        width, height: of the page, in inches.
        margin: inches free at the left and the right of title, legend and caption.
        head, foot: inches that are taken above and below.
    """

    def __init__(
        self,
        width: float,
        height: float = 1.0,
        *,
        dpi: int,
        texts: Iterable[str | None] = (),
        margin: float | None = None,
    ) -> None:
        """An empty page of so many inches.

        Args:
            height: where it follows from what the page holds, `fit` sets it later.
            dpi: dots per inch.
            texts: all that will be written, for which fonts are chosen; a UserWarning where none are installed.
        """
        self.figure = Picture(figsize=(width, height), dpi=dpi, facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self.families = fonts_for("".join(text for text in texts if text))
        self.width = width
        self.margin = EDGE * width if margin is None else margin
        self._small = CAPTION * max(1.0, width / 10)  # a wider page is seen from farther away
        self.head, self.foot = UPPER, LOWER
        inches = self.figure.dpi_scale_trans
        to_top = ScaledTranslation(0, 1, cast(Any, self.figure.transFigure))
        self._from_top = Affine2D().scale(1, -1) + inches + to_top
        self._caption: Text | None = None

    @property
    def height(self) -> float:
        return float(self.figure.get_size_inches()[1])

    def fit(self, content: float) -> None:
        """Make the page as high as title, legend and caption take, and so many inches between them."""
        self.figure.set_size_inches(self.width, self.head + content + self.foot)

    def write(self, x: float, y: float, text: str, **style: Any) -> Text:
        """A text at a place, in inches from the left and from above; `style` as of matplotlib's Text."""
        look: dict[str, Any] = {"color": INK, "family": self.families, "parse_math": False, **style}
        return self.figure.text(x, y, harmless(text), transform=self._from_top, **look)

    def title(self, text: str | None, beside: float = 0.0) -> None:
        """A title of as many lines as it needs, up to three, with so many inches at its right left free."""
        if not text:
            return
        for line in self._lines(text, TITLE, 3, beside):
            self.write(self.margin, self.head, line, size=TITLE, va="top")
            self.head += LINE
        self.head += 0.42 - LINE

    def legend(self, entries: Sequence[tuple[str, Line2D]]) -> None:
        """What lines and marks mean, in as many columns as fit the page; see `legend_key`."""
        handles = [handle for _, handle in entries]
        wide = any(handle.get_linestyle() != "None" for handle in handles)
        for columns in range(min(len(entries), 10), 0, -1):
            legend = self.figure.legend(
                handles, [""] * len(handles), ncols=columns, loc="upper left",
                bbox_to_anchor=(self.margin, self.head), bbox_transform=self._from_top,
                prop={"family": self.families, "size": LEGEND}, labelcolor=INK, frameon=False, borderpad=0,
                borderaxespad=0, handlelength=1.6 if wide else 1, handletextpad=0.5 if wide else 0.3, columnspacing=1.5,
            )  # fmt: skip
            # Set afterwards, a name with a dollar sign or a leading underscore is a name like any other.
            for text, (name, _) in zip(legend.get_texts(), entries, strict=True):
                text.set(text=harmless(name), parse_math=False)
            with known_glyphs():
                box = legend.get_window_extent()
            if box.width / self.figure.dpi <= self.width - 2 * self.margin or columns == 1:
                self.head += box.height / self.figure.dpi + 0.1
                return
            legend.remove()

    def caption(self, sentences: Iterable[str]) -> None:
        """Write a caption at the foot, each of the sentences on a line of its own or more; replaces an earlier one."""
        if self._caption:
            self._caption.remove()
        lines = [line for sentence in sentences for line in self._lines(sentence, self._small, 6)]
        with known_glyphs():
            self._caption = self.figure.text(
                self.margin, LOWER, "\n".join(lines), transform=self.figure.dpi_scale_trans, size=self._small,
                color=QUIET, linespacing=1.5, family=self.families, gid="caption", parse_math=False,
            )  # fmt: skip
            self.foot = float(self._caption.get_window_extent().y1 / self.figure.dpi)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes whose upper left corner is at a place, in inches."""
        whole = self.height
        box = (left / self.width, 1 - (top + height) / whole, width / self.width, height / whole)
        return self.figure.add_axes(box, facecolor="none")

    def room(self, left: float = 0.0, below: float = 0.12) -> Axes:
        """Axes that fill the page between legend and caption, with so much more room at the left and below."""
        left += self.margin
        return self.panel(left, self.head, self.width - self.margin - left, self.height - self.head - self.foot - below)

    def _lines(self, text: str, size: float, count: int, beside: float = 0.0) -> list[str]:
        """A text of some size in up to so many lines that fit the page, with some inches beside them left free."""
        font = font_manager.FontProperties(family=self.families, size=size)
        renderer = cast(FigureCanvasAgg, self.figure.canvas).get_renderer()
        with known_glyphs():
            wide = (self.width - 2 * self.margin - beside) * self.figure.dpi
            return lines_of(harmless(text), font, renderer, wide, count)


def legend_key(
    colour: str, *, shape: str | None = "o", line: float = 0.0, hollow: bool = False, dashed: bool = False
) -> Line2D:
    """What stands beside a name in a legend: a mark, a line of some width in points, or both."""
    size = 4.5 if line else 6 if hollow else 7
    handle = Line2D([], [], color=colour, marker=shape or "", linewidth=line, markersize=size)
    handle.set_linestyle(("--" if dashed else "-") if line else "None")
    handle.set(markeredgecolor=colour, markeredgewidth=1.0 if hollow else 0.0)
    if hollow:
        handle.set(markerfacecolor="none")
    return handle


def marks_legend(marks: Mapping[str, Mark]) -> list[tuple[str, Line2D]]:
    """Entries for a legend of groups."""
    return [(shortened(name), legend_key(mark.colour, shape=mark.shape)) for name, mark in marks.items()]


def marks_of(groups: Mapping[str, str], shown: Iterable[str]) -> dict[str, Mark]:
    """The mark of every group that some of the words shown are in, in the order of `groups`.

    Raises:
        W2VError: more groups than can be told apart.
    """
    present = {groups[word] for word in shown if word in groups}
    names = [name for name in dict.fromkeys(groups.values()) if name in present]
    if len(names) > MOST_GROUPS:
        raise W2VError(f"{len(names)} groups were given, and a picture can tell {MOST_GROUPS} apart; give fewer.")
    return {name: mark_of(number) for number, name in enumerate(names)}


def style_curves(axes: Axes, title: str, below: str) -> None:
    """The look of a panel with an axis either way: what it shows above it, what goes across below it."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=GREY, linewidth=0.6)
    axes.tick_params(which="both", color=GREY, labelcolor=QUIET, labelsize=8, labelfontfamily=FONT, width=0.6, length=3)
    axes.grid(color=GREY, alpha=0.25, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_xlabel(below, size=8, color=QUIET, labelpad=2, family=FONT)
    panel_title(axes, title)


def panel_title(axes: Axes, title: str) -> None:
    axes.set_title(harmless(title), size=9.5, color=INK, loc="left", pad=6, family=FONT, parse_math=False)


def save_figure(figure: Figure, path: str | os.PathLike[str], *, outlines: bool = False) -> None:
    """Write a figure as .png, .svg or .pdf, whole or not at all; the same figure gives the same bytes.

    Args:
        outlines: whether the letters of an .svg become shapes, which look the same everywhere. Else they are text,
            which can be searched and edited, in the fonts of the machine that shows it. A .pdf brings its own along.

    Raises:
        W2VError: another suffix, or a file that cannot be written.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in DATE_OF:
        raise W2VError(f"A picture cannot be saved as {path.name!r}: its name must end in {', '.join(DATE_OF)}.")
    write_bytes(path, file_of(figure, suffix, outlines))


def file_of(figure: Figure, suffix: str, outlines: bool = False) -> bytes:
    """What is in the file of a figure; the same figure gives the same bytes.

    suffix: one of `DATE_OF`; outlines: see `save_figure`.
    """
    date = DATE_OF[suffix]
    buffer = io.BytesIO()
    # Ids in an svg are random without a hashsalt; type 42 keeps the letters of a pdf searchable.
    letters = "path" if outlines else "none"
    with (
        matplotlib.rc_context({"svg.hashsalt": "w2v", "svg.fonttype": letters, "pdf.fonttype": 42}),
        known_glyphs(),
    ):
        figure.savefig(buffer, format=suffix[1:], bbox_inches=None, metadata={date: None} if date else None)
    return buffer.getvalue()


def darkened(colour: str) -> str:
    """A colour for type, which needs more contrast than a dot."""
    red, green, blue = 0.55 * np.array(to_rgb(colour)) + 0.45 * np.array(to_rgb(INK))
    return to_hex((red, green, blue))


def tinted(colour: str) -> str:
    """An opaque pale colour. Of transparent ones, what lies over each other would darken to blots."""
    red, green, blue = 0.45 * np.array(to_rgb(colour)) + 0.55
    return to_hex((red, green, blue))


def shortened(name: str) -> str:
    """A name as labels and legends show it, however long it is and whatever is in it."""
    name = harmless(name[:29])
    return name if len(name) <= 28 else name[:27] + "…"
