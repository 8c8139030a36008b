"""The vector registers of the machine that numba compiles for: the shapes of tiles follow them."""


def _features() -> tuple[str, list[str], str | None]:
    """The processor and what it can do, in LLVM's names, and why that is not known, if so: numba has no public API."""
    try:
        from numba.core.registry import cpu_target

        _, name, features = cpu_target.target_context.codegen().magic_tuple()
        return name, features.split(","), None
    except Exception as error:  # another version of numba may have none of this, or have it mean something else
        return "unknown", [], f"{type(error).__name__}: {error}"


def _shapes(features: list[str]) -> tuple[int, int, tuple[int, int], bool]:
    """Bytes of a vector register, rows of a tile, lines and vectors of a list's sums, whether it multiplies bfloat16.

    Sums stay in registers. Those of a list are as wide as there is room for, since the list is followed once for each
    panel of so many vectors.
    """
    if "+avx512f" in features:
        return 64, 8, (3, 8), "+avx512bf16" in features  # 32 registers: 8 x 3 sums, 3 of b, 1 of a; 3 x 8 sums
    if "+avx" in features:
        return 32, 4, (2, 6), False  # 16 registers: 4 x 3 sums, 3 of b, 1 of a; 2 x 6 sums
    if "+neon" in features:
        return 16, 8, (3, 8), False  # 32 again
    return 16, 4, (2, 6), False  # SSE, 16


CPU, FEATURES, UNKNOWN = _features()
VECTOR, TILE_ROWS, (ADD_LINES, ADD_VECTORS), PAIRS = _shapes(FEATURES)


def described() -> dict[str, str]:
    """The same for people."""
    sets = {64: "AVX-512", 32: "AVX2" if "+avx2" in FEATURES else "AVX"}
    kind = sets.get(VECTOR, "NEON" if "+neon" in FEATURES else "SSE2")
    return {
        "instructions": f"{kind} ({CPU})" + (f"; not known: {UNKNOWN}" if UNKNOWN else ""),
        "tiles": f"{TILE_ROWS} rows of 3 vectors of {VECTOR} bytes",
    }
