"""What several processes that train one model learn, what they send, and how fast they are.

    python experiments/distributed.py CORPUS.txt --analogies questions-words.txt --similarity wordsim353.tsv \
        --similarity simlex999.txt --only scores      (a) scores by number of ranks, and by the interval of exchanges
    python experiments/distributed.py CORPUS.txt --only bytes    (b) bytes a word, and the speed that they allow for
    python experiments/distributed.py CORPUS.txt --only speed    (c) two processes of one thread beside one of two
                                                      [--seeds 3] [--quick]

(a) Ranks are threads of this process (`local_ranks.py`): they make the steps of as many processes, bit for bit, and a
machine of two cores trains 32 of them as fast as one, but for the exchanges. Each rank has one thread. An interval is
`sync_every`, blocks of a rank from one exchange of all rows to the next.

(b) What a rank sends to others is counted, on tables of the corpus's size, or with --words W of that many words for
each one of the vocabulary: a longer text, with longer rounds. The speed that is foreseen is that of one process of
THREADS threads (of --only speed, or --alone), slowed down by what is sent at so many Gbit/s, by LATENCY for each
exchange and OVERHEAD for each message of it, and by putting together, as its processor time is measured here, on as
many threads. Nothing is sent while blocks are trained.

(c) Whole commands, by turns: torchrun with two processes, and one process; words/s of their histories.

Results go to experiments/results/distributed.csv as soon as they are there; a second call goes on from it. A figure is
put beside it.
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import numpy as np
import typer
from local_ranks import LocalRanks, run_ranks
from machine import describe
from panels import COLOURS, line_key, sheet_of_panels
from study import Row, save

from w2v import Config, evaluation
from w2v.corpus.blocks import BLOCK
from w2v.corpus.own_blocks import OwnBlocks
from w2v.corpus.stream import Stream, open_stream
from w2v.engines import rounds
from w2v.engines.distributed import WORDS_A_STEP, blocks_a_round, rows_met
from w2v.engines.exchange import Exchange
from w2v.models.model import Model
from w2v.plots.figure import save_figure
from w2v.training.train import stream_options_of, train_blocks

RESULTS = Path(__file__).parent / "results" / "distributed.csv"
ARCHS = ("skipgram", "cbow")
RANKS = {"skipgram": "1,2,8,32", "cbow": "1,8"}  # also of interest: 4, 16
GBITS, NODES = (10, 25, 100), (1, 2, 4, 8, 16, 32, 64)
LATENCY, OVERHEAD = 50e-6, 10e-6  # seconds
THREADS = 2  # of a process
TURNS = 5  # of (c)


class Counting:
    """The last of so many ranks, which all do the same, and to which sending costs nothing: `sent` bytes, in so many
    `exchanges`.
    """

    def __init__(self, size: int) -> None:
        self.rank, self.size, self.sent, self.exchanges = size - 1, size, 0, 0

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray) -> list[np.ndarray]:
        self.sent += sum(part.nbytes for part in parts[:-1])
        self.exchanges += 1
        own = parts[self.rank]
        return [own if length == len(own) else np.zeros(length, own.dtype) for length in lengths[:, self.rank]]


def main(
    corpus: Annotated[Path, typer.Argument(help="A text.")],
    analogies: Annotated[Path | None, typer.Option(help="questions-words.txt")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Files of scored word pairs.")] = None,
    only: Annotated[str, typer.Option(help="Of scores, bytes and speed, separated by commas.")] = "scores,bytes,speed",
    ranks: Annotated[str | None, typer.Option(help="Numbers of ranks, separated by commas; nothing: RANKS.")] = None,
    intervals: Annotated[str, typer.Option(help="Of 8 ranks, separated by commas, such as 1,4,16,64.")] = "",
    archs: Annotated[str, typer.Option(help="Separated by commas.")] = ",".join(ARCHS),
    seeds: Annotated[int, typer.Option(min=1)] = 3,
    alone: Annotated[float, typer.Option(help="Words/s of one process, for (b); 0: as measured by (c).")] = 0.0,
    words: Annotated[int, typer.Option(help="Of text for each word of the vocabulary, for (b); 0: the corpus's.")] = 0,
    quick: Annotated[bool, typer.Option(help="One seed, one epoch, up to 8 ranks, one interval, one turn.")] = False,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS,
) -> None:
    """Measure, print, save, draw."""
    found: list[Row] = []
    if output.exists():
        with open(output, encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))

    def keep(row: Row) -> None:
        print("  ".join(f"{name} {value}" for name, value in row.items()), flush=True)
        found.append({name: str(value) for name, value in (row | {"corpus": corpus.name} | describe()).items()})
        save(found, output)

    if quick:
        ranks, intervals, seeds = "1,2,8", "16", 1
    epochs: dict[str, Any] = {"epochs": 1} if quick else {}
    if "speed" in only:
        for turn in range(1 if quick else TURNS):
            for name in ("two processes", "one process"):
                keep(
                    {
                        "phase": "speed",
                        "setting": name,
                        "seed": turn,
                        "kwords_per_s": command_speed(corpus, name, epochs),
                    }
                )
    with open_stream(corpus, **stream_options_of(Config())) as stream:
        if "bytes" in only:
            for arch in archs.split(","):
                for row in foreseen(stream.vocab.counts, Config(arch=arch), alone or measured(found), words):
                    keep(row)
        if "scores" in only:
            if analogies is None:
                raise typer.BadParameter("--only scores needs --analogies.")
            questions = evaluation.read_questions(analogies)
            pairs = {path.stem: evaluation.read_pairs(path) for path in similarity or []}
            for seed in range(1, seeds + 1):
                for arch in archs.split(","):
                    asked = [(int(size), 0) for size in (ranks or RANKS[arch]).split(",")]
                    asked += [(8, int(every)) for every in intervals.split(",") if every]
                    for size, every in asked:
                        place = {"phase": "scores", "setting": arch, "ranks": size, "interval": every, "seed": seed}
                        if any(all(old.get(k) == str(v) for k, v in place.items()) for old in found):
                            continue
                        config = Config(arch=arch, seed=seed, workers=1, sync_every=every or None, **epochs)
                        began = time.perf_counter()
                        model, sent = learned(stream, config, size)
                        table = (model.vocab.words, model.tables["input"])
                        score = evaluation.score_analogies(*table, questions, restrict_vocab=30_000)
                        told = {"analogies": round(100 * score.accuracy, 2), "loss": round(model.history[-1].loss, 4)}
                        told |= {
                            name: round(evaluation.score_similarity(*table, p).spearman, 4) for name, p in pairs.items()
                        }
                        of_rank = sum(record.passed for record in model.history) / size
                        told |= {
                            "bytes_a_word": round(sent / of_rank, 2),
                            "seconds": round(time.perf_counter() - began, 1),
                        }
                        keep(place | told)
    save_figure(draw(found), output.with_suffix(".png"))
    print_means(found)


def learned(stream: Stream, config: Config, size: int) -> tuple[Model, int]:
    """What so many ranks have in the end, and the bytes that one has sent."""
    if size == 1:
        return train_blocks(stream, config), 0

    def of_one(ranks: LocalRanks) -> tuple[Model, int]:
        return train_blocks(OwnBlocks(stream, ranks), config, ranks=ranks), ranks.sent

    return run_ranks(size, of_one)[0]


def foreseen(counts: np.ndarray, config: Config, alone: float, words: int = 0) -> Iterator[Row]:
    """For each number of nodes: bytes of a word and a node, and the efficiency at each bandwidth.

    Args:
        counts: of the vocabulary.
        alone: words/s of one process.
        words: of the text, for each one of the vocabulary; 0: as many as there are.
    """
    random = np.random.default_rng(1)
    change = np.float32(0.001)
    tables = {name: random.normal(size=(len(counts), config.vector_size)).astype(np.float32) for name in "io"}
    met = dict.fromkeys(tables, rows_met(len(counts), counts))
    tokens = len(counts) * words or int(counts.sum())
    n_blocks = -(-tokens // BLOCK)
    for nodes in NODES:
        every = blocks_a_round(config, len(counts), n_blocks, nodes, THREADS)
        plan = rounds.Rounds.of([range(n_blocks // nodes)] * nodes, every)
        longest = int(plan.pieces[0].max())
        of_node = longest * BLOCK
        steps = rounds.n_steps(plan.pieces[0], of_node * nodes / (WORDS_A_STEP * len(counts)), THREADS)
        for _ in range(2):  # the first compiles
            counting = Counting(nodes)
            exchange = Exchange(counting, tables, {}, met, THREADS)
            seconds = 0.0
            for step in range(steps):
                for table in tables.values():
                    table += change
                began = time.process_time()  # of the processor: the machine may be busy
                exchange.rows(step + 1, steps, of_node * nodes)
                seconds += time.process_time() - began
        a_word = counting.sent / of_node
        row: Row = {
            "phase": "bytes",
            "setting": config.arch,
            "ranks": nodes,
            "interval": longest,
            "steps": steps,
            "words_a_word": round(tokens / len(counts)),
            "bytes_a_word": round(a_word, 2),
        }
        row |= {"merge_ns_a_word": round(1e9 * seconds / of_node, 2), "alone_kwords_per_s": round(alone / 1000)}
        for gbits in GBITS:
            late = counting.exchanges * (LATENCY + (nodes - 1) * OVERHEAD)
            more = a_word / (gbits * 1e9 / 8) + (late + seconds / THREADS) / of_node if nodes > 1 else 0
            row[f"efficiency_{gbits}"] = round(1 / (1 + more * alone), 3)
        yield row


def measured(found: list[Row]) -> float:
    """Words/s of one process, as (c) has found."""
    speeds = speeds_of(found, "one process")
    if not speeds:
        raise typer.BadParameter("--only bytes needs the speed of one process: run --only speed, or give --alone.")
    return 1000 * statistics.median(speeds)


def speeds_of(found: list[Row], setting: str) -> list[float]:
    """What (c) has found, in thousand words/s."""
    rows = [row for row in found if row["phase"] == "speed" and row["setting"] == setting]
    return [float(row["kwords_per_s"]) for row in rows]


def command_speed(corpus: Path, setting: str, settings: dict[str, Any]) -> float:
    """Thousand words/s of a whole command's epochs."""
    with tempfile.TemporaryDirectory() as room:
        model = Path(room) / "model"
        several = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
        begin, workers = (several, 1) if setting == "two processes" else ([], 2)
        command = [
            sys.executable,
            *begin,
            "-m",
            "w2v",
            "train",
            str(corpus),
            "-o",
            str(model),
            "--workers",
            str(workers),
        ]
        command += [f"--{name}={value}" for name, value in settings.items()]
        subprocess.run([*command, "--no-checkpoint", "-q"], check=True, capture_output=True)
        history = json.loads((model / "history.json").read_text())
    return round(sum(each["words"] for each in history) / sum(each["seconds"] for each in history) / 1000, 1)


