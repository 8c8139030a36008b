"""What the numba kernels of all heads share; begin with `chunk.py`, then `block.py`, the driver.

A head's kernel (`heads/NAME/kernel.py`) defines `prepare(config, counts)`, which returns what the kernel looks up as a
named tuple, and `train_block`, the driver compiled with its functions; where threads have replicas of output rows, also
COPIED_ROWS, the number of them. Each kernel makes the same steps as the reference engine does with that head; a test
compares them in float64.
"""
