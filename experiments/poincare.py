"""Hierarchies in hyperbolic space: how well WordNet's are held, in what time, and the speed beside gensim's.

    python experiments/poincare.py --mammals wordnet_mammal_closure.tsv --nouns wordnet_noun_closure.tsv.xz
    python experiments/poincare.py --mammals wordnet_mammal_closure.tsv --rows mammals-5,mammals-2,speed

One table, `results/poincare.csv`, a line for each row and seed. Every node is ranked (`w2v/hyperbolic/ranking.py` says
how). Seconds are those of training; `cpu_s` is what all threads computed, which other work on the machine does not
lengthen: on two free cores a run takes half of it. Link prediction has two figures: `mean_rank` and `map` are of the
pairs that were held out, `whole_rank` and `whole_map` of all pairs of the same nodes, those trained on too. The latter
compare with what is published, 4.3 / .852, where link prediction all but equals reconstruction (4.02 / .851), as ranks
of held-out pairs alone never do. In `nouns-10-links` these are 5 % of the pairs between nodes that are neither roots
nor leaves, in `nouns-10-all-links` 5 % of all. Settings are the defaults but for those in `ROWS`. `speed` trains w2v,
with 50 negatives, and gensim, with 10, by turns, and compares pairs of child and parent per second; gensim trains on
one thread, having no more.
"""

import csv
import logging
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from machine import describe, need

from w2v.hyperbolic.ranking import link_prediction, reconstruction
from w2v.hyperbolic.relations import Relations, read_relations, split
from w2v.hyperbolic.settings import PoincareConfig
from w2v.hyperbolic.trainer import train_relations

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """A figure to be reached: the data, the settings, and published, floor and aim as mean rank / MAP."""

    data: str
    config: PoincareConfig  # the defaults, but for what the command in the README says
    published: str
    floor: str
    aim: str
    held_out: float = 0.0
    inner: bool = True  # hold out only pairs between nodes that are neither roots nor leaves


MAMMALS = PoincareConfig(vector_size=5)
NOUNS = PoincareConfig(vector_size=10)
ROWS = {
    "mammals-5": Row("mammals", MAMMALS, "1.26 / .927", "1.2 / .94", "1.10 / .96"),
    "mammals-2": Row("mammals", MAMMALS.replace(vector_size=2, epochs=2000), "", "3.0 / .68", "1.5 / .85"),
    "nouns-5": Row("nouns", NOUNS.replace(vector_size=5), "4.9 / .823", "4.9 / .823", "3.2 / .92"),
    "nouns-10": Row("nouns", NOUNS, "4.02 / .851", "4.02 / .851", "2.95 / .93"),
    "nouns-10-links": Row("nouns", NOUNS, "4.3 / .852", "5.0 / .82", "4.3 / .86", held_out=0.05),
    "nouns-10-all-links": Row("nouns", NOUNS, "4.3 / .852", "", "", held_out=0.05, inner=False),
}
SPEED = "speed"


def measure(relations: Relations, row: Row, config: PoincareConfig) -> dict[str, Any]:
    """Train and rank."""
    known, hidden = split(relations, row.held_out, config.seed, inner=row.inner) if row.held_out else (relations, None)
    train_relations(known, config.replace(epochs=1))  # compiles, or loads what is compiled: no part of the run
    wall, cpu = time.perf_counter(), time.process_time()
    embedding = train_relations(known, config)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if hidden is None:
        found = reconstruction(embedding.points, known, space=embedding.space)
    else:
        found = link_prediction(embedding.points, hidden, known, space=embedding.space)
    pairs = sum(record.passed for record in embedding.history)
    ranked = {"mean_rank": round(found.mean_rank, 3), "map": round(found.mean_average_precision, 4)}
    if hidden is not None:
        whole = link_prediction(embedding.points, hidden, known, masked=False, space=embedding.space)
        ranked |= {"whole_rank": round(whole.mean_rank, 3), "whole_map": round(whole.mean_average_precision, 4)}
    return {
        **ranked,
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "passes": config.epochs,
        "kpairs_per_s": round(pairs / wall / 1000),
        "kpairs_per_cpu_s": round(pairs / cpu / 1000),
        "clamps": sum(record.clamps for record in embedding.history),
        **{key: getattr(embedding.config, key) for key in SETTINGS},
    }


