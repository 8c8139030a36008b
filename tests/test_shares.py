"""Several ranks read one text: together they have each line once, and the words that one process has."""

import bz2
import gzip
import io
import json
import tarfile
import zipfile
from dataclasses import replace
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from thread_ranks import errors_of, run_ranks

from w2v.base.ranks import ALONE
from w2v.corpus import stream_files
from w2v.corpus.shares import SharedStream, open_share
from w2v.corpus.stream import cached_streams, open_stream
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.errors import W2VError
from w2v.text.shares import shares_of
from w2v.text.sources import sources

words = st.sampled_from(["the", "cat", "sat", "naïve", "猫", "a", "b", "c", "<unk>"])
lines = st.lists(st.lists(words, max_size=6).map(" ".join), max_size=12)
pair = "one two\n"  # every text has two words at least


def decoded(stream) -> list[list[str]]:
    """The sentences of a stream, or of a share."""
    mine = stream.mine if isinstance(stream, SharedStream) else stream
    found, sentence = [], []
    for id_ in chain.from_iterable(mine.block(i).tolist() for i in range(mine.n_blocks)):
        if id_ == SENTENCE_END:
            found.append(sentence)
            sentence = []
        else:
            sentence.append(stream.vocab.words[id_])
    assert not sentence
    return found


def read(corpus, size, folder, **options):
    """What each rank reads, and what one process does; corpus: or a function that makes it for each."""
    of = corpus if callable(corpus) else lambda: corpus
    options = {"min_count": 1, "tokenizer": "whitespace"} | options
    parts = run_ranks(size, lambda ranks: open_share(of(), ranks, cache_dir=folder, **options))
    return parts, open_stream(of(), cache_dir=folder, **options)


def report_of(stream):
    """What has to be the same in any case. First tokens are those of the first ranks, whose lines may be dealt."""
    assert 2 <= len(stream.report.first_tokens) <= 12
    return replace(stream.report, reused=False, first_tokens=())


def expect_same(parts, whole):
    """The ranks know all that one process does, and have its sentences between them."""
    for part in parts:
        assert part.vocab.words == whole.vocab.words
        assert part.vocab.counts.tolist() == whole.vocab.counts.tolist()
        assert part.tokens == whole.tokens
        if isinstance(part, SharedStream):
            assert report_of(part) == report_of(whole)
            assert part.remarks() == whole.remarks()
            assert part.digest == parts[0].digest
            assert part.n_blocks == sum(part.n_each) == sum(len(each.own) for each in parts)
    found = [sentence for part in parts for sentence in decoded(part)]
    assert sorted(found) == sorted(decoded(whole))
    return found


def error_of(function) -> str | None:
    try:
        function()
    except W2VError as error:
        return str(error)
    return None


@given(st.lists(lines, min_size=1, max_size=4), st.integers(1, 5), st.data())
def test_files_of_text_are_cut_at_line_ends_and_keep_their_order(tmp_path_factory, texts, size, data):
    folder = tmp_path_factory.mktemp("text")
    end, ended = data.draw(st.sampled_from([b"\n", b"\r\n"])), data.draw(st.booleans())
    for number, text in enumerate(texts):
        mark = b"\xef\xbb\xbf" * data.draw(st.booleans())
        odd = data.draw(st.sampled_from([b"", b"\xff b\n", b"\xe7\x8c"]))
        (folder / f"{number}.txt").write_bytes(mark + end.join(map(str.encode, text)) + end * ended + odd)
    (folder / "last.txt").write_text(pair)
    options = {"min_count": data.draw(st.integers(1, 3)), "unk": data.draw(st.booleans()), "tokenizer": "whitespace"}
    if hopeless := error_of(lambda: open_stream(folder, cache_dir=folder / ".cache", **options)):
        errors = errors_of(size, lambda ranks: open_share(folder, ranks, cache_dir=folder / ".cache", **options))
        assert {str(error) for error in errors} == {hopeless}
    else:
        parts, whole = read(folder, size, folder / ".cache", **options)
        assert expect_same(parts, whole) == decoded(whole)
        assert {part.report.first_tokens for part in parts} == {whole.report.first_tokens}


def packed(path: Path, text: str) -> None:
    with gzip.open(path, "wt") as file:
        file.write(text)


FORMS = ["gz", "bz2", "zip", "tar", "jsonl", "csv", "list", "tokens", "rows"]


@given(lines.map("\n".join), st.integers(1, 5), st.sampled_from(FORMS))
def test_what_is_read_from_its_beginning_is_dealt_by_lines(tmp_path_factory, text, size, form):
    folder = tmp_path_factory.mktemp("packed")
    text = pair + text
    some = text.split("\n")
    options = {}
    corpus = folder / f"a.{form}"
    if form == "gz":
        packed(corpus, text)
    elif form == "bz2":
        corpus.write_bytes(bz2.compress(text.encode()))
    elif form == "zip":
        with zipfile.ZipFile(corpus, "w") as archive:
            for number in range(0, len(some), 3):
                archive.writestr(f"{number}.txt", "\n".join(some[number : number + 3]))
    elif form == "tar":
        with tarfile.open(corpus, "w") as archive:
            member = tarfile.TarInfo("a.txt")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    elif form == "jsonl":
        corpus.write_text("".join(json.dumps({"text": line}) + "\n" for line in some))
        options["field"] = "text"
    elif form == "csv":
        corpus.write_text("id,text\n" + "".join(f"{number},{line}\n" for number, line in enumerate(some)))
        options["field"] = "text"
    elif form == "list":
        corpus = lambda: iter(some)  # noqa: E731
    elif form == "tokens":
        corpus = lambda: [line.split() for line in some]  # noqa: E731
    else:
        corpus, options["field"] = (lambda: [{"text": line} for line in some]), "text"
    expect_same(*read(corpus, size, folder / ".cache", **options))
    expect_same(*read(corpus, size, folder / ".cache", **(options | {"tokenizer": "auto"})))


