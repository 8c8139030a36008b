"""What people see does not steer their terminal, whoever wrote the words in it; what programs read stays as it is."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from w2v.base.terminal import Harmless, harmless
from w2v.training.console import Console

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt.exe\r\b\0\x7f"
SHOWN = r"\x1b]0;owned\x07\x1b[2J\x9b31m\u202etxt.exe\x0d\x08\x00\x7f"


def test_what_steers_is_shown_by_its_number():
    assert harmless(EVIL) == SHOWN


@pytest.mark.parametrize("text", ["a line\tof\nwords", "Ünïcode, 日本, עברית, 👩‍👩‍👧, e\u0301, \u200f", r"\x1b", ""])
def test_what_does_not_is_left(text):
    assert harmless(text) == text


def test_all_control_characters_steer_but_newline_and_tab():
    steering = [char for char in map(chr, range(0x110000)) if harmless(char) != char]
    controls = [char for char in map(chr, [*range(0x20), *range(0x7F, 0xA0)]) if char not in "\n\t"]
    directions = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]
    no_characters = [*map(chr, range(0xD800, 0xE000)), "\ufffe", "\uffff"]
    assert steering == controls + directions + no_characters


def test_a_stream_is_as_the_one_behind_it():
    behind = io.StringIO()
    stream = Harmless(behind)
    print(EVIL, file=stream)
    stream.writelines(["a\x1b", "b"])
    assert behind.getvalue() == SHOWN + "\n" + r"a\x1bb"
    assert stream.isatty() is False
    with pytest.raises(TypeError):
        stream.write(b"bytes")


@pytest.mark.parametrize("terminal", [True, False])
def test_lines_among_bars_are_harmless_and_bars_are_bars(terminal):
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, soft_wrap=True, highlight=False)
    with console.status("working"):
        console.print(EVIL, markup=False)
        print(EVIL, file=sys.stderr)  # which rich takes over while there is a bar
    assert SHOWN in written.getvalue()
    assert "\x1b]" not in written.getvalue()
    assert ("\x1b[?25l" in written.getvalue()) is terminal


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("evil")
    (folder / "v.txt").write_bytes(b"3 1\nking 1\nevil\x1b[2J\xe2\x80\xae 2\nnan\x1b]0;x\x07 nan\n")
    return folder


def run(folder: Path, *arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "w2v", *arguments]
    return subprocess.run(command, cwd=folder, check=False, timeout=120, **{"stderr": subprocess.PIPE, **options})


def test_on_a_terminal_words_are_harmless(folder):
    ours, theirs = os.openpty()
    done = run(folder, "nn", "v.txt", "king", stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while piece := os.read(ours, 4096):
            seen += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert done.returncode == 0
    assert rb"evil\x1b[2J\u202e" in seen
    assert b"\x1b" not in seen
    assert b"\x07" not in seen


def test_in_a_pipe_words_are_data_and_notes_are_harmless(folder):
    done = run(folder, "nn", "v.txt", "king", stdout=subprocess.PIPE)
    assert b"evil\x1b[2J\xe2\x80\xae" in done.stdout
    assert b"1 word has no finite vector and was left out" in done.stderr
    assert b"\x1b" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nn", "v.txt", f"w{EVIL[:-2]}"],
        ["info", "\x1b[2Jabsent"],
        ["train", "\x1b[2Jabsent", "-o", "m"],
        ["train", "v.txt", "-o", "m", "--bad\x1b[2J"],
        ["\x1b[2Jcommand"],
    ],
)
def test_errors_are_harmless(folder, arguments):
    done = run(folder, *arguments)
    assert done.returncode == 2
    assert b"\x1b" not in done.stderr
    assert b"\\x1b[2J" in done.stderr
