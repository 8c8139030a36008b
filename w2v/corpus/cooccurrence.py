"""Which words stand near each other, and how often: what regression heads learn from instead of windows.

    X_ij    over all pairs of places at most `window` apart in a sentence, i at one and j at the other, the sum of
            1, or of 1 / distance with `distance_weighting` (Pennington et al. 2014, section 4.2)
    PMI_ij = log(X_ij X / (X_i X_j)),    X_i = sum_j X_ij,    X = sum_i X_i

X is symmetric, so an entry i <= j stands for both orders; X_ii counts both orders of its places, too. Like windows,
pairs reach over no end of a sentence and of no block. Subsampling is taken at its expectation: with a threshold, X_ij
is multiplied by keep(i) keep(j), the chance that both words stay; but distances remain those of the whole text.

There may be more pairs than memory holds. Each thread gathers pairs until its buffer is full, sorts and combines them,
and writes them to disk as a run. The runs are merged, and the entries dealt to blocks by a hash of (seed, i, j) and
shuffled there, so that stochastic gradient descent meets them in random order, the same for any number of threads. All
this passes through memory-mapped files, whose names are removed so that nobody else can change them; only the buffers
and some sums per word have to fit in memory. What training gets is read (`array_file.py`) and checked.

Several ranks count a share of the text each, exchange pairs (`pair_exchange.py`), and have an equal share of the blocks
each: those that one process would make of the same text, if their number was the same.
"""

from __future__ import annotations

import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from w2v.base import leftovers, randomness
from w2v.base.agreeing import agreed
from w2v.base.config import Config
from w2v.base.ranks import ALONE, Ranks
from w2v.base.threads import InterruptiblePool
from w2v.corpus import pair_sort as runs
from w2v.corpus.array_file import ArrayFile
from w2v.corpus.blocks import Blocks
from w2v.corpus.mapped_file import forget, reserved
from w2v.corpus.pair_exchange import BYTES_PER_PAIR, Runs, exchanged, explained
from w2v.errors import W2VError

Result = TypeVar("Result")

ENTRY = np.dtype([("row", "<i4"), ("column", "<i4"), ("count", "<f4"), ("pmi", "<f4")])
BLOCK = 50_000  # entries per block, on average
MEMORY = 1 << 30  # bytes

_ENTRIES = "entries"
_DEAL, _SHUFFLE = 5, 6  # purposes of random streams, beside those that randomness.py names
_RANGES = 64  # parts that threads merge and deal


