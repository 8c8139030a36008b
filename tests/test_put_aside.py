"""A run can be put aside, and killed, at any moment: what goes on from its states ends in the same bits."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import killed_runs
import numpy as np
import pytest
from killed_runs import without_seconds
from typer.testing import CliRunner

from w2v import Checkpoint, PoincareModel, Word2Vec, latest
from w2v.cli import app
from w2v.errors import W2VError
from w2v.hyperbolic.embedding import Embedding
from w2v.models.model import Model

KINDS = ["ns", "pmi", "relations"]


def arrays(model):
    """What is compared bit by bit: tables, or of relations the points and those of every snapshot."""
    if isinstance(model, Embedding):
        return {"points": model.points} | {str(epoch): points for epoch, points in model.snapshots.items()}
    return model.tables


def assert_same(model, other):
    assert without_seconds(model.history) == without_seconds(other.history)
    assert arrays(model).keys() == arrays(other).keys()
    for name, array in arrays(model).items():
        np.testing.assert_array_equal(array, arrays(other)[name], err_msg=name)


def kill_again_and_again(kind, folder, kills):
    """Kill a run at random moments, each time going on from its states, and have it end at last."""
    shares = np.random.default_rng([kills, KINDS.index(kind)]).uniform(0, 0.8, kills)
    command = [sys.executable, str(Path(killed_runs.__file__)), kind, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
        seconds, ended = float(process.stdout.readline()), []
        for delay in [*(shares * seconds), "-"]:
            print(delay, file=process.stdin)
            ended.append(process.stdout.readline().strip())
            if ended[-1] == "ended 0":
                yield (PoincareModel if kind == "relations" else Word2Vec).load(folder / "model")
                for state in (folder / "kept").iterdir():
                    remove(state)
        process.stdin.close()
    assert ended[-1] == "ended 0", ended
    assert ended.count("killed") > kills // 4, "or little was tried"
    assert set(ended) == {"killed", "ended 0"}


def remove(folder):
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kills", [10, pytest.param(100, marks=pytest.mark.long)])
def test_a_run_that_is_killed_again_and_again_ends_in_the_same_bits(tmp_path, kind, kills):
    """SIGKILL at random moments of reading, counting, training, and writing states and the model."""
    unbroken = killed_runs.run(kind, tmp_path, kept=False)
    ended = 0
    for model in kill_again_and_again(kind, tmp_path, kills):
        inner = (lambda each: each.embedding) if kind == "relations" else (lambda each: each.model)
        assert_same(inner(model), inner(unbroken))
        ended += 1
    assert ended
    left = [path.name for path in tmp_path.iterdir() if path.name not in ("text.txt", "cache", "model", "kept")]
    assert not left, "what killed runs leave behind is removed by the next"


def test_states_are_within_epochs_and_the_two_newest_are_kept(tmp_path):
    keep, seen = Checkpoint(tmp_path / "kept", every=1, keep=2, seconds=1e-6), []

    class Look(Checkpoint):
        def on_pause(self, model):
            super().on_pause(model)
            seen.append(sorted(path.name for path in self.folder.iterdir() if path.name[0] != "."))

    look = Look(tmp_path / "kept", seconds=1e-6)
    Word2Vec(corpus_file=killed_runs.text(tmp_path), checkpoint=look, **killed_runs.SETTINGS)
    assert len(seen) > 4
    assert re.fullmatch(r"epoch-0001-block-0000000\d", *seen[0])
    assert all(len([name for name in names if "block" in name]) <= 2 for names in seen)
    left = sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert [name for name in left if "block" not in name] == [f"epoch-{epoch:04}" for epoch in (1, 2, 3, 4)]
    with pytest.raises(W2VError, match=r"holds checkpoints up to epoch 4, and this run begins after epoch 0"):
        Word2Vec(corpus_file=killed_runs.text(tmp_path), checkpoint=keep, **killed_runs.SETTINGS)


@pytest.mark.parametrize("kind", KINDS)
def test_repeated_after_the_end_a_run_says_that_it_is_complete(tmp_path, kind):
    notes = []

    class Hear(Checkpoint):
        def on_note(self, sentence):
            notes.append(sentence)

    killed_runs.run(kind, tmp_path)
    again = killed_runs.run(kind, tmp_path)
    assert len(again.history) in (4, 12)
    inner = again.embedding if kind == "relations" else again.model
    assert inner.complete


def test_the_same_lines_in_another_order_are_refused(tmp_path):
    sentences = [f"a{i} b{i % 7} c{i % 3}".split() for i in range(50)]
    keep = Checkpoint(tmp_path / "kept")
    Word2Vec(sentences, checkpoint=keep, min_count=1, epochs=2)
    state = latest(tmp_path / "kept")
    with pytest.raises(W2VError, match="the same lines in another order"):
        Word2Vec(sentences[::-1], min_count=1, epochs=2, resume=state)
    embedding = PoincareModel(killed_runs.EDGES, epochs=2).embedding
    with pytest.raises(W2VError, match="on these in another order"):
        PoincareModel(killed_runs.EDGES[::-1], epochs=2, resume=replace(embedding, complete=False))


def test_to_resume_needs_a_folder_of_states(tmp_path):
    for model, data in ((Word2Vec, ["a b c d"] * 5), (PoincareModel, killed_runs.EDGES)):
        with pytest.raises(W2VError, match="Give checkpoint=, a folder"):
            model(data, resume=True)


def test_a_state_that_takes_more_than_its_share_of_time_is_left_out_but_for_the_last(tmp_path):
    """A short run is over before it is worth a state; that after its end gives the model again."""
    how = {"corpus_file": killed_runs.text(tmp_path), "checkpoint": tmp_path / "kept", "resume": True}
    first, again = (Word2Vec(**how, **killed_runs.SETTINGS) for _ in range(2))
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["epoch-0004"]
    assert_same(first.model, again.model)
    keep = Checkpoint(tmp_path / "other", every=1, share=0.01, last=False)
    Word2Vec(corpus_file=killed_runs.text(tmp_path), checkpoint=keep, **killed_runs.SETTINGS)
    assert not (tmp_path / "other").exists()


def command(*arguments, folder):
    return subprocess.Popen(
        [sys.executable, "-m", "w2v", *arguments],
        cwd=folder,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),  # which nohup has these tests ignore, too
    )


FLAGS = [f for name, value in killed_runs.SETTINGS.items() for f in (f"--{name.replace('_', '-')}", str(value))]
TEXT = ["train", "text.txt", *FLAGS, "--epochs", "3000"]
EDGES = ["poincare", "train", "edges.tsv", "--epochs", "20000", "--workers", "1"]


@pytest.mark.parametrize(
    ("arguments", "number", "code"),
    [
        pytest.param(TEXT, signal.SIGTERM, 143, id="text-SIGTERM"),
        pytest.param(TEXT, signal.SIGINT, 130, id="text-SIGINT", marks=pytest.mark.long),
        pytest.param(EDGES, signal.SIGHUP, 129, id="relations-SIGHUP"),
    ],
)
def test_a_signal_puts_a_command_aside(tmp_path, arguments, number, code):
    killed_runs.text(tmp_path)
    (tmp_path / "edges.tsv").write_text("\n".join("\t".join(edge) for edge in killed_runs.EDGES))
    arguments = [*arguments, "-o", "model", "--checkpoint-every", "0.2s"]
    process, heard = command(*arguments, folder=tmp_path), ""
    while not list(tmp_path.glob("model.unfinished/epoch-*")):  # training has begun
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(number)
    _, heard = process.communicate(timeout=60)
    assert process.returncode == code, heard
    assert re.search(
        r"Interrupted. The run is kept in model.unfinished/epoch-\d+(-block-\d+)?. The same command with --resume",
        heard,
    )
    assert "Traceback" not in heard
    assert not (tmp_path / "model").exists()
    assert not list(tmp_path.glob(".*")), "nothing half written"

    refused = command(*arguments, folder=tmp_path)
    _, heard = refused.communicate(timeout=60)
    assert (refused.returncode, "Go on from it with --resume, or discard it with --overwrite" in heard) == (2, True)


def test_a_command_goes_on_and_when_repeated_after_the_end_says_so(tmp_path):
    killed_runs.text(tmp_path)
    arguments = ["train", "text.txt", *FLAGS, "-o", "model", "--checkpoint-every", "0.001s", "--resume"]
    process = command(*arguments, folder=tmp_path)
    while not list(tmp_path.glob("model.unfinished/epoch-*")):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)
    process.kill()
    process.communicate()
    process = command(*arguments, folder=tmp_path)
    _, heard = process.communicate(timeout=60)
    assert process.returncode == 0, heard
    assert "Going on after epoch" in heard
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("model")] == ["model"]
    unbroken = Word2Vec(corpus_file=killed_runs.text(tmp_path), **killed_runs.SETTINGS).model
    assert_same(Model.load(tmp_path / "model"), unbroken)
    assert asdict(Model.load(tmp_path / "model").config) == asdict(unbroken.config)

    process = command(*arguments, folder=tmp_path)
    _, heard = process.communicate(timeout=60)
    assert process.returncode == 0, heard
    assert "The run is complete: it ended after epoch 4. Nothing is left to do." in heard


SOMEWHERE = [
    "2>&1 | head -1",
    "2>&-",
    *(pytest.param(each, marks=pytest.mark.long) for each in ("2>/dev/full", ">&- 2>&-")),
]


def invoke(*arguments):
    """The command in this process."""
    return CliRunner().invoke(app, ["train", *FLAGS, *arguments, "-q"])


def test_what_is_kept_and_what_is_there_already(tmp_path, monkeypatch):
    """Neither is lost by repeating a command, with whichever options."""
    monkeypatch.chdir(tmp_path)
    killed_runs.text(tmp_path)
    assert invoke("text.txt", "-o", "model", "--checkpoint", "kept").exit_code == 0
    tables = (tmp_path / "model" / "tables.safetensors").read_bytes()
    for again in (["--checkpoint", "kept", "--resume"], ["--resume"], ["--resume", "--no-checkpoint"]):
        assert invoke("text.txt", "-o", "model", *again).exit_code == 0, again
    (tmp_path / "model.unfinished").mkdir()
    (tmp_path / "kept" / "epoch-0002").rename(tmp_path / "model.unfinished" / "epoch-0002")
    assert invoke("text.txt", "-o", "model", "--resume").exit_code == 0, "the finished model is of the same run"
    assert (tmp_path / "model" / "tables.safetensors").read_bytes() == tables
    for refused, told in [
        (["-o", "model"], "model.unfinished. Go on from it with --resume, or discard"),
        (["-o", "model", "--no-checkpoint"], "model.unfinished. Go on from it with --resume, or discard"),
        (["-o", "model", "--resume", "--seed", "3"], "seed 1, now 3"),
        (["-o", "new", "--checkpoint", "new/kept"], "new/kept is in the output new"),
    ]:
        assert told in str(invoke("text.txt", *refused).exception), refused
    state = tmp_path / "model.unfinished" / "epoch-0002"
    (state / "SHA256SUMS").unlink()
    (state / "config.json").write_text((state / "config.json").read_text().replace('"seed": 1', '"seed": 3'))
    told = str(invoke("text.txt", "-o", "model", "--resume", "--seed", "3").exception)
    assert "the run that is kept is to replace it. Go on with --resume --overwrite." in told
    (tmp_path / "model").rename(tmp_path / "old")
    (state / "config.json").write_text((state / "config.json").read_text().replace('"seed": 3', '"seed": 1'))
    done = invoke("text.txt", "-o", "model", "--resume", "--no-checkpoint")
    assert done.exit_code == 0, done.exception
    assert (tmp_path / "model" / "tables.safetensors").read_bytes() == tables
    assert not (tmp_path / "model.unfinished").exists()


def test_other_snapshots_are_another_run(tmp_path):
    keep = Checkpoint(tmp_path / "kept", every=5)
    PoincareModel(killed_runs.EDGES, epochs=12, snapshots=5, checkpoint=keep)
    for other in (0, 4):
        with pytest.raises(W2VError, match=r"kept the points after other epochs than snapshots=\d does: 0, 5, 10"):
            PoincareModel(killed_runs.EDGES, epochs=12, snapshots=other, checkpoint=keep, resume=True)


@pytest.mark.parametrize("where", SOMEWHERE)
def test_what_cannot_be_shown_does_not_end_the_work(tmp_path, where):
    killed_runs.text(tmp_path)
    line = f'"{sys.executable}" -m w2v train text.txt -o model {" ".join(FLAGS)} {where}'
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert done.returncode == 0, done.stderr
    assert len(Model.load(tmp_path / "model").history) == 4
