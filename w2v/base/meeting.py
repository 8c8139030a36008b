"""How ranks that were started together find each other in a store of torch's, which may hold what earlier ones left.

torchrun's store outlives ranks that it starts anew: addresses of those that have failed are still in it. The number of
restarts does not tell them apart, for torchrun counts on each machine by itself, and only where ranks failed, not where
they were stopped since others did. So rank 0 calls by a name that is new each time, the others answer with a word of
their own, and those whose words rank 0 has heard begin together. An answer to the name shows that its rank lives now.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Protocol

from w2v.errors import W2VError

LOOK = 0.05  # seconds between two looks into the store
_CALL = "w2v-call"


class Store(Protocol):
    """What is used of a `torch.distributed.Store`."""

    def set(self, key: str, value: str, /) -> None: ...

    def get(self, key: str, /) -> bytes: ...

    def check(self, keys: list[str], /) -> bool: ...


def meet(
    store: Store,
    rank: int,
    size: int,
    seconds: float,
    *,
    restarted: bool = False,
    check: Callable[[], None] = lambda: None,
) -> tuple[str, bool]:
    """Wait until all ranks are there.

    Args:
        store: of all ranks.
        rank, size: which this is, and of how many.
        seconds: to wait for the others.
        restarted: whether this rank knows that it is not the first one of its number.
        check: called while it waits, and may raise.

    Returns:
        A name that is this meeting's alone, and whether there were ranks before these; the same for all.

    Raises:
        W2VError: ranks have not come in time; those are named.
    """
    until = time.monotonic() + seconds
    if rank == 0:
        return _called(store, size, seconds, until, restarted, check)
    word, answered = secrets.token_hex(8), ""
    while time.monotonic() < until:
        name = store.get(_CALL).decode() if store.check([_CALL]) else ""
        if name != answered:
            store.set(_answer(name, rank), json.dumps([word, restarted]))
            answered = name
        if name and store.check([_begin(name)]):
            words, anew = json.loads(store.get(_begin(name)))
            if words[rank - 1] == word:  # else it was for another one of this number
                return name, bool(anew)
        check()
        time.sleep(LOOK)
    raise W2VError(
        f"Rank {rank} of {size} has waited {seconds:g} s for rank 0 to begin. Look at what that says: it may wait for "
        "yet another one."
    )


def _called(
    store: Store, size: int, seconds: float, until: float, restarted: bool, check: Callable[[], None]
) -> tuple[str, bool]:
    """The same for rank 0."""
    restarted |= store.check([_CALL])
    name = secrets.token_hex(8)
    store.set(_CALL, name)
    answers = {rank: _answer(name, rank) for rank in range(1, size)}
    while not store.check([*answers.values()]):
        if time.monotonic() > until:
            missing = [str(rank) for rank, answer in answers.items() if not store.check([answer])]
            if missing:
                raise W2VError(
                    f"Of {size} ranks these have not come within {seconds:g} s: {', '.join(missing)}. Look at what "
                    "torchrun says on their machines, and whether all give it the same nnodes and nproc-per-node."
                )
        check()
        time.sleep(LOOK)
    told = [json.loads(store.get(answer)) for answer in answers.values()]
    anew = restarted or any(each for _, each in told)
    store.set(_begin(name), json.dumps([[word for word, _ in told], anew]))
    return name, anew


def _answer(name: str, rank: int) -> str:
    return f"w2v-{name}-{rank}"


def _begin(name: str) -> str:
    return f"w2v-{name}-begin"
