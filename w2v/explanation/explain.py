"""`explain`: what a step of training does to a sentence, from the reference engine's own functions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from w2v.base.config import Config, ConfigKeywords
from w2v.base.settings import whole_number
from w2v.base.signatures import takes
from w2v.corpus.vocabulary import SENTENCE_END, spelling_hint
from w2v.errors import W2VError, brief
from w2v.examples import encoders
from w2v.explanation.explanation import Explanation
from w2v.explanation.parts import GradientStep, Token, Window
from w2v.explanation.source import Setting, ids_of, setting_of
from w2v.heads import from_outside, spec_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

LOOKED_AHEAD = 10_000  # epochs in which a dropped centre is looked for


@takes(Config, ConfigKeywords)
def explain(
    sentence: Any,
    source: Any = None,
    *,
    centre: str | None = None,
    occurrence: int = 1,
    epoch: int | None = None,
    config: Config | None = None,
    **settings: Unpack[ConfigKeywords],
) -> Explanation:
    """Show what training does to a sentence in one epoch, step by step, as the reference engine does it.

        print(explain("the quick brown fox jumps", centre="fox"))

    A step has one hidden vector here, and as many negative samples as each example asks for (`chunk=1`,
    `shared_negatives=negative`), so that its numbers can be followed; give these settings to see what a usual run does.
    With head pmi a step is a pair of words, with the count that it has in the whole text.

    Args:
        sentence: a string, or a list of words; up to 200.
        source: where the words are counted, and the tables come from: a trained `Word2Vec`, a `Model` or its folder;
            or a text, as `Word2Vec` reads it, on which a model begins to be trained. None: the sentence is all the
            text, with vectors of four numbers and windows of two words.
        centre: the word to look at; None: the one nearest the middle that has a neighbour.
        occurrence: which one of several equal words, from 1.
        epoch: in which epoch, from 0; those before it are trained first. None: of a sentence alone a tenth of the
            run (with head pmi 1), of a text 1, of a model as many as it was trained for, where only what is drawn
            depends on it.
        config: settings in one piece, taken as they are; those given by name change it.
        settings: every field of `w2v.Config`; of a model those that fit its tables.

    Returns:
        An `Explanation`: text when it is printed, tables in a notebook, and objects with all numbers.

    Raises:
        W2VError: a sentence without words or with too many, none of which is known, a centre that is not in it, a
            setting that does not fit the model, steps that diverge, or a model of head pmi, whose pairs are not kept:
            give its text.
    """
    given = setting_of(sentence, source, config, settings, epoch)
    tokens, block = _tokens(given)
    places = np.array([place for place, token in enumerate(tokens) if token.known])
    keep = given.vocab.keep_probability(given.config.sample_threshold)
    keep = encoders.keep_thresholds(np.ones(len(keep)) if given.pairs is not None else keep)
    shrink = given.config.shrink_windows and given.pairs is None  # pairs are counted up to the whole width
    how = keep, given.config.window, shrink, given.config.seed, given.epoch, 0
    drawn = encoders.choices(block, *how)
    kept = drawn.kept[:-1]
    for number, place in enumerate(places):
        width = int(drawn.width[number]) if kept[number] else 0
        tokens[place] = _with(tokens[place], bool(kept[number]), width)
    here = places[kept].tolist()
    windows = _windows(encoders.cut_windows(block, *how), here, given.vocab.words)
    chosen, notes = _centre(tokens, windows, centre, occurrence, given)
    steps, of_zeros = _steps(given, tokens, block, keep, here)
    if not all(math.isfinite(step.loss + step.loss_after) for step in steps):
        raise W2VError(f"The steps diverged: their loss is no number. Lower alpha ({given.alpha:g}).")
    if not steps:
        apart = "No two words stand beside each other"
        if given.pairs is not None:
            apart = f"No two words that are near each other here are so in {given.text}"
        notes.append(f"{apart}, and so there is nothing to learn here.")
    elif of_zeros and not from_outside(given.config.head) and spec_of(given.config.head).geometry == "euclidean":
        notes.append(
            "Output rows begin as zeros: all scores are 0 and no hidden vector has a gradient until they have moved."
        )
    total = int(given.vocab.counts.sum())
    what = given.epoch, given.config, given.text, total, len(given.vocab)
    return Explanation(tuple(tokens), chosen, windows, tuple(steps), *what, tuple(notes))


def _tokens(given: Setting) -> tuple[list[Token], np.ndarray]:
    """The words, nothing drawn for them yet, and the block that they make."""
    keep = given.vocab.keep_probability(given.config.sample_threshold)
    tokens = []
    for word, id in zip(given.words, ids_of(given.words, given.vocab, given.config), strict=True):
        known = id >= 0
        count, chance = (int(given.vocab.counts[id]), float(keep[id])) if known else (0, 0.0)
        tokens.append(Token(word, id, count, chance, False, 0))
    known_ids = [token.id for token in tokens if token.known]
    if not known_ids:
        hint = spelling_hint(given.words[0], given.vocab.words)
        raise W2VError(
            f"None of the words of the sentence is among the {len(given.vocab):,} of {given.text}. {hint}".rstrip()
        )
    return tokens, np.array([*known_ids, SENTENCE_END], np.int32)


def _steps(
    given: Setting, tokens: list[Token], block: np.ndarray, keep: np.ndarray, here: list[int]
) -> tuple[list[GradientStep], bool]:
    """The steps of the sentence, and whether the output table was all zeros before. here: places of words kept."""
    from w2v.engines.reference import ReferenceEngine  # only here, for they are torch
    from w2v.engines.reference_pmi import ReferenceRegressionEngine
    from w2v.explanation.pair_trace import trace_pairs
    from w2v.explanation.trace import trace_block

    config, counts = given.config.replace(matmul_precision="highest"), given.vocab.counts
    if given.pairs is not None:
        regression = ReferenceRegressionEngine(config, counts, keep)
        if given.state is not None:
            regression.load_state({name: given.state[name] for name in regression.state()})
        places: dict[int, tuple[int, ...]] = {}
        for place, token in enumerate(tokens):
            places[token.id] = (*places.get(token.id, ()), place)
        return trace_pairs(regression, given.pairs, given.alpha, vocab=given.vocab, places=places), False
    engine = ReferenceEngine(config, counts, keep, given.input_rows)
    if given.state is not None:
        engine.load_state({name: given.state[name] for name in ("input", "output")})
    of_zeros = not engine.tables()["output"].any()
    steps = trace_block(
        engine, block, given.epoch, 0, given.alpha, vocab=given.vocab, places=here, subwords=given.subwords
    )
    return steps, of_zeros


def _with(token: Token, kept: bool, width: int) -> Token:
    return Token(token.word, token.id, token.count, token.keep, kept, width)


def _windows(windows: encoders.Windows, here: list[int], words: list[str]) -> dict[int, Window]:
    """The window of each word that was kept, and its examples as either encoder makes them."""
    found = {}
    for number, place in enumerate(here):
        start, stop = int(windows.start[number]), int(windows.stop[number])
        alone = encoders.Windows(  # this centre's window, and none around the others
            windows.ids,
            np.where(np.arange(len(here)) == number, start, np.arange(len(here))).astype(np.int32),
            np.where(np.arange(len(here)) == number, stop, np.arange(len(here)) + 1).astype(np.int32),
        )
        pairs = encoders.bags("skipgram", alone, 0, len(here))
        bags = encoders.bags("cbow", alone, number, number + 1)
        found[place] = Window(
            place,
            tuple(here[other] for other in range(start, stop) if other != number),
            tuple((words[m], words[t]) for m, t in zip(pairs.members, pairs.target, strict=True)),
            tuple((tuple(words[m] for m in bags.members), words[t]) for t in bags.target),
        )
    return found


def _centre(
    tokens: list[Token], windows: dict[int, Window], word: str | None, occurrence: int, given: Setting
) -> tuple[int | None, list[str]]:
    """The place of the centre, and what is special about it in sentences."""
    notes = []
    if unknown := [brief(token.word) for token in tokens if not token.known]:
        notes.append(
            f"Not among the {len(given.vocab):,} words of {given.text}, and left out: {', '.join(unknown[:10])}"
            + (f" and {len(unknown) - 10} more." if len(unknown) > 10 else ".")
        )
    if word is None:
        middle = (len(tokens) - 1) / 2
        with_context = [place for place, window in windows.items() if window.context]
        return min(with_context, key=lambda place: abs(place - middle), default=None), notes
    places = [place for place, token in enumerate(tokens) if token.word == word]
    if not places:
        near = spelling_hint(word, [token.word for token in tokens])
        raise W2VError(f"The centre {word!r} is not in the sentence. {near}".rstrip())
    number = whole_number("occurrence", occurrence, 1)
    if number > len(places):
        raise W2VError(f"occurrence is {number}, and {word!r} stands in the sentence {len(places)} times.")
    place = places[number - 1]
    if len(places) > 1:
        notes.append(f"{word!r} stands in the sentence {len(places)} times; this is number {number}.")
    token = tokens[place]
    if not token.known:
        raise W2VError(f"The centre {word!r} is not among the {len(given.vocab):,} words of {given.text}.")
    if not token.kept:
        notes.append(_dropped(token, place, tokens, given))
    elif not windows[place].context:
        notes.append(f"{word!r} has no neighbour that is kept, and makes no example.")
    return place, notes


def _dropped(token: Token, place: int, tokens: list[Token], given: Setting) -> str:
    """That subsampling left the centre out, and in which epoch it does not."""
    block = np.array([*(each.id for each in tokens if each.known), SENTENCE_END], np.int32)
    number = sum(each.known for each in tokens[:place])
    keep = encoders.keep_thresholds(given.vocab.keep_probability(given.config.sample_threshold))
    config = given.config
    most = LOOKED_AHEAD if given.text == "the model's text" else config.n_epochs
    later = next(
        (
            epoch
            for epoch in [*range(given.epoch + 1, most), *range(min(given.epoch, most))]
            if encoders.choices(block, keep, config.window, config.shrink_windows, config.seed, epoch, 0).kept[number]
        ),
        None,
    )
    way = "Give sample=0" if later is None else f"In epoch={later} it is kept; give that, or sample=0"
    return (
        f"Subsampling left {token.word!r} out in epoch {given.epoch}: it is kept with a probability of "
        f"{token.keep:.3g}. {way}."
    )
