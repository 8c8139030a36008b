"""What one of several readers has of a text: a share of each source, all shares together being the whole, once.

Sources whose size is known lie one behind the other on a line of bytes, which is cut into equal parts; any other source
is cut by itself. So a reader has from `start` to `stop` of the `size` of a source, most of them wholly or not at all.

- Of a local file of plain text these are bytes: the lines that begin there. What lies before is not read.
- Anything else can only be read from its beginning: what is packed, tables, archives, iterables, addresses. Line n is
  the reader's in whose part, of all numbers below 2^64, there is

      n 0x9e3779b97f4a7c15 mod 2^64        (2^64 over the golden ratio: Weyl's sequence)

  whose first numbers, however many, are spread evenly. So shares are alike in length whatever the length of the source,
  and nobody has to know how long it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from w2v.base.compression import PIECE
from w2v.base.randomness import GOLDEN
from w2v.errors import W2VError
from w2v.text.files import BYTE_ORDER_MARK, Batch, File, Text

_LINE_END = ord("\n")


class Share(NamedTuple):
    """What a reader has of a source."""

    start: int
    stop: int
    size: int
    first: bool  # whether it is the one that counts what is left out of the source

    @property
    def whole(self) -> bool:
        return self.stop - self.start == self.size > 0

    @property
    def nothing(self) -> bool:
        return self.start == self.stop and not self.first


WHOLE = Share(0, 1, 1, True)


def shares_of(sizes: Sequence[int | None], reader: int, readers: int) -> list[Share]:
    """What one of some readers has of sources of these sizes in bytes; None: it is not known.

    For each byte there is one reader that has it, and for each source one that is `first`.
    """
    total = sum(size or 0 for size in sizes)
    cuts = [total * number // readers for number in range(readers + 1)]
    shares, place = [], 0
    for size in sizes:
        if size is None:
            shares.append(Share(reader, reader + 1, readers, reader == 0))
            continue
        start, stop = (min(max(cut - place, 0), size) for cut in cuts[reader : reader + 2])
        first = min(bisect_right(cuts, place) - 1, readers - 1)
        shares.append(Share(start, stop, size, reader == first))
        place += size
    return shares


class Dealer:
    """Deals lines of a source by their numbers. lines: how many there were so far."""

    def __init__(self, share: Share) -> None:
        self.lines = 0
        self._start, self._stop = ((place << 64) // max(share.size, 1) for place in (share.start, share.stop))
        self._first = share.first

    def own(self, item: Text | Batch) -> Iterator[Text | Batch]:
        """Those of the next lines that are the reader's, if there are any."""
        invalid_bytes = item.invalid_bytes if self._first else 0
        if isinstance(item, Batch):
            mine = self._mine(len(item.lines))
            if mine.any() or invalid_bytes:
                lines: list[Any] = [item.lines[number] for number in np.flatnonzero(mine).tolist()]
                yield Batch(lines, invalid_bytes)
            return
        data = np.frombuffer(item.utf8, np.uint8)
        ends = np.flatnonzero(data == _LINE_END) + 1
        if len(data) and data[-1] != _LINE_END:
            ends = np.append(ends, len(data))
        mine = self._mine(len(ends))
        if mine.any() or invalid_bytes:
            yield Text(data[np.repeat(mine, np.diff(ends, prepend=0))].tobytes(), invalid_bytes)

    def _mine(self, lines: int) -> np.ndarray:
        """Which of so many next lines are the reader's, bool [lines]."""
        numbers = np.arange(self.lines, self.lines + lines, dtype=np.uint64) * GOLDEN
        self.lines += lines
        if self._start == self._stop:
            return np.zeros(lines, bool)
        return (numbers >= np.uint64(self._start)) & (numbers <= np.uint64(self._stop - 1))


def texts_between(file: File, start: int, stop: int, strict: bool) -> Iterator[Text]:
    """The lines of a local file of plain text that begin in its bytes [start, stop), as `File.texts` gives them.

    It is read from a multiple of PIECE on. So the pieces are those in which the whole is read, and lines that are too
    long are cut where they are cut then.
    """
    place, pieces = _from_line(file, start)
    lines = 0
    begins = True  # whether a line does, at the place
    for piece in file.whole_lines(pieces):
        if begins and place >= stop:
            return
        end = piece.find(b"\n", max(stop - 1 - place, 0)) + 1
        some = piece[:end] if end else piece
        place += len(piece)
        begins = piece.endswith(b"\n")
        if not (start or lines):
            some = some.removeprefix(BYTE_ORDER_MARK)
        try:
            yield file.checked(some, lines, strict)
        except W2VError:
            if not start:
                raise
            yield file.checked(some, lines + _lines_before(file, start), strict)  # raises, with the number in the file
        lines += some.count(b"\n")
        if end:
            return


def _from_line(file: File, start: int) -> tuple[int, Iterator[bytes]]:
    """Where the first line at or behind some byte begins, and the pieces from there on."""
    place = max(start - 1, 0) // PIECE * PIECE
    pieces = file.pieces_from(place)
    if not start:
        return 0, pieces

    def from_line() -> Iterator[bytes]:
        yield rest
        yield from pieces

    for piece in pieces:
        begin = piece.find(b"\n", max(start - 1 - place, 0)) + 1
        if begin:
            rest = piece[begin:]
            return place + begin, from_line()
        place += len(piece)
    return place, iter(())


def _lines_before(file: File, start: int) -> int:
    """How many lines there are before the first that begins at or behind some byte."""
    place, _ = _from_line(file, start)
    lines = read = 0
    for piece in file.pieces_from(0):
        lines += piece[: place - read].count(b"\n")
        read += len(piece)
        if read >= place:
            break
    return lines
