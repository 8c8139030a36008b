"""Tables of millions of rows are begun and written some rows at a time, with the bytes of all at once."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from w2v.base import tensor_file
from w2v.engines.base import allocate, initialise

ROWS, SIZE = 40_000, 50
TYPES = ("float16", "float32", "float64", "int8", "uint16", "int32", "int64")


def peak_of(work):
    """Bytes that a piece of work asks for at its fullest."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.fixture
def padded():
    table = allocate(ROWS, SIZE, "float32", pad=True)
    initialise(table, SIZE, 1)
    return table


def test_vectors_begin_with_the_numbers_of_one_draw(padded):
    drawn = (np.random.default_rng(1).random((ROWS, SIZE)) - 0.5) / np.sqrt(SIZE)
    assert padded[:, :SIZE].tobytes() == drawn.astype(np.float32).tobytes()
    assert padded.shape[1] > SIZE
    assert not padded[:, SIZE:].any(), "padding stays zero"


def test_beginning_and_writing_take_a_part_of_the_table_beside_it(padded, tmp_path):
    rows = {"rows": padded[:, :SIZE]}
    begun = peak_of(lambda: initialise(padded, SIZE, 1))
    sums = tensor_file.checksums(rows)
    written = peak_of(lambda: tensor_file.write(tmp_path / "t", rows, "0" * 32, sums))
    assert begun < padded.nbytes * 2 * 0.9, "of float64 numbers for all rows at once, twice that and more"
    assert written < padded.nbytes * 0.6
    assert (load_file(tmp_path / "t")["rows"] == rows["rows"]).all()


@given(
    st.dictionaries(
        st.text("abcé_", min_size=1, max_size=4),
        st.tuples(st.sampled_from(TYPES), st.lists(st.integers(0, 4), max_size=3), st.booleans()),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_files_have_the_bytes_of_the_library(tmp_path_factory, shapes):
    folder = tmp_path_factory.mktemp("files")
    arrays = {}
    for name, (dtype, shape, every_second) in shapes.items():
        whole = np.arange(np.prod(shape) * 2, dtype=np.int64).astype(dtype).reshape(*shape, 2)
        arrays[name] = whole[..., 0] if every_second else np.ascontiguousarray(whole[..., 1])
    sums = tensor_file.checksums(arrays)
    tensor_file.write(folder / "ours", arrays, "f" * 32, sums)
    begins = tensor_file.header_of(arrays, {"of": "é"})
    with open(folder / "ours", "rb") as file:
        read = tensor_file.TensorFile(file, "ours", "f" * 32).read_all()
    for name, array in arrays.items():
        assert (read[name].dtype, read[name].tobytes()) == (array.dtype, array.tobytes())
    save_file({name: np.asarray(array, order="C") for name, array in arrays.items()}, folder / "theirs", {"of": "é"})
    theirs = (folder / "theirs").read_bytes()
    assert theirs.startswith(begins)
    ours = (folder / "ours").read_bytes()
    assert ours.endswith(theirs[len(begins) :])
