"""The reference engine: torch autograd, on any torch device, for every head. It is written to be read and to be right.

One step of plain SGD per chunk of consecutive centre words: the gradient of the *sum* of the chunk's losses, taken at
the tables as they were before the chunk. The other engines make the same steps on the same examples.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from w2v import heads
from w2v.base import randomness
from w2v.base.config import Config
from w2v.engines.base import Loss, allocate, check_state, initialise, torch_device
from w2v.engines.frozen import NOTHING, Frozen
from w2v.engines.threaded import ThreadedEngine
from w2v.errors import W2VError
from w2v.examples import encoders
from w2v.examples.documents import DocumentRows, cut_document_windows, document_bags
from w2v.examples.encoders import Bags
from w2v.examples.input_rows import ONE_ROW_EACH, InputRows
from w2v.heads.chunk_size import chunk_size, words_chunk_size
from w2v.heads.hidden import hidden_vectors
from w2v.models.tables import Tables


def check_device(name: str) -> None:
    """Raise a W2VError for a device that torch does not know, or that is not here."""
    try:
        torch.empty(1, device=name)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        told = str(error).partition("\n")[0].rstrip(".")
        why = f" ({told})" if len(told) < 100 else ""  # else it lists all that torch has
        raise W2VError(
            f"device is {name!r}, and torch has no such device here{why}. Expected cpu, cuda, cuda:1, mps or xpu, "
            "whichever there is; or leave it out."
        ) from error


class Chunk(NamedTuple):
    """What one step is made of."""

    first: int  # the first of its places in the block, among the words that subsampling kept
    last: int  # the place after its last
    bags: Bags  # the examples of the hidden vectors there
    noise_key: int  # the stream of the head's random choices,
    drawn: int  # and the number of the first of them in it


def summed(losses: torch.Tensor) -> Loss:
    """The sum of the losses [B] of some examples, in float64 on the host: not every device has it."""
    return Loss(float(losses.detach().cpu().numpy().sum(dtype=np.float64)), len(losses))


class ReferenceEngine(ThreadedEngine):
    """Trains through torch autograd. On the CPU the torch parameters and the numpy tables share their memory."""

    threads = 1
    freezes = True

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
        self.config = config
        self.input_rows = input_rows._replace(size=documents.size) if documents else input_rows
        self.documents = documents
        self.keep = keep
        self.interrupted = np.zeros(1, np.uint8)
        self.spec = spec = heads.spec_of(config.head)
        tags = documents.size - len(counts) if documents else 0
        self.chunk = chunk_size(config, counts, keep, input_rows, tags)
        self.chunk_of_words = words_chunk_size(config, counts, keep) if config.dbow_words else 0
        rows = spec.output_rows(len(counts))
        first = allocate(self.input_rows.n_rows(len(counts)), config.vector_size, config.dtype)
        second = allocate(rows, spec.output_columns(config.vector_size), config.dtype)
        initialise(first, config.vector_size, config.seed)
        if config.workers:
            torch.set_num_threads(config.workers)
        device = torch.device(torch_device(config))
        self.input = nn.Parameter(torch.from_numpy(first).to(device))
        output = torch.from_numpy(second).to(device)
        self.head = heads.build(config, counts, output).to(device)
        self.head.sparse = True
        self.head.output.requires_grad_(not frozen.output)
        self.factors = torch.from_numpy(frozen.factors).to(device, self.input.dtype)
        self.optimizer = torch.optim.SGD([self.input, *self.head.parameters()], lr=spec.start_alpha(config))

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float, document: int | None = None) -> Loss:
        """As every engine does. document: in which the block begins; None: as the `DocumentRows` say."""
        self.set_rate(alpha)
        loss = Loss(0.0, 0)
        for chunk in self.chunks(block, epoch, index, document):
            if self.interrupted[0]:
                break
            loss += self.step(chunk)
        return loss

    def set_rate(self, alpha: float) -> None:
        """The learning rate of the steps that follow."""
        self.optimizer.param_groups[0]["lr"] = alpha

    def chunks(self, block: np.ndarray, epoch: int, index: int, document: int | None = None) -> Iterator[Chunk]:
        """What the steps of a block are made of, in their order; the arguments are those of `train_block`."""
        config = self.config
        how = self.keep, config.window, config.shrink_windows, config.seed, epoch, index
        noise_key = randomness.stream_key(config.seed, epoch, index, randomness.NOISE)
        if self.documents is None:
            windows = encoders.cut_windows(block, *how)
            yield from self._cut(len(windows.ids), self.chunk, partial(encoders.bags, config.arch, windows), noise_key)
            return
        begin = int(self.documents.firsts[index]) if document is None else document
        windows, documents = cut_document_windows(config.arch, block, *how, self.documents, begin)
        yield from self._cut(len(windows.ids), self.chunk, partial(document_bags, windows, documents), noise_key)
        if config.arch == "pv-dbow" and config.dbow_words:
            windows = encoders.cut_windows(block, *how)
            bags_of = partial(encoders.bags, "skipgram", windows)
            yield from self._cut(len(windows.ids), self.chunk_of_words, bags_of, noise_key)

    def _cut(self, places: int, size: int, bags_of: Callable[[int, int], Bags], noise_key: int) -> Iterator[Chunk]:
        """The places of a block in chunks of `size`. bags_of: the examples of some of them."""
        for number, first in enumerate(range(0, places, size)):
            last = min(first + size, places)
            yield Chunk(first, last, bags_of(first, last), noise_key, number * self.spec.shared_negatives(self.config))

    def step(self, chunk: Chunk) -> Loss:
        """One SGD step on the sum of the examples' losses."""
        if len(chunk.bags.target) == 0:
            return Loss(0.0, 0)
        _, losses = self.losses(chunk)
        self.optimizer.zero_grad()
        losses.sum().backward()
        if len(self.factors):
            self.input.grad = self._frozen(self.input.grad)
        self.optimizer.step()
        return summed(losses)

    def losses(self, chunk: Chunk) -> tuple[torch.Tensor, torch.Tensor]:
        """The hidden vectors [B, D] of a chunk's examples, and their losses [B] in nats, at the tables as they are."""
        config, bags = self.config, chunk.bags
        self.head.reseed(chunk.noise_key, chunk.drawn)
        hidden = hidden_vectors(
            self.input,
            bags,
            input_rows=self.input_rows,
            mean=config.cbow_mean,
            update=config.cbow_update,
            head=self.head,
        )
        return hidden, self.head(hidden, torch.from_numpy(bags.target).to(hidden.device))

    def _frozen(self, gradient: torch.Tensor | None) -> torch.Tensor | None:
        """The gradient of the input table with each row's factor, without the rows whose factor is 0."""
        if gradient is None:
            return None
        if not gradient.is_sparse:
            return torch.where(self.factors[:, None] != 0, gradient * self.factors[:, None], 0)
        gradient = gradient.coalesce()
        rows = gradient.indices()[0]
        learning = self.factors[rows] != 0
        values = gradient.values()[learning] * self.factors[rows[learning], None]
        return torch.sparse_coo_tensor(rows[learning][None], values, gradient.shape, check_invariants=False)

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        check_state(self.state(), state)
        with torch.no_grad():
            self.input.copy_(torch.from_numpy(state["input"]))
            self.head.output.copy_(torch.from_numpy(state["output"]))

    def tables(self) -> Tables:
        return {"input": self.input.detach().cpu().numpy(), "output": self.head.output.detach().cpu().numpy()}
