"""The engine of heads that learn from counted pairs of words: AdaGrad, one entry after the other, on threads.

The sums of squared gradients begin at 1, as in GloVe. Threads train different blocks on the same tables without locks,
as those of the cpu engine do; with one thread the same seed gives the same bits.
"""

from importlib import import_module

import numpy as np

from w2v.base.config import Config
from w2v.corpus.cooccurrence import ENTRY
from w2v.engines.base import Loss, allocate, initialise
from w2v.engines.threaded import ThreadedEngine
from w2v.heads import kernel_of
from w2v.models.tables import Tables


def starting_tables(config: Config, vocab_size: int, *, pad: bool = False) -> Tables:
    """Random tables [V, D], one and the same array twice where `pmi_tables` is "shared"."""
    first = allocate(vocab_size, config.vector_size, config.dtype, pad=pad)
    initialise(first, config.vector_size, config.seed)
    if config.pmi_tables == "shared":
        return {"input": first, "output": first}
    second = allocate(vocab_size, config.vector_size, config.dtype, pad=pad)
    initialise(second, config.vector_size, config.seed + 1)  # from equal tables both would stay equal
    return {"input": first, "output": second}


class RegressionEngine(ThreadedEngine):
    """Trains on blocks of co-occurrences through the numba kernel of the config's head."""

    learns_from = "cooccurrences"
    compiled = True

    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray) -> None:
        self.config = config
        self.threads = config.threads
        self.interrupted = np.zeros(1, np.uint8)
        kernel = kernel_of(config.head)
        assert kernel, "`CpuEngine.why_not` says so"
        self._train = import_module(kernel).train_block
        tables = starting_tables(config, len(counts), pad=True)
        self._input, self._output = tables["input"], tables["output"]
        self._shared = self._input is self._output
        self._input_squares = np.ones_like(self._input)
        self._output_squares = self._input_squares if self._shared else np.ones_like(self._output)
        self.train_block(np.empty(0, ENTRY), 0, 0, 0.0)  # compile now, or load what is compiled

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        """One pass of AdaGrad over one block of co-occurrences, of dtype `cooccurrence.ENTRY`, at rate `alpha`."""
        if self.interrupted[0]:  # a block is too short to look twice
            return Loss(0.0, 0)
        block = block.view()
        block.flags.writeable = False  # one kernel for blocks in memory and on disk
        tables = self._input, self._input_squares, self._output, self._output_squares
        how = self._shared, block, self.config.x_max, self.config.x_exponent, alpha
        return Loss(*self._train(*tables, *how))

    def tables(self) -> Tables:
        size = self.config.vector_size
        return {"input": self._input[:, :size], "output": self._output[:, :size]}

    def optimizer_state(self) -> dict[str, np.ndarray]:
        """AdaGrad's sums of squared gradients."""
        size = self.config.vector_size
        squares = {"input_squares": self._input_squares[:, :size]}
        return squares if self._shared else squares | {"output_squares": self._output_squares[:, :size]}
