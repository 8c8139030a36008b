"""Our own folder of vectors: all that it holds comes back, at once where it is mapped; what will not do is told."""

from __future__ import annotations

import json
import os
import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.base import sealed_folder
from w2v.base.sealed_folder import SUMS
from w2v.errors import W2VError
from w2v.vectors import KeyedVectors, PoincareKeyedVectors, formats
from w2v.vectors.formats import Table, names
from w2v.vectors.formats.vectors_folder import write_folder

WORDS = ["the", "new york", "", "東京", "a\tb", "\r", "\u2028"]
words_of_any_kind = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"))


def some(words: list[str] = WORDS, *, counts: bool = True) -> KeyedVectors:
    vectors = np.random.default_rng(5).normal(size=(len(words), 3)).astype(np.float32)
    return KeyedVectors(words, vectors, np.arange(len(words), 0, -1) if counts else None)


def same(one: KeyedVectors, other: KeyedVectors) -> None:
    assert type(one) is type(other)
    assert one.index_to_key == other.index_to_key
    assert one.vectors.dtype == other.vectors.dtype
    assert one.vectors.tobytes() == other.vectors.tobytes()
    assert (one.counts is None) == (other.counts is None)
    assert one.counts is None or one.counts.tolist() == other.counts.tolist()


@given(st.lists(words_of_any_kind, min_size=1, max_size=5, unique=True), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_all_comes_back_to_the_bit(tmp_path_factory, words, counts, mmap):
    path = tmp_path_factory.mktemp("folder") / "v.kv"
    vectors = some(words, counts=counts)
    vectors.save(path)
    same(KeyedVectors.load(path, mmap=mmap), vectors)


@pytest.mark.parametrize("mmap", [False, True, "r"])
def test_a_limit_reads_the_first_words(tmp_path, mmap):
    some().save(tmp_path / "v")
    again = KeyedVectors.load(tmp_path / "v", 2, mmap)
    same(again, some().vectors_for_all(WORDS[:2]))


@pytest.mark.parametrize("mmap", [False, True])
def test_points_of_the_ball_come_back_as_such(tmp_path, mmap):
    points = PoincareKeyedVectors(["a", "b"], np.array([[0.1, 1 / 3], [0.5, -0.25]]))
    points.save(tmp_path / "v")
    same(KeyedVectors.load(tmp_path / "v", mmap=mmap), points)


def test_mapped_vectors_stay_in_their_file_and_answer_like_others(tmp_path):
    some().save(tmp_path / "v")
    mapped = KeyedVectors.load(tmp_path / "v", mmap=True)
    assert isinstance(mapped.vectors.base.base, np.memmap) or isinstance(mapped.vectors.base, np.memmap)
    assert mapped.most_similar("the") == some().most_similar("the")
    with pytest.raises(ValueError, match="read-only"):
        mapped.vectors[0] = 1
    same(pickle.loads(pickle.dumps(mapped)), some())
    some().all_but_the_top(1).save(tmp_path / "v", overwrite=True)
    assert mapped.most_similar("the") == some().most_similar("the"), "another file in its place changes nothing"


def test_a_map_is_not_read_through(tmp_path):
    """Which is why it is there at once: damage in the midst of it is not looked for."""
    some().save(tmp_path / "v")
    data = bytearray((tmp_path / "v" / "tables.safetensors").read_bytes())
    data[-1] ^= 1
    (tmp_path / "v" / "tables.safetensors").write_bytes(data)
    assert len(KeyedVectors.load(tmp_path / "v", mmap=True)) == len(WORDS)
    with pytest.raises(W2VError, match="damaged or was changed: the checksum of the table 'vectors'"):
        KeyedVectors.load(tmp_path / "v")


def test_a_file_cannot_be_mapped_and_other_modes_are_refused(tmp_path):
    some(["a", "b"]).save(tmp_path / "v.txt")
    with pytest.raises(W2VError, match=r"v\.txt is a file, in which vectors cannot be left.*w2v convert"):
        KeyedVectors.load(tmp_path / "v.txt", mmap=True)
    for mode in ("c", "r+", 1.5):
        with pytest.raises(W2VError, match="it must be True or 'r'"):
            KeyedVectors.load(tmp_path / "v.txt", mmap=mode)


def test_further_numbers_of_words_come_back_and_what_is_none_is_told(tmp_path):
    attributes = {"year": np.array([1, -2], np.int16), "known": np.array([True, False]), "share": np.array([0.5, 2.0])}
    table = Table(["a", "b"], np.eye(2, dtype=np.float32), None, None, attributes)
    write_folder(tmp_path / "v", table)
    again = formats.read(tmp_path / "v").attributes
    assert {name: (array.dtype, array.tolist()) for name, array in again.items()} == {
        name: (array.dtype, array.tolist()) for name, array in attributes.items()
    }
    assert formats.read(tmp_path / "v", 1).attributes["known"].tolist() == [True]
    with pytest.warns(UserWarning, match="the attribute 'name' of the words is of type object, and only numbers"):
        write_folder(tmp_path / "w", table._replace(attributes={"name": np.array([None, "x"], object)}))
    assert formats.read(tmp_path / "w").attributes == {}


def test_what_is_there_is_replaced_on_request_alone(tmp_path):
    some().save(tmp_path / "v")
    with pytest.raises(W2VError, match="exists already"):
        some().save(tmp_path / "v")
    some(["a", "b"]).save(tmp_path / "v", overwrite=True)
    assert KeyedVectors.load(tmp_path / "v").index_to_key == ["a", "b"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("dear diary")
    with pytest.raises(W2VError, match="is not a w2v model; it is not replaced"):
        some().save(tmp_path / "mine", overwrite=True)


@pytest.mark.parametrize("word", ["two\nlines", "half \ud800"])
def test_a_word_that_no_line_can_hold_is_refused(tmp_path, word):
    with pytest.raises(W2VError, match="has a line break or half a surrogate pair in it"):
        some([word]).save(tmp_path / "v")
    assert not (tmp_path / "v").exists()


def test_a_count_that_would_not_be_read_again_is_refused(tmp_path):
    with pytest.raises(W2VError, match="is more than any text has words"):
        KeyedVectors(["a"], np.ones((1, 1)), np.array([10**18])).save(tmp_path / "v")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"geometry": "spherical"}, "speaks of 'spherical' geometry"),
        ({"attributes": ["x"]}, "its 'attributes' should be a type for each name"),
        ({"attributes": {"x": "int64"}}, "has no table 'attribute x'"),
        ({"attributes": {"known": "int64"}}, "the table 'attribute known' is uint8"),
    ],
)
def test_settings_that_do_not_fit_are_told(tmp_path, change, sentence):
    write_folder(tmp_path / "v", Table(["a"], np.ones((1, 1), np.float32), None, None, {"known": np.array([True])}))
    (tmp_path / "v" / SUMS).unlink()
    config = tmp_path / "v" / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    with pytest.raises(W2VError, match=sentence):
        KeyedVectors.load(tmp_path / "v")


