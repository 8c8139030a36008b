"""Documents read in bulk are those that are read one by one: the same text, and the same tags for each."""

import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from w2v import Doc2Vec, W2VError
from w2v.cli import app
from w2v.corpus import documents as room
from w2v.corpus import indexing
from w2v.corpus.documents import DocumentReader, parted
from w2v.corpus.stream import open_stream
from w2v.text.serving import numbered
from w2v.text.tokenize import get_tokenizer

WORDS = ["cat", "Dog", "U.S.", "don't", "naïve", "北京", "sat,", "...", "İzmir", "3.14"]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\r", "\u2003", "\x85"]
texts = st.lists(st.sampled_from(WORDS + SPACES), max_size=12).map("".join)
tokens = st.lists(st.sampled_from(WORDS), max_size=5)
tags = st.one_of(
    st.sampled_from(["a", "b", "7"]), st.integers(0, 9), st.lists(st.sampled_from(["a", "b", 3, 12]), min_size=1)
)
some_documents = st.lists(st.one_of(texts, tokens, st.tuples(st.one_of(texts, tokens), tags)), max_size=20)
tokenizers = st.sampled_from(["whitespace", "words", str.split])


def one_by_one(documents, tokenizer):
    """Token lists of those that have any, their tags, and all tags in order."""
    cut, found, seen, numbers = get_tokenizer(tokenizer), [], [], True
    for number, item in enumerate(documents):
        words, given_tags = parted(item, number)
        named = list(dict.fromkeys(map(str, [number] if given_tags is None else given_tags)))
        numbers &= given_tags is None or not any(isinstance(tag, str) for tag in given_tags)
        seen += named
        if words := cut(words) if isinstance(words, str) else words:
            found.append((words, named))
    order = list(dict.fromkeys(seen))
    return found, sorted(order, key=int) if numbers else order


def read(documents, tokenizer="whitespace", **options):
    """The same of what is read in bulk: from the id stream, and from `Tagged`. The notes, too."""
    reader = DocumentReader(documents, **options)
    with open_stream(reader, tokenizer=tokenizer, min_count=1, keep_empty=True) as stream:
        ids = [i for block in range(stream.n_blocks) for i in stream.block(block).tolist()]
        notes = stream.remarks()
        words = stream.vocab.words
    texts, tagged = [[]], reader.tagged()
    for i in ids:
        if i < 0:
            texts.append([])
        else:
            texts[-1].append(words[i])
    assert texts.pop() == []
    assert len(texts) == len(tagged.offsets) - 1
    spans = zip(tagged.offsets[:-1].tolist(), tagged.offsets[1:].tolist(), strict=True)
    named = [[tagged.tags[n] for n in tagged.numbers[start:stop]] for start, stop in spans]
    return list(zip(texts, named, strict=True)), tagged.tags, notes


