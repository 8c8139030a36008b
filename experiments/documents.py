"""Vectors of documents, what they learn and what they cost, beside gensim's Doc2Vec.

    python experiments/documents.py --corpus enwiki17m.txt.xz
    python experiments/documents.py --quick      # whether it all runs, on the demo world: some two minutes

Two phases, each run in a process of its own, the systems by turns, with as many threads each:

    quality     20 epochs, several seeds, on two sets of documents (below): what the ten nearest documents are, of
                those that were trained, and of those that were held out and inferred; and how many of a thousand
                trained documents are the nearest to what is inferred of their own words
    speed       ten epochs, several times, on 30,000 paragraphs in a file: thousand words/s of training alone, and the
                whole of it, from loading the library to the saved model

Documents:

    paragraphs  20,000 consecutive paragraphs of the corpus, and between them, at equal distances, 1,000 that are held
                out. Lines of fewer than 20 words, which are headings above all, are left out. The text has no mark
                where an article ends, and an article is a run of consecutive lines, often dozens. So what is asked is
                whether the paragraph before or the one behind is among the ten nearest, which is less than whether any
                of the same article is. Of forty pairs of neighbours that were read, 37 were of one article.
    topics      some 3,700 made of the sentences of the demo world, two about one country and six about none, and 500
                that are held out. What is asked is which share of the ten nearest is about the same country.

`gensim` and `w2v` have the same settings, gensim's own, CBOW's undivided update among them; `own` has w2v's, with as
many epochs. gensim reads its documents from a file, which is its fastest way.

A result goes to experiments/results/documents.csv as soon as it is there; a second call goes on from it. Compiled
kernels are cached before the clock starts, as they are on a user's machine from the second run on.
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice, product
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from documents_made import Documents, lines_of, long, paragraphs, topics, written
from machine import describe, need
from speed import check_parity
from study import save
from w2v_data.world import write_world

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "documents.csv"
ARCHS: dict[str, dict[str, Any]] = {
    "pv-dbow": {"arch": "pv-dbow", "dbow_words": False},
    "pv-dm": {"arch": "pv-dm", "dbow_words": False},
    "pv-dbow-words": {"arch": "pv-dbow", "dbow_words": True},
}
SAME = {  # as gensim has them where nothing is said
    "head": "ns",
    "vector_size": 100,
    "window": 5,
    "negative": 5,
    "ns_exponent": 0.75,
    "sample": 1e-3,
    "alpha": 0.025,
    "min_alpha": 1e-4,
    "min_count": 5,
    "cbow_update": "original",
    "tokenizer": "whitespace",
}
OWN = {"head": "ns", "vector_size": 100, "min_count": 5, "tokenizer": "whitespace"}
SYSTEMS: dict[str, tuple[str, dict[str, Any]]] = {"gensim": ("gensim", SAME), "w2v": ("w2v", SAME), "own": ("w2v", OWN)}
PHASES = {"quality": ("pv-dbow", "pv-dm"), "speed": tuple(ARCHS)}  # and the archs that stand in them
DATA = ("paragraphs", "topics")
FLOOR = 5.0  # times as fast as gensim, whole runs and training alone
KEY = ("phase", "arch", "data", "system", "epochs", "seed", "repetition", "threads", "documents")
SCORES = ("trained", "inferred", "itself")

Row = dict[str, Any]


class Step(NamedTuple):
    """One run."""

    phase: str
    arch: str
    data: str
    system: str
    epochs: int
    seed: int
    repetition: int


def plan(
    phases: Sequence[str], archs: Sequence[str], data: Sequence[str], systems: Sequence[str], sizes: dict[str, int]
) -> list[Step]:
    """All runs, in their order: what was measured so far is fair to all, wherever it is broken off.

    sizes: `seeds` and `epochs` of the quality phase, `repetitions` and `speed_epochs` of the other.
    """
    steps = []
    for phase in phases:
        these = [arch for arch in archs or PHASES[phase] if arch in PHASES[phase]]
        if phase == "quality":
            every = product(range(sizes["seeds"]), data, these, systems)
            steps += [Step(phase, a, d, s, sizes["epochs"], n + 1, 0) for n, d, a, s in every]
        else:
            equal = [system for system in systems if system != "own"]
            every = product(range(sizes["repetitions"]), these, equal)
            steps += [Step(phase, a, "speed", s, sizes["speed_epochs"], 1, n) for n, a, s in every]
    return steps


def run_once(step: Step, documents: Documents, scratch: Path, threads: int) -> Row:
    """One training in a fresh process that has to read the text itself."""
    library, settings = SYSTEMS[step.system]
    told = settings | ARCHS[step.arch] | {"epochs": step.epochs, "seed": step.seed, "workers": threads}
    asked = str(documents.asked) if step.phase == "quality" else None
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        command = [sys.executable, str(HERE / "documents_run.py"), library, str(documents.file)]
        command += [str(Path(folder) / "model"), json.dumps(told), json.dumps(asked)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, step))} ended with code {done.returncode}; what is measured, is kept.")
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found


def values(rows: Sequence[Row], column: str, **wanted: str) -> list[float]:
    """A column of the rows that are so, where it has numbers."""
    found = [row.get(column) for row in rows if all(row[name] == value for name, value in wanted.items())]
    return [float(value) for value in found if value not in (None, "", "nan")]


def summary(rows: Sequence[Row]) -> list[str]:
    """Means of scores and medians of speeds, and what has to be reached: gensim's scores, and five times its speed."""
    lines = []
    for data, arch in dict.fromkeys((row["data"], row["arch"]) for row in rows):
        these = [row for row in rows if (row["data"], row["arch"]) == (data, arch)]
        told = _speeds(these) if data == "speed" else _scores(these)
        lines += [f"{data} {arch} {line}" for line in told]
    return lines


