"""What figures were measured on: the last columns of every table in `results/`; and what has to be installed."""

import platform
import subprocess
from functools import cache
from importlib.util import find_spec
from typing import Any

from w2v.base.machine import installed, processor
from w2v.base.settings import available_cores

# Of w2v, by what a study needs of them.
EXTRAS = {"gensim": "bench", "testfixtures": "bench", "fasttext": "bench", "openTSNE": "plots", "pytest": "test"}


def need(*libraries: str) -> None:
    """End a study in a sentence, before it does anything, where a library is not installed."""
    if missing := [library for library in libraries if find_spec(library) is None]:
        extras = ",".join(dict.fromkeys(EXTRAS[library] for library in missing))
        raise SystemExit(
            f"This study needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed: "
            f"pip install '.[{extras}]' in the project's folder."
        )


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
