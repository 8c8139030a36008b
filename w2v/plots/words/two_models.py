"""Two models on one map: every word at one place, and arrows for the words that stand elsewhere in the second.

The second model is turned or mirrored onto the first in all D dimensions, on the unit vectors of the words that both
know (orthogonal Procrustes, Schönemann 1966), which changes no distance within it:

    R = argmin over orthogonal R of  sum_w |a_w - b_w R|^2;    the move of w is 1 - cos(a_w, b_w R).

The map is laid out from the means of a_w and b_w R of the words that moved least. A word that moved goes where its
nearest of those lie, once for each model, as Hamilton, Leskovec & Jurafsky (2016, section 4) draw words that change
their meaning. With nothing but chance between two models words move too; the caption gives the median for comparison.
"""

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy.linalg import orthogonal_procrustes

from w2v.errors import W2VError
from w2v.plots.figure import GREY, INK, LEFT, PALETTE, WIDTH, draw, fonts_for, footnote, frame, headline, page
from w2v.plots.layout import measured, project, unit_vectors
from w2v.plots.words.arrows import draw_arrows
from w2v.plots.words.map import prominence_of
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import words_of

MARKED = 20  # words with an arrow
ALIGNED_ON = 20_000  # most frequent of the words that both know
AROUND = 5  # nearest words that say where a moved word lies


class Moves(NamedTuple):
    """Some words in two models, the second turned onto the first."""

    words: list[str]  # N, in the first model's order
    first: np.ndarray  # unit vectors, float64 [N, D]
    second: np.ndarray  # unit vectors, float64 [N, D]

    @property
    def distances(self) -> np.ndarray:
        """Cosine distance of each word to itself, from 0 to 2 [N]."""
        return 1 - (self.first * self.second).sum(axis=1)


def align(first: KeyedVectors, second: KeyedVectors, words: Sequence[str] | None = None) -> Moves:
    """Turn the second model onto the first, on all words that both know, and give `words`, or None for all of them.

    Of models with different numbers of dimensions, the smaller is taken for flat in the directions that it lacks.

    Warns:
        UserWarning: words that one of them does not know, which are left out.

    Raises:
        W2VError: fewer than three words that both know.
    """
    shared = [word for word in first.index_to_key if word in second.key_to_index]
    asked = None if words is None else dict.fromkeys(words_of(words, first.index_to_key))
    unknown = [] if asked is None else [word for word in asked if word not in set(shared)]
    if unknown:
        warnings.warn(f"Not in both vocabularies, so not on the map: {', '.join(unknown)}.", UserWarning, stacklevel=3)
    chosen = shared if asked is None else [word for word in shared if word in asked]
    if len(chosen) < 3:
        raise W2VError(f"Two models are compared on at least three words that both know, and got {len(chosen)}.")
    size = max(first.vector_size, second.vector_size)
    common = shared[:ALIGNED_ON]
    a, b = _table(first, common, size), _table(second, common, size)
    turn, _ = orthogonal_procrustes(b, a)
    return Moves(chosen, _table(first, chosen, size), _table(second, chosen, size) @ turn)


