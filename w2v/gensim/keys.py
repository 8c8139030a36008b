"""Words of any kind as lines of a vocabulary: what gensim takes as a word is anything hashable."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from w2v.errors import W2VError, shown

_HALF = re.compile("[\ud800-\udfff]").search
_NO_LINE = re.compile("[\n\r\ud800-\udfff]").search


def as_lines(keys: Sequence[Any]) -> tuple[list[str], dict[int, Any]]:
    """Distinct strings that can each stand in a line of UTF-8, and by their places the keys that are none themselves.

    A key that is no such string has one made up for it.
    """
    odd = {i: key for i, key in enumerate(keys) if not isinstance(key, str) or _NO_LINE(key)}
    if not odd:
        return [str(key) for key in keys] if any(type(key) is not str for key in keys) else list(keys), {}
    taken = {key for i, key in enumerate(keys) if i not in odd}
    words = list(keys)
    for i, key in odd.items():
        words[i] = next(name for name in _names(key) if name not in taken)
        taken.add(words[i])
    return [str(word) for word in words], odd


def _names(key: Any) -> Iterator[str]:
    """What a key may be called, the plainest first."""
    name = ascii(key) if _NO_LINE(str(key)) else str(key)
    yield name
    number = 2
    while True:
        yield f"{name} ({number})"
        number += 1


def as_json(odd: dict[int, Any]) -> dict[str, Any]:
    """Keys by their places, for JSON. Raises W2VError for one that JSON has no kind for."""
    plain = {i: key.item() if isinstance(key, np.generic) else key for i, key in odd.items()}
    for key in plain.values():
        if not (key is None or isinstance(key, str | int | float)) or (isinstance(key, str) and _HALF(key)):
            raise W2VError(
                f"The word {shown(key)} of type {type(key).__name__} cannot be saved: words of a saved model are "
                "strings or numbers, without halves of surrogate pairs. Train on [[str(word) for word in sentence] for "
                "sentence in corpus]."
            )
    return {str(i): key for i, key in plain.items()}
