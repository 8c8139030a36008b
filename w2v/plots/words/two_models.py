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
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from scipy.linalg import orthogonal_procrustes

from w2v.corpus.vocabulary import with_spellings
from w2v.errors import W2VError, counted
from w2v.plots.figure import GREY, PALETTE, Mark, Sheet, legend_key, shortened
from w2v.plots.labels import draw_words, frame
from w2v.plots.layout import measured, project, unit_vectors
from w2v.plots.words.arrows import draw_arrows
from w2v.plots.words.selection import prominence_of
from w2v.vectors import KeyedVectors, vectors_of
from w2v.vectors.terms import words_of

MARKED = 20  # words with an arrow
SHORT = 0.5  # inches; a word with a shorter arrow has one label for both its ends
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
        told = with_spellings(unknown, [*first.index_to_key, *second.index_to_key])
        warnings.warn(f"Not in both vocabularies, so not on the map: {told}.", UserWarning, stacklevel=3)
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
    method: str | None = None,
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
        method: of `layout.METHODS`; None: the usual one.
        seed, title, figsize, dpi: as in `map.plot_words`.

    Warns:
        UserWarning: as `align`.

    Raises:
        W2VError: as `align` and `project`; fewer than six words, since three have to stay in their places.
    """
    first, second = vectors_of(first), vectors_of(second)
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

    sheet = Sheet(*figsize, dpi=dpi, texts=[*moves.words, *names, title])
    sheet.title(title)
    if len(moved):
        keys = [legend_key(PALETTE[1], hollow=True), legend_key(PALETTE[1])]
        sheet.legend([(f"in {shortened(name)}", handle) for name, handle in zip(names, keys, strict=True)])

    def explain(unlabelled: int) -> None:
        without = f" {counted(unlabelled, 'word has', 'words have')} no room for a label." if unlabelled else ""
        marked = f"of the {n} marked {low:.2f} to {high:.2f}" if (n := len(moved)) else "none moved"
        sheet.caption([
            f"{counted(len(distances), 'word')} in two models, the second turned onto the first.{without} {layout.how}",
            f"Cosine distance of a word to itself in the other model: median {np.median(distances):.2f}, {marked}. "
            f"A marked word lies amid its {min(AROUND, len(still))} nearest others. "
            f"{layout.faithfulness('the others’', 'their')}",
        ])  # fmt: skip

    explain(len(distances))  # as long as it may become
    axes = sheet.room()
    points = np.vstack([after, before, layout.points])  # whoever comes first gets the best place for a label
    frame(axes, points)
    n = len(moved)
    arrows = draw_arrows(axes, points, n + np.arange(n), np.arange(n))
    ends, starts = (axes.transData.transform(places) for places in (after, before))
    long = np.linalg.norm(ends - starts, axis=1) > SHORT * dpi
    order = [*moved, *moved, *still]
    named: list[str | None] = [moves.words[i] for i in order]
    named[n : 2 * n] = [word if apart else None for word, apart in zip(named[:n], long, strict=True)]
    labels = draw_words(
        axes, points, named, prominence_of(first, [first.key_to_index[moves.words[i]] for i in order]),
        [Mark(PALETTE[1])] * n + [Mark(PALETTE[1], hollow=True)] * n + [Mark(GREY)] * len(still), sheet.families,
        lines=arrows,
    )  # fmt: skip
    explain(labels[:n].count(None) + labels[2 * n :].count(None))
    return sheet.figure


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