def plot_moves(
    first: KeyedVectors,
    second: KeyedVectors,
    words: Sequence[str] | None = None,
    *,
    names: tuple[str, str] = ("first", "second"),
    top: int = 150,
    method: str = "tsne",
    seed: int = 1,
    title: str | None = None,
    figsize: tuple[float, float] = (10.0, 8.0),
    dpi: int = 200,
) -> Figure:
    """Draw a map of two models, with arrows for the words that moved most; the same arguments give the same picture.

    Args:
        first, second: the models, between which the arrows go.
        words: to draw; None: the `top` most frequent that both know.
        names: of the models, in the legend.
        method: of `layout.METHODS`.
        seed, title, figsize, dpi: as in `map.plot_words`.

    Warns:
        UserWarning: as `align`.

    Raises:
        W2VError: as `align` and `project`; fewer than six words, since three have to stay in their places.
    """
    both = [word for word in first.index_to_key if word in second.key_to_index]
    moves = align(first, second, both[:top] if words is None else words)
    if len(moves.words) < 6:
        raise W2VError(f"A map of moves needs at least six words that both models know, and got {len(moves.words)}.")
    distances = moves.distances
    n = min(MARKED, len(distances) // 5 or 1)
    moved = np.sort(np.argsort(-distances, kind="stable")[:n])
    moved = moved[distances[moved] > 1e-6]  # of a model and itself none
    low, high = (float(distances[moved].min()), float(distances[moved].max())) if len(moved) else (0.0, 0.0)
    still = np.setdiff1d(np.arange(len(distances)), moved)
    means = moves.first[still] + moves.second[still]
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    means /= np.where(lengths > 0, lengths, 1.0)
    layout = measured(means, *project(means, "pca" if means.shape[1] == 2 else method, seed))
    before, after = (_among(table[moved], means, layout.points) for table in (moves.first, moves.second))

    figure = page(figsize, dpi)
    families = fonts_for("".join([*moves.words, *names, title or ""]))
    edge = headline(figure, title, {}, families)
    edge = _legend(figure, names, edge, families) if len(moved) else edge

    def explain(unlabelled: int) -> float:
        without = f" {unlabelled} words have no room for a label." if unlabelled else ""
        marked = f"of the {n} marked {low:.2f} to {high:.2f}" if (n := len(moved)) else "none moved"
        lines = [
            f"{len(distances)} words in two models, the second turned onto the first.{without} {layout.how}",
            f"Cosine distance of a word to itself in the other model: median {np.median(distances):.2f}, {marked}. "
            f"A marked word lies amid its {min(AROUND, len(still))} nearest others. Of the others’ {layout.near} "
            f"nearest neighbours by cosine, {layout.kept:.0%} are among their {layout.near} nearest here (by chance "
            f"{layout.chance:.0%}).",
        ]
        return footnote(figure, lines, families)

    bottom = (explain(len(distances)) + 0.12) / figsize[1]
    axes = figure.add_axes((LEFT, bottom, WIDTH, edge - bottom), facecolor="none")
    points = np.vstack([after, layout.points, before])  # whoever comes first gets the best place for a label
    frame(figure, axes, points, ruled=False)
    order = [*moved, *still]
    prominence = prominence_of(first, [first.key_to_index[moves.words[i]] for i in order])
    lines = draw_arrows(axes, points, len(order) + np.arange(len(moved)), np.arange(len(moved)))
    axes.scatter(before[:, 0], before[:, 1], s=16, facecolors="none", edgecolors=PALETTE[1], linewidths=1.0, zorder=2)
    looks = [(PALETTE[1], "o")] * len(moved) + [(GREY, "o")] * len(still)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # fonts_for has said it better
        unlabelled = draw(
            figure,
            axes,
            points[: len(order)],
            [moves.words[i] for i in order],
            prominence,
            looks,
            families,
            lines=lines,
        )
    explain(unlabelled)
    return figure


def _table(vectors: KeyedVectors, words: Sequence[str], size: int) -> np.ndarray:
    """Unit vectors of words, with zeros up to a size: float64 [N, size]."""
    units = unit_vectors(vectors, [vectors.key_to_index[word] for word in words])
    return np.pad(units, ((0, 0), (0, size - units.shape[1])))


def _among(units: np.ndarray, others: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Where unit vectors [M, D] lie among others [N, D] with places [N, 2]: amid the nearest of these, [M, 2]."""
    cosines = units @ others.T
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :AROUND]
    weights = np.maximum(np.take_along_axis(cosines, nearest, axis=1), 1e-3)
    return np.einsum("mk,mkd->md", weights / weights.sum(axis=1, keepdims=True), places[nearest])


def _legend(figure: Figure, names: tuple[str, str], edge: float, families: list[str]) -> float:
    """What the two marks mean; how high the map may reach, as a fraction of the page."""
    hollow: dict[str, Any] = {"markerfacecolor": "none", "markeredgecolor": PALETTE[1]}
    handles = [
        Line2D([], [], linestyle="", marker="o", markersize=5, **hollow),
        Line2D([], [], linestyle="", marker="o", markersize=5, color=PALETTE[1]),
    ]
    legend = figure.legend(
        handles, ["", ""], ncols=2, loc="upper left", bbox_to_anchor=(LEFT, edge),
        prop={"family": families, "size": 9}, labelcolor=INK, frameon=False,
        borderpad=0, borderaxespad=0, handlelength=1, handletextpad=0.3, columnspacing=1.4,
    )  # fmt: skip
    for text, name in zip(legend.get_texts(), names, strict=True):
        text.set(text=f"in {name}", parse_math=False)
    box = legend.get_window_extent().transformed(figure.transFigure.inverted())
    return box.y0 - 0.1 / figure.get_size_inches()[1]
