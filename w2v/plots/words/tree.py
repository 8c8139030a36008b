"""The Huffman tree of a few words, drawn with its codes: how hierarchical softmax tells words apart (`huffman.py`).

Words stand in a column, in the order in which the tree meets them; a word's code is what one reads on the branches from
the root to it. A branch is as thick as its share of the text is large, so that one sees why frequent words have short
ways. Beside it stands what such a code costs, sum_w p(w) length(w), and what none can go below: the entropy
-sum_w p(w) log2 p(w) (Shannon 1948; Huffman 1952: by less than a bit more).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve

from w2v.errors import W2VError
from w2v.huffman import HuffmanTree, huffman_tree
from w2v.plots.figure import FONT, GREY, INK, LEFT, PALETTE, PAPER, QUIET, darkened, fonts_for, page, shortened
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import keys_of

MOST = 64  # words whose codes one can read
WIDTH, ROW, HEAD, FOOT, HEADING = 9.0, 0.27, 0.3, 0.62, 0.45  # inches
SIDES = (PALETTE[0], PALETTE[1])  # of branches 0 and 1
CODE = "DejaVu Sans Mono"


def plot_tree(
    vectors: KeyedVectors,
    words: Sequence[str] | None = None,
    *,
    top: int = 20,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw the Huffman tree of some words alone; the same arguments give the same picture.

    Args:
        vectors: with counts, as a model folder has them.
        words: the words; None: the `top` most frequent.
        title: above the tree.
        dpi: dots per inch.

    Raises:
        W2VError: vectors without counts, unknown words, fewer than two words or more than `MOST`.
    """
    if vectors.counts is None:
        raise W2VError("A Huffman tree is made of counts, and these vectors came without; give the model's folder.")
    chosen = vectors.index_to_key[:top] if words is None else keys_of(words)
    rows = sorted({vectors.get_index(word) for word in chosen})
    if not 2 <= len(rows) <= MOST:
        raise W2VError(f"A Huffman tree is drawn of 2 to {MOST} words, and {len(rows)} were given.")
    shown, counts = [vectors.index_to_key[row] for row in rows], np.maximum(vectors.counts[rows], 1)
    tree = huffman_tree(counts)
    codes = ["".join(map(str, tree.path(word)[1])) for word in range(len(rows))]
    places = _places(tree, codes)

    names = [shortened(word) for word in shown]
    head = HEAD + (HEADING if title else 0.0)
    height = head + ROW * len(rows) + FOOT
    figure = page((WIDTH, height), dpi)
    families = fonts_for("".join([*shown, title or ""]))
    if title:
        figure.text(
            LEFT, 1 - 0.2 / height, title, size=17, color=INK, va="top", family=families, parse_math=False
        )  # fmt: skip
    table = 0.5 + 0.098 * max(map(len, names)) + 0.09 * max(len(f"{c:,}") for c in counts) + 0.095 * tree.lengths.max()
    wide = WIDTH - 2 * LEFT * WIDTH - table
    axes = figure.add_axes((LEFT, FOOT / height, wide / WIDTH, ROW * len(rows) / height), facecolor="none")
    axes.set(xlim=(-0.3, tree.lengths.max() + 0.15), ylim=(len(rows) - 0.5, -0.5))
    axes.axis("off")
    _branches(axes, places, codes, counts)
    left = LEFT * WIDTH + wide + 0.12
    middle = left + 0.098 * max(map(len, names)) + 0.12 + 0.09 * max(len(f"{c:,}") for c in counts)
    for word, name in enumerate(names):
        y = 1 - (head + ROW * (places[codes[word]] + 0.5)) / height
        style: dict[str, Any] = {"va": "center_baseline", "size": 9.5, "parse_math": False}
        figure.text(left / WIDTH, y, name, color=INK, family=families, **style)
        figure.text(middle / WIDTH, y, f"{counts[word]:,}", color=QUIET, ha="right", family=FONT, **style)
        for place, side in enumerate(codes[word]):
            x = (middle + 0.2 + 0.095 * place) / WIDTH
            figure.text(x, y, side, color=darkened(SIDES[int(side)]), family=CODE, **style)
    shares, n = counts / counts.sum(), len(rows)
    which = f"the {n} most frequent" if words is None else f"these {n}"
    caption = (
        f"The Huffman tree of {which} words alone: word, count, code.\n"
        f"On average a word takes {shares @ tree.lengths:.2f} decisions; the entropy, below which no code goes, is "
        f"{-shares @ np.log2(shares):.2f} bits, and codes of equal length would take {np.ceil(np.log2(n)):.0f}."
    )
    figure.text(LEFT, 0.14 / height, caption, size=7.5, color=QUIET, linespacing=1.5, family=FONT)
    return figure


def _places(tree: HuffmanTree, codes: Sequence[str]) -> dict[str, float]:
    """The height of every node, by the code that leads to it: words at 0, 1, 2 from above, others amid their two."""
    places: dict[str, float] = {code: float(row) for row, code in enumerate(sorted(codes))}
    for depth in range(int(tree.lengths.max()) - 1, -1, -1):
        for code in {code[:depth] for code in codes if len(code) > depth}:
            places[code] = (places[code + "0"] + places[code + "1"]) / 2
    return places


def _branches(axes: Axes, places: dict[str, float], codes: Sequence[str], counts: np.ndarray) -> None:
    """Branches with 0 or 1 on them, inner nodes, and a dotted line from each word's leaf to its name."""
    weights = {node: sum(c for code, c in zip(codes, counts, strict=True) if code.startswith(node)) for node in places}
    right = axes.get_xlim()[1]
    for node, y in sorted(places.items()):
        x = len(node)
        if node in codes:
            axes.plot([x + 0.08, right], [y, y], color=GREY, linewidth=0.6, linestyle=(0, (1, 3)), zorder=0)
        if not node:
            continue
        start = places[node[:-1]]
        bend = [(x - 1, start), (x - 0.45, start), (x - 0.75, y), (x - 0.3, y), (x, y)]
        colour = SIDES[int(node[-1])]
        axes.add_patch(
            PathPatch(
                Curve(bend, [Curve.MOVETO, Curve.CURVE4, Curve.CURVE4, Curve.CURVE4, Curve.LINETO]),
                facecolor="none",
                edgecolor=colour,
                linewidth=0.8 + 6 * (weights[node] / counts.sum()) ** 0.7,
                alpha=0.55,
                capstyle="butt",
            )
        )
        axes.text(
            x - 0.19, y, node[-1], size=7, color=darkened(colour), ha="center", va="center_baseline", family=CODE,
            bbox={"boxstyle": "circle,pad=0.18", "facecolor": PAPER, "edgecolor": colour, "linewidth": 0.6},
        )  # fmt: skip
    for are_leaves, inside in ((False, INK), (True, PAPER)):
        x, y = np.array([(len(node), y) for node, y in places.items() if (node in codes) == are_leaves]).T
        axes.scatter(x, y, s=16, facecolors=inside, edgecolors=INK, linewidths=0.8, zorder=3)
