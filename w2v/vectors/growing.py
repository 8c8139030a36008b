"""Arrays to which rows are added one by one, and that are copied before the first change."""

from __future__ import annotations

from typing import Any

import numpy as np

SPARE = 8  # there is room for an eighth of the rows more: a row that is added is copied eight times, whatever V is


class Growing:
    """An array [V, ...] that is read through `rows`, and written through the methods here.

    rows: not copied before something is written: they may be a model's table, or somebody else's array.
    """

    def __init__(self, rows: np.ndarray) -> None:
        self._room: np.ndarray | None = None  # an array of our own, whose first V rows are `rows`
        self.rows = _unwriteable(rows)

    def shared(self) -> np.ndarray:
        """The rows, for one who keeps them: what is written here from now on is written into a copy."""
        self._room = None
        return self.rows

    def append(self, more: np.ndarray) -> None:
        """more: [N, ...]."""
        before, after = len(self.rows), len(self.rows) + len(more)
        room = self._room if self._room is not None and len(self._room) >= after else self._moved(after)
        room[before:after] = more
        self.rows = _unwriteable(room[:after])

    def put(self, places: Any, values: Any) -> None:
        """Write `values` to the rows at `places`: one, or an array of them."""
        room = self._moved(len(self.rows)) if self._room is None else self._room
        room[places] = values

    def keep(self, places: np.ndarray) -> None:
        """Leave only the rows at these places, in this order."""
        self._room = self.rows[places]
        self.rows = _unwriteable(self._room)

    def _moved(self, length: int) -> np.ndarray:
        """The rows in an array of our own, with room for `length` of them and some more."""
        before = self.rows
        spare = 0 if length == len(before) else max(SPARE, length // SPARE)
        self._room = np.empty((length + spare, *before.shape[1:]), dtype=before.dtype)
        self._room[: len(before)] = before
        self.rows = _unwriteable(self._room[: len(before)])
        return self._room


def _unwriteable(rows: np.ndarray) -> np.ndarray:
    view = rows.view()
    view.flags.writeable = False
    return view
