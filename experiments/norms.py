"""Does a word's distance from the origin tell how general it is? Heads poincare and ns on a text with a known taxonomy.

    python experiments/norms.py             # Skip-gram with 100 dimensions

For each head, Spearman's correlation of the vectors' length with the depth of their word in the taxonomy, from the root
(0) to the breeds (4): positive where the general lies inside. Hyperbolic space has no centre of its own, so the same is
asked of the lengths after the isometry that takes the root to the origin: they are distances from the root, which flat
space has too. Beside them what predicts depth without any vectors, how rare a word is. A second text is drawn from the
paths of a tree, where the general is what keeps various company: there, any sentence may hold the root, and a leaf's
only words of its path. Both are made here.
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import typer
from machine import describe
from scipy.stats import spearmanr
from study import RESULTS, Row, save
from w2v_data.taxonomy import TAXONOMY, Taxonomy
from w2v_data.world import write_world

from w2v import Config, evaluation
from w2v.corpus.stream import open_stream
from w2v.geometry import EUCLIDEAN, LORENTZ, Space
from w2v.models.model import Model
from w2v.training.likelihood import held_out_examples, likelihood
from w2v.training.train import stream_options_of, train_blocks

HEADS = {
    "ns": Config(head="ns"),
    "poincare": Config(head="poincare"),
    "poincare d2": Config(head="poincare", distance_score="d2"),
    "poincare d": Config(head="poincare", distance_score="d"),
}
TREE = {"levels": 4, "branches": 3, "sentences": 50_000, "words": 8}


def taxonomy_depths() -> dict[str, int]:
    """Steps from the root, of each kind of the demo world."""
    taxonomy = Taxonomy(TAXONOMY)
    kinds = {*taxonomy.parent, *taxonomy.parent.values()}
    return {kind: len(taxonomy.ancestors(kind)) for kind in kinds}


def tree_sentences() -> Iterable[list[str]]:
    """Sentences drawn from the path to a leaf, each node named by the turns that lead to it."""
    generator = np.random.default_rng(1)
    paths = [["n"]]
    for _ in range(TREE["levels"]):
        paths = [[*path, f"{path[-1]}{turn}"] for path in paths for turn in range(TREE["branches"])]
    for _ in range(TREE["sentences"]):
        yield [str(node) for node in generator.choice(paths[generator.integers(len(paths))], TREE["words"])]


def measure(model: Model, depths: dict[str, int]) -> Row:
    """How lengths go with depths."""
    ids = [model.vocab.key_to_index[word] for word in depths if word in model.vocab.key_to_index]
    depth = [depths[model.vocab.words[i]] for i in ids]
    lengths = np.linalg.norm(model.tables["input"], axis=1)  # rises with the distance from the origin
    space: Space = EUCLIDEAN
    points = model.tables["input"][:, : model.config.vector_size].astype(float)
    if model.config.head == "poincare":
        points, space = np.hstack([np.sqrt(1 + (points**2).sum(axis=1, keepdims=True)), points]), LORENTZ
    from_root = space.dist(points[ids[depth.index(0)]], points)
    outputs = np.linalg.norm(model.tables["output"][:, : model.config.vector_size], axis=1)
    return {
        "words": len(ids),
        "spearman_length_depth": round(float(spearmanr(lengths[ids], depth).statistic), 3),
        "spearman_from_root_depth": round(float(spearmanr(from_root[ids], depth).statistic), 3),
        "spearman_output_length_depth": round(float(spearmanr(outputs[ids], depth).statistic), 3),
        "spearman_rarity_depth": round(float(spearmanr(-model.vocab.counts[ids], depth).statistic), 3),
        **{
            f"length_at_{level}": round(float(lengths[ids][np.array(depth) == level].mean()), 3)
            for level in range(max(depth) + 1)
        },
    }


def main(
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    epochs: Annotated[int, typer.Option(min=1)] = 15,
    vector_size: Annotated[int, typer.Option(min=1)] = 100,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS / "norms.csv",
) -> None:
    """Train, print and save; goes on from the rows that are there already."""
    rows: list[Row] = []
    if output.exists():
        with open(output, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    with TemporaryDirectory() as folder:
        world = write_world(Path(folder))
        questions, pairs = evaluation.read_questions(world.analogies), evaluation.read_pairs(world.similarity)
        texts: dict[str, tuple[Any, dict[str, int], Config]] = {
            "demo world": (world.corpus, taxonomy_depths(), Config(sample=1e-3)),
            "tree": (list(tree_sentences()), {n: len(n) - 1 for s in tree_sentences() for n in s}, Config(sample=0)),
        }
        for text, (corpus, depths, settings) in texts.items():
            with open_stream(corpus, cache_dir=Path(folder) / "cache", **stream_options_of(settings)) as stream:
                rest, apart = stream.split(0.03)
                for seed in range(1, seeds + 1):
                    for head, config in HEADS.items():
                        if any((row["text"], row["head"], int(row["seed"])) == (text, head, seed) for row in rows):
                            continue
                        config = config.replace(
                            sample=settings.sample, seed=seed, epochs=epochs, vector_size=vector_size
                        )
                        model = train_blocks(rest, config)
                        table = (model.vocab.words, model.vectors.vectors)
                        row: Row = {"text": text, "head": head, "seed": seed, **measure(model, depths)}
                        found = likelihood(model, held_out_examples(apart, config, most=2000))
                        row["held_out_nats"] = round(found.nats, 4)
                        row["analogies"] = row["similarity"] = ""
                        if text == "demo world":
                            row["analogies"] = round(100 * evaluation.score_analogies(*table, questions).accuracy, 2)
                            row["similarity"] = round(evaluation.score_similarity(*table, pairs).spearman, 4)
                        seconds = sum(record.seconds for record in model.history)
                        row["kwords_per_s"] = round(sum(record.passed for record in model.history) / seconds / 1000)
                        row |= {"epochs": epochs, "vector_size": vector_size}
                        print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
                        rows.append(row | describe())
                        save(rows, output)


if __name__ == "__main__":
    typer.run(main)
