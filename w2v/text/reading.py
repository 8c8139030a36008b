"""The text of a corpus, source after source: lines of text files, a field of tables, sentences; and what is left out.

What a file is, is seen when its turn comes, by its first bytes. In a folder or an archive files that are no text are
passed over; a table is an error where no field is asked for, and a text where one is.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import chain
from typing import TYPE_CHECKING, Any

from w2v.base.file_kinds import HEAD, PARQUET, TAR, ZIP, kind_of
from w2v.errors import W2VError, counted
from w2v.text.files import Batch, File, NoTextError, Text, as_batch
from w2v.text.frames import Rows
from w2v.text.json_values import looks_like_records
from w2v.text.members import Member, Skipped, members_of
from w2v.text.records import UNEVEN, likely, only_likely
from w2v.text.sources import Sentences, Source
from w2v.text.tables import NAMELESS, Table, parquet_in, table_in

if TYPE_CHECKING:
    import numpy as np

_BATCH = 1 << 18  # characters or tokens of a column gathered into one batch
_PATIENCE = 1000  # records of a table without any text in the field, after which it is taken for the wrong one
_TOLD = 50  # fields, at most
SAMPLE = 1 << 18  # characters of the beginning that are looked at


class Reading(AbstractContextManager["Reading"]):
    """What some sources hold, read once, in order.

    Args:
        found: the sources.
        field: of tables, the field that holds the text. Of tables that Python holds it may be left out where only one
            can be meant.
        strict: raise at invalid UTF-8 instead of replacing and counting it.

    Attributes:
        of_tokens: whether it is lists of tokens, as the first of it tells; None: nothing was read yet.
        left_out: what was passed over so far, a sentence for each kind, and what was taken for the text.
        every_line: whether lines are documents: those without words have numbers, too, and a record's text is one line.

    All that gives text raises W2VError for what cannot be read.
    """

    every_line = False

    def __init__(self, found: Sequence[Source], field: str | None = None, strict: bool = False) -> None:
        self.names = [source.name for source in found]
        self.found, self._field, self._strict = found, field, strict
        self._begun: list[Text | Batch] = []
        self._rest = self._all()
        self._no_text: list[tuple[str, str]] = []  # files that were passed over, and what they are
        self._skipped, self._notes = Skipped(), list[str]()
        self._chosen: dict[tuple[str, str], list[str]] = {}  # fields nobody asked for, and the tables they are of
        self._texts = 0  # sources that were not passed over
        self._records = self._empty = self._uneven = 0
        self._asked = field or NAMELESS  # the field that is read, which may not have been asked for
        self.of_tokens: bool | None = None

    def __exit__(self, *_: object) -> None:
        self._rest.close()

    def sample(self) -> str | None:
        """Its beginning, SAMPLE characters where there are so many; None where it is tokens.

        What was read for it is kept, and given first when all is.
        """
        size, some = 0, []
        for item in self._rest:
            self._begun.append(item)
            if self.of_tokens:
                return None
            if isinstance(item, Batch) and not isinstance(item.lines[0], str):  # tokens may follow text
                break
            lines = (
                item.utf8[:SAMPLE].decode("utf-8", "ignore")
                if isinstance(item, Text)
                else "\n".join(map(str, item.lines))
            )
            some.append(lines)
            size += len(lines)
            if size >= SAMPLE:
                break
        return "\n".join(some)[:SAMPLE]

    def texts(self) -> Iterator[Text | Batch] | None:
        """All of it as bytes of whole lines, if it comes from files or tables and is no tokens; else None.

        Where text and tokens may follow each other (`DocumentReader`), these are batches.
        """
        if not self._begun and (first := next(self._rest, None)):
            self._begun.append(first)
        of_files = all(isinstance(source, File | Rows) for source in self.found)
        if not of_files or isinstance(self._begun[0] if self._begun else None, Batch):
            return None
        return (item for item in self.items() if isinstance(item, Text))

    def batches(self) -> Iterator[Batch]:
        """All of it as lines, or as lists of tokens."""
        return map(as_batch, self.items())

    def noted(self, numbers: np.ndarray) -> np.ndarray:
        """Of the numbers of some whole lines, int32, 0 after each of `every_line`: those that belong to the text."""
        return numbers

    @property
    def left_out(self) -> list[str]:
        told = [
            f"The text is taken from the column {field!r} of {names[0]}"
            + (f" and {counted(len(names) - 1, 'other table')}" if len(names) > 1 else "")
            + which
            for (field, which), names in self._chosen.items()
        ]
        told += [*self._notes, *self._skipped.told()]
        if count := len(self._no_text):
            name, what = self._no_text[0]
            files = (
                f"{count:,} files that are no text were left out, such as" if count > 1 else "One file was left out:"
            )
            told.append(f"{files} {name} ({what}).")
        if self._empty:
            told.append(
                f"{self._empty:,} of {self._records:,} records were left out: they have no {self._kind()}"
                f"{_in_field(self._asked)}"
                + (f"; {self._uneven:,} of them have more or fewer cells than the header." if self._uneven else ".")
            )
        return told

    def items(self) -> Iterator[Text | Batch]:
        """All of it as it is."""
        while self._begun:
            yield self._begun.pop(0)
        yield from self._rest

    def _all(self) -> Generator[Text | Batch, None, None]:
        for source in self.found:
            if isinstance(source, Rows):
                self._texts += 1
                usual = only_likely(source.columns)
                table = Table(source.what, source.columns, source.values, usual=usual, of_file=False)
                yield from self._in_table(source.name, table)
            elif isinstance(source, Sentences):
                self._texts += 1
                if self._field is not None:
                    raise W2VError(
                        f"field={self._field!r} is for what has fields (JSONL, CSV, TSV, Parquet, data frames, dicts), "
                        f"and {source.name} have none. Give what they were taken from, or leave field out."
                    )
                for batch in source.batches():
                    self.of_tokens = not isinstance(batch.lines[0], str)
                    yield batch
            else:
                yield from self._in_file(source)
        if self._no_text and not self._texts:
            name, what = self._no_text[0]
            asked = ", ".join(dict.fromkeys(file.asked for file in self.found if isinstance(file, File)))
            raise W2VError(f"there is no text in {asked:.200}: {name} is {what}. Give files of plain text.")

    def _in_file(self, file: File) -> Iterator[Text | Batch]:
        pieces = file.pieces(also=() if isinstance(file, Member) else (ZIP, TAR))
        try:
            first = next(pieces, b"")
            archive = kind_of(first[:HEAD])
            table = None if archive else table_in(file, pieces, first, self._field, self._strict)
        except NoTextError as error:
            if error.kind == PARQUET:
                table = parquet_in(file)
            elif file.asked in ("", file.name) or (error.kind and (error.kind.packed or error.kind.encoded)):
                raise  # what holds text, and could be had, is not passed over
            else:
                self._no_text.append((file.name, error.kind.name if error.kind else "not known"))
                return
            archive = None
        if archive is not None:
            for member in members_of(file, archive, chain([first], pieces), self._skipped):
                yield from self._in_file(member)
            return
        self._texts += 1
        if table is not None:
            yield from self._in_table(file.name, table)
        elif self._field is None:
            self._expect_kind(file.name, tokens=False, some=bool(first.strip()))
            if why := looks_like_records(first):
                self._notes.append(f"{file.name}: {why}")
            yield from file.texts(self._strict, chain([first], pieces))
        elif first.strip():
            raise W2VError(
                f"{file.name} is plain text, which has no field {self._field!r}: fields are those of JSONL, CSV or TSV "
                "with a header, and Parquet. Train on it without field, or name only the files that have it."
            )

    def _in_table(self, name: str, table: Table) -> Iterator[Text | Batch]:
        """The field of a table: lines of text, or lists of tokens."""
        field = table.usual if self._field is None else self._field
        if field is None:
            raise W2VError(
                f"{name} is {table.what} with the fields {_listed(table.fields)}. Which of them holds the text? "
                f"Give it, such as field={likely(table.fields)!r}."
            )
        if table.usual == NAMELESS:
            if field != NAMELESS:
                raise W2VError(f"{name} is {table.what}, which has no fields. Train on it without field.")
            self._notes.append(f"{name} is {table.what}, and read as such.")
        elif self._field is None and (len(table.fields) > 1 or table.of_file):
            which = "; field chooses another." if len(table.fields) > 1 else ", which has no other."
            self._chosen.setdefault((field, which), []).append(name)
        self._asked = field
        before, one_each = 0, self.every_line
        for some in _batches(self._texts_in(name, table, field)):
            invalid = table.lines.invalid_bytes if table.lines else 0
            more = invalid - before
            yield Batch(some, more) if self.of_tokens else Text(_utf8(some, one_each), more)
            before = invalid
        if table.lines and (lines := table.lines.swallowed):
            self._notes.append(
                f"{name}, line {table.lines.unquoted}: a quotation mark begins a cell, and none ends it; {lines:,} "
                "lines may be read as part of such cells. Double such marks, or leave them out."
            )

    def _texts_in(self, name: str, table: Table, field: str) -> Iterator[Any]:
        """The values that hold text, all of one kind; the others are counted. Raises W2VError where none does."""
        records = empty = 0
        for value in table.values(field):
            records += 1
            self._records += 1
            if self._is_text(value):
                yield value
                continue
            empty += 1
            self._empty += 1
            self._uneven += value is UNEVEN
            if empty == records == _PATIENCE:
                break
        if empty == records > 0:
            if field == NAMELESS:
                self._expect_kind(name, tokens="string" not in table.what)
                raise W2VError(f"{name} is {table.what}, but there is no {self._kind()} in it; tokens must be strings.")
            which = f"no {self._kind()} in the field" if field in table.fields else "no field"
            uneven = " Its rows have more or fewer cells than its header: quote those with commas." * bool(self._uneven)
            raise W2VError(
                f"{name} has {which} {field!r}. Its fields are {_listed(table.fields)}; give the one with the "
                f"text.{uneven}"
            )

    def _is_text(self, value: Any) -> bool:
        """Whether a value holds any text, or tokens, of the same kind as those before it."""
        tokens = isinstance(value, list) and all(isinstance(token, str) for token in value)
        if not value or not (tokens or (isinstance(value, str) and not value.isspace())):
            return False
        if self.of_tokens is None:
            self.of_tokens = tokens
        return tokens == self.of_tokens

    def _expect_kind(self, name: str, *, tokens: bool, some: bool = True) -> None:
        """Raise a W2VError where text follows lists of tokens, or these follow text. some: whether there is any."""
        if some and self.of_tokens not in (None, tokens):
            now, before = ("lists of tokens", "text") if tokens else ("text", "lists of tokens")
            raise W2VError(f"{name} holds {now}, but what was read before it is {before}. Train on one of them.")
        if some:
            self.of_tokens = tokens

    def _kind(self) -> str:
        """What a value should be."""
        return {None: "text or list of tokens", False: "text", True: "list of tokens"}[self.of_tokens]


def _batches(values: Iterator[Any]) -> Iterator[list[Any]]:
    some: list[Any] = []
    size = 0
    for value in values:
        some.append(value)
        size += len(value) + 1
        if size >= _BATCH:
            yield some
            some, size = [], 0
    if some:
        yield some


def _in_field(field: str) -> str:
    return "" if field == NAMELESS else f" in the field {field!r}"


def _listed(fields: Sequence[str]) -> str:
    return ", ".join(fields[:_TOLD]) + ", ..." * (len(fields) > _TOLD) if fields else "none"


def _utf8(values: list[str], one_each: bool) -> bytes:
    """Their lines; one_each: a line for each. Halves of surrogate pairs, which JSON can write, become U+FFFD."""
    text = "\n".join(value.replace("\n", " ") if one_each else value for value in values) + "\n"
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
