"""What is read from a model's folder is what was saved, or a sentence says which file is not."""

import ctypes
import json
import multiprocessing
import os
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from w2v.base.config import Config
from w2v.base.sealed_folder import SUMS, opened
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.training.checkpoint import latest
from w2v.vectors import KeyedVectors

TABLES = "tables.safetensors"


def model(value=1.0, words=5, size=3, name="w", **settings):
    """A model of text whose numbers are all the same."""
    config = Config(vector_size=size, epochs=2, **settings)
    table = np.full((words, size), value, config.dtype)
    vocab = Vocabulary([f"{name}{i}" for i in range(words)], np.arange(words, 0, -1) + 4)
    records = [EpochRecord(epoch, value, 10, 10, 0.5) for epoch in (1, 2)]
    return Model(config, vocab, {"input": table, "output": table.copy()}, records)


@pytest.fixture
def folder(tmp_path):
    model().save(tmp_path / "m")
    return tmp_path / "m"


def kept(folder, into):
    """A copy in which nothing is compared: from before there were checksums."""
    shutil.copytree(folder, into)
    (into / SUMS).unlink()
    return into


def test_a_person_can_check_a_model_by_sha256sum(folder):
    if not shutil.which("sha256sum"):
        pytest.skip("there is no sha256sum here")
    done = subprocess.run(["sha256sum", "-c", "--strict", SUMS], cwd=folder, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == sorted(
        f"{file.name}: OK" for file in folder.iterdir() if file.name != SUMS
    )
    first = (folder / SUMS).read_text().splitlines()[0]
    assert first.startswith("# generation ")


def test_the_same_model_is_saved_in_the_same_bytes(folder, tmp_path):
    """The generation is a digest: a run that is repeated leaves the same tables, also where it took longer."""
    again = model()
    again.history[1] = EpochRecord(2, 1.0, 10, 10, 0.75)
    again.save(tmp_path / "n")
    for name in ("config.json", "vocab.txt", TABLES):
        assert (tmp_path / "n" / name).read_bytes() == (folder / name).read_bytes()
    model(2.0).save(tmp_path / "o")
    assert (tmp_path / "o" / SUMS).read_text().splitlines()[0] != (folder / SUMS).read_text().splitlines()[0]


@pytest.mark.parametrize("name", ["config.json", "vocab.txt", "history.json", TABLES])
def test_a_byte_that_changed_is_told(folder, name):
    content = bytearray((folder / name).read_bytes())
    content[-70 if name == TABLES else -3] ^= 1  # in the input table
    (folder / name).write_bytes(content)
    with pytest.raises(W2VError, match=rf"{name} is damaged or was changed: .* Copy the whole folder .* delete SHA256"):
        Model.load(folder)
    if name != "history.json":
        with pytest.raises(W2VError, match=rf"{name} is damaged or was changed"):
            KeyedVectors.load(folder)


def test_what_was_changed_on_purpose_is_read_without_the_checksums(folder):
    (folder / "vocab.txt").write_text((folder / "vocab.txt").read_text().replace("w1", "one"))
    with pytest.raises(W2VError, match=r"vocab.txt is damaged or was changed"):
        KeyedVectors.load(folder)
    (folder / SUMS).unlink()
    assert "one" in KeyedVectors.load(folder)


@pytest.mark.parametrize("limit", [None, 2])
def test_files_of_two_saves_are_told_apart(folder, tmp_path, limit):
    """Where only the first rows are read, too: the generation is in the metadata."""
    model(2.0).save(tmp_path / "other")
    shutil.copy(tmp_path / "other" / TABLES, folder / TABLES)
    with pytest.raises(W2VError, match=r"is of another save than the files beside it"):
        KeyedVectors.load(folder, limit)


def test_a_file_that_does_not_belong_there_and_one_that_is_missing_are_told(folder, tmp_path):
    shutil.copy(folder / TABLES, folder / "state.safetensors")
    with pytest.raises(W2VError, match=r"state.safetensors is of another save than its folder"):
        Model.load(folder)
    model().save(tmp_path / "n")
    kept_state = Model(**{**vars(model()), "optimizer_state": {"squares": np.ones((5, 3), np.float32)}})
    kept_state.save_checkpoint(tmp_path / "c")
    assert Model.load(tmp_path / "c").optimizer_state["squares"].all()
    (tmp_path / "c" / "state.safetensors").unlink()
    with pytest.raises(W2VError, match=r"is not whole: SHA256SUMS lists state.safetensors"):
        Model.load(tmp_path / "c")


@pytest.mark.parametrize("text", [b"", b"# generation 12\n", b"\xff", b"# generation " + b"a" * 32 + b"\nno line\n"])
def test_a_damaged_list_of_checksums_is_told(folder, text):
    (folder / SUMS).write_bytes(text)
    with pytest.raises(W2VError, match=r"SHA256SUMS is damaged: expected"):
        Model.load(folder)


def test_comments_and_other_files_in_the_list_are_passed_over(folder):
    with open(folder / SUMS, "a") as file:
        file.write("# mine\n\n" + "0" * 64 + "  ../../notes.txt\n")
    assert len(KeyedVectors.load(folder)) == 5


def test_a_pipe_or_a_folder_in_place_of_a_file_is_told_and_not_waited_for(folder):
    for number, make in enumerate((os.mkfifo, os.mkdir)):
        (folder / "vocab.txt").rename(folder / f"away{number}")
        make(folder / "vocab.txt")
        with pytest.raises(W2VError, match=r"vocab.txt is no file"):
            KeyedVectors.load(folder)


WRONG = [
    ({"input": np.ones((1, 3), np.float32)}, r"'input' is float32 \[1, 3\], expected float32 \[5, 3\]"),
    ({"input": np.ones((5, 1), np.float32)}, r"'input' is float32 \[5, 1\]"),
    ({"input": np.ones((5, 3), np.float64)}, r"'input' is float64 \[5, 3\]"),
    ({"input": np.ones((5, 3), np.int32)}, r"'input' is int32"),
    ({"output": np.ones((1, 3), np.float32)}, r"'output' is float32 \[1, 3\], expected float32 \[5, 3\]"),
    ({"input": np.full((5, 3), np.nan, np.float32)}, r"holds NaN or infinity, in the table 'input'"),
    ({"input": np.full((5, 3), np.inf, np.float32)}, r"holds NaN or infinity, in the table 'input'"),
]


@pytest.mark.parametrize(("tables", "told"), WRONG)
def test_tables_that_do_not_fit_are_refused_wherever_they_are_read(folder, tmp_path, tables, told):
    """They would be broadcast by a run that goes on, and answer `nan`."""
    old = kept(folder, tmp_path / "checkpoints" / "epoch-0001")
    save_file({**load_file(old / TABLES), **tables}, old / TABLES)
    for read in (Model.load, KeyedVectors.load, lambda checkpoint: latest(checkpoint.parent)):
        with pytest.raises(W2VError, match=told):
            read(old)


def test_a_table_that_is_not_read_may_hold_anything(folder, tmp_path):
    old = kept(folder, tmp_path / "old")
    save_file({**load_file(old / TABLES), "output": np.full((5, 3), np.nan, np.float32)}, old / TABLES)
    assert len(KeyedVectors.load(old)) == 5
    with pytest.raises(W2VError, match="holds NaN or infinity, in the table 'output'"):
        Model.load(old)


@pytest.mark.parametrize(
    "array", [np.ones((300, 7))[:, :5], np.ones((0, 3)), np.array(2.5), np.arange(6, dtype=np.int8)]
)
def test_arrays_of_any_shape_come_back(folder, tmp_path, array):
    """Those that are a part of a wider table, as the cpu engine's are, too."""
    kept = Model(**{**vars(model()), "optimizer_state": {"more": array}})
    kept.save_checkpoint(tmp_path / "c")
    back = Model.load(tmp_path / "c").optimizer_state["more"]
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert (back == array).all()


def test_a_folder_that_may_not_be_read_is_told(folder, monkeypatch):
    def refused(name, *_, **__):
        raise PermissionError(13, "Permission denied", name)

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(W2VError, match=r"/m cannot be read: Permission denied"):
        KeyedVectors.load(folder)


def header(folder, change):
    """Write the header of the tables anew, after `change`."""
    content = (folder / TABLES).read_bytes()
    length = int.from_bytes(content[:8], "little")
    told = json.loads(content[8 : 8 + length])
    told.pop("__metadata__", None)
    change(told)
    text = json.dumps(told).encode()
    (folder / TABLES).write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda h: h["input"].update(shape=[2**47, 3]), "has not the length of its shape"),
        (lambda h: h["input"].update(shape=[-5, -3]), "its header says of 'input'"),
        (lambda h: h["input"].update(shape=[2**70, 0]), "its header says of 'input'"),
        (lambda h: h["input"].update(dtype="F8_E5M2"), "of type F8_E5M2"),
        (lambda h: h["input"].update(data_offsets=[0, 60, 2]), "its header says of 'input'"),
        (lambda h: h["input"].update(data_offsets=h["output"]["data_offsets"]), "is not where the one before ends"),
        (lambda h: h.pop("output"), "damaged"),
        (lambda h: h.update(more=[]), "expected an object"),
    ],
)
def test_what_a_header_says_is_compared_with_the_file_before_it_is_believed(folder, tmp_path, change, told):
    old = kept(folder, tmp_path / "old")
    header(old, change)
    with pytest.raises(W2VError, match=told):
        Model.load(old)


