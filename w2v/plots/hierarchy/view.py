"""What a picture of a hierarchy shows: nodes, their places in the disc, edges, colours, names and caption.

The figure, the page and the film are made of the same view, so that they tell the same.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex

from w2v.corpus.vocabulary import spelling_hint, with_spellings
from w2v.errors import UnknownWordError, W2VError, counted
from w2v.plots.figure import GREY, PALETTE, SHAPES, Mark, marks_of
from w2v.plots.hierarchy.projection import (
    Projection,
    contracted,
    contraction,
    fit,
    neighbours_kept,
    neighbours_seen,
)
from w2v.plots.hierarchy.shown_nodes import ShownNodes, choose_nodes
from w2v.vectors import KeyedVectors
from w2v.vectors.terms import words_of

COLOURS = ("depth", "subtree")
# From dark to light by equal steps (14 to 76 of CIELAB's L*), so that depths are also told apart without hues.
DEPTHS = LinearSegmentedColormap.from_list("depths", ["#321746", "#184581", "#18776A", "#8F992A", "#E8B349"])
TOLD = 20  # depths that a legend lists; of more, every second or third
WORDNET = re.compile(r"(.+)\.[nvars]\.0*(\d+)")  # dog.n.01, hot_dog.n.02


@dataclass(frozen=True)
class NodeSelection:
    """Which nodes are drawn, which of them in the middle, and in which colours."""

    words: Sequence[str] | None = None  # the nodes to draw; None: the `top` with the most descendants
    top: int = 1500
    centre: str | None = None  # a node to move to the middle, which changes no distance; None: as they are
    colour: str = "depth"  # "depth": edges of the longest way up to a root; or "subtree"
    subtrees: Sequence[str] | None = None  # nodes whose descendants get a colour each; None: the largest
    groups: Mapping[str, str] | None = None  # of nodes, by name, that get a colour each, whatever `colour` says


@dataclass(frozen=True)
class View:
    """N nodes, the most general first."""

    vectors: KeyedVectors
    nodes: ShownNodes
    names: list[str]  # N, as the vectors have them
    labels: list[str]  # N, as people read them
    points: np.ndarray  # [N, 2] float64, in the disc
    nearness: np.ndarray  # [N], from 0 at the rim to 1 in the middle
    marks: list[Mark]  # N
    legend: dict[str, Mark]  # by name
    tops: list[int]  # the nodes that the legend names, in its order; none where it names depths
    centre: int | None  # the node that was moved to the middle
    projection: Projection
    scale: float  # of distances from the origin, before the projection; 1 where they are drawn as they are
    about: str  # some sentences on one line

    @property
    def caption(self) -> str:
        """Of a picture of the view alone."""
        if self.scale == 1:
            return self.about
        return (
            f"{self.about} Distances from the origin were drawn {self.scale:.2g} times as long before all was moved, "
            "or the other nodes would lie on the rim, in one direction."
        )


def view_of(vectors: KeyedVectors, edges: np.ndarray, selection: NodeSelection) -> View:
    """A view of a hierarchy; `disc.plot_disc` has the arguments and the errors."""
    colour, subtrees = selection.colour, selection.subtrees
    if colour not in COLOURS:
        raise W2VError(f"Nodes cannot be coloured by {colour!r}; there are: {', '.join(COLOURS)}.")
    if vectors.geometry != "poincare":
        raise W2VError(
            f"A disc shows points of the Poincaré ball, and these vectors are {vectors.geometry}. Draw them as a map "
            "with w2v plot, or train with the space poincare or lorentz."
        )
    table = ball_of(vectors, vectors.vectors)
    nodes = choose_nodes(edges, _rows(vectors, selection.words), selection.top, len(vectors))
    if len(nodes.rows) < 3:
        raise W2VError(f"A disc needs at least three nodes, and got {len(nodes.rows)}; give more.")
    names = [vectors.index_to_key[row] for row in nodes.rows]
    points = table[nodes.rows]
    centre = None if selection.centre is None else place_of(names, selection.centre, "centre", vectors)
    scale = 1.0 if centre is None or neighbours_seen(points, centre) else contraction(points, centre)
    drawn = contracted(points, scale)
    projection = fit(drawn, None if centre is None else drawn[centre], selection.centre or "")
    flat = projection(drawn)
    joined = bool(np.size(edges))  # of words that were trained on text nothing is known to be above another
    told = [_counted(nodes, len(vectors), joined), projection.told]
    if projection.directions is not None:
        k = min(10, (len(names) - 1) // 2)
        told.append(
            f"Of a node’s {k} nearest by hyperbolic distance, {neighbours_kept(points, flat, k):.0%} are among its {k} "
            f"nearest here (by chance {k / (len(names) - 1):.0%}). The smaller, the farther from the "
            "middle, in all dimensions."
        )
    told.append("Lines are geodesics; the rim is infinitely far away." if joined else "The rim is infinitely far away.")
    tops = _tops(nodes, names, subtrees, vectors) if colour == "subtree" or subtrees is not None else []
    labels = readable(names)
    if selection.groups:
        marks, legend = _by_group(names, selection.groups)
    elif not joined:
        marks, legend = [Mark(PALETTE[0])] * len(names), {}
    else:
        marks, legend = _by_subtree(nodes, labels, tops) if tops else _by_depth(nodes)
    near = projection.nearness(drawn)
    about = " ".join(told)
    return View(vectors, nodes, names, labels, flat, near, marks, legend, tops, centre, projection, scale, about)


def ball_of(vectors: KeyedVectors, points: np.ndarray) -> np.ndarray:
    """Points as float64 [V, D], if they are points of the ball. Raises W2VError where they are not."""
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or len(points) != len(vectors):
        raise W2VError(f"Expected a point for each of {len(vectors)} nodes, and was given the shape {points.shape}.")
    longest = float(np.linalg.norm(points, axis=1).max(initial=0.0))
    if not longest < 1:
        raise W2VError(
            f"Points of the Poincaré ball are shorter than 1, and the longest of these has length {longest:.3g}."
        )
    return points


def readable(names: Sequence[str]) -> list[str]:
    """Names as labels. Where all are WordNet's, `hot_dog.n.02` is written `hot dog`, or `hot dog 2` among several."""
    parts = [match.groups() for name in names if (match := WORDNET.fullmatch(name))]
    if len(parts) < len(names):
        return list(names)
    same = Counter(word for word, _ in parts)
    return [f"{word} {sense}".replace("_", " ") if same[word] > 1 else word.replace("_", " ") for word, sense in parts]


