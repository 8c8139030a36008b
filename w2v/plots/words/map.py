"""A map of words: vectors laid out on a page so that what is near in meaning is near on paper.

Every picture says in its caption how it came about, and how much of it to believe (`layout.py`). The most frequent
words are labelled first; a word without room for its label keeps its dot (`figure.py`).
"""

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from w2v.errors import W2VError
from w2v.plots.figure import (
    GREY,
    LEFT,
    PALETTE,
    WIDTH,
    draw,
    fonts_for,
    footnote,
    frame,
    headline,
    looks_of,
    page,
)
from w2v.plots.layout import check_geometry, check_method, lay_out, measured, unit_vectors
from w2v.plots.words.arrows import Pairs, agreement, draw_arrows, plane
from w2v.text.lists import entries, unquoted
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import several, words_of


def plot_words(
    vectors: KeyedVectors,
    words: Sequence[str] | None = None,
    *,
    top: int = 150,
    method: str | None = None,
    groups: Mapping[str, str] | None = None,
    pairs: Pairs = (),
    note: str = "",
    seed: int = 1,
    title: str | None = None,
    figsize: tuple[float, float] = (10.0, 8.0),
    dpi: int = 200,
) -> Figure:
    """Draw a map of words; the same arguments give the same picture.

    Args:
        vectors: those of two numbers are drawn as they are, whatever `method` says.
        words: to draw; None: the `top` most frequent, or with `pairs` theirs alone.
        method: of `layout.METHODS`. None: "tsne", or with `pairs` the plane that they span (`arrows.py`).
        groups: of words, by name, at most 40 in all: each has its own colour, or colour and mark, explained by a
            legend in the order of `groups`; other words are grey. `groups.find_groups` finds some.
        pairs: words with an arrow from the first to the second; they are always on the map.
        note: a sentence for the caption, such as where the groups come from.
        seed: of t-SNE and UMAP, from 0.
        title: above the map.
        figsize: inches.
        dpi: dots per inch.

    Warns:
        UserWarning: words that `vectors` does not know, which are left out with their pairs, and characters that no
            installed font has.

    Raises:
        W2VError: fewer than three words are left, or no pair; an unknown method, an impossible seed, too many groups,
            vectors that all lie on one line, hyperbolic vectors; a library that the method needs is missing.
    """
    if method is not None:
        check_method(method)
    if words is None and pairs:
        words = []
    rows = rows_of(vectors, words, top, [word for pair in pairs for word in pair])
    shown = [vectors.index_to_key[row] for row in rows]
    styles = looks_of(groups or {}, shown)
    place = {word: i for i, word in enumerate(shown)}
    known = [(place[tail], place[head]) for tail, head in pairs if tail in place and head in place]
    if pairs and not known:
        raise W2VError("There is no arrow to draw: of every pair one word or both are not in the vocabulary.")
    tails, heads = np.array(known, dtype=int).reshape(-1, 2).T
    units = unit_vectors(vectors, rows)
    if known and method is None and vectors.vector_size > 2:
        layout = measured(units, *plane(units, tails, heads))
    else:
        layout = lay_out(vectors, rows, method or "tsne", seed)

    figure = page(figsize, dpi)
    families = fonts_for("".join([*shown, *styles, title or ""]))
    top_edge = headline(figure, title, styles, families)

    def explain(unlabelled: int) -> float:
        without = f", {unlabelled} without room for a label" if unlabelled else ""
        lines = [f"{len(rows)} words{without}. {layout.how}"]
        lines += [agreement(units, tails, heads)] if known else []
        lines += [note] if note else []
        lines.append(
            f"Of a word’s {layout.near} nearest neighbours by cosine, {layout.kept:.0%} are among its {layout.near} "
            f"nearest here (by chance {layout.chance:.0%}). The larger the dot, the more frequent the word."
        )
        return footnote(figure, lines, families)

    left, bottom = (
        (0.06 if layout.ruled else LEFT),
        (explain(len(rows)) + (0.36 if layout.ruled else 0.12)) / figsize[1],
    )
    axes = figure.add_axes((left, bottom, LEFT + WIDTH - left, top_edge - bottom), facecolor="none")
    frame(figure, axes, np.vstack([layout.points, [0.0, 0.0]]) if layout.ruled else layout.points, ruled=layout.ruled)
    if groups:
        looks = [styles[groups[word]] if word in groups else (GREY, "o") for word in shown]
    elif known:
        looks = [(PALETTE[0] if i in tails else PALETTE[1] if i in heads else GREY, "o") for i in range(len(rows))]
    else:
        looks = [(PALETTE[0], "o")] * len(shown)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # fonts_for has said it better
        drawn = draw_arrows(axes, layout.points, tails, heads)
        unlabelled = draw(
            figure, axes, layout.points, shown, prominence_of(vectors, rows), looks, families, lines=drawn
        )

    explain(unlabelled)
    return figure


