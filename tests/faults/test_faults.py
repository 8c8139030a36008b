"""Whatever fails, wherever, when something is written: old or new is whole, and what is said of it is true.

Each file call of each writer fails once, or the process dies there (`storm.py`); and for each moment of a writer's run
is looked at what a power cut may leave on the disk (`power.py`). The calls are those to the C library.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from writers import WRITERS

HERE = Path(__file__).parent
FOLDERS = ["model", "first model", "checkpoint", "hierarchy"]
FILES = [name for name in WRITERS if name not in FOLDERS]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or sys.platform != "linux":
        pytest.skip("faults are put in by a library that a C compiler makes, on Linux")
    path = tmp_path_factory.mktemp("library") / "faults.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", path, HERE / "faults.c", "-ldl"]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def outcome(library, tmp_path):
    """Runs one of the programs here, and gives what it prints."""

    def run(program: str, *given: str, **environment: str) -> dict:
        paths = os.pathsep.join(filter(None, sys.path))
        told = subprocess.run(
            [sys.executable, HERE / program, tmp_path, *given],
            env=os.environ | {"LD_PRELOAD": str(library), "PYTHONPATH": paths, **environment},
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(told.stdout)

    return run


@pytest.mark.parametrize("how", ["ENOSPC", "EIO", "KILL"])
def test_some_file_calls_may_fail(outcome, how):
    told = outcome("storm.py", how, "5", "model", "vectors.bin")
    assert told["wrong"] == []
    assert sum(told["runs"].values()) > 12


def test_the_power_may_be_cut_while_a_model_or_a_file_is_saved(outcome):
    told = outcome("power.py", "model", "vectors.bin")
    assert told["wrong"] == []
    assert sum(told["disks"].values()) > 50


@pytest.mark.long
@pytest.mark.parametrize("how", ["ENOSPC", "EIO", "KILL"])
@pytest.mark.parametrize("exchange", [True, False])
def test_each_file_call_of_a_folder_may_fail(outcome, how, exchange):
    told = outcome("storm.py", how, "1", *FOLDERS, **({} if exchange else {"FAULTS_NO_EXCHANGE": "1"}))
    assert told["wrong"] == []
    assert sum(told["runs"].values()) > 200


@pytest.mark.long
@pytest.mark.parametrize("how", ["ENOSPC", "EIO", "KILL"])
def test_each_file_call_of_a_file_may_fail(outcome, how):
    told = outcome("storm.py", how, "1", *FILES)
    assert told["wrong"] == []
    assert sum(told["runs"].values()) > 250


@pytest.mark.long
@pytest.mark.parametrize("exchange", [True, False])
def test_the_power_may_be_cut_at_any_moment(outcome, exchange):
    names = [*FOLDERS, *FILES] if exchange else FOLDERS
    told = outcome("power.py", *names, **({} if exchange else {"FAULTS_NO_EXCHANGE": "1"}))
    assert told["wrong"] == []
    assert sum(told["disks"].values()) > 100
