"""Runs by torchrun itself: the command, a rank that is killed, and torchrun's restart."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from thread_ranks import run_ranks

from w2v import latest
from w2v.base.config import Config
from w2v.corpus.shares import open_share
from w2v.models.model import Model
from w2v.training.train import stream_options_of, train_blocks

SETTINGS = {"vector_size": 8, "min_count": 1, "sample": 0.0, "epochs": 4, "workers": 1, "sync_every": 1}
PROJECT = Path(__file__).parent.parent


@pytest.fixture
def corpus(tmp_path):
    random = np.random.default_rng(1)
    lines = (" ".join(f"w{i}" for i in random.integers(0, 30, 12)) for _ in range(6000))
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(lines) + "\n")
    return path


def torchrun(tmp_path, *arguments, restarts=0):
    """What two processes of one machine come to."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--max-restarts", str(restarts)]
    with socket.socket() as free:  # after a restart, torchrun's own choice of one would be another's
        free.bind(("localhost", 0))
        command += ["--master-port", str(free.getsockname()[1])]
    environment = os.environ | {"PYTHONPATH": str(PROJECT), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    run = [*command, *map(str, arguments)]
    return subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)


def learned_by_two(corpus, tmp_path):
    """The same run by two threads of this process."""
    config = Config(**SETTINGS)
    options = stream_options_of(config) | {"cache_dir": tmp_path / "own"}

    def of_one(ranks):
        with open_share(corpus, ranks, **options) as stream:
            return train_blocks(stream, config, ranks=ranks)

    return run_ranks(2, of_one)[0]


def flags():
    return [f"--{name.replace('_', '-')}={value}" for name, value in SETTINGS.items()]


def test_the_command_trains_one_model_and_tells_it_once(corpus, tmp_path):
    done = torchrun(tmp_path, "-m", "w2v", "train", corpus, "-o", "model", *flags())
    assert done.returncode == 0, done.stderr
    for line in ("corpus  ", "vocabulary  ", "epoch 4  ", "saved  "):
        assert done.stderr.count(line) == 1, done.stderr
    assert "Traceback" not in done.stderr
    model, same = Model.load(tmp_path / "model"), learned_by_two(corpus, tmp_path)
    assert model.complete
    for name, table in same.tables.items():
        np.testing.assert_array_equal(model.tables[name], table)
    assert not (tmp_path / "model.unfinished").exists()


def test_what_is_refused_on_one_rank_ends_all_in_a_sentence(corpus, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    done = torchrun(tmp_path, "-m", "w2v", "train", corpus, "-o", "model", *flags())
    assert done.returncode != 0
    assert "error: model exists already" in done.stderr
    done = torchrun(tmp_path, "-m", "w2v", "nn", "model", "w1")
    assert done.returncode != 0
    assert "error: w2v nn is for one process, and torchrun has started 2." in done.stderr


KILLED = """
import os, signal, sys, threading, time
from pathlib import Path
from w2v import Callback, Checkpoint, Config, train

class Slow(Callback):
    def on_block(self, progress):
        time.sleep(0.02)

def kill():
    while not list(Path("states").glob("epoch-0002*")):
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGKILL)

if os.environ["RANK"] == "1" and os.environ["TORCHELASTIC_RESTART_COUNT"] == "0":
    threading.Thread(target=kill, daemon=True).start()
try:
    model = train(sys.argv[1], Config(**SETTINGS), callbacks=[Slow()], checkpoint=Checkpoint("states"), progress=True)
except BaseException as error:
    print("told:", error, file=sys.stderr)
    raise
if os.environ["RANK"] == "0":
    model.save("model")
"""


def test_a_killed_rank_ends_the_others_and_torchrun_goes_on_from_the_newest_state(corpus, tmp_path):
    (tmp_path / "killed.py").write_text(KILLED.replace("SETTINGS", repr(SETTINGS)))
    done = torchrun(tmp_path, "killed.py", corpus)
    assert done.returncode != 0
    assert "told: Rank 0 of 2 has lost another one" in done.stderr
    state = latest(tmp_path / "states")
    assert 2 <= len(state.history) <= 4
    assert not (tmp_path / "model").exists()
    for path in (tmp_path / "states").iterdir():
        path.rename(tmp_path / path.name)  # so that it begins anew
    done = torchrun(tmp_path, "killed.py", corpus, restarts=1)
    assert done.returncode == 0, done.stderr
    assert "Going on after epoch" in done.stderr
    model, same = Model.load(tmp_path / "model"), learned_by_two(corpus, tmp_path)
    for name, table in same.tables.items():
        np.testing.assert_array_equal(model.tables[name], table)
