"""Of two writers one waits or is told who the other is, and a dead one stands in nobody's way."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from w2v.base.leftovers import sweep
from w2v.base.locks import locked
from w2v.errors import W2VError

HOLDER = """
import sys
from w2v.base.locks import locked
with locked(sys.argv[1], "trained"):
    print("held", flush=True)
    sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def another_process(path):
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.stdin.close()


def test_a_lock_leaves_nothing(tmp_path):
    with locked(tmp_path / "deep" / "m"):
        assert len(names(tmp_path / "deep")) == 1
    assert names(tmp_path) == []


def test_who_holds_it_is_told(tmp_path):
    with another_process(tmp_path / "m") as other:
        sentence = rf"m is being trained by process {other.pid} on \S+ since \d\d:\d\d \(\S+ .*m\)\. Wait until"
        with pytest.raises(W2VError, match=sentence), locked(tmp_path / "m"):
            pass
        with locked(tmp_path / "another"):
            pass
    with locked(tmp_path / "m"):
        pass
    assert names(tmp_path) == []


def test_a_link_is_another_name_of_the_same(tmp_path):
    (tmp_path / "link").symlink_to("m")
    with another_process(tmp_path / "m"), pytest.raises(W2VError, match="being trained"), locked(tmp_path / "link"):
        pass


def test_the_lock_of_a_dead_process_is_taken_over(tmp_path):
    with another_process(tmp_path / "m") as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        assert len(names(tmp_path)) == 1
        with locked(tmp_path / "m"):
            pass
    assert names(tmp_path) == []


def test_what_a_dead_process_leaves_of_it_is_swept_away_and_of_a_living_one_not(tmp_path):
    with another_process(tmp_path / "m") as other:
        sweep(tmp_path)
        assert len(names(tmp_path)) == 1
        other.send_signal(signal.SIGKILL)
        other.wait()
        sweep(tmp_path)
        assert names(tmp_path) == []


def test_one_may_wait(tmp_path):
    told = []

    def on_wait(sentence):
        told.append(sentence)
        other.stdin.close()

    with another_process(tmp_path / "m") as other, locked(tmp_path / "m", wait=on_wait):
        assert other.wait() == 0
    assert len(told) == 1
    assert f"by process {other.pid}" in told[0]
    assert told[0].endswith("waiting for that to end.")
    assert names(tmp_path) == []


def test_a_thread_may_take_it_again_and_another_may_not(tmp_path):
    refused = []

    def other_thread():
        with pytest.raises(W2VError, match=f"by process {os.getpid()} on"), locked(tmp_path / "m"):
            pass
        refused.append(True)

    with locked(tmp_path / "m"):
        with locked(tmp_path / "m"):
            pass
        thread = threading.Thread(target=other_thread)
        thread.start()
        thread.join()
    assert refused
    assert names(tmp_path) == []


def test_an_error_within_gives_it_back(tmp_path):
    with pytest.raises(ValueError, match="no"), locked(tmp_path / "m"):
        raise ValueError("no")
    assert names(tmp_path) == []


def test_its_file_goes_while_it_is_held(tmp_path, monkeypatch):
    """Removed later, it might be another's by then, who would go on to hold what a third does not see."""
    left, release = [], FileLock.release
    monkeypatch.setattr(FileLock, "release", lambda lock: (left.append(names(tmp_path)), release(lock)))
    with locked(tmp_path / "m"):
        pass
    assert left == [[]]


def test_many_at_once_are_never_two(tmp_path):
    """Whoever holds it removes its file while others are about to take it: none of them gets the removed one."""
    inside, most = [], []

    def worker():
        for _ in range(20):
            with locked(tmp_path / "m", wait=lambda _: None):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert len(most) == 80
    assert names(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_within_a_folder_whose_surroundings_are_not_ours_the_lock_is_inside(tmp_path):
    (tmp_path / "m").mkdir()
    tmp_path.chmod(0o500)
    with locked(tmp_path / "m"):
        assert len(names(tmp_path / "m")) == 1
    tmp_path.chmod(0o700)
    assert names(tmp_path / "m") == []


def test_where_no_file_can_be_made_that_is_told(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(W2VError, match="m cannot be written: a part of its path is a file"),
        locked(tmp_path / "file" / "m"),
    ):
        pass
