"""A disc as the kind of file that its name says: a figure, a page to explore, or an animation."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from w2v.base.places import expect_local
from w2v.errors import W2VError
from w2v.plots.figure import save_figure
from w2v.plots.hierarchy.disc import draw_disc
from w2v.plots.hierarchy.film import FRAMES, animate, states_of, strip
from w2v.plots.hierarchy.page import page_of
from w2v.plots.hierarchy.view import NodeSelection, view_of
from w2v.plots.html.frame import save_page
from w2v.vectors import KeyedVectors

KINDS = {
    ".png": "a picture",
    ".svg": "a picture",
    ".pdf": "a picture",
    ".html": "a page to explore",
    ".gif": "an animation of the training",
}


def check_kind(path: str | os.PathLike[str]) -> str:
    """The suffix of a disc's path; a W2VError, before anything is drawn, unless `save_disc` can write there."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise W2VError(f"A disc cannot be saved as {path.name!r}: its name must end in {', '.join(KINDS)}.")
    expect_local(path)
    if not path.parent.is_dir():
        raise W2VError(f"There is no folder {path.parent} to save {path.name} in. Create it first.")
    return suffix


def save_disc(
    path: str | os.PathLike[str],
    vectors: KeyedVectors,
    edges: np.ndarray,
    *,
    snapshots: Mapping[int, np.ndarray] | None = None,
    words: Sequence[str] | None = None,
    top: int = 1500,
    centre: str | None = None,
    colour: str = "depth",
    subtrees: Sequence[str] | None = None,
    groups: Mapping[str, str] | None = None,
    title: str | None = None,
    outlines: bool = False,
) -> None:
    """Draw a hierarchy and write it; arguments as for `disc.plot_disc`.

    Args:
        path: .png, .svg, .pdf, .html or .gif.
        snapshots: epoch -> points [V, D], as for `plot_forming`: a picture shows some side by side, a page gets a
            slider, and an animation needs them.
        outlines: whether the letters of an .svg become shapes.

    Raises:
        W2VError: another suffix, an animation without snapshots, or what the functions raise that draw.
    """
    suffix = check_kind(path)
    view = view_of(vectors, edges, NodeSelection(words, top, centre, colour, subtrees, groups))
    if suffix == ".html":
        save_page(page_of(view, title, states_of(view, snapshots, FRAMES) if snapshots else None), path)
    elif suffix == ".gif":
        animate(view, snapshots or {}, Path(path), title=title)
    elif snapshots:
        save_figure(strip(view, snapshots, title=title), path, outlines=outlines)
    else:
        save_figure(draw_disc(view, title), path, outlines=outlines)
