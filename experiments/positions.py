"""CBOW with a learned weight for each place in the window (Mikolov et al. 2018, section 2.2): does it pay?

    python experiments/positions.py --corpus enwiki17m.txt.xz --analogies questions-words.txt \\
        --similarity wordsim353.tsv --similarity simlex999.txt

A context word n places away counts d_n times in the mean, with one number for each place, on either side:

    h = 1/|C| sum_n d_n x_n        dx_n = g d_n / |C|        dd_n = g . x_n / |C|

Weights that are free grow together, which is no more than a larger learning rate; so there are also weights that are
kept at a mean of 1, and one weight for all places. Windows that are drawn narrower at random (`shrink_windows`) weigh
what is near already, so both kinds are tried.

Plain SGD of its own, one example after the other, negative sampling, one thread: what is asked is what the weights do,
and not how fast. Held out is the last hundredth of the text; its loss is that of the objective, with the same noise for
all.

A result goes to experiments/results/positions.csv as soon as it is there; a second call goes on from it.
"""

import csv
import lzma
import statistics
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import numba
import numpy as np
import typer
from machine import describe
from study import save

from w2v import evaluation

RESULTS = Path(__file__).parent / "results" / "positions.csv"
NONE, FREE, MEAN_1, ONE = range(4)  # weights
ARMS = {  # shrunk windows, weights
    "shrunk": (True, NONE),
    "shrunk, free": (True, FREE),
    "shrunk, mean 1": (True, MEAN_1),
    "shrunk, one": (True, ONE),
    "whole": (False, NONE),
    "whole, mean 1": (False, MEAN_1),
}
SIZE, WINDOW, NEGATIVE, ALPHA, SAMPLE, LEAST = 50, 5, 5, 0.1, 1e-4, 5
HELD_OUT = 0.01
NOISE = 1 << 22  # words in the table that noise is drawn from


@numba.njit(fastmath=True)
def pass_over(ids, keep, inputs, outputs, places, noise, shrunk, weights, begin, end, seed, train):
    """One pass; returns the mean loss. Rates fall from `begin` to `end`; nothing is changed unless `train`."""
    np.random.seed(seed)
    hidden, back = np.empty(inputs.shape[1], np.float32), np.empty(inputs.shape[1], np.float32)
    some, at = np.empty(2 * WINDOW, np.int64), np.empty(2 * WINDOW, np.int64)
    kept = np.empty(len(ids), np.int64)
    total = 0
    for word in ids:  # the ends of lines stay
        if word < 0 or np.random.random() < keep[word]:
            kept[total] = word
            total += 1
    loss, examples = 0.0, 0
    for i in range(total):
        if kept[i] < 0:
            continue
        width = np.random.randint(1, WINDOW + 1) if shrunk else WINDOW
        n = 0
        for step in (-1, 1):
            for far in range(1, width + 1):
                j = i + step * far
                if j < 0 or j >= total or kept[j] < 0:
                    break
                some[n], at[n] = kept[j], WINDOW + step * far
                n += 1
        if n == 0:
            continue
        rate = np.float32(begin + (end - begin) * i / total)
        hidden[:] = 0
        back[:] = 0
        for m in range(n):
            weight = places[at[m]] / n
            for k in range(hidden.size):
                hidden[k] += weight * inputs[some[m], k]
        examples += 1
        for draw in range(NEGATIVE + 1):
            target = kept[i] if draw == 0 else noise[np.random.randint(noise.size)]
            if draw and target == kept[i]:
                continue
            score = np.float32(0)
            for k in range(hidden.size):
                score += hidden[k] * outputs[target, k]
            loss += np.log1p(np.exp(-score if draw == 0 else score))
            error = np.float32((1 if draw == 0 else 0) - 1 / (1 + np.exp(-score)))
            if train:
                for k in range(hidden.size):
                    back[k] += error * outputs[target, k]
                    outputs[target, k] += rate * error * hidden[k]
        if train:
            for m in range(n):
                weight, pull = rate * places[at[m]] / n, np.float32(0)
                for k in range(hidden.size):
                    pull += back[k] * inputs[some[m], k]
                    inputs[some[m], k] += weight * back[k]
                if weights == ONE:
                    places[:] += rate * pull / n
                elif weights:
                    places[at[m]] += rate * pull / n
            if weights == MEAN_1:
                places *= 2 * WINDOW / (places.sum() - places[WINDOW])
    return loss / examples


