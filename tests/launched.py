"""Runs of several processes: torchrun itself, what is trained by it, and the same by threads of this process."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from thread_ranks import run_ranks

from w2v.base.config import Config
from w2v.corpus.shares import open_share
from w2v.models.model import Model
from w2v.training.train import stream_options_of, train_blocks

SETTINGS = {"vector_size": 8, "min_count": 1, "sample": 0.0, "epochs": 4, "workers": 1, "sync_every": 1}
PROJECT = Path(__file__).parent.parent
MARK = "W2V_TEST_RUN"  # in the environment of all processes of a run, to find them by
LIMIT = 240  # seconds, after which a run is killed, and the test fails


def write_corpus(path: Path, lines: int = 6000) -> Path:
    """Twelve words of thirty in a line."""
    random = np.random.default_rng(1)
    path.write_text("".join(" ".join(f"w{i}" for i in random.integers(0, 30, 12)) + "\n" for _ in range(lines)))
    return path


def flags(**settings: Any) -> list[str]:
    """SETTINGS, and others, for the command line."""
    return [f"--{name.replace('_', '-')}={value}" for name, value in (SETTINGS | settings).items()]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


def own_port() -> list[str]:
    """Options of torchrun: one machine, and a port which it keeps after a restart."""
    return ["--master-port", str(free_port())]


def torchrun_command(*options: str, processes: int = 2) -> list[str]:
    return [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", str(processes), *options]


class Running:
    """A program that was started, and all that it has started, to be found by a mark in their environment."""

    def __init__(self, command: list[Any], folder: Path, **environment: str) -> None:
        self.mark = secrets.token_hex(8)
        self.folder = folder
        given = {"PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": str(folder / "cache"), MARK: self.mark}
        self.log = folder / f"{self.mark}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), cwd=folder, env=os.environ | given | environment, stdout=log, stderr=log
            )

    @property
    def told(self) -> str:
        """What was printed so far."""
        return self.log.read_text(errors="replace")

    def wait(self, seconds: float = LIMIT) -> int:
        """Its exit code."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"It did not end within {seconds} s:\n{self.told}") from None

    def wait_until_told(self, sentence: str, seconds: float = LIMIT) -> None:
        """Wait until it has printed this."""
        until = time.monotonic() + seconds
        while sentence not in self.told:
            assert time.monotonic() < until, f"It did not say so within {seconds} s:\n{self.told}"
            time.sleep(0.1)

    def wait_for(self, pattern: str, seconds: float = LIMIT) -> Path:
        """A file of the run's folder, once it is there."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := sorted(self.folder.glob(pattern)):
                return found[-1]
            assert self.process.poll() is None, f"It has ended without {pattern}:\n{self.told}"
            time.sleep(0.02)
        raise AssertionError(f"There is no {pattern} after {seconds} s:\n{self.told}")

    def wait_for_the_end_of_all_but(self, process: int, seconds: float = LIMIT) -> None:
        """Wait until only this one of its processes lives."""
        until = time.monotonic() + seconds
        while (left := self.left()) != [process]:
            assert time.monotonic() < until, f"{left} have not ended within {seconds} s:\n{self.told}"
            time.sleep(0.1)

    def left(self) -> list[int]:
        """Processes of it that live."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                alive = (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
                if alive and f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
        return found


@contextmanager
def running(command: list[Any], folder: Path, **environment: str) -> Any:
    """A `Running`; in the end nothing of it is left."""
    run = Running(command, folder, **environment)
    try:
        yield run
    finally:
        for process in (run.process.pid, *run.left()):
            with suppress(ProcessLookupError):
                os.kill(process, 9)
        run.process.wait()


def ran(command: list[Any], folder: Path, **environment: str) -> tuple[int, str]:
    """The exit code of a command, and what it printed."""
    with running(command, folder, **environment) as run:
        return run.wait(), run.told


def trained_by(size: int, corpus: Path, folder: Path, **settings: Any) -> Model:
    """What so many ranks learn, as threads of this process."""
    config = Config(**SETTINGS | settings)
    options = stream_options_of(config) | {"cache_dir": folder / "own"}

    def of_one(ranks: Any) -> Model:
        with open_share(corpus, ranks, **options) as stream:
            return train_blocks(stream, config, ranks=ranks)

    return run_ranks(size, of_one)[0]


def assert_same_tables(model: Model, other: Model) -> None:
    assert model.tables.keys() == other.tables.keys()
    for name, table in other.tables.items():
        np.testing.assert_array_equal(model.tables[name], table)
