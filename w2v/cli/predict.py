"""The command that asks heads what they expect: predict."""

from pathlib import Path
from typing import Annotated, Any

import typer

from w2v.cli.arguments import find_here
from w2v.cli.wording import Command

CONTEXT = "--context"


class TakesContext(Command):
    """A command whose --context takes all words up to the next option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _repeated(args))


def _repeated(args: list[str]) -> list[str]:
    """`--context the cat` as `--context the --context cat`, which is how options with several values are read."""
    told: list[str] = []
    within = False
    for i, arg in enumerate(args):
        if arg == "--":
            return told + args[i:]
        if arg.startswith("-") and len(arg) > 1:
            within = arg == CONTEXT
            told.append(arg)
        else:
            told += [CONTEXT, arg] if within and told[-1] != CONTEXT else [arg]
    return told


def predict(
    model: Annotated[list[Path], typer.Argument(metavar="MODEL...", help="A model folder, or several to compare.")],
    context: Annotated[
        list[str], typer.Option(CONTEXT, metavar="WORD...", help="The words around the one to be expected.")
    ],
    topn: Annotated[int, typer.Option("--topn", "-n", min=1, help="Words to show.")] = 10,
    way_to: Annotated[
        str | None,
        typer.Option(
            "--path", metavar="WORD", help="Of head hs: follow its decisions to this word. [default: the top]"
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Draw it, too: .png, .svg or .pdf.")] = None,
    title: Annotated[str | None, typer.Option(help="A title above the picture.")] = None,
    head: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS", help="The head of a model whose head is a class of your own.")
    ] = None,
) -> None:
    """Show which words the heads of models expect amid some others, and how likely: their distributions."""
    from w2v.models.prediction import predict as predict_amid
    from w2v.models.prediction import read_models

    find_here([head] if head else [])
    words = [word for part in context for word in part.split()]
    prediction = predict_amid(read_models(model, head), words, topn, way_to=way_to)
    if output:
        from w2v.plots.figure import save_figure
        from w2v.plots.words.prediction import draw_prediction

        save_figure(draw_prediction(prediction, title=title), output)
    print(prediction)
