"""The Huffman tree of a few words, drawn with its codes: how hierarchical softmax tells words apart (`heads/tree.py`).

Words stand in a column, in the order in which the tree meets them; a word's code is what one reads on the branches from
the root to it. A branch is as thick as its share of the text is large, so that one sees why frequent words have short
ways. Beside it stands what such a code costs, sum_w p(w) length(w), and what none can go below: the entropy
-sum_w p(w) log2 p(w) (Shannon 1948; Huffman 1952: by less than a bit more).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Curve

from w2v.errors import W2VError
from w2v.heads.tree import HuffmanTree, huffman_tree
from w2v.plots.figure import GREY, INK, PALETTE, PAPER, QUIET, Sheet, darkened, shortened
from w2v.plots.fonts import FONT, MONOSPACE
from w2v.plots.words.selection import counts_of
from w2v.vectors import KeyedVectors, vectors_of
from w2v.vectors.terms import keys_of

MOST = 64  # words whose codes one can read
WIDTH, ROW = 9.0, 0.27  # inches: the page, and a word's row
NAME, DIGIT, BIT = 0.098, 0.09, 0.095  # inches: a letter of a name, a digit of a count, a decision of a code
SIDES = (PALETTE[0], PALETTE[1])  # of branches 0 and 1


def plot_tree(
    vectors: Any,
    words: Sequence[str] | None = None,
    *,
    top: int = 20,
    title: str | None = None,
    dpi: int = 200,
) -> Figure:
    """Draw the Huffman tree of some words alone; the same arguments give the same picture.

    Args:
        vectors: with counts, as a model folder has them; or a mapping from words to their counts, at least 1.
        words: the words; None: the `top` most frequent.
        title: above the tree.
        dpi: dots per inch.

    Raises:
        W2VError: vectors without counts, unknown words, fewer than two words or more than `MOST`.
    """
    names, all_counts = counts_of(vectors, "A Huffman tree is made of counts")
    if isinstance(vectors, Mapping):
        order = np.argsort(-all_counts, kind="stable")
        vectors = KeyedVectors([names[row] for row in order], np.zeros((len(names), 1)), all_counts[order])
    vectors = vectors_of(vectors)
    chosen = vectors.index_to_key[:top] if words is None else keys_of(words)
    rows = sorted({vectors.get_index(word) for word in chosen})
    if not 2 <= len(rows) <= MOST:
        raise W2VError(f"A Huffman tree is drawn of 2 to {MOST} words, and {len(rows)} were given.")
    shown, counts = [vectors.index_to_key[row] for row in rows], np.maximum(vectors.counts[rows], 1)
    tree = huffman_tree(counts)
    codes = ["".join(map(str, tree.path(word)[1])) for word in range(len(rows))]
    places = _places(tree, codes)

    sheet = Sheet(WIDTH, dpi=dpi, texts=[*shown, title])
    sheet.title(title)
    shares, n = counts / counts.sum(), len(rows)
    which = f"the {n} most frequent words alone" if words is None else f"these {n} words alone"
    sheet.caption([
        f"The Huffman tree of {which if n < len(vectors) else f'all {n} words'}: word, count, code.",
        f"On average a word takes {shares @ tree.lengths:.2f} decisions; the entropy, below which no code goes, is "
        f"{-shares @ np.log2(shares):.2f} bits, and codes of equal length would take {np.ceil(np.log2(n)):.0f}.",
    ])  # fmt: skip
    sheet.fit(ROW * n + 0.15)
    names, told = [shortened(word) for word in shown], [f"{count:,}" for count in counts]
    wide, digits = NAME * max(map(len, names)), DIGIT * max(map(len, told))
    left = WIDTH - sheet.margin - (wide + digits + BIT * int(tree.lengths.max()) + 0.38)  # of the table
    axes = sheet.panel(sheet.margin, sheet.head, left - sheet.margin - 0.12, ROW * n)
    axes.set(xlim=(-0.3, tree.lengths.max() + 0.15), ylim=(n - 0.5, -0.5))
    axes.axis("off")
    _branches(axes, places, codes, counts)
    for word, name in enumerate(names):
        y = sheet.head + ROW * (places[codes[word]] + 0.5)
        style: dict[str, Any] = {"va": "center_baseline", "size": 9.5}
        sheet.write(left, y, name, **style)
        sheet.write(left + wide + digits + 0.12, y, told[word], color=QUIET, ha="right", family=FONT, **style)
        for place, side in enumerate(codes[word]):
            x = left + wide + digits + 0.32 + BIT * place
            sheet.write(x, y, side, color=darkened(SIDES[int(side)]), family=MONOSPACE, **style)
    return sheet.figure


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
            x - 0.19, y, node[-1], size=7, color=darkened(colour), ha="center", va="center_baseline", family=MONOSPACE,
            bbox={"boxstyle": "circle,pad=0.18", "facecolor": PAPER, "edgecolor": colour, "linewidth": 0.6},
        )  # fmt: skip
    for are_leaves, inside in ((False, INK), (True, PAPER)):
        x, y = np.array([(len(node), y) for node, y in places.items() if (node in codes) == are_leaves]).T
        axes.scatter(x, y, s=16, facecolors=inside, edgecolors=INK, linewidths=0.8, zorder=3)
