"""Runs cases in processes of their own: a process that ends before its cases do has found a fault, and says of which.

What is promised of every reader: no exception but W2VError, no signal, no hang of more than SECONDS, no memory above
ten times the file and MEMORY. Time is that of the processor, so that a busy machine makes no fault, and the kernel
keeps it: a process that is over it is killed, in compiled code as well.
"""

import json
import mmap
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from fuzz.readers import READERS, Files, Reader
from w2v.errors import W2VError

SECONDS, WAITING = 5.0, 60.0  # of the processor, and of the clock
MEMORY = 256 << 20
CHUNK = 500  # cases of a process
KEPT = 20  # faults of a reader that are described
_FAST = Path("/dev/shm")


@dataclass
class Tally:
    """What came of a reader's cases."""

    cases: int = 0
    refused: int = 0
    accepted: int = 0
    faults: dict[int, str] = field(default_factory=dict)  # by the number of the case


def run(names: list[str], cases: range, jobs: int, keep: Path | None = None) -> dict[str, Tally]:
    """Run some cases of some readers, `jobs` processes at a time; `keep`: where the files of faults are put."""
    tallies = {name: Tally() for name in names}
    waiting = deque((name, range(at, min(at + CHUNK, cases.stop))) for at in cases[::CHUNK] for name in names)
    running: dict[int, _Child] = {}
    with tempfile.TemporaryDirectory(dir=_FAST if _FAST.is_dir() else None) as place:
        for name in names:  # files, imports and compiled code that all processes find ready, and no case is charged for
            put(READERS[name].case(0), Path(place) / "whole")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                READERS[name].read(Path(place) / "whole")
        while waiting or running:
            while waiting and len(running) < jobs:
                child = _Child(*waiting.popleft(), Path(place))
                running[child.process] = child
            process, status = os.wait()
            child = running.pop(process)
            rest = child.finish(status, tallies[child.name])
            if len(rest):
                waiting.appendleft((child.name, rest))
    if keep:
        for name, tally in tallies.items():
            for number in tally.faults:
                put(READERS[name].case(number), keep / f"{name.replace(' ', '-')}-{number}")
    return tallies


def put(files: Files, folder: Path) -> None:
    """Write the files of a case."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


class _Child:
    """A process that runs some cases of a reader."""

    def __init__(self, name: str, cases: range, place: Path) -> None:
        self.name, self.cases = name, cases
        self.shared = mmap.mmap(-1, 24)  # of the case in work, of those refused, of those accepted
        number, path = tempfile.mkstemp(dir=place)
        self.told = Path(path)
        sys.stdout.flush()
        self.process = os.fork()
        if self.process:
            os.close(number)
            return
        code = 1
        try:
            with os.fdopen(number, "w") as told, tempfile.TemporaryDirectory(dir=place) as folder:
                self.work(told, Path(folder))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def work(self, told, folder: Path) -> None:
        warnings.simplefilter("ignore")
        reader = READERS[self.name]
        refused = accepted = 0
        for number in self.cases:
            self.set(number, refused, accepted)
            files = reader.case(number)
            put(files, folder / "case")
            problem = None
            try:
                with _Limits(sum(map(len, files.values()))):
                    reader.read(folder / "case")
                accepted += 1
            except W2VError as error:
                str(error).encode("utf-8", "backslashreplace")  # as it is shown
                refused += 1
            except Exception as error:
                problem = _described(error)
            if problem:
                told.write(json.dumps([number, problem]) + "\n")
                told.flush()
            reader.tidy(folder)
        self.set(self.cases.stop, refused, accepted)

    def set(self, *numbers: int) -> None:
        self.shared[:] = b"".join(number.to_bytes(8, "little") for number in numbers)

    def finish(self, status: int, tally: Tally) -> range:
        """Add what it found, and return the cases that it did not come to."""
        number, refused, accepted = (int.from_bytes(self.shared[at : at + 8], "little") for at in (0, 8, 16))
        tally.refused += refused
        tally.accepted += accepted
        for line in self.told.read_text().splitlines():
            at, problem = json.loads(line)
            tally.faults[at] = problem
        rest = range(self.cases.stop, self.cases.stop)
        if status or number < self.cases.stop:
            tally.faults[number] = _end(status)
            rest = range(number + 1, self.cases.stop)
        tally.cases += len(self.cases) - len(rest)
        self.told.unlink()
        return rest


class _Limits:
    """Time and memory of one case."""

    def __init__(self, size: int) -> None:
        self.room = 10 * size + MEMORY

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        signal.setitimer(signal.ITIMER_REAL, WAITING)
        if Path("/proc/self/statm").exists():
            held = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_DATA, (held + self.room, resource.RLIM_INFINITY))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _described(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/w2v/" in frame.filename] or [where]
    last = ours[-1]
    return f"{type(error).__name__}: {error!s:.100} ({Path(last.filename).name}:{last.lineno} {last.name})"


def _end(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"the process ended with code {os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    over = {signal.SIGPROF: f"more than {SECONDS:g} s of the processor", signal.SIGALRM: f"it waits for {WAITING:g} s"}
    return over.get(signal.Signals(number), f"signal {signal.Signals(number).name}")


def table(tallies: dict[str, Tally]) -> str:
    """What came of all cases, a line a reader, and below it what faults there are."""
    lines = [f"{'reader':<38}{'cases':>8}{'refused':>9}{'accepted':>10}{'faults':>8}"]
    for name, tally in tallies.items():
        counts = f"{tally.cases:>8,}{tally.refused:>9,}{tally.accepted:>10,}{len(tally.faults):>8,}"
        lines.append(f"{name:<38}{counts}")
    for name, tally in tallies.items():
        lines += [f"{name}, case {number}: {told}" for number, told in list(tally.faults.items())[:KEPT]]
    return "\n".join(lines)


__all__ = ["Reader", "Tally", "put", "run", "table"]
