"""What `deterministic=True` costs and what it learns, beside the same threads without it and beside one thread.

    python experiments/deterministic.py CORPUS.txt --analogies questions-words.txt --similarity wordsim353.tsv \
        --similarity simlex999.txt                              [--seeds 3] [--rows skipgram-ns,cbow-ns]
    python experiments/deterministic.py --small                 texts of 100,000 and 1,000,000 words of the demo world

Runs of one seed are made by turns, so that a busy hour meets all schedules alike; words/s are those of the corpus,
before subsampling, per second of all epochs. Analogies are asked over the 30,000 most frequent words; the scores of
small texts are those of `small_texts.py`. Bits are a digest of both tables, which is the same for any `--workers`.

Results go to experiments/results/deterministic.csv as soon as they are there; a second call goes on from it.
"""

import csv
import hashlib
import statistics
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from machine import describe
from small_texts import world

from w2v import Config, Word2Vec, evaluation
from w2v.corpus.stream import open_stream
from w2v.models.model import Model
from w2v.training.train import stream_options_of, train_blocks

RESULTS = Path(__file__).parent / "results" / "deterministic.csv"
ROWS = [f"{arch}-{head}" for arch in ("skipgram", "cbow") for head in ("ns", "hs")]
SCHEDULES: dict[str, dict[str, Any]] = {
    "free": {},  # threads as they come
    "deterministic": {"deterministic": True},
    "one thread": {"workers": 1},
}
SCORES = ("loss", "analogies", "wordsim353", "simlex999", "groups", "rank")
KEY = ("text", "row", "schedule", "workers", "seed")
Row = dict[str, Any]


def main(
    corpus: Annotated[Path | None, typer.Argument(help="A text.")] = None,
    analogies: Annotated[Path | None, typer.Option(help="questions-words.txt")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Files of scored word pairs.")] = None,
    small: Annotated[bool, typer.Option(help="Texts of the demo world instead of a corpus.")] = False,
    rows: Annotated[str, typer.Option(help="Separated by commas.")] = ",".join(ROWS),
    schedules: Annotated[str, typer.Option(help="Separated by commas.")] = ",".join(SCHEDULES),
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    workers: Annotated[int, typer.Option(min=1, help="Threads, but for one thread.")] = 2,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS,
) -> None:
    """Train, score, print, save."""
    found: list[Row] = []
    if output.exists():
        with open(output, encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))

    def asked(text: str, seed: int) -> list[tuple[Row, Config]]:
        """The runs that are not there yet, by turns."""
        runs = []
        for row in rows.split(","):
            for schedule in schedules.split(","):
                arch, head = row.split("-")
                config = Config(arch=arch, head=head, seed=seed, **{"workers": workers} | SCHEDULES[schedule])
                place = dict(zip(KEY, (text, row, schedule, config.workers, seed), strict=True))
                if not any(all(old[name] == str(value) for name, value in place.items()) for old in found):
                    runs.append((place, config))
        return runs

    def keep(row: Row) -> None:
        print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
        found.append({name: str(value) for name, value in (row | describe()).items()})
        with open(output, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(name for row in found for name in row)))
            writer.writeheader()
            writer.writerows(found)

    train_first()
    if small:
        for size, seed in [(size, seed) for size in (100_000, 1_000_000) for seed in range(1, seeds + 1)]:
            if runs := asked(f"{size} words", seed):
                sentences, _, score = world(size, seed)
                for place, config in runs:
                    model = Word2Vec(sentences, config=config, progress=False)
                    scores = {name: round(value, 4) for name, value in score(model.wv).items()}
                    keep(place | told(model.model) | scores)
    elif corpus is None or analogies is None:
        raise typer.BadParameter("Give a corpus and --analogies, or --small.")
    else:
        questions = evaluation.read_questions(analogies)
        pairs = {path.stem: evaluation.read_pairs(path) for path in similarity or []}
        with open_stream(corpus, **stream_options_of(Config())) as stream:
            for place, config in [run for seed in range(1, seeds + 1) for run in asked(corpus.name, seed)]:
                model = train_blocks(stream, config)
                table = (model.vocab.words, model.tables["input"])
                accuracy = evaluation.score_analogies(*table, questions, restrict_vocab=30_000).accuracy
                scores = {name: round(evaluation.score_similarity(*table, p).spearman, 4) for name, p in pairs.items()}
                keep(place | told(model) | {"analogies": round(100 * accuracy, 2)} | scores)
    print_means(found)


def train_first() -> None:
    """Compile, which is no part of what is measured."""
    for row in ROWS:
        arch, head = row.split("-")
        Word2Vec([["a", "b", "c"] * 5] * 10, arch=arch, head=head, min_count=1, epochs=1, progress=False)


def told(model: Model) -> Row:
    """Epochs, speed, loss and bits."""
    seconds, words = (sum(getattr(record, name) for record in model.history) for name in ("seconds", "passed"))
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(table).tobytes() for table in model.tables.values()))
    return {
        "epochs": len(model.history),
        "kwords_per_s": round(words / seconds / 1000, 1),
        "loss": round(model.history[-1].loss, 4),
        "bits": digest.hexdigest()[:12],
    }


def print_means(found: list[Row]) -> None:
    """A line for each text, row and schedule: the median of the speeds, the means of the scores."""
    for key in dict.fromkeys((row["text"], row["row"], row["schedule"], row["workers"]) for row in found):
        same = [row for row in found if (row["text"], row["row"], row["schedule"], row["workers"]) == key]
        speed = statistics.median(float(row["kwords_per_s"]) for row in same)
        names = [name for name in SCORES if same[0].get(name)]
        means = {name: statistics.mean(float(row[name]) for row in same) for name in names}
        scores = "  ".join(f"{name} {value:.3f}" for name, value in means.items())
        print(f"{key[0]:16} {key[1]:12} {key[2]:14} {key[3]:>2} threads {speed:8,.0f} kwords/s  {scores}")


if __name__ == "__main__":
    typer.run(main)
