"""Which text it is: a digest of ids, block by block, and of the words that they stand for.

    h        = mix(h + sum_i m_i (id_i + 1)) mod 2^64    for each thousand of ids in turn, from h = n;
               m_i odd numbers, drawn once and for all
    digest   = sha256 of the words, their counts, and h of each block

It tells a stream that was damaged on disk from one that is whole, and a text from all others, the same lines in another
order among them. Multilinear hashing (Carter & Wegman 1979, section 3) reads ids as fast as memory gives them, and
finds any single id that changed. It is proof against accidents, not against those who make two texts of one digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np

from w2v.base import randomness
from w2v.base.compiled import njit
from w2v.base.settings import available_cores
from w2v.base.threads import InterruptiblePool
from w2v.corpus.vocabulary import Vocabulary

_PIECE = 100  # blocks hashed at a time
_STRETCH = 1000  # ids that are summed up: of as many numbers as stay near at hand while much else is done
_SEED = 0x7732762D69647321  # of the odd numbers; another one makes other digests


class _Ids(Protocol):
    def __len__(self) -> int: ...
    def __getitem__(self, which: slice) -> np.ndarray: ...


def hash_all(ids: _Ids, block: int) -> np.ndarray:
    """The hash of each block of some ids, uint64 [n_blocks], on all cores.

    ids: int32 [N], an array or an `ArrayFile`, of which no more than a few megabytes are in memory at a time.
    block: ids per block.
    """
    step = _PIECE * block

    def hashed(first: int) -> np.ndarray:
        piece = ids[first : first + step].view()
        piece.flags.writeable = False  # numba compiles for each kind
        return _hash_blocks(piece, block, odd_numbers())

    with InterruptiblePool(available_cores()) as pool:
        hashes = list(pool.map(hashed, range(0, len(ids), step)))
    return np.concatenate(hashes) if hashes else np.empty(0, np.uint64)


def digest_of(vocab: Vocabulary, hashes: np.ndarray, numbers: Sequence[int] | np.ndarray) -> str:
    """The digest of some blocks of a text, in hex.

    vocab: the words that the ids stand for.
    hashes: uint64, of all blocks of the text.
    numbers: which of them, in order.
    """
    which = np.asarray(numbers, dtype="<i8")
    digest = hashlib.sha256(f"{len(vocab)} {len(which)}\n".encode())
    digest.update("\n".join(vocab.words).encode("utf-8", "surrogatepass"))
    for numbers in (vocab.counts.astype("<i8"), which, hashes[which].astype("<u8")):
        digest.update(np.ascontiguousarray(numbers).data)
    return digest.hexdigest()


@cache
def odd_numbers() -> np.ndarray:
    """m, uint64 [1000]."""
    return _draw(np.uint64(_SEED), _STRETCH)


@njit
def _draw(seed, size):
    numbers = np.empty(size, np.uint64)
    for place in range(size):
        numbers[place] = randomness.bits(seed, place) | np.uint64(1)
    return numbers


@njit(nogil=True)
def hash_block(ids, odd):
    """The hash of a block, int32 [n]; and the largest id + 1, where -1 is the least and -2 the largest.

    So one look at the largest tells whether all ids are in range.
    """
    hashed, largest = np.uint64(ids.size), np.uint32(0)
    for start in range(0, ids.size, odd.size):
        stretch = ids[start : start + odd.size]
        for place in range(stretch.size):
            id_ = np.uint32(np.uint32(stretch[place]) + np.uint32(1))
            hashed += odd[place] * np.uint64(id_)
            if id_ > largest:
                largest = id_
        hashed = randomness.mix(hashed)
    return hashed, largest


@njit(nogil=True)
def _hash_blocks(ids, block, odd):
    hashes = np.empty((ids.size + block - 1) // block, np.uint64)
    for number in range(hashes.size):
        hashes[number], _ = hash_block(ids[number * block : (number + 1) * block], odd)
    return hashes
