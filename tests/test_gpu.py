"""The gpu engine: on a GPU where there is one, and else its kernels in Triton's interpreter, on the CPU."""

import subprocess
import sys
from contextlib import closing

import numpy as np
import pytest
import torch
import triton
import triton.language as tl
from gpu_runs import COUNTS, DEVICE, KEEP, SMALL, Short, V, one_at_a_time, trained
from triton.runtime.errors import OutOfResources

from w2v.base import machine, randomness
from w2v.base.config import Config
from w2v.corpus.vocabulary import SENTENCE_END
from w2v.engines import engine_class, gpu, gpu_in_words
from w2v.engines.gpu import GpuEngine, in_flight
from w2v.engines.reference import ReferenceEngine
from w2v.errors import W2VError
from w2v.examples import encoders
from w2v.heads import noise
from w2v.heads.ns import gpu as ns
from w2v.kernels.gpu import randomness as gpu_randomness
from w2v.kernels.gpu.windows import cut_windows
from w2v.training.train import train
from w2v.word2vec import Word2Vec


@triton.jit
def _draw_all(key, threshold, alias, n, drawn, random, N: tl.constexpr):
    i = tl.arange(0, N)
    found = gpu_randomness.bits(tl.load(key).to(tl.uint64, bitcast=True), i)
    tl.store(random + i, found.to(tl.int64, bitcast=True))
    tl.store(drawn + i, gpu_randomness.draw(threshold, alias, tl.full([N], 0, tl.int32) + n, found))


def test_random_numbers_and_draws_are_those_of_the_cpu():
    key, table = randomness.stream_key(2**60, 3, 5, randomness.NOISE), noise.alias_table(COUNTS / COUNTS.sum())
    drawn, random = torch.zeros(64, dtype=torch.int32, device=DEVICE), torch.zeros(64, dtype=torch.int64, device=DEVICE)
    given = (np.array([key], np.uint64).view(np.int64), table.threshold.view(np.int64), table.alias)
    _draw_all[(1,)](*(torch.from_numpy(array).to(DEVICE) for array in given), V, drawn, random, N=64)
    expected = [randomness.bits(key, i) for i in range(64)]
    assert random.cpu().numpy().view(np.uint64).tolist() == expected
    assert drawn.tolist() == noise.draw_many(*table, np.uint64(key), 0, 64).tolist()


@pytest.mark.parametrize("shrink", [True, False])
def test_windows_are_those_of_the_cpu(shrink):
    """Of each word the neighbours that both find, also across the pieces that a program looks at."""
    config = SMALL.replace(shrink_windows=shrink, window=4)
    blocks = [np.random.default_rng(i).integers(-1, V, size).astype(np.int32) for i, size in enumerate((2500, 7, 0))]
    blocks.append(np.full(5, SENTENCE_END, np.int32))
    padded = np.zeros((4, 2500), np.int32)
    for line, block in zip(padded, blocks, strict=True):
        line[: len(block)] = block
    purposes = randomness.KEEP, randomness.WIDTH, randomness.NOISE
    keys = np.array([[randomness.stream_key(7, 1, i, p) for p in purposes] for i in range(4)], np.uint64)
    sizes = np.array([len(block) for block in blocks], np.int32)
    sent = [torch.from_numpy(array).to(DEVICE) for array in (padded, sizes, keys.view(np.int64), KEEP.view(np.int64))]
    found = [array.cpu().numpy() for array in cut_windows(*sent, config)]
    for i, block in enumerate(blocks):
        expected = encoders.cut_windows(block, KEEP, 4, shrink, 7, 1, i)
        words, sentences, widths = (array[i, : found[3][i]] for array in found[:3])
        assert words.tolist() == expected.ids.tolist()
        for centre in range(len(words)):
            reach = range(expected.start[centre], expected.stop[centre])
            close = abs(np.arange(len(words)) - centre) <= widths[centre]
            assert np.flatnonzero((sentences == sentences[centre]) & close).tolist() == list(reach)


@pytest.mark.parametrize(
    "settings",
    [
        {"arch": "skipgram"},
        {"arch": "skipgram", "vector_size": 150, "shared_negatives": 5, "shrink_windows": False},  # several slices
        {"arch": "skipgram", "chunk": 17, "negative": 2},
        {"arch": "cbow"},
        {"arch": "cbow", "cbow_update": "original", "vector_size": 150},
        {"arch": "cbow", "cbow_mean": False, "chunk": 20},
    ],
    ids=str,
)
def test_one_chunk_at_a_time_its_steps_are_the_references(settings):
    config = SMALL.replace(**settings)
    (tables, losses), (expected, told) = map(trained, (one_at_a_time(config), ReferenceEngine(config, COUNTS, KEEP)))
    assert [loss.examples for loss in losses] == [loss.examples for loss in told]
    np.testing.assert_allclose([loss.total for loss in losses], [loss.total for loss in told], rtol=1e-5)
    for name, table in expected.items():
        assert abs(table).max() > 0.03
        np.testing.assert_allclose(tables[name], table, rtol=1e-4, atol=1e-6)


