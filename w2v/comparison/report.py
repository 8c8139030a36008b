"""The report of a comparison, for a reader who has nothing but it: report.md, results.csv and history.csv."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from w2v.base import machine
from w2v.base.atomic_file import write_text
from w2v.comparison.again import Call
from w2v.comparison.combinations import ENCODER_NAMES, NONE, SUBWORD_NAMES, listed
from w2v.comparison.quoting import fenced, inert, plain
from w2v.comparison.results import Outcome, Plan
from w2v.comparison.table import as_markdown, findings, score_names
from w2v.corpus.blocks import HeldOut
from w2v.errors import counted
from w2v.training.likelihood import too_few

VERSIONS = ("w2v", "numpy", "numba", "torch")  # of what is told
FEW = 10_000  # words of a text whose maps deserve a caution
SMALL_MAPS = (
    "Of so short a text, near words are those that stand together in it, or were put there by chance: train with "
    "another seed, and see what stays."
)
OF_SUBWORDS = ("min_n", "max_n", "bucket")
ALWAYS_TOLD = ("vector_size", "window", "epochs", "sample", "min_count", "max_final_vocab", "seed")


@dataclass(frozen=True)
class Text:
    """What was compared on."""

    name: str
    tokens: int
    types: int
    vocabulary: int
    kept: float  # share of the tokens that are words of the vocabulary
    trained: int  # words
    held_out: int  # words
    held: HeldOut  # the units they are in


def write(
    folder: Path,
    outcomes: Sequence[Outcome],
    plan: Plan,
    text: Text,
    call: Call,
    figures: Mapping[str, str],
    notes: Sequence[str] = (),
) -> None:
    """Write the report's three files into a folder.

    Args:
        outcomes: one for each combination, in the order of the table.
        call: that asked for it.
        figures: file name in the folder -> caption.
        notes: what else a reader should know.
    """
    done = [outcome for outcome in outcomes if not outcome.failed]
    failed = [outcome for outcome in outcomes if outcome.failed]
    heads = list(dict.fromkeys(outcome.head for outcome in outcomes))
    archs = list(dict.fromkeys(outcome.arch for outcome in outcomes))
    subwords = list(dict.fromkeys(outcome.subword for outcome in outcomes))
    share = text.held_out / (text.held_out + text.trained)
    parts = [
        f"# {_count(len(heads), 'output head')} on {plain(text.name)}",
        "## What was compared",
        f"{plain(listed(heads))}, with {listed([ENCODER_NAMES[arch] for arch in archs])}{_with(subwords)}. "
        "Each was trained on the same numbered text in the same order, one after the other, in a process of its own. "
        f"Held out, and trained on by nobody: {text.held}, {100 * share:.3g} % of the words"
        f"{', at equal distances' if text.held.units > 1 else ''}.",
        _facts(done, plan, text),
    ]
    if said := _caution(done, text):
        parts.append(said)
    if done:
        parts += ["## Results", as_markdown(outcomes), plain(_legend(done))]
        parts += ["## What stands out", "\n".join(f"- {plain(finding)}" for finding in findings(done))]
    if figures:
        figures = {**figures}
        if "maps.png" in figures and text.tokens < FEW:
            figures["maps.png"] += f" {SMALL_MAPS}"
        parts += ["## Figures", *(f"![{Path(name).stem}]({name})\n\n{caption}" for name, caption in figures.items())]
    if failed:
        reasons = "\n".join(f"- **{plain(outcome.name)}**: {plain(outcome.failed or '')}" for outcome in failed)
        parts += ["## What failed", reasons, "What stands below tries these again, and these only."]
    parts += ["## Notes", "\n".join(f"- {plain(note)}" for note in [*_notes(done), *notes])]
    language, code = call.again(plan, heads, archs, subwords)
    parts += [
        "## Again",
        f"{fenced(code, language)}\n\nCalled from the same place, it finds this folder: what is finished is kept, and "
        "what is missing or failed is trained; further heads may be named. `results.csv` has the table with "
        "more digits, `history.csv` the curves, `models/` the models.",
    ]
    _write_csv(folder / "results.csv", [_flat(outcome, subwords) | machine.describe(*VERSIONS) for outcome in outcomes])
    _write_csv(
        folder / "history.csv",
        [_first(o, subwords) | asdict(point) for o in done for point in o.curve]
        or [dict.fromkeys(("arch", "head", "epoch", "seconds", "loss", "nats"))][:0],
    )
    write_text(folder / "report.md", "\n\n".join(parts) + "\n")


def _legend(done: Sequence[Outcome]) -> str:
    """What the columns mean."""
    sentences = [
        "Held-out nats are the mean negative log-likelihood of a held-out word, by the distribution over the whole "
        "vocabulary that each head predicts; less is better, ± is its standard error, and perplexity is e to the nats. "
        "Skip-gram predicts a word from one of its neighbours, CBOW from all of them, so likelihoods compare the heads "
        "of one encoder, and not encoders. Bold is the best of an encoder."
    ]
    if any(outcome.subword != NONE for outcome in done):
        sentences.append(
            "With subwords, a word's vector is made of rows of its character n-grams, too, which it shares with words "
            "that look alike; held-out nats of one encoder can be compared with those without."
        )
    for name in score_names(done):
        score = next(outcome.scores[name] for outcome in done if name in outcome.scores)
        what = "share of analogies answered rightly" if score.of == "analogies" else "rank correlation with people"
        covers = "with composed words it covers" if score.oov else "the vocabulary covers"
        sentences.append(f"{name}: {what}; {covers} {score.coverage:.0%} of it.")
    sentences.append(
        "Words are counted before subsampling; seconds are of training alone (reading, compiling and measuring left "
        "out); memory is the most that the training process had in use, with some 100 MiB for the compiler where a "
        "head was trained for the first time on this machine."
    )
    return " ".join(sentences)


def _caution(done: Sequence[Outcome], text: Text) -> str | None:
    """What a reader should know first, where the held-out part is too small to rank heads by."""
    if not done or not (told := too_few(min(outcome.examples for outcome in done))):
        return None
    return (
        f"**This says little about the heads.** {told} Another part held out may turn the order round, and ± takes "
        "examples for independent, which those of one sentence are not."
    )


def _facts(done: Sequence[Outcome], plan: Plan, text: Text) -> str:
    config = plan.config("skipgram", "ns")
    of_subwords = OF_SUBWORDS if any(outcome.subword != NONE for outcome in done) else ()
    names = [name for name in dict.fromkeys([*ALWAYS_TOLD, *of_subwords, *sorted(plan.settings)]) if name != "alpha"]
    named = [f"{name} {value}" for name in names if (value := getattr(config, name)) is not None]
    rates: dict[float, list[str]] = {}
    for outcome in done:
        rates.setdefault(outcome.alpha, []).append(outcome.name)
    told = "; ".join(f"{rate:g} for {listed(names)}" for rate, names in sorted(rates.items()))
    own = "the same for all" if "alpha" in plan.settings else "each one’s default"
    on = machine.describe(*VERSIONS)
    rows = {
        "text": f"{text.name}: {counted(text.tokens, 'word')}, {text.types:,} different ones",
        "vocabulary": f"{counted(text.vocabulary, 'word')}, {text.kept:.1%} of the text",
        "trained on": f"{counted(text.trained, 'word')}, passed {counted(config.n_epochs, 'time')}",
        "held out": f"{counted(text.held_out, 'word')}; measured on "
        + " and ".join(
            f"{counted(examples, 'example')} ({ENCODER_NAMES[arch]})"
            for arch, examples in {outcome.arch: outcome.examples for outcome in done}.items()
        ),
        "settings": ", ".join(named),
        "learning rate": f"{own}: {told}",
        "machine": ", ".join(f"{name} {value}" if name != "cpu" else str(value) for name, value in on.items()),
    }
    return "| | |\n| --- | --- |\n" + "\n".join(f"| {name} | {plain(value)} |" for name, value in rows.items())


def _notes(done: Sequence[Outcome]) -> list[str]:
    notes = ["The vocabulary and its counts are of the whole text, the held-out part included."]
    without = list(dict.fromkeys(o.head for o in done if o.model == f"models/{o.head}"))
    if without:
        notes.append(
            f"The training of {listed(without)} knows of no encoder: it was trained once, and its model measured on "
            "the examples of each. Its seconds include counting co-occurrences, and on a first run compiling."
        )
    notes += [f"{outcome.name}: {note}" for outcome in done for note in outcome.notes]
    return notes


def _with(subwords: Sequence[str]) -> str:
    """What the words' vectors are made of, where it is not all the same rows as ever."""
    if list(subwords) == [NONE]:
        return ""
    told = [f"with {SUBWORD_NAMES[kind]}" if kind != NONE else "without subwords" for kind in subwords]
    return f", each {listed(told)}"


def _first(outcome: Outcome, subwords: Sequence[str]) -> dict[str, str]:
    """What begins a row of a table; subwords only where there are some."""
    told = outcome.combination._asdict()
    return told if _with(subwords) else {"arch": told["arch"], "head": told["head"]}


def _flat(outcome: Outcome, subwords: Sequence[str]) -> dict[str, Any]:
    """A row of results.csv."""
    row = {k: v for k, v in asdict(outcome).items() if k not in ("scores", "curve", "speeds", "notes", "subword")}
    row = _first(outcome, subwords) | row
    for name, score in outcome.scores.items():
        row |= {name: score.value, f"{name} coverage": score.coverage}
    return row | {f"words_per_second at {size} words": speed for size, speed in outcome.speeds.items()}


def _write_csv(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(text)
    writer.writerow(map(inert, names))
    writer.writerows([inert(row.get(name, "")) for name in names] for row in rows)
    write_text(path, text.getvalue())


def _count(number: int, thing: str) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
    told = words[number] if number < len(words) else f"{number}"
    return f"{told} {thing}{'' if number == 1 else 's'}"