def race(relations: Relations, repetitions: int) -> dict[str, Any]:
    """Pairs per second of gensim and of w2v, by turns; the median of each, and of their ratios."""
    from gensim.models.poincare import PoincareModel as Gensim

    logging.getLogger("gensim").setLevel(logging.ERROR)
    pairs = [(relations.nodes[child], relations.nodes[parent]) for child, parent in relations.pairs.tolist()]
    config = MAMMALS.replace(epochs=200)
    train_relations(relations, config.replace(epochs=1))
    ours, theirs = [], []
    for _ in range(repetitions):
        model = Gensim(pairs, size=config.vector_size, negative=10, burn_in=0)
        began = time.perf_counter()
        model.train(epochs=1, print_every=10**9)
        theirs.append(len(pairs) / (time.perf_counter() - began))
        history = train_relations(relations, config).history
        ours.append(sum(record.passed for record in history) / sum(record.seconds for record in history))
    return {
        "kpairs_per_s": round(statistics.median(ours) / 1000),
        "gensim_kpairs_per_s": round(statistics.median(theirs) / 1000, 1),
        "times_gensim": round(statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), 1),
        "passes": config.epochs,
    }


def main(
    mammals: Annotated[Path, typer.Option(help="Child and parent, the transitive closure.")],
    nouns: Annotated[
        Path | None, typer.Option(help="The same, of all nouns; without it their rows are left out.")
    ] = None,
    rows: Annotated[str, typer.Option(help="Which rows, separated by commas.")] = ",".join([*ROWS, SPEED]),
    seeds: Annotated[str, typer.Option(help="Seeds, separated by commas.")] = "1",
    repetitions: Annotated[int, typer.Option(help="Turns of the race with gensim.")] = 5,
    output: Annotated[Path, typer.Option(help="The table; what it holds of other rows stays.")] = HERE
    / "results/poincare.csv",
) -> None:
    """Train and measure the rows."""
    if SPEED in rows.split(","):
        need("gensim")
    given = {"mammals": mammals, "nouns": nouns}
    data = {name: read_relations(path) for name, path in given.items() if path and name in rows + SPEED}
    for name in rows.split(","):
        if name == SPEED:
            keep(output, {"row": name, **race(read_relations(mammals), repetitions), **describe()})
            continue
        row = ROWS[name]
        for seed in map(int, seeds.split(",")):
            if row.data in data:
                config = row.config.replace(seed=seed)
                told = {"row": name, "seed": seed, "published": row.published, "floor": row.floor, "aim": row.aim}
                keep(output, {**told, **measure(data[row.data], row, config), **describe()})


SETTINGS = (
    "space",
    "vector_size",
    "negative",
    "near_negatives",
    "negative_weight",
    "alpha",
    "burn_in",
    "burn_in_alpha",
    "restart",
)


def keep(path: Path, line: dict[str, Any]) -> None:
    """Put a line into the table in the place of an earlier one of that row and seed, and print it."""
    print({name: value for name, value in line.items() if value != ""}, flush=True)
    key = str(line["row"]), str(line.get("seed", ""))
    lines = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            lines = [old for old in csv.DictReader(file) if (old["row"], old["seed"]) != key]
    lines.append({name: str(value) for name, value in line.items()})
    names = list(dict.fromkeys(name for each in [*lines, dict.fromkeys(COLUMNS)] for name in each))
    names.sort(key=lambda name: COLUMNS.index(name) if name in COLUMNS else len(COLUMNS))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(lines)


COLUMNS = [
    *(
        "row",
        "seed",
        "published",
        "floor",
        "aim",
        "mean_rank",
        "map",
        "whole_rank",
        "whole_map",
        "wall_s",
        "cpu_s",
        "passes",
        "kpairs_per_s",
    ),
    *("kpairs_per_cpu_s", "gensim_kpairs_per_s", "times_gensim", "clamps", *SETTINGS),
]


if __name__ == "__main__":
    typer.run(main)
