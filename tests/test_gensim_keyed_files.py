"""Files of gensim's KeyedVectors: one writes and the other reads the same bits; and folders of ours under any name."""

import gc
import gzip
import json
import logging
import warnings

import numpy as np
import pytest

from w2v import KeyedVectors as House
from w2v import PoincareKeyedVectors
from w2v.errors import W2VError
from w2v.gensim.models import KeyedVectors
from w2v.gensim.models import keyedvectors as module

Theirs = pytest.importorskip("gensim.models.keyedvectors").KeyedVectors
V, D = 12, 4
WORDS = [f"wörd{i}" for i in range(V)]


def filled(kind, dtype=np.float32):
    kv = kind(D, dtype=dtype)
    kv.add_vectors(WORDS, np.random.default_rng(1).normal(size=(V, D)))
    for place, word in enumerate(WORDS):
        kv.set_vecattr(word, "count", (7 * place) % 5 + 1)
    return kv


@pytest.fixture
def ours():
    return filled(KeyedVectors)


@pytest.fixture
def theirs():
    return filled(Theirs)


def same(one, other) -> None:
    assert one.index_to_key == other.index_to_key
    assert one.key_to_index == other.key_to_index
    np.testing.assert_array_equal(one.vectors, other.vectors)
    assert one.vectors.dtype == other.vectors.dtype
    assert {name: values.tolist() for name, values in one.expandos.items()} == {
        name: values.tolist() for name, values in other.expandos.items()
    }


ARGUMENTS = {
    "text": {},
    "binary": {"binary": True},
    "without a first line": {"write_header": False},
    "prefix": {"prefix": "*dt_"},
    "total": {"total_vec": V},
    "by another attribute": {"sort_attr": "size"},
    "by none": {"sort_attr": "colour"},
}


