"""Compiles a kernel in another process while the text is read in this one.

numba compiles in Python, for some seconds, and in another thread it would hold up the reading. So where reading takes
longer than a moment, a process of its own makes a tiny engine with the same settings, which has its kernel compiled and
kept. Where the text has been read sooner than that has ended, it is waited for: it is further than this process would
be, which finds everything there.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any

import numpy as np

from w2v import heads
from w2v.base import child
from w2v.base.apart import is_to_be_kept
from w2v.base.config import Config
from w2v.engines import engine_class

MOMENT = 0.5  # seconds; a short text has been read by then, and starting a process would take longer than is saved
LONGEST = 60.0  # seconds that it is waited for, far more than it takes


@contextmanager
def compiling_ahead(config: Config) -> Iterator[None]:
    """Compile what will train `config` while the block runs, unless it is kept already; it is there when that ends.

    The other process also ends when the block is left by an exception, and with this process, however that ends.
    """
    if not _is_worth_it(config):
        yield
        return
    started: list[subprocess.Popen[bytes]] = []
    timer = threading.Timer(MOMENT, lambda: started.extend(_start(config)))
    timer.daemon = True
    timer.start()
    try:
        yield
        timer.cancel()
        timer.join()  # it may be starting the process
        for process in started:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LONGEST)
    finally:
        timer.cancel()
        timer.join()
        for process in started:
            process.kill()
            process.wait()
            assert process.stdin
            with suppress(OSError):  # it has ended before it was told what to do
                process.stdin.close()


def _is_worth_it(config: Config) -> bool:
    """Whether a kernel trains this which could be kept, and is not: a look at one file."""
    place = heads.kernel_of(config.head)
    engine = engine_class(config)[0]
    if (
        not child.possible()
        or not (engine.compiled and engine.on_cpu)
        or place is None
        or heads.from_outside(config.head)
    ):
        return False
    return is_to_be_kept(import_module(place).train_block)


def _start(config: Config) -> "list[subprocess.Popen[bytes]]":
    """The process, which says nothing; none where none can be started."""
    silent = subprocess.DEVNULL
    how: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": silent, "stderr": silent}
    how["start_new_session"] = True  # a terminal's Ctrl-C is for this process, which ends that one
    try:
        process = subprocess.Popen(child.command(f"{__name__}:main"), **how)
    except OSError:
        return []
    assert process.stdin
    with suppress(OSError):  # it has ended already
        process.stdin.write(config.as_json().replace("\n", " ").encode() + b"\n")
        process.stdin.flush()
    return [process]


def main() -> None:
    """The other process: compiles what trains the settings that are the first line it reads."""
    settings = sys.stdin.readline()
    threading.Thread(target=_end_with_input, daemon=True).start()
    config = Config.of(json.loads(settings)).replace(workers=1)
    engine_class(config)[0](config, np.array([2, 1]), np.full(2, 1 << 32, np.uint64))


def _end_with_input() -> None:
    """End this process when the other one does: then its end of the pipe is closed, however it has ended."""
    sys.stdin.read()
    os._exit(1)
