"""Runs by torchrun itself: the command, what is refused, ranks that are killed, its restarts, and signals."""

import os
import signal
import socket
import sys
from contextlib import closing
from pathlib import Path

import pytest
from launched import (
    SETTINGS,
    assert_same_tables,
    flags,
    free_port,
    own_port,
    ran,
    running,
    torchrun_command,
    trained_by,
    write_corpus,
)

from w2v import latest
from w2v.models.model import Model

TRAIN = ["-m", "w2v", "train"]
ELASTIC = ["--rdzv-backend", "c10d", "--rdzv-endpoint"]


@pytest.fixture
def corpus(tmp_path):
    return write_corpus(tmp_path / "corpus.txt")


@pytest.fixture
def script(tmp_path):
    """script(text): the path of a script, in which SETTINGS are those of these tests."""

    def write(text):
        path = tmp_path / "script.py"
        path.write_text(text.replace("SETTINGS", repr(SETTINGS)))
        return path

    return write


def torchrun(folder, *arguments):
    """The exit code of two processes, and what they printed."""
    return ran([*torchrun_command(*own_port()), *arguments], folder)


def test_the_command_trains_one_model_and_tells_it_once(corpus, tmp_path):
    code, told = torchrun(tmp_path, *TRAIN, corpus, "-o", "model", *flags())
    assert code == 0, told
    for line in ("corpus  ", "vocabulary  ", "epoch 4  ", "saved  "):
        assert told.count(line) == 1, told
    assert "Traceback" not in told
    model = Model.load(tmp_path / "model")
    assert model.complete
    assert_same_tables(model, trained_by(2, corpus, tmp_path))
    assert not (tmp_path / "model.unfinished").exists()


REFUSED = """
import os, sys
from pathlib import Path
from w2v import Config, W2VError, train
from w2v.training import together

rank, corpus = int(os.environ["RANK"]), sys.argv[1]
Path("few.txt").write_text("a b c d e f g h\\n") if rank == 0 else None
usual, true = Config(**SETTINGS), together.version

def refused(name, text=corpus, config=usual, **options):
    try:
        train(text, config, **options)
    except W2VError as error:
        print(f"{name} {rank}: {error}\\n", end="", flush=True)  # in one piece, for both ranks write here

refused("settings", config=usual.replace(vector_size=8 + rank))
together.version = lambda package: true(package) + "+old" * rank
refused("version")
together.version = true
refused("unseen", corpus if rank == 0 else "/nowhere/corpus.txt")
refused("few", "few.txt")
refused("phrases", config=usual.replace(phrases=1))
refused("diverged", config=usual.replace(alpha=1e38, epochs=1))
print(f"trained {rank}: {len(train(corpus, usual.replace(epochs=1)).history)}\\n", end="", flush=True)
"""


def test_what_is_refused_is_refused_by_all_ranks_which_can_go_on(corpus, tmp_path, script):
    code, told = torchrun(tmp_path, script(REFUSED), corpus)
    assert code == 0, told
    for name, sentence in {
        "settings": "The ranks have different settings: vector_size is 8 on rank 0, and 9 on rank 1.",
        "version": "The ranks have different settings: the version of w2v is",
        "unseen": "Rank 1 of 2: ",
        "few": "torchrun has started 2 processes, and the text makes",
        "phrases": "Phrases are found by one process",
        "diverged": "Training diverged in epoch 1",
    }.items():
        lines = [line for line in told.splitlines() if line.startswith((f"{name} 0: ", f"{name} 1: "))]
        assert len(lines) == 2, told
        assert len({line.partition(": ")[2] for line in lines}) == 1
        assert sentence in lines[0]
    assert told.count("trained ") == 2, told


