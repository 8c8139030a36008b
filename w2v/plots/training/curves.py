"""Curves of training: loss, held-out likelihood and scores against epochs and against seconds, several runs together.

One row of panels for each quantity that any run has. Each run has a colour, or colour and mark, explained by a legend.
Epochs have marks where they can be told apart, the end always; a run of one epoch is a dot. What of the
runs may be compared, which share their axes, is said below.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from w2v.base.config import Config
from w2v.base.sealed_folder import opened
from w2v.errors import W2VError
from w2v.models import history
from w2v.models.history import EpochRecord, RunState
from w2v.models.model import names_of
from w2v.plots.figure import MOST_GROUPS, Mark, Sheet, legend_key, mark_of, style_curves
from w2v.plots.training.markers import thin_out
from w2v.vectors.formats.model_folder import CONFIG, HISTORY, RUN, settings_of

NAMES = {  # what an axis says; other scores go by their own name, which is that of a file of word pairs
    "loss": "loss on what is trained on, nats",
    "held_out": "held-out nats per word",
    "analogies": "analogies answered rightly",
}
LOWER, HIGHER = "lower is better", "higher is better"
WIDTH, LEFT, RIGHT = 9.0, 0.6, 0.25  # inches: the page, and what is free beside the panels
ROW, ABOVE, BELOW = 2.0, 0.3, 0.5  # inches: a panel, and what is free above and below it
LONGEST = 26  # characters of a name in the legend, of which three fit a row
Point = tuple[float, float, float]  # epoch, seconds of training so far, value


def plot_history(
    histories: Mapping[str, Sequence[EpochRecord]] | Sequence[EpochRecord],
    *,
    objectives: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw how the training of some models went; the same arguments give the same picture.

    Args:
        histories: of each model, by name: what is in `Model.history`; or that of a single one.
        objectives: what each was trained for, as "skipgram ns".
        texts: what each was trained on, by any name. Where these or the objectives differ, or are not given for one of
            several, the caption says what can be compared.
        title: above the panels.
        dpi: dots per inch.

    Raises:
        W2VError: no history, or more than can be told apart.
    """
    if not isinstance(histories, Mapping):
        histories = {"this run": histories}
    if not any(histories.values()):
        raise W2VError("There is no epoch to draw: the histories are empty. Train for at least one epoch.")
    if len(histories) > MOST_GROUPS:
        raise W2VError(f"{len(histories)} histories were given, and a figure can tell {MOST_GROUPS} apart; give fewer.")
    quantities = list(dict.fromkeys(["loss", *(name for run in histories.values() for r in run for name in r.scores)]))
    marks = {name: mark_of(number) for number, name in enumerate(histories)}
    sheet = Sheet(WIDTH, dpi=dpi, texts=[*histories, *quantities, title], margin=LEFT)
    sheet.title(title)
    sheet.legend([(_ending(name), legend_key(mark.colour, shape=mark.shape, line=1.4)) for name, mark in marks.items()])
    caution = _caution(histories, "held_out" in quantities, objectives or {}, texts or {})
    sheet.caption([_counted(histories, True), *caution])
    sheet.fit((ABOVE + ROW + BELOW) * len(quantities))
    thinned = False
    panel = (WIDTH - 2 * LEFT - RIGHT) / 2
    for row, quantity in enumerate(quantities):
        top = sheet.head + (ABOVE + ROW + BELOW) * row + ABOVE
        for column, unit in enumerate(("epoch", "seconds of training")):
            axes = sheet.panel(LEFT + column * (panel + LEFT), top, panel, ROW)
            _draw(axes, histories, quantity, column, marks)
            style_curves(axes, _label(quantity) if column == 0 else "", unit)
            axes.margins(x=0.04, y=0.1)
            axes.xaxis.set_major_locator(MaxNLocator(7, integer=unit == "epoch", min_n_ticks=1))
            axes.yaxis.set_major_locator(MaxNLocator(5))
            axes.set_xlim(left=0 if column else None)
            thinned |= thin_out(axes)
    sheet.caption([_counted(histories, thinned), *caution])
    return sheet.figure


def read_histories(
    folders: Sequence[Path],
) -> tuple[dict[str, list[EpochRecord]], dict[str, str], dict[str, str]]:
    """Histories, objectives and texts of saved models, for `plot_history`, without their tables.

    A model goes by its folder's name, or where two have the same name by its path.

    Raises:
        W2VError: not a model folder, the same folder twice, or a damaged history.
    """
    histories, objectives, texts = {}, {}, {}
    for name, folder in zip(names_of(folders), folders, strict=True):
        if folder.is_file():
            raise W2VError(f"{folder} is a file, and only a model's folder has a history to draw.")
        with opened(folder, (CONFIG, HISTORY), (RUN,), what="a model with a history to draw") as files:
            settings = {key: value for key, value in settings_of(files).items() if key != "geometry"}
            if "space" in settings:  # of relations
                objectives[name] = f"relations {settings['space']}"
            else:
                config = Config.of(settings)
                objectives[name] = f"{config.arch} {config.head}"
            histories[name] = history.parse(files.text(HISTORY), files.path(HISTORY))
            texts[name] = RunState.parse(files.text(RUN), files.path(RUN)).text if RUN in files else ""
    return histories, objectives, texts


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
    marks: Mapping[str, Mark],
) -> None:
    """One panel: against epochs in column 0, against seconds in column 1."""
    for name, run in histories.items():
        points = _points(run, quantity)
        if not points:
            continue
        x, y = [point[column] for point in points], [point[2] for point in points]
        size = 3.5 if len(points) > 1 else 5.5
        axes.plot(
            x,
            y,
            color=marks[name].colour,
            marker=marks[name].shape,
            markersize=size,
            linewidth=1.4,
            markeredgewidth=0,
            clip_on=False,
        )


def _ending(name: str) -> str:
    """A name, or of a long one its end, where paths differ."""
    return name if len(name) <= LONGEST else f"…{name[1 - LONGEST :]}"


def _label(quantity: str) -> str:
    return f"{NAMES.get(quantity, f'{quantity}, Spearman')} ({LOWER if quantity in ('loss', 'held_out') else HIGHER})"


def _counted(histories: Mapping[str, Sequence[EpochRecord]], thinned: bool) -> str:
    runs = "1 run" if len(histories) == 1 else f"{len(histories)} runs"
    marks = " Marks are epochs, as far as they can be told apart." if thinned else ""
    return f"{runs}; seconds do not include the measuring.{marks}"


def _caution(
    histories: Mapping[str, Sequence[EpochRecord]],
    held_out: bool,
    objectives: Mapping[str, str],
    texts: Mapping[str, str],
) -> list[str]:
    """What of several runs may not be compared."""
    if len(histories) == 1:
        return []
    lines = []
    encoders, heads = ({told.split()[place] for told in objectives.values()} for place in (0, 1))
    which = "Losses and held-out likelihoods" if held_out else "Losses"
    if len(heads) > 1:
        lines.append(
            f"Losses of different heads ({', '.join(sorted(heads))}) have different definitions: not comparable."
        )
    if len(encoders) > 1:
        lines.append(f"{which} compare runs of one encoder: CBOW predicts from more words than Skip-gram.")
    if len({text for text in texts.values() if text}) > 1:
        lines.append(
            f"These runs have different texts, vocabularies or held-out parts: {which.lower()} do not compare."
        )
    if any(name not in objectives or not texts.get(name) for name in histories):
        lines.append(
            f"{which} compare runs of one encoder on one text with one vocabulary, and that is not known of all."
        )
    return lines
