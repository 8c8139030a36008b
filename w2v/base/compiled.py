"""Compiled functions, and where they are kept so that only the first run has to compile.

    from w2v.base.compiled import njit          as numba's, with cache=True

numba by itself checks only whether the file of a function has changed, not those of the functions that it calls or of
the constants that are frozen into it, and stops with an error where it may write neither beside the sources nor to a
home. Here, the folder is named after the contents of all sources that compiled code can depend on (`sources`), so that
stale code is never run; and where nothing else can be written to (a read-only image, a service without a home) it lies
among the temporary files. NUMBA_CACHE_DIR is respected.

A function with one caller is marked inline="always": then it is compiled as a part of that caller, and not twice. First
runs take a quarter less for it.

numba replaces whole files, so that processes that start together do each other no harm.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
import platformdirs

PACKAGE = Path(__file__).parents[__name__.count(".") - 1]
COMPILERS = ("numba", __name__)  # a module that imports one of them may have compiled functions
# Examples in docstrings and words of comments are found as well, which does no harm: more is taken for imported.
_FROM = re.compile(rf"from +((?:{PACKAGE.name}|numba)\b[\w.]*) +import +(\([^)]*\)|[^\n]*)".encode())
_IMPORT = re.compile(rf"import +((?:{PACKAGE.name}|numba)\b[\w.]*)".encode())
_NAME = re.compile(rb"(\w+)(?: +as +\w+)?")


def njit(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """numba's `njit`, caching in `folder()`; with the same options, and with or without brackets.

    Where compilation is turned off (NUMBA_DISABLE_JIT=1) the function stays plain Python, and whole numbers of 64 bits
    wrap round as silently as in compiled code.
    """
    if function is None:
        return lambda function: njit(function, **options)
    config: Any = numba.config
    if config.DISABLE_JIT:
        return np.errstate(over="ignore")(function)
    options = {"cache": True, "no_cfunc_wrapper": True} | options  # nobody calls from C
    before, config.CACHE_DIR = config.CACHE_DIR, str(folder())
    try:
        return numba.njit(**options)(function)
    finally:
        config.CACHE_DIR = before


@cache
def folder() -> Path:
    """Where this version's compiled functions are kept."""
    digest = hashlib.sha256(f"numba {numba.__version__}, llvmlite {llvmlite.__version__}".encode())
    for name, source in sources(PACKAGE).items():
        digest.update(name.encode() + source)
    given = os.environ.get("NUMBA_CACHE_DIR")
    parent = Path(given or platformdirs.user_cache_dir("w2v", appauthor=False))
    if not given and not _writable(parent):
        parent = Path(tempfile.gettempdir()) / f"w2v-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"
    return parent / f"kernels-{digest.hexdigest()[:16]}"


def sources(package: Path) -> dict[str, bytes]:
    """The modules of a package that compiled code can depend on, by name, and their contents.

    They are those that import numba, or `njit` from here, and all modules of the package that these import, and so on:
    compiled code has the constants of those frozen into it. Packages above an imported module are left out, unless a
    name is imported from them.
    """
    modules = {_name(path, package): path.read_bytes() for path in sorted(package.rglob("*.py"))}
    imports = {name: _imports(source) for name, source in modules.items()}
    waiting = [
        name
        for name, imported in imports.items()
        if any(other == compiler or other.startswith(f"{compiler}.") for other in imported for compiler in COMPILERS)
    ]
    found = set(waiting)
    while waiting:
        for imported in imports[waiting.pop()]:
            module = imported if imported in modules else imported.rpartition(".")[0]
            if module in modules and module not in found:
                found.add(module)
                waiting.append(module)
    return {name: modules[name] for name in sorted(found)}


def _imports(source: bytes) -> set[str]:
    """What a module imports from the package and from numba: names of modules, or of what is in them."""
    names = [b"%b.%b" % (module, name) for module, names in _FROM.findall(source) for name in _NAME.findall(names)]
    return {name.decode() for name in names + _IMPORT.findall(source)}


def _name(path: Path, package: Path) -> str:
    """The name by which the module of a file is imported."""
    return ".".join(path.relative_to(package.parent).with_suffix("").parts).removesuffix(".__init__")


def _writable(path: Path) -> bool:
    """Whether the folder, or the nearest one above it that exists, may be written to."""
    while not path.exists():
        path = path.parent
    return os.access(path, os.W_OK)
