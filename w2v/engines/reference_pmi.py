"""The twin of `cpu_pmi.py` in torch, on any torch device: its gradients are autograd's.

It takes one step per entry, like the kernels; so it is for checking, and for heads without a kernel, on small texts.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from w2v import heads
from w2v.base.config import Config
from w2v.engines.base import Loss, check_state, torch_device
from w2v.engines.cpu_pmi import starting_tables
from w2v.engines.reference import summed
from w2v.engines.threaded import ThreadedEngine
from w2v.models.tables import Tables


class Equation(NamedTuple):
    """What one step is made of: B pairs of a word and another one, each of them [B]."""

    row: Tensor  # int64, the words with the hidden vectors
    column: Tensor  # int64, the others
    x: Tensor  # X_ij
    pmi: Tensor


class ReferenceRegressionEngine(ThreadedEngine):
    """Trains on blocks of co-occurrences through torch autograd."""

    learns_from = "cooccurrences"
    threads = 1

    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray) -> None:
        self.config = config
        self.interrupted = np.zeros(1, np.uint8)
        device = torch.device(torch_device(config))
        tables = starting_tables(config, len(counts))
        self.shared = tables["input"] is tables["output"]
        self.input = nn.Parameter(torch.from_numpy(tables["input"]).to(device))
        self.head = heads.build(config, counts, torch.from_numpy(tables["output"]).to(device)).to(device)
        if self.shared:
            self.head.output = self.input
        self.head.sparse = True
        trained = {"input_squares": self.input}
        if not self.shared:
            trained["output_squares"] = self.head.output
        self.squares = {name: (table, torch.ones_like(table.data)) for name, table in trained.items()}

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        loss = Loss(0.0, 0)
        for equation in self.equations(block):
            if self.interrupted[0]:
                break
            loss += self.step(alpha, equation)
        return loss

    def equations(self, block: np.ndarray) -> Iterator[Equation]:
        """What the steps of a block are made of, in their order: with two tables an entry is two, (i, j) and (j, i)."""
        kind, device = self.input.dtype, self.input.device
        rows, columns = (torch.from_numpy(block[name].astype(np.int64)).to(device) for name in ("row", "column"))
        counts, pmis = (torch.from_numpy(block[name].copy()).to(device, kind) for name in ("count", "pmi"))
        for place in range(len(block)):
            row, column, count, pmi = (of_all[place : place + 1] for of_all in (rows, columns, counts, pmis))
            yield Equation(row, column, count, pmi)
            if not self.shared and row != column:
                yield Equation(column, row, count, pmi)

    def losses(self, equation: Equation) -> tuple[Tensor, Tensor]:
        """The hidden vectors [B, D] of some pairs and their losses [B], at the tables as they are."""
        hidden = F.embedding(equation.row, self.input, sparse=True)
        return hidden, self.head(hidden, equation.column, equation.x, equation.pmi)

    def step(self, alpha: float, equation: Equation) -> Loss:
        """One step of AdaGrad, at rate `alpha`, on the equations of some pairs."""
        _, losses = self.losses(equation)
        losses.sum().backward()
        for table, squares in self.squares.values():
            assert table.grad is not None
            gradient = table.grad.coalesce()
            rows, g = gradient.indices()[0], gradient.values()
            squares[rows] += g**2
            table.data[rows] -= alpha * g / squares[rows].sqrt()
            table.grad = None
        return summed(losses)

    def load_state(self, state: dict[str, np.ndarray]) -> None:
        check_state(self.state(), state)
        with torch.no_grad():
            self.input.copy_(torch.from_numpy(state["input"]))
            self.head.output.copy_(torch.from_numpy(state["output"]))
            for name, (_, squares) in self.squares.items():
                squares.copy_(torch.from_numpy(state[name]))

    def tables(self) -> Tables:
        return {"input": self.input.detach().cpu().numpy(), "output": self.head.output.detach().cpu().numpy()}

    def optimizer_state(self) -> dict[str, np.ndarray]:
        """AdaGrad's sums of squared gradients."""
        return {name: squares.cpu().numpy() for name, (_, squares) in self.squares.items()}
