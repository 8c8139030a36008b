"""A step of training as a page to click through: one HTML file that needs nothing else, neither a network nor a server.

sentence -> subsampling -> window -> examples -> scores -> loss -> gradient -> changed rows -> loss after. All of the
sentence's words can be chosen: the page has each one's step, with no more of the tables than the rows that it changes
most, and of these the first numbers. So it stays small whatever the model. It is made of the explanation alone
(`w2v.explanation`), and computes nothing but sigmoids for its curves. Of `html/assets/`, `steps_parts.js` has what a
step is drawn of, `steps_example.js` what is shown of one example, and `steps.js` stages, keys and words.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from w2v.explanation.explanation import Explanation
from w2v.explanation.parts import Example, GradientStep
from w2v.plots.html.frame import Kind, page_text, save_page

ROWS = 12  # of each table
NUMBERS = 12  # of a row that are written
FIGURES = 6  # significant ones of a number

STEPS = Kind(
    item="word",
    where="in this sentence",
    name="One step of training",
    label="One part of a step. Arrow keys to the sides go on and back, up and down choose another word.",
    style="steps",
    frame="steps",
    before=("kit",),
    scripts=("steps_parts", "steps_example", "steps"),
    after=(),
    buttons="""<button id="back" type="button">Back</button>
  <span id="hint">← → parts of the step · ↑ ↓ words</span>
  <button id="next" type="button">Next</button>""",
    caption="@caption@",
)


def page_of(explanation: Explanation, *, title: str | None = None) -> str:
    """An explanation as the text of an HTML file; the same arguments give the same text.

    title: above the page; None: what it is.
    """
    e = explanation
    encoder = {"skipgram": "Skip-gram with head ", "cbow": "CBOW with head "}[e.config.arch]
    caption = (
        f"{'Head ' if e.of_pairs else encoder}{e.config.head}, in epoch {e.epoch}. The counts are those of {e.text}, "
        f"which has {e.total:,} words, {e.vocabulary:,} of them different. The reference engine made these steps."
    )
    data = {
        "centre": e.centre,
        "run": {
            "arch": e.config.arch, "head": e.config.head, "epoch": e.epoch, "t": _number(e.config.sample_threshold),
            "window": e.config.window, "shrink": e.config.shrink_windows, "exponent": e.config.ns_exponent,
            "total": e.total, "size": e.config.vector_size, "pairs": e.of_pairs, "text": e.text,
            "xMax": _number(e.config.x_max), "xExponent": _number(e.config.x_exponent),
            "weighted": e.config.distance_weighting,
        },
        "notes": list(e.notes),
        "tokens": [
            {"word": each.word, "id": each.id, "count": each.count, "keep": _number(each.keep), "kept": each.kept,
             "width": each.width}
            for each in e.tokens
        ],
        "windows": {
            place: {"context": window.context, "skipgram": window.skipgram, "cbow": window.cbow}
            for place, window in e.windows.items()
        },
        "steps": [_step(step) for step in e.steps],
    }  # fmt: skip
    return page_text(STEPS, data, title=title or STEPS.name, caption=caption)


def save_explanation(explanation: Explanation, path: str | os.PathLike[str], *, title: str | None = None) -> None:
    """Write an explanation as a page to click through, one .html file that needs no network; whole or not at all.

    Args:
        explanation: what `w2v.explain` returned; the page begins at its centre, and shows all other words, too.
        path: its name ends in .html.
        title: above the page.

    Raises:
        W2VError: another suffix, or a file that cannot be written.
    """
    save_page(page_of(explanation, title=title), path)


def _step(step: GradientStep) -> dict[str, Any]:
    return {
        "number": step.number,
        "places": step.places,
        "alpha": _number(step.alpha),
        "loss": _number(step.loss),
        "after": _number(step.loss_after),
        "examples": [_example(each) for each in step.examples],
        "noise": [
            {"word": each.word, "share": _number(each.share), "chance": _number(each.probability), "drawn": each.drawn}
            for each in step.noise
        ],
        "rows": [
            {"table": row.table, "name": row.name, "size": len(row.before), "change": _number(row.change),
             "before": _numbers(row.before), "after": _numbers(row.after)}
            for table in ("input", "output")
            for row in sorted((r for r in step.rows if r.table == table), key=lambda r: -r.change)[:ROWS]
        ],
        "changed": step.changed,
    }  # fmt: skip


def _example(example: Example) -> dict[str, Any]:
    judged = example.judgements
    listed = [] if judged is None else zip(
        example.judged, judged.scores, judged.wanted.tolist(), judged.weights, judged.loss, judged.slope, strict=True
    )  # fmt: skip
    return {
        "context": example.context,
        "target": example.target,
        "hidden": _numbers(example.hidden),
        "gradient": _numbers(example.hidden_gradient),
        "judged": [
            {"name": name, "score": _number(score), "wanted": wanted, "weight": _number(weight),
             "loss": _number(loss), "slope": _number(slope)}
            for name, score, wanted, weight, loss, slope in listed
        ],
        "more": example.unlisted[0],
        "moreLoss": _number(example.unlisted[1]),
        "decisions": [
            {"node": each.node, "code": each.code, "p": [_number(p) for p in each.probability],
             "below": [each.named(0), each.named(1)]}
            for each in example.decisions
        ],
        "likeliest": [(word, _number(p)) for word, p in example.likeliest],
        "pair": None if example.pair is None else {k: _number(v) for k, v in vars(example.pair).items()},
        "p": _number(example.probability),
        "pAfter": _number(example.probability_after),
        "loss": _number(example.loss),
        "after": _number(example.loss_after),
    }  # fmt: skip


def _number(value: Any) -> float:
    return float(f"{float(value):.{FIGURES}g}")


def _numbers(row: np.ndarray) -> list[float]:
    return [_number(value) for value in row[:NUMBERS].tolist()]