def test_a_folder_cut_short_is_told_also_where_it_is_mapped(tmp_path):
    some().save(tmp_path / "v")
    path = tmp_path / "v" / "tables.safetensors"
    os.truncate(path, path.stat().st_size - 4)
    for mmap in (False, True):
        with pytest.raises(W2VError, match="damaged or cut short"):
            KeyedVectors.load(tmp_path / "v", mmap=mmap)


def test_vectors_that_are_made_of_two_tables_are_made_though_mapped(tmp_path):
    """A model whose vectors are no table of it, here as a head from outside leaves them: of another type."""
    double = np.array([[1 / 3, 2]])
    texts = {"config.json": '{"geometry": "euclidean"}', "vocab.txt": "a 1\n"}
    sealed_folder.write(tmp_path / "v", texts, {"tables.safetensors": {"input": double}}, {})
    loaded = KeyedVectors.load(tmp_path / "v", mmap=True)
    assert loaded.vectors.tobytes() == double.astype(np.float32).tobytes()


@pytest.mark.parametrize("name", ["v", "v.kv", "v.model", "v.d", "vectors-100.v2"])
def test_a_name_that_says_nothing_is_that_of_a_folder(tmp_path, name):
    assert names.ending_of(name) == names.FOLDER


@pytest.mark.parametrize("name", ["v.csv", "v.npy", "v.rar", "v.gz", "v.kv.gz", "v.pkl", "v.ftz"])
def test_a_name_of_files_that_are_not_written_is_refused(tmp_path, name):
    with pytest.raises(W2VError, match="was not written: "):
        some().save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_no_warning_of_what_is_usual(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        some().save(tmp_path / "v")
        KeyedVectors.load(tmp_path / "v", mmap=True)
