"""What a disk may hold after a power cut, from the journal of a process's file calls (`faults.c`).

Of a disk that promises no more than it has to: a file holds what it held when it was last synced, and nothing at all if
it never was; a name is there, or gone, for certain only once its folder was synced. So there are extremes at each
moment: the names in each folder as the process saw them, or as they were synced. Without the contents that were not.
"""

from pathlib import Path


class Disk:
    """Folders as the process sees them and as they are synced, and the synced contents of files, by a number of each.

    root: the folder, before the process begins; what is in it then is there to stay.
    """

    def __init__(self, root: Path) -> None:
        self.seen: dict[int, dict[str, int]] = {}
        self.synced: dict[int, dict[str, int]] = {}
        self.contents: dict[int, bytes] = {}
        self._numbers: dict[int, int] = {}  # of inodes, which are given away again when a file is removed
        self._count = 0
        self.root = self._read(root)

    def _read(self, path: Path) -> int:
        number = self._new(path.stat().st_ino)
        if path.is_dir():
            self.seen[number] = {entry.name: self._read(entry) for entry in path.iterdir()}
            self.synced[number] = dict(self.seen[number])
        else:
            self.contents[number] = path.read_bytes()
        return number

    def _new(self, inode: int) -> int:
        self._count += 1
        self._numbers[inode] = self._count
        return self._count

    def _number(self, inode: int) -> int:
        return self._numbers[inode] if inode in self._numbers else self._new(inode)

    def do(self, line: str) -> None:
        """Take an operation from the journal."""
        what, *told = line.split(" ")
        if what == "sync":
            number = self._numbers[int(told[0])]
            if told[1] == "folder":
                there = zip(map(int, told[2::2]), told[3::2], strict=True)
                self.seen[number] = {bytes.fromhex(name).decode(): self._number(inode) for inode, name in there}
                self.synced[number] = dict(self.seen[number])
            else:
                self.contents[number] = bytes.fromhex(told[1])
            return
        places = [
            (self.seen[self._numbers[int(parent)]], int(inode), bytes.fromhex(name).decode())
            for parent, inode, name in zip(told[::3], told[1::3], told[2::3], strict=True)
        ]
        names, inode, name = places[0]
        if what == "create":
            names[name] = self._new(inode)
        elif what == "mkdir":
            names[name] = number = self._new(inode)
            self.seen[number], self.synced[number] = {}, {}
        elif what == "link":
            names[name] = self._numbers[inode]
        elif what == "rewrite":
            self.contents.pop(self._numbers[inode], None)
        elif what == "remove":
            del names[name]
        elif what == "rename":
            places[1][0][places[1][2]] = names.pop(name)
        elif what == "exchange":
            others, _, other = places[1]
            names[name], others[other] = others[other], names[name]
        else:
            raise AssertionError(line)

    def write(self, to: Path, *, outer: bool, inner: bool) -> None:
        """Make a folder of what the disk holds.

        outer: of the names in it only those that were synced, and not all that the process saw; inner: the same of the
        names in folders below.
        """
        self._write(self.root, to, outer, inner)

    def _write(self, number: int, to: Path, outer: bool, inner: bool) -> None:
        to.mkdir()
        for name, entry in (self.synced if outer else self.seen)[number].items():
            if entry in self.seen:
                self._write(entry, to / name, inner, inner)
            else:
                (to / name).write_bytes(self.contents.get(entry, b""))
