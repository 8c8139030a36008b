"""What all pictures of words are made of: paper, inks, fonts, a frame, dots and labels that do not collide, a file.

Labels are placed by textalloc, in the order given, never over another label and never out of the frame; a word without
room keeps its dot. (adjustText, which pushes labels apart by forces, left 73 pairs overlapping among 300 words.)
Figures are built without pyplot: no display and no global state are needed or touched.
"""

import io
import os
import textwrap
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import textalloc
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from w2v.errors import W2VError

DATE_OF = {".png": None, ".svg": "Date", ".pdf": "CreationDate"}  # how each kind of file calls its date

PAPER, INK, QUIET, GREY = "#FBF9F3", "#2E2C28", "#706C63", "#A9A499"
# Okabe & Ito's eight hues, darkened until they carry small type on paper; their yellow became an olive and their
# black a brown, since grey and black are the colours of words without a group.
PALETTE = ("#1B6CA8", "#C8501E", "#138A68", "#B05C92", "#C98A10", "#4BA3D3", "#7E7B12", "#6A4330")
MARKS = ("o", "s", "^", "D", "v")  # after eight groups the colours come again with another mark
MOST_GROUPS = len(PALETTE) * len(MARKS)
FONT = "DejaVu Sans"
LEFT, WIDTH = 0.03, 0.94  # of the page
Look = tuple[str, str]  # colour, mark


