"""CBOW's gradient: the true one of the mean against word2vec.c's and gensim's undivided one, over learning rates.

    python experiments/cbow.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv

The undivided update is too long by the size of the bag (Irsoy et al. 2020); the question is whether that is more than a
learning rate.
"""

from typing import Any

from matplotlib import pyplot
from study import COLOURS, COLUMNS, Row, command, curve

from w2v import Config

RATES = (0.025, 0.05, 0.1)  # of the steps; settings take Skip-gram's, and the true gradient takes 2.5 times that
UPDATES = {"mean": "true gradient", "original": "undivided (gensim)"}
GRID = {
    f"{head} {update} {rate}": Config(
        arch="cbow", head=head, cbow_update=update, alpha=rate / 2.5 if update == "mean" else rate
    )
    for head in ("ns", "hs")
    for update in UPDATES
    for rate in RATES
}


def draw(rows: list[Row]) -> Any:
    """Held-out nats, analogies and similarity against the rate; a row of panels for each head."""
    figure, panels = pyplot.subplots(2, len(COLUMNS), figsize=(9, 5), layout="constrained", sharex=True)
    for head, line in zip(("ns", "hs"), panels, strict=True):
        for (column, title), axes in zip(COLUMNS.items(), line, strict=True):
            for (update, label), colour in zip(UPDATES.items(), COLOURS, strict=False):
                points = {rate: f"{head} {update} {rate}" for rate in RATES}
                curve(axes, rows, column, points, label=label, colour=colour)
            axes.set_title(f"{head}: {title}", fontsize=9)
            axes.set_xscale("log")
            axes.set_xticks(RATES, [f"{rate:g}" for rate in RATES])
            axes.minorticks_off()
    for axes in panels[-1]:
        axes.set_xlabel("learning rate")
    panels[0][0].legend(frameon=False)
    return figure


if __name__ == "__main__":
    command("cbow", GRID, draw)
