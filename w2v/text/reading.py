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
from w2v.errors import W2VError
from w2v.text.files import Batch, File, NoTextError, Text, as_batch
from w2v.text.frames import Rows
from w2v.text.json_values import looks_like_records
from w2v.text.left_out import LeftOut, expect_same_lines, one_kind
from w2v.text.members import Member, members_of
from w2v.text.records import UNEVEN, as_utf8, in_batches, likely, listed, only_likely
from w2v.text.shares import WHOLE, Dealer, Share, texts_between
from w2v.text.sources import Sentences, Source
from w2v.text.tables import NAMELESS, Table, parquet_in, table_in

if TYPE_CHECKING:
    import numpy as np

_PATIENCE = 1000  # records of a table without any text in the field, after which it is taken for the wrong one
Read = tuple[Text | Batch, Dealer | None]
SAMPLE = 1 << 18  # characters of the beginning that are looked at


class Reading(AbstractContextManager["Reading"]):
    """What some sources hold, read once, in order.

    Args:
        found: the sources.
        field: of tables, the field that holds the text. Of tables that Python holds it may be left out where only one
            can be meant.
        strict: raise at invalid UTF-8 instead of replacing and counting it.
        shares: what to give of each source, where others read the rest (`shares.py`); nothing: all of it.

    Attributes:
        of_tokens: whether it is lists of tokens, as the first of it tells; None: nothing was read yet.
        left_out: what was passed over so far, a sentence for each kind, and what was taken for the text.
        every_line: whether lines are documents: those without words have numbers, too, and a record's text is one line.

    All that gives text raises W2VError for what cannot be read.
    """

    every_line = False

    def __init__(
        self,
        found: Sequence[Source],
        field: str | None = None,
        strict: bool = False,
        shares: Sequence[Share] | None = None,
    ) -> None:
        self.names = [source.name for source in found]
        self.found, self._field, self._strict = found, field, strict
        self._shares = [WHOLE] * len(found) if shares is None else shares
        self._shared = shares is not None
        self._dealer: Dealer | None = None  # of what is read now
        self._dealers: dict[int, Dealer] = {}  # of the sources that were read to their end, by number
        self._begun: list[Read] = []
        self._rest = self._all()
        self._counted = self._left = LeftOut(field or NAMELESS)  # of all sources that are this reader's to count
        self.of_tokens: bool | None = None

    def __exit__(self, *_: object) -> None:
        self._rest.close()

    def sample(self) -> str | None:
        """Its beginning, SAMPLE characters where there are so many; None where it is tokens.

        What was read for it is kept, and given first when all is. Where the reading has a share of some files, they are
        read as if it had all.
        """
        if self._shared and all(isinstance(source, File) for source in self.found):
            with Reading(self.found, self._field, self._strict) as whole:
                return whole.sample()
        size, some = 0, []
        for item, dealer in self._rest:
            self._begun.append((item, dealer))
            if self.of_tokens:
                return None
            if isinstance(item, Batch) and not isinstance(item.lines[0], str):  # tokens may follow text
                break
            some.append(
                item.utf8[:SAMPLE].decode("utf-8", "ignore")
                if isinstance(item, Text)
                else "\n".join(map(str, item.lines))
            )
            size += len(some[-1])
            if size >= SAMPLE:
                break
        return "\n".join(some)[:SAMPLE]

    def texts(self) -> Iterator[Text | Batch] | None:
        """All of it as bytes of whole lines, if it comes from files or tables and is no tokens; else None.

        Where text and tokens may follow each other (`DocumentReader`), these are batches.
        """
        if not self._begun and (first := next(self._rest, None)):
            self._begun.append(first)
        begun = self._begun[0][0] if self._begun else None
        if any(isinstance(source, Sentences) for source in self.found) or isinstance(begun, Batch):
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
        return self._counted.sentences(self._kind())

    def told(self) -> dict[str, Any]:
        """What it has found, once all was read, for those that read the rest: JSON."""
        lines = {str(number): dealer.lines for number, dealer in self._dealers.items()}
        return {"of_tokens": self.of_tokens, "lines": lines, "left_out": self._counted.told()}

    def hear(self, told: Sequence[dict[str, Any]]) -> None:
        """Take in what all readers have told, in their order, so that it knows what one would that reads all.

        Raises W2VError where they have not read the same, or where some read text and others lists of tokens.
        """
        self.of_tokens = one_kind([one["of_tokens"] for one in told])
        expect_same_lines(self.names, [one["lines"] for one in told])
        self._counted = LeftOut.of_all(one["left_out"] for one in told)
        self._counted.expect_text(self.found)

    def items(self) -> Iterator[Text | Batch]:
        """All of it that is this reader's, as it is."""
        begun = (self._begun.pop(0) for _ in range(len(self._begun)))
        for item, dealer in chain(begun, self._rest):
            yield from [item] if dealer is None else dealer.own(item)

    def _all(self) -> Generator[Read, None, None]:
        """What is read, each with what deals its lines; None: all of them are given."""
        for number, (source, share) in enumerate(zip(self.found, self._shares, strict=True)):
            if share.nothing:
                continue
            self._left = self._counted if share.first else LeftOut()
            self._dealer = None if share.whole else Dealer(share)
            for item in self._in_source(source, share):
                yield item, self._dealer
            if self._dealer:
                self._dealers[number] = self._dealer
        if not self._shared:
            self._counted.expect_text(self.found)

    def _in_source(self, source: Source, share: Share) -> Iterator[Text | Batch]:
        if isinstance(source, Rows):
            self._left.texts += 1
            usual = only_likely(source.columns)
            table = Table(source.what, source.columns, source.values, usual=usual, of_file=False)
            yield from self._in_table(source.name, table)
        elif isinstance(source, Sentences):
            self._left.texts += 1
            if self._field is not None:
                raise W2VError(
                    f"field={self._field!r} is for what has fields (JSONL, CSV, TSV, Parquet, data frames, dicts), "
                    f"and {source.name} have none. Give what they were taken from, or leave field out."
                )
            for batch in source.batches():
                self.of_tokens = not isinstance(batch.lines[0], str)
                yield batch
        else:
            yield from self._in_file(source, share)

    def _in_file(self, file: File, share: Share) -> Iterator[Text | Batch]:
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
                self._left.no_text.append([file.name, error.kind.name if error.kind else "not known"])
                return
            archive = None
        if archive is not None:
            for member in members_of(file, archive, chain([first], pieces), self._left.skipped):
                yield from self._in_file(member, share)
            return
        self._left.texts += 1
        if table is not None:
            yield from self._in_table(file.name, table)
        elif self._field is None:
            self._expect_kind(file.name, tokens=False, some=bool(first.strip()))
            if why := looks_like_records(first):
                self._left.notes.append(f"{file.name}: {why}")
            if self._dealer and not isinstance(file, Member) and file.fingerprint and not file.is_packed():
                self._dealer = None
                yield from texts_between(file, share.start, share.stop, self._strict)
            else:
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
                f"{name} is {table.what} with the fields {listed(table.fields)}. Which of them holds the text? "
                f"Give it, such as field={likely(table.fields)!r}."
            )
        if table.usual == NAMELESS:
            if field != NAMELESS:
                raise W2VError(f"{name} is {table.what}, which has no fields. Train on it without field.")
            self._left.notes.append(f"{name} is {table.what}, and read as such.")
        elif self._field is None and (len(table.fields) > 1 or table.of_file):
            which = "; field chooses another." if len(table.fields) > 1 else ", which has no other."
            self._left.chosen.append([field, which, name])
        self._left.asked = field
        before, one_each = 0, self.every_line
        for some in in_batches(self._texts_in(name, table, field)):
            invalid = table.lines.invalid_bytes if table.lines else 0
            more = invalid - before
            yield Batch(some, more) if self.of_tokens else Text(as_utf8(some, one_each), more)
            before = invalid
        if table.lines and (lines := table.lines.swallowed):
            self._left.notes.append(
                f"{name}, line {table.lines.unquoted}: a quotation mark begins a cell, and none ends it; {lines:,} "
                "lines may be read as part of such cells. Double such marks, or leave them out."
            )

    def _texts_in(self, name: str, table: Table, field: str) -> Iterator[Any]:
        """The values that hold text, all of one kind; the others are counted. Raises W2VError where none does."""
        records = empty = 0
        for value in table.values(field):
            records += 1
            self._left.records += 1
            if self._is_text(value):
                yield value
                continue
            empty += 1
            self._left.empty += 1
            self._left.uneven += value is UNEVEN
            if empty == records == _PATIENCE:
                break
        if empty == records > 0:
            if field == NAMELESS:
                self._expect_kind(name, tokens="string" not in table.what)
                raise W2VError(f"{name} is {table.what}, but there is no {self._kind()} in it; tokens must be strings.")
            which = f"no {self._kind()} in the field" if field in table.fields else "no field"
            uneven = self._left.uneven > 0
            rows = " Its rows have more or fewer cells than its header: quote those with commas." * uneven
            raise W2VError(
                f"{name} has {which} {field!r}. Its fields are {listed(table.fields)}; give the one with the "
                f"text.{rows}"
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