def test_products_of_bfloat16_are_near_those_of_float32():
    exact, rounded = (trained(one_at_a_time(SMALL.replace(matmul_precision=p)))[0] for p in ("highest", "medium"))
    assert 1e-5 < abs(exact["input"] - rounded["input"]).max() < 0.01
    assert GpuEngine.settled(Config()).matmul_precision == "bfloat16"


def test_another_engine_goes_on_from_the_state():
    whole, _ = trained(one_at_a_time(), epochs=1)
    first, second = one_at_a_time(), one_at_a_time()
    list(first.train_blocks(Short(), 0, np.array([1]), np.array([0.1])))
    second.load_state(first.state())
    list(second.train_blocks(Short(), 0, np.array([2, 0]), np.array([0.09, 0.08])))
    for name, table in whole.items():
        np.testing.assert_allclose(second.tables()[name], table, rtol=1e-5, atol=1e-7)
    with pytest.raises(W2VError, match=r"input is float32 \[39, 20\]; expected float32 \[40, 20\]"):
        second.load_state({"input": whole["input"][1:], "output": whole["output"]})


def test_losses_come_in_order_and_a_pause_ends_after_what_has_begun(monkeypatch):
    monkeypatch.setattr(gpu, "BLOCKS_EACH", 1)
    engine, order, rates = one_at_a_time(), np.array([0, 1, 2, 0, 1, 0]), np.full(6, 0.05)
    examples = []
    with closing(engine.train_blocks(Short(), 0, order, rates)) as losses:
        for loss in losses:
            examples.append(loss.examples)
            if len(examples) == 2:
                engine.pause()
    assert len(examples) == 3  # the third was on its way
    assert examples[0] > examples[1] > examples[2] == 0


def test_it_learns_what_is_planted(planted):
    text, topics = planted
    model = Word2Vec(text[:150], engine="gpu", vector_size=16, min_count=1, sample=0.02, epochs=3, alpha=0.05)
    topic_of = {word: number for number, topic in enumerate(topics) for word in topic}
    nearest = {word: model.wv.most_similar(word, topn=1)[0][0] for word in topic_of if word in model.wv}
    assert np.mean([topic_of.get(near) == topic_of[word] for word, near in nearest.items()]) > 0.8
    assert model.config.matmul_precision == "bfloat16"
    assert model.history[-1].loss < model.history[0].loss


def test_how_many_chunks_are_in_flight_follows_the_text():
    zipf = (1e7 / np.arange(1, 50_001)).astype(np.int64)
    everything = np.full(len(zipf), 1 << 32, np.uint64)
    thinned = encoders.keep_thresholds(np.minimum(np.sqrt(1e-4 * zipf.sum() / zipf), 1))
    config = Config()
    assert in_flight(config, COUNTS[:10], KEEP[:10], 3) == 1  # chunks are short already
    assert 1 <= in_flight(config, zipf, everything, 32) < in_flight(config, zipf, thinned, 32)
    assert in_flight(config.replace(alpha=0.4), zipf, thinned, 32) < in_flight(config, zipf, thinned, 32)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"head": "ova"}, r"The gpu engine cannot train this: head 'ova' has no GPU kernel \(.*: hs, ns, softmax\)"),
        ({"dtype": "float64"}, "dtype is 'float64', and its tables are of float32"),
        ({"window": 40}, "window is 40, and its kernels take up to 32"),
        ({"chunk": 100}, "chunk is 100, and its kernels take up to 64"),
        ({"shared_negatives": 200}, "shared_negatives is 200, and its kernels take up to 128"),
        ({"arch": "cbow", "cbow_update": "original"}, "cbow_update='original' ended in a fault of the GPU"),
        ({"deterministic": True}, "deterministic=True is for threads on the CPU"),
    ],
    ids=str,
)
def test_what_it_cannot_train_is_a_sentence(settings, sentence):
    with pytest.raises(W2VError, match=sentence):
        engine_class(Config(engine="gpu", **settings))


