"""The same words in several models, one map each, turned so that they can be compared.

A map has no up and no left. Each is centred, scaled to one size, and turned or mirrored onto the first (orthogonal
Procrustes, Schönemann 1966),

    argmin over orthogonal R of  |P R - P_1|_F,

which changes no distance within a map. Words have the colour of the part of the first map that they lie in, so that
one sees where they go.
"""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import orthogonal_procrustes

from w2v.corpus.vocabulary import with_spellings
from w2v.errors import W2VError, counted
from w2v.plots.figure import QUIET, Sheet, mark_of
from w2v.plots.labels import draw_words, frame
from w2v.plots.layout import Layout, measured, project, unit_vectors
from w2v.plots.words.selection import prominence_of
from w2v.vectors import KeyedVectors

PANEL = (5.4, 4.2)  # inches
HEAD, EDGE = 0.35, 0.15  # inches above a panel, beside it
PARTS = 6  # of the first map, by colour
FREQUENT = 0.6  # share of a text that its most frequent words make up, which are function words


def frequent_words(vectors: KeyedVectors, n: int = 60) -> list[str]:
    """The n most frequent words that are likely to have a meaning of their own.

    Left out are the words that make up three fifths of the text, and words of one to three Latin letters; fewer than n
    are given of a small vocabulary, and all of one that has no more than n.
    """
    counts = np.ones(len(vectors)) if vectors.counts is None else vectors.counts
    first = int(np.searchsorted(np.cumsum(counts), FREQUENT * counts.sum()))
    words = [word for word in vectors.index_to_key[first:] if len(word) > 3 or not word.isascii()]
    return words[:n] if len(words) >= 3 and len(vectors) > n else vectors.index_to_key[:n]


def side_by_side(
    models: Mapping[str, KeyedVectors],
    words: Sequence[str],
    *,
    method: str | None = None,
    seed: int = 1,
    dpi: int = 150,
) -> Figure:
    """Draw a map of the same words for each model; the same arguments give the same picture.

    Args:
        models: by the name above their map; the others are turned onto the first.
        words: at least three that all models know.
        method: of `layout.METHODS`, None: the usual one; vectors of two numbers are turned only.
        seed: of t-SNE.
        dpi: dots per inch.

    Warns:
        UserWarning: words that one of the models does not know, which are left out.

    Raises:
        W2VError: no model, fewer than three words, or what `project` raises.
    """
    asked = list(dict.fromkeys(words))
    words = [word for word in asked if all(word in vectors.key_to_index for vectors in models.values())]
    if unknown := [word for word in asked if word not in words]:
        told = with_spellings(
            unknown, list(dict.fromkeys(word for vectors in models.values() for word in vectors.index_to_key))
        )
        warnings.warn(f"Not in all vocabularies, so not on the maps: {told}.", UserWarning, stacklevel=2)
    if not models or len(words) < 3:
        raise W2VError(
            f"Maps side by side need a model and three words that all know; got {counted(len(words), 'word')}."
        )
    columns = min(len(models), 2)
    sheet = Sheet(columns * PANEL[0] + (columns + 1) * EDGE, dpi=dpi, texts=[*words, *models], margin=EDGE)
    sheet.head = 0.0  # panels have headings, and the page has none
    layouts: dict[str, Layout] = {}
    first, how = np.empty(0), ""
    for name, vectors in models.items():
        units = unit_vectors(vectors, [vectors.key_to_index[word] for word in words])
        points, told = project(units, "pca" if units.shape[1] == 2 else method, seed)
        points = points - points.mean(axis=0)
        points /= np.linalg.norm(points)
        if not layouts:
            first = points
            # PCA's sentence goes on with the share of the variance, which is the first map's alone.
            how = f"{told.split(':')[0]}." if told.startswith("PCA") else told
        layouts[name] = measured(units, points @ orthogonal_procrustes(points, first)[0], how)
    parts = fcluster(linkage(first, "ward"), PARTS, "maxclust") - 1
    near, chance = layouts[name].near, layouts[name].chance
    sheet.caption([
        f"The same {len(words)} words. {how} The maps are turned onto the first, and colours are parts of that one. "
        f"Kept: of a word’s {near} nearest neighbours by cosine, the share that is among its {near} nearest here "
        f"(by chance {100 * chance:.2g}%). A word without room for a label keeps its dot."
    ])  # fmt: skip
    sheet.fit(-(-len(models) // columns) * (PANEL[1] + HEAD) + EDGE)
    for number, (name, layout) in enumerate(layouts.items()):
        row, column = divmod(number, columns)
        left, top = EDGE + column * (PANEL[0] + EDGE), row * (PANEL[1] + HEAD) + HEAD
        sheet.write(left, top, name, size=13, va="bottom")
        told = f"{layout.kept:.0%} of neighbours kept"
        sheet.write(left + PANEL[0], top, told, size=8.5, color=QUIET, va="bottom", ha="right")
        axes = sheet.panel(left, top, *PANEL)
        frame(axes, layout.points)
        prominence = prominence_of(models[name], [models[name].key_to_index[word] for word in words])
        draw_words(axes, layout.points, words, prominence, [mark_of(int(part)) for part in parts], sheet.families)
    return sheet.figure
