"""Words made of character n-grams: what they learn and what they cost, beside fastText's own and beside plain words.

    python experiments/subwords.py --corpus enwiki17m.txt.xz --analogies questions-words.txt \\
        --similarity wordsim353.tsv --similarity simlex999.txt --rare-words rareword.tsv
    python experiments/subwords.py --quick       # whether it all runs, on the demo corpus: some two minutes

Three phases, each run in a process of its own, the systems by turns, with as many threads each:

    quality     five epochs, several seeds: rare words (all pairs that have vectors, those of the vocabulary, and the
                others), analogies over the 30,000 most frequent words (all, those of forms of words, and the others),
                and judged pairs
    speed       one epoch, several times: thousand words/s of training alone, and the whole of it, from the text to the
                saved model
    cases       a made-up language with cases (`subwords_cases.py`): what is known of forms that its text has not

All have fastText's settings, CBOW's undivided update and noise by the square root of the count among them; those
that are called `own` have w2v's. `words` is without n-grams, `ngrams` has a row for each n-gram,
`bucket` the two million rows by hash that fastText has, and `maxn0` asks for n-grams of no length.

A result goes to experiments/results/subwords.csv as soon as it is there; a second call goes on from it. Compiled
kernels are cached before the clock starts, as they are on a user's machine from the second run on.
"""

import csv
import json
import lzma
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from machine import describe, need
from speed import check_parity
from study import save
from subwords_cases import write_language
from w2v_data.world import write_world

from w2v.base.machine import installed

HERE = Path(__file__).parent
RESULTS = HERE / "results" / "subwords.csv"
BUCKET = 2_000_000  # fastText's rows of n-grams
SAME = {  # as fastText has them where nothing is said
    "head": "ns",
    "vector_size": 100,
    "window": 5,
    "negative": 5,
    "ns_exponent": 0.5,
    "sample": 1e-4,
    "alpha": 0.05,
    "min_alpha": 0.0,
    "min_count": 5,
    "cbow_update": "original",
    "min_n": 3,
    "max_n": 6,
    "tokenizer": "whitespace",
}
OWN = {"head": "ns", "vector_size": 100, "min_count": 5, "tokenizer": "whitespace"}
SYSTEMS: dict[str, tuple[str, dict[str, Any]]] = {
    "fasttext": ("fasttext", SAME | {"subword": "fasttext", "bucket": BUCKET}),
    "fasttext-words": ("fasttext", SAME | {"subword": "none"}),
    "words": ("w2v", SAME | {"subword": "none"}),
    "ngrams": ("w2v", SAME | {"subword": "fasttext"}),
    "bucket": ("w2v", SAME | {"subword": "fasttext", "bucket": BUCKET}),
    "maxn0": ("w2v", SAME | {"subword": "fasttext", "max_n": 0}),
    "floret": ("w2v", SAME | {"subword": "floret"}),
    "own-words": ("w2v", OWN | {"subword": "none"}),
    "own-ngrams": ("w2v", OWN | {"subword": "fasttext"}),
}
PHASES = {  # and the systems that stand in them where none are named
    "quality": ("fasttext", "words", "ngrams", "bucket", "own-words", "own-ngrams"),
    "speed": ("fasttext", "words", "ngrams", "bucket", "maxn0"),
    "cases": ("fasttext", "words", "ngrams", "bucket", "floret", "own-words", "own-ngrams"),
}
CASES_WORDS = 200_000  # of the made-up language
FLOOR = 5.0  # times fastText's words/s, that have to be reached
LEVEL = 0.97  # of the words/s without n-grams, that n-grams of no length have to reach
KEY = ("phase", "arch", "system", "epochs", "seed", "repetition", "threads", "corpus")
COST = ("sample", "alpha", "input_rows", "kwords_per_s", "training_s", "whole_s", "peak_mb", "saved_mb", "words")

Row = dict[str, Any]


class Step(NamedTuple):
    """One run."""

    phase: str
    arch: str
    system: str
    epochs: int
    seed: int
    repetition: int


def plan(
    phases: Sequence[str], archs: Sequence[str], systems: Sequence[str], seeds: int, repetitions: int, epochs: int
) -> list[Step]:
    """All runs, in their order: what was measured so far is fair to all, wherever it is broken off."""
    steps = []
    for phase in [phase for phase in ("quality", "cases") if phase in phases]:
        these = systems or PHASES[phase]
        steps += [Step(phase, a, s, epochs, n + 1, 0) for n, a, s in product(range(seeds), archs, these)]
    if "speed" in phases:
        these = systems or PHASES["speed"]
        steps += [Step("speed", a, s, 1, 1, n) for n, a, s in product(range(repetitions), archs, these)]
    return steps


