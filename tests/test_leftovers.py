"""What a killed process leaves behind is removed by the next, and what a living one has is not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from w2v.base import leftovers
from w2v.base.leftovers import new_file, new_folder, sweep, temporary_folder

OWNER = """
import sys, time
from pathlib import Path
from w2v.base.leftovers import new_file, new_folder
folder = Path(sys.argv[1])
file = new_file(folder)
file.write(bytes(100))
file.flush()
(new_folder(folder) / "file").write_bytes(bytes(50))
print("made", flush=True)
time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_in_use_is_left_alone(tmp_path):
    file, folder = new_file(tmp_path), new_folder(tmp_path)
    assert sweep(tmp_path) == 0
    assert len(names(tmp_path)) == 2
    file.close()
    leftovers.remove(folder)
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_where_no_name_can_be_taken_it_is_not_tried_for_ever(tmp_path, monkeypatch):
    def refuse(*_):
        raise FileNotFoundError

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(FileNotFoundError):
        leftovers.new_folder(tmp_path)


def test_what_a_killed_process_left_is_removed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE) as owner:
        owner.stdout.readline()
        assert sweep(tmp_path) == 0
        assert len(names(tmp_path)) == 2
        owner.send_signal(signal.SIGKILL)
    assert sweep(tmp_path) == 150
    assert names(tmp_path) == []


def test_only_what_has_a_name_of_ours_is_looked_at(tmp_path):
    for name in ("notes.part", ".w2v-mine", "w2v-01234567.part", ".w2v-01234567.partial"):
        (tmp_path / name).write_text("mine")
    (tmp_path / ".w2v-0123abcd.part").symlink_to("notes.part")
    before = names(tmp_path)
    assert sweep(tmp_path) == 0
    assert names(tmp_path) == before


def test_a_link_in_a_dead_folder_is_not_followed(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    dead = tmp_path / ".w2v-0123abcd.part"
    dead.mkdir()
    (dead / "link").symlink_to("../mine")
    sweep(tmp_path)
    assert names(tmp_path) == ["mine"]
    assert names(tmp_path / "mine") == ["file"]


def test_without_such_locks_only_what_is_old_is_dead(tmp_path, monkeypatch):
    monkeypatch.setattr(leftovers, "fcntl", None)
    for name, age in (("0", 0), ("1", 90_000)):
        path = tmp_path / f".w2v-{name}.part"
        path.write_bytes(b"x")
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    assert sweep(tmp_path) == 1
    assert names(tmp_path) == [".w2v-0.part"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can have another's file")
def test_what_belongs_to_others_is_left_alone(tmp_path):
    (tmp_path / ".w2v-0123abcd.part").touch()
    os.chown(tmp_path / ".w2v-0123abcd.part", 12345, -1)
    sweep(tmp_path)
    assert names(tmp_path) == [".w2v-0123abcd.part"]


def test_what_was_swept_away_before_it_was_marked_is_made_again(tmp_path, monkeypatch):
    lock, times = leftovers.lock, []

    def swept_before(descriptor, *, wait):
        times.append(wait)
        if len(times) == 1:
            for path in tmp_path.iterdir():
                path.rmdir() if path.is_dir() else path.unlink()
        return lock(descriptor, wait=wait)

    monkeypatch.setattr(leftovers, "lock", swept_before)
    with new_file(tmp_path) as file:
        assert names(tmp_path) == [Path(file.name).name]
    os.unlink(file.name)
    times.clear()
    with temporary_folder(tmp_path) as folder:
        assert names(tmp_path) == [folder.name]
    assert names(tmp_path) == []
    assert len(times) == 2


def test_a_folder_that_is_not_there_is_nothing_to_be_swept_and_no_place_for_temporaries(tmp_path):
    assert sweep(tmp_path / "none") == 0
    with pytest.raises(FileNotFoundError):
        new_file(tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        new_folder(tmp_path / "none")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no system has another folder in which none can be made")
def test_where_no_folder_can_be_made_there_is_an_error_and_no_endless_search():
    with pytest.raises(OSError, match="/proc"):
        leftovers.new_folder(Path("/proc"))
