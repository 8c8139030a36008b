"""A map of words: vectors laid out on a page so that what is near in meaning is near on paper.

Every picture says in its caption how it came about, and how much of it to believe (`projection.py`).

Labels are placed by textalloc, the most frequent words first, never over another label and never out of the frame;
a word without room keeps its dot. (adjustText, which pushes labels apart by forces, left 73 pairs overlapping among
300 words.) Figures are built without pyplot: no display and no global state are needed or touched.
"""

import io
import os
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
from w2v.plots.projection import METHODS, neighbours_kept, project
from w2v.vectors import KeyedVectors

DATE_OF = {".png": None, ".svg": "Date", ".pdf": "CreationDate"}  # how each kind of file calls its date

PAPER, INK, QUIET, GREY = "#FBF9F3", "#2E2C28", "#706C63", "#A9A499"
# Okabe & Ito's eight hues, darkened until they carry small type on paper; their yellow became an olive and their
# black a brown, since grey and black are the colours of words without a group.
PALETTE = ("#1B6CA8", "#C8501E", "#138A68", "#B05C92", "#C98A10", "#4BA3D3", "#7E7B12", "#6A4330")
MARKS = ("o", "s", "^", "D", "v")  # after eight groups the colours come again with another mark
FONT = "DejaVu Sans"
LEFT, WIDTH = 0.03, 0.94  # of the page
Look = tuple[str, str]  # colour, mark


