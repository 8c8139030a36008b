"""A kernel is compiled in another process while the text is read; nothing depends on that process."""

import os
import signal
import subprocess
import sys
import time

import numba
import pytest

import w2v
from w2v import Config
from w2v.base import apart, child, compiled
from w2v.engines import ahead

pytestmark = pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
SENTENCES = [["a", "b", "c"] * 5] * 20
CONFIG = Config(min_count=1, epochs=1, workers=1)


@pytest.fixture
def nothing_kept(monkeypatch):
    """No kernel seems to have been kept so far, and reading seems to take long."""
    monkeypatch.setattr(ahead, "is_to_be_kept", lambda _: True)
    monkeypatch.setattr(ahead, "MOMENT", 0)


@pytest.fixture
def started(nothing_kept, monkeypatch):
    """The settings that another process was started for."""
    found = []
    monkeypatch.setattr(ahead, "_start", lambda config: found.append(config) or [])
    return found


@pytest.fixture
def processes(nothing_kept, monkeypatch):
    """The processes that were started."""
    found, start = [], ahead._start

    def starting(config):
        found.extend(started := start(config))
        return started

    monkeypatch.setattr(ahead, "_start", starting)
    return found


def slow_sentences():
    yield from SENTENCES
    time.sleep(0.2)  # the timer's thread comes first


def test_training_compiles_ahead_what_will_train(started):
    w2v.train(slow_sentences(), CONFIG)
    assert started == [CONFIG]


def test_a_text_that_is_read_in_a_moment_starts_no_process(started, monkeypatch):
    monkeypatch.setattr(ahead, "MOMENT", 60)
    with ahead.compiling_ahead(CONFIG):
        pass
    assert started == []


@pytest.mark.parametrize("settings", [{"engine": "reference"}, {"head": "w2v.heads.ns.reference:NegativeSampling"}])
def test_nothing_is_compiled_where_no_kernel_trains(started, settings):
    with ahead.compiling_ahead(CONFIG.replace(**settings)):
        time.sleep(0.05)
    assert started == []


def test_nothing_is_compiled_that_is_kept_already_or_cannot_be(monkeypatch, tmp_path):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    compiled.folder.cache_clear()
    function = compiled.njit(lambda number: number)
    assert apart.is_to_be_kept(function)
    function(1)
    assert not apart.is_to_be_kept(function)
    monkeypatch.setattr(compiled, "folder", lambda: None)
    assert not apart.is_to_be_kept(compiled.njit(lambda number: number))


@pytest.mark.parametrize("executable", ["", "/nowhere/python", "/bin/false"])
def test_what_cannot_be_started_or_fails_is_not_missed(nothing_kept, monkeypatch, executable):
    """The last of them is started, and fails at once."""
    monkeypatch.setattr(child.sys, "executable", executable)
    with ahead.compiling_ahead(CONFIG):
        time.sleep(0.05)


def test_it_is_waited_for(processes):
    with ahead.compiling_ahead(CONFIG):
        time.sleep(0.2)
        assert processes[0].poll() is None
    assert processes[0].returncode == 0


def test_it_ends_with_the_process_that_started_it():
    """Also where that was killed: its end of the pipe is closed."""
    begin = f"import threading; from {ahead.__name__} import _end_with_input as end; end(); raise AssertionError"
    process = subprocess.Popen([sys.executable, "-c", begin], stdin=subprocess.PIPE)
    assert process.poll() is None
    process.stdin.close()
    assert process.wait(60) == 1


def test_it_ends_when_the_reading_does_not_and_hears_nothing_of_ctrl_c(processes):
    groups = []

    def interrupted():
        with ahead.compiling_ahead(CONFIG):
            time.sleep(0.2)
            groups.append(os.getpgid(processes[0].pid))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert groups[0] != os.getpgid(0)
    assert processes[0].returncode == -signal.SIGKILL


@pytest.mark.long
@pytest.mark.parametrize("head", ["ns", "hs"])
def test_what_was_compiled_ahead_is_all_that_training_needs(tmp_path, head):
    """The other process makes the same types of everything."""
    environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "kernels")}
    script = f"""
import numba.core.event as event
from w2v import Config
from w2v.engines import CpuEngine, ahead
import numpy as np
config = Config(head={head!r}, workers=3)
[process] = ahead._start(config)
assert process.wait() == 0
with event.install_recorder("numba:compile") as recorder:
    CpuEngine(config, np.arange(900, 0, -1), np.full(900, 1 << 32, np.uint64))
print(len(recorder.buffer))
"""
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0"]
