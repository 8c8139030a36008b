"""Tiles of products and loops over table rows, as `tiles_plain.py` defines them.

Where the compiler does not turn loops into vector instructions, they are written as LLVM code, in `tiles_llvm.py`. That
uses parts of numba which are not public. Where these are not as expected, the plain loops are compiled, and are slower
but do the same; where compilation is turned off (NUMBA_DISABLE_JIT=1) they are run as they are.
"""

import numba

from w2v.kernels.simd import registers, tiles_plain
from w2v.kernels.simd.tiles_plain import RUN, SLACK, TILE_VECTORS

__all__ = ["PAIRS", "RUN", "SLACK", "TILE_VECTORS", "WHY_PLAIN", "add_tile", "dot_tile", "label_run"]
__all__ += ["move_run", "multiply_tile", "prefetch_row", "set_row", "transpose_tile"]

tiles, _unexpected = tiles_plain, registers.UNKNOWN
if _unexpected is None and not numba.config.DISABLE_JIT:
    try:
        from w2v.kernels.simd import tiles_llvm as tiles
    except Exception as error:  # of whatever kind: what has moved or changed there is not known
        _unexpected = f"{type(error).__name__}: {error}"

WHY_PLAIN = _unexpected and (
    f"Training is slower than it could be: numba {numba.__version__} is not as expected ({_unexpected}). The result is "
    "the same. Another version of numba helps, or a newer one of w2v."
)
PAIRS = registers.PAIRS and tiles is not tiles_plain  # whether bfloat16 are multiplied in pairs
multiply_tile, transpose_tile, dot_tile, add_tile = (
    tiles.multiply_tile,
    tiles.transpose_tile,
    tiles.dot_tile,
    tiles.add_tile,
)
label_run, move_run, set_row, prefetch_row = tiles.label_run, tiles.move_run, tiles.set_row, tiles.prefetch_row
