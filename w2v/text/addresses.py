"""Why a file cannot be read: what the system says, or behind an address the server, or the network."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import responses

_DOUBT = "Check the address, and the network"


def why_unreadable(error: BaseException, *, of_address: bool = False) -> str:
    """The reason in words, as the end of a sentence, without a full stop.

    of_address: whether it is behind an address. fsspec takes all failures for a file that is not there; what happened
    is in their causes.
    """
    if not of_address:
        return "no such file" if isinstance(error, FileNotFoundError) else _words(error)
    chain = list(_causes(error))
    for each in chain:
        status = getattr(each, "status", None)
        if isinstance(status, int):
            return f"the server answers {status} {responses.get(status, '')}. {_DOUBT}"
    for each in reversed(chain):
        if isinstance(each, OSError) and each.errno and not isinstance(each, FileNotFoundError):
            return f"{_words(each)}. {_DOUBT}"
    if all(isinstance(each, FileNotFoundError) for each in chain):
        return "no such file"
    return f"{_words(chain[-1]) or 'no answer in time'}. {_DOUBT}"


def _words(error: BaseException) -> str:
    name = "" if isinstance(error, OSError) else type(error).__name__
    return str(getattr(error, "strerror", None) or error or name)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what led to it, the first of all last."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
