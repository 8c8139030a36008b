"""What the GPU kernels of heads share, in Triton: random numbers, context windows, products, and rows of the tables.

The same choices, examples and steps as on the CPU (`kernels/`): with one chunk in flight the tables are the same up to
rounding. `TRITON_INTERPRET=1` runs all of it on the CPU, without a GPU, slowly.
"""

import os


def interpreted() -> bool:
    """Whether Triton runs its kernels on the CPU."""
    return os.environ.get("TRITON_INTERPRET") == "1"
