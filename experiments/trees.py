"""Hierarchical softmax on a Huffman tree and on a balanced one: what do short codes for frequent words buy?

    python experiments/trees.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv

The balanced tree has the words in order of frequency, so that neighbours in it are alike in that.
"""

from typing import Any

from matplotlib import pyplot
from study import COLOURS, COLUMNS, Row, command, values

from w2v import Config

TREES = ("huffman", "balanced")
ARCHS = {"skipgram": "Skip-gram", "cbow": "CBOW"}
GRID = {f"{arch} {tree}": Config(arch=arch, head="hs", tree=tree) for arch in ARCHS for tree in TREES}


def draw(rows: list[Row]) -> Any:
    """A bar for the mean over seeds, a dot for each seed."""
    columns = {**COLUMNS, "seconds": "seconds of training"}
    figure, panels = pyplot.subplots(1, len(columns), figsize=(9, 3), layout="constrained")
    for (column, title), axes in zip(columns.items(), panels, strict=True):
        everything: list[float] = []
        for number, tree in enumerate(TREES):
            for place, arch in enumerate(ARCHS):
                found = values(rows, f"{arch} {tree}", column)
                everything += found
                spot = place + (number - 0.5) * 0.38
                label = f"{tree} tree" if place == 0 else None
                axes.bar(spot, sum(found) / len(found), 0.36, color=COLOURS[number], alpha=0.75, label=label)
                axes.plot([spot] * len(found), found, "k.", markersize=3)
        axes.set_title(title, fontsize=9)
        axes.set_xticks(range(len(ARCHS)), list(ARCHS.values()))
    panels[0].legend(frameon=False, loc="lower center")
    return figure


if __name__ == "__main__":
    command("trees", GRID, draw)
