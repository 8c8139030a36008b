"""fastText's models: the vectors of words are those that fastText itself gives, to the bit; and damage is told."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.examples.ngram_spans import fnv1a_of, spans_of
from w2v.vectors import KeyedVectors, formats

DIM = 3
WORDS = ["</s>", "the", "naïve", "東京", "e\u0301", "a", "don't"]


def hash_of(gram: bytes) -> int:
    """`Dictionary::hash`: FNV-1a, each byte as a signed number made one of 32 bits."""
    h = 2166136261
    for byte in gram:
        h = ((h ^ ((byte - 256 if byte > 127 else byte) & 0xFFFFFFFF)) * 16777619) & 0xFFFFFFFF
    return h


def grams_of(word: str, bucket: int, minn: int, maxn: int) -> list[int]:
    """`Dictionary::computeSubwords`, letter by letter."""
    if word == "</s>":
        return []
    letters = ["<", *word, ">"]
    found = []
    for i in range(len(letters)):
        for n in range(1, maxn + 1):
            j = i + n
            if j <= len(letters) and n >= minn and not (n == 1 and (i == 0 or j == len(letters))):
                found.append(hash_of("".join(letters[i:j]).encode()) % bucket)
    return found


def vector_of(number: int, word: str, matrix: np.ndarray, words: int, bucket: int, minn: int, maxn: int) -> np.ndarray:
    rows = [number, *(words + gram for gram in grams_of(word, bucket, minn, maxn))]
    total = np.zeros(DIM, np.float32)
    for row in rows:
        total += matrix[row]
    return total * np.float32(1 / len(rows))


def model(
    words: list[str] = WORDS,
    *,
    labels: int = 0,
    bucket: int = 11,
    minn: int = 2,
    maxn: int = 4,
    version: int = 12,
    kind: int = 2,
    kept: int = -1,
    quantised: bool = False,
    matrix: np.ndarray | None = None,
) -> tuple[bytes, np.ndarray]:
    """The bytes of a model up to its output matrix, and its input matrix."""
    if matrix is None:
        rows = len(words) + (bucket if maxn else 0)
        matrix = np.random.default_rng(len(words)).normal(size=(rows, DIM)).astype(np.float32)
    entries = [(word, 1000 - number, 0) for number, word in enumerate(words)]
    entries += [(f"__label__{number}", 5, 1) for number in range(labels)]
    told = struct.pack("<ii", 793712314, version)
    told += struct.pack("<12id", DIM, 5, 5, 1, 5, 1, 1, kind, bucket, minn, maxn, 100, 1e-4)
    told += struct.pack("<3i2q", len(entries), len(words), labels, 999, kept)
    told += b"".join(word.encode() + b"\0" + struct.pack("<qb", count, is_label) for word, count, is_label in entries)
    told += bytes([quantised]) + struct.pack("<2q", *matrix.shape) + matrix.tobytes()
    return told + b"\0" + struct.pack("<2q", 0, DIM), matrix


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1, unique=True),
    st.integers(1, 50),
    st.integers(0, 4),
    st.integers(0, 6),
)
@settings(max_examples=80, deadline=None)
def test_ngrams_are_those_of_fasttext_in_its_order(words, bucket, minn, maxn):
    spans = spans_of([word.encode() for word in words], minn, maxn)
    buckets = np.split(fnv1a_of(spans).astype(np.int64) % bucket, spans.offsets[1:-1])
    assert [found.tolist() for found in buckets] == [grams_of(word, bucket, minn, maxn) for word in words]


@pytest.mark.parametrize(("minn", "maxn"), [(3, 6), (1, 1), (0, 3), (0, 0), (4, 2)])
@pytest.mark.parametrize("labels", [0, 2])
def test_a_words_vector_is_the_mean_of_its_row_and_of_its_ngrams(tmp_path, minn, maxn, labels):
    data, matrix = model(minn=minn, maxn=maxn, labels=labels)
    (tmp_path / "m.bin").write_bytes(data)
    found = formats.read(tmp_path / "m.bin")
    assert found.words == WORDS
    assert found.counts.tolist() == [1000 - number for number in range(len(WORDS))]
    wanted = [vector_of(n, word, matrix, len(WORDS), 11, minn, maxn) for n, word in enumerate(WORDS)]
    assert found.vectors.tobytes() == np.stack(wanted).tobytes()
    first = formats.read(tmp_path / "m.bin", 2)
    assert (first.words, first.vectors.tolist()) == (WORDS[:2], found.vectors[:2].tolist())


def test_many_words_are_read_some_at_a_time(tmp_path, monkeypatch):
    words = [f"word{number}" for number in range(500)]
    (tmp_path / "m.bin").write_bytes(model(words)[0])
    whole = formats.read(tmp_path / "m.bin").vectors
    monkeypatch.setattr("w2v.vectors.formats.fasttext._CHARACTERS", 20)
    assert formats.read(tmp_path / "m.bin").vectors.tobytes() == whole.tobytes()


def test_old_classifiers_had_no_ngrams(tmp_path):
    data, matrix = model(version=11, kind=3, labels=1)
    (tmp_path / "m.bin").write_bytes(data)
    assert formats.read(tmp_path / "m.bin").vectors.tolist() == matrix[: len(WORDS)].tolist()


def test_a_word_of_megabytes_is_read_and_one_without_end_is_told(tmp_path):
    long = "x" * (3 << 20)
    (tmp_path / "m.bin").write_bytes(model(["a", long], maxn=0)[0])
    assert formats.read(tmp_path / "m.bin").words == ["a", long]
    (tmp_path / "m.bin").write_bytes(model(maxn=0)[0][:92] + b"x" * (17 << 20))
    with pytest.raises(W2VError, match="it has a word without end, b'xxx"):
        formats.read(tmp_path / "m.bin")


def test_it_may_be_packed_and_called_anything(tmp_path):
    (tmp_path / "m.bin").write_bytes(model()[0])
    found = KeyedVectors.load(tmp_path / "m.bin")
    for name in ("m.gz", "m.zip", "m.zst"):
        import gzip
        import zipfile

        import zstandard

        path = tmp_path / name
        if name == "m.zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("cc.bin", model()[0])
        else:
            pack = gzip.compress if name == "m.gz" else zstandard.ZstdCompressor().compress
            path.write_bytes(pack(model()[0]))
        packed = KeyedVectors.load(path)
        path.unlink()
        assert packed.vectors.tobytes() == found.vectors.tobytes()
        assert packed["then"].tobytes() == found["then"].tobytes()


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"quantised": True}, "is a quantised fastText model"),
        ({"kept": 3}, "is a quantised fastText model"),
        ({"version": 13}, "no fastText model of version 11 or 12, the ones that are known: its is 13"),
        ({"bucket": 99999, "matrix": np.ones((9, 3), np.float32)}, "tells of 9 vectors of 3 numbers for 7 words and 9"),
        ({"matrix": np.ones((20, 2), np.float32)}, "vectors of 2 numbers for 7 words and 11 buckets of 3"),
        ({"minn": -1}, "is damaged: it tells of vectors of 3 numbers, and of 11 buckets for n-grams of -1 to 4"),
        ({"maxn": 10**6}, "is damaged: it tells of"),
        ({"words": []}, "holds no words"),
    ],
)  # fmt: skip
def test_models_that_will_not_do_are_told(tmp_path, how, sentence):
    (tmp_path / "m.bin").write_bytes(model(**how)[0])
    with pytest.raises(W2VError, match=sentence):
        formats.read(tmp_path / "m.bin")


def test_a_model_cut_short_anywhere_is_told(tmp_path):
    data, _ = model()
    for size in range(4, len(data) - 17, 7):  # what follows the input matrix is not read
        (tmp_path / "m.bin").write_bytes(data[:size])
        with pytest.raises(W2VError, match=r"cut short|without end"):
            formats.read(tmp_path / "m.bin")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "how", [{}, {"minn": 1, "maxn": 2}, {"maxn": 0}, {"model": "cbow", "minn": 2, "maxn": 7, "bucket": 50}]
)
def test_fasttext_itself_gives_the_same_vectors(tmp_path, how):
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "t.txt").write_text("naïve 東京 the cat don't e\u0301a 👨‍👩‍👧 a мир\n" * 100, encoding="utf-8")
    usual = {"minCount": 1, "dim": 5, "bucket": 2000, "epoch": 1, "thread": 1, "verbose": 0}
    theirs = fasttext.train_unsupervised(str(tmp_path / "t.txt"), **{**usual, **how})
    theirs.save_model(str(tmp_path / "m.bin"))
    found = formats.read(tmp_path / "m.bin")
    assert found.words == theirs.words
    assert found.counts.tolist() == theirs.get_words(include_freq=True)[1].tolist()
    assert found.vectors.tobytes() == np.stack([theirs.get_word_vector(word) for word in found.words]).tobytes()
    vectors = KeyedVectors.load(tmp_path / "m.bin")
    trained = {gram for word in theirs.words for gram in theirs.get_subwords(word)[0]}
    for word in ["cats", "naïvely", "東", "x", "мираж", "zzqq"]:
        composed = theirs.get_word_vector(word)
        assert (word in vectors) == bool(trained & set(theirs.get_subwords(word)[0]))
        if word in vectors:
            assert vectors[word].tobytes() == composed.tobytes()


@pytest.mark.filterwarnings("ignore")
def test_a_classifier_of_fasttext_and_a_quantised_one(tmp_path):
    fasttext = pytest.importorskip("fasttext")
    (tmp_path / "t.txt").write_text("__label__a red green blue\n__label__b one two three\n" * 300)
    theirs = fasttext.train_supervised(str(tmp_path / "t.txt"), dim=4, minn=2, maxn=3, bucket=500, verbose=0, thread=1)
    theirs.save_model(str(tmp_path / "m.bin"))
    found = formats.read(tmp_path / "m.bin")
    assert found.words == theirs.words
    assert found.vectors.tobytes() == np.stack([theirs.get_word_vector(word) for word in found.words]).tobytes()
    theirs.quantize()
    theirs.save_model(str(tmp_path / "m.ftz"))
    with pytest.raises(W2VError, match="is a quantised fastText model"):
        formats.read(tmp_path / "m.ftz")
