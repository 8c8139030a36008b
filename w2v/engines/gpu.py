"""The gpu engine: Triton kernels, a block of the text for each program, for each head with a `gpu.py`.

The host sends blocks of ids; what is kept of them, windows, negative samples, products and changes are made on the GPU,
by the same rules and random numbers as on the CPU. Programs train different blocks on the same tables, without locks
but by atomic additions. One chunk at a time they make the steps of the reference; many at a time each sees tables that
lack the changes of the others, and a row that is met often would overshoot. So it is not the size of the GPU that says
how many chunks are in flight, but the text (`in_flight`), as it says how long one may be (`heads/chunk_size.py`).

`TRITON_INTERPRET=1` runs the kernels on the CPU, as tests do.
"""

import math
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import torch

from w2v import heads
from w2v.base import randomness
from w2v.base.config import Config
from w2v.base.threads import OverdueError
from w2v.corpus.blocks import Blocks
from w2v.engines.base import Engine, Loss, Losses, check_state, initialise, torch_device
from w2v.errors import W2VError
from w2v.examples.input_rows import OF_DOCUMENTS
from w2v.heads import spec_of
from w2v.heads.chunk_size import REACH, chunk_size
from w2v.kernels.gpu import interpreted
from w2v.models.tables import Tables

LINE = 16  # numbers; rows are whole multiples of so many, which are loaded together
WIDEST_WINDOW, LONGEST_CHUNK, MOST_NEGATIVES = 32, 64, 128  # what a program's shared memory holds
BLOCKS_EACH = 8  # blocks that a program trains, on average, before the host hears of it
# Gradients on the busiest row that may be on their way, in the REACH of one step. With it 17 million words allow for 37
# chunks of Skip-gram at the same time; up to 100 trained as well, and 132 diverged.
IN_FLIGHT = 10.0
MOST_PROGRAMS = 64  # whatever the text allows; 100 were tried, and 132, one on each multiprocessor of that GPU, failed
GIB = 2**30


def card() -> str:
    """The GPU's name and memory."""
    found = torch.cuda.get_device_properties(0)
    return f"{found.name}, {found.total_memory / GIB:.0f} GiB, {found.multi_processor_count} multiprocessors"


class Launched(NamedTuple):
    """Blocks that the GPU trains now; on the host."""

    losses: torch.Tensor  # float64 [B]
    examples: torch.Tensor  # int32 [B]
    done: "torch.cuda.Event | None"


