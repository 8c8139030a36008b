"""Sorted runs of counted pairs from rank to rank: each gets all that was counted of the pairs that are its own.

A pair's rank is drawn by the number that draws its block (`cooccurrence.py`): of R ranks and R n blocks rank r has the
pairs of blocks r n to r n + n - 1. So its blocks are a random sample of all pairs, as those of one process are. Had it
a range of the pairs in their order instead, one rank would have the most frequent words, and others none of them.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from w2v.base.agreeing import agreed
from w2v.base.ranks import Ranks
from w2v.corpus.mapped_file import mapped
from w2v.corpus.pair_sort import deal_runs, tally
from w2v.errors import W2VError

BYTES_PER_PAIR = 12  # a key and a sum


@contextmanager
def explained(home: Path) -> Iterator[None]:
    """Have a full disk be told in a sentence. home: the folder that is written to."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise W2VError(
            f"the disk of {home.parent} is full. Counting co-occurrences needs some 30 bytes for each pair of "
            "different words that stand near each other. Make room, raise min_count, or narrow the window."
        ) from error


class Runs(NamedTuple):
    """Pairs and sums, one sorted run after the other: run r is [bounds[r]:bounds[r + 1]]."""

    keys: np.ndarray  # uint64 [N]
    sums: np.ndarray  # float32 [N]
    bounds: np.ndarray  # int64 [runs + 1]

    @classmethod
    def in_files(cls, keys: Path, sums: Path, lengths: list[int]) -> Runs:
        """Those in two files, which lose their names. lengths: 0, and those of the runs."""
        bounds = np.cumsum(lengths)
        if not bounds[-1]:  # what is empty cannot be mapped
            return cls(np.empty(0, np.uint64), np.empty(0, np.float32), bounds)
        return cls(mapped(keys, np.uint64), mapped(sums, np.float32), bounds)


def exchanged(runs: Runs, ranks: Ranks, key: np.uint64, home: Path, memory: int) -> Runs:
    """What all ranks have counted of this rank's pairs, in runs on disk: piece after piece, and of each rank in order.

    runs: what this rank has counted. key: of the random stream that draws ranks and blocks. memory: bytes that pieces
    on their way may take together.

    Raises W2VError on all ranks where a disk is full.
    """
    most = max(memory // (4 * BYTES_PER_PAIR), 1)  # pairs of a piece: mapped, dealt, received and written
    bounds = pairwise(runs.bounds.tolist())
    pieces = [(place, min(place + most, stop)) for start, stop in bounds for place in range(start, stop, most)]
    rounds = max(ranks.gather(len(pieces)))
    pieces += [(0, 0)] * (rounds - len(pieces))
    names, lengths = (home / "own-keys", home / "own-sums"), [0]

    def dealt(start: int, stop: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
        return _dealt(runs.keys[start:stop], runs.sums[start:stop], key, ranks.size)

    def write(keys: list[np.ndarray], sums: list[np.ndarray]) -> None:
        with explained(home), open(names[0], "ab") as key_file, open(names[1], "ab") as sum_file:
            for some, of_some in zip(keys, sums, strict=True):
                if len(some):
                    key_file.write(some.data)
                    sum_file.write(of_some.data)
                    lengths.append(len(some))

    def read() -> Runs:
        with explained(home):
            return Runs.in_files(*names, lengths)

    for start, stop in pieces:
        keys, sums = map(ranks.exchange, agreed(ranks, partial(dealt, start, stop)))
        agreed(ranks, partial(write, keys, sums))
    return agreed(ranks, read)


def _dealt(keys: np.ndarray, sums: np.ndarray, key: np.uint64, parts: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Keys and sums for each rank, in their order."""
    ends = tally(keys, key, parts).cumsum()
    dealt_keys, dealt_sums = np.empty_like(keys), np.empty_like(sums)
    deal_runs(keys, sums, key, np.append(0, ends[:-1]), dealt_keys, dealt_sums)
    return np.split(dealt_keys, ends[:-1]), np.split(dealt_sums, ends[:-1])
