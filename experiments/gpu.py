"""The gpu engine beside the cpu engine: speed, scores and memory on a card, and how many chunks may be in flight.

    python experiments/gpu.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv
    python experiments/gpu.py CORPUS ... --in-flight 1,4,16,64      # Skip-gram, instead of what the text allows
    python experiments/gpu.py CORPUS ... --phase heads              # hs and softmax, one seed, beside the cpu engine
    python experiments/gpu.py CORPUS ... --phase fault              # what ended in an illegal access, if it still does

Each row is trained with w2v's own settings, for five epochs; words are those of the text, before subsampling, and
seconds those of training. A short run before each has its kernels compiled.

`heads` first compares one chunk at a time of each head and encoder with the reference, on the card, and then trains.
It is sized for six minutes of an H100 and enwiki17m: softmax for one epoch. `fault` runs each combination of 16 and 32
negative samples, 64 and 132 programs and both precisions in a process of its own, since an illegal access leaves a
process without its GPU; CUDA_LAUNCH_BLOCKING=1 has the fault told where it happens.
"""

import csv
import subprocess
import sys
import time
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from machine import describe

from w2v import Config, evaluation
from w2v.corpus.stream import open_stream
from w2v.engines import gpu
from w2v.engines.gpu import GpuEngine
from w2v.engines.reference import ReferenceEngine
from w2v.examples.encoders import keep_thresholds
from w2v.training.train import stream_options_of, train_blocks

SIZES = 100, 128, 300
HEADS = {
    f"{head}-{a}": {"head": head, "arch": a, "vector_size": 128} | ({"epochs": 1} if head == "softmax" else {})
    for head, a in product(("hs", "softmax"), ("skipgram", "cbow"))
}
FAULTS = product((16, 32), (64, 132), ("bfloat16", "highest"))
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


def check_steps(name: str, settings: dict[str, Any]) -> None:
    """Print how far a few chunks, one at a time, end from where the reference ends, as tests do in the interpreter."""
    counts = np.arange(1200, 200, -1)
    blocks = OneBlock(np.random.default_rng(1).integers(-1, len(counts), 3000).astype(np.int32))
    keep = keep_thresholds(np.ones(len(counts)))
    config = Config(matmul_precision="highest", chunk=32, workers=1).replace(**settings)
    tables = []
    for engine in (GpuEngine(config, counts, keep), ReferenceEngine(config.replace(device="cpu"), counts, keep)):
        if isinstance(engine, GpuEngine):
            engine.programs = 1
        total = sum(loss.total for loss in engine.train_blocks(blocks, 0, np.array([0]), np.array([0.05])))
        tables.append(engine.tables() | {"loss": np.array([total])})
    found, expected = tables
    far = {name: f"{abs(found[name] - right).max() / abs(right).max():.1e}" for name, right in expected.items()}
    print(f"{name}: farthest from the reference, as a part of its largest number: {far}", flush=True)


class OneBlock:
    """A single block."""

    def __init__(self, ids: np.ndarray) -> None:
        self.ids, self.n_blocks, self.tokens = ids, 1, len(ids)

    def block(self, number: int) -> np.ndarray:
        """The block."""
        return self.ids


def seek_fault(corpus: Path) -> None:
    """Run CBOW's original update, which the engine refuses, in a process for each combination."""
    for noise, programs, precision in FAULTS:
        program = FAULT.format(corpus=str(corpus), noise=noise, programs=programs, precision=precision)
        ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        told = ran.stdout.strip() if ran.returncode == 0 else ran.stderr.strip().splitlines()[-1]
        print(f"noise={noise} programs={programs} {precision}: {told}", flush=True)


FAULT = """
from w2v import Config
from w2v.corpus.stream import open_stream
from w2v.engines import gpu
from w2v.heads.ns import gpu as ns
from w2v.training.train import stream_options_of, train_blocks
ns.FEWEST, gpu.MOST_PROGRAMS, gpu.in_flight = {noise}, {programs}, lambda *_: {programs}
why_not = gpu.GpuEngine.why_not
gpu.GpuEngine.why_not = staticmethod(lambda config: why_not(config.replace(cbow_update="mean")))
with open_stream({corpus!r}, **stream_options_of(Config())) as stream:
    config = Config(arch="cbow", cbow_update="original", engine="gpu", epochs=1, sample=1e-3, shared_negatives={noise},
                    matmul_precision="{precision}")
    print("loss", train_blocks(stream, config).history[-1].loss)
"""


def run(
    corpus: Annotated[Path, typer.Argument(help="A text.")],
    analogies: Annotated[Path | None, typer.Option(help="questions-words.txt")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Files of scored word pairs.")] = None,
    row: Annotated[list[str] | None, typer.Option(help=f"{', '.join(ROWS)}; default all.")] = None,
    engine: Annotated[str, typer.Option(help="Separated by commas.")] = "gpu,cpu",
    in_flight: Annotated[str, typer.Option(help="Chunks at the same time, separated by commas.")] = "",
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    phase: Annotated[str, typer.Option(help="ns, heads or fault.")] = "ns",
    output: Annotated[Path, typer.Option(help="The CSV file.")] = Path(__file__).parent / "results/gpu.csv",
) -> None:
    """Measure, print and save."""
    scores: dict[str, Any] = {path.stem: evaluation.read_pairs(path) for path in similarity or []}
    if analogies:
        scores = {"analogies": evaluation.read_questions(analogies)} | scores
    flights = [int(number) for number in in_flight.split(",") if number] or [None]
    if phase == "fault":
        seek_fault(corpus)
        return
    rows = ROWS | HEADS
    if phase == "heads":
        row, seeds = row or list(HEADS), 1
        for name in row:
            check_steps(name, {key: value for key, value in rows[name].items() if key != "epochs"})
    card = torch.cuda.get_device_name() if torch.cuda.is_available() else ""
    results = []
    with open_stream(corpus, **stream_options_of(Config())) as stream:
        for name, engine_name, flight, seed in product(row or ROWS, engine.split(","), flights, range(1, seeds + 1)):
            config = Config(engine=engine_name, epochs=epochs, seed=seed).replace(**rows[name])
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
