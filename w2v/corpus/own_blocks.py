"""Blocks that every rank has in full, of which each trains a share of its own."""

import numpy as np

from w2v.base.ranks import Ranks
from w2v.corpus.blocks import Blocks


class OwnBlocks:
    """All blocks of a text, of which `own` are a rank's: consecutive ones, as many on each rank as can be.

    blocks: the same on all ranks.
    """

    def __init__(self, blocks: Blocks, ranks: Ranks) -> None:
        self.whole = blocks
        self.vocab, self.tokens, self.n_blocks, self.digest = (
            blocks.vocab,
            blocks.tokens,
            blocks.n_blocks,
            blocks.digest,
        )
        self.own = range(self.n_blocks * ranks.rank // ranks.size, self.n_blocks * (ranks.rank + 1) // ranks.size)

    def block(self, i: int) -> np.ndarray:
        """Block `i` of the whole, one of this rank's own, as the engine takes it."""
        assert i in self.own, f"block {i} is another rank's"
        return self.whole.block(i)


def own_of(blocks: Blocks, ranks: Ranks) -> Blocks:
    """The blocks of a text as several ranks take them, where they are not a rank's own already."""
    return blocks if ranks.size == 1 or hasattr(blocks, "own") else OwnBlocks(blocks, ranks)