@pytest.mark.parametrize(
    "content", [b"", b"1234567", b"\xff" * 8, b"\xff" * 7 + b"\x00" * 9, (2).to_bytes(8, "little")]
)
def test_a_file_without_a_header_is_told(folder, tmp_path, content):
    old = kept(folder, tmp_path / "old")
    (old / TABLES).write_bytes(content)
    with pytest.raises(W2VError, match="it begins with no header"):
        Model.load(old)


def test_a_file_that_is_cut_short_while_it_is_read_is_a_sentence(folder):
    """And no signal, as where it is mapped."""
    with opened(folder, (TABLES,), what="a model") as files:
        tables = files.arrays(TABLES)
        os.truncate(folder / TABLES, (folder / TABLES).stat().st_size - 70)
        with pytest.raises(W2VError, match="is cut short"):
            tables.read_all()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[" * 100_000, "nested too deeply"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "config.json is damaged"),
        (b'{"seed": 1, "seed": 2}', "the key 'seed' is there twice"),
        (b'{"alpha": NaN}', "NaN is no finite number"),
        (b'{"alpha": 1e999}', "1e999 is no finite number"),
        (b"[]", "expected an object"),
        (b'{"head": "\\ud800"}', "surrogates not allowed"),
        ('{"seed": 1}'.encode("utf-16"), "config.json is damaged"),
        (b'{"geometry": []}', "geometry, which is not known"),
        (b'{"seed": {}}', "seed is {}; expected a whole number"),
    ],
)
def test_settings_that_are_none_are_a_sentence(folder, tmp_path, text, told):
    old = kept(folder, tmp_path / "old")
    (old / "config.json").write_bytes(text)
    for read in (Model.load, KeyedVectors.load):
        with pytest.raises(W2VError, match=told):
            read(old)