def plot_words(
    vectors: KeyedVectors,
    words: Sequence[str] | None = None,
    *,
    top: int = 150,
    method: str = "tsne",
    groups: Mapping[str, str] | None = None,
    seed: int = 1,
    title: str | None = None,
    figsize: tuple[float, float] = (10.0, 8.0),
    dpi: int = 200,
) -> Figure:
    """Draw a map of words; the same arguments give the same picture.

    `words` are the words to draw, or None for the `top` most frequent. `method` is "tsne" or "pca"; vectors of two
    numbers are drawn as they are, whatever it says. `groups` gives words the name of a group, at most 40 groups in
    all: each has its own colour, or colour and mark, explained by a legend in the order of `groups`; other words
    are grey. `seed` is t-SNE's, from 0. `figsize` is in inches, `dpi` in dots per inch.

    Words that `vectors` does not know, and characters that no installed font has, are listed in a UserWarning.
    Raises W2VError when fewer than three words are left, for an unknown method, an impossible seed, too many
    groups, vectors that all lie on one line, and when scikit-learn, which t-SNE needs, is missing.
    """
    if method not in METHODS:
        raise W2VError(f"There is no way of drawing called {method!r}; there are: {', '.join(METHODS)}.")
    rows = _rows(vectors, words, top)
    shown = [vectors.index_to_key[row] for row in rows]
    styles = _styles(groups or {}, shown)
    table = vectors.vectors[rows].astype(np.float64)  # [N, D]
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    units = table / np.where(lengths > 0, lengths, 1.0)
    as_they_are = table.shape[1] == 2
    if as_they_are:
        points, how = table, "Two numbers a word, drawn as they are."
    else:
        points, how = project(units, method, seed)

    figure = Figure(figsize=figsize, dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    families = fonts_for("".join([*shown, *styles, title or ""]))
    top_edge = _headline(figure, title, styles, families)
    left, bottom = (0.06, 0.9 / figsize[1]) if as_they_are else (LEFT, 0.6 / figsize[1])
    axes = figure.add_axes((left, bottom, LEFT + WIDTH - left, top_edge - bottom), facecolor="none")
    frame(figure, axes, np.vstack([points, [0.0, 0.0]]) if as_they_are else points, ruled=as_they_are)
    prominence = prominence_of(vectors, rows)
    if groups:
        looks = [styles[groups[word]] if word in groups else (GREY, "o") for word in shown]
    else:
        looks = [(PALETTE[0], "o")] * len(shown)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # fonts_for has said it better
        unlabelled = draw(figure, axes, points, shown, prominence, looks, families)

    near = min(10, (len(rows) - 1) // 2)
    kept = neighbours_kept(units, points, near)
    caption = (
        f"{len(rows)} words{f', {unlabelled} without room for a label' if unlabelled else ''}. {how}\n"
        f"Of a word’s {near} nearest neighbours by cosine, {kept:.0%} are among its {near} nearest here "
        f"(by chance {near / (len(rows) - 1):.0%}). The larger the dot, the more frequent the word."
    )
    figure.text(LEFT, 0.14 / figsize[1], caption, size=7, color=QUIET, linespacing=1.5, family=families)
    return figure


def neighbourhood(vectors: KeyedVectors, seeds: Sequence[str], topn: int = 12) -> tuple[list[str], dict[str, str]]:
    """Words near given words, and of each the seed it belongs to: `words` and `groups` for `plot_words`.

    Every seed brings its `topn` nearest words; a word near several seeds goes with the one most similar to it.
    Raises UnknownWordError for a seed that `vectors` does not know, W2VError when there is none.
    """
    if isinstance(seeds, str) or not seeds:
        raise W2VError(f"Expected a list of words to look around, and was given {seeds!r}.")
    nearest = {seed: (np.inf, seed) for seed in seeds}
    for seed in list(nearest):
        for word, similarity in vectors.most_similar(seed, topn=topn):
            if word not in nearest or similarity > nearest[word][0]:
                nearest[word] = (similarity, seed)
    return list(nearest), {word: seed for word, (_, seed) in nearest.items()}


def read_words(path: Path) -> tuple[list[str], dict[str, str]]:
    """Words to draw, one a line, each with the name of its group after a tab if it has one; `#` begins a comment.

    Raises OSError when the file cannot be read, W2VError when it is not UTF-8 text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise W2VError(f"{path} is not UTF-8 text; expected a word a line.") from error
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return [row[0].strip() for row in rows], {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}


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


def prominence_of(vectors: KeyedVectors, rows: Sequence[int]) -> np.ndarray:
    """Log frequency of words, from 0 for the rarest shown to 1 for the most frequent [N]. Where counts are not
    known, Zipf's law stands in for them, since vectors come with frequent words first."""
    logs = -np.log1p(rows) if vectors.counts is None else np.log(np.maximum(vectors.counts[rows], 1))
    return (logs - logs.min()) / max(float(np.ptp(logs)), 1e-9)


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
) -> int:
    """Dots, and labels for the words there is room for; how many words stay without one."""
    widths = 2.2 + 3.2 * prominence  # of the dots, in points
    for look in dict.fromkeys(looks):
        alike = np.array([other == look for other in looks])
        x, y = points[alike].T
        axes.scatter(x, y, s=widths[alike] ** 2, c=look[0], marker=look[1], linewidths=0, alpha=0.9, zorder=2)
    pixels = figure.dpi / 72  # a point
    radii = list(widths / 2 * pixels)
    inks = [_darkened(colour) for colour, _ in looks]
    size = float(np.clip(10.2 - len(words) / 100, 7.0, 9.2))
    placed: tuple[Any, ...] = textalloc.allocate(
        axes, points[:, 0], points[:, 1], [_shortened(word) for word in words],
        x_scatter=points[:, 0], y_scatter=points[:, 1], scatter_sizes=radii, text_scatter_sizes=radii,
        textsize=[size + 2 * share for share in prominence], textcolor=inks,
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


def _rows(vectors: KeyedVectors, words: Sequence[str] | None, top: int) -> list[int]:
    """Rows of the words to draw, the most frequent word first."""
    if isinstance(words, str):
        raise W2VError(f"Expected a list of words, and was given one string; write [{words!r}].")
    if words is None:
        rows = list(range(min(max(top, 0), len(vectors))))
    else:
        unknown = [word for word in dict.fromkeys(words) if word not in vectors.key_to_index]
        if unknown:
            listed = ", ".join(unknown)
            warnings.warn(f"Not in the vocabulary, so not on the map: {listed}.", UserWarning, stacklevel=3)
        rows = sorted({vectors.key_to_index[word] for word in words if word in vectors.key_to_index})
    if len(rows) < 3:
        raise W2VError(f"A map needs at least three words of the vocabulary, and got {len(rows)}; give more.")
    return rows


def _styles(groups: Mapping[str, str], shown: Iterable[str]) -> dict[str, Look]:
    """Colour and mark of every group that is on the map."""
    present = {groups[word] for word in shown if word in groups}
    names = [name for name in dict.fromkeys(groups.values()) if name in present]
    most = len(PALETTE) * len(MARKS)
    if len(names) > most:
        raise W2VError(f"{len(names)} groups were given, and a map can tell {most} apart; give fewer.")
    return {name: (PALETTE[i % len(PALETTE)], MARKS[i // len(PALETTE)]) for i, name in enumerate(names)}


def _headline(figure: Figure, title: str | None, styles: Mapping[str, Look], families: list[str]) -> float:
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
            text.set(text=_shortened(name), parse_math=False)
        box = legend.get_window_extent().transformed(figure.transFigure.inverted())
        if box.width <= WIDTH or columns == 1:
            return box.y0 - 0.1 / height
        legend.remove()
    return edge


def _darkened(colour: str) -> str:
    red, green, blue = 0.55 * np.array(to_rgb(colour)) + 0.45 * np.array(to_rgb(INK))
    return to_hex((red, green, blue))


def _shortened(name: str) -> str:
    return name if len(name) <= 28 else name[:27] + "…"


def _characters(font_file: str) -> set[int]:
    return set(font_manager.get_font(font_file).get_charmap())
