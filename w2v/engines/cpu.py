"""The cpu engine: numba kernels on threads, without the interpreter's lock, for each head with a `kernel.py`.

Threads train different blocks on the same tables without locks (Hogwild, Niu et al. 2011): updates touch few rows, so
they rarely meet. With one thread the same seed gives the same bits.
"""

from importlib import import_module
from queue import SimpleQueue
from typing import Any

import numpy as np

from w2v import heads
from w2v.base.config import Config
from w2v.engines.base import Loss, allocate, initialise, torch_device
from w2v.engines.frozen import NOTHING, Frozen
from w2v.engines.threaded import ThreadedEngine
from w2v.examples import encoders
from w2v.examples.input_rows import ONE_ROW_EACH, InputRows
from w2v.heads.chunk_size import chunk_size
from w2v.kernels import calibration
from w2v.kernels.chunk import Chunk, WindowReduction, new_chunk
from w2v.kernels.simd.tiles import WHY_PLAIN
from w2v.models.tables import Tables


def kernel_names() -> list[str]:
    """The heads here that have a kernel."""
    return [name for name in heads.names() if heads.spec_of(name).kernel]


class CpuEngine(ThreadedEngine):
    """Trains through the numba kernel of the config's head."""

    slower_than_usual = WHY_PLAIN
    compiled = True
    freezes = True

    @staticmethod
    def why_not(config: Config) -> str | None:
        """The reason why this engine cannot train `config`, in a sentence; None when it can."""
        if heads.kernel_of(config.head) is None:
            return f"head {config.head!r} has no CPU kernel (those with one: {', '.join(kernel_names())})."
        if torch_device(config) != "cpu":
            return f"device {config.device!r} is not the CPU."
        return None

    @staticmethod
    def settled(config: Config) -> Config:
        """With the precision in which the head's kernel multiplies on this machine."""
        rounds = heads.spec_of(config.head).rounds_products
        return config.replace(matmul_precision=calibration.precision(config) if rounds else "highest")

    def __init__(
        self,
        config: Config,
        counts: np.ndarray,
        keep: np.ndarray,
        input_rows: InputRows = ONE_ROW_EACH,
        *,
        frozen: Frozen = NOTHING,
    ) -> None:
        spec, place = heads.spec_of(config.head), heads.kernel_of(config.head)
        assert place, "`why_not` says so"
        self._kernel = kernel = import_module(place)
        self.config = config
        self.keep = keep
        self.threads = config.threads
        self.interrupted = np.zeros(1, np.uint8)
        self._columns = spec.output_columns(config.vector_size)
        self._input_rows = input_rows._replace(factors=frozen.factors)
        rows = input_rows.n_rows(len(counts)), spec.output_rows(len(counts))
        self._input = allocate(rows[0], self._columns, config.dtype, pad=True)  # as wide as those that they meet
        copies = getattr(kernel, "COPIED_ROWS", 0) * (self.threads if self.threads > 1 else 0)
        self._output_and_copies = allocate(rows[1] + copies, self._columns, config.dtype, pad=True)
        self._output = self._output_and_copies[: rows[1]]
        initialise(self._input, config.vector_size, config.seed)
        self._chunk = chunk_size(config, counts, keep, input_rows)
        self._head = kernel.prepare(config, counts)
        self._reduction = WindowReduction(
            config.arch == "cbow",
            config.cbow_mean,
            config.cbow_mean and config.cbow_update == "mean",
            input_rows.pooled and config.arch == "cbow" and config.cbow_mean,
            frozen.output,
        )
        self._idle = self._rooms()
        nothing = np.empty(0, np.int32)
        nothing.flags.writeable = False  # as blocks are; numba compiles for each kind
        self.train_block(nothing, 0, 0, 0.0)  # compile now, or load what is compiled: it is no part of training

    def _rooms(self) -> "SimpleQueue[tuple[Any, Chunk]]":
        """The buffers of each thread."""
        rooms: SimpleQueue[tuple[Any, Chunk]] = SimpleQueue()
        for thread in range(self.threads):
            chunk = new_chunk(self._input, self._chunk, self.config.window, self._reduction)
            how = self._output_and_copies, self.config.window, self._reduction, thread
            rooms.put((self._kernel.new_room(self._head, chunk, *how), chunk))
        return rooms

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        super().load_state(state)
        self._idle = self._rooms()  # a block that was broken off may have left anything in them

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        config = self.config
        windows = encoders.cut_windows(
            block, self.keep, config.window, config.shrink_windows, config.seed, epoch, index
        )
        tables, place = (self._input, self._output_and_copies), (config.seed, epoch, index)
        room, chunk = self._idle.get()
        try:
            what = self._input_rows, windows, self._reduction, self._head, room, chunk
            how = self._chunk, config.window, alpha, place, self.interrupted
            return Loss(*self._kernel.train_block(*tables, *what, *how))
        finally:
            self._idle.put((room, chunk))

    def tables(self) -> Tables:
        size = self.config.vector_size
        return {"input": self._input[:, :size], "output": self._output[:, : self._columns]}
