"""Readers of corpora here give what gensim's give, one by one and when all of a file goes through compiled code."""

import bz2
import gzip
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v.errors import W2VError
from w2v.gensim import sentences as ours
from w2v.gensim.models import Word2Vec
from w2v.gensim.scanning import scan

theirs = pytest.importorskip("gensim.models.word2vec", reason="gensim has no wheel for this Python")

READERS = ["LineSentence", "PathLineSentences", "Text8Corpus"]
texts = st.lists(st.text("ab é \t\n\r\u3000\x1c", max_size=12), max_size=8).map("\n".join)


@settings(max_examples=80, deadline=None)
@given(texts, st.sampled_from(READERS), st.sampled_from([2, 3, 10_000]), st.none() | st.integers(0, 4))
def test_sentences_are_gensims(tmp_path_factory, text, reader, longest, limit):
    path = tmp_path_factory.mktemp("text") / "text"
    if reader == "Text8Corpus":  # of what follows the last space gensim makes one sentence, however long
        text = " ".join(text.split())
    path.write_bytes(text.encode())
    arguments = [str(path), longest, *([] if reader == "Text8Corpus" else [limit])]
    corpora = [getattr(module, reader)(*arguments) for module in (ours, theirs)]
    assert list(corpora[0]) == list(corpora[1]) == list(corpora[0]), "and can be read again"
    found, model = scan(corpora[0]), theirs.Word2Vec(min_count=1)
    assert (found.words, found.sentences) == model.scan_vocab(corpora[1])
    assert list(found.counts.items()) == list(model.raw_vocab.items())


def test_long_sentences_are_counted_in_gensims_pieces_whether_or_not_they_are_read_in_one(tmp_path):
    path = tmp_path / "text"
    path.write_text(" ".join(["a", "b"] * 13_000) + "\n\nc\n" + "d " * 10_000)
    for reader in ("LineSentence", "Text8Corpus"):
        found, model = scan(getattr(ours, reader)(path)), theirs.Word2Vec(min_count=1)
        assert (found.words, found.sentences) == model.scan_vocab(getattr(theirs, reader)(str(path)))


def test_compressed_files_folders_and_open_files_are_read(tmp_path):
    folder = tmp_path / "texts"
    (folder / "below").mkdir(parents=True)
    (folder / "2.bz2").write_bytes(bz2.compress(b"c d\n"))
    (folder / "1").write_bytes(gzip.compress(b"a b\n\nb\n"))  # whatever its name says
    expected = [["a", "b"], ["b"], ["c", "d"]]
    assert list(ours.PathLineSentences(folder)) == list(ours.PathLineSentences(str(folder))) == expected
    assert list(ours.PathLineSentences(folder / "1")) == expected[:2]
    for file in (
        io.BytesIO(b"a b\n\nb\n"),
        io.StringIO("a b\n\nb\n"),
        bz2.BZ2File(io.BytesIO(bz2.compress(b"a b\nb"))),
    ):
        corpus = ours.LineSentence(file)
        assert list(corpus) == list(corpus) == expected[:2]
        assert scan(corpus).sentences == 2
    model = Word2Vec(corpus_file=folder / "1", min_count=1, vector_size=4)
    assert model.corpus_count == 2


def test_the_brown_corpus_is_read_as_gensim_does(tmp_path):
    (tmp_path / "ca01").write_text("The/at Jury/nn said/vbd ./. ``/`` 1/2/cd\n\n./.\nA/at-tl tax/nn$\n")
    expected = [["the/at", "jury/nn", "said/vb"], ["a/at", "tax/nn"]]
    assert list(ours.BrownCorpus(tmp_path)) == list(theirs.BrownCorpus(str(tmp_path))) == expected


def test_a_table_is_lines_here(tmp_path):
    (tmp_path / "text.csv").write_text("id,text\n1,a b\n2,c d\n")
    assert scan(ours.LineSentence(tmp_path / "text.csv")).counts == {"id,text": 1, "1,a": 1, "b": 1, "2,c": 1, "d": 1}


def test_what_cannot_be_read_is_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="neither a file nor a folder"):
        ours.PathLineSentences(tmp_path / "nowhere")
    (tmp_path / "latin").write_bytes("caf\xe9\n".encode("latin-1"))
    for corpus in (ours.LineSentence(tmp_path / "latin"), ours.Text8Corpus(tmp_path / "latin")):
        for read in (list, scan):
            with pytest.raises(W2VError, match="not UTF-8"):
                read(corpus)
    with pytest.raises(W2VError, match="does not exist; expected a file with a sentence a line"):
        list(ours.LineSentence(tmp_path / "nowhere"))
