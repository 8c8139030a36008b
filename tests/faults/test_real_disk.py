"""The power is cut on a real disk: ext4 in a file, of which a copy is taken while files are saved to it.

What the system had not handed to the disk by then is not in the copy. Mounted, it replays its journal as after a cut.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SAVING = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from writers import WRITERS
of = 0
while True:
    of += 1
    print("begun", of, flush=True)
    for name in ("model", "vectors.bin", "settings"):
        WRITERS[name].write(Path(sys.argv[1]), float(of))
    print("saved", of, flush=True)
    sys.stdin.readline()
"""
LOOKING = """
import json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from writers import vectors
from w2v.models.model import Model
from w2v.vectors import KeyedVectors
folder = Path(sys.argv[1])
model = Model.load(folder / "m")
of = [model.history[0].loss, model.vocab.counts[-1], json.loads((folder / "config.json").read_text())["alpha"]]
of += [next(n for n in range(1, 100) if (vectors(n).vectors == KeyedVectors.load(folder / name).vectors).all())
       for name in ("m", "v.bin")]
print(*map(int, of))
"""


@pytest.fixture
def mounted(tmp_path):
    needed = [program for program in ("mkfs.ext4", "mount", "umount", "cp") if shutil.which(program) is None]
    if needed or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can mount a disk" if not needed else f"{', '.join(needed)} are not installed")

    @contextmanager
    def mount(image: Path) -> Iterator[Path]:
        place = image.with_suffix(".mounted")
        place.mkdir(exist_ok=True)
        if subprocess.run(["mount", "-o", "loop", image, place]).returncode:
            pytest.skip("a file cannot be mounted as a disk here")
        try:
            yield place
        finally:
            for _ in range(100):
                if subprocess.run(["umount", place], stderr=subprocess.DEVNULL).returncode == 0:
                    break
                time.sleep(0.05)  # the process that was killed may still be ending

    return mount


def started(command: list, environment: dict[str, str]) -> subprocess.Popen:
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.long
@pytest.mark.parametrize("at_random", [True, False], ids=["at any moment", "just after it was said to be saved"])
def test_what_is_on_the_disk_after_a_power_cut_is_whole_and_what_was_saved_is_there(mounted, tmp_path, at_random):
    here = str(Path(__file__).parent)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    generator, disk, copy = random.Random(3), tmp_path / "disk", tmp_path / "copy"
    for _ in range(20):
        disk.write_bytes(b"")
        os.truncate(disk, 32 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", disk], check=True)
        begun = saved = 0
        with mounted(disk) as place, started([sys.executable, "-c", SAVING, place, here], environment) as writer:
            rounds = generator.randint(2, 5)
            while not (begun > rounds if at_random else saved == rounds):
                what, of = writer.stdout.readline().split()
                begun, saved = (int(of), saved) if what == "begun" else (begun, int(of))
                if what == "saved":
                    writer.stdin.write("\n")
                    writer.stdin.flush()
            time.sleep(generator.random() * 0.05 * at_random)
            writer.send_signal(signal.SIGSTOP)
            subprocess.run(["cp", "--sparse=always", disk, copy], check=True)  # the power is cut
            writer.kill()
        with mounted(copy) as place:
            looked = subprocess.run(
                [sys.executable, "-c", LOOKING, place, here], capture_output=True, text=True, env=environment
            )
        found = [int(of) for of in looked.stdout.split()]
        assert len(found) == 5, looked.stderr
        assert all(saved <= of <= begun for of in found), (begun, saved, found)
        assert found[0] == found[1] == found[3], "a mixture of two models"