def test_no_gpu_where_one_is_asked_for(monkeypatch):
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", None)
    with pytest.raises(W2VError, match=r"torch finds no GPU here.*Use engine='auto'"):
        engine_class(Config(engine="gpu"))
    monkeypatch.setattr("w2v.engines.reference.check_device", lambda name: None)  # as of a GPU without Triton's kernels
    engine, why = engine_class(Config(device="cuda"))
    assert (engine, why) == (
        ReferenceEngine,
        "torch finds no GPU here (torch.cuda.is_available() says so, and it is built without CUDA).",
    )
    with pytest.raises(W2VError, match="device 'mps' is none that Triton has kernels for"):
        engine_class(Config(engine="gpu", device="mps"))


def test_triton_that_is_missing_is_named(tmp_path):
    """In a process that has none: nothing on the way to the sentence imports it."""
    program = """
import sys, importlib.abc
class None_(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "triton":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, None_())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *a: None if name == "triton" else found(name, *a)
import w2v
w2v.Word2Vec([["a", "b"]] * 50, engine="gpu")
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.stderr.strip().endswith(
        "W2VError: The gpu engine cannot train this: Triton is not installed: pip install 'w2v[gpu]'. "
        "Use engine='auto'."
    )


def test_tables_that_do_not_fit_are_told_with_what_would(monkeypatch):
    engine = one_at_a_time()
    engine.device, engine._table_bytes, engine._vocab_size = torch.device("cuda"), 15 * 2**30, 10_000_000
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (8 * 2**30, 16 * 2**30))
    with pytest.raises(W2VError, match=r"of 10,000,000 words take 15.0 GiB, and the GPU has 8.0 GiB free.*=4800000 at"):
        engine._check_room()


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), r"memory is full: beside the tables of 40 words \(0.0 GiB\)"),
        (
            OutOfResources(300_000, 232_448, "shared memory"),
            r"does not fit a multiprocessor of this GPU.*300000.*chunk=16",
        ),
    ],
    ids=["memory", "shared memory"],
)
def test_what_a_gpu_has_too_little_of_is_a_sentence(error, sentence, monkeypatch):
    def fails(*_):
        raise error

    engine = one_at_a_time()
    monkeypatch.setattr(ns, "train_blocks", fails)
    with pytest.raises(W2VError, match=sentence):
        trained(engine)
    monkeypatch.setattr(ns, "prepare", fails)
    with pytest.raises(W2VError, match=sentence):
        one_at_a_time()


def test_auto_takes_it_where_there_is_a_gpu_and_the_head_has_a_kernel(monkeypatch):
    monkeypatch.setattr("w2v.engines.has_gpu", lambda: True)
    assert engine_class(Config())[0] is GpuEngine
    for settings in ({"workers": 1}, {"deterministic": True}):  # bits that come again
        assert engine_class(Config(**settings))[0] is not GpuEngine
    assert engine_class(Config(head="hs"))[0].__name__ == "CpuEngine"  # it has one, which was not measured on a GPU
    assert engine_class(Config(head="hs", engine="gpu"))[0] is GpuEngine
    assert engine_class(Config(device="cpu"))[0].__name__ == "CpuEngine"
    assert engine_class(Config(engine="cpu"))[0].__name__ == "CpuEngine"
    monkeypatch.setattr("w2v.engines.has_gpu", lambda: False)
    assert engine_class(Config())[0].__name__ == "CpuEngine"


def test_a_machine_says_what_of_a_gpu_is_missing(monkeypatch):
    monkeypatch.setattr(machine, "DRIVERS", ("/nowhere/nvidiactl",))
    assert gpu_in_words() == "none that is used: there is no driver of an Nvidia GPU (nothing at /nowhere/nvidiactl)"
    monkeypatch.setattr(machine, "DRIVERS", ("/",))
    monkeypatch.setattr(machine, "find_spec", lambda name: None if name == "triton" else True)
    assert gpu_in_words() == "none that is used: triton not installed: pip install 'w2v[gpu]'"
    assert not machine.has_gpu()
    monkeypatch.setattr(machine, "find_spec", lambda name: True)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu_in_words().startswith("torch finds no GPU here (torch.cuda.is_available() says so")


def test_a_run_says_what_it_trained_with_and_goes_on_from_a_checkpoint(planted, tmp_path):
    config = Config(engine="gpu", vector_size=8, min_count=1, sample=0.02, epochs=2)
    model = train(planted[0][:40], config, checkpoint=tmp_path / "run")
    assert model.config.engine == "gpu"
    assert np.isfinite(model.tables["output"]).all()
    assert train(planted[0][:40], config, checkpoint=tmp_path / "run", resume=True).complete
