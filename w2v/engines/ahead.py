"""Compiles a kernel in another process, while the text is read in this one.

numba compiles in Python, one function at a time, and would hold up the reading from another thread. So a process of its
own makes a tiny engine with the same settings, which has its kernel compiled, part after part, and kept. When this
process comes to it, it finds there what is done already, and compiles what is not.

A short text is read long before that. Then both go on, and so that they do not always come to the same part at the same
time, the other process goes through them backwards: they meet in the middle.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module

import numpy as np

from w2v import heads
from w2v.base.apart import go_backwards, is_to_be_kept
from w2v.base.config import Config
from w2v.engines import engine_class


@contextmanager
def compiling_ahead(config: Config) -> Iterator[None]:
    """Compile what will train `config` meanwhile, unless it is kept already.

    The other process ends with the block at the latest, and with this process, however that ends.
    """
    process = _start(config) if _is_worth_it(config) else None
    try:
        yield
    finally:
        if process:
            process.kill()
            process.wait()
            assert process.stdin
            process.stdin.close()


def _is_worth_it(config: Config) -> bool:
    """Whether a kernel trains this which could be kept, and is not: a look at one file."""
    place = heads.kernel_of(config.head)
    if not engine_class(config)[0].compiled or place is None or heads.from_outside(config.head):
        return False
    return is_to_be_kept(import_module(place).train_block)


def _start(config: Config) -> "subprocess.Popen[bytes] | None":
    """The process, which hears nothing of a Ctrl-C here and says nothing; None where none can be started."""
    path = [os.path.abspath(folder) for folder in sys.path]
    begin = f"import sys; sys.path[:] = {path!r}; from {__name__} import main; main()"
    silent = subprocess.DEVNULL
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", begin], stdin=subprocess.PIPE, stdout=silent, stderr=silent, start_new_session=True
        )
    except OSError:
        return None
    assert process.stdin
    with suppress(OSError):  # it has ended already
        process.stdin.write(config.as_json().replace("\n", " ").encode() + b"\n")
        process.stdin.flush()
    return process


def main() -> None:
    """The other process: compiles what trains the settings that are the first line it reads."""
    settings = sys.stdin.readline()
    threading.Thread(target=_end_with_input, daemon=True).start()
    go_backwards()
    config = Config.of(json.loads(settings)).replace(workers=1)
    counts = np.array([2, 1])
    engine_class(config)[0](config, counts, np.full(2, 1 << 32, np.uint64))


def _end_with_input() -> None:
    """End this process when the other one does: then its end of the pipe is closed, however it has ended."""
    sys.stdin.read()
    os._exit(1)
