"""The blocks of a text of which each rank has a share, numbered through: rank 0's come first."""

from __future__ import annotations

import hashlib
from functools import cached_property, partial

import numpy as np

from w2v.base.agreeing import agreed, gathered
from w2v.base.ranks import Ranks
from w2v.base.settings import held_out_share
from w2v.corpus import growth, passages
from w2v.corpus.blocks import BLOCK, FEW, HeldOut, IdBlocks
from w2v.errors import W2VError, counted


class SharedBlocks:
    """A rank's blocks among those of all: a `Blocks` that hands out its own.

    Numbers of blocks, of tokens and the digest are of the whole, and the same on all ranks.

    Args:
        mine: this rank's blocks; any number of them, none included.
        ranks: all of them, each of which makes one.

    own: numbers of this rank's blocks among all. n_each: of each rank, how many blocks it has. held: of what was held
    out, how much of the whole text it is; None: it is anything else.

    Raises:
        W2VError: the ranks' blocks are of different words.
    """

    def __init__(self, mine: IdBlocks, ranks: Ranks, held: HeldOut | None = None) -> None:
        self.mine, self.ranks, self.held = mine, ranks, held
        self.vocab = mine.vocab
        told = gathered(
            ranks, lambda: [mine.n_blocks, mine.tokens, mine.digest, growth.digest(mine.vocab), int(mine.lengths.sum())]
        )
        if len({each[3] for each in told}) > 1:
            raise W2VError("The ranks have different vocabularies. Clear the cache, w2v cache --clear, and run again.")
        self.n_each = [each[0] for each in told]
        self.tokens = sum(each[1] for each in told)
        self._digests = [each[2] for each in told]
        self._full = -(-sum(each[4] for each in told) // BLOCK)  # blocks that there would be if each was full
        first = sum(self.n_each[: ranks.rank])
        self.own = range(first, first + mine.n_blocks)

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}(rank {self.ranks.rank} of {self.ranks.size}, {counted(self.tokens, 'token')}, "
            f"{counted(len(self.vocab), 'word')})"
        )

    @property
    def n_blocks(self) -> int:
        return sum(self.n_each)

    @cached_property
    def digest(self) -> str:
        """Of the words and ids of all ranks, in their order; 64 hex digits. Other shares of a text have another one."""
        return hashlib.sha256("\n".join(self._digests).encode()).hexdigest()

    def block(self, i: int) -> np.ndarray:
        """int32 [up to BLOCK], read-only, block `i` of all, which is one of `own`. Raises W2VError as `IdBlocks`."""
        if not 0 <= i < self.n_blocks:
            raise IndexError(f"block {i} of {self.n_blocks}")
        assert i in self.own, f"block {i} is of another rank than {self.ranks.rank}, which has {self.own}"
        return self.mine.block(i - self.own.start)

    def split(self, share: float) -> tuple[SharedBlocks, SharedBlocks]:
        """What is left to train on, and what is held out: of the whole what `IdBlocks.split` would hold out of it, each
        rank having its share of both.

        Scores of what is held out are made of sums: over `held_out.mine` on each rank, and then over the ranks.

        share: of the text, above 0 and below 1/2. Raises W2VError as `IdBlocks.split`, on all ranks.
        """
        share = held_out_share(share, needed=True)
        every = round(min(1 / share, 1 << 62))
        if self._full < 3 or (self._full <= every // 2 and self._full < FEW):
            return self._split_passages(share)
        chosen = np.arange(every // 2, self.n_blocks, every)
        chosen = chosen if len(chosen) else np.array([self.n_blocks // 2])
        mine = chosen[(chosen >= self.own.start) & (chosen < self.own.stop)] - self.own.start
        rest, held_out = agreed(self.ranks, partial(self.mine.split_at, mine))
        held = HeldOut(len(chosen), self.n_blocks, f"blocks of {BLOCK:,} words")
        return SharedBlocks(rest, self.ranks), SharedBlocks(held_out, self.ranks, held)

    def _split_passages(self, share: float) -> tuple[SharedBlocks, SharedBlocks]:
        """Hold out passages: each rank tells how long its own are, and all choose among those of all."""
        ids, bounds, sizes, used = agreed(self.ranks, self.mine.in_passages)
        told = self.ranks.gather(sizes[used].astype("<i8").tobytes())
        lengths = [np.frombuffer(each, "<i8") for each in told]
        passages.expect_two(sum(map(len, lengths)))
        chosen = passages.at_equal_distances(np.concatenate(lengths), share)
        first = sum(map(len, lengths[: self.ranks.rank]))
        mine = chosen[(chosen >= first) & (chosen < first + len(used))] - first
        rest, held_out, words, whole = agreed(self.ranks, lambda: self.mine.without(ids, bounds, used[mine]))
        self.ranks.sum(words)
        nowhere_else = int(np.count_nonzero((words[0] == 0) & (words[1] > 0)))
        kind = passages.kind(all(self.ranks.gather(whole)))
        held = HeldOut(len(chosen), sum(map(len, lengths)), kind, nowhere_else)
        return SharedBlocks(rest, self.ranks), SharedBlocks(held_out, self.ranks, held)
