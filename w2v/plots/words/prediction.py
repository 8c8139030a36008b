"""What heads expect amid some words, drawn: distributions side by side, and below decisions on the way to a word.

Each model has a column of bars, all at one scale, and of the words that are not shown a grey one. A decision is a bar
of length one that is cut in two, 0 and 1 as on the branches of `tree.py`; the strong part leads on.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from rich.cells import cell_len, set_cell_size

from w2v.errors import W2VError, brief
from w2v.models.prediction import Prediction, Way, predict, rounded
from w2v.plots.figure import GREY, INK, PALETTE, PAPER, QUIET, Sheet, darkened, shortened, tinted
from w2v.plots.fonts import FONT
from w2v.plots.words.tree import SIDES
from w2v.vectors.terms import Key

WIDTH, ROW = 9.0, 0.25  # inches: the page, and a word's row
COLUMNS = 4  # of models side by side
NAME, GAP = 0.095, 0.25  # inches: a letter of a name, and between columns
ABOVE = 0.38  # inches above a panel, for its name
STEP = 0.5  # inches of a decision
LETTER = 0.095  # inches of a letter of a model's name
NARROW = 0.12  # share of a bar that has no room for its number
SIDE = 54  # letters below one side of a decision
MOST = 40  # words that one page can show


def plot_prediction(
    models: Any,
    context: Sequence[Key],
    *,
    topn: int = 10,
    way_to: str | None = None,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw what models expect amid some words; the same arguments give the same picture.

    Args:
        models, context, way_to: as for `predict`.
        topn: how many words, up to `MOST`.
        title: above the bars.
        dpi: dots per inch.

    Raises:
        W2VError: what `predict` raises, or no word to draw, or more than `MOST`.
    """
    return draw_prediction(predict(models, context, topn, way_to=way_to), title=title, dpi=dpi)


