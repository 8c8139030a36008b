"""Where points begin: at random about the origin, where given points are, or where an earlier run left them."""

import math

import numpy as np

from w2v.errors import W2VError, counted
from w2v.geometry import to_lorentz
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.relations import Relations
from w2v.hyperbolic.settings import LORENTZ_EPSILON, PoincareConfig
from w2v.vectors import KeyedVectors


def longest_row(config: PoincareConfig) -> float:
    """How long a row of the table may be: the radius that epsilon leaves, in the coordinates of the space."""
    edge = 1 - (max(config.epsilon, LORENTZ_EPSILON) if config.space == "lorentz" else config.epsilon)
    return {"euclidean": math.inf, "poincare": edge, "lorentz": math.sinh(2 * math.atanh(edge))}[config.space]


def table_of(
    relations: Relations, config: PoincareConfig, init: KeyedVectors | None, resume: Embedding | None
) -> np.ndarray:
    """The table to begin training with, float64 [V, D]: of the hyperboloid the points without their times.

    init: points by name; nodes that are not among them begin at random. Raises as `matched`.
    """
    if resume is not None:
        return (_rows(config, resume.points) if resume.table is None else resume.table).copy()
    shape = len(relations.nodes), config.vector_size
    table = np.random.default_rng(config.seed).uniform(-config.init_range, config.init_range, shape)
    if init is not None:
        ours, theirs = matched(relations, config, init)
        rows = _rows(config, init.vectors[theirs].astype(np.float64))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        table[ours] = rows * np.minimum(1, longest_row(config) / np.maximum(lengths, 1e-300))
    return table


def matched(relations: Relations, config: PoincareConfig, init: KeyedVectors) -> tuple[np.ndarray, np.ndarray]:
    """Which nodes begin where given points are, and the rows of these points: int64 [N] each.

    Raises:
        W2VError: the points are of another space or size, or none is of any of the nodes.
    """
    wanted = "euclidean" if config.space == "euclidean" else "poincare"
    if init.geometry != wanted:
        raise W2VError(
            f"init has vectors of {init.geometry} geometry, and space={config.space!r} needs {wanted} ones. Give those "
            f"of a model of that space."
        )
    if init.vector_size != config.vector_size:
        raise W2VError(
            f"init has vectors of {counted(init.vector_size, 'dimension')}, and vector_size is {config.vector_size}. "
            f"Give vector_size={init.vector_size}, or other vectors."
        )
    rows = np.array([init.get_index(node, -1) for node in relations.nodes], dtype=np.int64)
    ours = np.flatnonzero(rows >= 0)
    if not len(ours):
        raise W2VError(
            f"init has no vector of any of the {len(rows):,} nodes, such as {relations.nodes[0]!r}; it has such as "
            f"{init.index_to_key[0]!r}. Names are compared letter by letter; without init all begin at random."
        )
    return ours, rows[ours]


def told(relations: Relations, config: PoincareConfig, init: KeyedVectors) -> str:
    """A note on how many nodes begin where given points are. Raises as `matched`."""
    known, every = len(matched(relations, config, init)[0]), len(relations.nodes)
    rest = "" if known == every else f" ({known / every:.1%}); the others begin at random"
    return f"{known:,} of {counted(every, 'node')} begin where init has them{rest}."


def _rows(config: PoincareConfig, points: np.ndarray) -> np.ndarray:
    return np.asarray(to_lorentz(points))[:, 1:] if config.space == "lorentz" else points
