"""What a figure was measured on, and with: processor, cores, memory, and versions."""

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from w2v.base.settings import available_cores


@cache
def processor() -> str:
    """The processor's name as the system has it, such as "AMD EPYC 9R14"."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def describe(*packages: str) -> dict[str, Any]:
    """Processor, cores, GiB of memory, system, and the versions of Python and of some packages, by name."""
    told: dict[str, Any] = {"cpu": processor(), "cores": available_cores()}
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        told["GiB of memory"] = round(int(meminfo.read_text(encoding="utf-8").split()[1]) / 2**20)
    told |= {"system": platform.system(), "Python": platform.python_version()}
    return told | {name: installed(name) for name in packages}


def installed(package: str) -> str:
    """The version of a package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