def draw_prediction(prediction: Prediction, *, title: str | None = None, dpi: int = 200) -> Figure:
    """The same of what `predict` has returned."""
    n, names, ways = len(prediction.words), prediction.names, prediction.ways
    if not 1 <= n <= MOST:
        raise W2VError(f"A picture of a prediction shows 1 to {MOST} words, and {n} were asked for; give another topn.")
    below = [word for way in ways.values() for step in way.steps for side in step.below for word in side]
    sheet = Sheet(WIDTH, dpi=dpi, texts=[title, *prediction.context, *names, *prediction.words, *below])
    sheet.title(title)
    sheet.caption(_caption(prediction))
    shown = [shortened(word) for word in prediction.words]
    shown += [f"{max(prediction.others):,} others"] * any(prediction.others)
    tall = ABOVE + ROW * len(shown) + 0.1
    lines = -(-len(names) // COLUMNS)
    sheet.fit(tall * lines + sum(ABOVE + STEP * len(way.steps) + 0.1 for way in ways.values()))
    left = sheet.margin + NAME * max(map(cell_len, shown)) + 0.1
    wide = (WIDTH - sheet.margin - left + GAP) / min(len(names), COLUMNS) - GAP
    for number, name in enumerate(names):
        line, column = divmod(number, COLUMNS)
        x, top = left + column * (wide + GAP), sheet.head + line * tall
        sheet.write(x, top + 0.2, _ending(name, int(wide / LETTER)), size=11, va="center")
        _bars(sheet.panel(x, top + ABOVE, wide, ROW * len(shown)), prediction, number)
        for row, word in enumerate(shown if column == 0 else []):
            style: dict[str, Any] = {"ha": "right", "va": "center_baseline", "color": INK if row < n else QUIET}
            sheet.write(left - 0.08, top + ABOVE + ROW * (row + 0.5), word, size=9.5, **style)
    top = sheet.head + tall * lines
    for name, way in ways.items():
        told = f"Decisions on the way to “{shortened(way.word)}”" + (
            f", by {_ending(name, 40)}" if len(names) > 1 else ""
        )
        sheet.write(sheet.margin, top + 0.2, told, size=11, va="center")
        _decisions(sheet, way, top + ABOVE)
        top += ABOVE + STEP * len(way.steps) + 0.1
    return sheet.figure


def _bars(axes: Axes, prediction: Prediction, number: int) -> None:
    """One model's bars with their numbers, and of the others a grey one, no longer than the longest of any model."""
    n, longest = len(prediction.words), float(np.nanmax(prediction.probability))
    values = prediction.probability[number].tolist() + [float(prediction.rest[number])] * any(prediction.others)
    axes.set(xlim=(0, 1.3 * longest), ylim=(len(values) - 0.5, -0.5))
    axes.axis("off")
    axes.axvline(0, color=GREY, linewidth=0.8)
    for row, value in enumerate(values):
        length = 0.0 if math.isnan(value) else min(value, longest)
        colour, alpha = (PALETTE[number % len(PALETTE)], 0.9) if row < n else (GREY, 0.5)
        axes.barh(row, length, height=0.72, linewidth=0, color=colour, alpha=alpha)
        axes.annotate(
            "unknown" if math.isnan(value) else rounded(value), (length, row), (4, 0), textcoords="offset points",
            va="center_baseline", size=8, family=FONT, color=INK if row < n else QUIET,
        )  # fmt: skip


def _decisions(sheet: Sheet, way: Way, top: float) -> None:
    """One bar for each decision, cut where 0 ends and 1 begins; below it what lies on either side."""
    left, right = sheet.margin + 0.3, WIDTH - sheet.margin - 0.62
    small: dict[str, Any] = {"size": 8, "va": "center_baseline"}
    product = 1.0
    for number, step in enumerate(way.steps):
        y = top + STEP * number
        product *= step.probability[step.code]
        axes = sheet.panel(left, y, right - left, 0.2)
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.axis("off")
        for code, share in enumerate(step.probability):
            taken, hue = code == step.code, SIDES[code]
            begin, x, side = ((0.0, left + 0.06, "left"), (step.probability[0], right - 0.06, "right"))[code]
            axes.barh(0.5, share, left=begin, height=1, color=hue if taken else tinted(hue), linewidth=0)
            told = f"{code}   {rounded(share)}" if code == 0 else f"{rounded(share)}   {code}"
            within = share > NARROW
            if within:
                sheet.write(x, y + 0.1, told, color=PAPER if taken else INK, ha=side, **small)
            named = [_cut(step.named(code))] if within else [told, _cut(step.named(code))][:: 1 - 2 * code]
            sheet.write(x, y + 0.3, "   ".join(named), color=darkened(hue) if taken else QUIET, ha=side, **small)
        sheet.write(left - 0.1, y + 0.1, f"{number + 1}", color=QUIET, ha="right", **small)
        sheet.write(right + 0.1, y + 0.1, rounded(product), color=QUIET, **small)


def _cut(words: str) -> str:
    """Words that leave room for those of the other side."""
    return words if cell_len(words) <= SIDE else f"{set_cell_size(words, SIDE - 1)}…"


def _ending(name: str, longest: int) -> str:
    """A name, or of a long one its end, where paths differ."""
    return name if len(name) <= longest else f"…{name[1 - longest :]}"


def _caption(prediction: Prediction) -> list[str]:
    """What is drawn, in sentences."""
    amid = brief(" ".join(prediction.context)[:300])
    by = "the head" if len(prediction.names) == 1 else "each head"
    order = "; their order has no say" if len(prediction.context) > 1 else ""
    told = f"How likely {by} finds each word of the vocabulary amid “{amid}”{order}."
    if (prediction.rest > np.nanmax(prediction.probability)).any():
        told += " The grey bar, of all other words together, ends where the longest of the others does."
    if prediction.ways:
        told += (
            " Decisions: the strong part of a bar leads on to the word, and at the right is the product so far, which "
            "ends as the probability of the word."
        )
    return [told]
