"""Full softmax: the share of the machine's matrix-product rate that its kernel reaches, and its speed beside torch's.

    python experiments/softmax.py

First the rate of large float32 products and of products with the shapes of full softmax, through torch and numpy on
all cores; the largest counts as the machine's. Then the kernel's rate, on made-up Zipf text: of the products a
score that it executes (it makes again the scores that it has no room for), and of the three that anybody needs. Only
the D numbers of a row count, not its padding. Then words (centres) per second beside a plain loop of nn.Embedding,
nn.Linear, cross_entropy and SGD on the same windows from the same tables: the loop's best batch size is found first,
then both are run in turns. Last, what both have learned after the same words, as speed that learns less is none: the
loss on other text of the same kind, of a vocabulary so small that there is time to learn it. Results go to
experiments/results/softmax.csv.
"""

import csv
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from machine import describe
from roofline import best_seconds
from scaling import ZipfStream
from torch import Tensor, nn
from torch.nn import functional as F

from w2v import Config
from w2v.base.settings import available_cores
from w2v.engines.cpu import CpuEngine
from w2v.examples import encoders
from w2v.examples.encoders import Bags, Windows
from w2v.heads import spec_of
from w2v.heads.chunk_size import chunk_size
from w2v.heads.hidden import hidden_vectors
from w2v.kernels.full_vocabulary import KEPT
from w2v.kernels.logistic import padded

RESULTS = Path(__file__).parent / "results"
SIZE = 100  # D
VOCABULARIES = (10_000, 70_000)
AGAINST_TORCH = 10_000
TO_LEARN = 1_000
BATCHES = (64, 256, 1024, 4096)
MOST = 512  # examples whose gradients torch's loop adds up; from there on its batches take a mean, so as not to diverge
FLOORS = {"rate": 0.7, "cbow": 1.5, "skipgram": 5.0}  # what was promised


class Text:
    """Zipf words in parts, each a unit of work for one thread, with their windows; the last part is held out."""

    def __init__(self, config: Config, vocabulary: int, parts: int, length: int) -> None:
        stream = ZipfStream(vocabulary, 10_000_000)
        self.config, self.counts = config, stream.vocab.counts
        self.keep = encoders.keep_thresholds(stream.vocab.keep_probability(config.sample_threshold))
        self.parts = [stream.block(index)[:length] for index in range(parts + 1)]
        self.windows = [self._cut(part, index) for index, part in enumerate(self.parts)]
        self.centres = sum(len(windows.ids) for windows in self.windows[:-1])

    def _cut(self, part: np.ndarray, index: int) -> Windows:
        config = self.config
        return encoders.cut_windows(part, self.keep, config.window, config.shrink_windows, config.seed, 0, index)

    def bags(self, part: int) -> Bags:
        """The examples of one part."""
        return encoders.bags(self.config.arch, self.windows[part], 0, len(self.windows[part].ids))

    def hidden(self) -> int:
        """Hidden vectors that a pass over the text has: in Skip-gram the different context words of each chunk."""
        size, total = chunk_size(self.config, self.counts, self.keep), 0
        for windows in self.windows[:-1]:
            for first in range(0, len(windows.ids), size):
                bags = encoders.bags(self.config.arch, windows, first, min(first + size, len(windows.ids)))
                total += len(np.unique(bags.members)) if self.config.arch == "skipgram" else len(bags.target)
        return total


def sgemm() -> dict[str, float]:
    """GFLOP/s of float32 products on all cores: [rows, inner] times [inner, columns]."""
    rates = {}
    shapes = [(2048, 2048, 2048), (4096, 4096, 4096), (10_000, SIZE, 128), (128, 10_000, SIZE), (1024, SIZE, 10_000)]
    for rows, inner, columns in shapes:
        a, b = torch.rand(rows, inner), torch.rand(inner, columns)
        c, d = a.numpy(), b.numpy()
        for name, seconds in (
            ("torch", best_seconds(lambda a=a, b=b: torch.mm(a, b))),
            ("numpy", best_seconds(lambda c=c, d=d: c @ d)),
        ):
            rates[f"{name} {rows} x {inner} x {columns}"] = 2 * rows * inner * columns / seconds / 1e9
    return rates


