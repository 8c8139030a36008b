"""Speed and scores of w2v beside gensim's, in one run: the headline figures.

    python experiments/speed.py CORPUS.txt --analogies questions-words.txt --similarity wordsim353.tsv
    python experiments/speed.py --quick          # which floors hold here, on the demo corpus: some eight minutes
    python experiments/speed.py --avx2 ...       # both without AVX-512, as on a smaller processor

Three phases, each run in a process of its own, w2v and gensim by turns, with as many threads each:

    speed       one epoch of training: words of the corpus, before subsampling, per second ("raw"), and those that
                subsampling kept ("effective"), without reading the text and building the vocabulary
    command     text to saved vectors, everything included: seconds, and the most memory in use
    accuracy    scores after some epochs, for several seeds

`w2v` has gensim's settings throughout, CBOW's undivided update among them; `w2v-defaults` has its own (they differ in
sample, alpha and CBOW's update). Analogies are asked over the 30,000 most frequent words.

Each maker's processors have a table of their own, `results/speed-MAKER.csv`: ratios differ, for gensim is bound
by memory and w2v by arithmetic. `--avx2` tells both systems that the processor is a Haswell:
numba by NUMBA_CPU_NAME and NUMBA_CPU_FEATURES, the BLAS that gensim calls by OPENBLAS_CORETYPE.

Nothing is measured while the tests of the kernels are red. Each result goes to the CSV file as soon as it is there, and
`--resume` goes on from it. w2v's compiled kernels are cached before the clock starts, as they are on a user's machine
from the second run on.
"""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer
from machine import describe, maker, need
from matplotlib.figure import Figure
from panels import COLOURS, QUIET_COLOUR, TYPE, sheet_of_panels
from w2v_data.world import write_world

from w2v import Config, KeyedVectors, evaluation
from w2v.plots.figure import legend_key, save_figure

HERE = Path(__file__).parent
ROWS = {  # the floor is the ratio to gensim's words/s that has to be reached
    "skipgram-ns-100": (Config(arch="skipgram", head="ns"), 11.0),
    "skipgram-ns-300": (Config(arch="skipgram", head="ns", vector_size=300), 8.5),
    "cbow-ns-100": (Config(arch="cbow", head="ns"), 4.5),
    "skipgram-hs-100": (Config(arch="skipgram", head="hs"), 5.5),
    "cbow-hs-100": (Config(arch="cbow", head="hs"), 3.0),
}
COMMAND_ROW, COMMAND_FLOOR = "skipgram-ns-100", 10.0
GENSIM = {"sample": 1e-3, "alpha": 0.025, "min_alpha": 1e-4, "min_count": 5, "cbow_update": "original"}
SYSTEMS = ("gensim", "w2v", "w2v-defaults")
HASWELL = {
    "NUMBA_CPU_NAME": "haswell",
    "NUMBA_CPU_FEATURES": "+sse4.2,+popcnt,+cx16,+avx,+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt,+movbe",
    "OPENBLAS_CORETYPE": "Haswell",
}
KEY = ("phase", "row", "system", "seed", "repetition")


def settings(row: str, system: str, epochs: int, seed: int) -> Config:
    """What a system trains a row with."""
    config = ROWS[row][0].replace(epochs=epochs, seed=seed)
    return config if system == "w2v-defaults" else config.replace(**GENSIM)


