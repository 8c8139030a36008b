"""Compiled functions that are called by name, not taken in.

Where one compiled function calls another, numba puts a copy of the other's code into the caller, which is optimised and
turned into machine code again, for each caller. That pays for a few instructions. A function that works on many rows is
better compiled once: the caller refers to it by its name, and the linker finds it, as between files in C. Two heads
then share most of what they are made of.

So code that was kept refers to other code that was kept. Before a caller is run, what it refers to is loaded, and has
to be what it was then: another process may have compiled it anew in between, with other names.
"""

from importlib import import_module
from typing import Any

import numba

Reference = tuple[str, str, str, tuple[Any, ...]]  # name for the linker, module, function, types of the arguments

_known: dict[str, Reference] = {}  # the functions of this process that can be referred to


def call_by_name(compiled: Any) -> None:
    """Have callers of a compiled function refer to it."""
    add_overload = compiled.add_overload

    def add(result: Any) -> None:
        add_overload(result)
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
        ValueError: it has another name now.
    """
    name, module, function, types = reference
    compiled = getattr(import_module(module), function)
    compiled.compile(types)
    if compiled.overloads[types].fndesc.mangled_name != name:
        raise ValueError("compiled anew since")