def _counted(nodes: ShownNodes, known: int, joined: bool) -> str:
    n, some = len(nodes.rows), len(nodes.rows) < known
    if not joined:
        return f"{n:,} of {known:,} words." if some else f"{n:,} words."
    shown = f"{n:,} of {known:,} nodes" if some else f"{n:,} nodes"
    return f"{shown} and {counted(len(nodes.edges), 'edge')} to their nearest ancestors{' shown' if some else ''}."


def _rows(vectors: KeyedVectors, words: Sequence[str] | None) -> list[int] | None:
    if words is None:
        return None
    words = _by_label(words_of(words, vectors.index_to_key), vectors)
    unknown = [word for word in dict.fromkeys(words) if word not in vectors.key_to_index]
    if unknown:
        told = with_spellings(unknown, vectors.index_to_key)
        raise W2VError(f"Not among the nodes of these vectors: {told}. Leave them out.")
    return [vectors.key_to_index[word] for word in words]


def _by_label(words: list[str], vectors: KeyedVectors) -> list[str]:
    """Names, where those of labels are given that only one node has."""
    known = vectors.key_to_index
    if all(word in known for word in words):
        return words
    labels = readable(vectors.index_to_key)
    single = {label for label, count in Counter(labels).items() if count == 1}
    names = {label: name for label, name in zip(labels, vectors.index_to_key, strict=True) if label in single}
    return [word if word in known else names.get(word, word) for word in words]


def place_of(names: Sequence[str], name: str, what: str, vectors: KeyedVectors) -> int:
    """A node by its name, among those shown of the vectors."""
    if name in names:
        return names.index(name)
    if (labels := readable(names)).count(name) == 1:  # as the picture calls it
        return labels.index(name)
    if name in vectors.key_to_index:
        raise W2VError(f"The {what} {name!r} is not among the {len(names)} nodes shown; show more nodes (top=).")
    raise UnknownWordError(
        f"The {what} {name!r} is not among the {counted(len(vectors), 'node')} of these vectors.",
        lambda: spelling_hint(name, vectors.index_to_key),
    )


def _by_depth(nodes: ShownNodes) -> tuple[list[Mark], dict[str, Mark]]:
    """The deeper the lighter, and of another shape than the depths above and below."""
    present = sorted(set(nodes.depths.tolist()))
    scale = max(present[-1] - present[0], 1)
    marks = {
        depth: Mark(to_hex(DEPTHS((depth - present[0]) / scale)), SHAPES[number % len(SHAPES)])
        for number, depth in enumerate(present)
    }
    told = present[:: -(-len(present) // TOLD)]
    legend = {(f"depth {depth}" if depth == told[0] else f"{depth}"): marks[depth] for depth in told}
    return [marks[depth] for depth in nodes.depths.tolist()], legend


def _tops(nodes: ShownNodes, names: list[str], subtrees: Sequence[str] | None, vectors: KeyedVectors) -> list[int]:
    """The nodes whose subtrees get a colour."""
    if subtrees is None:
        return nodes.branches(len(PALETTE))
    if isinstance(subtrees, str) or not subtrees:
        raise W2VError(f"Expected a list of nodes to colour by, and was given {subtrees!r}.")
    tops = [place_of(names, name, "subtree", vectors) for name in dict.fromkeys(subtrees)]
    if len(tops) > len(PALETTE):
        raise W2VError(f"{len(tops)} subtrees were given, and a disc can tell {len(PALETTE)} apart; give fewer.")
    return tops


def _by_group(names: list[str], groups: Mapping[str, str]) -> tuple[list[Mark], dict[str, Mark]]:
    """The words of a group have its mark, all others are grey."""
    legend = marks_of(groups, names)
    return [legend[groups[name]] if name in groups else Mark(GREY) for name in names], legend


def _by_subtree(nodes: ShownNodes, labels: list[str], tops: list[int]) -> tuple[list[Mark], dict[str, Mark]]:
    return (
        [Mark(PALETTE[place] if place >= 0 else GREY) for place in nodes.nearest_of(tops).tolist()],
        {labels[node]: Mark(PALETTE[place]) for place, node in enumerate(tops)},
    )
