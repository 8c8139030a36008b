"""The command that draws: plot. What it draws follows from its flags, the number of models and the file's name."""

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from w2v.cli.arguments import listed, load
from w2v.cli.plot_options import TOP, check_file, check_name, check_options, check_together
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.vectors import KeyedVectors

MANY, COLOURS = 500, 8  # from so many words a page without groups is dull, and gets so many that are found
SLOW = 3_000  # words from which t-SNE takes a while


@dataclass(frozen=True)
class Request:
    """Which words are drawn, what is known about them, and how they are projected."""

    words: list[str] | None  # None: the most frequent
    top: int  # so many of them
    groups: dict[str, str] | None
    note: str  # for the caption
    method: str | None
    seed: int
    title: str | None


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
        str | None,
        typer.Option(
            help="tsne, pca or umap; of two dimensions a word none is needed. [default: tsne, or pca without openTSNE]"
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of t-SNE and UMAP. [default: 1]")] = None,
    title: Annotated[str | None, typer.Option(help="A title above the picture.")] = None,
    outlines: Annotated[
        bool,
        typer.Option("--outlines", help="Letters of an .svg as shapes, for where its fonts are missing; else as text."),
    ] = False,
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
    check_options(given, kind)
    check_together(given, method)
    if len(model) > 1 and kind not in ("--history", "two models"):
        shown = "A map" if kind == "a map" else kind
        raise W2VError(
            f"{shown} shows one model, and {len(model)} are given. Give one; or two, to see what moved; or --history, "
            "to compare runs."
        )
    suffix = check_name(output, kind)
    check_file(given, suffix)
    if outlines and suffix != ".svg":
        raise W2VError(f"--outlines is for pictures that end in .svg, and {output.name!r} does not; leave it out.")
    if kind == "--history":
        _draw_history(model, output, title, outlines)
        return
    if kind == "--tree":
        _draw_tree(model[0], output, None if words is None else listed(words), top or 20, title, outlines)
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
    chosen, groups = _choose(vectors, words, words_file, near)
    if kind == "a map" and _is_hyperbolic_text(model[0], vectors):
        check_options(given, "a disc")
        check_name(output, "a disc")
        _draw_disc(vectors, chosen, top, groups, title, output, outlines)
        return
    note = ""
    if clusters:
        groups, note = _clusters(vectors, vectors.index_to_key[:top] if chosen is None else chosen, clusters)
    request = Request(chosen, top, groups or None, note, method, 1 if seed is None else seed, title)
    _warn(request, vectors, suffix, len(snapshots) or 1)
    if kind == "--animate":
        _write_film(snapshots, request, output)
    elif suffix == ".html":
        _write_page(vectors, request, output)
    elif kind == "two models":
        _draw_two(vectors, model, request, output, outlines)
    elif suffix in (".tsv", ".parquet"):
        _write_table(vectors, request, output)
    else:
        _draw_map(vectors, request, output, analogy, outlines)


def _choose(
    vectors: "KeyedVectors", words: str | None, words_file: Path | None, near: str | None
) -> tuple[list[str] | None, dict[str, str]]:
    """The words to draw, and their groups."""
    from w2v.plots.words.selection import neighbourhood, read_words

    if words is not None:
        return listed(words), {}
    if words_file is not None:
        return read_words(words_file)
    return (None, {}) if near is None else neighbourhood(vectors, listed(near))


def _clusters(vectors: "KeyedVectors", words: list[str], n: int) -> tuple[dict[str, str], str]:
    """Groups that are found, and the caption's sentence on them."""
    from w2v.plots.words.groups import find_groups

    known = [word for word in dict.fromkeys(words) if word in vectors]
    note = f"Colours: {n} groups found by k-means, each named after two frequent words in its midst."
    return find_groups(vectors, known, n), note


def _draw_history(models: list[Path], output: Path, title: str | None, outlines: bool) -> None:
    from w2v.plots.figure import save_figure
    from w2v.plots.training.curves import plot_history, read_histories

    histories, objectives, texts = read_histories(models)
    figure = plot_history(histories, objectives=objectives, texts=texts, title=title)
    save_figure(figure, output, outlines=outlines)


def _draw_tree(model: Path, output: Path, words: list[str] | None, top: int, title: str | None, outlines: bool) -> None:
    from w2v.plots.figure import save_figure
    from w2v.plots.words.tree import plot_tree

    save_figure(plot_tree(load(model), words, top=top, title=title), output, outlines=outlines)


def _draw_map(vectors: "KeyedVectors", request: Request, output: Path, analogy: str | None, outlines: bool) -> None:
    from w2v.plots.figure import save_figure
    from w2v.plots.words.arrows import parse_pairs
    from w2v.plots.words.map import plot_words

    pairs = parse_pairs(listed(analogy)) if analogy is not None else []
    figure = plot_words(
        vectors, request.words, top=request.top, method=request.method, groups=request.groups, pairs=pairs,
        note=request.note, seed=request.seed, title=request.title,
    )  # fmt: skip
    save_figure(figure, output, outlines=outlines)


def _is_hyperbolic_text(model: Path, vectors: "KeyedVectors") -> bool:
    """Whether words are points of hyperbolic space, and of no hierarchy, which `w2v poincare plot` draws."""
    from w2v.vectors.formats.model_folder import read_settings

    return vectors.geometry == "poincare" and not (model.is_dir() and "space" in read_settings(model))


def _draw_disc(
    vectors: "KeyedVectors",
    words: list[str] | None,
    top: int,
    groups: dict[str, str],
    title: str | None,
    output: Path,
    outlines: bool,
) -> None:
    import numpy as np

    from w2v.plots.hierarchy.file import save_disc

    nothing, groups_given = np.empty((0, 2), int), groups or None
    save_disc(output, vectors, nothing, words=words, top=top, groups=groups_given, title=title, outlines=outlines)


def _draw_two(vectors: "KeyedVectors", models: list[Path], request: Request, output: Path, outlines: bool) -> None:
    from w2v.plots.figure import save_figure
    from w2v.plots.words.two_models import plot_moves

    first, second = models
    figure = plot_moves(
        vectors,
        load(second),
        request.words,
        names=(first.name, second.name) if first.name != second.name else (str(first), str(second)),
        top=request.top,
        method=request.method,
        seed=request.seed,
        title=request.title,
    )
    save_figure(figure, output, outlines=outlines)


def _write_film(snapshots: "dict[int, KeyedVectors]", request: Request, output: Path) -> None:
    from w2v.plots.words.film import write_film

    write_film(
        snapshots, output, request.words, top=request.top, method=request.method, groups=request.groups,
        note=request.note, seed=request.seed, title=request.title,
    )  # fmt: skip


def _write_table(vectors: "KeyedVectors", request: Request, output: Path) -> None:
    from w2v.plots.words.exports import write_parquet, write_projector

    if output.suffix.lower() == ".tsv":
        print(write_projector(vectors, output, request.words, top=request.top, groups=request.groups))
    else:
        write_parquet(
            vectors, output, request.words, top=request.top, method=request.method, groups=request.groups,
            seed=request.seed,
        )  # fmt: skip


def _write_page(vectors: "KeyedVectors", request: Request, output: Path) -> None:
    from w2v.plots.html.frame import save_page
    from w2v.plots.words.page import page_of

    text = page_of(
        vectors, request.words, top=request.top, method=request.method, groups=request.groups,
        seed=request.seed, title=request.title, note=request.note,
    )  # fmt: skip
    save_page(text, output)


def _warn(request: Request, vectors: "KeyedVectors", suffix: str, maps: int) -> None:
    """Print a warning of what will take long."""
    n = min(request.top, len(vectors)) if request.words is None else len(request.words)
    slow = request.method == "tsne" or (request.method is None and find_spec("openTSNE"))
    if slow and n * maps > SLOW and suffix != ".tsv" and vectors.vector_size > 2:
        about = max(1, round(n * maps / 10_000))
        told = f"{n:,} words by t-SNE" + (f", {maps} times over" if maps > 1 else "")
        print(f"laying out {told}: about {about} min; --method pca takes seconds", file=sys.stderr)
