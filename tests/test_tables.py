"""Text from tables and mixed folders: what a file is, is seen by looking, and what is left out is told."""

import bz2
import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus.stream import open_stream
from w2v.errors import W2VError
from w2v.text import reading as room
from w2v.text import records as parser
from w2v.text.files import Text
from w2v.text.reading import Reading
from w2v.text.sources import sources

TEXTS = ["the cat, sat", 'a "dog"\nbarked', "naïve 東京"]
LINES = ["the cat, sat", 'a "dog"', "barked", "naïve 東京"]
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
AS_TABLE = "Which of them holds the text? Give it, such as field='text'"


def jsonl(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def delimited(rows, delimiter=","):
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def parquet(rows):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    file = io.BytesIO()
    parquet.write_table(arrow.Table.from_pylist(rows), file)
    return file.getvalue()


ROWS = [{"id": number, "text": text} for number, text in enumerate(TEXTS)]
FORMS = {
    "jsonl": lambda: jsonl(ROWS),
    "jsonl without an end": lambda: jsonl(ROWS).rstrip(),
    "jsonl with blank lines": lambda: b"\n" + jsonl(ROWS).replace(b"\n", b"\r\n\r\n"),
    "jsonl with a mark": lambda: b"\xef\xbb\xbf" + jsonl(ROWS),
    "array": lambda: json.dumps(ROWS).encode(),
    "array over lines": lambda: json.dumps(ROWS, indent=2, ensure_ascii=False).encode(),
    "csv": lambda: delimited(ROWS),
    "csv with a mark": lambda: b"\xef\xbb\xbf" + delimited(ROWS),
    "csv with semicolons": lambda: delimited(ROWS, ";"),
    "tsv": lambda: delimited(ROWS, "\t"),
    "parquet": lambda: parquet(ROWS),
}
PACKED = {"plain": bytes, "gzip": gzip.compress, "bzip2": bz2.compress}


@pytest.fixture
def file(tmp_path):
    def make(content: bytes, name: str = "reviews") -> Path:
        path = tmp_path / "corpus" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    return make


def read(corpus, field=None, strict=False):
    """Its lines or token lists, and what was left out."""
    with Reading(sources(corpus), field, strict) as reading:
        lines = [line for batch in reading.batches() for line in batch.lines]
        return lines, reading.left_out


def error(corpus, field=None, **how) -> str:
    with pytest.raises(W2VError) as raised:
        read(corpus, field, **how)
    return str(raised.value)


# What a file is


@pytest.mark.parametrize("form", FORMS)
def test_a_field_of_a_table_is_text(file, form):
    path = file(FORMS[form]())
    assert read(path, "text") == (LINES, [])


@pytest.mark.parametrize("form", FORMS)
def test_without_a_field_the_only_one_that_can_be_meant_is_read_and_told(file, form):
    name = "reviews.csv" if "sv" in form else "reviews"
    lines, [note] = read(path := file(FORMS[form](), name))
    assert lines == LINES
    assert note == f"The text is taken from the column 'text' of {path}; field chooses another."


@pytest.mark.parametrize("write", [jsonl, lambda rows: json.dumps(rows).encode(), delimited, parquet])
def test_without_a_field_a_table_is_told_with_its_fields(file, write):
    rows = [row | {"content": "some"} for row in ROWS]
    assert f"with the fields id, text, content. {AS_TABLE}" in error(file(write(rows), "reviews.csv"))
    rows = [{"id": "1", "body": "some"}] * 3
    assert "with the fields id, body. Which of them holds the text?" in error(file(write(rows), "reviews.csv"))


@pytest.mark.parametrize("write", [jsonl, lambda rows: json.dumps(rows).encode(), parquet])
def test_the_only_field_of_a_table_is_read(file, write):
    lines, [note] = read(file(write([{"body": text} for text in TEXTS])))
    assert lines == LINES
    assert "from the column 'body' of" in note
    assert note.endswith("reviews, which has no other.")


def test_the_field_of_many_tables_is_told_once(file):
    for number in range(3):
        file(jsonl(ROWS), f"{number}.jsonl")
    lines, [note] = read(file(jsonl(ROWS), "3.jsonl").parent)
    assert lines == LINES * 4
    assert note.endswith("0.jsonl and 3 other tables; field chooses another.")


def test_what_may_be_sentences_with_commas_is_asked_about(file):
    for form in ("csv", "tsv", "csv with semicolons"):
        assert f"with the fields id, text. {AS_TABLE}" in error(file(FORMS[form]()))


@pytest.mark.parametrize("form", FORMS)
def test_a_field_that_is_missing_is_told_with_those_there_are(file, form):
    assert "has no field 'body'. Its fields are id, text;" in error(file(FORMS[form]()), "body")


@pytest.mark.parametrize("packed", PACKED)
@pytest.mark.parametrize("form", ["jsonl", "array", "tsv"])
def test_tables_may_be_packed(file, form, packed):
    path = file(PACKED[packed](FORMS[form]()), "reviews.csv.gz")
    assert read(path, "text") == (LINES, [])
    assert read(path)[0] == LINES


def test_a_table_without_its_name_is_told_from_sentences_with_commas(file):
    assert AS_TABLE in error(file(b"id,text\n1,one\n2,two\n"))
    assert AS_TABLE in error(file(b"user\tage\nanna\t33\nben\t44\n")).replace("'user'", "'text'")
    for text in (
        b"the cat, sat\na dog, barked\nthe bird, sang\n",
        b"red\t0.1\nblue\t0.2\n",
        b"one, two\n",
        b"a|b\nc\n",
    ):
        assert read(file(text))[0] == text.decode().splitlines()


def test_a_name_tells_what_might_be_text_too(file):
    """Two columns of words, which without the name are sentences."""
    rows = b"noun,verb\ncat,sits\ndog,barks\n"
    assert read(file(rows, "pairs"))[0] == rows.decode().splitlines()
    assert "is a table (CSV) with the fields noun, verb." in error(file(rows, "pairs.csv"))
    assert read(file(rows, "pairs"), "verb")[0] == ["sits", "barks"]
    assert read(file(b"text\nhello, you\n".replace(b", ", b" "), "one.csv"), "text")[0] == ["hello you"]


@pytest.mark.timeout(20)
def test_looking_takes_no_longer_for_odd_cells(file):
    """Thousands of digits and a letter: no step for each way to part them."""
    rows = b"red,blue\n" + b"1" * 60_000 + b"x,sky\nthree,sea\n"
    assert len(read(file(rows))[0]) == 3


@pytest.mark.parametrize("field", [None, "text"])
def test_a_table_without_a_header_is_told(file, field):
    told = error(file(b"1,The cat sat\n2,A dog barked\n", "reviews.csv"), field)
    assert "is a table without a header: its first line, '1,The cat sat', does not name columns." in told
    assert "give field='text'" in told


def test_json_of_another_form_is_told(file):
    told = error(file(json.dumps({"records": ROWS}, indent=1).encode()))
    assert "neither an object a line (JSONL) nor an array of objects" in told


@pytest.mark.parametrize("text", ["plain words\n", "{curly} braces\n", "[1] a note\n", "{\n", '"quoted", he said\n'])
def test_a_field_of_plain_text_is_refused(file, text):
    path = file(text.encode())
    assert "is plain text, which has no field 'text'" in error(path, "text")
    assert read(path)[0] == [text.strip()]


def test_a_field_of_sentences_is_refused():
    assert "and the given sentences have none. Give what they were taken from, or leave field out." in error(
        ["a b"], "text"
    )


def test_pyarrow_is_asked_for_where_it_is_missing(file, monkeypatch):
    path = file(parquet(ROWS))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "needs pyarrow: pip install 'w2v[parquet]'" in error(path, "text")


def test_what_comes_from_stdin_is_looked_at_too(monkeypatch):
    for content, fields in ((jsonl(ROWS), None), (FORMS["array"](), "text")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        assert read("-", fields)[0] == LINES
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(parquet(ROWS))))
    assert "cannot be read from stdin" in error("-", "text")


