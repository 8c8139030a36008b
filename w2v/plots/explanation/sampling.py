"""How negative samples are drawn: the chances of words for several exponents beside each other.

    q(w) = count(w)^a / sum_v count(v)^a          (Mikolov et al. 2013b, section 2.2: a = 3/4)

With a = 1 noise is drawn as words stand in the text, with 0 all alike. Both axes are logarithmic: a power is a line
there, whose slope is the exponent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from w2v.errors import W2VError
from w2v.heads.noise import noise_distribution
from w2v.plots.figure import INK, PALETTE, Sheet, darkened, legend_key, shortened, style_curves
from w2v.plots.words.selection import counts_of

WIDTH, HEIGHT = 9.0, 4.2  # inches: the page, and its panel
NAMED = 7  # words whose names are written
KNOWN: dict[float, str] = {0: ", all alike", 1: ", as in the text"}
MOST = len(PALETTE)  # exponents


def plot_sampling(
    vectors: Any,
    exponents: Sequence[float] = (0, 0.75, 1),
    *,
    words: Sequence[str] | None = None,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw how likely each word is to be a negative sample, by its count; the same arguments give the same picture.

    Args:
        vectors: with counts, as a model has them; or a mapping from words to their counts, at least 1.
        exponents: of the counts, up to eight; 0 draws all words alike, 1 as they stand in the text.
        words: whose names are written; None: some from the most frequent to the rarest.
        title: above the picture.
        dpi: dots per inch.

    Raises:
        W2VError: no counts, unknown words, no exponent or more than eight, or powers that overflow.
    """
    names, counts = counts_of(vectors, "Noise is drawn by counts")
    if not 1 <= len(exponents) <= MOST:
        raise W2VError(f"{len(exponents)} exponents were given; a picture shows 1 to {MOST}.")
    chances = {exponent: noise_distribution(counts, exponent) for exponent in exponents}
    named = _spread(counts) if words is None else [_row(names, word) for word in words]
    sheet = Sheet(WIDTH, dpi=dpi, texts=[title, *(names[row] for row in named)])
    sheet.title(title)
    sheet.legend([
        (f"count^{exponent:g}" + KNOWN.get(exponent, ""),
         legend_key(PALETTE[number], line=1.6, shape=None))
        for number, exponent in enumerate(exponents)
    ])  # fmt: skip
    first, last = int(counts.argmax()), int(counts.argmin())
    ratios = "; ".join(f"count^{exponent:g}: {_rounded(q[first] / q[last])}" for exponent, q in chances.items())
    sheet.caption([
        f"Chance of each of {len(names):,} words to be drawn as a negative sample, by how often it stands in the text. "
        "Both axes are logarithmic.",
        f"How many times likelier the most frequent word is than the rarest, with {ratios}.",
    ])  # fmt: skip
    sheet.fit(HEIGHT + 0.45)
    axes = sheet.panel(sheet.margin + 0.55, sheet.head + 0.3, WIDTH - 2 * sheet.margin - 0.55, HEIGHT - 0.3)
    style_curves(axes, "chance of being drawn", "count in the text")
    axes.set(xscale="log", yscale="log")
    order = np.argsort(counts, kind="stable")
    for number, q in enumerate(chances.values()):
        axes.plot(counts[order], q[order], color=PALETTE[number], linewidth=1.6)
        axes.scatter(counts[named], q[named], color=PALETTE[number], s=14, zorder=3, linewidths=0)
    top = max(float(q.max()) for q in chances.values())
    axes.set_ylim(top=top * 6)
    for row in named:
        highest = max(float(q[row]) for q in chances.values())
        axes.annotate(
            shortened(names[row]), (counts[row], highest), (0, 5), textcoords="offset points", size=8, color=INK,
            ha="center", va="bottom", rotation=40, rotation_mode="anchor", family=sheet.families, parse_math=False,
        ).set_horizontalalignment("left")  # fmt: skip
    for number, (exponent, q) in enumerate(chances.items()):
        axes.annotate(
            f"{exponent:g}", (counts[last], q[last]), (-6, 0), textcoords="offset points", size=8, ha="right",
            va="center", color=darkened(PALETTE[number]),
        )  # fmt: skip
    return sheet.figure


def _rounded(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _row(names: list[str], word: str) -> int:
    if word not in names:
        raise W2VError(f"The word {word!r} is not among the {len(names):,} that have counts.")
    return names.index(word)


def _spread(counts: np.ndarray) -> list[int]:
    """Rows of words whose counts are far enough apart for their names, from the most frequent on."""
    order, logs = np.argsort(-counts, kind="stable"), np.log(counts)
    apart = max(float(logs.max() - logs.min()) / (NAMED + 1), 1e-9)
    rows: list[int] = []
    for row in order.tolist():
        if not rows or logs[rows[-1]] - logs[row] >= apart:
            rows.append(row)
    return rows[:NAMED]