class GpuEngine(Engine):
    """Trains through the Triton kernel of the config's head."""

    compiled = True
    on_cpu = False
    threads = 1

    @staticmethod
    def why_not(config: Config) -> str | None:
        """The reason why this engine cannot train `config`, in a sentence; None when it can."""
        if heads.kernel_of(config.head, "gpu_kernel") is None:
            having = [name for name in heads.names() if spec_of(name).gpu_kernel]
            return f"head {config.head!r} has no GPU kernel (those with one: {', '.join(having)})."
        if config.subword != "none":
            return "with subwords a word has several rows, which it does not know."
        if config.arch in OF_DOCUMENTS:
            return f"it does not train documents (arch {config.arch!r})."
        if config.dtype != "float32":
            return f"dtype is {config.dtype!r}, and its tables are of float32."
        if config.arch == "cbow" and config.cbow_update == "original":
            return "cbow_update='original' ended in a fault of the GPU when it was tried, and is left out."
        if config.deterministic:
            return "deterministic=True is for threads on the CPU."
        for name, value, most in [
            ("window", config.window, WIDEST_WINDOW),
            ("chunk", config.chunk or 1, LONGEST_CHUNK),
            ("shared_negatives", config.shared_negatives or 1, MOST_NEGATIVES),
        ]:
            if value > most:
                return f"{name} is {value}, and its kernels take up to {most}."
        if not find_spec("triton"):
            return "Triton is not installed: pip install 'w2v[gpu]'."
        if interpreted():
            return None
        if torch_device(config) != "cpu" and torch.device(config.device).type != "cuda":
            return f"device {config.device!r} is none that Triton has kernels for; expected 'cuda'."
        if not torch.cuda.is_available():
            built = "" if torch.version.cuda else ", and it is built without CUDA"
            return f"torch finds no GPU here (torch.cuda.is_available() says so{built})."
        return None

    @staticmethod
    def settled(config: Config) -> Config:
        """With the precision of products: where a head rounds, `medium` is bfloat16, the fastest on tensor cores."""
        rounds = spec_of(config.head).rounds_products
        precision = config.matmul_precision.replace("medium", "bfloat16") if rounds else "highest"
        return config.replace(matmul_precision=precision)

    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray) -> None:
        self.config = config = self.settled(config)
        spec, place = spec_of(config.head), heads.kernel_of(config.head, "gpu_kernel")
        assert place, "`why_not` says so"
        self._kernel = import_module(place)
        where = "cpu" if interpreted() else "cuda" if torch_device(config) == "cpu" else config.device
        self.device = torch.device(where)
        self.columns = spec.output_columns(config.vector_size)
        stride = -(-self.columns // LINE) * LINE
        rows = len(counts), spec.output_rows(len(counts))
        self._table_bytes, self._vocab_size = sum(rows) * stride * 4, len(counts)
        self._check_room()
        self.chunk = chunk_size(config, counts, keep)
        self.programs = self._programs(in_flight(config, counts, keep, self.chunk))
        first = np.zeros((rows[0], stride), np.float32)
        initialise(first, config.vector_size, config.seed)
        with self._in_sentences():
            self.input = torch.from_numpy(first).to(self.device)
            self.output = torch.zeros((rows[1], stride), dtype=torch.float32, device=self.device)
            self.keep = torch.from_numpy(keep.view(np.int64)).to(self.device)
            self._head = self._kernel.prepare(config, counts, self.device)
        self._several = self.programs * (1 if spec.meets_all_words else BLOCKS_EACH)
        self._paused, self._until = False, math.inf

    def _check_room(self) -> None:
        """Raise a W2VError if the tables have no room on the GPU."""
        if self.device.type != "cuda":
            return
        free, _ = torch.cuda.mem_get_info(self.device)
        if self._table_bytes > 0.9 * free:
            fits = int(self._vocab_size * 0.9 * free / self._table_bytes) // 1000 * 1000
            raise W2VError(
                f"The tables of {self._vocab_size:,} words take {self._table_bytes / GIB:.1f} GiB, and the GPU has "
                f"{free / GIB:.1f} GiB free. Keep fewer words, max_final_vocab={fits} at most, or give a smaller "
                "vector_size."
            )

    @contextmanager
    def _in_sentences(self) -> Iterator[None]:
        """What a GPU has too little of, as a W2VError."""
        from triton.runtime.errors import OutOfResources  # not before `why_not` has seen that it is installed

        try:
            yield
        except torch.OutOfMemoryError as error:
            raise W2VError(
                f"The GPU's memory is full: beside the tables of {self._vocab_size:,} words "
                f"({self._table_bytes / GIB:.1f} GiB) there is no room for what training takes. Keep fewer words "
                "(max_final_vocab), give a smaller vector_size, or end other programs on that GPU."
            ) from error
        except OutOfResources as error:
            raise W2VError(
                f"A chunk does not fit a multiprocessor of this GPU ({error}). Give smaller ones, chunk=16 say, a "
                "smaller window or fewer shared_negatives, or engine='cpu'."
            ) from error

    def _programs(self, wanted: int) -> int:
        """How many chunks are in flight: as many as the text allows, and no more than run at the same time."""
        if self.device.type != "cuda":
            return 1
        return min(wanted, MOST_PROGRAMS, torch.cuda.get_device_properties(self.device).multi_processor_count)

    def train_blocks(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Losses:
        self._paused, self._until = False, math.inf
        begun: deque[Launched] = deque()
        first, several = 0, self._several
        try:
            while begun or (first < len(order) and not self._paused):
                if first < len(order) and not self._paused:  # the next are sent while these are trained
                    piece = slice(first, first + several)
                    begun.append(self._launch(blocks, epoch, order[piece], rates[piece]))
                    first += several
                    if len(begun) == 1 and first < len(order):
                        continue
                yield from self._results(begun.popleft())
        finally:
            if self.device.type == "cuda":
                torch.cuda.synchronize(self.device)

    def _results(self, launched: Launched) -> Iterator[Loss]:
        """The loss of each block, once they are trained."""
        while launched.done and not launched.done.query():
            if time.monotonic() > self._until:
                raise OverdueError
            time.sleep(0.0002)
        yield from map(Loss, launched.losses.tolist(), launched.examples.tolist())

    def _launch(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Launched:
        """Have the GPU train some blocks, after those before."""
        current = torch.cuda.device(self.device) if self.device.type == "cuda" else nullcontext()
        with current, self._in_sentences():
            return self._launch_here(blocks, epoch, order, rates)

    def _launch_here(self, blocks: Blocks, epoch: int, order: np.ndarray, rates: np.ndarray) -> Launched:
        """The same, on the device that is current for Triton."""
        from w2v.kernels.gpu.windows import cut_windows

        config, numbers = self.config, order.tolist()
        read = [blocks.block(number) for number in numbers]
        length = max(1, *map(len, read))
        ids = torch.zeros((len(read), length), dtype=torch.int32, pin_memory=self.device.type == "cuda")
        for line, block in zip(ids.numpy(), read, strict=True):
            line[: len(block)] = block
        sizes = self._sent(torch.tensor([len(block) for block in read], dtype=torch.int32))
        purposes = randomness.KEEP, randomness.WIDTH, randomness.NOISE
        drawn = [[randomness.stream_key(config.seed, epoch, number, p) for p in purposes] for number in numbers]
        keys = self._sent(torch.from_numpy(np.array(drawn, np.uint64).view(np.int64)))
        windows = cut_windows(self._sent(ids), sizes, keys, self.keep, config)
        alphas = self._sent(torch.from_numpy(rates.astype(np.float32)))
        told = self._kernel.train_blocks(
            self._head, self.input, self.output, windows, alphas, self.chunk, self.programs
        )
        losses, examples = (array.to("cpu", non_blocking=True) for array in told)
        done = torch.cuda.Event() if self.device.type == "cuda" else None
        if done:
            done.record(torch.cuda.current_stream(self.device))
        return Launched(losses, examples, done)

    def _sent(self, array: torch.Tensor) -> torch.Tensor:
        return array.to(self.device, non_blocking=True)

    def pause(self, within: float = math.inf) -> None:
        self._paused, self._until = True, time.monotonic() + within

    def tables(self) -> Tables:
        """Copies."""
        return {
            "input": self.input[:, : self.config.vector_size].cpu().numpy(),
            "output": self.output[:, : self.columns].cpu().numpy(),
        }

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        check_state(self.state(), state)
        for table, name in ((self.input, "input"), (self.output, "output")):
            given = torch.from_numpy(np.ascontiguousarray(state[name]))
            table[:, : given.shape[1]] = given.to(self.device)


def in_flight(config: Config, counts: np.ndarray, keep: np.ndarray, chunk: int) -> int:
    """How many chunks may be trained at the same time: 1 for a toy text, more the more even its words are.

    1 also for heads that meet all words, of which a chunk is as long as all rows bear, and busies the whole GPU.
    The busiest row is that of the most frequent word, as a target or as a negative sample. It gets as many gradients
    from a chunk as it is expected to be met there; what is on its way to it stays below IN_FLIGHT * REACH / alpha.
    """
    spec = spec_of(config.head)
    if spec.meets_all_words or (chunk < spec.longest_chunk(config) and not config.chunk):
        return 1  # a single chunk is as much as its rows bear
    weight = counts * (keep / 2.0**32)
    context = config.window + 1 if config.shrink_windows else 2 * config.window
    examples = chunk * (context if config.arch == "skipgram" else 1)
    gradients = examples * spec.busiest_row(config, weight.max() / weight.sum(), counts)
    return max(int(IN_FLIGHT * REACH / (spec.start_alpha(config) * gradients)), 1)
