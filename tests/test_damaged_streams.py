"""Cached streams that were damaged: built anew when they are opened, a sentence when it happens during training."""

import json
import os

import numba
import numpy as np
import pytest

from w2v.base.config import Config
from w2v.corpus.array_file import ArrayFile
from w2v.corpus.blocks import BLOCK
from w2v.corpus.stream import Stream, cached_streams, open_stream
from w2v.errors import W2VError
from w2v.training.train import train_blocks

SENTENCES = [["the", "cat", "sat"], ["on", "the", "mat"], ["the", "dog", "sat"]] * 2000


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def stream(tmp_path, cache):
    """A cached stream of three blocks, the last one shorter, and what it holds as `expected`."""
    text = tmp_path / "text.txt"
    text.write_text("".join(" ".join(sentence) + "\n" for sentence in SENTENCES))
    with open_stream(text, min_count=1, cache_dir=cache) as stream:
        assert stream.n_blocks == 3
        stream.expected = contents(stream)
        return stream


def contents(stream):
    return stream.vocab.words, [stream.block(i).tolist() for i in range(stream.n_blocks)], stream.report.first_tokens


def built_anew(stream, cache):
    """The same text, opened again: whether it was read again. Once more, and it need not be."""
    text = cache.parent / "text.txt"
    with open_stream(text, min_count=1, cache_dir=cache) as again:
        assert again.digest == stream.digest
        assert contents(again) == stream.expected
        with open_stream(text, min_count=1, cache_dir=cache) as third:
            assert third.report.reused
        assert len(list(cache.iterdir())) == 1
        return not again.report.reused


def test_a_whole_one_is_used(stream, cache):
    assert not built_anew(stream, cache)


@pytest.mark.parametrize("file", ["ids.int32", "vocab.txt", "about.json"])
@pytest.mark.parametrize("damage", ["gone", "empty", "cut", "longer", "one bit", "a folder"])
def test_a_damaged_entry_is_built_anew(stream, cache, file, damage):
    path = stream.folder / file
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "one bit":
        content[len(content) // 2] ^= 1
    if damage == "a folder":
        path.mkdir()
    elif damage != "gone":
        path.write_bytes({"empty": b"", "cut": content[:-8], "longer": content + b"\0" * 8}.get(damage, content))
    assert built_anew(stream, cache)


@pytest.mark.parametrize("word", ["the", "cat"])
def test_words_that_changed_places_are_found(stream, cache, word):
    """A vocabulary that can be read and says other things would be a model whose words have each other's vectors."""
    path = stream.folder / "vocab.txt"
    path.write_text(path.read_text().replace(word, "dog ").replace("dog", word).replace(f"{word} ", "dog"))
    assert built_anew(stream, cache)


@pytest.mark.parametrize(
    "about",
    [
        "[]",
        "7",
        "null",
        "{}",
        '"checksum"',
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 100_000,
        '{"checksum": 1, "report": [1]}',
        '{"checksum": "", "report": {"tokens": 1e400}}',
        "\udcff".encode("utf-8", "surrogateescape"),
    ],
)
def test_anything_in_place_of_what_was_written_about_it(stream, cache, about):
    (stream.folder / "about.json").write_bytes(about if isinstance(about, bytes) else about.encode())
    assert cached_streams(cache) == []
    assert built_anew(stream, cache)
    assert len(cached_streams(cache)) == 1


@pytest.mark.parametrize("value", [None, -1, 1 << 70, [], "7", {}])
@pytest.mark.parametrize("name", ["tokens", "kept", "types", "first_tokens", "min_count"])
def test_another_number_in_it(stream, cache, name, value):
    path = stream.folder / "about.json"
    about = json.loads(path.read_text())
    about["report"][name] = value
    path.write_text(json.dumps(about))
    assert cached_streams(cache) == []
    assert built_anew(stream, cache)


def test_who_opens_the_folder_itself_is_told(stream):
    (stream.folder / "ids.int32").unlink()
    with pytest.raises(W2VError, match=r"the stream in .* is damaged: No such file or directory\. Run again"):
        Stream(stream.folder)


# While it is read


def test_blocks_are_read_only_arrays_of_one_kind(stream):
    """Others would have kernels compiled anew."""
    nothing = np.empty(0, np.int32)
    nothing.flags.writeable = False
    assert {numba.typeof(stream.block(i)) for i in range(3)} == {numba.typeof(nothing)}


@pytest.mark.parametrize("left", [0, 4 * BLOCK + 4, 8 * BLOCK - 1])
def test_a_file_that_is_cut_short_while_it_is_read_is_a_sentence(stream, left):
    """A memory map would end the process."""
    block = stream.block(1)
    os.truncate(stream.folder / "ids.int32", left)
    with pytest.raises(W2VError, match=r"ids\.int32 was cut short while it was read\. Run again"):
        stream.block(1)
    assert block.sum() == block.copy().sum(), "what was handed out is nobody else's"


def test_so_it_is_in_training(stream, cache):
    os.truncate(stream.folder / "ids.int32", 4 * BLOCK + 4)
    with pytest.raises(W2VError, match="cut short while it was read"):
        train_blocks(stream, Config(min_count=1, epochs=1, workers=2, vector_size=8))
    assert built_anew(stream, cache)


@pytest.mark.parametrize("odd", [0, 5, 1 << 20, -(1 << 31)])
def test_a_file_that_changes_while_it_is_read_is_a_sentence(stream, cache, odd):
    with open(stream.folder / "ids.int32", "r+b") as file:
        file.seek(4 * (BLOCK + 17))
        assert np.frombuffer(file.read(4), np.int32)[0] != odd
        file.seek(4 * (BLOCK + 17))
        file.write(np.int32(odd).tobytes())
    assert len(stream.block(0)) == BLOCK
    with pytest.raises(W2VError, match=r"ids\.int32 changed while it was read\. Run again"):
        stream.block(1)
    assert built_anew(stream, cache)


def test_a_file_that_is_removed_can_be_read_to_its_end(stream):
    for file in stream.folder.iterdir():
        file.unlink()
    assert contents(stream) == stream.expected


def test_a_disk_that_fails_is_a_sentence(stream, monkeypatch):
    def fails(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "pread", fails)
    with pytest.raises(W2VError, match=r"ids\.int32 cannot be read: Input/output error\."):
        stream.block(0)


@pytest.mark.parametrize("how", ["short reads", "no pread"])
def test_every_system_reads_the_same(stream, monkeypatch, how):
    read = os.pread
    if how == "no pread":
        monkeypatch.delattr(os, "pread")
    else:
        monkeypatch.setattr(os, "pread", lambda file, length, place: read(file, min(length, 7001), place))
    assert contents(stream) == stream.expected


def test_a_file_with_half_a_number_at_its_end(tmp_path):
    (tmp_path / "file").write_bytes(np.arange(3, dtype=np.int32).tobytes() + b"xy")
    file = ArrayFile(tmp_path / "file", np.int32)
    assert len(file) == 3
    assert file[1:9].tolist() == [1, 2]
    assert file[3:5].tolist() == []
