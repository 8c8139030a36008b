"""What figures were measured on and with: the last columns of every table in `results/`."""

import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from w2v.base.settings import available_cores


@cache
def describe() -> dict[str, Any]:
    """Commit, processor, cores, and versions."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    cpu = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "commit": commit.stdout.strip(),
        "cpu": cpu[0] if cpu else platform.processor(),
        "cores": available_cores(),
        "python": platform.python_version(),
        **{name: _version(name) for name in ("numpy", "numba", "gensim")},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
