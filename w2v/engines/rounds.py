"""How ranks share an epoch: its order, its rounds, and which rows are exchanged when. The same on every rank.

An epoch is cut into *rounds*, and each into *steps*. In a step a rank trains some of its own blocks, and at its end the
ranks put together what they have learned (`exchange.py`): of all rows at the end of a round, and in between of those
that are met often. A row is exchanged 2^k times in a round, at even distances, where that is the fewest with which it
the other ranks meet it no more than UPDATES times in between; but never more often than there are steps: what a rank
does itself it sees. Ji et al. (2016, section 3.3) exchange frequent rows more often, too.

Rounds are counted in blocks and never in seconds, and every rank makes the same number of them, however long its share.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FEWEST_ROWS = 256  # that are worth an exchange
UPDATES = 5.25  # of a row, by the other ranks, from one exchange to the next: 6 by 8 ranks together


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


def n_steps(pieces: np.ndarray, most: float, least: int = 1) -> int:
    """In how many steps a round is cut: a power of two, at most `most`.

    pieces: blocks of each rank; least: blocks of the longest in a step.
    """
    steps = 1
    while 2 * steps <= min(most, pieces.max() / least):
        steps *= 2
    return steps


def step_bounds(piece: int, steps: int) -> list[int]:
    """Where the steps of a rank's piece of a round begin and end."""
    return [piece * n // steps for n in range(steps + 1)]


def n_rows_met(met: np.ndarray, step: int, steps: int) -> int:
    """How many rows of a table are exchanged after step `step` of a round, from 1: the first in order of frequency.

    met: float64 [rows], descending: how often the other ranks meet each in the round.
    """
    times = steps // (step & -step)  # in a round, that what is exchanged now is exchanged
    if times == 1:
        return len(met)
    often = int(np.searchsorted(-met, -UPDATES * times / 2))
    return min(max(often, FEWEST_ROWS), len(met))


def n_busy_rows(met: np.ndarray, steps: int) -> int:
    """How many rows, the first, others meet more than UPDATES times in a step of a round; `met`: see `n_rows_met`."""
    return int(np.searchsorted(-met, -UPDATES * steps))
