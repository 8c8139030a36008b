"""CBOW's gradient: the true one of the mean against word2vec.c's and gensim's undivided one, over learning rates.

    python experiments/cbow.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv

The undivided update is too long by the size of the bag (Irsoy et al. 2020); the question is whether that is more than a
learning rate.
"""

from typing import Any

from panels import COLOURS, line_key, sheet_of_panels
from study import COLUMNS, Row, command, curve

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
    heads, colours = ("ns", "hs"), dict(zip(UPDATES, COLOURS, strict=False))
    sheet, panels = sheet_of_panels(
        [[f"{head}: {title}" for title in COLUMNS.values()] for head in heads],
        [["learning rate"] * len(COLUMNS)] * len(heads),
        legend=[(name, line_key(colours[update])) for update, name in UPDATES.items()],
    )
    for head, line in zip(heads, panels, strict=True):
        for column, axes in zip(COLUMNS, line, strict=True):
            for update, colour in colours.items():
                curve(axes, rows, column, {rate: f"{head} {update} {rate}" for rate in RATES}, colour=colour)
            axes.set_xscale("log")
            axes.set_xticks(RATES, [f"{rate:g}" for rate in RATES])
            axes.minorticks_off()
    return sheet.figure


if __name__ == "__main__":
    command("cbow", GRID, draw)
