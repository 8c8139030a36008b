"""The commands for relations: poincare train, eval, plot."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v.cli.arguments import Overwrite, Quiet, listed, with_settings
from w2v.cli.kept_runs import EVERY, KeptEvery, KeptIn, NotKept, Resume, keeper, kept, place_for, resumed, save
from w2v.cli.wording import Command, flagged
from w2v.errors import W2VError, counted
from w2v.hyperbolic.settings import PoincareConfig

app = typer.Typer(
    name="poincare",
    help="Embed a hierarchy, given as pairs of child and parent, in hyperbolic space: train, evaluate, draw.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

RelationsFile = Annotated[
    str,
    typer.Argument(
        metavar="RELATIONS", help="Lines of child and parent, or child, parent and weight, separated by tabs or commas."
    ),
]
RelationsModel = Annotated[Path, typer.Argument(metavar="MODEL", help="A folder that `w2v poincare train` wrote.")]
Closure = Annotated[bool, typer.Option("--closure", help="Add a pair for every ancestor that is not given.")]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help="What each column is, in order: child, parent, weight, or - to pass it over; such as parent,child. "
        "Without: as a header says, else child,parent,weight.",
    ),
]
Delimiter = Annotated[str | None, typer.Option(help="What separates columns, if neither tabs nor commas do.")]


@app.command(cls=Command)
@with_settings(PoincareConfig)
def train(
    relations: RelationsFile,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model's folder.")],
    settings: dict[str, Any],
    closure: Closure = False,
    columns: Columns = None,
    delimiter: Delimiter = None,
    held_out: Annotated[
        float,
        typer.Option(help="Keep this share of the inner pairs out of training; rank them and their nodes' at the end."),
    ] = 0.0,
    snapshots: Annotated[
        int, typer.Option(min=0, help="Keep the points after every so many epochs, to draw how they formed.")
    ] = 0,
    checkpoint: KeptIn = None,
    checkpoint_every: KeptEvery = EVERY,
    no_checkpoint: NotKept = False,
    resume: Resume = False,
    init: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="Begin where this model has the nodes; others at random.")
    ] = None,
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Embed the nodes of a hierarchy and save the model."""
    config = PoincareConfig.of(settings)

    from w2v.base.atomic_folder import check_destination
    from w2v.hyperbolic.embedding import Embedding
    from w2v.hyperbolic.ranking import link_prediction
    from w2v.hyperbolic.relations import read_relations, split
    from w2v.hyperbolic.reporter import PairsReporter
    from w2v.hyperbolic.trainer import train_relations
    from w2v.training.resume import is_over
    from w2v.vectors import KeyedVectors

    run = keeper(output, checkpoint, checkpoint_every, no_checkpoint)
    with kept(output, run, overwrite=overwrite, resume=resume), PairsReporter(quiet=quiet, wording=flagged) as reporter:
        earlier = None
        if resume:
            earlier, overwrite = resumed(output, run, Embedding.load, config.epochs, overwrite=overwrite)
        if not (earlier and is_over(earlier, config.epochs or earlier.n_epochs)):
            check_destination(output, overwrite=overwrite)
        given = read_relations(relations, closure=closure, columns=columns, delimiter=delimiter)
        for note in given.notes:
            reporter.on_note(note)
        reporter.on_relations(given)
        trained_on, hidden = split(given, held_out, config.seed) if held_out else (given, None)
        callbacks = [place_for(output, overwrite=overwrite), reporter]
        begin = None if init is None else KeyedVectors.load(init)
        embedding = train_relations(
            trained_on, config, callbacks, snapshots=snapshots, checkpoint=run, resume=earlier, init=begin
        )
        if embedding is not earlier:
            save(embedding, output, run, overwrite=overwrite)
        if hidden is not None:
            for name, masked in (("held out", True), ("with known", False)):
                found = link_prediction(
                    embedding.points, hidden, trained_on, masked=masked, space=embedding.space, workers=config.workers
                )
                reporter.say(f"{name:<14}{found}")
        reporter.say(f"saved         {output}   try: w2v poincare eval {output}")


