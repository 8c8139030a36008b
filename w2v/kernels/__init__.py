"""Numba kernels, one file a head; beside them what they share. `block.py` is the driver, from top to bottom.

A kernel file defines `output_rows(V)`, `prepare(config, counts)` (what the kernel looks up, a named tuple), and
`train_block`, the driver compiled with its functions; where output rows are longer than D, also EXTRA_COLUMNS. Each
kernel makes the same steps as the reference engine does with the head of that name; a test compares them in float64.
"""