def _scores(rows: Sequence[Row]) -> list[str]:
    """A line for each score: means over seeds, beside gensim's with the standard error of the difference."""
    lines = []
    for column in SCORES:
        found = {system: values(rows, column, system=system) for system in SYSTEMS}
        mean = {system: statistics.mean(of) for system, of in found.items() if of}
        line = f"{column} (%): " + "  ".join(f"{system} {value:.1f}" for system, value in mean.items())
        by_chance = values(rows, "chance")
        if by_chance and column != "itself":
            line += f"  chance {statistics.mean(by_chance):.1f}"
        for system in mean.keys() - {"gensim"} if "gensim" in mean else ():
            gap, error = mean[system] - mean["gensim"], _error(found[system], found["gensim"])
            told = f"{gap:+.1f} ± {error:.1f}" if error else f"{gap:+.1f}"
            line += f"\n    {system} {told} ({'reached' if gap + 2 * error >= 0 else 'BELOW'})"
        lines.append(line)
    return lines


def _error(one: Sequence[float], other: Sequence[float]) -> float:
    """The standard error of the difference of two means; 0: there is a single run, which tells of none."""
    if min(len(one), len(other)) < 2:
        return 0.0
    return float((statistics.variance(one) / len(one) + statistics.variance(other) / len(other)) ** 0.5)


def _speeds(rows: Sequence[Row]) -> list[str]:
    """Medians, and how many times as fast as gensim."""
    lines = []
    for column, unit in (("whole_s", "s, documents to model"), ("kwords_per_s", "kwords/s, training alone")):
        median = {
            system: statistics.median(of) for system in ("gensim", "w2v") if (of := values(rows, column, system=system))
        }
        line = f"{unit}: " + "  ".join(f"{system} {value:,.1f}" for system, value in median.items())
        if len(median) == 2:
            ratio = median["w2v"] / median["gensim"]
            ratio = 1 / ratio if column == "whole_s" else ratio
            line += f"  {ratio:.1f} times as fast (floor {FLOOR:g}: {'reached' if ratio >= FLOOR else 'MISSED'})"
        lines.append(line)
    return lines


