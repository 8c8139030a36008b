"""What several ranks do at the same time, and all know to have succeeded or failed: an error of one is an error of all.

Without it a rank that fails would leave the others waiting for what it never sends. So whatever may fail stands in a
function, between two calls of `Ranks`, and after it all tell each other how it went.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from w2v.base.ranks import Ranks
from w2v.errors import W2VError

Result = TypeVar("Result")


def agreed(ranks: Ranks, function: Callable[[], Result]) -> Result:
    """What a function returns here, as soon as it has returned on all ranks.

    function: makes no calls of `ranks`, or, where it does, fails on all of them if it fails on one.

    Raises:
        W2VError: it failed on another rank; and on this one, with a W2VError. All ranks raise the same sentence, that
            of the first rank on which it failed, which is named unless all ranks say the same. What else an exception
            of this rank is, is raised as it is.
    """
    error: Exception | None = None
    try:
        result = function()
    except Exception as raised:  # an interrupt does not wait for the others: they hear that this rank has ended
        error = raised
    told = ranks.gather(None if error is None else _sentence(error))
    failed = [rank for rank, sentence in enumerate(told) if sentence is not None]
    if not failed:
        return result
    if error is not None and (not isinstance(error, W2VError) or ranks.size == 1):
        raise error
    first = failed[0]
    same = len(failed) == ranks.size and len(set(told)) == 1
    raise W2VError(told[first] if same else f"Rank {first} of {ranks.size}: {told[first]}") from error


def gathered(ranks: Ranks, function: Callable[[], Any]) -> list[Any]:
    """What a function returns on each rank: JSON, or bytes. function, and what is raised: as for `agreed`."""
    return ranks.gather(agreed(ranks, function))


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, W2VError) else f"it failed with {type(error).__name__}: {error}"