@pytest.mark.parametrize("name", ARGUMENTS)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_what_one_writes_the_other_reads(ours, theirs, name, ending, tmp_path):
    arguments = ARGUMENTS[name]
    for kv in (ours, theirs):
        for place, word in enumerate(WORDS):
            kv.set_vecattr(word, "size", float(place % 3))
    here, there = tmp_path / f"here{ending}", tmp_path / f"there{ending}"
    ours.save_word2vec_format(here, **arguments)
    theirs.save_word2vec_format(str(there), **arguments)
    if "binary" not in arguments:  # whose vectors end with a newline here, as word2vec.c's do
        read = gzip.open if ending else open
        with read(here) as one, read(there) as other:
            assert one.read() == other.read()
    how = {"binary": arguments.get("binary", False), "no_header": not arguments.get("write_header", True)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # gensim leaves a file open
        same(KeyedVectors.load_word2vec_format(there, **how), Theirs.load_word2vec_format(str(here), **how))
        gc.collect()
    assert len(House.load(here)) == V


@pytest.mark.parametrize("datatype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("limit", [None, 0, 1, 5, 1000])
@pytest.mark.parametrize("binary", [False, True])
def test_types_and_limits(theirs, datatype, limit, binary, tmp_path):
    path = tmp_path / "there"
    theirs.save_word2vec_format(str(path), binary=binary)
    arguments = {"binary": binary, "limit": limit, "datatype": datatype}
    same(KeyedVectors.load_word2vec_format(path, **arguments), Theirs.load_word2vec_format(str(path), **arguments))


def test_counts_stand_in_a_file_beside(ours, theirs, tmp_path):
    ours.save_word2vec_format(tmp_path / "v.txt", fvocab=tmp_path / "here")
    theirs.save_word2vec_format(str(tmp_path / "v.txt"), fvocab=str(tmp_path / "there"))
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()
    paths = str(tmp_path / "v.txt"), str(tmp_path / "here")
    loaded = KeyedVectors.load_word2vec_format(*paths)
    same(loaded, Theirs.load_word2vec_format(*paths))
    assert loaded.get_vecattr("wörd1", "count") == ours.get_vecattr("wörd1", "count")
    (tmp_path / "bad").write_text("wörd1 many\n", encoding="utf-8")
    with pytest.raises(W2VError, match="bad, line 1: expected a word and its count, and found"):
        KeyedVectors.load_word2vec_format(tmp_path / "v.txt", tmp_path / "bad")


def test_words_missing_among_counts_have_none(ours, tmp_path, caplog):
    ours.save_word2vec_format(tmp_path / "v.txt")
    (tmp_path / "counts").write_text("wörd1 8\n", encoding="utf-8")
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "v.txt", tmp_path / "counts")
    assert (loaded.get_vecattr("wörd1", "count"), loaded.get_vecattr("wörd2", "count")) == (8, 0)
    assert "vocabulary file is incomplete" in caplog.text


def test_vectors_are_added_to_a_file(ours, theirs, tmp_path):
    for kv, path in ((ours, tmp_path / "here"), (theirs, tmp_path / "there")):
        kv.save_word2vec_format(str(path), prefix="a_", total_vec=2 * V)
        kv.save_word2vec_format(str(path), prefix="b_", write_header=False, append=True)
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()
    assert len(KeyedVectors.load_word2vec_format(tmp_path / "here")) == 2 * V


ENCODED = "2 2\né 1 2\nüb 3 4\n".encode("latin-1")


@pytest.mark.parametrize("how", [{"encoding": "latin-1"}, {"unicode_errors": "ignore"}, {"unicode_errors": "replace"}])
def test_words_of_other_encodings(how, tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(ENCODED)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(KeyedVectors.load_word2vec_format(path, **how), Theirs.load_word2vec_format(str(path), **how))


def test_words_that_are_not_of_the_encoding_are_an_error(tmp_path):
    path = tmp_path / "v.txt"
    path.write_bytes(ENCODED)
    with pytest.raises(UnicodeDecodeError, match=r"v\.txt; unicode_errors='ignore' or 'replace' reads it"):
        KeyedVectors.load_word2vec_format(path)


@pytest.mark.parametrize("binary", [False, True])
def test_files_that_are_cut_short_are_an_end_of_file(ours, binary, tmp_path):
    ours.save_word2vec_format(tmp_path / "v", binary=binary, total_vec=V + 1)
    for kind in (Theirs, KeyedVectors):
        with pytest.raises(EOFError):
            kind.load_word2vec_format(str(tmp_path / "v"), binary=binary)
    with pytest.raises(W2VError, match="is cut short"):
        House.load(tmp_path / "v")


@pytest.mark.parametrize("binary", [False, True])
def test_shared_words_take_the_vectors_of_a_file(ours, theirs, binary, tmp_path):
    other = Theirs(D)
    other.add_vectors(["wörd3", "new", "wörd1"], np.arange(3 * D, dtype=np.float32).reshape(3, D))
    for name in ("there", "here"):  # of binary files gensim's own reader needs an older numpy
        other.save_word2vec_format(str(tmp_path / name), binary=binary and name == "here")
    for kv in (ours, theirs):
        kv.fill_norms()
        kv.vectors_lockf = np.ones(V, np.float32)
    theirs.intersect_word2vec_format(str(tmp_path / "there"), lockf=0.25)
    ours.intersect_word2vec_format(tmp_path / "here", lockf=0.25, binary=binary)
    same(ours, theirs)
    np.testing.assert_array_equal(ours.vectors_lockf, theirs.vectors_lockf)
    assert ours.norms is None
    assert ours["wörd1"].tolist() == [8, 9, 10, 11]


def test_factors_are_made_where_there_is_one_for_all_or_none(ours, tmp_path):
    filled(KeyedVectors).save_word2vec_format(tmp_path / "v")
    ours.intersect_word2vec_format(tmp_path / "v")
    assert ours.vectors_lockf.tolist() == [0] * V
    ours.vectors_lockf = np.full(1, 0.5, np.float32)
    ours.add_vector("more", np.ones(D))
    ours.intersect_word2vec_format(tmp_path / "v", lockf=1.0)
    assert ours.vectors_lockf.tolist() == [1] * V + [0.5]
    with pytest.raises(ValueError, match="incompatible vector size 4"):
        KeyedVectors(7).intersect_word2vec_format(tmp_path / "v")


# folders


@pytest.mark.parametrize("name", ["words.kv", "words.bin", "words.txt", "model.wordvectors", "plain"])
@pytest.mark.parametrize("mmap", [None, "r", "c"])
def test_what_is_saved_under_any_name_is_read(ours, name, mmap, tmp_path):
    ours.set_vecattr("wörd1", "size", 2.5)
    ours.set_vecattr("wörd2", "seen", True)
    for _ in range(2):
        ours.save(str(tmp_path / name))
    loaded = KeyedVectors.load(str(tmp_path / name), mmap=mmap)
    same(loaded, ours)
    assert type(loaded) is KeyedVectors
    assert loaded.vectors.flags.writeable == (mmap != "r")
    loaded["wörd1"] = np.ones(D)
    loaded.add_vector("new", np.ones(D))
    same(KeyedVectors.load(tmp_path / name), ours)
    assert House.load(tmp_path / name).most_similar("wörd1") == ours.most_similar("wörd1")


def test_arguments_about_pickles_change_nothing(ours, tmp_path):
    ours.save(tmp_path / "v", separately=["vectors"], sep_limit=5, ignore=frozenset(), pickle_protocol=4)
    same(KeyedVectors.load(tmp_path / "v"), ours)


def test_any_file_of_vectors_is_read(ours, tmp_path):
    House(WORDS, ours.vectors).save(tmp_path / "v.bin")
    loaded = KeyedVectors.load(tmp_path / "v.bin", mmap="r")
    np.testing.assert_array_equal(loaded.vectors, ours.vectors)
    loaded.vectors[0] = 1
    PoincareKeyedVectors(["a", "b"], [[0, 0.5], [0.5, 0]]).save(tmp_path / "ball")
    with pytest.raises(W2VError, match="holds vectors of poincare geometry"):
        KeyedVectors.load(tmp_path / "ball")


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_numbers_are_kept(dtype, tmp_path):
    kv = filled(KeyedVectors, dtype)
    kv.save(tmp_path / "v")
    loaded = KeyedVectors.load(tmp_path / "v")
    np.testing.assert_array_equal(loaded.vectors.astype(dtype), kv.vectors)


def test_keys_that_are_numbers_are_numbers_again(tmp_path):
    kv = KeyedVectors(2)
    kv.add_vectors([7, "seven", 3], np.ones((3, 2)))
    kv.save(tmp_path / "v")
    loaded = KeyedVectors.load(tmp_path / "v")
    assert loaded.index_to_key == [7, "seven", 3]
    assert "key is a number" not in loaded.expandos
    kv.add_vector("7", np.ones(2))
    with pytest.raises(W2VError, match="a whole number and a string that is written like it"):
        kv.save(tmp_path / "v")
    kv = KeyedVectors(2)
    kv.add_vectors([("a", "b")], np.ones((1, 2)))
    with pytest.raises(W2VError, match="cannot be saved; keys in files are strings or whole numbers"):
        kv.save_word2vec_format(tmp_path / "v.txt")


def test_places_that_were_not_filled_are_left_out(tmp_path):
    kv = KeyedVectors(2, count=5)
    kv.add_vector("a", [1, 2])
    kv.save(tmp_path / "v")
    kv.save_word2vec_format(tmp_path / "v.txt")
    assert KeyedVectors.load(tmp_path / "v").index_to_key == ["a"]
    assert KeyedVectors.load_word2vec_format(tmp_path / "v.txt").index_to_key == ["a"]


def test_a_file_of_gensims_is_put_aside_and_any_other_stays(ours, theirs, tmp_path, caplog):
    path = tmp_path / "v.kv"
    theirs.save(str(path))
    pickled = path.read_bytes()
    with pytest.raises(W2VError, match="If you trust whoever made it, convert it once"):
        KeyedVectors.load(path)
    same_words = House.load(path, trust=True)
    assert same_words.index_to_key == WORDS
    ours.save(path)
    same(KeyedVectors.load(path), ours)
    assert (tmp_path / "v.kv.gensim").read_bytes() == pickled
    assert "v.kv.gensim now" in caplog.text
    other = tmp_path / "thesis.txt"
    other.write_text("do not lose me")
    with pytest.raises(
        W2VError, match=r"thesis\.txt is a file, and none that gensim saved, .* is a folder. Choose another"
    ):
        ours.save(other)
    assert other.read_text() == "do not lose me"
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "photo.jpg").write_text("x")
    with pytest.raises(W2VError, match="photos"):
        ours.save(folder)
    assert (folder / "photo.jpg").exists()


def test_other_refusals(ours, tmp_path):
    ours.save(tmp_path / "v")
    for change, kind, sentence in [
        (lambda: ours.save(5), TypeError, "5 was given; expected a path"),
        (lambda: KeyedVectors.load(5), TypeError, "5 was given where a path is expected"),
        (lambda: KeyedVectors.load(tmp_path / "w"), FileNotFoundError, "w does not exist"),
        (lambda: KeyedVectors.load(tmp_path / "v", mmap="r+"), ValueError, "mmap is 'r.'; it may be 'r'"),
        (lambda: KeyedVectors.load_word2vec_format(tmp_path / "w"), OSError, "w does not exist"),
        (lambda: module.load_word2vec_format(__file__), ValueError, r"test_gensim_keyed_files\.py"),
    ]:
        with pytest.raises(kind, match=sentence) as caught:
            change()
        assert isinstance(caught.value, W2VError)


def test_loading_is_an_event(ours, tmp_path, caplog):
    caplog.set_level(logging.INFO, "w2v.gensim")
    ours.save_word2vec_format(tmp_path / "v.txt")
    loaded = KeyedVectors.load_word2vec_format(tmp_path / "v.txt")
    assert [event["event"] for event in loaded.lifecycle_events] == ["load_word2vec_format"]
    assert json.loads(json.dumps(loaded.lifecycle_events))
