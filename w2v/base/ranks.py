"""Processes that train one model together, on one machine or on several: how each speaks to all.

Each makes the same calls in the same order. `AloneRanks` is one process by itself; `TorchRanks` are several.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np


class Ranks(Protocol):
    """Processes that train one model together, each of which makes the same calls in the same order."""

    @property
    def rank(self) -> int:
        """This process, from 0."""

    @property
    def size(self) -> int:
        """How many there are."""

    def gather(self, thing: Any) -> list[Any]:
        """What each gives (anything that json or bytes can hold), in the order of ranks; all get all."""

    def sum(self, array: np.ndarray) -> None:
        """Put the sum over all ranks in the place of each one's array (C-contiguous; float32/64, int32/64, uint8)."""

    def exchange(self, parts: Sequence[np.ndarray]) -> list[np.ndarray]:
        """parts[r] goes to rank r; returns what came from each. One-dimensional, one dtype, lengths may differ."""


class AloneRanks:
    """One process: every call gives what was given."""

    rank, size = 0, 1

    def gather(self, thing: Any) -> list[Any]:
        return [thing]

    def sum(self, array: np.ndarray) -> None:
        pass

    def exchange(self, parts: Sequence[np.ndarray]) -> list[np.ndarray]:
        return list(parts)


ALONE = AloneRanks()
