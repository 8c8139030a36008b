"""Vectors in fewer bytes: float16, or int8 with a scale for each word.

    float16     x' = the nearest float16                    |x' - x| <= 2^-11 |x|, and 2^-25 below 6.1e-5
    int8        s = max_j |x_j| / 127,  q_j = round(x_j / s),  x' = s q        |x' - x| <= s / 2

A scale for each word, and not one for the whole table: the longest vectors, of rare or of frequent words, would leave
the short ones a few steps only. Only files have these types; vectors that are loaded are float32 again, and
`experiments/quantization.py` tells what that costs in scores.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from w2v.errors import W2VError, shown

DTYPES = ("float32", "float16", "int8")
_LARGEST = 127  # int8 has -128 as well: without it x and -x are rounded alike
_PIECE = 1 << 16  # rows at a time: what is computed between takes little memory


class Quantized(NamedTuple):
    """A table in fewer bytes."""

    numbers: np.ndarray  # [V, D], float32, float16 or int8
    scales: np.ndarray | None = None  # float32 [V], by which the rows of int8 are multiplied


def quantized(vectors: np.ndarray, dtype: str) -> Quantized:
    """Vectors [V, D] as one of DTYPES; float32 is not copied.

    Raises W2VError for another type, and for a number that float16 has none for.
    """
    if not isinstance(dtype, str) or dtype not in DTYPES:
        raise W2VError(f"dtype is {shown(dtype)}; expected one of: {', '.join(DTYPES)}.")
    if dtype == "float32":
        return Quantized(np.asarray(vectors, dtype=np.float32))
    numbers = np.empty(vectors.shape, dtype)
    scales = np.zeros(len(vectors), np.float32)
    for start in range(0, len(vectors), _PIECE):
        rows = vectors[start : start + _PIECE]
        largest = np.abs(rows).max(axis=1, initial=0).astype(np.float32)
        if dtype == "float16":
            if (most := float(largest.max(initial=0))) >= _too_large():
                raise W2VError(
                    f"float16 ends at {np.finfo(np.float16).max:,.0f}, and these vectors have {most:,.6g} in them. "
                    f"Choose another dtype, 'int8' or 'float32', or scale them."
                )
            numbers[start : start + _PIECE] = rows
            continue
        scale = largest / _LARGEST
        with np.errstate(divide="ignore", invalid="ignore"):  # a vector of zeros, or next to it
            steps = np.rint(rows.astype(np.float64) / scale[:, None])
        steps[scale == 0] = 0
        numbers[start : start + _PIECE] = np.clip(steps, -_LARGEST, _LARGEST)
        scales[start : start + _PIECE] = scale
    return Quantized(numbers, scales if dtype == "int8" else None)


def restored(numbers: np.ndarray, scales: np.ndarray | None = None) -> np.ndarray:
    """The vectors that `quantized` made into these, as near as they are still known: float32 [V, D]."""
    if scales is None:
        return numbers.astype(np.float32, copy=False)
    return np.multiply(numbers, np.asarray(scales, dtype=np.float32)[:, None], dtype=np.float32)


def _too_large() -> float:
    """From where on float16 rounds to infinity."""
    return float(np.finfo(np.float16).max) + 16
