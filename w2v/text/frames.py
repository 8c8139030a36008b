"""Tables that Python holds: data frames, data sets, rows of dicts; which columns they have, and the values of one.

Those of pandas, polars, pyarrow and Hugging Face's datasets are known by what they can do: none of them is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from w2v.errors import W2VError
from w2v.text.records import MISSING, fields_of, is_missing, value_of

_AT_A_TIME = 1000  # rows of a data set, which by itself gives one after the other
_END = object()


@dataclass(frozen=True)
class Rows:
    """A table, read once, in order.

    name: what to call it in a sentence. columns: their names, or those of the first rows. values: of one of the
    columns, or a.b for b in those of a, a value for each row: a str, a list, or what is no text; MISSING where there is
    none.
    """

    name: str
    columns: list[str]
    values: Callable[[str], Iterator[Any]]
    what: str = "a table"
    fingerprint: None = None


def rows_of(thing: Any) -> Rows | None:
    """The table that a thing is; None: it is none."""
    names = _names(thing)
    if names is None:
        return None
    name, given = f"the given {type(thing).__name__}", list(names)
    columns = list(map(str, given))

    def values(field: str) -> Iterator[Any]:
        column = field if field in columns else field.partition(".")[0]
        if (times := columns.count(column)) == 0:
            return iter([MISSING])
        if times > 1:
            raise W2VError(f"{name} has {times} columns {column!r}. Rename them, and say which one has the text.")
        found = map(_plain, _column(thing, given[columns.index(column)]))
        return found if field == column else (value_of({column: value}, field) for value in found)

    return Rows(name, columns, values)


def rows_among(first: Any, items: Iterator[Any], given: Any) -> Rows | None:
    """The table that items make of which `first` is the first: rows, each a dict, or tables, such as the chunks of a
    large one; None: they are neither.

    items: all of them. given: what has them, to be named.
    """
    if isinstance(first, Mapping):
        name = f"the given rows ({type(given).__name__} of {type(first).__name__})"
        columns, records = fields_of(_checked(items))
        return Rows(name, columns, lambda field: (_plain(value_of(record, field)) for record in records))
    table = rows_of(first)
    if table is None:
        return None
    following = map(_chunk, items, count(1))
    name = f"the given {type(given).__name__} of {type(first).__name__}"
    return Rows(name, table.columns, lambda field: chain.from_iterable(chunk.values(field) for chunk in following))


def only_split(given: Mapping[Any, Any]) -> Any:
    """Of a data set that is parted, as in Hugging Face's DatasetDict, the only part; None where it is no such thing.

    Raises W2VError where there are several.
    """
    if not given or any(_names(part) is None for part in given.values()):
        return None
    if len(given) > 1:
        parts = list(map(str, given))
        part = "train" if "train" in parts else parts[0]
        raise W2VError(
            f"the corpus, a {type(given).__name__}, has several parts: {', '.join(parts)}. Give one of them, such as "
            f"corpus[{part!r}]."
        )
    return next(iter(given.values()))


def _names(thing: Any) -> Sequence[Any] | None:
    """The names of a table's columns: none where they are not known before it is read; None where it is no table.

    A lazy table has no shape, and would have to work for its names; a stream of rows (datasets' IterableDataset) has
    none either, and knows its names or does not.
    """
    if isinstance(thing, type | Mapping | str):
        return None
    if hasattr(thing, "shape"):
        names = getattr(thing, "column_names", getattr(thing, "columns", None))
        return None if names is None or callable(names) else list(names)
    if hasattr(type(thing), "column_names") and hasattr(type(thing), "__iter__"):
        known = thing.column_names
        return list(known) if known else None  # rows that do not tell are looked at one by one
    return None


def _column(table: Any, name: Any) -> Iterable[Any]:
    """The values of a column, without the others where a data set can leave them out, and some rows at a time."""
    if hasattr(table, "select_columns") and hasattr(table, "iter"):
        batches = table.select_columns([name]).iter(batch_size=_AT_A_TIME)
        return chain.from_iterable(batch[name] for batch in batches)
    if hasattr(table, "shape"):
        column: Iterable[Any] = table[name]
        return column
    return (row.get(name) for row in table)


def _plain(value: Any) -> Any:
    """A value as a file would have it: an array of strings, or a tuple, as a list; MISSING for None, NaN and such."""
    if isinstance(value, str) or value is MISSING:
        return value
    if hasattr(value, "as_py"):
        value = value.as_py()
    if is_missing(value):
        return MISSING
    if isinstance(value, tuple):
        return list(value)
    for as_list in ("tolist", "to_list"):
        if not isinstance(value, list) and hasattr(value, as_list):
            value = getattr(value, as_list)()
    return value


def _checked(rows: Iterator[Any]) -> Iterator[Any]:
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise W2VError(
                f"row {number} is of type {type(row).__name__}, but those before it are dicts. Give dicts only, or "
                "strings only."
            )
        yield row


def _chunk(item: Any, number: int) -> Rows:
    rows = rows_of(item)
    if rows is None:
        raise W2VError(f"item {number} is of type {type(item).__name__}, but those before it are tables.")
    return rows
