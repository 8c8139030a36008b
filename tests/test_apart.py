"""Functions that are called by name: compiled once, whoever calls them, and found again when they come from files."""

import os
import subprocess
import sys

import numba
import numpy as np
import pytest

from w2v.base import apart
from w2v.base.compiled import njit, part

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")


@njit(apart=True)
def doubled(number):
    return 2 * number


@part
def summed(numbers):
    total = numbers.dtype.type(0)
    for number in numbers:
        total += number
    return total


def test_a_caller_has_no_copy_of_what_it_calls_by_name():
    taken_in = numba.njit(lambda number: 2 * number)

    @numba.njit
    def caller(number):
        return doubled(number) + taken_in(number)

    assert caller(4) == 16
    (result,) = caller.overloads.values()
    ((name, module, function, types),) = apart.references(result)
    assert (module, function, types) == (__name__, "doubled", (numba.int64,))
    assert name == doubled.overloads[types].fndesc.mangled_name  # compiled now, or kept by an earlier run


def test_a_part_has_no_wrapper_and_can_be_called_from_python():
    """Numba has no address to give to Python then, and calling it would be the end of the process."""
    assert [summed(np.arange(5)), summed(np.ones(3)), summed(np.arange(4))] == [10, 3, 6]
    assert len(summed.overloads) == 2


MODULE = """
from w2v.base.compiled import njit

@njit
def other(number):
    return number

@njit(apart=True)
def called(number):
    return number + 1

@njit
def caller(number):
    return 10 * called(number)
"""
PROCESS = """
import sys
from callers import *
if sys.argv[1:]:
    other(1), called(1.5), called(1)
print(caller(4), sum(caller.stats.cache_hits.values()), sum(called.stats.cache_hits.values()))
"""


def test_code_that_was_kept_finds_what_it_calls(tmp_path):
    """Also where that is compiled anew: in whatever order, it has the same name in each process."""
    (tmp_path / "callers.py").write_text(MODULE)
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])

    def start(*arguments):
        environment = os.environ | {"NUMBA_CACHE_DIR": str(cache), "PYTHONPATH": path}
        command = [sys.executable, "-c", PROCESS, *arguments]
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
        return [int(number) for number in done.stdout.split()]

    assert start() == [50, 0, 0]
    assert start() == [50, 1, 1]
    for file in cache.rglob("*called*"):
        file.unlink()
    assert start("in another order") == [50, 1, 0]
    assert start() == [50, 1, 1]
