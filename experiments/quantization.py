"""What fewer bytes cost in scores: vectors in float16, in int8 with a scale for each word, and with one for all.

    python experiments/quantization.py CORPUS --analogies questions-words.txt --similarity wordsim353.tsv [--seeds 2]

Each encoder is trained once for each seed; then the same vectors are rounded, restored to float32 and scored: analogies
over the 30,000 most frequent words, and rank correlations with people's judgements. `cosine` is the mean of a word's
vector with what it was, `neighbours` the share of the ten nearest, of the 1,000 most frequent words, that stay.

One scale for the whole table is what model2vec's `quantize_to="int8"` does.

Results go to experiments/results/quantization.csv as soon as they are there.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from machine import describe
from study import RESULTS, Row, save

from w2v import Config, evaluation, train
from w2v.geometry import unit_rows
from w2v.vectors.quantization import Quantized, quantized, restored

ARCHS = ("skipgram", "cbow")
ASKED, NEAREST = 1000, 10
A_WORD = "int8, a scale a word"


def one_scale(vectors: np.ndarray) -> Quantized:
    """int8 with one scale for the whole table."""
    scale = np.abs(vectors).max() / 127
    return Quantized(np.rint(vectors / scale).astype(np.int8), np.full(len(vectors), scale, np.float32))


FORMS = {
    "float32": lambda vectors: quantized(vectors, "float32"),
    "float16": lambda vectors: quantized(vectors, "float16"),
    A_WORD: lambda vectors: quantized(vectors, "int8"),
    "int8, one scale": one_scale,
}


def nearest(vectors: np.ndarray) -> np.ndarray:
    """The NEAREST words of each of the first ASKED: numbers [ASKED, NEAREST]."""
    units = unit_rows(vectors)
    cosines = units[:ASKED] @ units.T
    np.fill_diagonal(cosines, -2)
    return np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST]


def main(
    corpus: Annotated[Path, typer.Argument(help="A text.")],
    analogies: Annotated[Path, typer.Option(help="questions-words.txt")],
    similarity: Annotated[list[Path], typer.Option(help="Files of scored word pairs.")],
    seeds: Annotated[int, typer.Option(min=1)] = 2,
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS / "quantization.csv",
) -> None:
    """Train, round, score."""
    questions = evaluation.read_questions(analogies)
    pairs = {path.stem: evaluation.read_pairs(path) for path in similarity}
    rows: list[Row] = []
    for seed in range(1, seeds + 1):
        for arch in ARCHS:
            model = train(corpus, Config(arch=arch, epochs=epochs, seed=seed), progress=False)
            words, whole = model.vocab.words, model.vectors.vectors
            units, near = unit_rows(whole), nearest(whole)
            for form, rounded in FORMS.items():
                small = rounded(whole)
                table = (words, restored(*small))
                kept = [len(set(a) & set(b)) for a, b in zip(near.tolist(), nearest(table[1]).tolist(), strict=True)]
                row: Row = {
                    "arch": arch,
                    "seed": seed,
                    "numbers": form,
                    "bytes_a_word": small.numbers[0].nbytes + 4 * (form == A_WORD),
                    "cosine": round(float((unit_rows(table[1]) * units).sum(axis=1).mean()), 7),
                    "neighbours": round(sum(kept) / (NEAREST * len(kept)), 4),
                    "analogies": round(
                        100 * evaluation.score_analogies(*table, questions, restrict_vocab=30_000).accuracy, 2
                    ),
                    **{stem: round(evaluation.score_similarity(*table, p).spearman, 4) for stem, p in pairs.items()},
                }
                print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
                rows.append(row | {"epochs": epochs, "corpus": corpus.name} | describe())
                save(rows, output)


if __name__ == "__main__":
    typer.run(main)
