"""The command that draws: plot. Its flags, the number of models and the file's name tell what it draws."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from w2v.cli.arguments import listed, load
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.vectors import KeyedVectors

TOP = {".html": 5_000, ".tsv": 10_000, ".parquet": 2_000}  # words where none are named; of a picture 150
WORDS = {"--words", "--words-file", "--near", "--top"}
LAID_OUT = {"--method", "--seed"}
FITTING = {  # which options say something to what is drawn
    "--history": {"--title"},
    "--tree": {"--title", "--words", "--top"},
    "--animate": WORDS | LAID_OUT | {"--title", "--clusters"},
    "two models": WORDS | LAID_OUT | {"--title"},
    "a map": WORDS | LAID_OUT | {"--title", "--clusters", "--analogy"},
}
NAMES = {
    "--history": "A picture of curves",
    "--tree": "A picture of a tree",
    "--animate": "A film",
    "two models": "A picture of two models",
    "a map": "A map",
}
MANY, COLOURS = 500, 8  # from so many words a page without groups is dull, and gets so many that are found
SLOW = 3_000  # words from which t-SNE takes a while


class Choice(NamedTuple):
    """Which words are drawn, and what more is known about them."""

    words: list[str] | None  # None: the most frequent
    groups: dict[str, str] | None
    note: str  # for the caption


def plot(
    model: Annotated[
        list[Path],
        typer.Argument(
            metavar="MODEL...",
            help="A model folder or vectors file; two, to see what moved; with --history model folders; with --animate "
            "the folder of the checkpoints.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            help="A picture: .png, .svg or .pdf. A page to explore: .html. A film: .gif or .mp4. Tables for other "
            "viewers: .tsv (TensorBoard's projector; .metadata.tsv goes with it) or .parquet.",
        ),
    ],
    history: Annotated[bool, typer.Option("--history", help="Draw how the training of some models went.")] = False,
    tree: Annotated[bool, typer.Option("--tree", help="Draw the Huffman tree of the words, with its codes.")] = False,
    animate: Annotated[bool, typer.Option("--animate", help="Show how the map formed over the checkpoints.")] = False,
    words: Annotated[str | None, typer.Option(help="Words to draw, separated by commas.")] = None,
    words_file: Annotated[Path | None, typer.Option(help="Words to draw, one a line, or word TAB group.")] = None,
    near: Annotated[
        str | None, typer.Option(help="Draw these words, separated by commas, and their neighbours.")
    ] = None,
    top: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="Without words: draw this many most frequent ones. [default: 150; --tree 20, --animate 80, "
            ".html 5,000, .tsv 10,000, .parquet 2,000]",
        ),
    ] = None,
    analogy: Annotated[
        str | None, typer.Option(metavar="PAIRS", help="Draw arrows between words: man:woman,king:queen.")
    ] = None,
    clusters: Annotated[
        int | None,
        typer.Option(min=2, max=40, help="Find so many groups of words, and colour them. [default: .html 8]"),
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="tsne, pca or umap; of two dimensions a word none is needed. [default: tsne]")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of t-SNE and UMAP. [default: 1]")] = None,
    title: Annotated[str | None, typer.Option(help="A title above the picture.")] = None,
) -> None:
    """Draw a 2-D map of word vectors: a picture, a page to explore, a film, a table; or curves, or a Huffman tree."""
    flags = [flag for flag, on in (("--history", history), ("--tree", tree), ("--animate", animate)) if on]
    if len(flags) > 1:
        raise W2VError(f"{' and '.join(flags)} draw different things; give one of them.")
    kind = flags[0] if flags else "two models" if len(model) == 2 else "a map"
    options = {
        "--words": words, "--words-file": words_file, "--near": near, "--top": top, "--analogy": analogy,
        "--clusters": clusters, "--method": method, "--seed": seed, "--title": title,
    }  # fmt: skip
    given = [option for option, value in options.items() if value is not None]
    if useless := [option for option in given if option not in FITTING[kind]]:
        why = "draws curves, which have no words" if kind == "--history" else "can do nothing with that"
        raise W2VError(f"{kind} {why}; leave {', '.join(useless)} out.")
    if len({"--words", "--words-file", "--near"} & set(given)) > 1:
        raise W2VError("--words, --words-file and --near each say what to draw; give one of them.")
    if len(model) > 1 and kind not in ("--history", "two models"):
        shown = "A map" if kind == "a map" else kind
        raise W2VError(
            f"{shown} shows one model, and {len(model)} are given. Give one; or two, to see what moved; or --history, "
            "to compare runs."
        )
    suffix = _check_name(output, kind)
    if kind == "--history":
        from w2v.plots.figure import save_figure
        from w2v.plots.training import curves

        histories, objectives = curves.read_histories(model)
        save_figure(curves.plot_history(histories, objectives=objectives, title=title), output)
        return
    if kind == "--tree":
        from w2v.plots.figure import save_figure
        from w2v.plots.words.tree import plot_tree

        named = listed(words) if words is not None else None
        save_figure(plot_tree(load(model[0]), named, top=top or 20, title=title), output)
        return

    snapshots: dict[int, KeyedVectors] = {}
    if kind == "--animate":
        from w2v.plots.words.film import snapshots as kept

        snapshots = {epoch: load(path) for epoch, path in kept(model[0]).items()}
    vectors = snapshots[max(snapshots)] if snapshots else load(model[0])
    top = top or (80 if kind == "--animate" and suffix != ".html" else TOP.get(suffix, 150))
    frequent = words is None and words_file is None and near is None
    if suffix == ".html" and clusters is None and frequent and min(top, len(vectors)) >= MANY:
        clusters = COLOURS
    choice = _choose(vectors, words, words_file, near, clusters, top)
    how, seed = method or "tsne", 1 if seed is None else seed
    _warn(choice, vectors, top, how, suffix, len(snapshots) or 1)
    if suffix == ".html":
        _page(vectors, choice, output, top, how, seed, title, snapshots)
    elif kind == "--animate":
        from w2v.plots.words.film import write_film

        write_film(
            snapshots, output, choice.words, top=top, method=how, groups=choice.groups, seed=seed, title=title
        )  # fmt: skip
    elif kind == "two models":
        from w2v.plots.figure import save_figure
        from w2v.plots.words.two_models import plot_moves

        names = (model[0].name, model[1].name) if model[0].name != model[1].name else (str(model[0]), str(model[1]))
        other = load(model[1])
        save_figure(
            plot_moves(vectors, other, choice.words, names=names, top=top, method=how, seed=seed, title=title), output
        )
    elif suffix == ".tsv":
        from w2v.plots.words.exports import write_projector

        print(write_projector(vectors, output, choice.words, top=top, groups=choice.groups))
    elif suffix == ".parquet":
        from w2v.plots.words.exports import write_parquet

        write_parquet(vectors, output, choice.words, top=top, method=how, groups=choice.groups, seed=seed)
    else:
        from w2v.plots.figure import save_figure
        from w2v.plots.words.arrows import parse_pairs
        from w2v.plots.words.map import plot_words

        pairs = parse_pairs(listed(analogy)) if analogy is not None else []
        save_figure(
            plot_words(
                vectors, choice.words, top=top, method=method, groups=choice.groups, pairs=pairs, note=choice.note,
                seed=seed, title=title,
            ),
            output,
        )  # fmt: skip


def _check_name(output: Path, kind: str) -> str:
    """The suffix of the file, which must fit what is drawn."""
    from w2v.plots.figure import DATE_OF
    from w2v.plots.words.film import check_film

    suffix = output.suffix.lower()
    fitting = {"--animate": [".gif", ".mp4", ".html"], "a map": [*DATE_OF, *TOP]}.get(kind, list(DATE_OF))
    if suffix not in fitting:
        film = " A film, .gif or .mp4, is made with --animate." if suffix in (".gif", ".mp4") else ""
        raise W2VError(f"{NAMES[kind]} cannot be saved as {output.name!r}: it must end in {', '.join(fitting)}.{film}")
    return check_film(output) if suffix in (".gif", ".mp4") else suffix


def _choose(
    vectors: "KeyedVectors",
    words: str | None,
    words_file: Path | None,
    near: str | None,
    clusters: int | None,
    top: int,
) -> Choice:
    from w2v.plots.words.map import neighbourhood, read_words

    chosen, groups, note = None, None, ""
    if words is not None:
        chosen = listed(words)
    elif words_file is not None:
        chosen, groups = read_words(words_file)
    elif near is not None:
        chosen, groups = neighbourhood(vectors, listed(near))
    if clusters:
        from w2v.plots.words.groups import find_groups

        drawn = vectors.index_to_key[:top] if chosen is None else list(dict.fromkeys(chosen))
        groups = find_groups(vectors, [word for word in drawn if word in vectors.key_to_index], clusters)
        note = f"Colours: {clusters} groups found by k-means, each named after two frequent words in its midst."
    return Choice(chosen, groups or None, note)


def _page(
    vectors: "KeyedVectors",
    choice: Choice,
    output: Path,
    top: int,
    method: str,
    seed: int,
    title: str | None,
    snapshots: "dict[int, KeyedVectors]",
) -> None:
    from w2v.plots.words.film import frames
    from w2v.plots.words.map import rows_of
    from w2v.plots.words.page import page_of, save_page

    moments = None
    if snapshots:
        shown = [vectors.index_to_key[row] for row in rows_of(vectors, choice.words, top)]
        layouts = frames([snapshots[epoch] for epoch in sorted(snapshots)], shown, method, seed)
        names = [f"epoch {epoch}" for epoch in sorted(snapshots)]
        moments = {name: layout.points for name, layout in zip(names, layouts, strict=True)}
    save_page(
        page_of(
            vectors, choice.words, top=top, method=method, groups=choice.groups, frames=moments, seed=seed, title=title,
            note=choice.note,
        ),
        output,
    )  # fmt: skip


def _warn(choice: Choice, vectors: "KeyedVectors", top: int, method: str, suffix: str, maps: int) -> None:
    """Say beforehand what will take long."""
    n = min(top, len(vectors)) if choice.words is None else len(choice.words)
    if method == "tsne" and n * maps > SLOW and suffix != ".tsv" and vectors.vector_size > 2:
        about = max(1, round(n * maps / 10_000))
        told = f"{n:,} words by t-SNE" + (f", {maps} times over" if maps > 1 else "")
        print(f"laying out {told}: about {about} min; --method pca takes seconds", file=sys.stderr)
