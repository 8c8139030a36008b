"""Ranks on hosts that are apart: the same model over a slow network, and a cable that is cut in mid-run."""

import shutil
import sys
import time
from contextlib import ExitStack

import numpy as np
import pytest
from apart_hosts import DEVICE, NoHostsError, hosts
from launched import (
    assert_same_tables,
    flags,
    own_port,
    ran,
    running,
    torchrun_command,
    trained_by,
    write_corpus,
)

from w2v import latest
from w2v.models.model import Model

pytestmark = pytest.mark.long

RATE = "100mbit"
PORT = 29511
PATIENCE = 10  # seconds
TRAIN = ["-m", "w2v", "train", "corpus.txt", "-o", "model"]
GLOO = {"GLOO_SOCKET_IFNAME": DEVICE, "W2V_RANK_TIMEOUT": str(PATIENCE)}


def _with_corpus(folder):
    folder.mkdir()
    write_corpus(folder / "corpus.txt")
    return folder


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
            return made, [_with_corpus(folder) for folder in folders]

        yield of


def by_torchrun(made, folders, how, *arguments):
    """A torchrun on each host."""
    nodes = ["--nnodes", len(folders)]

    def command(k):
        if how == "c10d":
            where = ["--rdzv-backend", "c10d", "--rdzv-endpoint", f"{made.address(0)}:{PORT}", "--rdzv-id", "test"]
            where += [
                "--local-addr",
                made.address(k),
                "--rdzv-conf",
                f"is_host={int(k == 0)}",
            ]  # its name is all hosts'
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


def assert_written_by_the_first_alone(made, folders):
    model = Model.load(folders[0] / "model")
    assert model.complete
    assert not any((folder / "model").exists() for folder in folders[1:])
    changes = sum(table.nbytes for table in model.tables.values()) * len(model.history)
    assert all(made.sent(k) > changes / 2 for k in range(len(folders))), "they were on the cable"
    return model


@pytest.mark.parametrize("how", ["static", "c10d"])
def test_two_hosts_that_are_apart_learn_the_bits_of_two_ranks(how, begin, tmp_path):
    made, folders = begin(2)
    codes, told = ended(by_torchrun(made, folders, how, *flags()))
    assert codes == [0, 0], told
    model = assert_written_by_the_first_alone(made, folders)
    assert_same_tables(model, trained_by(2, folders[0] / "corpus.txt", tmp_path))


def test_four_hosts_that_are_apart_learn_the_bits_of_four_processes_of_one(begin, tmp_path):
    """gloo adds in an order of its own, where there are more than two."""
    made, folders = begin(4)
    codes, told = ended(by_hand(made, folders, *flags()))
    assert codes == [0] * 4, told
    model = assert_written_by_the_first_alone(made, folders)
    code, told = ran([*torchrun_command(*own_port(), processes=4), *TRAIN, *flags()], _with_corpus(tmp_path / "one"))
    assert code == 0, told
    assert_same_tables(model, Model.load(tmp_path / "one" / "model"))
    threads = trained_by(4, folders[0] / "corpus.txt", tmp_path)
    np.testing.assert_allclose(
        [each.loss for each in model.history], [each.loss for each in threads.history], rtol=1e-3
    )


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
            sentence = f"error: Rank {k} of 2 has lost another one: its process has ended, or there was no sign of it"
            run.wait_until_told(f"{sentence} for {PATIENCE} s.", PATIENCE + 60)
            far = how == "c10d" and k == 1  # there torchrun itself goes on asking the host of its endpoint, for minutes
            if far:
                run.wait_for_the_end_of_all_but(run.process.pid)
            else:
                assert run.wait(60) != 0
            assert "Traceback" not in run.told.partition("error: Rank")[0]
            assert run.left() == [run.process.pid] * far
        print(f"{how}: all have ended {time.monotonic() - cut:.1f} s after the cut")
    done = len(latest(folders[0] / "model.unfinished").history)
    assert not (folders[0] / "model").exists()
    made.mend(1)
    shutil.rmtree(folders[1] / "cache")  # the host was replaced
    codes, told = ended(by_hand(made, folders, "--resume", *flags(epochs=done + 2)))
    assert codes == [0, 0], told
    assert f"Going on after epoch {done} of {done + 2}" in told
    assert len(Model.load(folders[0] / "model").history) == done + 2
