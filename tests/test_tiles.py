"""The tiles do what their definition in plain loops says, and the kernels can be run on that definition alone."""

import inspect
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba import njit

from w2v.engines.cpu import CpuEngine
from w2v.kernels.simd import registers, tiles_plain
from w2v.kernels.simd import tiles as simd

TESTS = Path(__file__).parent
TOLERANCE = {"float32": {"rtol": 1e-5, "atol": 1e-5}, "float64": {"rtol": 1e-13, "atol": 1e-13}}
compiles = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
dtypes = st.sampled_from(sorted(TOLERANCE))
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=20)


@cache
def both(name, *shape):
    """A tile and its plain twin, as they are called by compiled code, their shape written as numbers."""
    from w2v.kernels.simd import tiles_llvm

    taken = list(inspect.signature(getattr(tiles_plain, name)).parameters)
    given = ", ".join(taken[: len(taken) - len(shape)])
    call = f"lambda {given}: tile({', '.join([given, *map(str, shape)])})"
    return [njit(eval(call, {"tile": getattr(home, name)})) for home in (tiles_llvm, tiles_plain)]


SETS = {"+avx512f": (64, 32), "+avx": (32, 16), "+neon": (16, 32), "+sse2": (16, 16)}  # bytes, and how many there are


@pytest.mark.parametrize("features", SETS)
def test_the_sums_of_a_tile_stay_in_registers(features):
    vector, rows, (add_lines, add_vectors), pairs = registers._shapes([features])
    assert (vector, pairs) == (SETS[features][0], False)
    assert SETS[features][1] / 2 < rows * tiles_plain.TILE_VECTORS + tiles_plain.TILE_VECTORS + 1 <= SETS[features][1]
    assert SETS[features][1] / 2 < add_lines * add_vectors + 2 <= SETS[features][1]
    assert rows <= tiles_plain.SLACK


def lanes(dtype):
    return registers.VECTOR // np.dtype(dtype).itemsize


def numbers(generator, dtype, *shape):
    return generator.normal(size=shape).astype(dtype)


@compiles
@pytest.mark.parametrize("vectors", [1, tiles_plain.TILE_VECTORS], ids=str)
@pytest.mark.parametrize("transposed", [False, True], ids=["rows", "columns"])
@given(dtype=dtypes, n=st.integers(0, 9), offset=st.integers(0, 2), row=st.integers(0, 3), seed=seeds)
@few
def test_multiply_tile(vectors, transposed, dtype, n, offset, row, seed):
    """For a factor that lies by rows or by columns; what is around the tile stays as it was."""
    tile, plain = both("multiply_tile", vectors)
    generator, width = np.random.default_rng(seed), 6 * lanes(dtype)
    a = numbers(generator, dtype, 12, 20) if not transposed else numbers(generator, dtype, 20, 12).T
    b, found = numbers(generator, dtype, 9, width), numbers(generator, dtype, 12, width)
    expected = found.copy()
    tile(a, b, found, row, offset * lanes(dtype), n)
    plain(a, b, expected, row, offset * lanes(dtype), n)
    np.testing.assert_allclose(found, expected, **TOLERANCE[dtype])


@compiles
@given(dtype=dtypes, first=st.integers(0, 5), offset=st.integers(0, 7), seed=seeds)
@few
def test_transpose_tile(dtype, first, offset, seed):
    tile, plain = both("transpose_tile")
    generator, size = np.random.default_rng(seed), 2 * lanes(dtype) + 8
    rows, found = numbers(generator, dtype, size, size), numbers(generator, dtype, size, size)
    expected = found.copy()
    tile(rows, first, offset, found)
    plain(rows, first, offset, expected)
    np.testing.assert_array_equal(found, expected)


@compiles
@pytest.mark.parametrize("lines", [1, 2], ids=str)
@pytest.mark.parametrize("run", [2, tiles_plain.RUN], ids=str)
@given(dtype=dtypes, width=st.integers(1, 4), step=st.integers(0, 6), first=st.integers(0, 3), seed=seeds)
@few
def test_dot_tile(lines, run, dtype, width, step, first, seed):
    """Also where lines overlap: the second is written last."""
    tile, plain = both("dot_tile", lines, run)
    generator = np.random.default_rng(seed)
    rows, others = (numbers(generator, dtype, 7, width * lanes(dtype)) for _ in range(2))
    members, slots = generator.integers(0, 7, (2, 9), np.int32)
    found = np.full(20, np.nan, dtype)
    expected = found.copy()
    tile(rows, members, first, others, slots, first + 1, found, 3, step)
    plain(rows, members, first, others, slots, first + 1, expected, 3, step)
    np.testing.assert_allclose(found, expected, **TOLERANCE[dtype])


@compiles
@pytest.mark.parametrize("vectors", sorted({1, 2, registers.ADD_VECTORS}), ids=str)
@given(
    dtype=dtypes,
    lines=st.integers(0, registers.ADD_LINES + 2),
    terms=st.integers(0, 5),
    steps=st.sampled_from([(1, 7), (7, 1), (2, 3)]),
    offset=st.integers(0, 1),
    seed=seeds,
)
@few
def test_add_tile(vectors, dtype, lines, terms, steps, offset, seed):
    """Weights that are read by lines, by columns, or with gaps; never more than ADD_LINES lines."""
    tile, plain = both("add_tile", vectors)
    generator, width = np.random.default_rng(seed), (registers.ADD_VECTORS + 1) * lanes(dtype)
    found, rows, weights = (numbers(generator, dtype, *shape) for shape in ((9, width), (6, width), (50,)))
    expected = found.copy()
    targets, slots = generator.permutation(9).astype(np.int32), generator.integers(0, 6, 9, np.int32)
    where = (weights, 4, lines, steps[0], terms, steps[1], offset * lanes(dtype))
    tile(found, targets, 1, rows, slots, 2, *where)
    plain(expected, targets, 1, rows, slots, 2, *where)
    np.testing.assert_allclose(found, expected, **TOLERANCE[dtype])


