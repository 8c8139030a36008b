"""The twin of `regression.py` in torch, on any torch device: its gradients are autograd's.

It takes one step per entry, like the kernels; so it is for checking, and for heads without a kernel, on small texts.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from w2v import heads
from w2v.config import Config
from w2v.engines.base import Engine, Loss
from w2v.engines.regression import no_resuming, starting_tables
from w2v.models.tables import Tables


class ReferenceRegressionEngine(Engine):
    """Trains on blocks of co-occurrences through torch autograd."""

    data = "cooccurrences"
    threads = 1

    def __init__(self, config: Config, counts: np.ndarray, keep: np.ndarray) -> None:
        self.config = config
        self.interrupted = np.zeros(1, np.uint8)
        device = torch.device(config.device)
        tables = starting_tables(config, len(counts))
        self.shared = tables["input"] is tables["output"]
        self.input = nn.Parameter(torch.from_numpy(tables["input"]).to(device))
        self.head = heads.build(config, counts, torch.from_numpy(tables["output"]).to(device)).to(device)
        if self.shared:
            self.head.output = self.input
        self.head.sparse = True
        tables_once = [self.input] if self.shared else [self.input, self.head.output]
        self.squares = [(table, torch.ones_like(table)) for table in tables_once]

    def train_block(self, block: np.ndarray, epoch: int, index: int, alpha: float) -> Loss:
        kind, device = self.input.dtype, self.input.device
        rows, columns = (torch.from_numpy(block[name].astype(np.int64)).to(device) for name in ("row", "column"))
        counts, pmis = (torch.from_numpy(block[name].copy()).to(device, kind) for name in ("count", "pmi"))
        loss = Loss(0.0, 0)
        for row, column, count, pmi in zip(*(of_all.split(1) for of_all in (rows, columns, counts, pmis)), strict=True):
            if self.interrupted[0]:
                break
            loss += self.step(alpha, row, column, count, pmi)
            if not self.shared and row != column:
                loss += self.step(alpha, column, row, count, pmi)
        return loss

    def step(self, alpha: float, row: Tensor, column: Tensor, count: Tensor, pmi: Tensor) -> Loss:
        """One step of AdaGrad, at rate `alpha`, on the equations of some pairs; the other arguments [B]."""
        losses = self.head(F.embedding(row, self.input, sparse=True), column, count, pmi)
        losses.sum().backward()
        for table, squares in self.squares:
            assert table.grad is not None
            gradient = table.grad.coalesce()
            rows, g = gradient.indices()[0], gradient.values()
            squares[rows] += g**2
            table.data[rows] -= alpha * g / squares[rows].sqrt()
            table.grad = None
        return Loss(losses.detach().double().sum().item(), len(losses))

    def load(self, tables: Tables) -> None:
        """Raises W2VError, like its twin."""
        raise no_resuming(self.config)

    def tables(self) -> Tables:
        return {"input": self.input.detach().cpu().numpy(), "output": self.head.output.detach().cpu().numpy()}
