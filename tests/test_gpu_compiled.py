"""GPU kernels are compiled for GPUs that are not here: Triton's interpreter looks at no types, and knows no limits."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KERNELS = {"ns": {"cut", "train"}, "hs": {"cut", "train"}, "softmax": {"cut", "gather", "hand_back"}}
SHARED = {"80": 163 * 1024, "89": 99 * 1024, "90": 227 * 1024}  # bytes a program may take (CUDA's guide, table 30)
TALL = {"vector_size": 300, "window": 10, "chunk": 64}


def compile_kernels(settings, capabilities=""):
    """What `gpu_compiled.py` prints."""
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    program = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("gpu_compiled.py"))]
    ran = subprocess.run(
        [*program, json.dumps(settings), capabilities], capture_output=True, text=True, check=False, env=environment
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)


def test_types_are_those_that_the_compiler_wants():
    settings = [
        {"head": head, "arch": arch, **more}
        for head in KERNELS
        for arch in ("skipgram", "cbow")
        for more in ({}, {"vector_size": 300, "matmul_precision": "highest", "window": 1, "cbow_mean": False})
    ]
    told = compile_kernels(settings)
    assert [kernel["settings"] for kernel in told] == [one for one in settings for _ in KERNELS[one["head"]]]
    assert {kernel["kernel"].rpartition(".")[2] for kernel in told} == set.union(*KERNELS.values())


@pytest.mark.long
@pytest.mark.parametrize("settings", [{}, TALL], ids=["usual", "tall"])
@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize("head", KERNELS)
def test_programs_fit_the_shared_memory_of_a_multiprocessor(head, arch, settings):
    for kernel in compile_kernels([{"head": head, "arch": arch, **settings}], ",".join(SHARED)):
        assert {name: most for name, most in SHARED.items() if kernel["shared"][name] > most} == {}
