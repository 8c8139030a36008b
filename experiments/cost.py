"""The cost law: seconds per million words against the size of the vocabulary, for each head.

    python experiments/cost.py

Full softmax meets every word for every prediction, hierarchical softmax log2 V nodes, negative sampling a fixed number.
On made-up Zipf text (`scaling.ZipfStream`), on all cores, without subsampling, so that a word is a word. Each run is as
long as some seconds allow.
"""

import csv
import statistics
from pathlib import Path
from typing import Annotated, Any

import typer
from machine import describe
from matplotlib.figure import Figure
from panels import COLOURS, sheet_of_panels
from scaling import ZipfStream

from w2v import Config
from w2v.corpus.blocks import BLOCK
from w2v.plots.figure import save_figure
from w2v.training.train import train_blocks

RESULTS = Path(__file__).parent / "results"
SIZES = (1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
HEADS = ("ns", "hs", "softmax")
ARCHS = {"skipgram": "Skip-gram", "cbow": "CBOW"}
WORDS = {"softmax": 5e8, "hs": 0.0, "ns": 0.0}  # words x vocabulary of a run; 0: MOST words
LEAST, MOST = 4 * BLOCK, 300 * BLOCK


def seconds_per_million(config: Config, vocabulary: int) -> float:
    """Of one epoch."""
    budget = WORDS[config.head] / vocabulary or MOST
    tokens = int(min(max(budget, LEAST), MOST)) // BLOCK * BLOCK
    model = train_blocks(ZipfStream(vocabulary, tokens), config)
    return 1e6 * model.history[0].seconds / tokens


def draw(results: list[dict[str, Any]]) -> Figure:
    """Both axes logarithmic: a line of slope one is a cost in proportion to the vocabulary."""
    sheet, panels = sheet_of_panels(
        [[f"{title}: seconds per million words" for title in ARCHS.values()]],
        [["words in the vocabulary"] * len(ARCHS)],
        height=3.0,
    )
    panels[0, 1].sharey(panels[0, 0])
    for arch, axes in zip(ARCHS, panels[0], strict=True):
        for head, colour in zip(HEADS, COLOURS, strict=False):
            line = [r for r in results if (r["arch"], r["head"]) == (arch, head)]
            x, y = (
                [float(r["vocabulary"]) for r in line],
                [float(r["seconds_per_million_words"]) for r in line],
            )
            axes.loglog(x, y, ".-", color=colour, linewidth=1.4)
            axes.annotate(head, (x[-1], y[-1]), (5, 0), textcoords="offset points", color=colour, va="center", size=8)
        axes.set_xlim(right=600_000)
    return sheet.figure


def main(
    repetitions: Annotated[int, typer.Option(min=1, help="Medians of this many.")] = 3,
    output: Annotated[Path, typer.Option(help="The CSV file; a figure is put beside it.")] = RESULTS / "cost.csv",
) -> None:
    """Measure, print, save and draw."""
    results: list[dict[str, Any]] = []
    for arch in ARCHS:
        for head in HEADS:
            config = Config(arch=arch, head=head, epochs=1, sample=0)
            for size in SIZES:
                times = [seconds_per_million(config, size) for _ in range(repetitions)]
                row = {
                    "arch": arch,
                    "head": head,
                    "vocabulary": size,
                    "seconds_per_million_words": round(statistics.median(times), 4),
                    "repetitions": repetitions,
                }
                print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
                results.append(row | describe())
    with open(output, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(results[0]))
        writer.writeheader()
        writer.writerows(results)
    save_figure(draw(results), output.with_suffix(".png"))


if __name__ == "__main__":
    typer.run(main)
