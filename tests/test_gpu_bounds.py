"""GPU kernels touch nothing outside of their arrays, and nothing before it was set: all heads, in the interpreter."""

import mmap

import numpy as np
import pytest
import torch
import triton
import triton.language as tl
from gpu_bounds import watched
from gpu_runs import COUNTS, KEEP, SMALL, Short, one_at_a_time
from triton.runtime.errors import InterpreterError

from w2v.engines import gpu
from w2v.engines.gpu import GpuEngine
from w2v.heads.hs import gpu as hs
from w2v.heads.ns import gpu as ns
from w2v.heads.softmax import gpu as softmax
from w2v.kernels.gpu.chunk import add_rows, fetch_rows

pytestmark = pytest.mark.skipif(not gpu.interpreted(), reason="Triton's interpreter is watched, and there is a GPU")


@triton.jit
def _reach_too_far(table, N: tl.constexpr):
    i = tl.arange(0, N)
    tl.store(table + i, tl.load(table + i + 1, mask=i < N - 2))


@triton.jit
def _reach_before(table, N: tl.constexpr):
    tl.atomic_add(table - 1 + tl.arange(0, N), 1.0)


def test_the_watch_sees_one_element_outside():
    numbers = torch.arange(17.0)
    with watched() as watch:
        _reach_too_far[(1,)](numbers[:16], N=16)
        assert watch.accesses == 14 + 16
        with pytest.raises(InterpreterError, match="stores outside of all arrays, 1 of 16 elements"):
            _reach_too_far[(1,)](numbers[:15], N=16)
        with pytest.raises(InterpreterError, match="adds outside of all arrays, 1 of 8 elements"):
            _reach_before[(1,)](numbers[1:17], N=8)
        assert torch.empty(2).isnan().all()
        assert torch.empty_like(torch.zeros(2, dtype=torch.int32)).tolist() == [2**30] * 2
    assert numbers[-1] == 16


def check_bounds(settings, programs=1):
    """Train two blocks and an empty one under watch; numbers stay finite, and what pads rows stays zero."""
    config = SMALL.replace(**settings)
    with watched() as watch:
        engine = one_at_a_time(config) if programs == 1 else GpuEngine(config, COUNTS, KEEP)
        engine.programs = programs
        order, rates = np.array([1, 2, 0]), np.full(3, 0.05)
        assert sum(loss.examples for loss in engine.train_blocks(Short(), 0, order, rates)) > 30
    assert watch.accesses > 10_000
    for table, width in ((engine.input, config.vector_size), (engine.output, engine.columns)):
        assert table.isfinite().all()
        assert not table[:, width:].any()


@pytest.mark.parametrize(
    "settings",
    [
        {"arch": "skipgram", "chunk": 1, "window": 1, "shared_negatives": 1},
        {"arch": "skipgram", "chunk": 33, "window": 32, "vector_size": 130},
        {"arch": "cbow", "chunk": 64, "window": 9, "vector_size": 17},
        {"arch": "cbow", "chunk": 7, "cbow_update": "original", "shared_negatives": 16, "matmul_precision": "bfloat16"},
    ],
    ids=str,
)
def test_negative_sampling(settings, monkeypatch):
    monkeypatch.setattr(ns, "FEWEST", 16)  # what a GPU reported a fault with
    check_bounds(settings, programs=2)


@pytest.mark.parametrize(
    ("shared", "settings"),
    [
        (1, {"arch": "skipgram", "chunk": 1, "window": 1}),
        (17, {"arch": "skipgram", "chunk": 33, "window": 32, "vector_size": 130}),
        (5, {"arch": "cbow", "chunk": 64, "window": 9, "vector_size": 130}),
        (64, {"arch": "cbow", "chunk": 7, "cbow_update": "original", "matmul_precision": "bfloat16"}),
    ],
    ids=str,
)
def test_hierarchical_softmax(shared, settings, monkeypatch):
    monkeypatch.setattr(hs, "SHARED_NODES", shared)
    check_bounds({"head": "hs"} | settings, programs=2)


@pytest.mark.parametrize(
    ("scores", "settings"),
    [
        (4 * 5, {"arch": "skipgram", "chunk": 1, "window": 1}),
        (2**28, {"arch": "skipgram", "chunk": 33, "window": 32, "vector_size": 130}),
        (4 * 64 * 39, {"arch": "cbow", "chunk": 64, "window": 9, "vector_size": 17}),
    ],
    ids=str,
)
def test_full_softmax(scores, settings, monkeypatch):
    monkeypatch.setattr(softmax, "SCORES", scores)
    check_bounds({"head": "softmax"} | settings)


@triton.jit
def _double(table, stride, rows, n, WIDE: tl.constexpr):
    at, column = tl.arange(0, 4), tl.arange(0, WIDE)
    row = tl.load(rows + at, mask=at < n, other=0)
    add_rows(table, stride, row, at < n, column, fetch_rows(table, stride, row, at < n, column))


def test_rows_beyond_2_to_the_31_numbers_are_found():
    """A table whose rows are 4 GiB apart, of which the system has given no page that was not touched."""
    stride, rows = 2**30 + 16, [0, 2, 4]
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0x4000)
    space = mmap.mmap(-1, 4 * (4 * stride + 16), flags=flags)
    whole = np.frombuffer(space, np.float32)
    for row in rows:
        whole[row * stride : row * stride + 16] = row + 1
    first = torch.from_numpy(whole[:16])
    with watched() as watch:
        watch.also = [(first.data_ptr(), first.data_ptr() + whole.nbytes)]
        _double[(1,)](first, stride, torch.tensor(rows, dtype=torch.int32), 3, WIDE=16)
    assert [whole[row * stride : row * stride + 16].tolist() for row in rows] == [[2.0 * (r + 1)] * 16 for r in rows]