@pytest.mark.long
def test_an_error_of_the_command_ends_all_and_other_commands_are_for_one_process(corpus, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    code, told = torchrun(tmp_path, *TRAIN, corpus, "-o", "model", *flags())
    assert code == 1
    assert "error: model exists already" in told
    code, told = torchrun(tmp_path, *TRAIN, corpus, "-o", "other", *flags(window=0))
    assert code == 1
    assert told.count("error: ") >= 1, told
    code, told = torchrun(tmp_path, "-m", "w2v", "nn", "model", "w1")
    assert code == 1
    assert "error: w2v nn is for one process, and torchrun has started 2." in told


# -- a rank that dies


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
    Path("killed").touch()
    os.kill(os.getpid(), signal.SIGKILL)

if os.environ["RANK"] == sys.argv[2] and not Path("killed").exists():
    threading.Thread(target=kill, daemon=True).start()
try:
    model = train(sys.argv[1], Config(**SETTINGS), callbacks=[Slow()], checkpoint=Checkpoint("states"), progress=True)
except BaseException as error:
    print("told:", error, file=sys.stderr)
    raise
if os.environ["RANK"] == "0":
    model.save("model")
"""


@pytest.mark.long
@pytest.mark.parametrize("who", ["0", "1"])
def test_a_killed_rank_ends_the_others_in_a_sentence_and_the_newest_state_is_whole(who, corpus, tmp_path, script):
    with running([*torchrun_command(*own_port()), script(KILLED), corpus, who], tmp_path) as run:
        assert run.wait() == 1
        assert f"told: Rank {1 - int(who)} of 2 has lost another one" in run.told
        assert run.left() == []
    state = latest(tmp_path / "states")
    assert 2 <= len(state.history) <= 4
    assert not (tmp_path / "model").exists()
    code, told = ran([sys.executable, script(RESUMED), corpus], tmp_path)
    assert code == 0, told
    assert "Going on after epoch" in told


RESUMED = """
import sys
from w2v import Config, train

model = train(sys.argv[1], Config(**SETTINGS), checkpoint="states", resume=True, progress=True)
assert len(model.history) == 4
"""


@pytest.mark.long
@pytest.mark.parametrize("how", ["static", "c10d"])
def test_torchrun_starts_all_again_and_they_go_on_from_the_newest_state(how, corpus, tmp_path, script):
    options = own_port() if how == "static" else [*ELASTIC, "localhost:0"]
    command = [*torchrun_command("--max-restarts", "1", *options), script(KILLED), corpus, "1"]
    code, told = ran(command, tmp_path)
    assert code == 0, told
    assert "Going on after epoch" in told
    assert_same_tables(Model.load(tmp_path / "model"), trained_by(2, corpus, tmp_path))


@pytest.mark.long
@pytest.mark.parametrize("how", ["static", "c10d"])
@pytest.mark.parametrize("who", ["0", "1"])
def test_torchruns_of_two_machines_count_restarts_apart_and_ranks_meet_all_the_same(how, who, corpus, tmp_path, script):
    port = free_port()
    options = ["--nnodes", "2", "--max-restarts", "2"]
    options += [*ELASTIC, f"localhost:{port}"] if how == "c10d" else ["--master-port", str(port)]

    def command(node):
        where = [] if how == "c10d" else ["--node-rank", str(node)]
        return [*torchrun_command(*options, *where, processes=1), script(KILLED), corpus, who]

    with running(command(0), tmp_path) as one, running(command(1), tmp_path) as other:
        assert one.wait() == 0, one.told + other.told
        assert other.wait() == 0, one.told + other.told
        assert "Going on after epoch" in one.told + other.told
        assert one.left() + other.left() == []
    assert_same_tables(Model.load(tmp_path / "model"), trained_by(2, corpus, tmp_path))


# -- signals, and going on


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_torchrun_leaves_a_state_and_no_process_and_any_number_of_ranks_goes_on(number, corpus, tmp_path):
    more = flags(epochs=400)
    with running([*torchrun_command(*own_port()), *TRAIN, corpus, "-o", "model", *more], tmp_path) as run:
        run.wait_for("model.unfinished/epoch-*")
        run.process.send_signal(number)
        assert run.wait(60) != 0
        assert run.left() == []
        assert run.told.count("The same command with --resume goes on from there.") == 1, run.told
    state = latest(tmp_path / "model.unfinished")
    done = len(state.history)
    assert 1 <= done < 400
    assert not (tmp_path / "model").exists()
    fewer = flags(epochs=done + 2)
    command = torchrun_command(*own_port(), processes=3)
    code, told = ran([*command, *TRAIN, corpus, "-o", "model", "--resume", *fewer], tmp_path)
    assert code == 0, told
    assert f"Going on after epoch {done} of {done + 2}" in told
    model = Model.load(tmp_path / "model")
    assert [record.epoch for record in model.history] == list(range(1, done + 3))
    assert model.history[:done] == state.history
    code, told = ran([sys.executable, *TRAIN, corpus, "-o", "model", "--resume", *flags(epochs=done + 3)], tmp_path)
    assert code == 0, told
    assert f"Going on after epoch {done + 2} of {done + 3}" in told


# -- scripts


SCRIPT = """
import os, sys
from w2v import Word2Vec

rank, sentences = os.environ["RANK"], [line.split() for line in open(sys.argv[1])]
model = Word2Vec(sentences, **SETTINGS)
model.save(f"model-{rank}")
print(f"words {rank}: {model.wv.most_similar('w1', topn=3)}")
more = Word2Vec(sentences, **SETTINGS | {"epochs": 1, "seed": 2})
print(f"losses {rank}: {[record.loss for record in more.history]}")
"""


@pytest.mark.long
def test_a_script_trains_one_model_in_all_processes(corpus, tmp_path, script):
    code, told = torchrun(tmp_path, script(SCRIPT), corpus)
    assert code == 0, told
    for name in ("words", "losses"):
        lines = [line.partition(": ")[2] for line in told.splitlines() if line.startswith(name)]
        assert len(lines) == 2, told
        assert lines[0] == lines[1]
    one, other = (Model.load(tmp_path / f"model-{rank}") for rank in (0, 1))
    assert_same_tables(one, other)
    assert one.history == other.history


GPU = """
import os, sys
from w2v import Config, train

settings = SETTINGS | {"engine": "gpu", "epochs": 2, "window": 1, "negative": 1}
del settings["workers"]
model = train(sys.argv[1], Config(**settings))
losses = [record.loss for record in model.history]
print(f"losses {os.environ['RANK']}: {losses}")
model.save(f"model-{os.environ['RANK']}")
"""


@pytest.mark.long
def test_ranks_whose_tables_are_on_a_device_exchange_them_through_the_host(tmp_path, script):
    pytest.importorskip("triton")
    corpus = write_corpus(tmp_path / "small.txt", 40)
    interpreted = {"TRITON_INTERPRET": "1", "CUDA_VISIBLE_DEVICES": ""}
    code, told = ran([*torchrun_command(*own_port()), script(GPU), corpus], tmp_path, **interpreted)
    assert code == 0, told
    assert_same_tables(Model.load(tmp_path / "model-0"), Model.load(tmp_path / "model-1"))


# -- without torchrun


def by_hand(rank, size, port, address="localhost", patience=20):
    """What srun sets, or a script, where there is no torchrun."""
    given = {"RANK": rank, "WORLD_SIZE": size, "MASTER_ADDR": address, "MASTER_PORT": port}
    return {name: str(value) for name, value in given.items()} | {"W2V_RANK_TIMEOUT": str(patience)}


@pytest.mark.long
def test_processes_that_are_started_by_hand_train_together(corpus, tmp_path):
    port = free_port()
    command = [sys.executable, *TRAIN, corpus, "-o", "model", *flags()]
    one, other = (running(command, tmp_path, **by_hand(rank, 2, port)) for rank in (0, 1))
    with one as one, other as other:
        assert (one.wait(), other.wait()) == (0, 0), one.told + other.told
    assert_same_tables(Model.load(tmp_path / "model"), trained_by(2, corpus, tmp_path))


@pytest.mark.long
@pytest.mark.parametrize(
    "case", ["nobody listens", "no such host", "somebody else listens", "port taken", "one too few"]
)
def test_ranks_that_cannot_be_reached_are_told_in_a_sentence(case, corpus, tmp_path):
    command = [sys.executable, *TRAIN, corpus, "-o", "model", *flags()]
    with closing(socket.create_server(("localhost", 0))) as taken:
        port = taken.getsockname()[1] if case in ("somebody else listens", "port taken") else free_port()
        rank = 0 if case in ("port taken", "one too few") else 1
        address = "no-such-host.invalid" if case == "no such host" else "localhost"
        with running(command, tmp_path, **by_hand(rank, 2, port, address, patience=3)) as run:
            assert run.wait(60) == 2
            assert "Traceback" not in run.told
            assert "error: The other ranks cannot be reached within 3 s: " in run.told
            assert "frame #" not in run.told, "the stack of C++ says nothing to a user"
            if case == "one too few":
                assert "1/2 clients joined." in run.told


@pytest.mark.long
def test_a_rank_that_waits_for_the_others_can_be_interrupted(corpus, tmp_path):
    command = [sys.executable, *TRAIN, corpus, "-o", "model", *flags()]
    with running(command, tmp_path, **by_hand(1, 2, free_port(), patience=300)) as run:
        while b"libtorch" not in Path(f"/proc/{run.process.pid}/maps").read_bytes():
            assert run.process.poll() is None, run.told
        signal.sigtimedwait([], 3.0)
        os.kill(run.process.pid, signal.SIGINT)
        assert run.wait(20) == 130
        assert "Interrupted." in run.told
