"""The proof of the fast kernels: in float64 they make exactly the steps that autograd makes.

One chunk from known tables at learning rate lr gives (before - after) / lr. That is the gradient, and it must be
autograd's of the reference head. A whole block then compares everything together: noise, windows, chunks, losses.
"""

import os
import subprocess
import sys
import threading
import time

import naive
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from w2v import heads
from w2v.base import randomness
from w2v.base.config import Config
from w2v.corpus.vocabulary import SENTENCE_END
from w2v.engines import engine_class
from w2v.engines.cpu import CpuEngine, kernel_names
from w2v.engines.reference import ReferenceEngine
from w2v.errors import W2VError
from w2v.examples import encoders
from w2v.examples.input_rows import InputRows
from w2v.heads import noise as sampler
from w2v.heads.hidden import hidden_vectors, place_vectors
from w2v.heads.hs import kernel as hs
from w2v.heads.tree import coding_tree
from w2v.kernels import logistic, replicas
from w2v.kernels.simd import factors, products
from w2v.kernels.simd.tiles import SLACK

V, D = 40, 21  # neither a multiple of a tile
COUNTS = np.sort(np.random.default_rng(0).integers(5, 500, V))[::-1].copy()
KEEP = encoders.keep_thresholds(np.linspace(0.4, 1.0, V))
KERNELS = [name for name in kernel_names() if engine_class(Config(head=name))[0] is CpuEngine]  # pmi has its own
BAGS = [("skipgram", {}), ("cbow", {}), ("cbow", {"cbow_update": "original"}), ("cbow", {"cbow_mean": False})]


def block(n, seed=1):
    """n ids by frequency, about one in twelve of them a sentence end."""
    generator = np.random.default_rng(seed)
    ids = generator.choice(V, n, p=COUNTS / COUNTS.sum()).astype(np.int32)
    ids[generator.random(n) < 0.08] = SENTENCE_END
    return ids


