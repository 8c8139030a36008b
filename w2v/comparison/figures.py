"""The figures of a report: from outcomes to picture files and their captions."""

import math
from collections.abc import Sequence
from pathlib import Path

from w2v.comparison.combinations import ENCODER_NAMES
from w2v.comparison.results import Outcome
from w2v.comparison.table import score_names, shown_score
from w2v.errors import W2VError
from w2v.plots.figure import save_figure
from w2v.plots.training import comparison
from w2v.plots.words.side_by_side import frequent_words, side_by_side
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import words_of


def draw(
    folder: Path, outcomes: Sequence[Outcome], words: Sequence[str] | None = None
) -> tuple[dict[str, str], list[str]]:
    """Draw what the outcomes have the numbers for; captions by file name, and notes on what could not be drawn.

    folder: of the report, with the models. words: to be drawn on the maps; nothing: frequent ones.
    """
    done = [outcome for outcome in outcomes if not outcome.failed]
    captions: dict[str, str] = {}
    if not done:
        return captions, []
    curves = {_key(outcome): _curve(outcome) for outcome in done}
    frequencies = {ENCODER_NAMES[outcome.arch]: outcome.frequencies for outcome in done}
    if all(curves.values()):
        save_figure(comparison.likelihood_against_time(curves, frequencies), folder / "likelihood.png")
        captions["likelihood.png"] = (
            "Held-out likelihood against the time of training, measured afterwards on copies of the tables. Each line "
            "is one run from its first hundredth to its end; the rate of learning falls to the end of each run, so a "
            "point on the way is not what a run of that length would reach. What lies far above the dashed "
            "line is cut off, unless a run ends there."
        )
    names = score_names(done)
    if names:
        of = {name: next(o.scores[name].of for o in done if name in o.scores) for name in names}
        panels = {
            f"{name}, {'right answers' if of[name] == 'analogies' else 'Spearman'}": {
                _key(o): (o.scores[name].value, shown_score(of[name])(o.scores[name].value))
                for o in done
                if name in o.scores
            }
            for name in names
        }
        save_figure(comparison.bars(panels), folder / "scores.png")
        captions["scores.png"] = "Analogies answered rightly, and rank correlation with people’s judgement of pairs."
    effort = {
        "thousand words/s": {_key(o): (o.words_per_second, f"{o.words_per_second / 1000:,.0f}") for o in done},
        "seconds of training": {_key(o): (o.seconds, f"{o.seconds:,.1f}") for o in done},
        "peak memory, MiB": {_key(o): (o.peak_memory / 2**20, f"{o.peak_memory / 2**20:,.0f}") for o in done},
    }
    save_figure(comparison.bars(effort), folder / "speed.png")
    captions["speed.png"] = "What each took: speed, the whole training, and the most memory in use."
    speeds = {_key(outcome): outcome.speeds for outcome in done if outcome.speeds}
    if speeds:
        save_figure(comparison.speed_against_vocabulary(speeds), folder / "vocabulary.png")
        captions["vocabulary.png"] = (
            "Speed of short runs on the same text, all but its most frequent words left out. Words are those of the "
            "vocabulary, before subsampling."
        )
    notes: list[str] = []
    try:
        if told := _maps(folder, done, words, notes):
            captions["maps.png"] = told
    except W2VError as error:
        notes.append(f"There are no maps: {error}")
    return captions, notes


def _maps(folder: Path, done: Sequence[Outcome], words: Sequence[str] | None, notes: list[str]) -> str | None:
    """Draw the maps of all models that are no disc; their caption, if there are any. Notes are added to `notes`."""
    shown: dict[str, str] = {}
    for outcome in done:
        shared = sum(other.model == outcome.model for other in done) > 1
        shown.setdefault(outcome.model, outcome.label if shared else outcome.name)
    models: dict[str, KeyedVectors] = {}
    for place, name in shown.items():
        vectors = KeyedVectors.load(folder / place)
        if vectors.geometry == "euclidean":
            models[name] = vectors
        else:
            notes.append(f"{name} has no map, for its words lie on a disc: w2v plot {folder / place} -o disc.png")
    if not models:
        return None
    vectors = next(iter(models.values()))
    chosen = frequent_words(vectors) if words is None else words_of(words, vectors.index_to_key)
    save_figure(side_by_side(models, chosen), folder / "maps.png")
    return "The same words in each model; in print below the maps is what they keep and what they mean."


def _key(outcome: Outcome) -> tuple[str, str]:
    return ENCODER_NAMES[outcome.arch], outcome.label


def _curve(outcome: Outcome) -> list[tuple[float, float]]:
    return [(point.seconds, point.nats) for point in outcome.curve if math.isfinite(point.nats)]
