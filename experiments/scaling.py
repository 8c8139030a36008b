"""How the speed of training goes with threads, vector size, vocabulary and corpus.

    python experiments/scaling.py

The text is made up while it is trained on: words drawn by Zipf's law, a sentence end after every 20, no file and no
reading. Words are those that subsampling kept (sample 1e-3), per second of one epoch; making them up is included.
Results go to experiments/results/scaling.csv and .png.
"""

import csv
import statistics
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from machine import describe
from matplotlib.figure import Figure
from panels import COLOURS, line_key, sheet_of_panels

from w2v import Config
from w2v.base import randomness
from w2v.base.settings import available_cores
from w2v.corpus.blocks import BLOCK
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.heads import noise as sampler
from w2v.plots.figure import save_figure
from w2v.training.train import train_blocks

RESULTS = Path(__file__).parent / "results"
ARCHS = {"skipgram": "Skip-gram", "cbow": "CBOW"}
OBJECTIVES = (("skipgram", "ns"), ("cbow", "ns"), ("skipgram", "hs"), ("cbow", "hs"))
# What grows, and the values it takes; the rest stays at D = 100, 50,000 words, 10 million tokens, all cores.
STUDIES = {
    "threads": tuple(range(1, available_cores() + 1)),
    "vector_size": (50, 100, 200, 300, 500),
    "vocabulary": (1_000, 10_000, 100_000, 1_000_000),
    "tokens": (1_000_000, 10_000_000, 100_000_000),
}
PURPOSE = 9  # of the random numbers; training uses 1 to 3


class ZipfStream:
    """Blocks of made-up text: word r occurs in proportion to 1 / r."""

    def __init__(self, vocabulary: int, tokens: int) -> None:
        share = 1 / np.arange(1, vocabulary + 1)
        share /= share.sum()
        self._table = sampler.alias_table(share)
        counts = np.maximum(share * tokens, 1).astype(np.int64)
        self.vocab = Vocabulary([str(rank) for rank in range(vocabulary)], counts)
        self.tokens = tokens
        self.n_blocks = -(-tokens // BLOCK)

    def block(self, index: int) -> np.ndarray:
        """int32 [BLOCK]."""
        key = randomness.stream_key(0, 0, index, PURPOSE)
        ids = sampler.draw_many(*self._table, np.uint64(key), 0, BLOCK).astype(np.int32)
        ids[20::21] = SENTENCE_END
        return ids


def words_per_second(config: Config, vocabulary: int, tokens: int) -> float:
    """Words kept by subsampling, per second of one epoch."""
    stream = ZipfStream(vocabulary, tokens)
    kept = float(stream.vocab.keep_probability(config.sample_threshold) @ stream.vocab.counts) * 20 / 21
    return kept / train_blocks(stream, config).history[0].seconds


def main(
    repetitions: Annotated[int, typer.Option(min=1, help="Medians of this many; 1 for the largest corpus.")] = 3,
    output: Annotated[Path, typer.Option(help="The CSV file; a figure is put beside it.")] = RESULTS / "scaling.csv",
) -> None:
    """Measure, print, save and draw."""
    results: list[dict[str, Any]] = []
    for arch, head in OBJECTIVES:
        base = Config(arch=arch, head=head, epochs=1, sample=1e-3, alpha=0.025)
        words_per_second(base, 1000, 2 * BLOCK)  # compile
        for study, values in STUDIES.items():
            for value in values:
                size = {"vocabulary": 50_000, "tokens": 10_000_000} | (
                    {study: value} if study in ("vocabulary", "tokens") else {}
                )
                config = base.replace(
                    **{"threads": {"workers": value}, "vector_size": {"vector_size": value}}.get(study, {})
                )
                runs = 1 if size["tokens"] > 10_000_000 else repetitions
                speed = statistics.median(words_per_second(config, **size) for _ in range(runs))
                print(f"{arch:9} {head}  {study:12} {value:>11,}  {speed / 1e6:6.2f} M words/s", flush=True)
                results.append(
                    {"arch": arch, "head": head, "study": study, "value": value, "kept_words_per_s": round(speed)}
                    | describe()
                )
    output.parent.mkdir(parents=True, exist_ok=True)
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, results[0])
        writer.writeheader()
        writer.writerows(results)
    save_figure(draw(results), output.with_suffix(".png"))


def draw(results: list[dict[str, Any]]) -> Figure:
    """One panel a study, one line an objective."""
    below = {
        "threads": "threads",
        "vector_size": "vector size",
        "vocabulary": "words in the vocabulary",
        "tokens": "words in the corpus",
    }
    shades = dict(zip(ARCHS, COLOURS, strict=False))
    sheet, panels = sheet_of_panels(
        [["million words/s", *[""] * (len(below) - 1)]],
        [list(below.values())],
        legend=[(f"{ARCHS[arch]} {head}", line_key(shades[arch], dashed=head == "hs")) for arch, head in OBJECTIVES],
        width=12.0,
    )
    for axes, study in zip(panels[0], below, strict=True):
        for arch, head in OBJECTIVES:
            line = [r for r in results if (r["arch"], r["head"], r["study"]) == (arch, head, study)]
            x, y = [float(r["value"]) for r in line], [float(r["kept_words_per_s"]) / 1e6 for r in line]
            style = "o--" if head == "hs" else "o-"
            axes.plot(x, y, style, color=shades[arch], linewidth=1.4, markersize=4)
        if study in ("vocabulary", "tokens"):
            axes.set_xscale("log")
        elif study == "threads":
            axes.set_xticks(sorted({int(r["value"]) for r in results if r["study"] == study}))
        axes.set_ylim(0, 1.05 * max(float(r["kept_words_per_s"]) for r in results) / 1e6)  # shared by all
    return sheet.figure


if __name__ == "__main__":
    typer.run(main)
