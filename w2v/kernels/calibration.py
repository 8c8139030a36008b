"""What is faster on this machine is measured, not looked up: once for each processor and version of the code.

Many processors have instructions that multiply bfloat16 (`simd/factors.py`). On some they make two products in the time
of one; on others they are no faster than float32's, and the time to convert factors is lost. With them a step of
negative sampling is a sixth faster on a Zen 4, and a quarter slower on an Emerald Rapids, which has the same flag. So
what they are for is timed in both, by turns: matrices are made factors and multiplied, with as many operations for each
number that is converted as in a step of negative sampling. It takes some hundredths of a second, and compiles little.

What was found is kept beside the compiled code, with the figures, so that a run on the same machine is the same run
again; `w2v info --machine` shows it.
"""

import hashlib
import json
import platform
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from w2v.base import compiled
from w2v.base.atomic_file import write_text
from w2v.base.compiled import njit
from w2v.base.config import Config
from w2v.base.machine import processor
from w2v.errors import W2VError
from w2v.kernels.chunk import table
from w2v.kernels.simd.factors import as_factor, convert
from w2v.kernels.simd.registers import CPU, FEATURES, TILE_ROWS
from w2v.kernels.simd.tiles import PAIRS, multiply_tile

FLOAT32, BFLOAT16 = np.dtype(np.float32), np.dtype(np.uint32)  # a uint32 is a pair of bfloat16
SIZE = 48  # of square matrices: a row is as wide as a tile's three vectors
ROUNDS, PRODUCTS = 12, 300  # the least of so many rounds is the time of so many products
GAIN = 0.97  # bfloat16 has to take less than this share of float32's time to be worth its rounding


class Times(NamedTuple):
    """Microseconds that a product takes, from two matrices of float32, with factors of either type of number."""

    float32: float
    bfloat16: float

    @property
    def precision(self) -> str:
        """The `matmul_precision` that is faster."""
        return "bfloat16" if self.bfloat16 < GAIN * self.float32 else "highest"


def precision(config: Config) -> str:
    """What `config.matmul_precision` comes to here: "bfloat16", or "highest", also where there is no bfloat16."""
    if not PAIRS or config.dtype != "float32":
        return "highest"
    return measured().precision if config.matmul_precision == "medium" else config.matmul_precision


def number_type(config: Config) -> np.dtype:
    """In what products with shared rows are multiplied; uint32 stands for pairs of bfloat16."""
    return BFLOAT16 if precision(config) == "bfloat16" else np.dtype(config.dtype)


def in_words() -> str:
    """What `medium` means on this machine, and why."""
    if not PAIRS:
        return "float32: there are no instructions for bfloat16 that could be used"
    times = measured()
    name = "bfloat16" if times.precision == "bfloat16" else "float32"
    return (
        f"{name}, the faster one here: the same product takes {times.float32:.2f} us in float32, "
        f"{times.bfloat16:.2f} us in bfloat16"
    )


@cache
def measured() -> Times:
    """What was measured on this machine, now or by an earlier process; only where the processor has both."""
    kept = place()
    if kept and (earlier := _read(kept)):
        return earlier
    found = _measure()
    if kept:
        told = {"processor": processor(), "instructions": CPU, "microseconds": found._asdict()}
        with suppress(W2VError):  # it could not be written, and is measured again
            write_text(kept, json.dumps(told, indent=1) + "\n")
    return found


def place() -> Path | None:
    """Where this machine's figures are kept; a home may be that of several machines."""
    folder = compiled.folder()
    machine = json.dumps([processor(), platform.machine(), CPU, sorted(FEATURES)])
    return folder and folder / f"calibration-{hashlib.sha256(machine.encode()).hexdigest()[:16]}.json"


def _read(path: Path) -> Times | None:
    with suppress(OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        if not path.is_file():
            return None
        found: Any = json.loads(path.read_text(encoding="utf-8"))["microseconds"]
        times = Times(float(found["float32"]), float(found["bfloat16"]))
        if all(0 < time_of < np.inf for time_of in times):
            return times
    return None  # not there, or damaged


def _measure() -> Times:
    """By turns, and the least of all rounds: whatever else the machine does makes a round longer, never shorter."""
    matrix = table(SIZE, SIZE, np.empty(0, np.float32))
    matrix[:] = np.random.default_rng(0).random(matrix.shape, np.float32)
    product, least = np.empty_like(matrix), [np.inf, np.inf]
    factors = [as_factor(matrix, number) for number in (FLOAT32, BFLOAT16)]
    for factor in factors:
        _products(matrix, factor, product, 1)  # compiled, or loaded
    for turn in range(ROUNDS * len(factors)):
        which = turn % len(factors)
        began = time.perf_counter()
        _products(matrix, factors[which], product, PRODUCTS)
        least[which] = min(time.perf_counter() - began, least[which])
    return Times(*(round(seconds / PRODUCTS * 1e6, 3) for seconds in least))


@njit(error_model="numpy")
def _products(matrix, factor, product, n):
    """The product of a matrix with itself, n times."""
    for _ in range(n):
        convert(matrix, SIZE, factor)
        for row in range(0, SIZE, TILE_ROWS):
            multiply_tile(factor.left, factor.right, product, row, 0, SIZE, 3)
