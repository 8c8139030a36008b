"""Compiled functions, and where they are kept so that only the first run has to compile.

    from w2v.base.compiled import njit, part    as numba's, with cache=True; part: see there

numba by itself checks only whether the file of a function has changed, not those of the functions that it calls or of
the constants that are frozen into it, and stops with an error where it may write neither beside the sources nor to a
home, or finds a damaged file. Here, the folder is named after the contents of all sources that compiled code can depend
on (`sources`), so that stale code is never run; what is damaged is compiled anew, and what cannot be written is not
kept. What is kept is run: so it lies only where nobody else can write (`private_folder.py`), which is NUMBA_CACHE_DIR
if that is given, else the user's cache folder, else, without a home (a read-only image, a service), a folder among the
temporary files, else nowhere, with a warning.

What keeps first runs short, where numba would take some ten seconds for each head:

- The long parts of a step are compiled once, by themselves, and called by name (`apart.py`), so that heads share them.
  numba's time grows faster than the length of a function, and what it takes in it optimises again. But each call
  copies all arrays of the tuples it is given: parts get what they need, and what needs whole tuples is inlined.
- What only compiled code calls has no wrapper for Python: with tuples of many arrays that is longer than the function.
- Arrays are allocated by numpy and passed in. Each of numba's own functions that allocate is several more to compile.
- A small function with one caller is marked inline="always": it is compiled as a part of that caller, and not twice.
- Python's garbage collector stops while numba compiles (`_NoCollection`).

numba replaces whole files, so that processes that start together do each other no harm.
"""

import gc
import hashlib
import os
import pickle
import re
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
import platformdirs
from numba.core import event
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.serialize import dumps

from w2v.base.apart import Named, call_by_name, references, resolve, without_wrapper
from w2v.base.private_folder import private_folder

PACKAGE = Path(__file__).parents[__name__.count(".") - 1]
COMPILERS = ("numba", __name__)  # a module that imports one of them may have compiled functions
# Examples in docstrings and words of comments are found as well, which does no harm: more is taken for imported.
_FROM = re.compile(rf"from +((?:{PACKAGE.name}|numba)\b[\w.]*) +import +(\([^)]*\)|[^\n]*)".encode())
_IMPORT = re.compile(rf"import +((?:{PACKAGE.name}|numba)\b[\w.]*)".encode())
_NAME = re.compile(rb"(\w+)(?: +as +\w+)?")


def njit(function: Callable[..., Any] | None = None, *, apart: bool = False, **options: Any) -> Any:
    """numba's `njit`, caching in `folder()`; with the same options, and with or without brackets.

    apart: compiled code calls it by name (`apart.py`). So it is never inlined, and has to be found in its module.

    Where compilation is turned off (NUMBA_DISABLE_JIT=1) the function stays plain Python, and whole numbers of 64 bits
    wrap round as silently as in compiled code.
    """
    if function is None:
        return lambda function: njit(function, apart=apart, **options)
    config: Any = numba.config
    if config.DISABLE_JIT:
        return np.errstate(over="ignore")(function)
    options = {"no_cfunc_wrapper": True} | ({"pipeline_class": Named} if apart else {}) | options  # nobody calls from C
    compiled: Any = numba.njit(**options)(function)
    if options.get("no_cpython_wrapper"):
        without_wrapper(compiled)
    if apart:
        call_by_name(compiled)
    if kept := folder():
        before, config.CACHE_DIR = config.CACHE_DIR, str(kept)
        try:
            with suppress(RuntimeError):  # numba found no place to write to, or another one
                kept_code = _Kept(function)
                if Path(kept_code.cache_path).parent == kept:
                    compiled._cache = kept_code
        finally:
            config.CACHE_DIR = before
    return compiled


def part(function: Callable[..., Any]) -> Any:
    """`njit` for a part of a step: compiled apart, called by compiled code, and only in tests by Python.

    It is compiled without numba's runtime (`_nrt=False`), as its callers are (`kernels/block.py`), so it must not
    allocate; and dividing by zero is no error.
    """
    return njit(function, apart=True, no_cpython_wrapper=True, error_model="numpy", _nrt=False)


class _NoCollection(event.Listener):
    """No garbage collection while numba compiles: it would go through all that the compiler holds, a fifth of the time.

    numba compiles one function at a time, but others while it does.
    """

    def __init__(self) -> None:
        self._depth, self._enabled = 0, False

    def on_start(self, event: Any) -> None:
        if self._depth == 0:
            self._enabled = gc.isenabled()
            gc.disable()
        self._depth += 1

    def on_end(self, event: Any) -> None:
        self._depth -= 1
        if self._depth == 0 and self._enabled:
            gc.enable()


event.register("numba:compile", _NoCollection())


class _Checked(CompileResultCacheImpl):
    """Compiled code as it is written to a file: with a checksum, for damaged code runs, too."""

    def reduce(self, cres: Any) -> tuple[bytes, bytes]:
        code = dumps((references(cres), super().reduce(cres)))
        return hashlib.sha256(code).digest(), code

    def rebuild(self, target_context: Any, payload: tuple[bytes, bytes]) -> Any:
        checksum, code = payload
        if checksum != hashlib.sha256(code).digest():
            raise ValueError("damaged")
        called, result = pickle.loads(code)
        for reference in called:
            resolve(reference)
        return super().rebuild(target_context, result)


class _Kept(FunctionCache):
    """numba's cache of a function, for which damaged files are none, and a full disk is no error."""

    _impl_class = _Checked

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # whatever a damaged file may raise; it would be in the way of the next one
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        try:
            super().save_overload(sig, data)
        except Exception as error:
            _warn(f"{folder()}: {getattr(error, 'strerror', None) or error}")


@cache
def folder() -> Path | None:
    """Where this version's compiled functions are kept; None, after a warning: nowhere."""
    digest = hashlib.sha256(f"numba {numba.__version__}, llvmlite {llvmlite.__version__}".encode())
    for name, source in sources(PACKAGE).items():
        digest.update(name.encode() + source)
    given = os.environ.get("NUMBA_CACHE_DIR")
    user = f"w2v-{os.getuid() if hasattr(os, 'getuid') else 'cache'}"
    usual = [Path(platformdirs.user_cache_dir("w2v", appauthor=False)), Path(tempfile.gettempdir()) / user]
    why = []
    for parent in [Path(given)] if given else usual:
        try:
            return private_folder(parent / f"kernels-{digest.hexdigest()[:16]}")
        except OSError as error:
            why.append(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror))
    _warn("; ".join(why))
    return None


def _warn(why: str) -> None:
    """Python shows the same sentence once, however many functions there are."""
    warnings.warn(
        f"Compiled code is not kept, so that each run takes some seconds to compile it again: {why}. "
        "Set NUMBA_CACHE_DIR to a folder to which you can write, and nobody else.",
        stacklevel=1,
    )


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