def train_ours(text: Text) -> tuple[float, tuple[Tensor, Tensor]]:
    """Seconds of one pass over the text on all cores, and the tables after it."""
    engine = CpuEngine(text.config, text.counts, text.keep)
    alpha = spec_of(text.config.head).start_alpha(text.config)
    with ThreadPoolExecutor(engine.threads) as pool:
        list(pool.map(lambda _: time.sleep(0.01), range(engine.threads)))  # start the threads
        began = time.perf_counter()
        list(pool.map(lambda i: engine.train_block(text.parts[i], 0, i, alpha), range(len(text.parts) - 1)))
        seconds = time.perf_counter() - began
    tables = engine.tables()
    return seconds, (torch.from_numpy(tables["input"]), torch.from_numpy(tables["output"]))


def train_torch(text: Text, batch: int) -> tuple[float, tuple[Tensor, Tensor]]:
    """The same for a plain torch loop, its batches made beforehand: contexts padded to the widest window."""
    config, words = text.config, len(text.counts)
    tables = CpuEngine(config, text.counts, text.keep).tables()
    embedding, linear = nn.Embedding(words, SIZE), nn.Linear(SIZE, words, bias=False)
    embedding.weight.data = torch.tensor(tables["input"])
    linear.weight.data = torch.tensor(tables["output"])
    optimizer = torch.optim.SGD(
        [*embedding.parameters(), *linear.parameters()], lr=spec_of(config.head).start_alpha(config) * min(batch, MOST)
    )
    batches = []
    for part in range(len(text.parts) - 1):
        bags = text.bags(part)
        sizes = np.diff(bags.offsets)
        places = np.arange(sizes.max()) < sizes[:, None]
        context = np.zeros(places.shape, np.int64)
        context[places] = bags.members
        whole = [torch.from_numpy(array) for array in (context, places[:, :, None] / sizes[:, None, None], bags.target)]
        batches += zip(
            *(array.float().split(batch) if array.is_floating_point() else array.split(batch) for array in whole),
            strict=True,
        )
    began = time.perf_counter()
    for context, weight, target in batches:
        hidden = embedding(context[:, 0]) if config.arch == "skipgram" else (embedding(context) * weight).sum(1)
        optimizer.zero_grad()
        F.cross_entropy(linear(hidden), target).backward()
        optimizer.step()
    return time.perf_counter() - began, (embedding.weight.data, linear.weight.data)


def held_out(text: Text, tables: tuple[Tensor, Tensor]) -> float:
    """Nats an example on the part that was not trained on."""
    bags = text.bags(len(text.parts) - 1)
    with torch.no_grad():
        hidden = hidden_vectors(tables[0], bags)
        targets = torch.from_numpy(bags.target)
        losses = [
            F.cross_entropy(h @ tables[1].T, t, reduction="sum")
            for h, t in zip(hidden.split(512), targets.split(512), strict=True)
        ]
    return float(sum(losses)) / len(targets)


def kernel_rows(text: Text, repetitions: int, peak: float) -> list[dict[str, Any]]:
    """The kernel's rate, of products executed and of those that are needed; the best of some runs, as sgemm's is."""
    seconds = min(train_ours(text)[0] for _ in range(repetitions))
    product = 2 * text.hidden() * len(text.counts) * SIZE / seconds / 1e9
    rows = []
    config = text.config
    columns = chunk_size(config, text.counts, text.keep) + (2 * config.window if config.arch == "skipgram" else 0)
    kept = min(1.0, KEPT / (4 * padded(columns) * len(text.counts)))  # of the scores, between the two passes
    for what, products in (("executed", 4 - kept), ("useful", 3.0)):
        share = products * product / peak
        rows.append({"what": what, "gflops": round(products * product, 1), "share": round(share, 3)})
        verdict = (
            ""
            if what == "useful"
            else f"  (floor {FLOORS['rate']:.0%}: {'reached' if share >= FLOORS['rate'] else 'MISSED'})"
        )
        print(
            f"{text.config.arch:9} V = {len(text.counts):6,}  {products:.1f} products a score, {what:8} "
            f"{products * product:6.1f} GFLOP/s  {share:5.1%} of sgemm{verdict}",
            flush=True,
        )
    return [{"arch": text.config.arch, "vocabulary": len(text.counts)} | row for row in rows]


