"""Compiled functions are kept where they can be, and never run when they are out of date."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from w2v import train, vectors
from w2v.base import compiled, randomness
from w2v.corpus import pair_sort as runs
from w2v.corpus import vocabulary as vocab
from w2v.examples import encoders
from w2v.heads.hs import kernel as hs
from w2v.heads.ns import kernel as ns
from w2v.heads.ova import kernel as ova
from w2v.heads.poincare import kernel as poincare
from w2v.heads.softmax import kernel as softmax


@pytest.fixture(autouse=True)
def _afresh(monkeypatch):
    """The folder is found again in each test, and again after it."""
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    compiled.folder.cache_clear()
    yield
    compiled.folder.cache_clear()


TREE = {
    "__init__.py": "VERSION = 1",
    "constants.py": "MARK = -1",
    "deeper/__init__.py": "",
    "deeper/tables.py": "from w2v.constants import (\n    MARK,  # why\n)\nSIZE = 7",
    "deeper/kernels.py": "from w2v.base.compiled import njit\nfrom w2v.deeper import tables as small",
    "engine.py": "from w2v.deeper.kernels import train\nfrom w2v import plots",
    "plots.py": "import math",
    "tiles.py": "    import numba.extending",
}


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A package in which kernels depend on constants through another module."""
    for name, text in TREE.items():
        path = tmp_path / "w2v" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(compiled, "PACKAGE", tmp_path / "w2v")
    return tmp_path / "w2v"


def test_sources_are_what_is_compiled_and_all_that_it_imports(tree):
    assert set(compiled.sources(tree)) == {"w2v.constants", "w2v.deeper.tables", "w2v.deeper.kernels", "w2v.tiles"}


@pytest.mark.parametrize("name", TREE)
def test_the_folder_is_another_where_compiled_code_can_be(tree, name):
    """A constant of an imported module is frozen into compiled code; what only calls that code is not."""
    before = compiled.folder()
    (tree / name).write_text(TREE[name] + "\nMARK = -2")
    compiled.folder.cache_clear()
    seen = name in ("constants.py", "deeper/tables.py", "deeper/kernels.py", "tiles.py")
    assert (compiled.folder() != before) == seen
    (tree / name).write_text(TREE[name])
    compiled.folder.cache_clear()
    assert compiled.folder() == before


def test_another_compiler_is_another_folder(monkeypatch):
    before = compiled.folder()
    monkeypatch.setattr(compiled.llvmlite, "__version__", "0.0")
    compiled.folder.cache_clear()
    assert compiled.folder() != before


def test_the_sources_of_this_package_are_found():
    """Files with compiled functions, and the constant SENTENCE_END that their loops compare with."""
    names = set(compiled.sources(compiled.PACKAGE))
    decorated = {
        path
        for path in compiled.PACKAGE.rglob("*.py")
        if re.search(r"^@(\w+\.)*(njit|intrinsic|overload)\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert decorated
    assert {".".join(path.relative_to(compiled.PACKAGE.parent).with_suffix("").parts) for path in decorated} <= names
    homes = {encoders.__name__, runs.__name__, vocab.__name__, randomness.__name__, compiled.__name__}
    assert homes <= names
    assert not names & {"w2v", train.__name__, vectors.__name__}, "else a change of anything compiles everything anew"


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


def test_each_heads_copy_of_the_driver_is_kept_under_a_name_of_its_own():
    """Else what was compiled for one head could be run for another that looks up the same type."""
    names = [kernel.train_block.py_func.__qualname__ for kernel in (hs, ns, ova, poincare, softmax)]
    assert len(set(names)) == 5
    assert ns.train_block.py_func.__code__ is softmax.train_block.py_func.__code__
