"""Ranks on hosts that are apart: the same model over a slow network, and a cable that is cut in mid-run."""

import shutil
import sys
import time
from contextlib import ExitStack

import pytest
from apart_hosts import DEVICE, NoHostsError, hosts
from launched import assert_same_tables, flags, running, torchrun_command, trained_by, write_corpus

from w2v import latest
from w2v.models.model import Model

pytestmark = pytest.mark.long

RATE = "100mbit"
PORT = 29511
PATIENCE = 10  # seconds
TRAIN = ["-m", "w2v", "train", "corpus.txt", "-o", "model"]
GLOO = {"GLOO_SOCKET_IFNAME": DEVICE, "W2V_RANK_TIMEOUT": str(PATIENCE)}


@pytest.fixture
def begin(tmp_path):
    """begin(count): hosts, and a folder of each with a corpus of its own, as on separate disks."""
    with ExitStack() as stack:

        def of(count):
            try:
                made = stack.enter_context(hosts(count, RATE))
            except NoHostsError as error:
                pytest.skip(f"Hosts cannot be apart here: {error}")
            folders = [tmp_path / f"host-{k}" for k in range(count)]
            for folder in folders:
                folder.mkdir()
                write_corpus(folder / "corpus.txt")
            return made, folders

        yield of


def by_torchrun(made, folders, how, *arguments):
    """A torchrun on each host."""
    nodes = ["--nnodes", len(folders)]

    def command(k):
        if how == "c10d":
            where = ["--rdzv-backend", "c10d", "--rdzv-endpoint", f"{made.address(0)}:{PORT}", "--rdzv-id", "test"]
            where += ["--local-addr", made.address(k)]
        else:
            where = ["--node-rank", k, "--master-addr", made.address(0), "--master-port", PORT]
        return made.command(k, *torchrun_command(*nodes, *where, processes=1), *TRAIN, *arguments)

    return [running(command(k), folder, **GLOO) for k, folder in enumerate(folders)]


def by_hand(made, folders, *arguments):
    """A process on each host, as srun starts them."""

    def told(k):
        return {"RANK": str(k), "WORLD_SIZE": str(len(folders)), "MASTER_ADDR": made.address(0)}

    command = [sys.executable, *TRAIN, *arguments]
    return [
        running(made.command(k, *command), folder, **GLOO, **told(k), MASTER_PORT=str(PORT))
        for k, folder in enumerate(folders)
    ]


def ended(runs, seconds=240):
    """The exit codes of all, and what they printed."""
    with ExitStack() as stack:
        begun = [stack.enter_context(run) for run in runs]
        return [run.wait(seconds) for run in begun], "\n".join(run.told for run in begun)


@pytest.mark.parametrize(("count", "how"), [(2, "static"), (2, "c10d"), (4, "by hand")])
def test_hosts_that_are_apart_learn_the_same_bits(count, how, begin, tmp_path):
    made, folders = begin(count)
    runs = by_hand(made, folders, *flags()) if how == "by hand" else by_torchrun(made, folders, how, *flags())
    codes, told = ended(runs)
    assert codes == [0] * count, told
    model = Model.load(folders[0] / "model")
    assert_same_tables(model, trained_by(count, folders[0] / "corpus.txt", tmp_path))
    assert not any((folder / "model").exists() for folder in folders[1:]), "the first rank alone writes"
    changes = sum(table.nbytes for table in model.tables.values()) * len(model.history)
    assert all(made.sent(k) > changes / 2 for k in range(count)), "they were on the cable"


@pytest.mark.parametrize("how", ["by hand", "static", "c10d"])
def test_a_cut_cable_ends_all_in_a_sentence_and_the_run_goes_on_later(how, begin, tmp_path):
    made, folders = begin(2)
    many = flags(epochs=4000)
    runs = by_hand(made, folders, *many) if how == "by hand" else by_torchrun(made, folders, how, *many)
    with ExitStack() as stack:
        begun = [stack.enter_context(run) for run in runs]
        begun[0].wait_for("model.unfinished/epoch-*")
        made.cut(1)
        cut = time.monotonic()
        for k, run in enumerate(begun):
            assert run.wait(PATIENCE + 60) != 0
            sentence = f"error: Rank {k} of 2 has lost another one: its process has ended, or there was no sign of it"
            assert f"{sentence} for {PATIENCE} s." in run.told, run.told
            assert "Traceback" not in run.told.partition("error: Rank")[0]
            assert run.left() == []
        print(f"{how}: all have ended {time.monotonic() - cut:.1f} s after the cut")
    done = len(latest(folders[0] / "model.unfinished").history)
    assert not (folders[0] / "model").exists()
    made.mend(1)
    shutil.rmtree(folders[1] / "cache")  # the host was replaced
    codes, told = ended(by_hand(made, folders, "--resume", *flags(epochs=done + 2)))
    assert codes == [0, 0], told
    assert f"Going on after epoch {done} of {done + 2}" in told
    assert len(Model.load(folders[0] / "model").history) == done + 2
