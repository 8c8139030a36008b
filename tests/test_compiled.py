"""Compiled functions are kept where they can be, and never run when they are out of date."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from w2v import compiled

ROOT = Path(compiled.__file__).parent


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    """The folder is found again in each test, and again after it."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    compiled.folder.cache_clear()
    yield
    compiled.folder.cache_clear()


def test_every_file_with_a_compiled_function_counts():
    """Else a change there would leave stale code in use."""
    known = {path for pattern in compiled.SOURCES for path in ROOT.glob(pattern)}
    using = {path for path in ROOT.rglob("*.py") if re.search("^@(njit|intrinsic)", path.read_text("utf-8"), re.M)}
    assert using
    assert using <= known


def test_another_source_is_another_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "compiled.py"))
    folders = set()
    for text in ("one", "another", "one"):
        (tmp_path / "sampler.py").write_text(text)
        compiled.folder.cache_clear()
        folders.add(compiled.folder())
    assert len(folders) == 2


def test_a_given_folder_is_used(tmp_path, monkeypatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert compiled.folder().parent == tmp_path


def test_without_a_writable_home_there_are_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    monkeypatch.setattr(compiled.platformdirs, "user_cache_dir", lambda *_, **__: "/proc/none")
    monkeypatch.setattr(compiled.os, "access", lambda path, _: Path(path) != Path("/proc"))
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(tmp_path))
    assert compiled.folder().parent.parent == tmp_path


TRAIN = """
from numba.core import event
from w2v import Config
from w2v.training.train import train
with event.install_recorder("numba:compile") as recorder:
    vectors = train([["a", "b", "c"] * 5] * 20, Config(min_count=1, epochs=1, workers=1)).vectors
print(len(recorder.buffer), vectors["a"].sum())
"""


@pytest.mark.long
def test_processes_that_start_together_share_what_they_compile(tmp_path):
    """Two with an empty cache, then one that finds all it needs, and all with the same result."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kernels"), "XDG_CACHE_HOME": str(tmp_path)}

    def start():
        return subprocess.Popen([sys.executable, "-c", TRAIN], env=environment, stdout=subprocess.PIPE, text=True)

    both = [start(), start()]
    told = [process.communicate(timeout=300)[0].split() for process in both]
    told.append(start().communicate(timeout=300)[0].split())
    assert int(told[0][0]) > 0
    assert int(told[2][0]) == 0
    assert len({result for _, result in told}) == 1
