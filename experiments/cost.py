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
from scaling import ZipfStream

from w2v import Config
from w2v.corpus.blocks import BLOCK
from w2v.training.train import train_blocks

RESULTS = Path(__file__).parent / "results"
SIZES = (1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000)
HEADS = {"softmax": "#b23a48", "hs": "#e07a1f", "ns": "#0b6e99"}
ARCHS = {"skipgram": "Skip-gram", "cbow": "CBOW"}
WORDS = {"softmax": 5e8, "hs": 0.0, "ns": 0.0}  # words x vocabulary of a run; 0: MOST words
LEAST, MOST = 4 * BLOCK, 300 * BLOCK


def seconds_per_million(config: Config, vocabulary: int) -> float:
    """Of one epoch."""
    budget = WORDS[config.head] / vocabulary or MOST
    tokens = int(min(max(budget, LEAST), MOST)) // BLOCK * BLOCK
    model = train_blocks(ZipfStream(vocabulary, tokens), config)
    return 1e6 * model.history[0].seconds / tokens


def draw(results: list[dict[str, Any]], path: Path) -> None:
    """Both axes logarithmic: a line of slope one is a cost in proportion to the vocabulary."""
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(8.5, 3.8), layout="constrained", sharey=True)
    for (arch, title), axes in zip(ARCHS.items(), panels, strict=True):
        for head, colour in HEADS.items():
            line = [r for r in results if (r["arch"], r["head"]) == (arch, head)]
            x, y = [r["vocabulary"] for r in line], [r["seconds_per_million_words"] for r in line]
            axes.loglog(x, y, ".-", color=colour)
            axes.annotate(head, (x[-1], y[-1]), (5, 0), textcoords="offset points", color=colour, va="center")
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("words in the vocabulary")
        axes.set_xlim(right=600_000)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.2)
    panels[0].set_ylabel("seconds per million words")
    figure.savefig(path, dpi=150)


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
    draw(results, output.with_suffix(".png"))


if __name__ == "__main__":
    typer.run(main)
