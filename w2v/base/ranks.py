"""Ranks: processes that train one model together, on one machine or several. torchrun starts them.

What ranks exchange are arrays, bytes and JSON: nothing is unpickled.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from w2v.errors import W2VError, shown

if TYPE_CHECKING:
    import numpy as np

PATIENCE = 300.0  # seconds without a sign of life from another rank, after which it is given up
PATIENCE_NAME = "W2V_RANK_TIMEOUT"  # in the environment, beside torchrun's
_NAMES = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")


class Ranks(Protocol):
    """Processes that train one model together, each of which makes the same calls in the same order."""

    rank: int  # this process, from 0
    size: int  # how many there are
    restarted: bool  # whether there were others before, which torchrun has started anew (its option max-restarts)

    def gather(self, thing: Any) -> list[Any]:
        """What each gives (bytes, or anything that JSON can hold), in the order of ranks; all get all."""

    def sum(self, array: np.ndarray) -> None:
        """Put the sum over all ranks in the place of each one's array; all get the same bits.

        array: C-contiguous, of float32, float64, int32, int64 or uint8; of the same shape everywhere.
        """

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
        """parts[r] goes to rank r; returns what came from each. One-dimensional, one dtype, lengths may differ.

        lengths: int [R, R], of what goes from rank s to rank r, where all know them; else they are asked for.
        """

    def begin(self) -> None:
        """Before a run: where the one before has failed, wait until all have heard of it, and forget it."""

    def tell(self, sentence: str) -> None:
        """Have the others end with this sentence, for this rank cannot go on: they hear it while they wait for it."""


class AloneRanks:
    """Rank 0 of 1: every call gives what was given."""

    rank, size = 0, 1

    def __init__(self, *, restarted: bool = False) -> None:
        self.restarted = restarted

    def gather(self, thing: Any) -> list[Any]:
        return [thing]

    def sum(self, array: np.ndarray) -> None:
        pass

    def exchange(self, parts: Sequence[np.ndarray], lengths: np.ndarray | None = None) -> list[np.ndarray]:
        return list(parts)

    def begin(self) -> None:
        pass

    def tell(self, sentence: str) -> None:
        pass


ALONE = AloneRanks()
_running = set[int]()  # the ids of those that are in a run


def ranks_here(environment: Mapping[str, str] = os.environ) -> Ranks:
    """The ranks that torchrun has started, or ALONE. They are those of whoever sets the same four names, as a script.

    Raises:
        W2VError: the environment has numbers that cannot be or not all that it takes, or there are ranks that cannot be
            reached.
    """
    if not {"RANK", "WORLD_SIZE"} & {*environment} or environment.get("WORLD_SIZE") == "1":
        anew = environment.get("TORCHELASTIC_RESTART_COUNT", "0") != "0"
        return AloneRanks(restarted=True) if anew and "RANK" in environment else ALONE
    if missing := [name for name in _NAMES if name not in environment]:
        given = [name for name in _NAMES if name in environment]
        raise W2VError(
            f"The environment has {', '.join(given)}, and lacks {', '.join(missing)}. Processes that train together "
            "need all of them, as torchrun sets them. For one process, have neither RANK nor WORLD_SIZE set (unset)."
        )
    rank, size = _count(environment, "RANK"), _count(environment, "WORLD_SIZE", 1)
    if rank >= size:
        raise W2VError(f"RANK is {rank}, and WORLD_SIZE {size}; expected a rank from 0 to {size - 1}.")
    _count(environment, "MASTER_PORT", 1, 65535)
    return _torch_ranks(_patience(environment))


def alone(what: str) -> None:
    """Raise a W2VError if there are several ranks: for what is made by one process."""
    size = os.environ.get("WORLD_SIZE", "1")
    if all(name in os.environ for name in _NAMES) and size not in ("0", "1"):
        raise W2VError(f"{what} is for one process, and torchrun has started {size}. Run it without torchrun.")


def number_here() -> int:
    """Which of the processes this is that torchrun has started on this machine, from 0."""
    given = os.environ.get("LOCAL_RANK", "0")
    return int(given) if given.isdecimal() else 0


@contextmanager
def told_to_all(ranks: Ranks) -> Iterator[None]:
    """A run of all ranks, which ends well on all of them, or on none: they hear if this one leaves it by an exception.

    Within another one of the same ranks it does nothing.
    """
    if ranks.size == 1 or id(ranks) in _running:
        yield
        return
    ranks.begin()
    _running.add(id(ranks))
    try:
        yield
        ranks.gather(None)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        ranks.tell("it was interrupted." if interrupted else str(error) or type(error).__name__)
        raise
    finally:
        _running.discard(id(ranks))


@cache
def _torch_ranks(patience: float) -> Ranks:
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "FATAL")  # our sentences say it, without the stack of C++ around them
    from w2v.base.torch_ranks import TorchRanks  # torch is imported only where there are several

    return TorchRanks(patience)


def _count(environment: Mapping[str, str], name: str, least: int = 0, most: float = math.inf) -> int:
    given = environment[name]
    if not given.isdecimal() or not least <= int(given) <= most:
        upto = f"to {most}" if most < math.inf else "on"
        raise W2VError(
            f"{name} is {shown(given)} in the environment; expected a number from {least} {upto}, as torchrun sets it."
        )
    return int(given)


def _patience(environment: Mapping[str, str]) -> float:
    given = environment.get(PATIENCE_NAME, str(PATIENCE))
    try:
        seconds = float(given)
    except ValueError:
        seconds = 0.0
    if not 1 <= seconds <= 1e6:
        raise W2VError(f"{PATIENCE_NAME} is {shown(given)}; expected seconds from 1 on, such as 300.")
    return seconds
