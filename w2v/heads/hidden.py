"""Hidden vectors in torch: from rows of the input table to the vectors that a head gets, for every engine to be checked
against.
"""

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from w2v.examples.encoders import Bags
from w2v.examples.input_rows import ONE_ROW_EACH, InputRows
from w2v.heads.base import Head


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
    total = F.embedding_bag(rows, table, offsets, mode="sum", sparse=True)
    if not input_rows.mean:
        return total
    mean = total / torch.from_numpy(sizes).to(table.device)[:, None]
    return mean if input_rows.divide else mean.detach() + (total - total.detach())


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
    parts = sizes
    if input_rows.pooled:
        rows = np.add.reduceat(np.diff(input_rows.offsets)[bags.members], bags.offsets[:-1])
        parts = torch.from_numpy(rows).to(table.device)[:, None]
    if update == "original":
        return head.from_mean((total / parts).detach() + (total - total.detach()))
    if input_rows.pooled:
        return head.from_mean((total / parts).detach() + (total - total.detach()) / sizes)
    return head.from_mean(total / sizes)