def print_means(found: list[Row]) -> None:
    """Means over seeds, and the ratio of (c)."""
    scores = [row for row in found if row["phase"] == "scores"]
    scored = ("analogies", "wordsim353", "simlex999", "loss", "bytes_a_word")
    names = [name for name in scored if any(row.get(name) for row in scores)]
    for key in dict.fromkeys((row["setting"], row["ranks"], row["interval"]) for row in scores):
        same = [row for row in scores if (row["setting"], row["ranks"], row["interval"]) == key]
        told = "  ".join(f"{name} {statistics.mean(float(row[name]) for row in same):.3f}" for name in names)
        print(f"{key[0]:9} {key[1]:>2} ranks  interval {key[2]:>2}  {len(same)} seeds  {told}")
    two, one = (speeds_of(found, setting) for setting in ("two processes", "one process"))
    if two and one:
        ratio = statistics.median(two) / statistics.median(one)
        print(f"two processes of one thread beside one of two: {ratio:.2f} of its speed")


def draw(found: list[Row]) -> Any:
    """Analogies by ranks and by interval, and the efficiency that is foreseen."""
    legend = [(arch, line_key(colour)) for arch, colour in zip(ARCHS, COLOURS, strict=False)]
    legend += [
        (f"{gbits} Gbit/s", line_key(colour)) for gbits, colour in zip(GBITS, COLOURS[len(ARCHS) :], strict=False)
    ]
    usual = {(row["setting"], row["ranks"]): row["interval"] for row in found if row["phase"] == "bytes"}
    panels: dict[tuple[str, str], list[Line]] = {}  # lines by title and what goes across
    for arch, colour in zip(ARCHS, COLOURS, strict=False):
        scores = [row for row in found if row["phase"] == "scores" and row["setting"] == arch]
        by_ranks = [row for row in scores if row["interval"] == "0"]
        panels.setdefault(("analogies (%)", "ranks"), []).append(Line(by_ranks, "ranks", "analogies", colour))
        of_8 = [row for row in scores if row["ranks"] == "8"]
        seeds: dict[str, set[str]] = {}  # by interval
        for row in of_8:
            seeds.setdefault(row["interval"], set()).add(row["seed"])
        if len(seeds) > 1:
            rows = [row for row in of_8 if all(row["seed"] in some for some in seeds.values())]
            rows = [row | ({"interval": usual[arch, "8"]} if row["interval"] == "0" else {}) for row in rows]
            line = Line(rows, "interval", "analogies", colour)
            panels.setdefault(("analogies (%), 8 ranks", "blocks of a rank in a round"), []).append(line)
    for gbits, colour in zip(GBITS, COLOURS[len(ARCHS) :], strict=False):
        rows = [row for row in found if row["phase"] == "bytes" and row["setting"] == ARCHS[0]]
        line = Line(rows, "ranks", f"efficiency_{gbits}", colour)
        panels.setdefault(("efficiency, foreseen", "nodes"), []).append(line)
    titles, below = zip(*panels, strict=True)
    sheet, axes = sheet_of_panels([titles], [below], legend=legend)
    for panel, lines in zip(axes[0], panels.values(), strict=True):
        panel.set_xscale("log", base=2)
        for line in lines:
            _plot(panel, line)
        spots = sorted({int(row[line.across]) for line in lines for row in line.rows})
        panel.set_xticks(spots, [str(spot) for spot in spots])
        panel.minorticks_off()
    return sheet.figure


class Line(NamedTuple):
    """Rows, and which of their columns go across and up."""

    rows: list[Row]
    across: str
    up: str
    colour: str


def _plot(axes: Any, line: Line) -> None:
    """The means as a line, and a dot for each row."""
    values: dict[int, list[float]] = {}
    for row in line.rows:
        values.setdefault(int(row[line.across]), []).append(float(row[line.up]))
    spots = sorted(values)
    axes.plot(spots, [statistics.mean(values[spot]) for spot in spots], color=line.colour, linewidth=1.4)
    dots = [(spot, value) for spot in spots for value in values[spot]]
    axes.plot(*zip(*dots, strict=True), ".", color=line.colour, alpha=0.5)


if __name__ == "__main__":
    typer.run(main)
