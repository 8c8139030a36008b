"""A watch on the memory that GPU kernels touch, in Triton's interpreter."""

from contextlib import contextmanager
from unittest import mock

import numpy as np
import torch
from triton.runtime import interpreter

POISON = {torch.int32: 2**30, torch.int64: 2**50, torch.float32: torch.nan, torch.float64: torch.nan}


def extent(tensor):
    """The first address of a tensor's elements, and the one behind the last."""
    size = 1 + sum((n - 1) * stride for n, stride in zip(tensor.shape, tensor.stride(), strict=True))
    return tensor.data_ptr(), tensor.data_ptr() + (size if tensor.numel() else 0) * tensor.element_size()


class Watch:
    """Where the elements of the launch's tensors are, and how often they were looked up.

    also: extents beside those of a launch's arguments.
    """

    def __init__(self):
        self.accesses, self.also, self._extents = 0, [], np.zeros((0, 2), np.int64)

    def launch(self, given):
        found = [extent(argument) for argument in given if isinstance(argument, torch.Tensor)] + self.also
        self._extents = np.array(sorted(set(found)), np.int64)

    def check(self, pointers, mask, what):
        at = np.broadcast_to(pointers.data, np.broadcast_shapes(np.shape(pointers.data), np.shape(mask)))
        at = at[np.broadcast_to(mask, at.shape)].astype(np.int64)
        size = pointers.get_element_ty().primitive_bitwidth // 8
        starts, ends = self._extents.T
        number = np.searchsorted(starts, at, "right") - 1
        outside = (number < 0) | (at + size > ends[number])
        if outside.any():
            raise AssertionError(f"{what} outside of all arrays, {outside.sum()} of {at.size} elements")
        self.accesses += at.size


@contextmanager
def watched():
    """Loads, stores and atomic operations must be within the tensors of their launch; else an InterpreterError.

    What a tensor was not given yet is poisoned: floats are NaN, and whole numbers beyond any array.
    """
    watch, builder, executor = Watch(), interpreter.InterpreterBuilder, interpreter.GridExecutor
    load, store, add, launch = (
        *(builder.create_masked_load, builder.create_masked_store, builder.create_atomic_rmw),
        executor.__call__,
    )
    empty, empty_like = torch.empty, torch.empty_like

    def launching(self, *args, **kwargs):
        watch.launch([*args, *kwargs.values()])
        return launch(self, *args, **kwargs)

    def loading(self, pointers, mask, *rest):
        watch.check(pointers, mask.data, "loads")
        return load(self, pointers, mask, *rest)

    def storing(self, pointers, value, mask, *rest):
        watch.check(pointers, mask.data, "stores")
        return store(self, pointers, value, mask, *rest)

    def adding(self, operation, pointers, value, mask, *rest):
        watch.check(pointers, mask.data, "adds")
        return add(self, operation, pointers, value, mask, *rest)

    def poisoned(make):
        return lambda *args, **kwargs: (made := make(*args, **kwargs)).fill_(POISON[made.dtype])

    with (
        mock.patch.multiple(builder, create_masked_load=loading, create_masked_store=storing, create_atomic_rmw=adding),
        mock.patch.object(executor, "__call__", launching),
        mock.patch.multiple(torch, empty=poisoned(empty), empty_like=poisoned(empty_like)),
    ):
        yield watch
