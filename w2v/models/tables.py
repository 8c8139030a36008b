"""What training changes: arrays of floating numbers, by name."""

import numpy as np

Tables = dict[str, np.ndarray]
"""The tables of a model, under the names by which they are saved; every objective has these two, and may have more:

    input    [V, D], the word vectors
    output   [R, C], the rows of the output head
    rows     [N, D], of models with subwords: what is trained; each row of `input` is then a mean of these
"""
