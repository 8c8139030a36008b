"""An explanation as lines of text, whose pieces have styles; colours are for terminals alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from w2v.base.terminal import harmless
from w2v.errors import brief, counted
from w2v.explanation.parts import Example, Facts, GradientStep, Row
from w2v.models.prediction import BLOCKS, rounded

if TYPE_CHECKING:
    from rich.text import Text

Piece = tuple[str, str]  # a text and its style, as rich has it
Line = list[Piece]
HEAD, CENTRE, CONTEXT, QUIET = "bold", "bold magenta", "cyan", "bright_black"
GOOD, BAD = "green", "red"  # towards a loss that is lower, or higher
WIDEST, BAR = 18, 12  # characters: of a word, and of a bar
NUMBERS = 6  # of a row that are shown
MOST = 12  # judgements of an example, and rows of a table


def lines_of(explanation: Facts) -> Iterator[Line]:
    """All that is told, from the sentence to the loss after the step."""
    e = explanation
    what = e.config.head if e.of_pairs else f"{e.config.arch} {e.config.head}"
    yield [(what, HEAD), (f", epoch {e.epoch}; words are counted in {e.text}", "")]
    yield from ([(note, "yellow")] for note in e.notes)
    yield from _subsampling(e)
    window, step = e.window, e.step
    if window is None or e.word is None:
        return
    yield from _window(e)
    if step is None:
        yield from _title("Step")
        alone = "no word near it here is so in the text" if e.of_pairs else "no window reaches it"
        yield [(f"The hidden vector here predicts nothing: {alone}.", "")]
        return
    if e.of_pairs:
        yield from _pairs(e)
    else:
        yield from _step(e, step)


def coloured(explanation: Facts) -> Text:
    """The same for rich, which leaves colours out where no terminal shows them."""
    from rich.text import Text

    return Text("\n").join(Text.assemble(*(line or [("", "")]), overflow="fold") for line in lines_of(explanation))


def _title(text: str, rest: str = "") -> Iterator[Line]:
    yield []
    yield [(text, HEAD), (f"  {rest}" if rest else "", QUIET)]


def _subsampling(e: Facts) -> Iterator[Line]:
    t = e.config.sample_threshold
    rule = f"kept with probability sqrt(t/f) + t/f, at most 1; t = sample = {t:g}" if t else "sample=0 keeps every word"
    if e.of_pairs:
        rule += "; a pair counts as often as both words are kept on average"
    yield from _title("Words and subsampling", rule)
    for place, token in enumerate(e.tokens):
        style = CENTRE if place == e.centre else "" if token.kept else QUIET
        if not token.known:
            yield [(_cell(token.word), QUIET), ("not in the vocabulary", QUIET)]
            continue
        share = token.count / e.total
        told = f"{token.count:>9,}  f = {share:<8.2g} p = {rounded(token.keep):<6} "
        fate = f"kept, window {token.width}" if token.kept else "left out"
        fate = f"window {token.width}" if e.of_pairs else fate
        yield [(_cell(token.word), style), (told, ""), (_bar(token.keep), QUIET), (f" {fate}", style)]


def _window(e: Facts) -> Iterator[Line]:
    window, token = e.window, e.tokens[e.centre or 0]
    assert window is not None
    drawn = f"width {token.width}, drawn from 1 to {e.config.window}" if e.config.shrink_windows else "all of it"
    if e.of_pairs:
        drawn = f"width {token.width}; each word in it makes a pair with the centre"
    yield from _title(f"Window of {_told(token.word)}", drawn)
    line: Line = []
    for place, each in enumerate(e.tokens):
        style = CENTRE if place == e.centre else CONTEXT if place in window.context else QUIET
        shown = f"[{_told(each.word)}]" if place == e.centre else _told(each.word)
        if place == e.centre or place in window.context:
            line.append((f"{shown} ", style))
        elif not line or line[-1][0] != "… ":
            line.append(("… ", QUIET))
    yield line
    if e.of_pairs:
        return
    for name, made in (("skipgram", [((a,), b) for a, b in window.skipgram]), ("cbow", list(window.cbow))):
        mark = "trained here" if name == e.config.arch else ""
        yield [(f"{name}: {counted(len(made), 'example')} ", ""), (mark, QUIET)]
        for context, target in made:
            yield [("   ", ""), (" + ".join(map(_told, context)), CONTEXT), (" -> ", ""), (_told(target), CENTRE)]


def _step(e: Facts, step: GradientStep) -> Iterator[Line]:
    at = "hidden vector at " if len(step.places) == 1 else "hidden vectors at "
    where = ", ".join(_told(e.tokens[place].word) for place in step.places)
    yield from _title(f"Step {step.number + 1} of the sentence", f"{at}{where}; learning rate {step.alpha:.4g}")
    if e.config.arch == "skipgram":
        yield [("A word's vector predicts each word whose own window reaches it.", QUIET)]
    if step.noise:
        yield [("negative samples, drawn as count^", ""), (f"{e.config.ns_exponent:g}", "")]
        for noise in step.noise:
            told = f"share of text {noise.share:<8.2g} chance {noise.probability:<8.2g} drawn {noise.drawn}"
            yield [("   ", ""), (_cell(noise.word), BAD), (told, "")]
    for example in step.examples:
        yield from _example(e, example)
    yield []
    yield [("Loss of the step  ", HEAD), *_change(step.loss, step.loss_after)]
    for table in ("input", "output"):
        rows = sorted((row for row in step.rows if row.table == table), key=lambda row: -row.change)
        if not rows:
            yield [(f"No row of the {table} table changed.", QUIET)]
            continue
        changed = step.changed[table]
        which = f"{counted(changed, 'row')} changed" + (f"; the {MOST} that moved most" if changed > MOST else "")
        yield from _title(f"{table} table", which)
        yield from (_row(row) for row in rows[:MOST])


def _pairs(e: Facts) -> Iterator[Line]:
    """The steps of the centre's pairs."""
    steps, c = e.steps_at(e.centre), e.config
    yield from _title(f"Pairs of {_told(e.word or '')}", f"a step each, AdaGrad at rate {steps[0].alpha:.4g}")
    what = ", each time weighted by 1 / distance" if c.distance_weighting else ""
    what += ", times the chance that both are kept" if c.sample_threshold else ""
    yield [(f"X: how often they stand near each other in {e.text}{what}", QUIET)]
    yield [("PMI = log(X_ij X / (X_i X_j)), which the score <h, o> should be", QUIET)]
    yield [(f"loss = f (score - PMI)^2,  f = min(1, X / {c.x_max:g})^{c.x_exponent:g}", QUIET)]
    for step in steps:
        (example,) = step.examples
        pair = example.pair
        assert pair is not None
        yield []
        yield [
            (_told(example.context[0]), CONTEXT), (" -> ", ""), (_told(example.target), CENTRE),
            (f"   X = {pair.count:.4g}  PMI = {pair.pmi:.3f}  f = {pair.weight:.3f}  step {step.number + 1}", ""),
        ]  # fmt: skip
        nearer = abs(pair.score_after - pair.pmi) < abs(pair.score - pair.pmi)
        yield [
            (f"   score {pair.score:.3f}", ""), (" -> ", QUIET), (f"{pair.score_after:.3f}", GOOD if nearer else BAD),
            ("   loss ", ""), *_change(step.loss, step.loss_after),
        ]  # fmt: skip
        for row in step.rows:
            yield [(f"   {row.table:<7}", QUIET), *_row(row)]


