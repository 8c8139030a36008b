"""Curves of training: loss, held-out likelihood and scores against epochs and against seconds, several runs together.

One row of panels for each quantity that any run has. Each run has a colour, or colour and mark, explained by a legend.
A run of one epoch is a dot.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from w2v.config import Config
from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.plots.figure import FONT, GREY, INK, MARKS, PALETTE, PAPER, QUIET

NAMES = {  # what an axis says; other scores go by their own name, which is that of a file of word pairs
    "loss": "loss on what is trained on, nats",
    "held_out": "held-out nats per word",
    "analogies": "analogies answered rightly",
}
LOWER, HIGHER = "lower is better", "higher is better"
LEFT, RIGHT, GAP, ROW, FOOT = 0.75, 0.25, 0.8, 2.0, 0.4  # inches
WIDTH = 9.0
LONGEST = 26  # characters of a name in the legend, whose columns fit three such names
Point = tuple[float, float, float]  # epoch, seconds of training so far, value


def plot_history(
    histories: Mapping[str, Sequence[EpochRecord]],
    *,
    objectives: Mapping[str, str] | None = None,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw how the training of some models went; the same arguments give the same picture.

    Args:
        histories: of each model, by name: what is in `Model.history`.
        objectives: what each was trained on, as "skipgram ns"; where they differ, the caption says what of it can be
            compared.
        title: above the panels.
        dpi: dots per inch.

    Raises:
        W2VError: no history, or more than can be told apart.
    """
    if not any(histories.values()):
        raise W2VError("There is no epoch to draw: the histories are empty. Train for at least one epoch.")
    most = len(PALETTE) * len(MARKS)
    if len(histories) > most:
        raise W2VError(f"{len(histories)} histories were given, and a figure can tell {most} apart; give fewer.")
    quantities = list(dict.fromkeys(["loss", *(name for run in histories.values() for r in run for name in r.scores)]))
    caption = _caption(histories, quantities, objectives or {})
    columns = 4 if max(map(len, histories)) <= 0.7 * LONGEST else 3
    legend_rows = -(-len(histories) // columns)
    head = 0.25 + (0.42 if title else 0.0) + 0.24 * legend_rows
    height = head + (ROW + GAP) * len(quantities) + FOOT + 0.14 * caption.count("\n")
    figure = Figure(figsize=(WIDTH, height), dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    if title:
        figure.text(LEFT / WIDTH, 1 - 0.22 / height, title, size=15, color=INK, va="top", family=FONT, parse_math=False)

    panel = (WIDTH - 2 * LEFT - RIGHT) / 2
    looks = {name: (PALETTE[i % len(PALETTE)], MARKS[i // len(PALETTE)]) for i, name in enumerate(histories)}
    for row, quantity in enumerate(quantities):
        bottom = height - head - (ROW + GAP) * (row + 1) + GAP * 0.6
        for column, unit in enumerate(("epoch", "seconds of training")):
            box = (LEFT + column * (panel + LEFT), bottom, panel, ROW)
            axes = figure.add_axes(tuple(np.divide(box, [WIDTH, height] * 2)), facecolor="none")
            _draw(axes, histories, quantity, column, looks)
            _frame(axes, unit, _label(quantity) if column == 0 else "")
            axes.set_xlim(left=0 if column else None)
    _legend(figure, looks, columns, 1 - (head - 0.24 * legend_rows) / height)
    figure.text(LEFT / WIDTH, 0.14 / height, caption, size=7.5, color=QUIET, linespacing=1.5, family=FONT)
    return figure


def read_histories(folders: Sequence[Path]) -> tuple[dict[str, list[EpochRecord]], dict[str, str]]:
    """Histories and objectives of saved models, for `plot_history`, without their tables.

    A model goes by its folder's name, or where two have the same name by its path.

    Raises:
        W2VError: not a model folder, the same folder twice, or a damaged history.
    """
    same = Counter(folder.name for folder in folders)
    names = [folder.name if same[folder.name] == 1 else str(folder) for folder in folders]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise W2VError(f"The model {twice[0]} is given twice. Give each once.")
    histories, objectives = {}, {}
    for name, folder in zip(names, folders, strict=True):
        missing = [file for file in ("config.json", "history.json") if not (folder / file).is_file()]
        if missing:
            raise W2VError(f"{folder} has no history to draw: it is no w2v model folder (no {', '.join(missing)}).")
        config = Config.load(folder / "config.json")
        objectives[name] = f"{config.arch} {config.head}"
        try:
            records = json.loads((folder / "history.json").read_text(encoding="utf-8"))
            histories[name] = [EpochRecord.of(record) for record in records]
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise W2VError(f"The history of {folder} is damaged: {error}. Train or copy the model again.") from error
    return histories, objectives


def _points(run: Sequence[EpochRecord], quantity: str) -> list[Point]:
    """A quantity after each epoch that has it."""
    seconds = accumulate(record.seconds for record in run)
    values = [record.loss if quantity == "loss" else record.scores.get(quantity) for record in run]
    return [(r.epoch, s, value) for r, s, value in zip(run, seconds, values, strict=True) if value is not None]


def _draw(
    axes: Axes,
    histories: Mapping[str, Sequence[EpochRecord]],
    quantity: str,
    column: int,
    looks: Mapping[str, tuple[str, str]],
) -> None:
    """One panel: against epochs in column 0, against seconds in column 1."""
    for name, run in histories.items():
        points = _points(run, quantity)
        if not points:
            continue
        colour, mark = looks[name]
        x, y = [point[column] for point in points], [point[2] for point in points]
        size = 3.5 if len(points) > 1 else 5.5
        axes.plot(x, y, color=colour, marker=mark, markersize=size, linewidth=1.4, markeredgewidth=0, clip_on=False)


def _legend(figure: Figure, looks: Mapping[str, tuple[str, str]], columns: int, top: float) -> None:
    handles = [
        Line2D([], [], color=colour, marker=mark, linewidth=1.4, markersize=4) for colour, mark in looks.values()
    ]
    legend = figure.legend(
        handles, [""] * len(handles), ncols=columns, loc="upper left", bbox_to_anchor=(LEFT / WIDTH, top),
        prop={"family": FONT, "size": 9}, labelcolor=INK, frameon=False,
        borderpad=0, borderaxespad=0, handlelength=1.6, handletextpad=0.5, columnspacing=1.6,
    )  # fmt: skip
    # Set afterwards, a name with a dollar sign or a leading underscore is a name like any other.
    for text, name in zip(legend.get_texts(), looks, strict=True):
        text.set(text=name if len(name) <= LONGEST else f"…{name[1 - LONGEST :]}", parse_math=False)


def _frame(axes: Axes, below: str, beside: str) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set(color=GREY, linewidth=0.6)
    axes.tick_params(color=GREY, labelcolor=QUIET, labelsize=8, width=0.6, length=3)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontfamily(FONT)
    axes.grid(color=GREY, alpha=0.25, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.margins(x=0.04, y=0.1)
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=below == "epoch", min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.set_xlabel(below, size=8, color=QUIET, labelpad=2, family=FONT)
    axes.set_title(beside, size=9.5, color=INK, loc="left", pad=6, family=FONT, parse_math=False)


def _label(quantity: str) -> str:
    return f"{NAMES.get(quantity, f'{quantity}, Spearman')} ({LOWER if quantity in ('loss', 'held_out') else HIGHER})"


def _caption(
    histories: Mapping[str, Sequence[EpochRecord]], quantities: Sequence[str], objectives: Mapping[str, str]
) -> str:
    """What the figure shows, and what of it may be compared."""
    lines = [f"{len(histories)} run{'s' if len(histories) > 1 else ''}; seconds do not include the measuring."]
    encoders, heads = ({told.split()[place] for told in objectives.values()} for place in (0, 1))
    if len(heads) > 1:
        lines.append(
            f"Losses of different heads ({', '.join(sorted(heads))}) have different definitions: not comparable."
        )
    if len(encoders) > 1 and "held_out" in quantities:
        lines.append(
            "Held-out likelihoods compare the heads of one encoder: CBOW predicts from more words than Skip-gram."
        )
    return "\n".join(lines)
