"""Where labels go, so that none lies on another, on a dot or on a line, and none leaves the frame.

Each label, the first having first choice, gets the best place that is still free: beside its dot, or farther off with a
leader to it. A leader crosses no other, no label and no dot but its own, at whose rim it ends; arrows and the like only
if there is no other way. Places at which another dot is nearer to the label than its own are taken late. What finds no
place stays without a label. So cartographers place names by hand (Imhof 1975).

All lengths are pixels; a box is [left, bottom, right, top].
"""

from typing import NamedTuple

import numpy as np

# Places beside a dot, the best first: to which side of it the label lies, across and up.
BESIDE = np.array(
    [(1, 0), (1, 1), (-1, 0), (0, 1), (-1, 1), (0, -1), (1, -1), (-1, -1), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)]
)
ANGLES = np.linspace(0, 2 * np.pi, 24, endpoint=False)  # of the leaders to places farther off
STEP = 0.5  # of a label's height, from one ring of such places to the next
# What a place costs: beside a dot the more the later it stands in `BESIDE`, farther off more with every ring; if
# another dot is nearer to the label than its own; and if the leader crosses a line that was drawn already.
ORDER, FAR, RING, NEARER, CROSSING = 0.5, 6.0, 1.0, 8.0, 12.0


class Place(NamedTuple):
    """Where a label goes."""

    corner: np.ndarray  # its lower left corner [2]
    leader: np.ndarray | None  # from the label to the rim of its dot [2, 2]; None beside it


def place(
    sizes: np.ndarray,
    dots: np.ndarray,
    radii: np.ndarray,
    frame: np.ndarray,
    *,
    gap: float,
    reach: float,
    lines: np.ndarray | None = None,
) -> list[Place | None]:
    """Places for labels, None for those there is no room for.

    Args:
        sizes: width and height of each label [N, 2]; NaN for a dot without one.
        dots: their middles [N, 2].
        radii: of the dots [N].
        frame: the box that no label leaves [4].
        gap: to keep between labels, and half of it between a label and anything else.
        reach: how far a label may be from the rim of its dot.
        lines: segments that are drawn already [L, 2, 2].
    """
    boxes, leaders = np.empty((0, 4)), np.empty((0, 2, 2))  # of the labels placed so far
    lines = np.empty((0, 2, 2)) if lines is None else lines
    places: list[Place | None] = []
    for i, size in enumerate(sizes):
        places.append(None)
        if not np.isfinite(size).all():
            continue
        # Only what is within reach is looked at: of many words a few.
        span = reach + radii[i] + size.max() + gap
        around = np.concatenate([dots[i] - span, dots[i] + span])[None]
        others = (_distances(around, dots) < radii + gap)[0] & (np.arange(len(dots)) != i)
        near = boxes[_overlaps(boxes, around)[:, 0]]
        led, drawn = (segments[_meet(segments, around)[:, 0]] for segments in (leaders, lines))
        least = np.inf
        for some, ways, costs in (_beside(size, dots[i], radii[i], gap), _off(size, dots[i], radii[i], gap, reach)):
            wide = some + gap / 2 * np.array([-1, -1, 1, 1])
            own = _distances(some, dots[[i]]) - radii[i]
            clear = _distances(some, dots[others]) - radii[others]
            free = ((some[:, :2] >= frame[:2]) & (some[:, 2:] <= frame[2:])).all(axis=1)
            free &= (clear >= gap / 2).all(axis=1) & ~_overlaps(wide, near).any(axis=1)
            free &= ~_meet(led, wide).any(axis=0) & ~_meet(drawn, wide).any(axis=0)
            costs = costs + NEARER * (clear <= own).any(axis=1)
            if ways is not None:
                away = _from_segments(ways, dots[others])
                # Where dots lie on each other a leader ends in both: it comes from where it meets the other last.
                end = np.linalg.norm(ways[:, None, 1] - dots[others], axis=2)
                free &= (away >= np.minimum(radii[others] + gap / 2, end - 1e-6)).all(axis=1)
                free &= ~_meet(ways, near).any(axis=1) & ~_cross(ways, led).any(axis=1)
                costs += CROSSING * _cross(ways, drawn).any(axis=1)
            costs[~free] = np.inf
            best = int(costs.argmin())
            if costs[best] < least:
                least = costs[best]
                places[-1] = Place(some[best, :2], None if ways is None else ways[best])
            if least < FAR:
                break
        if (found := places[-1]) is not None:
            boxes = np.vstack([boxes, np.concatenate([found.corner - gap / 2, found.corner + size + gap / 2])])
            leaders = leaders if found.leader is None else np.concatenate([leaders, found.leader[None]])
    return places


