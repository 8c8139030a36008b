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
from w2v.examples.documents import DocumentRows, cut_document_windows
from w2v.examples.input_rows import OF_DOCUMENTS, ONE_ROW_EACH, InputRows
from w2v.heads.chunk_size import chunk_size, words_chunk_size
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
        documents: DocumentRows | None = None,
    ) -> None:
        spec, place = heads.spec_of(config.head), heads.kernel_of(config.head)
        assert place, "`why_not` says so"
        self._kernel = kernel = import_module(place)
        self.config = config
        self.keep = keep
        self.threads = config.threads
        self.interrupted = np.zeros(1, np.uint8)
        self._columns = spec.output_columns(config.vector_size)
        self.documents = documents
        if documents:
            input_rows = input_rows._replace(size=documents.size)
        self._input_rows = input_rows._replace(factors=frozen.factors)
        rows = input_rows.n_rows(len(counts)), spec.output_rows(len(counts))
        self._input = allocate(rows[0], self._columns, config.dtype, pad=True)  # as wide as those that they meet
        copies = getattr(kernel, "COPIED_ROWS", 0) * (self.threads if self.threads > 1 else 0)
        self._output_and_copies = allocate(rows[1] + copies, self._columns, config.dtype, pad=True)
        self._output = self._output_and_copies[: rows[1]]
        initialise(self._input, config.vector_size, config.seed)
        tags = documents.size - len(counts) if documents else 0
        self._chunk = chunk_size(config, counts, keep, input_rows, tags)
        self._head = kernel.prepare(config, counts)
        self._reduction = WindowReduction(
            config.arch != "skipgram",
            config.cbow_mean,
            config.cbow_mean and config.cbow_update == "mean",
            input_rows.pooled and config.arch == "cbow" and config.cbow_mean,
            frozen.output,
            config.arch != "pv-dbow",
            config.arch in OF_DOCUMENTS,
        )
        words_too = config.arch == "pv-dbow" and config.dbow_words
        self._of_words = WindowReduction(False, True, True, False, frozen.output) if words_too else None
        self._chunk_of_words = words_chunk_size(config, counts, keep) if words_too else 0
        self._make_rooms()
        nothing = np.empty(0, np.int32)
        nothing.flags.writeable = False  # as blocks are; numba compiles for each kind
        self.train_block(nothing, 0, 0, 0.0)  # compile now, or load what is compiled: it is no part of training

    def _make_rooms(self) -> None:
        self._idle = self._rooms(self._reduction, self._chunk)
        self._idle_for_words = self._rooms(self._of_words, self._chunk_of_words) if self._of_words else None

    def _rooms(self, reduction: WindowReduction, size: int) -> "SimpleQueue[tuple[Any, Chunk]]":
        """The buffers of each thread, for chunks of some size."""
        rooms: SimpleQueue[tuple[Any, Chunk]] = SimpleQueue()
        for thread in range(self.threads):
            chunk = new_chunk(self._input, size, self.config.window, reduction)
            how = self._output_and_copies, self.config.window, reduction, thread
            rooms.put((self._kernel.new_room(self._head, chunk, *how), chunk))
        return rooms

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        super().load_state(state)
        self._make_rooms()  # a block that was broken off may have left anything in them

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float, document: int | None = None) -> Loss:
        """As every engine does. document: in which the block begins; None: as the `DocumentRows` say."""
        config, place = self.config, (self.config.seed, epoch, index)
        how = self.keep, config.window, config.shrink_windows, *place
        if self.documents is None:
            windows = encoders.cut_windows(block, *how)
            return self._train(windows, self._input_rows, self._reduction, self._idle, alpha, place)
        first = int(self.documents.firsts[index]) if document is None else document
        windows, documents = cut_document_windows(config.arch, block, *how, self.documents, first)
        rows = self._input_rows._replace(documents=documents)
        loss = self._train(windows, rows, self._reduction, self._idle, alpha, place)
        if self._of_words and self._idle_for_words:
            windows = encoders.cut_windows(block, *how)
            loss += self._train(windows, rows, self._of_words, self._idle_for_words, alpha, place)
        return loss

    def _train(
        self,
        windows: encoders.Windows,
        rows: InputRows,
        reduction: WindowReduction,
        idle: "SimpleQueue[tuple[Any, Chunk]]",
        alpha: float,
        place: tuple[int, int, int],
    ) -> Loss:
        tables = self._input, self._output_and_copies
        room, chunk = idle.get()
        try:
            what = rows, windows, reduction, self._head, room, chunk
            size = self._chunk if reduction is self._reduction else self._chunk_of_words
            how = size, self.config.window, alpha, place, self.interrupted
            return Loss(*self._kernel.train_block(*tables, *what, *how))
        finally:
            idle.put((room, chunk))

    def tables(self) -> Tables:
        size = self.config.vector_size
        return {"input": self._input[:, :size], "output": self._output[:, : self._columns]}
