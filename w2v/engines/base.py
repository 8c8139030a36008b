"""What every engine is, and what all of them need."""

import math
from abc import ABC, abstractmethod
from collections.abc import Generator
from typing import NamedTuple

import numpy as np

from w2v.base.config import Config
from w2v.corpus.blocks import Blocks
from w2v.engines.frozen import NOTHING, Frozen
from w2v.errors import W2VError
from w2v.models.tables import Tables

CACHE_LINE = 64  # bytes
_AT_ONCE = 1 << 14  # rows whose first numbers are drawn at a time


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


Losses = Generator[Loss, None, None]


class Engine(ABC):
    """Trains the tables of an objective. It owns its schedule and its state:

    - `train_blocks` gets the blocks of a part of an epoch, their order and their learning rates. How they are trained
      (on threads, fetched ahead, on a device) is the engine's business.
    - `state` is all that training changes, as named arrays. With one thread, a new engine that has loaded the state
      after order[:k] and trains order[k:] ends with the same bits as one that trained all of `order`.

    Args:
        config: the settings.
        counts: int64 [V], occurrences of each word.
        keep: uint64 [V], subsampling thresholds (`encoders.keep_thresholds`).
        frozen: what it leaves as it is; given only to classes that say that they can, in `freezes`.
    """

    learns_from = "windows"  # what its blocks are: word ids, cut into windows there, or "cooccurrences"
    slower_than_usual: str | None = None  # why, in a sentence for the user
    compiled = False  # whether kernels train, and not torch
    freezes = False  # whether it can leave rows as they are (`Frozen`)
    on_cpu = True  # unless the settings name another device
    threads: int  # how many blocks it trains at the same time

    @staticmethod
    def settled(config: Config) -> Config:
        """The settings with what is used where engine or machine choose, so that another one can repeat the run."""
        return config.replace(matmul_precision="highest")

    @abstractmethod
    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray, *, frozen: Frozen = NOTHING) -> None: ...

    def order_of(self, blocks: Blocks, permutation: np.ndarray) -> np.ndarray:
        """In which order it takes the blocks of an epoch, which are all in this random one; int64 [n_blocks]."""
        return permutation

    @abstractmethod
    def train_blocks(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Losses:
        """Train some blocks of an epoch, and yield the loss of each, in the order given.

        Closing the iterator before its end, or an exception in it, interrupts the training: the work on other blocks
        ends at once, and the state is no longer valid. After a `pause` it ends early and the state is valid: what was
        yielded is what was trained.

        Args:
            blocks: of what the engine's `learns_from` says.
            epoch: from 0; with the number of a block and the seed it fixes every random choice in the block.
            order: int64 [n], numbers of blocks: all of the epoch, or where it is gone on with those that are left.
            rates: float64 [n], the learning rate of each.
        """

    @abstractmethod
    def pause(self, within: float = math.inf) -> None:
        """Have `train_blocks`, where it is going on, finish and yield the blocks that have begun, and begin no others.

        May be called from a signal's handler. within: seconds, after which it raises `threads.OverdueError` instead.
        """

    @abstractmethod
    def tables(self) -> Tables:
        """The tables as they stand, in numpy; on the CPU views, not copies."""

    def optimizer_state(self) -> dict[str, np.ndarray]:
        """What the optimizer keeps beside the tables, in the same form; plain gradient descent keeps nothing."""
        return {}

    def state(self) -> dict[str, np.ndarray]:
        """All that training changes: the tables and the optimizer's state."""
        return self.tables() | self.optimizer_state()

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        """Go on from what `state` returned, here or in another engine of the same settings.

        Raises:
            W2VError: an array is missing, unknown, or of another shape or dtype; then nothing is changed.
        """
        mine = self.state()
        check_state(mine, state)
        for name, array in mine.items():
            np.copyto(array, state[name])


def torch_device(config: Config) -> str:
    """Where torch trains: the device of the settings, or the CPU where they leave it open."""
    return "cpu" if config.device == "auto" else config.device


def check_state(mine: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> None:
    """Raise a W2VError unless a state has the same names, shapes and dtypes as `mine`."""
    if missing := [name for name in mine if name not in other]:
        raise W2VError(
            f"The state to go on from has no {', '.join(missing)}; it has {', '.join(other) or 'nothing'}. A saved "
            "model keeps its tables only, a checkpoint the optimizer's state too, unless it is of a version that did "
            "not: resume from a checkpoint (w2v.Checkpoint), or start anew."
        )
    if unknown := [name for name in other if name not in mine]:
        raise W2VError(f"The state to go on from has {', '.join(unknown)}, which is unknown here. Start anew.")
    for name, array in mine.items():
        if (array.shape, array.dtype) != (other[name].shape, other[name].dtype):
            raise W2VError(
                f"In the state to go on from, {name} is {other[name].dtype} {list(other[name].shape)}; expected "
                f"{array.dtype} {list(array.shape)}. Use the settings and the vocabulary that it was made with."
            )


def allocate(rows: int, size: int, dtype: str, *, pad: bool = False) -> np.ndarray:
    """A table of zeros [rows, size], its rows on cache lines; with `pad`, [rows, size rounded up to whole lines]."""
    itemsize = np.dtype(dtype).itemsize
    if pad:
        lane = CACHE_LINE // itemsize
        size = (size + lane - 1) // lane * lane
    raw = np.zeros(rows * size * itemsize + CACHE_LINE, dtype=np.uint8)
    skip = -raw.ctypes.data % CACHE_LINE
    return raw[skip : skip + rows * size * itemsize].view(dtype).reshape(rows, size)


def initialise(table: np.ndarray, vector_size: int, seed: int | list[int]) -> None:
    """Fill the first `vector_size` columns uniformly from [-1/2, 1/2) / sqrt(D); padding stays zero.

    Vectors begin with a length of about 0.29 for any D. word2vec.c and gensim begin with vectors ten and five times
    shorter at D = 100, from which CBOW takes longer to get going (`experiments/LOG.md`).
    """
    generator = np.random.default_rng(seed)
    for first in range(0, len(table), _AT_ONCE):  # random numbers are float64: of all at once twice the table
        rows = table[first : first + _AT_ONCE]
        rows[:, :vector_size] = (generator.random((len(rows), vector_size)) - 0.5) / np.sqrt(vector_size)
