"""Other processes of ours: functions of this package that run beside this process.

They are started as commands, and not by `multiprocessing`, which would run the user's script again in each of them.
"""

import os
import sys
from pathlib import Path
from typing import Any

_PACKAGES = Path(__file__).parents[2]


def command(main: str, *arguments: str) -> list[str]:
    """The command that runs a function, given as "package.module:function"; it finds the arguments in sys.argv.

    -m, and -c by itself, look for modules in the current folder first, where there may be what others have put there.
    """
    module, function = main.split(":")
    begin = f"import sys; sys.path = [*filter(None, sys.path)]; from {module} import {function}; {function}()"
    return [sys.executable, "-c", begin, *arguments]


def surroundings() -> dict[str, Any]:
    """Keywords for `subprocess.Popen`: what is found here is found there, except by looking in the current folder.

    The process has a session of its own: a terminal's Ctrl-C is for this process, which ends that one.
    """
    places = [*filter(None, sys.path), str(_PACKAGES)]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, places))}
    return {"env": paths, "start_new_session": True}
