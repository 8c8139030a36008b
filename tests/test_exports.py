"""Tables for other viewers: their rows fit together, and neighbours are those of the vectors, not of the map."""

import sys

import numpy as np
import pytest

from w2v.errors import W2VError
from w2v.plots.words.exports import write_parquet, write_projector
from w2v.vectors import KeyedVectors

parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow (extra `parquet`) is not installed")


@pytest.fixture(scope="module")
def vectors():
    rng = np.random.default_rng(0)
    words = [*(f"w{i}" for i in range(38)), "odd\tword", "中国"]
    return KeyedVectors(words, rng.normal(size=(40, 12)), np.arange(40, 0, -1))


def test_the_projector_gets_a_vector_a_row_and_a_line_on_each_word(vectors, tmp_path):
    metadata = write_projector(vectors, tmp_path / "v.tsv", groups={"w1": "a group"})
    assert metadata == tmp_path / "v.metadata.tsv"
    np.testing.assert_allclose(np.loadtxt(tmp_path / "v.tsv", delimiter="\t"), vectors.vectors, rtol=1e-5)
    header, *lines = [line.split("\t") for line in metadata.read_text(encoding="utf-8").splitlines()]
    assert header == ["word", "count", "rank", "group"]
    assert lines[:2] == [["w0", "40", "1", ""], ["w1", "39", "2", "a group"]]
    assert lines[38:] == [["odd word", "2", "39", ""], ["中国", "1", "40", ""]]
    assert all(len(line) == 4 for line in lines)


def test_without_counts_and_groups_there_are_no_such_columns(vectors, tmp_path):
    bare = KeyedVectors(vectors.index_to_key, vectors.vectors)
    with pytest.warns(UserWarning, match="unicorn"):
        metadata = write_projector(bare, tmp_path / "v.tsv", ["w3", "w0", "w2", "unicorn"])
    assert metadata.read_text(encoding="utf-8") == "word\trank\nw0\t1\nw2\t3\nw3\t4\n"
    assert np.loadtxt(tmp_path / "v.tsv").shape == (3, 12)


def test_parquet_has_places_and_the_neighbours_among_all_words(vectors, tmp_path):
    write_parquet(vectors, tmp_path / "m.parquet", vectors.index_to_key[:20], method="pca", groups={"w1": "a group"})
    table = parquet.read_table(tmp_path / "m.parquet")
    assert table.column_names == ["word", "count", "group", "x", "y", "neighbours", "similarities"]
    rows = table.to_pylist()
    assert [row["word"] for row in rows] == vectors.index_to_key[:20]
    assert [row["count"] for row in rows] == list(range(40, 20, -1))
    assert [row["group"] for row in rows[:3]] == [None, "a group", None]
    for row in rows:
        expected = vectors.most_similar(row["word"], topn=10)
        assert row["neighbours"] == [word for word, _ in expected]
        np.testing.assert_allclose(row["similarities"], [cosine for _, cosine in expected], atol=1e-5)
    assert np.ptp([row["x"] for row in rows]) > 0
    assert b"PCA of unit vectors" in table.schema.metadata[b"map"]


def test_parquet_without_counts_has_nulls(vectors, tmp_path):
    write_parquet(KeyedVectors(list("abcd"), np.eye(4)), tmp_path / "m.parquet", method="pca")
    rows = parquet.read_table(tmp_path / "m.parquet").to_pylist()
    assert [row["count"] for row in rows] == [None] * 4
    assert all(len(row["neighbours"]) == 3 for row in rows)


def test_too_few_words_and_a_missing_library_are_sentences(vectors, tmp_path, monkeypatch):
    with pytest.raises(W2VError, match="at least two words"):
        write_projector(vectors, tmp_path / "v.tsv", top=1)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(W2VError, match=r"pip install 'w2v\[parquet\]'"):
        write_parquet(vectors, tmp_path / "m.parquet")
    assert list(tmp_path.iterdir()) == []


def test_parquet_has_names_as_they_are_but_for_half_characters(tmp_path):
    words = ["a\tb\n", "=1+1", "\x1b[2J", "\ud800x"]
    write_parquet(KeyedVectors(words, np.eye(4)), tmp_path / "m.parquet", method="pca", groups={"=1+1": "\udfff"})
    rows = parquet.read_table(tmp_path / "m.parquet").to_pylist()
    assert [row["word"] for row in rows] == [*words[:3], "\\ud800x"]
    assert [row["group"] for row in rows] == [None, "\\udfff", None, None]
