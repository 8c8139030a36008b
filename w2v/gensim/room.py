"""Space behind the rows of a plain array, so that one that grows row by row is not copied each time."""

import numpy as np

SPARE = 8  # space for an eighth of the rows more


class Room:
    """The larger array that the last one given out is the beginning of."""

    def __init__(self) -> None:
        self._space, self._last = np.empty(0), np.empty(0)

    def extended(self, rows: np.ndarray, length: int) -> np.ndarray:
        """An array that begins with `rows` [V, ...], of `length` rows, from V; what follows is yet to be written.

        The rows are copied, unless they are what was given out last and there is space behind them.
        """
        if rows is not self._last or length > len(self._space):
            self._space = np.empty((length + max(SPARE, length // SPARE), *rows.shape[1:]), dtype=rows.dtype)
            self._space[: len(rows)] = rows
        self._last = self._space[:length]
        return self._last
