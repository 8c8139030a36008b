"""Graded entailment: to what degree is a duck a bird? Points that form a hierarchy, against what people said.

    score(u is a v) = -(1 + alpha (|v| - |u|)) d(u, v)

(Nickel & Kiela 2017, equation 7.) Near points score high, and far ones the less the farther out v is: what is more
general lies nearer to the origin. The test is HyperLex (Vulic et al. 2017), its measure Spearman's rank correlation.

Tests ask for words, hierarchies such as WordNet's have senses: a word that is no node stands for all nodes
`word.x.00`, and of two words, those senses are taken that are nearest to each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from w2v import evaluation
from w2v.errors import W2VError
from w2v.geometry import LORENTZ, POINCARE, Space
from w2v.text.files import File

_SENSE = re.compile(r"(.+)\.[a-z]\.\d+").fullmatch
_HYPERLEX = ("WORD1", "WORD2", "AVG_SCORE")


def entailment(
    points: np.ndarray,
    nodes: Sequence[str],
    pairs: Sequence[evaluation.Pair],
    *,
    space: Space = POINCARE,
    alpha: float = 1000.0,
) -> evaluation.SimilarityReport:
    """Correlate the score of each pair with the degree to which people found that the first is a kind of the second.

    points: [V, D] of `space`, or [V, D + 1] of LORENTZ; nodes: their names. pairs: as `read_graded` returns them; those
    with an unknown word are skipped and counted. alpha: how much it counts which of the two is the more general.

    Raises W2VError when points and nodes do not fit together.
    """
    points = np.asarray(points, dtype=np.float64)
    if points.ndim != 2 or len(points) != len(nodes):
        raise W2VError(f"{len(nodes)} nodes came with points of shape {list(points.shape)}; expected a row a node.")
    index = {node: place for place, node in enumerate(nodes)}
    senses: dict[str, list[int]] = {}
    for place, node in enumerate(nodes):
        if found := _SENSE(node):
            senses.setdefault(found[1], []).append(place)

    def rows(word: str) -> list[int]:
        return [index[word]] if word in index else senses.get(word, [])

    lengths = np.linalg.norm(points[:, 1:] if space is LORENTZ else points, axis=1)
    if space is LORENTZ:
        lengths /= 1 + points[:, 0]  # the length in the ball
    scores, judgements = [], []
    for first, second, judgement in pairs:
        us, vs = rows(first), rows(second)
        if not us or not vs:
            continue
        distances = space.dist(points[us][:, None], points[vs][None])
        i, j = np.unravel_index(distances.argmin(), distances.shape)
        scores.append(-(1 + alpha * (lengths[vs[j]] - lengths[us[i]])) * distances[i, j])
        judgements.append(judgement)
    return evaluation.correlate(scores, judgements, skipped=len(pairs) - len(scores))


def read_graded(path: str | Path) -> list[evaluation.Pair]:
    """Read judged pairs: HyperLex as it is published, or `word word number` lines as `evaluation.read_pairs` does.

    HyperLex has columns separated by spaces, named in its first line; those used are WORD1, WORD2 and AVG_SCORE.
    Raises W2VError naming the line that is not in this format.
    """
    lines = chain.from_iterable(batch.lines for batch in File(str(path)).batches())
    header = str(next(lines, "")).split()
    if not set(_HYPERLEX) <= set(header):
        return evaluation.read_pairs(path)
    columns = [header.index(name) for name in _HYPERLEX]
    pairs = []
    for number, line in enumerate(map(str, lines), 2):
        fields = line.split()
        if not fields:
            continue
        try:
            first, second, judgement = (fields[column] for column in columns)
            pairs.append((first, second, float(judgement)))
        except (IndexError, ValueError) as error:
            raise W2VError(
                f"{path}, line {number}: expected {len(header)} columns as named in line 1, AVG_SCORE being a number; "
                f"got {line!r:.80}."
            ) from error
    return pairs
