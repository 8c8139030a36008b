"""Rich's console for lines that hold words and names: these are shown harmless, while its bars steer the terminal."""

from typing import Any

import rich.console
from rich.text import Text

from w2v.base.terminal import harmless


class Console(rich.console.Console):
    """Also what others print, which comes through it while there is a bar."""

    def print(self, *objects: Any, **style: Any) -> None:
        super().print(*map(_harmless, objects), **style)


def _harmless(thing: Any) -> Any:
    if isinstance(thing, Text):
        thing.plain = harmless(thing.plain)
    return harmless(thing) if isinstance(thing, str) else thing