def test_what_comes_from_a_url_is_looked_at_too():
    import fsspec

    for form in ("jsonl", "csv", "parquet"):
        with fsspec.open(f"memory://corpora/{form}", "wb") as remote:
            remote.write(FORMS[form]())
        assert read(f"memory://corpora/{form}", "text") == (LINES, [])
        if form != "csv":
            assert "fields are id, text;" in error(f"memory://corpora/{form}", "body")


# What is in it


def test_lists_of_strings_are_tokens(file):
    rows = [{"words": ["The", "cat,"]}, {"words": []}, {"words": ["sat"]}]
    for content in (jsonl(rows), parquet(rows)):
        lines, left = read(file(content), "words")
        assert lines == [["The", "cat,"], ["sat"]]
        assert left == ["1 of 3 records were left out: they have no list of tokens in the field 'words'."]


def test_records_without_text_are_left_out_and_counted(file):
    odd = [{"text": None}, {"id": 7}, {"text": 5}, {"text": " \n"}, {"text": ["a"]}, {"text": {"a": "b"}}]
    lines, left = read(file(jsonl([*ROWS, *odd])), "text")
    assert lines == LINES
    assert left == ["6 of 9 records were left out: they have no text in the field 'text'."]
    assert error(file(jsonl(odd[:2])), "text").startswith(f"{file(jsonl(odd[:2]))} has no text or list of tokens in")