def run_once(step: Step, corpus: Path, scratch: Path, threads: int, asked: Row) -> Row:
    """One training in a fresh process that has to read the text itself."""
    library, settings = SYSTEMS[step.system]
    told = settings | {"arch": step.arch, "epochs": step.epochs, "seed": step.seed, "workers": threads}
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        command = [sys.executable, str(HERE / "subwords_run.py"), library, str(corpus), str(Path(folder) / "model")]
        command += [json.dumps(told), json.dumps(asked)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, step))} ended with code {done.returncode}; what is measured, is kept.")
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found


def plain_text(corpus: Path, scratch: Path) -> Path:
    """The text as a file that fastText reads: it knows of no compression."""
    if corpus.suffix != ".xz":
        return corpus
    target = scratch / corpus.stem
    with lzma.open(corpus) as source, open(target, "wb") as file:
        shutil.copyfileobj(source, file)
    return target


def with_unknown(pairs: Path, target: Path) -> Path:
    """The pairs of a file, and as many of words that were made up."""
    lines = pairs.read_text(encoding="utf-8").splitlines()
    target.write_text("\n".join([*lines, *(f"un{line}" for line in lines)]) + "\n", encoding="utf-8")
    return target


def values(rows: Sequence[Row], column: str, **wanted: str) -> list[float]:
    """A column of the rows that are so, where it has numbers."""
    found = [row.get(column) for row in rows if all(row[name] == value for name, value in wanted.items())]
    return [float(value) for value in found if value not in (None, "", "nan")]


def summary(rows: Sequence[Row]) -> list[str]:
    """Means and medians, and what has to be reached: quality not below fastText's, and five times its speed."""
    lines = []
    which = ("arch", "phase", "corpus")
    for arch, phase, corpus in dict.fromkeys(tuple(row[name] for name in which) for row in rows):
        these = [row for row in rows if tuple(row[name] for name in which) == (arch, phase, corpus)]
        lines += [f"{corpus} {arch} {line}" for line in (_scores if phase != "speed" else _speeds)(these)]
    return lines


def _scores(rows: Sequence[Row]) -> list[str]:
    """A line for each score: means over seeds, beside fastText's with its standard error."""
    systems = list(dict.fromkeys(row["system"] for row in rows))
    others = {*KEY, *COST, *describe(), "fasttext"}
    lines = []
    for column in dict.fromkeys(name for row in rows for name in row if name not in others):
        found = {system: values(rows, column, system=system) for system in systems}
        mean = {system: statistics.mean(of) for system, of in found.items() if of}
        digits = (
            2 if column.startswith("analogies") else 0 if column.endswith("_pairs") or column.startswith("forms") else 3
        )
        if not mean:
            continue
        line = f"{column}: " + "  ".join(f"{system} {value:.{digits}f}" for system, value in mean.items())
        for system in ("ngrams", "bucket", "own-ngrams"):
            if digits and not column.endswith("_covered") and {system, "fasttext"} <= mean.keys():
                gap, error = mean[system] - mean["fasttext"], _error(found[system], found["fasttext"])
                told = f"{gap:+.{digits}f} ± {error:.{digits}f}" if error else f"{gap:+.{digits}f}"
                line += f"\n    {system} {told} ({'reached' if gap >= 0 else 'BELOW'})"
        lines.append(line)
    return lines


def _error(one: Sequence[float], other: Sequence[float]) -> float:
    """The standard error of the difference of two means; 0: there is a single run, which tells of none."""
    if min(len(one), len(other)) < 2:
        return 0.0
    return float((statistics.variance(one) / len(one) + statistics.variance(other) / len(other)) ** 0.5)


def _speeds(rows: Sequence[Row]) -> list[str]:
    """Medians, and ratios to fastText's, and of n-grams of no length to none."""
    systems = list(dict.fromkeys(row["system"] for row in rows))
    lines = []
    for column, unit in (("kwords_per_s", "kwords/s"), ("whole_s", "s, text to model"), ("peak_mb", "MiB")):
        found = {system: values(rows, column, system=system) for system in systems}
        median = {system: statistics.median(of) for system, of in found.items() if of}
        lines.append(f"{unit}: " + "  ".join(f"{system} {value:,.1f}" for system, value in median.items()))
        if column == "peak_mb" or "fasttext" not in median:
            continue
        for system in [system for system in median if system != "fasttext"]:
            ratio, told = median[system] / median["fasttext"], ""
            if column == "whole_s":
                ratio = 1 / ratio
            elif system in ("ngrams", "bucket"):
                told = f" (floor {FLOOR:g}: {_verdict(ratio >= FLOOR)})"
            lines[-1] += f"\n    {system} {ratio:.1f} times as fast as fasttext{told}"
    speed = {system: values(rows, "kwords_per_s", system=system) for system in ("words", "maxn0")}
    if all(speed.values()):
        ratio = statistics.median(speed["maxn0"]) / statistics.median(speed["words"])
        lines.append(f"maxn0 has {ratio:.3f} of the speed of words (floor {LEVEL}: {_verdict(ratio >= LEVEL)})")
    return lines


