"""What is trained on, in numbered blocks: the unit of work, of progress, of the learning rate and of randomness."""

from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from w2v.base.settings import held_out_share
from w2v.corpus import passages
from w2v.corpus.array_file import ArrayFile
from w2v.corpus.digest import digest_of, hash_all, hash_block, odd_numbers
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import W2VError, counted

BLOCK = 10_000  # ids per block
FEW = 1_000  # blocks of a text of which less than one can be held out, in a copy of it in memory


class HeldOut(NamedTuple):
    """Which part of a text was held out."""

    units: int
    of: int  # all there are
    kind: str  # what they are
    nowhere_else: int = 0  # different words that stand only there; of blocks they are not counted

    def __str__(self) -> str:
        return f"{self.units:,} of {self.of:,} {self.kind}"


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

    held: of what was held out from a text, how much of that it is; None: it is anything else.

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
        self.held: HeldOut | None = None

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
        """Two parts with nothing in common: what is left to train on, and about `share` of the text, held out.

        What is held out are blocks; of a text too short for that sentences, or where these are long passages of up to
        `passages.LONGEST` words, and then both parts are texts of their own, in memory. It lies at equal distances
        through the whole text, for a corpus often changes its subject midway, and is one of these units at least.

        Args:
            share: of the text, above 0 and below 1/2.

        Raises:
            W2VError: a share out of range, or a text with fewer than two sentences.
        """
        share = held_out_share(share, needed=True)
        every = round(min(1 / share, 1 << 62))
        chosen = np.arange(every // 2, self.n_blocks, every)
        if not len(chosen) and self.n_blocks >= FEW:
            chosen = np.array([self.n_blocks // 2])
        if not len(chosen) or self.n_blocks < 3:
            return self._split_passages(share)
        rest, held_out = self.split_at(chosen)
        held_out.held = HeldOut(len(chosen), self.n_blocks, f"blocks of {BLOCK:,} words")
        return rest, held_out

    def split_at(self, chosen: np.ndarray) -> tuple["IdBlocks", "IdBlocks"]:
        """Two parts: without some blocks, and these. chosen: their numbers, int64, ascending; there may be none."""
        return self._part(np.setdiff1d(np.arange(self.n_blocks), chosen)), self._part(chosen)

    @property
    def lengths(self) -> np.ndarray:
        """How many ids each block has, int64 [n_blocks]."""
        return np.minimum(BLOCK, len(self.ids) - self._numbers * BLOCK)

    def _part(self, which: np.ndarray) -> "IdBlocks":
        lengths = self.lengths
        tokens = round(self.tokens * int(lengths[which].sum()) / max(int(lengths.sum()), 1))
        return IdBlocks(self.ids, self.vocab, tokens, self._numbers[which], self._hashes)

    def _split_passages(self, share: float) -> tuple["IdBlocks", "IdBlocks"]:
        """Hold out passages, of those in which a word has a neighbour."""
        ids, bounds, sizes, used = self.in_passages()
        passages.expect_two(len(used))
        chosen = used[passages.at_equal_distances(sizes[used], share)]
        rest, held_out, words, whole = self.without(ids, bounds, chosen)
        nowhere_else = int(np.count_nonzero((words[0] == 0) & (words[1] > 0)))
        held_out.held = HeldOut(len(chosen), len(used), passages.kind(whole), nowhere_else)
        return rest, held_out

    def in_passages(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """All ids in memory, where their passages begin and end, how many words each has, and the numbers of those in
        which a word has a neighbour."""
        ids = self._in_one()
        bounds = passages.bounds_of(ids)
        sizes = passages.words_in(ids, bounds)
        return ids, bounds, sizes, np.flatnonzero(sizes >= 2)

    def without(
        self, ids: np.ndarray, bounds: np.ndarray, chosen: np.ndarray
    ) -> tuple["IdBlocks", "IdBlocks", np.ndarray, bool]:
        """Two texts: without some passages, and these; how often each word stands in them, int64 [2, V]; and whether
        all passages are whole sentences.

        ids, bounds: of `in_passages`. chosen: numbers of passages, int64, ascending; there may be none.
        """
        rest, held_out = passages.taken_out(ids, bounds, chosen)
        words = np.array([np.bincount(part[part >= 0], minlength=len(self.vocab)) for part in (rest, held_out)])
        tokens = round(self.tokens * int(words[1].sum()) / max(int(words.sum()), 1))
        parts = IdBlocks(rest, self.vocab, self.tokens - tokens), IdBlocks(held_out, self.vocab, tokens)
        return *parts, words, bool((ids[bounds[1:-1] - 1] == SENTENCE_END).all())

    def _in_one(self) -> np.ndarray:
        """The ids of all blocks; where two are no neighbours in the text, a sentence ends between them."""
        blocks: list[np.ndarray | list[int]] = []
        for i, number in enumerate(self._numbers):
            if i and number != self._numbers[i - 1] + 1 and blocks[-1][-1] != SENTENCE_END:
                blocks.append([SENTENCE_END])
            blocks.append(self.block(i))
        return np.concatenate([np.empty(0, np.int32), *blocks], dtype=np.int32)
