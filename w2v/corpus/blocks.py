"""What is trained on, in numbered blocks: the unit of work, of progress, of the learning rate and of randomness."""

from typing import Protocol

import numpy as np

from w2v.base.settings import held_out_share
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError

BLOCK = 10_000  # ids per block


class Blocks(Protocol):
    """All that training needs of its data."""

    vocab: Vocabulary
    tokens: int  # how many words of the text they stand for, those that are not in the vocabulary included

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""

    def block(self, i: int) -> np.ndarray:
        """Block i, 0 <= i < n_blocks, as the engine takes it."""


class IdBlocks:
    """Some blocks of an id stream.

    Args:
        ids: int32 [N], indices into `vocab.words`, and SENTENCE_END after every sentence.
        vocab: the words.
        tokens: how many words of the text they stand for, those that are not in the vocabulary included.
        numbers: int64 [n_blocks], which blocks of `ids`; nothing: all.
    """

    def __init__(self, ids: np.ndarray, vocab: Vocabulary, tokens: int, numbers: np.ndarray | None = None) -> None:
        self.ids = ids
        self.vocab = vocab
        self.tokens = tokens
        self._numbers = np.arange(-(-len(ids) // BLOCK)) if numbers is None else numbers

    @property
    def n_blocks(self) -> int:
        return len(self._numbers)

    def block(self, i: int) -> np.ndarray:
        """int32 [up to BLOCK], a view of block `i`, 0 <= i < n_blocks. A sentence may run over its end."""
        if not 0 <= i < self.n_blocks:
            raise IndexError(f"block {i} of {self.n_blocks}")
        number = self._numbers[i]
        return self.ids[number * BLOCK : (number + 1) * BLOCK].view(np.ndarray)

    def split(self, share: float) -> tuple["IdBlocks", "IdBlocks"]:
        """Two parts without a block in common: what is left to train on, and about `share` of the blocks, held out.

        The held-out blocks lie at equal distances through the whole text: a corpus often changes its subject midway.

        Args:
            share: of the blocks, above 0 and below 1/2.

        Raises:
            W2VError: a share out of range, or one that holds out no block of a text this short.
        """
        share = held_out_share(share, needed=True)
        every = round(1 / share)
        held_out = np.arange(every // 2, self.n_blocks, every)
        if not len(held_out) or self.n_blocks < 3:
            raise W2VError(
                f"The text is too short to hold out {share:g} of it: it has {self.n_blocks} blocks of {BLOCK:,} words. "
                "Give a longer text" + (f", or hold out {2 / self.n_blocks:.2g} of it." if self.n_blocks > 4 else ".")
            )
        rest = np.setdiff1d(np.arange(self.n_blocks), held_out)
        return self._part(rest), self._part(held_out)

    def _part(self, which: np.ndarray) -> "IdBlocks":
        part = IdBlocks(self.ids, self.vocab, 0, self._numbers[which])
        length = sum(len(part.block(i)) for i in range(part.n_blocks))
        whole = sum(len(self.block(i)) for i in range(self.n_blocks))
        part.tokens = round(self.tokens * length / whole)
        return part
