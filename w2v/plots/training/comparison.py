"""The figures of a comparison: likelihood against time, bars of scores and speed, speed against vocabulary size.

A head has the same colour in all of them. Encoders have panels of their own where they cannot be compared.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from w2v.plots.figure import FONT, GREY, INK, PALETTE, PAPER, QUIET

Combination = tuple[str, str]  # encoder, as people write it, and head
WIDTH = 9.0  # inches
LEGEND, TITLE, AXIS, GAP = 0.35, 0.3, 0.5, 0.35  # inches above, above a panel, below it, between panels


def colours(heads: Sequence[str]) -> dict[str, str]:
    """A colour for each head, by its place among the heads compared."""
    return {head: PALETTE[i % len(PALETTE)] for i, head in enumerate(dict.fromkeys(heads))}


def likelihood_against_time(
    curves: Mapping[Combination, Sequence[tuple[float, float]]], frequencies: Mapping[str, float], *, dpi: int = 150
) -> Figure:
    """One panel an encoder, one line a head.

    Args:
        curves: points (seconds of training, held-out nats), with the time above zero.
        frequencies: encoder -> the nats of who knows only how frequent words are: a dashed line. What lies higher
            above it than the best of the encoder's heads lies below it, is cut off.
    """
    encoders = list(dict.fromkeys(encoder for encoder, _ in curves))
    hues = colours([head for _, head in curves])
    height = LEGEND + TITLE + 3.0 + AXIS
    figure = _page(height, dpi)
    _legend(figure, hues, height)
    for encoder, axes in zip(encoders, _panels(figure, len(encoders), height, 3.0, left=0.6), strict=True):
        lines = {head: np.array(points) for (other, head), points in curves.items() if other == encoder}
        for head, points in lines.items():
            axes.plot(*points.T, color=hues[head], marker="o", markersize=3.5, linewidth=1.5, markeredgewidth=0)
        level = frequencies[encoder]
        axes.axhline(level, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        heights = [nats for points in lines.values() for nats in points[:, 1].tolist()]
        low, high = min(*heights, level), max(*heights, level)
        highest = min(high, 2 * level - low) if low < level else high
        room = 0.06 * max(highest - low, 1e-3)
        axes.set_ylim(low - room, highest + room)
        axes.annotate(
            "only word frequencies", (1, level), (0, 3), xycoords=("axes fraction", "data"),
            textcoords="offset points", size=7.5, color=QUIET, ha="right", family=FONT,
        )  # fmt: skip
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=12))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        _style(axes, f"{encoder}: held-out nats per word", "seconds of training")
    return figure


def bars(panels: Mapping[str, Mapping[Combination, tuple[float, str]]], *, below: str = "", dpi: int = 150) -> Figure:
    """Horizontal bars, a panel a quantity, a bar a combination.

    Args:
        panels: title -> combination -> (value, how it is written); NaN: no bar.
        below: what the horizontal axis of the last panel is called.
    """
    rows = list(dict.fromkeys(combination for panel in panels.values() for combination in panel))
    hues = colours([head for _, head in rows])
    encoders = list(dict.fromkeys(encoder for encoder, _ in rows))
    places = [i + 0.5 * encoders.index(encoder) for i, (encoder, _) in enumerate(rows)]
    tall = 0.27 * (max(places) + 1)
    columns = min(len(panels), 3)
    lines = -(-len(panels) // columns)
    height = lines * (TITLE + tall + GAP) + (0.15 if below else 0.0)
    figure = _page(height, dpi)
    left = 0.15 + 0.085 * max(len(f"{encoder} {head}") for encoder, head in rows)
    width = (WIDTH - left - GAP * columns) / columns
    for number, (title, panel) in enumerate(panels.items()):
        row, column = divmod(number, columns)
        bottom = height - row * (TITLE + tall + GAP) - TITLE - tall
        axes = _axes(figure, (left + column * (width + GAP), bottom, width, tall))
        known = {key: told for key, told in panel.items() if not math.isnan(told[0])}
        longest = max([abs(value) for value, _ in known.values()] or [1.0]) or 1.0
        for key, place in zip(rows, places, strict=True):
            if key not in known:
                continue
            value, text = known[key]
            axes.barh(place, value, height=0.72, color=hues[key[1]], alpha=0.9, linewidth=0)
            axes.annotate(
                text, (max(value, 0), place), (4, 0), textcoords="offset points", va="center", size=8, color=INK,
                family=FONT, parse_math=False,
            )  # fmt: skip
        lowest = min([value for value, _ in known.values()] or [0.0])
        axes.set(xlim=(min(0.0, 1.1 * lowest), longest * 1.32), ylim=(max(places) + 0.5, -0.5), xticks=[])
        axes.set_yticks(places, [f"{encoder} {head}" for encoder, head in rows] if column == 0 else [])
        axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=INK)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.spines["left"].set(color=GREY, linewidth=0.6)
        axes.set_title(title, size=9.5, color=INK, loc="left", pad=5, family=FONT, parse_math=False)
    if below:
        figure.text(left / WIDTH, 0.1 / height, below, size=8, color=QUIET, family=FONT, parse_math=False)
    return figure


def speed_against_vocabulary(speeds: Mapping[Combination, Mapping[int, float]], *, dpi: int = 150) -> Figure:
    """Words/s against the number of words in the vocabulary, both logarithmic; dashed for the second encoder."""
    hues = colours([head for _, head in speeds])
    encoders = list(dict.fromkeys(encoder for encoder, _ in speeds))
    height = LEGEND + TITLE + 3.4 + AXIS
    figure = _page(height, dpi)
    _legend(figure, hues, height, encoders)
    (axes,) = _panels(figure, 1, height, 3.4, left=0.9)
    for (encoder, head), line in speeds.items():
        sizes = sorted(line)
        dashes = "-" if encoder == encoders[0] else "--"
        axes.plot(sizes, [line[size] for size in sizes], color=hues[head], linestyle=dashes, marker="o", markersize=4)
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 3), numticks=12))
        axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,.0f}"))
        axis.set_minor_formatter(NullFormatter())
    _style(axes, "words/s of training", "words in the vocabulary")
    return figure


def _page(height: float, dpi: int) -> Figure:
    figure = Figure(figsize=(WIDTH, height), dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    return figure


def _axes(figure: Figure, box: tuple[float, float, float, float]) -> Axes:
    """A panel, its box in inches."""
    left, bottom, width, tall = np.divide(box, [*figure.get_size_inches()] * 2)
    return figure.add_axes((left, bottom, width, tall), facecolor="none")


def _panels(figure: Figure, n: int, height: float, tall: float, *, left: float) -> list[Axes]:
    """Panels in a row."""
    width = (WIDTH - n * left - GAP) / n
    return [_axes(figure, (left + i * (width + left), height - LEGEND - TITLE - tall, width, tall)) for i in range(n)]


def _legend(figure: Figure, hues: Mapping[str, str], height: float, encoders: Sequence[str] = ()) -> None:
    handles = [Line2D([], [], color=colour, linewidth=3) for colour in hues.values()]
    handles += [Line2D([], [], color=QUIET, dashes=(4, 3 * i)) for i, _ in enumerate(encoders)]
    legend = figure.legend(
        handles, [""] * len(handles), ncols=10, loc="upper left", bbox_to_anchor=(0.15 / WIDTH, 1 - 0.1 / height),
        prop={"family": FONT, "size": 9}, labelcolor=INK, frameon=False,
        borderpad=0, borderaxespad=0, handlelength=1.4, handletextpad=0.5, columnspacing=1.6,
    )  # fmt: skip
    # Set afterwards, a name with a dollar sign or a leading underscore is a name like any other.
    for text, name in zip(legend.get_texts(), [*hues, *encoders], strict=True):
        text.set(text=name, parse_math=False)


def _style(axes: Axes, title: str, below: str) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=GREY, linewidth=0.6)
    axes.tick_params(which="both", color=GREY, labelcolor=QUIET, labelsize=8, width=0.6, length=3)
    axes.grid(color=GREY, alpha=0.25, linewidth=0.5)
    axes.set_axisbelow(True)
    if axes.get_yscale() == "linear":
        axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel(below, size=8, color=QUIET, labelpad=2, family=FONT)
    axes.set_title(title, size=9.5, color=INK, loc="left", pad=6, family=FONT, parse_math=False)
