"""Compiles the GPU kernels of a head for GPUs that are not here: what they would take of one. Run as a program.

    python tests/gpu_compiled.py '[{"head": "hs"}, ...]' 80,90     settings, and compute capabilities; none: types only

prints, as JSON, for each kernel that a launch on one block would compile the bytes of shared memory that a program
takes on each of these GPUs. The types of variables, which Triton's interpreter does not look at, are checked for any.
Without TRITON_INTERPRET, which only Triton's import reads: hence a process.
"""

import json
import sys
from importlib import import_module

import numpy as np
import torch
import triton
from triton._C.libtriton import ir
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource, make_backend
from triton.runtime.jit import JITFunction

from w2v import heads
from w2v.base.config import Config
from w2v.engines.gpu import LINE
from w2v.kernels.gpu.windows import cut_windows

POINTERS = {
    torch.float32: "*fp32",
    torch.float64: "*fp64",
    torch.int8: "*i8",
    torch.int32: "*i32",
    torch.int64: "*i64",
}
LAUNCHED = ("num_warps", "num_stages")


def launches(settings):
    """The kernels that training a block launches, with their arguments."""
    config = Config(vector_size=128, matmul_precision="bfloat16").replace(**settings)
    spec, counts = heads.spec_of(config.head), np.arange(2000, 1000, -1)
    module = import_module(heads.kernel_of(config.head, "gpu_kernel"))
    found = []
    JITFunction.__getitem__ = lambda kernel, grid: lambda *args, **kwargs: found.append((kernel, args, kwargs))
    stride = -(-spec.output_columns(config.vector_size) // LINE) * LINE
    inputs, outputs = (torch.zeros((n, stride)) for n in (len(counts), spec.output_rows(len(counts))))
    blocks, sizes = torch.zeros((1, 100), dtype=torch.int32), torch.tensor([100], dtype=torch.int32)
    keys, keep = torch.zeros((1, 3), dtype=torch.int64), torch.zeros(1000, dtype=torch.int64)
    windows = cut_windows(blocks, sizes, keys, keep, config)
    windows.kept[:] = 10
    prepared = module.prepare(config, counts, torch.device("cpu"))
    module.train_blocks(prepared, inputs, outputs, windows, torch.tensor([0.1]), config.chunk or 64, 1)
    return found


def specialised(kernel, args, kwargs):
    """The kernel with the types and constants that Triton would take from these arguments, and its options."""
    given = dict(zip(kernel.arg_names, args, strict=False)) | kwargs
    options = {name: given.pop(name) for name in LAUNCHED if name in given}
    signature, constants, attributes = {}, {}, {}
    for place, name in enumerate(kernel.arg_names):
        value = given[name]
        if isinstance(value, torch.Tensor):
            signature[name] = POINTERS[value.dtype]
        elif name.isupper() or (value == 1 and isinstance(value, int)):
            signature[name], constants[(place,)] = "constexpr", value
        else:
            signature[name] = "fp32" if isinstance(value, float) else "i32"
        if isinstance(value, torch.Tensor) or (signature[name] == "i32" and value % 16 == 0):
            attributes[(place,)] = [["tt.divisibility", 16]]
    return ASTSource(kernel, signature, constants, attributes), options


def check_types(source, options):
    """What the compiler does first."""
    target = GPUTarget("cuda", 90, 32)
    backend, context = make_backend(target), ir.context()
    ir.load_dialects(context)
    backend.load_dialects(context)
    options = backend.parse_options(options)
    functions, modules = backend.get_codegen_implementation(options), backend.get_module_map()
    source.make_ir(target, options, functions, modules, context)


if __name__ == "__main__":
    told = []
    for settings in json.loads(sys.argv[1]):
        for kernel, args, kwargs in {launch[0].__name__: launch for launch in launches(settings)}.values():
            source, options = specialised(kernel, args, kwargs)
            check_types(source, options)
            found = {"settings": settings, "kernel": f"{kernel.__module__}.{kernel.__name__}", "shared": {}}
            for capability in filter(None, sys.argv[2].split(",")):
                target = GPUTarget("cuda", int(capability), 32)
                found["shared"][capability] = triton.compile(source, target=target, options=options).metadata.shared
            told.append(found)
    print(json.dumps(told))
