"""w2v.gensim.utils beside gensim's own, and what tutorials and scripts take from other small modules."""

import bz2
import gzip
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2v.gensim as ours
from w2v.errors import W2VError
from w2v.gensim import downloader, utils
from w2v.gensim.scripts.glove2word2vec import get_glove_info, glove2word2vec
from w2v.gensim.test.utils import common_texts, datapath, get_tmpfile, temporary_file
from w2v.vectors import KeyedVectors

texts = st.text(alphabet=st.sampled_from("abcÄäÉéßİ_ _09 .,!'\n\tñ中文́ΣÇ²")) | st.text()
counts = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 9))


@pytest.fixture(scope="module")
def theirs():
    return pytest.importorskip("gensim").utils


@given(text=texts, flag=st.booleans(), least=st.integers(0, 4), most=st.integers(0, 8))
def test_tokens_are_gensims(theirs, text, flag, least, most):
    assert utils.simple_preprocess(text) == theirs.simple_preprocess(text)
    arguments = {"deacc": flag, "min_len": least, "max_len": most}
    assert utils.simple_preprocess(text, **arguments) == theirs.simple_preprocess(text, **arguments)
    assert list(utils.simple_tokenize(text)) == list(theirs.simple_tokenize(text))
    assert utils.PAT_ALPHABETIC.findall(text) == [found[0] for found in theirs.PAT_ALPHABETIC.findall(text)]
    for name in ("lowercase", "to_lower", "lower", "deacc"):
        assert list(utils.tokenize(text, **{name: flag})) == list(theirs.tokenize(text, **{name: flag}))


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"])), encoding=st.sampled_from(["utf8", "utf-16"]))
def test_bytes_and_strings_are_as_there(theirs, text, encoding):
    raw = text.encode(encoding)
    for one in (text, raw):
        assert utils.any2unicode(one, encoding) == theirs.any2unicode(one, encoding) == text
        assert utils.any2utf8(one, encoding=encoding) == theirs.any2utf8(one, encoding=encoding)
    assert utils.deaccent(text) == theirs.deaccent(text) == utils.deaccent(text.encode())
    assert utils.simple_preprocess(text.encode()) == theirs.simple_preprocess(text.encode())


@given(raw=st.binary())
def test_bytes_that_are_no_text_are_taken_or_refused_as_there(theirs, raw):
    def outcome(call):
        try:
            return call()
        except UnicodeDecodeError:
            return "refused"

    for module_call in ("to_unicode", "to_utf8", "deaccent"):
        mine, other = (outcome(lambda m=m, c=module_call: getattr(m, c)(raw)) for m in (utils, theirs))
        assert mine == other
    assert utils.simple_preprocess(raw) == theirs.simple_preprocess(raw)


@pytest.mark.parametrize("given_as_text", [None, float("nan"), ["a"], 3])
def test_what_is_no_text_is_told_and_a_type_error_as_there(theirs, given_as_text):
    for module in (utils, theirs):
        with pytest.raises(TypeError):
            module.simple_preprocess(given_as_text)
    with pytest.raises(W2VError, match="was given as text"):
        utils.tokenize(given_as_text)


@given(vocab=counts, least=st.integers(0, 9), rule=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3)))
def test_vocabularies_are_pruned_as_there(theirs, vocab, least, rule):
    for trim_rule in (None, lambda word, count, min_count: rule.get(word)):
        for word, count in vocab.items():
            asked = (word, count, least, trim_rule)
            assert utils.keep_vocab_item(*asked) == theirs.keep_vocab_item(*asked)
        mine, other = dict(vocab), dict(vocab)
        assert utils.prune_vocab(mine, least, trim_rule) == theirs.prune_vocab(other, least, trim_rule)
        assert list(mine.items()) == list(other.items())
        if least:
            mine, other = dict(vocab), dict(vocab)
            utils.trim_vocab_by_freq(mine, least, trim_rule)
            theirs.trim_vocab_by_freq(other, least, trim_rule)
            assert list(mine.items()) == list(other.items())


@given(one=counts, other=counts)
def test_counts_are_merged_as_there(theirs, one, other):
    mine, there = dict(one), dict(one)
    assert utils.merge_counts(mine, other) is mine
    assert list(mine.items()) == list(theirs.merge_counts(there, other).items())


def test_the_rules_are_gensims_numbers(theirs):
    names = ("RULE_DEFAULT", "RULE_DISCARD", "RULE_KEEP")
    assert [getattr(utils, name) for name in names] == [getattr(theirs, name) for name in names]


@given(items=st.lists(st.integers(0, 9), max_size=12), size=st.integers(1, 5))
def test_wrapped_corpora_and_chunks_are_as_there(theirs, items, size):
    for name in ("RepeatCorpus", "RepeatCorpusNTimes", "ClippedCorpus"):
        mine, other = getattr(utils, name)(items, size), getattr(theirs, name)(items, size)
        assert list(mine) == list(mine) == list(other)
    assert len(utils.ClippedCorpus(items, size)) == len(theirs.ClippedCorpus(items, size))
    assert len(utils.ClippedCorpus(items)) == len(items)
    assert list(utils.chunkize(iter(items), size)) == list(theirs.chunkize(iter(items), size))
    rows = [[item, item] for item in items]
    mine, other = (list(module.grouper(rows, size, as_numpy=True)) for module in (utils, theirs))
    assert [np.array(chunk).tolist() for chunk in mine] == [np.array(chunk).tolist() for chunk in other]
    with pytest.raises(W2VError, match="chunksize"):
        utils.chunkize(items, 0)


