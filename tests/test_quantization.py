"""Vectors in fewer bytes: how far off they are at most, and what cannot be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from w2v.errors import W2VError
from w2v.geometry import unit_rows
from w2v.vectors.quantization import DTYPES, quantized, restored


def tables(largest: float) -> st.SearchStrategy[np.ndarray]:
    shapes = hnp.array_shapes(min_dims=2, max_dims=2, max_side=6)
    finite = st.floats(-largest, largest, width=32, allow_nan=False)
    return hnp.arrays(np.float32, shapes, elements=finite)


@given(tables(65504.0))
def test_float16_is_off_by_half_of_its_last_digit(vectors):
    small = quantized(vectors, "float16")
    assert small.numbers.dtype == np.float16
    assert small.scales is None
    assert (np.abs(restored(*small) - vectors) <= np.maximum(np.abs(vectors) * 2.0**-11, 2.0**-25)).all()


@given(tables(2.0**127))
def test_int8_is_off_by_half_a_step_of_its_word_and_keeps_the_largest_number(vectors):
    small = quantized(vectors, "int8")
    assert small.numbers.dtype == np.int8
    assert small.numbers.nbytes + small.scales.nbytes == vectors.size + 4 * len(vectors)
    back = restored(*small).astype(np.float64)
    largest = np.abs(vectors).max(axis=1, keepdims=True).astype(np.float64)
    step = np.maximum(largest / 127, 2.0**-149)  # a scale is no finer than the smallest float32
    assert (np.abs(back - vectors) <= step * (0.5 + 127 * (step <= 2.0**-126)) + largest * 2.0**-23).all()
    np.testing.assert_array_equal(quantized(-vectors, "int8").numbers, -small.numbers)


@given(tables(1.0))
def test_what_was_rounded_once_is_not_changed_again(vectors):
    for dtype in DTYPES:
        once = restored(*quantized(vectors, dtype))
        np.testing.assert_allclose(restored(*quantized(once, dtype)), once, rtol=1e-6, atol=1e-44)


def test_each_word_has_its_own_scale():
    """With one for the table the short vector would be zeros."""
    vectors = np.random.default_rng(0).normal(size=(2, 100)).astype(np.float32) * np.array(
        [[1000], [0.001]], np.float32
    )
    back = restored(*quantized(vectors, "int8"))
    assert ((unit_rows(back) * unit_rows(vectors)).sum(axis=1) > 0.9999).all()


def test_float32_is_not_copied():
    vectors = np.ones((2, 3), np.float32)
    assert quantized(vectors, "float32").numbers is vectors


def test_more_rows_than_are_computed_at_a_time():
    vectors = np.random.default_rng(1).normal(size=(70_000, 2)).astype(np.float32)
    for dtype in ("float16", "int8"):
        small = quantized(vectors, dtype)
        tail = quantized(vectors[-10:], dtype)
        np.testing.assert_array_equal(small.numbers[-10:], tail.numbers)
        np.testing.assert_allclose(restored(*small), vectors, atol=0.02)


@pytest.mark.parametrize("dtype", ["float64", "int4", None, np.float16])
def test_another_type_is_told(dtype):
    with pytest.raises(W2VError, match="expected one of: float32, float16, int8"):
        quantized(np.ones((1, 1), np.float32), dtype)


@pytest.mark.parametrize("number", [65520.0, 1e30])
def test_what_float16_has_no_number_for_is_told(number):
    with pytest.raises(W2VError, match="float16 ends at 65,504"):
        quantized(np.array([[0.0, -number]], np.float32), "float16")
    assert quantized(np.array([[65519.0]], np.float32), "float16").numbers == 65504