def _beside(size: np.ndarray, dot: np.ndarray, radius: float, gap: float) -> tuple[np.ndarray, None, np.ndarray]:
    """Boxes beside a dot [K, 4], which need no leader, and their costs [K]."""
    low = dot + BESIDE * (radius + gap) + (BESIDE - 1) / 2 * size
    return np.hstack([low, low + size]), None, ORDER * np.arange(len(BESIDE))


def _off(
    size: np.ndarray, dot: np.ndarray, radius: float, gap: float, reach: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Boxes farther off [K, 4], leaders to the rim of the dot [K, 2, 2], and their costs [K]."""
    rings = np.arange(2 * gap, reach, max(STEP * size[1], gap))
    ways = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)
    starts = dot + (radius + rings)[:, None, None] * ways  # [rings, angles, 2]
    low = (starts + (np.sign(np.round(ways, 6)) - 1) / 2 * size).reshape(-1, 2)
    starts = (starts - gap / 2 * ways).reshape(-1, 2)
    ends = np.broadcast_to(dot + radius * ways, (len(rings), *ways.shape)).reshape(-1, 2)
    costs = FAR + RING * np.arange(len(rings))[:, None] + 0.5 * (np.arange(len(ANGLES)) % 3 > 0)
    return np.hstack([low, low + size]), np.stack([starts, ends], axis=1), costs.ravel()


def _overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which boxes [K, 4] lie on which others [M, 4]: bool [K, M]."""
    low, high = boxes[:, None, :2], boxes[:, None, 2:]
    return np.asarray(((low < others[:, 2:]) & (others[:, :2] < high)).all(axis=2))


def _distances(boxes: np.ndarray, points: np.ndarray) -> np.ndarray:
    """From boxes [K, 4] to points [N, 2], 0 within a box: [K, N]."""
    across = np.maximum(boxes[:, None, :2] - points, points - boxes[:, None, 2:])
    return np.linalg.norm(np.maximum(across, 0.0), axis=2)


def _from_segments(segments: np.ndarray, points: np.ndarray) -> np.ndarray:
    """From segments [K, 2, 2] to points [N, 2]: [K, N]."""
    start, way = segments[:, None, 0], segments[:, None, 1] - segments[:, None, 0]
    length = np.maximum(np.square(way).sum(axis=2), 1e-12)
    share = np.clip(((points - start) * way).sum(axis=2) / length, 0.0, 1.0)
    return np.linalg.norm(points - start - share[:, :, None] * way, axis=2)


def _meet(segments: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Which segments [L, 2, 2] pass through which boxes [K, 4]: bool [L, K] (Liang & Barsky 1984)."""
    start, way = segments[:, None, 0], segments[:, None, 1] - segments[:, None, 0]
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    one, two = (boxes[:, :2] - start) / way, (boxes[:, 2:] - start) / way
    enter, leave = np.minimum(one, two).max(axis=2), np.maximum(one, two).min(axis=2)
    meet: np.ndarray = np.maximum(enter, 0.0) < np.minimum(leave, 1.0)
    return meet


def _cross(segments: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which segments [K, 2, 2] cross which others [L, 2, 2]: bool [K, L]."""
    (a, b), (c, d) = np.moveaxis(segments[:, None], 2, 0), np.moveaxis(others, 1, 0)

    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> np.ndarray:
        return (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])

    apart = (side(a, b, c) * side(a, b, d) > 0) | (side(c, d, a) * side(c, d, b) > 0)
    return ~apart
