"""A tokenizer in processes of its own finds what it finds here, and its processes end, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from w2v.corpus import indexing
from w2v.corpus.stream import open_stream
from w2v.errors import W2VError
from w2v.text import processes as room
from w2v.text.processes import TokenizerProcesses
from w2v.text.serving import numbered
from w2v.text.tokenize import get_tokenizer, words

TEXT = "U.S. naïve, 中文。\r\n\n3.14 don’t U.S.\n"
PATHS = os.environ | {"PYTHONPATH": str(Path(room.__file__).parents[2])}


def split(text):
    return [words(line) for line in text.splitlines()]


def test_words_by_number():
    numbers, found = numbered(["a b a", "", "  ", "c b"], str.split)
    assert numbers.tolist() == [1, 2, 1, 0, 3, 2, 0]
    assert found == ["a", "b", "c"]


@pytest.mark.parametrize("keep", [False, True])
def test_what_they_find(keep):
    texts = [TEXT, "", "\n", "x y", TEXT * 1000]
    with TokenizerProcesses(2, "words", keep) as processes:
        for text in texts:
            numbers, found = processes.scan(text.encode())
            here = numbered(text.replace("\r\n", "\n").split("\n"), get_tokenizer("words", keep))
            assert numbers.dtype == np.int32
            assert (numbers.tolist(), found) == (here[0].tolist(), here[1])


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("much", [0, 1 << 30])
def test_chinese_text_is_the_same_stream_in_processes_and_here(tmp_path, monkeypatch, keep, much):
    pytest.importorskip("rjieba")
    path = tmp_path / "t.txt"
    path.write_bytes("我来到北京清华大学，Hello！\r\n你好\n\n北京\n".encode() * 300 + b"\xff\n\xe6\x88")
    lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    chinese = get_tokenizer("chinese", keep)
    with open_stream([chinese(line) for line in lines], min_count=1) as expected:
        monkeypatch.setattr(indexing, "available_cores", lambda: 2)
        monkeypatch.setattr(indexing, "_MUCH", much)
        with open_stream(path, tokenizer="chinese", keep_punctuation=keep, min_count=1) as stream:
            assert stream.digest == expected.digest
            assert stream.report.first_tokens == expected.report.first_tokens
            assert stream.report.invalid_bytes == 3


def test_their_number_has_no_say_in_the_order(tmp_path):
    """Each text comes back in its turn."""
    texts = [f"w{i} {'x ' * (i % 3 * 20_000)}\n".encode() for i in range(12)]
    with ThreadPoolExecutor(3) as pool, TokenizerProcesses(3, "words") as processes:
        assert [found[0] for _, found in pool.map(processes.scan, texts)] == [f"w{i}" for i in range(12)]


def ended(processes):
    return [process.poll() for process in processes._all]


def test_they_end_with_the_block():
    with TokenizerProcesses(2, "words") as processes:
        processes.scan(b"a")
        assert ended(processes) == [None]
    assert ended(processes) == [0]


def test_they_end_at_once_when_it_is_broken_off():
    def broken_off():
        with processes:
            processes.scan(b"a")
            raise KeyboardInterrupt

    processes = TokenizerProcesses(2, "words")
    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert ended(processes) == [-signal.SIGKILL]


def test_there_are_no_more_than_there_is_work_for(monkeypatch):
    """A short text has few, however many cores there are."""
    text = b"a b\n" * 1000
    monkeypatch.setattr(room, "EACH", 10 * len(text))
    with ThreadPoolExecutor(8) as pool, TokenizerProcesses(8, "words") as processes:
        for pieces, most in ((8, 2), (24, 5)):
            found = list(pool.map(processes.scan, [text] * pieces))
            assert all(words == ["a", "b"] for _, words in found)
            assert 1 <= len(processes._all) <= most


def test_one_that_dies_is_a_sentence():
    with TokenizerProcesses(1, "words") as processes:
        processes.scan(b"a")
        processes._all[0].kill()
        for size in (1, 1_000_000):  # and more than a pipe holds
            with pytest.raises(W2VError, match="a process that cuts the text into words was killed from outside"):
                processes.scan(b"a" * size)
    processes = TokenizerProcesses(1, "words")
    processes.command[3] = "raise SystemExit(3)"
    with processes, pytest.raises(W2VError, match="ended with code 3"):
        processes.scan(b"a")


@pytest.mark.parametrize("most", [0, 1])
def test_where_none_can_be_started_those_there_are_go_on_or_this_one(monkeypatch, most):
    def started(*how, **options):
        if len(begun) == most:
            raise OSError(11, "Resource temporarily unavailable")
        begun.append(popen(*how, **options))
        return begun[-1]

    begun, popen = [], subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", started)
    with ThreadPoolExecutor(3) as pool, TokenizerProcesses(3, "words") as processes:
        for numbers, found in pool.map(processes.scan, [b"A b\r\na"] * 9):
            assert (numbers.tolist(), found) == ([1, 2, 0, 1, 0], ["a", "b"])
    assert len(begun) == most


def test_where_there_is_no_python_to_start_this_one_does_it(monkeypatch):
    monkeypatch.setattr(sys, "executable", None)
    with TokenizerProcesses(2, "words") as processes:
        assert processes.scan(b"A b")[1] == ["a", "b"]


def test_what_others_print_as_python_starts_is_no_answer():
    processes = TokenizerProcesses(1, "words")
    processes.command[3] = f"print('hello' * 99, flush=True); {processes.command[3]}"
    with processes:
        assert processes.scan(b"A b")[1] == ["a", "b"]


def test_no_module_of_the_current_folder_is_run(tmp_path, monkeypatch):
    for name in ("signal", "array", "w2v", "collections", "unicodedata"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    with TokenizerProcesses(1, "words") as processes:
        assert processes.scan(b"A b")[1] == ["a", "b"]


def test_they_load_little():
    """Each core starts one: numba alone would take half a second of each."""
    code = "import sys, w2v.text.serving; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], env=PATHS, capture_output=True, text=True, check=True).stdout
    assert "w2v" in loaded
    assert "numpy" not in loaded
    assert "numba" not in loaded


SCRIPT = """
import os, sys
from w2v.corpus import indexing
from w2v.corpus.stream import open_stream
from w2v.text import processes
indexing._MUCH, indexing.available_cores = 0, lambda: 2
start = processes.TokenizerProcesses._start_for
def told(self, size):
    before = len(self._all)
    start(self, size)
    if before < len(self._all) == 2:
        print(*(process.pid for process in self._all), flush=True)