@pytest.mark.parametrize("ending", ["", ".gz", ".bz2", ".xz"])
def test_files_are_opened_whatever_packs_them(tmp_path, theirs, ending):
    path, sentences = tmp_path / f"corpus.txt{ending}", [["ein", "Satz"], [], ["größer", "中文"]]
    utils.save_as_line_sentence(sentences, path)
    for module in (utils, theirs):
        with module.open(str(path), "rb") as file:
            assert file.read().decode() == "ein Satz\n\ngrößer 中文\n"
        with module.open(str(path), encoding="utf8") as file:
            assert [line.split() for line in file] == sentences
    with utils.open(path, "a", encoding="latin-1") as file:
        file.write("é\n")
    assert utils.open(path, "rb").read().endswith("中文\n".encode() + b"\xe9\n")


def test_a_packed_file_is_known_by_its_bytes(tmp_path):
    for pack in (gzip.compress, bz2.compress):
        (tmp_path / "plain.txt").write_bytes(pack(b"a b\n"))
        assert utils.open(tmp_path / "plain.txt").read() == "a b\n"


def test_what_cannot_be_opened_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        utils.open(tmp_path / "none.txt")
    for mode in ("x", "", "rw", "r+", "bb"):
        with pytest.raises(W2VError, match="the mode is"):
            utils.open(tmp_path / "none.txt", mode)
    (tmp_path / "cut.gz").write_bytes(gzip.compress(b"words " * 99)[:-9])
    with pytest.raises(W2VError, match="damaged or cut short"):
        utils.open(tmp_path / "cut.gz").read()


def test_the_package_has_its_modules_at_hand():
    code = "import w2v.gensim as gensim; print(gensim.utils.simple_preprocess('Two Words'), gensim.models.__name__)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split("\n")[0] == "['two', 'words'] w2v.gensim.models"
    assert int(ours.__version__.split(".")[0]) == 4
    assert {"models", "utils", "downloader"} <= set(dir(ours))
    with pytest.raises(ImportError, match="about topics and documents"):
        from w2v.gensim import corpora  # noqa: F401
    with pytest.raises(ImportError, match="import it from gensim"):
        from w2v.gensim.models import LdaModel  # noqa: F401
    with pytest.raises(AttributeError, match=r"no attribute 'nothing'$"):
        ours.nothing  # noqa: B018


def test_the_texts_of_the_tutorial_are_there(theirs):
    from gensim.test import utils as test_utils

    assert common_texts == test_utils.common_texts
    assert datapath("word2vec_pre_kv_c") == test_utils.datapath("word2vec_pre_kv_c")


def test_temporary_files_go_where_they_say():
    with temporary_file("model.bin") as path:
        with open(path, "w", encoding="utf8") as file:
            file.write("x")
        assert path.endswith("model.bin")
    with pytest.raises(FileNotFoundError):
        open(path, encoding="utf8")  # noqa: SIM115
    assert get_tmpfile("a") != get_tmpfile("a")


def test_glove_becomes_word2vec(tmp_path):
    (tmp_path / "glove.txt").write_text("king 1 2.5\nqueen -1 0\n, 0 1\n", encoding="utf8")
    assert get_glove_info(tmp_path / "glove.txt") == (3, 2)
    assert glove2word2vec(tmp_path / "glove.txt", tmp_path / "w2v.txt") == (3, 2)
    assert (tmp_path / "w2v.txt").read_text(encoding="utf8").splitlines()[0] == "3 2"
    command = [sys.executable, "-m", "w2v.gensim.scripts.glove2word2vec", "--input", "glove.txt", "-o", "two.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "3 words, 2 dimensions" in done.stdout
    read = KeyedVectors.load(tmp_path / "two.txt")
    assert read.index_to_key == ["king", "queen", ","]
    assert read.vectors.tolist() == [[1, 2.5], [-1, 0], [0, 1]]


def test_the_downloader_knows_what_lies_there_and_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(downloader, "BASE_DIR", str(tmp_path))
    with pytest.raises(W2VError, match=r"nlp\.stanford\.edu.*load_word2vec_format"):
        downloader.load("glove-wiki-gigaword-100")
    (tmp_path / "glove-wiki-gigaword-50").mkdir()
    path = tmp_path / "glove-wiki-gigaword-50" / "glove-wiki-gigaword-50.gz"
    path.write_bytes(gzip.compress(b"1 2\nking 1 2.5\n"))
    assert downloader.load("glove-wiki-gigaword-50", return_path=True) == str(path)
    assert downloader.info(name_only=True) == {"corpora": ["text8"], "models": ["glove-wiki-gigaword-50"]}
    assert downloader.info("glove-wiki-gigaword-50")["path"] == str(path)
    with pytest.raises(W2VError, match="from their maker"):
        downloader.info("something")
