"""Tables that Python holds: data frames, data sets, rows; real ones where their libraries are here, and stand-ins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v import Word2Vec
from w2v.corpus.stream import open_stream
from w2v.errors import W2VError
from w2v.text.reading import Reading
from w2v.text.sources import sources

TEXTS = ["the cat sat", "a dog barked", "naïve 東京"]
TOKENS = [text.split() for text in TEXTS]
ROWS = [{"id": number, "text": text, "words": text.split()} for number, text in enumerate(TEXTS)]


def read(corpus, field=None):
    """Its lines or token lists, and what was said of it."""
    with Reading(sources(corpus), field) as reading:
        lines = [line for batch in reading.batches() for line in batch.lines]
        return lines, reading.left_out


def error(corpus, field=None) -> str:
    with pytest.raises(W2VError) as raised:
        read(corpus, field)
    return str(raised.value)


# Stand-ins, which can what the libraries' own can


class DataFrame:
    """As pandas and polars have it: what it gives one by one are its columns' names, or its columns."""

    def __init__(self, columns):
        self._columns = columns
        self.columns, self.shape = list(columns), (3, len(columns))

    def __iter__(self):
        return iter(self.columns)

    def __getitem__(self, name):
        return self._columns[name]


class Dataset:
    """As Hugging Face's: rows one by one, slow where they are wide."""

    def __init__(self, rows, taken=None):
        self._rows, self._taken = rows, taken
        self.column_names = list(rows[0]) if taken is None else taken
        self.shape = (len(rows), len(self.column_names))

    def __iter__(self):
        raise AssertionError("all columns of each row would be made")

    def select_columns(self, names):
        return Dataset(self._rows, names)

    def iter(self, batch_size):
        for start in range(0, len(self._rows), batch_size):
            some = self._rows[start : start + batch_size]
            yield {name: [row[name] for row in some] for name in self._taken}


class IterableDataset:
    """As Hugging Face's streams, which may not know their columns."""

    def __init__(self, rows, known=True):
        self._rows, self._known = rows, known

    @property
    def column_names(self):
        return list(self._rows[0]) if self._known else None

    def __iter__(self):
        return iter(self._rows)


class DatasetDict(dict):
    pass


def frame(rows):
    return DataFrame({name: [row[name] for row in rows] for name in rows[0]})


STAND_INS = {
    "DataFrame": frame,
    "Dataset": Dataset,
    "IterableDataset": IterableDataset,
    "unknown columns": lambda rows: IterableDataset(rows, known=False),
    "one split": lambda rows: DatasetDict(train=Dataset(rows)),
    "list": list,
    "generator": lambda rows: (row for row in rows),
    "chunks": lambda rows: [frame(rows[:2]), frame(rows[2:])],
}


def of_pandas(rows):
    return pytest.importorskip("pandas").DataFrame(rows)


def of_polars(rows):
    return pytest.importorskip("polars").DataFrame(rows)


def of_arrow(rows):
    return pytest.importorskip("pyarrow").Table.from_pylist(rows)


def of_arrow_batches(rows):
    return pytest.importorskip("pyarrow").Table.from_pylist(rows).to_reader(2)


def of_datasets(rows):
    return pytest.importorskip("datasets").Dataset.from_list(rows)


def of_streams(rows):
    return of_datasets(rows).to_iterable_dataset()


def of_splits(rows):
    return pytest.importorskip("datasets").DatasetDict(train=of_datasets(rows))


REAL = (of_pandas, of_polars, of_arrow, of_arrow_batches, of_datasets, of_streams, of_splits)
MAKERS = STAND_INS | {make.__name__: make for make in REAL}
each_maker = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


@each_maker
def test_a_column_by_its_name(make):
    assert read(make(ROWS), "text") == (TEXTS, [])
    assert read(make(ROWS), "words") == (TOKENS, [])


@each_maker
def test_the_column_that_is_called_text_is_taken_and_told(make):
    lines, told = read(make(ROWS))
    assert lines == TEXTS
    [note] = told
    assert note.startswith("The text is taken from the column 'text' of the given ")
    assert note.endswith("; field chooses another.")


@each_maker
def test_the_only_column_is_the_text_whatever_its_name(make):
    assert read(make([{"tweet": text} for text in TEXTS])) == (TEXTS, [])


@each_maker
def test_several_that_may_hold_the_text_are_told(make):
    several = [{"id": 1, "tweet": "a b", "label": "c"}] * 3, [{"text": "a", "sentence": "b"}] * 3
    assert "with the fields id, tweet, label. Which of them holds the text? Give it, such as field='id'." in error(
        make(several[0])
    )
    assert "with the fields text, sentence. Which of them holds the text?" in error(make(several[1]))


@each_maker
def test_a_column_that_is_missing_is_told_with_those_there_are(make):
    assert "has no field 'body'. Its fields are id, text, words; give the one" in error(make(ROWS), "body")
    assert "has no text or list of tokens in the field 'id'." in error(make(ROWS), "id")


@each_maker
def test_rows_without_text_are_left_out_and_counted(make):
    odd = [{"id": 7, "text": None, "words": None}, {"id": 8, "text": " ", "words": []}]
    lines, told = read(make([*ROWS, *odd]), "text")
    assert lines == TEXTS
    assert told == ["2 of 5 records were left out: they have no text in the field 'text'."]


def test_nan_is_no_text():
    rows = [{"text": "a b"}, {"text": float("nan")}, {"text": type("NAType", (), {})()}]
    for make in (frame, list):
        assert read(make(rows)) == (["a b"], ["2 of 3 records were left out: they have no text in the field 'text'."])


