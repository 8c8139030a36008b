"""Compiled functions are kept where they can be, and never run when they are out of date."""

import errno
import os
import re
import stat
import subprocess
import sys
import warnings

import pytest
from test_private_folder import give_away

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


@pytest.fixture
def places(tmp_path, monkeypatch):
    """The user's cache folder and that of temporary files, both in a folder of the test."""
    for name in ("home", "temporary"):
        (tmp_path / name).mkdir(mode=0o700)
    monkeypatch.setattr(compiled.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "home" / "w2v"))
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    return tmp_path


def test_the_users_cache_folder_is_the_usual_place(places):
    assert compiled.folder().parent == places / "home" / "w2v"
    assert [stat.S_IMODE(path.stat().st_mode) for path in places.glob("home/w2v/**")] == [0o700, 0o700]


@pytest.mark.parametrize("trouble", ["a file", "of others", "writable"])
def test_where_the_home_will_not_do_there_are_temporary_files(places, trouble):
    (places / "home").rmdir()
    if trouble == "a file":
        (places / "home").write_text("")
    else:
        (places / "home").mkdir()
        (places / "home").chmod(0o777 if trouble == "writable" else 0o755)
        if trouble == "of others":
            give_away(places / "home")
    folder = compiled.folder()
    assert folder.parent == places / "temporary" / f"w2v-{os.getuid()}"
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_what_others_have_planted_among_the_temporary_files_is_not_run(places):
    (places / "home").rmdir()
    (places / "home").write_text("")
    planted = places / "temporary" / f"w2v-{os.getuid()}"
    planted.mkdir(mode=0o755)
    give_away(planted)
    with pytest.warns(UserWarning, match=rf"is not kept, .*: .*home.*; {planted} belongs to another user\. Set NUMBA_"):
        assert compiled.folder() is None
    assert list(planted.iterdir()) == []


def test_a_given_folder_to_which_others_can_write_is_not_used_and_no_other_instead(places, monkeypatch):
    given = places / "given"
    given.mkdir()
    given.chmod(0o777)
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(given))
    with pytest.warns(UserWarning, match=f"others can write to {given}"):
        function = compiled.njit(twice)
    assert function(4) == 8
    assert function.stats.cache_path is None
    assert list(given.iterdir()) == list((places / "home").iterdir()) == []


# What is kept, and comes back


def twice(number):
    return number + number


def kept(function=twice):
    """A compiled function, called once, and whether it came from its file."""
    function = compiled.njit(function)
    assert function(21) == 42
    return bool(function.stats.cache_hits)


def test_what_was_compiled_is_kept(places):
    assert [kept(), kept()] == [False, True]


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "one bit", "gone", "a folder"])
def test_what_was_damaged_is_compiled_anew_and_kept_anew(places, suffix, damage):
    """A kill or a power cut while numba writes, or a bad disk."""
    kept()
    (path,) = compiled.folder().rglob(f"*.{suffix}")
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "one bit":
        content[len(content) // 2] ^= 4
    if damage == "a folder":
        path.mkdir()
    elif damage != "gone":
        path.write_bytes({"empty": b"", "cut": content[:-9], "noise": bytes(range(256))}.get(damage, content))
    with warnings.catch_warnings():
        warnings.simplefilter("error" if damage != "a folder" else "ignore")
        assert not kept()
        assert kept() or damage == "a folder"


def test_a_full_disk_is_a_warning(places, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    function = compiled.njit(twice)
    monkeypatch.setattr("numba.core.caching.IndexDataCacheFile.save", full)
    with pytest.warns(UserWarning, match=f"{compiled.folder()}: No space left on device"):
        assert function(21) == 42


def test_a_folder_that_vanishes_is_no_error(places):
    folder = compiled.folder()
    folder.rmdir()
    folder.write_text("")
    assert not kept()


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