@given(some_documents, tokenizers, st.sampled_from([1, 8, 1 << 18]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_python_holds_is_read_as_one_by_one(monkeypatch, documents, tokenizer, at_once):
    monkeypatch.setattr(room, "_BATCH", at_once)
    found, order = one_by_one(documents, tokenizer)
    documents = [*documents, ["the", "end"]]
    expected = [*found, (["the", "end"], [str(len(documents) - 1)])]
    got, tags, _ = read(iter(documents), tokenizer)
    assert got == expected
    last = str(len(documents) - 1)
    assert set(tags) == {*order, last}
    assert tags == one_by_one(documents, tokenizer)[1]


lines_of_files = st.sampled_from(["the cat", "", "  ", "...", "a\u2003b", "U.S. naïve", "x\ty"])


@given(st.lists(lines_of_files, min_size=1), tokenizers)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("ended", [True, False])
def test_lines_of_a_file_are_read_as_one_by_one(tmp_path, end, ended, lines, tokenizer):
    lines = ["the first", *lines]
    (tmp_path / "text.txt").write_bytes((end.join(lines) + end * (ended or not lines[-1])).encode())
    found, order = one_by_one(lines, tokenizer)
    got, tags, notes = read(tmp_path / "text.txt", tokenizer)
    assert (got, tags) == (found, order)
    without = len(lines) - len(found)
    assert any(f"{without} of the documents have no words" in note for note in notes) == (without > 0)


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", str.split])
def test_ids_of_lines_are_their_tags_and_blank_lines_are_passed_over(tmp_path, tokenizer):
    text = "\ufeffone\tthe cat\r\n\n two \t  \n   \nthree\ta\tb\nfour\tthe end"
    (tmp_path / "ids.tsv").write_bytes(text.encode())
    found = [(["the", "cat"], ["one"]), (["a", "b"], ["three"]), (["the", "end"], ["four"])]
    got, tags, notes = read(tmp_path / "ids.tsv", tokenizer, ids=True)
    assert (got, tags) == (found, ["one", "two", "three", "four"])
    assert "2 blank lines without an ID and text were passed over." in notes
    assert "1 of the documents have no words." in notes
    lines = text.removeprefix("\ufeff").splitlines()
    assert read(lines, tokenizer, ids=True) == (got, tags, notes)
    assert read(iter([*lines[:2], *lines[2:]]), tokenizer, ids=True)[2] == notes


@pytest.mark.parametrize(("line", "number"), [("no tab", 2), ("\tno id", 2), ("  \tno id", 2)])
def test_a_line_of_text_without_an_id_is_an_error(tmp_path, line, number):
    (tmp_path / "ids.tsv").write_text(f"one\ta b\n\n{line}\ntwo\ta b\n", encoding="utf-8")
    for documents in (tmp_path / "ids.tsv", ["one\ta b", "", line]):
        with pytest.raises(W2VError, match=f"document {number} has no ID"):
            read(documents, ids=True)


def test_files_follow_each_other(tmp_path):
    """The last line of one is not joined with the first of the next; an empty file has none."""
    (tmp_path / "a.txt").write_text("the cat\n\nlast", encoding="utf-8")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    with gzip.open(tmp_path / "c.gz", "wb") as file:
        file.write(b"first \xff\n")
    got, tags, _ = read(tmp_path)
    assert got == [(["the", "cat"], ["0"]), (["last"], ["2"]), (["first", "\ufffd"], ["3"])]
    assert tags == ["0", "1", "2", "3"]


def test_a_field_of_a_table_holds_documents(tmp_path):
    (tmp_path / "t.jsonl").write_text('{"text": "the cat"}\n{"text": "the dog"}\n', encoding="utf-8")
    assert read(tmp_path / "t.jsonl", field="text")[0] == [(["the", "cat"], ["0"]), (["the", "dog"], ["1"])]
    (tmp_path / "u.jsonl").write_text('{"text": ["the", "cat"]}\n', encoding="utf-8")
    assert read(tmp_path / "u.jsonl", field="text")[0] == [(["the", "cat"], ["0"])]


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", str.split])
def test_a_record_is_one_document_of_however_many_lines(tmp_path, tokenizer):
    (tmp_path / "t.csv").write_text('text,id\n"the cat\r\nsat\n",1\nthe dog,2\n', encoding="utf-8")
    expected = [(["the", "cat", "sat"], ["0"]), (["the", "dog"], ["1"])]
    assert read(tmp_path / "t.csv", tokenizer, field="text")[0] == expected
    rows = [{"text": "the cat\nsat\n"}, {"text": "the dog"}]
    assert read(rows, tokenizer, field="text")[0] == expected


def test_a_file_without_words_is_named(tmp_path):
    (tmp_path / "empty.txt").write_text("\n", encoding="utf-8")
    for options in ({}, {"ids": True}):
        with pytest.raises(W2VError, match=r"no words in .*empty\.txt"):
            read(tmp_path / "empty.txt", **options)


def test_strings_that_are_no_unicode_are_read_one_by_one():
    """Half a surrogate pair cannot be UTF-8, and a word of it cannot be saved, as in any other text."""
    with pytest.raises(W2VError, match="surrogate"):
        read(["the cat", "a \ud800 b", "the dog"])
    documents = ["a \ud800 b", "the cat"]
    assert list(map(room._as_text, [room.Batch(documents)])) == [room.Batch(documents)]


def test_a_reader_that_uses_its_list_again_is_read_as_it_was():
    def documents():
        words = []
        for word in ("cat", "dog", "cow"):
            words[:] = ["the", word]
            yield words

    assert [words for words, _ in read(documents())[0]] == [["the", "cat"], ["the", "dog"], ["the", "cow"]]


@pytest.mark.parametrize("much", [0, 1 << 30])
def test_chinese_documents_are_the_same_in_processes_and_here(monkeypatch, much):
    pytest.importorskip("rjieba")
    monkeypatch.setattr(indexing, "available_cores", lambda: 2)
    monkeypatch.setattr(indexing, "_MUCH", much)
    documents = ["我来到北京清华大学", "", "，", "你好\n北京", ["清华", "大学"], ("北京 Hello", "tag")] * 3
    assert read(documents, "chinese")[:2] == one_by_one(documents, "chinese")


def test_every_line_has_its_end():
    lines, compiled = ["a b", "", " ", "b"], indexing.scan(b"a b\n\n \nb\n", True)
    numbers, words = numbered(lines, str.split, True)
    assert compiled[0].tolist() == numbers.tolist() == [1, 2, 0, 0, 0, 2, 0]
    assert compiled[1] == words == ["a", "b"]
    assert indexing.scan(b"", True)[0].tolist() == []


def test_the_text_of_documents_is_looked_at_as_that_of_words():
    """A text that is not cut into words, and is taken as it is, is told of; tokens after strings are no text."""
    documents = ["The cat sat, and slept.", "A dog: it barks!", ["Tokens,", "as", "They."]]
    assert read(documents, "auto")[0][1:] == [(["a", "dog", "it", "barks"], ["1"]), (documents[2], ["2"])]
    assert any("punctuation" in note for note in read(documents[:2], "whitespace")[2])
    assert read([documents[2], documents[0]], "auto")[0][1][0] == documents[0].split()


def test_the_command_passes_over_blank_lines_and_says_so(tmp_path):
    (tmp_path / "ids.tsv").write_text("one\tthe cat sat\n\ntwo\tthe dog sat\n\n" * 3, encoding="utf-8")
    how = ["--vector-size", "4", "--epochs", "1", "--workers", "1", "--cache-dir", str(tmp_path / "cache")]
    done = CliRunner().invoke(
        app, ["train", "--documents", "--ids", str(tmp_path / "ids.tsv"), "-o", str(tmp_path / "model"), *how]
    )
    assert done.exit_code == 0, done.output
    assert "6 blank lines" in " ".join(done.output.split())
    assert Doc2Vec.load(tmp_path / "model").dv.index_to_key == ["one", "two"]


def test_many_tags_are_numbered_in_order():
    documents = [(["the", "cat"], [10**20 + i, 3]) for i in (5, 1)]
    assert read(documents)[1] == ["3", str(10**20 + 1), str(10**20 + 5)]
    assert np.dtype(np.int32) == DocumentReader([]).tagged().numbers.dtype