def test_rows_with_too_many_cells_are_left_out_and_counted(file):
    rows = delimited(ROWS) + b"7,a comma, not quoted\n8\n"
    lines, left = read(file(rows, "reviews.csv"), "text")
    assert lines == LINES
    assert left[0].endswith("in the field 'text'; 2 of them have more or fewer cells than the header.")
    path = file(b"id,text\n" + b"7,a comma, not quoted\n" * 3, "reviews.csv")
    assert f"{path} has no text or list of tokens in the field 'text'. Its fields are id, text" in error(path)
    assert error(path, "text").endswith("Its rows have more or fewer cells than its header: quote those with commas.")


def test_fields_of_objects_in_objects(file):
    rows = [{"meta": {"title": "a b"}, "a.b": "whole", "a": {"b": "part"}}, {"meta": None}]
    path = file(jsonl(rows))
    assert read(path, "meta.title")[0] == ["a b"]
    assert read(path, "a.b")[0] == ["whole"]
    assert "Its fields are meta.title, a.b, meta;" in error(path, "meta.author")


def test_the_wrong_field_is_told_long_before_the_end(file, monkeypatch):
    monkeypatch.setattr(room, "_PATIENCE", 30)
    path = file(jsonl([{"id": 1, "stars": 5}] * 100) + b"not JSON\n")
    assert "has no text or list of tokens in the field 'stars'. Its fields are id, stars" in error(path, "stars")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"text": "a"}\n{"text": "b\n', "line 2: expected an object of JSON"),
        (b'{"text": "a"}\n[1]\n', "line 2: expected an object of JSON, {...}, as in the first line, got '[1]'"),
        (b'{"text": "a"}\n' + b"[" * 100_000 + b"\n", "line 2: expected an object"),
        (b'{"text": "a"}\n{"text": ' + b"1" * 5000 + b"}\n", "line 2: expected an object"),
        (b'[{"text": "a"}, {"text": "b"', "is damaged or cut short after 1 item, at"),
        (b'[{"text": "a"}, 5]', "item 2 of the array is 5; expected an object"),
        (b'[{"text": "a"}, {"text": "\xff"}]', "is JSON that is not UTF-8"),
    ],
)
def test_damaged_records_are_told(file, content, sentence):
    assert sentence in error(file(content), "text")