@app.command(name="eval", cls=Command)
def evaluate(
    model: RelationsModel,
    relations: Annotated[
        str | None, typer.Option(metavar="RELATIONS", help="Rank these pairs instead of those trained on.")
    ] = None,
    closure: Closure = False,
    columns: Columns = None,
    delimiter: Delimiter = None,
    entailment: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Word pairs with degrees of entailment, as HyperLex.")
    ] = None,
) -> None:
    """Rank every node's relatives among all nodes: mean rank (1 is perfect) and mean average precision.

    Of pairs that were not trained on there are two figures: these alone, and all pairs of the same nodes, known ones
    too. The second is to be compared with published link prediction, which all but equals reconstruction there.
    """
    from w2v.hyperbolic import ranking
    from w2v.hyperbolic.embedding import Embedding
    from w2v.hyperbolic.entailment import entailment as entailment_of
    from w2v.hyperbolic.entailment import read_graded
    from w2v.hyperbolic.relations import read_relations

    of_file = [("--closure", closure), ("--columns", columns), ("--delimiter", delimiter)]
    if relations is None and (useless := [flag for flag, given in of_file if given]):
        raise W2VError(f"{', '.join(useless)} say how relations are read: give --relations FILE too.")
    judged = read_graded(entailment) if entailment else None
    embedding = Embedding.load(model)
    known, space = embedding.relations, embedding.space
    if relations is None:
        print(f"reconstruction   {ranking.reconstruction(embedding.points, known, space=space)}")
    else:
        given = read_relations(relations, closure=closure, columns=columns, delimiter=delimiter)
        for note in given.notes:
            print(flagged(note), file=sys.stderr)
        new, trained_on = embedding.unseen(given)
        if trained_on:
            print(f"{counted(trained_on, 'pair was', 'pairs were')} trained on and left out")
        for name, masked in (("link prediction", True), ("with known ones", False)):
            found = ranking.link_prediction(embedding.points, new, known, masked=masked, space=space)
            print(f"{name}  {found}")
    if judged is not None:
        print(f"{entailment}\n{entailment_of(embedding.points, known.nodes, judged, space=space)}")


@app.command(cls=Command)
def plot(
    model: RelationsModel,
    output: Annotated[Path, typer.Option("--output", "-o", help="The disc: .png, .svg, .pdf, .html or .gif.")],
    words: Annotated[str | None, typer.Option(help="Nodes to draw, separated by commas.")] = None,
    top: Annotated[
        int | None,
        typer.Option(min=3, help="Without words: draw the so many nodes with most descendants. [default: 1500]"),
    ] = None,
    centre: Annotated[str | None, typer.Option(help="Move this node to the middle.")] = None,
    colour: Annotated[str | None, typer.Option(help="depth, or subtree. [default: depth]")] = None,
    subtrees: Annotated[
        str | None, typer.Option(help="Colour the descendants of these nodes, separated by commas.")
    ] = None,
    forming: Annotated[
        bool, typer.Option("--forming", help="Draw how it formed; needs a model trained with --snapshots.")
    ] = False,
    title: Annotated[str | None, typer.Option(help="A title above the disc.")] = None,
) -> None:
    """Draw a hierarchy in the disc: a picture, a page to explore (.html), or how it formed (.gif or --forming)."""
    from w2v.hyperbolic.embedding import Embedding
    from w2v.plots.hierarchy.file import check_kind, save_disc

    if words is not None and top is not None:
        raise W2VError("--top draws the nodes with most descendants, and --words says which to draw; give one of them.")
    if subtrees is not None and colour not in (None, "subtree"):
        raise W2VError(f"--subtrees colours by subtree, and --colour says {colour}; give one of them.")
    moving = check_kind(output) == ".gif" or forming
    embedding = Embedding.load(model)
    if embedding.geometry != "poincare":
        raise W2VError(f"{model} is Euclidean, and a disc shows hyperbolic points; `w2v plot` draws a map of it.")
    if moving and len(embedding.snapshots) < 2:
        raise W2VError(f"{model} has no snapshots of its training; train it with --snapshots 20 to draw how it formed.")
    save_disc(
        output,
        embedding.vectors,
        embedding.relations.pairs,
        snapshots=embedding.snapshots if moving else None,
        words=None if words is None else listed(words),
        top=1500 if top is None else top,
        centre=centre,
        colour=colour or ("subtree" if subtrees else "depth"),
        subtrees=None if subtrees is None else listed(subtrees),
        title=title,
    )
