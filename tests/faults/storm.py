"""A storm of faults: a writer is run once for each of its file calls, and that call fails, or the process dies there.

    LD_PRELOAD=faults.so python storm.py FOLDER HOW EVERY WRITER...

HOW: ENOSPC, EIO or KILL. EVERY: 1 for each call, n for each n-th. Prints a JSON object: runs, by writer, and what went
wrong, sentence by sentence. Each run is a fork of this process, which has imported all there is to import.
"""

import ctypes
import errno
import json
import os
import re
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path

from writers import NEW, OLD, WRITERS, Files, look, server

from w2v.base.folder_swap import recover
from w2v.errors import W2VError

LIBRARY = ctypes.CDLL(None)
HOW = {"ENOSPC": errno.ENOSPC, "EIO": errno.EIO, "KILL": 0}
UNCHANGED = re.compile(
    "(was not|Nothing was|annot be) (written|read)|as it was|(ould not|annot) write|is full|built anew"
)
SECONDS = 20  # that a run may take


def in_child(act: Callable[[], str | None]) -> str | None:
    """What a function returns, or raises, when it is run in a process of its own; None: it was killed."""
    reads, writes = os.pipe()
    if not (pid := os.fork()):
        signal.alarm(SECONDS)
        try:
            try:
                told = act() or ""
            except W2VError as error:
                told = f"told: {error}"
            except BaseException as error:
                told = f"raw: {type(error).__name__}: {error} {traceback.format_exc()[-600:]}"
            os.write(writes, told.encode(errors="replace"))
        finally:
            os._exit(0)
    os.close(writes)
    with open(reads, "rb") as pipe:
        told = pipe.read().decode()
    status = os.waitpid(pid, 0)[1]
    if os.WIFSIGNALED(status):
        return None if os.WTERMSIG(status) == signal.SIGKILL else f"raw: signal {os.WTERMSIG(status)}"
    return told


def prepared(name: str, base: Path) -> tuple[Path, Files, Files]:
    """A folder to copy for each run, and what is in it before and after an undisturbed one."""
    writer = WRITERS[name]
    template, after = base / "old", base / "new"
    for folder, contents in ((template, [] if writer.is_first else [OLD]), (after, [OLD, NEW][writer.is_first :])):
        folder.mkdir()
        for number, of in enumerate(contents):
            told = in_child(lambda folder=folder, of=of: writer.write(folder, of))
            assert not told, told
            if number == 0 and not writer.is_first:
                writer.add(folder)
    old, new = look(template), look(after)
    assert old != new or name == "stream"
    return template, old, new


def storm(name: str, base: Path, how: str, every: int) -> tuple[int, list[str]]:
    """The number of runs of one writer, and what went wrong."""
    writer, wrong = WRITERS[name], []
    template, old, new = prepared(name, base)

    def run(folder: Path, call: int) -> str | None:
        def write() -> str:
            LIBRARY.faults_arm(os.fsencode(folder), call, HOW[how], -1)
            try:
                writer.write(folder, NEW)
            finally:
                LIBRARY.faults_arm(b"", 0, 0, -1)
            return "saved"

        return in_child(write)

    def calls() -> str:
        LIBRARY.faults_arm(os.fsencode(base / "run"), 0, 0, -1)
        writer.write(base / "run", NEW)
        return str(LIBRARY.faults_count())

    shutil.copytree(template, base / "run", symlinks=True)
    count = int(in_child(calls) or 0)
    numbers = sorted({*range(1, count + 1, every), count})
    for number in numbers:
        shutil.rmtree(base / "run")
        shutil.copytree(template, base / "run", symlinks=True)
        told = run(base / "run", number)
        in_child(lambda: recover(base / "run" / "m"))
        there = look(base / "run")
        problem = judged(told, there, old, new, several=writer.several)
        if problem is None and (told is None or number % 5 == 0):
            again = in_child(lambda: writer.write(base / "run", NEW))
            strange = [str(path) for path in (base / "run").rglob(".w2v-*")]
            if again or look(base / "run") != new or strange:
                problem = f"the next one: {again}, {look(base / 'run')} and {strange}"
        if problem:
            wrong.append(f"{name}, {how} at {number} of {count}: {problem}")
    return len(numbers), wrong


def judged(told: str | None, there: Files, old: Files, new: Files, *, several: bool) -> str | None:
    """What is wrong with what is there after a run and with what was said of it; None: nothing."""
    if told is not None and told.startswith("raw"):
        return told
    if several:
        mixed = [path for path in {**old, **new, **there} if there.get(path) not in (old.get(path), new.get(path))]
        if mixed:
            return f"{mixed} are neither old nor new; {told}"
        if told and told.startswith("told") and UNCHANGED.search(told):
            named = [path for path in new if f"/{path} was not written" in told and there.get(path) != old.get(path)]
            if named:
                return f"{named} are not what they were; {told}"
    elif there not in (old, new):
        return f"neither old nor new, but {there}; {told}"
    elif told and told.startswith("told"):
        if "is written, but" in told:
            return None if there == new else f"not new; {told}"
        if not UNCHANGED.search(told):
            return f"the sentence does not say what has become of it; {told}"
        if there != old:
            return f"not old; {told}"
    if told == "saved" and there != new:
        return "saved, and not new"
    return None


def main() -> None:
    warnings.simplefilter("ignore")
    base, how, every, *names = sys.argv[1:]
    runs, wrong = {}, []
    with server(Path(base)):
        for name in names:
            place = Path(base) / name
            (place / "warm").mkdir(parents=True)
            WRITERS[name].write(place / "warm", OLD)  # whatever is imported or compiled for it is there from now on
            runs[name], found = storm(name, place, how, int(every))
            wrong += found
    print(json.dumps({"runs": runs, "wrong": wrong}))


if __name__ == "__main__":
    main()
