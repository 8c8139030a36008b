"""Scores and speed of w2v beside gensim's, on one corpus in one run: the table of the README.

    python experiments/quality.py CORPUS.txt --analogies questions-words.txt --similarity wordsim353.tsv

For each of Skip-gram and CBOW with ns and hs it trains, one after the other and with as many threads each: gensim
with its defaults; w2v with gensim's settings throughout, CBOW's undivided update among them; and w2v with its own
defaults (they differ in sample, alpha and CBOW's update). Analogies are asked over the 30,000 most frequent words.
Words/s are words of the corpus, before subsampling, per second of training, without reading the text and building the
vocabulary. Results go to experiments/results/quality.csv.
"""

import csv
import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v import Config, KeyedVectors, evaluate
from w2v.config import available_cores
from w2v.train import train

RESULTS = Path(__file__).parent / "results"
ROWS = [("skipgram", "ns"), ("cbow", "ns"), ("skipgram", "hs"), ("cbow", "hs")]
GENSIM = {"sample": 1e-3, "alpha": 0.025, "min_alpha": 1e-4, "cbow_update": "original"}


def run_w2v(corpus: Path, config: Config) -> tuple[KeyedVectors, float]:
    """Vectors, and words of the corpus per second of training."""
    model = train(corpus, config)
    seconds = sum(record.seconds for record in model.history)
    return model.vectors, sum(record.words for record in model.history) / seconds


def run_gensim(corpus: Path, config: Config) -> tuple[KeyedVectors, float]:
    """The same of gensim, in its fastest mode (`corpus_file`)."""
    from gensim.models import Word2Vec

    hierarchical = config.head == "hs"
    model = Word2Vec(
        sg=int(config.arch == "skipgram"),
        hs=int(hierarchical),
        negative=0 if hierarchical else config.negative,
        vector_size=config.vector_size,
        window=config.window,
        min_count=config.min_count,
        sample=GENSIM["sample"],
        alpha=GENSIM["alpha"],
        min_alpha=GENSIM["min_alpha"],
        epochs=config.epochs,
        workers=config.threads,
        seed=config.seed,
    )
    model.build_vocab(corpus_file=str(corpus))
    began = time.perf_counter()
    words = model.corpus_total_words
    model.train(corpus_file=str(corpus), total_words=words, total_examples=model.corpus_count, epochs=config.epochs)
    seconds = time.perf_counter() - began
    return KeyedVectors(model.wv.index_to_key, model.wv.vectors), words * config.epochs / seconds


def machine() -> dict[str, Any]:
    """What the figures were measured on and with."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    cpu = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "commit": commit.stdout.strip(),
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": available_cores(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "gensim")},
    }


def main(
    corpus: Annotated[Path, typer.Argument(help="A plain text file, one sentence or paragraph a line.")],
    analogies: Annotated[Path, typer.Option(help="questions-words.txt")],
    similarity: Annotated[list[Path], typer.Option(help="Files of scored word pairs.")],
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS / "quality.csv",
) -> None:
    """Train every row with gensim and w2v, score, print and save."""
    questions = evaluate.read_questions(analogies)
    pairs = {path.stem: evaluate.read_pairs(path) for path in similarity}
    about = machine() | {"corpus": corpus.name, "epochs": epochs, "seed": seed}
    rows = []
    for arch, head in ROWS:
        own = Config(arch=arch, head=head, epochs=epochs, seed=seed)
        runs = {
            "gensim": lambda own=own: run_gensim(corpus, own),
            "w2v, gensim's settings": lambda own=own: run_w2v(corpus, own.but(**GENSIM)),
            "w2v": lambda own=own: run_w2v(corpus, own),
        }
        for system, run in runs.items():
            vectors, speed = run()
            table = (vectors.index_to_key, vectors.vectors)
            score = evaluate.analogies(*table, questions, restrict_vocab=30_000)
            row = {"arch": arch, "head": head, "system": system, "kwords_per_s": round(speed / 1000)}
            row |= {"analogies": round(100 * score.accuracy, 2), "covered": round(100 * score.coverage, 1)}
            row |= {name: round(evaluate.similarity(*table, judged).spearman, 3) for name, judged in pairs.items()}
            print(
                "  ".join(f"{value:<24}" if key == "system" else f"{value:>8}" for key, value in row.items()),
                flush=True,
            )
            rows.append(row | about)
    output.parent.mkdir(parents=True, exist_ok=True)
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    print(f"written to {os.path.relpath(output)}")


if __name__ == "__main__":
    typer.run(main)
