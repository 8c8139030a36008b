"""The map of words as a page to explore: one HTML file that needs nothing else, neither a network nor a server.

Pan and zoom with labels that appear as one comes nearer, neighbours in the space of the vectors where the mouse is,
search, groups, moments of training, PNG. The page is d3 (zoom, quadtree; `html/assets/d3.js`, made by `refresh.sh`)
drawing on a canvas; its own scripts are beside it, and `zoom.js` finds the scale from which on each label is shown.

`page` is a pure function from arrays to text. Arrays go into the file as base64 of little-endian bytes, 1.7 MB for
20,000 words with ten neighbours each:

    words, others    names; neighbours that are not on the map are numbered after the words that are
    frames           a name for each moment; one for a map that does not move
    zero             where [0, 0] is, in the same units from 0 to 1; null where that has no meaning
    points           uint16 [F, N, 2], each frame's places, the longer side of all of them together from 0 to 65535
    neighbours       uint16 or uint32 [N, K]; similarities: int8 [N, K], cosines in hundredths
    looks            name, colour, ink and mark of each group; look: uint8 [N], the group of each word
    prominence       uint8 [N], 255 for the most frequent word
"""

import base64
from collections.abc import Mapping, Sequence

import numpy as np

from w2v.errors import W2VError, counted
from w2v.plots.figure import GREY, PALETTE, Mark, darkened, marks_of
from w2v.plots.html.frame import Kind, page_text
from w2v.plots.layout import check_method, measured, project, unit_vectors
from w2v.plots.neighbours import nearest
from w2v.plots.words.selection import select, with_composed
from w2v.vectors import KeyedVectors

WORDS = Kind(
    item="word",
    where="on this map",
    name="A map of words",
    label="Map of words. Arrow keys move it, plus and minus zoom, 0 shows all of it.",
    style="words",
    scripts=("zoom", "drawing", "data", "words"),
    buttons="""<button id="in" type="button" title="Zoom in (+)" aria-label="Zoom in">+</button>
    <button id="out" type="button" title="Zoom out (−)" aria-label="Zoom out">−</button>
    <button id="all" type="button" title="Show the whole map (0)">whole map</button>""",
    library="d3",
)
AS_THEY_ARE = "two numbers a word, drawn as they are; the lines go through zero."
NEAR = 10  # neighbours that a word shows


def page_of(
    vectors: KeyedVectors,
    words: Sequence[str] | None = None,
    *,
    top: int = 20_000,
    method: str | None = None,
    groups: Mapping[str, str] | None = None,
    frames: Mapping[str, np.ndarray] | None = None,
    seed: int = 1,
    title: str | None = None,
    note: str = "",
) -> str:
    """A map of words as the text of an HTML file; the same arguments give the same text.

    Args:
        vectors: neighbours are sought among all of their words.
        words: to draw, or None for the `top` most frequent.
        method: of `layout.METHODS`, None: the usual one; vectors of two numbers are drawn as they are.
        groups: names of words' groups, at most 40 different; each has a look, and can be hidden.
        frames: places [N, 2] of the words at moments of training, by the moment's name, in place of a projection; their
            rows are the words that are drawn, the most frequent first. The last frame is the one of `vectors`.
        seed: of t-SNE, from 0.
        title: above the map.
        note: sentences for the end of the caption, such as what the groups are.

    Words that `vectors` does not know are listed in a UserWarning.

    Raises:
        W2VError: fewer than two words, an unknown method, hyperbolic vectors, frames of another shape, too many
            groups, and what `project` raises.
    """
    check_method(method)
    vectors, words = with_composed(vectors, words)
    chosen = select(vectors, words, top, groups)
    rows, ruled = np.array(chosen.rows), vectors.vector_size == 2
    if frames:
        how = f"{len(frames)} moments of training, " + (AS_THEY_ARE if ruled else "each map turned onto the next.")
    elif ruled:
        frames, how = {"": vectors.vectors[rows]}, AS_THEY_ARE.capitalize()
    else:
        points, how = project(unit_vectors(vectors, chosen.rows), method, seed)
        frames = {"": points}
    units = vectors.get_normed_vectors()
    layout = measured(units[rows], _checked(frames, len(rows))[-1], how)
    neighbours, similarities = nearest(units, rows, min(NEAR, len(vectors) - 1))
    number = np.full(len(vectors), -1)
    number[rows] = np.arange(len(rows))
    others = np.setdiff1d(neighbours, rows)
    number[others] = len(rows) + np.arange(len(others))
    told = f"{how} {layout.faithfulness()}".strip()
    among = f"among all {len(vectors):,} words" if len(rows) < len(vectors) else "among them"
    caption = (
        f"{counted(len(rows), 'word')}. {told} Lists and lines show what is nearest in the vectors themselves, "
        f"{among}. The larger the dot, the more frequent the word. {note}"
    ).strip()
    return page(
        chosen.words, frames, number[neighbours], similarities,
        others=[vectors.index_to_key[other] for other in others],
        groups=groups, counts=None if vectors.counts is None else vectors.counts[rows],
        prominence=chosen.prominence, ruled=ruled, title=title, caption=caption,
    )  # fmt: skip


