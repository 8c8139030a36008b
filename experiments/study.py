"""What the studies share: settings trained on one reading of a corpus with several seeds, measured, kept and drawn.

Every setting is measured by the same yardsticks: held-out nats per predicted word, analogies over the 30,000 most
frequent words, and rank correlations with people's judgements of similarity. A result goes to the CSV file as soon as
it is there; a second call goes on from it.
"""

import csv
import statistics
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from machine import describe

from w2v import Config, evaluation
from w2v.corpus.stream import open_stream
from w2v.plots.figure import save_figure
from w2v.training.likelihood import held_out_examples, likelihood
from w2v.training.train import stream_options_of, train_blocks

RESULTS = Path(__file__).parent / "results"
HELD_OUT = 0.01  # of the text
WORST = 11.2  # nats: log of the vocabulary's 68,000 words
COLUMNS = {"held_out_nats": "held-out nats", "analogies": "analogies (%)", "wordsim353": "WordSim-353 (ρ)"}

Row = dict[str, Any]


def command(name: str, grid: Mapping[str, Config], draw: Callable[[list[Row]], Any]) -> None:
    """The command line of a study: train every setting of the grid, print, save RESULTS/name.csv and name.png."""

    def main(
        corpus: Annotated[Path, typer.Argument(help="A text.")],
        analogies: Annotated[Path, typer.Option(help="questions-words.txt")],
        similarity: Annotated[list[Path], typer.Option(help="Files of scored word pairs, wordsim353.tsv first.")],
        seeds: Annotated[int, typer.Option(min=1)] = 3,
        epochs: Annotated[int, typer.Option(min=1)] = 5,
        output: Annotated[Path, typer.Option(help="The CSV file; a figure is put beside it.")] = RESULTS
        / f"{name}.csv",
    ) -> None:
        questions = evaluation.read_questions(analogies)
        pairs = {path.stem: evaluation.read_pairs(path) for path in similarity}
        rows: list[Row] = []
        if output.exists():
            with open(output, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        with open_stream(corpus, **stream_options_of(Config())) as stream:
            rest, apart = stream.split(HELD_OUT)
            for seed in range(1, seeds + 1):
                for setting, config in grid.items():
                    if any((row["setting"], int(row["seed"])) == (setting, seed) for row in rows):
                        continue
                    model = train_blocks(rest, config.replace(epochs=epochs, seed=seed))
                    table = (model.vocab.words, model.tables["input"])
                    found = likelihood(model, held_out_examples(apart, config))
                    row: Row = {
                        "setting": setting,
                        "seed": seed,
                        "epochs": epochs,
                        "held_out_nats": round(found.nats, 4),
                        "analogies": round(
                            100 * evaluation.score_analogies(*table, questions, restrict_vocab=30_000).accuracy, 2
                        ),
                        **{
                            stem: round(evaluation.score_similarity(*table, p).spearman, 4) for stem, p in pairs.items()
                        },
                        "seconds": round(sum(record.seconds for record in model.history), 2),
                    }
                    print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
                    rows.append(row | {"corpus": corpus.name} | describe())
                    save(rows, output)
        save_figure(draw(rows), output.with_suffix(".png"))

    typer.run(main)


def save(rows: Sequence[Row], output: Path) -> None:
    """Write the rows as CSV, whole or not at all."""
    partial = output.with_suffix(".partial")
    with open(partial, "w", encoding="utf-8", newline="") as file:
        columns = dict.fromkeys(name for row in rows for name in row)  # a later run may know more
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)
    partial.replace(output)


def values(rows: Sequence[Row], setting: str, column: str) -> list[float]:
    """A setting's results, one for each seed."""
    return [float(row[column]) for row in rows if row["setting"] == setting]


def diverged(rows: Sequence[Row], setting: str) -> bool:
    """Whether a run expects held-out words worse than one who takes all words for equally likely."""
    return any(nats > WORST for nats in values(rows, setting, "held_out_nats"))


def curve(axes: Any, rows: Sequence[Row], column: str, points: Mapping[float, str], *, colour: str) -> None:
    """The mean over seeds as a line through `points`, place on the axis -> setting, with a dot for each seed."""
    shown = {place: setting for place, setting in points.items() if not diverged(rows, setting)}
    means = [statistics.mean(values(rows, setting, column)) for setting in shown.values()]
    axes.plot(list(shown), means, color=colour, linewidth=1.4)
    for place, setting in shown.items():
        found = values(rows, setting, column)
        axes.plot([place] * len(found), found, ".", color=colour, alpha=0.5)
    for place in points.keys() - shown.keys():
        axes.annotate(
            "diverged",
            (place, 0.5),
            xycoords=("data", "axes fraction"),
            color=colour,
            rotation=90,
            size=8,
            ha="right",
            va="center",
        )
