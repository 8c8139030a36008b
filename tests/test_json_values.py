"""Files of JSON without fields, and texts that look like records: nothing of the kind is trained on unawares."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.base.file_kinds import HEAD
from w2v.errors import W2VError
from w2v.text.json_values import form_of
from w2v.text.reading import Reading
from w2v.text.sources import sources

TOKENS = [["the", "cat,", "sat"], ["a", "dog"]]
TEXTS = ["The cat, sat.", 'A "dog"\nbarked']
LINES = ["The cat, sat.", 'A "dog"', "barked"]


@pytest.fixture
def file(tmp_path):
    def made(text):
        (tmp_path / "t").write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path / "t"

    return made


def read(corpus, field=None, strict=False):
    with Reading(sources(corpus), field, strict) as reading:
        lines = [line for batch in reading.batches() for line in batch.lines]
        return lines, reading.left_out


def error(corpus, field=None) -> str:
    with pytest.raises(W2VError) as raised:
        read(corpus, field)
    return str(raised.value)


def a_line(values) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


FORMS = {
    "a list of tokens a line": (a_line(TOKENS), TOKENS),
    "a list of tokens a line, and blank lines": ("\n" + a_line(TOKENS).replace("\n", "\r\n\n"), TOKENS),
    "a string a line": (a_line(TEXTS), LINES),
    "an array of strings": (json.dumps(TEXTS), LINES),
    "an array of strings over lines": (json.dumps(TEXTS, indent=1), LINES),
    "an array of lists of tokens": (json.dumps(TOKENS), TOKENS),
    "an array of lists of tokens over lines": (json.dumps(TOKENS, indent=2), TOKENS),
    "an array of words": (json.dumps(TOKENS[0]), TOKENS[:1]),
    "an array of words over lines": (json.dumps(TOKENS[0], indent=1), TOKENS[:1]),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_each_form_holds_and_that_it_is_told(file, form):
    text, expected = FORMS[form]
    path = file(text)
    lines, [note] = read(path)
    assert lines == expected
    assert note.startswith(f"{path} is a file of JSON, {form.split(',')[0].split(' over')[0]}")
    assert read(file(b"\xef\xbb\xbf" + text.encode()))[0] == expected, "with a mark at its start"


@pytest.mark.parametrize("form", FORMS)
def test_a_field_of_what_has_none_is_told(file, form):
    assert "which has no fields. Train on it without field." in error(file(FORMS[form][0]), "text")


@pytest.mark.parametrize("form", ["a list of tokens a line", "an array of strings", "an array of lists of tokens"])
def test_files_longer_than_what_is_looked_at(file, form):
    values = TOKENS * 20_000 if "list" in form else ["A cat sat."] * 50_000
    text = a_line(values) if form.endswith("a line") else json.dumps(values)
    assert len(text) > 2 * HEAD
    assert read(file(text))[0] == values


def test_many_words_are_given_in_parts(file):
    words = [f"word{number}" for number in range(40_000)]
    lines, _ = read(file(json.dumps(words)))
    assert [word for line in lines for word in line] == words
    assert 1 < len(lines) < 10


@pytest.mark.parametrize(
    "text",
    [
        "[1] a note\n[2] another\n",
        '["Hello," he said]\nand left\n',
        '"Hello," he said.\n"Yes."\n',
        '"Yes."\n',
        "[Enter Hamlet]\n[Exit]\n",
        "[1]\n",
        "[",
        '"',
        '["a", "b"] and more\nof it\n',
        '["' + "a b " * HEAD,
    ],
)
def test_a_text_may_begin_so(file, text):
    lines, told = read(file(text))
    assert "".join(lines) == text.replace("\n", "")
    assert told == []


def test_dialogue_that_begins_with_whole_quotations_is_read_on(file):
    spoken = '"Yes."\n' * (HEAD // 6) + '"No," he said.\n'
    lines, [note] = read(file(spoken))
    assert lines[-2:] == ["Yes.", '"No," he said.']
    assert "is a file of JSON, a string a line" in note


def test_lists_of_other_things_are_not_trained_on(file):
    for text in ("[1, 2, 3]\n[4, 5]\n", "[[1, 2], [3]]", '[["a", 1], [2]]'):
        assert error(file(text)).endswith("but there is no list of tokens in it; tokens must be strings.")
    lines, told = read(file('["a", "b"]\n["c", 5]\n[]\n'))
    assert lines == [["a", "b"]]
    assert told[1] == "2 of 3 records were left out: they have no list of tokens."


def test_text_and_tokens_are_not_mixed(file, tmp_path):
    """In one of the ways to read, the one would be passed over."""
    paths = [tmp_path / name for name in ("tokens", "text", "empty", "strings")]
    for path, text in zip(paths, (a_line(TOKENS), "plain text\n", "\n", a_line(TEXTS)), strict=True):
        path.write_text(text)
    tokens, text, empty, strings = paths
    assert "text holds text, but what was read before it is lists of tokens. Train on one" in error([tokens, text])
    assert "tokens holds lists of tokens, but what was read before it is text." in error([text, tokens])
    assert "tokens holds lists of tokens, but what was read before it is text." in error([strings, tokens])
    assert "strings holds text, but what was read before it is lists of tokens." in error([tokens, strings])
    assert read([empty, tokens, empty, tokens])[0] == ["", *TOKENS, "", *TOKENS]
    assert read([text, strings, empty])[0] == ["plain text", *LINES, ""]


def test_damage_is_told(file):
    late = a_line(TOKENS) + "\n" * HEAD + "a text\n"
    told = f"t, line {HEAD + 3}: expected a list of JSON, [...], as in the first lines, got 'a text'."
    assert told in error(file(late))
    assert "is damaged or cut short after" in error(file(json.dumps(["a b"] * HEAD)[:-5]))


def test_an_array_after_an_array_is_told(file):
    rows = json.dumps([{"text": "a"}])
    assert 'the array of JSON ends after 1 item, but the file goes on, with \'[{"text": "a"}]\'' in error(
        file(f"{rows}\n{rows}\n"), "text"
    )
    assert read(file(f"{rows}\n \n"), "text")[0] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        '# reviews\n{"text": "a b"}\n{"text": "c"}\n',
        "{'text': 'a b'}\n{'text': 'c'}\n",
        'a title\n[["a", "b"]]\n[1]\n',
    ],
)
def test_a_text_that_looks_like_records_is_told(file, text):
    lines, [note] = read(file(text))
    assert lines == text.splitlines()
    assert f"of its first {len(lines)} lines".lower() in note.lower()
    assert "They are trained on as text, with brackets and names." in note


@pytest.mark.parametrize("text", ["{curly} braces\n{are} fine\n", "a\n", "one\ntwo\n[1] three\n", "", "\n"])
def test_other_texts_are_not(file, text):
    assert read(file(text))[1] == []


def test_columns_of_the_same_name_are_told(file):
    path = file("id,text,text\n1,a,b\n2,c,d\n")
    told = error(path.rename(path.with_name("t.csv")), "text")
    assert told.endswith("t.csv has 2 columns 'text'. Rename them, and say which one has the text.")


def test_columns_of_the_same_name_in_parquet_are_told(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(arrow.Table.from_arrays([["a"], ["b"]], names=["text", "text"]), tmp_path / "t")
    assert "has 2 columns 'text'." in error(tmp_path / "t", "text")


@given(st.recursive(st.text(), lambda inner: st.lists(inner)))
def test_looking_at_any_json_raises_nothing(value):
    form_of(json.dumps(value).encode())
    form_of(json.dumps(value, indent=1).encode())


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8")), min_size=1), min_size=2))
def test_any_tokens_come_through(tmp_path_factory, values):
    path = tmp_path_factory.getbasetemp() / "tokens"
    for text in (a_line(values), json.dumps(values, ensure_ascii=False), json.dumps(values, indent=1)):
        path.write_text(text, encoding="utf-8", newline="\n")
        assert read(path)[0] == values
