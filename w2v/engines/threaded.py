"""The schedule of engines that train a block at a time on each of several threads."""

import math
import time
from abc import abstractmethod
from collections.abc import Iterator
from itertools import chain

import numpy as np

from w2v.base.threads import InterruptiblePool
from w2v.corpus.blocks import Blocks
from w2v.engines.base import Engine, Loss, Losses

TURNS = 16  # blocks, at most, that a thread trains before it returns their losses, for which threads have to wait
TURN_SECONDS = 0.05  # and no more than take so long: what has begun is waited for when a run is put aside


class ThreadedEngine(Engine):
    """An engine whose threads train different blocks on the same tables.

    interrupted: uint8 [1]; once it is not 0, blocks end early and the tables are no longer valid, until a state is
        loaded.
    """

    interrupted: np.ndarray
    _pool: InterruptiblePool | None = None  # while blocks are trained

    @abstractmethod
    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        """One pass of stochastic gradient descent over one block, at learning rate `alpha`; any thread may call it.

        Args:
            block: as `Blocks.block` returns it: int32 [n], word ids and sentence ends, or co-occurrences [n].
            epoch, index: the place of the block; with the seed they fix every random choice.
        """

    def train_blocks(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Losses:
        self.interrupted[0] = 0  # an engine that was broken off, and has loaded a state since, trains again
        block_seconds = [TURN_SECONDS]  # that the last block took

        def pieces() -> Iterator[slice]:
            """The order in pieces, one block each at first and towards the end."""
            first = 0
            while first < len(order):
                affordable = int(TURN_SECONDS / max(block_seconds[0], 1e-9))
                several = max(min(TURNS, affordable, (len(order) - first) // (TURNS * self.threads)), 1)
                yield slice(first, first + several)
                first += several

        def train_some(piece: slice) -> list[Loss]:
            began = time.perf_counter()
            indices, alphas = order[piece].tolist(), rates[piece].tolist()
            # All are read before any is trained: a step of training displaces whatever reading has in the caches.
            read = [blocks.block(index) for index in indices]
            turns = zip(read, indices, alphas, strict=True)
            losses = [self.train_block(block, epoch, index, alpha) for block, index, alpha in turns]
            block_seconds[0] = (time.perf_counter() - began) / len(losses)
            return losses

        with InterruptiblePool(self.threads, self.interrupted) as self._pool:
            yield from chain.from_iterable(self._pool.map(train_some, pieces()))

    def pause(self, within: float = math.inf) -> None:
        if self._pool:
            self._pool.pause(within)