def _example(e: Facts, example: Example) -> Iterator[Line]:
    yield []
    yield [
        (" + ".join(map(_told, example.context)), CONTEXT), (" -> ", ""), (_told(example.target), CENTRE),
        ("   loss ", ""), *_change(example.loss, example.loss_after),
        (f"   p({_told(example.target)}) {rounded(example.probability)} -> {rounded(example.probability_after)}", ""),
    ]  # fmt: skip
    yield [("   h = ", QUIET), (_numbers(example.hidden), QUIET)]
    if example.decisions:
        for step in example.decisions:
            told = f"node {step.node:<4} {step.code}  p = {rounded(step.probability[step.code]):<6} "
            words = f" {harmless(step.named(step.code))}"
            yield [("   ", ""), (told, ""), (_bar(step.probability[step.code]), GOOD), (words, QUIET)]
        return
    judgements = example.judgements
    if judgements is None:
        for word, probability in example.likeliest[:MOST]:
            style = CENTRE if word == example.target else ""
            yield [("   ", ""), (_cell(word), style), (f"{rounded(probability):<7}", ""), (_bar(probability), QUIET)]
        return
    first = np.argsort(~judgements.wanted, kind="stable")[:MOST].tolist()
    for number in first:
        wanted, probability = bool(judgements.wanted[number]), float(judgements.probability[number])
        wish = "should be 1" if wanted else "should be 0"
        if not judgements.weights[number]:
            wish = "is the target, and does not count"
        yield [
            ("   ", ""), (_cell(example.judged[number]), CENTRE if wanted else BAD),
            (f"score {judgements.scores[number]:>7.3f}  s = {probability:.3f} ", ""),
            (_bar(probability), GOOD if wanted else BAD), (f" {wish}", QUIET),
        ]  # fmt: skip
    if more := len(judgements.rows) - len(first) + example.unlisted[0]:
        yield [(f"   and {more:,} more", QUIET)]


def _change(before: float, after: float) -> Sequence[Piece]:
    return [(f"{before:.4f}", ""), (" -> ", QUIET), (f"{after:.4f}", GOOD if after < before else BAD)]


def _row(row: Row) -> Line:
    before, after = _numbers(row.before), _numbers(row.after)
    return [
        (f"   {_cell(row.name)}", ""),
        (f"moved {row.change:<8.2g}", ""),
        (before, QUIET),
        (" -> ", QUIET),
        (after, ""),
    ]


def _numbers(row: np.ndarray) -> str:
    told = " ".join(f"{number:.3f}" for number in row[:NUMBERS].tolist())
    return f"[{told}{' …' if len(row) > NUMBERS else ''}]"


def _told(word: str) -> str:
    return harmless(brief(word))


def _cell(word: str) -> str:
    """A word in a column of fixed width."""
    from rich.cells import set_cell_size

    return f"{set_cell_size(_told(word), WIDEST)} "


def _bar(share: float) -> str:
    eighths = round(8 * BAR * share)
    return (BLOCKS[-1] * (eighths // 8) + (BLOCKS[eighths % 8 - 1] if eighths % 8 else "")).ljust(BAR)
