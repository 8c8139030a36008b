"""Damaged files are a sentence for every reader; and what watches over that would see a fault."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.harness import put
from fuzz.readers import READERS

TESTS = Path(__file__).parent


def python(*arguments):
    """In a process without threads, which are no part of those that it forks."""
    paths = os.environ | {"PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"}
    done = subprocess.run([sys.executable, *arguments], env=paths, capture_output=True, text=True, timeout=250)
    return done.returncode, done.stdout + done.stderr


def test_damaged_files_are_a_sentence_for_every_reader():
    code, told = python("-m", "fuzz", "--cases", "40", "--jobs", "2")
    assert code == 0, told
    assert [line[:37].rstrip() for line in told.splitlines()[1:]] == list(READERS)


@pytest.mark.filterwarnings("ignore")  # a file that is read may be warned of
@pytest.mark.parametrize("name", READERS)
def test_every_reader_reads_what_is_whole(name, tmp_path):
    put(READERS[name].case(0), tmp_path / "case")
    READERS[name].read(tmp_path / "case")


def test_a_case_is_a_function_of_reader_and_number():
    for reader in list(READERS.values())[:3]:
        assert reader.case(5) == reader.case(5) != reader.case(6)


FAULTS = """
import os, signal, sys
from pathlib import Path
from fuzz import harness
import pytest
from fuzz.harness import put
from fuzz.readers import READERS, Reader
from fuzz.mutations import BYTES
from w2v.errors import W2VError

harness.SECONDS, harness.WAITING = 0.1, 3.0
kept = []

def read(folder):
    number = int((folder / "number").read_text())
    if number == 2:
        raise KeyError("raw")
    if number == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    if number == 4:
        while True:
            pass
    if number == 5:
        kept.append(bytearray(400 << 20))
    if number == 6:
        os._exit(0)
    if number == 7:
        raise W2VError("refused")
    if number == 8:
        signal.pause()

class Numbered(Reader):
    def case(self, number):
        return {"number": str(number).encode()}

READERS["faulty"] = Numbered("faulty", lambda: [{}], {}, read)
tallies = harness.run(["faulty"], range(10), 1, Path(sys.argv[1]))
print(harness.table(tallies))
"""


def test_what_watches_sees_every_kind_of_fault_and_goes_on(tmp_path):
    code, told = python("-c", FAULTS, str(tmp_path))
    assert code == 0, told
    _, counts, *faults = told.splitlines()
    assert counts.split() == ["faulty", "10", "1", "3", "6"], told
    assert [fault.split("(")[0].strip() for fault in faults] == [
        "faulty, case 2: KeyError: 'raw'",
        "faulty, case 3: signal SIGSEGV",
        "faulty, case 4: more than 0.1 s of the processor",
        "faulty, case 5: MemoryError:",
        "faulty, case 6: the process ended with code 0",
        "faulty, case 8: it waits for 3 s",
    ]
    assert (tmp_path / "faulty-3" / "number").read_text() == "3"
