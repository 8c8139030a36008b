"""Classes by name: how a head of somebody's own is saved and found again."""

import re
import sys
from typing import Any

from w2v.errors import W2VError


def class_name(head: type) -> str:
    """The name by which a head's class is saved and found again, "module:Class"; of a class in w2v/heads, its folder's.

    Raises:
        W2VError: another class is found by that name or none, as for one that is defined within a function.
    """
    found: Any = sys.modules.get(head.__module__)
    for part in head.__qualname__.split("."):
        found = getattr(found, part, None)
    if found is not head:
        raise W2VError(
            f"The head {head.__qualname__} of {head.__module__} cannot be found by its name again, as a class within a "
            "function cannot. Define it at the top level of a file, under its name, and import it anew if it changed."
        )
    inside = re.fullmatch(r"w2v\.heads\.(\w+)\.reference", head.__module__)
    return inside[1] if inside else f"{head.__module__}:{head.__qualname__}"
