"""JSON that somebody else may have written: what is in it, or a sentence.

Python's own reader takes more than JSON, and stumbles over some of it: NaN and 1e999, the same key twice (the first is
lost), UTF-16, nesting that ends in a RecursionError, numbers of thousands of digits.
"""

from __future__ import annotations

import json
import math
import re
import sys
from typing import Any, NoReturn

from w2v.errors import W2VError

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]").search


def parse(data: bytes, where: str, *, infinite: bool = False) -> Any:
    """The value in some JSON of UTF-8.

    Args:
        data: the whole text.
        where: the file, for errors.
        infinite: NaN, Infinity and -Infinity are numbers, too, as Python writes them.

    Raises:
        W2VError: it is no JSON, or one of those that are above.
    """
    try:
        text = data.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_distinct,
            parse_constant=float if infinite else _refuse,
            parse_float=_finite,
        )
        if _SURROGATE(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except RecursionError as error:
        raise W2VError(f"{where} is damaged: it is nested too deeply.") from error
    except ValueError as error:  # JSONDecodeError and UnicodeError among them
        raise W2VError(f"{where} is damaged: {error}.") from error


def mapping(value: Any, where: str) -> dict[str, Any]:
    """The value, an object of JSON. Raises W2VError for anything else."""
    if not isinstance(value, dict):
        raise W2VError(f"{where} is damaged: expected an object of JSON, {{...}}, got {value!r:.60}.")
    return value


def is_number(value: Any, *, infinite: bool = False) -> bool:
    """Whether it is a finite number, or where `infinite` is set any, and not True or False."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= sys.float_info.max or (infinite and isinstance(value, float))


def is_count(value: Any, most: int = 2**63 - 1) -> bool:
    """Whether it is a whole number from 0 to `most`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r:.60} is there twice")
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name:.60} is no finite number")