def test_a_damaged_parquet_table_is_told(file):
    whole = parquet(ROWS)
    for content in (whole[: len(whole) // 2], whole[:4] + bytes(len(whole) - 4)):
        assert "begins as a Parquet table, but is damaged or cut short" in error(file(content), "text")


def test_bytes_that_are_not_utf8_are_counted_or_refused(file):
    for content in (b'{"text": "caf\xe9"}\n{"text": "b"}\n', b"id,text\n1,caf\xe9\n2,b\n3,c\n"):
        path = file(content)
        with Reading(sources(path), "text") as reading:
            [text] = list(reading.texts())
            assert text.invalid_bytes == 1
            assert text.utf8.decode().splitlines()[0] == "caf\ufffd"
        assert "the byte 0xe9 is not UTF-8" in error(path, "text", strict=True)


def test_half_a_surrogate_pair_becomes_a_sign(file):
    assert read(file(b'{"text": "a \\ud800 b \\ud83d\\ude00"}\n'), "text")[0] == ["a \ufffd\ufffd\ufffd b 😀"]


def test_long_records_are_read_whole_and_endless_ones_refused(file, monkeypatch):
    book = "word " * 600_000  # longer than a line of text may be, and than Python lets a cell of CSV be
    for rows in (jsonl([{"id": 1, "text": book}]), delimited([{"id": 1, "text": book}]), json.dumps([{"text": book}])):
        path = file(rows.encode() if isinstance(rows, str) else rows)
        assert read(path, "text")[0] == [book]
    monkeypatch.setattr(parser, "LONGEST", 1 << 16)
    assert "has a record of more than" in error(file(b'{"text": "a"}\n{"text": "' + b"x" * (1 << 17)), "text")
    monkeypatch.undo()


@given(
    st.lists(st.text(st.characters(codec="utf-8")).filter(str.strip), min_size=1), st.sampled_from(["jsonl", "array"])
)
def test_any_text_comes_through(tmp_path_factory, texts, form):
    path = tmp_path_factory.getbasetemp() / "any"
    rows = [{"text": text} for text in texts]
    path.write_bytes(jsonl(rows) if form == "jsonl" else json.dumps(rows, ensure_ascii=False).encode())
    expected = [line for text in texts for line in text.replace("\r\n", "\n").split("\n")]
    assert [line.rstrip("\r") for line in read(path, "text")[0]] == [line.rstrip("\r") for line in expected]


def test_an_array_is_read_an_object_at_a_time(file, monkeypatch):
    """In pieces of any size."""
    from w2v.base import compression

    monkeypatch.setattr(compression, "PIECE", 7)
    rows = [{"id": number, "text": f"word{number} naïve 東京"} for number in range(100)]
    assert read(file(json.dumps(rows, ensure_ascii=False).encode()), "text")[0] == [row["text"] for row in rows]


# Folders


def test_what_is_no_text_in_a_folder_is_left_out_and_told(file, tmp_path):
    for name, content in {"a.png": PNG, "b.txt": b"a text\n", "c.bin": b"\x07\0\0", "d.pdf": b"%PDF-1.7\n"}.items():
        path = file(content, name)
    lines, left = read(tmp_path / "corpus")
    assert lines == ["a text"]
    first = tmp_path / "corpus" / "a.png"
    assert left == [f"3 files that are no text were left out, such as {first} (a PNG image)."]
    assert read(f"{tmp_path}/corpus/*")[0] == ["a text"]
    assert "is a PDF, no UTF-8 text" in error(path), "which was named"
    assert "is a PNG image" in error([first])


def test_a_folder_of_pictures_is_told(file, tmp_path):
    file(PNG, "a.png")
    assert "there is no text in" in error(tmp_path / "corpus")
    assert "a.png is a PNG image." in error(tmp_path / "corpus")


@pytest.mark.parametrize(
    "content", ["zwei Wörter".encode("utf-16"), gzip.compress(gzip.compress(b"a text\n", mtime=0), mtime=0)]
)
def test_text_that_could_be_had_is_not_left_out(file, tmp_path, content):
    file(b"a text\n", "a.txt")
    file(content, "b.txt")
    assert "no UTF-8 text" in error(tmp_path / "corpus")


def test_a_folder_of_tables(file, tmp_path):
    file(FORMS["jsonl"](), "a.jsonl")
    file(FORMS["csv"](), "b.csv")
    file(b"", "c.txt")
    assert read(tmp_path / "corpus", "text")[0] == LINES * 2
    file(jsonl([{"text": ["a", "b"]}] * 2), "d.jsonl")
    assert "d.jsonl has no text in the field 'text'" in error(tmp_path / "corpus", "text")
    file(b"see the other files\n", "d.jsonl")
    assert "d.jsonl is plain text, which has no field" in error(tmp_path / "corpus", "text")


# Looking ahead


def test_what_was_looked_at_is_read_once_and_not_lost(monkeypatch):
    monkeypatch.setattr(room, "SAMPLE", 1000)
    lines = [f"line {number}" for number in range(200_000)]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("\n".join(lines).encode())))
    for corpus in ("-", iter(lines)):
        with Reading(sources(corpus)) as reading:
            assert reading.sample() == "\n".join(lines)[:1000]
            assert [line for batch in reading.batches() for line in batch.lines] == lines


