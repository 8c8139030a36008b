"""What goes wrong on one rank that reads its share is told by all, in a sentence, and leaves nothing behind."""

from pathlib import Path

import pytest
from thread_ranks import errors_of

from w2v.corpus import shared_sources, stream_files
from w2v.corpus.shares import open_share
from w2v.errors import W2VError

pair = "one two\n"


@pytest.mark.parametrize(
    ("there", "sentence"),
    [
        ({"a.txt": "one two\n"}, r"reads .*b\.txt, which rank 1 does not find"),
        ({"a.txt": "one two\n", "b.txt": "b\n", "c.txt": "c\n"}, r"Rank 1 reads .*c\.txt, which rank 0 does not find"),
        ({"a.txt": "one two three\n", "b.txt": "b\n"}, r"a\.txt has 8 bytes on rank 0 and 14 on rank 1"),
        ({"a.txt": "two one\n", "b.txt": "b\n"}, r"a\.txt does not begin or end on rank 1 as on rank 0"),
    ],
)
def test_ranks_that_see_other_files_are_told(tmp_path, monkeypatch, there, sentence):
    """Two disks under one name: each rank looks below its own."""
    for disk, files in enumerate([{"a.txt": "one two\n", "b.txt": "b\n"}, there]):
        for name, text in files.items():
            (tmp_path / str(disk)).mkdir(exist_ok=True)
            (tmp_path / str(disk) / name).write_text(text)

    facts = shared_sources._facts
    monkeypatch.setattr(shared_sources, "_facts", lambda file: [Path(file.name).name, *facts(file)[1:]])
    errors = errors_of(2, lambda ranks: open_share(tmp_path / str(ranks.rank), ranks, cache_dir=tmp_path / "cache"))
    assert len({str(error) for error in errors}) == 1
    with pytest.raises(W2VError, match=sentence):
        raise errors[0]


def test_a_file_that_one_rank_cannot_see_is_told_by_all(tmp_path):
    (tmp_path / "a.txt").write_text(pair)
    errors = errors_of(3, lambda ranks: open_share(tmp_path / ("b.txt" if ranks.rank == 2 else "a.txt"), ranks))
    assert len({str(error) for error in errors}) == 1
    assert str(errors[0]).startswith(f"Rank 2 of 3: there is no file or folder '{tmp_path}/b.txt'")


def test_an_iterable_that_is_not_the_same_everywhere_is_told(tmp_path):
    errors = errors_of(2, lambda ranks: open_share([pair] * (5 + ranks.rank), ranks, cache_dir=tmp_path))
    assert {str(error) for error in errors} == {
        "Rank 1 reads 6 lines in the given sentences, and rank 0 reads 5. Give all ranks the same text."
    }
    assert not list(tmp_path.glob("*/ids*"))


def test_what_goes_wrong_on_one_rank_is_told_by_all_and_leaves_nothing(tmp_path):
    text, cache = tmp_path / "a.txt", tmp_path / "cache"
    text.write_bytes(b"one two\n" * 99 + b"\xff\n")
    errors = errors_of(3, lambda ranks: open_share(text, ranks, strict=True, tokenizer="whitespace", cache_dir=cache))
    assert len({str(error) for error in errors}) == 1
    assert f"Rank 2 of 3: {text}, line 100: the byte 0xff is not UTF-8" in str(errors[0])
    assert not [folder for folder in cache.iterdir() if folder.is_dir()]

    def tokenize(line):
        return line.split() if "three" not in line else None

    text.write_text("one two\n" * 99 + "three\n")
    errors = errors_of(2, lambda ranks: open_share(text, ranks, tokenizer=tokenize, cache_dir=cache))
    assert {str(error)[:34] for error in errors} == {"Rank 1 of 2: the tokenizer made No"}


def test_a_full_disk_is_told_by_all(tmp_path, monkeypatch):
    text, cache = tmp_path / "a.txt", tmp_path / "cache"
    text.write_text("one two\n" * 99)
    full = []

    def remap(path, *_, **__):
        if not full:
            full.append(path)
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(stream_files, "_remap", remap)
    errors = errors_of(2, lambda ranks: open_share(text, ranks, min_count=1, cache_dir=cache))
    assert len({str(error) for error in errors}) == 1
    assert "is full. A stream needs 4 bytes for each word" in str(errors[0])


@pytest.mark.parametrize(
    ("corpus", "options", "sentence"),
    [
        ("-", {}, "^stdin gives its text once, so several ranks cannot share it. Write it to a file"),
        (["a b"], {"joining": object()}, "^Phrases are found by one process"),
        (["a b"], {"keep_empty": True}, "^Documents are numbered by one process"),
        ([], {}, "^there are no words in the given sentences"),
        (["a a"], {"min_count": 1}, "^the text has 2 tokens of 1 distinct word"),
    ],
)
def test_what_several_ranks_cannot_read_is_a_sentence_of_all(tmp_path, corpus, options, sentence):
    errors = errors_of(3, lambda ranks: open_share(corpus, ranks, cache_dir=tmp_path, **options))
    assert len({str(error) for error in errors}) == 1
    with pytest.raises(W2VError, match=sentence):
        raise errors[0]
