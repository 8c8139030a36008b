"""Compiled functions, and where they are kept so that only the first run has to compile.

    from w2v.compiled import njit          as numba's, with cache=True

numba by itself asks only whether the file of a function has changed, not those of the functions that it calls, and
stops with an error where it may write neither beside the sources nor to a home. Here, the folder is named after the
contents of all files with compiled functions, so that stale code is never run; and where nothing else can be written
to (a read-only image, a service without a home) it lies among the temporary files. NUMBA_CACHE_DIR is respected.

A function with one caller is marked inline="always": then it is compiled as a part of that caller, and not twice. First
runs take a quarter less for it.

numba replaces whole files, so that processes that start together do each other no harm.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
import platformdirs

SOURCES = (
    "compiled.py",
    "randomness.py",
    "huffman.py",
    "sampler.py",
    "encoders.py",
    "input_rows.py",
    "vocab.py",
    "text/scan.py",
    "runs.py",
    "engines/kernels/*.py",
    "hyperbolic/ranking.py",
    "hyperbolic/negatives.py",
    "hyperbolic/kernels.py",
)


def njit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """numba's `njit`, caching in `folder()`; with the same options, and with or without brackets."""
    if function is None:
        return lambda function: njit(function, **options)
    options = {"cache": True, "no_cfunc_wrapper": True} | options  # nobody calls from C
    config: Any = numba.config
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder())
    try:
        return numba.njit(**options)(function)
    finally:
        config.CACHE_DIR = before


@cache
def folder() -> Path:
    """Where this version's compiled functions are kept."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(Path(__file__).parent.glob(pattern)):
            digest.update(path.read_bytes())
    given = os.environ.get("NUMBA_CACHE_DIR")
    parent = Path(given or platformdirs.user_cache_dir("w2v", appauthor=False))
    if not given and not _writable(parent):
        parent = Path(tempfile.gettempdir()) / f"w2v-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"
    return parent / f"kernels-{digest.hexdigest()[:16]}"


def _writable(path: Path) -> bool:
    """Whether the folder, or the nearest one above it that exists, may be written to."""
    while not path.exists():
        path = path.parent
    return os.access(path, os.W_OK)
