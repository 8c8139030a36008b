"""A file is written whole or not at all, and what was there before stays until the new one is on the disk."""

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from w2v.base import atomic_file as room
from w2v.base.atomic_file import atomic_file, write_bytes, write_text
from w2v.base.leftovers import temporary_folder
from w2v.errors import W2VError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("before", [None, b"old"])
def test_a_file_is_there_once_it_is_whole(tmp_path, before):
    path = tmp_path / "f"
    if before:
        path.write_bytes(before)
    with atomic_file(path) as file:
        file.write(b"new")
        assert (path.read_bytes() if path.exists() else None) == before
    assert path.read_bytes() == b"new"
    assert names(tmp_path) == ["f"]


def write_half(path: Path, error: BaseException) -> None:
    with atomic_file(path) as file:
        file.write(b"half")
        raise error


@pytest.mark.parametrize("before", [None, b"old"])
@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_what_goes_wrong_leaves_what_was_there(tmp_path, before, error):
    path = tmp_path / "f"
    if before:
        path.write_bytes(before)
    with pytest.raises(type(error)):
        write_half(path, error)
    assert (path.read_bytes() if path.exists() else None) == before
    assert names(tmp_path) == (["f"] if before else [])


def test_a_file_is_synced_before_it_is_renamed_and_its_folder_after(tmp_path, monkeypatch):
    calls = []

    def noted(name):
        function = getattr(os, name)

        def wrapper(*args):
            of_folder = name == "fsync" and stat.S_ISDIR(os.fstat(args[0]).st_mode)
            calls.append("fsync folder" if of_folder else name)
            return function(*args)

        monkeypatch.setattr(os, name, wrapper)

    noted("fsync")
    noted("replace")
    write_bytes(tmp_path / "f", b"new")
    assert calls == ["fsync", "replace", "fsync folder"]


def test_modes_are_the_users(tmp_path):
    plain = tmp_path / "plain"
    plain.touch()
    write_bytes(tmp_path / "f", b"")
    assert mode(tmp_path / "f") == mode(plain)
    (tmp_path / "f").chmod(0o640)
    write_bytes(tmp_path / "f", b"")
    assert mode(tmp_path / "f") == 0o640


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    for target in ("there/f", "there/new"):
        link = tmp_path / f"to {Path(target).name}"
        (tmp_path / "there" / "f").write_bytes(b"old")
        link.symlink_to(target)
        write_bytes(link, b"new")
        assert link.is_symlink()
        assert (tmp_path / target).read_bytes() == b"new"


def test_a_name_may_be_as_long_as_the_disk_takes(tmp_path):
    write_bytes(tmp_path / ("f" * 255), b"new")
    with pytest.raises(W2VError, match="was not written: its name is too long"):
        write_bytes(tmp_path / ("f" * 256), b"new")
    assert names(tmp_path) == ["f" * 255]


def test_what_is_no_file_is_written_to_as_it_is(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_bytes(pipe, b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    with pytest.raises(W2VError, match="/dev/full was not written: the disk is full"):
        write_bytes("/dev/full", b"x")


def test_standard_output_may_be_a_file_that_is_written_to_before_and_after(tmp_path):
    """Of which another name, /dev/stdout, must not make another file."""
    program = "from w2v.base.atomic_file import write_text\nwrite_text('/dev/stdout', 'within\\n')"
    with open(tmp_path / "out", "ab") as out:
        out.write(b"before\n")
        out.flush()
        subprocess.run([sys.executable, "-c", program], stdout=out, check=True)
        assert os.fstat(out.fileno()).st_ino == (tmp_path / "out").stat().st_ino
    assert "within\n" in (tmp_path / "out").read_text()


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("folder", "it is a folder"),
        ("none/f", "there is no such folder"),
        ("file/f", "a part of its path is a file"),
        ("circle", "in a circle"),
    ],
)
def test_why_a_file_cannot_be_written_is_told(tmp_path, path, sentence):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(W2VError, match=f"{path} was not written: .*{sentence}"):
        write_bytes(tmp_path / path, b"")
    assert names(tmp_path) == ["circle", "file", "folder"]


@pytest.mark.parametrize(("code", "sentence"), [(errno.ENOSPC, "the disk is full"), (errno.EDQUOT, "quota")])
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_an_error_of_the_system_keeps_the_old_file_and_says_so(tmp_path, monkeypatch, call, code, sentence):
    write_bytes(tmp_path / "f", b"old")

    def fails(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fails)
    with pytest.raises(W2VError, match=f"f was not written: .*{sentence}"):
        write_bytes(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"old"
    assert names(tmp_path) == ["f"]


def test_a_folder_that_cannot_be_synced_is_no_reason_to_say_that_nothing_was_written(tmp_path, monkeypatch):
    def fails(_):
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(room, "sync_folder", fails)
    with pytest.raises(W2VError, match="f is written, but it may not outlast a power cut: the disk reported an error"):
        write_bytes(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"new"


def test_an_error_about_another_file_is_not_taken_for_one_of_this(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_file(tmp_path / "f") as file:
        file.write((tmp_path / "absent").read_bytes())
    assert names(tmp_path) == []


def test_text_keeps_its_line_ends(tmp_path):
    write_text(tmp_path / "f", "a\r\nb\n\ud800", errors="replace")
    assert (tmp_path / "f").read_bytes() == b"a\r\nb\n?"


def test_within_a_temporary_folder_a_file_is_only_written(tmp_path, monkeypatch):
    with temporary_folder(tmp_path) as folder:
        monkeypatch.setattr(os, "fsync", None)
        write_bytes(folder / "f", b"new")
        assert names(folder) == ["f"]
        (folder / "sub").mkdir()
        with pytest.raises(IsADirectoryError):
            write_bytes(folder / "sub", b"new")