def _verdict(reached: bool) -> str:
    return "reached" if reached else "MISSED"


def main(
    corpus: Annotated[Path | None, typer.Option(help="A text, one sentence or paragraph a line; .xz too.")] = None,
    analogies: Annotated[Path | None, typer.Option(help="questions-words.txt")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Files of scored word pairs.")] = None,
    rare_words: Annotated[Path | None, typer.Option(help="rareword.tsv")] = None,
    only: Annotated[str | None, typer.Option(help="quality, speed or cases; default all.")] = None,
    archs: Annotated[str, typer.Option(help="Separated by commas.")] = "skipgram,cbow",
    systems: Annotated[str, typer.Option(help=f"Of {', '.join(SYSTEMS)}; default those of the phase.")] = "",
    seeds: Annotated[int, typer.Option(min=1, help="Of the phases quality and cases.")] = 3,
    repetitions: Annotated[int, typer.Option(min=1, help="Of the speed phase.")] = 3,
    epochs: Annotated[int, typer.Option(min=1, help="Of the phases quality and cases.")] = 5,
    threads: Annotated[int, typer.Option(min=1)] = 2,
    quick: Annotated[
        bool, typer.Option(help="A small demo corpus, one seed, one repetition; nothing is kept.")
    ] = False,
    unchecked: Annotated[bool, typer.Option(help="Leave out the tests that both engines make the same steps.")] = False,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS,
) -> None:
    """Measure, print and save."""
    need("fasttext", "pytest")
    wanted = [name for name in systems.split(",") if name]
    if wrong := [name for name in wanted if name not in SYSTEMS] + ([only] if only not in (None, *PHASES) else []):
        raise typer.BadParameter(f"There is no {', '.join(map(str, wrong))}; see --help.")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        if quick:
            world = write_world(scratch, tokens=200_000)
            corpus, analogies, similarity = world.corpus, world.analogies, [world.similarity]
            rare_words = with_unknown(world.similarity, scratch / "rare_words.tsv")
            seeds, repetitions, epochs, output = 1, 1, min(epochs, 2), scratch / "subwords.csv"
        language, forms = write_language(scratch, CASES_WORDS)
        if corpus is None and only == "cases":
            corpus = language
        if corpus is None:
            raise typer.BadParameter("Give a --corpus, or --quick for the demo's.")
        if not unchecked:
            check_parity("test_subwords.py")
        rows: list[Row] = []
        if output.exists():
            with open(output, encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
        asked = {
            "analogies": str(analogies.absolute()) if analogies else None,
            "similarity": [str(path.absolute()) for path in similarity or []],
            "rare_words": str(rare_words.absolute()) if rare_words else None,
        }
        nothing = dict.fromkeys([*asked, "cases"]) | {"similarity": []}
        steps = plan([only] if only else list(PHASES), archs.split(","), wanted, seeds, repetitions, epochs)
        have = {tuple(row[name] for name in KEY) for row in rows}
        of_phase = {"quality": asked | {"cases": None}, "speed": nothing, "cases": nothing | {"cases": str(forms)}}
        names = {phase: language.name if phase == "cases" else corpus.name for phase in PHASES}
        keys = {step: tuple(map(str, (*step, threads, names[step.phase]))) for step in steps}
        missing = [step for step in steps if keys[step] not in have]
        tiny = scratch / "tiny.txt"
        tiny.write_text("alphabet alphabets betas\n" * 50, encoding="utf-8")
        for arch, system in dict.fromkeys((step.arch, step.system) for step in missing):  # compile first
            if SYSTEMS[system][0] == "w2v":
                run_once(Step("", arch, system, 1, 1, 0), tiny, scratch, threads, nothing)
        text = plain_text(corpus, scratch) if missing else corpus
        for step in missing:
            read = language if step.phase == "cases" else text
            found = run_once(step, read, scratch, threads, of_phase[step.phase])
            row = dict(zip(KEY, keys[step], strict=True)) | found
            print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
            row |= describe() | {"fasttext": installed("fasttext-wheel")}
            rows.append({name: str(value) for name, value in row.items()})
            save(rows, output)
        print(*summary(rows), sep="\n")


if __name__ == "__main__":
    typer.run(main)