def exchange(one: Path, other: Path) -> None:
    """Put each of two folders in the place of the other, in one step."""
    exchanged = 2  # RENAME_EXCHANGE
    here = -100  # AT_FDCWD
    if ctypes.CDLL(None, use_errno=True).renameat2(here, os.fsencode(one), here, os.fsencode(other), exchanged):
        raise OSError(ctypes.get_errno(), "renameat2")


def replace_again_and_again(folder: Path, until: float) -> None:
    """As a writer that overwrites: each time the old folder is exchanged for a new one, and removed."""
    number = 0
    while time.monotonic() < until:
        number += 1
        fresh = folder.with_name(f"fresh{number}")
        shutil.copytree(folder.with_name(f"model{number % 2}"), fresh)
        exchange(folder, fresh)
        shutil.rmtree(fresh)


def read_again_and_again(folder: Path, until: float, said) -> None:
    """Tell what was wrong, and how many models were read."""
    wrong, count = [], 0
    while time.monotonic() < until:
        count += 1
        try:
            if count % 2:
                vectors = KeyedVectors.load(folder)
                words, tables, loss = vectors.index_to_key, [vectors.vectors], vectors.vectors[0, 0]
            else:
                loaded = Model.load(folder)
                words, tables, loss = loaded.vocab.words, loaded.tables.values(), loaded.history[0].loss
            values = {float(word.partition("-")[0]) for word in words} | {loss}
            if len(values.union(*(np.unique(table).tolist() for table in tables))) != 1:
                wrong.append("a mixture")
        except Exception as error:
            wrong.append(repr(error))
    said.put((count, wrong[:3]))


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "renameat2"), reason="no system call exchanges two folders here")
def test_a_reader_beside_a_writer_sees_one_model_or_the_other(tmp_path):
    for number, value in enumerate((1.0, 2.0)):
        model(value, words=300, size=20, name=f"{value}-").save(tmp_path / f"model{number}")
    shutil.copytree(tmp_path / "model0", tmp_path / "m")
    context = multiprocessing.get_context("fork")
    said, until = context.Queue(), time.monotonic() + 1.5
    writer = context.Process(target=replace_again_and_again, args=(tmp_path / "m", until))
    readers = [context.Process(target=read_again_and_again, args=(tmp_path / "m", until, said)) for _ in range(2)]
    for process in (writer, *readers):
        process.start()
    told = [said.get(timeout=60) for _ in readers]
    for process in (writer, *readers):
        process.join()
        assert process.exitcode == 0
    assert [wrong for _, wrong in told] == [[], []]
    assert sum(count for count, _ in told) > 20