def run_once(system: str, corpus: Path, folder: Path, config: Config, environment: dict[str, str]) -> tuple[Any, float]:
    """One training in a fresh process that has to read the text itself: what it says of itself, and all its seconds."""
    script = str(HERE / "training_run.py")
    command = [sys.executable, script, system, str(corpus), str(folder), json.dumps(asdict(config))]
    began = time.perf_counter()
    told = subprocess.run(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(told.stdout.splitlines()[-1]), time.perf_counter() - began


def measure(
    corpus: Path, row: str, system: str, epochs: int, seed: int, scores: dict[str, Any], environment: dict[str, str]
) -> dict[str, Any]:
    """One training, and the scores of its vectors."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        config = settings(row, system, epochs, seed)
        found, wall = run_once(system.split("-")[0], corpus, folder, config, environment)
        result = {
            "kwords_per_s": round(found["raw"] / found["seconds"] / 1000, 1),
            "effective_kwords_per_s": round(found["effective"] / found["seconds"] / 1000, 1),
            "command_s": round(wall, 2),
            "peak_mb": round(found["peak_mb"]),
            "products": found.get("products", ""),
        }
        if system == "gensim":
            from gensim.models import KeyedVectors as GensimVectors

            loaded = GensimVectors.load(str(folder / "vectors.kv"))
            vectors = KeyedVectors(loaded.index_to_key, loaded.vectors)
        else:
            vectors = KeyedVectors.load(folder)
    table = (vectors.index_to_key, vectors.vectors)
    for name, asked in scores.items():
        if name == "analogies":
            accuracy = evaluation.score_analogies(*table, asked, restrict_vocab=30_000).accuracy
            result[name] = round(100 * accuracy, 2)
        else:
            result[name] = round(evaluation.score_similarity(*table, asked).spearman, 4)
    return result


def check_parity(*names: str) -> None:
    """Stop unless every kernel makes exactly the steps of its reference, in float64. names: of the tests that tell."""
    tests = [str(HERE.parent / "tests" / name) for name in names or ("test_kernels.py", "test_conformance.py")]
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *tests], stdout=subprocess.PIPE, text=True, check=False
    )
    print(told.stdout.splitlines()[-1])
    if told.returncode:
        raise SystemExit("The kernels do not make the reference's steps; figures of wrong kernels are worth nothing.")


def summary(results: list[dict[str, Any]], scores: list[str]) -> list[str]:
    """Each row's medians, means and ratios, and whether its floors hold."""

    def values(phase: str, row: str, system: str, column: str) -> list[float]:
        wanted = (phase, row, system)
        found = [r.get(column) for r in results if (r["phase"], r["row"], r["system"]) == wanted]
        return [float(value) for value in found if value not in (None, "")]

    lines = []
    for row, (_, floor) in ROWS.items():
        speed = {system: values("speed", row, system, "kwords_per_s") for system in SYSTEMS}
        if speed["gensim"] and speed["w2v"]:
            median = {system: statistics.median(found) for system, found in speed.items() if found}
            ratio = median["w2v"] / median["gensim"]
            told = "  ".join(f"{system} {value:,.0f}" for system, value in median.items())
            lines.append(f"{row:16} kwords/s  {told}  ratio {ratio:.1f} (floor {floor:g}: {_verdict(ratio >= floor)})")
        for column in scores:
            score = {system: values("accuracy", row, system, column) for system in SYSTEMS}
            if score["gensim"] and score["w2v"]:
                mean = {system: statistics.mean(found) for system, found in score.items() if found}
                least = mean["gensim"] - (0.5 if column == "analogies" else 0.01)
                told = "  ".join(f"{system} {value:.3f}" for system, value in mean.items())
                lines.append(f"{row:16} {column}  {told}  (floor {least:.3f}: {_verdict(mean['w2v'] >= least)})")
    command = {s: values("command", COMMAND_ROW, s, "command_s") for s in SYSTEMS}
    if command["gensim"] and command["w2v"]:
        median = {system: statistics.median(found) for system, found in command.items() if found}
        ratio = median["gensim"] / median["w2v"]
        told = "  ".join(f"{system} {value:.1f} s" for system, value in median.items())
        lines.append(
            f"whole command    {told}  ratio {ratio:.1f} (floor {COMMAND_FLOOR:g}: {_verdict(ratio >= COMMAND_FLOOR)})"
        )
    return lines


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def draw(results: list[dict[str, Any]]) -> Figure:
    """Words/s of each row, a bar for each system."""
    rows = [row for row in ROWS if any(r["phase"] == "speed" and r["row"] == row for r in results)]
    names = {"gensim": "gensim", "w2v": "w2v, gensim's settings", "w2v-defaults": "w2v, its own"}
    shades = dict(zip(SYSTEMS, (QUIET_COLOUR, *COLOURS), strict=False))
    sheet, panels = sheet_of_panels(
        [["million words/s of training"]],
        [[""]],
        legend=[(name, legend_key(shades[system], shape="s")) for system, name in names.items()],
        width=8.0,
        height=3.0,
    )
    axes = panels[0, 0]
    done: dict[tuple[str, str], list[float]] = {}
    for result in results:
        if result["phase"] == "speed":
            done.setdefault((result["row"], result["system"]), []).append(float(result["kwords_per_s"]) / 1000)
    for place, system in enumerate(SYSTEMS):
        heights = [statistics.median(done.get((row, system), [0.0])) for row in rows]
        places = [i + (place - 1) * 0.27 for i in range(len(rows))]
        bars = axes.bar(places, heights, 0.26, color=shades[system])
        axes.bar_label(bars, fmt="%.1f", fontsize=8, color=TYPE)
    axes.set_xticks(
        range(len(rows)),
        [row.replace("-", " ").replace("skipgram", "Skip-gram").replace("cbow", "CBOW") for row in rows],
    )
    axes.grid(visible=False, axis="x")
    return sheet.figure


def run(
    corpus: Annotated[Path | None, typer.Argument(help="A plain text file, one sentence or paragraph a line.")] = None,
    analogies: Annotated[Path | None, typer.Option(help="questions-words.txt")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Files of scored word pairs.")] = None,
    quick: Annotated[
        bool, typer.Option(help="The demo corpus, D = 100 only, one repetition and one seed: some eight minutes.")
    ] = False,
    repetitions: Annotated[int, typer.Option(min=1, help="Of the timed phases.")] = 3,
    seeds: Annotated[int, typer.Option(min=1, help="Of the accuracy phase.")] = 3,
    epochs: Annotated[int, typer.Option(min=1, help="Of the command and accuracy phases.")] = 5,
    phase: Annotated[list[str] | None, typer.Option(help="speed, command or accuracy; default all.")] = None,
    row: Annotated[list[str] | None, typer.Option(help=f"{', '.join(ROWS)}; default all.")] = None,
    system: Annotated[list[str] | None, typer.Option(help=f"{', '.join(SYSTEMS)}; default all.")] = None,
    resume: Annotated[bool, typer.Option(help="Keep what the CSV file has and measure the rest.")] = False,
    avx2: Annotated[bool, typer.Option("--avx2", help="Both without AVX-512, as on a smaller processor.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="The CSV file; a figure is put beside it.  [default: results/speed-MAKER.csv]")
    ] = None,
) -> None:
    """Measure, print, save and draw.

    On two cores --quick takes some eight minutes: two to three for the kernels' tests, one for the speed, one for the
    command, the rest for the scores; --phase speed alone some four.
    """
    need("gensim", "pytest")
    environment = HASWELL if avx2 else {}
    with tempfile.TemporaryDirectory() as scratch:
        rows = row or list(ROWS)
        if quick:
            world = write_world(Path(scratch), tokens=2_000_000)
            corpus, analogies, similarity = world.corpus, world.analogies, [world.similarity]
            repetitions = seeds = 1
            rows = [name for name in rows if name.endswith("100")]
            output = output or Path(scratch) / "speed.csv"
        output = output or HERE / f"results/speed-{maker()}{'-avx2' if avx2 else ''}.csv"
        if corpus is None:
            raise typer.BadParameter("Give a corpus, or --quick for the demo's.")
        check_parity()
        scores: dict[str, Any] = {path.stem: evaluation.read_pairs(path) for path in similarity or []}
        if analogies:
            scores = {"analogies": evaluation.read_questions(analogies)} | scores
        plan = [
            *(("speed", name, s, 1, 1, n) for n, name, s in product(range(repetitions), rows, SYSTEMS)),
            *(("command", COMMAND_ROW, s, epochs, 1, n) for n, s in product(range(repetitions), SYSTEMS) if not row),
            *(("accuracy", name, s, epochs, n + 1, 0) for n, name, s in product(range(seeds), rows, SYSTEMS) if scores),
        ]
        plan = [step for step in plan if step[0] in (phase or step[0]) and step[2] in (system or step[2])]
        results: list[dict[str, Any]] = []
        if resume and output.exists():
            with open(output, newline="", encoding="utf-8") as file:
                results = list(csv.DictReader(file))
        have = {tuple(str(r[name]) for name in KEY) for r in results}
        tiny = Path(scratch) / "tiny.txt"
        tiny.write_text("a b c a b\n" * 50, encoding="utf-8")
        for name in {step[1] for step in plan}:  # compile first
            run_once("w2v", tiny, Path(scratch) / f"compiled-{name}", ROWS[name][0].replace(epochs=1), environment)
        for stage, name, who, n_epochs, seed, repetition in plan:
            key = dict(zip(KEY, (stage, name, who, seed, repetition), strict=True))
            if tuple(str(value) for value in key.values()) in have:
                continue
            asked = scores if stage != "command" else {}
            found = key | {"epochs": n_epochs} | measure(corpus, name, who, n_epochs, seed, asked, environment)
            print("  ".join(f"{name}={value}" for name, value in found.items()), flush=True)
            results.append(found | {"corpus": corpus.name} | describe() | {"instructions": "avx2" if avx2 else ""})
            save(results, output)
        print(*summary(results, list(scores)), sep="\n")
        if any(r["phase"] == "speed" for r in results):
            save_figure(draw(results), output.with_suffix(".png"))
        if not quick:
            print(f"written to {os.path.relpath(output)}")


def save(results: list[dict[str, Any]], path: Path) -> None:
    """All columns of all rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(dict.fromkeys(column for row in results for column in row))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(results)


if __name__ == "__main__":
    typer.run(run)
