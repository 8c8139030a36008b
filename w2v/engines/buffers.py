"""Arrays that are used again and again."""

import math

import numpy as np


class Buffers:
    """Arrays by name, each as large as was ever asked for.

    A fresh one of megabytes costs a page fault for each 4 KB of it, and those more than what little is computed in it.
    """

    def __init__(self) -> None:
        self._arrays: dict[str, np.ndarray] = {}

    def get(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        """An array whose numbers are whatever they were; it is the one of the last call with this name, or a view."""
        size = math.prod(shape)
        have = self._arrays.get(name)
        if have is None or have.size < size or have.dtype != dtype:
            have = self._arrays[name] = np.empty(size, dtype)
        return have[:size].reshape(shape)