def main(
    corpus: Annotated[Path | None, typer.Option(help="A text, one paragraph a line; .xz too.")] = None,
    only: Annotated[str | None, typer.Option(help="quality or speed; default both.")] = None,
    archs: Annotated[str, typer.Option(help=f"Of {', '.join(ARCHS)}; default those of the phase.")] = "",
    data: Annotated[str, typer.Option(help="Of the quality phase, separated by commas.")] = ",".join(DATA),
    systems: Annotated[str, typer.Option(help="Separated by commas.")] = ",".join(SYSTEMS),
    seeds: Annotated[int, typer.Option(min=1, help="Of the quality phase.")] = 3,
    repetitions: Annotated[int, typer.Option(min=1, help="Of the speed phase.")] = 3,
    epochs: Annotated[int, typer.Option(min=1, help="Of the quality phase.")] = 20,
    threads: Annotated[int, typer.Option(min=1)] = 2,
    quick: Annotated[
        bool, typer.Option(help="A small demo corpus, one seed, one repetition; nothing is kept.")
    ] = False,
    unchecked: Annotated[bool, typer.Option(help="Leave out the tests that both engines make the same steps.")] = False,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS,
) -> None:
    """Measure, print and save."""
    need("gensim", "pytest")
    asked = {"archs": archs, "data": data, "systems": systems, "only": only or ""}
    wanted = {name: [part for part in given.split(",") if part] for name, given in asked.items()}
    known = {"archs": ARCHS, "data": DATA, "systems": SYSTEMS, "only": PHASES}
    if wrong := [part for name, parts in wanted.items() for part in parts if part not in known[name]]:
        raise typer.BadParameter(f"There is no {', '.join(wrong)}; see --help.")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        sizes = {"seeds": seeds, "epochs": epochs, "repetitions": repetitions, "speed_epochs": 10}
        trained, held_out, timed, tokens = 20_000, 1_000, 30_000, 800_000
        if quick:
            trained, held_out, timed, tokens = 2_000, 100, 2_000, 100_000
            sizes, output = {"seeds": 1, "epochs": 5, "repetitions": 1, "speed_epochs": 2}, scratch / "documents.csv"
        world = write_world(scratch, tokens=tokens)
        if quick:  # paragraphs of four sentences, neighbours of which have nothing in common
            told = list(lines_of(world.corpus))
            corpus = scratch / "paragraphs"
            corpus.write_text("".join(" ".join(told[i : i + 4]) + "\n" for i in range(0, len(told), 4)))
        if corpus is None:
            raise typer.BadParameter("Give a --corpus, or --quick for the demo's.")
        if not unchecked:
            check_parity("test_document_kernels.py")
        texts, numbers, *apart = paragraphs(lines_of(corpus), trained, held_out)
        every = {
            "paragraphs": written(scratch, "paragraphs", "next", texts, numbers, *apart),
            "topics": written(scratch, "topics", "same", *topics(list(lines_of(world.corpus)), held_out // 2)),
            "speed": written(scratch, "speed", "next", list(islice(long(lines_of(corpus)), timed)), []),
        }
        rows: list[Row] = []
        if output.exists():
            with open(output, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        steps = plan(wanted["only"] or list(PHASES), wanted["archs"], wanted["data"], wanted["systems"], sizes)
        have = {tuple(row[name] for name in KEY) for row in rows}
        keys = {step: tuple(map(str, (*step, threads, every[step.data].count))) for step in steps}
        missing = [step for step in steps if keys[step] not in have]
        tiny = written(scratch, "tiny", "next", ["alpha beta", "beta alpha"] * 50, [])
        for arch, system in dict.fromkeys((step.arch, step.system) for step in missing):  # compile first
            if SYSTEMS[system][0] == "w2v":
                run_once(Step("", arch, "tiny", system, 1, 1, 0), tiny, scratch, threads)
        for step in missing:
            found = run_once(step, every[step.data], scratch, threads)
            row = dict(zip(KEY, keys[step], strict=True)) | found
            print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
            rows.append({name: str(value) for name, value in (row | describe()).items()})
            save(rows, output)
        print(*summary(rows), sep="\n")


if __name__ == "__main__":
    typer.run(main)