@compiles
@pytest.mark.parametrize("terms", [1, 2, 3], ids=str)
@given(dtype=dtypes, width=st.integers(1, 4), seed=seeds)
@few
def test_set_row(terms, dtype, width, seed):
    """Of rows of several tables, that which is set among them."""
    tile, plain = both("set_row")
    generator = np.random.default_rng(seed)
    found, other = (numbers(generator, dtype, 5, width * lanes(dtype)) for _ in range(2))
    expected = found.copy()
    indices = tuple(generator.integers(0, 5, terms).tolist())
    weights = tuple(numbers(generator, dtype, terms))
    tile(found, 2, (found, other, found)[:terms], indices, weights)
    plain(expected, 2, (expected, other, expected)[:terms], indices, weights)
    np.testing.assert_allclose(found, expected, **TOLERANCE[dtype])


@compiles
@given(dtype=dtypes, n=st.integers(0, 20), place=st.integers(0, 5), start=st.integers(0, 5), seed=seeds)
@few
def test_label_run(dtype, n, place, start, seed):
    """A few places after the run may be written as well."""
    tile, plain = both("label_run")
    codes = np.random.default_rng(seed).integers(0, 2, 50, np.uint8)
    found, expected = np.full((2, 2, 50), 7, dtype)
    tile(*found, place, codes, start, n)
    plain(*expected, place, codes, start, n)
    np.testing.assert_array_equal(found[:, : place + n], expected[:, : place + n])


@compiles
@given(n=st.integers(0, 20), place=st.integers(0, 5), bounds=st.tuples(*[st.integers(0, 50)] * 2), seed=seeds)
@few
def test_move_run(n, place, bounds, seed):
    tile, plain = both("move_run")
    codes = np.random.default_rng(seed).integers(0, 50, 50, np.int32)
    found, expected = np.full((2, 50), 7, np.int32)
    tile(found, place, codes, 3, n, *sorted(bounds), 1000)
    plain(expected, place, codes, 3, n, *sorted(bounds), 1000)
    np.testing.assert_array_equal(found[: place + n], expected[: place + n])


@compiles
def test_prefetching_changes_nothing():
    rows = np.random.default_rng(1).normal(size=(4, 64))
    before = rows.copy()
    for tile in both("prefetch_row"):
        tile(rows, 2)
    np.testing.assert_array_equal(rows, before)


def test_the_compiled_tiles_are_those_in_use():
    """Unless nothing is compiled; and then nothing is said of it."""
    assert simd.WHY_PLAIN is None
    assert CpuEngine.slower_than_usual is None
    assert (simd.tiles is tiles_plain) == bool(numba.config.DISABLE_JIT)


@compiles
@pytest.mark.long  # half a minute
def test_the_proofs_hold_with_nothing_compiled():
    """As plain Python, without a warning: so a debugger, or a measure of coverage, sees into every loop."""
    files = [str(TESTS / f"test_{name}.py") for name in ("kernels", "randomness", "sampler", "encoders")]
    kernels = "multiply_is or transpose or dots_of or grids or logistic or own_factor"
    blocks = "(leave_the_reference and float64 and (ns or hs) and not poincare and not original and not False)"
    wanted = f"randomness or sampler or encoders or {kernels} or {blocks}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files, "-k", wanted]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout
    assert "skipped" not in again.stdout


TRAIN = """
import sys
import numba
import numpy as np
from numba.core.codegen import CPUCodegen
from w2v import Config
from w2v import Callback

class Notes(Callback):
    def on_note(self, sentence):
        print(sentence)

asked = CPUCodegen.magic_tuple
if sys.argv[1] == "another numba":
    del CPUCodegen.magic_tuple
from w2v import train
CPUCodegen.magic_tuple = asked  # numba's own cache needs it
text = [np.random.default_rng(i).choice(list("abcdefgh"), 9).tolist() for i in range(200)]
config = Config(min_count=1, epochs=1, workers=1, vector_size=20, sample=0, matmul_precision="highest")
np.save(sys.argv[2], train(text, config, callbacks=[Notes()]).tables["input"])
"""


def told_by(script, *arguments, cache="."):
    """What a Python script prints; compiled code is kept apart from that of this numba."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": os.path.join(os.environ["NUMBA_CACHE_DIR"], cache)}
    command = [sys.executable, "-W", "error", "-c", script, *map(str, arguments)]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@pytest.mark.long
@compiles
def test_where_numba_is_not_as_expected_plain_loops_train_to_the_same_result(tmp_path):
    usual, plain = tmp_path / "usual.npy", tmp_path / "plain.npy"
    assert "numba" not in told_by(TRAIN, "this numba", usual)
    assert told_by(TRAIN, "another numba", plain, cache="plain").count("is not as expected (AttributeError: ") == 1
    np.testing.assert_allclose(np.load(plain), np.load(usual), rtol=0, atol=1e-5)


def test_where_a_part_of_numba_has_moved_the_tiles_are_plain():
    script = """
import numba.extending
del numba.extending.intrinsic
import w2v.engines
from w2v.kernels.simd import tiles as simd
from w2v.kernels.simd import tiles_plain
print(simd.tiles is tiles_plain, simd.PAIRS, simd.WHY_PLAIN)
"""
    told = told_by(script)
    assert told.startswith("True False")
    assert ("cannot import name 'intrinsic'" in told) == (not numba.config.DISABLE_JIT)
