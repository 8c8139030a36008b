"""Runs that are killed: a process that has all compiled, and forks one for each run, which is killed after a while.

    python tests/killed_runs.py KIND FOLDER     tells how many seconds a run takes; then reads a delay in seconds from
                                                each line of stdin, and answers "killed" or "ended"; a delay of "-" lets
                                                the run end

KIND: a head, or "relations". The run goes on from the states in FOLDER/kept, of which it writes one whenever it can,
and saves its model as FOLDER/model.
"""

import os
import shutil
import signal
import sys
import time
import warnings
from pathlib import Path

import numpy as np

from w2v import Checkpoint, PoincareModel, Word2Vec
from w2v.models.history import EpochRecord

SETTINGS = {"vector_size": 16, "epochs": 4, "min_count": 1, "workers": 1}
EDGES = [(f"n{child}", f"n{(child - 1) // 3}") for child in range(1, 150)]


def text(folder: Path) -> Path:
    path = folder / "text.txt"
    if not path.exists():
        words = np.random.default_rng(0).zipf(1.3, 60_000) % 2_000
        path.write_text("\n".join(" ".join(f"w{word}" for word in words[i : i + 12]) for i in range(0, 60_000, 12)))
    return path


def run(kind: str, folder: Path, *, kept: bool = True) -> "Word2Vec | PoincareModel":
    """The whole of a run, or what is left of it."""
    keep = Checkpoint(folder / "kept", every=1, keep=2, seconds=1e-6) if kept else None
    how = {"checkpoint": keep, "resume": kept or None}
    if kind == "relations":
        return PoincareModel(EDGES, space="lorentz", epochs=12, workers=1, snapshots=5, **how)
    return Word2Vec(corpus_file=text(folder), head=kind, **SETTINGS, **how)


def without_seconds(history: list[EpochRecord]) -> list[dict]:
    return [record.as_dict() | {"seconds": 0} for record in history]


def main() -> None:
    warnings.simplefilter("ignore")  # of forking, and of states that a kill has damaged, were there any
    kind, folder = sys.argv[1], Path(sys.argv[2])
    run(kind, folder, kept=False)  # compile, and cache the stream
    began = time.perf_counter()
    run(kind, folder)
    print(time.perf_counter() - began, flush=True)
    shutil.rmtree(folder / "kept")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(kind, folder).save(folder / "model", overwrite=True)
            os._exit(0)
        if line.strip() != "-":
            time.sleep(float(line))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print("killed" if os.WIFSIGNALED(status) else f"ended {os.waitstatus_to_exitcode(status)}", flush=True)


if __name__ == "__main__":
    main()