def page(
    words: Sequence[str],
    frames: Mapping[str, np.ndarray],
    neighbours: np.ndarray,
    similarities: np.ndarray,
    *,
    others: Sequence[str] = (),
    groups: Mapping[str, str] | None = None,
    counts: np.ndarray | None = None,
    prominence: np.ndarray | None = None,
    ruled: bool = False,
    title: str | None = None,
    caption: str = "",
) -> str:
    """The text of an HTML file that shows words at places; what `page_of` does with vectors, for anything else.

    Args:
        words: N, those that get a label first coming first.
        frames: by the moment's name, finite places [N, 2]; more than one brings a slider, and the last is shown first.
        neighbours: integers [N, K], the nearest first: a number from N on is `others[number - N]`, not on the map.
        similarities: [N, K], from -1 to 1.
        groups: names of words' groups, at most 40 different.
        counts: how often each word was seen, [N], where known.
        prominence: from 0 to 1, [N], for sizes of dots and labels; by default by rank.
        ruled: whether places are what vectors are, so that lines through their origin, [0, 0], say something.
        title, caption: plain text.

    Raises:
        W2VError: arrays that do not fit together, or too many groups.
    """
    places = _checked(frames, len(words))
    if neighbours.ndim != 2 or len(neighbours) != len(words) or similarities.shape != neighbours.shape:
        raise W2VError(
            f"{len(words)} words came with neighbours of shape {list(neighbours.shape)} and similarities of shape "
            f"{list(similarities.shape)}; expected a row for each word in both, as long as the other's."
        )
    known = len(words) + len(others)
    if neighbours.size and not 0 <= neighbours.min() <= neighbours.max() < known:
        raise W2VError(f"A neighbour is no number from 0 to {known - 1}, and there are no other words.")
    if prominence is None:
        prominence = 1 - np.log1p(np.arange(len(words))) / np.log1p(len(words))
    looks, look = _looks(words, groups or {})
    ends = np.vstack([places.min(axis=(0, 1)), places.max(axis=(0, 1)), *([[0.0, 0.0]] if ruled else [])])
    low = ends.min(axis=0)
    span = max(float((ends.max(axis=0) - low).max()), 1e-30)
    data = {
        "words": list(words),
        "others": list(others),
        "frames": list(frames),
        "points": _packed(np.rint((places - low) / span * 65535).astype(np.uint16)),
        "zero": (-low / span).tolist() if ruled else None,
        "k": neighbours.shape[1],
        "neighbours": _packed(neighbours.astype(np.uint16 if known <= 65536 else np.uint32)),
        "similarities": _packed(np.rint(100 * np.clip(similarities, -1, 1)).astype(np.int8)),
        "looks": looks,
        "look": _packed(look),
        "prominence": _packed(np.rint(255 * prominence).astype(np.uint8)),
        "counts": None if counts is None else np.asarray(counts).tolist(),
    }
    return page_text(WORDS, data, title=title, caption=caption)


def _checked(frames: Mapping[str, np.ndarray], n: int) -> np.ndarray:
    """Places [F, N, 2]."""
    if not frames:
        raise W2VError("A page needs places of its words; give at least one frame.")
    for name, points in frames.items():
        if points.shape != (n, 2) or not np.isfinite(points).all():
            raise W2VError(
                f"The frame {name!r} has shape {list(points.shape)}; expected {[n, 2]}, two finite numbers a word."
            )
    return np.stack([np.asarray(points, dtype=np.float64) for points in frames.values()])


def _looks(words: Sequence[str], groups: Mapping[str, str]) -> tuple[list[dict[str, str]], np.ndarray]:
    """The looks there are, words without a group the last of them, and the look of each word, uint8 [N]."""
    marks = marks_of(groups, words)
    number = {name: place for place, name in enumerate(marks)}
    look = np.array([number[groups[word]] if word in groups else len(marks) for word in words], dtype=np.uint8)
    if any(word not in groups for word in words):
        marks[""] = Mark(GREY if marks else PALETTE[0])
    looks = [
        {"name": name, "colour": mark.colour, "ink": darkened(mark.colour), "mark": mark.shape}
        for name, mark in marks.items()
    ]
    return looks, look


def _packed(array: np.ndarray) -> dict[str, str]:
    little = array.astype(array.dtype.newbyteorder("<"))
    return {"type": array.dtype.name, "base64": base64.b64encode(little.tobytes()).decode("ascii")}
