"""The table of a comparison, and what stands out in it: sentences made of the numbers alone."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from w2v.comparison.combinations import ENCODER_NAMES, listed
from w2v.comparison.quoting import plain
from w2v.comparison.results import Outcome

BY_HEART = 0.1  # nats that a run ends above its best point, from which on it deserves a word


@dataclass(frozen=True)
class Column:
    """One column of the table."""

    title: str
    value: Callable[[Outcome], float]
    show: Callable[[float], str]
    best: Callable[[Iterable[float]], float] | None = None  # min or max


def as_markdown(outcomes: Sequence[Outcome], *, bold: bool = True) -> str:
    """The results as a Markdown table; with `bold`, each encoder's best value in every column."""
    columns = _columns(outcomes)
    rows = [["", *(plain(column.title) for column in columns)]]
    for outcome in outcomes:
        rivals = [other for other in outcomes if other.arch == outcome.arch and not other.failed]
        cells = [plain(f"{outcome.name} (failed)" if outcome.failed else outcome.name)]
        for column in columns:
            value = column.value(outcome)
            cell = "–" if outcome.failed or math.isnan(value) else column.show(value)
            if bold and column.best and len(rivals) > 1 and not outcome.failed:
                known = [column.value(other) for other in rivals if not math.isnan(column.value(other))]
                cell = f"**{cell}**" if known and value == column.best(known) else cell
            cells.append(cell)
        rows.append(cells)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        for row in rows
    ]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def findings(done: Sequence[Outcome]) -> list[str]:
    """What stands out, in sentences made of the numbers alone."""
    found = []
    for arch in dict.fromkeys(outcome.arch for outcome in done):
        found += _by_likelihood([outcome for outcome in done if outcome.arch == arch])
    found += _better_before(done)
    trained = list({outcome.model: outcome for outcome in reversed(done)}.values())[::-1]  # a shared model once
    names = {o.model: o.label if sum(other.model == o.model for other in done) > 1 else o.name for o in done}
    if len(trained) > 1:
        fastest, second, *others = sorted(trained, key=lambda outcome: -outcome.words_per_second)
        told = f"{names[fastest.model]} is the fastest, with {_thousands(fastest)}"
        told += f"; next is {names[second.model]}, with {_thousands(second)}"
        if others:
            ratio = fastest.words_per_second / others[-1].words_per_second
            told += (
                f"; the slowest is {names[others[-1].model]}, with {_thousands(others[-1])}, {_times(ratio)} times less"
            )
        found.append(f"{told}.")
    for name in score_names(done):
        scored = [outcome for outcome in trained if not math.isnan(_score(outcome, name))]
        if len(scored) > 1:
            best, second = sorted(scored, key=lambda outcome: -_score(outcome, name))[:2]
            show = shown_score(best.scores[name].of)
            first, next_best = show(_score(best, name)), show(_score(second, name))
            found.append(
                f"{names[best.model]} is best on {name}, with {first}; next is {names[second.model]}, with {next_best}."
                if first != next_best
                else f"{names[best.model]} and {names[second.model]} are level on {name}, with {first}."
            )
    if len(trained) > 1:
        least, *_, most = sorted(trained, key=lambda outcome: outcome.peak_memory)
        if most.peak_memory > 1.4 * least.peak_memory:
            found.append(
                f"{names[most.model]} took the most memory, {_mebibytes(most.peak_memory)} MiB, and "
                f"{names[least.model]} the least, {_mebibytes(least.peak_memory)} MiB."
            )
    return found


def _by_likelihood(rivals: Sequence[Outcome]) -> list[str]:
    """Which of one encoder's heads expects the held-out words best."""
    best, *others = sorted(rivals, key=lambda outcome: outcome.nats)
    told = f"{best.nats:.3f} nats a word, perplexity {best.perplexity:,.0f}"
    frequencies = f"knowing only how frequent words are costs {best.frequencies:.3f}"
    if not others:
        return [f"{best.name} reaches {told}; {frequencies}."]
    gap = others[0].nats - best.nats
    error = math.hypot(best.standard_error, others[0].standard_error)
    found = (
        [
            f"{best.name} expects the held-out words best ({told}): {gap:.3f} nats less than {others[0].label}, "
            f"{gap / error:.1f} standard errors of the difference; {frequencies}."
        ]
        if gap > 2 * error
        else [
            f"{best.name} ({told}) and {others[0].label} ({others[0].nats:.3f}) are not told apart by these held-out "
            f"words: {gap:.3f} nats are {gap / error:.1f} standard errors of the difference; {frequencies}."
        ]
    )
    worse = [outcome.label for outcome in (best, *others) if outcome.nats > outcome.frequencies]
    if worse:
        found.append(f"{ENCODER_NAMES[best.arch]} {listed(worse)} did worse than to know only how frequent words are.")
    return found


def _better_before(done: Sequence[Outcome]) -> list[str]:
    """Which runs passed the text so often that they came to know it by heart."""
    told = []
    for outcome in done:
        best = min(outcome.curve, key=lambda point: point.nats, default=None)
        if best and outcome.nats - best.nats > BY_HEART:
            told.append(f"{outcome.name} had {best.nats:.3f} nats after epoch {best.epoch:.3g}")
    return [f"Fewer epochs had been better: {'; '.join(told)}."] if told else []


def _columns(outcomes: Sequence[Outcome]) -> list[Column]:
    columns = [
        Column("held-out nats", lambda o: o.nats, "{:.3f}".format, min),
        Column("±", lambda o: o.standard_error, "{:.3f}".format),
        Column("perplexity", lambda o: o.perplexity, "{:,.0f}".format, min),
    ]
    for name in score_names(outcomes):
        of = next(outcome.scores[name].of for outcome in outcomes if name in outcome.scores)
        columns.append(Column(name, lambda o, name=name: _score(o, name), shown_score(of), max))  # type: ignore[misc]
    return [
        *columns,
        Column("thousand words/s", lambda o: o.words_per_second / 1000, "{:,.0f}".format, max),
        Column("seconds", lambda o: o.seconds, "{:,.1f}".format, min),
        Column("peak MiB", lambda o: float(o.peak_memory), _mebibytes, min),
    ]


def score_names(outcomes: Sequence[Outcome]) -> list[str]:
    return list(dict.fromkeys(name for outcome in outcomes for name in outcome.scores))


def _score(outcome: Outcome, name: str) -> float:
    return outcome.scores[name].value if name in outcome.scores else math.nan


def shown_score(of: str) -> Callable[[float], str]:
    return "{:.1%}".format if of == "analogies" else "{:.3f}".format


def _mebibytes(size: float) -> str:
    return f"{size / 2**20:,.0f}"


def _thousands(outcome: Outcome) -> str:
    return f"{outcome.words_per_second / 1000:,.0f} thousand words/s"


def _times(ratio: float) -> str:
    return f"{ratio:.2g}" if ratio < 100 else f"{ratio:,.0f}"