def test_tokens_have_no_sample(file):
    for corpus, field in (([["a", "b"]], None), (file(jsonl([{"t": ["a", "b"]}])), "t")):
        with Reading(sources(corpus), field) as reading:
            assert reading.sample() is None
            assert reading.texts() is None
            assert [line for batch in reading.batches() for line in batch.lines] == [["a", "b"]]


def test_a_field_goes_the_way_of_files(file):
    with Reading(sources(file(FORMS["jsonl"]())), "text") as reading:
        assert list(reading.texts()) == [Text(("\n".join(TEXTS) + "\n").encode())]


def test_lines_of_a_field_stand_under_their_numbers(file):
    lines = parser.Lines(sources(file(b"a\nb\n"))[0], [b"a\nb\n"], False)
    assert [(line, lines.number) for line in lines] == [("a\n", 1), ("b\n", 2)]


@pytest.mark.parametrize("delimiter", [",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_quotation_mark_without_an_end_swallows_no_rows(file, delimiter, ending):
    rows = ["id,text", "1,one", '2,"two', "3,three", '4,four "4" four', "5,five", '6,"six"', "7,seven"]
    content = ending.join(rows).replace(",", delimiter).encode()
    lines, [note] = read(path := file(content, "reviews.csv"), "text")
    assert lines == ["one", "two", "three", 'four "4" four', "five", "six", "seven"]
    assert note.startswith(f"{path}, line 3: a quotation mark begins a cell, and none ends it; ")
    lines, [note] = read(file(content.replace(b'"six"', b"six"), "reviews.csv"), "text")
    assert lines == ["one", "two", "three", 'four "4" four', "five", "six", "seven"]


def test_cells_of_several_lines_are_cells_whatever_is_in_them(file):
    rows = [{"id": 1, "text": "a, b\nc, d"}, {"id": 2, "text": 'e "f"\n\ng'}, {"id": 3, "text": "h"}]
    assert read(file(delimited(rows), "reviews.csv"), "text") == (["a, b", "c, d", 'e "f"', "", "g", "h"], [])


def test_rows_between_two_such_marks_are_rows(file):
    rows = ["id,a,text", '1,x,"one', "2,y,two", "3,z,three", '4,w,four"', "5,v,five"]
    lines, [note] = read(file("\n".join(rows).encode(), "reviews.csv"), "text")
    assert lines == ["one", "two", "three", 'four"', "five"]
    assert "line 2: a quotation mark begins a cell" in note


@pytest.mark.parametrize("packer", [gzip.compress, bz2.compress])
def test_a_packed_parquet_table_is_unpacked(file, packer):
    assert read(file(packer(parquet(ROWS)), "reviews.parquet.gz"), "text") == (LINES, [])
    assert "damaged or cut short" in error(file(packer(parquet(ROWS)[:-9]), "reviews.parquet.gz"), "text")


def test_a_field_of_structs_in_parquet(file):
    rows = [
        {"meta": {"title": "a b", "n": 1}, "id": 1},
        {"meta": {"title": "c", "n": 2}, "id": 2},
        {"meta": None, "id": 3},
    ]
    path = file(parquet(rows))
    assert read(path, "meta.title")[0] == ["a b", "c"]
    assert "Its fields are meta.title, meta.n, id;" in error(path, "meta.author")
    assert "Its fields are meta.title, meta.n, id;" in error(path, "author")


@pytest.mark.parametrize("tokens", [[["the cat sat", "a dog ran"]], [["new york", "a b", "c"]]])
def test_sentences_in_the_place_of_tokens_are_told(tmp_path, tokens):
    with open_stream(tokens * 3, min_count=1, cache_dir=tmp_path) as stream:
        [note] = stream.remarks()
    assert "have spaces in them, such as" in note
    assert "give them one by one" in note
    (tmp_path / "t.jsonl").write_bytes(jsonl([{"text": some} for some in tokens * 3]))
    with open_stream(tmp_path / "t.jsonl", min_count=1, cache_dir=tmp_path) as stream:
        assert any("have spaces in them" in remark for remark in stream.remarks())
