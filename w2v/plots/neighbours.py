"""Nearest words by cosine, for as many words as a map has; exact, some hundred rows of the similarity matrix at a time.

`KeyedVectors.most_similar` answers for one word; for 20,000 of them matrix products are a hundred times faster.
"""

import numpy as np

from w2v.errors import W2VError

MANY = 100_000_000  # similarities, from which torch is worth its import
ROWS = 256  # of similarities at a time: with 100,000 words a hundred megabytes


def nearest(units: np.ndarray, rows: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest rows of each of some rows, the nearest first, itself not among them.

    Args:
        units: unit vectors, float32 [V, D].
        rows: whose neighbours are sought, integers [N] from 0 to V - 1.
        k: from 1 to V - 1.

    Returns:
        their numbers, int64 [N, k], and their cosines, float32 [N, k].

    Raises:
        W2VError: k is out of range.
    """
    if not 1 <= k < len(units):
        raise W2VError(f"Each of {len(units)} words has 1 to {len(units) - 1} neighbours, and {k} were asked for.")
    largest = _largest if len(rows) * len(units) < MANY else _largest_by_torch
    found = np.empty((len(rows), k), dtype=np.int64)
    cosines = np.empty((len(rows), k), dtype=np.float32)
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        similarity = units[some] @ units.T
        similarity[np.arange(len(some)), some] = -np.inf
        found[start : start + ROWS] = places = largest(similarity, k)
        cosines[start : start + ROWS] = np.take_along_axis(similarity, places, axis=1)
    return found, cosines


def _largest(similarity: np.ndarray, k: int) -> np.ndarray:
    """The places of each row's k largest numbers, the largest first."""
    first = similarity.shape[1] - k
    places = np.argpartition(similarity, first, axis=1)[:, first:]
    order = np.argsort(-np.take_along_axis(similarity, places, axis=1), axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1)


def _largest_by_torch(similarity: np.ndarray, k: int) -> np.ndarray:
    """The same, eight times faster, after two seconds of importing."""
    import torch

    return torch.from_numpy(similarity).topk(k, dim=1).indices.numpy()