def read(corpus: Path, words: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The vocabulary, its counts [V], and the beginning of a text as numbers, int64 [N], -1 at the ends of lines."""
    lines, taken = [], 0
    with lzma.open(corpus, "rt") if corpus.suffix == ".xz" else open(corpus, encoding="utf-8") as file:
        for line in file:
            lines.append(list(islice(line.split(), words - taken)))
            taken += len(lines[-1])
            if taken == words:
                break
    counts = Counter(word for line in lines for word in line)
    known = [word for word, count in counts.most_common() if count >= LEAST]
    number = {word: i for i, word in enumerate(known)}
    ids = [i for line in lines for i in [*(number[word] for word in line if word in number), -1]]
    return known, np.array([counts[word] for word in known]), np.array(ids)


def main(
    corpus: Annotated[Path, typer.Option(help="A text, one sentence or paragraph a line; .xz too.")],
    analogies: Annotated[Path, typer.Option(help="questions-words.txt")],
    similarity: Annotated[list[Path], typer.Option(help="Files of scored word pairs.")],
    words: Annotated[int, typer.Option(min=1_000, help="Of the text, from its beginning.")] = 3_000_000,
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    epochs: Annotated[int, typer.Option(min=1)] = 5,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS,
) -> None:
    """Train, print and save."""
    questions = evaluation.read_questions(analogies)
    pairs = {path.stem: evaluation.read_pairs(path) for path in similarity}
    rows: list[dict[str, Any]] = []
    if output.exists():
        with open(output, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    known, counts, ids = read(corpus, words)
    share = counts / counts.sum()
    keep = np.minimum(1, np.sqrt(SAMPLE / share) + SAMPLE / share)
    noise = np.random.default_rng(0).choice(len(known), NOISE, p=share**0.75 / (share**0.75).sum()).astype(np.int32)
    apart = len(ids) - int(HELD_OUT * len(ids))
    for seed in range(1, seeds + 1):
        for arm, (shrunk, weights) in ARMS.items():
            key = {"arm": arm, "seed": str(seed), "words": str(words), "epochs": str(epochs)}
            if any(key.items() <= row.items() for row in rows):
                continue
            first = np.random.default_rng(seed).uniform(-0.5, 0.5, (len(known), SIZE)) / SIZE**0.5
            inputs, outputs = first.astype(np.float32), np.zeros((len(known), SIZE), np.float32)
            places = np.ones(2 * WINDOW + 1, np.float32)
            tables = inputs, outputs, places, noise, shrunk, weights
            for epoch in range(epochs):
                begin, end = (ALPHA * (1 - each / epochs) for each in (epoch, epoch + 1))
                loss = pass_over(ids[:apart], keep, *tables, begin, max(end, 1e-4), 1000 * seed + epoch, True)
            unseen = pass_over(ids[apart:], keep, *tables, 0.0, 0.0, 7, False)
            answered = evaluation.score_analogies(known, inputs, questions, restrict_vocab=30_000)
            row: dict[str, Any] = key | {"loss": f"{loss:.4f}", "held_out_loss": f"{unseen:.4f}"}
            row["analogies"] = f"{100 * answered.accuracy:.2f}"
            row |= {name: f"{evaluation.score_similarity(known, inputs, p).spearman:.4f}" for name, p in pairs.items()}
            row["places"] = " ".join(f"{place:.3f}" for place in np.delete(places, WINDOW))
            print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
            rows.append(row | {"corpus": corpus.name} | describe())
            save(rows, output)
    for column in ("held_out_loss", "analogies", *pairs):
        found = {arm: [float(row[column]) for row in rows if row["arm"] == arm] for arm in ARMS}
        spread = {arm: statistics.stdev(of) if len(of) > 1 else 0.0 for arm, of in found.items()}
        print(
            f"{column}: "
            + "   ".join(f"{arm} {statistics.mean(of):.4f} ± {spread[arm]:.4f}" for arm, of in found.items())
        )


if __name__ == "__main__":
    typer.run(main)
