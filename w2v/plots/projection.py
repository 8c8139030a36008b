"""From D numbers a word to two, and how faithful the page is to what it shows.

Three ways from D numbers a word to two; neighbours are always neighbours by cosine:

    vector_size 2    no projection: the vectors as they are, their lengths included
    method="pca"     the two directions of most variance of the unit vectors (Hotelling 1933)
    method="tsne"    t-SNE of the unit vectors (van der Maaten & Hinton 2008), which keeps neighbours together

No such picture is the whole truth: `neighbours_kept` tells how much of one to believe.
"""

from importlib.util import find_spec

import numpy as np
from scipy.spatial.distance import cdist

from w2v.errors import W2VError

METHODS = ("tsne", "pca")


def best_method() -> str:
    """`tsne` where scikit-learn (extra `plots`) is installed, else `pca`."""
    return "tsne" if find_spec("sklearn") else "pca"


def project(units: np.ndarray, method: str, seed: int) -> tuple[np.ndarray, str]:
    """Lay out unit vectors [N, D] on a page; positions [N, 2], and the caption's sentence on how they came about.

    Raises W2VError for vectors that all lie on one line, a negative seed, and when t-SNE's library is missing.
    """
    if units.shape[1] < 2 or np.ptp(units, axis=0).max() < 1e-9:
        raise W2VError("The vectors of these words all lie on one line, so there is no map of them.")
    if method == "pca":
        points, share = _principal(units)
        return points, f"PCA of unit vectors: the two axes hold {share:.0%} of the variance."
    if seed < 0:
        raise W2VError(f"seed={seed} is negative; give a whole number from 0.")
    try:
        from sklearn.manifold import TSNE
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise W2VError(
            "t-SNE needs scikit-learn, which is not installed: pip install 'w2v[plots]', or draw with method \"pca\"."
        ) from error
    perplexity = min(30.0, (len(units) - 1) / 3)
    # From the plane of PCA t-SNE finds the large shapes too (Kobak & Linderman 2021), but always the same ones: the
    # noise lets another seed give another map, so that one can see what of it is chance.
    start, _ = _principal(units)
    start = start / start[:, 0].std() + 0.3 * np.random.default_rng(seed).normal(size=start.shape)
    with threadpool_limits(1):  # on a busy machine its threads wait for each other longer than they work
        islands = TSNE(perplexity=perplexity, init=(1e-4 * start).astype(np.float32)).fit_transform(units)
    islands, _ = _principal(islands)
    # t-SNE draws tight islands in an empty sea, too tight for labels. Half the way from coordinates to ranks, axis
    # by axis, gives the islands room at the cost of the sea, whose width meant nothing; neighbours hardly change.
    ranks = islands.argsort(axis=0, kind="stable").argsort(axis=0) / (len(units) - 1)
    points = (islands + ranks * np.ptp(islands, axis=0).mean()) / 2
    return points, (
        f"t-SNE of unit vectors (perplexity {perplexity:.3g}, seed {seed}), crowded places widened: "
        "nearness has a meaning, gaps and axes have none."
    )


def neighbours_kept(units: np.ndarray, points: np.ndarray, near: int) -> float:
    """How faithful a map is: the mean share of a word's `near` nearest neighbours by cosine that are among its
    `near` nearest on the map; from 0 to 1, and near / (N - 1) on a map drawn at random. `units` are unit vectors
    [N, D], `points` positions [N, 2], 1 <= near < N."""
    both = np.ones((len(units), len(units)), dtype=bool)
    for distance in (-(units @ units.T), cdist(points, points)):
        np.fill_diagonal(distance, np.inf)
        among = np.zeros_like(both)
        np.put_along_axis(among, np.argsort(distance, axis=1, kind="stable")[:, :near], True, axis=1)
        both &= among
    return float(both.sum() / (len(units) * near))


def _principal(rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Coordinates along the two directions of most variance [N, 2], signs fixed, and their share of the variance."""
    left, scales, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    points = left[:, :2] * scales[:2]
    points *= np.where(points[np.abs(points).argmax(axis=0), [0, 1]] < 0, -1, 1)
    return points, float(np.square(scales[:2]).sum() / np.square(scales).sum())
