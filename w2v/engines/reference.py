"""The reference engine: torch autograd, on any torch device, for every head. It is written to be read and to be right.

One step of plain SGD per chunk of consecutive centre words: the gradient of the *sum* of the chunk's losses, taken at
the tables as they were before the chunk. The other engines make the same steps on the same examples.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from w2v import encoders, heads, randomness
from w2v.config import Config
from w2v.encoders import Bags
from w2v.engines.base import Loss, allocate, check_state, chunk_size, initialise
from w2v.engines.threaded import ThreadedEngine
from w2v.heads.base import Head
from w2v.input_rows import ONE_ROW_EACH, InputRows
from w2v.models.tables import Tables


def place_vectors(table: Tensor, members: np.ndarray, input_rows: InputRows = ONE_ROW_EACH) -> Tensor:
    """The input vectors of some places of the text: the row, or the sum or mean of the rows, of the word there; [P, D].

    Args:
        table: the input table, [R, D].
        members: the words at these places, int64 [P].
        input_rows: the rows of each word.
    """
    if len(input_rows.offsets) == 0:
        return F.embedding(torch.from_numpy(members).to(table.device), table, sparse=True)
    sizes = np.diff(input_rows.offsets)[members]
    before = np.cumsum(sizes) - sizes
    entries = np.arange(sizes.sum()) + np.repeat(input_rows.offsets[members] - before, sizes)
    rows, offsets = (torch.from_numpy(a).to(table.device) for a in (input_rows.rows[entries].astype(np.int64), before))
    return F.embedding_bag(rows, table, offsets, mode="mean" if input_rows.mean else "sum", sparse=True)


def hidden_vectors(
    table: Tensor,
    bags: Bags,
    *,
    input_rows: InputRows = ONE_ROW_EACH,
    mean: bool = True,
    update: str = "mean",
    head: Head | type[Head] = Head,
) -> Tensor:
    """The hidden vector of each example: the mean (or sum) of the input vectors in its bag, by the head; [B, D].

    Args:
        table: the input table, [R, D].
        bags: B examples.
        input_rows: the rows that a word's input vector is made of.
        mean: average the bag, else add it up.
        update: "mean" is the gradient of what is computed. "original" is word2vec.c's and gensim's: the mean forward,
            the sum backward, which makes every context word's step too long by the size of the bag (Irsoy et al. 2020).
        head: its `to_ambient` and `from_mean` say what the mean of vectors is.
    """
    places = place_vectors(table, bags.members, input_rows)
    if len(bags.members) == len(bags.target):
        return places  # bags of one: their mean is the vector itself
    offsets = torch.from_numpy(bags.offsets[:-1]).to(table.device)
    ambient = head.to_ambient(places)
    total = F.embedding_bag(torch.arange(len(ambient), device=table.device), ambient, offsets, mode="sum")
    if not mean:
        return head.from_mean(total)
    sizes = torch.from_numpy(np.diff(bags.offsets)).to(table.device)[:, None]
    if update == "original":
        return head.from_mean((total / sizes).detach() + (total - total.detach()))
    return head.from_mean(total / sizes)


class ReferenceEngine(ThreadedEngine):
    """Trains through torch autograd. On the CPU the torch parameters and the numpy tables share their memory."""

    threads = 1

    def __init__(
        self, config: Config, counts: np.ndarray, keep: np.ndarray, input_rows: InputRows = ONE_ROW_EACH
    ) -> None:
        self.config = config
        self.input_rows = input_rows
        self.keep = keep
        self.interrupted = np.zeros(1, np.uint8)
        head = heads.head_class(config.head)
        self.chunk = chunk_size(config, counts, keep)
        rows = head.output_rows(len(counts))
        first = allocate(input_rows.n_rows(len(counts)), config.vector_size, config.dtype)
        second = allocate(rows, head.output_columns(config.vector_size), config.dtype)
        initialise(first, config.vector_size, config.seed)
        if config.workers:
            torch.set_num_threads(config.workers)
        device = torch.device(config.device)
        self.input = nn.Parameter(torch.from_numpy(first).to(device))
        output = torch.from_numpy(second).to(device)
        self.head = heads.build(config, counts, output).to(device)
        self.head.sparse = True
        self.optimizer = torch.optim.SGD([self.input, *self.head.parameters()], lr=config.start_alpha)

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        config = self.config
        windows = encoders.cut_windows(
            block, self.keep, config.window, config.shrink_windows, config.seed, epoch, index
        )
        noise_key = randomness.stream_key(config.seed, epoch, index, randomness.NOISE)
        self.optimizer.param_groups[0]["lr"] = alpha
        loss = Loss(0.0, 0)
        for number, first in enumerate(range(0, len(windows.ids), self.chunk)):
            if self.interrupted[0]:
                break
            bags = encoders.bags(config.arch, windows, first, min(first + self.chunk, len(windows.ids)))
            self.head.reseed(noise_key, number * config.noise_words)
            loss += self.step(bags)
        return loss

    def step(self, bags: Bags) -> Loss:
        """One SGD step on the sum of the examples' losses."""
        if len(bags.target) == 0:
            return Loss(0.0, 0)
        config = self.config
        hidden = hidden_vectors(
            self.input,
            bags,
            input_rows=self.input_rows,
            mean=config.cbow_mean,
            update=config.cbow_update,
            head=self.head,
        )
        losses = self.head(hidden, torch.from_numpy(bags.target).to(hidden.device))
        self.optimizer.zero_grad()
        losses.sum().backward()
        self.optimizer.step()
        return Loss(losses.detach().double().sum().item(), len(losses))

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        check_state(self.state(), state)
        with torch.no_grad():
            self.input.copy_(torch.from_numpy(state["input"]))
            self.head.output.copy_(torch.from_numpy(state["output"]))

    def tables(self) -> Tables:
        return {"input": self.input.detach().cpu().numpy(), "output": self.head.output.detach().cpu().numpy()}
