"""What training changes."""

from typing import NamedTuple

import numpy as np


class Tables(NamedTuple):
    """The two tables of a model: all that training changes."""

    input: np.ndarray  # [V, D], the word vectors
    output: np.ndarray  # [R, C], the head's rows
