"""Draws the figures of the studies anew from the tables in `results/`: nothing is measured.

python experiments/redraw.py
"""

import csv
from pathlib import Path
from typing import Any

import cbow
import cost
import distributed
import negatives
import scaling
import speed
import trees

from w2v.plots.figure import save_figure

RESULTS = Path(__file__).parent / "results"
DRAWN_BY = {
    "cbow": cbow.draw, "cost": cost.draw, "distributed": distributed.draw, "negatives": negatives.draw,
    "scaling": scaling.draw, "speed-amd": speed.draw, "speed-intel": speed.draw, "trees": trees.draw,
}  # fmt: skip


def rows_of(path: Path) -> list[dict[str, Any]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    for name, draw in DRAWN_BY.items():
        save_figure(draw(rows_of(RESULTS / f"{name}.csv")), RESULTS / f"{name}.png")
