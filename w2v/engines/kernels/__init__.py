"""Numba kernels, one file a head. Beside them `chunk.py`, the machinery that they share.

A kernel file defines `output_rows(V)`, `prepare(config, counts)` (what the kernel looks up) and `train(...)` (one
block); where output rows are longer than D, also EXTRA_COLUMNS. Each kernel makes the same steps as the reference
engine does with the head of the same name; a test compares them in float64.
"""

from w2v.engines.kernels import chunk

__all__ = ["chunk"]
