"""Arrows between pairs of words that stand in one relation, on the plane that shows best whether they are parallel.

t-SNE bends directions, and PCA may look past them. The plane of some pairs (a_i, b_i) of unit vectors is

    across:  the direction r that their differences share most,
                 argmax over |r| = 1 of  sum_i (r . (b_i - a_i))^2 / |b_i - a_i|^2,
    up:      the direction of most variance of all the words that is orthogonal to r.

Since the first is chosen by the pairs themselves, arrows that point to the right prove little. What does not depend on
the plane is the mean cosine of the differences to each other, which the caption states.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from w2v.errors import W2VError
from w2v.plots.figure import INK

Pairs = Sequence[tuple[str, str]]


def parse_pairs(parts: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of words that texts such as "man:woman" name; spaces around a word are no part of it.

    Raises:
        W2VError: a text that is not two words with a colon between them, or none at all.
    """
    pairs = []
    for part in parts:
        tail, _, head = (piece.strip() for piece in part.partition(":"))
        if not tail or not head or ":" in head:
            raise W2VError(f"{part!r} is no pair of words; expected pairs such as man:woman,king:queen.")
        pairs.append((tail, head))
    if not pairs:
        raise W2VError("There are no pairs of words to draw arrows between; give some, such as man:woman,king:queen.")
    return pairs


def plane(units: np.ndarray, tails: np.ndarray, heads: np.ndarray) -> tuple[np.ndarray, str]:
    """Positions [N, 2] of unit vectors [N, D] on the plane of some pairs, and the caption's sentence about it.

    Args:
        units: at least three.
        tails, heads: rows of the words that arrows come from and go to, int [P], P >= 1.

    Raises:
        W2VError: pairs of equal vectors, or words that all lie on one line.
    """
    differences = _differences(units, tails, heads)
    across = np.linalg.svd(differences, full_matrices=False)[2][0]
    across *= 1 if differences.sum(axis=0) @ across >= 0 else -1
    middled = units - units.mean(axis=0)
    rest = middled - np.outer(middled @ across, across)
    if np.abs(rest).max() < 1e-9:
        raise W2VError("The vectors of these words all lie on one line, so there is no map of them.")
    up = np.linalg.svd(rest, full_matrices=False)[2][0]
    up *= 1 if up[np.abs(up).argmax()] > 0 else -1
    points = middled @ np.stack([across, up], axis=1)
    share = np.square(points).sum() / np.square(middled).sum()
    return points, (
        "Across: the direction that the pairs share most; up: the one in which the words differ most besides; "
        f"together {share:.0%} of the variance."
    )


def agreement(units: np.ndarray, tails: np.ndarray, heads: np.ndarray) -> str:
    """The caption's sentence on how parallel the arrows are in all D dimensions."""
    if len(tails) < 2:
        return "The arrow is drawn for one pair, so nothing can be said about a relation."
    cosines = (differences := _differences(units, tails, heads)) @ differences.T
    mean = (cosines.sum() - len(tails)) / (len(tails) * (len(tails) - 1))
    return (
        f"In all {units.shape[1]} dimensions the {len(tails)} arrows have a mean cosine of {mean:.2f} to each other "
        "(1: parallel, 0: unrelated)."
    )


def draw_arrows(axes: Axes, points: np.ndarray, tails: np.ndarray, heads: np.ndarray) -> list[np.ndarray]:
    """Arrows between positions [N, 2]; their lines [2, 2], for labels to keep clear of."""
    lines = [points[[tail, head]] for tail, head in zip(tails, heads, strict=True)]
    for start, end in lines:
        arrow = FancyArrowPatch(
            tuple(start), tuple(end), arrowstyle="-|>,head_length=5,head_width=2", shrinkA=3.5, shrinkB=3.5,
            linewidth=0.9, color=INK, alpha=0.75, zorder=2.5, joinstyle="miter",
        )  # fmt: skip
        axes.add_patch(arrow)
    return lines


def _differences(units: np.ndarray, tails: np.ndarray, heads: np.ndarray) -> np.ndarray:
    """From tails to heads, each of length one [P, D]."""
    differences = units[heads] - units[tails]
    lengths = np.linalg.norm(differences, axis=1, keepdims=True)
    if lengths.min() < 1e-9:
        raise W2VError("A pair for an arrow has two words of the same vector; leave it out.")
    return differences / lengths
