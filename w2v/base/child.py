"""Other processes of ours: functions of this package that run beside this process.

They are started as commands, and not by `multiprocessing`, which would run the user's script again in each of them.
"""

import os
import sys
from pathlib import Path

_PACKAGES = Path(__file__).parents[2]


def possible() -> bool:
    """Whether there is a Python to start: in a program that brings its own there may be none, or it is the program."""
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def command(main: str, *arguments: str) -> list[str]:
    """The command that runs a function, given as "package.module:function"; it finds the arguments in sys.argv.

    It finds modules where this process does, but not in the current folder, and only once it has begun: what the
    interpreter itself imports is its own (-I), whatever lies beside the user's script.
    """
    module, function = main.split(":")
    places = [place for place in sys.path if isinstance(place, str) and place]
    path = [*map(os.path.abspath, places), str(_PACKAGES)]
    begin = f"import sys; sys.path[:] = {path!r}; from {module} import {function}; {function}()"
    return [sys.executable, "-I", "-c", begin, *arguments]
