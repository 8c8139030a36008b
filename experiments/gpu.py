"""The gpu engine beside the cpu engine: speed, scores and memory on a card, and how many chunks may be in flight.

    python experiments/gpu.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv
    python experiments/gpu.py CORPUS ... --in-flight 1,4,16,64      # Skip-gram, instead of what the text allows

Each row is trained with w2v's own settings, for five epochs; words are those of the text, before subsampling, and
seconds those of training. A short run before each has its kernels compiled.
"""

import csv
import time
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from machine import describe

from w2v import Config, evaluation
from w2v.corpus.stream import open_stream
from w2v.engines import gpu
from w2v.training.train import stream_options_of, train_blocks

SIZES = 100, 128, 300
ROWS = {f"{a}-{size}": {"arch": a, "vector_size": size} for a, size in product(("skipgram", "cbow"), SIZES)}


def measure(blocks: Any, config: Config, scores: dict[str, Any]) -> dict[str, Any]:
    """One run: thousand words a second, the fastest epoch's, memory, and scores."""
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    began = time.perf_counter()
    model = train_blocks(blocks, config)
    seconds = time.perf_counter() - began
    spent, passed = sum(r.seconds for r in model.history), sum(r.passed for r in model.history)
    found: dict[str, Any] = {
        "kwords_per_s": round(passed / spent / 1000),
        "fastest_epoch": round(max(r.passed / r.seconds for r in model.history) / 1000),
        "seconds": round(seconds, 2),
        "loss": round(model.history[-1].loss, 4),
        "gpu_mb": round(torch.cuda.max_memory_allocated() / 2**20) if torch.cuda.is_available() else "",
    }
    table = model.vocab.words, model.vectors.vectors
    for name, asked in scores.items():
        if name == "analogies":
            found[name] = round(100 * evaluation.score_analogies(*table, asked, restrict_vocab=30_000).accuracy, 2)
        else:
            found[name] = round(evaluation.score_similarity(*table, asked).spearman, 4)
    return found


def run(
    corpus: Annotated[Path, typer.Argument(help="A text.")],
    analogies: Annotated[Path | None, typer.Option(help="questions-words.txt")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Files of scored word pairs.")] = None,
    row: Annotated[list[str] | None, typer.Option(help=f"{', '.join(ROWS)}; default all.")] = None,
    engine: Annotated[str, typer.Option(help="Separated by commas.")] = "gpu,cpu",
    in_flight: Annotated[str, typer.Option(help="Chunks at the same time, separated by commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = Path(__file__).parent / "results/gpu.csv",
) -> None:
    """Measure, print and save."""
    scores: dict[str, Any] = {path.stem: evaluation.read_pairs(path) for path in similarity or []}
    if analogies:
        scores = {"analogies": evaluation.read_questions(analogies)} | scores
    flights = [int(number) for number in in_flight.split(",") if number] or [None]
    card = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    results = []
    with open_stream(corpus, **stream_options_of(Config())) as stream:
        for name, engine_name, flight, seed in product(row or ROWS, engine.split(","), flights, range(1, seeds + 1)):
            config = Config(engine=engine_name, epochs=epochs, seed=seed, **ROWS[name])  # type: ignore[arg-type]
            if flight:
                gpu.in_flight = lambda *_, flight=flight: flight
            if seed == 1:
                train_blocks(stream.split(0.01)[1], config.replace(epochs=1))
            found = {"row": name, "engine": engine_name, "in_flight": flight or "", "seed": seed}
            found |= measure(stream, config, scores)
            print("  ".join(f"{key}={value}" for key, value in found.items()), flush=True)
            results.append(found | {"corpus": corpus.name, "gpu": card} | describe())
            output.parent.mkdir(parents=True, exist_ok=True)
            with open(output, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, list(dict.fromkeys(column for line in results for column in line)))
                writer.writeheader()
                writer.writerows(results)


if __name__ == "__main__":
    typer.run(run)
