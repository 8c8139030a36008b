"""What a run will take, before it starts: time, for heads that meet every word of the vocabulary, and memory."""

import time
from pathlib import Path

import numpy as np

from w2v.base.config import Config
from w2v.corpus.blocks import BLOCK, Blocks, IdBlocks
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines.base import Engine
from w2v.engines.cpu import CpuEngine
from w2v.engines.deterministic import REPLICAS, n_replicas
from w2v.examples.subwords import FLORET_BUCKET
from w2v.heads import spec_of

LONG = 60  # seconds that deserve a word before
PER_WORD = 4  # n-grams that two words have, for each word of an English vocabulary
FEWER = 10_000  # words of the vocabulary that is proposed instead


def long_run_note(engine: Engine, blocks: Blocks, config: Config) -> str | None:
    """A sentence on how long the run will take and what would make it shorter; None if it is short.

    A few steps are timed at a learning rate of zero, which takes its time and changes nothing.
    """
    whole, fast = spec_of(config.head).meets_all_words, engine.compiled
    if engine.learns_from != "windows" or (fast and not whole) or not blocks.n_blocks:
        return None
    vocab, first = blocks.vocab, blocks.block(0)
    some, seconds, size = 0, 0.0, len(first)
    while seconds < 0.1 and some < size:
        some = min(max(2 * some, 100), size)
        beginning = IdBlocks(first[:some], vocab, some)
        began = time.perf_counter()
        list(engine.train_blocks(beginning, 0, np.zeros(1, np.int64), np.zeros(1)))
        seconds = time.perf_counter() - began
    words = (blocks.n_blocks - 1) * BLOCK + len(blocks.block(blocks.n_blocks - 1))
    total = seconds / max(some, 1) * words / engine.threads * config.n_epochs
    if total < LONG:
        return None
    if not whole:
        return f"The reference engine will take about {duration(total)} for this run, fewer epochs less."
    note = f"Head {config.head} meets all {len(vocab):,} words each time: this run will take about {duration(total)}."
    if len(vocab) > 2 * FEWER:
        smaller = total * FEWER / len(vocab) * vocab.counts[:FEWER].sum() / vocab.counts.sum()
        note += f" With max_final_vocab={FEWER} it would take about {duration(smaller)}."
    return note


def duration(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def memory(config: Config, vocab: Vocabulary) -> int:
    """Bytes that the tables of a run take, on the engine and once more where they are saved or scored, and what else
    the head says that it takes. A deterministic engine's replicas have tables of their own.

    On the reference engine, a head that may meet the whole vocabulary also holds the output table's gradient, and every
    word's score for every example of a step, some four times over.
    """
    itemsize = np.dtype(config.dtype).itemsize
    width = -(-config.vector_size // 16) * 16 * itemsize
    spec = spec_of(config.head)
    tables = (
        (4 * len(vocab) + 3 * _ngrams(config, len(vocab))) * width
        + spec.memory(config, len(vocab))
        + _replicas_memory(config, vocab, width)
    )
    if spec.meets_all_words is False or (config.engine != "reference" and CpuEngine.why_not(config) is None):
        return tables
    context = config.window + 1 if config.shrink_windows else 2 * config.window
    examples = (config.chunk or spec.longest_chunk(config)) * (context if config.arch == "skipgram" else 1)
    return tables + len(vocab) * (width + 4 * examples * itemsize)


def _ngrams(config: Config, vocab_size: int) -> int:
    """Rows of n-grams, of which there are three copies when training begins; about how many, where each has its own."""
    if config.subword == "none" or not config.max_n:
        return 0
    if config.subword == "floret":
        return config.bucket or FLORET_BUCKET
    return config.bucket or PER_WORD * vocab_size


def _replicas_memory(config: Config, vocab: Vocabulary, width: int) -> int:
    """Bytes of the replicas' tables, and of AdaGrad's for heads that learn from pairs; how many pairs is not known."""
    if not config.deterministic:
        return 0
    if spec_of(config.head).learns_from == "windows":
        return 2 * len(vocab) * width * _beside(n_replicas(config, len(vocab), int(vocab.counts.sum()) // BLOCK + 1))
    return 4 * len(vocab) * width * _beside(REPLICAS[0])


def _beside(replicas: int) -> int:
    """How many engines there are beside the one whose tables are saved."""
    return replicas if replicas > 1 else 0


def available_memory() -> int | None:
    """Bytes of memory that are free for use now; None where the system does not say."""
    report = Path("/proc/meminfo")
    if not report.exists():
        return None
    lines = dict(line.split(":") for line in report.read_text(encoding="utf-8").splitlines())
    return int(lines["MemAvailable"].split()[0]) * 1024
