"""What a step costs in multiplications and in memory, what the machine can do, and how much of that is reached.

    python experiments/roofline.py CORPUS.txt

Counts, for each objective, the floating-point operations of a centre (a multiply-add is two) and the bytes of table
rows that are fetched and written back, from the windows of the corpus itself. Measures one core's peaks: multiply-adds
in registers, a large matrix product, copying memory, and copying table rows in random order. Then trains one epoch on
one thread and divides. Results go to experiments/results/roofline-MAKER.csv; `docs/performance.md` reads them.
"""

import csv
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from machine import describe, maker
from numba import njit

from w2v import Config
from w2v.corpus.stream import Stream, open_stream
from w2v.engines.base import allocate
from w2v.examples import encoders
from w2v.heads import spec_of
from w2v.heads.chunk_size import chunk_size
from w2v.heads.hs import kernel as hs
from w2v.kernels.simd import products
from w2v.kernels.simd import tiles as simd
from w2v.training.train import train_blocks

RESULTS = Path(__file__).parent / "results"
OBJECTIVES = (
    ("skipgram", "ns", 100),
    ("skipgram", "ns", 300),
    ("cbow", "ns", 100),
    ("skipgram", "hs", 100),
    ("cbow", "hs", 100),
)
GENSIM = {"sample": 1e-3, "alpha": 0.025, "cbow_update": "original"}


def best_seconds(work: Callable[[], Any], times: int = 7) -> float:
    """The shortest of some runs: what the machine does when nobody disturbs it."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


@njit
def _repeat(a, b, c, rows, n, times):  # type: ignore[no-untyped-def]
    for _ in range(times):
        products.multiply(a, b, c, rows, n)


@njit
def _copy_rows(to, rows, order):  # type: ignore[no-untyped-def]
    one = rows.dtype.type(1)
    for place in range(order.size):
        simd.set_row(to, place & 63, (rows,), (order[place],), (one,))


def peaks() -> dict[str, float]:
    """One core: GFLOP/s of matrix products, in the first cache, of bfloat16 there (0: has none) and large; GB/s."""
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    a, b, c = (allocate(rows, 48, "float32", pad=True) for rows in (8 + simd.SLACK, 48, 8 + simd.SLACK))
    a[:], b[:] = rng.normal(size=a.shape), rng.normal(size=b.shape)
    tile = best_seconds(lambda: _repeat(a, b, c, 8, 48, 100_000))
    one = np.uint32(0x3F803F80)  # twice, in bfloat16
    pairs = [np.full(factor.shape, one) for factor in (a, b)]
    paired = best_seconds(lambda: _repeat(*pairs, c, 8, 96, 100_000)) if simd.PAIRS else math.inf
    large = torch.rand(2048, 2048)
    product = best_seconds(lambda: large @ large, times=3)
    memory = np.ones(1 << 26, np.float32)
    other = np.empty_like(memory)
    copy = best_seconds(lambda: np.copyto(other, memory))
    table = allocate(70_000, 100, "float32", pad=True)
    table[:] = 1
    local = allocate(64, 100, "float32", pad=True)
    order = rng.integers(0, len(table), 1_000_000)
    rows = best_seconds(lambda: _copy_rows(local, table, order))
    return {
        "tile_gflops": 100_000 * 2 * 8 * 48 * 48 / tile / 1e9,
        "bfloat16_tile_gflops": 100_000 * 2 * 8 * 96 * 48 / paired / 1e9,
        "sgemm_gflops": 2 * 2048**3 / product / 1e9,
        "copy_gbs": 2 * memory.nbytes / copy / 1e9,
        "row_gbs": order.size * table.shape[1] * 4 / rows / 1e9,
    }


def cost(config: Config, stream: Stream) -> dict[str, float]:
    """Per centre: its pairs, floating-point operations, and bytes of table rows fetched and written back."""
    keep = encoders.keep_thresholds(stream.vocab.keep_probability(config.sample_threshold))
    size = chunk_size(config, stream.vocab.counts, keep)
    width = -(-config.vector_size // 16) * 16  # numbers in a row
    paths = hs.prepare(config, stream.vocab.counts) if config.head == "hs" else None
    shared = paths.shared if paths else spec_of(config.head).shared_negatives(config)
    centres = pairs = meetings = rows = 0
    for index in range(0, stream.n_blocks, max(stream.n_blocks // 50, 1)):
        block = stream.block(index)
        windows = encoders.cut_windows(block, keep, config.window, config.shrink_windows, config.seed, 0, index)
        for begin in range(0, len(windows.ids), size):
            end = min(begin + size, len(windows.ids))
            first, last = windows.start.astype(np.int64), windows.stop.astype(np.int64)
            if config.arch == "skipgram":  # what of each target's window is in the chunk
                inside = np.minimum(last, end) - np.maximum(first, begin)
                places, targets = end - begin, np.flatnonzero(inside > 0)
                used = inside[targets] - ((begin <= targets) & (targets < end))
            else:
                places, targets = int(last[begin:end].max() - first[begin:end].min()), np.arange(begin, end)
                used = last[targets] - first[targets] > 1
            own = paths.words["n_nodes"][windows.ids[targets]] if paths else np.ones(len(targets))
            centres += end - begin
            pairs += int(used.sum())
            meetings += (end - begin) * shared + int((used * own).sum())
            rows += places + shared + int(own.sum())
    return {
        "pairs": pairs / centres,
        "flops": 3 * 2 * meetings * width / centres,
        "bytes": 2 * rows * width * 4 / centres,
    }


def main(
    corpus: Annotated[Path, typer.Argument(help="A plain text file, one sentence or paragraph a line.")],
    output: Annotated[
        Path | None, typer.Option(help="The CSV file.  [default: results/roofline-MAKER.csv]", show_default=False)
    ] = None,
) -> None:
    """Measure, print and save."""
    peak = peaks()
    print("one core:", ", ".join(f"{name} {value:.0f}" for name, value in peak.items()), flush=True)
    results = []
    with open_stream(corpus) as stream:
        for arch, head, size in OBJECTIVES:
            config = Config(arch=arch, head=head, vector_size=size, epochs=2, workers=1, **GENSIM)
            spent = cost(config, stream)
            record = train_blocks(stream, config).history[-1]  # the first epoch compiles
            kept = float(stream.vocab.keep_probability(config.sample_threshold) @ stream.vocab.counts)
            speed = kept / record.seconds
            row = {"arch": arch, "head": head, "vector_size": size, "ns_per_centre": 1e9 / speed, **spent}
            row |= {"gflops": spent["flops"] * speed / 1e9, "gbs": spent["bytes"] * speed / 1e9, **peak}
            print(
                "  ".join(f"{value:.1f}" if isinstance(value, float) else str(value) for value in row.values()),
                flush=True,
            )
            results.append({k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()} | describe())
    output = output or RESULTS / f"roofline-{maker()}.csv"
    output.parent.mkdir(parents=True, exist_ok=True)
    with open(output, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, results[0])
        writer.writeheader()
        writer.writerows(results)


if __name__ == "__main__":
    typer.run(main)
