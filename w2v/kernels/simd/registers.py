"""The vector registers of the machine that numba compiles for: the shapes of tiles follow them."""


def _features() -> tuple[list[str], str | None]:
    """What the processor can do, in LLVM's names, and why that is not known, if so: numba has no public API for it."""
    try:
        from numba.core.registry import cpu_target

        return cpu_target.target_context.codegen().magic_tuple()[2].split(","), None
    except Exception as error:  # another version of numba may have none of this, or have it mean something else
        return [], f"{type(error).__name__}: {error}"


def _shapes(features: list[str]) -> tuple[int, int, int, bool]:
    """Bytes of a vector register, rows of a tile, vectors of a list's sum, and whether it multiplies bfloat16."""
    if "+avx512f" in features:
        return 64, 8, 8, "+avx512bf16" in features  # 32 registers: 8 x 3 sums, 3 of b, 1 of a; 3 x 8 sums
    if "+avx" in features:
        return 32, 4, 3, False  # 16 registers: 4 x 3 sums, 3 of b, 1 of a; 3 x 3 sums
    return 16, 4, 3, False  # NEON has 32 of them; plain SSE 16


FEATURES, UNKNOWN = _features()
VECTOR, TILE_ROWS, ADD_VECTORS, PAIRS = _shapes(FEATURES)
