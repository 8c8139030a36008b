"""Hierarchical softmax on a Huffman tree and on a balanced one: what do short codes for frequent words buy?

    python experiments/trees.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv

The balanced tree has the words in order of frequency, so that neighbours in it are alike in that.
"""

import statistics
from typing import Any

from panels import COLOURS, line_key, sheet_of_panels
from study import COLUMNS, Row, command, values

from w2v import Config

TREES = ("huffman", "balanced")
ARCHS = {"skipgram": "Skip-gram", "cbow": "CBOW"}
GRID = {f"{arch} {tree}": Config(arch=arch, head="hs", tree=tree) for arch in ARCHS for tree in TREES}


def draw(rows: list[Row]) -> Any:
    """A dash for the mean over seeds, a dot for each seed."""
    columns = {**COLUMNS, "seconds": "seconds of training"}
    sheet, panels = sheet_of_panels(
        [list(columns.values())],
        [[""] * len(columns)],
        legend=[(f"{tree} tree", line_key(colour)) for tree, colour in zip(TREES, COLOURS, strict=False)],
    )
    for column, axes in zip(columns, panels[0], strict=True):
        for number, tree in enumerate(TREES):
            for place, arch in enumerate(ARCHS):
                found = values(rows, f"{arch} {tree}", column)
                spot = place + (number - 0.5) * 0.3
                mean = statistics.mean(found)
                axes.hlines(mean, spot - 0.12, spot + 0.12, color=COLOURS[number], linewidth=3)
                axes.plot([spot] * len(found), found, "o", color=COLOURS[number], markersize=4)
        axes.set_xticks(range(len(ARCHS)), list(ARCHS.values()))
        axes.margins(0.2)
    return sheet.figure


if __name__ == "__main__":
    command("trees", GRID, draw)
