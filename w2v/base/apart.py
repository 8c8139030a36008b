"""Compiled functions that are called by name, not taken in.

Where one compiled function calls another, numba puts a copy of the other's code into the caller, which is optimised and
turned into machine code again, for each caller. That pays for a few instructions. A function that works on many rows is
better compiled once: the caller refers to it by its name, and the linker finds it, as between files in C. Two heads
then share most of what they are made of.

So code that was kept refers to other code that was kept. Before a caller is run, what it refers to is loaded. numba's
names end in a number that counts what a process has compiled; here they are the same in all processes (`Named`), so
that one can go on from what another has compiled.
"""

import os
from contextlib import suppress
from importlib import import_module
from typing import Any

import numba
from numba.core.compiler import Compiler

Reference = tuple[str, str, str, tuple[Any, ...]]  # name for the linker, module, function, types of the arguments

_known: dict[str, Reference] = {}  # the functions of this process that can be referred to


class Named(Compiler):
    """numba's compiler, for functions whose names for the linker follow from their own name and their types alone."""

    def _compile_core(self) -> Any:
        with suppress(AttributeError):  # of another version of numba; then nothing is kept that refers to this
            identity = self.state.func_id
            identity.unique_id, identity.unique_name = 0, identity.func_qualname
        return super()._compile_core()


def call_by_name(compiled: Any) -> None:
    """Have callers of a compiled function refer to it."""
    add_overload = compiled.add_overload

    def add(result: Any) -> None:
        add_overload(result)
        with suppress(AttributeError):  # of another version of numba; then callers copy its code, as usual
            function, name, context = compiled.py_func, result.fndesc.mangled_name, result.target_context
            context.remove_user_function(result.entry_point)  # as it was entered, with a library for callers to copy
            context.insert_user_function(result.entry_point, result.fndesc)
            _known[name] = name, function.__module__, function.__qualname__, result.signature.args

    compiled.add_overload = add


def without_wrapper(compiled: Any) -> None:
    """Have calls from Python, as tests make them, go through a caller of their own: there is nothing else to call."""

    def enter(result: Any) -> None:
        compiled.overloads[tuple(result.signature.args)] = result

    compiled.add_overload = enter  # numba's own tells Python of an address, which would be 0
    caller = numba.njit(lambda *values: compiled(*values))
    compiled._compile_for_args = lambda *_, **__: caller  # what is to be called then


def references(result: Any) -> list[Reference]:
    """The functions that compiled code calls by name."""
    module = result.library._final_module
    return [_known[it.name] for it in module.functions if it.is_declaration and it.name in _known]


def resolve(reference: Reference) -> None:
    """Load what code that was kept refers to, or compile it.

    Raises:
        ValueError: it has another name, which would end the process: numba's names are made in another way by now.
    """
    name, module, function, types = reference
    compiled = getattr(import_module(module), function)
    compiled.compile(types)
    if compiled.overloads[types].fndesc.mangled_name != name:
        raise ValueError(f"{function} is not {name}")


def is_to_be_kept(compiled: Any) -> bool:
    """Whether compiled code would be kept in a file, for some types of arguments, and is not so far for any."""
    file = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    return file is not None and not os.path.exists(file._index_path)
