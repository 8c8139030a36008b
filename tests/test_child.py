"""Processes of ours run what is installed, and nothing that lies beside the user's script or in the current folder."""

import subprocess
import sys

import pytest

from w2v.base import child


def main():
    print(*sys.argv[1:], *sys.path, sep="\n")


def told(**how):
    command = child.command("test_child:main", "one", "two words")
    return subprocess.run(command, check=True, capture_output=True, text=True, **how).stdout.splitlines()


def test_it_gets_the_arguments_and_finds_what_is_found_here(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "path", ["", *sys.path, b"bytes", "relative"])
    monkeypatch.chdir(tmp_path)
    one, two, *path = told()
    assert (one, two) == ("one", "two words")
    assert "" not in path
    assert str(tmp_path) not in path
    assert str(tmp_path / "relative") in path


@pytest.mark.parametrize("name", ["types", "enum", "importlib", "sitecustomize", "encodings"])
def test_what_lies_in_the_way_of_the_interpreter_is_not_run(monkeypatch, tmp_path, name):
    (tmp_path / f"{name}.py").write_text("raise SystemExit('it was run')")
    monkeypatch.setattr(sys, "path", [str(tmp_path), ".", *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert told(cwd=tmp_path)[0] == "one"


def test_there_is_nothing_to_start_in_a_program_that_brings_its_own_python(monkeypatch):
    assert child.possible()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert not child.possible()
    monkeypatch.setattr(sys, "frozen", False, raising=False)
    for nowhere in ("", None):
        monkeypatch.setattr(sys, "executable", nowhere)
        assert not child.possible()