def test_values_in_values():
    rows = [{"meta": {"title": "a b"}}, {"meta": None}, {"meta": {}}]
    for make in (frame, list, Dataset):
        assert read(make(rows), "meta.title")[0] == ["a b"]


def test_columns_of_the_same_name_are_told():
    table = frame([{"text": "a"}])
    table.columns = ["text", "id", "text"]
    assert error(table, "text") == (
        "the given DataFrame has 2 columns 'text'. Rename them, and say which one has the text."
    )
    assert read(frame([{7: "a b", "id": 1}]), "7")[0] == ["a b"], "a column may be called by a number"


def test_a_table_of_one_kind_or_the_other():
    assert "row 2 is of type str, but those before it are dicts." in error([{"text": "a"}, "b"])
    assert "sentence 2 is no string, but those before it are strings" in error(["b", {"text": "a"}])
    assert "item 2 is of type str, but those before it are tables." in error([frame(ROWS), "b"], "text")
    assert "sentence 2 is a table of type DataFrame. Give tables only" in error([["a"], frame(ROWS)])


def test_a_data_set_of_several_parts_is_told():
    parts = DatasetDict(test=Dataset(ROWS), train=Dataset(ROWS))
    assert error(parts) == (
        "the corpus, a DatasetDict, has several parts: test, train. Give one of them, such as corpus['train']."
    )
    assert "such as corpus['a']" in error({"a": Dataset(ROWS), "b": Dataset(ROWS)})
    assert "a corpus of type DatasetDict cannot be read" in error(DatasetDict())


def test_an_empty_table_has_no_words():
    assert read(DataFrame({"text": []})) == ([], [])
    assert "with the fields none. Which of them" in error(DataFrame({}))
    with pytest.raises(W2VError, match="there are no words in the given DataFrame"):
        Word2Vec(DataFrame({"text": []}))


def test_a_large_table_is_not_read_ahead():
    taken = 0

    def rows():
        nonlocal taken
        while True:
            taken += 1
            yield {"text": "a sentence of some words"}

    with Reading(sources(rows())) as reading:
        next(reading.texts())
    assert taken < 20_000


@given(st.lists(st.lists(st.text(min_size=1), min_size=1), min_size=1), st.sampled_from([frame, list, Dataset]))
def test_token_lists_come_through_unchanged(tokens, make):
    assert read(make([{"tokens": some} for some in tokens])) == (tokens, [])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")).filter(str.strip)))
def test_strings_come_through_unchanged(texts):
    assert read([{"text": text} for text in texts]) == (texts, [])


def test_a_model_of_a_table_is_that_of_its_column():
    rows = [{"id": 1, "text": "red blue red green blue red"}] * 30
    settings = {"vector_size": 4, "epochs": 1, "min_count": 1, "workers": 1}
    expected = Word2Vec([row["text"] for row in rows], **settings).wv
    for make in (frame, Dataset, list):
        found = Word2Vec(make(rows), field="text", **settings).wv
        assert found.index_to_key == expected.index_to_key
        assert (found.vectors == expected.vectors).all()


def test_batches_of_rows_whose_sentences_would_be_tokens_are_told(tmp_path):
    batches = [{"text": [f"sentence number {n} of some words", f"another one with a number, {n}"]} for n in range(50)]
    with open_stream(batches, field="text", cache_dir=tmp_path) as stream:
        [note] = stream.remarks()
    assert note.startswith("Of 100 tokens 100 have spaces in them, such as 'another one with a number, 0'.")
    titles = [["The Lord of the", "Heat"], ["Jaws", "Heat"]] * 5
    with open_stream(titles, cache_dir=tmp_path) as stream:
        assert stream.remarks() == []


# What the libraries have besides


def test_columns_of_pandas():
    pandas = pytest.importorskip("pandas")
    column = of_pandas(ROWS)["text"]
    for some in (column, column.astype("string"), column.astype("category"), column[::-1][::-1], column.to_numpy()):
        assert read(some)[0] == TEXTS
    assert "sentence 2 is missing" in error(pandas.Series(["a b", None, "c d"]))
    wide = of_pandas(ROWS).T.T
    wide.columns = pandas.MultiIndex.from_tuples([("a", "id"), ("a", "text"), ("b", "words")])
    assert read(wide, "('a', 'text')")[0] == TEXTS
    twice = of_pandas(ROWS)[["text", "id", "text"]]
    assert "has 2 columns 'text'" in error(twice, "text")


def test_chunks_of_pandas(tmp_path):
    pandas = pytest.importorskip("pandas")
    of_pandas(ROWS).to_csv(tmp_path / "t.csv")
    with pandas.read_csv(tmp_path / "t.csv", chunksize=2) as chunks:
        assert read(chunks, "text")[0] == TEXTS


def test_columns_of_polars():
    assert read(of_polars(ROWS)["text"])[0] == TEXTS
    assert read(of_polars(ROWS)["words"])[0] == TOKENS
    assert "It is lazy: give corpus.collect()" in error(of_polars(ROWS).lazy())


def test_columns_of_pyarrow():
    table = of_arrow(ROWS)
    assert read(table["text"])[0] == read(table["text"].combine_chunks())[0] == TEXTS
    assert read(table["words"])[0] == TOKENS
    assert "sentence 4 is missing" in error(of_arrow([*ROWS, {"text": None}])["text"])


def test_columns_of_datasets():
    given = of_datasets(ROWS)
    assert read(given["text"])[0] == TEXTS
    assert read(given["words"])[0] == TOKENS
    assert read(given.with_format("numpy"), "words")[0] == TOKENS
    splits = of_splits(ROWS)
    splits["test"] = splits["train"]
    assert "such as corpus['train']" in error(splits)
