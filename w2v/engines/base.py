"""What every engine is, and the pair of tables that it trains."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np

from w2v.config import Config

CACHE_LINE = 64  # bytes
LONGEST_CHUNK = 64  # hidden vectors: beyond that a chunk's rows outgrow the caches
LONGEST_SWEEP = 128  # for softmax and ova: the longer a chunk, the less often the whole table has to pass by
REACH = 2.5  # alpha x gradients on one row in one step; found by training on texts of 2 to 68,000 words


class Tables(NamedTuple):
    """The two tables of a model: all that training changes."""

    input: np.ndarray  # [V, D], the word vectors
    output: np.ndarray  # [R, C], the head's rows


class Loss(NamedTuple):
    """A sum of losses in nats over a number of examples; sums add up exactly, means do not."""

    total: float
    examples: int

    def __add__(self, other: "Loss") -> "Loss":  # type: ignore[override]  # a sum, not a concatenation
        return Loss(self.total + other.total, self.examples + other.examples)

    @property
    def mean(self) -> float:
        """Nats per example; NaN without examples."""
        return self.total / self.examples if self.examples else float("nan")


class Engine(ABC):
    """Trains a pair of tables, block by block.

    Args:
        config: the settings.
        counts: int64 [V], occurrences of each word.
        keep: uint64 [V], subsampling thresholds (`encoders.keep_thresholds`).
    """

    data = "windows"  # what its blocks are: word ids, cut into windows there, or "cooccurrences"
    slower_than_usual: str | None = None  # why, in a sentence that the user is told
    threads: int  # how many threads may call `train_block` at once
    interrupted: np.ndarray  # uint8 [1]; once it is not 0, blocks end early and the tables are of no more use

    @abstractmethod
    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray) -> None: ...

    @abstractmethod
    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        """One pass of stochastic gradient descent over one block of the stream, at learning rate `alpha`.

        Args:
            block: int32 [n], word ids and sentence ends.
            epoch, index: the place of the block; with the seed they fix every random choice.
        """

    @abstractmethod
    def tables(self) -> Tables:
        """The tables as they stand, in numpy; on the CPU a view, not a copy."""

    def load(self, tables: Tables) -> None:
        """Go on from other tables, of the same shapes."""
        for mine, other in zip(self.tables(), tables, strict=True):
            np.copyto(mine, other)


def chunk_size(config: Config, counts: np.ndarray, keep: np.ndarray) -> int:
    """Hidden vectors per step of SGD: `config.chunk`, or as many as settings and text allow, up to a fixed length.

    A step adds up the gradients of all its examples, taken at one point. A row that gets n of them moves alpha * n
    times one gradient's length, and where that is too far it overshoots. So the chunk is chosen such that no row is
    expected to get more than REACH / alpha gradients: neither the most frequent word's (a toy text of ten words
    allows for a few), nor a shared negative's (it stands for many). The root of a Huffman tree bears more: all
    paths begin there, but they pull it to both sides.
    """
    if config.chunk:
        return config.chunk
    weight = counts * (keep / 2.0**32)
    share = weight.max() / weight.sum()  # of the most frequent word, after subsampling
    heaviest = {  # gradients per example that the head's busiest row gets, in either table
        **dict.fromkeys(("ns", "poincare"), max(config.negative / config.noise_words, share * (1 + config.negative))),
        # Measured, on toy texts and on large ones. In a balanced tree frequent words turn the same way for long.
        "hs": max(0.25, 4 * share) * (4 if config.tree == "balanced" else 1),
        "softmax": 4 * share,  # measured at 3,000 and 5,000 words: twice as long chunks diverge
        # All V rows pull at a hidden vector. Measured at 1,000 and 5,000 words; too large a rate diverges anyway.
        "ova": len(counts) ** (1 / 3),
    }.get(config.head, 1.0)
    context = config.window + 1 if config.shrink_windows else 2 * config.window
    examples = context if config.arch == "skipgram" else 1
    longest = LONGEST_CHUNK
    if config.head in ("softmax", "ova"):
        # Skip-gram with softmax diverges on Wikipedia with 128 hidden vectors, not with 64.
        longest = LONGEST_CHUNK if config.arch == "skipgram" else LONGEST_SWEEP
    elif config.arch == "skipgram" and config.head in ("ns", "poincare"):
        longest = min(longest, config.noise_words)  # with half as many noise words, SimLex-999 loses .015
    return int(np.clip(REACH / (config.start_alpha * examples * heaviest), 1, longest))


def allocate(rows: int, size: int, dtype: str, *, pad: bool = False) -> np.ndarray:
    """A table of zeros [rows, size], its rows on cache lines; with `pad`, [rows, size rounded up to whole lines]."""
    itemsize = np.dtype(dtype).itemsize
    if pad:
        lane = CACHE_LINE // itemsize
        size = (size + lane - 1) // lane * lane
    raw = np.zeros(rows * size * itemsize + CACHE_LINE, dtype=np.uint8)
    skip = -raw.ctypes.data % CACHE_LINE
    return raw[skip : skip + rows * size * itemsize].view(dtype).reshape(rows, size)


def initialise(table: np.ndarray, vector_size: int, seed: int) -> None:
    """Fill the first `vector_size` columns uniformly from [-1/2, 1/2) / sqrt(D); padding stays zero.

    Vectors begin with a length of about 0.29 for any D. word2vec.c and gensim begin with vectors ten and five times
    shorter at D = 100, from which CBOW takes longer to get going (`experiments/LOG.md`).
    """
    generator = np.random.default_rng(seed)
    table[:, :vector_size] = (generator.random((len(table), vector_size)) - 0.5) / np.sqrt(vector_size)
