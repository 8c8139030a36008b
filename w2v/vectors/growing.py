"""Arrays to which rows are added one by one, and that never change under anybody who holds them."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

SPARE = 8  # there is room for an eighth of the rows more: a row that is added is copied eight times, whatever V is


class Growing:
    """An array [V, ...] that is read through `rows`, and written through the methods here.

    rows: not copied before something is written: they may be a model's table, or somebody else's array.

    The law is that arrays which were handed out stay as they are. So rows are written in place only where nobody else
    holds a view of them, which their reference counts tell, as numpy's own `resize` has it; else they are copied first.
    """

    def __init__(self, rows: np.ndarray) -> None:
        self._room: np.ndarray | None = None  # an array of our own, whose first V rows are `rows`
        self.rows = _unwriteable(rows)

    def append(self, more: np.ndarray) -> None:
        """more: [N, ...]. What is behind the rows nobody else sees."""
        before, after = len(self.rows), len(self.rows) + len(more)
        if self._room is None or len(self._room) < after:
            self._move(after)
        assert self._room is not None
        self._room[before:after] = more
        self.rows = _unwriteable(self._room[:after])

    def put(self, places: Any, values: Any) -> None:
        """Write `values` to the rows at `places`: one, or an array of them."""
        if self._room is None or self._holders() > _NOBODY_ELSE:
            self._move(len(self.rows))
        assert self._room is not None
        self._room[places] = values

    def keep(self, places: np.ndarray) -> None:
        """Leave only the rows at these places, in this order."""
        self._room = self.rows[places]
        self.rows = _unwriteable(self._room)

    def _move(self, length: int) -> None:
        """Copy the rows to an array of our own, with room for `length` of them and some more."""
        spare = 0 if length == len(self.rows) else max(SPARE, length // SPARE)
        self._room = np.empty((length + spare, *self.rows.shape[1:]), dtype=self.rows.dtype)
        self._room[: len(self.rows)] = self.rows
        self.rows = _unwriteable(self._room[: len(self.rows)])

    def _holders(self) -> int:
        """How many refer to the rows or to the room, which is the base of every view of them."""
        return sys.getrefcount(self._room) + sys.getrefcount(self.rows)


def _unwriteable(rows: np.ndarray) -> np.ndarray:
    view = rows.view()
    view.flags.writeable = False
    return view


def _holders_of_a_new_one() -> int:
    new = Growing(np.zeros(1))
    new.put(0, 0)
    return new._holders()


_NOBODY_ELSE = sys.maxsize
_NOBODY_ELSE = _holders_of_a_new_one()
