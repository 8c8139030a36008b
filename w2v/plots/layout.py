"""From D-dimensional word vectors to a map of two dimensions, and how faithful the map is.

There are four ways; neighbours are always neighbours by cosine:

    vector_size 2    no projection: the vectors as they are, their lengths included
    method="pca"     the two directions of most variance of the unit vectors (Hotelling 1933)
    method="tsne"    t-SNE of the unit vectors (van der Maaten & Hinton 2008), which keeps neighbours together
    method="umap"    UMAP of the unit vectors (McInnes, Healy & Melville 2018), which draws groups tighter

t-SNE is openTSNE's, with neighbours found exactly: it takes a minute or two for 20,000 words, where that of
scikit-learn had not ended after nine, and keeps the same share of neighbours (3,000 words: 43 and 44 %; UMAP 33 %). No
such picture is the whole truth: `neighbours_kept` measures how much of one to believe.
"""

import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import cdist

from w2v.base.settings import available_cores
from w2v.errors import W2VError, counted
from w2v.plots.neighbours import nearest
from w2v.vectors import KeyedVectors

NAMES = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}
METHODS = tuple(NAMES)
FEWEST = 7  # words for t-SNE and UMAP: a third of the others is t-SNE's perplexity, and below two it shows chance
MANY = 3000  # words, from which all cores lay them out
PAGE = 1.4  # width of a page, its height being 1


class Layout(NamedTuple):
    """Words on a page."""

    points: np.ndarray  # float64 [N, 2]
    how: str  # the caption's sentence on how they came about
    ruled: bool  # whether the axes have a meaning of their own, since the vectors are drawn as they are
    near: int  # of so many nearest neighbours by cosine ...
    kept: float  # ... this share is among as many nearest here, from 0 to 1

    @property
    def chance(self) -> float:
        """What `kept` would be on a map drawn at random."""
        return self.near / (len(self.points) - 1)

    def faithfulness(self, whose: str = "a word’s", their: str = "its") -> str:
        """The caption's sentence on how much of the map to believe; none of two words, which can be nowhere else."""
        if self.near == 0:
            return ""
        if self.near == 1:
            return (
                f"For {self.kept:.0%} of the words the nearest by cosine is the nearest here (by chance "
                f"{100 * self.chance:.2g}%)."
            )
        return (
            f"Of {whose} {counted(self.near, 'nearest neighbour')} by cosine, {self.kept:.0%} are among {their} "
            f"{self.near} nearest here (by chance {100 * self.chance:.2g}%)."
        )


def usual_method() -> str:
    """How words are drawn where nothing is said: `tsne`, or with a warning `pca` where openTSNE is not installed."""
    if find_spec("openTSNE"):
        return "tsne"
    warnings.warn(
        "Drawn by PCA, since openTSNE, which draws by t-SNE, is not installed: pip install 'w2v[plots]'.",
        UserWarning,
        stacklevel=4,
    )
    return "pca"


def check_method(method: str | None) -> None:
    """Raise a W2VError for a method that there is not; None is the usual one."""
    if method not in (None, *METHODS):
        raise W2VError(f"There is no way of drawing called {method!r}; there are: {', '.join(METHODS)}.")


def check_geometry(vectors: KeyedVectors) -> None:
    """Raise a W2VError for hyperbolic vectors, whose neighbours are not those by cosine."""
    if vectors.geometry != "euclidean":
        raise W2VError(
            f"These vectors are points of a {vectors.geometry} space, of which a flat map would show nothing true. "
            "They are drawn on the disc: words by w2v plot MODEL -o disc.png, relations by w2v poincare plot."
        )


def unit_vectors(vectors: KeyedVectors, rows: Sequence[int]) -> np.ndarray:
    """Vectors of some words scaled to length one, float64 [N, D]; zero vectors stay zero.

    Raises:
        W2VError: hyperbolic vectors.
    """
    check_geometry(vectors)
    table = vectors.vectors[list(rows)].astype(np.float64)
    lengths = np.linalg.norm(table, axis=1, keepdims=True)
    return table / np.where(lengths > 0, lengths, 1.0)


