"""What `explain` returns: all that is known of a step, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator

from w2v.base.html_table import html_table
from w2v.errors import brief
from w2v.explanation.parts import Facts
from w2v.explanation.text import coloured, lines_of
from w2v.models.prediction import rounded


class Explanation(Facts):
    """A sentence with what a step of training does to it; printed it is text, in a notebook tables."""

    @property
    def _what(self) -> str:
        return self.config.head if self.of_pairs else f"{self.config.arch} {self.config.head}"

    def __repr__(self) -> str:
        what = "no centre" if self.word is None else f"centre {brief(self.word)!r}"
        return f"Explanation({self._what}, {what}, epoch {self.epoch})"

    def __str__(self) -> str:
        return "\n".join("".join(piece for piece, _ in line).rstrip() for line in lines_of(self))

    def __rich__(self) -> object:
        return coloured(self)

    def _repr_html_(self) -> str:
        return "\n".join(self._html_tables())

    def _html_tables(self) -> Iterator[str]:
        yield html_table(
            f"{self._what}, epoch {self.epoch}: words of the sentence, counted in {self.text}",
            ["word", "count", "kept with probability", "in this epoch", "window"],
            [
                [token.word, str(token.count), rounded(token.keep), "kept" if token.kept else "left out",
                 str(token.width) if token.kept else ""]
                for token in self.tokens
            ],
        )  # fmt: skip
        if self.step is None:
            return
        if self.of_pairs:
            yield from self._pair_tables()
            return
        yield html_table(
            f"The step of {self.word!r}: {self.step.loss:.4f} nats before, {self.step.loss_after:.4f} after",
            ["from", "to", "loss", "after", "probability", "after "],
            [
                [" ".join(each.context), each.target, f"{each.loss:.4f}", f"{each.loss_after:.4f}",
                 rounded(each.probability), rounded(each.probability_after)]
                for each in self.step.examples
            ],
        )  # fmt: skip
        yield html_table(
            "Rows that changed",
            ["table", "row", "moved by"],
            [[row.table, row.name, f"{row.change:.2g}"] for row in self.step.rows],
        )

    def _pair_tables(self) -> Iterator[str]:
        rows = []
        for step in self.steps_at(self.centre):
            (example,) = step.examples
            if (pair := example.pair) is not None:
                numbers = pair.count, pair.pmi, pair.weight, pair.score, pair.score_after
                rows.append([example.target, *map(rounded, numbers), f"{step.loss:.4f}", f"{step.loss_after:.4f}"])
        yield html_table(
            f"Pairs of {self.word!r}, a step each, and their weighted squared errors",
            ["with", "X", "PMI", "weight", "score", "after", "loss", "after "],
            rows,
        )
