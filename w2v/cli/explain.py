"""The command that takes a step of training apart: explain."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v.base.config import Config
from w2v.cli.arguments import find_here, with_settings
from w2v.cli.wording import flagged


@with_settings(Config)
def explain(
    sentence: Annotated[str, typer.Argument(metavar="SENTENCE", help="A sentence in quotes.")],
    source: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="MODEL|CORPUS...",
            help="A model folder, or a text in which words are counted; nothing: the sentence is all the text.",
        ),
    ] = None,
    *,
    settings: dict[str, Any],
    centre: Annotated[str | None, typer.Option(metavar="WORD", help="The word to look at. [default: amid it]")] = None,
    occurrence: Annotated[int, typer.Option(min=1, help="Which one of several equal words.")] = 1,
    epoch: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="In which epoch, from 0; of a text those before it are trained first. [default: of a sentence alone a "
            "tenth of the run, of a text 1, of a model as many as it has]",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a page to click through, too: .html.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="A title above the page.")] = None,
) -> None:
    """Show what one step of training does to a sentence: windows, examples, scores, loss, and the rows that change.

    Of a sentence alone vectors have 4 numbers and windows 2 words to a side. A step has one hidden vector (--chunk 1)
    and as many negative samples as --negative says, unless these are given.
    """
    from rich.console import Console

    from w2v.explanation.explain import explain as explain_step
    from w2v.text.sources import from_arguments

    find_here([settings["head"]] if "head" in settings else [])
    given: Any = None
    if source:
        given = source[0] if len(source) == 1 and Path(source[0]).exists() else from_arguments(source)
    how: dict[str, Any] = {"centre": centre, "occurrence": occurrence, "epoch": epoch}
    explanation = explain_step(sentence, given, **how, **settings)
    explanation = replace(explanation, notes=tuple(map(flagged, explanation.notes)))
    if output:
        from w2v.plots.explanation.page import save_explanation

        save_explanation(explanation, output, title=title)
    Console(soft_wrap=True, highlight=False).print(explanation)
