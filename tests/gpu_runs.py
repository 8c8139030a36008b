"""What the tests of GPU kernels train: some blocks of different lengths, one chunk at a time."""

import numpy as np

from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.engines import gpu
from w2v.engines.gpu import GpuEngine
from w2v.examples import encoders

DEVICE = "cpu" if gpu.interpreted() else "cuda"
V, BLOCKS = 40, 3
COUNTS = np.arange(2 * V, V, -1) ** 2
KEEP = encoders.keep_thresholds(np.linspace(0.5, 1, V))
SMALL = Config(
    engine="gpu", device="auto", vector_size=20, workers=1, chunk=8, window=3, sample=0, matmul_precision="highest"
)


class Short:
    """Three blocks of different lengths, the last without a word."""

    vocab, tokens, n_blocks = Vocabulary([f"w{i}" for i in range(V)], COUNTS), 40 * BLOCKS, BLOCKS

    def block(self, i):
        return np.random.default_rng(i).integers(-1, V, (60, 33, 0)[i]).astype(np.int32)


def one_at_a_time(config=SMALL):
    """An engine with one chunk in flight."""
    engine = GpuEngine(config, COUNTS, KEEP)
    engine.programs = 1
    return engine


def trained(engine, epochs=2):
    """The tables after some epochs, and the losses of all blocks."""
    losses = [
        loss
        for epoch in range(epochs)
        for loss in engine.train_blocks(Short(), epoch, np.array([1, 2, 0]), np.array([0.1, 0.09, 0.08]))
    ]
    return engine.tables(), losses
