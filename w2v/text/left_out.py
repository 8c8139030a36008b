"""What was passed over in a text, and what was taken for it: counted while it is read, and told in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from w2v.errors import W2VError, counted
from w2v.text.files import File
from w2v.text.members import Skipped
from w2v.text.sources import Source
from w2v.text.tables import NAMELESS


@dataclass
class LeftOut:
    """What was passed over, and what was taken for the text.

    asked: the field that is read. no_text: files that were passed over, each with what it is. notes: sentences. chosen:
    fields that nobody asked for, each with what follows it in a sentence, and the table that it is of. texts: how many
    sources were not passed over. records, empty, uneven: of tables, how many there were, how many of them without text,
    and how many of these with more or fewer cells than the header.
    """

    asked: str = NAMELESS
    no_text: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    chosen: list[list[str]] = field(default_factory=list)
    skipped: Skipped = field(default_factory=Skipped)
    texts: int = 0
    records: int = 0
    empty: int = 0
    uneven: int = 0

    def told(self) -> dict[str, Any]:
        """All of it, as JSON."""
        return asdict(self) | {"skipped": [self.skipped.count, self.skipped.first]}

    @classmethod
    def of_all(cls, told: Iterable[dict[str, Any]]) -> LeftOut:
        """What several readers have told, each of other sources, in the order of these."""
        whole = cls()
        for one in told:
            for name in (each.name for each in fields(cls)):
                if name == "skipped":
                    count, first = one[name]
                    whole.skipped.count += count
                    whole.skipped.first = whole.skipped.first or first
                elif name == "asked":
                    whole.asked = whole.asked or one[name]
                else:
                    setattr(whole, name, getattr(whole, name) + one[name])
        return whole

    def expect_text(self, found: Iterable[Source]) -> None:
        """Raise a W2VError where all of the sources that were found were passed over."""
        if self.no_text and not self.texts:
            name, what = self.no_text[0]
            asked = ", ".join(dict.fromkeys(file.asked for file in found if isinstance(file, File)))
            raise W2VError(f"there is no text in {asked:.200}: {name} is {what}. Give files of plain text.")

    def sentences(self, kind: str) -> list[str]:
        """A sentence for each kind of what was passed over. kind: what a record without text lacks."""
        tables: dict[tuple[str, str], list[str]] = {}
        for chosen, which, name in self.chosen:
            tables.setdefault((chosen, which), []).append(name)
        told = [
            f"The text is taken from the column {chosen!r} of {names[0]}"
            + (f" and {counted(len(names) - 1, 'other table')}" if len(names) > 1 else "")
            + which
            for (chosen, which), names in tables.items()
        ]
        told += [*self.notes, *self.skipped.told()]
        if count := len(self.no_text):
            name, what = self.no_text[0]
            files = (
                f"{count:,} files that are no text were left out, such as" if count > 1 else "One file was left out:"
            )
            told.append(f"{files} {name} ({what}).")
        if self.empty:
            told.append(
                f"{self.empty:,} of {self.records:,} records were left out: they have no {kind}"
                + ("" if self.asked == NAMELESS else f" in the field {self.asked!r}")
                + (f"; {self.uneven:,} of them have more or fewer cells than the header." if self.uneven else ".")
            )
        return told


def one_kind(of_tokens: Sequence[bool | None]) -> bool | None:
    """Whether what several readers have read is lists of tokens; None: there was nothing. Raises W2VError where some
    have read such and others text.
    """
    if True in of_tokens and False in of_tokens:
        some, others = of_tokens.index(True), of_tokens.index(False)
        raise W2VError(
            f"Rank {some} reads lists of tokens, but what rank {others} reads is text. Train on one of them."
        )
    return next((kind for kind in of_tokens if kind is not None), None)


def expect_same_lines(names: Sequence[str], lines: Sequence[dict[str, int]]) -> None:
    """Raise a W2VError where several readers have read one source to its end, and found more or fewer lines in it.

    names: of the sources. lines: of each reader, by the number of a source, how many there were.
    """
    for number, name in enumerate(names):
        found = [(reader, one[str(number)]) for reader, one in enumerate(lines) if str(number) in one]
        for reader, count in found[1:]:
            if count != found[0][1]:
                raise W2VError(
                    f"Rank {reader} reads {counted(count, 'line')} in {name}, and rank {found[0][0]} reads "
                    f"{found[0][1]:,}. Give all ranks the same text."
                )