def against_torch(text: Text, repetitions: int) -> list[dict[str, Any]]:
    """Centres per second of both, in turns, after the loop's best batch size is found."""
    batch = min(BATCHES, key=lambda size: train_torch(text, size)[0])
    systems = {"w2v": lambda: train_ours(text), f"torch, batches of {batch}": lambda: train_torch(text, batch)}
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(repetitions):
        for name, run in systems.items():
            seconds[name].append(run()[0])
    speed = {name: text.centres / statistics.median(taken) for name, taken in seconds.items()}
    arch, (ours, theirs) = text.config.arch, speed.values()
    verdict = "reached" if ours / theirs >= FLOORS[arch] else "MISSED"
    for name, value in speed.items():
        print(f"{arch:9} V = {len(text.counts):6,}  {name:22} {value:8,.0f} centres/s", flush=True)
    print(f"{arch:9} ratio {ours / theirs:.2f}  (floor {FLOORS[arch]}: {verdict})", flush=True)
    shared = {"arch": arch, "vocabulary": len(text.counts)}
    return [shared | {"what": name, "centres_per_s": round(value)} for name, value in speed.items()]


def learning(text: Text) -> list[dict[str, Any]]:
    """The loss on held-out text after one pass, with torch's batches from small to large."""
    tables = {"w2v": train_ours(text)[1]} | {
        f"torch, batches of {batch}": train_torch(text, batch)[1] for batch in BATCHES
    }
    rows = []
    for name, trained in tables.items():
        loss = held_out(text, trained)
        arch, words = text.config.arch, len(text.counts)
        print(f"{arch:9} V = {words:6,}  {name:22} loss {loss:.3f} after {text.centres:,} centres", flush=True)
        rows.append({"arch": arch, "vocabulary": words, "what": f"{name}: loss", "loss": round(loss, 4)})
    return rows


def main(
    repetitions: Annotated[
        int, typer.Option(min=1, help="Runs; the best counts for a rate, the median for a speed.")
    ] = 3,
    parts: Annotated[int, typer.Option(min=1, help="Parts of the text, each trained on by one thread.")] = 8,
    length: Annotated[int, typer.Option(min=100, max=2_000, help="Words of a part, before subsampling.")] = 1500,
    output: Annotated[Path, typer.Option(help="The CSV file.")] = RESULTS / "softmax.csv",
) -> None:
    """Measure, print and save."""
    torch.set_num_threads(available_cores())
    rates = sgemm()
    peak = max(rates.values())
    for name, rate in rates.items():
        print(f"sgemm {name:28} {rate:6.1f} GFLOP/s{'  <- counts' if rate == peak else ''}", flush=True)
    rows: list[dict[str, Any]] = [{"what": f"sgemm {name}", "gflops": round(rate, 1)} for name, rate in rates.items()]
    for arch in ("cbow", "skipgram"):
        config = Config(arch=arch, head="softmax", vector_size=SIZE, sample=1e-3)
        for vocabulary in VOCABULARIES:
            rows += kernel_rows(Text(config, vocabulary, parts, length), repetitions, peak)
        rows += against_torch(Text(config, AGAINST_TORCH, parts, length), repetitions)
        rows += learning(Text(config, TO_LEARN, parts, 5 * length))
    columns = ["what", "arch", "vocabulary", "gflops", "share", "centres_per_s", "loss", *describe(), "torch"]
    output.parent.mkdir(parents=True, exist_ok=True)
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(row | describe() | {"torch": torch.__version__} for row in rows)


if __name__ == "__main__":
    typer.run(main)
