"""spaCy's folders: words by their hashes, with spaCy and without; what is written it reads; and damage is told."""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.vectors import KeyedVectors
from w2v.vectors.formats import spacy_folder
from w2v.vectors.formats.spacy_folder import hashes, unpacked_map

# what spaCy 3.8 gives, StringStore().add(word)
KNOWN = {
    "cat": 5439657043933447811,
    "dog": 7562983679033046312,
    "東京": 9360021637096476946,
    "new york": 14953487944833841589,
}


def murmur(data: bytes, seed: int = 1) -> int:
    """MurmurHash64A, as it is written down."""
    m, r, mask = 0xC6A4A7935BD1E995, 47, 2**64 - 1
    h = seed ^ (len(data) * m & mask)
    whole = len(data) // 8 * 8
    for place in range(0, whole, 8):
        k = int.from_bytes(data[place : place + 8], "little") * m & mask
        k = (k ^ (k >> r)) * m & mask
        h = (h ^ k) * m & mask
    if whole < len(data):
        h = (h ^ int.from_bytes(data[whole:], "little")) * m & mask
    h = (h ^ (h >> r)) * m & mask
    return h ^ (h >> r)


def integer(number: int) -> bytes:
    """In the fewest bytes of MessagePack."""
    for limit, form in ((128, None), (1 << 8, "B"), (1 << 16, "H"), (1 << 32, "I"), (1 << 64, "Q")):
        if 0 <= number < limit:
            return (
                bytes([number])
                if form is None
                else bytes([0xCC + "BHIQ".index(form)]) + struct.pack(">" + form, number)
            )
    return struct.pack(">bq", -45, number)


def folder(
    place: Path,
    keys: dict[int, int],
    words: list[str],
    vectors: np.ndarray,
    settings: dict[str, object] | None = None,
) -> Path:
    place.mkdir(parents=True)
    size = bytes([0x80 + len(keys)]) if len(keys) < 16 else struct.pack(">BH", 0xDE, len(keys))
    (place / "key2row").write_bytes(size + b"".join(integer(key) + integer(row) for key, row in keys.items()))
    (place / "strings.json").write_text(json.dumps(words))
    np.save(place / "vectors.npy", vectors)
    (place / "vectors.npy").rename(place / "vectors")
    if settings is not None:
        (place / "vectors.cfg").write_text(json.dumps(settings))
    return place


THREE = np.arange(6, dtype=np.float32).reshape(3, 2)


@given(st.lists(st.binary(max_size=40), max_size=6))
def test_hashes_are_murmurs(words):
    assert hashes(words).tolist() == [murmur(word) for word in words]


def test_hashes_are_spacys():
    assert hashes([word.encode() for word in KNOWN]).tolist() == list(KNOWN.values())


@given(st.dictionaries(st.integers(0, 2**64 - 1), st.integers(-40, 2**32 - 1), max_size=40))
def test_maps_of_messagepack(pairs):
    size = struct.pack(">BI", 0xDF, len(pairs))
    data = size + b"".join(integer(key) + integer(row) for key, row in pairs.items())
    assert dict(zip(*unpacked_map(data, "x"), strict=True)) == pairs


@pytest.mark.parametrize("where", ["v", "v/vocab"])
@pytest.mark.parametrize("settings", [None, {"mode": "default"}])
def test_a_folder_is_read_in_the_order_of_its_words_alone_or_in_a_pipeline(tmp_path, where, settings):
    rows = {KNOWN["東京"]: 2, KNOWN["cat"]: 0, KNOWN["new york"]: 2, KNOWN["dog"]: -1}
    folder(tmp_path / where, rows, list(KNOWN), THREE, settings)
    found = KeyedVectors.load(tmp_path / "v")
    assert found.index_to_key == ["東京", "cat", "new york"]
    assert found.vectors.tolist() == THREE[[2, 0, 2]].tolist()
    assert KeyedVectors.load(tmp_path / "v", limit=2).index_to_key == ["東京", "cat"]


