"""A map of words: vectors projected to the plane so that words with similar vectors are near each other.

Every picture says in its caption how it came about, and how much of it to believe (`layout.py`). The most frequent
words are labelled first; a word without room for its label keeps its dot (`labels.py`).
"""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from w2v.errors import W2VError, counted
from w2v.plots.figure import GREY, PALETTE, Mark, Sheet, marks_legend
from w2v.plots.labels import draw_words, frame
from w2v.plots.layout import check_method, lay_out, measured, unit_vectors
from w2v.plots.words.arrows import Pairs, agreement, draw_arrows, plane
from w2v.plots.words.selection import select, with_composed
from w2v.vectors import KeyedVectors, vectors_of


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
        vectors: or a model that has them; those of two numbers are drawn as they are, whatever `method` says.
        words: to draw; None: the `top` most frequent, or with `pairs` theirs alone. With subwords, also words that are
            in no vocabulary.
        method: of `layout.METHODS`. None: "tsne", or "pca" without openTSNE, or with `pairs` the plane that
            they span (`arrows.py`).
        groups: of words, by name, at most 40 in all: each has its own colour, or colour and mark, explained by a
            legend in the order of `groups`; other words are grey. `groups.find_groups` finds some.
        pairs: words with an arrow from the first to the second; they are always on the map.
        note: a sentence for the caption, such as where the groups come from.
        seed: of t-SNE and UMAP, from 0.
        title: above the map.
        figsize: inches.
        dpi: dots per inch.

    Warns:
        UserWarning: words that `vectors` does not know, which are left out with their pairs, characters that no
            installed font has, and that openTSNE is not installed where no method is given.

    Raises:
        W2VError: fewer than two words are left, or no pair; an unknown method, an impossible seed, too many groups,
            vectors that all lie on one line, hyperbolic vectors; a library that the method needs is missing.
    """
    vectors = vectors_of(vectors)
    if method is not None:
        check_method(method)
    if words is None and pairs:
        words = []
    certain = [word for pair in pairs for word in pair]
    before = len(vectors)
    vectors, words = with_composed(vectors, words, certain)
    composed = vectors.index_to_key[before:]  # named by whoever asked for them, and rare: labelled before others
    chosen = select(vectors, words, top, groups, certain=[*certain, *composed])
    place = {word: i for i, word in enumerate(chosen.words)}
    known = [(place[tail], place[head]) for tail, head in pairs if tail in place and head in place]
    if pairs and not known:
        raise W2VError("There is no arrow to draw: of every pair one word or both are not in the vocabulary.")
    tails, heads = np.array(known, dtype=int).reshape(-1, 2).T
    units = unit_vectors(vectors, chosen.rows)
    if known and method is None and vectors.vector_size > 2 < len(units):
        layout = measured(units, *plane(units, tails, heads))
    else:
        layout = lay_out(vectors, chosen.rows, method, seed)

    sheet = Sheet(*figsize, dpi=dpi, texts=[*chosen.words, *chosen.groups, title])
    sheet.title(title)
    sheet.legend(marks_legend(chosen.groups))

    def explain(unlabelled: int) -> None:
        without = f", {unlabelled} without room for a label" if unlabelled else ""
        told = [f"{counted(len(chosen.words), 'word')}{without}. {layout.how}"]
        told += [agreement(units, tails, heads)] if known else []
        if composed:
            told += [f"{counted(len(composed), 'word is', 'words are')} in no vocabulary, and composed of n-grams."]
        told += [note] if note else []
        sheet.caption([*told, f"{layout.faithfulness()} The larger the dot, the more frequent the word."])

    explain(len(chosen.words))  # as long as it may become
    axes = sheet.room(left=0.3, below=0.36) if layout.ruled else sheet.room()
    frame(axes, np.vstack([layout.points, [0.0, 0.0]]) if layout.ruled else layout.points, ruled=layout.ruled)
    marks = chosen.marks
    if known and not groups:
        marks = [Mark(PALETTE[0] if i in tails else PALETTE[1] if i in heads else GREY) for i in range(len(marks))]
    arrows = draw_arrows(axes, layout.points, tails, heads)
    labels = draw_words(axes, layout.points, chosen.words, chosen.prominence, marks, sheet.families, lines=arrows)
    explain(labels.count(None))
    return sheet.figure
