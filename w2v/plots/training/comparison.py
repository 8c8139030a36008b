"""The figures of a comparison: likelihood against time, bars of scores and speed, speed against vocabulary size.

A head has the same colour in all of them. Encoders have panels of their own where they cannot be compared.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from w2v.base.terminal import harmless
from w2v.plots.figure import GREY, INK, PALETTE, QUIET, Sheet, legend_key, panel_title, style_curves
from w2v.plots.fonts import FONT
from w2v.plots.training.markers import thin_out

Combination = tuple[str, str]  # encoder, as people write it, and head
WIDTH, MARGIN = 9.0, 0.15  # inches
ABOVE, BELOW, GAP = 0.25, 0.3, 0.35  # inches above a panel, below its axis, between panels


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
            above it than the best of the encoder's heads lies below it, is cut off, but for the ends of the lines.
    """
    encoders = list(dict.fromkeys(encoder for encoder, _ in curves))
    hues = colours([head for _, head in curves])
    sheet = _sheet(dpi, hues, {"only word frequencies": legend_key(QUIET, shape=None, line=0.9, dashed=True)})
    sheet.fit(ABOVE + 3.0 + BELOW)
    left = 0.6
    width = (WIDTH - GAP) / len(encoders) - left
    for number, encoder in enumerate(encoders):
        axes = sheet.panel(left + number * (width + left), sheet.head + ABOVE, width, 3.0)
        lines = {head: np.array(points) for (other, head), points in curves.items() if other == encoder}
        for head, points in lines.items():
            axes.plot(*points.T, color=hues[head], marker="o", markersize=3.5, linewidth=1.5, markeredgewidth=0)
        level = frequencies[encoder]
        axes.axhline(level, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
        heights = [nats for points in lines.values() for nats in points[:, 1].tolist()]
        low, high = min(*heights, level), max(*heights, level)
        ends = [points[-1, 1] for points in lines.values()]
        highest = min(high, max(2 * level - low, *ends)) if low < level else high
        room = 0.06 * max(highest - low, 1e-3)
        axes.set_ylim(low - room, highest + room)
        axes.set_xscale("log")
        seconds = np.concatenate([points[:, 0] for points in lines.values()])
        decades = seconds.max() >= 10 * seconds.min()
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 3), numticks=12) if decades else MaxNLocator(3))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: f"{seconds:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.yaxis.set_major_locator(MaxNLocator(6))
        style_curves(axes, f"{encoder}: held-out nats per word", "seconds of training")
        thin_out(axes)
    return sheet.figure


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
    sheet = Sheet(WIDTH, dpi=dpi, texts=[below, *panels], margin=MARGIN)
    sheet.head = 0.0
    sheet.fit(lines * (ABOVE + tall + GAP) + (0.15 if below else 0.0))
    left = 0.15 + 0.085 * max(len(f"{encoder} {head}") for encoder, head in rows)
    width = (WIDTH - left - GAP * columns) / columns
    for number, (title, panel) in enumerate(panels.items()):
        row, column = divmod(number, columns)
        axes = sheet.panel(left + column * (width + GAP), row * (ABOVE + tall + GAP) + ABOVE + 0.05, width, tall)
        known = {key: told for key, told in panel.items() if not math.isnan(told[0])}
        longest = max([abs(value) for value, _ in known.values()] or [1.0]) or 1.0
        for which, place in zip(rows, places, strict=True):
            if which not in known:
                continue
            value, text = known[which]
            axes.barh(place, value, height=0.72, color=hues[which[1]], alpha=0.9, linewidth=0)
            axes.annotate(
                harmless(text), (max(value, 0), place), (4, 0), textcoords="offset points", va="center", size=8,
                color=INK, family=FONT, parse_math=False,
            )  # fmt: skip
        lowest = min([value for value, _ in known.values()] or [0.0])
        axes.set(xlim=(min(0.0, 1.1 * lowest), longest * 1.32), ylim=(max(places) + 0.5, -0.5), xticks=[])
        names = [harmless(f"{encoder} {head}") for encoder, head in rows]
        axes.set_yticks(places, names if column == 0 else [], parse_math=False)
        axes.tick_params(axis="y", length=0, labelsize=9, labelcolor=INK)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.spines["left"].set(color=GREY, linewidth=0.6)
        panel_title(axes, title)
    if below:
        sheet.write(left, sheet.height - 0.1, below, size=8, color=QUIET)
    return sheet.figure


def speed_against_vocabulary(speeds: Mapping[Combination, Mapping[int, float]], *, dpi: int = 150) -> Figure:
    """Words/s against the number of words in the vocabulary, both logarithmic; dashed for the second encoder."""
    hues = colours([head for _, head in speeds])
    encoders = list(dict.fromkeys(encoder for encoder, _ in speeds))
    sheet = _sheet(
        dpi,
        hues,
        {name: legend_key(QUIET, shape=None, line=1.5, dashed=i > 0) for i, name in enumerate(encoders)},
    )
    sheet.fit(ABOVE + 3.4 + BELOW)
    axes = sheet.panel(0.9, sheet.head + ABOVE, WIDTH - 0.9 - GAP, 3.4)
    for (encoder, head), line in speeds.items():
        sizes = sorted(line)
        dashes = "-" if encoder == encoders[0] else "--"
        axes.plot(sizes, [line[size] for size in sizes], color=hues[head], linestyle=dashes, marker="o", markersize=4)
    axes.set(xscale="log", yscale="log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 3), numticks=12))
        axis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,.0f}"))
        axis.set_minor_formatter(NullFormatter())
    style_curves(axes, "words/s of training", "words in the vocabulary")
    thin_out(axes)
    return sheet.figure


def _sheet(dpi: int, hues: Mapping[str, str], lines: Mapping[str, Line2D]) -> Sheet:
    """A page with a legend of the heads and of the other lines."""
    sheet = Sheet(WIDTH, dpi=dpi, texts=[*hues, *lines], margin=MARGIN)
    sheet.head = MARGIN
    heads = [(head, legend_key(hue, shape=None, line=3)) for head, hue in hues.items()]
    sheet.legend([*heads, *lines.items()])
    return sheet