processes.TokenizerProcesses._start_for = told
open_stream(sys.argv[1], tokenizer="chinese", min_count=1)  # no guard: what ran the script again would start others
"""


def alive(number):
    """Whether a process runs, and has not only not been waited for."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_they_end_with_a_process_that_is_interrupted_or_killed(tmp_path, how):
    """Within a fraction of a second, and a Ctrl-C has one traceback, which is not theirs."""
    pytest.importorskip("rjieba")
    (tmp_path / "t.txt").write_text("我来到北京清华大学。\n" * 300_000, encoding="utf-8")  # seconds of work
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "t.txt")]
    with subprocess.Popen(command, env=PATHS, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as script:
        started = [int(number) for number in script.stdout.readline().split()]
        assert len(started) == 2
        assert all(map(alive, started))
        script.send_signal(how)
        script.wait(20)
        until = time.monotonic() + 20
        while any(map(alive, started)) and time.monotonic() < until:
            time.sleep(0.01)
        assert not any(map(alive, started))
        told = script.stderr.read()  # to its end, which comes when nobody is left to write to it
        assert told.count(b"Traceback") == (how == signal.SIGINT)
        assert told.startswith(b"Traceback") == (how == signal.SIGINT)
        assert (told == b"") == (how == signal.SIGKILL)
