"""What training leaves as it is: some rows of the input table, or all of the output table."""

from typing import NamedTuple

import numpy as np


class Frozen(NamedTuple):
    """What part of its changes each row gets. A row that gets none keeps its bits.

    factors: float64 [V], 0 to 1, of each word's input row: at 0 it is frozen, at 1 trained as usual, between them it
        learns at so much lower a rate. []: all are trained as usual, which costs nothing.
    output: whether the whole output table stays as it is.
    """

    factors: np.ndarray = np.empty(0)
    output: bool = False

    @property
    def anything(self) -> bool:
        """Whether there is any row that does not get all of its changes."""
        return self.output or bool((self.factors != 1).any())

    @property
    def everything(self) -> bool:
        """Whether no row gets any change."""
        return self.output and len(self.factors) > 0 and not self.factors.any()


NOTHING = Frozen()