def lay_out(
    vectors: KeyedVectors, rows: Sequence[int], method: str | None, seed: int, start: np.ndarray | None = None
) -> Layout:
    """Project some words, of which there are at least two; `project` has the arguments and the errors.

    Vectors of two numbers are drawn as they are, whatever the method says.
    """
    check_method(method)
    units = unit_vectors(vectors, rows)
    if vectors.vector_size == 2:
        points, how = vectors.vectors[list(rows)].astype(np.float64), "Two numbers a word, drawn as they are."
    else:
        points, how = project(units, method, seed, start)
    return measured(units, points, how, ruled=vectors.vector_size == 2)


def measured(units: np.ndarray, points: np.ndarray, how: str, *, ruled: bool = False) -> Layout:
    """A layout with its faithfulness, from unit vectors [N, D] and positions [N, 2]."""
    near = min(10, (len(units) - 1) // 2)
    return Layout(points, how, ruled, near, neighbours_kept(units, points, near) if near else 1.0)


def project(
    units: np.ndarray, method: str | None, seed: int, start: np.ndarray | None = None
) -> tuple[np.ndarray, str]:
    """Project unit vectors [N, D] to the plane; positions [N, 2], and the caption's sentence on how they came about.

    Args:
        units: of at least two words.
        method: of METHODS; None: `usual_method`.
        seed: of t-SNE and UMAP, from 0.
        start: where t-SNE and UMAP begin, [N, 2], such as another epoch's map, from which they then go no farther than
            need be; None: at PCA's plane with some noise.

    Raises:
        W2VError: vectors that are all the same or all lie on one line, a negative seed, no such method, or its library
            is missing.
    """
    check_method(method)
    if units.shape[1] < 2 or np.ptp(units, axis=0).max() < 1e-9:
        raise W2VError("The vectors of these words all lie on one line, so there is no map of them.")
    if len(units) == 2:
        return _principal(units)[0], f"Their cosine is {units[0] @ units[1]:.2f}."
    method = method or usual_method()
    if method == "pca" or len(units) < FEWEST:
        points, share = _principal(units)
        why = "" if method == "pca" else f", since {NAMES[method]} needs at least {FEWEST} words"
        return points, f"PCA of unit vectors{why}: the two axes hold {share:.0%} of the variance."
    if seed < 0:
        raise W2VError(f"seed={seed} is negative; give a whole number from 0.")
    fresh = start is None
    if start is None:
        # From the plane of PCA both find the large shapes too (Kobak & Linderman 2021), but always the same ones: the
        # noise lets another seed give another map, so that one can see what of it is chance.
        plane, _ = _principal(units)
        start = plane / plane[:, 0].std() + 0.3 * np.random.default_rng(seed).normal(size=plane.shape)
    islands, how = (_tsne if method == "tsne" else _umap)(units, start, seed, fresh)
    points = _widened(_principal(islands)[0] if fresh else islands)
    return points, f"{how}, crowded places widened: nearness has a meaning, gaps and axes have none."


def neighbours_kept(units: np.ndarray, points: np.ndarray, near: int, most: int = 2000) -> float:
    """How faithful a map is: the mean share of a word's `near` nearest neighbours by cosine that are among its
    `near` nearest on the map; from 0 to 1, and near / (N - 1) on a map drawn at random. `units` are unit vectors
    [N, D], `points` positions [N, 2], 1 <= near < N. Of more than `most` words, so many are measured, evenly spread."""
    kept, asked = 0, np.unique(np.linspace(0, len(units) - 1, min(most, len(units))).astype(np.int64))
    for first in range(0, len(asked), 512):  # a square of all words would not fit the memory for tens of thousands
        rows = asked[first : first + 512]
        both = np.ones((len(rows), len(units)), dtype=bool)
        for distance in (-(units[rows] @ units.T), cdist(points[rows], points)):
            distance[np.arange(len(rows)), rows] = np.inf
            among = np.zeros_like(both)
            np.put_along_axis(among, np.argpartition(distance, near - 1, axis=1)[:, :near], True, axis=1)
            both &= among
        kept += int(both.sum())
    return kept / (len(asked) * near)


def _tsne(units: np.ndarray, start: np.ndarray, seed: int, fresh: bool) -> tuple[np.ndarray, str]:
    try:
        from openTSNE import TSNEEmbedding
        from openTSNE.affinity import PerplexityBasedNN
        from openTSNE.nearest_neighbors import PrecomputedNeighbors
    except ImportError as error:
        raise W2VError(
            "t-SNE needs openTSNE, which is not installed: pip install 'w2v[plots]', or draw with method \"pca\"."
        ) from error
    n = len(units)
    perplexity = min(30.0, (n - 1) / 3)
    jobs = available_cores() if n >= MANY else 1
    found, cosines = nearest(units.astype(np.float32), np.arange(n), max(1, int(3 * perplexity)))
    index = PrecomputedNeighbors(found, np.sqrt(np.maximum(2 - 2 * cosines.astype(np.float64), 0)))
    affinities = PerplexityBasedNN(perplexity=perplexity, knn_index=index, n_jobs=jobs)
    made = TSNEEmbedding(
        1e-4 * start if fresh else start - start.mean(axis=0),
        affinities,
        negative_gradient_method="fft" if n >= 10_000 else "bh",
        n_jobs=jobs,
        random_state=seed,
    )
    if fresh:  # exaggeration gathers the words anew, and so would undo a given map
        made.optimize(250, exaggeration=12, momentum=0.8, inplace=True)
    made.optimize(500, momentum=0.8, inplace=True)
    return np.array(made), f"t-SNE of unit vectors (perplexity {perplexity:.3g}, seed {seed})"


def _umap(units: np.ndarray, start: np.ndarray, seed: int, fresh: bool) -> tuple[np.ndarray, str]:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Tensorflow not installed", category=ImportWarning)
            from umap import UMAP
    except ImportError as error:
        raise W2VError(
            "UMAP needs umap-learn, which is not installed: pip install 'w2v[umap]', or draw with method "
            '"tsne" or "pca".'
        ) from error
    near = min(15, len(units) - 1)
    # One thread: with more, the same seed does not give the same map.
    init = (10 * start if fresh else start).astype(np.float32)
    made = UMAP(n_neighbors=near, metric="cosine", init=init, random_state=seed, n_jobs=1)
    return made.fit_transform(units), f"UMAP of unit vectors ({near} neighbours, seed {seed})"


def _widened(islands: np.ndarray) -> np.ndarray:
    """Positions [N, 2] with more room for labels.

    t-SNE and UMAP draw tight islands in an empty sea, too tight for labels. Half the way from coordinates to ranks,
    axis by axis, gives the islands room at the cost of the sea, whose width meant nothing; neighbours hardly change.
    For the same end a map is stretched until it is as wide as a page.
    """
    ranks = islands.argsort(axis=0, kind="stable").argsort(axis=0) / (len(islands) - 1)
    points = (islands + ranks * np.ptp(islands, axis=0).mean()) / 2
    width, height = np.ptp(points, axis=0)
    return points * [max(1.0, PAGE * height / width), 1.0]


def _principal(rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Coordinates along the two directions of most variance [N, 2], signs fixed, and their share of the variance."""
    left, scales, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    points = left[:, :2] * scales[:2]
    points *= np.where(points[np.abs(points).argmax(axis=0), [0, 1]] < 0, -1, 1)
    return points, float(np.square(scales[:2]).sum() / np.square(scales).sum())
