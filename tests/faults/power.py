"""Power cuts: a writer is run once, and for each moment of its run is looked at what its disk may hold (`disk.py`).

    LD_PRELOAD=faults.so python power.py FOLDER WRITER...

Prints a JSON object: disks that were looked at, by writer, and what was wrong with them.
"""

import json
import os
import shutil
import sys
import warnings
from itertools import product
from pathlib import Path

from disk import Disk
from storm import LIBRARY, in_child, judged, prepared
from writers import NEW, OLD, WRITERS, look, server

from w2v.base.folder_swap import recover


def cuts(name: str, base: Path) -> tuple[int, list[str]]:
    """The number of disks that one writer may leave behind, and what is wrong with them."""
    writer, wrong, looked_at = WRITERS[name], [], 0
    template, old, new = prepared(name, base)
    shutil.copytree(template, base / "run")
    disk, journal = Disk(base / "run"), base / "journal"

    def write() -> None:
        with open(journal, "wb") as file:
            LIBRARY.faults_arm(os.fsencode(base / "run"), 0, 0, file.fileno())
            writer.write(base / "run", NEW)
            LIBRARY.faults_saved()

    told = in_child(write)
    assert told == "", told
    lines, saved = ["", *journal.read_text().splitlines()], None
    for number, line in enumerate(lines):
        if line == "saved":
            saved = "saved"
        elif line:
            disk.do(line)
        for outer, inner in product((True, False), repeat=2):
            place = base / "cut"
            disk.write(place, outer=outer, inner=inner)
            in_child(lambda place=place: recover(place / "m"))
            problem = judged(saved, look(place), old, new, several=writer.several)
            if problem is None and number % 5 == 0:
                again = in_child(lambda place=place: writer.write(place, NEW))
                strange = [str(path) for path in place.rglob(".w2v-*")]
                if again or look(place) != new or strange:
                    problem = f"the next one: {again}, {look(place)} and {strange}"
            if problem:
                wrong.append(
                    f"{name}, cut at {number} of {len(lines) - 1}, {line:.40}, synced {outer} {inner}: {problem}"
                )
            shutil.rmtree(place)
            looked_at += 1
    return looked_at, wrong


def main() -> None:
    warnings.simplefilter("ignore")
    base, *names = sys.argv[1:]
    disks, wrong = {}, []
    with server(Path(base)):
        for name in names:
            place = Path(base) / name
            (place / "warm").mkdir(parents=True)
            WRITERS[name].write(place / "warm", OLD)
            disks[name], found = cuts(name, place)
            wrong += found
    print(json.dumps({"disks": disks, "wrong": wrong}))


if __name__ == "__main__":
    main()
