"""Each of several readers has its share of a text: all shares together are the text, once."""

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base import compression
from w2v.errors import W2VError
from w2v.text import files, shares
from w2v.text.files import Batch, Text
from w2v.text.reading import Reading
from w2v.text.shares import WHOLE, Dealer, shares_of, texts_between
from w2v.text.sources import Sentences, sources


def parts_of(path, readers):
    """What each reader has of a file of plain text."""
    (file,) = sources(path)
    for reader in range(readers):
        (share,) = shares_of([path.stat().st_size], reader, readers)
        yield list(texts_between(file, share.start, share.stop, strict=False))


@given(st.binary(max_size=300), st.integers(1, 6))
def test_the_parts_of_a_file_are_its_lines(tmp_path_factory, data, readers):
    path = tmp_path_factory.mktemp("bytes") / "a.txt"
    path.write_bytes(b"one\n" + data.replace(b"\0", b"\n"))
    whole = list(sources(path)[0].texts())
    parts = list(parts_of(path, readers))
    assert b"".join(text.utf8 for part in parts for text in part) == b"".join(text.utf8 for text in whole)
    assert sum(text.invalid_bytes for part in parts for text in part) == sum(text.invalid_bytes for text in whole)


@pytest.mark.filterwarnings("ignore:.*has a line of more than")
@given(st.lists(st.integers(0, 60), max_size=12), st.integers(2, 5), st.integers(4, 16))
def test_lines_that_are_too_long_are_cut_where_one_reader_cuts_them(tmp_path_factory, lengths, readers, piece):
    path = tmp_path_factory.mktemp("long") / "a.txt"
    path.write_text("\n".join("ab " * length for length in lengths) + "\nend")
    with pytest.MonkeyPatch.context() as patch:
        for module in (shares, files, compression):
            patch.setattr(module, "PIECE", piece)
        patch.setattr(files, "LONGEST_LINE", 2 * piece)
        whole = [text.utf8 for text in sources(path)[0].texts()]
        found = [text.utf8 for part in parts_of(path, readers) for text in part]
    cut = [[len(line) for text in texts for line in text.splitlines(keepends=True)] for texts in (found, whole)]
    assert cut[0] == cut[1]


def test_a_share_of_a_file_of_text_is_read_without_the_rest(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("a line of some words\n" * 300_000)
    taken, pieces_from = [], files.File.pieces_from

    def noted(file, place):
        for piece in pieces_from(file, place):
            taken.append(len(piece))
            yield piece

    monkeypatch.setattr(files.File, "pieces_from", noted)
    for part in parts_of(path, 6):
        read = sum(len(text.utf8) for text in part)
        assert abs(read - path.stat().st_size / 6) < 100
        assert sum(taken) <= read + 3 * compression.PIECE
        taken.clear()


def test_a_line_that_is_not_utf8_is_named_by_its_number_in_the_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"one two\n" * 99 + b"\xff\n" + b"three\n" * 9)
    (file,) = sources(path)
    for start in (0, 7, 8, 700, 99 * 8):
        with pytest.raises(W2VError, match=r"a\.txt, line 100: the byte 0xff is not UTF-8"):
            list(texts_between(file, start, path.stat().st_size, strict=True))
    assert [text.invalid_bytes for text in texts_between(file, 800, path.stat().st_size, strict=True)] == [0]


@given(st.lists(st.none() | st.integers(0, 50), max_size=6), st.integers(1, 7))
def test_each_byte_is_of_one_reader_and_each_source_is_counted_by_one(sizes, readers):
    of_all = [shares_of(sizes, reader, readers) for reader in range(readers)]
    for number, size in enumerate(sizes):
        own = [of_one[number] for of_one in of_all]
        assert own[0].start == 0
        assert own[-1].stop == (readers if size is None else size)
        assert all(a.stop == b.start for a, b in pairwise(own))
        assert sum(share.first for share in own) == 1
        assert all(share.start == 0 for share in own if share.first)
        assert sum(share.nothing for share in own) < readers
    known = [number for number, size in enumerate(sizes) if size is not None]
    loads = [sum(of_one[number].stop - of_one[number].start for number in known) for of_one in of_all]
    assert max(loads) - min(loads) <= 1


@given(st.integers(0, 3000), st.integers(1, 9), st.integers(1, 500))
def test_lines_are_dealt_by_their_numbers_once_and_evenly(n, readers, step):
    of_all = [Dealer(shares_of([None], reader, readers)[0]) for reader in range(readers)]
    of_texts = [Dealer(shares_of([None], reader, readers)[0]) for reader in range(readers)]
    lines = list(map(str, range(n)))
    found: list[list[str]] = [[] for _ in range(readers)]
    for begin in range(0, n, step):
        some = lines[begin : begin + step]
        for reader in range(readers):
            own = list(of_all[reader].own(Batch(some, 1)))
            found[reader] += chain.from_iterable(each.lines for each in own)
            assert sum(each.invalid_bytes for each in own) == (reader == 0)
            texts = list(of_texts[reader].own(Text("\n".join(some).encode(), 1)))
            assert [each.batch().lines for each in texts] == [each.lines for each in own]
    assert sorted(chain.from_iterable(found), key=int) == lines
    assert all(own == sorted(own, key=int) for own in found)
    assert max(map(len, found)) - min(map(len, found)) <= 6
    assert {dealer.lines for dealer in of_all + of_texts} == {n}


def test_text_and_tokens_are_not_read_together():
    def told(sentences):
        with Reading([Sentences(sentences)], shares=[WHOLE]) as reading:
            list(reading.batches())
            return reading.told()

    reading = Reading([Sentences(["a"])])
    with pytest.raises(W2VError, match="Rank 1 reads lists of tokens, but what rank 0 reads is text"):
        reading.hear([told(["a"]), told([["a"]]), told([])])
    reading.hear([told([]), told([["a"]])])
    assert reading.of_tokens
