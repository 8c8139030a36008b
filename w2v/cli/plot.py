"""The command that draws: plot."""

from pathlib import Path
from typing import Annotated

import typer

from w2v.cli.arguments import listed, load
from w2v.errors import W2VError


def plot(
    model: Annotated[
        list[Path], typer.Argument(metavar="MODEL...", help="A model folder or vectors file; with --history folders.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The picture: .png, .svg or .pdf.")],
    history: Annotated[
        bool, typer.Option("--history", help="Draw how the training of one or more models went, instead of a map.")
    ] = False,
    words: Annotated[str | None, typer.Option(help="Words to draw, separated by commas.")] = None,
    words_file: Annotated[Path | None, typer.Option(help="Words to draw, one a line, or word TAB group.")] = None,
    near: Annotated[
        str | None, typer.Option(help="Draw these words, separated by commas, and their neighbours.")
    ] = None,
    top: Annotated[int, typer.Option(min=3, help="Without words: draw this many most frequent ones.")] = 150,
    method: Annotated[str, typer.Option(help="tsne or pca; vectors of two dimensions are drawn as they are.")] = "tsne",
    seed: Annotated[int, typer.Option(help="Seed of t-SNE.")] = 1,
    title: Annotated[str | None, typer.Option(help="A title above the picture.")] = None,
) -> None:
    """Draw a 2-D map of word vectors, or with --history curves of how training went."""
    chosen_by = [option for option in (words, words_file, near) if option is not None]
    if len(chosen_by) > 1:
        raise W2VError("--words, --words-file and --near each say what to draw; give one of them.")
    if history and chosen_by:
        raise W2VError("--history draws curves, which have no words; leave --words, --words-file and --near out.")
    if not history and len(model) > 1:
        raise W2VError(f"A map shows one model, and {len(model)} are given. Give one, or --history to compare runs.")
    from w2v.plots import map as maps

    maps.check_suffix(output)
    if history:
        from w2v.plots import curves

        histories, objectives = curves.read_histories(model)
        maps.save_figure(curves.plot_history(histories, objectives=objectives, title=title), output)
        return
    vectors = load(model[0])
    chosen, groups = None, None
    if words is not None:
        chosen = listed(words)
    elif words_file is not None:
        chosen, groups = maps.read_words(words_file)
    elif near is not None:
        chosen, groups = maps.neighbourhood(vectors, listed(near))
    figure = maps.plot_words(vectors, chosen, top=top, method=method, groups=groups, seed=seed, title=title)
    maps.save_figure(figure, output)
