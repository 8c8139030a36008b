"""What a figure was measured on, and with: processor, cores, memory, and versions."""

import os
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
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


DRIVERS = "/dev/nvidiactl", "/dev/nvidia0", "/dev/dxg"  # the last is Windows' Subsystem for Linux


def why_no_gpu() -> str | None:
    """Why there is no Nvidia GPU that Triton can use, in a few words; None: there may be one.

    A look at what is installed, without loading it.
    """
    if not any(map(os.path.exists, DRIVERS)):
        return f"there is no driver of an Nvidia GPU (nothing at {', '.join(DRIVERS)})"
    if missing := [name for name in ("torch", "triton") if not find_spec(name)]:
        return f"{' and '.join(missing)} not installed: pip install 'w2v[gpu]'"
    return None


def has_gpu() -> bool:
    """Whether there may be one."""
    return why_no_gpu() is None
