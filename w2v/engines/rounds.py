"""How ranks share an epoch: its order, its rounds, and which rows are exchanged when. The same on every rank.

An epoch is cut into *rounds*, and each into *steps*. In a step a rank trains some of its own blocks, and at its end the
ranks put together what they have learned (`exchange.py`): of all rows at the end of a round, and in between of those
that are met most. With 2^k steps in a round, step n of it exchanges the first rows / 2^(k - t) rows, the most frequent
ones, where 2^t is the largest power of two that divides n: half of the rows twice in a round, a quarter four times, and
so on (after pWord2Vec's, Ji et al. 2016, section 3.3). A round sends (k + 2) / 2 times the tables' bytes, no 2^k times.

Rounds are counted in blocks and never in seconds, and every rank makes the same number of them, however long its share.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

MOST_STEPS = 16  # of a round
FEWEST_ROWS = 256  # that are worth an exchange


class Rounds(NamedTuple):
    """The rounds of an epoch.

    pieces: int64 [rounds, R], how many blocks each rank trains in each.
    bounds: int64 [rounds + 1], where they begin in the epoch's order.
    """

    pieces: np.ndarray
    bounds: np.ndarray

    @classmethod
    def of(cls, shares: Sequence[range], every: int) -> "Rounds":
        """Rounds of at most `every` blocks of a rank, as equal as can be. shares: the blocks of each rank."""
        count = max(-(-max(map(len, shares)) // every), 1)
        ends = np.arange(count + 1)[:, None] * np.array([len(share) for share in shares]) // count
        pieces = np.diff(ends, axis=0)
        return cls(pieces, np.concatenate([[0], np.cumsum(pieces.sum(axis=1))]))

    def order(self, shares: Sequence[range], permutation: np.ndarray) -> np.ndarray:
        """The blocks of an epoch, round after round, and in each those of rank 0, of rank 1, and so on.

        Args:
            permutation: int64 [n_blocks], a random order of all blocks; each rank's own stay in it.
        """
        order = np.empty_like(permutation)
        starts = self.bounds[:-1].copy()
        for rank, share in enumerate(shares):
            own = permutation[(permutation >= share.start) & (permutation < share.stop)]
            places = [start + np.arange(piece) for start, piece in zip(starts, self.pieces[:, rank], strict=True)]
            order[np.concatenate(places)] = own
            starts += self.pieces[:, rank]
        return order


def n_steps(pieces: np.ndarray, least: int = 1) -> int:
    """In how many steps a round is cut: a power of two. pieces: of each rank; least: blocks of the longest there."""
    steps = 1
    while steps < MOST_STEPS and 2 * steps * least <= pieces.max():
        steps *= 2
    return steps


def step_bounds(piece: int, steps: int) -> list[int]:
    """Where the steps of a rank's piece of a round begin and end."""
    return [piece * n // steps for n in range(steps + 1)]


def n_rows_met(rows: int, step: int, steps: int) -> int:
    """How many rows of a table are exchanged after step `step` of a round, from 1: the first in order of frequency."""
    if step == steps:
        return rows
    share = rows * (step & -step) // steps
    return min(max(share, FEWEST_ROWS), rows)
