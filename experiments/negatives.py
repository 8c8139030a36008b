"""How many negatives, and drawn in proportion to which power of the count? Skip-gram with negative sampling.

    python experiments/negatives.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv

Mikolov et al. (2013b) chose 5 to 20 negatives and the power 3/4 by trial.
"""

from typing import Any

from panels import COLOURS, sheet_of_panels
from study import COLUMNS, Row, command, curve

from w2v import Config

NEGATIVES = (1, 2, 5, 10, 20)
EXPONENTS = (0.0, 0.25, 0.5, 0.75, 1.0)
GRID = {
    **{f"negative {n}": Config(negative=n) for n in NEGATIVES},
    **{f"exponent {x}": Config(ns_exponent=x) for x in EXPONENTS if x != 0.75},
}


def draw(rows: list[Row]) -> Any:
    """A row of panels over the number of negatives, one over the exponent."""
    sheet, panels = sheet_of_panels(
        [list(COLUMNS.values())] * 2,
        [["negatives (count^0.75)"] * len(COLUMNS), ["exponent of the count (5 negatives)"] * len(COLUMNS)],
    )
    for column, above, below in zip(COLUMNS, *panels, strict=True):
        curve(above, rows, column, {n: f"negative {n}" for n in NEGATIVES}, colour=COLOURS[0])
        names = {x: f"exponent {x}" if x != 0.75 else "negative 5" for x in EXPONENTS}
        curve(below, rows, column, names, colour=COLOURS[1])
        above.set_xscale("log")
        above.set_xticks(NEGATIVES, [str(n) for n in NEGATIVES])
        above.minorticks_off()
        below.set_xticks(EXPONENTS, [f"{x:g}" for x in EXPONENTS])
    return sheet.figure


if __name__ == "__main__":
    command("negatives", GRID, draw)
