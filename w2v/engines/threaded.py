"""The schedule of engines that train a block at a time on each of several threads."""

from abc import abstractmethod
from itertools import chain

import numpy as np

from w2v.base.threads import InterruptiblePool
from w2v.corpus.blocks import Blocks
from w2v.engines.base import Engine, Loss, Losses

TURNS = 8  # blocks, at most, that a thread trains before it returns their losses, for which threads have to wait


class ThreadedEngine(Engine):
    """An engine whose threads train different blocks on the same tables.

    interrupted: uint8 [1]; once it is not 0, blocks end early and the tables are no longer valid, until a state is
        loaded.
    """

    interrupted: np.ndarray

    @abstractmethod
    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        """One pass of stochastic gradient descent over one block, at learning rate `alpha`; any thread may call it.

        Args:
            block: as `Blocks.block` returns it: int32 [n], word ids and sentence ends, or co-occurrences [n].
            epoch, index: the place of the block; with the seed they fix every random choice.
        """

    def train_blocks(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Losses:
        self.interrupted[0] = 0  # an engine that was broken off, and has loaded a state since, trains again
        several = min(TURNS, len(order) // (TURNS * self.threads) + 1)

        def train_some(first: int) -> list[Loss]:
            turns = zip(order[first : first + several].tolist(), rates[first : first + several].tolist(), strict=True)
            return [self.train_block(blocks.block(index), epoch, index, alpha) for index, alpha in turns]

        with InterruptiblePool(self.threads, self.interrupted) as pool:
            yield from chain.from_iterable(pool.map(train_some, range(0, len(order), several)))