def test_files_that_cannot_be_cut_are_dealt_whole_where_they_are_many(tmp_path):
    for number in range(8):
        packed(tmp_path / f"{number}.gz", f"word{number} of {number}\n" * 50)
    found = sources(tmp_path)
    sizes = [source.fingerprint.size for source in found]
    for rank in range(4):
        whole = sum(share.whole for share in shares_of(sizes, rank, 4))
        read_by = sum(not share.nothing for share in shares_of(sizes, rank, 4))
        assert whole >= 1
        assert read_by <= 4
    expect_same(*read(tmp_path, 4, tmp_path / ".cache"))


def test_the_tokenizer_is_chosen_once_by_the_beginning_of_the_whole(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("The cat, it sat.\n" * 40 + "the cat sat\n" * 400)
    parts, whole = read(text, 3, tmp_path / ".cache", tokenizer="auto")
    expect_same(parts, whole)
    assert {part.choice for part in parts} == {whole.choice}
    assert whole.choice.tokenizer == "words"


def test_what_is_left_to_the_text_follows_from_the_whole(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("".join(f"w{i % 977} w{i % 31} w{i * i % 4001}\n" for i in range(20_000)))
    for options in ({"min_count": None}, {"max_final_vocab": 50}, {"max_final_vocab": 50, "unk": True}):
        expect_same(*read(text, 3, tmp_path / ".cache", **options))


def test_a_vocabulary_that_is_given_is_taken_and_grows_by_the_whole(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("a b new\nc new d\n" * 5 + "rare a\n")
    vocab = Vocabulary(["a", "b", "gone"], np.array([9, 5, 2]))
    for options in ({}, {"add_words": True, "min_count": 3}, {"unk": True}):
        expect_same(*read(text, 4, tmp_path / ".cache", vocabulary=vocab, **options))


def test_what_was_left_out_is_told_as_of_the_whole(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "one two"}\n{"text": null}\n' * 30)
    (tmp_path / "b.jsonl").write_text('{"text": "three two"}\n{"other": 1}\n' * 20)
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    (tmp_path / "empty.txt").write_text("")
    parts, whole = read(tmp_path, 3, tmp_path / ".cache", field="text")
    expect_same(parts, whole)
    assert any("50 of 100 records" in sentence for sentence in parts[1].remarks())


def test_a_rerun_uses_what_all_have_kept_and_nothing_else(tmp_path, monkeypatch):
    text, cache = tmp_path / "a.txt", tmp_path / "cache"
    text.write_text("a b c\nb c d\n" * 50)
    read(text, 3, cache)
    assert len(cached_streams(cache)) == 4
    assert sorted(each.tokens for each in cached_streams(cache))[-1] == 300
    calls = []
    write = stream_files.write_stream
    monkeypatch.setattr("w2v.corpus.stream.write_stream", lambda *args: (calls.append(1), write(*args)))
    parts, _ = read(text, 3, cache)
    assert not calls
    assert all(part.report.reused for part in parts)
    (parts[1].folder / "about.json").unlink()
    expect_same(*read(text, 3, cache))
    assert len(calls) == 3
    text.touch()
    read(text, 3, cache)
    assert len(calls) == 3 + 4
    read(text, 2, cache)
    assert len(calls) == 3 + 4 + 2


def test_ranks_may_have_files_of_their_own_and_some_that_all_see(tmp_path):
    for rank in range(3):
        (tmp_path / f"part-{rank}.txt").write_text(f"rank{rank} has this\n" * (rank + 1))
    (tmp_path / "all.txt").write_text("all have this\n" * 9)
    own, everybody = tmp_path / "part-{rank}.txt", tmp_path / "all.txt"
    parts = run_ranks(3, lambda ranks: open_share([own, everybody], ranks, min_count=1, cache_dir=tmp_path / "cache"))
    for rank, part in enumerate(parts):
        assert decoded(part)[: rank + 1] == [[f"rank{rank}", "has", "this"]] * (rank + 1)
        assert decoded(part)[rank + 1 :] == [["all", "have", "this"]] * 3
        assert part.report.sentences == 15
    alone = open_share(str(own), ALONE, min_count=1, cache_dir=tmp_path / "cache")
    assert decoded(alone) == [["rank0", "has", "this"]]


def test_one_rank_alone_opens_the_stream_that_always_was(tmp_path):
    text = tmp_path / "a.txt"
    text.write_text("a b\n" * 9)
    first = open_stream(text, min_count=1, cache_dir=tmp_path / "cache")
    second = open_share(text, ALONE, min_count=1, cache_dir=tmp_path / "cache")
    assert type(second) is type(first)
    assert second.folder == first.folder
    assert second.report.reused


def test_a_parquet_table_is_dealt_by_its_rows(tmp_path):
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"text": [f"w{i % 7} of {i % 3}" for i in range(2500)]}), tmp_path / "a.parquet")
    parts, whole = read(tmp_path / "a.parquet", 3, tmp_path / ".cache", field="text")
    expect_same(parts, whole)
    assert all(len(decoded(part)) in range(820, 850) for part in parts)