def engine(cls, config, seed=2, **options):
    """An engine whose tables are filled at random (fresh output tables are zeros, which hide errors)."""
    made = cls(config, COUNTS, KEEP, **options)
    generator = np.random.default_rng(seed)
    for table in made.tables().values():
        table[:] = generator.normal(0, 0.4, table.shape)
    return made


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize(("arch", "options"), BAGS, ids=str)
def test_one_step_is_the_gradient(head, arch, options):
    lr = 1e-3
    config = Config(arch=arch, head=head, vector_size=D, dtype="float64", chunk=1000, shared_negatives=13, **options)
    cpu = engine(CpuEngine, config)
    before = [table.copy() for table in cpu.tables().values()]
    loss = cpu.train_block(block(150), 3, 4, lr)
    step = [(b - a) / lr for b, a in zip(before, cpu.tables().values(), strict=True)]

    windows = encoders.cut_windows(block(150), KEEP, config.window, True, config.seed, 3, 4)
    bags = encoders.bags(arch, windows, 0, len(windows.ids))
    table = torch.tensor(before[0], requires_grad=True)
    module = heads.build(config, COUNTS, torch.tensor(before[1]))
    module.reseed(randomness.stream_key(config.seed, 3, 4, randomness.NOISE), 0)
    hidden = hidden_vectors(table, bags, mean=config.cbow_mean, update=config.cbow_update, head=module)
    total = module(hidden, torch.from_numpy(bags.target)).sum()
    total.backward()

    assert loss.examples == len(bags.target)
    assert loss.total == pytest.approx(total.item(), rel=1e-10)
    np.testing.assert_allclose(step[0], table.grad.to_dense(), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(step[1], module.output.grad, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize(("arch", "options"), BAGS, ids=str)
@pytest.mark.parametrize(
    ("dtype", "precision", "tolerance"),
    [
        ("float64", "medium", 1e-11),
        ("float32", "highest", 2e-4),
        ("float32", "bfloat16" if factors.PAIRS else "medium", 5e-3),
    ],
)
def test_blocks_leave_the_reference_engines_tables(head, arch, options, dtype, precision, tolerance):
    """Chunk after chunk, the two engines stay together: the same examples, noise and steps."""
    config = Config(arch=arch, head=head, vector_size=D, dtype=dtype, chunk=16, shared_negatives=7, **options)
    config = config.replace(matmul_precision=precision)
    fast, slow = engine(CpuEngine, config), engine(ReferenceEngine, config)
    for index in range(2):
        a = fast.train_block(block(300, index), 0, index, 0.02)
        b = slow.train_block(block(300, index), 0, index, 0.02)
        assert a.examples == b.examples
        assert a.total == pytest.approx(b.total, rel=tolerance)
    for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=tolerance)


WAYS = {"sum": {}, "mean": {"mean": True}, "whole": {"mean": True, "divide": False}, "pooled": {"pooled": True}}


def several_rows(way, seed=3):
    """For each word its own row and one or two that words share, one of them twice, as n-grams may be."""
    generator = np.random.default_rng(seed)
    shared = [list(generator.integers(V, V + 9, 1 + word % 2)) for word in range(V)]
    return InputRows.of([[word, *rows, *rows[: word % 5 == 0]] for word, rows in enumerate(shared)], **WAYS[way])


@pytest.mark.parametrize(  # of points there is no mean over rows
    ("head", "way"), [(head, way) for head in KERNELS for way in WAYS if (head, way) != ("poincare", "pooled")]
)
@pytest.mark.parametrize(("arch", "options"), BAGS, ids=str)
def test_words_of_several_input_rows_take_autograds_steps(head, way, arch, options):
    """An input vector that is a sum or mean of rows hands its change back to each of them."""
    rows = several_rows(way)
    config = Config(arch=arch, head=head, vector_size=D, dtype="float64", chunk=16, shared_negatives=7, **options)
    fast, slow = (engine(cls, config, input_rows=rows) for cls in (CpuEngine, ReferenceEngine))
    assert len(fast.tables()["input"]) == rows.n_rows(V) == V + 9
    before = fast.tables()["input"][V:].copy()
    for index in range(2):
        a = fast.train_block(block(300, index), 0, index, 0.02)
        b = slow.train_block(block(300, index), 0, index, 0.02)
        assert a.examples == b.examples
        assert a.total == pytest.approx(b.total, rel=1e-11)
    assert (np.abs(fast.tables()["input"][V:] - before).max(axis=1) > 1e-4).all()
    for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-11)


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_one_row_each_is_the_same_written_out(head, arch):
    """The case of its own makes the very steps of compressed rows in which word w has row w."""
    config = Config(arch=arch, head=head, vector_size=D, dtype="float64", chunk=16)
    made = [engine(CpuEngine, config), engine(CpuEngine, config, input_rows=InputRows.of([[w] for w in range(V)]))]
    losses = [one.train_block(block(300), 0, 0, 0.02) for one in made]
    assert losses[0] == losses[1]
    for one, other in zip(made[0].tables().values(), made[1].tables().values(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_input_vector_of_a_place_by_hand():
    table = torch.arange(12.0).reshape(6, 2)
    rows = [[0], [1, 4], [2, 5, 5]]
    for mean in (False, True):
        found = place_vectors(table, np.array([2, 0, 1, 2]), InputRows.of(rows, mean=mean))
        expected = torch.stack([table[rows[w]].mean(0) if mean else table[rows[w]].sum(0) for w in (2, 0, 1, 2)])
        torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("rows", [[[0], []], [[0], [-1]]])
def test_input_rows_that_cannot_be_are_refused(rows):
    with pytest.raises(W2VError, match="input row"):
        InputRows.of(rows)


@pytest.mark.parametrize("rows", [[[1.5]], [[[1, 2]], [[1, 2]]], [np.array([2**40])]], ids=["float", "nested", "large"])
def test_input_rows_are_whole_numbers_of_their_range(rows):
    with pytest.raises(W2VError, match=r"Input rows are .*; expected a list|2\^31"):
        InputRows.of(rows)


@pytest.mark.parametrize("words", [V - 1, V + 1])
def test_input_rows_of_another_vocabulary_are_refused(words):
    """A kernel would read beyond their end."""
    with pytest.raises(W2VError, match=f"input rows for {words} words; expected {V}"):
        engine(CpuEngine, Config(vector_size=D), input_rows=InputRows.of([[0]] * words))


LONELY = [3, SENTENCE_END] * 20  # sentences of one word: centres without a neighbour, whole chunks of them
PAIRS = [1, 2, 3, SENTENCE_END, 5, 1, SENTENCE_END, 30, 2, 39, 0] * 4
WITHOUT_NEIGHBOURS = {
    "no words": [],
    "nothing but ends": [SENTENCE_END] * 30,
    "only lonely words": LONELY,
    "lonely words first": LONELY + PAIRS,
    "in the middle": PAIRS + LONELY + PAIRS[::-1],
    "last": PAIRS + LONELY,
    "everywhere": PAIRS + LONELY + [SENTENCE_END] * 9 + PAIRS + LONELY[:7] + PAIRS + LONELY[:3],
}


def within(seconds, work):
    """What `work()` returns. It runs in a thread: a kernel that never ends cannot be broken off, but be left behind."""
    found = []
    thread = threading.Thread(target=lambda: found.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it did not end, or raised an error"
    return found[0]


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize(("arch", "options"), BAGS[:2], ids=str)
@pytest.mark.parametrize("text", WITHOUT_NEIGHBOURS)
def test_chunks_without_examples_leave_the_reference_engines_tables(head, arch, options, text):
    """Chunks of one, a few and all words: what such a chunk leaves behind must not reach the next one."""
    ids = np.array(WITHOUT_NEIGHBOURS[text], np.int32)
    for chunk in (1, 3, 8, 1000) if text == "everywhere" else (3, 1000):
        config = Config(arch=arch, head=head, vector_size=D, dtype="float64", chunk=chunk, shared_negatives=7)
        fast, slow = engine(CpuEngine, config), engine(ReferenceEngine, config)
        for made in (fast, slow):
            made.keep = np.full(V, 2**32, np.uint64)
        for index in range(2):
            a = within(60, lambda index=index, fast=fast: fast.train_block(ids, 0, index, 0.02))
            b = slow.train_block(ids, 0, index, 0.02)
            assert a.examples == b.examples
            assert a.total == pytest.approx(b.total, rel=1e-11)
        for one, other in zip(fast.tables().values(), slow.tables().values(), strict=True):
            np.testing.assert_allclose(one, other, atol=1e-11)


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_a_block_of_minutes_ends_at_once_when_interrupted(head, arch):
    """Whether a chunk is short and there are many, or a single one takes long since the vocabulary is large."""
    large = head in ("softmax", "ova")
    words, length = (200_000, 2_000) if large else (V, 10_000_000)
    size = {"vector_size": 200, "chunk": 1000} if large else {"vector_size": D}
    cpu = CpuEngine(Config(arch=arch, head=head, **size), np.full(words, 5), np.full(words, 2**32, np.uint64))
    ids = np.random.default_rng(1).integers(0, words, length, np.int32)
    found = []
    thread = threading.Thread(target=lambda: found.append(cpu.train_block(ids, 0, 0, 0.01)), daemon=True)
    thread.start()
    thread.join(0.7)
    assert not found, "the block is too short for this test"
    cpu.interrupted[0] = 1
    began = time.perf_counter()
    thread.join(60)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(("arch", "options"), BAGS, ids=str)
def test_a_chunk_of_negative_sampling_by_hand(arch, options):
    """Against the gradient written out in plain Python, so that kernel and reference cannot be wrong together."""
    config = Config(arch=arch, head="ns", vector_size=D, dtype="float64", chunk=1000, shared_negatives=9, **options)
    cpu = engine(CpuEngine, config)
    before = [table.copy() for table in cpu.tables().values()]
    cpu.train_block(block(80), 0, 0, 0.05)
    keep = np.linspace(0.4, 1.0, V)
    bags = naive.examples(arch, naive.windows(block(80), keep, config.window, True, config.seed, 0, 0))
    table = sampler.alias_table(sampler.noise_distribution(COUNTS, 0.75))
    noise = sampler.draw_many(*table, np.uint64(naive.stream_key(config.seed, 0, 0, naive.NOISE)), 0, 9)
    divide = config.cbow_update == "mean"
    after = naive.ns_step(*before, bags, noise, 5, 0.05, mean=config.cbow_mean, divide=divide)
    for one, other in zip(cpu.tables().values(), after, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
def test_padding_stays_zero(head, arch):
    """Rows are padded to whole cache lines; what is beyond a table's columns must never wake up."""
    cpu = CpuEngine(Config(arch=arch, head=head, vector_size=D), COUNTS, KEEP)
    cpu.train_block(block(400), 0, 0, 0.05)
    assert cpu.tables()["output"].any()
    for padded, table in zip((cpu._input, cpu._output), cpu.tables().values(), strict=True):
        assert padded.shape[1] == 32
        assert not padded[:, table.shape[1] :].any()
        assert padded.ctypes.data % 64 == 0


@pytest.mark.parametrize("head", KERNELS)
@pytest.mark.parametrize("empty", [[], [SENTENCE_END] * 3, [1, SENTENCE_END, 2]])
def test_a_block_without_a_pair_changes_nothing(head, empty):
    for arch in ("skipgram", "cbow"):
        cpu = engine(CpuEngine, Config(arch=arch, head=head, vector_size=D, sample=0))
        before = [table.copy() for table in cpu.tables().values()]
        assert cpu.train_block(np.array(empty, np.int32), 0, 0, 0.05) == (0.0, 0)
        assert all((a == b).all() for a, b in zip(before, cpu.tables().values(), strict=True))


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("tree", ["huffman", "balanced"])
def test_threads_replicas_of_nodes_end_in_the_tables(arch, tree):
    """Blocks one after the other, so that every thread's replicas are used: the tables are those of a single thread."""
    config = Config(arch=arch, head="hs", tree=tree, vector_size=D, dtype="float64", chunk=4)
    one, three = engine(CpuEngine, config.replace(workers=1)), engine(CpuEngine, config.replace(workers=3))
    for index in range(4):
        assert one.train_block(block(400, index), 0, index, 0.05).total == pytest.approx(
            three.train_block(block(400, index), 0, index, 0.05).total, rel=1e-12
        )
    for alone, together in zip(one.tables().values(), three.tables().values(), strict=True):
        assert alone.shape == together.shape
        np.testing.assert_allclose(alone, together, rtol=0, atol=1e-12)


def test_no_node_is_copied_that_many_paths_share():
    """Else threads, each on its own for some chunks, would together take it too far."""
    counts = (10_000 / np.arange(1, 3001)).astype(np.int64)
    tree = coding_tree(counts, "huffman")
    passes = np.bincount(tree.points, np.repeat(counts, tree.lengths))
    for threads in (2, 8):
        first, last = hs.prepare(Config(head="hs", workers=threads), counts).copied
        assert last - first == hs.COPIED_ROWS
        assert passes[first] * threads * replicas.PERIOD <= counts.sum() < passes[first - 1] * threads * replicas.PERIOD
    for no_replicas in ({"workers": 1}, {"workers": 2, "tree": "balanced"}):
        first, last = hs.prepare(Config(head="hs", **no_replicas), counts).copied
        assert first == last


def rows_of(generator, n, width, dtype):
    """A table with its slack, where whole tiles read numbers that must not matter."""
    return generator.normal(size=(n + SLACK, width)).astype(dtype)


TOLERANCE = {"float32": {"rtol": 1e-4, "atol": 1e-4}, "float64": {"rtol": 1e-12, "atol": 1e-12}}
shapes = given(
    st.integers(1, 20), st.integers(1, 35), st.sampled_from([16, 48, 64, 112]), st.sampled_from(["float32", "float64"])
)


def test_what_several_threads_do_to_their_replicas_adds_up():
    @njit
    def two_threads(rows, first, second, mine, other):
        replicas.take(rows, first)
        replicas.take(rows, second)
        for k in range(3):
            rows[6 + k] += mine[k]
            rows[9 + k] += other[k]
        replicas.merge(rows, first)
        replicas.merge(rows, second)
        replicas.merge(rows, first)

    generator = np.random.default_rng(5)
    rows = rows_of(generator, 12, 32, "float64")
    mine, other, before = *generator.normal(size=(2, 3, 32)), rows.copy()
    first, second = (replicas.new_replicas(rows, 1, 4, start) for start in (6, 9))
    two_threads(rows, first, second, mine, other)
    np.testing.assert_array_equal(rows[[0, 4, 5]], before[[0, 4, 5]])
    for found in (rows[1:4], rows[6:9], rows[9:12]):
        np.testing.assert_allclose(found, before[1:4] + mine + other, atol=1e-14)


@shapes
def test_multiply_is_the_matrix_product(m, n, width, dtype):
    """For every remainder of tiles and panels, and for a transposed factor as well."""
    generator = np.random.default_rng(m + n)
    a, b, c = (
        rows_of(generator, m, logistic.padded(n), dtype),
        rows_of(generator, n, width, dtype),
        rows_of(generator, m, width, dtype),
    )
    products.multiply(a, b, c, m, n)
    np.testing.assert_allclose(c[:m], a[:m, :n] @ b[:n], **TOLERANCE[dtype])
    d, e = rows_of(generator, m, width, dtype), rows_of(generator, n, width, dtype)
    products.multiply(a.T, d, e, n, m)
    np.testing.assert_allclose(e[:n], a[:m, :n].T @ d[:m], **TOLERANCE[dtype])


def _product_of_factors(a, b, number, c, n):
    """c = a b, the numbers of a and b rounded on the way."""
    _multiply_factors(a, b, factors.as_factor(a, number), factors.as_factor(b, number), c, n)


@njit
def _multiply_factors(a, b, left, right, c, n):
    rows = len(c) - SLACK
    factors.convert(a, rows, left)
    factors.convert(b, n, right)
    products.multiply(left.left, right.right, c, rows, n)


def _product_of_transposed(a, b, number, c, n):
    """c = a^T b, both with n rows, fetched in another order."""
    _multiply_transposed(a, b, factors.as_factor(a, number), factors.as_factor(b, number), c, n)


@njit
def _multiply_transposed(a, b, left, right, c, n):
    backwards = np.arange(n)[::-1]
    factors.fetch(a, backwards, n, left)
    factors.fetch(b, backwards, n, right)
    products.multiply(left.right.T, right.right, c, len(c) - SLACK, n)


def rounded(x):
    """To bfloat16, by torch."""
    return torch.from_numpy(x).bfloat16().double().numpy()


@pytest.mark.skipif(not factors.PAIRS, reason="needs a processor that multiplies bfloat16")
@given(st.integers(1, 20), st.integers(1, 35), st.sampled_from([16, 48, 64, 112]))
def test_products_of_bfloat16_are_those_of_the_rounded_numbers(m, n, width):
    """For odd numbers of terms too, and whatever lies behind them."""
    generator = np.random.default_rng(m + n)
    pairs = np.dtype(np.uint32)
    a = rows_of(generator, m, logistic.padded(n), "float32")
    b, c = rows_of(generator, n, width, "float32"), rows_of(generator, m, width, "float32")
    exact = rounded(a[:m, :n]) @ rounded(b[:n])
    _product_of_factors(a, b, pairs, c, n)
    np.testing.assert_allclose(c[:m], exact, rtol=1e-4, atol=1e-4)

    a, c = rows_of(generator, n, logistic.padded(m), "float32"), rows_of(generator, m, width, "float32")
    exact = rounded(a[:n, :m]).T @ rounded(b[:n])
    if n % 2 == 0:  # in a step, what fills up an odd number of fetched rows meets zeros, but not here
        _product_of_transposed(a, b, pairs, c, n)
        np.testing.assert_allclose(c[:m], exact, rtol=1e-4, atol=1e-4)


@shapes
def test_a_matrix_is_its_own_factor_in_its_own_type(m, n, width, dtype):
    generator = np.random.default_rng(m + n)
    a, b = rows_of(generator, m, logistic.padded(n), dtype), rows_of(generator, n, width, dtype)
    c = rows_of(generator, m, width, dtype)
    _product_of_factors(a, b, np.dtype(dtype), c, n)
    np.testing.assert_allclose(c[:m], a[:m, :n] @ b[:n], **TOLERANCE[dtype])


@shapes
def test_transpose_mirrors(m, n, width, dtype):
    generator = np.random.default_rng(m + n)
    rows, across = rows_of(generator, n, width, dtype), rows_of(generator, width, logistic.padded(n), dtype)
    products.transpose(rows, n, across)
    np.testing.assert_array_equal(across[:width, :n], rows[:n].T)


@shapes
def test_grids_of_dots_of_two_lists(m, n, width, dtype):
    """Two grids one after the other, for every remainder of runs and pairs of lines; nothing before is touched."""
    generator = np.random.default_rng(m + n)
    rows, others = rows_of(generator, m, width, dtype), rows_of(generator, n, width, dtype)
    members, slots = (generator.integers(0, k, 2 * k + SLACK).astype(np.int32) for k in (m, n))
    found, pair = np.full(3 + 2 * m * n + SLACK, np.nan, dtype), np.ones(2, np.int64)
    grids = np.array([3, 3 + m * n])
    products.dot_grids(
        rows, members, np.array([1, m]), pair * m, others, slots, np.array([2, n]), pair * n, found, grids, 2
    )
    for member, slot, place in (1, 2, 3), (m, n, 3 + m * n):
        grid = rows[members[member : member + m]] @ others[slots[slot : slot + n]].T
        np.testing.assert_allclose(found[place : place + m * n].reshape(m, n), grid, **TOLERANCE[dtype])
    assert np.isnan(found[:3]).all()


@shapes
def test_grids_of_weights_add_rows_to_rows(m, n, width, dtype):
    """Two grids one after the other, read by lines and by columns; rows that are not listed stay as they are."""
    generator = np.random.default_rng(m + n)
    grid = generator.normal(size=(2, m, n)).astype(dtype)
    to, rows = rows_of(generator, 2 * m + 5, width, dtype), rows_of(generator, n, width, dtype)
    targets = generator.permutation(2 * m + 5)[: 2 * m].astype(np.int32)
    slots = generator.integers(0, n, n + 7).astype(np.int32)
    before = to.copy()
    pair = np.ones(2, np.int64)
    by_lines = (targets, np.array([0, m]), pair * m, rows, slots, np.array([0, 7]), pair * n)
    products.add_grids(to, *by_lines, grid.ravel(), np.array([0, m * n]), pair * n, pair, 2)
    change = np.concatenate([grid[0] @ rows[slots[:n]], grid[1] @ rows[slots[7:]]])
    np.testing.assert_allclose((to - before)[targets], change, **TOLERANCE[dtype])
    assert (np.delete(to, targets, axis=0) == np.delete(before, targets, axis=0)).all()

    columns = np.ascontiguousarray(grid.transpose(0, 2, 1))
    products.add_grids(to, *by_lines, columns.ravel(), np.array([0, m * n]), pair, pair * m, 2)
    np.testing.assert_allclose((to - before)[targets], 2 * change, **TOLERANCE[dtype])


@given(st.integers(1, 40), st.sampled_from(["float32", "float64"]), st.integers(0, 2**32 - 1))
def test_logistic_is_the_loss_and_its_slope(n, dtype, seed):
    """Of scores that stand for decisions of both kinds, weighted."""
    generator = np.random.default_rng(seed)
    x, positive, negative = np.zeros((3, logistic.padded(n)), dtype)
    x[:n] = generator.normal(0, 5, n)
    positive[:n], negative[:n] = generator.uniform(0, 3, (2, n))
    score = x[:n].astype(np.float64)
    loss = (positive[:n] * np.logaddexp(0, -score) + negative[:n] * np.logaddexp(0, score)).sum()
    slope = negative[:n] / (1 + np.exp(-score)) - positive[:n] / (1 + np.exp(score))
    precision = 3e-6 if dtype == "float32" else 1e-13
    assert logistic.logistic(x, positive, negative, n, x.dtype.type(0.5)) == pytest.approx(loss, rel=precision)
    np.testing.assert_allclose(x[:n], -0.5 * slope, rtol=precision, atol=precision)


@njit(fastmath=products.FAST)
def _each(x):
    out = np.empty((2, x.size), x.dtype)
    for i in range(x.size):
        out[0, i] = logistic.exp(-x[i])
        out[1, i] = logistic.log1p(min(x[i], x.dtype.type(1)))
    return out


def test_float32_exp_and_log1p_are_accurate():
    """Within a few units in the last place; exp's error grows with |x|, as float32's own rounding of x does."""
    x = np.linspace(0, 87, 200_001, dtype=np.float32)
    exact = np.exp(-x.astype(np.float64))
    assert (np.abs(_each(x)[0] - exact) / exact < 1e-7 * (2 + x)).all()
    assert (_each(np.array([88, 500, 1e30, np.inf], np.float32))[0] < 2e-38).all()
    x = np.linspace(0, 1, 100_001, dtype=np.float32)
    np.testing.assert_allclose(_each(x)[1], np.log1p(x.astype(np.float64)), rtol=3e-7)


def test_float64_exp_and_log1p_are_exact():
    x = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(_each(x), [np.exp(-x), np.log1p(x)], rtol=1e-15)


@pytest.mark.long
@pytest.mark.parametrize("features", ["", "+avx,+avx2,+fma"], ids=["plain", "avx2"])
def test_other_processors_get_the_same_gradients(features, tmp_path):
    """Vector registers of 16 and 32 bytes, and the tiles that go with them: this file again, compiled for them."""
    environment = {
        **os.environ,
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": features,
        "NUMBA_CACHE_DIR": str(tmp_path),
    }
    width = "import w2v.kernels.simd.registers as registers; print(registers.VECTOR)"
    told = subprocess.run([sys.executable, "-c", width], env=environment, capture_output=True, text=True, check=True)
    assert int(told.stdout) == (32 if features else 16)
    again = subprocess.run([sys.executable, "-m", "pytest", "-q", __file__], env=environment, check=False)
    assert again.returncode == 0
