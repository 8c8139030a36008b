"""The same words in several models, one map each, turned so that they can be compared.

A map has no up and no left. Each is centred, scaled to one size, and turned or mirrored onto the first (orthogonal
Procrustes, Schönemann 1966),

    argmin over orthogonal R of  |P R - P_1|_F,

which changes no distance within a map. Words have the colour of the part of the first map that they lie in, so that
one sees where they go.
"""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.linalg import orthogonal_procrustes

from w2v.errors import W2VError
from w2v.plots.figure import INK, PALETTE, PAPER, QUIET, draw, fonts_for, frame
from w2v.plots.layout import neighbours_kept, project
from w2v.plots.words.map import prominence_of
from w2v.vectors import KeyedVectors

PANEL = (5.4, 4.2)  # inches
HEAD, FOOT, EDGE = 0.35, 0.75, 0.15  # inches above a panel, below all, beside
PARTS = 6  # of the first map, by colour
FREQUENT = 0.6  # share of a text that its most frequent words make up, which are function words


def frequent_words(vectors: KeyedVectors, n: int = 60) -> list[str]:
    """The n most frequent words that are likely to have a meaning of their own.

    Left out are the words that make up three fifths of the text, and words of one to three Latin letters; fewer than n
    are given of a small vocabulary.
    """
    counts = np.ones(len(vectors)) if vectors.counts is None else vectors.counts
    first = int(np.searchsorted(np.cumsum(counts), FREQUENT * counts.sum()))
    words = [word for word in vectors.index_to_key[first:] if len(word) > 3 or not word.isascii()]
    return words[:n] if len(words) >= 3 else vectors.index_to_key[:n]


def side_by_side(
    models: Mapping[str, KeyedVectors], words: Sequence[str], *, method: str, seed: int = 1, dpi: int = 150
) -> Figure:
    """Draw a map of the same words for each model; the same arguments give the same picture.

    Args:
        models: by the name above their map; the others are turned onto the first.
        words: at least three that all models know.
        method: of `layout.METHODS`; vectors of two numbers are turned only.
        seed: of t-SNE.
        dpi: dots per inch.

    Raises:
        W2VError: no model, fewer than three words, or what `project` raises.
    """
    words = [word for word in dict.fromkeys(words) if all(word in vectors.key_to_index for vectors in models.values())]
    if not models or len(words) < 3:
        raise W2VError(f"Maps side by side need a model and three words that all know; got {len(words)} words.")
    columns = min(len(models), 2)
    rows = -(-len(models) // columns)
    width, height = columns * PANEL[0] + (columns + 1) * EDGE, rows * (PANEL[1] + HEAD) + FOOT
    figure = Figure(figsize=(width, height), dpi=dpi, facecolor=PAPER)
    FigureCanvasAgg(figure)
    families = fonts_for("".join([*words, *models]))
    near = min(10, (len(words) - 1) // 2)

    first, parts, how = np.empty(0), np.empty(0), ""
    for number, (name, vectors) in enumerate(models.items()):
        ids = [vectors.key_to_index[word] for word in words]
        table = vectors.vectors[ids].astype(np.float64)
        lengths = np.linalg.norm(table, axis=1, keepdims=True)
        units = table / np.where(lengths > 0, lengths, 1.0)
        points, told = project(units, "pca" if units.shape[1] == 2 else method, seed)
        points = points - points.mean(axis=0)
        points /= np.linalg.norm(points)
        if number == 0:
            first, how = points, told
            parts = fcluster(linkage(points, "ward"), PARTS, "maxclust") - 1
        points = points @ orthogonal_procrustes(points, first)[0]

        row, column = divmod(number, columns)
        left, bottom = EDGE + column * (PANEL[0] + EDGE), height - (row + 1) * (PANEL[1] + HEAD)
        box = np.divide((left, bottom, *PANEL), (width, height) * 2)
        axes = figure.add_axes((box[0], box[1], box[2], box[3]), facecolor="none")
        frame(figure, axes, points, ruled=False)
        looks = [(PALETTE[int(part)], "o") for part in parts]
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Glyph .* missing")  # fonts_for has said it better
            draw(figure, axes, points, words, prominence_of(vectors, ids), looks, families)
        kept = neighbours_kept(units, points, near)
        heading: dict[str, Any] = {"va": "bottom", "parse_math": False, "family": families}
        figure.text(box[0], box[1] + box[3], name, size=13, color=INK, **heading)
        figure.text(
            box[0] + box[2], box[1] + box[3], f"{kept:.0%} of neighbours kept", size=8.5, color=QUIET, ha="right",
            **heading,
        )  # fmt: skip
    told = how.split(":")[0] if method == "pca" else how  # the share of the variance is the first map's alone
    caption = (
        f"The same {len(words)} words. {told}\nThe maps are turned onto the first, and colours are parts of that one. "
        f"Kept: of a word’s {near} nearest neighbours by cosine,\nthe share that is among its {near} nearest here "
        f"(by chance {near / (len(words) - 1):.0%}). A word without room for a label keeps its dot."
    )
    figure.text(EDGE / width, 0.12 / height, caption, size=8.5, color=QUIET, linespacing=1.5, family=families)
    return figure