def rows_of(
    vectors: KeyedVectors, words: Sequence[str] | None, top: int = 150, certain: Sequence[str] = ()
) -> list[int]:
    """Rows of the words to draw, those that are certain to be drawn first, and each time the most frequent first.

    `plot_words` has the other arguments, the warning and the errors.
    """
    check_geometry(vectors)
    known = vectors.key_to_index
    asked = dict.fromkeys([*certain, *(() if words is None else words_of(words, vectors.index_to_key))])
    if unknown := [word for word in asked if word not in known]:
        listed = ", ".join(unknown)
        warnings.warn(f"Not in the vocabulary, so not on the map: {listed}.", UserWarning, stacklevel=3)
    chosen = (
        range(min(max(top, 0), len(vectors))) if words is None else [known[word] for word in asked if word in known]
    )
    first = {known[word] for word in certain if word in known}
    rows = sorted({*chosen, *first}, key=lambda row: (row not in first, row))
    if len(rows) < 3:
        raise W2VError(f"A map needs at least three words of the vocabulary, and got {len(rows)}; give more.")
    return rows


def neighbourhood(vectors: KeyedVectors, seeds: Sequence[str], topn: int = 12) -> tuple[list[str], dict[str, str]]:
    """Words near given words, and of each the seed it belongs to: `words` and `groups` for `plot_words`.

    Every seed brings its `topn` nearest words; a word near several seeds goes with the one most similar to it.
    Raises UnknownWordError for a seed that `vectors` does not know, W2VError when there is none.
    """
    nearest = {seed: (np.inf, seed) for seed in words_of(several(seeds), vectors.index_to_key)}
    for seed in list(nearest):
        for word, similarity in vectors.most_similar(seed, topn=topn):
            if word not in nearest or similarity > nearest[word][0]:
                nearest[word] = (similarity, seed)
    return list(nearest), {word: seed for word, (_, seed) in nearest.items()}


def read_words(path: Path) -> tuple[list[str], dict[str, str]]:
    """Words to draw, one a line, each with the name of its group after a tab if it has one.

    A `#` with a space after it begins a comment; `#metoo` and `#` are words. Quotes around a word or name are no part.
    Raises W2VError when the file cannot be read or is not UTF-8 text.
    """
    lines = (line.split("\t") for _, line in entries(path) if not line.startswith("# "))
    rows = [[unquoted(field) for field in line] for line in lines]
    return [row[0] for row in rows], {row[0]: row[1] for row in rows if len(row) > 1}


def prominence_of(vectors: KeyedVectors, rows: Sequence[int]) -> np.ndarray:
    """Log frequency of words, from 0 for the rarest shown to 1 for the most frequent [N]. Where counts are not
    known, Zipf's law stands in for them, since vectors come with frequent words first."""
    logs = -np.log1p(rows) if vectors.counts is None else np.log(np.maximum(vectors.counts[rows], 1))
    return (logs - logs.min()) / max(float(np.ptp(logs)), 1e-9)
