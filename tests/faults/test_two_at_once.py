"""Two writers and two readers at once: each reads what one of the writers wrote, and never nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

WRITER = """
import sys, time
from pathlib import Path
from w2v.base.atomic_file import write_bytes
from w2v.base.atomic_folder import atomic_folder

folder, content, until, times = Path(sys.argv[1]), sys.argv[2] * 5000, time.time() + float(sys.argv[3]), 0
while time.time() < until:
    with atomic_folder(folder / "m", overwrite=True) as partial:
        for name in ("config.json", "vocab.txt"):
            (partial / name).write_text(content)
    write_bytes(folder / "file", content.encode())
    times += 1
print(times)
"""
READER = """
import collections, json, sys, time
from pathlib import Path

folder, until = Path(sys.argv[1]), time.time() + float(sys.argv[2])
found = collections.Counter()
while time.time() < until:
    for path in (folder / "m" / "config.json", folder / "m" / "vocab.txt", folder / "file", folder / "m" / "notes.txt"):
        try:
            content = path.read_text()
        except OSError as error:
            content = type(error).__name__
        whole = content in ("a" * 5000, "b" * 5000) or (path.name == "notes.txt" and content == "mine")
        found["whole" if whole else f"{path.name}: {content[:20]} of {len(content)}"] += 1
print(json.dumps(found))
"""


def at_once(folder: Path, seconds: float) -> dict[str, int]:
    (folder / "m").mkdir()
    for name in ("config.json", "vocab.txt"):
        (folder / "m" / name).write_text("a" * 5000)
    (folder / "m" / "notes.txt").write_text("mine")
    (folder / "file").write_text("a" * 5000)
    programs = [(WRITER, "a"), (WRITER, "b"), (READER,), (READER,)]
    commands = [[sys.executable, "-c", program, folder, *of, str(seconds)] for program, *of in programs]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) for command in commands]
    printed = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * 4
    found: dict[str, int] = {"written": sum(map(int, printed[:2]))}
    for each in map(json.loads, printed[2:]):
        found |= {what: found.get(what, 0) + times for what, times in each.items()}
    assert sorted(path.name for path in folder.iterdir()) == ["file", "m"]
    return found


def test_whoever_reads_beside_two_writers_reads_something_whole(tmp_path):
    found = at_once(tmp_path, 1)
    assert set(found) == {"written", "whole"}
    assert found["whole"] > 10


@pytest.mark.long
def test_for_a_minute(tmp_path):
    found = at_once(tmp_path, 60)
    print(found)
    assert set(found) == {"written", "whole"}
