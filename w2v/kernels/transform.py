"""Scores that are functions of inner products, such as distances: the function, and the chain rule back.

The `transform` of a head is a named tuple, or None where scores are products. In the file where the tuple is defined,
functions of the same names as here do the work; numba chooses them by its type while it compiles, and without a
compiler Python at each call.
"""

import sys
from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import overload


def _by_type(function: Callable[..., None]) -> Callable[..., None]:
    """Choose the function of this name by the type of the first argument; nothing is done for None."""
    name = function.__name__

    def version(kind: type | None) -> Callable[..., None]:
        own = function if kind is None else getattr(sys.modules[kind.__module__], name)
        return getattr(own, "py_func", own)  # of a compiled function what it is compiled from

    def call(transform: Any, *others: Any) -> None:
        version(None if transform is None else type(transform))(transform, *others)

    @overload(call, strict=False, jit_options={"forceinline": True})
    def choose(transform: Any, *others: Any) -> Callable[..., None]:
        return version(None if isinstance(transform, types.NoneType) else transform.instance_class)

    call.__name__, call.__doc__ = name, function.__doc__
    return call


@_by_type
def to_scores(transform, products, n, rows):
    """Replace inner products by the scores that they stand for.

    products: [n, N'], of n hidden vectors with all of N rows; or [n], with the listed `rows`, int32 [n].
    """


@_by_type
def to_products(transform, steps, n, rows):
    """The chain rule: steps by scores become steps by inner products."""