def page(figsize: tuple[float, float], dpi: int) -> Figure:
    """An empty page; inches, and dots per inch."""
    figure = Figure(figsize=figsize, dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def footnote(figure: Figure, lines: Sequence[str], families: list[str]) -> float:
    """Write the caption at the foot of the page, and break what is longer than a line; its upper edge in inches."""
    width, height = figure.get_size_inches()
    broken = [part for line in lines for part in textwrap.wrap(line, int(19.5 * width))]
    for old in [text for text in figure.texts if text.get_gid() == "caption"]:
        old.remove()
    text = figure.text(
        LEFT, 0.14 / height, "\n".join(broken), size=7, color=QUIET, linespacing=1.5, family=families, gid="caption",
        parse_math=False,
    )  # fmt: skip
    return float(text.get_window_extent().y1 / figure.dpi)


def headline(figure: Figure, title: str | None, styles: Mapping[str, Look], families: list[str]) -> float:
    """Write title and legend; how high the map below them may reach, as a fraction of the page."""
    height = figure.get_size_inches()[1]
    edge = 1 - 0.25 / height
    if title:
        figure.text(LEFT, edge, title, size=17, color=INK, va="top", family=families, parse_math=False)
        edge -= 0.42 / height
    handles = [Line2D([], [], linestyle="", marker=mark, color=colour) for colour, mark in styles.values()]
    for columns in range(min(len(styles), 10), 0, -1):
        legend = figure.legend(
            handles, [""] * len(handles), ncols=columns, loc="upper left", bbox_to_anchor=(LEFT, edge),
            prop={"family": families, "size": 9}, labelcolor=INK, frameon=False,
            borderpad=0, borderaxespad=0, handlelength=1, handletextpad=0.3, columnspacing=1.4,
        )  # fmt: skip
        # Set afterwards, a name with a dollar sign or a leading underscore is a name like any other.
        for text, name in zip(legend.get_texts(), styles, strict=True):
            text.set(text=shortened(name), parse_math=False)
        box = legend.get_window_extent().transformed(figure.transFigure.inverted())
        if box.width <= WIDTH or columns == 1:
            return box.y0 - 0.1 / height
        legend.remove()
    return edge


def looks_of(groups: Mapping[str, str], shown: Iterable[str]) -> dict[str, Look]:
    """Colour and mark of every group that is on the map."""
    present = {groups[word] for word in shown if word in groups}
    names = [name for name in dict.fromkeys(groups.values()) if name in present]
    if len(names) > MOST_GROUPS:
        raise W2VError(f"{len(names)} groups were given, and a map can tell {MOST_GROUPS} apart; give fewer.")
    return {name: (PALETTE[i % len(PALETTE)], MARKS[i // len(PALETTE)]) for i, name in enumerate(names)}


def frame(figure: Figure, axes: Axes, around: np.ndarray, ruled: bool) -> None:
    """One scale for both axes, and room at the edges for the labels of the outermost of the points [N, 2]."""
    page = np.array(axes.get_position().size) * figure.get_size_inches()
    middle = (around.max(axis=0) + around.min(axis=0)) / 2
    half = page * max((np.ptp(around, axis=0) / (page - [1.2, 0.5])).max(), 1e-9) / 2
    (left, bottom), (right, upper) = middle - half, middle + half
    axes.set(xlim=(left, right), ylim=(bottom, upper), aspect="equal", adjustable="datalim")
    axes.spines[:].set_visible(False)
    if ruled:
        axes.tick_params(color=GREY, labelcolor=QUIET, labelsize=7, width=0.5, length=3)
        axes.axhline(0, color=GREY, linewidth=0.4, zorder=0)
        axes.axvline(0, color=GREY, linewidth=0.4, zorder=0)
    else:
        axes.set(xticks=[], yticks=[])


def draw(
    figure: Figure,
    axes: Axes,
    points: np.ndarray,
    words: Sequence[str],
    prominence: np.ndarray,
    looks: Sequence[Look],
    families: list[str],
    *,
    lines: Sequence[np.ndarray] = (),
) -> int:
    """Dots, and labels for the words there is room for, the first words first; how many words stay without one.

    Args:
        figure, axes: where; the axes' limits are set before.
        points: of the dots, [N, 2].
        words: N labels.
        prominence: of the words, from 0 to 1 [N]: the size of dot and label.
        looks: colour and mark of each dot.
        families: fonts, as `fonts_for` gives them.
        lines: segments [2, 2] that are drawn already, for labels to keep clear of.
    """
    widths = 2.2 + 3.2 * prominence  # of the dots, in points
    for look in dict.fromkeys(looks):
        alike = np.array([other == look for other in looks])
        x, y = points[alike].T
        axes.scatter(x, y, s=widths[alike] ** 2, c=look[0], marker=look[1], linewidths=0, alpha=0.9, zorder=2)
    pixels = figure.dpi / 72  # a point
    radii = list(widths / 2 * pixels)
    inks = [darkened(colour) for colour, _ in looks]
    size = float(np.clip(10.2 - len(words) / 100, 6.6, 9.2))
    growth = float(np.clip(2.5 - len(words) / 300, 1.2, 2.0))
    kept_clear: dict[str, Any] = {}
    if lines:
        kept_clear = {"x_lines": [line[:, 0] for line in lines], "y_lines": [line[:, 1] for line in lines]}
    placed: tuple[Any, ...] = textalloc.allocate(
        axes, points[:, 0], points[:, 1], [shortened(word) for word in words],
        **kept_clear,
        x_scatter=points[:, 0], y_scatter=points[:, 1], scatter_sizes=radii, text_scatter_sizes=radii,
        textsize=[size + growth * share for share in prominence], textcolor=inks,
        linecolor=[colour for colour, _ in looks], linewidth=0.5,
        margin=0.002, min_distance=0.003, max_distance=0.07, nbr_candidates=200, draw_all=False,
        avoid_label_lines_overlap=True, avoid_crossing_label_lines=True,
        va="bottom", family=families, parse_math=False, zorder=3,
    )  # fmt: skip
    _, _, labels, leaders = placed
    for leader, radius in zip(leaders, radii, strict=True):
        if leader is not None:
            ends = axes.transData.transform(leader.get_xydata())
            if np.hypot(*(ends[1] - ends[0])) < radius + 6 * pixels:
                leader.remove()  # beside its dot a label needs no line to it
    return sum(label is None for label in labels)


def fonts_for(text: str) -> list[str]:
    """Font families that have all characters of a text between them; a UserWarning where none are installed."""
    families = [FONT]
    missing = {ord(char) for char in text if char.isprintable()} - _characters(font_manager.findfont(FONT))
    if not missing:
        return families
    found = {
        font.name: missing & _characters(font.fname)
        for font in font_manager.fontManager.ttflist
        if font.style == "normal" and not font.name.startswith("Last Resort")
    }
    while missing:
        best = max(found, key=lambda name: (len(found[name] & missing), name))
        if not found[best] & missing:
            listed = " ".join(map(chr, sorted(missing)[:10]))
            warnings.warn(
                f"No installed font has the characters {listed}, so they are drawn as boxes; install one (for "
                "Chinese, Japanese and Korean: Noto Sans CJK, on Debian and Ubuntu the package fonts-noto-cjk) and "
                f"empty {matplotlib.get_cachedir()}, where matplotlib remembers the fonts it saw.",
                UserWarning,
                stacklevel=3,
            )
            break
        families.append(best)
        missing -= found[best]
    return families


def check_suffix(path: Path) -> str:
    """The suffix of a picture's name; a W2VError unless it is one that `save_figure` can write."""
    suffix = path.suffix.lower()
    if suffix not in DATE_OF:
        raise W2VError(f"A picture cannot be saved as {path.name!r}: its name must end in {', '.join(DATE_OF)}.")
    return suffix


def save_figure(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as .png, .svg or .pdf; the same figure gives the same bytes.

    Raises W2VError for another suffix, and when the file cannot be written.
    """
    path = Path(path)
    suffix = check_suffix(path)
    date = DATE_OF[suffix]
    buffer = io.BytesIO()
    # Ids in an svg are random without a hashsalt; type 42 keeps the letters of a pdf searchable.
    with matplotlib.rc_context({"svg.hashsalt": "w2v", "pdf.fonttype": 42}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # plot_words has said it better
        figure.savefig(buffer, format=suffix[1:], bbox_inches=None, metadata={date: None} if date else None)
    try:
        path.write_bytes(buffer.getvalue())
    except OSError as error:
        raise W2VError(f"The picture cannot be written to {path}: {error.strerror}.") from error


def darkened(colour: str) -> str:
    red, green, blue = 0.55 * np.array(to_rgb(colour)) + 0.45 * np.array(to_rgb(INK))
    return to_hex((red, green, blue))


def shortened(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "…"


def _characters(font_file: str) -> set[int]:
    return set(font_manager.get_font(font_file).get_charmap())
