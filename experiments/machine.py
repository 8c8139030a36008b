"""What figures were measured on and with: the last columns of every table in `results/`."""

import platform
import subprocess
from functools import cache
from typing import Any

from w2v.base.machine import installed, processor
from w2v.base.settings import available_cores


@cache
def describe() -> dict[str, Any]:
    """Commit, processor, cores, and versions."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "commit": commit.stdout.strip(),
        "cpu": processor(),
        "cores": available_cores(),
        "python": platform.python_version(),
        **{name: installed(name) for name in ("numpy", "numba", "gensim")},
    }


def maker() -> str:
    """Who made the processor, in a short word: intel, amd, or the kind of machine."""
    name = processor().lower()
    return next((maker for maker in ("intel", "amd") if maker in name), platform.machine().lower())