class Cooccurrences:
    """The entries of X in shuffled blocks on disk; a context manager, which removes the files. Made by `count`.

    blocks: of the text that they were counted from; row_sums: float64 [V], X_i.
    own: numbers of the blocks that this rank has; alone it has all.
    """

    def __init__(self, folder: Path, blocks: Blocks, row_sums: np.ndarray, bounds: np.ndarray, own: range) -> None:
        self.vocab = blocks.vocab
        self.tokens = blocks.tokens
        self.row_sums = row_sums
        self.own = own
        self._blocks = blocks
        self._bounds = bounds  # int64 [n_blocks + 1]
        self._entries = ArrayFile(folder / _ENTRIES, ENTRY)
        self._remove = weakref.finalize(self, leftovers.remove, folder)

    def __enter__(self) -> Cooccurrences:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the files. Blocks can be read on where the system allows it."""
        self._remove()

    def __len__(self) -> int:
        """How many entries this rank has: pairs i <= j that stand near each other at least once."""
        return len(self._entries)

    @property
    def n_blocks(self) -> int:
        return len(self._bounds) - 1

    @property
    def digest(self) -> str:
        """That of the text."""
        return self._blocks.digest

    def block(self, i: int) -> np.ndarray:
        """Entries of dtype ENTRY, about BLOCK of them, read-only, i in own: row <= column, X > 0, PMI.

        Raises W2VError when the file was cut short or damaged.
        """
        if not 0 <= i < self.n_blocks:
            raise IndexError(f"block {i} of {self.n_blocks}")
        assert i in self.own, f"block {i} is of another rank, this one has {self.own}"
        entries = self._entries[self._bounds[i] : self._bounds[i + 1]]
        if runs.largest_word(entries.view(np.int32).reshape(-1, 4)) >= len(self.vocab):
            raise W2VError(f"{self._entries.path} changed while it was read. Run again: it is built anew.")
        return entries


def count(
    blocks: Blocks, config: Config, *, ranks: Ranks = ALONE, memory: int = MEMORY, folder: Path | None = None
) -> Cooccurrences:
    """Count a text's co-occurrences, on all of the config's threads.

    Args:
        blocks: of word ids; of several ranks each one's `own`.
        config: its window, distance_weighting, sample, seed and workers.
        ranks: those that have the text between them.
        memory: bytes that the buffers of all threads may take together. Text of more pairs takes space on disk instead.
        folder: where the temporary folder is made, which `close` removes; nothing: where the system keeps such.

    Raises:
        W2VError: no two words stand near each other, too large a vocabulary, or a full disk; on all ranks.
    """
    keys = _Keys.of(len(blocks.vocab), config)
    keep = blocks.vocab.keep_probability(config.sample_threshold)
    home = agreed(ranks, lambda: _new_folder(Path(folder or tempfile.gettempdir())))

    def step(work: Callable[[InterruptiblePool], Result]) -> Result:
        def here() -> Result:
            with explained(home), InterruptiblePool(config.threads) as pool:
                return work(pool)

        return agreed(ranks, here)

    try:
        gathered = step(lambda pool: _gather(blocks, keys, config.threads, memory, home, pool))
        if not any(ranks.gather(len(gathered.keys))):
            raise W2VError(
                "The corpus has no word with a neighbour: after dropping rare words every sentence is one word long. "
                "Lower min_count, or give longer sentences."
            )
        key = np.uint64(randomness.stream_key(config.seed, 0, 0, _DEAL))
        if ranks.size > 1:
            gathered = exchanged(gathered, ranks, key, home, memory)
        merged, row_sums = step(lambda pool: _merge(gathered, keys, keep, home, pool))
        ranks.sum(row_sums)
        size = sum(ranks.gather(int((merged.stop - merged.start).sum())))
        each = max(round(size / BLOCK / ranks.size), 1)
        own = range(each * ranks.rank, each * (ranks.rank + 1))
        bounds = step(lambda pool: _deal(merged, row_sums, keys, config.seed, each * ranks.size, own, home, pool))
        return agreed(ranks, lambda: Cooccurrences(home, blocks, row_sums, bounds, own))
    except BaseException:
        leftovers.remove(home)
        raise


def _new_folder(parent: Path) -> Path:
    leftovers.sweep_once(parent)
    try:
        return leftovers.new_folder(parent)
    except OSError as error:
        raise W2VError(f"cannot write to the folder {parent}: {error.strerror}.") from error


class _Keys(NamedTuple):
    """How a pair is written in one uint64: i, then j, then the distance less one where distances weigh."""

    window: int
    word_bits: int
    distance_bits: int

    @classmethod
    def of(cls, vocab_size: int, config: Config) -> _Keys:
        word_bits = (vocab_size - 1).bit_length()
        distance_bits = (config.window - 1).bit_length() if config.distance_weighting else 0
        if 2 * word_bits + distance_bits > 64:
            raise W2VError(
                f"{vocab_size:,} words are too many to count their co-occurrences; raise min_count, or set "
                f"max_final_vocab to {1 << (64 - distance_bits) // 2:,} at most."
            )
        return cls(config.window, word_bits, distance_bits)


class _Ranges(NamedTuple):
    """Different pairs in order, with gaps: range r is [start[r]:stop[r]]."""

    keys: np.ndarray  # uint64
    sums: np.ndarray  # float32, X_ij
    start: np.ndarray  # int64 [ranges]
    stop: np.ndarray


def _gather(blocks: Blocks, keys: _Keys, threads: int, memory: int, home: Path, pool: InterruptiblePool) -> Runs:
    """The pairs of all blocks as sorted runs on disk, each thread's from a share of the blocks of its own."""
    capacity = max(memory // BYTES_PER_PAIR // threads, keys.window)
    lock, lengths = threading.Lock(), [0]
    with open(home / "keys", "wb") as key_file, open(home / "sums", "wb") as sum_file:

        def spill(buffer: np.ndarray, sums: np.ndarray) -> None:
            buffer.sort()
            size = runs.combine(buffer, keys.distance_bits, sums)
            with lock:
                key_file.write(buffer[:size].data)
                sum_file.write(sums[:size].data)
                lengths.append(size)

        def gather(first: int, last: int) -> None:
            buffer, sums, used = np.empty(capacity, np.uint64), np.empty(capacity, np.float32), 0
            for index in range(first, last):
                if pool.interrupted[0]:
                    return
                block, place = blocks.block(index), 0
                while place < len(block):
                    place, used = runs.pairs(block, place, *keys, buffer, used)
                    if place < len(block):
                        spill(buffer[:used], sums)
                        used = 0
            if used:
                spill(buffer[:used], sums)

        own: range = getattr(blocks, "own", range(blocks.n_blocks))
        shares = np.linspace(own.start, own.stop, threads + 1).astype(int)
        list(pool.map(gather, shares[:-1].tolist(), shares[1:].tolist()))
    return Runs.in_files(home / "keys", home / "sums", lengths)


def _merge(
    gathered: Runs, keys: _Keys, keep: np.ndarray, home: Path, pool: InterruptiblePool
) -> tuple[_Ranges, np.ndarray]:
    """Sorted runs as one, cut into ranges that follow each other in order of the keys; and X_i, float64 [V]."""
    row_sums, stops = np.zeros(len(keep)), []
    if not len(gathered.keys):  # as a rank may have none
        none = np.empty(0, np.int64)
        return _Ranges(gathered.keys, gathered.sums, none, none), row_sums
    cuts, rooms = runs.cut(gathered.keys, gathered.bounds, _RANGES)
    into = reserved(home / "merged-keys", np.uint64, rooms[-1]), reserved(home / "merged-sums", np.float32, rooms[-1])
    forget(home / "merged-keys")
    forget(home / "merged-sums")

    def merge(number: int) -> tuple[int, np.ndarray]:
        row_sums = np.zeros(len(keep))
        start, stop, room = cuts[:, number].copy(), cuts[:, number + 1], rooms[number]
        return runs.merge_range(
            gathered.keys, gathered.sums, start, stop, keep, keys.word_bits, *into, room, row_sums
        ), row_sums

    for stop, part in pool.map(merge, range(len(rooms) - 1)):
        stops.append(stop)
        row_sums += part
    return _Ranges(*into, rooms[:-1], np.array(stops)), row_sums


def _deal(
    merged: _Ranges,
    row_sums: np.ndarray,
    keys: _Keys,
    seed: int,
    n_blocks: int,
    own: range,
    home: Path,
    pool: InterruptiblePool,
) -> np.ndarray:
    """Write the entries, shuffled; returns the bounds of the blocks, int64 [n_blocks + 1]; others' are empty."""
    size = int((merged.stop - merged.start).sum())
    if not size:
        (home / _ENTRIES).touch()
        return np.zeros(n_blocks + 1, np.int64)
    key = np.uint64(randomness.stream_key(seed, 0, 0, _DEAL))
    parts = [(merged.keys[a:b], merged.sums[a:b]) for a, b in zip(merged.start, merged.stop, strict=True)]
    tallies = np.array(list(pool.map(lambda part: runs.tally(part[0], key, n_blocks), parts)))  # [parts, n_blocks]
    places = np.concatenate([[0], np.cumsum(tallies.T.ravel())])  # block by block, and range by range within
    entries = reserved(home / _ENTRIES, ENTRY, size)

    def deal(number: int) -> None:
        at = places[number :: len(parts)][:n_blocks].copy()
        runs.deal_range(*parts[number], key, row_sums, row_sums.sum(), keys.word_bits, at, entries)

    list(pool.map(deal, range(len(parts))))
    bounds = places[:: len(parts)]

    def shuffle(number: int) -> None:
        key = np.uint64(randomness.stream_key(seed, 0, number, _SHUFFLE))
        runs.shuffle(entries[bounds[number] : bounds[number + 1]], key)

    list(pool.map(shuffle, own))
    return bounds
