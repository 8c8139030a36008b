"""What is trained on, in numbered blocks: the unit of work, of progress, of the learning rate and of randomness."""

from functools import cached_property
from typing import Protocol

import numpy as np

from w2v.base.settings import held_out_share
from w2v.corpus.array_file import ArrayFile
from w2v.corpus.digest import digest_of, hash_all, hash_block, odd_numbers
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import W2VError, counted

BLOCK = 10_000  # ids per block


class Blocks(Protocol):
    """All that training needs of its data."""

    vocab: Vocabulary
    tokens: int  # how many words of the text they stand for, those that are not in the vocabulary included

    @property
    def n_blocks(self) -> int:
        """How many blocks there are."""

    @property
    def digest(self) -> str:
        """Which text it is, and which part of it, in hex: a run goes on only with what it began with."""

    def block(self, i: int) -> np.ndarray:
        """Block i, 0 <= i < n_blocks, as the engine takes it."""


class IdBlocks:
    """Some blocks of an id stream.

    Compiled code does not look where an id points to, so no block is handed out in which one is out of range.

    Args:
        ids: int32 [N], indices into `vocab.words`, and SENTENCE_END after every sentence; in memory, or in a file.
        vocab: the words.
        tokens: how many words of the text they stand for, those that are not in the vocabulary included.
        numbers: int64 [n_blocks], which blocks of `ids`; nothing: all.
        hashes: uint64, of all blocks of `ids` as they were checked; nothing: they may change.

    Raises:
        W2VError: the ids are no such array.
    """

    def __init__(
        self,
        ids: np.ndarray | ArrayFile,
        vocab: Vocabulary,
        tokens: int,
        numbers: np.ndarray | None = None,
        hashes: np.ndarray | None = None,
    ) -> None:
        if ids.dtype != np.int32 or ids.ndim != 1:
            raise W2VError(f"the ids are of type {ids.dtype} in {ids.ndim} dimensions; expected int32 [N].")
        self.ids = ids
        self.vocab = vocab
        self.tokens = tokens
        self._numbers = np.arange(-(-len(ids) // BLOCK)) if numbers is None else numbers
        self._hashes = hashes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({counted(self.tokens, 'token')}, {counted(len(self.vocab), 'word')})"

    @property
    def n_blocks(self) -> int:
        return len(self._numbers)

    @cached_property
    def digest(self) -> str:
        """Of the words, of the numbers of the blocks, and of all ids in their order; 64 hex digits."""
        hashes = hash_all(self.ids, BLOCK) if self._hashes is None else self._hashes
        return digest_of(self.vocab, hashes, self._numbers)

    def block(self, i: int) -> np.ndarray:
        """int32 [up to BLOCK], read-only, block `i`, 0 <= i < n_blocks. A sentence may run over its end.

        Raises:
            W2VError: an id is out of range, or the file was cut short or changed since it was opened.
        """
        if not 0 <= i < self.n_blocks:
            raise IndexError(f"block {i} of {self.n_blocks}")
        number = int(self._numbers[i])
        ids = self.ids[number * BLOCK : (number + 1) * BLOCK].view(np.ndarray)
        ids.flags.writeable = False
        found, largest = hash_block(ids, odd_numbers())
        if self._hashes is not None and found != self._hashes[number]:
            raise W2VError(f"{self._where} changed while it was read. Run again: it is built anew.")
        if largest > len(self.vocab):
            odd = next(id for id in ids.tolist() if not SENTENCE_END <= id < len(self.vocab))
            raise W2VError(
                f"there is an id {odd} in block {number} of {self._where}; expected {SENTENCE_END} to "
                f"{len(self.vocab) - 1}, for {len(self.vocab):,} words. They are damaged: make them anew."
            )
        return ids

    @property
    def _where(self) -> str:
        return str(self.ids.path) if isinstance(self.ids, ArrayFile) else "the ids"

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
                f"The text is too short to hold out {share:g} of it: it has {counted(self.n_blocks, 'block')} of "
                f"{BLOCK:,} words. "
                "Give a longer text" + (f", or hold out {2 / self.n_blocks:.2g} of it." if self.n_blocks > 4 else ".")
            )
        rest = np.setdiff1d(np.arange(self.n_blocks), held_out)
        return self._part(rest), self._part(held_out)

    def _part(self, which: np.ndarray) -> "IdBlocks":
        lengths = np.minimum(BLOCK, len(self.ids) - self._numbers * BLOCK)
        tokens = round(self.tokens * int(lengths[which].sum()) / int(lengths.sum()))
        return IdBlocks(self.ids, self.vocab, tokens, self._numbers[which], self._hashes)