def test_without_spacy_its_own_names_are_left_out_and_told(tmp_path, monkeypatch):
    monkeypatch.setattr(spacy_folder, "_names", dict)
    folder(tmp_path / "v", {KNOWN["cat"]: 0, 92: 1, 12345678901234: 2}, ["cat", "NOUN"], THREE)
    with pytest.warns(UserWarning, match="2 words were left out, of which only hashes are known; or they are names"):
        assert KeyedVectors.load(tmp_path / "v").index_to_key == ["cat"]
    monkeypatch.setattr(spacy_folder, "_names", lambda: {"NOUN": 92})
    with pytest.warns(UserWarning, match="1 word was left out"):
        assert KeyedVectors.load(tmp_path / "v").index_to_key == ["cat", "NOUN"]


def test_what_is_written_reads_back_where_spacy_says_its_numbers(tmp_path, monkeypatch):
    monkeypatch.setattr(spacy_folder, "_names", lambda: {"NOUN": 92, "": 0})
    vectors = KeyedVectors(["cat", "NOUN", "東京"], THREE)
    vectors.save(tmp_path / "v.spacy")
    found = KeyedVectors.load(tmp_path / "v.spacy")
    assert (found.index_to_key, found.vectors.tolist()) == (vectors.index_to_key, THREE.tolist())
    assert json.loads((tmp_path / "v.spacy" / "strings.json").read_text(encoding="utf-8")) == ["cat", "東京"]
    with pytest.raises(W2VError, match="exists already"):
        vectors.save(tmp_path / "v.spacy")


def test_spacy_is_asked_for_where_it_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "spacy.symbols", None)
    with pytest.raises(W2VError, match=r"was not written: its words need spaCy.*pip install 'w2v\[spacy\]'"):
        KeyedVectors(["cat"], THREE[:1]).save(tmp_path / "v.spacy")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("key2row", b"", "key2row is damaged, or no map"),
        ("key2row", b"\x81\x01", "is damaged, or no map"),
        ("key2row", b"\x81\x01\xa1a", "is damaged, or no map"),
        ("key2row", b"\x80\0", "is damaged, or no map"),
        ("key2row", b"\xdf\xff\xff\xff\xff", "is damaged, or no map"),
        ("key2row", b"\x81\xcf" + struct.pack(">Q", KNOWN["cat"]) + b"\x07", "a word has row 7, and there are 3"),
        ("key2row", b"\x80", "holds no vectors"),
        ("strings.json", b"{}", "expected a list of words"),
        ("strings.json", b"[1]", "expected a list of words"),
        ("vectors", b"\x93NUMPY", "is damaged, or no array of NumPy"),
        ("vectors.cfg", b'{"mode": "floret"}', "mode 'floret': of pieces of words, and not of words"),
        ("vectors.cfg", b"[]", "expected an object of JSON"),
    ],
)
def test_folders_that_will_not_do_are_told(tmp_path, file, content, sentence):
    folder(tmp_path / "v", {KNOWN["cat"]: 0}, ["cat"], THREE)
    (tmp_path / "v" / file).write_bytes(content)
    with pytest.raises(W2VError, match=sentence):
        KeyedVectors.load(tmp_path / "v")


def test_it_cannot_be_mapped(tmp_path):
    folder(tmp_path / "v", {KNOWN["cat"]: 0}, ["cat"], THREE)
    with pytest.raises(W2VError, match="is a folder of another kind, in which vectors cannot be left"):
        KeyedVectors.load(tmp_path / "v", mmap=True)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_spacy_itself_reads_what_we_write_and_we_what_it_writes(tmp_path):
    spacy = pytest.importorskip("spacy", reason="spaCy takes 200 MB, and is not among what the tests need")
    words = ["cat", "NOUN", "東京", "root", "_", *("x" * size + "é" for size in range(17))]
    vectors = KeyedVectors(words, np.random.default_rng(1).normal(size=(len(words), 5)))
    vectors.save(tmp_path / "v.spacy")
    nlp = spacy.blank("en")
    nlp.vocab.from_disk(tmp_path / "v.spacy")
    assert all(nlp.vocab.get_vector(word).tobytes() == vectors[word].tobytes() for word in words)
    assert not nlp.vocab.has_vector("dog")
    nlp.to_disk(tmp_path / "pipeline")
    nlp.vocab.vectors.to_disk(tmp_path / "vectors")
    for place in ("pipeline", "vectors"):
        found = KeyedVectors.load(tmp_path / place)
        assert set(found.index_to_key) == set(words)
        assert all(found[word].tobytes() == vectors[word].tobytes() for word in words)
